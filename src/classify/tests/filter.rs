//! Filters: what is asked of an entry besides naming a region, and which rule decides.

use crate::classify::tests::support::{own, rules, words};
use crate::classify::{Classifier, Input, compile};
use crate::model::country::Country;
use crate::model::feed::FeedId;
use crate::model::judgement::{Judgement, Reason};
use crate::model::rules::{Datelines, Filter, OwnGroup, Pattern, Rules, Selector, Term};
use crate::model::weight::Thousandths;

/// Rules that publish Central Asia and the South Caucasus, with groups and a filter.
fn with(filter: Filter) -> Rules {
    let mut rules = rules(&["central-asia", "south-caucasus"], &[]);
    let group = |phrases: &[&str]| OwnGroup {
        words: own(&[], phrases, &[]).words,
        ..OwnGroup::default()
    };
    rules.groups = [
        ("eu".to_owned(), group(&["European Union", "Евросоюз"])),
        ("ball".to_owned(), group(&["football", "match"])),
    ]
    .into();
    rules.filter = filter;
    rules
}

fn judge(rules: &Rules, title: &str, text: &str) -> Judgement {
    let classifier = compile(rules).unwrap();
    classifier.judge(&Input {
        title,
        text,
        categories: &[],
        language: Some("en"),
        default_country: None,
        feed: None,
        source: crate::classify::Source::default(),
    })
}

/// What became of Central Asia.
fn reason(rules: &Rules, title: &str, text: &str) -> Reason {
    judge(rules, title, text).regions[0].reason.clone()
}

fn selectors(list: &[&str]) -> Vec<Selector> {
    list.iter().map(|one| Selector::read(one)).collect()
}

#[test]
fn any_all_and_none_ask_for_what_is_named() {
    let check = |any: &[&str], all: &[&str], none: &[&str], text: &str, expected: Reason| {
        let rules = with(Filter {
            any: selectors(any),
            all: selectors(all),
            none: selectors(none),
            about: Thousandths::ZERO,
            ..Filter::default()
        });
        assert_eq!(reason(&rules, "", text), expected, "{text}");
    };
    let by = str::to_owned;
    check(
        &[],
        &["@eu"],
        &[],
        "Kazakhstan and the European Union",
        Reason::In,
    );
    check(
        &[],
        &["@eu"],
        &[],
        "Kazakhstan and Uzbekistan",
        Reason::All { by: by("@eu") },
    );
    check(
        &["UZ", "@eu"],
        &[],
        &[],
        "Kazakhstan meets Uzbekistan",
        Reason::In,
    );
    check(&["UZ", "@eu"], &[], &[], "Kazakhstan alone", Reason::Any);
    check(
        &[],
        &[],
        &["@ball"],
        "A football match in Kazakhstan",
        Reason::None { by: by("@ball") },
    );
    check(
        &[],
        &[],
        &["south-caucasus"],
        "Kazakhstan and Armenia",
        Reason::None {
            by: by("south-caucasus"),
        },
    );
    // None is asked first, then all.
    check(
        &["UZ"],
        &["GE"],
        &["@ball"],
        "football in Kazakhstan",
        Reason::None { by: by("@ball") },
    );
    check(&[], &[], &["@ball"], "football", Reason::Unnamed);
    check(&[], &[], &[], "Mary had a lamb", Reason::Doubtful);
}

#[test]
fn about_is_a_share_of_the_places() {
    let text = "Syria, Lebanon, Jordan, Oman and Qatar met; Kazakhstan came too";
    let verdict = |about: u32| {
        let rules = with(Filter {
            about: Thousandths(about),
            ..Filter::default()
        });
        judge(&rules, "", text).regions[0].clone()
    };
    let strict = verdict(200);
    let least = Thousandths(200);
    assert_eq!(strict.reason, Reason::About { least });
    assert_eq!(
        (strict.weight, strict.share),
        (Thousandths::ONE, Thousandths(166))
    );
    assert_eq!(verdict(166).reason, Reason::In);
    assert_eq!(verdict(0).reason, Reason::In);
}

#[test]
fn words_of_regions_are_places_and_those_of_groups_are_not() {
    let mut rules = with(Filter::default());
    rules.own = [("corridor".to_owned(), own(&[], &["Middle Corridor"], &[]))].into();
    rules.regions.push("corridor".to_owned());
    let share = |text: &str| judge(&rules, "", text).regions[0].share;
    assert_eq!(share("Kazakhstan and the corridor"), Thousandths(1000));
    assert_eq!(
        share("Kazakhstan and the football match"),
        Thousandths(1000)
    );
    assert_eq!(share("Oman and Kazakhstan"), Thousandths(500));
    // Of the shipped region's own words, too: the phrase is one of each.
    assert_eq!(
        share("Kazakhstan in the Middle Corridor"),
        Thousandths(1000)
    );
}

#[test]
fn min_is_a_weight_and_fields_weigh() {
    let check = |min: u32, title: &str, text: &str, expected: bool| {
        let rules = with(Filter {
            min: Thousandths(min),
            ..Filter::default()
        });
        let is_in = reason(&rules, title, text) == Reason::In;
        assert_eq!(is_in, expected, "{min} {title} {text}");
    };
    check(1800, "Astana", "", true);
    check(1801, "Astana", "", false);
    check(901, "", "Astana", false);
    check(1700, "", "Astana and the Kazakh steppe", true);
    let mut rules = with(Filter::default());
    rules.filter.fields.text = Thousandths::ZERO;
    assert_eq!(reason(&rules, "Astana", "Oman, Oman, Oman"), Reason::In);
    assert_eq!(reason(&rules, "", "Astana"), Reason::Unnamed);
}

