//! The one thread that writes.
//!
//! Each unit of work is one batch. A unit that must be durable is followed by `flush` and
//! `fdatasync` before it is answered; only where more than [`GROUP_FROM`] wait do several share
//! one sync, since a group torn by a power cut is the one case in which sled was seen half
//! written (`docs/store-format.md`).

use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};

use super::commit::Commit;
use super::disk::{self, DbFile, Mark};
use super::export::Export;
use super::feeds::Registration;
use super::head::{Recent, Written};
use super::import::ImportPlan;
use super::keys;
use super::regions::Regions;
use super::rows::{Draft, Rows};
use super::shared::{Shared, locked};
use crate::model::feed::FeedSeed;
use crate::model::known::{Cursor, Durability, FeedUpdate, RulesUpdate};
use crate::model::region::RegionNumber;
use crate::model::time::Timestamp;
use crate::store::api::Registered;
use crate::store::error::StoreError;
use crate::store::record::{ProgressRecord, SessionRecord, small_value};
use crate::store::rowfile::Row;

/// Where more wait than this, they share a sync.
const GROUP_FROM: usize = 32;
/// At most so many share one: `apply_batch` itself never holds a fast writer back.
const GROUP_MAX: usize = 256;
/// Units of work that may wait; then callers do.
pub(super) const QUEUE: usize = 1024;

/// Where the answer goes.
pub(super) type Reply<T> = oneshot::Sender<Result<T, StoreError>>;

/// One unit of work.
pub(super) enum Command {
    Commit(Box<FeedUpdate>, Reply<Cursor>),
    Rules(Box<RulesUpdate>, Reply<Cursor>),
    Feeds(Vec<FeedSeed>, Reply<Registered>),
    Regions(Vec<String>, Reply<Vec<RegionNumber>>),
    Import(Vec<u8>, Reply<usize>),
    DeclineImport(Reply<()>),
    Flush(Reply<()>),
}

/// An answer that waits for the sync.
type Waiting = Box<dyn FnOnce(Result<(), StoreError>) + Send>;

/// The writer's own state.
pub(super) struct Writer {
    shared: Arc<Shared>,
    commands: mpsc::Receiver<Command>,
    file: DbFile,
    mark: Mark,
    recent: Recent,
    session: SessionRecord,
    /// Answers that wait for the sync.
    waiting: Vec<Waiting>,
    n_unsynced: usize,
}

impl Writer {
    pub(super) fn new(
        shared: Arc<Shared>,
        commands: mpsc::Receiver<Command>,
        (file, mark): (DbFile, Mark),
        session: SessionRecord,
    ) -> Self {
        let cursor = locked(&shared.head).cursor();
        Self {
            shared,
            commands,
            file,
            mark,
            recent: Recent::new(cursor),
            session,
            waiting: Vec::new(),
            n_unsynced: 0,
        }
    }

    /// Works until the handle is closed, then leaves the store clean.
    pub(super) fn run(mut self) {
        while let Some(command) = self.commands.blocking_recv() {
            let n_more = self.commands.len();
            self.handle(command);
            if n_more > GROUP_FROM {
                for _ in 0..n_more.min(GROUP_MAX) {
                    let Ok(command) = self.commands.try_recv() else {
                        break;
                    };
                    self.handle(command);
                }
            }
            if !self.waiting.is_empty() || self.n_unsynced >= GROUP_MAX {
                self.sync();
            }
        }
        self.leave();
    }

    fn handle(&mut self, command: Command) {
        match command {
            Command::Commit(update, reply) => {
                let result = self.poll(&update);
                // What a merged feed shows is made durable whatever was asked, so that readers
                // never wait for a sync that nobody ordered.
                let shown = locked(&self.shared.head).shown;
                let is_shown = result.as_ref().is_ok_and(|cursor| *cursor == shown);
                if update.durability == Durability::Durable || is_shown {
                    self.answer_synced(reply, result);
                } else {
                    answer(reply, result);
                }
            }
            Command::Rules(update, reply) => {
                let result = self.rules(&update);
                self.answer_synced(reply, result);
            }
            Command::Feeds(seeds, reply) => {
                let result = self.register(&seeds);
                self.answer_synced(reply, result);
            }
            Command::Regions(names, reply) => {
                let result = self.regions(&names);
                self.answer_synced(reply, result);
            }
            Command::Import(bytes, reply) => {
                let result = self.import(&bytes);
                self.answer_synced(reply, result);
            }
            Command::DeclineImport(reply) => {
                let result = self.decline_import();
                self.answer_synced(reply, result);
            }
            Command::Flush(reply) => self.answer_synced(reply, Ok(())),
        }
    }

