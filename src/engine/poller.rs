//! The loop that claims due feeds, waits for their hosts, fetches and prepares them.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use rand::rngs::StdRng;
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::sync::CancellationToken;
use tracing::{debug, error, info};

use crate::clock::Clock;
use crate::engine::asked::{Answer, Asked, Hold, Reply};
use crate::engine::committer::{Committer, PollSummary, Polled};
use crate::engine::hosts::{HostBook, Pace, Turn};
use crate::engine::plan::{PlannedFeed, Setup};
use crate::engine::poll::{Poll, Slots, is_failing, request_url};
use crate::engine::record::PollRecord;
use crate::engine::rules_pass::RulesPass;
use crate::model::feed::FeedNumber;
use crate::model::known::Claim;
use crate::model::outcome::OutcomeKind;
use crate::model::tally::Tally;
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
/// Between two rounds of the loop pass at least so long.
const BREATH: Duration = Duration::from_millis(20);
/// A failing feed that finds the slots of the failing taken comes back after this long.
const FAILING_LATER: Duration = Duration::from_secs(15);

/// What the running engine can be told.
#[derive(Debug)]
pub enum Command {
    /// Poll this feed now, whether due or not; one that waits for its turn is not kept waiting,
    /// and of one that is being polled the outcome is told. No answer comes where it is not
    /// polled at all, or the poll was given up.
    Poll(FeedNumber, Reply),
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
    /// Whether the store refuses to write for want of space.
    pub full: Arc<Full>,
    /// Room for what is prepared and waits to be committed.
    pub prepared: Arc<Semaphore>,
    /// Counts rounds of the loop: what the watchdog looks at.
    pub progress: Arc<AtomicU64>,
    /// Told all of each poll, where somebody watches. Whoever watches keeps up, or pays in memory.
    pub watcher: Option<mpsc::UnboundedSender<PollRecord>>,
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

/// Says whether the disk is too full for the store, and how much it wants free.
#[derive(Debug, Default)]
pub struct Full(AtomicU64);

impl Full {
    /// Whether polling waits for space.
    pub fn is_full(&self) -> bool {
        self.0.load(Ordering::Relaxed) > 0
    }

    /// The store wants so many bytes free; says so the first time.
    pub fn set(&self, error: &StoreError) {
        let StoreError::Full { min_bytes, .. } = error else {
            return;
        };
        if self.0.swap((*min_bytes).max(1), Ordering::Relaxed) == 0 {
            error!(error.kind = error.kind(), %error, "polling stops: {error}; what was published is served on");
        }
    }
}

impl Engine {
    /// Whether the store can be written to; asked again at every look while it could not.
    async fn has_space(&self) -> Result<bool, StoreError> {
        let min_bytes = self.full.0.load(Ordering::Relaxed);
        if min_bytes == 0 {
            return Ok(true);
        }
        if self.store.health().await?.free_bytes < min_bytes {
            return Ok(false);
        }
        self.full.0.store(0, Ordering::Relaxed);
        info!("there is space again: polling goes on");
        Ok(true)
    }

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
            full: self.full.clone(),
            polls: polls.clone(),
            watcher: self.watcher.clone(),
        };
        let (pages, from_pass) = mpsc::channel(1);
        let mut committing = JoinSet::new();
        committing.spawn(committer.run(from_poller, from_pass));
        let mut pass = RulesPass {
            store: self.store.clone(),
            setups: self.setup.clone(),
            cpu: self.cpu.clone(),
            pages,
        };
        let mut passing = JoinSet::new();
        passing.spawn(async move {
            match run {
                Run::Forever => pass.run().await,
                Run::Once => pass.once().await,
            }
        });
        if run == Run::Once {
            // It publishes at its end: what changed rules bring is part of it.
            tokio::select! {
                Some(ended) = committing.join_next() => return ended.unwrap_or(Err(StoreError::Closed)),
                Some(ended) = passing.join_next() => ended.unwrap_or(Err(StoreError::Closed))?,
                () = shutdown.cancelled() => {}
            }
        }
        let poller = Poller::new(self, run, to_committer, polls);
        let polling = poller.run(commands, shutdown);
        tokio::select! {
            // These end first only where the store failed.
            Some(ended) = committing.join_next() => return ended.unwrap_or(Err(StoreError::Closed)),
            Some(Ok(Err(error))) = passing.join_next() => return Err(error),
            polled = polling => polled?,
        }
        drop(passing);
        committing
            .join_next()
            .await
            .transpose()
            .unwrap_or(None)
            .unwrap_or(Err(StoreError::Closed))
    }
}

