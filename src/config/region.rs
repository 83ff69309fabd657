//! `regions`, `[region.NAME]` and `[[test]]`.

use std::collections::{BTreeMap, BTreeSet};

use toml::de::DeTable;

use crate::config::address;
use crate::config::file::KnownNames;
use crate::config::keys;
use crate::config::nearest::{did_you_mean, list};
use crate::config::walk::{Complaint, Reader, Report, Span, Text, wrong_type};
use crate::model::region::ALL;
use crate::model::rules::{OwnRegion, RuleTest};

/// Names of merged feeds that are no regions.
const TAKEN: [&str; 2] = [ALL, "operator"];

/// Names that may be used for a region: shipped ones and those of the file.
#[derive(Debug)]
pub(super) struct Names<'a> {
    shipped: &'a KnownNames,
    own: BTreeSet<&'a str>,
}

impl<'a> Names<'a> {
    /// Collects them before any is used, so that a region may be named before it is defined.
    pub(super) fn new(shipped: &'a KnownNames, own: Option<&'a DeTable<'a>>) -> Self {
        let own = own.map(|table| table.keys().map(|key| &**key.get_ref()).collect());
        Self {
            shipped,
            own: own.unwrap_or_default(),
        }
    }

    fn all(&self) -> BTreeSet<&str> {
        let shipped = self.shipped.regions.iter().map(String::as_str);
        shipped.chain(self.own.iter().copied()).collect()
    }

    fn is_shipped(&self, name: &str) -> bool {
        self.shipped.regions.iter().any(|shipped| shipped == name)
    }

    fn check(&self, name: &str) -> Result<String, Complaint> {
        let all = self.all();
        if all.contains(name) {
            return Ok(name.to_owned());
        }
        let hint = if TAKEN.contains(&name) {
            format!("`{name}` is always published and is no region; leave it out")
        } else {
            did_you_mean(name, all)
        };
        Err(Complaint::new(format!("there is no region `{name}`"), hint))
    }

    fn examples(&self) -> String {
        let all = self.all();
        if all.is_empty() {
            "define one with [region.NAME]".to_owned()
        } else {
            format!("regions there are: {}", list(all, ", "))
        }
    }
}

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
    read_names(reader, "regions", names)
}

/// Reads a list of regions, each once.
fn read_names(reader: &mut Reader<'_, '_, '_>, key: &str, names: &Names<'_>) -> Vec<String> {
    let mut read = Vec::new();
    for text in reader.texts(key) {
        let Some(name) = reader.accept(text.span.clone(), names.check(text.text)) else {
            continue;
        };
        if read.contains(&name) {
            reader.report.at(text.span, twice(&name));
        } else {
            read.push(name);
        }
    }
    read
}

fn twice(text: &str) -> Complaint {
    Complaint::new(format!("`{text}` stands here twice"), "take one out")
}

/// Reads every `[region.NAME]`.
pub(super) fn read_own<'a>(
    table: &'a DeTable<'a>,
    names: &Names<'_>,
    report: &mut Report<'_>,
) -> BTreeMap<String, OwnRegion> {
    let mut own = BTreeMap::new();
    let mut spans: BTreeMap<&str, Span> = BTreeMap::new();
    for (key, value) in table {
        let name: &str = key.get_ref();
        if let Err(complaint) = check_name(name) {
            report.at(key.span(), complaint);
        }
        let Some(table) = value.get_ref().as_table() else {
            let hint = format!("write [region.{name}] and its keys below");
            report.at(
                value.span(),
                wrong_type(name, value.get_ref(), "a table", &hint),
            );
            continue;
        };
        let mut reader = Reader::new(table, key.span(), &keys::REGION, report);
        own.insert(name.to_owned(), read_region(&mut reader, name, names));
        spans.insert(name, key.span());
    }
    for (name, span) in &spans {
        // Every region of a circle finds it; the first of them by name tells.
        let circle = circle(name, &own);
        if let Some(path) = circle.filter(|path| path.iter().all(|other| other.as_str() >= *name)) {
            let complaint = Complaint::new(
                format!("the region `{name}` adds itself: {}", path.join(" → ")),
                "take one of these out of its `add`",
            );
            report.at(span.clone(), complaint);
        }
    }
    own
}

