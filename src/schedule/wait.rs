//! How long to wait: ordinary pace, back-off, jitter.

use std::time::Duration;

use rand::Rng;

use crate::model::outcome::{Freshness, PollReason};
use crate::model::parsed::PublisherPace;
use crate::schedule::policy::{FeedPlan, OWN_FLOOR, Policy, WAIT_MAX};

/// A wait and its reason.
pub(super) type Wait = (Duration, PollReason);

/// Least wait between two polls of the feed.
pub(super) fn floor(policy: &Policy, plan: &FeedPlan<'_>) -> Duration {
    if plan.own {
        OWN_FLOOR
    } else {
        policy.min_interval.clamp(OWN_FLOOR, WAIT_MAX)
    }
}

/// The wait after a poll that ended well: the interval, or longer where the publisher says that
/// nothing new is to be had before.
pub(super) fn ordinary(
    policy: &Policy,
    plan: &FeedPlan<'_>,
    pace: &PublisherPace,
    freshness: Option<&Freshness>,
    jitter: &mut dyn Rng,
) -> Wait {
    let floor = floor(policy, plan);
    let interval = plan.interval.unwrap_or(policy.interval);
    let wait = ten_percent_around(interval.clamp(floor, WAIT_MAX), jitter).clamp(floor, WAIT_MAX);
    if plan.interval.is_some() {
        return (wait, PollReason::Interval);
    }
    let longest = policy.freshness_max.min(WAIT_MAX);
    publisher_waits(pace, freshness)
        .map(|(asked, reason)| (asked.min(longest), reason))
        .fold((wait, PollReason::Interval), |best, asked| {
            if asked.0 > best.0 { asked } else { best }
        })
}

/// What the publisher says of how long nothing changes.
fn publisher_waits(
    pace: &PublisherPace,
    freshness: Option<&Freshness>,
) -> impl Iterator<Item = Wait> {
    let fresh = freshness.and_then(|freshness| freshness.fresh_for);
    let ttl = pace.ttl_minutes.map(|n| Duration::from_mins(n.into()));
    let period = pace.update_period_s.map(|n| Duration::from_secs(n.into()));
    [
        (fresh, PollReason::Fresh),
        (ttl, PollReason::Ttl),
        (period, PollReason::UpdatePeriod),
    ]
    .into_iter()
    .filter_map(|(asked, reason)| asked.map(|asked| (asked, reason)))
}

/// Longest wait after `n_failures` failures in a row: doubles with each, never shrinks, and
/// stays under [`Policy::backoff_max`] (or the floor, where that is higher).
pub fn backoff_ceiling(policy: &Policy, plan: &FeedPlan<'_>, n_failures: u32) -> Duration {
    let doublings = n_failures.saturating_sub(1).min(31);
    policy
        .backoff_base
        .saturating_mul(1 << doublings)
        .min(policy.backoff_max)
        .clamp(floor(policy, plan), WAIT_MAX)
}

/// The wait after a failure: full jitter, so that feeds that failed together do not come back
/// together.
pub(super) fn backoff(
    policy: &Policy,
    plan: &FeedPlan<'_>,
    n_failures: u32,
    jitter: &mut dyn Rng,
) -> Wait {
    let ceiling = backoff_ceiling(policy, plan, n_failures);
    let wait = up_to(ceiling, jitter).max(floor(policy, plan));
    (wait, PollReason::Backoff)
}

/// A random duration from nothing to `span`, in whole milliseconds.
pub(super) fn up_to(span: Duration, jitter: &mut dyn Rng) -> Duration {
    let millis = u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
    // The high half of the product is below `millis + 1` and cannot overflow.
    let share = (u128::from(jitter.next_u64()) * (u128::from(millis) + 1)) >> 64;
    Duration::from_millis(u64::try_from(share).unwrap_or(millis))
}

/// `interval` give or take a tenth, so that feeds added together do not march in step for ever.
fn ten_percent_around(interval: Duration, jitter: &mut dyn Rng) -> Duration {
    let tenth = interval / 10;
    interval
        .saturating_sub(tenth)
        .saturating_add(up_to(tenth.saturating_mul(2), jitter))
}
