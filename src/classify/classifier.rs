//! The search at work: an entry in, regions with reasons out.

use std::cmp::Reverse;
use std::ops::Range;

use aho_corasick::AhoCorasick;

use crate::classify::guard::{Context, is_prose};
use crate::classify::holders::Holders;
use crate::classify::phrase::Phrase;
use crate::classify::vocabulary::Term;
use crate::model::country::Country;
use crate::model::fingerprint::hash64;
use crate::model::region::{Evidence, Field, RegionMatch};
use crate::text::fold::{Folded, fold};
use crate::text::words::{begins_word, is_boundary};

/// At most so much evidence is kept for one region.
const EVIDENCE_MAX: usize = 8;

/// At most so many hits of one term in one field are looked at, so that ten megabytes of one word
/// cost what ten megabytes of text do.
const HITS_MAX: u16 = 64;

/// Rules compiled to one search. Made by [`compile()`](super::compile()); shared by all threads.
#[derive(Debug)]
pub struct Classifier {
    /// Published regions, in the order of the rules.
    pub(super) regions: Vec<String>,
    /// Terms, each with the regions it speaks for.
    pub(super) terms: Vec<(Term, Vec<usize>)>,
    /// Contexts that guard terms.
    pub(super) contexts: Vec<Context>,
    /// Finds the heads of all phrases and markers.
    pub(super) automaton: AhoCorasick,
    /// What each pattern of the automaton stands for.
    pub(super) targets: Vec<Vec<Target>>,
    /// The regions that hold a country.
    pub(super) holders: Holders,
    /// See [`Classifier::rules_hash`].
    pub(super) rules_hash: u64,
}

/// What a found pattern may be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Target {
    /// The head of a phrase.
    Phrase {
        /// Index in [`Classifier::terms`].
        term: usize,
        /// Index in that term's phrases.
        index: usize,
    },
    /// A word that tells what the entry is about.
    Marker {
        /// Index in [`Classifier::contexts`].
        context: usize,
        /// What it says.
        side: Side,
    },
}

/// What a marker says about the word its context guards.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Side {
    /// Another reading is meant.
    Against,
    /// This reading is meant.
    Favour,
}

/// What is classified: an entry without markup.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// Title; may be empty.
    pub title: &'a str,
    /// Text without markup; may be empty.
    pub text: &'a str,
    /// Publisher's own categories.
    pub categories: &'a [String],
    /// BCP 47 tag, in any case; `None` where unknown.
    pub language: Option<&'a str>,
    /// The country it is about where it names no place at all.
    pub default_country: Option<Country>,
}

impl Classifier {
    /// The regions the entry belongs to, in the order of the rules, each with its evidence.
    ///
    /// Evidence stands in the order of the entry (title, text, categories), the longest word at
    /// each place, nothing twice; spans are bytes of the original field, for a category of that
    /// category. Titles count double, categories one and a half times. An entry whose only
    /// evidence is weak does not match. One that surely names no place, in a published region or
    /// elsewhere, belongs to the regions that hold its default country. Never panics, whatever
    /// the text.
    pub fn classify(&self, input: &Input<'_>) -> Vec<RegionMatch> {
        let fields = fields_of(input);
        let mut found = Found::new(self.contexts.len());
        for (field, text) in fields.iter().enumerate() {
            self.search(field, text.folded.as_str(), &mut found);
        }
        let hits = self.accepted(found, &fields, input.language);
        let matches = self
            .regions
            .iter()
            .enumerate()
            .map(|(region, name)| RegionMatch {
                region: name.clone(),
                evidence: evidence_of(region, &hits, &fields),
            });
        let matches: Vec<_> = matches.filter(|one| !one.evidence.is_empty()).collect();
        match input.default_country {
            // Terms of no published region are searched as well, for this question alone.
            Some(country) if hits.iter().all(|hit| hit.is_weak) => self.regions_of(country),
            _ => matches,
        }
    }

    /// The regions that hold `country`, in the order of the rules; the evidence is the feed's word.
    pub fn regions_of(&self, country: Country) -> Vec<RegionMatch> {
        self.holders.matches(country)
    }

    /// Hash of everything that decides: vocabulary, rules, the matching itself, and the default
    /// country of the feed. Equal on all machines; an entry classified under another hash is worth
    /// classifying again.
    pub fn rules_hash(&self, default_country: Option<Country>) -> u64 {
        match default_country {
            None => self.rules_hash,
            Some(country) => {
                let parts = [
                    &self.rules_hash.to_be_bytes()[..],
                    country.code().as_bytes(),
                ];
                hash64(b'r', &parts)
            }
        }
    }

    fn search(&self, field: usize, text: &str, found: &mut Found) {
        let mut n_hits = vec![0_u16; self.terms.len()];
        for one in self.automaton.find_overlapping_iter(text) {
            let targets = self.targets.get(one.pattern().as_usize());
            for &target in targets.into_iter().flatten() {
                match target {
                    Target::Phrase { term, index } => {
                        let Some(n_hits) = n_hits.get_mut(term).filter(|n| **n < HITS_MAX) else {
                            continue;
                        };
                        let end = self
                            .phrase(term, index)
                            .and_then(|phrase| phrase.end_in(text, one.start(), one.end()));
                        if let Some(end) = end {
                            *n_hits += 1;
                            let span = one.start()..end;
                            found.hits.push(Hit { field, span, term });
                        }
                    }
                    Target::Marker { context, side } => {
                        if begins_word(text, one.start()) && is_boundary(text, one.end()) {
                            found.mark(context, side);
                        }
                    }
                }
            }
        }
    }

    fn phrase(&self, term: usize, index: usize) -> Option<&Phrase> {
        self.terms.get(term)?.0.phrases.get(index)
    }

