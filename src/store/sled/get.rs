//! Reading records by their keys, from the tree or from a draft over it.

use super::keys;
use crate::model::entry::{EntryKey, StoredEntry};
use crate::model::feed::{FeedCard, FeedNumber, FeedState};
use crate::model::fingerprint::UrlKey;
use crate::model::story::{Story, StoryId, StoryKey};
use crate::store::error::StoreError;
use crate::store::record::{
    EntryRecord, FeedRecord, Record, StateRecord, StoryRecord, UrlRecord, decode, parts_of, unpack,
};

/// A record whose parts are rewritten while they are read is read again, this often.
const TORN_READS_MAX: usize = 16;

/// Something rows can be read from.
pub(super) trait Get {
    /// The value under `key`.
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError>;

    /// The record under `key`.
    fn record<R: Record>(&self, key: &[u8]) -> Result<Option<R>, StoreError> {
        let mut torn = String::new();
        for _ in 0..TORN_READS_MAX {
            let Some(head) = self.get(key)? else {
                return Ok(None);
            };
            let mut parts = Vec::new();
            for n in 0..parts_of(&head) {
                parts.extend(self.get(&keys::part(key, n))?.unwrap_or_default());
            }
            match unpack(&head, &parts) {
                Ok(bytes) => return decode(|| keys::describe(key), &bytes).map(Some),
                Err(detail) if self.get(key)?.as_ref() == Some(&head) => {
                    return Err(unreadable::<R>(key, detail));
                }
                Err(detail) => torn = detail,
            }
        }
        Err(unreadable::<R>(key, torn))
    }

    /// The entry with `key`.
    fn entry(&self, key: EntryKey) -> Result<Option<StoredEntry>, StoreError> {
        let row = keys::entry(key);
        let record: Option<EntryRecord> = self.record(&row)?;
        sense::<EntryRecord, _>(&row, record.map(|record| record.into_entry(key)))
    }

    /// The story with `key`.
    fn story(&self, key: StoryKey) -> Result<Option<Story>, StoreError> {
        let row = keys::story(key);
        let record: Option<StoryRecord> = self.record(&row)?;
        sense::<StoryRecord, _>(&row, record.map(|record| record.into_story(key)))
    }

    /// The key of the story that was shown under `id`.
    fn story_key(&self, id: StoryId) -> Result<Option<StoryKey>, StoreError> {
        let value = self.get(&keys::story_id(id))?;
        Ok(value
            .and_then(|value| value.try_into().ok())
            .map(|value| EntryKey(u64::from_be_bytes(value))))
    }

    /// The entries with a URL key, oldest first.
    fn entries_of_url(&self, url_key: UrlKey) -> Result<Vec<EntryKey>, StoreError> {
        let record: Option<UrlRecord> = self.record(&keys::url(url_key))?;
        Ok(record.map(|record| record.entries()).unwrap_or_default())
    }

    /// The state of a feed.
    fn state(&self, number: FeedNumber) -> Result<Option<FeedState>, StoreError> {
        let row = keys::state(number);
        let record: Option<StateRecord> = self.record(&row)?;
        sense::<StateRecord, _>(&row, record.map(StateRecord::into_state))
    }

    /// The card of a feed.
    fn card(&self, number: FeedNumber) -> Result<Option<FeedCard>, StoreError> {
        let row = keys::feed(number);
        let record: Option<FeedRecord> = self.record(&row)?;
        sense::<FeedRecord, _>(&row, record.map(|record| record.card(number)))
    }

    /// The number of the feed whose present id is `id`.
    fn feed_number(&self, id: &str) -> Result<Option<FeedNumber>, StoreError> {
        let value = self.get(&keys::feed_id(id))?;
        Ok(value
            .and_then(|value| value.try_into().ok())
            .map(|value| FeedNumber(u32::from_be_bytes(value))))
    }
}

/// Names the record in which something has no meaning.
pub(super) fn meaning<R: Record, T>(key: &[u8], value: Result<T, String>) -> Result<T, StoreError> {
    value.map_err(|detail| unreadable::<R>(key, detail))
}

fn sense<R: Record, T>(
    key: &[u8],
    value: Option<Result<T, String>>,
) -> Result<Option<T>, StoreError> {
    value.map(|value| meaning::<R, T>(key, value)).transpose()
}

fn unreadable<R: Record>(key: &[u8], detail: String) -> StoreError {
    StoreError::Record {
        key: format!("{} {}", R::NAME, keys::describe(key)),
        version: R::VERSION,
        detail,
    }
}
