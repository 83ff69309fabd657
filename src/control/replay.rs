//! The answer to `replay`: what another configuration would let in and out.

use serde::{Deserialize, Serialize};

use crate::control::rfc3339;
use crate::model::region::RegionMatch;
use crate::model::time::Timestamp;

/// Entries listed on each side at most, the newest.
pub const LISTED_MAX: usize = 500;

/// What another configuration makes of the stored entries.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct ReplayReport {
    /// Entries that were judged: those whose feed the other configuration has, and of which text
    /// is kept; backlog left out, since no rule ever announces it.
    pub judged: u64,
    /// Entries that could not be: no text is kept of them, or their feed is gone.
    pub skipped: u64,
    /// How many would enter a region they are not in now.
    pub entering: u64,
    /// How many would leave one.
    pub leaving: u64,
    /// The newest of those that would enter, oldest first.
    pub enter: Vec<ReplayEntry>,
    /// The newest of those that would leave, oldest first.
    pub leave: Vec<ReplayEntry>,
}

/// One entry that would enter or leave.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ReplayEntry {
    /// Id of its feed.
    pub feed: String,
    /// Its title.
    pub title: String,
    /// Its address.
    pub link: Option<String>,
    /// When the poll that brought it was committed.
    #[serde(with = "rfc3339")]
    pub first_seen: Timestamp,
    /// Regions it would enter or leave, with the words that speak for each.
    pub regions: Vec<RegionMatch>,
    /// For one that would leave: the rule that keeps it out, region by region.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<String>,
}
