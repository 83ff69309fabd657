//! The topics that are shipped: groups with words in many languages, from `data/topics/*.toml`.
//!
//! A file has the words of each language (`words` weigh one, `hints` half), what the topic adds
//! of others, from which weight on it holds (`min`) and beside what it does not (`unless`). A word
//! with a `*` stands for every word that begins or ends so, one after a `=` for itself alone; any
//! other is in its basic form, and is inflected where `data/inflection.toml` knows its language.
//! `docs/topics.md` is the guide.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::classify::terms::stem_languages;
use crate::model::rules::{OwnGroup, Pattern, Selector, Term, Words};
use crate::model::weight::Thousandths;

macro_rules! files {
    ($($name:literal),+ $(,)?) => {
        [$(($name, include_str!(concat!("data/topics/", $name, ".toml")))),+]
    };
}

/// Name and text of each file.
const FILES: [(&str, &str); 14] = files![
    "accidents",
    "crime",
    "diplomacy",
    "economy",
    "entertainment",
    "environment",
    "hard-news",
    "humanitarian",
    "lifestyle",
    "politics",
    "security",
    "soft-news",
    "sport",
    "weather",
];

/// What a word of `hints` weighs; one of `words` weighs one.
const HINT: Thousandths = Thousandths(500);

/// Names of the shipped topics, without `@`.
pub fn topic_names() -> Vec<&'static str> {
    FILES.iter().map(|(name, _)| *name).collect()
}

/// A shipped topic as a group like those of the user.
pub(super) fn topic(name: &str) -> Option<&'static OwnGroup> {
    static TOPICS: OnceLock<BTreeMap<&'static str, OwnGroup>> = OnceLock::new();
    let topics = TOPICS.get_or_init(|| {
        let read = |(name, text): &(&'static str, &str)| Some((*name, read(text)?));
        FILES.iter().filter_map(read).collect()
    });
    topics.get(name)
}

/// Reads a file; `None` where it is not written as it should be, which a test would notice.
fn read(text: &str) -> Option<OwnGroup> {
    let table: toml::Table = text.parse().ok()?;
    let mut group = OwnGroup::default();
    let hints_need_words = match table.get("hints-need-words") {
        None => false,
        Some(value) => value.as_bool()?,
    };
    for (key, value) in &table {
        match key.as_str() {
            "hints-need-words" => {}
            "min" => group.min = Some(number(value)?),
            "add" => group.words.add = selectors(value)?,
            "unless" => group.unless = selectors(value)?,
            language => {
                let table = value.as_table()?;
                read_language(language, table, hints_need_words, &mut group.words)?;
            }
        }
    }
    Some(group)
}

fn read_language(
    language: &str,
    table: &toml::Table,
    hints_need_words: bool,
    words: &mut Words,
) -> Option<()> {
    for (key, value) in table {
        let is_hint = match key.as_str() {
            "words" => false,
            "hints" => true,
            _ => return None,
        };
        let terms = texts(value)?.into_iter().map(|text| Term {
            weight: if is_hint { HINT } else { Thousandths::ONE },
            is_hint: is_hint && hints_need_words,
            ..Term::new(pattern(text, language))
        });
        words.terms.extend(terms);
    }
    Some(())
}

fn pattern(text: &str, language: &str) -> Pattern {
    if let Some(text) = text.strip_prefix('=') {
        Pattern::Text {
            text: text.to_owned(),
            exact: false,
        }
    } else if text.contains('*') {
        Pattern::Wildcard(text.to_owned())
    } else if stem_languages().contains(&language) {
        Pattern::Stem {
            words: text.to_owned(),
            language: language.to_owned(),
        }
    } else {
        Pattern::Phrase(text.to_owned())
    }
}

fn number(value: &toml::Value) -> Option<Thousandths> {
    #[expect(clippy::cast_precision_loss, reason = "a threshold is a small number")]
    let number = value
        .as_float()
        .or_else(|| value.as_integer().map(|it| it as f64))?;
    Thousandths::from_number(number)
}

fn selectors(value: &toml::Value) -> Option<Vec<Selector>> {
    Some(texts(value)?.into_iter().map(Selector::read).collect())
}

fn texts(value: &toml::Value) -> Option<Vec<&str>> {
    value.as_array()?.iter().map(toml::Value::as_str).collect()
}
