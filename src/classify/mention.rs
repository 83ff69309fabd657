//! Which words of the gazetteer an entry uses, and what each of them means there.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use crate::classify::compiled::{Case, Entry, Kind, LanguageSet};
use crate::classify::context::{Markers, is_prose};
use crate::classify::fields::FieldText;
use crate::classify::gazetteer::{Found, Gazetteer};
use crate::classify::language::{Reading, Readings};
use crate::classify::overlap::longest;
use crate::text::words::{is_word_char, word_starts};

/// At most so many hits of one word in one field are looked at, so that ten megabytes of one word
/// cost what ten megabytes of text do.
const HITS_MAX: u16 = 64;

/// What follows a particle written onto it must have so many letters.
const AFTER_PREFIX_MIN: u8 = 3;

/// What joins the halves of a compound, folded.
pub(super) const DASHES: [char; 3] = ['-', '–', '—'];

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
pub(super) struct Hit {
    pub(super) mention: Mention,
    /// Whose word it is, of the languages it is written in; none of them where it is borrowed.
    pub(super) languages: LanguageSet,
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
        let from = self.hits.len();
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
        retain_compounds(&mut self.hits, from, text);
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
            let languages = entry.languages & reading.primary;
            let is_fallback = languages == 0;
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
            let is_guess = languages & !reading.guessed == 0
                && !is_fallback
                && matches!(entry.kind, Kind::Place | Kind::State);
            let is_weak = is_guess
                || guards.weak & reading.primary != 0
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
                languages,
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

/// Takes out of the hits of a field, from `from` on, first halves of compounds that no people or
/// country follows: *franco-allemand*, not *franco-phone*.
fn retain_compounds(hits: &mut Vec<Hit>, from: usize, text: &str) {
    let of_field = hits.get(from..).unwrap_or_default();
    if of_field
        .iter()
        .all(|hit| hit.mention.kind != Kind::Combining)
    {
        return;
    }
    let starts: HashSet<usize> = of_field
        .iter()
        .filter(|hit| matches!(hit.mention.kind, Kind::Name | Kind::People))
        .map(|hit| hit.mention.span.start)
        .collect();
    let is_first_half = |mention: &Mention| {
        let behind = text.get(mention.span.end..).unwrap_or_default();
        let dash = behind.chars().next().filter(|c| DASHES.contains(c));
        dash.is_some_and(|dash| starts.contains(&(mention.span.end + dash.len_utf8())))
    };
    let mut index = 0;
    hits.retain(|hit| {
        index += 1;
        index <= from || hit.mention.kind != Kind::Combining || is_first_half(&hit.mention)
    });
}

/// Whether what begins at `at` is the second half of a compound whose first half is a people or a
/// country: *O‘zbek-xitoy* has one capital for both.
fn is_second_half(hits: &[Hit], field: usize, text: &str, at: usize) -> bool {
    let Some(before) = text.get(..at).and_then(|before| before.strip_suffix('-')) else {
        return false;
    };
    let is_half = |kind| matches!(kind, Kind::Name | Kind::People | Kind::Combining);
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
