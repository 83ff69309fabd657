//! What holds whatever comes.

use std::time::Duration;

use proptest::prelude::*;
use rand::SeedableRng;
use rand::rngs::StdRng;

use crate::model::feed::ScheduleState;
use crate::model::outcome::{Freshness, OutcomeKind, PollReason};
use crate::model::parsed::PublisherPace;
use crate::model::time::Timestamp;
use crate::schedule::tests::poll::{HOME, NEW_HOME, Poll, noon, report, url};
use crate::schedule::{
    FeedPlan, LATEST, NEVER, OWN_FLOOR, Policy, PollFacts, RETRY_AFTER_MAX, WAIT_MAX, after_poll,
    backoff_ceiling,
};

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