#[test]
fn a_group_holds_from_its_min_on_and_is_drowned_by_its_unless() {
    let mut rules = with(Filter {
        none: selectors(&["@ball"]),
        ..Filter::default()
    });
    let football = "Kazakhstan: football, football and talks with the European Union";
    let is_out = |rules: &Rules, text: &str| matches!(reason(rules, "", text), Reason::None { .. });
    assert!(is_out(&rules, football));
    let sport = rules.groups.get_mut("ball").unwrap();
    sport.min = Some(Thousandths(2000));
    assert!(is_out(&rules, football));
    assert!(!is_out(
        &rules,
        "Kazakhstan: a football match-day"
            .split(" match")
            .next()
            .unwrap()
    ));
    let sport = rules.groups.get_mut("ball").unwrap();
    sport.unless = selectors(&["@eu"]);
    assert!(is_out(&rules, football));
    let talks = format!("{football}. The European Union agreed");
    assert!(!is_out(&rules, &talks));
}

#[test]
fn a_feed_has_its_own_filter() {
    let feed: FeedId = "wire".parse().unwrap();
    let mut rules = with(Filter {
        all: selectors(&["@eu"]),
        ..Filter::default()
    });
    rules.feeds.insert(feed.clone(), Filter::default());
    let classifier = compile(&rules).unwrap();
    let is_in = |feed: Option<&FeedId>| {
        let input = Input {
            title: "Kazakhstan",
            text: "",
            categories: &[],
            language: None,
            default_country: None,
            feed,
            source: crate::classify::Source::default(),
        };
        !classifier.classify(&input).is_empty()
    };
    assert!(is_in(Some(&feed)));
    assert!(!is_in(None) && !is_in(Some(&"other".parse().unwrap())));
}

#[test]
fn what_a_default_country_names_passes_the_filter_like_any_other() {
    let mut rules = with(Filter {
        all: selectors(&["KZ"]),
        none: selectors(&["@ball"]),
        ..Filter::default()
    });
    let is_in = |rules: &Rules, text: &str| {
        let classifier = compile(rules).unwrap();
        let input = Input {
            title: "",
            text,
            categories: &[],
            language: None,
            default_country: Country::from_code("KZ"),
            feed: None,
            source: crate::classify::Source::default(),
        };
        !classifier.classify(&input).is_empty()
    };
    assert!(is_in(&rules, "Parliament adopts the budget"));
    assert!(!is_in(&rules, "The football cup"));
    rules.filter.all = selectors(&["UZ"]);
    assert!(!is_in(&rules, "Parliament adopts the budget"));
}

#[test]
fn terms_of_every_kind_speak_for_regions() {
    let mut region = own(&[], &[], &[]);
    let mut weighed = Term::new(Pattern::Wildcard("нефтепровод*".to_owned()));
    weighed.weight = Thousandths(400);
    region.words.terms = vec![
        weighed,
        Term::new(Pattern::Stem {
            words: "срединный коридор".to_owned(),
            language: "ru".to_owned(),
        }),
    ];
    let rules = rules(&["corridor"], &[("corridor", region)]);
    let judgement = judge(&rules, "Срединного коридора", "о нефтепроводах");
    let evidence: Vec<_> = judgement.regions[0]
        .evidence
        .iter()
        .map(|it| (it.form.as_str(), it.term.as_str(), it.weight))
        .collect();
    assert_eq!(
        evidence,
        [
            ("Срединного коридора", "срединный коридор", 2000),
            ("нефтепроводах", "нефтепровод*", 400),
        ]
    );
}

#[test]
fn a_judgement_says_what_else_was_named() {
    let rules = with(Filter {
        none: selectors(&["@ball"]),
        all: selectors(&["@eu"]),
        ..Filter::default()
    });
    let judgement = judge(&rules, "Kazakhstan and Oman", "European Union");
    let elsewhere: Vec<_> = judgement.elsewhere.iter().map(|it| &it.form).collect();
    assert_eq!(elsewhere, ["Oman", "European Union"]);
    let conditions: Vec<_> = judgement
        .conditions
        .iter()
        .map(|it| (it.list.key(), it.selector.as_str(), it.holds))
        .collect();
    assert_eq!(conditions, [("none", "@ball", false), ("all", "@eu", true)]);
}

/// Ten thousand terms are found in one pass, and their number changes nothing else.
#[test]
fn many_terms_are_one_search() {
    let phrases: Vec<String> = (0..10_000).map(|n| format!("word{n}x")).collect();
    let phrases: Vec<&str> = phrases.iter().map(String::as_str).collect();
    let rules = rules(&["many"], &[("many", own(&[], &phrases, &[]))]);
    let classifier: Classifier = compile(&rules).unwrap();
    let input = Input {
        title: "",
        text: "word17x, word9999x and word10000x",
        categories: &words(&[]),
        language: None,
        default_country: None,
        feed: None,
        source: crate::classify::Source::default(),
    };
    let matches = classifier.classify(&input);
    let forms: Vec<_> = matches[0].evidence.iter().map(|it| &it.form).collect();
    assert_eq!(forms, ["word17x", "word9999x"]);
}

/// A dateline tells where the reporter sits.
#[test]
fn a_dateline_says_what_the_filter_gives_it() {
    let text = "TASHKENT, Aug. 12 (AFP) – Oman and Qatar signed.";
    let weight = |datelines: Datelines| {
        let rules = with(Filter {
            about: Thousandths::ZERO,
            datelines,
            ..Filter::default()
        });
        let regions = judge(&rules, "", text).regions;
        let one = regions.iter().find(|it| it.region == "central-asia");
        one.unwrap().weight
    };
    assert_eq!(weight(Datelines::Ignore), Thousandths::ZERO);
    assert_eq!(weight(Datelines::Weigh), Thousandths(315));
    assert_eq!(weight(Datelines::Count), Thousandths(900));
}
