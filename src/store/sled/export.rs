//! What an export holds, and which feeds of it are known here.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::feeds;
use super::get::Get;
use super::keys;
use super::rows::Rows;
use crate::model::entry::EntryKey;
use crate::model::feed::FeedNumber;
use crate::model::story::StoryKey;
use crate::model::time::Timestamp;
use crate::store::error::StoreError;
use crate::store::record::FeedRecord;
use crate::store::rowfile::{RowFileError, RowReader, VERSION};

/// The rows of an export.
pub(super) struct Export {
    rows: BTreeMap<Vec<u8>, Vec<u8>>,
    pub(super) created: Timestamp,
}

impl Export {
    /// Reads all of it, or nothing.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, StoreError> {
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
    pub(super) fn story_keys(&self) -> Vec<StoryKey> {
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
pub(super) struct FeedsHere {
    present: HashMap<String, FeedNumber>,
    former: HashMap<String, FeedNumber>,
    /// Ids that stories are founded under.
    pub(super) founding: HashSet<String>,
}

impl FeedsHere {
    pub(super) fn read(rows: &Rows) -> Result<Self, StoreError> {
        let mut here = Self {
            present: HashMap::new(),
            former: HashMap::new(),
            founding: HashSet::new(),
        };
        for feed in feeds::each(rows) {
            let (number, record) = feed?;
            here.former
                .extend(record.former.into_iter().map(|id| (id, number)));
            here.founding.insert(record.founding);
            here.present.insert(record.id, number);
        }
        Ok(here)
    }

    /// The feed of `record` here: by its present id first, then by those it had.
    pub(super) fn find(&self, record: &FeedRecord) -> Option<FeedNumber> {
        let ids = || std::iter::once(&record.id).chain(record.former.iter().rev());
        let present = ids().find_map(|id| self.present.get(id));
        present
            .or_else(|| ids().find_map(|id| self.former.get(id)))
            .copied()
    }
}
