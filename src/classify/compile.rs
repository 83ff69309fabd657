//! From rules to one search.

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use crate::classify::classifier::{Classifier, Side, Target};
use crate::classify::error::CompileError;
use crate::classify::guard::Guards;
use crate::classify::holders::Holders;
use crate::classify::packs::{pack_named, pack_names};
use crate::classify::phrase::Phrase;
use crate::classify::vocabulary::{GUARDS, Kind, LANGUAGES, Term, Vocabulary};
use crate::model::fingerprint::hash64;
use crate::model::rules::{OwnRegion, Rules};
use crate::text::fold::fold_str;

/// Version of the matching itself; raise it when the same vocabulary and rules decide otherwise.
const VERSION: u8 = 1;

/// A region name this like another is offered in its place (Jaro–Winkler).
const NEAR: f64 = 0.8;

/// Makes one search of the regions that `rules` publish.
///
/// # Errors
/// Everything that is wrong at once, each by its path in the configuration.
pub fn compile(rules: &Rules) -> Result<Classifier, Vec<CompileError>> {
    let mut errors = Vec::new();
    let vocabulary = Vocabulary::shipped(&mut errors);
    let own = OwnTerms::read(rules, &mut errors);
    let resolver = Resolver {
        rules,
        vocabulary: &vocabulary,
        own: &own,
    };
    let mut search = Search::default();
    let mut holders = Holders::default();
    for (index, name) in rules.regions.iter().enumerate() {
        if search.regions.contains(name) {
            continue;
        }
        let path = format!("regions[{index}]");
        if let Some(terms) = resolver.terms_of_published(name, &path, &mut errors) {
            search.add_region(name, &terms);
            holders.add(name, &resolver.countries_of(name, &mut Vec::new()));
        }
    }
    search.add_elsewhere(&vocabulary);
    search.add_contexts(&vocabulary);
    let automaton = AhoCorasick::builder()
        .match_kind(MatchKind::Standard)
        .kind(Some(AhoCorasickKind::ContiguousNFA))
        .build(&search.patterns)
        .map_err(|error| errors.push(CompileError::new("regions", error.to_string())));
    match automaton {
        Ok(automaton) if errors.is_empty() => Ok(Classifier {
            regions: search.regions,
            terms: search.terms,
            contexts: vocabulary.contexts,
            automaton,
            targets: search.targets,
            holders,
            rules_hash: hash_of(rules),
        }),
        _ => Err(errors),
    }
}

/// The words `[region.NAME]` brings and takes, by region.
#[derive(Default)]
struct OwnTerms<'a> {
    phrases: BTreeMap<&'a str, Vec<Term>>,
    without: BTreeMap<&'a str, Vec<String>>,
}

impl<'a> OwnTerms<'a> {
    fn read(rules: &'a Rules, errors: &mut Vec<CompileError>) -> Self {
        let mut own = Self::default();
        for (name, region) in &rules.own {
            let path = |key: &str, index: usize| format!("region.{name}.{key}[{index}]");
            for (index, written) in region.phrases.iter().enumerate() {
                match Phrase::literal(&fold_str(written)) {
                    Some(phrase) => own
                        .phrases
                        .entry(name)
                        .or_default()
                        .push(own_term(name, written, phrase)),
                    None => errors.push(empty_phrase(path("phrases", index), written)),
                }
            }
            for (index, written) in region.without.iter().enumerate() {
                match Phrase::literal(&fold_str(written)) {
                    Some(phrase) => own.without.entry(name).or_default().push(phrase.head),
                    None => errors.push(empty_phrase(path("without", index), written)),
                }
            }
        }
        own
    }
}

fn own_term(region: &str, written: &str, phrase: Phrase) -> Term {
    Term {
        owner: region.to_owned(),
        headword: written.trim().to_owned(),
        kind: Kind::Own,
        phrases: vec![phrase],
        guards: Guards::default(),
    }
}

fn empty_phrase(path: String, written: &str) -> CompileError {
    CompileError::new(
        path,
        format!("`{written}` has no letter or digit that could be found in a text; remove it"),
    )
}

struct Resolver<'a> {
    rules: &'a Rules,
    vocabulary: &'a Vocabulary,
    own: &'a OwnTerms<'a>,
}

