//! Entries that are stored, judged again under changed rules: what that changes of their stories.
//!
//! What is shown stays where it is, with id and stamps, also where it no longer matches. What
//! matches now is announced only where it is no backlog and came lately.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use crate::dedup::decide::regions_of;
use crate::dedup::showing::{Change, restate, settle};
use crate::model::content::{EntryContent, ShownContent};
use crate::model::entry::{EntryKey, StoredEntry};
use crate::model::fingerprint::Fingerprint;
use crate::model::known::Known;
use crate::model::region::{RegionMatch, RegionNumber};
use crate::model::story::{Member, Story, StoryKey};
use crate::model::tally::RulesTally;

/// What changed rules make of a stored entry.
#[derive(Clone, PartialEq, Debug)]
pub struct Rejudged {
    /// The entry.
    pub entry: EntryKey,
    /// Hash of the words that were judged; an entry that has others now is left alone.
    pub wording: Fingerprint,
    /// Regions it belongs to now.
    pub matches: Vec<RegionMatch>,
    /// Hash of the rules.
    pub rules: u64,
    /// Whether its feed is announced unfiltered.
    pub unfiltered: bool,
    /// What a merged feed would show of it, where so far only plain text was kept.
    pub shown: Option<ShownContent>,
}

/// What changed rules change.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct RulesDecided {
    /// Changed entries.
    pub entries: Vec<StoredEntry>,
    /// Changed stories.
    pub stories: Vec<Story>,
    /// What became of those that were judged.
    pub tally: RulesTally,
}

/// What a decision on entries that were judged again needs beside them.
#[derive(Clone, Copy, Debug)]
pub struct RulesContext<'a> {
    /// Numbers of the merged feeds by region name.
    pub regions: &'a HashMap<String, RegionNumber>,
    /// What came longer ago announces nothing.
    pub backlog: Duration,
}

/// Decides on entries that were judged again.
pub fn rejudge(known: &Known, judged: &[Rejudged], context: RulesContext<'_>) -> RulesDecided {
    let mut decided = RulesDecided::default();
    let mut stories: BTreeMap<StoryKey, Story> = BTreeMap::new();
    for one in judged {
        let Some(stored) = known.entries.get(&one.entry) else {
            continue;
        };
        // A poll has come in between, with other words or under these rules already.
        if stored.wording != one.wording || stored.rules == one.rules {
            continue;
        }
        let known_story = || known.stories.get(&stored.story).cloned();
        let story = stories.get(&stored.story).cloned().or_else(known_story);
        let Some(mut story) = story else { continue };
        let before = story.members.iter().find(|it| it.entry == stored.key);
        let Some(before) = before.cloned() else {
            continue;
        };
        let is_late = known.stamp.since(stored.first_seen) > context.backlog;
        let mut next = StoredEntry {
            matches: one.matches.clone(),
            rules: one.rules,
            ..stored.clone()
        };
        let now = regions_of(&next, one.unfiltered, context.regions);
        if let Some(shown) = one.shown.as_ref().filter(|_| !now.is_empty() && !is_late) {
            next.content = EntryContent::Shown(Box::new(shown.clone()));
        }
        let member = Member {
            has_text: next.content.is_shown(),
            regions: now.clone(),
            ..before.clone()
        };
        let appeared = if is_late {
            restate(&mut story, member);
            false
        } else {
            settle(&mut story, member, Change::Rejudged, known.stamp)
        };
        count(&mut decided.tally, stored, &before, &now, appeared);
        if known.stories.get(&story.key) != Some(&story) {
            stories.insert(story.key, story);
        }
        decided.entries.push(next);
    }
    debug_assert!(decided.tally.balances(), "{:?}", decided.tally);
    decided.stories = stories.into_values().collect();
    decided
}

fn count(
    tally: &mut RulesTally,
    stored: &StoredEntry,
    before: &Member,
    now: &[RegionNumber],
    appeared: bool,
) {
    tally.judged += 1;
    let was_filtered = before.regions.is_empty() && !stored.backlog;
    if !was_filtered {
        tally.appeared += u32::from(appeared);
        tally.left += u32::from(now.is_empty() && !stored.backlog);
        return;
    }
    tally.filtered_before += 1;
    if now.is_empty() {
        tally.filtered += 1;
    } else if appeared {
        tally.announced += 1;
    } else {
        tally.silent += 1;
    }
}
