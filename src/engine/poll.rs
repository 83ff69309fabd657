//! One poll on its way: a slot, the host's turn, the exchange, the body prepared.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};
use tokio::time::sleep;
use url::Url;

use crate::engine::committer::{PollSummary, Polled};
use crate::engine::hosts::Seat;
use crate::engine::plan::{PlannedFeed, Setup};
use crate::engine::poller::Engine;
use crate::engine::prepare::{Prepared, body_hash, prepare};
use crate::model::feed::FeedState;
use crate::model::known::Claim;
use crate::model::outcome::{FetchOutcome, FetchReport, FetchRequest};
use crate::model::url::keeps_secrets;
use crate::schedule::{self, FeedPlan};

/// A request running longer than this shares the slots of the slow.
const SLOW_AFTER: Duration = Duration::from_secs(5);

/// Request slots: the slow and the failing share a quarter, so that they never starve the rest.
#[derive(Clone)]
pub(super) struct Slots {
    healthy: Arc<Semaphore>,
    slow: Arc<Semaphore>,
}

impl Slots {
    pub(super) fn new(requests: usize) -> Self {
        let slow = (requests / 4).max(1);
        let healthy = requests.saturating_sub(slow).max(1);
        Self {
            healthy: Arc::new(Semaphore::new(healthy)),
            slow: Arc::new(Semaphore::new(slow)),
        }
    }

    async fn take(&self, state: &FeedState) -> Option<OwnedSemaphorePermit> {
        let slots = if state.schedule.n_failures > 0 {
            &self.slow
        } else {
            &self.healthy
        };
        slots.clone().acquire_owned().await.ok()
    }
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
}

impl Poll {
    /// Fetches, prepares and hands over. The slot is held until then: a committer that cannot
    /// keep up slows the fetching down, and the order of one slot's polls stays.
    pub(super) async fn run(
        self,
        to_committer: mpsc::Sender<Polled>,
        reply: Option<oneshot::Sender<PollSummary>>,
    ) -> Option<()> {
        let request = self.request();
        let was_conditional = request.validators.is_some();
        let mut slot = self.slots.take(&self.claim.state).await?;
        let mut report = self.fetch(request, &mut slot).await?;
        let body = self.prepare(&report).await;
        let mut size_bytes = None;
        if let FetchOutcome::Modified(body) = &mut report.outcome {
            size_bytes = Some(body.bytes.len());
            // What was read is not kept: bodies in flight are bounded, polls that wait are not.
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
            reply,
        };
        // Where the committer is gone the store failed, and the feed is polled again.
        to_committer.send(polled).await.ok()
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

    /// Waits for the host and asks; a request that takes long moves over to the slow slots.
    async fn fetch(
        &self,
        request: FetchRequest,
        slot: &mut OwnedSemaphorePermit,
    ) -> Option<FetchReport> {
        let _host = self.seat.start().await?;
        let mut exchange = self.setup.http.fetch(request);
        tokio::select! {
            report = &mut exchange => return Some(report),
            () = sleep(SLOW_AFTER) => {}
        }
        if let Ok(slow) = self.slots.slow.clone().try_acquire_owned() {
            *slot = slow;
        }
        Some(exchange.await)
    }

    /// Hashes and reads the body on a CPU thread.
    async fn prepare(&self, report: &FetchReport) -> Option<([u8; 16], Prepared)> {
        let FetchOutcome::Modified(body) = &report.outcome else {
            return None;
        };
        let (body, final_url) = (body.clone(), report.final_url.clone());
        let (setup, feed) = (self.setup.clone(), self.feed.clone());
        let before = self.claim.state.conditional.clone();
        let cpu = self.engine.cpu.clone().acquire_owned().await.ok()?;
        let prepared = tokio::task::spawn_blocking(move || {
            let _cpu = cpu;
            let hash = body_hash(&body.bytes);
            (
                hash,
                prepare(&body, hash, &final_url, &feed, &setup.plan, &before),
            )
        });
        prepared.await.ok()
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
