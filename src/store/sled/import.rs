//! Putting back shown stories from an export into a store that lacks them, or has them as they
//! were before.
//!
//! The store may be a fresh one, or an older one that has polled since: numbers of feeds and
//! regions may differ, entries may be here already under other keys, and keys may be taken. Feeds
//! are matched by id, regions by name, entries by their identity, stories by theirs. What a
//! reader has seen wins over what was only found again; of a story that is shown here too, the
//! later state stays, and what readers saw of it is put together from both.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::commit::Commit;
use super::export::{Export, FeedsHere};
use super::feeds;
use super::get::Get;
use super::keys;
use super::regions::Regions;
use super::rows::Rows;
use crate::model::entry::{EntryKey, StoredEntry};
use crate::model::feed::FeedNumber;
use crate::model::region::RegionNumber;
use crate::model::story::{Member, Showing, Story, StoryKey};
use crate::model::time::Timestamp;
use crate::store::error::StoreError;
use crate::store::record::{FeedRecord, RegionRecord};

/// Stories a commit: sled holds what one batch queues in memory. A crash leaves the first ones,
/// and the import is done again.
const STORIES_A_COMMIT: usize = 50;

/// An import, in as many commits as it takes.
pub(super) struct ImportPlan {
    export: Export,
    feeds_here: FeedsHere,
    /// Stories to put back, then the same again to link.
    steps: std::vec::IntoIter<Step>,
    /// Number there → here.
    feeds: HashMap<FeedNumber, FeedNumber>,
    /// Key there → here.
    entries: HashMap<EntryKey, EntryKey>,
    n_stories: usize,
}

#[derive(Clone, Copy)]
enum Step {
    PutBack(StoryKey),
    Link(StoryKey),
}

impl ImportPlan {
    pub(super) fn new(rows: &Rows, export: Export) -> Result<Self, StoreError> {
        let keys = export.story_keys();
        let put_back = keys.iter().copied().map(Step::PutBack);
        let link = keys.iter().copied().map(Step::Link);
        let steps: Vec<Step> = put_back.chain(link).collect();
        Ok(Self {
            steps: steps.into_iter(),
            export,
            feeds_here: FeedsHere::read(rows)?,
            feeds: HashMap::new(),
            entries: HashMap::new(),
            n_stories: 0,
        })
    }

    /// Puts the next stories into `commit`; `false` when all are done.
    pub(super) fn step(
        &mut self,
        commit: &mut Commit<'_>,
        regions: &mut Regions,
    ) -> Result<bool, StoreError> {
        for _ in 0..STORIES_A_COMMIT {
            let step = self.steps.next();
            let mut import = Import {
                plan: &mut *self,
                commit: &mut *commit,
                regions: &mut *regions,
            };
            match step {
                Some(Step::PutBack(key)) => {
                    let is_changed = import.story(key)?;
                    self.n_stories += usize::from(is_changed);
                }
                Some(Step::Link(key)) => import.link_related(key)?,
                None => return Ok(false),
            }
        }
        Ok(true)
    }

    /// Stories put back or completed so far.
    pub(super) fn n_stories(&self) -> usize {
        self.n_stories
    }
}

struct Import<'a, 'r> {
    plan: &'a mut ImportPlan,
    commit: &'a mut Commit<'r>,
    regions: &'a mut Regions,
}

impl Import<'_, '_> {
    /// Whether the story was put back, or something of it.
    fn story(&mut self, key: StoryKey) -> Result<bool, StoreError> {
        let Some(there) = self.plan.export.story(key)? else {
            return Ok(false);
        };
        if there.shown.is_empty() {
            return Ok(false);
        }
        match self.here(&there)? {
            Some(here) => self.complete(&there, &here),
            None => self.put_back(&there),
        }
    }

    /// The story here that was shown under the same id.
    fn here(&self, there: &Story) -> Result<Option<Story>, StoreError> {
        match self.commit.draft.story_key(there.id)? {
            Some(key) => self.commit.draft.story(key),
            None => Ok(None),
        }
    }

    fn put_back(&mut self, there: &Story) -> Result<bool, StoreError> {
        let mut taken = Taken::default();
        for member in &there.members {
            self.take(member, &mut taken)?;
        }
        self.absorb(&mut taken)?;
        let Some(founder) = taken.members.first().map(|member| member.entry) else {
            return Ok(false);
        };
        self.write_entries(founder, &mut taken)?;
        let mut story = Story {
            key: founder,
            leader: self.leader(there, &taken.members),
            members: taken.members,
            shown: Vec::new(),
            related: Vec::new(),
            ..there.clone()
        };
        self.show(there, &mut story)?;
        self.commit.story(&story)?;
        Ok(true)
    }

