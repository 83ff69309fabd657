//! What speaks for a region, a country or a group, and how loudly.

use std::collections::BTreeSet;

use crate::classify::decide::candidate::{Candidate, Speaker};
use crate::classify::place::Owner;
use crate::model::weight::Thousandths;

/// What speaks for a region, a country or a group.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(in crate::classify) struct Voice {
    /// Any of these.
    pub(in crate::classify) parts: Vec<Part>,
    /// It is heard from this weight on; zero: by any word.
    pub(in crate::classify) min: Thousandths,
    /// Voices, by their index, that drown it where they weigh as much.
    pub(in crate::classify) unless: Vec<usize>,
}

/// Words from one source, with what was taken out of them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(in crate::classify) struct Part {
    /// Countries and shipped regions.
    pub(in crate::classify) owners: BTreeSet<Owner>,
    /// Terms by their index.
    pub(in crate::classify) terms: BTreeSet<usize>,
    /// Entries of the gazetteer that do not count, by owner and headword.
    pub(in crate::classify) without: BTreeSet<(Owner, String)>,
}

impl Part {
    fn holds(&self, candidate: &Candidate<'_>) -> bool {
        match candidate.speaker {
            Speaker::Term(term) => self.terms.contains(&term),
            Speaker::Place(owner) => {
                self.owners.contains(&owner)
                    && !(self
                        .without
                        .iter()
                        .any(|(of, word)| *of == owner && word == candidate.term))
            }
        }
    }
}

/// What was heard of a voice in one entry.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Heard<'c, 'a> {
    /// What spoke, left to right, the longest at each place, none overlapping another.
    pub(super) by: Vec<&'c Candidate<'a>>,
    /// Weight of all of it; zero where none of it is sure.
    pub(super) weight: Thousandths,
}

impl Voice {
    /// Whether a candidate speaks for it.
    pub(super) fn holds(&self, candidate: &Candidate<'_>) -> bool {
        self.parts.iter().any(|part| part.holds(candidate))
    }
}

/// Listens for a voice, by its number, among candidates in the order of the entry.
pub(super) fn hear<'c, 'a>(voice: usize, candidates: &'c [Candidate<'a>]) -> Heard<'c, 'a> {
    let by = apart(candidates.iter().filter(|it| it.voices.contains(voice)));
    let is_sure = by.iter().any(|it| !it.is_weak);
    let weight = if is_sure { sum(&by) } else { Thousandths::ZERO };
    Heard { by, weight }
}

/// Weight of the places that speak for others than `voice`, where nothing of `heard` stands.
pub(super) fn weight_of_others<'a>(
    voice: usize,
    candidates: &[Candidate<'a>],
    heard: &Heard<'_, 'a>,
) -> Thousandths {
    let mut own = heard.by.iter().peekable();
    let others = candidates.iter().filter(|it| {
        // Own ones stand left to right and apart: those that end before this are done with.
        while own.next_if(|mine| is_before(mine, it)).is_some() {}
        let is_hidden = own.peek().is_some_and(|mine| mine.overlaps(it));
        it.is_place && !it.is_weak && !is_hidden && !it.voices.contains(voice)
    });
    sum(&apart(others))
}

fn is_before(left: &Candidate<'_>, right: &Candidate<'_>) -> bool {
    left.field < right.field || (left.field == right.field && left.span.end <= right.span.start)
}

/// Left to right, what begins inside the one before left out.
fn apart<'c, 'a: 'c>(
    candidates: impl Iterator<Item = &'c Candidate<'a>>,
) -> Vec<&'c Candidate<'a>> {
    let mut taken: Vec<&Candidate<'a>> = Vec::new();
    for candidate in candidates {
        if taken
            .last()
            .is_none_or(|last| !candidate.begins_inside(last))
        {
            taken.push(candidate);
        }
    }
    taken
}

fn sum(candidates: &[&Candidate<'_>]) -> Thousandths {
    let weights = candidates.iter().map(|it| it.weight);
    weights.fold(Thousandths::ZERO, Thousandths::plus)
}
