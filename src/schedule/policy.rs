//! The bounds of the policy, and what it is asked with.

use std::time::Duration;

use url::Url;

use crate::model::outcome::{FetchReport, OutcomeKind};
use crate::model::parsed::PublisherPace;
use crate::model::time::Timestamp;

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

/// `Retry-After` is kept in full up to this; beyond it is a mistake of the server.
pub const RETRY_AFTER_MAX: Duration = Duration::from_hours(7 * 24);

/// Least pause between polls of one's own feed, so that `interval = "0s"` is no busy loop.
pub const OWN_FLOOR: Duration = Duration::from_secs(1);

/// Longest wait any setting can ask for, skipped hours not counted.
pub const WAIT_MAX: Duration = Duration::from_hours(31 * 24);

/// `skipHours` and `skipDays` that leave no moment within this are taken for a mistake.
pub const SKIP_MAX: Duration = Duration::from_hours(3 * 24);

/// Polls are spread over this part of the first hour that is not skipped.
pub(super) const SKIP_SPREAD: Duration = Duration::from_mins(10);

/// No next poll is later than this after the last one, unless the feed was stopped.
pub const LATEST: Duration = Duration::from_hours((31 + 3) * 24 + 1);

/// A feed that answers 410 is asked this often, to be sure.
pub const GONE_INTERVAL: Duration = DAY;

/// 410 for this long stops polling.
pub const GONE_MAX: Duration = Duration::from_hours(3 * 24);

/// And at least so many failed polls, so that one leap of the clock stops nothing.
pub(super) const GONE_POLLS: u32 = 3;

/// Pause of a host that answered 429 or 503 without saying for how long.
pub const HOST_PAUSE_DEFAULT: Duration = Duration::from_mins(5);

/// Polls in a row that must end at one target before a feed is moved there.
pub const REDIRECTS_TO_MOVE: u32 = 3;

/// After this many failures in a row at an adopted address the configured one is asked again.
pub const MOVED_PATIENCE: u32 = 6;

/// Least time between two unconditional polls that check the validators.
pub const VERIFY_LEAST: Duration = Duration::from_hours(22);

/// Spread of that time, so that the checks of many feeds do not meet.
pub const VERIFY_SPREAD: Duration = Duration::from_hours(6);

/// The `next_poll` of a stopped feed: 9999-01-01, which every format can write.
pub const NEVER: Timestamp = Timestamp::from_seconds(253_370_764_800);

/// The bounds a person can set in `[daemon]`. Any value is safe: absurd ones are clamped.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Policy {
    /// Pace of a feed without one of its own.
    pub interval: Duration,
    /// No feed is asked more often, unless it is one's own.
    pub min_interval: Duration,
    /// Ceiling of the pause after the first failure; doubles with each further one.
    pub backoff_base: Duration,
    /// Ceiling of all pauses after failures.
    pub backoff_max: Duration,
    /// max-age, Expires, `ttl` and `sy:updatePeriod` count up to this.
    pub freshness_max: Duration,
    /// A 429 or 503 pauses its host at most this long.
    pub host_pause_max: Duration,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            interval: Duration::from_mins(30),
            min_interval: Duration::from_mins(5),
            backoff_base: Duration::from_mins(5),
            backoff_max: DAY,
            freshness_max: DAY,
            host_pause_max: HOUR,
        }
    }
}

/// What `feeds.toml` says of one feed's pace.
#[derive(Clone, Copy, Debug)]
pub struct FeedPlan<'a> {
    /// Its own interval. It overrides what the publisher says of freshness (max-age, Expires,
    /// `ttl`, `sy:updatePeriod`), but not what the publisher asks for (`Retry-After`,
    /// `skipHours`, `skipDays`).
    pub interval: Option<Duration>,
    /// Whether the feed is one's own (`allow-private`): [`Policy::min_interval`] does not hold.
    pub own: bool,
    /// Configured address.
    pub url: &'a Url,
}

/// What one poll gave, as far as it matters for the next.
#[derive(Clone, Copy, Debug)]
pub struct PollFacts<'a> {
    /// How it ended, the body's fate included.
    pub kind: OutcomeKind,
    /// The exchange; `None` where there was none (a push received).
    pub report: Option<&'a FetchReport>,
    /// The pace asked for by a document that was just read; `None` keeps the old one.
    pub pace: Option<&'a PublisherPace>,
    /// Whether a feed was read (or 304 answered) at the address that answered last.
    pub feed_at_target: bool,
}

impl PollFacts<'_> {
    /// Whether some server answered, whatever it said.
    pub(super) fn was_answered(&self) -> bool {
        self.report.is_some_and(|report| report.status.is_some())
    }
}
