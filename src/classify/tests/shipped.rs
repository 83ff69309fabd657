//! The shipped vocabulary holds together.

use std::collections::{BTreeMap, BTreeSet};

use crate::classify::guard::{Case, Languages};
use crate::classify::packs::PACKS;
use crate::classify::phrase::Phrase;
use crate::classify::tests::support::{all, input};
use crate::classify::vocabulary::{Term, Vocabulary};
use crate::classify::{pack_names, pack_title};

#[test]
fn twelve_regions_are_shipped() {
    assert_eq!(pack_names().len(), 12);
    assert_eq!(pack_title("central-asia"), Some("Central Asia"));
    assert_eq!(pack_title("atlantis"), None);
    let judgement = all().judge(&input("", ""));
    let regions: Vec<_> = judgement
        .regions
        .iter()
        .map(|it| it.region.as_str())
        .collect();
    assert_eq!(regions, pack_names());
}

#[test]
fn the_shipped_vocabulary_is_sound() {
    let mut errors = Vec::new();
    let vocabulary = Vocabulary::shipped(&mut errors);
    assert_eq!(errors, []);
    let known: BTreeSet<_> = PACKS
        .iter()
        .flat_map(|pack| pack.countries.iter().chain([&pack.name]))
        .copied()
        .collect();
    let owners: BTreeSet<_> = vocabulary
        .terms
        .iter()
        .map(|term| term.owner.as_str())
        .collect();
    assert_eq!(
        owners, known,
        "every country and region has words, and no other name has"
    );
}

/// A guard is worth nothing where another language lists the same form of the same country
/// without it.
#[test]
fn no_guard_is_passed_by_in_another_language() {
    let vocabulary = Vocabulary::shipped(&mut Vec::new());
    let lacks_a_guard_of = |other: &Term, guarded: &Term| {
        let (other, guarded) = (&other.guards, &guarded.guards);
        (guarded.case != Case::Any && other.case == Case::Any)
            || (guarded.context.is_some() && other.context.is_none())
            || (guarded.weak != Languages::None && other.weak == Languages::None)
    };
    let mut passed_by = Vec::new();
    for guarded in &vocabulary.terms {
        for phrase in guarded.phrases.iter().filter(|one| one.has_form(&one.head)) {
            let passes = |other: &&Term| {
                other.owner == guarded.owner
                    && other.guards.only.is_none()
                    && lacks_a_guard_of(other, guarded)
                    && other.phrases.iter().any(|one| one.has_form(&phrase.head))
            };
            if guarded.guards.only.is_none() {
                let others = vocabulary.terms.iter().filter(passes);
                passed_by.extend(others.map(|_| format!("{} {}", guarded.owner, phrase.head)));
            }
        }
    }
    assert_eq!(passed_by, Vec::<String>::new());
}

#[test]
fn no_word_speaks_surely_for_two_countries() {
    let vocabulary = Vocabulary::shipped(&mut Vec::new());
    let mut owners: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for term in &vocabulary.terms {
        let is_sure = !term.guards.weak.hold(None) && term.guards.speak(None);
        let plain = |phrase: &&Phrase| is_sure && phrase.rest.is_empty();
        for phrase in term.phrases.iter().filter(plain) {
            owners.entry(&phrase.head).or_default().insert(&term.owner);
        }
    }
    owners.retain(|_, owners| owners.len() > 1);
    assert_eq!(owners, BTreeMap::new());
}

#[test]
fn only_abbreviations_need_capitals_throughout() {
    let vocabulary = Vocabulary::shipped(&mut Vec::new());
    let mut written_out = Vec::new();
    for term in vocabulary
        .terms
        .iter()
        .filter(|term| term.guards.case == Case::AllCapitals)
    {
        let long = |one: &&Phrase| one.head.contains(' ') || one.head.chars().count() > 5;
        written_out.extend(
            term.phrases
                .iter()
                .filter(long)
                .map(|one| one.head.as_str()),
        );
    }
    assert_eq!(written_out, [""; 0]);
}
