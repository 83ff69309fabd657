//! What had to be mended or left out, counted.

use crate::model::parsed::Defect;
use crate::parse::guard::{ATTRIBUTES_MAX, DEPTH_MAX, TEXT_MAX_BYTES};

/// One kind of mending.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Loss {
    /// Something but comments before the root.
    JunkBefore,
    /// The first element is a channel or an entry.
    NoRoot,
    /// The document breaks off behind a whole entry, or as good as one.
    Truncated,
    /// It breaks off inside an entry, which was left out.
    EntryCut,
    /// Something but comments behind the root.
    JunkAfter,
    /// A root behind the first.
    Root,
    /// A tag that is broken, or closes nothing or too much.
    Tag,
    /// An element under a prefix that nobody declared.
    Prefix,
    /// A root without the namespace its dialect is known by.
    Namespace,
    /// An `xml:base` that is no address.
    Base,
    /// An entity of the document's own.
    Entity,
    /// A reference by a name that is HTML's.
    HtmlReference,
    /// An ampersand or bracket that begins nothing, a reference nobody declared or without its end.
    Stray,
    /// A reference to a character XML forbids.
    ForbiddenReference,
    /// An element nested too deep to be read.
    TooDeep,
    /// A text cut at its limit.
    Text,
    /// A tag whose attributes were not all read.
    Attributes,
    /// A value beyond the limit for one entry.
    Value,
    /// An entry that is larger than a whole feed may be.
    Entry,
}

/// What is said of each kind: the defect's kind, and its detail, where `#` stands for the count.
const SAID: &[(Loss, &str, &str)] = &[
    (
        Loss::JunkBefore,
        "junk-before-root",
        "text before the feed itself",
    ),
    (
        Loss::NoRoot,
        "no-root",
        "the document starts inside the feed",
    ),
    (
        Loss::Truncated,
        "truncated",
        "the document breaks off before its end",
    ),
    (
        Loss::EntryCut,
        "truncated",
        "the document breaks off inside an entry, which was left out",
    ),
    (
        Loss::JunkAfter,
        "junk-after-root",
        "text after the end of the feed",
    ),
    (
        Loss::Root,
        "several-roots",
        "# further feeds in one document",
    ),
    (
        Loss::Tag,
        "unbalanced-tags",
        "# tags that are broken, close nothing or close too much",
    ),
    (
        Loss::Prefix,
        "undeclared-prefixes",
        "# elements under prefixes that nobody declared",
    ),
    (
        Loss::Namespace,
        "no-namespace",
        "the root lacks the namespace of its format",
    ),
    (
        Loss::Base,
        "bad-base",
        "# values of xml:base that are no address",
    ),
    (
        Loss::Entity,
        "entity-declarations",
        "# entities of the document's own",
    ),
    (
        Loss::HtmlReference,
        "html-entities",
        "# references by names that are HTML's, not XML's",
    ),
    (
        Loss::Stray,
        "stray-markup",
        "# ampersands and brackets that begin nothing, or references without their end",
    ),
    (
        Loss::ForbiddenReference,
        "forbidden-references",
        "# references to characters XML forbids",
    ),
    (Loss::TooDeep, "too-deep", "# elements nested too deep"),
    (
        Loss::Text,
        "text-cut",
        "# texts or values longer than any feed's",
    ),
    (
        Loss::Attributes,
        "attributes-cut",
        "# tags with more attributes than any feed's",
    ),
    (
        Loss::Value,
        "values-cut",
        "# links, people, categories or files too many for one entry",
    ),
    (
        Loss::Entry,
        "entry-cut",
        "an entry with more elements than any feed's; what stands first in it was kept",
    ),
];

/// Counts of what was lived with.
#[derive(Clone, Debug, Default)]
pub(super) struct Losses(Vec<(Loss, usize)>);

impl Losses {
    /// Adds one.
    pub(super) fn note(&mut self, loss: Loss) {
        self.add(loss, 1);
    }

    /// Adds `n`.
    pub(super) fn add(&mut self, loss: Loss, n: usize) {
        match self.0.iter_mut().find(|(known, _)| *known == loss) {
            Some((_, count)) => *count = count.saturating_add(n),
            None if n > 0 => self.0.push((loss, n)),
            None => {}
        }
    }

    /// Whether there was one of this kind.
    pub(super) fn has(&self, loss: Loss) -> bool {
        self.0.iter().any(|(known, _)| *known == loss)
    }

    /// The same for a person, in a fixed order.
    pub(super) fn defects(&self) -> Vec<Defect> {
        let of = |wanted: Loss| self.0.iter().find(|(loss, _)| *loss == wanted);
        SAID.iter()
            .filter_map(|(loss, kind, detail)| {
                let (_, n) = of(*loss)?;
                let limit = match loss {
                    Loss::TooDeep => format!(" (more than {DEPTH_MAX} levels)"),
                    Loss::Text => format!(" (the longest text is cut at {TEXT_MAX_BYTES} bytes)"),
                    Loss::Attributes => format!(" (more than {ATTRIBUTES_MAX})"),
                    _ => String::new(),
                };
                let detail = detail.replace('#', &n.to_string());
                Some(Defect::new(kind, detail + &limit))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn losses_are_counted_by_kind() {
        let mut losses = Losses::default();
        losses.note(Loss::Tag);
        losses.add(Loss::Tag, 2);
        losses.add(Loss::Root, 0);
        losses.note(Loss::NoRoot);
        assert!(losses.has(Loss::Tag) && !losses.has(Loss::Root));
        assert_eq!(
            losses.defects(),
            [
                Defect::new("no-root", "the document starts inside the feed"),
                Defect::new(
                    "unbalanced-tags",
                    "3 tags that are broken, close nothing or close too much"
                ),
            ]
        );
    }
}
