//! What packs are called, and the organisations that speak for them.

use std::sync::OnceLock;

use crate::classify::tests::support::{found, input, rules};
use crate::classify::{Classifier, compile, pack_names};
use crate::model::rules::{Filter, Rules};
use crate::model::weight::Thousandths;

/// A line a name: language, the regions it must speak for, the text.
const NAMES: &str = include_str!("packs.tsv");

/// Every pack, by any mention.
fn every_pack() -> &'static Classifier {
    static ALL: OnceLock<Classifier> = OnceLock::new();
    ALL.get_or_init(|| {
        let filter = Filter {
            about: Thousandths::ZERO,
            ..Filter::default()
        };
        let rules = Rules {
            filter,
            ..rules(&pack_names(), &[])
        };
        compile(&rules).unwrap()
    })
}

#[test]
fn every_pack_has_names_of_its_own() {
    let mut missed = Vec::new();
    let mut named = Vec::new();
    for line in NAMES.lines().filter(|line| !line.starts_with('#')) {
        let cells: Vec<_> = line.split('\t').collect();
        let [language, regions, text] = cells[..] else {
            panic!("not three cells: {line}");
        };
        let found = every_pack().classify(&input(language, text));
        for region in regions.split(' ') {
            named.push(region);
            if !found.iter().any(|one| one.region == region) {
                missed.push(format!("{language} {text}: no {region}"));
            }
        }
    }
    assert_eq!(missed, Vec::<String>::new());
    let without = pack_names()
        .into_iter()
        .filter(|name| !named.contains(name));
    assert_eq!(without.collect::<Vec<_>>(), Vec::<&str>::new());
}

#[test]
fn a_pack_has_the_words_of_the_packs_inside_it() {
    let check = |text: &str, expected: &[&str]| {
        assert_eq!(found(every_pack(), &input("en", text)), expected, "{text}");
    };
    check(
        "Mercosur ministers met",
        &[
            "latin-america: Mercosur",
            "south-america: Mercosur",
            "southern-cone: Mercosur",
        ],
    );
    check(
        "The Latin American summit",
        &["latin-america: Latin American"],
    );
}

/// Short names of organisations are common words, too, and those that Russia leads say little of
/// Central Asia by themselves: they count beside something that surely speaks for the region.
#[test]
fn an_ambiguous_name_counts_only_beside_a_sure_one() {
    let check = |language: &str, text: &str, expected: &[&str]| {
        let found = found(every_pack(), &input(language, text));
        let central_asia = found.iter().filter(|it| it.starts_with("central-asia"));
        assert_eq!(central_asia.collect::<Vec<_>>(), expected, "{text}");
    };
    check("en", "ECO is a short name", &[]);
    check("en", "The SCO met", &["central-asia: SCO"]);
    check("en", "The SCO Group sued over Unix", &[]);
    check("fr", "Une série à voir sur OCS", &[]);
    check("fr", "Le sommet de l'OCS", &["central-asia: OCS"]);
    check("en", "The CSTO met", &[]);
    check(
        "en",
        "The CSTO met in Bishkek",
        &["central-asia: CSTO, Bishkek"],
    );
    check("ru", "Саммит ЕАЭС", &[]);
    check(
        "ru",
        "саммит ЕАЭС в Астане",
        &["central-asia: ЕАЭС, Астане"],
    );
}
