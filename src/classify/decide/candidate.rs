//! A place or term found in an entry, with its weight.

use std::cmp::Reverse;
use std::ops::Range;

use crate::classify::decide::audience::VoiceSet;
use crate::classify::place::Owner;
use crate::model::region::{Evidence, Field};
use crate::model::rules::{Datelines, FieldWeights};
use crate::model::weight::Thousandths;

/// A place or term found in an entry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::classify) struct Candidate<'a> {
    /// Index of the field; one past the last for the feed's own word.
    pub(in crate::classify) field: usize,
    /// What that field is.
    pub(in crate::classify) kind: Field,
    /// Bytes of that field as it was written.
    pub(in crate::classify) span: Range<usize>,
    /// What stands there.
    pub(in crate::classify) form: &'a str,
    /// What it is.
    pub(in crate::classify) speaker: Speaker,
    /// The vocabulary's or the user's own word for it.
    pub(in crate::classify) term: &'a str,
    /// How much it says where it stands.
    pub(in crate::classify) weight: Thousandths,
    /// It stands in the dateline of the text.
    pub(in crate::classify) is_in_dateline: bool,
    /// It counts only beside something that is not weak.
    pub(in crate::classify) is_weak: bool,
    /// Whether it is part of where the entry takes place.
    pub(in crate::classify) is_place: bool,
    /// The voices it speaks for; the decider fills it in.
    pub(in crate::classify) voices: VoiceSet,
}

/// What was found.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(in crate::classify) enum Speaker {
    /// A place of this owner.
    Place(Owner),
    /// A term, by its index.
    Term(usize),
}

impl Candidate<'_> {
    /// As evidence, with its weight as it is now.
    pub(in crate::classify) fn shown(&self) -> Evidence {
        let short = |offset| u32::try_from(offset).unwrap_or(u32::MAX);
        Evidence {
            field: self.kind,
            form: self.form.to_owned(),
            start: short(self.span.start),
            end: short(self.span.end),
            term: self.term.to_owned(),
            weight: self.weight.0,
            country: match self.speaker {
                Speaker::Place(Owner::Country(country)) => Some(country),
                Speaker::Place(Owner::Region(_)) | Speaker::Term(_) => None,
            },
        }
    }

    /// Weighs it by where it stands, once: in a dateline as much as that is given.
    pub(in crate::classify) fn weigh_dateline(&mut self, datelines: Datelines) {
        if self.is_in_dateline {
            self.weight = self.weight.times(datelines.factor());
        }
    }

    /// Whether it begins before the other one's end, in the same field: asked from left to right.
    pub(super) fn begins_inside(&self, other: &Self) -> bool {
        self.field == other.field && self.span.start < other.span.end
    }

    /// Whether the two have a byte in common.
    pub(super) fn overlaps(&self, other: &Self) -> bool {
        self.begins_inside(other) && other.begins_inside(self)
    }
}

/// Puts candidates in the order of the entry, at each place the longest first, of equally long
/// ones the surest and heaviest.
pub(super) fn sort(candidates: &mut [Candidate<'_>]) {
    candidates.sort_by_key(|it| {
        let from = (it.field, it.span.start, Reverse(it.span.end));
        (from, it.is_weak, Reverse(it.weight))
    });
}

/// The factor of a field.
pub(super) fn factor(fields: &FieldWeights, kind: Field) -> Thousandths {
    match kind {
        Field::Title => fields.title,
        Field::Text => fields.text,
        Field::Category => fields.categories,
        Field::Feed => Thousandths::ONE,
    }
}
