//! Rules: order, own regions, mistakes, the hash.

use std::sync::Arc;

use crate::classify::tests::support::{found, input, own, rules};
use crate::classify::{Source, compile, pack_names};
use crate::model::feed::FeedId;
use crate::model::rules::{Filter, OwnRegion, Rules, Selector};
use crate::model::weight::Thousandths;

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
    let own = own(
        &["central-asia", "GE"],
        &[
            "Wakhan  Corridor",
            "Водный диалог",
            "水资源对话",
            "Kazakhstan oil",
        ],
        &["Ташкента", "Mary", "C5+1"],
    );
    let classifier = compile(&rules(&["wider", "central-asia"], &[("wider", own)])).unwrap();
    let check = |text: &str, expected: &[&str]| {
        assert_eq!(found(&classifier, &input("", text)), expected, "{text}");
    };
    check("the WAKHAN corridor", &["wider: WAKHAN corridor"]);
    check("Wakhan Corridors", &[]);
    check("ВОДНЫЙ ДИАЛОГ", &["wider: ВОДНЫЙ ДИАЛОГ"]);
    check("关于水资源对话的", &["wider: 水资源对话"]);
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
    let own = own(&["levant"], &["Cyprus"], &[]);
    let classifier = compile(&rules(&["levant"], &[("levant", own)])).unwrap();
    assert_eq!(
        found(&classifier, &input("", "Cyprus, Syria")),
        ["levant: Cyprus, Syria"]
    );
}

fn mistakes(rules: &Rules) -> Vec<String> {
    let errors = compile(rules).unwrap_err();
    errors.iter().map(ToString::to_string).collect()
}

#[test]
fn mistakes_in_words_are_reported_all_at_once_by_path() {
    let region = own(&[], &["x", " ", "—!"], &[]);
    assert_eq!(
        mistakes(&rules(&["a"], &[("a", region)])),
        [
            "region.a.phrases[1]: ` ` has no letter or digit that could be found in a text; remove it",
            "region.a.phrases[2]: `—!` has no letter or digit that could be found in a text; remove it",
        ]
    );
}

#[test]
fn mistakes_in_names_are_reported_all_at_once_by_path() {
    let mut rules = rules(
        &["central-asa", "a", "empty"],
        &[
            ("a", own(&["b", "Atlantis"], &["x"], &[])),
            ("b", own(&["a"], &[], &[])),
            ("empty", own(&[], &[], &[])),
        ],
    );
    rules.filter.none = vec![Selector::read("@sports")];
    assert_eq!(
        mistakes(&rules),
        [
            "regions[0]: no region, country or group `central-asa`; near it: `central-asia`, `central-africa`, `central-america`",
            "region.b.add[0]: `a` adds `b` adds `a`: a circle; break it here",
            &format!(
                "region.a.add[1]: no region, country or group `Atlantis`; known: {}, a, b, empty",
                pack_names().join(", ")
            ),
            "region.empty: no word speaks for this region; give it `phrases` or `add` a region",
            "filter.none[0]: no region, country or group `@sports`; near it: `@sport`",
        ]
    );
}

#[test]
fn the_hash_follows_what_decides_and_nothing_else() {
    let of = |rules: &Rules| {
        compile(rules)
            .unwrap()
            .rules_hash(None, None, &Source::default())
    };
    let titled = |title: &str, phrase: &str| {
        let region = OwnRegion {
            title: Some(title.to_owned()),
            ..own(&[], &[phrase], &[])
        };
        of(&rules(&["x", "gulf"], &[("x", region)]))
    };
    assert_eq!(titled("A", "word"), titled("B", "word"));
    assert_ne!(titled("A", "word"), titled("A", "other"));
    let plain = |regions: &[&str]| of(&rules(regions, &[]));
    assert_ne!(plain(&["gulf"]), plain(&["gulf", "levant"]));
    assert_ne!(plain(&["gulf", "levant"]), plain(&["levant", "gulf"]));
}

#[test]
fn the_filter_of_a_feed_changes_the_hash_of_its_entries_alone() {
    let mut rules = rules(&["gulf"], &[]);
    let feeds: [FeedId; 2] = ["a", "b"].map(|id| id.parse().unwrap());
    let hashes = |rules: &Rules| {
        let classifier = compile(rules).unwrap();
        let of = |feed| classifier.rules_hash(Some(feed), None, &Source::default());
        [of(&feeds[0]), of(&feeds[1])]
    };
    let before = hashes(&rules);
    let strict = Filter {
        about: Thousandths(300),
        ..Filter::default()
    };
    rules.feeds.insert(feeds[0].clone(), strict.clone());
    let after = hashes(&rules);
    assert_ne!(before[0], after[0]);
    assert_eq!(before[1], after[1]);
    rules.filter = strict;
    assert_ne!(hashes(&rules)[1], after[1]);
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

#[test]
fn what_is_taken_out_must_be_a_word() {
    let of = |without: &str| {
        let own = own(&[], &[], &[without]);
        compile(&rules(&["central-asia"], &[("central-asia", own)]))
    };
    assert!(of("Uzbekistan").is_ok() && of("Ташкента").is_ok());
    let errors = of("Uzbekistn").unwrap_err();
    let [error] = errors.as_slice() else {
        panic!("{errors:?}");
    };
    assert_eq!(error.path, "region.central-asia.without[0]");
    assert!(error.message.contains("no word `Uzbekistn`"), "{error}");
    assert!(error.message.contains("near it: `Uzbekistan`"), "{error}");
}
