//! One prepared document against what is known: the only place where entries become stories.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::time::Duration;

use crate::dedup::asked;
use crate::dedup::backlog::BacklogRule;
use crate::dedup::overlay::Overlay;
use crate::dedup::showing::{Change, settle};
use crate::dedup::verdict::{Judge, Verdict};
use crate::model::content::{EntryContent, ShownContent};
use crate::model::entry::{EntryKey, PreparedEntry, PreparedFeed, StoredEntry};
use crate::model::feed::{DedupScope, FeedMemory, FeedNumber, Tier};
use crate::model::fingerprint::{IdentityKey, KeyKind};
use crate::model::known::Known;
use crate::model::region::RegionNumber;
use crate::model::story::{Member, Story, StoryId, StoryKey};
use crate::model::tally::{Account, Arrival, Bond, Fate, Tally};

/// An edit back to one of this many last meanings is silent.
const MEANINGS_KEPT: usize = 4;
/// An entry keeps at most this many identity keys: its first ones and its newest.
const KEYS_KEPT: usize = 16;
/// A document that broke off leaves at most this many entries in the body, those it named
/// included.
const BROKEN_BODY_MAX: usize = 2_000;

/// What a decision needs beside the document and what is known.
pub struct Context<'a> {
    /// The feed.
    pub feed: FeedNumber,
    /// Its tier.
    pub tier: Tier,
    /// How far its entries are compared.
    pub scope: DedupScope,
    /// Feeds whose entries are not compared with other feeds'.
    pub apart: &'a HashSet<FeedNumber>,
    /// Numbers of the merged feeds by region name; a match of another region counts for none.
    pub regions: &'a HashMap<String, RegionNumber>,
    /// Hash of the rules the document was classified under.
    pub rules: u64,
    /// Age beyond which a first body's entries are backlog.
    pub backlog: Duration,
    /// What a merged feed would show of the document's entry at this index, for the rare edit
    /// of a shown entry that no longer matches.
    pub shown: &'a dyn Fn(usize) -> ShownContent,
}

/// Everything one document changes.
#[derive(Clone, PartialEq, Debug)]
pub struct Decided {
    /// New and changed entries.
    pub entries: Vec<StoredEntry>,
    /// New and changed stories.
    pub stories: Vec<Story>,
    /// What the feed's memory becomes.
    pub memory: FeedMemory,
    /// What became of the document's entries.
    pub tally: Tally,
    /// What became of each that was decided on, in the order of decision.
    pub accounts: Vec<Account>,
}

/// Decides on every entry of `document`, in one go.
///
/// Later entries of the document are decided first (feeds list the newest first), so that keys
/// and founders follow time.
pub fn decide(known: &Known, document: &PreparedFeed, context: &Context<'_>) -> Decided {
    let mut decider = Decider {
        judge: Judge::new(known, context, &document.entries),
        known,
        document,
        context,
        overlay: Overlay::new(known),
        body: BTreeSet::new(),
        accounts: Vec::new(),
        tally: Tally {
            received: document.n_received,
            rejected: document.n_rejected,
            over_limit: document.n_over_limit,
            ..Tally::default()
        },
    };
    decider.run();
    decider.finish()
}

struct Decider<'a> {
    judge: Judge<'a>,
    known: &'a Known,
    document: &'a PreparedFeed,
    context: &'a Context<'a>,
    overlay: Overlay<'a>,
    body: BTreeSet<EntryKey>,
    tally: Tally,
    accounts: Vec<Account>,
}

