//! The one place that decides: one poll at a time, on what is known after the poll before.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rand::rngs::StdRng;
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tracing::{error, warn};
use url::Url;

use crate::clock::Clock;
use crate::dedup::{self, Rejudged, RulesContext};
use crate::engine::asked::{Answer, Asked};
use crate::engine::decision::{Decision, ask, decide, panicked};
use crate::engine::hosts::HostBook;
use crate::engine::plan::{PlannedFeed, Setup};
use crate::engine::poll_log::{log_entries, log_poll};
use crate::engine::poller::Full;
use crate::engine::prepare::{Prepared, panic_message};
use crate::engine::record::{self, PollRecord};
use crate::engine::rules_pass::RulesPage;
use crate::model::entry::EntryKey;
use crate::model::feed::FeedState;
use crate::model::known::{Ask, Claim, Known, RulesUpdate};
use crate::model::outcome::{FetchReport, OutcomeKind};
use crate::model::tally::{RulesTally, Tally};
use crate::model::time::Timestamp;
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
    /// Its share of what may wait to be committed.
    pub leave: Option<OwnedSemaphorePermit>,
    /// Who wants to know how it ended.
    pub asked: Arc<Asked>,
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
    /// Told where the store wants more space.
    pub full: Arc<Full>,
    /// Told how each poll ended, where somebody listens.
    pub polls: Option<mpsc::UnboundedSender<PollSummary>>,
    /// Told all of each poll, where somebody watches.
    pub watcher: Option<mpsc::UnboundedSender<PollRecord>>,
}

/// Why a poll was not kept, and when it was to be repeated had it been.
struct Refused {
    error: StoreError,
    next_poll: Option<Timestamp>,
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self {
            error,
            next_poll: None,
        }
    }
}

impl Committer {
    /// Takes polls from `polled` one by one, and between them what changed rules make of stored
    /// entries.
    ///
    /// # Errors
    /// The store's error, where the handle is of no use any more.
    pub(super) async fn run(
        self,
        mut polled: mpsc::Receiver<Polled>,
        mut pages: mpsc::Receiver<RulesPage>,
    ) -> Result<(), StoreError> {
        loop {
            let poll = tokio::select! {
                biased;
                poll = polled.recv() => match poll {
                    Some(poll) => poll,
                    None => return Ok(()),
                },
                Some(page) = pages.recv() => {
                    self.commit_page(page).await?;
                    continue;
                }
            };
            let asked = poll.asked.clone();
            let Some(summary) = self.commit(poll).await? else {
                continue;
            };
            // Who listens may have gone; the poll is committed all the same.
            if let Some(polls) = &self.polls {
                drop(polls.send(summary.clone()));
            }
            asked.tell(&Answer::Polled(summary));
        }
    }

    /// Decides on entries that were judged again until that is committed.
    async fn commit_page(&self, page: RulesPage) -> Result<(), StoreError> {
        let RulesPage {
            setup,
            judged,
            reply,
        } = page;
        let judged = Arc::new(judged);
        let mut result = Err(StoreError::Conflict);
        for _ in 0..DECISIONS_MAX {
            result = self.commit_judged(&setup, &judged).await;
            if !matches!(result, Err(StoreError::Conflict)) {
                break;
            }
        }
        if let Err(error) = &result {
            self.full.set(error);
        }
        // Whoever asked may have gone; what is committed stays so.
        match result {
            Err(error) if error.ends_handle() => Err(error),
            result => {
                drop(reply.send(result));
                Ok(())
            }
        }
    }

