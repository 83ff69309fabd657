//! Tables and properties of the policy.

use std::convert::Infallible;
use std::time::Duration;

use proptest::prelude::*;
use rand::rngs::StdRng;
use rand::{SeedableRng, TryRng};
use url::Url;

use super::*;
use crate::model::feed::ScheduleState;
use crate::model::outcome::{FetchOutcome, FetchReport, Freshness, Hop, OutcomeKind, PollReason};
use crate::model::parsed::PublisherPace;
use crate::model::time::Timestamp;

/// Dice that always fall the same way: 0 is the least, `u64::MAX` the most, `MIDDLE` between.
struct Dice(u64);

const MIDDLE: u64 = 1 << 63;

impl TryRng for Dice {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(u32::try_from(self.0 >> 32).unwrap())
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.0)
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        bytes.fill(self.0.to_be_bytes()[0]);
        Ok(())
    }
}

const HOME: &str = "https://mfa.example/rss";

/// Tuesday, mid-morning, GMT.
fn noon() -> Timestamp {
    at("2026-11-24T10:20:00Z")
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text).unwrap()
}

fn minutes(n: u64) -> Duration {
    Duration::from_mins(n)
}

fn hours(n: u64) -> Duration {
    Duration::from_hours(n)
}

fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

fn report(status: Option<u16>) -> FetchReport {
    FetchReport {
        outcome: FetchOutcome::NotModified,
        hops: Vec::new(),
        final_url: url(HOME),
        status,
        freshness: Freshness::default(),
        elapsed: Duration::ZERO,
    }
}

/// One poll: what the table tests vary, with quiet defaults.
#[derive(Debug)]
struct Poll {
    policy: Policy,
    interval: Option<Duration>,
    own: bool,
    before: ScheduleState,
    kind: OutcomeKind,
    report: FetchReport,
    pace: Option<PublisherPace>,
    feed_at_target: bool,
    now: Timestamp,
    dice: u64,
}

impl Poll {
    fn ended(kind: OutcomeKind) -> Self {
        let status = match kind {
            OutcomeKind::Ok => Some(200),
            OutcomeKind::NotModified => Some(304),
            OutcomeKind::Gone => Some(410),
            OutcomeKind::Throttled => Some(429),
            OutcomeKind::HttpStatus => Some(404),
            _ => None,
        };
        Self {
            policy: Policy::default(),
            interval: None,
            own: false,
            before: ScheduleState::default(),
            kind,
            report: report(status),
            pace: None,
            feed_at_target: kind.is_success(),
            now: noon(),
            dice: MIDDLE,
        }
    }

    fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    fn after(&self) -> ScheduleState {
        let home = url(HOME);
        let plan = FeedPlan {
            interval: self.interval,
            own: self.own,
            url: &home,
        };
        let facts = PollFacts {
            kind: self.kind,
            report: Some(&self.report),
            pace: self.pace.as_ref(),
            feed_at_target: self.feed_at_target,
        };
        after_poll(
            &self.policy,
            &plan,
            &self.before,
            &facts,
            self.now,
            &mut Dice(self.dice),
        )
    }

    #[track_caller]
    fn check(&self, wait: Duration, reason: PollReason) {
        let state = self.after();
        assert_eq!(
            (state.next_poll.since(self.now), state.reason),
            (wait, reason)
        );
    }
}

fn ok(change: impl FnOnce(&mut Poll)) -> Poll {
    Poll::ended(OutcomeKind::Ok).with(change)
}

fn failed(n_before: u32, change: impl FnOnce(&mut Poll)) -> Poll {
    Poll::ended(OutcomeKind::Dns)
        .with(|poll| poll.before.n_failures = n_before)
        .with(change)
}

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

const NEW_HOME: &str = "https://new.example/feed";

fn led_to(target: &str, statuses: &[u16]) -> impl Fn(&mut Poll) {
    move |poll| {
        poll.report.final_url = url(target);
        poll.report.hops = statuses
            .iter()
            .map(|status| Hop {
                status: *status,
                to: url(target),
            })
            .collect();
    }
}

/// The state after the same kind of poll `n` times.
fn repeated(n: u32, mut before: ScheduleState, poll: impl Fn(&mut Poll)) -> ScheduleState {
    for _ in 0..n {
        before = ok(|each| each.before = before.clone()).with(&poll).after();
    }
    before
}

#[test]
fn permanent_redirects_are_adopted_after_three_polls() {
    let moved = |n| repeated(n, ScheduleState::default(), led_to(NEW_HOME, &[301, 308]));
    assert_eq!(moved(2).moved_to, None);
    assert_eq!(moved(2).redirect, Some((NEW_HOME.to_owned(), 2)));
    assert_eq!(moved(3).moved_to.as_deref(), Some(NEW_HOME));
    assert_eq!(moved(3).redirect, None);
}

