//! The one call of this stage.

use crate::model::parsed::{Defect, FeedText, ParsedFeed, TextKind};
use crate::parse::{ParseError, json, plain, strict, tolerant};

/// Version of this stage and of `normalise` behind it: a body that is known by its hash is read
/// again when it was read with another.
pub const VERSION: u16 = 7;

/// Reads a text as a feed.
///
/// A document that breaks off gives what came before, with the defect `truncated`: its bytes must
/// not be remembered as seen.
///
/// # Errors
/// Where the text is no feed, or none that can be read. It never panics: where a reader behind it
/// does, another takes over.
pub fn parse(text: &FeedText) -> Result<ParsedFeed, ParseError> {
    let mut feed = match text.kind {
        TextKind::Xml => xml(&text.text)?,
        TextKind::Json => json::read(&text.text)?,
        TextKind::Html => in_page(&text.text)?,
        TextKind::Empty => return Err(ParseError::not_a_feed("empty")),
        TextKind::Unknown => {
            return Err(ParseError::not_a_feed(format!(
                "text of no known kind (it starts with {:?})",
                text.text.trim_start().chars().take(40).collect::<String>()
            )));
        }
    };
    let entries = feed.entries.iter_mut().map(|entry| &mut entry.language);
    for language in entries.chain([&mut feed.language]).flatten() {
        // Locales are written with it, languages are not (RFC 5646 §2.1).
        if language.contains('_') {
            *language = language.replace('_', "-");
        }
    }
    if feed.entries.is_empty() {
        feed.defects
            .push(Defect::new("no-entries", "the feed holds no entry"));
    }
    Ok(feed)
}

/// A feed inside what looks like a page: under an HTML doctype, or wrapped by a server.
fn in_page(text: &str) -> Result<ParsedFeed, ParseError> {
    tolerant::read(text)
        .ok()
        .filter(|feed| !feed.entries.is_empty() || feed.title.is_some())
        .filter(|feed| feed.defects.iter().all(|defect| defect.kind != "no-root"))
        .ok_or_else(|| ParseError::not_a_feed("an HTML page"))
}

/// Plain documents are read by feed-rs, all others by our own reader, which also takes over
/// where feed-rs fails.
fn xml(text: &str) -> Result<ParsedFeed, ParseError> {
    let Some(plain) = plain::scan(text) else {
        return tolerant::read(text);
    };
    if let Some(feed) = strict::read(text, &plain) {
        return Ok(feed);
    }
    let mut feed = tolerant::read(text)?;
    feed.defects.push(Defect::new(
        "strict-reader-failed",
        "feed-rs failed on a plain document, which was read without it",
    ));
    Ok(feed)
}
