//! feed-rs behind one adapter: the only file that names it.

use std::any::Any;
use std::panic::{self, AssertUnwindSafe};

use feed_rs::model;
use feed_rs::parser::{self, ParseErrorKind, ParseFeedError};

use crate::model::html::RawHtml;
use crate::model::parsed::{Defect, FeedFormat, ParsedEntry, ParsedFeed, ParsedText};
use crate::model::time::Timestamp;
use crate::parse::ParseError;
use crate::parse::date_hook::ReadDate;
use crate::parse::facts::{self, EntryFacts, Facts};
use crate::parse::mend::{self, Mended};

/// Reads an XML text.
///
/// # Errors
/// Where it is no feed, nests too deep, or feed-rs fails or panics on it in spite of mending.
pub(super) fn read(text: &str, read_date: ReadDate) -> Result<ParsedFeed, ParseError> {
    let mended = mend::mend(text)?;
    let facts = facts::read(mended.format, &mended.xml, read_date);
    let feed = guarded(&mended.xml, read_date)?;
    Ok(join(mended, facts, feed))
}

/// One call of feed-rs, panics contained. A parser is built per document: after an error inside
/// an entry feed-rs 3.0.0 panics on the next one.
fn guarded(xml: &str, read_date: ReadDate) -> Result<model::Feed, ParseError> {
    let parser = parser::Builder::new()
        .sanitize_content(false)
        // An id of our making would be another at every poll; the empty one means "none".
        .id_generator(|_, _, _| String::new())
        .timestamp_parser(move |text| read_date(text)?.rfc3339().parse().ok())
        .build();
    panic::catch_unwind(AssertUnwindSafe(|| parser.parse(xml.as_bytes())))
        .map_err(|panic| ParseError::Panicked {
            detail: panic_message(panic.as_ref()),
        })?
        .map_err(|error| malformed(xml, &error))
}

fn panic_message(panic: &(dyn Any + Send)) -> String {
    let message = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    message.unwrap_or("no message").chars().take(200).collect()
}

fn malformed(xml: &str, error: &ParseFeedError) -> ParseError {
    let position = match error {
        ParseFeedError::ParseError(
            ParseErrorKind::UnknownMimeType { position, .. }
            | ParseErrorKind::MissingContent { position, .. }
            | ParseErrorKind::UnknownEnumVariant { position, .. }
            | ParseErrorKind::IllegalState { position, .. },
        ) => usize::try_from(*position).ok(),
        _ => None,
    };
    ParseError::Malformed {
        detail: error.to_string().chars().take(300).collect(),
        line: position.and_then(|position| line_at(xml, position)),
    }
}

fn line_at(text: &str, position: usize) -> Option<u32> {
    let n_breaks = text.get(..position)?.matches('\n').count();
    u32::try_from(n_breaks + 1).ok()
}

/// feed-rs gives the texts, the facts everything else.
fn join(mended: Mended, facts: Facts, feed: model::Feed) -> ParsedFeed {
    let format = mended.format;
    let mut defects = mended.defects;
    let n_read = feed.entries.len();
    let is_aligned = n_read == facts.entries.len();
    if !is_aligned || n_read != mended.n_entries {
        defects.push(Defect::new(
            "entries-lost",
            format!(
                "{} entries stand in the document, {n_read} were read",
                mended.n_entries
            ),
        ));
    }
    if let (n @ 1.., first) = &facts.bad_dates {
        defects.push(Defect::new(
            "bad-date",
            format!("{n} dates could not be read, the first is {first:?}"),
        ));
    }
    let mut side = facts.entries.into_iter().filter(|_| is_aligned);
    let feed_authors = facts.authors;
    let entries = feed.entries.into_iter().map(|entry| {
        let facts = side.next().unwrap_or_else(|| own_facts(&entry));
        let mut entry = join_entry(format, entry, facts);
        if entry.authors.is_empty() && format == FeedFormat::Atom {
            entry.authors.clone_from(&feed_authors);
        }
        entry
    });
    ParsedFeed {
        format,
        entries: entries.collect(),
        title: feed.title.map(|title| parsed_text(format, title)),
        link: facts.link,
        language: facts.language,
        pace: facts.pace,
        n_over_limit: mended.n_unread,
        defects,
    }
}

fn join_entry(format: FeedFormat, entry: model::Entry, facts: EntryFacts) -> ParsedEntry {
    let has_text = |text: &ParsedText| match text {
        ParsedText::Plain(text) | ParsedText::Html(RawHtml(text)) => !text.trim().is_empty(),
    };
    let content = entry.content.and_then(parsed_content).filter(has_text);
    let summary = entry
        .summary
        .map(|text| parsed_text(format, text))
        .filter(has_text);
    let title = entry
        .title
        .map(|text| parsed_text(format, text))
        .filter(has_text);
    let is_textless = content.is_none() && summary.is_none();
    let link = facts.link.map(|(_, link)| link);
    ParsedEntry {
        link: link.or_else(|| {
            facts
                .guid
                .clone()
                .filter(|guid| facts.guid_is_link && is_web_address(guid))
        }),
        guid: facts.guid,
        title: title.or(facts.media_title),
        summary: summary.or(facts.media_text.filter(|_| is_textless)),
        content,
        published: facts.published.map(|(_, at)| at),
        updated: facts.updated.map(|(_, at)| at),
        authors: facts.authors,
        categories: facts.categories,
        enclosures: if facts.enclosures.is_empty() {
            facts.thumbnails
        } else {
            facts.enclosures
        },
        language: facts.language,
        base: facts.base,
    }
}

/// What feed-rs itself gives of the facts, for documents where the two do not line up.
fn own_facts(entry: &model::Entry) -> EntryFacts {
    let at = |at: Option<i64>| at.map(|millis| (0, Timestamp::from_millis(millis)));
    EntryFacts {
        guid: Some(entry.id.trim().to_owned()).filter(|guid| !guid.is_empty()),
        link: entry.links.first().map(|link| (0, link.href.clone())),
        published: at(entry.published.map(|at| at.timestamp_millis())),
        updated: at(entry.updated.map(|at| at.timestamp_millis())),
        ..EntryFacts::default()
    }
}

fn is_web_address(text: &str) -> bool {
    let scheme = text
        .split_once("://")
        .map(|(scheme, _)| scheme.to_ascii_lowercase());
    matches!(scheme.as_deref(), Some("http" | "https"))
}

/// RSS texts may hold HTML whatever feed-rs calls them; Atom says which.
fn parsed_text(format: FeedFormat, text: model::Text) -> ParsedText {
    let is_plain = format == FeedFormat::Atom && text.content_type.as_str() == "text/plain";
    typed_text(is_plain, text.content_type.as_str(), text.content)
}

fn parsed_content(content: model::Content) -> Option<ParsedText> {
    let is_plain = content.content_type.as_str() == "text/plain";
    Some(typed_text(
        is_plain,
        content.content_type.as_str(),
        content.body?,
    ))
}

fn typed_text(is_plain: bool, media_type: &str, text: String) -> ParsedText {
    if is_plain {
        ParsedText::Plain(text)
    } else if media_type.contains("xhtml") {
        // feed-rs writes an empty element as two tags, and HTML reads the second `br` as another.
        ParsedText::Html(RawHtml(text.replace("</br>", "")))
    } else {
        ParsedText::Html(RawHtml(text))
    }
}
