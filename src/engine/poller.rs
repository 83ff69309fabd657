//! The loop that claims due feeds, waits for their hosts, fetches and prepares them.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rand::rngs::StdRng;
use tokio::sync::{Semaphore, mpsc, oneshot, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;
use tracing::{debug, error};

use crate::clock::Clock;
use crate::engine::committer::{Committer, PollSummary, Polled};
use crate::engine::hosts::{HostBook, Turn};
use crate::engine::plan::Setup;
use crate::engine::poll::{Poll, Slots, request_url};
use crate::model::feed::FeedNumber;
use crate::model::known::Claim;
use crate::schedule;
use crate::store::{Store, StoreError};

/// A claim is held this much longer than its feed's own time limit.
const LEASE_BEYOND_TIMEOUT: Duration = Duration::from_mins(10);
/// Claims a daemon holds at once, waiting and running, for each request allowed.
const HELD_PER_REQUEST: usize = 4;
/// The loop looks again at least this often, in case a clock was set.
const LOOK_AGAIN: Duration = Duration::from_secs(10);
/// Prepared polls waiting for the committer.
const COMMIT_QUEUE: usize = 32;

/// What the running engine can be told.
#[derive(Debug)]
pub enum Command {
    /// Poll this feed now, whether due or not; `None` comes back where it is being polled
    /// already or is not polled at all.
    Poll(FeedNumber, oneshot::Sender<PollSummary>),
}

/// Polls feeds and commits what comes of it, on one open store.
#[derive(Clone)]
pub struct Engine {
    /// Where everything is remembered.
    pub store: Arc<dyn Store>,
    /// Wall time.
    pub clock: Arc<dyn Clock>,
    /// Plan and client.
    pub setup: watch::Receiver<Arc<Setup>>,
    /// Turns of hosts.
    pub hosts: Arc<HostBook>,
    /// Jitter.
    pub rng: Arc<Mutex<StdRng>>,
    /// Threads that prepare: as many as cores.
    pub cpu: Arc<Semaphore>,
    /// Counts rounds of the loop: what the watchdog looks at.
    pub progress: Arc<AtomicU64>,
}

/// The way one poll takes: by what it goes, through which slots, to whom, and not before when.
struct Way {
    setup: Arc<Setup>,
    slots: Slots,
    to_committer: mpsc::Sender<Polled>,
    delay: Duration,
}

/// Whether a run ends when nothing is due any more.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Run {
    /// Until shut down.
    Forever,
    /// Everything due now, then the end.
    Once,
}

impl Run {
    /// Claims held at once for each request allowed. A daemon holds more than it can ask, so
    /// that a busy host keeps no slot idle; a single round holds no more, so that with one
    /// request at a time its order is the order of the claims.
    fn held_per_request(self) -> usize {
        match self {
            Self::Forever => HELD_PER_REQUEST,
            Self::Once => 1,
        }
    }
}

impl Engine {
    /// Polls until `shutdown`, or until the store fails. What is in flight at a shutdown is
    /// dropped: its feeds are due again after the restart. What was prepared is committed.
    ///
    /// # Errors
    /// The store's error, where its handle is of no use any more.
    pub async fn run(
        &self,
        run: Run,
        commands: &mut mpsc::Receiver<Command>,
        polls: Option<mpsc::UnboundedSender<PollSummary>>,
        shutdown: CancellationToken,
    ) -> Result<(), StoreError> {
        let (to_committer, from_poller) = mpsc::channel(COMMIT_QUEUE);
        let committer = Committer {
            store: self.store.clone(),
            clock: self.clock.clone(),
            hosts: self.hosts.clone(),
            rng: self.rng.clone(),
            polls,
        };
        let mut committing = JoinSet::new();
        committing.spawn(committer.run(from_poller));
        let polling = self.poll_all(run, commands, to_committer, shutdown);
        tokio::select! {
            // The committer ends first only where the store failed.
            Some(ended) = committing.join_next() => return ended.unwrap_or(Err(StoreError::Closed)),
            polled = polling => polled?,
        }
        committing
            .join_next()
            .await
            .transpose()
            .unwrap_or(None)
            .unwrap_or(Err(StoreError::Closed))
    }