    /// The hits that their guards let pass: left to right, at each place the longest first, of
    /// equally long ones the surest and heaviest.
    fn accepted(
        &self,
        found: Found,
        fields: &[FieldText<'_>],
        language: Option<&str>,
    ) -> Vec<Accepted<'_>> {
        let Found { hits, markers } = found;
        let accept = |hit: Hit| {
            let (term, regions) = self.terms.get(hit.term)?;
            let field = fields.get(hit.field)?;
            let is_let_pass = term.guards.speak(language)
                && (field.is_whole_category(&hit) || term.guards.case.accepts(field.form(&hit)))
                && self.is_meant(&hit, field, term, &markers);
            is_let_pass.then(|| Accepted {
                is_weak: term.guards.weak.hold(language)
                    || (term.guards.is_common && !field.has_small_letters()),
                term,
                regions,
                hit,
            })
        };
        let mut accepted: Vec<_> = hits.into_iter().filter_map(accept).collect();
        accepted.sort_by_key(|one| {
            let Hit { field, span, term } = &one.hit;
            let weight = Reverse(one.term.kind.weight());
            (
                *field,
                span.start,
                Reverse(span.end),
                one.is_weak,
                weight,
                *term,
            )
        });
        accepted
    }

    /// Whether no context speaks against this reading.
    fn is_meant(&self, hit: &Hit, field: &FieldText<'_>, term: &Term, markers: &[Markers]) -> bool {
        let Some(index) = term.guards.context else {
            return true;
        };
        let (Some(context), Some(markers)) = (self.contexts.get(index), markers.get(index)) else {
            return true;
        };
        markers.n_against <= markers.n_favour
            && !context.refuses_between(field.folded.as_str(), hit.span.start, hit.span.end)
            && !(context.refuses_as_name(field.following(hit)) && is_prose(field.original))
    }
}

/// A hit that its guards let pass.
struct Accepted<'a> {
    hit: Hit,
    term: &'a Term,
    regions: &'a [usize],
    is_weak: bool,
}

/// What speaks for `region`: the longest hits, left to right, none overlapping another; none at
/// all where all of them are weak.
fn evidence_of(region: usize, hits: &[Accepted<'_>], fields: &[FieldText<'_>]) -> Vec<Evidence> {
    let mut evidence = Vec::new();
    let mut is_sure = false;
    let mut taken = (0, 0);
    for one in hits.iter().filter(|one| one.regions.contains(&region)) {
        let Hit { field, span, .. } = &one.hit;
        if (*field, span.start) < taken {
            continue;
        }
        taken = (*field, span.end);
        is_sure |= !one.is_weak;
        if evidence.len() < EVIDENCE_MAX {
            evidence.extend(
                fields
                    .get(*field)
                    .map(|field| field.evidence(&one.hit, one.term)),
            );
        }
    }
    if is_sure { evidence } else { Vec::new() }
}

/// A field of the entry, folded.
struct FieldText<'a> {
    field: Field,
    original: &'a str,
    folded: Folded,
}

impl FieldText<'_> {
    fn span(&self, hit: &Hit) -> Range<usize> {
        self.folded.original(hit.span.clone())
    }

    /// The hit as written.
    fn form(&self, hit: &Hit) -> &str {
        self.original.get(self.span(hit)).unwrap_or_default()
    }

    /// Whether the hit is all of a category: publishers write `jordan` there, and mean it.
    fn is_whole_category(&self, hit: &Hit) -> bool {
        self.field == Field::Category && hit.span == (0..self.folded.as_str().len())
    }

    /// Whether a capital means anything here.
    fn has_small_letters(&self) -> bool {
        self.original.chars().any(char::is_lowercase)
    }

    /// What is written behind the hit.
    fn following(&self, hit: &Hit) -> &str {
        self.original.get(self.span(hit).end..).unwrap_or_default()
    }

    fn evidence(&self, hit: &Hit, term: &Term) -> Evidence {
        let span = self.span(hit);
        let weight = term.kind.weight();
        Evidence {
            field: self.field,
            form: self.form(hit).to_owned(),
            start: u32::try_from(span.start).unwrap_or(u32::MAX),
            end: u32::try_from(span.end).unwrap_or(u32::MAX),
            term: term.headword.clone(),
            weight: match self.field {
                Field::Title => weight * 2,
                Field::Text | Field::Feed => weight,
                Field::Category => weight * 3 / 2,
            },
        }
    }
}

fn fields_of<'a>(input: &Input<'a>) -> Vec<FieldText<'a>> {
    let field_text = |field, original| FieldText {
        field,
        original,
        folded: fold(original),
    };
    let mut fields = vec![
        field_text(Field::Title, input.title),
        field_text(Field::Text, input.text),
    ];
    let categories = input.categories.iter();
    fields.extend(categories.map(|category| field_text(Field::Category, category.as_str())));
    fields
}

/// A phrase found, in bytes of the folded field.
struct Hit {
    field: usize,
    span: Range<usize>,
    term: usize,
}

/// What a search found in an entry.
struct Found {
    hits: Vec<Hit>,
    markers: Vec<Markers>,
}

/// Markers of one context counted over the entry.
#[derive(Clone, Default)]
struct Markers {
    n_against: usize,
    n_favour: usize,
}

impl Found {
    fn new(n_contexts: usize) -> Self {
        Self {
            hits: Vec::new(),
            markers: vec![Markers::default(); n_contexts],
        }
    }

    fn mark(&mut self, context: usize, side: Side) {
        if let Some(markers) = self.markers.get_mut(context) {
            match side {
                Side::Against => markers.n_against += 1,
                Side::Favour => markers.n_favour += 1,
            }
        }
    }
}
