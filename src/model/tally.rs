//! The law of accounting: every entry that came in is in exactly one term.

use std::ops::AddAssign;

use serde::{Deserialize, Serialize};

use crate::model::entry::EntryKey;

/// What an entry that was decided on was to what is known: one side of the second law.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Arrival {
    /// Never seen before.
    New,
    /// Known, and its meaning changed.
    Updated,
    /// New, and the same as an entry of an existing story.
    SameStory,
}

/// What came of an entry that was decided on: the other side of the second law.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Fate {
    /// Made a story appear in a merged feed, or its `updated` move there.
    Announced,
    /// Belongs to a region, but nothing appeared and nothing moved.
    Silent,
    /// Belongs to no region asked for.
    Filtered,
    /// Too old when its feed was first read.
    Backlog,
}

/// What ties an entry to a story that was there before it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Bond {
    /// The canonical address of an entry of another feed, whose story it is.
    Address,
    /// Its own feed had the same title and text within five days.
    Wording,
    /// The story has the id that the entry would give it: they knew each other once.
    Id,
}

/// One entry as a [`Tally`] counts it. Entries that are unchanged have none.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Account {
    /// The entry.
    pub entry: EntryKey,
    /// What it was to what is known.
    pub arrival: Arrival,
    /// What came of it.
    pub fate: Fate,
    /// What ties it to the story it joined; `None` where it founded one or was known.
    pub bond: Option<Bond>,
}

/// What became of the entries of one poll (or of many, summed).
///
/// Two laws hold for each poll: received = new + updated + unchanged + same-story + rejected +
/// over-limit, and new + updated + same-story = announced + silent + filtered + backlog.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Tally {
    /// Entries the document held.
    pub received: u32,
    /// Never seen before.
    pub new: u32,
    /// Known, and its meaning changed.
    pub updated: u32,
    /// Known, and nothing that matters changed.
    pub unchanged: u32,
    /// New, and the same as an entry of an existing story.
    pub same_story: u32,
    /// Could not be used: no guid, link, title or text.
    pub rejected: u32,
    /// Beyond `entries-max`.
    pub over_limit: u32,
    /// Made a story appear in a merged feed, or its `updated` move there.
    pub announced: u32,
    /// Belongs to a region, but nothing appeared and nothing moved.
    pub silent: u32,
    /// Belongs to no region asked for.
    pub filtered: u32,
    /// Too old when its feed was first read.
    pub backlog: u32,
}

impl Tally {
    /// Counts one entry that was decided on, in one term of each side.
    pub fn count(&mut self, arrival: Arrival, fate: Fate) {
        *match arrival {
            Arrival::New => &mut self.new,
            Arrival::Updated => &mut self.updated,
            Arrival::SameStory => &mut self.same_story,
        } += 1;
        *match fate {
            Fate::Announced => &mut self.announced,
            Fate::Silent => &mut self.silent,
            Fate::Filtered => &mut self.filtered,
            Fate::Backlog => &mut self.backlog,
        } += 1;
    }

    /// Whether both laws hold.
    pub fn balances(&self) -> bool {
        let decided = self.new + self.updated + self.same_story;
        self.received == decided + self.unchanged + self.rejected + self.over_limit
            && decided == self.announced + self.silent + self.filtered + self.backlog
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.received += other.received;
        self.new += other.new;
        self.updated += other.updated;
        self.unchanged += other.unchanged;
        self.same_story += other.same_story;
        self.rejected += other.rejected;
        self.over_limit += other.over_limit;
        self.announced += other.announced;
        self.silent += other.silent;
        self.filtered += other.filtered;
        self.backlog += other.backlog;
    }
}

/// What became of stored entries that were judged again under changed rules.
///
/// One law holds: filtered-before = announced + silent + filtered.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct RulesTally {
    /// All that were judged.
    pub judged: u32,
    /// Those that belonged to no region, backlog apart.
    pub filtered_before: u32,
    /// Of these, made a story appear in a merged feed.
    pub announced: u32,
    /// Of these, belong to a region now and appeared nowhere: they came too long ago, or their
    /// story is shown already.
    pub silent: u32,
    /// Of these, still belong to none.
    pub filtered: u32,
    /// Belonged to a region before, and made their story appear in another.
    pub appeared: u32,
    /// Belonged to a region before, and belong to none now; what is shown stays.
    pub left: u32,
}

impl RulesTally {
    /// Whether the law holds.
    pub fn balances(&self) -> bool {
        self.filtered_before == self.announced + self.silent + self.filtered
    }
}

impl AddAssign for RulesTally {
    fn add_assign(&mut self, other: Self) {
        self.judged += other.judged;
        self.filtered_before += other.filtered_before;
        self.announced += other.announced;
        self.silent += other.silent;
        self.filtered += other.filtered;
        self.appeared += other.appeared;
        self.left += other.left;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_entry_breaks_the_law() {
        let kept = Tally {
            received: 3,
            new: 2,
            unchanged: 1,
            announced: 1,
            filtered: 1,
            ..Tally::default()
        };
        assert!(kept.balances());
        assert!(
            !Tally {
                received: 4,
                ..kept
            }
            .balances()
        );
        assert!(
            !Tally {
                announced: 0,
                ..kept
            }
            .balances()
        );
    }
}
