//! JSON Feed 1.0 and 1.1, read leniently: a field of a wrong type costs that field, not the feed.

use serde::Deserialize as _;
use serde_json::{Map, Value};

use crate::model::parsed::{
    Defect, FeedFormat, ParsedCategory, ParsedEnclosure, ParsedEntry, ParsedFeed, ParsedLink,
    ParsedPerson, ParsedText, Reference,
};
use crate::parse::guard::{
    ENTRIES_READ_MAX, JSON_DEPTH_MAX, JSON_VALUES_MAX, VALUES_MAX, check_json,
};
use crate::parse::links::is_web_address;
use crate::parse::people::inherited;
use crate::parse::{ParseError, json_mend, person};

type Object = Map<String, Value>;

/// Reads a JSON text.
///
/// # Errors
/// Where it is no JSON, no JSON Feed, or larger or deeper than one ever is.
pub(super) fn read(text: &str) -> Result<ParsedFeed, ParseError> {
    let (value, mut defects) = value(text)?;
    let Value::Object(feed) = value else {
        return Err(ParseError::not_a_feed("a JSON list"));
    };
    let version = text_of(&feed, "version").unwrap_or_default();
    let items: Vec<&Value> = match feed.get("items") {
        Some(Value::Array(items)) => items.iter().collect(),
        Some(Value::Object(items)) if !items.is_empty() => numbered(items, &mut defects)?,
        _ if version.contains("jsonfeed.org/version/1") => Vec::new(),
        _ => return Err(ParseError::not_a_feed("JSON without \"items\"")),
    };
    let feed_authors = authors(&feed);
    if !version.contains("jsonfeed.org/version/1") {
        defects.push(Defect::new(
            "odd-version",
            format!(
                "version is {:?}",
                version.chars().take(60).collect::<String>()
            ),
        ));
    }
    let objects: Vec<&Object> = items.iter().filter_map(|item| item.as_object()).collect();
    if objects.len() < items.len() {
        let n = items.len() - objects.len();
        defects.push(Defect::new(
            "odd-items",
            format!("{n} items are no objects"),
        ));
    }
    let n_unread = objects.len().saturating_sub(ENTRIES_READ_MAX);
    let entries = objects
        .into_iter()
        .take(ENTRIES_READ_MAX)
        .map(|item| entry(item, inherited(&feed_authors)))
        .collect();
    Ok(ParsedFeed {
        title: text_of(&feed, "title").map(ParsedText::Plain),
        description: text_of(&feed, "description").map(ParsedText::Plain),
        id: text_of(&feed, "id"),
        link: string_of(&feed, "home_page_url").map(Reference::bare),
        links: feed_links(&feed),
        rights: text_of(&feed, "rights").map(ParsedText::Plain),
        language: text_of(&feed, "language"),
        authors: feed_authors,
        entries,
        n_over_limit: u32::try_from(n_unread).unwrap_or(u32::MAX),
        defects,
        ..ParsedFeed::empty(FeedFormat::Json)
    })
}

/// The items of a list that was written as an object with numbers for keys: what PHP makes of a
/// list with a gap.
fn numbered<'a>(
    items: &'a Object,
    defects: &mut Vec<Defect>,
) -> Result<Vec<&'a Value>, ParseError> {
    let by_number = items
        .iter()
        .map(|(key, item)| Some((key.parse::<u32>().ok()?, item)));
    let Some(mut by_number) = by_number.collect::<Option<Vec<_>>>() else {
        return Err(ParseError::not_a_feed("JSON whose \"items\" are no list"));
    };
    by_number.sort_by_key(|(number, _)| *number);
    let detail = "items are an object with numbers for keys, not a list";
    defects.push(Defect::new("odd-items", detail));
    Ok(by_number.into_iter().map(|(_, item)| item).collect())
}

/// The text as a value, mended where a strict reader refuses it or it is over a limit.
fn value(text: &str) -> Result<(Value, Vec<Defect>), ParseError> {
    let refused = |error: &serde_json::Error| ParseError::Malformed {
        detail: format!("it is no JSON: {error}"),
        line: u32::try_from(error.line()).ok(),
    };
    // What stands behind the feed is not looked at.
    let first = |text: &str| Value::deserialize(&mut serde_json::Deserializer::from_str(text));
    let error = match check_json(text).map(|()| first(text)) {
        Ok(Ok(value)) => return Ok((value, Vec::new())),
        Ok(Err(error)) => refused(&error),
        Err(error) => error,
    };
    let Some(mended) = json_mend::mend(text) else {
        return Err(error);
    };
    let Ok(value) = first(&mended.json) else {
        return Err(error);
    };
    let mut defects = vec![Defect::new("bad-json", "text that strict readers refuse")];
    if mended.is_truncated {
        let detail = "the document breaks off; what follows its last whole item was left out";
        defects.push(Defect::new("truncated", detail));
    }
    if mended.is_over_limit {
        let detail = format!("more than {JSON_VALUES_MAX} values, the rest was left out");
        defects.push(Defect::new("values-cut", detail));
    }
    if mended.n_too_deep > 0 {
        let n = mended.n_too_deep;
        let detail = format!("{n} values nested deeper than {JSON_DEPTH_MAX} levels");
        defects.push(Defect::new("too-deep", detail));
    }
    Ok((value, defects))
}

