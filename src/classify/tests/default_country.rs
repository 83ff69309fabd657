//! `default-country`: what an entry is about that names no place.

use crate::classify::tests::support::{found, input, own, rules};
use crate::classify::{Input, Source, compile};
use crate::model::country::Country;
use crate::model::region::{Evidence, Field, RegionMatch};

/// What a feed of `country` makes of an entry.
fn found_at(country: &str, text: &str) -> Vec<String> {
    let own = own(&["central-asia", "GE"], &[], &[]);
    let rules = rules(&["gulf", "wider", "central-asia"], &[("wider", own)]);
    let input = Input {
        default_country: Country::from_code(country),
        ..input("en", text)
    };
    found(&compile(&rules).unwrap(), &input)
}

#[test]
fn an_entry_without_a_place_is_about_the_country_of_its_feed() {
    let check = |country: &str, text: &str, expected: &[&str]| {
        assert_eq!(found_at(country, text), expected, "{country}: {text}");
    };
    let plain = "Parliament adopts the budget";
    check("KZ", plain, &["wider: KZ", "central-asia: KZ"]);
    check("GE", plain, &["wider: GE"]);
    // No published region holds it, or none is named.
    check("DE", plain, &[]);
    check("", plain, &[]);
    // A place that is named is all that counts, also where no published region speaks of it.
    check("KZ", "Oman adopts the budget", &["gulf: Oman"]);
    check("KZ", "Latvia adopts the budget", &[]);
    // Nor does an entry belong to the country of its feed that names a leader of another one.
    check("KZ", "Putin speaks about the budget", &[]);
    check("KZ", "Lavrov speaks about the budget", &[]);
    check(
        "KZ",
        "Bektenov speaks about the budget",
        &["wider: KZ", "central-asia: KZ"],
    );
    // A word that may be a place (Mary, Turkmenistan) names none for sure.
    check(
        "KZ",
        "Mary adopts a cat",
        &["wider: KZ", "central-asia: KZ"],
    );
}

#[test]
fn the_word_of_the_feed_is_its_own_kind_of_evidence() {
    let classifier = compile(&rules(&["gulf"], &[])).unwrap();
    let expected = RegionMatch {
        region: "gulf".to_owned(),
        evidence: vec![Evidence {
            field: Field::Feed,
            form: "OM".to_owned(),
            start: 0,
            end: 0,
            term: "default-country".to_owned(),
            weight: 1000,
            country: Country::from_code("OM"),
        }],
    };
    let oman = Country::from_code("OM").unwrap();
    assert_eq!(classifier.regions_of(oman), [expected]);
}

#[test]
fn the_hash_follows_the_country_of_the_feed() {
    let classifier = compile(&rules(&["gulf"], &[])).unwrap();
    let of = |country| classifier.rules_hash(None, Country::from_code(country), &Source::default());
    assert_ne!(of("OM"), of("QA"));
    assert_ne!(of("OM"), of(""));
}
