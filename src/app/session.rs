//! One open store with everything that runs on it: poller, committer, publisher, checkpoints.
//!
//! A session ends at a shutdown or when the store's handle is of no use any more; the daemon
//! then opens the store again and starts the next, while the last snapshot is served on.

use std::collections::HashMap;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rand::rngs::StdRng;
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

use crate::app::error::AppError;
use crate::app::setup;
use crate::classify::Classifier;
use crate::clock::Clock;
use crate::config::Config;
use crate::engine::committer::PollSummary;
use crate::engine::hosts::HostBook;
use crate::engine::poll::PREPARED_MAX_KIB;
use crate::engine::poller::Run;
use crate::engine::publisher::Publisher;
use crate::engine::record::PollRecord;
use crate::engine::shelf::Shelf;
use crate::engine::{Command, Engine, Setup};
use crate::model::rendered::SnapshotCell;
use crate::store::sled::{OpenReport, SledStore};
use crate::store::{Store, StoreError};

/// Commands waiting for the poller.
const COMMANDS: usize = 16;
/// An overdue checkpoint is written after this, where `checkpoint` is not shorter.
const CHECKPOINT_SOON: Duration = Duration::from_mins(5);

/// What stays the same over all sessions of a process.
#[derive(Clone)]
pub struct Surroundings {
    /// Wall time.
    pub clock: Arc<dyn Clock>,
    /// Jitter of the schedule.
    pub rng: Arc<Mutex<StdRng>>,
    /// What is served.
    pub served: Arc<SnapshotCell>,
    /// Where it outlives the process.
    pub shelf: Shelf,
    /// What the watchdog looks at.
    pub progress: Arc<AtomicU64>,
    /// Told all of each poll, where somebody watches.
    pub watcher: Option<mpsc::UnboundedSender<PollRecord>>,
}

/// One open store and the handles by which the rest of the daemon reaches what runs on it.
pub struct Session {
    /// The store.
    pub store: Arc<dyn Store>,
    /// Where a new setup is put at a reload.
    pub setup: watch::Sender<Arc<Setup>>,
    /// Where the poller takes commands.
    pub commands: mpsc::Sender<Command>,
    engine: Engine,
    received: mpsc::Receiver<Command>,
    surroundings: Surroundings,
    checkpoint_every: Duration,
}

impl Session {
    /// Opens the store, puts back what a restore lost, registers feeds and merged feeds.
    ///
    /// # Errors
    /// Why the store cannot be used, or the setup.
    pub async fn open(
        config: &Config,
        classifier: Arc<Classifier>,
        surroundings: &Surroundings,
    ) -> Result<Self, AppError> {
        let http = setup::http_client(config, surroundings.clock.clone())?;
        let store = open_store(config, surroundings).await?;
        let (plan, paused) = match setup::setup(config, classifier, http, &*store).await {
            Ok(setup) => setup,
            Err(error) => {
                close(&*store).await;
                return Err(error.into());
            }
        };
        let hosts = Arc::new(HostBook::default());
        let now = surroundings.clock.now();
        for (host, until) in paused.iter().filter(|(_, until)| *until > now) {
            hosts.pause(host, until.since(now));
        }
        let (setup, setups) = watch::channel(Arc::new(plan));
        let (commands, received) = mpsc::channel(COMMANDS);
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let engine = Engine {
            store: store.clone(),
            clock: surroundings.clock.clone(),
            setup: setups,
            hosts,
            rng: surroundings.rng.clone(),
            cpu: Arc::new(Semaphore::new(cores)),
            full: Arc::default(),
            prepared: Arc::new(Semaphore::new(PREPARED_MAX_KIB as usize)),
            progress: surroundings.progress.clone(),
            watcher: surroundings.watcher.clone(),
        };
        Ok(Self {
            store,
            setup,
            commands,
            engine,
            received,
            surroundings: surroundings.clone(),
            checkpoint_every: config.store.checkpoint,
        })
    }

    /// Whom it asks how often.
    pub fn hosts(&self) -> Arc<HostBook> {
        self.engine.hosts.clone()
    }

    /// Closes a session that never ran.
    pub async fn close(self) {
        close(&*self.store).await;
    }

