//! What the handle, its writer and its readers share.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};

use tokio::sync::watch;

use super::due::Due;
use super::head::Head;
use super::keytable::KeyTables;
use super::open::Options;
use super::rows::Rows;
use crate::clock::Clock;
use crate::model::entry::EntryKey;
use crate::model::known::Cursor;
use crate::model::time::Timestamp;
use crate::store::error::StoreError;
use crate::store::record::StoreRecord;
use crate::store::rowfile::Row;

/// What the handle, its writer and its readers share.
///
/// Lock order: `checkpointing`, then `rows`, then `redo`, then `head`, then `due`; none is held over a wait for another
/// thread.
pub(super) struct Shared {
    pub(super) options: Options,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) store: StoreRecord,
    pub(super) tables: KeyTables,
    /// The tree; `None` once closed. Held for reading by whoever uses it, so that closing waits.
    pub(super) rows: RwLock<Option<Rows>>,
    pub(super) head: Mutex<Head>,
    pub(super) due: Mutex<Due>,
    /// Last commit that is on stable storage.
    pub(super) durable: watch::Sender<Cursor>,
    /// Batches applied while a checkpoint is being written.
    pub(super) redo: Mutex<Option<Vec<Row>>>,
    /// One checkpoint at a time.
    pub(super) checkpointing: Mutex<()>,
    /// Time of the last checkpoint.
    pub(super) checkpoint: Mutex<Option<Timestamp>>,
    /// Told to long work that the store is about to close.
    pub(super) is_closing: AtomicBool,
    dead: OnceLock<String>,
}

/// What opening found, to share.
pub(super) struct Opened {
    pub(super) store: StoreRecord,
    pub(super) rows: Rows,
    pub(super) head: Head,
    pub(super) due: Due,
    pub(super) checkpoint: Option<Timestamp>,
}

impl Shared {
    pub(super) fn new(options: Options, clock: Arc<dyn Clock>, opened: Opened) -> Self {
        Self {
            options,
            clock,
            store: opened.store,
            tables: KeyTables::new(opened.store.id),
            rows: RwLock::new(Some(opened.rows)),
            durable: watch::Sender::new(opened.head.cursor()),
            head: Mutex::new(opened.head),
            due: Mutex::new(opened.due),
            redo: Mutex::new(None),
            checkpointing: Mutex::new(()),
            checkpoint: Mutex::new(opened.checkpoint),
            is_closing: AtomicBool::new(false),
            dead: OnceLock::new(),
        }
    }

    /// Works on the tree.
    ///
    /// # Errors
    /// Those of `work`; [`StoreError::Closed`] and [`StoreError::Fatal`] after the end.
    pub(super) fn with_rows<T>(
        &self,
        work: impl FnOnce(&Rows) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.alive()?;
        self.with_open_rows(work)
    }

    /// Works on the tree also while the store is closing: for the writer.
    pub(super) fn with_open_rows<T>(
        &self,
        work: impl FnOnce(&Rows) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let rows = self.rows.read().unwrap_or_else(PoisonError::into_inner);
        let result = work(rows.as_ref().ok_or(StoreError::Closed)?);
        if let Err(StoreError::Fatal(reason)) = &result {
            self.end(reason);
        }
        result
    }

    /// Whether the handle can still be used.
    pub(super) fn alive(&self) -> Result<(), StoreError> {
        if self.is_closing.load(Ordering::Acquire) {
            return Err(StoreError::Closed);
        }
        self.not_dead()
    }

    /// Whether no error has ended the handle.
    pub(super) fn not_dead(&self) -> Result<(), StoreError> {
        match self.dead.get() {
            Some(reason) => Err(StoreError::Fatal(reason.clone())),
            None => Ok(()),
        }
    }

    /// What to answer after the end.
    pub(super) fn why_dead(&self) -> StoreError {
        let reason = self.dead.get().cloned();
        reason.map_or(StoreError::Closed, StoreError::Fatal)
    }

    /// Why the handle ended, if it did.
    pub(super) fn death(&self) -> Option<&str> {
        self.dead.get().map(String::as_str)
    }

    /// Ends the handle; the first reason stays.
    pub(super) fn end(&self, reason: &str) {
        self.dead.get_or_init(|| reason.to_owned());
        // Wakes those who wait for a commit that will never be durable.
        self.durable.send_modify(|_| {});
    }

    /// The stamp and the first entry key for a decision made now.
    pub(super) fn next(&self, head: &Head) -> (Timestamp, EntryKey) {
        let after = Timestamp::from_millis(head.progress.stamp_ms.saturating_add(1));
        let stamp = self.clock.now().max(after);
        let free = EntryKey(head.progress.last_entry).next();
        (stamp, EntryKey::first_at(stamp).max(free))
    }

    /// When the store was created.
    pub(super) fn created(&self) -> Timestamp {
        Timestamp::from_millis(self.store.created_ms)
    }

    /// Where the store lies, for messages.
    pub(super) fn dir(&self) -> PathBuf {
        self.options.dir.clone()
    }
}

/// The lock; what a panicking thread left behind it is whole, since every change under our locks
/// is made of steps that cannot fail.
pub(super) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
