//! What is remembered of the store itself.

use serde::{Deserialize, Serialize};

use super::codec::Record;

/// Layout 1 of the store's birth certificate; never rewritten.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct StoreRecord {
    /// Random: names the store, and spreads identity keys over buckets in a way no publisher
    /// can foresee.
    pub id: [u8; 16],
    /// When it was created, in ms.
    pub created_ms: i64,
}

impl Record for StoreRecord {
    const NAME: &'static str = "store";
}

/// Layout 1 of how far the store has come; rewritten by every commit.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct ProgressRecord {
    /// Last commit.
    pub cursor: u64,
    /// Its stamp in ms.
    pub stamp_ms: i64,
    /// Greatest entry key given so far.
    pub last_entry: u64,
    /// Next feed number to give.
    pub next_feed: u32,
    /// Entries stored.
    pub n_entries: u64,
    /// Stories stored.
    pub n_stories: u64,
}

impl Record for ProgressRecord {
    const NAME: &'static str = "progress";
}

/// Layout 1 of the present session.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct SessionRecord {
    /// Times the store was opened: the upper half of every fence.
    pub n_opened: u32,
    /// Whether it was closed in order; false while it is open.
    pub clean: bool,
}

impl Record for SessionRecord {
    const NAME: &'static str = "session";
}

/// Layout 1 of a merged feed's stored number.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RegionRecord {
    /// Its name.
    pub name: String,
}

impl Record for RegionRecord {
    const NAME: &'static str = "region";
}
