//! The one tree: the only place that calls sled, once it is open.
//!
//! sled reports damage by `Corruption` or by a panic; both leave a mark in the directory, by
//! which the next opening knows that it must restore, and end the handle.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::disk;
use super::get::Get;
use super::keys;
use crate::store::error::StoreError;
use crate::store::record::{Packed, Record, encode, pack, parts_of};
use crate::store::rowfile::Row;

/// Name of the mark.
pub(super) const DAMAGED: &str = "damaged";

/// The open tree.
pub(super) struct Rows {
    db: ::sled::Db,
    dir: PathBuf,
    damage: OnceLock<String>,
}

impl Rows {
    pub(super) fn new(db: ::sled::Db, dir: &Path) -> Self {
        Self {
            db,
            dir: dir.to_owned(),
            damage: OnceLock::new(),
        }
    }

    /// What damage was met so far.
    pub(super) fn damage(&self) -> Option<&str> {
        self.damage.get().map(String::as_str)
    }

    /// Rows whose keys begin with `prefix`, from `after` on (exclusive) where it is given.
    pub(super) fn scan(&self, prefix: &[u8], after: Option<&[u8]>) -> Scan<'_> {
        let iter = match after {
            None => self.db.scan_prefix(prefix),
            Some(after) => {
                // The smallest key after `after`, and the first one past the prefix.
                let from = [after, &[0]].concat();
                let to = prefix_end(prefix);
                match to {
                    Some(to) => self.db.range(from..to),
                    None => self.db.range(from..),
                }
            }
        };
        Scan { rows: self, iter }
    }

    /// Every row.
    pub(super) fn all(&self) -> Scan<'_> {
        Scan {
            rows: self,
            iter: self.db.iter(),
        }
    }

    /// Applies `ops`, all or nothing.
    pub(super) fn apply(&self, ops: &[Row]) -> Result<(), StoreError> {
        let mut batch = ::sled::Batch::default();
        for (key, value) in ops {
            match value {
                Some(value) => batch.insert(key.as_slice(), value.as_slice()),
                None => batch.remove(key.as_slice()),
            }
        }
        self.guarded("write", || self.db.apply_batch(batch))
    }

    /// Hands everything written to the system; making it durable is [`disk::DbFile::sync`]'s.
    pub(super) fn flush(&self) -> Result<(), StoreError> {
        self.guarded("flush", || self.db.flush().map(|_| ()))
    }

    fn guarded<T>(
        &self,
        doing: &str,
        call: impl FnOnce() -> ::sled::Result<T>,
    ) -> Result<T, StoreError> {
        let reason = match catch_unwind(AssertUnwindSafe(call)) {
            Ok(Ok(value)) => return Ok(value),
            Ok(Err(error)) if is_damage(&error) => self.mark(&error.to_string()),
            Ok(Err(error)) => error.to_string(),
            Err(_) => self.mark("sled panicked"),
        };
        Err(StoreError::Fatal(format!("{doing}: {reason}")))
    }

    /// Leaves the mark. Where even that fails, the next opening meets the damage itself.
    fn mark(&self, reason: &str) -> String {
        self.damage.get_or_init(|| reason.to_owned());
        let path = self.dir.join(DAMAGED);
        match std::fs::write(&path, reason).and_then(|()| disk::sync_path(&path)) {
            Ok(()) => reason.to_owned(),
            Err(error) => format!("{reason} (and it cannot be marked: {error})"),
        }
    }
}

impl Get for Rows {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let value = self.guarded("read", || self.db.get(key))?;
        Ok(value.map(|value| value.to_vec()))
    }
}

/// Whether sled speaks of damaged files rather than of the system or of us.
pub(super) fn is_damage(error: &::sled::Error) -> bool {
    use std::io::ErrorKind;
    match error {
        ::sled::Error::Io(error) => {
            matches!(
                error.kind(),
                ErrorKind::UnexpectedEof | ErrorKind::InvalidData
            )
        }
        ::sled::Error::Unsupported(_) => false,
        ::sled::Error::Corruption { .. }
        | ::sled::Error::ReportableBug(_)
        | ::sled::Error::CollectionNotFound(_) => true,
    }
}

/// Rows in the order of their keys. No snapshot: a commit in between may be seen or not.
pub(super) struct Scan<'a> {
    rows: &'a Rows,
    iter: ::sled::Iter,
}

impl Iterator for Scan<'_> {
    type Item = Result<(Vec<u8>, Vec<u8>), StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        let Self { rows, iter } = self;
        rows.guarded("scan", || iter.next().transpose())
            .map(|row| row.map(|(key, value)| (key.to_vec(), value.to_vec())))
            .transpose()
    }
}

/// The first key after all that begin with `prefix`; `None` where there is no such key.
fn prefix_end(prefix: &[u8]) -> Option<Vec<u8>> {
    let mut end = prefix.to_vec();
    while let Some(last) = end.pop() {
        if let Some(next) = last.checked_add(1) {
            end.push(next);
            return Some(end);
        }
    }
    None
}

/// Changes collected for one batch; reading sees them before they are applied.
pub(super) struct Draft<'a> {
    rows: &'a Rows,
    ops: BTreeMap<Vec<u8>, Option<Vec<u8>>>,
}

impl<'a> Draft<'a> {
    pub(super) fn new(rows: &'a Rows) -> Self {
        Self {
            rows,
            ops: BTreeMap::new(),
        }
    }

    pub(super) fn put(&mut self, key: Vec<u8>, value: Vec<u8>) {
        self.ops.insert(key, Some(value));
    }

    pub(super) fn remove(&mut self, key: Vec<u8>) {
        self.ops.insert(key, None);
    }

    /// Writes `record` under `key`, in as many rows as it needs; parts that an older, longer
    /// record had besides are removed.
    pub(super) fn put_record<R: Record>(
        &mut self,
        key: Vec<u8>,
        record: &R,
    ) -> Result<(), StoreError> {
        let n_before = self.get(&key)?.map_or(0, |head| parts_of(&head));
        let Packed { head, parts } = pack(&encode(record)?);
        let mut n_parts = 0;
        for (n, part) in (0_u16..).zip(parts) {
            self.put(keys::part(&key, n), part);
            n_parts = n + 1;
        }
        self.remove_parts(&key, n_parts..n_before);
        self.put(key, head);
        Ok(())
    }

    /// Removes the record under `key` with its parts.
    pub(super) fn remove_record(&mut self, key: Vec<u8>) -> Result<(), StoreError> {
        let n_parts = self.get(&key)?.map_or(0, |head| parts_of(&head));
        self.remove_parts(&key, 0..n_parts);
        self.remove(key);
        Ok(())
    }

    fn remove_parts(&mut self, key: &[u8], parts: std::ops::Range<u16>) {
        for n in parts {
            self.remove(keys::part(key, n));
        }
    }

    /// Whether there is nothing to write.
    pub(super) fn is_empty(&self) -> bool {
        self.ops.is_empty()
    }

    /// The changes, by key.
    pub(super) fn into_ops(self) -> Vec<Row> {
        self.ops.into_iter().collect()
    }
}

impl Get for Draft<'_> {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        match self.ops.get(key) {
            Some(value) => Ok(value.clone()),
            None => self.rows.get(key),
        }
    }
}
