//! One poll as the tests vary it, with quiet defaults.

use std::convert::Infallible;
use std::time::Duration;

use rand::TryRng;
use url::Url;

use crate::model::feed::ScheduleState;
use crate::model::outcome::{FetchOutcome, FetchReport, Freshness, OutcomeKind, PollReason};
use crate::model::parsed::PublisherPace;
use crate::model::time::Timestamp;
use crate::schedule::{FeedPlan, Policy, PollFacts, after_poll};

/// Dice that always fall the same way: 0 is the least, `u64::MAX` the most, `MIDDLE` between.
pub(super) struct Dice(pub(super) u64);

pub(super) const MIDDLE: u64 = 1 << 63;

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

pub(super) const HOME: &str = "https://mfa.example/rss";

pub(super) const NEW_HOME: &str = "https://new.example/feed";

/// Tuesday, mid-morning, GMT.
pub(super) fn noon() -> Timestamp {
    at("2026-11-24T10:20:00Z")
}

pub(super) fn at(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text).unwrap()
}

pub(super) fn minutes(n: u64) -> Duration {
    Duration::from_mins(n)
}

pub(super) fn hours(n: u64) -> Duration {
    Duration::from_hours(n)
}

pub(super) fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

pub(super) fn report(status: Option<u16>) -> FetchReport {
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
pub(super) struct Poll {
    pub(super) policy: Policy,
    pub(super) interval: Option<Duration>,
    pub(super) own: bool,
    pub(super) before: ScheduleState,
    pub(super) kind: OutcomeKind,
    pub(super) report: FetchReport,
    pub(super) pace: Option<PublisherPace>,
    pub(super) feed_at_target: bool,
    pub(super) now: Timestamp,
    pub(super) dice: u64,
}

impl Poll {
    pub(super) fn ended(kind: OutcomeKind) -> Self {
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

    pub(super) fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    pub(super) fn after(&self) -> ScheduleState {
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
    pub(super) fn check(&self, wait: Duration, reason: PollReason) {
        let state = self.after();
        assert_eq!(
            (state.next_poll.since(self.now), state.reason),
            (wait, reason)
        );
    }
}

pub(super) fn ok(change: impl FnOnce(&mut Poll)) -> Poll {
    Poll::ended(OutcomeKind::Ok).with(change)
}

pub(super) fn failed(n_before: u32, change: impl FnOnce(&mut Poll)) -> Poll {
    Poll::ended(OutcomeKind::Dns)
        .with(|poll| poll.before.n_failures = n_before)
        .with(change)
}
