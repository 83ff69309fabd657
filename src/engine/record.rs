//! What one poll came to, entry by entry, for whoever watches the engine.

use std::time::Duration;

use crate::engine::committer::{PollSummary, Polled};
use crate::engine::decision::document;
use crate::model::entry::StoredEntry;
use crate::model::feed::FeedState;
use crate::model::known::FeedUpdate;
use crate::model::outcome::PollReason;
use crate::model::story::Story;
use crate::model::tally::{Account, Arrival, Bond, Fate};
use crate::model::time::Timestamp;

/// One poll as it was committed.
#[derive(Clone, Debug)]
pub struct PollRecord {
    /// How it ended, and its tally.
    pub summary: PollSummary,
    /// Status of the last answer, where one came.
    pub http_status: Option<u16>,
    /// How long the exchange took.
    pub elapsed: Duration,
    /// When it was decided on.
    pub at: Timestamp,
    /// Kinds of things that were wrong with the document and lived with, each once.
    pub defects: Vec<&'static str>,
    /// When the feed is next polled.
    pub next_poll: Timestamp,
    /// Why then.
    pub reason: PollReason,
    /// Every entry that was decided on, in the order of decision; unchanged ones are not there.
    pub entries: Vec<EntryRecord>,
}

/// What came of one entry of a poll.
#[derive(Clone, Debug)]
pub struct EntryRecord {
    /// What it was to what is known.
    pub arrival: Arrival,
    /// What came of it.
    pub fate: Fate,
    /// What ties it to the story it joined, where it joined one.
    pub bond: Option<Bond>,
    /// The entry as it is stored now, with the words that speak for its regions.
    pub entry: StoredEntry,
    /// Its story after the poll.
    pub story: Story,
}

/// The entries of `update` that `accounts` names, with what came of each.
pub(super) fn entries(accounts: &[Account], update: &FeedUpdate) -> Vec<EntryRecord> {
    let record = |account: &Account| {
        let entry = update.entries.iter().find(|it| it.key == account.entry)?;
        let story = update.stories.iter().find(|it| it.key == entry.story)?;
        Some(EntryRecord {
            arrival: account.arrival,
            fate: account.fate,
            bond: account.bond,
            entry: entry.clone(),
            story: story.clone(),
        })
    };
    accounts.iter().filter_map(record).collect()
}

impl PollRecord {
    /// The record of a poll after which its feed is in `state`.
    pub(super) fn new(
        summary: PollSummary,
        poll: &Polled,
        state: &FeedState,
        entries: Vec<EntryRecord>,
    ) -> Self {
        Self {
            summary,
            http_status: poll.report.status,
            elapsed: poll.report.elapsed,
            at: state.last.at.unwrap_or_default(),
            defects: defects(poll),
            next_poll: state.schedule.next_poll,
            reason: state.schedule.reason,
            entries,
        }
    }
}

/// What kinds of things were wrong with the document and lived with.
pub(super) fn defects(poll: &Polled) -> Vec<&'static str> {
    let defects = document(poll).map_or(&[][..], |document| &document.defects);
    let mut kinds: Vec<&'static str> = defects.iter().map(|defect| defect.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}