    async fn poll_all(
        &self,
        run: Run,
        commands: &mut mpsc::Receiver<Command>,
        to_committer: mpsc::Sender<Polled>,
        shutdown: CancellationToken,
    ) -> Result<(), StoreError> {
        let mut setups = self.setup.clone();
        let mut slots = Slots::new(self.plan_requests());
        let mut running: JoinSet<()> = JoinSet::new();
        let mut is_first_round = run == Run::Forever;
        loop {
            self.progress.fetch_add(1, Ordering::Relaxed);
            let setup = setups.borrow_and_update().clone();
            let held_max = setup.plan.requests * run.held_per_request();
            let room = held_max.saturating_sub(running.len());
            let claims = self.store.claim_due(room, lease(&setup)).await?;
            let claimed_all = claims.len() < room;
            let n_claims = claims.len();
            for (index, claim) in claims.into_iter().enumerate() {
                // What fell due while nobody polled is spread, not asked for all at once.
                let delay = if is_first_round {
                    schedule::startup_spread(n_claims, index)
                } else {
                    Duration::ZERO
                };
                let way = Way {
                    setup: setup.clone(),
                    slots: slots.clone(),
                    to_committer: to_committer.clone(),
                    delay,
                };
                self.start(&mut running, claim, way, None).await?;
            }
            is_first_round = false;
            if run == Run::Once && running.is_empty() && claimed_all {
                return Ok(());
            }
            tokio::select! {
                biased;
                () = shutdown.cancelled() => {
                    running.shutdown().await;
                    return Ok(());
                }
                changed = setups.changed() => {
                    if changed.is_ok() {
                        slots = Slots::new(self.plan_requests());
                    }
                }
                Some(command) = commands.recv() => {
                    let way = Way { setup, slots: slots.clone(), to_committer: to_committer.clone(), delay: Duration::ZERO };
                    self.obey(command, &mut running, way).await?;
                }
                Some(ended) = running.join_next() => {
                    if let Err(panic) = ended {
                        error!(error = %panic, "a poll panicked outside of its stages; its feed comes back when its lease ends");
                    }
                    while running.try_join_next().is_some() {}
                }
                () = sleep_until(self.wake_at(claimed_all)) => {}
            }
        }
    }

    fn plan_requests(&self) -> usize {
        self.setup.borrow().plan.requests
    }

    /// When to look for due feeds again.
    fn wake_at(&self, claimed_all: bool) -> Instant {
        let wait = match self.store.next_due() {
            Some(due) if claimed_all => due.since(self.clock.now()).min(LOOK_AGAIN),
            _ => LOOK_AGAIN,
        };
        // A feed that is due but leased would wake the loop at once, for ever.
        Instant::now() + wait.max(Duration::from_millis(50))
    }

    async fn obey(
        &self,
        command: Command,
        running: &mut JoinSet<()>,
        way: Way,
    ) -> Result<(), StoreError> {
        let Command::Poll(feed, reply) = command;
        match self.store.claim_feed(feed, lease(&way.setup)).await? {
            Some(claim) => self.start(running, claim, way, Some(reply)).await,
            None => Ok(()),
        }
    }

    /// Books a turn with the claim's host and starts its poll, or gives the claim back.
    async fn start(
        &self,
        running: &mut JoinSet<()>,
        claim: Claim,
        way: Way,
        reply: Option<oneshot::Sender<PollSummary>>,
    ) -> Result<(), StoreError> {
        let Way {
            setup,
            slots,
            to_committer,
            delay,
        } = way;
        let Some(feed) = setup.plan.feeds.get(&claim.feed).cloned() else {
            // Claimed under a plan that is being replaced: look again when the new one stands.
            let later = self.clock.now().plus(Duration::from_mins(1));
            return self.store.release(claim.feed, claim.fence, later).await;
        };
        let url = request_url(&feed, &claim.state);
        let host = url.host_str().unwrap_or_default().to_owned();
        match self
            .hosts
            .turn(&host, setup.plan.host_spacing, setup.plan.host_requests)
        {
            Turn::Later(wait) => {
                debug!(feed.id = %feed.feed.id, host, wait_ms = wait.as_millis(), "host of feed {} is busy or paused", feed.feed.id);
                let due = self.clock.now().plus(wait);
                self.store.release(claim.feed, claim.fence, due).await
            }
            Turn::At(start, seat) => {
                let poll = Poll {
                    engine: self.clone(),
                    setup,
                    feed,
                    claim,
                    url,
                    slots,
                    seat,
                };
                running.spawn(async move {
                    sleep_until(start.max(Instant::now() + delay)).await;
                    poll.run(to_committer, reply).await;
                });
                Ok(())
            }
        }
    }
}

fn lease(setup: &Setup) -> Duration {
    let longest = setup
        .plan
        .feeds
        .values()
        .map(|feed| feed.feed.timeout)
        .max();
    longest.unwrap_or_default() + LEASE_BEYOND_TIMEOUT
}
