//! The topics that are shipped: groups with words in many languages, from `data/topics/*.toml`.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::classify::terms::stem_languages;
use crate::model::rules::{OwnGroup, Pattern, Selector, Term, Words};
use crate::model::weight::Thousandths;

/// Name and text of each file.
const FILES: [(&str, &str); 6] = [
    ("diplomacy", include_str!("data/topics/diplomacy.toml")),
    ("economy", include_str!("data/topics/economy.toml")),
    (
        "entertainment",
        include_str!("data/topics/entertainment.toml"),
    ),
    ("security", include_str!("data/topics/security.toml")),
    ("sport", include_str!("data/topics/sport.toml")),
    ("weather", include_str!("data/topics/weather.toml")),
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
    for (key, value) in &table {
        match key.as_str() {
            "min" => group.min = Some(number(value)?),
            "unless" => {
                let selectors = texts(value)?;
                group.unless = selectors.iter().map(|it| Selector::read(it)).collect();
            }
            language => read_language(language, value.as_table()?, &mut group.words)?,
        }
    }
    Some(group)
}

fn read_language(language: &str, table: &toml::Table, words: &mut Words) -> Option<()> {
    for (key, value) in table {
        let weight = match key.as_str() {
            "words" => Thousandths::ONE,
            "hints" => HINT,
            _ => return None,
        };
        let terms = texts(value)?.into_iter().map(|text| Term {
            weight,
            ..Term::new(pattern(text, language))
        });
        words.terms.extend(terms);
    }
    Some(())
}

fn pattern(text: &str, language: &str) -> Pattern {
    if stem_languages().contains(&language) {
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

fn texts(value: &toml::Value) -> Option<Vec<&str>> {
    value.as_array()?.iter().map(toml::Value::as_str).collect()
}
