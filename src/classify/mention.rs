//! Which words of the gazetteer an entry uses, and what each of them means there.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::ops::Range;

use crate::classify::compiled::{Case, Entry, Kind, STOP};
use crate::classify::context::{Markers, is_prose};
use crate::classify::fields::FieldText;
use crate::classify::gazetteer::{Found, Gazetteer};
use crate::classify::language::{Reading, Readings};
use crate::text::words::{is_word_char, word_starts};

/// At most so many hits of one word in one field are looked at, so that ten megabytes of one word
/// cost what ten megabytes of text do.
const HITS_MAX: u16 = 64;

/// What follows a particle written onto it must have so many letters.
const AFTER_PREFIX_MIN: u8 = 3;

/// What joins the halves of a compound, folded.
const DASHES: [char; 3] = ['-', '–', '—'];

/// A word of the gazetteer in an entry, in the meaning it has there.
#[derive(Clone, Debug)]
pub(super) struct Mention {
    /// Index of the field.
    pub(super) field: usize,
    /// Bytes of the folded field.
    pub(super) span: Range<usize>,
    /// What it speaks for.
    pub(super) owner: u16,
    /// Number of its entry.
    pub(super) entry: usize,
    /// What it is.
    pub(super) kind: Kind,
    /// It counts only beside one that is not weak.
    pub(super) is_weak: bool,
}

/// All mentions of an entry, in its order, none inside another, unless that is a region's.
pub(super) fn mentions(
    gazetteer: &Gazetteer,
    fields: &[FieldText<'_>],
    readings: &Readings,
) -> Vec<Mention> {
    let mut search = Search {
        gazetteer,
        fields,
        readings,
        hits: Vec::new(),
    };
    for field in 0..fields.len() {
        search.field(field);
    }
    let hits = search.meant();
    let mut mentions = longest(hits, fields);
    place_in_its_state(&mut mentions, fields);
    mentions
}

/// A word found, before its guards are asked.
#[derive(Clone, Debug)]
struct Hit {
    mention: Mention,
    is_fallback: bool,
}

struct Search<'s, 'a> {
    gazetteer: &'s Gazetteer,
    fields: &'s [FieldText<'a>],
    readings: &'s Readings,
    hits: Vec<Hit>,
}

impl Search<'_, '_> {
    fn field(&mut self, index: usize) {
        let Some(field) = self.fields.get(index) else {
            return;
        };
        let text = field.text();
        let languages = &self.gazetteer.languages;
        let mut n_hits = HashMap::new();
        for at in word_starts(text) {
            let rest = text.get(at..).unwrap_or_default();
            let Some(first) = rest.chars().next() else {
                continue;
            };
            let reading = self.readings.of(languages, first);
            self.at((index, field), at, reading, 0, &mut n_hits);
            for prefix in languages.prefixes(reading.primary) {
                if rest.starts_with(prefix) {
                    let behind = at + prefix.len();
                    self.at(
                        (index, field),
                        behind,
                        reading,
                        AFTER_PREFIX_MIN,
                        &mut n_hits,
                    );
                }
            }
        }
    }