impl Decider<'_> {
    fn run(&mut self) {
        let migrated = self.judge.migrated(&self.overlay);
        if !migrated.is_empty() {
            self.judge.refined = Some(asked::choose(Some(KeyKind::Link), &self.document.entries));
        }
        let mut rule = BacklogRule::new(self.known, self.context.backlog);
        let document = self.document;
        let backlog: Vec<bool> = document
            .entries
            .iter()
            .map(|entry| rule.is_backlog(entry.claim))
            .collect();
        for (index, (entry, backlog)) in document.entries.iter().zip(backlog).enumerate().rev() {
            let verdict = match migrated.get(&index) {
                Some(key) => Verdict::Migrated(*key),
                None => self.judge.verdict(entry, &self.overlay),
            };
            let key = match verdict {
                Verdict::Known(key) => self.known_again(key, entry, index),
                Verdict::Migrated(key) => self.unchanged(key, entry),
                Verdict::Joins {
                    story,
                    bond,
                    related,
                    url_is_key,
                } => {
                    self.link_related(story, &related);
                    self.first_sight(entry, backlog, Place::In(story, bond), url_is_key)
                }
                Verdict::Founds { id, url_is_key } => {
                    self.first_sight(entry, backlog, Place::Founds(id), url_is_key)
                }
            };
            self.body.insert(key);
        }
    }

    /// Stories that fit as well as `story` are linked with it, both ways.
    fn link_related(&mut self, story: StoryKey, related: &[StoryKey]) {
        for (one, other) in related
            .iter()
            .flat_map(|other| [(story, *other), (*other, story)])
        {
            let Some(linked) = self.overlay.story(one) else {
                continue;
            };
            if !linked.related.contains(&other) {
                let mut linked = linked.clone();
                linked.related.push(other);
                self.overlay.put_story(linked);
            }
        }
    }

    fn known_again(&mut self, key: EntryKey, entry: &PreparedEntry, index: usize) -> EntryKey {
        let Some(stored) = self.overlay.entry(key) else {
            return key;
        };
        let latest = stored.meanings.last();
        let unchanged = latest.is_none_or(|latest| {
            *latest == entry.meaning || latest.version != entry.meaning.version
        });
        if unchanged {
            self.unchanged(key, entry)
        } else {
            self.updated(key, entry, index)
        }
    }

    /// Nothing that matters changed: written only where it gained a key, came back into the
    /// body, or was hashed by another version.
    fn unchanged(&mut self, key: EntryKey, entry: &PreparedEntry) -> EntryKey {
        self.tally.unchanged += 1;
        let Some(stored) = self.overlay.entry(key) else {
            return key;
        };
        let mut next = stored.clone();
        gain_keys(&mut next.identity, entry);
        next.left_body = None;
        if let Some(latest) = next
            .meanings
            .last_mut()
            .filter(|it| it.version != entry.meaning.version)
        {
            *latest = entry.meaning;
            next.wording = entry.wording;
            next.sketch = entry.sketch;
        }
        if next != *stored {
            self.overlay.put_entry(next);
        }
        key
    }

    fn updated(&mut self, key: EntryKey, entry: &PreparedEntry, index: usize) -> EntryKey {
        let Some(stored) = self.overlay.entry(key) else {
            return key;
        };
        let change = if stored.meanings.contains(&entry.meaning) {
            Change::EditedBack
        } else {
            Change::Edited
        };
        let mut next = stored.clone();
        gain_keys(&mut next.identity, entry);
        next.meanings.retain(|meaning| *meaning != entry.meaning);
        next.meanings.push(entry.meaning);
        let n_old = next.meanings.len().saturating_sub(MEANINGS_KEPT);
        next.meanings.drain(..n_old);
        next.wording = entry.wording;
        next.sketch = entry.sketch;
        next.url_key = entry.url_key.filter(|url| !self.judge.is_shared(*url));
        next.claim = entry.claim;
        next.left_body = None;
        next.matches.clone_from(&entry.matches);
        next.rules = self.context.rules;
        next.content = self.content_of_edit(&next, entry, index);
        let fate = self.place(next, entry.unfiltered, change);
        self.count(key, Arrival::Updated, fate, None);
        key
    }

    /// A shown entry stays shown, in its present words, also where they no longer match.
    fn content_of_edit(
        &self,
        stored: &StoredEntry,
        entry: &PreparedEntry,
        index: usize,
    ) -> EntryContent {
        let leads = self
            .overlay
            .story(stored.story)
            .is_some_and(|story| story.leader == Some(stored.key) && !story.shown.is_empty());
        if leads && !entry.content.is_shown() {
            return EntryContent::Shown(Box::new((self.context.shown)(index)));
        }
        entry.content.clone()
    }

    fn first_sight(
        &mut self,
        entry: &PreparedEntry,
        backlog: bool,
        place: Place,
        url_is_key: bool,
    ) -> EntryKey {
        let key = self.overlay.fresh_key();
        let mut identity: Vec<IdentityKey> = entry.identity.all().collect();
        let (story, arrival, bond) = match place {
            Place::In(story, bond) => (story, Arrival::SameStory, Some(bond)),
            Place::Founds(id) => {
                identity.push(id.into());
                self.overlay.put_story(new_story(key, id));
                (key, Arrival::New, None)
            }
        };
        let stored = StoredEntry {
            key,
            feed: self.context.feed,
            identity,
            url_key: entry.url_key.filter(|_| url_is_key),
            wording: entry.wording,
            meanings: vec![entry.meaning],
            sketch: entry.sketch,
            story,
            backlog,
            claim: entry.claim,
            first_seen: self.known.stamp,
            left_body: None,
            matches: entry.matches.clone(),
            rules: self.context.rules,
            content: entry.content.clone(),
        };
        let fate = self.place(stored, entry.unfiltered, Change::Joined);
        self.count(key, arrival, fate, bond);
        key
    }

    /// Writes an entry that was decided on, settles its story and tells what came of it.
    fn place(&mut self, entry: StoredEntry, unfiltered: bool, change: Change) -> Fate {
        let regions = regions_of(&entry, unfiltered, self.context.regions);
        let (backlog, filtered) = (entry.backlog, regions.is_empty());
        let member = Member {
            entry: entry.key,
            feed: entry.feed,
            tier: self.context.tier,
            has_text: entry.content.is_shown(),
            regions,
        };
        let story = self.overlay.story(entry.story).cloned();
        let announced = story.is_some_and(|mut story| {
            let announced = settle(&mut story, member, change, self.known.stamp);
            self.overlay.put_story(story);
            announced
        });
        let fate = match (backlog, filtered, announced) {
            (true, ..) => Fate::Backlog,
            (_, true, _) => Fate::Filtered,
            (.., true) => Fate::Announced,
            (.., false) => Fate::Silent,
        };
        self.overlay.put_entry(entry);
        fate
    }

    fn count(&mut self, entry: EntryKey, arrival: Arrival, fate: Fate, bond: Option<Bond>) {
        self.tally.count(arrival, fate);
        self.accounts.push(Account {
            entry,
            arrival,
            fate,
            bond,
        });
    }

    fn finish(mut self) -> Decided {
        if self.document.is_truncated() {
            self.keep_unread();
        }
        self.leave_body();
        let before = &self.known.state.memory;
        let has_entries = !self.document.entries.is_empty();
        let memory = FeedMemory {
            asked: self
                .judge
                .refined
                .or(has_entries.then_some(self.judge.asked))
                .or(before.asked),
            first_body: before
                .first_body
                .or(has_entries.then_some(self.known.stamp)),
            body_confirmed: Some(self.known.stamp),
            body: if has_entries {
                self.body.into_iter().collect()
            } else {
                before.body.clone()
            },
        };
        let (entries, stories) = self.overlay.into_writes();
        Decided {
            entries,
            stories,
            memory,
            tally: self.tally,
            accounts: self.accounts,
        }
    }

    /// What stood in the body before may stand behind the break: it has not left. A feed that
    /// breaks off every time keeps no more than the newest of it.
    fn keep_unread(&mut self) {
        let room = BROKEN_BODY_MAX.saturating_sub(self.body.len());
        let before = self.known.state.memory.body.iter().rev();
        let unread: Vec<EntryKey> = before
            .filter(|key| !self.body.contains(key))
            .take(room)
            .copied()
            .collect();
        self.body.extend(unread);
    }

    /// Entries that no longer stand in the body keep the time at which they last did.
    fn leave_body(&mut self) {
        if self.document.entries.is_empty() {
            return;
        }
        let memory = &self.known.state.memory;
        let last = memory.body_confirmed.unwrap_or(self.known.stamp);
        for key in memory.body.iter().filter(|key| !self.body.contains(key)) {
            let Some(stored) = self.overlay.entry(*key) else {
                continue;
            };
            let left = StoredEntry {
                left_body: Some(last),
                ..stored.clone()
            };
            self.overlay.put_entry(left);
        }
    }
}

