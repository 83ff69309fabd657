//! The ordinary pace: interval, freshness, the document, the start.

use std::time::Duration;

use crate::model::feed::ScheduleState;
use crate::model::outcome::{OutcomeKind, PollReason};
use crate::model::parsed::PublisherPace;
use crate::schedule::tests::poll::{Poll, at, failed, hours, minutes, noon, ok};
use crate::schedule::{
    OWN_FLOOR, VERIFY_LEAST, VERIFY_SPREAD, WAIT_MAX, startup_spread, wants_validators,
};

#[test]
fn the_interval_is_jittered_by_a_tenth_and_floored() {
    ok(|_| ()).check(minutes(30), PollReason::Interval);
    ok(|poll| poll.dice = 0).check(minutes(27), PollReason::Interval);
    ok(|poll| poll.dice = u64::MAX).check(minutes(33), PollReason::Interval);
    ok(|poll| poll.interval = Some(minutes(120))).check(minutes(120), PollReason::Interval);
    ok(|poll| poll.interval = Some(minutes(1))).check(minutes(5), PollReason::Interval);
    ok(|poll| {
        poll.interval = Some(minutes(1));
        poll.own = true;
    })
    .check(minutes(1), PollReason::Interval);
    ok(|poll| {
        poll.interval = Some(Duration::ZERO);
        poll.own = true;
    })
    .check(OWN_FLOOR, PollReason::Interval);
    ok(|poll| poll.interval = Some(Duration::MAX)).check(WAIT_MAX, PollReason::Interval);
}

#[test]
fn freshness_lengthens_the_wait_up_to_a_day() {
    let fresh =
        |fresh_for| move |poll: &mut Poll| poll.report.freshness.fresh_for = Some(fresh_for);
    ok(fresh(hours(2))).check(hours(2), PollReason::Fresh);
    ok(fresh(hours(2000))).check(hours(24), PollReason::Fresh);
    ok(fresh(minutes(10))).check(minutes(30), PollReason::Interval);
    Poll::ended(OutcomeKind::NotModified)
        .with(fresh(hours(3)))
        .check(hours(3), PollReason::Fresh);
    ok(fresh(hours(2)))
        .with(|poll| poll.interval = Some(minutes(30)))
        .check(minutes(30), PollReason::Interval);
    failed(0, fresh(hours(2)))
        .with(|poll| poll.dice = u64::MAX)
        .check(minutes(5), PollReason::Backoff);
}

#[test]
fn the_documents_own_pace_counts_and_is_remembered() {
    let pace = |ttl, period| PublisherPace {
        ttl_minutes: ttl,
        update_period_s: period,
        ..PublisherPace::default()
    };
    ok(|poll| poll.pace = Some(pace(Some(60), None))).check(hours(1), PollReason::Ttl);
    ok(|poll| poll.pace = Some(pace(None, Some(7200)))).check(hours(2), PollReason::UpdatePeriod);
    ok(|poll| poll.pace = Some(pace(Some(180), Some(7200)))).check(hours(3), PollReason::Ttl);
    ok(|poll| poll.pace = Some(pace(None, Some(u32::MAX))))
        .check(hours(24), PollReason::UpdatePeriod);
    // A 304 has no document: the pace of the last one holds.
    Poll::ended(OutcomeKind::NotModified)
        .with(|poll| poll.before.pace = pace(Some(60), None))
        .check(hours(1), PollReason::Ttl);
    // A new document that asks for nothing ends it.
    ok(|poll| {
        poll.before.pace = pace(Some(60), None);
        poll.pace = Some(pace(None, None));
    })
    .check(minutes(30), PollReason::Interval);
}

#[test]
fn skipped_hours_and_days_move_to_the_first_allowed_hour() {
    let skip = |hours: &[u8], days: &[u8]| {
        let pace = PublisherPace {
            skip_hours: hours.to_vec(),
            skip_days: days.to_vec(),
            ..PublisherPace::default()
        };
        ok(|poll| {
            poll.pace = Some(pace);
            poll.dice = 0;
        })
    };
    let check = |poll: Poll, expected: &str, reason: PollReason| {
        let state = poll.after();
        assert_eq!((state.next_poll, state.reason), (at(expected), reason));
    };
    check(
        skip(&[11], &[]),
        "2026-11-24T10:47:00Z",
        PollReason::Interval,
    );
    check(
        skip(&[10, 11], &[]),
        "2026-11-24T12:00:00Z",
        PollReason::Skip,
    );
    check(skip(&[], &[1]), "2026-11-25T00:00:00Z", PollReason::Skip);
    check(
        skip(&[0, 1], &[1, 2]),
        "2026-11-26T02:00:00Z",
        PollReason::Skip,
    );
    let all: Vec<u8> = (0..24).collect();
    check(
        skip(&all, &[]),
        "2026-11-24T10:47:00Z",
        PollReason::Interval,
    );
    check(
        skip(&[], &[0, 1, 2, 3, 4, 5, 6]),
        "2026-11-24T10:47:00Z",
        PollReason::Interval,
    );
    check(
        skip(&[24, 255], &[7]),
        "2026-11-24T10:47:00Z",
        PollReason::Interval,
    );
    check(
        skip(&[10], &[])
            .with(|poll| poll.dice = u64::MAX)
            .with(|poll| poll.interval = Some(minutes(5))),
        "2026-11-24T11:10:00Z",
        PollReason::Skip,
    );
}

#[test]
fn skips_are_kept_tidy() {
    let state = ok(|poll| {
        poll.pace = Some(PublisherPace {
            skip_hours: [vec![23, 3, 3, 99], vec![7; 100_000]].concat(),
            skip_days: vec![9, 6, 6, 0],
            ..PublisherPace::default()
        });
    })
    .after();
    assert_eq!(state.pace.skip_hours, [3, 7, 23]);
    assert_eq!(state.pace.skip_days, [0, 6]);
}

#[test]
fn validators_are_left_out_about_once_a_day() {
    let first = ok(|_| ()).after();
    let due = first.verify_at.unwrap();
    assert_eq!(due, noon().plus(VERIFY_LEAST + VERIFY_SPREAD / 2));
    assert!(wants_validators(&first, noon().plus(hours(1))));
    assert!(!wants_validators(&first, due));
    // A clock that was wrong when it was set does not put the check off for years.
    assert!(!wants_validators(&first, noon().minus(hours(9000))));
    let liar = ScheduleState {
        lies: true,
        ..ScheduleState::default()
    };
    assert!(!wants_validators(&liar, noon()));
    let next = |kind, now| {
        Poll::ended(kind)
            .with(|poll| {
                poll.before = first.clone();
                poll.now = now;
            })
            .after()
            .verify_at
    };
    assert_eq!(next(OutcomeKind::Ok, noon().plus(hours(1))), Some(due));
    assert_eq!(next(OutcomeKind::Timeout, due), Some(due));
    assert_eq!(
        next(OutcomeKind::NotModified, due),
        Some(due.plus(VERIFY_LEAST + VERIFY_SPREAD / 2))
    );
}

#[test]
fn overdue_polls_are_spread_over_ten_minutes_at_most() {
    let seconds = |n, index| startup_spread(n, index).as_secs_f64();
    assert!(seconds(0, 0).abs() < f64::EPSILON);
    assert!((seconds(10, 9) - 1.8).abs() < 1e-6);
    assert!((seconds(6000, 3000) - 300.0).abs() < 1.0);
    assert!(startup_spread(usize::MAX, usize::MAX) <= minutes(10));
    assert!(startup_spread(1, usize::MAX) <= minutes(10));
}
