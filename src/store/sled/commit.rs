//! From an update to rows: entries and stories come whole, the index rows follow from what stood
//! there before and what shall stand there now.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::get::Get;
use super::head::Written;
use super::keys;
use super::keytable::KeyTables;
use super::rows::Draft;
use crate::model::entry::{EntryKey, StoredEntry};
use crate::model::feed::{FeedNumber, FeedState};
use crate::model::known::Cursor;
use crate::model::region::RegionNumber;
use crate::model::story::{Story, StoryId, StoryKey};
use crate::model::time::Timestamp;
use crate::store::api::Place;
use crate::store::error::StoreError;
use crate::store::record::{
    EntryRecord, ProgressRecord, ShowingRecord, StateRecord, StoryRecord, UrlRecord,
};

/// One commit in the making.
pub(super) struct Commit<'a> {
    pub(super) draft: Draft<'a>,
    /// The store's progress after it.
    pub(super) progress: ProgressRecord,
    /// Merged feeds it changes.
    pub(super) regions: BTreeSet<RegionNumber>,
    /// Whether a feed's name, id, address or tier changed, which every merged feed may show.
    pub(super) cards_changed: bool,
    /// What later decisions are checked against.
    pub(super) written: Written,
    tables: KeyTables,
    new_keys: BTreeMap<FeedNumber, Vec<(u64, EntryKey)>>,
    /// Stories of which a reader could see that an entry changed.
    touched: BTreeSet<StoryKey>,
}

impl<'a> Commit<'a> {
    /// The commit after `progress`.
    pub(super) fn new(draft: Draft<'a>, mut progress: ProgressRecord, tables: KeyTables) -> Self {
        progress.cursor += 1;
        Self {
            draft,
            progress,
            regions: BTreeSet::new(),
            cards_changed: false,
            written: Written::default(),
            tables,
            new_keys: BTreeMap::new(),
            touched: BTreeSet::new(),
        }
    }

    /// Its place in the order of commits.
    pub(super) fn cursor(&self) -> Cursor {
        Cursor(self.progress.cursor)
    }

    /// Writes the state of a feed.
    pub(super) fn state(&mut self, feed: FeedNumber, state: &FeedState) -> Result<(), StoreError> {
        self.draft
            .put_record(keys::state(feed), &StateRecord::from(state))
    }

    /// Writes an entry of a poll.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where it is new and its key may have been given already.
    pub(super) fn polled(
        &mut self,
        entry: &StoredEntry,
        last_entry: u64,
    ) -> Result<(), StoreError> {
        let before = self.draft.entry(entry.key)?;
        let is_given = match &before {
            None => entry.key.0 <= last_entry,
            Some(before) => (before.feed, before.first_seen) != (entry.feed, entry.first_seen),
        };
        if is_given {
            return Err(StoreError::Conflict);
        }
        self.put_entry(entry, before.as_ref())
    }

    /// Writes an entry with its keys.
    pub(super) fn entry(&mut self, entry: &StoredEntry) -> Result<(), StoreError> {
        let before = self.draft.entry(entry.key)?;
        self.put_entry(entry, before.as_ref())
    }

    fn put_entry(
        &mut self,
        entry: &StoredEntry,
        before: Option<&StoredEntry>,
    ) -> Result<(), StoreError> {
        if before.is_none() {
            self.progress.n_entries += 1;
            self.progress.last_entry = self.progress.last_entry.max(entry.key.0);
        }
        if before.is_some_and(|before| shows_otherwise(before, entry)) {
            self.touched.insert(entry.story);
        }
        self.draft
            .put_record(keys::entry(entry.key), &EntryRecord::from(entry))?;
        let known: HashSet<u64> = before
            .iter()
            .flat_map(|before| before.identity.iter().map(|key| key.hash))
            .collect();
        for key in &entry.identity {
            self.written.keys.insert((entry.feed, key.hash));
            if !known.contains(&key.hash) {
                let new_keys = self.new_keys.entry(entry.feed).or_default();
                new_keys.push((key.hash, entry.key));
            }
        }
        self.url(entry, before)
    }

    fn url(&mut self, entry: &StoredEntry, before: Option<&StoredEntry>) -> Result<(), StoreError> {
        let Some(url_key) = entry.url_key else {
            return Ok(());
        };
        self.written.urls.insert(url_key);
        if before.and_then(|before| before.url_key) == Some(url_key) {
            return Ok(());
        }
        let row = keys::url(url_key);
        let mut record: UrlRecord = self.draft.record(&row)?.unwrap_or_default();
        if record.add(entry.key) {
            self.draft.put_record(row, &record)?;
        }
        Ok(())
    }