    fn publisher(&self) -> Publisher {
        Publisher {
            store: self.store.clone(),
            clock: self.surroundings.clock.clone(),
            setup: self.engine.setup.clone(),
            served: self.surroundings.served.clone(),
            shelf: self.surroundings.shelf.clone(),
        }
    }

    /// Polls and publishes until `shutdown`, then commits what was prepared, publishes it,
    /// writes a checkpoint and closes.
    ///
    /// # Errors
    /// The store's error, where its handle is of no use any more.
    pub async fn run(mut self, shutdown: CancellationToken) -> Result<(), StoreError> {
        // The publisher outlives the poller, so that the last commits are published too.
        let publishing = CancellationToken::new();
        let mut side: JoinSet<Result<(), StoreError>> = JoinSet::new();
        side.spawn(self.publisher().run(publishing.clone()));
        side.spawn(checkpoints(
            self.store.clone(),
            self.surroundings.clock.clone(),
            self.checkpoint_every,
            publishing.clone(),
        ));
        let polling = self
            .engine
            .run(Run::Forever, &mut self.received, None, shutdown);
        let ended = tokio::select! {
            ended = polling => ended,
            Some(ended) = side.join_next() => ended.unwrap_or(Err(StoreError::Closed)),
        };
        publishing.cancel();
        let mut result = ended;
        while let Some(ended) = side.join_next().await {
            result = result.and(ended.unwrap_or(Err(StoreError::Closed)));
        }
        if result.is_ok() {
            result = log_checkpoint(&*self.store).await;
        }
        self.store.close().await.and(result)
    }

    /// Polls everything that is due, publishes once, writes a checkpoint where the last is old,
    /// closes; gives how each poll ended.
    ///
    /// # Errors
    /// The store's error.
    pub async fn run_once(
        mut self,
        shutdown: CancellationToken,
    ) -> Result<Vec<PollSummary>, StoreError> {
        let (polls, mut summaries) = mpsc::unbounded_channel();
        let result = self.round(polls, shutdown).await;
        self.store.close().await.and(result)?;
        let mut all = Vec::new();
        while let Ok(summary) = summaries.try_recv() {
            all.push(summary);
        }
        Ok(all)
    }

    async fn round(
        &mut self,
        polls: mpsc::UnboundedSender<PollSummary>,
        shutdown: CancellationToken,
    ) -> Result<(), StoreError> {
        self.engine
            .run(Run::Once, &mut self.received, Some(polls), shutdown)
            .await?;
        self.store.flush().await?;
        let mut stories = HashMap::new();
        self.publisher().publish_all(&mut stories).await?;
        let age = checkpoint_age(&*self.store, &*self.surroundings.clock).await?;
        if age.is_none_or(|age| age >= self.checkpoint_every) {
            log_checkpoint(&*self.store).await?;
        }
        Ok(())
    }
}

/// Closes a store that is given up for another reason, which is the one that is told.
async fn close(store: &dyn Store) {
    if let Err(error) = store.close().await {
        warn!(error.kind = error.kind(), %error, "the store was not closed in order: {error}");
    }
}

async fn open_store(
    config: &Config,
    surroundings: &Surroundings,
) -> Result<Arc<dyn Store>, AppError> {
    let (options, clock) = (setup::store_options(config), surroundings.clock.clone());
    let opening = tokio::task::spawn_blocking(move || SledStore::open(&options, clock));
    let (store, report) = opening.await.map_err(|_stopped| StoreError::Closed)??;
    say(&report);
    if report.wants_sidecar
        && let Err(error) = put_back(&store, surroundings).await
    {
        close(&store).await;
        return Err(error.into());
    }
    Ok(Arc::new(store))
}

/// What was published and is not in the store any more comes first, before anything is polled:
/// where there is no space for it now, it is tried again, and nothing is polled before.
async fn put_back(store: &SledStore, surroundings: &Surroundings) -> Result<(), StoreError> {
    let shelf = surroundings.shelf.clone();
    let reading = tokio::task::spawn_blocking(move || shelf.sidecar());
    let Some(sidecar) = reading.await.map_err(|_stopped| StoreError::Closed)? else {
        return store.decline_import().await;
    };
    match store.import_stories(&sidecar).await {
        Ok(0) => Ok(()),
        Ok(n) => {
            warn!(
                stories = n,
                "put back {n} published stories that the store had lost, with their ids"
            );
            Ok(())
        }
        Err(error) if error.ends_handle() || matches!(error, StoreError::Full { .. }) => Err(error),
        Err(error) => {
            error!(%error, "could not put back published stories from the cache directory: {error}; some may come again under new ids");
            store.decline_import().await
        }
    }
}

