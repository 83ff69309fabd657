//! The rule on topics that `feeds.toml` ships, over a labelled set of our own
//! (`tests/fixtures/topics`): how much news it keeps, how much noise it lets in.
//!
//! The set has two parts, by the hash of an item's id. The rule and its words are chosen by the
//! `chosen` part, whose mistakes are printed one by one; the `held` part is only counted, so that
//! nobody mends words by its items.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use nuncio::app::setup;
use nuncio::classify::{Classifier, Input, compile};
use nuncio::config::Env;
use nuncio::model::judgement::{Judgement, Reason};
use nuncio::model::rules::Rules;
use serde::Deserialize;

const LABELLED: &str = include_str!("../fixtures/topics/labelled.jsonl");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Item {
    id: String,
    lang: String,
    title: String,
    text: String,
    label: Label,
    topics: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Label {
    /// A reader of the region's diplomacy wants it.
    News,
    /// That reader does not.
    Noise,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Part {
    Chosen,
    Held,
}

impl Item {
    /// Two fifths of the items are held out.
    fn part(&self) -> Part {
        // FNV-1a, 32 bits.
        let hash = self.id.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
            (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
        });
        if hash % 5 < 2 {
            Part::Held
        } else {
            Part::Chosen
        }
    }
}

fn items() -> Vec<Item> {
    let lines = LABELLED.lines().map(serde_json::from_str);
    lines.collect::<Result<_, _>>().unwrap()
}

/// The rules of the shipped file.
fn shipped() -> Rules {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("feeds.toml");
    let env = Env::from_pairs([("HOME", "/home/nobody")]);
    setup::read(&file, &env).unwrap().rules
}

fn judge(classifier: &Classifier, item: &Item) -> Judgement {
    classifier.judge(&Input {
        title: &item.title,
        text: &item.text,
        categories: &[],
        language: Some(&item.lang),
        default_country: None,
        feed: None,
        source: nuncio::classify::Source::default(),
    })
}

/// Kept news and let-in noise, of those that name the region.
#[derive(Clone, Copy, Default)]
struct Count {
    news: usize,
    kept: usize,
    noise: usize,
    let_in: usize,
}

impl Count {
    fn add(&mut self, label: Label, is_in: bool) {
        match label {
            Label::News => {
                self.news += 1;
                self.kept += usize::from(is_in);
            }
            Label::Noise => {
                self.noise += 1;
                self.let_in += usize::from(is_in);
            }
        }
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            news,
            kept,
            noise,
            let_in,
        } = *self;
        write!(
            f,
            "news kept {kept:>3}/{news:<3} {:>3} %   noise let in {let_in:>3}/{noise:<3} {:>3} %",
            kept * 100 / news.max(1),
            let_in * 100 / noise.max(1)
        )
    }
}

#[test]
fn the_shipped_rule_keeps_news_and_little_else() {
    let rules = shipped();
    let with = compile(&rules).unwrap();
    let mut without = rules;
    without.filter.none.clear();
    let without = compile(&without).unwrap();
    let mut counts: BTreeMap<(Part, String), Count> = BTreeMap::new();
    let mut n_unnamed = 0;
    for item in items() {
        let is_in = |it: &Judgement| it.regions.iter().any(|it| it.reason == Reason::In);
        if !is_in(&judge(&without, &item)) {
            n_unnamed += 1;
            println!("not of the region, rule or no rule: {}", item.id);
            continue;
        }
        let judgement = judge(&with, &item);
        let is_kept = is_in(&judgement);
        let language = item.lang.split('-').next().unwrap().to_owned();
        for language in [language, "all".to_owned()] {
            let count = counts.entry((item.part(), language)).or_default();
            count.add(item.label, is_kept);
        }
        if item.part() == Part::Chosen && is_kept != (item.label == Label::News) {
            let verdict = if is_kept { "let in" } else { "lost" };
            println!("{verdict}: {} {:?}: {}", item.id, item.topics, item.title);
            let found = judgement.conditions.iter().flat_map(|it| &it.evidence);
            let found: Vec<_> = found.map(|it| (&it.form, &it.term)).collect();
            println!("  topic words: {found:?}");
        }
    }
    for ((part, language), count) in &counts {
        println!("{:<7}{language:<5}{count}", format!("{part:?}"));
    }
    assert!(n_unnamed <= 10, "{n_unnamed} items name no country");
    let of = |part| counts[&(part, "all".to_owned())];
    let floor = |part, kept, let_in| {
        let count = of(part);
        assert!(
            count.kept * 100 >= count.news * kept && count.let_in * 100 <= count.noise * let_in,
            "{part:?}: {count}, to be at least {kept} % and at most {let_in} %"
        );
    };
    floor(Part::Chosen, 97, 8);
    floor(Part::Held, 97, 20);
}

#[test]
fn the_labelled_set_is_large_and_mixed() {
    let items = items();
    let n_of = |part| items.iter().filter(|it| it.part() == part).count();
    assert!(n_of(Part::Chosen) >= 160 && n_of(Part::Held) >= 100);
    let n_news = items.iter().filter(|it| it.label == Label::News).count();
    assert!((55..=65).contains(&(n_news * 100 / items.len())));
    let ids: std::collections::BTreeSet<_> = items.iter().map(|it| &it.id).collect();
    assert_eq!(ids.len(), items.len());
    for item in &items {
        assert!(
            !item.topics.is_empty() && !item.title.is_empty(),
            "{}",
            item.id
        );
    }
}
