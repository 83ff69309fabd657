//! What is known, with what this document has already decided laid over it.

use std::collections::{BTreeMap, HashMap};

use crate::model::entry::{EntryKey, StoredEntry};
use crate::model::fingerprint::{IdentityKey, UrlKey};
use crate::model::known::Known;
use crate::model::story::{Story, StoryKey};

/// Reads fall through to what the store knew; writes stay here until the commit.
#[derive(Debug)]
pub(super) struct Overlay<'a> {
    known: &'a Known,
    next_entry: EntryKey,
    entries: BTreeMap<EntryKey, StoredEntry>,
    stories: BTreeMap<StoryKey, Story>,
    by_key: HashMap<IdentityKey, EntryKey>,
    by_url: HashMap<UrlKey, Vec<EntryKey>>,
}

impl<'a> Overlay<'a> {
    pub(super) fn new(known: &'a Known) -> Self {
        Self {
            known,
            next_entry: known.next_entry,
            entries: BTreeMap::new(),
            stories: BTreeMap::new(),
            by_key: HashMap::new(),
            by_url: HashMap::new(),
        }
    }

    /// A key no entry has yet.
    pub(super) fn fresh_key(&mut self) -> EntryKey {
        let key = self.next_entry;
        self.next_entry = key.next();
        key
    }

    pub(super) fn entry(&self, key: EntryKey) -> Option<&StoredEntry> {
        self.entries
            .get(&key)
            .or_else(|| self.known.entries.get(&key))
    }

    /// The entry that had `key` first: a key that is used again stays with its first holder.
    pub(super) fn by_key(&self, key: IdentityKey) -> Option<&StoredEntry> {
        let holder = self
            .known
            .by_key
            .get(&key)
            .or_else(|| self.by_key.get(&key))?;
        self.entry(*holder)
    }

    /// Holders of a URL key, oldest first.
    pub(super) fn by_url(&self, url: UrlKey) -> impl Iterator<Item = &StoredEntry> {
        let known = self.known.by_url.get(&url).into_iter().flatten();
        let decided = self.by_url.get(&url).into_iter().flatten();
        known.chain(decided).filter_map(|key| self.entry(*key))
    }

    pub(super) fn story(&self, key: StoryKey) -> Option<&Story> {
        self.stories
            .get(&key)
            .or_else(|| self.known.stories.get(&key))
    }

    pub(super) fn put_entry(&mut self, entry: StoredEntry) {
        for key in &entry.identity {
            self.by_key.entry(*key).or_insert(entry.key);
        }
        if let Some(url) = entry.url_key {
            let holders = self.by_url.entry(url).or_default();
            if !holders.contains(&entry.key) {
                holders.push(entry.key);
            }
        }
        self.entries.insert(entry.key, entry);
    }

    pub(super) fn put_story(&mut self, story: Story) {
        self.stories.insert(story.key, story);
    }

    /// Everything written, in key order.
    pub(super) fn into_writes(self) -> (Vec<StoredEntry>, Vec<Story>) {
        (
            self.entries.into_values().collect(),
            self.stories.into_values().collect(),
        )
    }
}
