//! All that was ever committed, as one feed's poll after another would leave it.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use crate::dedup::identity::keys;
use crate::dedup::{Context, Decided, decide};
use crate::model::content::{EntryContent, PlainContent, ShownContent};
use crate::model::entry::{Entry, EntryKey, PreparedEntry, PreparedFeed, StoredEntry};
use crate::model::feed::{DedupScope, FeedNumber, FeedState, Tier};
use crate::model::fingerprint::{Fingerprint, KeyKind};
use crate::model::known::{Cursor, Known};
use crate::model::parsed::Defect;
use crate::model::region::{RegionMatch, RegionNumber};
use crate::model::story::Story;
use crate::model::tally::{Bond, Tally};
use crate::model::time::Timestamp;

const NEWS: RegionNumber = RegionNumber(1);

/// All that was ever committed, as one feed's poll after another would leave it.
#[derive(Default)]
pub(super) struct World {
    pub(super) now: Timestamp,
    pub(super) states: HashMap<FeedNumber, FeedState>,
    pub(super) entries: HashMap<EntryKey, StoredEntry>,
    pub(super) stories: HashMap<EntryKey, Story>,
    pub(super) apart: HashSet<FeedNumber>,
    pub(super) tiers: HashMap<FeedNumber, Tier>,
    /// What tied the entries of the last poll to the stories they joined.
    pub(super) bonds: Vec<Bond>,
}

/// One entry as a publisher writes it; a title with "region" in it matches.
#[derive(Clone, Debug, Default)]
pub(super) struct Item {
    pub(super) guid: Option<String>,
    pub(super) link: Option<String>,
    pub(super) title: String,
    pub(super) text: String,
    pub(super) claim: Option<Timestamp>,
}

pub(super) fn item(guid: &str, link: &str, title: &str) -> Item {
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Item {
        guid: some(guid),
        link: some(link),
        title: title.to_owned(),
        text: format!("the full text of {title}"),
        claim: Some(start()),
    }
}

/// An item of a feed that gives no texts, claimed for this many days after the start.
pub(super) fn headline(guid: &str, link: &str, title: &str, day: u64) -> Item {
    Item {
        text: String::new(),
        claim: Some(start().plus(Duration::from_hours(24 * day))),
        ..item(guid, link, title)
    }
}

pub(super) fn start() -> Timestamp {
    Timestamp::from_seconds(1_786_600_000)
}

fn prepare(feed: FeedNumber, item: &Item) -> PreparedEntry {
    let entry = Entry {
        guid: item.guid.clone(),
        raw_link: item.link.clone(),
        link: item.link.as_ref().map(|link| link.parse().unwrap()),
        title: item.title.clone(),
        text: item.text.clone(),
        summary: None,
        content: None,
        claim: item.claim,
        own_claim: item.claim,
        authors: vec![],
        categories: vec![],
        enclosures: vec![],
        language: None,
        defects: vec![],
    };
    let keys = keys(&entry, &format!("feed-{}", feed.0).parse().unwrap());
    let matches = item.title.contains("region") || item.text.contains("region");
    PreparedEntry {
        identity: keys.identity,
        story_id: keys.story_id,
        story_id_dated: keys.story_id_dated,
        url_key: keys.url_key,
        meaning: keys.meaning,
        sketch: keys.sketch,
        wording: keys.wording,
        claim: item.claim,
        matches: if matches {
            vec![RegionMatch {
                region: "news".to_owned(),
                evidence: vec![],
            }]
        } else {
            vec![]
        },
        unfiltered: false,
        content: if matches {
            EntryContent::Shown(Box::new(shown(item)))
        } else {
            EntryContent::Plain(PlainContent {
                title: item.title.clone(),
                ..Default::default()
            })
        },
    }
}

fn shown(item: &Item) -> ShownContent {
    ShownContent {
        title: item.title.clone(),
        link: item.link.clone(),
        ..Default::default()
    }
}

impl World {
    pub(super) fn new() -> Self {
        Self {
            now: start(),
            ..Self::default()
        }
    }