    /// Answers after the next sync, with its error where it fails.
    fn answer_synced<T: Send + 'static>(&mut self, reply: Reply<T>, result: Result<T, StoreError>) {
        match result {
            Ok(value) => self.waiting.push(Box::new(move |synced| {
                answer(reply, synced.map(|()| value));
            })),
            Err(error) => answer(reply, Err(error)),
        }
    }

    fn sync(&mut self) {
        let cursor = locked(&self.shared.head).cursor();
        let result = self.shared.with_open_rows(|rows| {
            rows.flush()?;
            self.file
                .sync()
                .and_then(|()| self.mark.write(cursor.0))
                .map_err(|error| StoreError::Fatal(format!("sync: {error}")))
        });
        if result.is_ok() {
            self.n_unsynced = 0;
            self.shared.durable.send_if_modified(|durable| {
                let is_later = cursor > *durable;
                *durable = cursor.max(*durable);
                is_later
            });
        }
        for waiting in std::mem::take(&mut self.waiting) {
            waiting(match &result {
                Ok(()) => Ok(()),
                Err(_) => Err(self.shared.why_dead()),
            });
        }
    }

    fn poll(&mut self, update: &FeedUpdate) -> Result<Cursor, StoreError> {
        let (feed, fence) = (update.feed, update.fence);
        self.shared.not_dead()?;
        if !locked(&self.shared.due).begin(feed, fence) {
            return Err(StoreError::LeaseLost);
        }
        let result = self.checked_poll(update);
        let mut due = locked(&self.shared.due);
        if result.is_ok() {
            due.finish(feed, fence, Some(update.state.schedule.next_poll));
        } else {
            due.abort(feed, fence);
        }
        result
    }

    fn checked_poll(&mut self, update: &FeedUpdate) -> Result<Cursor, StoreError> {
        let touches = |written: &Written| written.touches(update);
        let progress = self.still_so(update.stamp, update.read_at, touches)?;
        let shared = Arc::clone(&self.shared);
        shared.with_open_rows(|rows| {
            let mut commit = Commit::new(Draft::new(rows), progress, shared.tables);
            commit.progress.stamp_ms = update.stamp.as_millis();
            for entry in &update.entries {
                commit.polled(entry, progress.last_entry)?;
            }
            for story in &update.stories {
                commit.story(story)?;
            }
            commit.state(update.feed, &update.state)?;
            self.write(rows, commit)
        })
    }

    /// How far the store has come, for a commit with `stamp` that was decided at `read_at` and
    /// rests on what was there then.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where that was rewritten, or the stamp is not the next.
    fn still_so(
        &self,
        stamp: Timestamp,
        read_at: Cursor,
        rests_on: impl Fn(&Written) -> bool,
    ) -> Result<ProgressRecord, StoreError> {
        let head = locked(&self.shared.head);
        if stamp <= head.stamp()
            || read_at > head.cursor()
            || self.recent.conflicts(read_at, rests_on)
        {
            return Err(StoreError::Conflict);
        }
        Ok(head.progress)
    }

    fn rules(&mut self, update: &RulesUpdate) -> Result<Cursor, StoreError> {
        self.shared.not_dead()?;
        let rewrites = |written: &Written| written.rewrites(update);
        let progress = self.still_so(update.stamp, update.read_at, rewrites)?;
        let shared = Arc::clone(&self.shared);
        shared.with_open_rows(|rows| {
            let mut commit = Commit::new(Draft::new(rows), progress, shared.tables);
            commit.progress.stamp_ms = update.stamp.as_millis();
            for entry in &update.entries {
                // None is new: one that is not there any more is a conflict.
                commit.polled(entry, u64::MAX)?;
            }
            for story in &update.stories {
                commit.story(story)?;
            }
            self.write(rows, commit)
        })
    }

    fn register(&mut self, seeds: &[FeedSeed]) -> Result<Registered, StoreError> {
        self.shared.not_dead()?;
        let shared = Arc::clone(&self.shared);
        let now = shared.clock.now();
        let (registered, changes) = shared.with_open_rows(|rows| {
            let mut registration = Registration::new(rows, seeds, now)?;
            loop {
                let head = locked(&shared.head).clone();
                let mut commit = Commit::new(Draft::new(rows), head.progress, shared.tables);
                let has_more = registration.step(&mut commit)?;
                if commit.cards_changed {
                    commit.regions.extend(head.regions.keys());
                }
                if !commit.draft.is_empty() {
                    self.write(rows, commit)?;
                    rows.flush()?;
                }
                if !has_more {
                    return Ok(registration.finish());
                }
            }
        })?;
        let mut due = locked(&shared.due);
        for feed in changes.remove {
            due.remove(feed);
        }
        for (feed, at) in changes.add {
            due.add(feed, at);
        }
        Ok(registered)
    }

    fn regions(&mut self, names: &[String]) -> Result<Vec<RegionNumber>, StoreError> {
        self.shared.not_dead()?;
        let shared = Arc::clone(&self.shared);
        shared.with_open_rows(|rows| {
            let head = locked(&shared.head).clone();
            let mut commit = Commit::new(Draft::new(rows), head.progress, shared.tables);
            let mut registry = Regions::new(&head);
            let numbers = names
                .iter()
                .map(|name| registry.number(&mut commit, name))
                .collect::<Result<_, _>>()?;
            if !commit.draft.is_empty() {
                self.write(rows, commit)?;
                registry.publish(&shared);
            }
            Ok(numbers)
        })
    }

    fn import(&mut self, bytes: &[u8]) -> Result<usize, StoreError> {
        self.shared.not_dead()?;
        let shared = Arc::clone(&self.shared);
        shared.with_open_rows(|rows| {
            let mut plan = ImportPlan::new(rows, Export::read(bytes)?)?;
            loop {
                let head = locked(&shared.head).clone();
                let mut commit = Commit::new(Draft::new(rows), head.progress, shared.tables);
                let mut registry = Regions::new(&head);
                let has_more = plan.step(&mut commit, &mut registry)?;
                if !has_more {
                    commit.nothing_to_import()?;
                }
                if !commit.draft.is_empty() {
                    self.write(rows, commit)?;
                    registry.publish(&shared);
                    rows.flush()?;
                }
                if !has_more {
                    return Ok(plan.n_stories());
                }
            }
        })
    }

    fn decline_import(&mut self) -> Result<(), StoreError> {
        self.shared.not_dead()?;
        let shared = Arc::clone(&self.shared);
        shared.with_open_rows(|rows| {
            let head = locked(&shared.head).clone();
            let mut commit = Commit::new(Draft::new(rows), head.progress, shared.tables);
            commit.nothing_to_import()?;
            if !commit.draft.is_empty() {
                self.write(rows, commit)?;
            }
            Ok(())
        })
    }

    /// Applies a finished commit; it is readable from here on, durable after the next sync.
    fn write(&mut self, rows: &Rows, mut commit: Commit<'_>) -> Result<Cursor, StoreError> {
        self.check_disk()?;
        commit.finish()?;
        let cursor = commit.cursor();
        let ops = commit.draft.into_ops();
        if !commit.regions.is_empty() {
            // Before it can be read: a reader must know that it has to wait for the sync.
            locked(&self.shared.head).shown = cursor;
        }
        apply(&self.shared, rows, &ops)?;
        self.n_unsynced += 1;
        self.recent.push(cursor, commit.written);
        let mut head = locked(&self.shared.head);
        head.progress = commit.progress;
        for region in commit.regions {
            if let Some(region) = head.regions.get_mut(&region) {
                region.changed = cursor;
            }
        }
        Ok(cursor)
    }

    /// Nothing is written near the end of the disk, nor into a file that is not ours any more.
    fn check_disk(&self) -> Result<(), StoreError> {
        let options = &self.shared.options;
        self.file.check().map_err(StoreError::Fatal)?;
        let free_bytes = disk::free_bytes(&options.dir)
            .map_err(|error| StoreError::Fatal(format!("free space: {error}")))?;
        if free_bytes < options.free_min_bytes {
            return Err(StoreError::Full {
                path: options.dir.clone(),
                free_bytes,
                min_bytes: options.free_min_bytes,
            });
        }
        Ok(())
    }

    /// The mark by which the next opening knows that nothing was torn; a handle that died, or
    /// whose file is gone, leaves none.
    fn leave(mut self) {
        if self.shared.death().is_some() || self.file.check().is_err() {
            return;
        }
        let clean = SessionRecord {
            clean: true,
            ..self.session
        };
        let marked = self.shared.with_open_rows(|rows| {
            rows.apply(&[(keys::SESSION.to_vec(), Some(small_value(&clean)?))])
        });
        if marked.is_ok() {
            self.sync();
        }
    }
}

/// Applies `ops`, and keeps them for a checkpoint that is being written.
fn apply(shared: &Shared, rows: &Rows, ops: &[Row]) -> Result<(), StoreError> {
    let mut redo = locked(&shared.redo);
    rows.apply(ops)?;
    if let Some(redo) = redo.as_mut() {
        redo.extend_from_slice(ops);
    }
    Ok(())
}

fn answer<T>(reply: Reply<T>, result: Result<T, StoreError>) {
    // Whoever asked may have gone away; the work is done all the same.
    drop(reply.send(result));
}
