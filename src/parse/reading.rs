//! Values of elements and attributes: references resolved, trimmed, bounded.

use std::borrow::Cow;
use std::cell::Cell;

use crate::model::parsed::{FeedFormat, Reference};
use crate::parse::guard::{VALUE_MAX_BYTES, VALUES_MAX};
use crate::parse::references::Resolver;
use crate::parse::texts::Claim;
use crate::parse::token::without_cdata_marks;
use crate::parse::tree::{Node, Place};

/// What the readers of fields share: the document's dialect and references, and what they cut.
#[derive(Debug)]
pub(super) struct Reading<'g, 'a> {
    /// Dialect of the document.
    pub(super) format: FeedFormat,
    /// Whether it is Atom before 1.0.
    pub(super) is_old_atom: bool,
    /// Resolves references.
    pub(super) resolver: &'g Resolver<'a>,
    /// Texts cut at their limit.
    pub(super) n_texts_cut: Cell<usize>,
    /// Values beyond the limit for one entry.
    pub(super) n_values_cut: Cell<usize>,
}

impl Reading<'_, '_> {
    /// The text of an element as one value; `None` where there is none.
    pub(super) fn value(&self, place: Place<'_, '_>) -> Option<String> {
        if let Some(inner) = place.element().inner {
            let text = self.text_of(inner, Claim::Sniff)?;
            return self.bounded(text.as_written());
        }
        match place.inside() {
            [] => None,
            [Node::Text(text)] => self.resolved(text),
            [Node::CData(text)] => self.bounded(text),
            nodes => {
                let mut value = String::new();
                for node in nodes {
                    match node {
                        Node::Text(text) => value.push_str(&self.resolver.resolve(text)),
                        Node::CData(text) => value.push_str(text),
                        Node::Element(_) => {}
                    }
                }
                self.bounded(&value)
            }
        }
    }

    /// The date in an element: as HTML's `time` gives it to machines where one is inside.
    pub(super) fn date(&self, place: Place<'_, '_>) -> Option<String> {
        let moment = place
            .descendants()
            .find_map(|inner| self.attribute(inner, "datetime"));
        moment.or_else(|| self.value(place))
    }

    /// The value of an attribute, by its local name; `None` where it says nothing.
    pub(super) fn attribute(&self, place: Place<'_, '_>, local: &str) -> Option<String> {
        self.resolved(place.attribute(local)?)
    }

    /// The address in an attribute.
    pub(super) fn address(&self, place: Place<'_, '_>, local: &str) -> Option<Reference> {
        let href = self.attribute(place, local)?;
        Some(reference(place, href))
    }

    /// Adds a value unless it is there already or there are too many.
    pub(super) fn push<T: PartialEq>(&self, values: &mut Vec<T>, value: T) {
        if values.contains(&value) {
            return;
        }
        if values.len() < VALUES_MAX {
            values.push(value);
        } else {
            self.n_values_cut.set(self.n_values_cut.get() + 1);
        }
    }

    fn resolved(&self, text: &str) -> Option<String> {
        match self.resolver.resolve(text) {
            Cow::Borrowed(text) => self.bounded(text),
            Cow::Owned(text) => self.bounded(&text),
        }
    }

    fn bounded(&self, text: &str) -> Option<String> {
        let text = without_cdata_marks(text.trim());
        let kept = text
            .get(..text.floor_char_boundary(VALUE_MAX_BYTES))
            .unwrap_or_default();
        if kept.len() < text.len() {
            self.n_texts_cut.set(self.n_texts_cut.get() + 1);
        }
        (!kept.is_empty()).then(|| kept.to_owned())
    }
}

/// `href` as it stands at `place`.
pub(super) fn reference(place: Place<'_, '_>, href: String) -> Reference {
    Reference {
        href,
        base: place.context().and_then(|context| context.base.clone()),
    }
}