#[test]
fn what_is_not_lasting_or_no_feed_is_never_adopted() {
    let never = |poll: &dyn Fn(&mut Poll)| {
        let state = repeated(9, ScheduleState::default(), poll);
        assert_eq!((state.moved_to, state.redirect), (None, None));
    };
    for status in [302, 303, 307] {
        never(&led_to(NEW_HOME, &[301, status]));
    }
    never(&led_to("http://mfa.example/rss", &[301]));
    never(&led_to(
        &format!("{NEW_HOME}?{}", "x".repeat(3_000)),
        &[301],
    ));
    never(&|poll| {
        led_to(NEW_HOME, &[301])(poll);
        poll.feed_at_target = false;
    });
}

#[test]
fn another_target_or_none_starts_the_count_again_but_silence_does_not() {
    let twice = repeated(2, ScheduleState::default(), led_to(NEW_HOME, &[301]));
    let then = |kind, poll: &dyn Fn(&mut Poll)| {
        Poll::ended(kind)
            .with(|each| each.before = twice.clone())
            .with(poll)
            .after()
            .redirect
    };
    let other = "https://other.example/feed";
    assert_eq!(
        then(OutcomeKind::Ok, &led_to(other, &[301])),
        Some((other.to_owned(), 1))
    );
    assert_eq!(then(OutcomeKind::Ok, &|_| ()), None);
    assert_eq!(then(OutcomeKind::HttpStatus, &|_| ()), None);
    assert_eq!(then(OutcomeKind::Timeout, &|_| ()), twice.redirect);
}

#[test]
fn a_feed_that_moves_home_again_is_asked_at_home() {
    let away = ScheduleState {
        moved_to: Some(NEW_HOME.to_owned()),
        ..ScheduleState::default()
    };
    assert_eq!(repeated(3, away, led_to(HOME, &[301])).moved_to, None);
}

#[test]
fn an_adopted_address_that_goes_bad_is_left() {
    let after = |kind, n_failures| {
        Poll::ended(kind)
            .with(|poll| {
                poll.before.moved_to = Some(NEW_HOME.to_owned());
                poll.before.n_failures = n_failures;
                poll.dice = u64::MAX;
            })
            .after()
    };
    let gone = after(OutcomeKind::Gone, 0);
    assert_eq!((gone.moved_to, gone.gone_since), (None, None));
    assert_eq!(gone.reason, PollReason::Backoff);
    assert_eq!(after(OutcomeKind::Dns, MOVED_PATIENCE - 1).moved_to, None);
    for (kind, n_failures) in [
        (OutcomeKind::Dns, MOVED_PATIENCE - 2),
        (OutcomeKind::Throttled, 99),
        (OutcomeKind::Ok, 99),
    ] {
        assert_eq!(after(kind, n_failures).moved_to.as_deref(), Some(NEW_HOME));
    }
}