    /// Brings a story that is shown here up to what readers saw of it.
    fn complete(&mut self, there: &Story, here: &Story) -> Result<bool, StoreError> {
        let is_later = progress(there) > progress(here);
        let mut story = here.clone();
        let mut taken = Taken::default();
        for member in &there.members {
            self.refresh(member, is_later, &mut story, &mut taken)?;
        }
        self.absorb(&mut taken)?;
        self.write_entries(here.key, &mut taken)?;
        story.members.append(&mut taken.members);
        if is_later || story.leader.is_none() {
            let leader = there
                .leader
                .and_then(|leader| self.plan.entries.get(&leader));
            story.leader = leader.copied().or(story.leader);
        }
        story.n_edits_announced = story.n_edits_announced.max(there.n_edits_announced);
        story.hidden |= there.hidden;
        self.show(there, &mut story)?;
        let is_changed = story != *here || !taken.entries.is_empty();
        if is_changed {
            self.commit.story(&story)?;
        }
        Ok(is_changed)
    }

    /// Takes the later of two states of a member, or a member that is missing.
    fn refresh(
        &mut self,
        member: &Member,
        is_later: bool,
        story: &mut Story,
        taken: &mut Taken,
    ) -> Result<(), StoreError> {
        let Some((feed, exported)) = self.exported(member)? else {
            return Ok(());
        };
        let Some(here) = self.same_entry(feed, &exported)? else {
            return self.take(member, taken);
        };
        if here.story != story.key {
            return self.take(member, taken);
        }
        self.plan.entries.insert(member.entry, here.key);
        if !is_later_text(&exported, &here).unwrap_or(is_later) {
            return Ok(());
        }
        let regions = self.regions_of(member)?;
        if let Some(slot) = story.members.iter_mut().find(|slot| slot.entry == here.key) {
            slot.has_text = member.has_text;
            slot.regions = regions;
        }
        let entry = StoredEntry {
            story: here.story,
            ..found_again(exported, here.clone())
        };
        if entry != here {
            taken.entries.push(entry);
        }
        Ok(())
    }

    fn exported(
        &mut self,
        member: &Member,
    ) -> Result<Option<(FeedNumber, StoredEntry)>, StoreError> {
        let Some(exported) = self.plan.export.entry(member.entry)? else {
            return Ok(None);
        };
        let feed = self.feed(exported.feed)?;
        Ok(feed.map(|feed| (feed, exported)))
    }

    /// Takes one entry of the story, unless a story that is shown here has it.
    fn take(&mut self, member: &Member, taken: &mut Taken) -> Result<(), StoreError> {
        let Some((feed, exported)) = self.exported(member)? else {
            return Ok(());
        };
        let entry = match self.same_entry(feed, &exported)? {
            Some(here) => {
                let story = self.commit.draft.story(here.story)?;
                if story.as_ref().is_some_and(|story| !story.shown.is_empty()) {
                    return Ok(());
                }
                taken.replaced.insert(here.story);
                found_again(exported, here)
            }
            None => self.new_entry(feed, exported)?,
        };
        let regions = self.regions_of(member)?;
        self.plan.entries.insert(member.entry, entry.key);
        taken.members.push(Member {
            entry: entry.key,
            feed,
            regions,
            ..member.clone()
        });
        taken.entries.push(entry);
        Ok(())
    }

    fn regions_of(&mut self, member: &Member) -> Result<Vec<RegionNumber>, StoreError> {
        let mut regions = Vec::new();
        for region in &member.regions {
            regions.extend(self.region(*region)?);
        }
        Ok(regions)
    }

    /// The same entry as it is known here.
    fn same_entry(
        &self,
        feed: FeedNumber,
        exported: &StoredEntry,
    ) -> Result<Option<StoredEntry>, StoreError> {
        let hashes = exported.identity.iter().map(|key| key.hash);
        let found = self.commit.find_keys(feed, hashes)?;
        for key in &exported.identity {
            if let Some(&entry) = found.get(&key.hash)
                && let Some(entry) = self.commit.draft.entry(entry)?
            {
                return Ok(Some(entry));
            }
        }
        Ok(None)
    }

    /// The entry as it will stand here: under its own key, or a new one where that is taken.
    fn new_entry(
        &self,
        feed: FeedNumber,
        exported: StoredEntry,
    ) -> Result<StoredEntry, StoreError> {
        let draft = &self.commit.draft;
        let mut key = exported.key;
        let mut is_taken = draft.get(&keys::entry(key))?.is_some();
        let ours: HashSet<EntryKey> = self.plan.entries.values().copied().collect();
        while is_taken || ours.contains(&key) {
            key = EntryKey(self.commit.progress.last_entry).max(key).next();
            is_taken = draft.get(&keys::entry(key))?.is_some();
        }
        Ok(StoredEntry {
            key,
            feed,
            // This store has seen no body with it; one that has it will say so.
            left_body: exported.left_body.or(Some(self.plan.export.created)),
            ..exported
        })
    }

    /// Other entries of stories that were never shown and now are this one come along.
    fn absorb(&mut self, taken: &mut Taken) -> Result<(), StoreError> {
        let mut have: HashSet<EntryKey> = taken.members.iter().map(|member| member.entry).collect();
        for key in &taken.replaced {
            let story = self.commit.draft.story(*key)?;
            for member in story.into_iter().flat_map(|story| story.members) {
                if have.insert(member.entry)
                    && let Some(entry) = self.commit.draft.entry(member.entry)?
                {
                    taken.entries.push(entry);
                    taken.members.push(member);
                }
            }
        }
        Ok(())
    }

