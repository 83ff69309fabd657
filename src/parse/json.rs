//! JSON Feed 1.0 and 1.1, read leniently: a field of a wrong type costs that field, not the feed.

use serde_json::{Map, Value};

use crate::model::html::RawHtml;
use crate::model::parsed::{
    Defect, FeedFormat, ParsedEnclosure, ParsedEntry, ParsedFeed, ParsedText, PublisherPace,
};
use crate::model::time::Timestamp;
use crate::parse::date_hook::ReadDate;
use crate::parse::guard::{ENTRIES_READ_MAX, VALUES_MAX, check_json};
use crate::parse::{ParseError, person};

type Object = Map<String, Value>;

/// Reads a JSON text.
///
/// # Errors
/// Where it is no JSON, no JSON Feed, or larger or deeper than one ever is.
pub(super) fn read(text: &str, read_date: ReadDate) -> Result<ParsedFeed, ParseError> {
    check_json(text)?;
    let value: Value = serde_json::from_str(text).map_err(|error| ParseError::Malformed {
        detail: format!("it is no JSON: {error}"),
        line: u32::try_from(error.line()).ok(),
    })?;
    let Value::Object(feed) = value else {
        return Err(ParseError::not_a_feed("a JSON list"));
    };
    let Some(Value::Array(items)) = feed.get("items") else {
        return Err(ParseError::not_a_feed("JSON without \"items\""));
    };
    let version = text_of(&feed, "version").unwrap_or_default();
    let mut reader = EntryReader {
        read_date,
        feed_authors: authors(&feed),
        n_bad_dates: 0,
        defects: Vec::new(),
    };
    if !version.contains("jsonfeed.org/version/1") {
        reader.defects.push(Defect::new(
            "odd-version",
            format!(
                "version is {:?}",
                version.chars().take(60).collect::<String>()
            ),
        ));
    }
    let objects: Vec<&Object> = items.iter().filter_map(Value::as_object).collect();
    if objects.len() < items.len() {
        let n = items.len() - objects.len();
        reader.defects.push(Defect::new(
            "odd-items",
            format!("{n} items are no objects"),
        ));
    }
    let n_unread = objects.len().saturating_sub(ENTRIES_READ_MAX);
    let entries = objects
        .into_iter()
        .take(ENTRIES_READ_MAX)
        .map(|item| reader.entry(item))
        .collect();
    Ok(ParsedFeed {
        format: FeedFormat::Json,
        title: text_of(&feed, "title").map(ParsedText::Plain),
        link: text_of(&feed, "home_page_url"),
        language: text_of(&feed, "language"),
        pace: PublisherPace::default(),
        entries,
        n_over_limit: u32::try_from(n_unread).unwrap_or(u32::MAX),
        defects: reader.finish(),
    })
}

struct EntryReader {
    read_date: ReadDate,
    feed_authors: Vec<String>,
    n_bad_dates: usize,
    defects: Vec<Defect>,
}

impl EntryReader {
    fn entry(&mut self, item: &Object) -> ParsedEntry {
        let guid = text_of(item, "id");
        let html = text_of(item, "content_html").map(|html| ParsedText::Html(RawHtml(html)));
        let plain = text_of(item, "content_text").map(ParsedText::Plain);
        let summary = text_of(item, "summary").map(ParsedText::Plain);
        let (content, summary) = match (html, plain) {
            (Some(html), plain) => (Some(html), summary.or(plain)),
            (None, plain) => (plain, summary),
        };
        let link = text_of(item, "url").or_else(|| text_of(item, "external_url"));
        let own_authors = authors(item);
        ParsedEntry {
            link: link.or_else(|| guid.clone().filter(|guid| guid.starts_with("http"))),
            guid,
            title: text_of(item, "title").map(ParsedText::Plain),
            summary,
            content,
            published: self.date(item, "date_published"),
            updated: self.date(item, "date_modified"),
            authors: if own_authors.is_empty() {
                self.feed_authors.clone()
            } else {
                own_authors
            },
            categories: tags(item),
            enclosures: enclosures(item),
            language: text_of(item, "language"),
            base: None,
        }
    }

    fn date(&mut self, item: &Object, key: &str) -> Option<Timestamp> {
        let text = text_of(item, key)?;
        let at = (self.read_date)(&text);
        self.n_bad_dates += usize::from(at.is_none());
        at
    }

    fn finish(mut self) -> Vec<Defect> {
        if self.n_bad_dates > 0 {
            let n = self.n_bad_dates;
            self.defects.push(Defect::new(
                "bad-date",
                format!("{n} dates could not be read"),
            ));
        }
        self.defects
    }
}

/// A field as text, trimmed: numbers are written out (ids often are numbers), empty is none.
fn text_of(object: &Object, key: &str) -> Option<String> {
    text(object.get(key)?)
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A field that should be a list, but may be one value.
fn list<'a>(object: &'a Object, key: &str) -> impl Iterator<Item = &'a Value> {
    let values = match object.get(key) {
        Some(Value::Array(values)) => values.as_slice(),
        Some(value) => std::slice::from_ref(value),
        None => &[],
    };
    values.iter().take(VALUES_MAX)
}

/// `authors` of version 1.1, `author` of 1.0; each an object with a name, or a name.
fn authors(object: &Object) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for value in list(object, "authors").chain(list(object, "author")) {
        let name = match value {
            Value::Object(author) => text_of(author, "name").or_else(|| text_of(author, "url")),
            other => text(other),
        };
        let name = name.map(|name| person::name(&name));
        names.extend(name.filter(|name| !names.contains(name)));
    }
    names
}

fn tags(item: &Object) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    for value in list(item, "tags") {
        tags.extend(text(value).filter(|tag| !tags.contains(tag)));
    }
    tags
}

fn enclosures(item: &Object) -> Vec<ParsedEnclosure> {
    list(item, "attachments")
        .filter_map(Value::as_object)
        .filter_map(|file| {
            Some(ParsedEnclosure {
                url: text_of(file, "url")?,
                media_type: text_of(file, "mime_type"),
                size_bytes: file.get("size_in_bytes").and_then(Value::as_u64),
            })
        })
        .collect()
}
