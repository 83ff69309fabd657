//! The one place that decides: one poll at a time, on what is known after the poll before.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rand::rngs::StdRng;
use tokio::sync::{mpsc, oneshot};
use tracing::{error, warn};
use url::Url;

use crate::clock::Clock;
use crate::engine::decision::{Decision, ask, decide, panicked};
use crate::engine::hosts::HostBook;
use crate::engine::plan::{PlannedFeed, Setup};
use crate::engine::poll_log::{log_entries, log_poll};
use crate::engine::prepare::{Prepared, panic_message};
use crate::model::feed::FeedState;
use crate::model::known::{Ask, Claim, Known};
use crate::model::outcome::{FetchReport, OutcomeKind};
use crate::model::tally::Tally;
use crate::store::{Store, StoreError};

/// A poll that always meets a conflict is given up after this many decisions.
const DECISIONS_MAX: usize = 20;
/// A poll that could not be kept is repeated after this long.
const AGAIN_AFTER: Duration = Duration::from_mins(1);

/// One poll, fetched and prepared, waiting to be decided.
pub struct Polled {
    /// The right to commit it.
    pub claim: Claim,
    /// The setup it was polled under.
    pub setup: Arc<Setup>,
    /// Address that was asked.
    pub url: Url,
    /// Whether validators were sent.
    pub was_conditional: bool,
    /// What the exchange gave.
    pub report: FetchReport,
    /// Bytes that came, content coding and all.
    pub size_bytes: Option<usize>,
    /// Hash of the body and what became of it, where one came.
    pub body: Option<([u8; 16], Prepared)>,
    /// Who wants to know how it ended.
    pub reply: Option<oneshot::Sender<PollSummary>>,
}

/// How a poll ended, for people.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PollSummary {
    /// The feed's id.
    pub feed: String,
    /// How it ended.
    pub kind: OutcomeKind,
    /// What went wrong.
    pub error: Option<String>,
    /// What became of its entries.
    pub tally: Tally,
}

/// Decides and commits polls until the channel closes or the store fails.
pub struct Committer {
    /// Where it is committed.
    pub store: Arc<dyn Store>,
    /// Wall time.
    pub clock: Arc<dyn Clock>,
    /// Told of pauses.
    pub hosts: Arc<HostBook>,
    /// Jitter of the schedule.
    pub rng: Arc<Mutex<StdRng>>,
    /// Told how each poll ended, where somebody listens.
    pub polls: Option<mpsc::UnboundedSender<PollSummary>>,
}

impl Committer {
    /// Takes polls from `polled` one by one.
    ///
    /// # Errors
    /// The store's error, where the handle is of no use any more.
    pub async fn run(self, mut polled: mpsc::Receiver<Polled>) -> Result<(), StoreError> {
        while let Some(mut poll) = polled.recv().await {
            let reply = poll.reply.take();
            let Some(summary) = self.commit(poll).await? else {
                continue;
            };
            // Who asked may have gone; the poll is committed all the same.
            if let Some(polls) = &self.polls {
                drop(polls.send(summary.clone()));
            }
            if let Some(reply) = reply {
                drop(reply.send(summary));
            }
        }
        Ok(())
    }

    /// Decides on one poll until it is committed; `None` where it could not be now.
    async fn commit(&self, poll: Polled) -> Result<Option<PollSummary>, StoreError> {
        let Some(feed) = poll.setup.plan.feeds.get(&poll.claim.feed).cloned() else {
            return Ok(None);
        };
        let (number, fence) = (poll.claim.feed, poll.claim.fence);
        let id = feed.feed.id.to_string();
        match self.decide_and_commit(Arc::new(poll), feed).await {
            Ok(summary) => Ok(Some(summary)),
            Err(error) if error.ends_handle() => Err(error),
            Err(StoreError::LeaseLost) => {
                warn!(
                    feed.id = id,
                    "poll of feed {id} came too late: another worker has the feed"
                );
                Ok(None)
            }
            Err(error) => {
                error!(feed.id = id, error.kind = error.kind(), %error, "poll of feed {id} was not kept and will be repeated: {error}");
                let again = self.clock.now().plus(AGAIN_AFTER);
                self.store.release(number, fence, again).await?;
                Ok(None)
            }
        }
    }

    async fn decide_and_commit(
        &self,
        poll: Arc<Polled>,
        feed: PlannedFeed,
    ) -> Result<PollSummary, StoreError> {
        let ask = Arc::new(ask(&poll));
        let feed = Arc::new(feed);
        for _ in 0..DECISIONS_MAX {
            let known = self.store.load_known(&ask).await?;
            let before = known.state.clone();
            let Decision {
                update,
                kind,
                error,
            } = self.decide(known, &poll, &feed, &ask).await?;
            let (state, tally) = (update.state.clone(), update.tally);
            log_entries(feed.feed.id.as_str(), &update.entries);
            match self.store.commit_poll(update).await {
                Ok(_) => {
                    self.keep_promise(&state);
                    let feed = feed.feed.id.to_string();
                    let summary = PollSummary {
                        feed,
                        kind,
                        error,
                        tally,
                    };
                    log_poll(&summary, &poll, &before, &state);
                    return Ok(summary);
                }
                Err(StoreError::Conflict) => {}
                Err(error) => return Err(error),
            }
        }
        Err(StoreError::Conflict)
    }

    /// Decides on a CPU thread; a panic there is this poll's outcome.
    async fn decide(
        &self,
        known: Known,
        poll: &Arc<Polled>,
        feed: &Arc<PlannedFeed>,
        ask: &Arc<Ask>,
    ) -> Result<Decision, StoreError> {
        let (poll, feed, ask, rng) = (poll.clone(), feed.clone(), ask.clone(), self.rng.clone());
        let decided = tokio::task::spawn_blocking(move || {
            let mut rng = rng.lock().unwrap_or_else(PoisonError::into_inner);
            catch_unwind(AssertUnwindSafe(|| {
                decide(&known, &poll, &feed, &ask, &mut rng)
            }))
            .unwrap_or_else(|panic| panicked(&known, &poll, &ask, &panic_message(&*panic)))
        });
        // The runtime is shutting down: nothing was decided, the poll is repeated.
        decided.await.map_err(|_stopped| StoreError::Closed)
    }

    /// What a host asked for holds from now on.
    fn keep_promise(&self, state: &FeedState) {
        if let (Some((host, until)), Some(at)) = (&state.schedule.host_pause, state.last.at)
            && *until > at
        {
            self.hosts.pause(host, until.since(at));
        }
    }
}
