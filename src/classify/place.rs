//! What a gazetteer finds: places. This is all that the rules know of it.

use std::ops::Range;

use crate::classify::packs::pack_named;
use crate::model::country::Country;
use crate::model::weight::Thousandths;

/// Whom a word of the gazetteer speaks for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Owner {
    /// A country, and every region that holds it.
    Country(Country),
    /// A shipped region by its name: a word of its own, without a country.
    Region(&'static str),
}

impl Owner {
    /// The owner of that name: a country's code or a shipped region.
    pub(super) fn named(name: &str) -> Option<Self> {
        match pack_named(name) {
            Some(pack) => Some(Self::Region(pack.name)),
            None => Country::from_code(name).map(Self::Country),
        }
    }
}

/// How much a name of an office holder tells.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Holder {
    /// Not in the headline, and the only one: too little to say where the entry takes place, enough
    /// not to take it for the country of its feed.
    Lone,
    /// Enough for the country, or so little that it may be anybody.
    Settled,
}

/// A place an entry names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Place<'g> {
    /// Index of the field.
    pub(super) field: usize,
    /// Bytes of that field as it was written.
    pub(super) span: Range<usize>,
    /// Whom it speaks for.
    pub(super) owner: Owner,
    /// The gazetteer's own word for it: `Kazakhstan`.
    pub(super) headword: &'g str,
    /// How much a word of its kind says.
    pub(super) weight: Thousandths,
    /// It stands in the dateline of the text.
    pub(super) is_in_dateline: bool,
    /// It counts only beside something that is not weak.
    pub(super) is_weak: bool,
    /// Set where it names who holds an office there, not the place.
    pub(super) holder: Option<Holder>,
}
