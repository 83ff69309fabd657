//! One open store with everything that runs on it: poller, committer, publisher, checkpoints.
//!
//! A session ends at a shutdown or when the store's handle is of no use any more; the daemon
//! then opens the store again and starts the next, while the last snapshot is served on.

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
use crate::engine::poller::Run;
use crate::engine::publisher::Publisher;
use crate::engine::shelf::Shelf;
use crate::engine::{Command, Engine, Setup};
use crate::model::rendered::SnapshotCell;
use crate::store::sled::{OpenReport, SledStore};
use crate::store::{Store, StoreError};

/// Commands waiting for the poller.
const COMMANDS: usize = 16;
/// The first checkpoint of a session is written after this, where `checkpoint` is not shorter.
const FIRST_CHECKPOINT_AFTER: Duration = Duration::from_mins(5);

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
        let store = open_store(config, surroundings).await?;
        let (plan, paused) =
            setup::setup(config, classifier, &*store, surroundings.clock.clone()).await?;
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
            progress: surroundings.progress.clone(),
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

    /// Polls everything that is due, publishes once, closes; gives how each poll ended.
    ///
    /// # Errors
    /// The store's error.
    pub async fn run_once(
        mut self,
        shutdown: CancellationToken,
    ) -> Result<Vec<PollSummary>, StoreError> {
        let (polls, mut summaries) = mpsc::unbounded_channel();
        self.engine
            .run(Run::Once, &mut self.received, Some(polls), shutdown)
            .await?;
        let mut stories = std::collections::HashMap::new();
        self.store.flush().await?;
        self.publisher().publish_all(&mut stories).await?;
        self.store.close().await?;
        let mut all = Vec::new();
        while let Ok(summary) = summaries.try_recv() {
            all.push(summary);
        }
        Ok(all)
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
    if report.created || report.quarantined.is_some() || report.restored_from.is_some() {
        put_back(&store, surroundings).await?;
    }
    Ok(Arc::new(store))
}

/// What was published and is not in the store any more comes first, before anything is polled.
async fn put_back(store: &SledStore, surroundings: &Surroundings) -> Result<(), StoreError> {
    let Some(sidecar) = surroundings.shelf.sidecar() else {
        return Ok(());
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
        Err(error) if error.ends_handle() => Err(error),
        Err(error) => {
            error!(%error, "could not put back published stories from the cache directory: {error}; some may come again under new ids");
            Ok(())
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
    every: Duration,
    shutdown: CancellationToken,
) -> Result<(), StoreError> {
    // The first one comes soon: until there is one, a damaged store has nothing to go back to.
    let mut wait = every.min(FIRST_CHECKPOINT_AFTER);
    while shutdown.run_until_cancelled(sleep(wait)).await.is_some() {
        log_checkpoint(&*store).await?;
        wait = every;
    }
    Ok(())
}

async fn log_checkpoint(store: &dyn Store) -> Result<(), StoreError> {
    match store.checkpoint().await {
        Ok(at) => info!(%at, "wrote a checkpoint"),
        Err(error) if error.ends_handle() => return Err(error),
        Err(error) => error!(%error, "could not write a checkpoint: {error}"),
    }
    Ok(())
}
