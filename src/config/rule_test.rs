//! `[[test]]`: examples of what must come in, and what must not.

use crate::config::address;
use crate::config::nearest::did_you_mean;
use crate::config::walk::{Complaint, Reader, Text};
use crate::model::feed::{Feed, FeedId};
use crate::model::rules::{Expected, RuleTest};

/// Words for what must become of an example.
pub(super) const EXPECTED: [(&str, Expected); 2] = [("in", Expected::In), ("out", Expected::Out)];

/// Reads one `[[test]]`; its regions must be published ones, since no other is decided about.
pub(super) fn read(
    reader: &mut Reader<'_, '_, '_>,
    published: &[String],
    feeds: &[Feed],
) -> RuleTest {
    let test = RuleTest {
        title: read_text(reader, "title"),
        text: read_text(reader, "text"),
        categories: owned(reader.texts("categories")),
        language: reader.parsed("language", address::language),
        feed: reader.parsed("feed", |text| feed_of(text, feeds)),
        expect: reader.word("expect", &EXPECTED),
        matches: read_regions(reader, "match", published),
        no_match: read_regions(reader, "no-match", published),
        why: owned(reader.texts("why")),
        line: reader.report.line(&reader.span),
    };
    let mut wrong = Vec::new();
    if reader.holds_none(&["title", "text", "categories"]) {
        wrong.push(Complaint::new(
            "this test has neither `title` nor `text` nor `categories`",
            "give the entry it is about: title = \"…\"",
        ));
    }
    if reader.holds_none(&["match", "no-match", "why"]) && reader.value("expect").is_none() {
        wrong.push(Complaint::new(
            "this test expects nothing",
            "say what must hold: match = [\"…\"], no-match = [\"…\"] or expect = \"in\"",
        ));
    }
    let both = test.matches.iter().filter(|it| test.no_match.contains(it));
    wrong.extend(both.map(|name| {
        Complaint::new(
            format!("`{name}` must match and must not match"),
            "take it out of `match` or of `no-match`",
        )
    }));
    if test.expect == Some(Expected::Out) && !test.matches.is_empty() {
        wrong.push(Complaint::new(
            "this test must stay out and must match a region",
            "take out `expect` or `match`",
        ));
    }
    for complaint in wrong {
        reader.report.at(reader.span.clone(), complaint);
    }
    test
}

fn read_text(reader: &mut Reader<'_, '_, '_>, key: &str) -> String {
    let text = reader.text(key);
    text.map(|text| text.text.to_owned()).unwrap_or_default()
}

fn owned(texts: Vec<Text<'_>>) -> Vec<String> {
    texts.into_iter().map(|it| it.text.to_owned()).collect()
}

fn feed_of(text: &str, feeds: &[Feed]) -> Result<FeedId, Complaint> {
    let found = feeds.iter().find(|feed| feed.id.as_str() == text);
    found.map(|feed| feed.id.clone()).ok_or_else(|| {
        let ids = feeds.iter().map(|feed| feed.id.as_str());
        Complaint::new(
            format!("there is no feed `{text}`"),
            did_you_mean(text, ids),
        )
    })
}

fn read_regions(reader: &mut Reader<'_, '_, '_>, key: &str, published: &[String]) -> Vec<String> {
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