impl<'a> Resolver<'a> {
    /// The terms of a published region; `None`, with errors, where there are none.
    fn terms_of_published(
        &self,
        name: &str,
        path: &str,
        errors: &mut Vec<CompileError>,
    ) -> Option<Vec<&'a Term>> {
        if pack_named(name).is_none() && !self.rules.own.contains_key(name) {
            errors.push(CompileError::new(path, self.unknown(name)));
            return None;
        }
        let n_errors = errors.len();
        let terms = self.terms_of(name, &mut Vec::new(), errors);
        if terms.is_empty() && errors.len() == n_errors {
            let message = "no word speaks for this region; give it `phrases` or `add` a region";
            errors.push(CompileError::new(format!("region.{name}"), message));
        }
        (!terms.is_empty()).then_some(terms)
    }

    /// The terms of a region, those it adds included, those it takes out excluded. `inside`: the
    /// regions that are being resolved, outermost first.
    fn terms_of(
        &self,
        name: &str,
        inside: &mut Vec<String>,
        errors: &mut Vec<CompileError>,
    ) -> Vec<&'a Term> {
        let mut terms = Vec::new();
        if let Some(pack) = pack_named(name) {
            let speaks =
                |term: &&Term| term.owner == name || pack.countries.contains(&term.owner.as_str());
            terms.extend(self.vocabulary.terms.iter().filter(speaks));
        }
        if let Some(region) = self.rules.own.get(name) {
            inside.push(name.to_owned());
            terms.extend(self.added_by(name, region, inside, errors));
            inside.pop();
            terms.extend(self.own.phrases.get(name).into_iter().flatten());
        }
        self.take_out(name, &mut terms);
        terms
    }

    /// The countries of a region, those of the regions it adds included. `inside` as above;
    /// circles and unknown names are reported there.
    fn countries_of(&self, name: &str, inside: &mut Vec<String>) -> BTreeSet<&'a str> {
        let pack = pack_named(name);
        let mut countries: BTreeSet<&str> = pack
            .map_or(&[][..], |pack| pack.countries)
            .iter()
            .copied()
            .collect();
        let Some(region) = self.rules.own.get(name) else {
            return countries;
        };
        inside.push(name.to_owned());
        for added in &region.add {
            if inside.contains(added) {
                continue;
            }
            if pack_named(added).is_some() || self.rules.own.contains_key(added) {
                countries.extend(self.countries_of(added, inside));
            } else {
                countries.insert(added);
            }
        }
        inside.pop();
        countries
    }

    /// Takes out the terms that have a form listed in `without`: each with all its forms, in all
    /// languages, because `without = ["Ташкента"]` means the city.
    fn take_out(&self, name: &str, terms: &mut Vec<&'a Term>) {
        let Some(without) = self.own.without.get(name) else {
            return;
        };
        let has_listed_form = |term: &&&Term| {
            let mut forms = without.iter();
            forms.any(|form| term.phrases.iter().any(|phrase| phrase.has_form(form)))
        };
        let taken: BTreeSet<_> = terms
            .iter()
            .filter(has_listed_form)
            .map(|term| (term.owner.as_str(), term.headword.as_str()))
            .collect();
        terms.retain(|term| !taken.contains(&(term.owner.as_str(), term.headword.as_str())));
    }

    fn added_by(
        &self,
        name: &str,
        region: &OwnRegion,
        inside: &mut Vec<String>,
        errors: &mut Vec<CompileError>,
    ) -> Vec<&'a Term> {
        let mut terms = Vec::new();
        for (index, added) in region.add.iter().enumerate() {
            let path = || format!("region.{name}.add[{index}]");
            // A shipped region of the same name is already in; the circle is harmless.
            if added == name && pack_named(name).is_some() {
                continue;
            }
            if inside.contains(added) {
                let circle = inside.join("` adds `");
                let message = format!("`{circle}` adds `{added}`: a circle; break it here");
                errors.push(CompileError::new(path(), message));
            } else if pack_named(added).is_some() || self.rules.own.contains_key(added) {
                terms.extend(self.terms_of(added, inside, errors));
            } else {
                let of_country = |term: &&Term| term.owner == *added;
                let n_before = terms.len();
                terms.extend(self.vocabulary.terms.iter().filter(of_country));
                if terms.len() == n_before {
                    errors.push(CompileError::new(path(), self.unknown(added)));
                }
            }
        }
        terms
    }

    fn unknown(&self, name: &str) -> String {
        let own = self.rules.own.keys().map(String::as_str);
        let near: Vec<_> = pack_names()
            .into_iter()
            .chain(own)
            .filter(|known| *known != name && strsim::jaro_winkler(known, name) >= NEAR)
            .map(|known| format!("`{known}`"))
            .collect();
        match near.as_slice() {
            [] => format!(
                "no region or country `{name}`; shipped: {}",
                pack_names().join(", ")
            ),
            _ => format!(
                "no region or country `{name}`; near it: {}",
                near.join(", ")
            ),
        }
    }
}

