//! Which redirects move a feed, and back.

use crate::model::feed::ScheduleState;
use crate::model::outcome::{Hop, OutcomeKind, PollReason};
use crate::schedule::tests::poll::{HOME, NEW_HOME, Poll, ok, url};
use crate::schedule::{FeedPlan, MOVED_PATIENCE, request_url};

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
