//! Markup from a publisher, before and after the sanitiser.

use std::fmt;

use serde::{Deserialize, Serialize};
use url::Url;

/// Markup as the publisher sent it. It has no `Display`: nothing can print it by accident.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct RawHtml(pub String);

/// Markup with the address its relative addresses are relative to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Markup {
    /// The markup.
    pub html: RawHtml,
    /// Absolute: `xml:base` where the text stands, joined onto where the document came from.
    pub base: Url,
}

/// Markup that went through the sanitiser's allow-list; the only kind that may be published.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct SafeHtml(String);

impl SafeHtml {
    /// Wraps what the sanitiser gave, or what it gave once and the store kept.
    ///
    /// `tests/it/tidy.rs` holds the list of files that may call this: the sanitiser and the
    /// store's records.
    pub(crate) fn from_sanitised(html: String) -> Self {
        Self(html)
    }

    /// The markup.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether nothing is left to show.
    pub fn is_empty(&self) -> bool {
        self.0.trim().is_empty()
    }
}

impl fmt::Display for SafeHtml {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
