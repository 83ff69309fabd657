//! Categories, in attributes, as text, in lists of words.

use crate::model::parsed::ParsedCategory;
use crate::parse::names::Space;
use crate::parse::reading::Reading;
use crate::parse::tree::Place;

/// Schemes that are meant where none is said.
const ITUNES_SCHEME: &str = "http://www.itunes.com/";
const MEDIA_SCHEME: &str = "http://search.yahoo.com/mrss/category_schema";

/// Whether an element gives a category or several.
pub(super) fn is_category(space: Space, local: &str) -> bool {
    match space {
        Space::Own => matches!(local, "category" | "keywords" | "tags"),
        Space::Atom => local == "category",
        Space::Dc => local == "subject",
        Space::Media | Space::Itunes => matches!(local, "category" | "keywords"),
        _ => false,
    }
}

impl Reading<'_, '_> {
    /// Adds what an element for which [`is_category`] holds gives.
    pub(super) fn add_categories(
        &self,
        place: Place<'_, '_>,
        categories: &mut Vec<ParsedCategory>,
    ) {
        let (space, local) = place.name();
        let (category, default_scheme) = match (space, local) {
            (_, "keywords" | "tags") => {
                let words = self.value(place).unwrap_or_default();
                for word in words
                    .split(',')
                    .map(str::trim)
                    .filter(|word| !word.is_empty())
                {
                    self.push(categories, of_scheme(word, scheme(space)));
                }
                return;
            }
            (Space::Itunes, _) => {
                // Subcategories stand inside.
                for place in std::iter::once(place).chain(place.descendants()) {
                    if let Some(term) = self.attribute(place, "text") {
                        self.push(categories, of_scheme(term, scheme(space)));
                    }
                }
                return;
            }
            _ => (self.category(place), scheme(space)),
        };
        if let Some(mut category) = category {
            if category.scheme.is_none() {
                category.scheme = default_scheme.map(str::to_owned);
            }
            self.push(categories, category);
        }
    }

    /// The category an element gives: in attributes (Atom) or as its text (RSS).
    fn category(&self, place: Place<'_, '_>) -> Option<ParsedCategory> {
        let label = self.attribute(place, "label");
        let term = self
            .attribute(place, "term")
            .or_else(|| self.value(place))
            .or_else(|| label.clone())?;
        let scheme = self
            .attribute(place, "scheme")
            .or_else(|| self.attribute(place, "domain"));
        Some(ParsedCategory {
            term,
            scheme,
            label,
        })
    }
}

fn scheme(space: Space) -> Option<&'static str> {
    match space {
        Space::Itunes => Some(ITUNES_SCHEME),
        Space::Media => Some(MEDIA_SCHEME),
        _ => None,
    }
}

fn of_scheme(term: impl Into<String>, scheme: Option<&str>) -> ParsedCategory {
    ParsedCategory {
        scheme: scheme.map(str::to_owned),
        ..ParsedCategory::of(term)
    }
}
