//! feed-rs behind one adapter: the only file that names it.

use std::any::Any;
use std::panic::{self, AssertUnwindSafe};

use feed_rs::model;
use feed_rs::parser::{self, ParseErrorKind, ParseFeedError};

use crate::model::html::RawHtml;
use crate::model::parsed::{
    Defect, FeedFormat, MarkedUp, ParsedEnclosure, ParsedEntry, ParsedFeed, ParsedText, Reference,
};
use crate::parse::ParseError;
use crate::parse::facts::{self, EntryFacts, Facts};
use crate::parse::mend::{self, Mended};

/// Reads an XML text.
///
/// # Errors
/// Where it is no feed, nests too deep, or feed-rs fails or panics on it in spite of mending.
pub(super) fn read(text: &str) -> Result<ParsedFeed, ParseError> {
    let mended = mend::mend(text)?;
    let facts = facts::read(mended.format, &mended.xml);
    let feed = guarded(&mended.xml)?;
    Ok(join(mended, facts, feed))
}

/// One call of feed-rs, panics contained. A parser is built per document: after an error inside
/// an entry feed-rs 3.0.0 panics on the next one.
fn guarded(xml: &str) -> Result<model::Feed, ParseError> {
    let parser = parser::Builder::new()
        .sanitize_content(false)
        // An id of our making would be another at every poll; the empty one means "none".
        .id_generator(|_, _, _| String::new())
        // Dates are read beside it, as written.
        .timestamp_parser(|_| None)
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
    let mut side = facts.entries.into_iter().filter(|_| is_aligned);
    let feed_authors = facts.authors;
    let entries: Vec<ParsedEntry> = feed
        .entries
        .into_iter()
        .map(|entry| {
            let facts = side.next().unwrap_or_else(|| own_facts(&entry));
            let mut entry = join_entry(format, entry, facts);
            if entry.authors.is_empty() && format == FeedFormat::Atom {
                entry.authors.clone_from(&feed_authors);
            }
            entry
        })
        .collect();
    ParsedFeed {
        entries,
        title: feed.title.map(|title| parsed_text(format, title)),
        link: facts.link,
        language: facts.language,
        authors: feed_authors,
        pace: facts.pace,
        n_over_limit: mended.n_unread,
        defects,
        ..ParsedFeed::empty(format)
    }
}

fn join_entry(format: FeedFormat, entry: model::Entry, facts: EntryFacts) -> ParsedEntry {
    let has_text = |text: &ParsedText| !text.as_written().trim().is_empty();
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
    let base = &facts.base;
    let based = |text: ParsedText| match text {
        ParsedText::Html(marked) => ParsedText::Html(MarkedUp {
            base: base.clone(),
            ..marked
        }),
        ParsedText::Xhtml(marked) => ParsedText::Xhtml(MarkedUp {
            base: base.clone(),
            ..marked
        }),
        plain @ ParsedText::Plain(_) => plain,
    };
    let refer = |href: String| Reference {
        href,
        base: base.clone(),
    };
    let link = facts.link.map(|(_, link)| refer(link.href)).or_else(|| {
        let guid = facts.guid.clone()?;
        (facts.guid_is_link && is_web_address(&guid)).then(|| Reference::bare(guid))
    });
    let files = if facts.enclosures.is_empty() {
        facts.thumbnails
    } else {
        facts.enclosures
    };
    ParsedEntry {
        link,
        title: title.or(facts.media_title).map(based),
        summary: summary
            .or(facts.media_text.filter(|_| is_textless))
            .map(based),
        content: content.map(based),
        published: by_rank(facts.published),
        updated: by_rank(facts.updated),
        authors: facts.authors,
        categories: facts.categories,
        enclosures: files
            .into_iter()
            .map(|file| ParsedEnclosure {
                url: refer(file.url.href),
                ..file
            })
            .collect(),
        language: facts.language,
        guid: facts.guid,
        ..ParsedEntry::default()
    }
}

fn by_rank(mut dates: Vec<(u8, String)>) -> Vec<String> {
    dates.sort_by_key(|(rank, _)| *rank);
    dates.into_iter().map(|(_, date)| date).collect()
}

/// What feed-rs itself gives of the facts, for documents where the two do not line up.
fn own_facts(entry: &model::Entry) -> EntryFacts {
    EntryFacts {
        guid: Some(entry.id.trim().to_owned()).filter(|guid| !guid.is_empty()),
        link: entry
            .links
            .first()
            .map(|link| (0, Reference::bare(link.href.clone()))),
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
        ParsedText::Xhtml(MarkedUp {
            html: RawHtml(text.replace("</br>", "")),
            base: None,
        })
    } else {
        ParsedText::html(text)
    }
}
