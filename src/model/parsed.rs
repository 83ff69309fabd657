//! What a document says, field by field, before anything is judged: the output of `parse`.

use crate::model::html::RawHtml;
use crate::model::time::Timestamp;

/// A body turned into text: UTF-8, inflated, without the prolog's encoding.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FeedText {
    /// The document.
    pub text: String,
    /// What it looks like.
    pub kind: TextKind,
    /// Name of the charset it was read with, as the Encoding Standard spells it.
    pub charset: &'static str,
    /// What had to be mended.
    pub defects: Vec<Defect>,
}

/// What a document looks like from its first characters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TextKind {
    /// Starts like XML (RSS, RDF, Atom).
    Xml,
    /// Starts like JSON.
    Json,
    /// An HTML page where a feed was expected.
    Html,
    /// Nothing but white space.
    Empty,
    /// Text of no known kind.
    Unknown,
}

/// Dialect a document was read as.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FeedFormat {
    /// RSS 0.9x or 2.0.
    Rss,
    /// RSS 0.90 or 1.0 (RDF).
    Rdf,
    /// Atom 0.3 or 1.0.
    Atom,
    /// JSON Feed 1.x.
    Json,
}

/// One thing that was wrong with a document or entry and was lived with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Defect {
    /// Closed set, for counting: `bad-date`, `charset-mismatch`, `no-link`, …
    pub kind: &'static str,
    /// What exactly, for a person; never a whole body.
    pub detail: String,
}

impl Defect {
    /// A defect of `kind` with a detail for a person.
    pub fn new(kind: &'static str, detail: impl Into<String>) -> Self {
        Self {
            kind,
            detail: detail.into(),
        }
    }
}

/// A whole document.
#[derive(Clone, PartialEq, Debug)]
pub struct ParsedFeed {
    /// Dialect.
    pub format: FeedFormat,
    /// Title of the feed, markup and all.
    pub title: Option<ParsedText>,
    /// Address of the site (RSS `link`, Atom `link rel=alternate`).
    pub link: Option<String>,
    /// Language of the whole feed, as written.
    pub language: Option<String>,
    /// How long the publisher asks to leave the feed alone.
    pub pace: PublisherPace,
    /// Entries in document order.
    pub entries: Vec<ParsedEntry>,
    /// Entries beyond the limit that were counted but not kept.
    pub n_over_limit: u32,
    /// What was wrong and lived with.
    pub defects: Vec<Defect>,
}

/// The pace a document asks for: RSS 2.0 `ttl`, `skipHours`, `skipDays`; RSS 1.0 syndication module.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PublisherPace {
    /// Minutes (RSS 2.0 `ttl`).
    pub ttl_minutes: Option<u32>,
    /// Hours 0–23 GMT in which not to ask (RSS 2.0 `skipHours`).
    pub skip_hours: Vec<u8>,
    /// Days in which not to ask, 0 = Monday … 6 = Sunday, GMT (RSS 2.0 `skipDays`).
    pub skip_days: Vec<u8>,
    /// Seconds between updates (`sy:updatePeriod` divided by `sy:updateFrequency`).
    pub update_period_s: Option<u32>,
}

/// Text as written, with the kind of markup it claims.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ParsedText {
    /// Plain text: `<` means `<`.
    Plain(String),
    /// HTML, or text that may hold HTML (RSS).
    Html(RawHtml),
}

/// One entry as the document gives it; nothing invented, nothing resolved.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct ParsedEntry {
    /// guid or id, verbatim; never made up.
    pub guid: Option<String>,
    /// The one address a reader would open, as written.
    pub link: Option<String>,
    /// Title.
    pub title: Option<ParsedText>,
    /// Short text (RSS `description`, Atom `summary`).
    pub summary: Option<ParsedText>,
    /// Full text (`content:encoded`, Atom `content`).
    pub content: Option<ParsedText>,
    /// Claimed date of publication.
    pub published: Option<Timestamp>,
    /// Claimed date of the last edit.
    pub updated: Option<Timestamp>,
    /// Authors.
    pub authors: Vec<String>,
    /// Categories: term or label.
    pub categories: Vec<String>,
    /// Enclosures and media.
    pub enclosures: Vec<ParsedEnclosure>,
    /// Language of this entry, as written.
    pub language: Option<String>,
    /// `xml:base` in force at the entry, where there is one.
    pub base: Option<String>,
}

/// An attached file as the document gives it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ParsedEnclosure {
    /// Address, as written.
    pub url: String,
    /// Media type, as written.
    pub media_type: Option<String>,
    /// Size in bytes, as claimed.
    pub size_bytes: Option<u64>,
}