/// The state of one run of the loop.
struct Poller<'a> {
    engine: &'a Engine,
    run: Run,
    setup: Arc<Setup>,
    slots: Slots,
    lease: Duration,
    running: JoinSet<()>,
    /// Cloned by every held poll of a failing feed: counts them.
    failing: Arc<()>,
    /// The last poll of each feed, for as long as it is held.
    held: HashMap<FeedNumber, Weak<Asked>>,
    /// A single round's claims whose host is busy.
    waiting: Vec<Claim>,
    to_committer: mpsc::Sender<Polled>,
    polls: Option<mpsc::UnboundedSender<PollSummary>>,
}

impl<'a> Poller<'a> {
    fn new(
        engine: &'a Engine,
        run: Run,
        to_committer: mpsc::Sender<Polled>,
        polls: Option<mpsc::UnboundedSender<PollSummary>>,
    ) -> Self {
        let setup = engine.setup.borrow().clone();
        Self {
            engine,
            run,
            slots: Slots::new(setup.plan.requests),
            lease: lease(&setup),
            setup,
            running: JoinSet::new(),
            failing: Arc::new(()),
            held: HashMap::new(),
            waiting: Vec::new(),
            to_committer,
            polls,
        }
    }

    async fn run(
        mut self,
        commands: &mut mpsc::Receiver<Command>,
        shutdown: CancellationToken,
    ) -> Result<(), StoreError> {
        let mut setups = self.engine.setup.clone();
        setups.mark_unchanged();
        let mut spread = self.run == Run::Forever;
        loop {
            self.engine.progress.fetch_add(1, Ordering::Relaxed);
            let more_due = self.round(spread).await?;
            spread = false;
            let is_idle = self.running.is_empty() && self.waiting.is_empty();
            if self.run == Run::Once && is_idle && (!more_due || self.engine.full.is_full()) {
                return Ok(());
            }
            let wake = self.wake_at(more_due);
            tokio::select! {
                biased;
                () = shutdown.cancelled() => {
                    self.running.shutdown().await;
                    return Ok(());
                }
                Ok(()) = setups.changed() => self.adopt(setups.borrow_and_update().clone()),
                Some(command) = commands.recv() => self.obey(command).await?,
                Some(ended) = self.running.join_next() => {
                    if let Err(panic) = ended {
                        error!(error = %panic, "a poll panicked outside of its stages; its feed comes back when its lease ends");
                    }
                    while self.running.try_join_next().is_some() {}
                }
                () = sleep_until(wake) => {}
            }
        }
    }

    fn adopt(&mut self, setup: Arc<Setup>) {
        if setup.plan.requests != self.slots.requests {
            self.slots = Slots::new(setup.plan.requests);
        }
        self.lease = lease(&setup);
        self.setup = setup;
    }

    /// Claims that may be held at once.
    fn held_max(&self) -> usize {
        self.setup.plan.requests * self.run.held_per_request()
    }

    /// Claims what is due and starts what may be; tells whether more may be due that there was
    /// no room for, or that stood behind claims given back.
    async fn round(&mut self, spread: bool) -> Result<bool, StoreError> {
        if !self.engine.has_space().await? {
            return Ok(true);
        }
        let held_max = self.held_max();
        let mut claims = std::mem::take(&mut self.waiting);
        let room = held_max.saturating_sub(self.running.len() + claims.len());
        let due = self.engine.store.claim_due(room, self.lease).await?;
        let more_due = due.len() == room;
        claims.extend(due);
        let n_claims = claims.len();
        for (index, claim) in claims.into_iter().enumerate() {
            // What fell due while nobody polled is spread, not asked for all at once.
            let delay = if spread {
                schedule::startup_spread(n_claims, index)
            } else {
                Duration::ZERO
            };
            self.start(claim, delay, None).await?;
        }
        Ok(more_due)
    }