/// Links of the feed by the relations other formats give them.
fn feed_links(feed: &Object) -> Vec<ParsedLink> {
    let link = |rel: &str, href: String| ParsedLink {
        target: Reference::bare(href),
        rel: rel.to_owned(),
        ..ParsedLink::default()
    };
    let mut links: Vec<ParsedLink> = [
        ("alternate", "home_page_url"),
        ("self", "feed_url"),
        ("next", "next_url"),
        ("icon", "favicon"),
        ("logo", "icon"),
    ]
    .into_iter()
    .filter_map(|(rel, key)| Some(link(rel, string_of(feed, key)?)))
    .collect();
    let hubs = list(feed, "hubs").filter_map(|hub| string_of(hub.as_object()?, "url"));
    links.extend(hubs.map(|href| link("hub", href)));
    links
}

/// Links of an item, likewise.
fn item_links(item: &Object) -> Vec<ParsedLink> {
    let address = string_of(item, "url");
    let elsewhere = string_of(item, "external_url").filter(|href| address.as_ref() != Some(href));
    let elsewhere_rel = if address.is_some() {
        "related"
    } else {
        "alternate"
    };
    [("alternate", address), (elsewhere_rel, elsewhere)]
        .into_iter()
        .filter_map(|(rel, href)| {
            Some(ParsedLink {
                target: Reference::bare(href?),
                rel: rel.to_owned(),
                ..ParsedLink::default()
            })
        })
        .collect()
}

fn entry(item: &Object, feed_authors: &[ParsedPerson]) -> ParsedEntry {
    let guid = text_of(item, "id");
    let html = text_of(item, "content_html").map(ParsedText::html);
    let plain = text_of(item, "content_text").map(ParsedText::Plain);
    let summary = text_of(item, "summary").map(ParsedText::Plain);
    let (content, summary) = match (html, plain) {
        (Some(html), plain) => (Some(html), summary.or(plain)),
        (None, plain) => (plain, summary),
    };
    let link = string_of(item, "url").or_else(|| string_of(item, "external_url"));
    let own_authors = authors(item);
    ParsedEntry {
        link: link
            .or_else(|| guid.clone().filter(|guid| is_web_address(guid)))
            .map(Reference::bare),
        links: item_links(item),
        guid,
        title: text_of(item, "title").map(ParsedText::Plain),
        summary,
        content,
        published: text_of(item, "date_published").into_iter().collect(),
        updated: text_of(item, "date_modified").into_iter().collect(),
        authors: if own_authors.is_empty() {
            feed_authors.to_vec()
        } else {
            own_authors
        },
        categories: tags(item),
        enclosures: enclosures(item),
        language: text_of(item, "language"),
        ..ParsedEntry::default()
    }
}

/// A field as text, trimmed: numbers are written out (ids often are numbers), empty is none.
fn text_of(object: &Object, key: &str) -> Option<String> {
    text(object.get(key)?)
}

/// A field that can only be a string: a number is no address.
fn string_of(object: &Object, key: &str) -> Option<String> {
    text(object.get(key).filter(|value| value.is_string())?)
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
fn authors(object: &Object) -> Vec<ParsedPerson> {
    let mut people: Vec<ParsedPerson> = Vec::new();
    for value in list(object, "authors").chain(list(object, "author")) {
        let author = match value {
            Value::Object(author) => ParsedPerson {
                uri: string_of(author, "url"),
                ..text_of(author, "name").map_or_else(ParsedPerson::default, |n| person::read(&n))
            },
            other => text(other).map_or_else(ParsedPerson::default, |name| person::read(&name)),
        };
        if author.shown().is_some() && !people.contains(&author) {
            people.push(author);
        }
    }
    people
}

fn tags(item: &Object) -> Vec<ParsedCategory> {
    let mut tags: Vec<ParsedCategory> = Vec::new();
    for value in list(item, "tags") {
        let tag = text(value).map(ParsedCategory::of);
        tags.extend(tag.filter(|tag| !tags.contains(tag)));
    }
    tags
}

/// A size, which some write as text, or with a fraction of nothing.
fn size(file: &Object) -> Option<u64> {
    let written = text_of(file, "size_in_bytes")?;
    let (whole, fraction) = written.split_once('.').unwrap_or((&written, ""));
    let is_whole = fraction.bytes().all(|digit| digit == b'0');
    whole.parse().ok().filter(|_| is_whole)
}

fn enclosures(item: &Object) -> Vec<ParsedEnclosure> {
    list(item, "attachments")
        .filter_map(Value::as_object)
        .filter_map(|file| {
            Some(ParsedEnclosure {
                url: Reference::bare(string_of(file, "url")?),
                media_type: text_of(file, "mime_type"),
                size_bytes: size(file),
            })
        })
        .collect()
}
