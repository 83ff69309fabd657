//! Opening: never a panic, never a lost directory.
//!
//! What the system refuses (a lock, a permission, a full disk) is reported and nothing is touched.
//! What is damaged is moved aside whole, and a fresh store is filled from the newest good
//! checkpoint. A finished snapshot of sled's is never deleted to "repair" a store: it then opens
//! empty and without an error.

use std::fs;
use std::io;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rand::TryRng;
use tokio::time::Instant;

use super::checkpoint;
use super::disk::{self, DB, DbFile};
use super::due::Due;
use super::feeds;
use super::get::Get;
use super::head::{Head, RegionHead};
use super::keys;
use super::restore;
use super::rows::{DAMAGED, Rows, is_damage};
use super::shared::{Opened, Shared};
use super::store::SledStore;
use crate::clock::Clock;
use crate::model::known::Cursor;
use crate::model::region::{self, RegionNumber};
use crate::model::time::Timestamp;
use crate::store::error::StoreError;
use crate::store::record::{
    ProgressRecord, RegionRecord, SessionRecord, StateRecord, StoreRecord, encode, pack,
};
use crate::store::rowfile::Row;

/// Version of the layout of keys and rows; a store with a greater one is refused by name.
pub(super) const SCHEMA: u32 = 1;

/// File in the store's directory that says what it is.
const SENTINEL: &str = "nuncio-store";
/// sled's settings.
const CONF: &str = "conf";
/// Rows of a store in which nothing was ever committed.
const N_ROWS_FRESH: u64 = 5;
/// How long sled's background threads may keep the lock after the last handle.
pub(super) const UNLOCK_LIMIT: Duration = Duration::from_secs(30);

/// Where the store lies and what it may use.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Options {
    /// Its directory; made where it is missing.
    pub dir: PathBuf,
    /// Directory of checkpoints, beside the store and not in it; made at the first checkpoint.
    pub checkpoint_dir: PathBuf,
    /// sled's page cache in bytes; what it really takes is about 60 MB more.
    pub cache_bytes: u64,
    /// Nothing is written where less than this is free.
    pub free_min_bytes: u64,
}

/// What opening found and did.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct OpenReport {
    /// A damaged store was moved here.
    pub quarantined: Option<PathBuf>,
    /// What was wrong with it.
    pub damage: Option<String>,
    /// The fresh store was filled from this checkpoint.
    pub restored_from: Option<PathBuf>,
    /// Newer checkpoints that could not be used, and why.
    pub refused_checkpoints: Vec<(PathBuf, String)>,
    /// There was nothing, and nothing to restore: the store begins now.
    pub created: bool,
    /// The last session ended in order; `true` for a fresh store.
    pub was_clean: bool,
    /// How far the clock is behind the last stamp: stamps go on from there all the same.
    pub clock_behind: Duration,
    /// Feeds registered, configured or not.
    pub n_feeds: u64,
    /// Entries stored.
    pub n_entries: u64,
    /// Stories stored.
    pub n_stories: u64,
    /// How long it took.
    pub took: Duration,
}

/// Why one attempt failed.
enum Refused {
    /// The caller must know; nothing was touched.
    Error(StoreError),
    /// The files are damaged.
    Damaged(String),
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Fatal(reason) => Self::Damaged(reason),
            error => Self::Error(error),
        }
    }
}

/// See [`SledStore::open`].
pub(super) fn open(
    options: &Options,
    clock: Arc<dyn Clock>,
) -> Result<(SledStore, OpenReport), StoreError> {
    let started = Instant::now();
    let mut report = OpenReport::default();
    let opened = match attempt(options, &clock, &mut report) {
        Ok(opened) => opened,
        Err(Refused::Error(error)) => return Err(error),
        Err(Refused::Damaged(reason)) => {
            let aside = quarantine(&options.dir, clock.now())?;
            report = OpenReport {
                quarantined: Some(aside),
                damage: Some(reason),
                ..OpenReport::default()
            };
            attempt(options, &clock, &mut report).map_err(|refused| match refused {
                Refused::Error(error) => error,
                Refused::Damaged(reason) => StoreError::Fatal(reason),
            })?
        }
    };
    let (opened, session, file) = opened;
    report.n_entries = opened.head.progress.n_entries;
    report.n_stories = opened.head.progress.n_stories;
    report.clock_behind = opened.head.stamp().since(clock.now());
    let shared = Arc::new(Shared::new(options.clone(), clock, opened));
    let store = SledStore::start(shared, file, session)?;
    report.took = started.elapsed();
    Ok((store, report))
}

