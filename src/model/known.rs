//! The two halves of a commit: what the committer asks and gets, and what it decides.

use std::collections::HashMap;

use crate::model::entry::{EntryKey, StoredEntry};
use crate::model::feed::{FeedNumber, FeedState};
use crate::model::fingerprint::{IdentityKey, UrlKey};
use crate::model::story::{Story, StoryKey};
use crate::model::tally::Tally;
use crate::model::time::Timestamp;

/// Position in the order of commits; grows with each.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Cursor(pub u64);

/// The right to commit one poll of one feed.
#[derive(Clone, PartialEq, Debug)]
pub struct Claim {
    /// The feed.
    pub feed: FeedNumber,
    /// Strictly grows per store; a commit with an older one is refused.
    pub fence: u64,
    /// State at the last commit.
    pub state: FeedState,
}

/// What a document's entries could be known by.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ask {
    /// The feed whose identity keys these are.
    pub feed: FeedNumber,
    /// Identity keys, unique only in that feed.
    pub keys: Vec<IdentityKey>,
    /// Keys across feeds.
    pub urls: Vec<UrlKey>,
}

/// What the store knows of what was asked.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Known {
    /// Commits up to here are in the answer.
    pub cursor: Cursor,
    /// The clock, wherever it stands: what is due is reckoned from it, never from a stamp.
    pub now: Timestamp,
    /// Stamp for a commit decided on this answer: strictly after every earlier one.
    pub stamp: Timestamp,
    /// When the store was created, for the backlog rule.
    pub created: Timestamp,
    /// First entry key free for this commit; the following ones are free too.
    pub next_entry: EntryKey,
    /// The feed's state at the last commit.
    pub state: FeedState,
    /// Which entry of the feed has an identity key.
    pub by_key: HashMap<IdentityKey, EntryKey>,
    /// Which entries of any feed have a URL key, oldest first.
    pub by_url: HashMap<UrlKey, Vec<EntryKey>>,
    /// Every entry named above, and every entry of the feed's current body.
    pub entries: HashMap<EntryKey, StoredEntry>,
    /// Every story one of those entries belongs to.
    pub stories: HashMap<StoryKey, Story>,
}

/// Whether a commit must be on stable storage before it is acknowledged.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Durability {
    /// Yes.
    Durable,
    /// It may be lost by a crash, together with everything after it, but never in part.
    Deferred,
}

/// What changed rules change of entries that are stored: all of it, or nothing.
#[derive(Clone, PartialEq, Debug)]
pub struct RulesUpdate {
    /// Cursor of the [`Known`] it was decided on: a later commit that wrote one of these entries
    /// or stories is a conflict.
    pub read_at: Cursor,
    /// Commit time.
    pub stamp: Timestamp,
    /// Changed entries.
    pub entries: Vec<StoredEntry>,
    /// Changed stories.
    pub stories: Vec<Story>,
}

/// What one poll changes: all of it, or nothing.
///
/// Entries and stories are given whole, as they shall stand; index rows follow from them.
#[derive(Clone, PartialEq, Debug)]
pub struct FeedUpdate {
    /// The feed.
    pub feed: FeedNumber,
    /// Fence of the claim.
    pub fence: u64,
    /// Cursor of the [`Known`] it was decided on.
    pub read_at: Cursor,
    /// What was asked then: a later commit that wrote one of these is a conflict.
    pub ask: Ask,
    /// Commit time.
    pub stamp: Timestamp,
    /// The feed's new state.
    pub state: FeedState,
    /// New and changed entries.
    pub entries: Vec<StoredEntry>,
    /// New and changed stories.
    pub stories: Vec<Story>,
    /// What became of the document's entries.
    pub tally: Tally,
    /// How sure it must be.
    pub durability: Durability,
}
