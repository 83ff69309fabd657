//! Putting back shown stories from an export into a store that lacks them.
//!
//! The store may be a fresh one, or an older one that has polled since: numbers of feeds and
//! regions may differ, entries may be here already under other keys, and keys may be taken. Feeds
//! are matched by id, regions by name, entries by their identity, stories by theirs. What a
//! reader has seen wins over what was only found again; what is shown here stays as it is.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::commit::Commit;
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
use crate::store::rowfile::{RowFileError, RowReader, VERSION};

/// Puts back what is missing; gives the number of stories put back.
pub(super) fn run(
    rows: &Rows,
    commit: &mut Commit<'_>,
    regions: &mut Regions,
    bytes: &[u8],
) -> Result<usize, StoreError> {
    let export = Export::read(bytes)?;
    let mut import = Import {
        export: &export,
        commit,
        regions,
        feeds_here: FeedsHere::read(rows)?,
        feeds: HashMap::new(),
        entries: HashMap::new(),
        stories: BTreeMap::new(),
    };
    for key in export.story_keys() {
        import.story(key)?;
    }
    import.link_related()?;
    Ok(import.stories.len())
}

/// The rows of an export.
struct Export {
    rows: BTreeMap<Vec<u8>, Vec<u8>>,
    created: Timestamp,
}

impl Export {
    fn read(bytes: &[u8]) -> Result<Self, StoreError> {
        Self::read_rows(bytes).map_err(|error| StoreError::Record {
            key: "export of shown stories".to_owned(),
            version: u8::try_from(VERSION).unwrap_or(u8::MAX),
            detail: error.to_string(),
        })
    }

    fn read_rows(bytes: &[u8]) -> Result<Self, RowFileError> {
        let mut reader = RowReader::new(bytes)?;
        let mut rows = BTreeMap::new();
        while let Some((key, value)) = reader.next_row()? {
            rows.extend(value.map(|value| (key, value)));
        }
        Ok(Self {
            rows,
            created: reader.created(),
        })
    }

    /// Oldest first, as they were founded.
    fn story_keys(&self) -> Vec<StoryKey> {
        let stories = self
            .rows
            .range(vec![keys::FAMILY_STORY]..vec![keys::FAMILY_STORY + 1]);
        stories
            .filter_map(|(row, _)| keys::number_of(row))
            .map(|number| EntryKey(u64::from_be_bytes(number)))
            .collect()
    }
}

impl Get for Export {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.rows.get(key).cloned())
    }
}

/// Which feed has, or had, which id here.
struct FeedsHere {
    present: HashMap<String, FeedNumber>,
    former: HashMap<String, FeedNumber>,
}

impl FeedsHere {
    fn read(rows: &Rows) -> Result<Self, StoreError> {
        let mut here = Self {
            present: HashMap::new(),
            former: HashMap::new(),
        };
        for feed in feeds::each(rows) {
            let (number, record) = feed?;
            here.former
                .extend(record.former.into_iter().map(|id| (id, number)));
            here.present.insert(record.id, number);
        }
        Ok(here)
    }

    fn find(&self, record: &FeedRecord) -> Option<FeedNumber> {
        let ids = || std::iter::once(&record.id).chain(record.former.iter().rev());
        let present = ids().find_map(|id| self.present.get(id));
        present
            .or_else(|| ids().find_map(|id| self.former.get(id)))
            .copied()
    }
}

struct Import<'a, 'r> {
    export: &'a Export,
    commit: &'a mut Commit<'r>,
    regions: &'a mut Regions,
    feeds_here: FeedsHere,
    /// Number there → here.
    feeds: HashMap<FeedNumber, FeedNumber>,
    /// Key there → here, of entries put back.
    entries: HashMap<EntryKey, EntryKey>,
    /// Key there → story here, of stories put back.
    stories: BTreeMap<StoryKey, Story>,
}

