//! Opening: never a panic, never a lost directory.
//!
//! What the system refuses (a lock, a permission, a full disk) is reported and nothing is touched.
//! What is damaged is moved aside whole, and a fresh store is filled from the newest good
//! checkpoint. A finished snapshot of sled's is never deleted to "repair" a store: it then opens
//! empty and without an error.

use std::io;
use std::panic::catch_unwind;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::checkpoint;
use super::directory::{self, unusable};
use super::disk::{self, DbFile, Mark};
use super::get::Get;
use super::keys;
use super::load::{self, Loaded};
use super::restore;
use super::rows::{Rows, is_damage};
use super::shared::{Opened, Shared};
use super::store::SledStore;
use crate::clock::Clock;
use crate::store::error::StoreError;
use crate::store::record::SessionRecord;

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
    /// What was published may be missing here, be it that an earlier opening found so: the
    /// sidecar is to be put back by `import_stories`, or the wish ended by
    /// [`SledStore::decline_import`]. Stays until one of them is done.
    pub wants_sidecar: bool,
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
pub(super) enum Refused {
    /// The caller must know; nothing was touched.
    Error(StoreError),
    /// The files are damaged.
    Damaged(String),
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::Error(error)
    }
}

impl Refused {
    /// Damage that reading met is damage, not an error of the system.
    fn judged(self, rows: &Rows) -> Self {
        match (self, rows.damage()) {
            (Self::Error(StoreError::Fatal(_)), Some(damage)) => Self::Damaged(damage.to_owned()),
            (refused, _) => refused,
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
    let ready = match attempt(options, clock.as_ref(), &mut report) {
        Ok(ready) => ready,
        Err(Refused::Error(error)) => return Err(error),
        Err(Refused::Damaged(reason)) => {
            report = OpenReport {
                quarantined: Some(directory::quarantine(&options.dir, clock.now())?),
                damage: Some(reason),
                ..OpenReport::default()
            };
            attempt(options, clock.as_ref(), &mut report).map_err(|refused| match refused {
                Refused::Error(error) => error,
                Refused::Damaged(reason) => StoreError::Fatal(reason),
            })?
        }
    };
    let shared = Arc::new(Shared::new(options.clone(), clock, ready.opened));
    let store = SledStore::start(shared, ready.files, ready.session)?;
    report.took = started.elapsed();
    Ok((store, report))
}

/// A store that only needs its writer.
struct Ready {
    opened: Opened,
    session: SessionRecord,
    files: (DbFile, Mark),
}

fn attempt(
    options: &Options,
    clock: &dyn Clock,
    report: &mut OpenReport,
) -> Result<Ready, Refused> {
    directory::prepare(&options.dir)?;
    let rows = start_sled(options)?;
    match settle(options, clock, report, &rows) {
        Ok((loaded, files)) => Ok(Ready {
            opened: Opened {
                store: loaded.store,
                rows,
                head: loaded.head,
                due: loaded.due,
                checkpoint: checkpoint::list(&options.checkpoint_dir)
                    .first()
                    .map(|(created, _)| *created),
            },
            session: loaded.session,
            files,
        }),
        Err(refused) => {
            let refused = refused.judged(&rows);
            drop(rows);
            // Whatever comes next, renaming or another try, needs the lock back.
            disk::wait_unlocked(&options.dir, UNLOCK_LIMIT);
            Err(refused)
        }
    }
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
    clock: &dyn Clock,
    report: &mut OpenReport,
    rows: &Rows,
) -> Result<(Loaded, (DbFile, Mark)), Refused> {
    let dir = options.dir.as_path();
    let unusable = |source| unusable(dir, source);
    directory::check_schema(dir, load::schema(rows)?)?;
    if rows.get(keys::STORE)?.is_none() {
        if directory::is_finished(dir) || rows.all().next().is_some() {
            return Err(Refused::Damaged(
                "it opened without its contents".to_owned(),
            ));
        }
        fill(options, clock, report, rows)?;
        directory::check_schema(dir, load::schema(rows)?)?;
    }
    check_mark(options, report, rows)?;
    let files = (
        DbFile::open(dir).map_err(unusable)?,
        Mark::open(dir).map_err(unusable)?,
    );
    let Some(loaded) = load::load(rows)? else {
        return Err(Refused::Damaged("its meta rows are gone".to_owned()));
    };
    rows.flush()?;
    files.0.sync().map_err(unusable)?;
    let cursor = loaded.head.progress.cursor;
    files.1.write(cursor).map_err(unusable)?;
    directory::finish(dir).map_err(unusable)?;
    report.wants_sidecar = rows.get(keys::RESTORED)?.is_some();
    report.was_clean = loaded.was_clean;
    report.n_feeds = loaded.n_feeds;
    report.n_entries = loaded.head.progress.n_entries;
    report.n_stories = loaded.head.progress.n_stories;
    report.clock_behind = loaded.head.stamp().since(clock.now());
    Ok((loaded, files))
}

fn fill(
    options: &Options,
    clock: &dyn Clock,
    report: &mut OpenReport,
    rows: &Rows,
) -> Result<(), StoreError> {
    let restored = restore::fill(rows, &options.checkpoint_dir)?;
    report.refused_checkpoints = restored.refused;
    report.restored_from = restored.from;
    if report.restored_from.is_none() {
        report.created = true;
        load::create(rows, clock.now())?;
    }
    Ok(())
}

/// Whether commits that were acknowledged are gone. What is left is better than an older
/// checkpoint, and than nothing: then the report says what was lost.
fn check_mark(options: &Options, report: &mut OpenReport, rows: &Rows) -> Result<(), Refused> {
    let cursor = load::cursor(rows)?;
    let acknowledged = Mark::read(&options.dir);
    if cursor >= acknowledged {
        return Ok(());
    }
    let lost = format!("it opened as of commit {cursor}, but {acknowledged} was acknowledged");
    if restore::newest_cursor(&options.checkpoint_dir).is_some_and(|saved| saved > cursor) {
        return Err(Refused::Damaged(lost));
    }
    report.damage = Some(lost);
    Ok(restore::leap(rows)?)
}
