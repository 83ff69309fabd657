//! The whole of it at work: an entry in, regions with reasons out.

use std::collections::BTreeMap;

use crate::classify::decide::{Candidate, CompiledFilter, Decider, EVIDENCE_MAX, Speaker};
use crate::classify::fields::{FieldText, fields_of};
use crate::classify::gazetteer::Gazetteer;
use crate::classify::place::{Owner, Place};
use crate::classify::terms::{TermHit, Terms};
use crate::model::country::Country;
use crate::model::feed::FeedId;
use crate::model::fingerprint::hash64;
use crate::model::judgement::Judgement;
use crate::model::region::{Evidence, Field, RegionMatch};
use crate::model::rules::{Pattern, Term};
use crate::model::weight::Thousandths;

/// What an entry that names no place is said to belong by.
const DEFAULT_COUNTRY: &str = "default-country";

/// Rules compiled to one search. Made by [`compile()`](super::compile()); shared by all threads.
#[derive(Debug)]
pub struct Classifier {
    /// Finds places.
    pub(super) gazetteer: &'static Gazetteer,
    /// Finds the user's terms.
    pub(super) terms: Terms,
    /// What is to be known of each of them.
    pub(super) cards: Vec<TermCard>,
    /// Decides.
    pub(super) decider: Decider,
    /// Hash of everything that decides, but for what single feeds have of their own.
    pub(super) hash: u64,
}

/// What is to be known of a term once it is found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct TermCard {
    /// As the user wrote it.
    pub(super) written: String,
    /// How much it says.
    pub(super) weight: Thousandths,
    /// Whether it counts only beside something that is no hint.
    pub(super) is_hint: bool,
    /// Whether it stands for part of the world, or for a topic.
    pub(super) is_place: bool,
}

impl TermCard {
    pub(super) fn new(term: &Term, is_place: bool) -> Self {
        Self {
            written: match &term.pattern {
                Pattern::Stem { words, .. } => words.trim().to_owned(),
                pattern => pattern.to_string().trim().to_owned(),
            },
            weight: term.weight,
            is_hint: term.is_hint,
            is_place,
        }
    }
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
    /// The feed it came from, whose filter holds; `None`: no feed's in particular.
    pub feed: Option<&'a FeedId>,
}

impl Classifier {
    /// The regions the entry belongs to, in the order of the rules, each with its evidence.
    pub fn classify(&self, input: &Input<'_>) -> Vec<RegionMatch> {
        self.judge(input).into_matches()
    }

    /// What every rule makes of the entry.
    ///
    /// Evidence stands in the order of the entry (title, text, categories), the longest word at
    /// each place, nothing twice; spans are bytes of the original field, for a category of that
    /// category. An entry whose only evidence for a region is weak does not belong to it. One
    /// that surely names no place, in a published region or elsewhere, is about its default
    /// country. Never panics, whatever the text.
    pub fn judge(&self, input: &Input<'_>) -> Judgement {
        let fields = fields_of(input);
        let places = self.gazetteer.places(&fields, input.language);
        let places = places.into_iter().filter_map(|it| of_place(it, &fields));
        let hits = self.terms.find(&fields).into_iter();
        let hits = hits.filter_map(|hit| self.of_term(hit, &fields));
        let mut candidates: Vec<Candidate<'_>> = places.chain(hits).collect();
        let names_a_place = candidates.iter().any(|it| it.is_place && !it.is_weak);
        if let Some(country) = input.default_country.filter(|_| !names_a_place) {
            // What may be a place would only stand beside the feed's word for it.
            candidates.retain(|it| !it.is_place);
            candidates.push(of_feed(country, fields.len()));
        }
        let filter = self.decider.filter_of(input.feed);
        self.decider.judge(filter, candidates)
    }

    /// Every country the entry surely names, by its code, each with the words that do: whatever
    /// the rules say, and office holders left out.
    pub fn countries_of(&self, input: &Input<'_>) -> Vec<RegionMatch> {
        let fields = fields_of(input);
        let places = self.gazetteer.places(&fields, input.language);
        let mut countries: BTreeMap<Country, (bool, Vec<Evidence>)> = BTreeMap::new();
        for place in places.into_iter().filter(|place| !place.is_holder) {
            let Owner::Country(country) = place.owner else {
                continue;
            };
            let (is_sure, evidence) = countries.entry(country).or_default();
            *is_sure |= !place.is_weak;
            let shown = of_place(place, &fields).filter(|_| evidence.len() < EVIDENCE_MAX);
            evidence.extend(shown.map(|candidate| candidate.shown()));
        }
        let sure = countries.into_iter().filter(|(_, (is_sure, _))| *is_sure);
        sure.map(|(country, (_, evidence))| RegionMatch {
            region: country.code().to_owned(),
            evidence,
        })
        .collect()
    }

    /// The regions that hold `country`, in the order of the rules; the evidence is the feed's word.
    pub fn regions_of(&self, country: Country) -> Vec<RegionMatch> {
        let filter = CompiledFilter::default();
        let candidates = vec![of_feed(country, 0)];
        self.decider.judge(&filter, candidates).into_matches()
    }

    /// Hash of everything that decides: vocabulary, rules, the matching itself, the filter and
    /// the default country of the feed. Equal on all machines; an entry classified under another
    /// hash is worth classifying again.
    pub fn rules_hash(&self, feed: Option<&FeedId>, default_country: Option<Country>) -> u64 {
        let parts = [
            &self.hash.to_be_bytes()[..],
            &self.decider.filter_of(feed).hash.to_be_bytes(),
            default_country.map_or("", Country::code).as_bytes(),
        ];
        hash64(b'r', &parts)
    }

    fn of_term<'a>(&'a self, hit: TermHit, fields: &[FieldText<'a>]) -> Option<Candidate<'a>> {
        let card = self.cards.get(hit.term)?;
        let field = fields.get(hit.field)?;
        Some(Candidate {
            field: hit.field,
            kind: field.field,
            form: field.form(&hit.span),
            span: hit.span,
            speaker: Speaker::Term(hit.term),
            term: &card.written,
            weight: card.weight,
            is_weak: card.is_hint,
            is_place: card.is_place,
        })
    }
}

fn of_place<'a>(place: Place<'a>, fields: &[FieldText<'a>]) -> Option<Candidate<'a>> {
    let field = fields.get(place.field)?;
    Some(Candidate {
        field: place.field,
        kind: field.field,
        form: field.form(&place.span),
        span: place.span,
        speaker: Speaker::Place(place.owner),
        term: place.headword,
        weight: place.weight,
        is_weak: place.is_weak,
        is_place: true,
    })
}

/// A feed's word for where an entry takes place.
fn of_feed(country: Country, field: usize) -> Candidate<'static> {
    Candidate {
        field,
        kind: Field::Feed,
        form: country.code(),
        span: 0..0,
        speaker: Speaker::Place(Owner::Country(country)),
        term: DEFAULT_COUNTRY,
        weight: Thousandths::ONE,
        is_weak: false,
        is_place: true,
    }
}
