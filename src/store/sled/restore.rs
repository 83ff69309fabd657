//! Filling a fresh store from the newest checkpoint that is whole.

use std::fs::File;
use std::path::{Path, PathBuf};

use super::checkpoint;
use super::get::Get;
use super::keys;
use super::load;
use super::rows::Rows;
use crate::store::error::StoreError;
use crate::store::record::{ProgressRecord, decode, small_value, unpack};
use crate::store::rowfile::{Row, RowFileError, RowReader};

/// Rows a batch.
const BATCH: usize = 500;
/// Added to the last commit's number: whoever saw commits that are lost now must not take new
/// ones for them.
const CURSOR_LEAP: u64 = 1 << 32;

/// What came of looking for a checkpoint.
#[derive(Debug, Default)]
pub(super) struct Restored {
    /// The one that was used.
    pub(super) from: Option<PathBuf>,
    /// Newer ones that could not be, and why.
    pub(super) refused: Vec<(PathBuf, String)>,
}

/// Fills `rows`, which must be empty, from the newest whole checkpoint in `dir`, if there is one.
pub(super) fn fill(rows: &Rows, dir: &Path) -> Result<Restored, StoreError> {
    let mut restored = Restored::default();
    for (_, path) in checkpoint::list(dir) {
        // Read to its end before the first row is used: a damaged one leaves no trace here.
        match read(&path, |_| Ok(())) {
            Ok(()) => {
                put_rows(rows, &path)?;
                restored.from = Some(path);
                return Ok(restored);
            }
            Err(error) => restored.refused.push((path, error.to_string())),
        }
    }
    Ok(restored)
}

/// Why reading a checkpoint stopped.
#[derive(Debug, thiserror::Error)]
enum ReadError {
    #[error("{0}")]
    File(#[from] RowFileError),
    #[error("{0}")]
    Store(#[from] StoreError),
}

fn read(path: &Path, mut take: impl FnMut(Row) -> Result<(), StoreError>) -> Result<(), ReadError> {
    let file = File::open(path).map_err(RowFileError::Io)?;
    let mut reader = RowReader::new(file)?;
    while let Some(row) = reader.next_row()? {
        take(row)?;
    }
    Ok(())
}

/// The last commit in the newest whole checkpoint of `dir`.
pub(super) fn newest_cursor(dir: &Path) -> Option<u64> {
    checkpoint::list(dir).into_iter().find_map(|(_, path)| {
        let mut progress = None;
        let read = read(&path, |(key, value)| {
            if key == keys::PROGRESS {
                progress = value;
            }
            Ok(())
        });
        read.ok()?;
        let record = unpack(&progress?, &[]).ok()?.into_owned();
        let record: ProgressRecord = decode(|| "progress".to_owned(), &record).ok()?;
        Some(record.cursor)
    })
}

/// Meta rows come last, and the store's own the very last: without it a store was never finished.
fn put_rows(rows: &Rows, path: &Path) -> Result<(), StoreError> {
    let mut batch = Vec::new();
    let mut meta = Vec::new();
    let mut store = Vec::new();
    let result = read(path, |row| {
        if row.0 == keys::STORE {
            store.push(row);
            return Ok(());
        }
        if row.0.first() == Some(&keys::FAMILY_META) {
            meta.push(row);
            return Ok(());
        }
        batch.push(row);
        if batch.len() == BATCH {
            rows.apply(&std::mem::take(&mut batch))?;
            rows.flush()?;
        }
        Ok(())
    });
    result.map_err(|error| match error {
        ReadError::Store(error) => error,
        ReadError::File(error) => StoreError::Fatal(format!("checkpoint: {error}")),
    })?;
    for ops in [batch, meta] {
        rows.apply(&ops)?;
        rows.flush()?;
    }
    leap(rows)?;
    rows.apply(&store)?;
    rows.flush()
}

/// Commits were lost: the next one is numbered far after them, every merged feed counts as
/// changed, and what was published has to be put back.
pub(super) fn leap(rows: &Rows) -> Result<(), StoreError> {
    let mut progress: ProgressRecord = rows.record(keys::PROGRESS)?.unwrap_or_default();
    progress.cursor = progress.cursor.saturating_add(CURSOR_LEAP);
    let cursor = progress.cursor.to_be_bytes().to_vec();
    let mut ops: Vec<Row> = vec![load::restored_row()];
    for row in rows.scan(&[keys::FAMILY_REGION], None) {
        if let Some([high, low]) = keys::number_of(&row?.0) {
            let region = crate::model::region::RegionNumber(u16::from_be_bytes([high, low]));
            ops.push((keys::changed(region), Some(cursor.clone())));
        }
    }
    ops.push((keys::PROGRESS.to_vec(), Some(small_value(&progress)?)));
    rows.apply(&ops)?;
    rows.flush()
}