type Ready = (Opened, SessionRecord, DbFile);

fn attempt(
    options: &Options,
    clock: &Arc<dyn Clock>,
    report: &mut OpenReport,
) -> Result<Ready, Refused> {
    let dir = options.dir.as_path();
    before_open(dir)?;
    let has_snapshot = has_snapshot(dir);
    let rows = start_sled(options)?;
    let ready = settle(options, clock, report, rows, has_snapshot);
    if ready.is_err() {
        // Whatever happens next, renaming or another try, needs the lock back.
        disk::wait_unlocked(dir, UNLOCK_LIMIT);
    }
    ready
}

/// What can be told, and mended, before sled looks at the directory.
fn before_open(dir: &Path) -> Result<(), Refused> {
    let unusable = |source| Refused::Error(unusable(dir, source));
    fs::create_dir_all(dir).map_err(unusable)?;
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
    remove_unfinished_snapshots(dir).map_err(unusable)?;
    mend_conf(dir).map_err(unusable)
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

/// Whether sled has a finished snapshot: it always leaves one when it opens.
fn has_snapshot(dir: &Path) -> bool {
    let list = fs::read_dir(dir).into_iter().flatten().flatten();
    list.map(|file| file.file_name().to_string_lossy().into_owned())
        .any(|name| name.starts_with("snap.") && !name.ends_with(".generating"))
}

/// Without its snapshot sled reads its log from the start, and was seen to come up short without
/// a word where a page in it was damaged.
fn check_rows(rows: &Rows) -> Result<(), Refused> {
    let progress: Option<ProgressRecord> = rows.record(keys::PROGRESS)?;
    let expected = progress.map_or(0, |progress| progress.n_rows);
    let mut found = 0_u64;
    for row in rows.all() {
        row?;
        found += 1;
    }
    if found == expected {
        Ok(())
    } else {
        Err(Refused::Damaged(format!(
            "it opened with {found} of its {expected} rows"
        )))
    }
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

fn start_sled(options: &Options) -> Result<Rows, Refused> {
    let dir = options.dir.clone();
    let cache_bytes = options.cache_bytes;
    let opened = catch_unwind(move || {
        ::sled::Config::new()
            .path(dir)
            .cache_capacity(cache_bytes)
            // Also what drives its clean-up and its only own fsync: never `None`.
            .flush_every_ms(Some(500))
            .open()
    });
    let dir = options.dir.as_path();
    match opened {
        Ok(Ok(db)) => Ok(Rows::new(db, dir)),
        Ok(Err(error)) if is_damage(&error) => Err(Refused::Damaged(error.to_string())),
        Ok(Err(::sled::Error::Io(error))) if error.to_string().contains("acquire lock") => {
            Err(Refused::Error(StoreError::InUse {
                path: dir.to_owned(),
            }))
        }
        Ok(Err(::sled::Error::Io(error))) => Err(Refused::Error(unusable(dir, error))),
        Ok(Err(error)) => Err(Refused::Error(unusable(dir, io::Error::other(error)))),
        Err(_) => Err(Refused::Damaged(
            "sled panicked while opening it".to_owned(),
        )),
    }
}

/// From an open tree to a store in a known state: the one that was there, a restored one, or a
/// new one.
fn settle(
    options: &Options,
    clock: &Arc<dyn Clock>,
    report: &mut OpenReport,
    rows: Rows,
    has_snapshot: bool,
) -> Result<Ready, Refused> {
    let dir = options.dir.as_path();
    let unusable = |source| Refused::Error(unusable(dir, source));
    check_schema(dir, stored_schema(&rows)?)?;
    if rows.get(keys::STORE)?.is_none() {
        if sentinel_schema(dir).is_some() || rows.all().next().is_some() {
            return Err(Refused::Damaged(
                "it opened without its contents".to_owned(),
            ));
        }
        fill(options, clock.now(), report, &rows)?;
    } else if !has_snapshot {
        check_rows(&rows)?;
    }
    let file = DbFile::open(dir).map_err(unusable)?;
    let (opened, session) = load(options, report, rows)?;
    opened.rows.flush()?;
    file.sync().map_err(unusable)?;
    write_sentinel(dir).map_err(unusable)?;
    sync_dir(dir).map_err(unusable)?;
    Ok((opened, session, file))
}

fn fill(
    options: &Options,
    now: Timestamp,
    report: &mut OpenReport,
    rows: &Rows,
) -> Result<(), Refused> {
    let restored = restore::fill(rows, &options.checkpoint_dir)?;
    report.refused_checkpoints = restored.refused;
    report.restored_from = restored.from;
    if report.restored_from.is_none() {
        report.created = true;
        create(rows, now)?;
    }
    Ok(())
}

fn create(rows: &Rows, now: Timestamp) -> Result<(), StoreError> {
    let all = RegionRecord {
        name: region::ALL.to_owned(),
    };
    let progress = ProgressRecord {
        next_feed: 1,
        n_rows: N_ROWS_FRESH,
        ..ProgressRecord::default()
    };
    let mut id = [0; 16];
    rand::rngs::SysRng
        .try_fill_bytes(&mut id)
        .map_err(|error| StoreError::Fatal(format!("no random numbers: {error}")))?;
    let store = StoreRecord {
        id,
        created_ms: now.as_millis(),
    };
    let session = SessionRecord {
        n_opened: 0,
        clean: true,
    };
    let value = |record: Vec<u8>| Some(pack(&record).head);
    let ops: [Row; N_ROWS_FRESH as usize] = [
        (keys::SCHEMA.to_vec(), Some(SCHEMA.to_be_bytes().to_vec())),
        (keys::region(RegionNumber::ALL), value(encode(&all)?)),
        (keys::PROGRESS.to_vec(), value(encode(&progress)?)),
        (keys::SESSION.to_vec(), value(encode(&session)?)),
        (keys::STORE.to_vec(), value(encode(&store)?)),
    ];
    rows.apply(&ops)
}

fn load(
    options: &Options,
    report: &mut OpenReport,
    rows: Rows,
) -> Result<(Opened, SessionRecord), Refused> {
    let missing = || Refused::Damaged("its meta rows are gone".to_owned());
    let store: StoreRecord = rows.record(keys::STORE)?.ok_or_else(missing)?;
    let progress: ProgressRecord = rows.record(keys::PROGRESS)?.ok_or_else(missing)?;
    let before: SessionRecord = rows.record(keys::SESSION)?.unwrap_or_default();
    report.was_clean = before.clean;
    let session = SessionRecord {
        n_opened: before.n_opened.saturating_add(1),
        clean: false,
    };
    let head = load_head(&rows, progress)?;
    let due = load_due(&rows, session, report)?;
    let value = pack(&encode(&session)?).head;
    rows.apply(&[(keys::SESSION.to_vec(), Some(value))])?;
    let checkpoints = checkpoint::list(&options.checkpoint_dir);
    let opened = Opened {
        store,
        rows,
        head,
        due,
        checkpoint: checkpoints.first().map(|(created, _)| *created),
    };
    Ok((opened, session))
}

fn load_head(rows: &Rows, progress: ProgressRecord) -> Result<Head, StoreError> {
    let mut head = Head {
        progress,
        ..Head::default()
    };
    for row in rows.scan(&[keys::FAMILY_REGION], None) {
        let (row, _) = row?;
        let record: Option<RegionRecord> = rows.record(&row)?;
        let number = keys::number_of(&row)
            .map(u16::from_be_bytes)
            .map(RegionNumber);
        let (Some(number), Some(record)) = (number, record) else {
            continue;
        };
        let changed = rows.get(&keys::changed(number))?;
        let changed = changed
            .and_then(|value| value.try_into().ok())
            .map(u64::from_be_bytes);
        let region = RegionHead {
            name: record.name,
            changed: Cursor(changed.unwrap_or(0)),
        };
        head.regions.insert(number, region);
    }
    Ok(head)
}

fn load_due(
    rows: &Rows,
    session: SessionRecord,
    report: &mut OpenReport,
) -> Result<Due, StoreError> {
    // The session is the upper half of every fence: one given before the last opening is void.
    let mut due = Due::new(u64::from(session.n_opened) << 32);
    for (number, record) in feeds::all(rows)? {
        report.n_feeds += 1;
        if !record.active {
            continue;
        }
        let at = match rows.record::<StateRecord>(&keys::state(number)) {
            Ok(state) => state.map_or(Timestamp::EPOCH, |state| state.next_poll()),
            // The claim will name it; the other feeds go on.
            Err(StoreError::Record { .. }) => Timestamp::EPOCH,
            Err(error) => return Err(error),
        };
        due.add(number, at);
    }
    Ok(due)
}

fn stored_schema(rows: &Rows) -> Result<u32, StoreError> {
    let value = rows.get(keys::SCHEMA)?;
    let schema = value.and_then(|value| value.try_into().ok());
    Ok(schema.map_or(0, u32::from_be_bytes))
}

fn check_schema(dir: &Path, found: u32) -> Result<(), Refused> {
    if found > SCHEMA {
        return Err(Refused::Error(StoreError::TooNew {
            path: dir.to_owned(),
            found,
            known: SCHEMA,
        }));
    }
    Ok(())
}

/// The format named in the sentinel; `None` where there is none, as in a store never finished.
fn sentinel_schema(dir: &Path) -> Option<u32> {
    let text = fs::read_to_string(dir.join(SENTINEL)).ok()?;
    let word = text.split_whitespace().nth(1)?;
    word.parse().ok()
}

fn write_sentinel(dir: &Path) -> io::Result<()> {
    let path = dir.join(SENTINEL);
    if sentinel_schema(dir) == Some(SCHEMA) {
        return Ok(());
    }
    let text = format!(
        "format {SCHEMA}\nThis directory is the memory of nuncio. Move or copy it only while \
         nuncio is stopped, and only as a whole.\n"
    );
    fs::write(&path, text)?;
    disk::sync_path(&path)
}

/// sled syncs neither its settings nor its directory.
fn sync_dir(dir: &Path) -> io::Result<()> {
    disk::sync_path(&dir.join(CONF))?;
    disk::sync_path(dir)?;
    disk::sync_path(disk::parent_of(dir))
}

/// Moves a damaged store beside itself, whole, for whoever wants to look into it.
fn quarantine(dir: &Path, now: Timestamp) -> Result<PathBuf, StoreError> {
    let name = dir.file_name().unwrap_or_default().to_string_lossy();
    let moment: String = now
        .rfc3339()
        .chars()
        .filter(|c| c.is_ascii_alphanumeric())
        .collect();
    let free = (1_u32..)
        .map(|n| match n {
            1 => dir.with_file_name(format!("{name}.bad-{moment}")),
            n => dir.with_file_name(format!("{name}.bad-{moment}-{n}")),
        })
        .find(|path| !path.exists())
        .unwrap_or_default();
    let moved = fs::rename(dir, &free).and_then(|()| disk::sync_path(disk::parent_of(dir)));
    match moved {
        Ok(()) => Ok(free),
        Err(source) => Err(unusable(dir, source)),
    }
}

fn unusable(dir: &Path, source: io::Error) -> StoreError {
    StoreError::Unusable {
        path: dir.to_owned(),
        source,
    }
}
