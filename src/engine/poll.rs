//! One poll on its way: a slot, the host's turn, the exchange, the body prepared.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::time::sleep;
use url::Url;

use crate::engine::asked::{Answer, Asked, Hold};
use crate::engine::committer::Polled;
use crate::engine::hosts::Seat;
use crate::engine::plan::{PlannedFeed, Setup};
use crate::engine::poller::Engine;
use crate::engine::prepare::{Prepared, body_hash, prepare};
use crate::model::feed::FeedState;
use crate::model::known::Claim;
use crate::model::outcome::{FetchOutcome, FetchReport, FetchRequest};
use crate::model::url::keeps_secrets;
use crate::schedule::{self, FeedPlan};

/// What is prepared and waits to be committed weighs at most so much, in KiB.
pub const PREPARED_MAX_KIB: u32 = 64 << 10;
/// A request running longer than this shares the slots of the slow.
const SLOW_AFTER: Duration = Duration::from_secs(5);

/// Request slots: the slow and the failing share a quarter, so that they never starve the rest.
#[derive(Clone)]
pub(super) struct Slots {
    /// Requests these slots were made for.
    pub(super) requests: usize,
    healthy: Arc<Semaphore>,
    slow: Arc<Semaphore>,
}

impl Slots {
    /// With a single request there is one slot for all.
    pub(super) fn new(requests: usize) -> Self {
        let slow = Arc::new(Semaphore::new((requests / 4).max(1)));
        let healthy = if requests <= 1 {
            slow.clone()
        } else {
            Arc::new(Semaphore::new(requests - (requests / 4).max(1)))
        };
        Self {
            requests,
            healthy,
            slow,
        }
    }

    async fn take(&self, state: &FeedState) -> Option<OwnedSemaphorePermit> {
        let slots = if is_failing(state) {
            &self.slow
        } else {
            &self.healthy
        };
        slots.clone().acquire_owned().await.ok()
    }
}

/// Whether the feed failed last time.
pub(super) fn is_failing(state: &FeedState) -> bool {
    state.schedule.n_failures > 0
}

/// One poll on its way.
pub(super) struct Poll {
    pub(super) engine: Engine,
    pub(super) setup: Arc<Setup>,
    pub(super) feed: PlannedFeed,
    pub(super) claim: Claim,
    pub(super) url: Url,
    pub(super) slots: Slots,
    pub(super) seat: Seat,
    pub(super) asked: Arc<Asked>,
}

impl Poll {
    /// Waits for the host, then for a slot, fetches, prepares and hands over.
    ///
    /// The host comes first: polls that wait for a slow one keep no slot from the others. The
    /// slot is held until the poll is handed over: a committer that cannot keep up slows the
    /// fetching down, and the order of one slot's polls stays.
    pub(super) async fn run(self, to_committer: mpsc::Sender<Polled>) -> Option<()> {
        let host = self.seat.enter().await?;
        let mut slot = self.slots.take(&self.claim.state).await?;
        if let Err(pause) = self.seat.start().await {
            return self.give_back(pause).await;
        }
        let request = self.request();
        let was_conditional = request.validators.is_some();
        let mut report = self.fetch(request, &mut slot).await;
        drop(host);
        let (body, leave) = self.prepare(&report).await.unzip();
        let mut size_bytes = None;
        if let FetchOutcome::Modified(body) = &mut report.outcome {
            size_bytes = Some(body.bytes.len());
            // What was read is not kept: bodies in flight are bounded.
            body.bytes = Bytes::new();
        }
        let polled = Polled {
            claim: self.claim,
            setup: self.setup,
            url: self.url,
            was_conditional,
            report,
            size_bytes,
            body,
            leave: leave.flatten(),
            asked: self.asked,
        };
        // Where the committer is gone the store failed, and the feed is polled again.
        to_committer.send(polled).await.ok()
    }

    /// The host asked to be left alone while this poll waited for it.
    async fn give_back(&self, pause: Duration) -> Option<()> {
        let due = self.engine.clock.now().plus(pause);
        let released = self
            .engine
            .store
            .release(self.claim.feed, self.claim.fence, Some(due));
        // A store that fails here fails for the loop as well, which ends the session.
        released.await.ok()?;
        self.asked.tell(&Answer::Later(Hold::HostPaused, pause));
        Some(())
    }

    fn request(&self) -> FetchRequest {
        let (feed, conditional) = (&self.feed.feed, &self.claim.state.conditional);
        let believed =
            schedule::wants_validators(&self.claim.state.schedule, self.engine.clock.now());
        let same_url = conditional.url == self.url.as_str();
        let same_parser = conditional
            .body
            .is_some_and(|(_, version)| version == crate::parse::VERSION);
        let validators = conditional
            .validators
            .clone()
            .filter(|_| believed && same_url && same_parser);
        // A feed that moved to another host must not take its configured headers there.
        let headers = if keeps_secrets(&feed.url, &self.url) {
            feed.headers.clone()
        } else {
            vec![]
        };
        FetchRequest {
            url: self.url.clone(),
            validators,
            user_agent: feed.user_agent.clone(),
            headers,
            timeout: feed.timeout,
            allow_private: feed.allow_private,
        }
    }

    /// Asks; a request that takes long moves over to the slow slots where one is free.
    async fn fetch(&self, request: FetchRequest, slot: &mut OwnedSemaphorePermit) -> FetchReport {
        let mut exchange = self.setup.http.fetch(request);
        tokio::select! {
            report = &mut exchange => return report,
            () = sleep(SLOW_AFTER) => {}
        }
        if let Ok(slow) = self.slots.slow.clone().try_acquire_owned() {
            *slot = slow;
        }
        exchange.await
    }

    /// Hashes and reads the body on a CPU thread. What was read is weighed, and the thread is
    /// kept until there is room for it among what waits to be committed.
    async fn prepare(
        &self,
        report: &FetchReport,
    ) -> Option<(([u8; 16], Prepared), Option<OwnedSemaphorePermit>)> {
        let FetchOutcome::Modified(body) = &report.outcome else {
            return None;
        };
        let (body, final_url) = (body.clone(), report.final_url.clone());
        let (setup, feed) = (self.setup.clone(), self.feed.clone());
        let before = self.claim.state.conditional.clone();
        let _cpu = self.engine.cpu.clone().acquire_owned().await.ok()?;
        let preparing = tokio::task::spawn_blocking(move || {
            let hash = body_hash(&body.bytes);
            let prepared = prepare(&body, hash, &final_url, &feed, &setup.plan, &before);
            (hash, prepared)
        });
        let prepared = preparing.await.ok()?;
        let weight = prepared.1.weight_kib().clamp(1, PREPARED_MAX_KIB);
        let leave = self
            .engine
            .prepared
            .clone()
            .acquire_many_owned(weight)
            .await
            .ok();
        Some((prepared, leave))
    }
}

/// Address a feed is asked at: the adopted one, else the configured one.
pub(super) fn request_url(feed: &PlannedFeed, state: &FeedState) -> Url {
    schedule::request_url(
        &FeedPlan {
            interval: feed.feed.interval,
            own: feed.feed.allow_private,
            url: &feed.feed.url,
        },
        &state.schedule,
    )
    .into_owned()
}
