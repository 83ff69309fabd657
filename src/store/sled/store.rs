//! The handle.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::Instant;

use super::checkpoint;
use super::disk::{self, DbFile, Mark};
use super::feeds;
use super::get::Get;
use super::known;
use super::open::{self, OpenReport, Options, UNLOCK_LIMIT};
use super::rows::Rows;
use super::shared::{Shared, locked};
use super::views::Views;
use super::writer::{Command, QUEUE, Reply, Writer};
use crate::clock::Clock;
use crate::model::entry::EntryKey;
use crate::model::feed::{FeedId, FeedNumber, FeedSeed};
use crate::model::known::{Ask, Claim, Cursor, FeedUpdate, Known, RulesUpdate};
use crate::model::region::RegionNumber;
use crate::model::story::{Story, StoryView};
use crate::model::time::Timestamp;
use crate::store::api::{
    Changes, EntryPage, FeedHealth, Found, Lookup, Place, Registered, Store, StoreFuture,
    StoreHealth,
};
use crate::store::error::StoreError;
use crate::store::record::SessionRecord;

/// The embedded store.
///
/// Every asynchronous call needs a tokio runtime; disk work is done on its blocking threads.
/// Dropping the handle closes it, which waits for the writer.
pub struct SledStore {
    shared: Arc<Shared>,
    commands: Mutex<Option<mpsc::Sender<Command>>>,
    writer: Mutex<Option<JoinHandle<()>>>,
}

impl SledStore {
    /// Opens the store, or makes one. Blocks: up to seconds after much was written, minutes
    /// while a large checkpoint is restored.
    ///
    /// A damaged store is moved aside and the newest good checkpoint restored; the report says
    /// so, and the caller must say it to a person.
    ///
    /// # Errors
    /// [`StoreError::InUse`], [`StoreError::Unusable`] and [`StoreError::TooNew`], after which
    /// nothing was changed, and [`StoreError::Fatal`] where even a fresh store fails.
    pub fn open(
        options: &Options,
        clock: Arc<dyn Clock>,
    ) -> Result<(Self, OpenReport), StoreError> {
        open::open(options, clock)
    }

    /// Ends the wish of [`OpenReport::wants_sidecar`] where there is no sidecar, or none that can
    /// be used. Durable when it returns.
    ///
    /// # Errors
    /// Those of every write.
    pub async fn decline_import(&self) -> Result<(), StoreError> {
        self.write(Command::DeclineImport).await
    }