/// Merged feeds an entry speaks for, ascending; none where it is backlog.
pub(super) fn regions_of(
    entry: &StoredEntry,
    unfiltered: bool,
    numbers: &HashMap<String, RegionNumber>,
) -> Vec<RegionNumber> {
    if entry.backlog {
        return Vec::new();
    }
    let named = entry.matches.iter();
    let named = named.filter_map(|it| numbers.get(&it.region));
    let mut regions: BTreeSet<RegionNumber> = named.copied().collect();
    if unfiltered || !regions.is_empty() {
        regions.insert(RegionNumber::ALL);
    }
    regions.into_iter().collect()
}

/// Where an entry seen for the first time goes.
#[derive(Clone, Copy)]
enum Place {
    In(StoryKey, Bond),
    Founds(StoryId),
}

fn gain_keys(identity: &mut Vec<IdentityKey>, entry: &PreparedEntry) {
    for key in entry.identity.all() {
        if !identity.contains(&key) {
            if identity.len() >= KEYS_KEPT {
                identity.remove(KEYS_KEPT / 2);
            }
            identity.push(key);
        }
    }
}

fn new_story(key: StoryKey, id: StoryId) -> Story {
    Story {
        key,
        id,
        members: Vec::new(),
        leader: None,
        shown: Vec::new(),
        n_edits_announced: 0,
        hidden: false,
        related: Vec::new(),
    }
}
