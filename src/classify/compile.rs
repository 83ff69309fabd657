//! From rules to one search.

use std::collections::BTreeMap;

use crate::classify::classifier::{Classifier, TermCard};
use crate::classify::decide::{CompiledFilter, Decider, PublishedRegion};
use crate::classify::error::CompileError;
use crate::classify::gazetteer::Gazetteer;
use crate::classify::resolve::Resolver;
use crate::classify::terms::Terms;
use crate::classify::topics::topic;
use crate::model::fingerprint::hash64;
use crate::model::judgement::ConditionList;
use crate::model::rules::{Filter, OwnGroup, Pattern, Rules, Selector, Term, Words};

/// Version of the decision itself; raise it when the same evidence decides otherwise.
const VERSION: u8 = 3;

/// Makes one search of the regions that `rules` publish and of the filters they must pass.
///
/// # Errors
/// Everything that is wrong at once, each by its path in the configuration.
pub fn compile(rules: &Rules) -> Result<Classifier, Vec<CompileError>> {
    let gazetteer = Gazetteer::shipped()?;
    let mut errors = Vec::new();
    let groups = groups_in_use(rules);
    let own = OwnTerms::gather(rules, &groups);
    let listed: Vec<&Term> = own.terms.iter().map(|(_, term)| term).collect();
    let terms = match Terms::compile(&listed) {
        Ok(terms) => terms,
        Err(mistakes) => {
            let of = |index: usize| own.terms.get(index).map_or("", |(path, _)| path);
            let mistakes = mistakes.into_iter();
            return Err(mistakes
                .map(|(index, message)| CompileError::new(of(index), message))
                .collect());
        }
    };
    let mut resolver = Resolver::new(rules, &groups, gazetteer, &own, &terms, &mut errors);
    let mut regions: Vec<PublishedRegion> = Vec::new();
    for (index, name) in rules.regions.iter().enumerate() {
        if regions.iter().any(|it| it.name == *name) {
            continue;
        }
        if let Some(voice) = resolver.published(name, &format!("regions[{index}]")) {
            let name = name.clone();
            regions.push(PublishedRegion { name, voice });
        }
    }
    let filter = compile_filter(&rules.filter, "filter", &mut resolver);
    let feeds = rules.feeds.iter().map(|(feed, filter)| {
        let path = format!("feed {feed}, filter");
        (feed.clone(), compile_filter(filter, &path, &mut resolver))
    });
    let feeds = feeds.collect();
    let voices = resolver.finish();
    if !errors.is_empty() {
        return Err(errors);
    }
    let cards = own.terms.iter().enumerate();
    let cards = cards.map(|(index, (_, term))| TermCard::new(term, index < own.n_of_regions));
    Ok(Classifier {
        gazetteer,
        cards: cards.collect(),
        terms,
        decider: Decider::new(voices, regions, filter, feeds),
        hash: hash_of(rules, &groups, gazetteer.hash()),
    })
}

/// The groups that filters and regions name, what is shipped and what the user adds to it put
/// together. Others are not compiled: nobody asks for them.
fn groups_in_use(rules: &Rules) -> BTreeMap<String, OwnGroup> {
    let filters = rules.feeds.values().chain([&rules.filter]);
    let filters = filters.flat_map(|it| it.any.iter().chain(&it.all).chain(&it.none));
    let added = rules.own.values().flat_map(|it| &it.words.add);
    let mut open: Vec<&Selector> = filters.chain(added).collect();
    let mut groups = BTreeMap::new();
    while let Some(selector) = open.pop() {
        let Selector::Group(name) = selector else {
            continue;
        };
        if groups.contains_key(name) {
            continue;
        }
        let (shipped, own) = (topic(name), rules.groups.get(name));
        for group in shipped.into_iter().chain(own) {
            open.extend(group.words.add.iter().chain(&group.unless));
        }
        let group = match (shipped, own) {
            (None, None) => continue,
            (Some(group), None) | (None, Some(group)) => group.clone(),
            (Some(shipped), Some(own)) => extended(shipped, own),
        };
        groups.insert(name.clone(), group);
    }
    groups
}

