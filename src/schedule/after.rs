//! The one policy function.

use rand::Rng;

use crate::model::feed::ScheduleState;
use crate::model::outcome::{OutcomeKind, PollReason};
use crate::model::time::Timestamp;
use crate::schedule::policy::{
    FeedPlan, GONE_INTERVAL, GONE_MAX, GONE_POLLS, HOST_PAUSE_DEFAULT, NEVER, Policy, PollFacts,
    RETRY_AFTER_MAX, VERIFY_LEAST, VERIFY_SPREAD,
};
use crate::schedule::redirect;
use crate::schedule::skip;
use crate::schedule::wait::{Wait, backoff, floor, ordinary, up_to};

/// What is remembered of a feed's pace after a poll: the next one and its reason, failures,
/// redirects, 410, the pause of its host.
///
/// `lies` is kept as it is: whether validators are believed is decided by whoever compares
/// bodies. Total: any policy, state and report give a state whose `next_poll` lies between the
/// floor and [`LATEST`](crate::schedule::LATEST) after `now`, or is [`NEVER`] with
/// [`PollReason::Stopped`].
pub fn after_poll(
    policy: &Policy,
    plan: &FeedPlan<'_>,
    before: &ScheduleState,
    facts: &PollFacts<'_>,
    now: Timestamp,
    jitter: &mut dyn Rng,
) -> ScheduleState {
    let mut state = before.clone();
    if let Some(pace) = facts.pace {
        state.pace = skip::tidy(pace);
    }
    state.host_pause = host_pause(policy, plan, before, facts, now);
    count_failures(&mut state, facts.kind, now);
    remember_gone(&mut state, facts, now);
    redirect::remember(&mut state, plan, facts);
    state.verify_at = verify_at(before, facts.kind, now, jitter);
    (state.next_poll, state.reason) = next_poll(policy, plan, &state, facts, now, jitter);
    state
}

/// Whether the next request may be conditional: not where the feed was caught lying, and not
/// when its validators are due to be checked.
pub fn wants_validators(state: &ScheduleState, now: Timestamp) -> bool {
    !state.lies && !is_verify_due(state.verify_at, now)
}

/// A check that lies further ahead than any is ever set was written by a clock that was wrong.
fn is_verify_due(verify_at: Option<Timestamp>, now: Timestamp) -> bool {
    let latest = now.plus(VERIFY_LEAST + VERIFY_SPREAD);
    verify_at.is_some_and(|at| at <= now || at > latest)
}

fn verify_at(
    before: &ScheduleState,
    kind: OutcomeKind,
    now: Timestamp,
    jitter: &mut dyn Rng,
) -> Option<Timestamp> {
    let is_checked = before.verify_at.is_none() || is_verify_due(before.verify_at, now);
    if kind.is_success() && is_checked {
        Some(now.plus(VERIFY_LEAST + up_to(VERIFY_SPREAD, jitter)))
    } else {
        before.verify_at
    }
}

fn count_failures(state: &mut ScheduleState, kind: OutcomeKind, now: Timestamp) {
    if kind.is_success() {
        state.n_failures = 0;
        state.failing_since = None;
        state.last_success = Some(now);
    } else if kind != OutcomeKind::Store {
        // A store that did not take the poll is no failure of the feed.
        state.n_failures = state.n_failures.saturating_add(1);
        state.failing_since = state.failing_since.or(Some(now));
    }
}

/// 410 is believed when it lasts. Silence in between says nothing about it; any other answer
/// ends it.
fn remember_gone(state: &mut ScheduleState, facts: &PollFacts<'_>, now: Timestamp) {
    if facts.kind == OutcomeKind::Gone {
        let since = *state.gone_since.get_or_insert(now);
        let has_lasted = now.since(since) >= GONE_MAX && state.n_failures >= GONE_POLLS;
        // An adopted address that is gone only sends us back to the configured one.
        state.stopped |= has_lasted && state.moved_to.is_none();
    } else if facts.kind.is_success() || facts.was_answered() {
        state.gone_since = None;
        state.stopped = false;
    }
}

/// 429 and 503 pause the host that was asked, not the one a redirect led to: it is the one our
/// requests are counted by.
fn host_pause(
    policy: &Policy,
    plan: &FeedPlan<'_>,
    before: &ScheduleState,
    facts: &PollFacts<'_>,
    now: Timestamp,
) -> Option<(String, Timestamp)> {
    if facts.kind == OutcomeKind::Throttled {
        let asked = retry_after(facts, now).unwrap_or_else(|| now.plus(HOST_PAUSE_DEFAULT));
        let until = asked.min(now.plus(policy.host_pause_max));
        let url = redirect::request_url(plan, before);
        return url.host_str().map(|host| (host.to_owned(), until));
    }
    let still_holds = !facts.kind.is_success();
    before
        .host_pause
        .clone()
        .filter(|(_, until)| still_holds && *until > now)
}

/// The moment asked for by `Retry-After`, at most [`RETRY_AFTER_MAX`] ahead; any status.
fn retry_after(facts: &PollFacts<'_>, now: Timestamp) -> Option<Timestamp> {
    let asked = facts.report?.freshness.retry_after?;
    (asked > now).then(|| asked.min(now.plus(RETRY_AFTER_MAX)))
}

fn next_poll(
    policy: &Policy,
    plan: &FeedPlan<'_>,
    state: &ScheduleState,
    facts: &PollFacts<'_>,
    now: Timestamp,
    jitter: &mut dyn Rng,
) -> (Timestamp, PollReason) {
    if state.stopped {
        return (NEVER, PollReason::Stopped);
    }
    let (wait, reason) = own_wait(policy, plan, state, facts, jitter);
    let due = (now.plus(wait), reason);
    let due = match retry_after(facts, now) {
        Some(asked) if asked > due.0 => (asked, PollReason::RetryAfter),
        Some(_) | None => due,
    };
    match skip::moved_out(due.0, &state.pace, jitter) {
        Some(later) => (later, PollReason::Skip),
        None => due,
    }
}

/// The wait before `Retry-After` and skipped hours are looked at.
fn own_wait(
    policy: &Policy,
    plan: &FeedPlan<'_>,
    state: &ScheduleState,
    facts: &PollFacts<'_>,
    jitter: &mut dyn Rng,
) -> Wait {
    match facts.kind {
        OutcomeKind::Ok | OutcomeKind::NotModified => {
            let freshness = facts.report.map(|report| &report.freshness);
            ordinary(policy, plan, &state.pace, freshness, jitter)
        }
        OutcomeKind::Gone if state.gone_since.is_some() => {
            (GONE_INTERVAL.max(floor(policy, plan)), PollReason::Gone)
        }
        OutcomeKind::Gone
        | OutcomeKind::Throttled
        | OutcomeKind::HttpStatus
        | OutcomeKind::Dns
        | OutcomeKind::Connect
        | OutcomeKind::Tls
        | OutcomeKind::Timeout
        | OutcomeKind::Cut
        | OutcomeKind::TooLarge
        | OutcomeKind::Redirect
        | OutcomeKind::Forbidden
        | OutcomeKind::Protocol
        | OutcomeKind::NotAFeed
        | OutcomeKind::Panic
        | OutcomeKind::Store => backoff(policy, plan, state.n_failures, jitter),
    }
}