    pub(super) fn start(
        shared: Arc<Shared>,
        files: (DbFile, Mark),
        session: SessionRecord,
    ) -> Result<Self, StoreError> {
        let (tx, rx) = mpsc::channel(QUEUE);
        let writer = Writer::new(Arc::clone(&shared), rx, files, session);
        let thread = std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || writer.run())
            .map_err(|error| StoreError::Fatal(format!("no thread to write with: {error}")))?;
        Ok(Self {
            shared,
            commands: Mutex::new(Some(tx)),
            writer: Mutex::new(Some(thread)),
        })
    }

    /// Has the writer do one unit of work.
    async fn write<T: Send>(
        &self,
        command: impl FnOnce(Reply<T>) -> Command,
    ) -> Result<T, StoreError> {
        self.shared.alive()?;
        let (tx, rx) = oneshot::channel();
        let commands = locked(&self.commands).clone().ok_or(StoreError::Closed)?;
        let sent = commands.send(command(tx)).await;
        drop(commands);
        if sent.is_err() {
            return Err(self.shared.why_dead());
        }
        rx.await.unwrap_or_else(|_| {
            self.shared.end("its writer has stopped");
            Err(self.shared.why_dead())
        })
    }

    /// Reads on a blocking thread.
    async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Shared, &Rows) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.block(move |shared| shared.with_rows(|rows| read(shared, rows)))
            .await
    }

    async fn block<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Shared) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let shared = Arc::clone(&self.shared);
        match tokio::task::spawn_blocking(move || work(&shared)).await {
            Ok(result) => result,
            Err(error) if error.is_panic() => {
                self.shared.end("reading it panicked");
                Err(self.shared.why_dead())
            }
            Err(_) => Err(StoreError::Closed),
        }
    }

    /// Waits until everything up to `cursor` is on stable storage.
    async fn durable_to(&self, cursor: Cursor) -> Result<(), StoreError> {
        let mut durable = self.shared.durable.subscribe();
        let is_over = |durable: &Cursor| *durable >= cursor || self.shared.alive().is_err();
        if durable.wait_for(is_over).await.is_err() || *durable.borrow() < cursor {
            self.shared.alive()?;
        }
        Ok(())
    }

    async fn claims(&self, leased: Vec<(FeedNumber, u64)>) -> Result<Vec<Claim>, StoreError> {
        self.read(move |_, rows| {
            let mut claims = Vec::new();
            let mut unreadable = None;
            for (feed, fence) in leased {
                match rows.state(feed) {
                    Ok(state) => claims.push(Claim {
                        feed,
                        fence,
                        state: state.unwrap_or_default(),
                    }),
                    // Its lease runs out and it is tried again; the others go on.
                    Err(error @ StoreError::Record { .. }) => unreadable = Some(error),
                    Err(error) => return Err(error),
                }
            }
            match unreadable {
                Some(error) if claims.is_empty() => Err(error),
                _ => Ok(claims),
            }
        })
        .await
    }

    /// Ends the writer, closes the tree, and waits until its lock is free. Blocks.
    fn shut(shared: &Shared, writer: Option<JoinHandle<()>>) -> Result<(), StoreError> {
        if let Some(writer) = writer {
            // A writer that panicked has left no clean mark; there is nothing else to undo.
            let _joined = writer.join();
        }
        let rows = shared
            .rows
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        drop(rows);
        if disk::wait_unlocked(&shared.options.dir, UNLOCK_LIMIT) {
            Ok(())
        } else {
            Err(StoreError::InUse { path: shared.dir() })
        }
    }

    /// Refuses further calls and gives the writer's thread, to be waited for.
    fn begin_shut(&self) -> Option<JoinHandle<()>> {
        self.shared.is_closing.store(true, Ordering::Release);
        drop(locked(&self.commands).take());
        // Wakes those who wait for a commit to become durable.
        self.shared.durable.send_modify(|_| {});
        locked(&self.writer).take()
    }
}

impl Drop for SledStore {
    fn drop(&mut self) {
        if let Some(writer) = self.begin_shut() {
            // Nobody is left to be told; the next opening waits for the lock or says so.
            let _closed = Self::shut(&self.shared, Some(writer));
        }
    }
}

impl Store for SledStore {
    fn upsert_feeds<'a>(&'a self, seeds: &'a [FeedSeed]) -> StoreFuture<'a, Registered> {
        Box::pin(self.write(|reply| Command::Feeds(seeds.to_vec(), reply)))
    }

    fn register_regions<'a>(&'a self, names: &'a [String]) -> StoreFuture<'a, Vec<RegionNumber>> {
        Box::pin(self.write(|reply| Command::Regions(names.to_vec(), reply)))
    }