#[test]
fn the_address_asked_is_where_the_feed_moved() {
    let check = |configured: &str, moved_to: Option<&str>, expected: &str| {
        let configured = url(configured);
        let plan = FeedPlan {
            interval: None,
            own: false,
            url: &configured,
        };
        let state = ScheduleState {
            moved_to: moved_to.map(str::to_owned),
            ..ScheduleState::default()
        };
        assert_eq!(request_url(&plan, &state).as_str(), expected);
    };
    check(HOME, None, HOME);
    check(HOME, Some(NEW_HOME), NEW_HOME);
    check(HOME, Some("no address"), HOME);
    check(
        "https://a:b@x.example/1",
        Some("https://x.example/2"),
        "https://a:b@x.example/2",
    );
    check(
        "https://a:b@x.example/1",
        Some("https://y.example/2"),
        "https://y.example/2",
    );
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

fn any_duration() -> impl Strategy<Value = Duration> {
    prop_oneof![
        Just(Duration::ZERO),
        Just(Duration::MAX),
        (0u64..10_000_000).prop_map(Duration::from_millis),
        any::<u64>().prop_map(Duration::from_secs),
    ]
}

fn any_moment() -> impl Strategy<Value = Timestamp> {
    prop_oneof![
        any::<i64>().prop_map(Timestamp::from_millis),
        (0i64..4_000_000_000).prop_map(Timestamp::from_seconds),
    ]
}

fn any_kind() -> impl Strategy<Value = OutcomeKind> {
    use OutcomeKind::*;
    proptest::sample::select(vec![
        Ok,
        NotModified,
        Gone,
        Throttled,
        HttpStatus,
        Dns,
        Connect,
        Tls,
        Timeout,
        Cut,
        TooLarge,
        Redirect,
        Forbidden,
        Protocol,
        NotAFeed,
        Panic,
        Store,
    ])
}

prop_compose! {
    fn any_policy()(
        interval in any_duration(),
        min_interval in any_duration(),
        backoff_base in any_duration(),
        backoff_max in any_duration(),
        freshness_max in any_duration(),
        host_pause_max in any_duration(),
    ) -> Policy {
        Policy { interval, min_interval, backoff_base, backoff_max, freshness_max, host_pause_max }
    }
}

prop_compose! {
    fn any_pace()(
        ttl_minutes in any::<Option<u32>>(),
        skip_hours in proptest::collection::vec(0u8..26, 0..30),
        skip_days in proptest::collection::vec(0u8..9, 0..9),
        update_period_s in any::<Option<u32>>(),
    ) -> PublisherPace {
        PublisherPace { ttl_minutes, skip_hours, skip_days, update_period_s }
    }
}

prop_compose! {
    fn any_before()(
        n_failures in any::<u32>(),
        moments in proptest::array::uniform4(proptest::option::of(any_moment())),
        moved in any::<bool>(),
        flags in any::<(bool, bool)>(),
        pace in any_pace(),
    ) -> ScheduleState {
        ScheduleState {
            n_failures,
            failing_since: moments[0],
            gone_since: moments[1],
            verify_at: moments[2],
            host_pause: moments[3].map(|until| ("mfa.example".to_owned(), until)),
            moved_to: moved.then(|| NEW_HOME.to_owned()),
            stopped: flags.0,
            lies: flags.1,
            pace,
            ..ScheduleState::default()
        }
    }
}

prop_compose! {
    fn any_poll()(
        policy in any_policy(),
        interval in proptest::option::of(any_duration()),
        own in any::<bool>(),
        before in any_before(),
        kind in any_kind(),
        status in any::<Option<u16>>(),
        fresh_for in proptest::option::of(any_duration()),
        retry_after in proptest::option::of(any_moment()),
        pace in proptest::option::of(any_pace()),
        feed_at_target in any::<bool>(),
        now in any_moment(),
        dice in any::<u64>(),
    ) -> Poll {
        let mut report = report(status);
        report.freshness = Freshness { retry_after, fresh_for, date: None };
        Poll { policy, interval, own, before, kind, report, pace, feed_at_target, now, dice }
    }
}

proptest! {
    #[test]
    fn the_next_poll_is_within_bounds_whatever_comes(poll in any_poll()) {
        let state = poll.after();
        if state.stopped {
            prop_assert_eq!((state.next_poll, state.reason), (NEVER, PollReason::Stopped));
            return Ok(());
        }
        let floor = if poll.own { OWN_FLOOR } else { poll.policy.min_interval.clamp(OWN_FLOOR, WAIT_MAX) };
        prop_assert!(state.next_poll >= poll.now.plus(floor));
        prop_assert!(state.next_poll <= poll.now.plus(LATEST));
    }

    #[test]
    fn retry_after_is_never_undercut(poll in any_poll()) {
        let state = poll.after();
        let asked = poll.report.freshness.retry_after.filter(|asked| *asked > poll.now);
        if let Some(asked) = asked {
            let kept = asked.min(poll.now.plus(RETRY_AFTER_MAX));
            prop_assert!(state.stopped || state.next_poll >= kept);
        }
    }

    #[test]
    fn a_host_is_never_paused_longer_than_allowed(poll in any_poll()) {
        if poll.kind == OutcomeKind::Throttled {
            let (_, until) = poll.after().host_pause.unwrap();
            prop_assert!(until <= poll.now.plus(poll.policy.host_pause_max));
        }
    }

    #[test]
    fn back_off_ceilings_grow_with_failures(policy in any_policy(), n in any::<u32>(), own in any::<bool>()) {
        let home = url(HOME);
        let plan = FeedPlan { interval: None, own, url: &home };
        let ceiling = |n| backoff_ceiling(&policy, &plan, n);
        prop_assert!(ceiling(n) <= ceiling(n.saturating_add(1)));
        prop_assert!(ceiling(n) <= WAIT_MAX);
    }

    #[test]
    fn the_same_dice_give_the_same_plan(seed in any::<u64>(), n_failures in 0u32..20) {
        let home = url(HOME);
        let plan = FeedPlan { interval: None, own: false, url: &home };
        let before = ScheduleState { n_failures, ..ScheduleState::default() };
        let facts = PollFacts { kind: OutcomeKind::Cut, report: None, pace: None, feed_at_target: false };
        let plan_with = |mut dice: StdRng| {
            after_poll(&Policy::default(), &plan, &before, &facts, noon(), &mut dice)
        };
        prop_assert_eq!(
            plan_with(StdRng::seed_from_u64(seed)),
            plan_with(StdRng::seed_from_u64(seed))
        );
    }
}
