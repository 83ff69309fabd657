//! Retry-After, host pauses, back-off, 410.

use std::time::Duration;

use crate::model::feed::ScheduleState;
use crate::model::outcome::{OutcomeKind, PollReason};
use crate::model::time::Timestamp;
use crate::schedule::tests::poll::{Poll, failed, hours, minutes, noon, ok, url};
use crate::schedule::{HOST_PAUSE_DEFAULT, NEVER, RETRY_AFTER_MAX};

#[test]
fn retry_after_is_kept_on_any_status_up_to_a_week() {
    for kind in [
        OutcomeKind::Ok,
        OutcomeKind::NotModified,
        OutcomeKind::Throttled,
        OutcomeKind::HttpStatus,
        OutcomeKind::NotAFeed,
        OutcomeKind::Redirect,
    ] {
        let asked = |wait| {
            Poll::ended(kind).with(|poll| {
                poll.report.freshness.retry_after = Some(poll.now.plus(wait));
                poll.interval = Some(minutes(30));
            })
        };
        asked(hours(50)).check(hours(50), PollReason::RetryAfter);
        asked(hours(9000)).check(RETRY_AFTER_MAX, PollReason::RetryAfter);
    }
}

#[test]
fn retry_after_in_the_past_is_ignored() {
    ok(|poll| poll.report.freshness.retry_after = Some(poll.now.minus(hours(1))))
        .check(minutes(30), PollReason::Interval);
}

#[test]
fn throttling_pauses_the_host_that_was_asked_for_an_hour_at_most() {
    let pause = |wait: Option<Duration>| {
        Poll::ended(OutcomeKind::Throttled)
            .with(|poll| {
                poll.report.freshness.retry_after = wait.map(|wait| poll.now.plus(wait));
                poll.report.final_url = url("https://cdn.example/rss");
            })
            .after()
            .host_pause
    };
    let expected = |wait| Some(("mfa.example".to_owned(), noon().plus(wait)));
    assert_eq!(pause(Some(minutes(20))), expected(minutes(20)));
    assert_eq!(pause(Some(hours(100))), expected(hours(1)));
    assert_eq!(pause(None), expected(HOST_PAUSE_DEFAULT));
}

#[test]
fn a_host_pause_outlasts_failures_but_not_success_nor_its_end() {
    let pause = |kind, until: Timestamp| {
        Poll::ended(kind)
            .with(|poll| poll.before.host_pause = Some(("mfa.example".to_owned(), until)))
            .after()
            .host_pause
            .map(|(_, until)| until)
    };
    let later = noon().plus(minutes(9));
    assert_eq!(pause(OutcomeKind::Timeout, later), Some(later));
    assert_eq!(pause(OutcomeKind::Timeout, noon()), None);
    assert_eq!(pause(OutcomeKind::Ok, later), None);
}

#[test]
fn failures_back_off_with_full_jitter_and_are_never_given_up() {
    let longest = |n_before| failed(n_before, |poll| poll.dice = u64::MAX);
    longest(0).check(minutes(5), PollReason::Backoff);
    longest(1).check(minutes(10), PollReason::Backoff);
    longest(4).check(minutes(80), PollReason::Backoff);
    longest(8).check(hours(1280 / 60) + minutes(20), PollReason::Backoff);
    longest(9).check(hours(24), PollReason::Backoff);
    longest(u32::MAX).check(hours(24), PollReason::Backoff);
    failed(4, |_| ()).check(minutes(40), PollReason::Backoff);
    failed(4, |poll| poll.dice = 0).check(minutes(5), PollReason::Backoff);
}

#[test]
fn success_clears_failures_and_a_store_failure_is_not_the_feeds() {
    let ill = |poll: &mut Poll| {
        poll.before.n_failures = 7;
        poll.before.failing_since = Some(noon().minus(hours(9)));
    };
    let well = ok(ill).after();
    assert_eq!((well.n_failures, well.failing_since), (0, None));
    assert_eq!(well.last_success, Some(noon()));
    let worse = Poll::ended(OutcomeKind::Tls).with(ill).after();
    assert_eq!(worse.n_failures, 8);
    assert_eq!(worse.failing_since, Some(noon().minus(hours(9))));
    let first = Poll::ended(OutcomeKind::Tls).after();
    assert_eq!((first.n_failures, first.failing_since), (1, Some(noon())));
    assert_eq!(
        Poll::ended(OutcomeKind::Store).with(ill).after().n_failures,
        7
    );
}

#[test]
fn gone_is_asked_daily_and_believed_after_three_days() {
    let gone_since = |age: Duration, n_failures| {
        Poll::ended(OutcomeKind::Gone).with(|poll| {
            poll.before.gone_since = Some(noon().minus(age));
            poll.before.n_failures = n_failures;
        })
    };
    Poll::ended(OutcomeKind::Gone).check(hours(24), PollReason::Gone);
    gone_since(hours(71), 3).check(hours(24), PollReason::Gone);
    // A clock that leaps does not stop a feed after two answers.
    gone_since(hours(9000), 1).check(hours(24), PollReason::Gone);
    let stopped = gone_since(hours(72), 3).after();
    assert_eq!(
        (stopped.next_poll, stopped.reason),
        (NEVER, PollReason::Stopped)
    );
    assert!(stopped.stopped);
}

#[test]
fn only_an_answer_ends_gone() {
    let after = |kind| {
        let state = Poll::ended(kind)
            .with(|poll| {
                poll.before.gone_since = Some(noon().minus(hours(90)));
                poll.before.stopped = true;
            })
            .after();
        (state.stopped, state.gone_since.is_some())
    };
    assert_eq!(after(OutcomeKind::Ok), (false, false));
    assert_eq!(after(OutcomeKind::HttpStatus), (false, false));
    assert_eq!(after(OutcomeKind::Dns), (true, true));
}

/// The states after each of `n` polls that all end alike, each made when the last one asked for it.
fn lived_through(kind: OutcomeKind, n: usize) -> Vec<ScheduleState> {
    let first = Poll::ended(kind).after();
    std::iter::successors(Some(first), |before| {
        let next = Poll::ended(kind).with(|poll| {
            poll.now = before.next_poll;
            poll.before = before.clone();
        });
        (!before.stopped).then(|| next.after())
    })
    .take(n)
    .collect()
}

#[test]
fn a_feed_that_is_gone_is_asked_four_times_in_three_days() {
    let states = lived_through(OutcomeKind::Gone, 99);
    assert_eq!(states.len(), 4);
    assert!(states.last().is_some_and(|state| state.stopped));
}

#[test]
fn a_feed_that_is_down_for_a_year_is_asked_every_day() {
    let states = lived_through(OutcomeKind::Connect, 800);
    assert_eq!(states.len(), 800);
    let is_daily = |pair: &[ScheduleState]| pair[1].next_poll.since(pair[0].next_poll) <= hours(24);
    assert!(states.windows(2).all(is_daily));
    assert!(states[799].next_poll.since(noon()) > hours(365 * 24));
    assert_eq!(states[799].failing_since, Some(noon()));
}
