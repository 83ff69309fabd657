//! What is kept of an entry: what a reader is shown, or what `explain` needs, or nothing.

use serde::{Deserialize, Serialize};

use crate::model::entry::Enclosure;
use crate::model::html::SafeHtml;

/// Plain text of a filtered entry is kept up to this many bytes.
pub const PLAIN_TEXT_MAX_BYTES: usize = 2048;

/// What is kept of an entry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum EntryContent {
    /// All a merged feed shows; kept for entries that may be published.
    Shown(Box<ShownContent>),
    /// Title, link and the head of the text, for `explain`; kept for filtered entries.
    Plain(PlainContent),
    /// Nothing but keys and hashes: a tombstone.
    Gone,
}

impl EntryContent {
    /// Title, where any is kept.
    pub fn title(&self) -> Option<&str> {
        match self {
            Self::Shown(shown) => Some(&shown.title),
            Self::Plain(plain) => Some(&plain.title),
            Self::Gone => None,
        }
    }

    /// Link, where any is kept.
    pub fn link(&self) -> Option<&str> {
        match self {
            Self::Shown(shown) => shown.link.as_deref(),
            Self::Plain(plain) => plain.link.as_deref(),
            Self::Gone => None,
        }
    }

    /// Whether a merged feed could show it.
    pub fn is_shown(&self) -> bool {
        matches!(self, Self::Shown(_))
    }
}

/// All a merged feed shows of an entry.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct ShownContent {
    /// Title as text.
    pub title: String,
    /// Absolute http(s) address.
    pub link: Option<String>,
    /// Short text, sanitised.
    pub summary: Option<SafeHtml>,
    /// Full text, sanitised.
    pub content: Option<SafeHtml>,
    /// Authors as text.
    pub authors: Vec<String>,
    /// Publisher's own categories as text.
    pub categories: Vec<String>,
    /// Enclosures.
    pub enclosures: Vec<Enclosure>,
    /// BCP 47 language, lower case.
    pub language: Option<String>,
}

/// What is kept of a filtered entry.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct PlainContent {
    /// Title as text.
    pub title: String,
    /// Absolute http(s) address.
    pub link: Option<String>,
    /// Head of the text, at most [`PLAIN_TEXT_MAX_BYTES`].
    pub text: String,
    /// The first of the publisher's own categories, for judging it again.
    pub categories: Vec<String>,
    /// BCP 47 language, lower case.
    pub language: Option<String>,
}
