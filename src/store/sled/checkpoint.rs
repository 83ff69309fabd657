//! Checkpoints: all rows in one file apart from sled's, while commits go on.
//!
//! The scan is no snapshot. Batches applied meanwhile are kept and written after it, in order:
//! read back, later rows replace earlier ones, and what comes out is the store as it stood at the
//! end. No commit waits for longer than it takes to hand such batches over.

use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use super::disk;
use super::get::Get;
use super::keys;
use super::rows::Rows;
use super::shared::{Shared, locked};
use crate::model::story::Story;
use crate::model::time::Timestamp;
use crate::store::error::StoreError;
use crate::store::record::parts_of;
use crate::store::rowfile::{Row, RowWriter};

/// Checkpoints kept; the older one is for the day the newer one is damaged too.
const KEPT: usize = 2;
/// Rows between two looks at what was committed meanwhile.
const ROWS_A_LOOK: usize = 1000;
const PREFIX: &str = "checkpoint-";
const SUFFIX: &str = ".nuncio";
const UNFINISHED: &str = "checkpoint.unfinished";

/// Checkpoints in `dir` with their times, newest first.
pub(super) fn list(dir: &Path) -> Vec<(Timestamp, PathBuf)> {
    let mut found: Vec<(Timestamp, PathBuf)> = fs::read_dir(dir)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|file| Some((time_of(file.file_name().to_str()?)?, file.path())))
        .collect();
    found.sort();
    found.reverse();
    found
}

fn time_of(name: &str) -> Option<Timestamp> {
    let millis = name.strip_prefix(PREFIX)?.strip_suffix(SUFFIX)?;
    millis.parse().ok().map(Timestamp::from_millis)
}

/// Writes a checkpoint and removes those that are not kept.
pub(super) fn write(shared: &Shared) -> Result<Timestamp, StoreError> {
    let _one_at_a_time = locked(&shared.checkpointing);
    let last = *locked(&shared.checkpoint);
    let after_last = last.map_or(Timestamp::EPOCH, |last| {
        Timestamp::from_millis(last.as_millis().saturating_add(1))
    });
    let created = shared.clock.now().max(after_last);
    let dir = shared.options.checkpoint_dir.as_path();
    let result = shared.with_rows(|rows| {
        *locked(&shared.redo) = Some(Vec::new());
        let result = write_file(shared, rows, dir, created);
        *locked(&shared.redo) = None;
        result
    });
    if result.is_ok() {
        *locked(&shared.checkpoint) = Some(created);
        for (_, path) in list(dir).into_iter().skip(KEPT) {
            // One that stays behind is tried again next time.
            let _removed = fs::remove_file(path);
        }
    }
    result.map(|()| created)
}

fn write_file(
    shared: &Shared,
    rows: &Rows,
    dir: &Path,
    created: Timestamp,
) -> Result<(), StoreError> {
    let unusable = |source: io::Error| StoreError::Unusable {
        path: dir.to_owned(),
        source,
    };
    fs::create_dir_all(dir).map_err(unusable)?;
    check_space(shared, dir)?;
    let path = dir.join(UNFINISHED);
    let file = File::create(&path).map_err(unusable)?;
    let writer = RowWriter::new(BufWriter::new(file), created).map_err(unusable)?;
    let writer = all_rows(shared, rows, writer, dir)?;
    let place = || -> io::Result<()> {
        let file = writer.finish()?.into_inner().map_err(io::Error::from)?;
        file.sync_all()?;
        let name = format!("{PREFIX}{:016}{SUFFIX}", created.as_millis());
        fs::rename(&path, dir.join(name))?;
        disk::sync_path(dir)
    };
    place().map_err(unusable)
}

fn all_rows(
    shared: &Shared,
    rows: &Rows,
    mut writer: RowWriter<BufWriter<File>>,
    dir: &Path,
) -> Result<RowWriter<BufWriter<File>>, StoreError> {
    let unusable = |source: io::Error| StoreError::Unusable {
        path: dir.to_owned(),
        source,
    };
    for (n, row) in rows.all().enumerate() {
        let (key, value) = row?;
        writer.row(&key, Some(&value)).map_err(unusable)?;
        if n % ROWS_A_LOOK == ROWS_A_LOOK - 1 {
            shared.alive()?;
            write_redo(&mut writer, &take_redo(shared, Some(Vec::new()))).map_err(unusable)?;
        }
    }
    // From here on batches are not kept: what was applied until now is the end of the file.
    write_redo(&mut writer, &take_redo(shared, None)).map_err(unusable)?;
    Ok(writer)
}

fn take_redo(shared: &Shared, next: Option<Vec<Row>>) -> Vec<Row> {
    std::mem::replace(&mut *locked(&shared.redo), next).unwrap_or_default()
}

fn write_redo<W: io::Write>(writer: &mut RowWriter<W>, redo: &[Row]) -> io::Result<()> {
    redo.iter()
        .try_for_each(|(key, value)| writer.row(key, value.as_deref()))
}

fn check_space(shared: &Shared, dir: &Path) -> Result<(), StoreError> {
    let free_bytes = disk::free_bytes(dir).unwrap_or(u64::MAX);
    let min_bytes = shared.options.free_min_bytes;
    if free_bytes < min_bytes {
        return Err(StoreError::Full {
            path: dir.to_owned(),
            free_bytes,
            min_bytes,
        });
    }
    Ok(())
}

/// Rows of the given stories as they stand here, of their entries and feeds, and the names of
/// all merged feeds.
pub(super) fn export(
    rows: &Rows,
    stories: &[Story],
    created: Timestamp,
) -> Result<Vec<u8>, StoreError> {
    let mut wanted = std::collections::BTreeSet::new();
    for story in stories {
        let Some(story) = rows.story(story.key)? else {
            continue;
        };
        wanted.insert(keys::story(story.key));
        for member in &story.members {
            wanted.insert(keys::entry(member.entry));
            wanted.insert(keys::feed(member.feed));
        }
    }
    for row in rows.scan(&[keys::FAMILY_REGION], None) {
        wanted.insert(row?.0);
    }
    let failed = |error: io::Error| StoreError::Fatal(format!("export: {error}"));
    let mut writer = RowWriter::new(Vec::new(), created).map_err(failed)?;
    for key in wanted {
        for (key, value) in record_rows(rows, &key)? {
            writer.row(&key, value.as_deref()).map_err(failed)?;
        }
    }
    writer.finish().map_err(failed)
}

/// The row of a record and its part rows, read again while a commit rewrites them.
fn record_rows(rows: &Rows, key: &[u8]) -> Result<Vec<Row>, StoreError> {
    while let Some(head) = rows.get(key)? {
        let mut found = Vec::new();
        for n in 0..parts_of(&head) {
            let part = keys::part(key, n);
            let value = rows.get(&part)?.unwrap_or_default();
            found.push((part, Some(value)));
        }
        if found.is_empty() || rows.get(key)?.as_ref() == Some(&head) {
            found.push((key.to_vec(), Some(head)));
            return Ok(found);
        }
    }
    Ok(Vec::new())
}
