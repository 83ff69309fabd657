//! The shipped `feeds.toml`: fit to run, each address with its evidence, and a description
//! (`docs/sources.md`) that says what the file says.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use toml::Table;

use crate::support::daemon::Home;
use crate::support::static_server::{Page, StaticServer};

const SHIPPED: &str = include_str!("../../feeds.toml");
const MANUAL: &str = include_str!("../../docs/sources.md");

/// What `docs/sources.md` begins to count with.
const COUNTED: &str = "\n## In numbers\n";

/// What is known of an address, best first.
const CLASSES: [&str; 3] = ["confirmed", "listed", "unconfirmed"];

/// The order in which every block has its keys.
const ORDER: [&str; 8] = [
    "id",
    "name",
    "url",
    "tier",
    "folder",
    "language",
    "default-country",
    "enabled",
];

/// Whose publishers write about one country.
const OF_ONE_COUNTRY: [(&str, &str); 5] = [
    ("Kazakhstan", "KZ"),
    ("Kyrgyzstan", "KG"),
    ("Tajikistan", "TJ"),
    ("Turkmenistan", "TM"),
    ("Uzbekistan", "UZ"),
];

/// One `[[feed]]` of the shipped file with the comment under its address.
struct Source {
    feed: Table,
    keys: Vec<&'static str>,
    evidence: &'static str,
}

impl Source {
    fn get(&self, key: &str) -> Option<&str> {
        self.feed.get(key)?.as_str()
    }

    /// A key that the list gives to every feed.
    fn the(&self, key: &str) -> &str {
        let id = self.get("id");
        self.get(key)
            .unwrap_or_else(|| panic!("{id:?} has no {key}"))
    }

    fn is_enabled(&self) -> bool {
        self.feed.get("enabled").is_none()
    }

    fn class(&self) -> &'static str {
        self.evidence
            .split([' ', ':'])
            .next()
            .filter(|class| CLASSES.contains(class))
            .unwrap_or_else(|| panic!("{}: {:?}", self.the("id"), self.evidence))
    }

    /// The notes that confirm it: `confirmed 2026-09: note, note; more words`.
    fn notes(&self) -> Vec<&'static str> {
        let Some((head, names)) = self.evidence.split_once(": ") else {
            panic!("{}: {:?}", self.the("id"), self.evidence)
        };
        let Some(month) = head.strip_prefix("confirmed ") else {
            return Vec::new();
        };
        let month: Vec<Option<u32>> = month.split('-').map(|it| it.parse().ok()).collect();
        assert!(
            matches!(*month, [Some(2024..=2099), Some(1..=12)]),
            "{}",
            self.evidence
        );
        let names = names.split(';').next().unwrap_or_default();
        names.split(", ").collect()
    }
}

fn sources() -> Vec<Source> {
    let source = |block: &'static str| {
        let lines: Vec<&str> = block.lines().take_while(|line| !line.is_empty()).collect();
        let after_url = lines.iter().position(|line| line.starts_with("url = "));
        let evidence = lines.get(after_url.unwrap() + 1).unwrap();
        let keys = lines.iter().filter_map(|line| line.split_once(" = "));
        Source {
            feed: lines.join("\n").parse().unwrap(),
            keys: keys.map(|(key, _)| key).collect(),
            evidence: evidence.strip_prefix("# ").unwrap_or_default(),
        }
    };
    SHIPPED.split("\n[[feed]]\n").skip(1).map(source).collect()
}

#[test]
fn the_shipped_file_and_its_examples_pass() {
    let home = Home::new(SHIPPED);
    let output = home.run(&["check", "feeds.toml"], &[]);
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{output:?}");
    assert!(said.ends_with("ok\n"), "{said}");
}