    async fn commit_judged(
        &self,
        setup: &Arc<Setup>,
        judged: &Arc<Vec<Rejudged>>,
    ) -> Result<RulesTally, StoreError> {
        let keys: Vec<EntryKey> = judged.iter().map(|it| it.entry).collect();
        let known = self.store.load_entries(&keys).await?;
        let (read_at, stamp) = (known.cursor, known.stamp);
        let (setup, judged) = (setup.clone(), judged.clone());
        let deciding = tokio::task::spawn_blocking(move || {
            let plan = &setup.plan;
            let context = RulesContext {
                regions: &plan.regions,
                backlog: plan.backlog,
            };
            dedup::rejudge(&known, &judged, context)
        });
        // The runtime is shutting down, or a bug of ours: nothing was decided.
        let decided = deciding.await.map_err(|_stopped| StoreError::Closed)?;
        if !decided.entries.is_empty() {
            let update = RulesUpdate {
                read_at,
                stamp,
                entries: decided.entries,
                stories: decided.stories,
            };
            self.store.commit_rules(update).await?;
        }
        Ok(decided.tally)
    }

    /// Decides on one poll until it is committed; `None` where another worker has the feed.
    async fn commit(&self, poll: Polled) -> Result<Option<PollSummary>, StoreError> {
        let Some(feed) = poll.setup.plan.feeds.get(&poll.claim.feed).cloned() else {
            return Ok(None);
        };
        let (number, fence) = (poll.claim.feed, poll.claim.fence);
        let id = feed.feed.id.to_string();
        let refused = match self.decide_and_commit(Arc::new(poll), feed).await {
            Ok(summary) => return Ok(Some(summary)),
            Err(refused) => refused,
        };
        match refused.error {
            error if error.ends_handle() => Err(error),
            StoreError::LeaseLost => {
                warn!(
                    feed.id = id,
                    "poll of feed {id} came too late: another worker has the feed"
                );
                Ok(None)
            }
            error => {
                self.full.set(&error);
                if !self.full.is_full() {
                    error!(feed.id = id, error.kind = error.kind(), %error, "poll of feed {id} was not kept and will be repeated: {error}");
                }
                let soonest = self.clock.now().plus(AGAIN_AFTER);
                let due = refused.next_poll.map_or(soonest, |next| next.max(soonest));
                self.store.release(number, fence, Some(due)).await?;
                let error = Some(error.to_string());
                let tally = Tally::default();
                Ok(Some(PollSummary {
                    feed: id,
                    kind: OutcomeKind::Store,
                    error,
                    tally,
                }))
            }
        }
    }

    async fn decide_and_commit(
        &self,
        poll: Arc<Polled>,
        feed: PlannedFeed,
    ) -> Result<PollSummary, Refused> {
        let ask = Arc::new(ask(&poll));
        let feed = Arc::new(feed);
        let mut next_poll = None;
        for _ in 0..DECISIONS_MAX {
            let known = self.store.load_known(&ask).await?;
            let before = known.state.clone();
            let Decision {
                update,
                kind,
                error,
                accounts,
            } = self.decide(known, &poll, &feed, &ask).await?;
            let (state, tally) = (update.state.clone(), update.tally);
            // What a publisher asked for holds, whether the poll is kept or not.
            self.keep_promise(&state);
            next_poll = Some(state.schedule.next_poll);
            let is_watched = self.watcher.is_some() || tracing::enabled!(tracing::Level::DEBUG);
            let entries = if is_watched {
                record::entries(&accounts, &update)
            } else {
                Vec::new()
            };
            match self.store.commit_poll(update).await {
                Ok(_) => {
                    let feed = feed.feed.id.to_string();
                    let summary = PollSummary {
                        feed,
                        kind,
                        error,
                        tally,
                    };
                    log_entries(&summary.feed, &entries);
                    log_poll(&summary, &poll, &before, &state);
                    if let Some(watcher) = &self.watcher {
                        let record = PollRecord::new(summary.clone(), &poll, &state, entries);
                        // Who watched may have gone.
                        drop(watcher.send(record));
                    }
                    return Ok(summary);
                }
                Err(StoreError::Conflict) => {}
                Err(error) => return Err(Refused { error, next_poll }),
            }
        }
        Err(Refused {
            error: StoreError::Conflict,
            next_poll,
        })
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