    fn claim_due(&self, n: usize, lease: Duration) -> StoreFuture<'_, Vec<Claim>> {
        Box::pin(async move {
            self.shared.alive()?;
            let now = self.shared.clock.now();
            let leased = locked(&self.shared.due).claim(n, now, Instant::now(), lease);
            self.claims(leased).await
        })
    }

    fn claim_feed(&self, feed: FeedNumber, lease: Duration) -> StoreFuture<'_, Option<Claim>> {
        Box::pin(async move {
            self.shared.alive()?;
            let fence = locked(&self.shared.due).claim_one(feed, Instant::now(), lease);
            let leased = fence.map(|fence| (feed, fence)).into_iter().collect();
            Ok(self.claims(leased).await?.pop())
        })
    }

    fn release(&self, feed: FeedNumber, fence: u64, due: Option<Timestamp>) -> StoreFuture<'_, ()> {
        Box::pin(async move {
            self.shared.alive()?;
            locked(&self.shared.due).finish(feed, fence, due);
            Ok(())
        })
    }

    fn next_due(&self) -> Option<Timestamp> {
        let now = self.shared.clock.now();
        locked(&self.shared.due).next(now, Instant::now())
    }

    fn load_known<'a>(&'a self, ask: &'a Ask) -> StoreFuture<'a, Known> {
        let ask = ask.clone();
        Box::pin(self.read(move |shared, rows| known::load(shared, rows, &ask)))
    }

    fn commit_poll(&self, update: FeedUpdate) -> StoreFuture<'_, Cursor> {
        let update = Box::new(update);
        Box::pin(self.write(|reply| Command::Commit(update, reply)))
    }

    fn entries(&self, after: Option<EntryKey>, n: usize) -> StoreFuture<'_, EntryPage> {
        Box::pin(self.read(move |_, rows| known::page(rows, after, n)))
    }

    fn load_entries<'a>(&'a self, keys: &'a [EntryKey]) -> StoreFuture<'a, Known> {
        let keys = keys.to_vec();
        Box::pin(self.read(move |shared, rows| known::load_entries(shared, rows, &keys)))
    }

    fn commit_rules(&self, update: RulesUpdate) -> StoreFuture<'_, Cursor> {
        let update = Box::new(update);
        Box::pin(self.write(|reply| Command::Rules(update, reply)))
    }

    fn flush(&self) -> StoreFuture<'_, ()> {
        Box::pin(self.write(Command::Flush))
    }

    fn newest(
        &self,
        region: RegionNumber,
        after: Option<Place>,
        n: usize,
    ) -> StoreFuture<'_, Vec<StoryView>> {
        Box::pin(async move {
            let read = self.read(move |shared, rows| {
                let head = locked(&shared.head).clone();
                let views = Views::new(rows, &head).newest(region, after, n)?;
                // What was read may be newer than the head it began with.
                let shown = locked(&shared.head).shown;
                Ok((views, shown))
            });
            let (views, shown) = read.await?;
            // Nobody is shown what a power cut could still take back.
            self.durable_to(shown).await?;
            Ok(views)
        })
    }

    fn changes_since(&self, cursor: Cursor) -> StoreFuture<'_, Changes> {
        Box::pin(async move {
            self.shared.alive()?;
            let durable = *self.shared.durable.borrow();
            let head = locked(&self.shared.head);
            // A cursor from the future is one from before a restore: everything may differ.
            let is_lost = cursor > head.cursor();
            let regions = head
                .regions
                .iter()
                .filter(|(_, region)| is_lost || region.changed > cursor)
                .map(|(number, _)| *number)
                .collect();
            Ok(Changes {
                cursor: durable,
                regions,
            })
        })
    }

    fn durable(&self) -> watch::Receiver<Cursor> {
        self.shared.durable.subscribe()
    }

    fn feeds(&self) -> StoreFuture<'_, Vec<FeedHealth>> {
        Box::pin(self.read(|_, rows| feeds::healths(rows)))
    }

    fn feed<'a>(&'a self, id: &'a FeedId) -> StoreFuture<'a, Option<FeedHealth>> {
        let id = id.clone();
        Box::pin(self.read(move |_, rows| feeds::health(rows, &id)))
    }

    fn find<'a>(&'a self, what: &'a Lookup) -> StoreFuture<'a, Vec<Found>> {
        let what = what.clone();
        Box::pin(self.read(move |shared, rows| {
            let head = locked(&shared.head).clone();
            Views::new(rows, &head).find(&what)
        }))
    }

    fn checkpoint(&self) -> StoreFuture<'_, Timestamp> {
        Box::pin(self.block(checkpoint::write))
    }

    fn export_stories<'a>(&'a self, stories: &'a [Story]) -> StoreFuture<'a, Vec<u8>> {
        let stories = stories.to_vec();
        Box::pin(
            self.read(move |shared, rows| checkpoint::export(rows, &stories, shared.clock.now())),
        )
    }

    fn import_stories<'a>(&'a self, bytes: &'a [u8]) -> StoreFuture<'a, usize> {
        Box::pin(self.write(|reply| Command::Import(bytes.to_vec(), reply)))
    }

    fn health(&self) -> StoreFuture<'_, StoreHealth> {
        Box::pin(self.block(|shared| {
            shared.alive()?;
            let dir = shared.dir();
            let free_bytes = disk::free_bytes(&dir).map_err(|source| StoreError::Unusable {
                path: dir.clone(),
                source,
            })?;
            Ok(StoreHealth {
                disk_bytes: disk::size_bytes(&dir),
                free_bytes,
                cursor: locked(&shared.head).cursor(),
                checkpoint: *locked(&shared.checkpoint),
            })
        }))
    }

    fn close(&self) -> StoreFuture<'_, ()> {
        Box::pin(async move {
            if self.shared.is_closing.load(Ordering::Acquire) {
                return Err(StoreError::Closed);
            }
            let writer = self.begin_shut();
            self.block(|shared| Self::shut(shared, writer)).await
        })
    }
}
