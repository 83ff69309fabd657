//! The law of accounting: every entry that came in is in exactly one term.

use std::ops::AddAssign;

use serde::{Deserialize, Serialize};

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