#[test]
fn every_source_is_described_alike() {
    let sources = sources();
    let whole: Table = SHIPPED.parse().unwrap();
    assert_eq!(whole["feed"].as_array().unwrap().len(), sources.len());
    let n_enabled = sources.iter().filter(|it| it.is_enabled()).count();
    assert!(n_enabled >= 60, "{n_enabled}");
    for key in ["id", "name", "url"] {
        let values: BTreeSet<&str> = sources.iter().map(|it| it.the(key)).collect();
        assert_eq!(values.len(), sources.len(), "a {key} is there twice");
    }
    for source in &sources {
        for key in ["tier", "folder", "language"] {
            source.the(key);
        }
        assert!(
            source.keys.is_sorted_by_key(|key| ORDER
                .iter()
                .position(|it| it == key)
                .unwrap_or_else(|| panic!("{}: {key}", source.the("id")))),
            "{}: {:?}",
            source.the("id"),
            source.keys
        );
        let country = OF_ONE_COUNTRY
            .iter()
            .find(|(folder, _)| source.get("folder") == Some(folder));
        if let Some((_, country)) = country {
            let given = source.get("default-country");
            assert_eq!(given, Some(*country), "{}", source.the("id"));
        }
    }
}

#[test]
fn every_address_has_its_evidence() {
    let explained: BTreeSet<&str> = MANUAL
        .split_once("\n## Notes\n")
        .and_then(|(_, after)| after.split("\n## ").next())
        .unwrap()
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .collect();
    let mut named = BTreeSet::new();
    for source in sources() {
        let is_off = source.class() == "unconfirmed";
        assert_eq!(source.is_enabled(), !is_off, "{}", source.the("id"));
        named.extend(source.notes());
    }
    assert_eq!(named, explained, "the notes of docs/sources.md");
}

#[test]
fn examples_speak_the_languages_of_the_sources() {
    let whole: Table = SHIPPED.parse().unwrap();
    let tests = whole["test"].as_array().unwrap();
    let with = |key: &str| -> BTreeSet<&str> {
        let of_kind = tests.iter().filter(|it| it.get(key).is_some());
        of_kind.filter_map(|it| it["language"].as_str()).collect()
    };
    assert!(tests.len() >= 12, "{}", tests.len());
    let positive = with("match");
    for language in [
        "en", "ru", "kk", "ky", "uz", "tg", "tk", "tr", "zh", "de", "fr",
    ] {
        assert!(positive.contains(language), "no example in {language}");
    }
    let negative = with("no-match");
    for language in ["en", "ru", "tg"] {
        assert!(negative.contains(language), "no false friend in {language}");
    }
}