/// Says what opening the store found, as loudly as it deserves.
fn say(report: &OpenReport) {
    if let Some(path) = &report.quarantined {
        let damage = report.damage.as_deref().unwrap_or("damaged");
        error!(path = %path.display(), damage, "the store was damaged ({damage}) and has been moved to {}; keep it until you know that nothing is missing", path.display());
        if let Some(checkpoint) = &report.restored_from {
            warn!(path = %checkpoint.display(), "restored from the checkpoint {}", checkpoint.display());
        } else {
            warn!("there was no checkpoint to restore from: starting with an empty store");
        }
    }
    if let Some(damage) = report
        .damage
        .as_deref()
        .filter(|_| report.quarantined.is_none())
    {
        error!(damage, "the store is not what it was: {damage}");
    }
    for (path, why) in &report.refused_checkpoints {
        error!(path = %path.display(), why, "the checkpoint {} cannot be used: {why}", path.display());
    }
    if !report.clock_behind.is_zero() {
        let behind_s = report.clock_behind.as_secs();
        warn!(
            behind_s,
            "the clock is {behind_s} s behind the last commit; stamps go on from there. Is the machine's time right?"
        );
    }
    if !report.was_clean {
        info!("the last run did not end in order; nothing acknowledged is missing");
    }
    info!(
        created = report.created,
        feeds = report.n_feeds,
        entries = report.n_entries,
        stories = report.n_stories,
        duration_ms = u64::try_from(report.took.as_millis()).unwrap_or(u64::MAX),
        "store is open",
    );
}

async fn checkpoints(
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    every: Duration,
    shutdown: CancellationToken,
) -> Result<(), StoreError> {
    loop {
        let age = checkpoint_age(&*store, &*clock).await?;
        let wait = next_checkpoint(age, every);
        if shutdown.run_until_cancelled(sleep(wait)).await.is_none() {
            return Ok(());
        }
        log_checkpoint(&*store).await?;
    }
}

/// When the next checkpoint is due, counted from the last one, whichever session wrote it. One
/// that is overdue, or could not be written, comes soon, but not among the polls of a start:
/// until there is one, a damaged store has nothing to go back to.
fn next_checkpoint(age: Option<Duration>, every: Duration) -> Duration {
    let left = age.map_or(Duration::ZERO, |age| every.saturating_sub(age));
    left.max(every.min(CHECKPOINT_SOON))
}

/// Age of the last checkpoint; `None` where there is none, or it cannot be told.
async fn checkpoint_age(
    store: &dyn Store,
    clock: &dyn Clock,
) -> Result<Option<Duration>, StoreError> {
    match store.health().await {
        Ok(health) => Ok(health.checkpoint.map(|at| clock.now().since(at))),
        Err(error) if error.ends_handle() => Err(error),
        Err(error) => {
            warn!(error.kind = error.kind(), %error, "cannot tell when the last checkpoint was written: {error}");
            Ok(None)
        }
    }
}

async fn log_checkpoint(store: &dyn Store) -> Result<(), StoreError> {
    match store.checkpoint().await {
        Ok(at) => info!(%at, "wrote a checkpoint"),
        Err(error) if error.ends_handle() => return Err(error),
        Err(error) => error!(%error, "could not write a checkpoint: {error}"),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checkpoints_are_counted_from_the_last_one() {
        let check = |age: Option<u64>, every: u64, minutes: u64| {
            let wait = next_checkpoint(age.map(Duration::from_mins), Duration::from_mins(every));
            assert_eq!(wait, Duration::from_mins(minutes), "{age:?} of {every}");
        };
        check(None, 60, 5);
        check(Some(0), 60, 60);
        check(Some(40), 60, 20);
        check(Some(59), 60, 5);
        check(Some(1_000), 60, 5);
        check(None, 2, 2);
        check(Some(1), 2, 2);
    }
}
