//! The filter as configured: which regions are published and what else decides.

use std::collections::BTreeMap;

/// The filter of a configuration, checked, before it is compiled by `classify`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Rules {
    /// Published regions, in the order of the file; never empty in a checked configuration.
    pub regions: Vec<String>,
    /// Regions defined or extended in the file, by name.
    pub own: BTreeMap<String, OwnRegion>,
}

/// `[region.NAME]`: a region of the user's own, or additions to a shipped one.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct OwnRegion {
    /// Title of its merged feed.
    pub title: Option<String>,
    /// Regions whose vocabulary it takes over.
    pub add: Vec<String>,
    /// Words and phrases that speak for it.
    pub phrases: Vec<String>,
    /// Words and phrases that are taken out again.
    pub without: Vec<String>,
}

/// One `[[test]]` block: an example that must or must not match.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct RuleTest {
    /// Title of the example.
    pub title: String,
    /// Text of the example.
    pub text: String,
    /// Its language, where that matters.
    pub language: Option<String>,
    /// Regions it must match.
    pub matches: Vec<String>,
    /// Regions it must not match.
    pub no_match: Vec<String>,
    /// Line of the block in the file, for the message.
    pub line: usize,
}