/// Patterns with what each stands for, while they are gathered.
#[derive(Default)]
struct Search {
    regions: Vec<String>,
    terms: Vec<(Term, Vec<usize>)>,
    patterns: Vec<String>,
    targets: Vec<Vec<Target>>,
    pattern_ids: BTreeMap<String, usize>,
    /// Where a term of the vocabulary already stands in `terms`, by its address there.
    term_ids: BTreeMap<*const Term, usize>,
}

impl Search {
    fn add_region(&mut self, name: &str, terms: &[&Term]) {
        let region = self.regions.len();
        self.regions.push(name.to_owned());
        let distinct: BTreeSet<_> = terms.iter().map(|&term| std::ptr::from_ref(term)).collect();
        let mut left = distinct;
        for &term in terms {
            if !left.remove(&std::ptr::from_ref(term)) {
                continue;
            }
            let id = self.term_id(term);
            if let Some((_, regions)) = self.terms.get_mut(id) {
                regions.push(region);
            }
        }
    }

    fn term_id(&mut self, term: &Term) -> usize {
        if let Some(&id) = self.term_ids.get(&std::ptr::from_ref(term)) {
            return id;
        }
        let id = self.terms.len();
        self.term_ids.insert(std::ptr::from_ref(term), id);
        self.terms.push((term.clone(), Vec::new()));
        for (index, phrase) in term.phrases.iter().enumerate() {
            self.add_pattern(&phrase.head, Target::Phrase { term: id, index });
        }
        id
    }

    /// Terms that speak for no published region: they tell that an entry names a place elsewhere.
    fn add_elsewhere(&mut self, vocabulary: &Vocabulary) {
        for term in &vocabulary.terms {
            self.term_id(term);
        }
    }

    fn add_contexts(&mut self, vocabulary: &Vocabulary) {
        for (context, words) in vocabulary.contexts.iter().enumerate() {
            let sides = [
                (Side::Against, &words.against),
                (Side::Favour, &words.favour),
            ];
            for (side, words) in sides {
                for word in words {
                    self.add_pattern(word, Target::Marker { context, side });
                }
            }
        }
    }

    fn add_pattern(&mut self, pattern: &str, target: Target) {
        let id = *self
            .pattern_ids
            .entry(pattern.to_owned())
            .or_insert_with(|| {
                self.patterns.push(pattern.to_owned());
                self.targets.push(Vec::new());
                self.patterns.len() - 1
            });
        if let Some(targets) = self.targets.get_mut(id) {
            targets.push(target);
        }
    }
}

/// Hash of everything that decides: the matching, the vocabulary, the rules; titles do not.
fn hash_of(rules: &Rules) -> u64 {
    let mut parts = vec![vec![VERSION], GUARDS.1.into()];
    parts.extend(LANGUAGES.iter().map(|(_, text)| Vec::from(*text)));
    add_list(&mut parts, &rules.regions);
    for (name, region) in &rules.own {
        parts.push(name.clone().into_bytes());
        for list in [&region.add, &region.phrases, &region.without] {
            add_list(&mut parts, list);
        }
    }
    let parts: Vec<_> = parts.iter().map(Vec::as_slice).collect();
    hash64(b'r', &parts)
}

/// The length goes first, so that no word moves unseen from one list to the next.
fn add_list(parts: &mut Vec<Vec<u8>>, list: &[String]) {
    parts.push(list.len().to_string().into_bytes());
    parts.extend(list.iter().map(|word| word.clone().into_bytes()));
}
