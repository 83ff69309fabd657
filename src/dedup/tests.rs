//! Scenes: documents of several feeds in order, and what a reader of a merged feed would see.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use proptest::prelude::*;

use crate::dedup::identity::keys;
use crate::dedup::{Context, Decided, decide};
use crate::model::content::{EntryContent, PlainContent, ShownContent};
use crate::model::entry::{Entry, EntryKey, PreparedEntry, PreparedFeed, StoredEntry};
use crate::model::feed::{DedupScope, FeedNumber, FeedState, Tier};
use crate::model::fingerprint::KeyKind;
use crate::model::known::{Cursor, Known};
use crate::model::region::{RegionMatch, RegionNumber};
use crate::model::story::Story;
use crate::model::tally::Tally;
use crate::model::time::Timestamp;

const NEWS: RegionNumber = RegionNumber(1);

/// All that was ever committed, as one feed's poll after another would leave it.
#[derive(Default)]
struct World {
    now: Timestamp,
    states: HashMap<FeedNumber, FeedState>,
    entries: HashMap<EntryKey, StoredEntry>,
    stories: HashMap<EntryKey, Story>,
    apart: HashSet<FeedNumber>,
    tiers: HashMap<FeedNumber, Tier>,
}

/// One entry as a publisher writes it; a title with "region" in it matches.
#[derive(Clone, Debug, Default)]
struct Item {
    guid: Option<String>,
    link: Option<String>,
    title: String,
    text: String,
    claim: Option<Timestamp>,
}

fn item(guid: &str, link: &str, title: &str) -> Item {
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Item {
        guid: some(guid),
        link: some(link),
        title: title.to_owned(),
        text: format!("the full text of {title}"),
        claim: Some(start()),
    }
}

