//! Identity keys: only their own feed can ask for them, so they are packed in few rows instead of
//! one each, which would cost 33 bytes of memory for ever.
//!
//! A feed has a power of two of buckets. Which one a key is in follows from its hash and the
//! store's random id: a publisher who chooses guids cannot fill one bucket on purpose.

use std::collections::{BTreeMap, HashMap};

use super::get::Get;
use super::keys;
use super::rows::Draft;
use crate::model::entry::EntryKey;
use crate::model::feed::FeedNumber;
use crate::store::error::StoreError;
use crate::store::record::{BucketRecord, KeyTableRecord};

/// Buckets are doubled when they hold more keys than this on average: small enough that a new
/// entry rewrites little, large enough that a million entries need few rows.
const KEYS_PER_BUCKET: u32 = 48;
/// At most 65,536 buckets a feed, some 600,000 entries; beyond that buckets grow.
const LEVEL_MAX: u8 = 16;

/// Spreads keys over buckets.
#[derive(Clone, Copy)]
pub(super) struct KeyTables {
    secret: [u8; 32],
}

impl KeyTables {
    /// For the store with this id.
    pub(super) fn new(store_id: [u8; 16]) -> Self {
        Self {
            secret: blake3::derive_key("nuncio identity key buckets", &store_id),
        }
    }

    /// Which entry of `feed` has each of `hashes`.
    pub(super) fn find(
        &self,
        rows: &impl Get,
        feed: FeedNumber,
        hashes: impl Iterator<Item = u64>,
    ) -> Result<HashMap<u64, EntryKey>, StoreError> {
        let mut found = HashMap::new();
        let Some(table) = rows.record::<KeyTableRecord>(&keys::key_table(feed))? else {
            return Ok(found);
        };
        for (bucket, hashes) in self.by_bucket(table.level, hashes.map(|hash| (hash, ()))) {
            let record = read(rows, feed, bucket)?;
            for (hash, ()) in hashes {
                if let Some(entry) = record.get(hash) {
                    found.insert(hash, entry);
                }
            }
        }
        Ok(found)
    }

    /// Gives each key to its entry. Where one key stands for two entries, because a publisher
    /// used a guid twice, the earlier entry keeps it (decision 001).
    pub(super) fn put(
        &self,
        draft: &mut Draft<'_>,
        feed: FeedNumber,
        pairs: &[(u64, EntryKey)],
    ) -> Result<(), StoreError> {
        let row = keys::key_table(feed);
        let mut table: KeyTableRecord = draft.record(&row)?.unwrap_or_default();
        let n_pairs = u32::try_from(pairs.len()).unwrap_or(u32::MAX);
        let level = level_for(table.n_keys.saturating_add(n_pairs)).max(table.level);
        if level != table.level {
            self.spread(draft, feed, table.level, level)?;
        }
        for (bucket, pairs) in self.by_bucket(level, pairs.iter().copied()) {
            let mut record = read(draft, feed, bucket)?;
            for (hash, entry) in pairs {
                if record.get(hash).is_none_or(|known| known >= entry) && record.put(hash, entry) {
                    table.n_keys = table.n_keys.saturating_add(1);
                }
            }
            draft.put_record(keys::bucket(feed, bucket), &record)?;
        }
        table.level = level;
        draft.put_record(row, &table)
    }

    /// Moves all keys of a feed from `from` levels of buckets to `to`.
    fn spread(
        &self,
        draft: &mut Draft<'_>,
        feed: FeedNumber,
        from: u8,
        to: u8,
    ) -> Result<(), StoreError> {
        let mut all = Vec::new();
        for bucket in 0..=last_bucket(from) {
            all.extend(read(draft, feed, bucket)?.iter());
            draft.remove_record(keys::bucket(feed, bucket))?;
        }
        for (bucket, pairs) in self.by_bucket(to, all.into_iter()) {
            let mut record = BucketRecord::default();
            for (hash, entry) in pairs {
                record.put(hash, entry);
            }
            draft.put_record(keys::bucket(feed, bucket), &record)?;
        }
        Ok(())
    }

    fn by_bucket<T>(
        &self,
        level: u8,
        pairs: impl Iterator<Item = (u64, T)>,
    ) -> BTreeMap<u16, Vec<(u64, T)>> {
        let mut buckets: BTreeMap<u16, Vec<(u64, T)>> = BTreeMap::new();
        for (hash, value) in pairs {
            let bucket = self.bucket(level, hash);
            buckets.entry(bucket).or_default().push((hash, value));
        }
        buckets
    }

    fn bucket(&self, level: u8, hash: u64) -> u16 {
        let mixed = blake3::keyed_hash(&self.secret, &hash.to_be_bytes());
        let [first, second, ..] = *mixed.as_bytes();
        u16::from_be_bytes([first, second]) & last_bucket(level)
    }
}

fn read(rows: &impl Get, feed: FeedNumber, bucket: u16) -> Result<BucketRecord, StoreError> {
    let record = rows.record(&keys::bucket(feed, bucket))?;
    Ok(record.unwrap_or_default())
}

/// The least level at which `n_keys` keys do not crowd their buckets.
fn level_for(n_keys: u32) -> u8 {
    (0..LEVEL_MAX)
        .find(|&level| n_keys <= KEYS_PER_BUCKET << level)
        .unwrap_or(LEVEL_MAX)
}

/// Number of the last bucket at `level`.
fn last_bucket(level: u8) -> u16 {
    u16::MAX
        .checked_shr(u32::from(LEVEL_MAX.saturating_sub(level)))
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_double_as_keys_come() {
        for (n_keys, level) in [(0, 0), (48, 0), (49, 1), (96, 1), (97, 2), (u32::MAX, 16)] {
            assert_eq!(level_for(n_keys), level, "{n_keys} keys");
        }
        for (level, last) in [(0, 0), (1, 1), (4, 15), (16, u16::MAX)] {
            assert_eq!(last_bucket(level), last, "level {level}");
        }
    }

    #[test]
    fn chosen_guids_do_not_fill_one_bucket() {
        let tables = KeyTables::new([3; 16]);
        // Hashes with equal high and low halves, as somebody might grind them.
        let hashes = (0..10_000_u64).map(|n| (n << 20, ()));
        let buckets = tables.by_bucket(8, hashes);
        let fullest = buckets.values().map(Vec::len).max().unwrap();
        assert!(fullest < 80, "{fullest} of about 39");
    }
}
