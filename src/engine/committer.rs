//! The one place that decides: one poll at a time, on what is known after the poll before.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rand::rngs::StdRng;
use tokio::sync::{mpsc, oneshot};
use tracing::{debug, error, info, warn};
use url::Url;

use crate::clock::Clock;
use crate::dedup::{self, Context};
use crate::engine::hosts::HostBook;
use crate::engine::plan::{PlannedFeed, Setup};
use crate::engine::prepare::{Prepared, panic_message};
use crate::model::entry::PreparedFeed;
use crate::model::feed::{Conditional, FeedState, LastPoll};
use crate::model::fingerprint::IdentityKey;
use crate::model::known::{Ask, Claim, Durability, FeedUpdate, Known};
use crate::model::outcome::{FetchOutcome, FetchReport, OutcomeKind};
use crate::model::tally::Tally;
use crate::parse;
use crate::schedule::{self, FeedPlan, PollFacts};
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

/// A decision with what the log line needs.
struct Decision {
    update: FeedUpdate,
    kind: OutcomeKind,
    error: Option<String>,
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

/// Everything the document's entries could be known by.
fn ask(poll: &Polled) -> Ask {
    let mut ask = Ask {
        feed: poll.claim.feed,
        keys: Vec::new(),
        urls: Vec::new(),
    };
    if let Some((_, Prepared::Read(document))) = &poll.body {
        for entry in &document.prepared.entries {
            ask.keys.extend(entry.identity.all());
            ask.keys
                .extend([entry.story_id, entry.story_id_dated].map(IdentityKey::from));
            ask.urls.extend(entry.url_key);
        }
    }
    ask
}

/// The whole decision on one poll; pure but for the jitter.
fn decide(
    known: &Known,
    poll: &Polled,
    feed: &PlannedFeed,
    ask: &Ask,
    rng: &mut StdRng,
) -> Decision {
    let (kind, error) = outcome(poll);
    let mut state = known.state.clone();
    let pace = document(poll).map(|document| &document.pace);
    state.schedule = schedule::after_poll(
        &poll.setup.plan.policy,
        &FeedPlan {
            interval: feed.feed.interval,
            own: feed.feed.allow_private,
            url: &feed.feed.url,
        },
        &known.state.schedule,
        &PollFacts {
            kind,
            report: Some(&poll.report),
            pace,
            feed_at_target: kind.is_success(),
        },
        known.stamp,
        rng,
    );
    state.schedule.lies |= caught_lying(poll, &known.state.conditional);
    state.conditional = conditional(poll, &known.state.conditional, kind, error.as_ref());
    let mut decided_entries = Vec::new();
    let mut decided_stories = Vec::new();
    let mut tally = Tally::default();
    if let Some((_, Prepared::Read(read))) = &poll.body {
        let decided = dedup::decide(
            known,
            &read.prepared,
            &Context {
                feed: poll.claim.feed,
                tier: feed.feed.tier,
                scope: feed.feed.dedup,
                apart: &poll.setup.plan.apart,
                regions: &poll.setup.plan.regions,
                rules: poll.setup.plan.classifier.rules_hash(),
                backlog: poll.setup.plan.backlog,
                shown: &|index| read.shown(index),
            },
        );
        state.memory = decided.memory;
        tally = decided.tally;
        decided_entries = decided.entries;
        decided_stories = decided.stories;
    } else if kind.is_success() {
        state.memory.body_confirmed = Some(known.stamp);
    }
    state.last = last_poll(known, kind, error.clone(), tally);
    let durability = durability(poll, kind, &known.state, &state);
    let update = FeedUpdate {
        feed: poll.claim.feed,
        fence: poll.claim.fence,
        read_at: known.cursor,
        ask: ask.clone(),
        stamp: known.stamp,
        state,
        entries: decided_entries,
        stories: decided_stories,
        tally,
        durability,
    };
    Decision {
        update,
        kind,
        error,
    }
}

fn document(poll: &Polled) -> Option<&PreparedFeed> {
    match &poll.body {
        Some((_, Prepared::Read(document))) => Some(&document.prepared),
        _ => None,
    }
}

/// How the poll ended, over fetching and reading.
fn outcome(poll: &Polled) -> (OutcomeKind, Option<String>) {
    let status = poll
        .report
        .status
        .map_or_else(String::new, |status| format!("status {status}"));
    match (&poll.report.outcome, &poll.body) {
        (FetchOutcome::Modified(_), Some((_, Prepared::Read(_)))) => (OutcomeKind::Ok, None),
        (FetchOutcome::Modified(_), Some((_, Prepared::SameBody)))
        | (FetchOutcome::NotModified, _) => (OutcomeKind::NotModified, None),
        (FetchOutcome::Modified(_), Some((_, Prepared::Unreadable(why)))) => {
            (OutcomeKind::NotAFeed, Some(why.clone()))
        }
        (FetchOutcome::Modified(_), Some((_, Prepared::Panicked(what)))) => (
            OutcomeKind::Panic,
            Some(format!("reading it panicked ({what}): please report this")),
        ),
        (FetchOutcome::Modified(_), None) => (
            OutcomeKind::Panic,
            Some("the body was never prepared".to_owned()),
        ),
        (FetchOutcome::Gone, _) => (OutcomeKind::Gone, Some("410 Gone".to_owned())),
        (FetchOutcome::Throttled, _) => (
            OutcomeKind::Throttled,
            Some(format!("{status}: it asks us to come back later")),
        ),
        (FetchOutcome::Failed(failure), _) => (failure.kind, Some(failure.detail.clone())),
    }
}

/// What the next request sends. A body that was not read leaves no validators, so that a 304
/// can never stand for entries that are not in the store.
fn conditional(
    poll: &Polled,
    before: &Conditional,
    kind: OutcomeKind,
    error: Option<&String>,
) -> Conditional {
    let FetchOutcome::Modified(body) = &poll.report.outcome else {
        return before.clone();
    };
    let Some((hash, _)) = &poll.body else {
        return before.clone();
    };
    if document(poll).is_some_and(PreparedFeed::is_truncated) {
        // The entry in which it broke off is still to come, perhaps in the very same bytes.
        return Conditional {
            url: poll.url.to_string(),
            ..Conditional::default()
        };
    }
    let validators = Some(body.validators.clone()).filter(|validators| !validators.is_empty());
    Conditional {
        url: poll.url.to_string(),
        validators: validators.filter(|_| kind.is_success()),
        body: (kind != OutcomeKind::Panic).then_some((*hash, parse::VERSION)),
        unreadable: error.filter(|_| kind == OutcomeKind::NotAFeed).cloned(),
    }
}

/// Asked without validators, the server sent another body under the validators we have: its
/// 304s cannot be believed.
fn caught_lying(poll: &Polled, before: &Conditional) -> bool {
    let FetchOutcome::Modified(body) = &poll.report.outcome else {
        return false;
    };
    let (Some((hash, _)), Some((old_hash, _)), Some(validators)) =
        (&poll.body, &before.body, &before.validators)
    else {
        return false;
    };
    !poll.was_conditional
        && before.url == poll.url.as_str()
        && hash != old_hash
        && *validators == body.validators
}

fn last_poll(known: &Known, kind: OutcomeKind, error: Option<String>, tally: Tally) -> LastPoll {
    let mut total = known.state.last.total;
    total += tally;
    LastPoll {
        at: Some(known.stamp),
        outcome: Some(kind),
        error,
        tally,
        total,
        n_polls: known.state.last.n_polls + 1,
    }
}

/// Entries and promises to a publisher must survive a crash; that a feed had nothing new need
/// not.
fn durability(
    poll: &Polled,
    kind: OutcomeKind,
    before: &FeedState,
    after: &FeedState,
) -> Durability {
    let promise = poll.report.freshness.retry_after.is_some()
        || matches!(kind, OutcomeKind::Throttled | OutcomeKind::Gone)
        || before.schedule.redirect != after.schedule.redirect
        || before.schedule.moved_to != after.schedule.moved_to;
    if promise || before.conditional != after.conditional {
        Durability::Durable
    } else {
        Durability::Deferred
    }
}

/// The outcome of a poll whose decision panicked: nothing changes but that it failed.
fn panicked(known: &Known, poll: &Polled, ask: &Ask, what: &str) -> Decision {
    let mut state = known.state.clone();
    let error = Some(format!(
        "deciding on it panicked ({what}): please report this"
    ));
    state.schedule.n_failures += 1;
    state.schedule.next_poll = known.stamp.plus(poll.setup.plan.policy.backoff_max);
    state.last = last_poll(known, OutcomeKind::Panic, error.clone(), Tally::default());
    let update = FeedUpdate {
        feed: poll.claim.feed,
        fence: poll.claim.fence,
        read_at: known.cursor,
        ask: ask.clone(),
        stamp: known.stamp,
        state,
        entries: Vec::new(),
        stories: Vec::new(),
        tally: Tally::default(),
        durability: Durability::Deferred,
    };
    Decision {
        update,
        kind: OutcomeKind::Panic,
        error,
    }
}

/// What kinds of things were wrong with the document and lived with.
fn defects(poll: &Polled) -> Vec<&'static str> {
    let defects = document(poll).map_or(&[][..], |document| &document.defects);
    let kinds: BTreeSet<&str> = defects.iter().map(|defect| defect.kind).collect();
    kinds.into_iter().collect()
}

