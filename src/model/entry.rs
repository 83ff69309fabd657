//! An entry after normalising, and the same entry made ready for the committer.

use std::fmt;

use serde::{Deserialize, Serialize};
use url::Url;

use crate::model::content::EntryContent;
use crate::model::feed::FeedNumber;
use crate::model::fingerprint::{Fingerprint, IdentityKey, Sketch, UrlKey};
use crate::model::html::Markup;
use crate::model::parsed::{Defect, PublisherPace};
use crate::model::region::RegionMatch;
use crate::model::story::{StoryId, StoryKey};
use crate::model::time::Timestamp;

/// Internal, time-ordered key of an entry in the store; never published.
///
/// Upper 44 bits: milliseconds since 1970; lower 20: a counter inside that millisecond.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct EntryKey(pub u64);

impl EntryKey {
    /// The first key of the millisecond `at`.
    pub fn first_at(at: Timestamp) -> Self {
        Self(u64::try_from(at.as_millis()).unwrap_or(0) << 20)
    }

    /// The key after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Debug for EntryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EntryKey({:x})", self.0)
    }
}

/// An attached file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Enclosure {
    /// Absolute http(s) address.
    pub url: String,
    /// Media type; `application/octet-stream` where none was given.
    pub media_type: String,
    /// Size in bytes; 0 where unknown, as RSS 2.0 wants it.
    pub size_bytes: u64,
}

/// One entry in our own terms: text without markup, absolute URLs, UTC dates.
///
/// Markup is still raw: only what will be shown is sanitised, and only then.
#[derive(Clone, PartialEq, Debug)]
pub struct Entry {
    /// Publisher's guid or id, trimmed, else verbatim.
    pub guid: Option<String>,
    /// The link exactly as written, for the id key.
    pub raw_link: Option<String>,
    /// The link, absolute, http or https.
    pub link: Option<Url>,
    /// Title as text; empty where there is none.
    pub title: String,
    /// Text without markup: content, else summary; empty where there is none.
    pub text: String,
    /// Short text with markup.
    pub summary: Option<Markup>,
    /// Full text with markup.
    pub content: Option<Markup>,
    /// Claimed date of publication (`published`, else `updated`), not clamped.
    pub claim: Option<Timestamp>,
    /// The claim as the entry alone gives it, without what the other entries tell of how their
    /// feed writes dates: what ids and keys are made from.
    pub own_claim: Option<Timestamp>,
    /// Authors.
    pub authors: Vec<String>,
    /// Categories.
    pub categories: Vec<String>,
    /// Enclosures with absolute addresses.
    pub enclosures: Vec<Enclosure>,
    /// BCP 47 language of the entry, else of its feed; lower case.
    pub language: Option<String>,
    /// What was wrong and lived with.
    pub defects: Vec<Defect>,
}

/// Which keys an entry can be asked by; `None` where the entry lacks the parts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Identity {
    /// By guid.
    pub guid: Option<IdentityKey>,
    /// By guid and link.
    pub guid_link: Option<IdentityKey>,
    /// By link.
    pub link: Option<IdentityKey>,
    /// By title and claim.
    pub title_date: Option<IdentityKey>,
}

impl Identity {
    /// All keys that apply: every one of them is stored from the first poll.
    pub fn all(&self) -> impl Iterator<Item = IdentityKey> + use<> {
        [self.guid, self.guid_link, self.link, self.title_date]
            .into_iter()
            .flatten()
    }
}

/// An entry with all that the committer needs to decide on it: nothing is computed after this.
#[derive(Clone, PartialEq, Debug)]
pub struct PreparedEntry {
    /// Identity inside the feed.
    pub identity: Identity,
    /// The id a story gets when this entry founds it (guid and link, else the one, else title and date).
    pub story_id: StoryId,
    /// The id with title and date appended, for when the first one stands for another entry.
    pub story_id_dated: StoryId,
    /// Key across feeds; `None` where there is no link or the link is a site's root.
    pub url_key: Option<UrlKey>,
    /// Hash of title, text and canonical link.
    pub meaning: Fingerprint,
    /// Sketch of title and text.
    pub sketch: Sketch,
    /// Hash of title and text alone, for "equal title and text".
    pub wording: Fingerprint,
    /// Claimed date, not clamped.
    pub claim: Option<Timestamp>,
    /// Regions this entry belongs to, with the reasons; empty where none.
    pub matches: Vec<RegionMatch>,
    /// Whether the feed is announced unfiltered.
    pub unfiltered: bool,
    /// What is kept of it.
    pub content: EntryContent,
}

/// A whole poll's document made ready for the committer.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct PreparedFeed {
    /// Entries in document order, at most `entries-max`.
    pub entries: Vec<PreparedEntry>,
    /// Entries the document held, counted before anything was done with them.
    pub n_received: u32,
    /// Entries that could not be used at all (no title, no text, no link, no guid).
    pub n_rejected: u32,
    /// Entries beyond `entries-max`, counted and not kept.
    pub n_over_limit: u32,
    /// What the document says about its pace.
    pub pace: PublisherPace,
    /// What the feed calls itself, as text.
    pub title: Option<String>,
    /// What was wrong, for the log and the status page.
    pub defects: Vec<Defect>,
}

impl PreparedFeed {
    /// Whether the document broke off before its end: what it was sent with must not count as
    /// read.
    pub fn is_truncated(&self) -> bool {
        self.defects.iter().any(|defect| defect.kind == "truncated")
    }
}

/// What the store remembers of one entry.
#[derive(Clone, PartialEq, Debug)]
pub struct StoredEntry {
    /// Internal key.
    pub key: EntryKey,
    /// The feed it came from.
    pub feed: FeedNumber,
    /// Identity keys it is known by, oldest first; gains keys, never loses them.
    pub identity: Vec<IdentityKey>,
    /// Key across feeds, where it has one.
    pub url_key: Option<UrlKey>,
    /// Hash of its present title and text.
    pub wording: Fingerprint,
    /// Its last meanings, at most four, newest last.
    pub meanings: Vec<Fingerprint>,
    /// Sketch of its present title and text.
    pub sketch: Sketch,
    /// The story it belongs to.
    pub story: StoryKey,
    /// Decided before the filter, at first sight; never changes.
    pub backlog: bool,
    /// Claimed date, not clamped.
    pub claim: Option<Timestamp>,
    /// Commit time of the poll that brought it.
    pub first_seen: Timestamp,
    /// Time of the last poll at which it stood in the current body; `None` while it still does.
    pub left_body: Option<Timestamp>,
    /// Regions and reasons at its last classification.
    pub matches: Vec<RegionMatch>,
    /// Hash of the rules it was classified under.
    pub rules: u64,
    /// What is kept of it.
    pub content: EntryContent,
}

impl StoredEntry {
    /// The publisher's claim, never after we first saw it; the first sight where it has none.
    pub fn published(&self) -> Timestamp {
        self.claim
            .map_or(self.first_seen, |claim| claim.min(self.first_seen))
    }
}