impl Import<'_, '_> {
    fn story(&mut self, key: StoryKey) -> Result<(), StoreError> {
        let Some(story) = self.export.story(key)? else {
            return Ok(());
        };
        if story.shown.is_empty() || self.commit.draft.story_key(story.id)?.is_some() {
            return Ok(());
        }
        let mut taken = Taken::default();
        for member in &story.members {
            self.take(member, &mut taken)?;
        }
        self.absorb(&mut taken)?;
        let Some(founder) = taken.members.first().map(|member| member.entry) else {
            return Ok(());
        };
        for old_key in taken.replaced.iter().filter(|&&old_key| old_key != founder) {
            self.commit.drop_story(*old_key)?;
        }
        for entry in &mut taken.entries {
            entry.story = founder;
            self.commit.entry(entry)?;
            self.stamp_from(entry.first_seen);
        }
        let story_here = Story {
            key: founder,
            leader: self.leader(&story, &taken.members),
            members: taken.members,
            shown: self.showings(&story)?,
            related: Vec::new(),
            ..story
        };
        self.commit.story(&story_here)?;
        self.stories.insert(key, story_here);
        Ok(())
    }

    /// Takes one entry of the story, unless a story that is shown here has it.
    fn take(&mut self, member: &Member, taken: &mut Taken) -> Result<(), StoreError> {
        let Some(exported) = self.export.entry(member.entry)? else {
            return Ok(());
        };
        let Some(feed) = self.feed(exported.feed)? else {
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
            None => self.put_back(feed, exported)?,
        };
        let mut regions = Vec::new();
        for region in &member.regions {
            regions.extend(self.region(*region)?);
        }
        self.entries.insert(member.entry, entry.key);
        taken.members.push(Member {
            entry: entry.key,
            feed,
            regions,
            ..member.clone()
        });
        taken.entries.push(entry);
        Ok(())
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
    fn put_back(&self, feed: FeedNumber, exported: StoredEntry) -> Result<StoredEntry, StoreError> {
        let draft = &self.commit.draft;
        let mut key = exported.key;
        let mut is_taken = draft.get(&keys::entry(key))?.is_some();
        let ours: HashSet<EntryKey> = self.entries.values().copied().collect();
        while is_taken || ours.contains(&key) {
            key = EntryKey(self.commit.progress.last_entry).max(key).next();
            is_taken = draft.get(&keys::entry(key))?.is_some();
        }
        Ok(StoredEntry {
            key,
            feed,
            // This store has seen no body with it; one that has it will say so.
            left_body: exported.left_body.or(Some(self.export.created)),
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
        let leader = story.leader.and_then(|leader| self.entries.get(&leader));
        leader.copied().or_else(|| {
            let with_text = members.iter().find(|member| member.has_text);
            story.leader.and(with_text).map(|member| member.entry)
        })
    }

    fn showings(&mut self, story: &Story) -> Result<Vec<Showing>, StoreError> {
        let mut showings = Vec::new();
        for showing in &story.shown {
            self.stamp_from(showing.updated.max(showing.announced_at));
            if let Some(region) = self.region(showing.region)? {
                showings.push(Showing { region, ..*showing });
            }
        }
        Ok(showings)
    }

    /// Stories linked there are linked here, as far as they are here.
    fn link_related(&mut self) -> Result<(), StoreError> {
        for (key, mut story) in self.stories.clone() {
            let linked = self.export.story(key)?.map(|story| story.related);
            for related in linked.unwrap_or_default() {
                if let Some(related) = self.export.story(related)?
                    && let Some(here) = self.commit.draft.story_key(related.id)?
                {
                    story.related.push(here);
                }
            }
            if !story.related.is_empty() {
                self.commit.story(&story)?;
            }
        }
        Ok(())
    }

    /// Later stamps come after those that readers have seen.
    fn stamp_from(&mut self, seen: Timestamp) {
        let stamp_ms = &mut self.commit.progress.stamp_ms;
        *stamp_ms = (*stamp_ms).max(seen.as_millis());
    }

    fn region(&mut self, there: RegionNumber) -> Result<Option<RegionNumber>, StoreError> {
        let record: Option<RegionRecord> = self.export.record(&keys::region(there))?;
        record
            .map(|record| self.regions.number(self.commit, &record.name))
            .transpose()
    }

    /// The feed here; one that is not known is added, inactive until it is configured.
    fn feed(&mut self, there: FeedNumber) -> Result<Option<FeedNumber>, StoreError> {
        if let Some(&here) = self.feeds.get(&there) {
            return Ok(Some(here));
        }
        let record: Option<FeedRecord> = self.export.record(&keys::feed(there))?;
        let Some(record) = record else {
            return Ok(None);
        };
        let here = match self.feeds_here.find(&record) {
            Some(here) => here,
            None => feeds::add_inactive(self.commit, record)?,
        };
        self.feeds.insert(there, here);
        Ok(Some(here))
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
