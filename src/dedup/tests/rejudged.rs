//! Changed rules over what is stored.

use std::collections::HashMap;
use std::time::Duration;

use crate::dedup::rejudge::{Rejudged, RulesContext, RulesDecided, rejudge};
use crate::model::content::{EntryContent, PlainContent, ShownContent};
use crate::model::entry::{EntryKey, StoredEntry};
use crate::model::feed::{FeedNumber, Tier};
use crate::model::fingerprint::{Fingerprint, Sketch};
use crate::model::known::Known;
use crate::model::region::{RegionMatch, RegionNumber};
use crate::model::story::{Member, Showing, Story, StoryId};
use crate::model::tally::RulesTally;
use crate::model::time::Timestamp;

const NEWS: RegionNumber = RegionNumber(1);
const SPORT: RegionNumber = RegionNumber(2);
const BACKLOG: Duration = Duration::from_hours(48);

/// Noon of some day, so many hours later.
fn at(hours: i64) -> Timestamp {
    Timestamp::from_seconds(1_800_000_000 + hours * 3600)
}

fn matches(regions: &[&str]) -> Vec<RegionMatch> {
    let one = |region: &&str| RegionMatch {
        region: (*region).to_owned(),
        evidence: Vec::new(),
    };
    regions.iter().map(one).collect()
}

/// A filtered entry that came at noon, alone in its story.
fn filtered() -> (StoredEntry, Story) {
    let entry = StoredEntry {
        key: EntryKey(7),
        feed: FeedNumber(1),
        identity: Vec::new(),
        url_key: None,
        wording: Fingerprint::of(&[b"words"]),
        meanings: Vec::new(),
        sketch: Sketch::default(),
        story: EntryKey(7),
        backlog: false,
        claim: None,
        first_seen: at(0),
        left_body: None,
        matches: Vec::new(),
        rules: 1,
        content: EntryContent::Plain(PlainContent {
            title: "Title".to_owned(),
            ..PlainContent::default()
        }),
    };
    let story = Story {
        key: entry.key,
        id: StoryId(uuid::Uuid::from_u128(7)),
        members: vec![Member {
            entry: entry.key,
            feed: entry.feed,
            tier: Tier::Press,
            has_text: false,
            regions: Vec::new(),
        }],
        leader: None,
        shown: Vec::new(),
        n_edits_announced: 0,
        hidden: false,
        related: Vec::new(),
    };
    (entry, story)
}

/// The same, shown in `news` since noon.
fn shown() -> (StoredEntry, Story) {
    let (entry, story) = filtered();
    let showing = |region| Showing {
        region,
        announced_at: at(0),
        updated: at(0),
    };
    let member = Member {
        has_text: true,
        regions: vec![RegionNumber::ALL, NEWS],
        ..story.members[0].clone()
    };
    let entry = StoredEntry {
        matches: matches(&["news"]),
        content: EntryContent::Shown(Box::default()),
        ..entry
    };
    let story = Story {
        members: vec![member],
        leader: Some(EntryKey(7)),
        shown: vec![showing(RegionNumber::ALL), showing(NEWS)],
        ..story
    };
    (entry, story)
}

fn judged_after(
    (entry, story): (StoredEntry, Story),
    hours: i64,
    regions: &[&str],
) -> RulesDecided {
    let known = Known {
        stamp: at(hours),
        stories: HashMap::from([(story.key, story)]),
        entries: HashMap::from([(entry.key, entry.clone())]),
        ..Known::default()
    };
    let one = Rejudged {
        entry: entry.key,
        wording: Fingerprint::of(&[b"words"]),
        matches: matches(regions),
        rules: 2,
        unfiltered: false,
        shown: (!entry.content.is_shown()).then(|| ShownContent {
            title: "Title".to_owned(),
            ..ShownContent::default()
        }),
    };
    let numbers = [("news".to_owned(), NEWS), ("sport".to_owned(), SPORT)];
    let context = RulesContext {
        regions: &numbers.into(),
        backlog: BACKLOG,
    };
    rejudge(&known, &[one], context)
}

fn places(story: &Story) -> Vec<(RegionNumber, Timestamp, Timestamp)> {
    let showings = story.shown.iter();
    showings
        .map(|it| (it.region, it.announced_at, it.updated))
        .collect()
}

#[test]
fn what_matches_now_is_announced_where_it_came_lately() {
    let decided = judged_after(filtered(), 47, &["news"]);
    let story = &decided.stories[0];
    assert_eq!(
        places(story),
        [(RegionNumber::ALL, at(47), at(47)), (NEWS, at(47), at(47))]
    );
    assert_eq!(story.leader, Some(EntryKey(7)));
    let entry = &decided.entries[0];
    assert!(entry.content.is_shown());
    assert_eq!((entry.rules, &entry.matches), (2, &matches(&["news"])));
    let expected = RulesTally {
        judged: 1,
        filtered_before: 1,
        announced: 1,
        ..RulesTally::default()
    };
    assert_eq!(decided.tally, expected);
}

#[test]
fn what_came_longer_ago_is_known_and_silent() {
    let decided = judged_after(filtered(), 49, &["news"]);
    let story = &decided.stories[0];
    assert_eq!((story.shown.len(), story.leader), (0, None));
    assert!(!decided.entries[0].content.is_shown());
    assert_eq!(decided.entries[0].matches, matches(&["news"]));
    assert_eq!((decided.tally.silent, decided.tally.announced), (1, 0));
}

#[test]
fn backlog_stays_backlog() {
    let (mut entry, story) = filtered();
    entry.backlog = true;
    let decided = judged_after((entry, story), 1, &["news"]);
    assert_eq!(decided.stories, []);
    assert!(!decided.entries[0].content.is_shown());
    assert_eq!(decided.tally.filtered_before, 0);
}

#[test]
fn what_is_shown_stays_where_it_is() {
    let (_, before) = shown();
    for hours in [1, 1000] {
        let decided = judged_after(shown(), hours, &[]);
        let story = &decided.stories[0];
        assert_eq!(places(story), places(&before));
        assert_eq!(story.leader, before.leader);
        assert!(decided.entries[0].content.is_shown());
        assert_eq!(decided.tally.left, 1);
    }
    // Another region is added, the old place does not move.
    let decided = judged_after(shown(), 1, &["sport"]);
    let mut expected = places(&before);
    expected.push((SPORT, at(1), at(1)));
    assert_eq!(places(&decided.stories[0]), expected);
    assert_eq!(decided.tally.appeared, 1);
}

#[test]
fn what_a_poll_has_changed_meanwhile_is_left_alone() {
    let (mut entry, story) = filtered();
    entry.wording = Fingerprint::of(&[b"other words"]);
    assert_eq!(
        judged_after((entry, story), 1, &["news"]),
        RulesDecided::default()
    );
    let (mut entry, story) = filtered();
    entry.rules = 2;
    assert_eq!(
        judged_after((entry, story), 1, &["news"]),
        RulesDecided::default()
    );
}

#[test]
fn a_hidden_story_stays_hidden() {
    let (entry, mut story) = filtered();
    story.hidden = true;
    let decided = judged_after((entry, story), 1, &["news"]);
    assert_eq!(decided.stories[0].shown, []);
    assert_eq!(decided.tally.silent, 1);
}
