//! `regions`, `[region.NAME]` and `[group.NAME]`.

use std::collections::{BTreeMap, BTreeSet};

use toml::de::{DeTable, DeValue};

use crate::config::address;
use crate::config::keys::{self, Keys};
use crate::config::names::{Names, check_region_name};
use crate::config::term;
use crate::config::walk::{Complaint, Limits, Reader, Report, Span, Text, wrong_type};
use crate::model::rules::{OwnGroup, OwnRegion, Selector, Words};
use crate::model::weight::Thousandths;

/// Largest `min`: beyond it nothing is ever heard.
pub(super) const MIN_MAX: Thousandths = Thousandths(1_000_000);

/// Reads `regions`: which merged feeds are published. Never empty in a checked file: a filter
/// that lets everything through is no filter.
pub(super) fn read_published(reader: &mut Reader<'_, '_, '_>, names: &Names<'_>) -> Vec<String> {
    let Some((value, span)) = reader.value("regions") else {
        let complaint = Complaint::new(
            "`regions` is missing, so nothing would be published",
            format!("write regions = [\"…\"] at the top; {}", names.examples()),
        );
        reader.report.whole(complaint);
        return Vec::new();
    };
    if value.as_array().is_some_and(|items| items.is_empty()) {
        let complaint = Complaint::new(
            "`regions` is empty, so nothing would be published",
            names.examples(),
        );
        reader.report.at(span, complaint);
    }
    distinct(reader, "regions", |name| names.region(name))
}

/// Reads a list of selectors, each once.
pub(super) fn read_selectors(
    reader: &mut Reader<'_, '_, '_>,
    key: &str,
    names: &Names<'_>,
) -> Vec<Selector> {
    distinct(reader, key, |text| names.selector(text))
}

fn distinct<T: PartialEq>(
    reader: &mut Reader<'_, '_, '_>,
    key: &str,
    read_one: impl Fn(&str) -> Result<T, Complaint>,
) -> Vec<T> {
    let mut read = Vec::new();
    for text in reader.texts(key) {
        let Some(one) = reader.accept(text.span.clone(), read_one(text.text)) else {
            continue;
        };
        if read.contains(&one) {
            reader.report.at(text.span, twice(text.text));
        } else {
            read.push(one);
        }
    }
    read
}

pub(super) fn twice(text: &str) -> Complaint {
    Complaint::new(format!("`{text}` stands here twice"), "take one out")
}

/// Reads every `[region.NAME]`.
pub(super) fn read_own<'a>(
    table: &'a DeTable<'a>,
    names: &Names<'_>,
    report: &mut Report<'_>,
) -> BTreeMap<String, OwnRegion> {
    let mut own = BTreeMap::new();
    let mut spans = BTreeMap::new();
    each_named(table, "region", &keys::REGION, report, |name, reader| {
        let checked = check_region_name(name);
        reader.accept(reader.span.clone(), checked);
        let region = OwnRegion {
            title: reader.line("title"),
            words: read_words(reader, names),
        };
        if says_nothing(reader) && !names.is_shipped_region(name) {
            let complaint = Complaint::new(
                format!("the region `{name}` matches nothing"),
                "give it words with phrases = [\"…\"], or another region's with add = [\"…\"]",
            );
            reader.report.at(reader.span.clone(), complaint);
        }
        spans.insert(Selector::Region(name.to_owned()), reader.span.clone());
        own.insert(name.to_owned(), region);
    });
    let adds = own
        .iter()
        .map(|(name, it)| (Selector::Region(name.clone()), it.words.add.as_slice()));
    check_circles("region", &adds.collect(), &spans, report);
    own
}

/// Reads every `[group.NAME]`.
pub(super) fn read_groups<'a>(
    table: &'a DeTable<'a>,
    names: &Names<'_>,
    report: &mut Report<'_>,
) -> BTreeMap<String, OwnGroup> {
    let mut groups = BTreeMap::new();
    let mut spans = BTreeMap::new();
    each_named(table, "group", &keys::GROUP, report, |name, reader| {
        let checked = address::slug("name of a group", name).map(drop);
        reader.accept(reader.span.clone(), checked);
        let group = OwnGroup {
            words: read_words(reader, names),
            unless: {
                check_unless(reader);
                read_selectors(reader, "unless", names)
            },
            min: reader.number("min", Limits::from(Thousandths::ZERO..=MIN_MAX)),
        };
        if says_nothing(reader) && !names.is_shipped_group(name) {
            let complaint = Complaint::new(
                format!("the group `@{name}` matches nothing"),
                "give it words with phrases = [\"…\"], or another group's with add = [\"@…\"]",
            );
            reader.report.at(reader.span.clone(), complaint);
        }
        let own = Selector::Group(name.to_owned());
        if group.unless.contains(&own) {
            let message = format!("the group `@{name}` would never be found beside itself");
            let complaint = Complaint::new(message, "take it out of its own `unless`");
            reader.report.at(reader.span.clone(), complaint);
        }
        spans.insert(own, reader.span.clone());
        groups.insert(name.to_owned(), group);
    });
    let adds = groups
        .iter()
        .map(|(name, it)| (Selector::Group(name.clone()), it.words.add.as_slice()));
    check_circles("group", &adds.collect(), &spans, report);
    groups
}