    fn at(
        &mut self,
        (index, field): (usize, &FieldText<'_>),
        at: usize,
        reading: Reading,
        letters_min: u8,
        n_hits: &mut HashMap<usize, u16>,
    ) {
        let gazetteer = self.gazetteer;
        let found = |Found { entry: number, end }: Found, entry: &Entry| {
            if entry.stem_letters < letters_min {
                return;
            }
            let guards = gazetteer.guards(entry);
            let is_fallback = entry.languages & reading.primary == 0;
            let span = at..end;
            // A borrowed name is told from a common word of the borrower by its capital.
            let borrowed = if is_fallback {
                Case::Capital
            } else {
                Case::Any
            };
            if guards.never & reading.primary != 0
                || (is_fallback && guards.is_local)
                || !(field.is_written(&span, guards.case.max(borrowed))
                    || (guards.case == Case::Capital
                        && !is_fallback
                        && is_second_half(&self.hits, index, field.text(), at)))
            {
                return;
            }
            let n_hits = n_hits.entry(number).or_default();
            if *n_hits == HITS_MAX {
                return;
            }
            *n_hits += 1;
            let is_weak = guards.weak & reading.primary != 0
                || (guards.is_common && !field.has_small_letters());
            self.hits.push(Hit {
                mention: Mention {
                    field: index,
                    span,
                    owner: entry.owner,
                    entry: number,
                    kind: entry.kind,
                    is_weak,
                },
                is_fallback,
            });
        };
        gazetteer.words_at(field.text(), at, reading.active, found);
    }

    /// The hits that are meant, as far as the words around them tell.
    fn meant(self) -> Vec<Hit> {
        let Self {
            gazetteer,
            fields,
            hits,
            ..
        } = self;
        let mut markers: Option<Vec<Markers>> = None;
        let mut is_meant = |mut hit: Hit| {
            let field = fields.get(hit.mention.field)?;
            let entry = gazetteer.entry(hit.mention.entry)?;
            if is_surname(gazetteer, field, &hit.mention) {
                return None;
            }
            let Some(number) = gazetteer.guards(entry).context else {
                return Some(hit);
            };
            let context = gazetteer.contexts.get(number)?;
            let count = |markers: &mut Option<Vec<Markers>>| {
                let all = markers.get_or_insert_with(|| {
                    gazetteer.contexts.count(fields.iter().map(FieldText::text))
                });
                all.get(usize::from(number)).copied().unwrap_or_default()
            };
            let Range { start, end } = hit.mention.span;
            let is_refused = context.refuses_between(field.text(), start, end)
                || (context.refuses_as_name(field.following(&hit.mention.span))
                    && is_prose(field.original))
                || (context.has_markers() && count(&mut markers).refuse());
            if is_refused {
                hit.mention.owner = context.otherwise?;
            }
            Some(hit)
        };
        hits.into_iter().filter_map(&mut is_meant).collect()
    }
}

/// Whether what begins at `at` is the second half of a compound whose first half is a people or a
/// country: *O‘zbek-xitoy* has one capital for both.
fn is_second_half(hits: &[Hit], field: usize, text: &str, at: usize) -> bool {
    let Some(before) = text.get(..at).and_then(|before| before.strip_suffix('-')) else {
        return false;
    };
    let is_half = |kind| matches!(kind, Kind::Name | Kind::People);
    let hits = hits.iter().rev().map(|hit| &hit.mention);
    hits.take_while(|mention| mention.field == field)
        .any(|mention| mention.span.end == before.len() && is_half(mention.kind))
}

/// Whether a place is a surname: right behind a given name or a form of address.
fn is_surname(gazetteer: &Gazetteer, field: &FieldText<'_>, mention: &Mention) -> bool {
    if !matches!(
        mention.kind,
        Kind::Name | Kind::Capital | Kind::Place | Kind::State
    ) {
        return false;
    }
    let before = field.text().get(..mention.span.start).unwrap_or_default();
    let Some(before) = before.strip_suffix(' ') else {
        return false;
    };
    let bare = before.strip_suffix('.').unwrap_or(before);
    let start = bare
        .char_indices()
        .rev()
        .take_while(|&(_, c)| is_word_char(c))
        .last();
    let Some((start, _)) = start else {
        return false;
    };
    let word = bare.get(start..).unwrap_or_default();
    gazetteer.contexts.is_given_name(word)
        && field
            .written(&(start..bare.len()))
            .starts_with(char::is_uppercase)
}

/// Left to right, at each place the longest; of equally long ones the word of the entry's own
/// language, the surest and heaviest. Weak readings for another owner stay beside a sure one:
/// what stands elsewhere in the entry decides between them. A word of a region hides no country
/// it is composed of.
fn longest(mut hits: Vec<Hit>, fields: &[FieldText<'_>]) -> Vec<Mention> {
    hits.sort_by_key(|hit| {
        let Mention {
            field,
            span,
            entry,
            kind,
            is_weak,
            ..
        } = &hit.mention;
        let rank = (
            hit.is_fallback,
            *kind != Kind::Stop,
            *is_weak,
            Reverse(kind.weight()),
            *entry,
        );
        (*field, span.start, Reverse(span.end), rank)
    });
    let mut mentions: Vec<Mention> = Vec::new();
    let mut taken = (0, 0);
    let mut winner: Option<Mention> = None;
    // The region's word that was taken last, and up to where its own countries are told.
    let mut region: Option<Mention> = None;
    let mut inside = (0, 0);
    for Hit { mention, .. } in hits {
        if let Some(winner) = &winner {
            let is_beside = winner.field == mention.field && winner.span == mention.span;
            let is_other = winner.owner != STOP && winner.owner != mention.owner;
            if is_beside && is_other && (mention.is_weak || winner.is_weak) {
                mentions.push(mention);
                continue;
            }
        }
        if let Some(region) = &region
            && let Some(field) = fields.get(mention.field)
            && is_part_of(&mention, region, inside, field.text())
            && (mention.field, mention.span.start) >= inside
        {
            inside = (mention.field, mention.span.end);
            if mention.owner != STOP {
                mentions.push(mention);
            }
            continue;
        }
        if (mention.field, mention.span.start) < taken {
            continue;
        }
        region = (mention.kind == Kind::Region).then(|| mention.clone());
        taken = (mention.field, mention.span.end);
        winner = Some(mention.clone());
        if mention.owner != STOP {
            mentions.push(mention);
        }
    }
    mentions
}

/// Whether a country's word is part of a region's, so that both are meant: all of it, or one of the
/// countries that it strings together from its beginning on. *China-Kyrgyzstan-Uzbekistan railway*
/// names three; the *South China Sea*, the *Minsk Group* and *Latin-Amerika* name none. `told`:
/// where the last of them ends.
fn is_part_of(mention: &Mention, region: &Mention, told: (usize, usize), text: &str) -> bool {
    let (inner, outer) = (&mention.span, &region.span);
    if mention.field != region.field || inner.start < outer.start || inner.end > outer.end {
        return false;
    }
    if inner == outer {
        return !matches!(mention.kind, Kind::Region | Kind::Stop);
    }
    let (field, end) = told;
    let is_next = inner.start == outer.start || (field == mention.field && end > outer.start);
    let from = if inner.start == outer.start {
        inner.end
    } else {
        end
    };
    let to = if inner.start == outer.start {
        outer.end
    } else {
        inner.start
    };
    let between = text.get(from..to).unwrap_or_default();
    is_next && between.trim_start().starts_with(DASHES)
}

/// A city with its state behind a comma is in that state: *Paris, Texas*; with a country, in that
/// country.
fn place_in_its_state(mentions: &mut [Mention], fields: &[FieldText<'_>]) {
    for index in (1..mentions.len()).rev() {
        let (Some(state), Some(city)) = (mentions.get(index).cloned(), mentions.get(index - 1))
        else {
            continue;
        };
        let between = fields
            .get(city.field)
            .and_then(|field| field.text().get(city.span.end..state.span.start));
        let is_inside = match state.kind {
            Kind::State => matches!(city.kind, Kind::Place | Kind::Capital | Kind::Name),
            Kind::Name => city.kind == Kind::Place,
            _ => false,
        };
        if is_inside
            && city.field == state.field
            && between == Some(", ")
            && city.owner != state.owner
            && let Some(city) = mentions.get_mut(index - 1)
        {
            city.owner = state.owner;
        }
    }
}
