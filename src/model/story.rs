//! The published unit: one entry, or several that are the same text.

use std::fmt;

use uuid::Uuid;

use crate::model::entry::{EntryKey, StoredEntry};
use crate::model::feed::{FeedCard, FeedNumber, Tier};
use crate::model::region::RegionNumber;
use crate::model::time::Timestamp;

/// A story is announced at most this often: edits after that are silent.
pub const ANNOUNCEMENTS_MAX: u8 = 24;

/// A story's Atom id: `urn:uuid:` and a UUID v5 of the founder's feed id and id key.
///
/// Fixed for ever: a reader that has seen it must never see the story under another.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StoryId(pub Uuid);

impl fmt::Display for StoryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "urn:uuid:{}", self.0.hyphenated())
    }
}

impl fmt::Debug for StoryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Internal key of a story: the [`EntryKey`] of its founder.
pub type StoryKey = EntryKey;

/// One entry of a story.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Member {
    /// The entry.
    pub entry: EntryKey,
    /// Its feed.
    pub feed: FeedNumber,
    /// Tier of its feed when it was last decided on.
    pub tier: Tier,
    /// Whether its text is kept and could be shown.
    pub has_text: bool,
    /// Merged feeds it speaks for; empty where filtered or backlog.
    pub regions: Vec<RegionNumber>,
}

/// A story's place in one merged feed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Showing {
    /// The merged feed.
    pub region: RegionNumber,
    /// Commit time of the first showing there; never moves.
    pub announced_at: Timestamp,
    /// Commit time of the last announcement there.
    pub updated: Timestamp,
}

/// What the store remembers of a story.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Story {
    /// Internal key: its founder's.
    pub key: StoryKey,
    /// Published id.
    pub id: StoryId,
    /// Its entries, founder first, then in the order they joined.
    pub members: Vec<Member>,
    /// The member whose text and link are shown; `None` while none may be.
    pub leader: Option<EntryKey>,
    /// Where it is shown; only grows.
    pub shown: Vec<Showing>,
    /// Announcements of edits so far, at most [`ANNOUNCEMENTS_MAX`].
    pub n_edits_announced: u8,
    /// Taken out of every merged feed by hand.
    pub hidden: bool,
    /// Stories of the same event or close text, linked but never merged.
    pub related: Vec<StoryKey>,
}

impl Story {
    /// Its place in `region`, where it is shown there.
    pub fn showing(&self, region: RegionNumber) -> Option<&Showing> {
        self.shown.iter().find(|showing| showing.region == region)
    }

    /// The member that is shown.
    pub fn leader(&self) -> Option<&Member> {
        self.members
            .iter()
            .find(|member| Some(member.entry) == self.leader)
    }
}

/// One other source of a story, for a link in the published entry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StorySource {
    /// The feed it stood in.
    pub feed: FeedCard,
    /// Its address there, where known.
    pub link: Option<String>,
    /// Its title there, where kept.
    pub title: Option<String>,
}

/// A story as one merged feed shows it: all that `publish` needs.
#[derive(Clone, PartialEq, Debug)]
pub struct StoryView {
    /// The story.
    pub story: Story,
    /// Its place in the merged feed asked for.
    pub showing: Showing,
    /// The entry whose text and link are shown; its content is `Shown`.
    pub leader: StoredEntry,
    /// The leader's feed.
    pub feed: FeedCard,
    /// The other members, in the order they joined.
    pub others: Vec<StorySource>,
    /// Names of the regions it is shown in, without `all`, sorted.
    pub regions: Vec<String>,
}
