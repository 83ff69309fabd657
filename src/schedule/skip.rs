//! `skipHours` and `skipDays`: when the publisher would rather not be asked (RSS 2.0).

use std::time::Duration;

use rand::Rng;

use crate::model::parsed::PublisherPace;
use crate::model::time::Timestamp;
use crate::schedule::policy::{SKIP_MAX, SKIP_SPREAD};
use crate::schedule::wait::up_to;

const HOUR_MS: i64 = 3_600_000;

/// The first moment from `at` on that is not skipped, spread a little inside its hour; `None`
/// where `at` may stay, or where no moment within [`SKIP_MAX`] is left: a publisher who never
/// wants to be asked would not publish.
pub(super) fn moved_out(
    at: Timestamp,
    pace: &PublisherPace,
    jitter: &mut dyn Rng,
) -> Option<Timestamp> {
    if !is_skipped(at, pace) {
        return None;
    }
    let this_hour = at.as_millis().div_euclid(HOUR_MS);
    let n_hours = i64::try_from(SKIP_MAX.as_secs() / 3600).unwrap_or(0);
    (1..=n_hours)
        .map(|n| Timestamp::from_millis(this_hour.saturating_add(n).saturating_mul(HOUR_MS)))
        .find(|hour| !is_skipped(*hour, pace))
        .map(|hour| hour.plus(up_to(SKIP_SPREAD, jitter)))
}

/// Hours and days as the state keeps them: sorted, each once, only real ones.
pub(super) fn tidy(pace: &PublisherPace) -> PublisherPace {
    PublisherPace {
        skip_hours: real_ones(&pace.skip_hours, 24),
        skip_days: real_ones(&pace.skip_days, 7),
        ..pace.clone()
    }
}

fn real_ones(given: &[u8], limit: u8) -> Vec<u8> {
    (0..limit).filter(|n| given.contains(n)).collect()
}

fn is_skipped(at: Timestamp, pace: &PublisherPace) -> bool {
    let hour = at.as_millis().div_euclid(HOUR_MS);
    let day = hour.div_euclid(24);
    // 1970-01-01 was a Thursday: day 3 where Monday is 0.
    let weekday = day.saturating_add(3).rem_euclid(7);
    let names = |list: &[u8], value: i64| list.iter().any(|n| i64::from(*n) == value);
    names(&pace.skip_hours, hour.rem_euclid(24)) || names(&pace.skip_days, weekday)
}

const _: () = assert!(
    SKIP_SPREAD.as_secs() < Duration::from_hours(1).as_secs(),
    "the spread stays inside the hour"
);