fn start() -> Timestamp {
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
        base: "https://example.org/".parse().unwrap(),
        claim: item.claim,
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
    fn new() -> Self {
        Self {
            now: start(),
            ..Self::default()
        }
    }

    fn known(&self, feed: FeedNumber) -> Known {
        let mut known = Known {
            cursor: Cursor(1),
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

    /// One poll of a feed, a minute after the one before.
    fn poll(&mut self, feed: u32, items: &[Item]) -> Tally {
        let feed = FeedNumber(feed);
        self.now = self.now.plus(Duration::from_mins(1));
        let document = PreparedFeed {
            n_received: u32::try_from(items.len()).unwrap(),
            entries: items.iter().map(|item| prepare(feed, item)).collect(),
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
        } = decide(&self.known(feed), &document, &context);
        assert!(tally.balances(), "{tally:?}");
        self.entries
            .extend(entries.into_iter().map(|entry| (entry.key, entry)));
        self.stories
            .extend(stories.into_iter().map(|story| (story.key, story)));
        self.states.entry(feed).or_default().memory = memory;
        tally
    }

    /// Titles in the merged feed, newest announcement first.
    fn reader(&self) -> Vec<String> {
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

    fn asked(&self, feed: u32) -> Option<KeyKind> {
        self.states[&FeedNumber(feed)].memory.asked
    }
}

fn counts(tally: Tally) -> [u32; 8] {
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

#[test]
fn an_entry_is_announced_once_and_then_known() {
    let mut world = World::new();
    let items = [
        item("1", "https://a.org/1", "region talks"),
        item("2", "https://a.org/2", "weather"),
    ];
    assert_eq!(counts(world.poll(1, &items)), [2, 0, 0, 0, 1, 0, 1, 0]);
    assert_eq!(counts(world.poll(1, &items)), [0, 0, 2, 0, 0, 0, 0, 0]);
    assert_eq!(world.reader(), ["region talks"]);
}

#[test]
fn the_same_link_in_another_feed_is_the_same_story_whatever_its_tracking() {
    let mut world = World::new();
    world.poll(1, &[item("x1", "https://wire.org/story/9", "region talks")]);
    let copy = item(
        "zz",
        "http://www.wire.org/story/9/?utm_source=b",
        "Talks in the region",
    );
    assert_eq!(counts(world.poll(2, &[copy])), [0, 0, 0, 1, 0, 1, 0, 0]);
    assert_eq!(world.reader(), ["region talks"]);
}

#[test]
fn a_stub_that_says_nothing_is_announced_when_another_outlet_names_the_region() {
    let mut world = World::new();
    assert_eq!(
        counts(world.poll(1, &[item("1", "https://w.org/9", "talks")])),
        [1, 0, 0, 0, 0, 0, 1, 0]
    );
    let full = item("2", "https://w.org/9", "talks on the region");
    assert_eq!(counts(world.poll(2, &[full])), [0, 0, 0, 1, 1, 0, 0, 0]);
    assert_eq!(world.reader(), ["talks on the region"]);
}

#[test]
fn a_feed_with_dedup_off_neither_joins_nor_is_joined() {
    let mut world = World::new();
    world.apart.insert(FeedNumber(2));
    let story = |guid: &str| item(guid, "https://w.org/9", "region talks");
    world.poll(1, &[story("1")]);
    assert_eq!(
        counts(world.poll(2, &[story("2")])),
        [1, 0, 0, 0, 1, 0, 0, 0]
    );
    assert_eq!(
        counts(world.poll(3, &[story("3")])),
        [0, 0, 0, 1, 0, 1, 0, 0]
    );
    let joined = world
        .stories
        .values()
        .find(|story| story.members.len() == 2)
        .unwrap();
    assert_eq!(
        joined
            .members
            .iter()
            .map(|member| member.feed.0)
            .collect::<Vec<_>>(),
        [1, 3]
    );
}

#[test]
fn two_ministries_with_the_same_guid_are_two_stories() {
    let mut world = World::new();
    world.poll(
        1,
        &[item(
            "1001",
            "https://mfa.kz/1001",
            "region statement of one",
        )],
    );
    world.poll(
        2,
        &[item(
            "1001",
            "https://mfa.uz/1001",
            "region statement of the other",
        )],
    );
    assert_eq!(world.reader().len(), 2);
}

#[test]
fn an_edit_announces_again_and_an_edit_back_is_silent() {
    let mut world = World::new();
    let was = item("1", "https://a.org/1", "region talks begin");
    let is = item("1", "https://a.org/1", "region talks end");
    world.poll(1, std::slice::from_ref(&was));
    world.poll(
        1,
        &[item("2", "https://a.org/2", "region later"), was.clone()],
    );
    assert_eq!(world.reader(), ["region later", "region talks begin"]);
    assert_eq!(
        counts(world.poll(1, std::slice::from_ref(&is))),
        [0, 1, 0, 0, 1, 0, 0, 0]
    );
    assert_eq!(world.reader(), ["region talks end", "region later"]);
    assert_eq!(counts(world.poll(1, &[was])), [0, 1, 0, 0, 0, 1, 0, 0]);
    assert_eq!(counts(world.poll(1, &[is])), [0, 1, 0, 0, 0, 1, 0, 0]);
}

#[test]
fn a_story_is_announced_at_most_24_times_for_edits() {
    let mut world = World::new();
    let edit = |n: u32| item("1", "https://a.org/1", &format!("region count {n}"));
    world.poll(1, &[edit(0)]);
    let announced: u32 = (1..60).map(|n| world.poll(1, &[edit(n)]).announced).sum();
    assert_eq!(announced, 24);
    assert_eq!(world.reader(), ["region count 59"]);
}

#[test]
fn https_or_a_new_tracking_parameter_is_unchanged() {
    let mut world = World::new();
    world.poll(1, &[item("1", "http://a.org/1", "region talks")]);
    let again = item("1", "https://www.a.org/1?utm_medium=rss", "region talks");
    assert_eq!(counts(world.poll(1, &[again])), [0, 0, 1, 0, 0, 0, 0, 0]);
}

#[test]
fn a_shown_entry_edited_off_the_region_stays_in_its_present_words_and_place() {
    let mut world = World::new();
    world.poll(1, &[item("1", "https://a.org/1", "region talks")]);
    let correction = item("1", "https://a.org/1", "this statement was withdrawn");
    assert_eq!(
        counts(world.poll(1, &[correction])),
        [0, 1, 0, 0, 0, 0, 1, 0]
    );
    assert_eq!(world.reader(), ["this statement was withdrawn"]);
}

#[test]
fn a_change_of_all_guids_brings_nothing_again() {
    let mut world = World::new();
    let items = |prefix: &str| -> Vec<Item> {
        (0..6)
            .map(|n| {
                item(
                    &format!("{prefix}{n}"),
                    &format!("https://a.org/{n}"),
                    &format!("region story {n}"),
                )
            })
            .collect()
    };
    world.poll(1, &items("old-"));
    assert_eq!(
        counts(world.poll(1, &items("new/"))),
        [0, 0, 6, 0, 0, 0, 0, 0]
    );
    assert_eq!(world.asked(1), Some(KeyKind::Link));
    assert_eq!(
        counts(world.poll(1, &items("newer/"))),
        [0, 0, 6, 0, 0, 0, 0, 0]
    );
    assert_eq!(world.reader().len(), 6);
}

#[test]
fn an_edit_under_a_new_guid_at_the_old_address_is_an_edit() {
    let mut world = World::new();
    let revision =
        |n: u32, title: &str| item(&format!("https://a.org/x#{n}"), "https://a.org/x", title);
    world.poll(
        1,
        &[revision(
            0,
            "region users can now block the firm from training on content",
        )],
    );
    let edited = revision(
        1,
        "region firm faces backlash over training on content of users",
    );
    assert_eq!(
        counts(world.poll(1, std::slice::from_ref(&edited))),
        [0, 1, 0, 0, 1, 0, 0, 0]
    );
    assert_eq!(counts(world.poll(1, &[edited])), [0, 0, 1, 0, 0, 0, 0, 0]);
    assert_eq!(
        world.reader(),
        ["region firm faces backlash over training on content of users"]
    );
}

#[test]
fn two_guids_at_one_address_in_one_document_are_two_entries() {
    let mut world = World::new();
    let one = item("x#0", "https://a.org/x", "region users can block the firm");
    let two = item(
        "x#1",
        "https://a.org/x",
        "region users can block the firm now",
    );
    world.poll(1, std::slice::from_ref(&one));
    assert_eq!(counts(world.poll(1, &[two, one])), [1, 0, 1, 0, 1, 0, 0, 0]);
}

#[test]
fn a_change_of_guids_and_addresses_is_known_by_title_and_claim() {
    let mut world = World::new();
    let items = |host: &str| -> Vec<Item> {
        (0..5)
            .map(|n| {
                let url = format!("https://{host}/{n}");
                item(&url, &url, &format!("region story number {n}"))
            })
            .collect()
    };
    world.poll(1, &items("old.gov"));
    assert_eq!(
        counts(world.poll(1, &items("new.gov"))),
        [0, 0, 5, 0, 0, 0, 0, 0]
    );
}

#[test]
fn repeated_guids_make_the_feed_ask_a_finer_key() {
    let mut world = World::new();
    let items: Vec<Item> = (0..4)
        .map(|n| {
            item(
                "0",
                &format!("https://a.org/{n}"),
                &format!("region story {n}"),
            )
        })
        .collect();
    assert_eq!(counts(world.poll(1, &items)), [4, 0, 0, 0, 4, 0, 0, 0]);
    assert_eq!(world.asked(1), Some(KeyKind::GuidLink));
    assert_eq!(counts(world.poll(1, &items)), [0, 0, 4, 0, 0, 0, 0, 0]);
}

#[test]
fn entries_without_guid_and_link_are_known_by_title_and_date() {
    let mut world = World::new();
    let items = [item("", "", "region one"), item("", "", "region two")];
    assert_eq!(counts(world.poll(1, &items)), [2, 0, 0, 0, 2, 0, 0, 0]);
    assert_eq!(world.asked(1), Some(KeyKind::TitleDate));
    assert_eq!(counts(world.poll(1, &items)), [0, 0, 2, 0, 0, 0, 0, 0]);
}

#[test]
fn tomorrows_briefing_at_todays_address_is_another_article() {
    let mut world = World::new();
    let briefing = |title: &str, text: &str, day: u64| Item {
        guid: Some("briefing".to_owned()),
        link: Some("https://a.org/briefing".to_owned()),
        title: title.to_owned(),
        text: text.to_owned(),
        claim: Some(start().plus(Duration::from_hours(24 * day))),
    };
    let one = briefing(
        "ministers meet over water",
        "region delegations discussed reservoirs and dams",
        0,
    );
    let two = briefing(
        "border crossing opens again",
        "a region gate was closed since spring floods",
        1,
    );
    world.poll(1, std::slice::from_ref(&one));
    assert_eq!(
        counts(world.poll(1, std::slice::from_ref(&two))),
        [1, 0, 0, 0, 1, 0, 0, 0]
    );
    assert_eq!(counts(world.poll(1, &[two, one])), [0, 0, 2, 0, 0, 0, 0, 0]);
    let ids: HashSet<_> = world.stories.values().map(|story| story.id).collect();
    assert_eq!(ids.len(), 2);
}

#[test]
fn a_page_shared_by_two_entries_joins_no_story() {
    let mut world = World::new();
    let page = "https://a.org/bulletin";
    world.poll(
        1,
        &[
            item("1", page, "region floods close a road"),
            item("2", page, "region talks on gas"),
        ],
    );
    assert_eq!(world.reader().len(), 2);
    assert_eq!(
        counts(world.poll(2, &[item("9", page, "region talks on gas")])),
        [1, 0, 0, 0, 1, 0, 0, 0]
    );
}

#[test]
fn the_better_tier_leads_silently_once_shown() {
    let mut world = World::new();
    world.tiers.insert(FeedNumber(2), Tier::Official);
    world.poll(
        1,
        &[item("1", "https://w.org/9", "region talks, says paper")],
    );
    world.poll(
        3,
        &[item(
            "3",
            "https://w.org/9",
            "region talks, says another paper",
        )],
    );
    assert_eq!(world.reader(), ["region talks, says paper"]);
    let official = item("2", "https://w.org/9", "Statement on the region talks");
    assert_eq!(counts(world.poll(2, &[official])), [0, 0, 0, 1, 0, 1, 0, 0]);
    assert_eq!(world.reader(), ["Statement on the region talks"]);
}

#[test]
fn backlog_is_known_never_announced_even_when_edited_but_a_later_member_announces() {
    let mut world = World::new();
    let old = |title: &str| Item {
        claim: Some(start().minus(Duration::from_hours(100))),
        ..item("1", "https://w.org/9", title)
    };
    assert_eq!(
        counts(world.poll(1, &[old("region old")])),
        [1, 0, 0, 0, 0, 0, 0, 1]
    );
    assert_eq!(
        counts(world.poll(1, &[old("region old, edited")])),
        [0, 1, 0, 0, 0, 0, 0, 1]
    );
    assert!(world.reader().is_empty());
    world.poll(2, &[]);
    world.poll(2, &[item("0", "https://b.org/0", "weather")]);
    let later = Item {
        claim: Some(start().minus(Duration::from_hours(99))),
        ..item("2", "https://w.org/9", "region old")
    };
    assert_eq!(counts(world.poll(2, &[later])), [0, 0, 0, 1, 1, 0, 0, 0]);
    assert_eq!(world.reader(), ["region old"]);
}

#[test]
fn an_entry_that_left_the_body_keeps_when_and_comes_back_as_known() {
    let mut world = World::new();
    let (one, two) = (
        item("1", "https://a.org/1", "region one"),
        item("2", "https://a.org/2", "region two"),
    );
    world.poll(1, std::slice::from_ref(&one));
    let confirmed = world.now;
    world.poll(1, std::slice::from_ref(&two));
    let left = |world: &World| {
        world
            .entries
            .values()
            .find(|e| e.content.title() == Some("region one"))
            .unwrap()
            .left_body
    };
    assert_eq!(left(&world), Some(confirmed));
    assert_eq!(counts(world.poll(1, &[two, one])), [0, 0, 2, 0, 0, 0, 0, 0]);
    assert_eq!(left(&world), None);
}

#[test]
fn an_empty_document_forgets_nothing() {
    let mut world = World::new();
    let one = [item("1", "https://a.org/1", "region one")];
    world.poll(1, &one);
    world.poll(1, &[]);
    assert_eq!(world.states[&FeedNumber(1)].memory.body.len(), 1);
    assert_eq!(counts(world.poll(1, &one)), [0, 0, 1, 0, 0, 0, 0, 0]);
}

/// Documents of a few feeds about a few articles, so that they collide: texts are edited,
/// guids change format or are missing, links are missing, claims differ.
fn documents() -> impl Strategy<Value = Vec<(u32, Vec<Item>)>> {
    let item = (0..6u64, 0..3u8, 0..3u8, any::<bool>(), 0..200u64).prop_map(
        |(article, format, text, has_link, hours)| Item {
            guid: (format > 0).then(|| format!("guid-{format}-{article}")),
            link: has_link.then(|| format!("https://w.org/{article}")),
            title: format!("region title {article}"),
            text: format!("text {text}"),
            claim: (hours < 180).then(|| start().minus(Duration::from_hours(hours))),
        },
    );
    proptest::collection::vec((1..4u32, proptest::collection::vec(item, 0..8)), 1..12)
}

proptest! {
    /// Whatever publishers send: the laws hold (asserted in `poll`), ids are unique, what a
    /// reader has seen stays, and the same document again brings no new entry.
    #[test]
    fn nothing_comes_twice_and_nothing_shown_goes(documents in documents()) {
        let mut world = World::new();
        for (feed, items) in documents {
            let before: HashSet<_> = world.stories.values().filter(|s| !s.shown.is_empty()).map(|s| s.id).collect();
            world.poll(feed, &items);
            let after: HashSet<_> = world.stories.values().filter(|s| !s.shown.is_empty()).map(|s| s.id).collect();
            prop_assert!(before.is_subset(&after));
            let again = world.poll(feed, &items);
            prop_assert_eq!((again.new, again.same_story), (0, 0));
            let ids: HashSet<_> = world.stories.values().map(|story| story.id).collect();
            prop_assert_eq!(ids.len(), world.stories.len());
            for story in world.stories.values().filter(|story| !story.shown.is_empty()) {
                prop_assert!(story.leader.is_some());
            }
            for entry in world.entries.values() {
                prop_assert!(world.stories[&entry.story].members.iter().any(|m| m.entry == entry.key));
            }
        }
    }
}
