//! What the names in rules stand for: regions, countries and groups become voices.

use std::collections::{BTreeMap, BTreeSet};

use crate::classify::compile::OwnTerms;
use crate::classify::decide::{Part, Voice};
use crate::classify::error::CompileError;
use crate::classify::fields::field_text;
use crate::classify::gazetteer::Gazetteer;
use crate::classify::packs::{Pack, pack_named, pack_names, packs_inside};
use crate::classify::place::Owner;
use crate::classify::terms::Terms;
use crate::classify::topics::{topic, topic_names};
use crate::model::country::Country;
use crate::model::region::Field;
use crate::model::rules::{OwnGroup, Rules, Selector, Words};
use crate::model::weight::Thousandths;

/// A region name this like another is offered in its place (Jaro–Winkler).
const NEAR: f64 = 0.8;

/// So many near names are offered.
const NEAR_SHOWN: usize = 3;

/// Makes voices of names, each once.
pub(super) struct Resolver<'a> {
    rules: &'a Rules,
    groups: &'a BTreeMap<String, OwnGroup>,
    gazetteer: &'static Gazetteer,
    own: &'a OwnTerms,
    terms: &'a Terms,
    errors: &'a mut Vec<CompileError>,
    voices: Vec<Voice>,
    known: BTreeMap<Selector, usize>,
}

impl<'a> Resolver<'a> {
    pub(super) fn new(
        rules: &'a Rules,
        groups: &'a BTreeMap<String, OwnGroup>,
        gazetteer: &'static Gazetteer,
        own: &'a OwnTerms,
        terms: &'a Terms,
        errors: &'a mut Vec<CompileError>,
    ) -> Self {
        Self {
            rules,
            groups,
            gazetteer,
            own,
            terms,
            errors,
            voices: Vec::new(),
            known: BTreeMap::new(),
        }
    }

    /// All voices, as their indices count them.
    pub(super) fn finish(self) -> Vec<Voice> {
        self.voices
    }

    /// The voice of a published region; `None`, with errors, where nothing speaks for it.
    pub(super) fn published(&mut self, name: &str, path: &str) -> Option<usize> {
        let n_errors = self.errors.len();
        let index = self.voice(&Selector::Region(name.to_owned()), path)?;
        let is_mute = self.voices.get(index).is_none_or(|voice| {
            let mut parts = voice.parts.iter();
            parts.all(|part| part.owners.is_empty() && part.terms.is_empty())
        });
        if is_mute && self.errors.len() == n_errors {
            let message = "no word speaks for this region; give it `phrases` or `add` a region";
            let path = format!("region.{name}");
            self.errors.push(CompileError::new(path, message));
        }
        (!is_mute).then_some(index)
    }

    /// The index of a name's voice; `None`, with an error, where there is no such name.
    pub(super) fn voice(&mut self, selector: &Selector, path: &str) -> Option<usize> {
        if let Some(&index) = self.known.get(selector) {
            return Some(index);
        }
        let parts = self.parts(selector, path, &mut Vec::new())?;
        let index = self.voices.len();
        self.known.insert(selector.clone(), index);
        self.voices.push(Voice {
            parts,
            ..Voice::default()
        });
        let own = match selector {
            Selector::Group(name) => self.groups.get(name),
            Selector::Region(_) | Selector::Country(_) => None,
        };
        if let Some(group) = own {
            // Known by now, so that two groups may drown each other.
            let path = |index: usize| format!("group.{}.unless[{index}]", bare(selector));
            let unless = group.unless.iter().enumerate();
            let unless: Vec<usize> = unless
                .filter_map(|(index, it)| self.voice(it, &path(index)))
                .collect();
            if let Some(voice) = self.voices.get_mut(index) {
                voice.unless = unless;
                voice.min = group.min.unwrap_or(Thousandths::ZERO);
            }
        }
        Some(index)
    }

    /// What speaks for a name. `inside`: the names that are being resolved, outermost first.
    fn parts(
        &mut self,
        selector: &Selector,
        path: &str,
        inside: &mut Vec<Selector>,
    ) -> Option<Vec<Part>> {
        if inside.contains(selector) {
            let circle: Vec<String> = inside.iter().map(ToString::to_string).collect();
            let circle = circle.join("` adds `");
            let message = format!("`{circle}` adds `{selector}`: a circle; break it here");
            self.errors.push(CompileError::new(path, message));
            return None;
        }
        let (mut parts, words) = match selector {
            Selector::Country(country) => return Some(vec![of_country(*country)]),
            Selector::Region(name) => {
                let own = self.rules.own.get(name).map(|it| &it.words);
                let shipped = pack_named(name).map(|pack| Part {
                    owners: owners(pack),
                    ..Part::default()
                });
                if shipped.is_none() && own.is_none() {
                    return self.unknown(selector, path);
                }
                (shipped.into_iter().collect(), own)
            }
            Selector::Group(name) => {
                let own = self.groups.get(name).map(|it| &it.words);
                if own.is_none() {
                    return self.unknown(selector, path);
                }
                (Vec::new(), own)
            }
        };
        if let Some(words) = words {
            self.add_own(selector, words, inside, &mut parts);
        }
        Some(parts)
    }

