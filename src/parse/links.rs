//! Links, and which of them a reader would open.

use crate::model::parsed::{ParsedEnclosure, ParsedLink, Reference};
use crate::parse::guard::ATTRIBUTES_MAX;
use crate::parse::reading::{Reading, reference};
use crate::parse::tag::Tag;
use crate::parse::tree::Place;

/// A link and how well it fits as the address of the whole: lower is better.
#[derive(Clone, Debug, Default)]
pub(super) struct Best(Option<(u8, Reference)>);

impl Best {
    /// Takes `link` if none as good came before it.
    pub(super) fn offer(&mut self, rank: u8, link: Reference) {
        if self.0.as_ref().is_none_or(|(best, _)| rank < *best) {
            self.0 = Some((rank, link));
        }
    }

    /// The best there was.
    pub(super) fn take(self) -> Option<Reference> {
        self.0.map(|(_, link)| link)
    }
}

/// RSS `link`, or an Atom link to an HTML page.
pub(super) const PAGE: u8 = 0;
/// An Atom link whose type is unsaid.
const UNTYPED: u8 = 1;
/// An Atom link to something else than a page.
const TYPED: u8 = 2;
/// A guid that may be used as a link.
pub(super) const GUID: u8 = 3;
/// A link of another relation.
pub(super) const OTHER: u8 = 9;

/// RFC 4287 §4.2.7: `alternate` is the article, and is meant where `rel` is missing.
pub(super) fn rank(link: &ParsedLink) -> Option<u8> {
    let rel = link.rel.trim().to_ascii_lowercase();
    if !matches!(rel.as_str(), "" | "alternate" | "permalink") && !rel.ends_with("/alternate") {
        return (rel == "related").then_some(OTHER);
    }
    let media_type = link.media_type.as_deref().map(str::to_ascii_lowercase);
    Some(match media_type.as_deref().map(str::trim) {
        Some("text/html") => PAGE,
        None | Some("" | "application/xhtml+xml") => UNTYPED,
        Some(_) => TYPED,
    })
}

impl Reading<'_, '_> {
    /// The link an element gives: in attributes (Atom) or as its text (RSS); with its rank.
    pub(super) fn link(&self, place: Place<'_, '_>) -> Option<(ParsedLink, Option<u8>)> {
        if let Some(target) = self
            .address(place, "href")
            .or_else(|| self.address(place, "resource"))
        {
            let link = ParsedLink {
                target,
                rel: self
                    .attribute(place, "rel")
                    .unwrap_or_else(|| "alternate".to_owned()),
                media_type: self.attribute(place, "type"),
                title: self.attribute(place, "title"),
                language: self.attribute(place, "hreflang"),
                length: self.attribute(place, "length"),
            };
            let rank = rank(&link);
            return Some((link, rank));
        }
        // As HTML writes one: the text would be what is shown of it.
        let anchor = place.children().find_map(|it| self.attribute(it, "href"));
        let href = if let Some(href) = anchor {
            href
        } else {
            let value = self.value(place)?;
            self.href_of_markup(&value).unwrap_or(value)
        };
        let link = link_to(place, href, "alternate");
        Some((link, Some(PAGE)))
    }

    /// The address of an anchor that was escaped as if it were a text.
    fn href_of_markup(&self, value: &str) -> Option<String> {
        let raw = value
            .get(..=value.find('>')?)
            .filter(|raw| raw.starts_with('<'))?;
        let mut attributes = Tag::of(raw).attributes().take(ATTRIBUTES_MAX);
        let (_, href) = attributes.find(|(name, _)| name.eq_ignore_ascii_case("href"))?;
        Some(self.resolver.resolve(href.trim()).into_owned()).filter(|href| !href.is_empty())
    }

    /// The file an element's attributes name.
    pub(super) fn file(
        &self,
        place: Place<'_, '_>,
        url: &str,
        size: &str,
    ) -> Option<ParsedEnclosure> {
        Some(ParsedEnclosure {
            url: self.address(place, url)?,
            media_type: self.attribute(place, "type"),
            size_bytes: self
                .attribute(place, size)
                .and_then(|size| size.parse().ok()),
        })
    }

    /// Adds a file unless its address is there already.
    pub(super) fn push_file(
        &self,
        files: &mut Vec<ParsedEnclosure>,
        file: Option<ParsedEnclosure>,
    ) {
        if let Some(file) = file
            && !files.iter().any(|known| known.url.href == file.url.href)
        {
            self.push(files, file);
        }
    }
}

/// A link of which only address and relation are known.
pub(super) fn link_to(place: Place<'_, '_>, href: String, rel: &str) -> ParsedLink {
    ParsedLink {
        target: reference(place, href),
        rel: rel.to_owned(),
        ..ParsedLink::default()
    }
}

/// Whether `text` is the address of a page.
pub(super) fn is_web_address(text: &str) -> bool {
    let scheme = text.split_once("://").map(|(scheme, _)| scheme);
    scheme.is_some_and(|scheme| {
        scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")
    })
}
