//! One story.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::codec::Record;
use super::codes::{tier_code, tier_of};
use crate::model::entry::EntryKey;
use crate::model::feed::FeedNumber;
use crate::model::region::RegionNumber;
use crate::model::story::{Member, Showing, Story, StoryId, StoryKey};
use crate::model::time::Timestamp;

/// Layout 1 of a story; its key is its row's.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct StoryRecord {
    /// The published id.
    pub id: [u8; 16],
    /// Entry, feed, code of the tier, whether text is kept, regions; founder first.
    pub members: Vec<(u64, u32, u8, bool, Vec<u16>)>,
    /// Key of the entry that is shown.
    pub leader: Option<u64>,
    /// Where it is shown.
    pub shown: Vec<ShowingRecord>,
    /// Announcements of edits so far.
    pub n_edits_announced: u8,
    /// Taken out by hand.
    pub hidden: bool,
    /// Keys of linked stories.
    pub related: Vec<u64>,
    /// `published` in ms of the leader, as it stands in this story's region rows; none where it
    /// has no such rows. What makes their removal exact.
    pub indexed_ms: Option<i64>,
}

impl Record for StoryRecord {
    const NAME: &'static str = "story";
}

/// A story's place in one merged feed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ShowingRecord {
    /// Number of the merged feed.
    pub region: u16,
    /// Commit time in ms of the first showing.
    pub announced_at_ms: i64,
    /// Commit time in ms of the last announcement.
    pub updated_ms: i64,
}

impl StoryRecord {
    /// The record of `story`; `published` is its leader's, `None` where it is in no index.
    pub fn new(story: &Story, published: Option<Timestamp>) -> Self {
        Self {
            id: *story.id.0.as_bytes(),
            members: story.members.iter().map(member_parts).collect(),
            leader: story.leader.map(|key| key.0),
            shown: story
                .shown
                .iter()
                .map(|showing| ShowingRecord {
                    region: showing.region.0,
                    announced_at_ms: showing.announced_at.as_millis(),
                    updated_ms: showing.updated.as_millis(),
                })
                .collect(),
            n_edits_announced: story.n_edits_announced,
            hidden: story.hidden,
            related: story.related.iter().map(|key| key.0).collect(),
            indexed_ms: published.map(Timestamp::as_millis),
        }
    }

    /// The story under `key`; the error says what in it has no meaning.
    ///
    /// # Errors
    /// A code this program does not know.
    pub fn into_story(self, key: StoryKey) -> Result<Story, String> {
        let members = self.members.into_iter().map(|parts| {
            let (entry, feed, tier, has_text, regions) = parts;
            Ok::<_, String>(Member {
                entry: EntryKey(entry),
                feed: FeedNumber(feed),
                tier: tier_of(tier)?,
                has_text,
                regions: regions.into_iter().map(RegionNumber).collect(),
            })
        });
        Ok(Story {
            key,
            id: StoryId(Uuid::from_bytes(self.id)),
            members: members.collect::<Result<_, _>>()?,
            leader: self.leader.map(EntryKey),
            shown: self
                .shown
                .into_iter()
                .map(|showing| Showing {
                    region: RegionNumber(showing.region),
                    announced_at: Timestamp::from_millis(showing.announced_at_ms),
                    updated: Timestamp::from_millis(showing.updated_ms),
                })
                .collect(),
            n_edits_announced: self.n_edits_announced,
            hidden: self.hidden,
            related: self.related.into_iter().map(EntryKey).collect(),
        })
    }
}

fn member_parts(member: &Member) -> (u64, u32, u8, bool, Vec<u16>) {
    (
        member.entry.0,
        member.feed.0,
        tier_code(member.tier),
        member.has_text,
        member.regions.iter().map(|region| region.0).collect(),
    )
}