    /// Which entry of `feed` has each of `hashes`, as stored before this commit.
    pub(super) fn find_keys(
        &self,
        feed: FeedNumber,
        hashes: impl Iterator<Item = u64>,
    ) -> Result<HashMap<u64, EntryKey>, StoreError> {
        self.tables.find(&self.draft, feed, hashes)
    }

    /// Writes a story with its index rows.
    pub(super) fn story(&mut self, story: &Story) -> Result<(), StoreError> {
        let row = keys::story(story.key);
        let before: Option<StoryRecord> = self.draft.record(&row)?;
        let record = StoryRecord::new(story, self.published(story)?);
        let is_touched = self.touched.remove(&story.key);
        self.written.stories.insert(story.key);
        if before.is_none() {
            self.progress.n_stories += 1;
        }
        if is_touched || before.as_ref() != Some(&record) {
            let old_showings = before.iter().flat_map(|before| &before.shown);
            let showings = old_showings.chain(&record.shown);
            self.regions
                .extend(showings.map(|showing| RegionNumber(showing.region)));
        }
        self.reindex(story.key, before.as_ref(), &record);
        self.draft.put_record(row, &record)
    }

    /// Removes a story that was never shown.
    pub(super) fn drop_story(&mut self, key: StoryKey) -> Result<(), StoreError> {
        let row = keys::story(key);
        if self.draft.get(&row)?.is_some() {
            self.progress.n_stories = self.progress.n_stories.saturating_sub(1);
            self.written.stories.insert(key);
            self.draft.remove_record(row)?;
        }
        Ok(())
    }

    /// Nothing of what was published has to be put back any more.
    pub(super) fn nothing_to_import(&mut self) -> Result<(), StoreError> {
        if self.draft.get(keys::RESTORED)?.is_some() {
            self.draft.remove(keys::RESTORED.to_vec());
        }
        Ok(())
    }

    /// `published` of the leader, where the story stands in the index at all.
    fn published(&self, story: &Story) -> Result<Option<Timestamp>, StoreError> {
        match story.leader {
            Some(leader) if !story.hidden => {
                let leader = self.draft.entry(leader)?;
                Ok(leader.map(|leader| leader.published()))
            }
            _ => Ok(None),
        }
    }

    fn reindex(&mut self, key: StoryKey, before: Option<&StoryRecord>, after: &StoryRecord) {
        let old_rows = before.map(index_rows).unwrap_or_default();
        let rows = index_rows(after);
        for row in old_rows.difference(&rows) {
            self.draft.remove(row.clone());
        }
        for row in rows.difference(&old_rows) {
            self.draft.put(row.clone(), key.0.to_be_bytes().to_vec());
        }
    }

    /// Writes what follows from the rest: identity keys, stories of changed entries, change
    /// cursors, progress.
    pub(super) fn finish(&mut self) -> Result<(), StoreError> {
        for (feed, pairs) in std::mem::take(&mut self.new_keys) {
            self.tables.put(&mut self.draft, feed, &pairs)?;
        }
        while let Some(key) = self.touched.first().copied() {
            match self.draft.story(key)? {
                Some(story) => self.story(&story)?,
                None => drop(self.touched.remove(&key)),
            }
        }
        for region in &self.regions {
            let cursor = self.progress.cursor.to_be_bytes();
            self.draft.put(keys::changed(*region), cursor.to_vec());
        }
        self.draft
            .put_record(keys::PROGRESS.to_vec(), &self.progress)
    }
}

/// Whether a reader could see the difference, or it moves the entry's story in the index.
fn shows_otherwise(before: &StoredEntry, after: &StoredEntry) -> bool {
    before.published() != after.published() || before.content != after.content
}

/// Rows that lead to this story: its places in merged feeds, and its id once it was shown.
fn index_rows(record: &StoryRecord) -> BTreeSet<Vec<u8>> {
    let id = StoryId(uuid::Uuid::from_bytes(record.id));
    let place = |showing: &ShowingRecord, published_ms: i64| Place {
        updated: Timestamp::from_millis(showing.updated_ms),
        published: Timestamp::from_millis(published_ms),
        id,
    };
    let mut rows = BTreeSet::new();
    for showing in &record.shown {
        rows.insert(keys::story_id(id));
        if let Some(published_ms) = record.indexed_ms {
            let region = RegionNumber(showing.region);
            rows.insert(keys::region_row(region, &place(showing, published_ms)));
        }
    }
    rows
}