/// The one line a poll leaves, and a warning where a feed falls ill or gets well.
fn log_poll(summary: &PollSummary, poll: &Polled, before: &FeedState, after: &FeedState) {
    let report = &poll.report;
    let defects = defects(poll);
    let PollSummary {
        feed,
        kind,
        error,
        tally,
    } = summary;
    if !tally.balances() {
        error!(
            feed.id = feed,
            ?tally,
            "accounting of feed {feed} does not balance: an entry was lost; please report this"
        );
    }
    if defects.contains(&"entries-lost") {
        error!(
            feed.id = feed,
            "the parser lost entries of feed {feed}; please report this with the feed's address"
        );
    }
    let detail = match error {
        Some(error) => error.clone(),
        None => format!(
            "{} new, {} updated, {} announced",
            tally.new + tally.same_story,
            tally.updated,
            tally.announced
        ),
    };
    info!(
        feed.id = feed,
        outcome = kind.name(),
        http.status = report.status,
        duration_ms = u64::try_from(report.elapsed.as_millis()).unwrap_or(u64::MAX),
        received = tally.received,
        new = tally.new,
        updated = tally.updated,
        unchanged = tally.unchanged,
        same_story = tally.same_story,
        rejected = tally.rejected,
        over_limit = tally.over_limit,
        announced = tally.announced,
        silent = tally.silent,
        filtered = tally.filtered,
        backlog = tally.backlog,
        defects = defects.join(","),
        next = %after.schedule.next_poll,
        reason = after.schedule.reason.name(),
        "polled feed {feed}: {}: {detail}",
        kind.name(),
    );
    match (before.schedule.n_failures, after.schedule.n_failures) {
        (0, 1..) => warn!(
            feed.id = feed,
            error.kind = kind.name(),
            "feed {feed} is failing: {detail}"
        ),
        (1.., 0) => info!(feed.id = feed, "feed {feed} is well again"),
        (n, _) => debug!(
            feed.id = feed,
            failures = n,
            "feed {feed} unchanged in health"
        ),
    }
}
