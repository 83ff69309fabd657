//! The whole of it at work: an entry in, regions with reasons out.

use std::collections::BTreeMap;

use crate::classify::decide::{
    Candidate, CompiledFilter, Decider, EVIDENCE_MAX, Speaker, VoiceSet,
};
use crate::classify::fields::{FieldText, fields_of};
use crate::classify::gazetteer::Gazetteer;
use crate::classify::own_name::{OwnNames, Source};
use crate::classify::place::{Holder, Owner, Place};
use crate::classify::terms::{TermHit, Terms};
use crate::model::country::Country;
use crate::model::feed::FeedId;
use crate::model::fingerprint::hash64;
use crate::model::judgement::Judgement;
use crate::model::region::{Evidence, Field, RegionMatch};
use crate::model::rules::{Datelines, Pattern, Term};
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
    /// Who publishes it: what it says of that is no news.
    pub source: Source<'a>,
}

/// What stands in an entry, found in one walk: what the rules make of it, and which countries it
/// names.
#[derive(Debug)]
pub struct Findings<'a> {
    classifier: &'a Classifier,
    fields: Vec<FieldText<'a>>,
    places: Vec<Place<'a>>,
    default_country: Option<Country>,
    feed: Option<&'a FeedId>,
}

impl Classifier {
    /// Reads an entry once. Never panics, whatever the text.
    pub fn read<'a>(&'a self, input: &Input<'a>) -> Findings<'a> {
        let fields = fields_of(input);
        let mut places = self.gazetteer.places(&fields, input.language);
        let spans: Vec<_> = places
            .iter()
            .map(|it| (it.field, it.span.clone()))
            .collect();
        let own_names = OwnNames::of(&input.source, &fields, &spans);
        places.retain(|it| !own_names.hold(it.field, &it.span));
        Findings {
            classifier: self,
            places,
            fields,
            default_country: input.default_country,
            feed: input.feed,
        }
    }

    /// The regions the entry belongs to, in the order of the rules, each with its evidence.
    pub fn classify(&self, input: &Input<'_>) -> Vec<RegionMatch> {
        self.judge(input).into_matches()
    }

    /// What every rule makes of the entry: [`Findings::judgement`].
    pub fn judge(&self, input: &Input<'_>) -> Judgement {
        self.read(input).judgement()
    }

    /// The regions that hold `country`, in the order of the rules; the evidence is the feed's word.
    pub fn regions_of(&self, country: Country) -> Vec<RegionMatch> {
        let filter = CompiledFilter::default();
        let candidates = vec![of_feed(country, 0)];
        self.decider.judge(&filter, candidates).into_matches()
    }

    /// Hash of everything that decides: vocabulary, rules, the matching itself, the filter, the
    /// default country and the name of the feed. Equal on all machines; an entry classified under another
    /// hash is worth classifying again.
    pub fn rules_hash(
        &self,
        feed: Option<&FeedId>,
        default_country: Option<Country>,
        source: &Source<'_>,
    ) -> u64 {
        let rules = self.hash.to_be_bytes();
        let filter = self.decider.filter_of(feed).hash.to_be_bytes();
        let is_medium = [u8::from(source.is_medium)];
        let country = default_country.map_or("", Country::code);
        let mut parts = vec![&rules[..], &filter, country.as_bytes(), &is_medium];
        parts.extend(source.names.iter().map(|name| name.as_bytes()));
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
            is_in_dateline: false,
            is_weak: card.is_hint,
            is_place: card.is_place,
            voices: VoiceSet::default(),
        })
    }
}

impl Findings<'_> {
    /// What every rule makes of the entry.
    ///
    /// Evidence stands in the order of the entry (title, text, categories), the longest word at
    /// each place, nothing twice; spans are bytes of the original field, for a category of that
    /// category. An entry whose only evidence for a region is weak does not belong to it. One
    /// that surely names no place, in a published region or elsewhere, and nobody who holds an
    /// office in another country, is about its default country.
    pub fn judgement(&self) -> Judgement {
        let (classifier, fields) = (self.classifier, &self.fields);
        let places = self.places.iter().filter_map(|it| of_place(it, fields));
        let hits = classifier.terms.find(fields).into_iter();
        let hits = hits.filter_map(|hit| classifier.of_term(hit, fields));
        let mut candidates: Vec<Candidate<'_>> = places.chain(hits).collect();
        let filter = classifier.decider.filter_of(self.feed);
        weigh_datelines(&mut candidates, filter.datelines);
        let names_a_place = candidates.iter().any(|it| it.is_place && !it.is_weak);
        let default = self.default_country.filter(|_| !names_a_place);
        if let Some(country) = default.filter(|country| !self.may_be_abroad(*country)) {
            // What may be a place would only stand beside the feed's word for it.
            candidates.retain(|it| !it.is_place);
            candidates.push(of_feed(country, fields.len()));
        }
        classifier.decider.judge(filter, candidates)
    }

    /// Whether somebody is named who holds an office in another country than `home`.
    fn may_be_abroad(&self, home: Country) -> bool {
        let mut holders = self
            .places
            .iter()
            .filter(|place| place.holder == Some(Holder::Lone));
        holders.any(|place| place.owner != Owner::Country(home))
    }

    /// Every country the entry surely names, by its code, each with the words that do: whatever
    /// the rules say, and office holders left out.
    pub fn countries(&self) -> Vec<RegionMatch> {
        let mut countries: BTreeMap<Country, (bool, Vec<Evidence>)> = BTreeMap::new();
        for place in self.places.iter().filter(|place| place.holder.is_none()) {
            let Owner::Country(country) = place.owner else {
                continue;
            };
            let (is_sure, evidence) = countries.entry(country).or_default();
            *is_sure |= !place.is_weak;
            let shown = of_place(place, &self.fields).filter(|_| evidence.len() < EVIDENCE_MAX);
            evidence.extend(shown.map(|mut candidate| {
                candidate.weigh_dateline(Datelines::default());
                candidate.shown()
            }));
        }
        let sure = countries.into_iter().filter(|(_, (is_sure, _))| *is_sure);
        sure.map(|(country, (_, evidence))| RegionMatch {
            region: country.code().to_owned(),
            evidence,
        })
        .collect()
    }
}

/// Places in a dateline say as much as the filter gives them; where that is nothing, they are gone
/// before anybody asks what the entry names.
fn weigh_datelines(candidates: &mut Vec<Candidate<'_>>, datelines: Datelines) {
    candidates.retain_mut(|it| {
        it.weigh_dateline(datelines);
        !it.is_in_dateline || datelines != Datelines::Ignore
    });
}

fn of_place<'a>(place: &Place<'a>, fields: &[FieldText<'a>]) -> Option<Candidate<'a>> {
    let field = fields.get(place.field)?;
    Some(Candidate {
        field: place.field,
        kind: field.field,
        form: field.form(&place.span),
        span: place.span.clone(),
        speaker: Speaker::Place(place.owner),
        term: place.headword,
        weight: place.weight,
        is_in_dateline: place.is_in_dateline,
        is_weak: place.is_weak,
        is_place: true,
        voices: VoiceSet::default(),
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
        is_in_dateline: false,
        is_weak: false,
        is_place: true,
        voices: VoiceSet::default(),
    }
}
