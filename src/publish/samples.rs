//! Stories for the tests of this part.

use uuid::Uuid;

use crate::model::content::{EntryContent, ShownContent};
use crate::model::entry::{EntryKey, StoredEntry};
use crate::model::feed::{FeedCard, FeedNumber, Tier};
use crate::model::fingerprint::{Fingerprint, Sketch};
use crate::model::region::RegionNumber;
use crate::model::story::{Showing, Story, StoryId, StoryView};
use crate::model::time::Timestamp;

/// Story `number` of a press feed: a title and a link, no text.
pub(crate) fn story(number: u64) -> StoryView {
    let at = Timestamp::from_seconds(1_790_000_000);
    let key = EntryKey(number);
    let showing = Showing {
        region: RegionNumber(1),
        announced_at: at,
        updated: at,
    };
    StoryView {
        story: Story {
            key,
            id: StoryId(Uuid::from_u128(number.into())),
            members: Vec::new(),
            leader: Some(key),
            shown: vec![showing],
            n_edits_announced: 0,
            hidden: false,
            related: Vec::new(),
        },
        showing,
        leader: entry(key, at, number),
        feed: feed(),
        others: Vec::new(),
        regions: vec!["central-asia".to_owned()],
    }
}

/// The feed of [`story`].
pub(crate) fn feed() -> FeedCard {
    FeedCard {
        number: FeedNumber(7),
        id: "astana-times".parse().unwrap(),
        name: "The Astana Times".to_owned(),
        url: "https://astanatimes.example/feed".to_owned(),
        tier: Tier::Press,
        active: true,
    }
}

fn entry(key: EntryKey, at: Timestamp, number: u64) -> StoredEntry {
    StoredEntry {
        key,
        feed: FeedNumber(7),
        identity: Vec::new(),
        url_key: None,
        wording: Fingerprint::of(&[]),
        meanings: Vec::new(),
        sketch: Sketch::default(),
        story: key,
        backlog: false,
        claim: None,
        first_seen: at,
        left_body: None,
        matches: Vec::new(),
        rules: 0,
        content: EntryContent::Shown(Box::new(ShownContent {
            title: format!("Story {number}"),
            link: Some(format!("https://astanatimes.example/{number}")),
            ..ShownContent::default()
        })),
    }
}
