//! What a person says must come of a document.

use serde::Deserialize;

/// What must come of a document. What is not given must not be there where the field says so,
/// else it is not looked at.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Expected {
    /// It is refused, with this kind of error.
    pub(crate) error: Option<String>,
    /// What the error says, in part.
    pub(crate) says: Option<String>,
    /// Charset it is read with.
    pub(crate) charset: Option<String>,
    /// `Rss`, `Rdf`, `Atom` or `Json`.
    pub(crate) format: Option<String>,
    /// Kinds of defects, all of them; not given: there is none.
    #[serde(default)]
    pub(crate) defects: Vec<String>,
    /// The entries, all of them, in order.
    #[serde(default)]
    pub(crate) entries: Vec<ExpectedEntry>,
    /// Number of entries, where listing them shows nothing.
    pub(crate) count: Option<usize>,
    /// Entries beyond the limit.
    #[serde(default)]
    pub(crate) over_limit: u32,
    /// Entries with nothing to know them by.
    #[serde(default)]
    pub(crate) rejected: u32,
    /// The feed itself.
    #[serde(default)]
    pub(crate) feed: ExpectedFeed,
}

/// An entry. The first four are compared always: not given means that it has none.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct ExpectedEntry {
    #[serde(default)]
    pub(crate) title: String,
    pub(crate) link: Option<String>,
    pub(crate) id: Option<String>,
    /// The claim: publication, else last edit; RFC 3339.
    pub(crate) date: Option<String>,
    pub(crate) text: Option<String>,
    /// As readers are shown it.
    pub(crate) summary: Option<String>,
    pub(crate) content: Option<String>,
    pub(crate) authors: Option<Vec<String>>,
    pub(crate) categories: Option<Vec<String>>,
    /// `ADDRESS TYPE SIZE`.
    pub(crate) enclosures: Option<Vec<String>>,
    pub(crate) language: Option<String>,
    /// Address of the discussion, as written.
    pub(crate) comments: Option<String>,
    /// Title of the feed it was first published in.
    pub(crate) source: Option<String>,
    /// `REL ADDRESS` of all its links, as written.
    pub(crate) links: Option<Vec<String>>,
}

/// The feed; what is not given is not looked at.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct ExpectedFeed {
    pub(crate) id: Option<String>,
    pub(crate) title: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) link: Option<String>,
    pub(crate) language: Option<String>,
    pub(crate) authors: Option<Vec<String>>,
    pub(crate) categories: Option<Vec<String>>,
    pub(crate) rights: Option<String>,
    pub(crate) generator: Option<String>,
    /// `REL ADDRESS` of all links but the site's, as written.
    pub(crate) links: Option<Vec<String>>,
    pub(crate) ttl_minutes: Option<u32>,
    pub(crate) skip_hours: Option<Vec<u8>>,
    pub(crate) skip_days: Option<Vec<u8>>,
    pub(crate) update_period_s: Option<u32>,
}
