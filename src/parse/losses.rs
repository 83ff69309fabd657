//! What had to be mended or left out, counted.

use crate::model::parsed::Defect;
use crate::parse::guard::{ATTRIBUTES_MAX, DEPTH_MAX, TEXT_MAX_BYTES};
use crate::parse::references::Resolver;

/// Counts of what was lived with.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Losses {
    /// Something but comments before the root.
    pub(super) has_junk_before: bool,
    /// Something but comments after it.
    pub(super) has_junk_after: bool,
    /// The first element is a channel or an entry.
    pub(super) is_rootless: bool,
    /// Roots behind the first.
    pub(super) n_roots: usize,
    /// Tags that close nothing or too much.
    pub(super) n_unbalanced: usize,
    /// Elements nested too deep to be read.
    pub(super) n_too_deep: usize,
    /// Tags whose attributes were not all read.
    pub(super) n_attributes_cut: usize,
    /// Texts cut at their limit.
    pub(super) n_texts_cut: usize,
    /// Values beyond the limit for one entry.
    pub(super) n_values_cut: usize,
    /// The document breaks off.
    pub(super) is_truncated: bool,
    /// It does so inside an entry, which was left out.
    pub(super) is_entry_cut: bool,
}

impl Losses {
    /// The same for a person.
    pub(super) fn defects(&self, resolver: &Resolver<'_>) -> Vec<Defect> {
        let mut defects = Vec::new();
        let mut note = |is_so: bool, kind, detail: String| {
            if is_so {
                defects.push(Defect::new(kind, detail));
            }
        };
        note(
            self.has_junk_before,
            "junk-before-root",
            "text before the feed itself".to_owned(),
        );
        note(
            self.is_rootless,
            "no-root",
            "the document starts inside the feed".to_owned(),
        );
        let where_ = if self.is_entry_cut {
            "inside an entry, which was left out"
        } else {
            "before its end"
        };
        note(
            self.is_truncated,
            "truncated",
            format!("the document breaks off {where_}"),
        );
        note(
            self.has_junk_after,
            "junk-after-root",
            "text after the end of the feed".to_owned(),
        );
        for (n, kind, detail) in [
            (
                self.n_roots,
                "several-roots",
                "further feeds in one document",
            ),
            (
                self.n_unbalanced,
                "unbalanced-tags",
                "tags that close nothing or close too much",
            ),
            (
                resolver.n_declared(),
                "entity-declarations",
                "entities of the document's own",
            ),
            (
                resolver.n_html(),
                "html-entities",
                "references by names that are HTML's, not XML's",
            ),
            (
                resolver.n_forbidden(),
                "forbidden-references",
                "references to characters XML forbids",
            ),
        ] {
            note(n > 0, kind, format!("{n} {detail}"));
        }
        for (n, kind, what, limit) in [
            (
                self.n_too_deep,
                "too-deep",
                "elements nested deeper than",
                DEPTH_MAX,
            ),
            (
                self.n_texts_cut,
                "text-cut",
                "texts cut at bytes",
                TEXT_MAX_BYTES,
            ),
            (
                self.n_attributes_cut,
                "attributes-cut",
                "tags with more attributes than",
                ATTRIBUTES_MAX,
            ),
        ] {
            note(n > 0, kind, format!("{n} {what} {limit}"));
        }
        note(
            self.n_values_cut > 0,
            "values-cut",
            format!(
                "{} links, people, categories or files too many",
                self.n_values_cut
            ),
        );
        defects
    }
}