fn check_name(name: &str) -> Result<(), Complaint> {
    if TAKEN.contains(&name) {
        return Err(Complaint::new(
            format!("a region cannot be called `{name}`"),
            "that merged feed exists already; choose another name",
        ));
    }
    address::slug("name of a region", name).map(drop)
}

fn read_region(reader: &mut Reader<'_, '_, '_>, name: &str, names: &Names<'_>) -> OwnRegion {
    let region = OwnRegion {
        title: reader.line("title"),
        add: read_names(reader, "add", names),
        phrases: read_phrases(reader, "phrases"),
        without: read_phrases(reader, "without"),
    };
    if reader.holds_none(&["add", "phrases"]) && !names.is_shipped(name) {
        let complaint = Complaint::new(
            format!("the region `{name}` matches nothing"),
            "give it words with phrases = [\"…\"], or another region's with add = [\"…\"]",
        );
        reader.report.at(reader.span.clone(), complaint);
    }
    region
}

fn read_phrases(reader: &mut Reader<'_, '_, '_>, key: &str) -> Vec<String> {
    let mut phrases = Vec::new();
    for Text { text, span } in reader.texts(key) {
        let phrase = text.trim();
        if !phrase.chars().any(char::is_alphanumeric) {
            let message = format!("`{text}` holds no word");
            let hint = "write a word or several: \"Middle Corridor\"";
            reader.report.at(span, Complaint::new(message, hint));
        } else if phrases.iter().any(|other| other == phrase) {
            reader.report.at(span, twice(phrase));
        } else {
            phrases.push(phrase.to_owned());
        }
    }
    phrases
}

/// The way from a region through `add` back to itself; a shipped one may be extended under its
/// own name, but need not add itself for that.
fn circle(name: &str, own: &BTreeMap<String, OwnRegion>) -> Option<Vec<String>> {
    let mut open = vec![vec![name.to_owned()]];
    let mut seen = BTreeSet::new();
    while let Some(path) = open.pop() {
        let added = path.last().and_then(|last| own.get(last));
        for next in added.into_iter().flat_map(|region| &region.add) {
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

/// Reads one `[[test]]`; its regions must be published ones, since no other is decided about.
pub(super) fn read_test(reader: &mut Reader<'_, '_, '_>, published: &[String]) -> RuleTest {
    let test = RuleTest {
        title: reader
            .text("title")
            .map(|text| text.text.to_owned())
            .unwrap_or_default(),
        text: reader
            .text("text")
            .map(|text| text.text.to_owned())
            .unwrap_or_default(),
        language: reader.parsed("language", address::language),
        matches: read_expected(reader, "match", published),
        no_match: read_expected(reader, "no-match", published),
        line: reader.report.line(&reader.span),
    };
    let mut missing = Vec::new();
    if reader.holds_none(&["title", "text"]) {
        missing.push(Complaint::new(
            "this test has neither `title` nor `text`",
            "give the entry it is about: title = \"…\"",
        ));
    }
    if reader.holds_none(&["match", "no-match"]) {
        missing.push(Complaint::new(
            "this test expects nothing",
            "say what must hold: match = [\"…\"] or no-match = [\"…\"]",
        ));
    }
    for name in test
        .matches
        .iter()
        .filter(|name| test.no_match.contains(name))
    {
        missing.push(Complaint::new(
            format!("`{name}` must match and must not match"),
            "take it out of `match` or of `no-match`",
        ));
    }
    for complaint in missing {
        reader.report.at(reader.span.clone(), complaint);
    }
    test
}

fn read_expected(reader: &mut Reader<'_, '_, '_>, key: &str, published: &[String]) -> Vec<String> {
    let mut expected = Vec::new();
    for Text { text, span } in reader.texts(key) {
        if published.iter().any(|name| name == text) {
            expected.push(text.to_owned());
            continue;
        }
        let message = format!("the region `{text}` is not published, so no test can ask for it");
        let hint = if published.is_empty() {
            "name it in `regions` first".to_owned()
        } else {
            did_you_mean(text, published.iter().map(String::as_str))
        };
        reader.report.at(span, Complaint::new(message, hint));
    }
    expected
}