/// A shipped group with the user's words, and the user's `unless` and `min` where there are any.
fn extended(shipped: &OwnGroup, own: &OwnGroup) -> OwnGroup {
    let mut group = shipped.clone();
    group.words.add.extend_from_slice(&own.words.add);
    group.words.phrases.extend_from_slice(&own.words.phrases);
    group.words.terms.extend_from_slice(&own.words.terms);
    group.words.without.extend_from_slice(&own.words.without);
    if !own.unless.is_empty() {
        group.unless.clone_from(&own.unless);
    }
    group.min = own.min.or(shipped.min);
    group
}

/// The user's terms, those of regions first: only they stand for part of the world.
pub(super) struct OwnTerms {
    /// Each with its path in the configuration.
    terms: Vec<(String, Term)>,
    /// The first so many are of regions.
    n_of_regions: usize,
    /// Indices of the terms of a region, by its name.
    pub(super) of_regions: BTreeMap<String, Vec<usize>>,
    /// Indices of the terms of a group, by its name.
    pub(super) of_groups: BTreeMap<String, Vec<usize>>,
}

impl OwnTerms {
    fn gather(rules: &Rules, groups: &BTreeMap<String, OwnGroup>) -> Self {
        let mut terms = Vec::new();
        let mut of_regions = BTreeMap::new();
        for (name, region) in &rules.own {
            let indices = gather_words(&format!("region.{name}"), &region.words, &mut terms);
            of_regions.insert(name.clone(), indices);
        }
        let n_of_regions = terms.len();
        let mut of_groups = BTreeMap::new();
        for (name, group) in groups {
            let indices = gather_words(&format!("group.{name}"), &group.words, &mut terms);
            of_groups.insert(name.clone(), indices);
        }
        Self {
            terms,
            n_of_regions,
            of_regions,
            of_groups,
        }
    }
}

fn gather_words(path: &str, words: &Words, terms: &mut Vec<(String, Term)>) -> Vec<usize> {
    let first = terms.len();
    for (index, text) in words.phrases.iter().enumerate() {
        let pattern = Pattern::Text {
            text: text.clone(),
            exact: false,
        };
        terms.push((format!("{path}.phrases[{index}]"), Term::new(pattern)));
    }
    for (index, term) in words.terms.iter().enumerate() {
        terms.push((format!("{path}.terms[{index}]"), term.clone()));
    }
    (first..terms.len()).collect()
}

fn compile_filter(filter: &Filter, path: &str, resolver: &mut Resolver<'_>) -> CompiledFilter {
    let lists = [
        (ConditionList::None, &filter.none),
        (ConditionList::All, &filter.all),
        (ConditionList::Any, &filter.any),
    ];
    let mut conditions = Vec::new();
    for (list, selectors) in lists {
        for (index, selector) in selectors.iter().enumerate() {
            let path = format!("{path}.{}[{index}]", list.key());
            if let Some(voice) = resolver.voice(selector, &path) {
                conditions.push((list, selector.to_string(), voice));
            }
        }
    }
    CompiledFilter {
        conditions,
        about: filter.about,
        min: filter.min,
        fields: filter.fields,
        datelines: filter.datelines,
        hash: hash64(b'r', &[format!("{filter:?}").as_bytes()]),
    }
}

/// Hash of everything that decides but filters: the matching, the vocabulary, the rules; titles
/// do not.
fn hash_of(rules: &Rules, groups: &BTreeMap<String, OwnGroup>, gazetteer: u64) -> u64 {
    let own: Vec<_> = rules
        .own
        .iter()
        .map(|(name, it)| (name, &it.words))
        .collect();
    let rules = format!("{:?}", (&rules.regions, own, groups));
    let parts = [
        &[VERSION][..],
        &gazetteer.to_be_bytes(),
        crate::classify::terms::SOURCE.as_bytes(),
        rules.as_bytes(),
    ];
    hash64(b'r', &parts)
}