    fn add_own(
        &mut self,
        selector: &Selector,
        words: &Words,
        inside: &mut Vec<Selector>,
        parts: &mut Vec<Part>,
    ) {
        let (table, terms) = match selector {
            Selector::Group(_) => ("group", self.own.of_groups.get(bare(selector))),
            Selector::Region(_) | Selector::Country(_) => {
                ("region", self.own.of_regions.get(bare(selector)))
            }
        };
        parts.push(Part {
            terms: terms.into_iter().flatten().copied().collect(),
            ..Part::default()
        });
        inside.push(selector.clone());
        for (index, added) in words.add.iter().enumerate() {
            // What is shipped under the same name is already in; the circle is harmless.
            if added == selector && is_shipped(selector) {
                continue;
            }
            let path = format!("{table}.{}.add[{index}]", bare(selector));
            parts.extend(self.parts(added, &path, inside).into_iter().flatten());
        }
        inside.pop();
        for (index, written) in words.without.iter().enumerate() {
            let taken = self.entries_of(written);
            let mut terms = parts.iter().flat_map(|part| &part.terms);
            if taken.is_empty() && !terms.any(|term| self.terms.is_form(*term, written)) {
                let path = format!("{table}.{}.without[{index}]", bare(selector));
                self.errors.push(self.nothing_to_take(written, parts, path));
            }
            for part in &mut *parts {
                part.without.extend(taken.iter().cloned());
                part.terms
                    .retain(|term| !self.terms.is_form(*term, written));
            }
        }
    }

    /// Entries of the gazetteer that have a form: `without = ["Ташкента"]` means the city, with
    /// all its forms in all languages.
    fn entries_of(&self, written: &str) -> BTreeSet<(Owner, String)> {
        let written = written.trim();
        let fields = [field_text(Field::Text, written)];
        let places = self.gazetteer.places(&fields, None).into_iter();
        let whole = places.filter(|it| it.span == (0..written.len()));
        whole.map(|it| (it.owner, it.headword.to_owned())).collect()
    }

    fn nothing_to_take(&self, written: &str, parts: &[Part], path: String) -> CompileError {
        let owners: BTreeSet<Owner> = parts
            .iter()
            .flat_map(|part| &part.owners)
            .copied()
            .collect();
        let mut near: Vec<(f64, &str)> = self
            .gazetteer
            .headwords(&owners)
            .into_iter()
            .map(|known| (strsim::jaro_winkler(known, written.trim()), known))
            .filter(|(nearness, _)| *nearness >= NEAR)
            .collect();
        near.sort_by(|left, right| right.0.total_cmp(&left.0).then(left.1.cmp(right.1)));
        let near: Vec<String> = near
            .iter()
            .take(NEAR_SHOWN)
            .map(|(_, known)| format!("`{known}`"))
            .collect();
        let message = match near.as_slice() {
            [] => format!("no word `{written}` speaks for it, so none can be taken out"),
            near => format!(
                "no word `{written}` speaks for it, so none can be taken out; near it: {}",
                near.join(", ")
            ),
        };
        CompileError::new(path, message)
    }

    fn unknown(&mut self, selector: &Selector, path: &str) -> Option<Vec<Part>> {
        let own: Vec<String> = match selector {
            Selector::Group(_) => {
                let own = self.rules.groups.keys().map(String::as_str);
                topic_names()
                    .into_iter()
                    .chain(own)
                    .map(|it| format!("@{it}"))
                    .collect()
            }
            Selector::Region(_) | Selector::Country(_) => {
                let shipped = pack_names().into_iter().map(str::to_owned);
                shipped.chain(self.rules.own.keys().cloned()).collect()
            }
        };
        let name = selector.to_string();
        let is_near = |known: &&String| strsim::jaro_winkler(known, &name) >= NEAR;
        let near: Vec<String> = own
            .iter()
            .filter(is_near)
            .map(|known| format!("`{known}`"))
            .collect();
        let listed = format!("known: {}", own.join(", "));
        let is_listed = |error: &CompileError| error.message.ends_with(&listed);
        let known = match near.as_slice() {
            [] if self.errors.iter().any(is_listed) => "those known are listed above".to_owned(),
            [] => listed,
            near => format!("near it: {}", near.join(", ")),
        };
        let message = format!("no region, country or group `{name}`; {known}");
        self.errors.push(CompileError::new(path, message));
        None
    }
}

fn is_shipped(selector: &Selector) -> bool {
    match selector {
        Selector::Region(name) => pack_named(name).is_some(),
        Selector::Group(name) => topic(name).is_some(),
        Selector::Country(_) => false,
    }
}

fn bare(selector: &Selector) -> &str {
    match selector {
        Selector::Region(name) | Selector::Group(name) => name,
        Selector::Country(country) => country.code(),
    }
}

fn of_country(country: Country) -> Part {
    Part {
        owners: BTreeSet::from([Owner::Country(country)]),
        ..Part::default()
    }
}

/// Its countries, its own words, and those of the packs that lie in it: Mercosur speaks for South
/// America, too.
fn owners(pack: &Pack) -> BTreeSet<Owner> {
    let countries = pack.countries.iter().copied();
    let countries = countries.filter_map(Country::from_code).map(Owner::Country);
    let packs = packs_inside(pack).map(|inner| Owner::Region(inner.name));
    countries.chain(packs).collect()
}