    fn leader(&self, story: &Story, members: &[Member]) -> Option<EntryKey> {
        let leader = story
            .leader
            .and_then(|leader| self.plan.entries.get(&leader));
        leader.copied().or_else(|| {
            let with_text = members.iter().find(|member| member.has_text);
            story.leader.and(with_text).map(|member| member.entry)
        })
    }

    /// Writes what was taken as entries of the story `key`; stories that had them are gone.
    fn write_entries(&mut self, key: StoryKey, taken: &mut Taken) -> Result<(), StoreError> {
        for replaced in taken.replaced.iter().filter(|&&replaced| replaced != key) {
            self.commit.drop_story(*replaced)?;
        }
        for entry in &mut taken.entries {
            entry.story = key;
            self.commit.entry(entry)?;
            self.stamp_from(entry.first_seen);
        }
        Ok(())
    }

    /// Shows `story` also where the other one was shown: first as first seen, last as last seen.
    fn show(&mut self, there: &Story, story: &mut Story) -> Result<(), StoreError> {
        for showing in &there.shown {
            self.stamp_from(showing.updated.max(showing.announced_at));
            let Some(region) = self.region(showing.region)? else {
                continue;
            };
            let mut shown = story.shown.iter_mut();
            match shown.find(|shown| shown.region == region) {
                Some(shown) => {
                    shown.announced_at = shown.announced_at.min(showing.announced_at);
                    shown.updated = shown.updated.max(showing.updated);
                }
                None => story.shown.push(Showing { region, ..*showing }),
            }
        }
        Ok(())
    }

    /// Stories linked there are linked here, as far as they are here.
    fn link_related(&mut self, key: StoryKey) -> Result<(), StoreError> {
        let Some(there) = self.plan.export.story(key)? else {
            return Ok(());
        };
        let Some(here) = self.here(&there)? else {
            return Ok(());
        };
        let mut story = here.clone();
        for related in there.related {
            if let Some(related) = self.plan.export.story(related)?
                && let Some(related) = self.commit.draft.story_key(related.id)?
                && !story.related.contains(&related)
            {
                story.related.push(related);
            }
        }
        if story != here {
            self.commit.story(&story)?;
        }
        Ok(())
    }

    /// Later stamps come after those that readers have seen.
    fn stamp_from(&mut self, seen: Timestamp) {
        let stamp_ms = &mut self.commit.progress.stamp_ms;
        *stamp_ms = (*stamp_ms).max(seen.as_millis());
    }

    fn region(&mut self, there: RegionNumber) -> Result<Option<RegionNumber>, StoreError> {
        let record: Option<RegionRecord> = self.plan.export.record(&keys::region(there))?;
        record
            .map(|record| self.regions.number(self.commit, &record.name))
            .transpose()
    }

    /// The feed here; one that is not known is added, inactive until it is configured.
    fn feed(&mut self, there: FeedNumber) -> Result<Option<FeedNumber>, StoreError> {
        if let Some(&here) = self.plan.feeds.get(&there) {
            return Ok(Some(here));
        }
        let record: Option<FeedRecord> = self.plan.export.record(&keys::feed(there))?;
        let Some(record) = record else {
            return Ok(None);
        };
        let here = if let Some(here) = self.plan.feeds_here.find(&record) {
            here
        } else {
            let taken = &mut self.plan.feeds_here.founding;
            let founding = feeds::free_founding(&record.founding, taken);
            taken.insert(founding.clone());
            feeds::add_inactive(self.commit, FeedRecord { founding, ..record })?
        };
        self.plan.feeds.insert(there, here);
        Ok(Some(here))
    }
}

/// What grows with every announcement.
fn progress(story: &Story) -> (u8, Option<Timestamp>) {
    let updated = story.shown.iter().map(|showing| showing.updated).max();
    (story.n_edits_announced, updated)
}

/// Which of two states of an entry came after the other: the one that remembers the other's
/// meaning. `None` where both do, or neither.
fn is_later_text(there: &StoredEntry, here: &StoredEntry) -> Option<bool> {
    let knows = |one: &StoredEntry, other: &StoredEntry| {
        let last = other.meanings.last();
        last.is_some_and(|last| one.meanings.contains(last))
    };
    match (knows(there, here), knows(here, there)) {
        (true, false) => Some(true),
        (false, true) => Some(false),
        _ => None,
    }
}

/// What becomes a story here.
#[derive(Default)]
struct Taken {
    members: Vec<Member>,
    entries: Vec<StoredEntry>,
    /// Stories here, never shown, that had some of the entries.
    replaced: BTreeSet<StoryKey>,
}

/// An entry that was polled again before its story was put back: what readers saw of it counts,
/// so that an edit meanwhile is still an edit; it keeps its key and the keys it has gained.
fn found_again(exported: StoredEntry, here: StoredEntry) -> StoredEntry {
    let mut identity = exported.identity;
    for key in here.identity {
        if !identity.contains(&key) {
            identity.push(key);
        }
    }
    StoredEntry {
        key: here.key,
        feed: here.feed,
        identity,
        left_body: here.left_body,
        ..exported
    }
}