    fn known(&self, feed: FeedNumber) -> Known {
        let mut known = Known {
            cursor: Cursor(1),
            now: self.now,
            stamp: self.now,
            created: start().minus(Duration::from_hours(1000)),
            next_entry: self
                .entries
                .keys()
                .max()
                .map_or(EntryKey::first_at(self.now), |key| {
                    key.next().max(EntryKey::first_at(self.now))
                }),
            state: self.states.get(&feed).cloned().unwrap_or_default(),
            entries: self.entries.clone(),
            stories: self.stories.clone(),
            ..Known::default()
        };
        let mut ordered: Vec<&StoredEntry> = self.entries.values().collect();
        ordered.sort_by_key(|entry| entry.key);
        for entry in ordered {
            if entry.feed == feed {
                for key in &entry.identity {
                    known.by_key.entry(*key).or_insert(entry.key);
                }
            }
            if let Some(url) = entry.url_key {
                known.by_url.entry(url).or_default().push(entry.key);
            }
        }
        known
    }

    /// All that is stored becomes what the version before this made of other texts.
    pub(super) fn age_texts(&mut self) {
        for entry in self.entries.values_mut() {
            let aged = |fingerprint: &mut Fingerprint| {
                fingerprint.version -= 1;
                fingerprint.hash ^= 1;
            };
            entry.meanings.iter_mut().for_each(aged);
            aged(&mut entry.wording);
            entry.sketch.version -= 1;
        }
    }

    /// One poll of a feed, a minute after the one before.
    pub(super) fn poll(&mut self, feed: u32, items: &[Item]) -> Tally {
        self.poll_document(feed, items, Vec::new())
    }

    /// One poll whose document broke off after these items.
    pub(super) fn poll_cut(&mut self, feed: u32, items: &[Item]) -> Tally {
        let defect = Defect::new("truncated", "it broke off");
        self.poll_document(feed, items, vec![defect])
    }

    fn poll_document(&mut self, feed: u32, items: &[Item], defects: Vec<Defect>) -> Tally {
        let feed = FeedNumber(feed);
        self.now = self.now.plus(Duration::from_mins(1));
        let document = PreparedFeed {
            n_received: u32::try_from(items.len()).unwrap(),
            entries: items.iter().map(|item| prepare(feed, item)).collect(),
            defects,
            ..PreparedFeed::default()
        };
        let regions = HashMap::from([("news".to_owned(), NEWS)]);
        let scope = if self.apart.contains(&feed) {
            DedupScope::Off
        } else {
            DedupScope::Url
        };
        let context = Context {
            feed,
            tier: self.tiers.get(&feed).copied().unwrap_or_default(),
            scope,
            apart: &self.apart,
            regions: &regions,
            rules: 7,
            backlog: Duration::from_hours(48),
            shown: &|index| shown(&items[index]),
        };
        let Decided {
            entries,
            stories,
            memory,
            tally,
            accounts,
        } = decide(&self.known(feed), &document, &context);
        assert!(tally.balances(), "{tally:?}");
        let n_decided = tally.new + tally.updated + tally.same_story;
        assert_eq!(accounts.len(), usize::try_from(n_decided).unwrap());
        self.bonds = accounts.iter().filter_map(|account| account.bond).collect();
        assert_eq!(self.bonds.len(), usize::try_from(tally.same_story).unwrap());
        self.entries
            .extend(entries.into_iter().map(|entry| (entry.key, entry)));
        self.stories
            .extend(stories.into_iter().map(|story| (story.key, story)));
        self.states.entry(feed).or_default().memory = memory;
        tally
    }

    /// Titles in the merged feed, newest announcement first.
    pub(super) fn reader(&self) -> Vec<String> {
        let mut shown: Vec<(Timestamp, EntryKey, String)> = self
            .stories
            .values()
            .filter_map(|story| {
                let showing = story.showing(NEWS)?;
                let leader = &self.entries[&story.leader?];
                Some((
                    showing.updated,
                    story.key,
                    leader.content.title()?.to_owned(),
                ))
            })
            .collect();
        shown.sort();
        shown.into_iter().rev().map(|(_, _, title)| title).collect()
    }

    pub(super) fn asked(&self, feed: u32) -> Option<KeyKind> {
        self.states[&FeedNumber(feed)].memory.asked
    }
}

pub(super) fn counts(tally: Tally) -> [u32; 8] {
    let Tally {
        new,
        updated,
        unchanged,
        same_story,
        announced,
        silent,
        filtered,
        backlog,
        ..
    } = tally;
    [
        new, updated, unchanged, same_story, announced, silent, filtered, backlog,
    ]
}
