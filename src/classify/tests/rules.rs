//! Rules: order, own regions, mistakes, the hash.

use std::sync::Arc;

use crate::classify::compile;
use crate::classify::tests::support::{found, input, rules, words};
use crate::model::rules::{OwnRegion, Rules};

#[test]
fn matches_stand_in_the_order_of_the_rules() {
    let text = "Syria, Kazakhstan, Oman";
    for order in [
        ["gulf", "levant", "central-asia"],
        ["central-asia", "gulf", "levant"],
    ] {
        let classifier = compile(&rules(&order, &[])).unwrap();
        let regions: Vec<_> = classifier
            .classify(&input("en", text))
            .into_iter()
            .map(|one| one.region)
            .collect();
        assert_eq!(regions, order);
    }
}

#[test]
fn own_regions_add_and_take_words() {
    let own = OwnRegion {
        add: words(&["central-asia", "GE"]),
        phrases: words(&[
            "Wakhan  Corridor",
            "Водный диалог",
            "中吉乌铁路",
            "Kazakhstan oil",
        ]),
        without: words(&["Ташкента", "Mary", "C5+1"]),
        ..OwnRegion::default()
    };
    let classifier = compile(&rules(&["wider", "central-asia"], &[("wider", own)])).unwrap();
    let check = |text: &str, expected: &[&str]| {
        assert_eq!(found(&classifier, &input("", text)), expected, "{text}");
    };
    check("the WAKHAN corridor", &["wider: WAKHAN corridor"]);
    check("Wakhan Corridors", &[]);
    check("ВОДНЫЙ ДИАЛОГ", &["wider: ВОДНЫЙ ДИАЛОГ"]);
    check("关于中吉乌铁路的", &["wider: 中吉乌铁路"]);
    check("Tbilisi", &["wider: Tbilisi"]);
    // Taken out with all its forms in all languages, and only there.
    check("Ташкент", &["central-asia: Ташкент"]);
    check("C5+1", &["central-asia: C5+1"]);
    check("Toshkentda", &["central-asia: Toshkentda"]);
    // The longer phrase of one region takes nothing from another.
    check(
        "Kazakhstan oil",
        &["wider: Kazakhstan oil", "central-asia: Kazakhstan"],
    );
}

#[test]
fn a_shipped_region_can_be_extended_under_its_name() {
    let own = OwnRegion {
        add: words(&["levant"]),
        phrases: words(&["Cyprus"]),
        ..OwnRegion::default()
    };
    let classifier = compile(&rules(&["levant"], &[("levant", own)])).unwrap();
    assert_eq!(
        found(&classifier, &input("", "Cyprus, Syria")),
        ["levant: Cyprus, Syria"]
    );
}

#[test]
fn mistakes_are_reported_all_at_once_by_path() {
    let region = |add: &[&str], phrases: &[&str], without: &[&str]| OwnRegion {
        add: words(add),
        phrases: words(phrases),
        without: words(without),
        title: None,
    };
    let errors = compile(&rules(
        &["central-asa", "a", "empty"],
        &[
            (
                "a",
                region(&["b", "Atlantis"], &["x", " ", "—!"], &["\u{200B}"]),
            ),
            ("b", region(&["a"], &[], &[])),
            ("empty", region(&[], &[], &[])),
        ],
    ))
    .unwrap_err();
    let shown: Vec<_> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(
        shown,
        [
            "region.a.phrases[1]: ` ` has no letter or digit that could be found in a text; remove it",
            "region.a.phrases[2]: `—!` has no letter or digit that could be found in a text; remove it",
            "region.a.without[0]: `\u{200B}` has no letter or digit that could be found in a text; remove it",
            "regions[0]: no region or country `central-asa`; near it: `central-asia`",
            "region.b.add[0]: `a` adds `b` adds `a`: a circle; break it here",
            "region.a.add[1]: no region or country `Atlantis`; shipped: central-asia, south-caucasus, levant, gulf, south-east-asia, western-balkans, baltic, horn-of-africa, sahel, maghreb, arctic, latin-america",
            "region.empty: no word speaks for this region; give it `phrases` or `add` a region",
        ]
    );
}

#[test]
fn the_hash_follows_what_decides_and_nothing_else() {
    let own = |title: &str, phrase: &str| {
        let region = OwnRegion {
            title: Some(title.to_owned()),
            phrases: words(&[phrase]),
            ..OwnRegion::default()
        };
        let rules = rules(&["x", "gulf"], &[("x", region)]);
        compile(&rules).unwrap().rules_hash(None)
    };
    assert_eq!(own("A", "word"), own("B", "word"));
    assert_ne!(own("A", "word"), own("A", "other"));
    let of = |regions: &[&str]| compile(&rules(regions, &[])).unwrap().rules_hash(None);
    assert_ne!(of(&["gulf"]), of(&["gulf", "levant"]));
    assert_ne!(of(&["gulf", "levant"]), of(&["levant", "gulf"]));
}

#[test]
fn no_region_at_all_matches_nothing() {
    let classifier = compile(&Rules::default()).unwrap();
    assert_eq!(
        found(&classifier, &input("en", "Kazakhstan")),
        Vec::<String>::new()
    );
}

#[test]
fn a_classifier_is_shared_by_threads() {
    fn shared<T: Send + Sync + 'static>(_: &Arc<T>) {}
    shared(&Arc::new(compile(&rules(&["gulf"], &[])).unwrap()));
}
