//! The whole decision on one poll: what is committed of it, entries and feed state together.
//!
//! Pure but for the jitter of the schedule, which is an argument.

use rand::rngs::StdRng;

use crate::dedup::{self, Context};
use crate::engine::committer::Polled;
use crate::engine::kept;
use crate::engine::plan::PlannedFeed;
use crate::engine::prepare::Prepared;
use crate::model::entry::PreparedFeed;
use crate::model::feed::{Conditional, FeedState, LastPoll};
use crate::model::fingerprint::IdentityKey;
use crate::model::known::{Ask, Durability, FeedUpdate, Known};
use crate::model::outcome::{FetchOutcome, OutcomeKind};
use crate::model::tally::{Account, Tally};
use crate::parse;
use crate::schedule::{self, FeedPlan, PollFacts};

/// A decision with what the log line needs.
pub(super) struct Decision {
    /// What is committed.
    pub(super) update: FeedUpdate,
    /// How the poll ended.
    pub(super) kind: OutcomeKind,
    /// What went wrong, for a person.
    pub(super) error: Option<String>,
    /// What became of each entry that was decided on.
    pub(super) accounts: Vec<Account>,
}

/// Everything the document's entries could be known by.
pub(super) fn ask(poll: &Polled) -> Ask {
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
pub(super) fn decide(
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
        known.now,
        rng,
    );
    state.schedule.lies |= caught_lying(poll, &known.state.conditional);
    state.conditional = conditional(poll, &known.state.conditional, kind, error.as_ref());
    let mut decided_entries = Vec::new();
    let mut decided_stories = Vec::new();
    let mut tally = Tally::default();
    let mut accounts = Vec::new();
    if let Some((_, Prepared::Read(read))) = &poll.body {
        let classifier = &poll.setup.plan.classifier;
        let decided = dedup::decide(
            known,
            &read.prepared,
            &Context {
                feed: poll.claim.feed,
                tier: feed.feed.tier,
                scope: feed.feed.dedup,
                apart: &poll.setup.plan.apart,
                regions: &poll.setup.plan.regions,
                rules: kept::rules_hash(&feed.feed, classifier),
                backlog: poll.setup.plan.backlog,
                shown: &|index| read.shown(index),
            },
        );
        state.memory = decided.memory;
        if read.prepared.title.is_some() {
            state.title.clone_from(&read.prepared.title);
        }
        tally = decided.tally;
        accounts = decided.accounts;
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
        accounts,
    }
}

pub(super) fn document(poll: &Polled) -> Option<&PreparedFeed> {
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
        at: Some(known.now),
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
pub(super) fn panicked(known: &Known, poll: &Polled, ask: &Ask, what: &str) -> Decision {
    let mut state = known.state.clone();
    let error = Some(format!(
        "deciding on it panicked ({what}): please report this"
    ));
    state.schedule.n_failures += 1;
    state.schedule.next_poll = known.now.plus(poll.setup.plan.policy.backoff_max);
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
        accounts: Vec::new(),
    }
}