/// Sources by what is known of them.
#[derive(Default)]
struct Counts(BTreeMap<&'static str, usize>);

impl Counts {
    fn cells(&self) -> String {
        let mut cells = String::new();
        for class in CLASSES {
            let n = self.0.get(class).copied().unwrap_or_default();
            write!(cells, " | {n}").unwrap();
        }
        write!(cells, " | {} |", self.0.values().sum::<usize>()).unwrap();
        cells
    }
}

/// A table with a row for each value, the most frequent first.
fn table<'a>(of: &str, sources: &'a [Source], value: impl Fn(&'a Source) -> &'a str) -> String {
    let mut counts: BTreeMap<&str, Counts> = BTreeMap::new();
    let mut all = Counts::default();
    for source in sources {
        let of_value = counts.entry(value(source)).or_default();
        *of_value.0.entry(source.class()).or_default() += 1;
        *all.0.entry(source.class()).or_default() += 1;
    }
    let mut rows: Vec<(&str, Counts)> = counts.into_iter().collect();
    rows.sort_by_key(|(_, counts)| std::cmp::Reverse(counts.0.values().sum::<usize>()));
    let mut text = format!(
        "\n| {of} | {} | all |\n|---|--:|--:|--:|--:|\n",
        CLASSES.join(" | ")
    );
    for (value, counts) in rows {
        writeln!(text, "| {value}{}", counts.cells()).unwrap();
    }
    writeln!(text, "| all{}", all.cells()).unwrap();
    text
}

/// What speaks for and about each of the five: feeds that are asked, by tier.
fn of_the_five(sources: &[Source]) -> String {
    const TIERS: [&str; 4] = ["official", "agency", "press", "analysis"];
    let mut text = format!(
        "\nOf those that are asked, by country:\n\n| of the five | {} |\n|---|--:|--:|--:|--:|\n",
        TIERS.join(" | ")
    );
    let asked = |country: &str, tier: &str| {
        let is_it = |it: &&Source| {
            it.is_enabled() && it.get("default-country") == Some(country) && it.the("tier") == tier
        };
        sources.iter().filter(is_it).count()
    };
    for (name, country) in OF_ONE_COUNTRY {
        let counts = TIERS.map(|tier| asked(country, tier).to_string());
        writeln!(text, "| {name} | {} |", counts.join(" | ")).unwrap();
    }
    text
}

/// What `docs/sources.md` must say from “In numbers” on.
fn counted() -> String {
    let sources = sources();
    let n_off = sources.iter().filter(|it| !it.is_enabled()).count();
    let n_on = sources.len() - n_off;
    let mut text = format!("\n{n_on} feeds are asked, and {n_off} more are switched off.\n");
    text += &table("tier", &sources, |it| it.the("tier"));
    text += &table("language", &sources, |it| it.the("language"));
    text += &table("country", &sources, |it| {
        it.get("default-country").unwrap_or("none")
    });
    text += &of_the_five(&sources);
    text += "\n## Every source\n";
    let mut folder = "";
    for source in &sources {
        if source.the("folder") != folder {
            folder = source.the("folder");
            write!(
                text,
                "\n### {folder}\n\n| feed | tier | language | country | evidence |\n|---|---|---|---|---|\n"
            )
            .unwrap();
        }
        writeln!(
            text,
            "| [{}]({}) | {} | {} | {} | {} |",
            source.the("name"),
            source.the("url"),
            source.the("tier"),
            source.the("language"),
            source.get("default-country").unwrap_or_default(),
            source.evidence
        )
        .unwrap();
    }
    text
}

#[test]
fn the_description_says_what_the_file_says() {
    let counted = counted();
    let (by_hand, kept) = MANUAL.split_once(COUNTED).unwrap_or((MANUAL, ""));
    if kept != counted {
        let expected = Path::new(env!("CARGO_TARGET_TMPDIR")).join("sources.md");
        std::fs::write(&expected, format!("{by_hand}{COUNTED}{counted}")).unwrap();
        panic!(
            "docs/sources.md is not what feeds.toml has: cp {} docs/sources.md",
            expected.display()
        );
    }
}

/// A feed of one entry that names no place, with the `[[feed]]` keys given.
fn published(keys: &str) -> String {
    let server = StaticServer::start();
    let body = "<rss version=\"2.0\"><channel><title>A</title><item><title>Tram line opens</title>\
        <link>https://example.org/tram</link></item></channel></rss>";
    server.put("/feed", Page::new("application/rss+xml", body));
    let home = Home::new(&format!(
        "regions = [\"central-asia\"]\n[[feed]]\nid = \"a\"\nurl = \"{}\"\nallow-private = true\n{keys}",
        server.url("/feed")
    ));
    let output = home.run_once(&[("NUNCIO_TEST_NOW", "2026-11-24T12:00:00Z")]);
    assert!(output.status.success(), "{output:?}");
    let said = String::from_utf8_lossy(&output.stdout);
    let counts = said.lines().filter(|line| line.ends_with(" stories"));
    counts.collect::<Vec<_>>().join(", ")
}

#[test]
fn an_entry_without_a_place_is_published_where_its_feed_is_at_home() {
    assert_eq!(published(""), "central-asia: 0 stories, all: 0 stories");
    let both = "central-asia: 1 stories, all: 1 stories";
    assert_eq!(published("default-country = \"KZ\""), both);
    assert_eq!(
        published("default-country = \"FR\""),
        "central-asia: 0 stories, all: 0 stories"
    );
    assert_eq!(
        published("default-country = \"KZ\"\nfilter = \"off\""),
        both
    );
    assert_eq!(
        published("filter = \"off\""),
        "central-asia: 0 stories, all: 1 stories"
    );
}
