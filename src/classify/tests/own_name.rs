//! What a feed says of itself.

use crate::classify::tests::support::{all, input};
use crate::classify::{Input, Source};

/// The countries an entry of a feed names.
fn countries(source: Source<'_>, title: &str, text: &str) -> Vec<String> {
    let input = Input {
        title,
        source,
        ..input("", text)
    };
    let found = all().read(&input).countries().into_iter();
    found.map(|one| one.region).collect()
}

#[track_caller]
fn check(names: &[&str], title: &str, text: &str, expected: &[&str]) {
    let source = Source {
        names,
        is_medium: true,
    };
    let found = countries(source, title, text);
    assert_eq!(found, expected, "{names:?}: {title} / {text}");
}

#[test]
fn the_name_of_a_newspaper_is_no_mention() {
    let courier = &["Tashkent Courier", "The Tashkent Courier"][..];
    check(
        courier,
        "Oman signs a pact - The Tashkent Courier",
        "",
        &["OM"],
    );
    check(courier, "Oman signs a pact | TASHKENT COURIER", "", &["OM"]);
    check(
        courier,
        "A day at the Tashkent Courier",
        "The minister told The Tashkent Courier so.",
        &[],
    );
    check(
        courier,
        "Oman signs a pact",
        "The Tashkent Courier",
        &["OM"],
    );
    // The town is news.
    check(
        courier,
        "Tashkent hosts a summit - The Tashkent Courier",
        "",
        &["UZ"],
    );
    check(courier, "In Tashkent, courier firms thrive", "", &["UZ"]);
    check(courier, "Tashkent courier firms thrive", "", &["UZ"]);
    check(courier, "Flights to Moscow - Tashkent", "", &["RU", "UZ"]);
    check(
        courier,
        "Flights to Moscow",
        "The Tashkent Courier of Uzbekistan",
        &["RU", "UZ"],
    );

    let service = &["Radio Free Europe/Radio Liberty's Kazakh Service"][..];
    check(
        service,
        "Oman signs a pact",
        "The blogger told Radio Free Europe / Radio Liberty’s Kazakh Service this.",
        &["OM"],
    );
    check(service, "Kazakh service sector grows", "", &["KZ"]);

    let pravda = &["Казахстанская правда"][..];
    check(
        pravda,
        "Оман подписал договор – Казахстанская правда",
        "",
        &["OM"],
    );
    check(
        pravda,
        "Оман подписал договор",
        "Корреспонденту «Казахстанской правды» сказали об этом.",
        &["OM"],
    );
    check(pravda, "Казахстанская промышленность растет", "", &["KZ"]);

    let chinese = &["哈萨克国际通讯社"][..];
    check(
        chinese,
        "阿曼签署协议",
        "据哈萨克国际通讯社报道,会议已结束。",
        &["OM"],
    );
    check(chinese, "哈萨克斯坦与阿曼签署协议", "", &["KZ", "OM"]);

    // One of the two sides of a name: the section is news, the site is not.
}

#[test]
fn one_side_of_a_name_is_the_site_the_other_a_section() {
    let section = &["Kazakhstan | The Oman Observer"][..];
    check(section, "Budget adopted | The Oman Observer", "", &[]);
    check(
        section,
        "Budget adopted | Kazakhstan | The Oman Observer",
        "",
        &[],
    );
    check(
        section,
        "Kazakhstan adopts a budget | The Oman Observer",
        "",
        &["KZ"],
    );
}

#[test]
fn a_name_that_is_a_place_counts_but_where_it_stands_alone() {
    let check = |title: &str, text: &str, expected: &[&str]| {
        let source = Source {
            names: &["Kazakhstan"],
            is_medium: true,
        };
        assert_eq!(countries(source, title, text), expected, "{title} / {text}");
    };
    check("Kazakhstan hosts a summit", "", &["KZ"]);
    check("Oman hosts a summit", "in Kazakhstan", &["KZ", "OM"]);
    check("Oman hosts a summit - Kazakhstan", "", &["OM"]);
    check("Oman hosts a summit", "It was long.\nKazakhstan\n", &["OM"]);
}

#[test]
fn the_name_of_a_ministry_is_news_wherever_it_acts() {
    let source = Source {
        names: &["President of Kazakhstan"],
        is_medium: false,
    };
    let check = |title: &str, expected: &[&str]| {
        assert_eq!(countries(source, title, ""), expected, "{title}");
    };
    check("The President of Kazakhstan received the envoy", &["KZ"]);
    check("The envoy was received - President of Kazakhstan", &[]);
}

#[test]
fn a_notice_of_copyright_is_no_mention_whoever_it_names() {
    let check = |text: &str, expected: &[&str]| {
        assert_eq!(countries(Source::default(), "", text), expected, "{text}");
    };
    check("The budget was adopted.\n© Radio Kazakhstan 2026", &[]);
    check("The budget was adopted.\n(c) 2026 Government of Oman", &[]);
    check(
        "Copyright 2026 Government of Oman\nThe budget was adopted.",
        &[],
    );
    check("Oman adopted it. © Kazakhstan Today", &["OM"]);
    check("Copyright law was adopted in Oman.", &["OM"]);
    check("Oman (c) and Kuwait (d) adopted it.", &["KW", "OM"]);
}

#[test]
fn without_a_name_nothing_is_taken_away() {
    let entry = (
        "Oman signs a pact - The Tashkent Courier",
        "The Tashkent Courier",
    );
    assert_eq!(countries(Source::default(), entry.0, entry.1), ["OM", "UZ"]);
    for empty in ["", " ", "The", "|", " - ", "!"] {
        let source = Source {
            names: &[empty],
            is_medium: true,
        };
        assert_eq!(
            countries(source, entry.0, entry.1),
            ["OM", "UZ"],
            "{empty:?}"
        );
    }
}
