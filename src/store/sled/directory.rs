//! The store's directory: what can be told, and mended, without sled, and moving it aside.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::disk::{self, DB};
use super::open::Refused;
use super::rows::DAMAGED;
use crate::model::time::Timestamp;
use crate::store::error::StoreError;

/// Version of the layout of keys and rows; a store with a greater one is refused by name.
pub(super) const SCHEMA: u32 = 1;

/// File that says what the directory is; a store without it was never finished.
const SENTINEL: &str = "nuncio-store";
/// sled's settings.
const CONF: &str = "conf";

/// Looks at the directory before sled does, and mends what stops sled from opening it.
pub(super) fn prepare(dir: &Path) -> Result<(), Refused> {
    fs::create_dir_all(dir).map_err(|source| unusable(dir, source))?;
    if disk::is_locked(dir) {
        return Err(Refused::Error(StoreError::InUse {
            path: dir.to_owned(),
        }));
    }
    let schema = sentinel_schema(dir);
    check_schema(dir, schema.unwrap_or(0))?;
    if let Ok(reason) = fs::read_to_string(dir.join(DAMAGED)) {
        return Err(Refused::Damaged(reason));
    }
    let is_empty = fs::metadata(dir.join(DB)).map_or(0, |db| db.len()) == 0;
    if schema.is_some() && is_empty {
        return Err(Refused::Damaged("its data file is gone".to_owned()));
    }
    remove_unfinished_snapshots(dir)
        .and_then(|()| mend_conf(dir))
        .map_err(|source| unusable(dir, source).into())
}

/// sled takes a half-written snapshot for its newest one. Finished ones are never touched.
fn remove_unfinished_snapshots(dir: &Path) -> io::Result<()> {
    for file in fs::read_dir(dir)? {
        let file = file?;
        let name = file.file_name();
        let name = name.to_string_lossy();
        if name.starts_with("snap.") && name.ends_with(".generating") {
            fs::remove_file(file.path())?;
        }
    }
    Ok(())
}

/// sled never syncs its settings, and does not open with torn ones. Ours are always the same, so
/// that sled may write them anew.
fn mend_conf(dir: &Path) -> io::Result<()> {
    let path = dir.join(CONF);
    let Ok(bytes) = fs::read(&path) else {
        return Ok(());
    };
    let Some((settings, check)) = bytes.split_last_chunk::<4>() else {
        return Ok(());
    };
    let mut crc = flate2::Crc::new();
    crc.update(settings);
    if crc.sum() == u32::from_le_bytes(*check) {
        return Ok(());
    }
    fs::rename(&path, dir.join("conf.bad"))
}

/// Refuses a store of a newer format.
pub(super) fn check_schema(dir: &Path, found: u32) -> Result<(), StoreError> {
    if found > SCHEMA {
        return Err(StoreError::TooNew {
            path: dir.to_owned(),
            found,
            known: SCHEMA,
        });
    }
    Ok(())
}

/// Whether a store was finished here once.
pub(super) fn is_finished(dir: &Path) -> bool {
    sentinel_schema(dir).is_some()
}

fn sentinel_schema(dir: &Path) -> Option<u32> {
    let text = fs::read_to_string(dir.join(SENTINEL)).ok()?;
    text.split_whitespace().nth(1)?.parse().ok()
}

/// Says what the directory is, and makes all of it durable: sled syncs neither its settings nor
/// its directory.
pub(super) fn finish(dir: &Path) -> io::Result<()> {
    if sentinel_schema(dir) != Some(SCHEMA) {
        let path = dir.join(SENTINEL);
        let text = format!(
            "format {SCHEMA}\nThis directory is the memory of nuncio. Move or copy it only while \
             nuncio is stopped, and only as a whole.\n"
        );
        fs::write(&path, text)?;
        disk::sync_path(&path)?;
    }
    disk::sync_path(&dir.join(CONF))?;
    disk::sync_path(dir)?;
    disk::sync_path(disk::parent_of(dir))
}

/// Moves a damaged store beside itself, whole, for whoever wants to look into it.
pub(super) fn quarantine(dir: &Path, now: Timestamp) -> Result<PathBuf, StoreError> {
    let aside = free_name(dir, now);
    let moved = fs::rename(dir, &aside).and_then(|()| disk::sync_path(disk::parent_of(dir)));
    match moved {
        Ok(()) => Ok(aside),
        Err(source) => Err(unusable(dir, source)),
    }
}

fn free_name(dir: &Path, now: Timestamp) -> PathBuf {
    let name = dir.file_name().unwrap_or_default().to_string_lossy();
    let mut moment = now.rfc3339();
    moment.retain(|c| c.is_ascii_alphanumeric());
    let mut aside = dir.with_file_name(format!("{name}.bad-{moment}"));
    let mut n = 1;
    while aside.exists() {
        n += 1;
        aside = dir.with_file_name(format!("{name}.bad-{moment}-{n}"));
    }
    aside
}

/// What to answer where the system refuses: a full disk passes, everything else needs a person.
pub(super) fn unusable(dir: &Path, source: io::Error) -> StoreError {
    let path = dir.to_owned();
    match source.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StoreError::Full {
            free_bytes: disk::free_bytes(disk::parent_of(dir)).unwrap_or(0),
            min_bytes: 1 << 20,
            path,
        },
        _ => StoreError::Unusable { path, source },
    }
}
