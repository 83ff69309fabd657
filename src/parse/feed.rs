//! The one call of this stage.

use crate::model::parsed::{Defect, FeedText, ParsedFeed, TextKind};
use crate::parse::{ParseError, json, xml};

/// Version of this stage and of `normalise` behind it: a body that is known by its hash is read
/// again when it was read with another.
pub const VERSION: u16 = 1;

/// Reads a text as a feed.
///
/// A document that breaks off gives what came before, with the defect `truncated`: its bytes must
/// not be remembered as seen.
///
/// # Errors
/// Where the text is no feed, or none that can be read. It never panics: a panic of the reader
/// behind it is [`ParseError::Panicked`].
pub fn parse(text: &FeedText) -> Result<ParsedFeed, ParseError> {
    let mut feed = match text.kind {
        TextKind::Xml => xml::read(&text.text)?,
        TextKind::Json => json::read(&text.text)?,
        TextKind::Html => return Err(ParseError::not_a_feed("an HTML page")),
        TextKind::Empty => return Err(ParseError::not_a_feed("empty")),
        TextKind::Unknown => {
            return Err(ParseError::not_a_feed(format!(
                "text of no known kind (it starts with {:?})",
                text.text.trim_start().chars().take(40).collect::<String>()
            )));
        }
    };
    if feed.entries.is_empty() {
        feed.defects
            .push(Defect::new("no-entries", "the feed holds no entry"));
    }
    Ok(feed)
}
