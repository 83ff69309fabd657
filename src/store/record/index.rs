//! Small records behind keys: which entry has an identity key, which entries have a URL.

use serde::{Deserialize, Serialize};

use super::codec::Record;
use super::state::{deltas, sums};
use crate::model::entry::EntryKey;

/// Layout 1 of the head of a feed's identity keys.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct KeyTableRecord {
    /// The feed has 2 to this power buckets; at most 16.
    pub level: u8,
    /// Keys in all of them.
    pub n_keys: u32,
}

impl Record for KeyTableRecord {
    const NAME: &'static str = "key table";
}

/// Layout 1 of one bucket of identity keys.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct BucketRecord {
    /// Hash of the identity key and key of the entry, big-endian, ascending by hash.
    pairs: Vec<([u8; 8], [u8; 8])>,
}

impl Record for BucketRecord {
    const NAME: &'static str = "key bucket";
}

impl BucketRecord {
    /// Which entry has the key with `hash`.
    pub fn get(&self, hash: u64) -> Option<EntryKey> {
        let at = self.find(hash).ok()?;
        let (_, key) = self.pairs.get(at)?;
        Some(EntryKey(u64::from_be_bytes(*key)))
    }

    /// Gives the key with `hash` to `entry`; says whether the key is new here.
    pub fn put(&mut self, hash: u64, entry: EntryKey) -> bool {
        let pair = (hash.to_be_bytes(), entry.0.to_be_bytes());
        match self.find(hash) {
            Ok(at) => {
                if let Some(slot) = self.pairs.get_mut(at) {
                    *slot = pair;
                }
                false
            }
            Err(at) => {
                self.pairs.insert(at, pair);
                true
            }
        }
    }

    /// All keys with their entries.
    pub fn iter(&self) -> impl Iterator<Item = (u64, EntryKey)> {
        self.pairs.iter().map(|(hash, key)| {
            let key = EntryKey(u64::from_be_bytes(*key));
            (u64::from_be_bytes(*hash), key)
        })
    }

    fn find(&self, hash: u64) -> Result<usize, usize> {
        self.pairs
            .binary_search_by(|(known, _)| known.cmp(&hash.to_be_bytes()))
    }
}

/// Layout 1 of the entries that have one URL key.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct UrlRecord {
    /// Keys ascending, which is oldest first: the first, then the distance to each next one.
    entries: Vec<u64>,
}

impl Record for UrlRecord {
    const NAME: &'static str = "url";
}

impl UrlRecord {
    /// The entries, oldest first.
    pub fn entries(&self) -> Vec<EntryKey> {
        sums(&self.entries).into_iter().map(EntryKey).collect()
    }

    /// Adds `entry`; says whether it was not there.
    pub fn add(&mut self, entry: EntryKey) -> bool {
        let mut keys = sums(&self.entries);
        match keys.binary_search(&entry.0) {
            Ok(_) => false,
            Err(at) => {
                keys.insert(at, entry.0);
                self.entries = deltas(&keys);
                true
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_finds_what_was_put() {
        let mut bucket = BucketRecord::default();
        for hash in [9, 1, u64::MAX, 5] {
            assert!(bucket.put(hash, EntryKey(hash ^ 7)));
        }
        assert!(!bucket.put(5, EntryKey(77)), "only the entry changes");
        assert_eq!(bucket.get(5), Some(EntryKey(77)));
        assert_eq!(bucket.get(9), Some(EntryKey(9 ^ 7)));
        assert_eq!(bucket.get(2), None);
        let hashes: Vec<u64> = bucket.iter().map(|(hash, _)| hash).collect();
        assert_eq!(hashes, [1, 5, 9, u64::MAX]);
    }

    #[test]
    fn entries_of_a_url_stand_oldest_first_and_once() {
        let mut record = UrlRecord::default();
        for (key, is_new) in [(30, true), (10, true), (30, false), (20, true)] {
            assert_eq!(record.add(EntryKey(key)), is_new);
        }
        assert_eq!(record.entries(), [10, 20, 30].map(EntryKey));
    }
}