    /// When to look for due feeds again.
    fn wake_at(&self, more_due: bool) -> Instant {
        let has_room = self.running.len() < self.held_max() && !self.engine.full.is_full();
        let wait = match self.engine.store.next_due() {
            _ if more_due && has_room => Duration::ZERO,
            Some(due) if !more_due => due.since(self.engine.clock.now()).min(LOOK_AGAIN),
            _ => LOOK_AGAIN,
        };
        // A feed that is due but leased would wake the loop at once, for ever.
        Instant::now() + wait.max(BREATH)
    }

    async fn obey(&mut self, command: Command) -> Result<(), StoreError> {
        let Command::Poll(feed, reply) = command;
        let reply = match self.held.get(&feed).and_then(Weak::upgrade) {
            Some(held) => match held.join(reply) {
                Ok(()) => return Ok(()),
                Err(reply) => reply,
            },
            None => reply,
        };
        match self.engine.store.claim_feed(feed, self.lease).await? {
            Some(claim) => self
                .start(claim, Duration::ZERO, Some(reply))
                .await
                .map(drop),
            None => Ok(()),
        }
    }

    /// Starts a claim's poll, or gives the claim back: to the store, or in a single round to
    /// those that wait.
    async fn start(
        &mut self,
        claim: Claim,
        delay: Duration,
        reply: Option<Reply>,
    ) -> Result<(), StoreError> {
        let Some(feed) = self.setup.plan.feeds.get(&claim.feed).cloned() else {
            // Claimed under a plan that is being replaced: look again when the new one stands.
            return self.give_back(claim, Some(Duration::from_mins(1))).await;
        };
        let asked = Arc::new(Asked::new(reply));
        let failing = is_failing(&claim.state).then(|| self.failing.clone());
        let n_failing = Arc::strong_count(&self.failing) - 1;
        if n_failing > (self.setup.plan.requests / 2).max(2) {
            asked.tell(&Answer::Later(Hold::Failing, FAILING_LATER));
            return self.later(claim, FAILING_LATER).await;
        }
        let url = request_url(&feed, &claim.state);
        let host = url.host_str().unwrap_or_default();
        let pace = Pace {
            spacing: self.setup.plan.host_spacing,
            at_a_time: self.setup.plan.host_requests,
        };
        let seat = match self.engine.hosts.turn(host, pace) {
            Turn::Seat(seat) => seat,
            Turn::Busy(wait) => {
                asked.tell(&Answer::Later(Hold::HostBusy, wait));
                return self.later(claim, wait).await;
            }
            Turn::Paused(left) => {
                debug!(feed.id = %feed.feed.id, host, wait_s = left.as_secs(), "the host of feed {} asked to be left alone", feed.feed.id);
                self.tell_paused(&feed, left);
                asked.tell(&Answer::Later(Hold::HostPaused, left));
                return self.give_back(claim, Some(left)).await;
            }
        };
        self.held.insert(claim.feed, Arc::downgrade(&asked));
        let poll = Poll {
            engine: self.engine.clone(),
            setup: self.setup.clone(),
            feed,
            claim,
            url,
            slots: self.slots.clone(),
            seat,
            asked: asked.clone(),
        };
        let to_committer = self.to_committer.clone();
        self.running.spawn(async move {
            tokio::select! {
                () = sleep(delay) => {}
                () = asked.hurried() => {}
            }
            drop(asked);
            poll.run(to_committer).await;
            drop(failing);
        });
        Ok(())
    }

    async fn later(&mut self, claim: Claim, wait: Duration) -> Result<(), StoreError> {
        if self.run == Run::Once {
            self.waiting.push(claim);
            return Ok(());
        }
        self.give_back(claim, Some(wait)).await
    }

    async fn give_back(&self, claim: Claim, wait: Option<Duration>) -> Result<(), StoreError> {
        let due = wait.map(|wait| self.engine.clock.now().plus(wait));
        self.engine
            .store
            .release(claim.feed, claim.fence, due)
            .await
    }

    /// A single round says of a feed it did not ask why.
    fn tell_paused(&self, feed: &PlannedFeed, left: Duration) {
        if let Some(polls) = self.polls.as_ref().filter(|_| self.run == Run::Once) {
            let error = format!(
                "not asked: its host wants to be left alone for {} s",
                left.as_secs()
            );
            // The receiver outlives the round.
            drop(polls.send(PollSummary {
                feed: feed.feed.id.to_string(),
                kind: OutcomeKind::Throttled,
                error: Some(error),
                tally: Tally::default(),
            }));
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