fn each_named<'a>(
    table: &'a DeTable<'a>,
    kind: &str,
    keys: &Keys,
    report: &mut Report<'_>,
    mut read: impl FnMut(&str, &mut Reader<'a, '_, '_>),
) {
    for (key, value) in table {
        let name: &str = key.get_ref();
        let Some(table) = value.get_ref().as_table() else {
            let hint = format!("write [{kind}.{name}] and its keys below");
            let complaint = wrong_type(name, value.get_ref(), "a table", &hint);
            report.at(value.span(), complaint);
            continue;
        };
        read(name, &mut Reader::new(table, key.span(), keys, report));
    }
}

/// Refuses an `unless` that names nothing.
pub(super) fn check_unless(reader: &mut Reader<'_, '_, '_>) {
    if let Some((DeValue::Array(items), span)) = reader.value("unless")
        && items.is_empty()
    {
        let message = "`unless` is empty, so nothing speaks against it";
        let hint = "name what does, or leave it out";
        reader.report.at(span, Complaint::new(message, hint));
    }
}

fn read_words(reader: &mut Reader<'_, '_, '_>, names: &Names<'_>) -> Words {
    Words {
        add: read_selectors(reader, "add", names),
        phrases: read_phrases(reader, "phrases"),
        terms: term::read_all(reader, names),
        without: read_phrases(reader, "without"),
    }
}

fn says_nothing(reader: &Reader<'_, '_, '_>) -> bool {
    reader.holds_none(&["add", "phrases", "terms"])
}

fn read_phrases(reader: &mut Reader<'_, '_, '_>, key: &str) -> Vec<String> {
    let mut phrases = Vec::new();
    for Text { text, span } in reader.texts(key) {
        let Some(phrase) = reader.accept(span.clone(), words(text)) else {
            continue;
        };
        if phrases.contains(&phrase) {
            reader.report.at(span, twice(&phrase));
        } else {
            phrases.push(phrase);
        }
    }
    phrases
}

/// A text that holds a word, trimmed.
pub(super) fn words(text: &str) -> Result<String, Complaint> {
    let trimmed = text.trim();
    if trimmed.chars().any(char::is_alphanumeric) {
        return Ok(trimmed.to_owned());
    }
    Err(Complaint::new(
        format!("`{text}` holds no word"),
        "write a word or several: \"Middle Corridor\"",
    ))
}

/// Refuses what leads through `add` back to itself. What is shipped may be extended under its own
/// name, but need not add itself for that.
fn check_circles(
    kind: &str,
    adds: &BTreeMap<Selector, &[Selector]>,
    spans: &BTreeMap<Selector, Span>,
    report: &mut Report<'_>,
) {
    for (name, span) in spans {
        // Everyone in a circle finds it; the first of them by name tells.
        let circle = circle(name, adds);
        if let Some(path) = circle.filter(|path| path.iter().all(|other| other >= name)) {
            let path: Vec<String> = path.iter().map(ToString::to_string).collect();
            let complaint = Complaint::new(
                format!("the {kind} `{name}` adds itself: {}", path.join(" → ")),
                "take one of these out of its `add`",
            );
            report.at(span.clone(), complaint);
        }
    }
}

/// The way from a name through `add` back to itself.
fn circle(name: &Selector, adds: &BTreeMap<Selector, &[Selector]>) -> Option<Vec<Selector>> {
    let mut open = vec![vec![name.clone()]];
    let mut seen = BTreeSet::new();
    while let Some(path) = open.pop() {
        let added = path.last().and_then(|last| adds.get(last));
        for next in added.into_iter().flat_map(|list| list.iter()) {
            let mut longer = path.clone();
            longer.push(next.clone());
            if next == name {
                return Some(longer);
            }
            if seen.insert(next.clone()) {
                open.push(longer);
            }
        }
    }
    None
}
