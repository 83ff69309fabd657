//! Redirects: which are adopted, and which address is asked.

use std::borrow::Cow;

use url::Url;

use crate::model::feed::ScheduleState;
use crate::model::outcome::{FetchReport, Hop, OutcomeKind};
use crate::model::url::keeps_secrets;
use crate::schedule::policy::{FeedPlan, MOVED_PATIENCE, PollFacts, REDIRECTS_TO_MOVE};

/// Longer targets are followed but not remembered: a state must stay small.
const TARGET_MAX_BYTES: usize = 2_000;

/// The address to ask: where the feed has moved to, else the configured one.
///
/// User and password of the configured address go along where it has only moved on its own host
/// ([`keeps_secrets`]). Configured headers are sent by the same rule: they belong to
/// `plan.url`, so ask [`keeps_secrets`] with it and the address given here.
pub fn request_url<'a>(plan: &FeedPlan<'a>, state: &ScheduleState) -> Cow<'a, Url> {
    match state.moved_to.as_deref().map(Url::parse) {
        Some(Ok(moved)) => Cow::Owned(with_userinfo(moved, plan.url)),
        Some(Err(_)) | None => Cow::Borrowed(plan.url),
    }
}

fn with_userinfo(mut moved: Url, configured: &Url) -> Url {
    if keeps_secrets(configured, &moved) {
        // Both fail only for addresses without a host, which http(s) addresses are not.
        let _ = moved.set_username(configured.username());
        let _ = moved.set_password(configured.password());
    }
    moved
}

/// Remembers where this poll was led, adopts what was confirmed often enough, and leaves an
/// adopted address that has gone bad.
pub(super) fn remember(state: &mut ScheduleState, plan: &FeedPlan<'_>, facts: &PollFacts<'_>) {
    if gave_up_on_move(state, facts) {
        state.moved_to = None;
        state.redirect = None;
        state.gone_since = None;
        return;
    }
    let asked = request_url(plan, state).into_owned();
    match facts
        .report
        .and_then(|report| lasting_target(&asked, report))
    {
        Some(target) if facts.feed_at_target => count(state, plan, target),
        Some(_) | None if facts.was_answered() => state.redirect = None,
        // No answer says nothing about where the feed is.
        Some(_) | None => {}
    }
}

fn gave_up_on_move(state: &ScheduleState, facts: &PollFacts<'_>) -> bool {
    let is_address_at_fault = match facts.kind {
        OutcomeKind::Gone => return state.moved_to.is_some(),
        OutcomeKind::HttpStatus
        | OutcomeKind::Dns
        | OutcomeKind::Connect
        | OutcomeKind::Tls
        | OutcomeKind::Timeout
        | OutcomeKind::Cut
        | OutcomeKind::TooLarge
        | OutcomeKind::Redirect
        | OutcomeKind::Forbidden
        | OutcomeKind::Protocol
        | OutcomeKind::NotAFeed => true,
        OutcomeKind::Ok
        | OutcomeKind::NotModified
        | OutcomeKind::Throttled
        | OutcomeKind::Panic
        | OutcomeKind::Store => false,
    };
    is_address_at_fault && state.moved_to.is_some() && state.n_failures >= MOVED_PATIENCE
}

/// The target a poll reached through permanent redirects only, without its fragment and
/// userinfo. A step from https down to http is followed but never adopted.
fn lasting_target(asked: &Url, report: &FetchReport) -> Option<String> {
    let is_lasting = !report.hops.is_empty() && report.hops.iter().all(Hop::is_permanent);
    let is_downgrade = asked.scheme() == "https" && report.final_url.scheme() != "https";
    let mut target = report.final_url.clone();
    target.set_fragment(None);
    let _ = target.set_username("");
    let _ = target.set_password(None);
    let is_short = target.as_str().len() <= TARGET_MAX_BYTES;
    (is_lasting && !is_downgrade && is_short).then(|| target.into())
}

fn count(state: &mut ScheduleState, plan: &FeedPlan<'_>, target: String) {
    let n_before = match &state.redirect {
        Some((known, n)) if *known == target => *n,
        Some(_) | None => 0,
    };
    let n = n_before.saturating_add(1);
    if n < REDIRECTS_TO_MOVE {
        state.redirect = Some((target, n));
        return;
    }
    state.redirect = None;
    // A publisher who moves back is followed back.
    let is_home = Url::parse(&target).is_ok_and(|url| url == *plan.url);
    state.moved_to = (!is_home).then_some(target);
}
