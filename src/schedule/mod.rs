//! When a feed is next asked, and why.
//!
//! One pure function, [`after_poll`], turns what was remembered and what one poll gave into what
//! is remembered next: the time of the next poll and its reason, failures, adopted redirects,
//! the pause a host asked for. It knows no clock and no dice: `now` and the jitter are arguments.
//!
//! Promises it keeps, each a test:
//! - a feed is never asked sooner than the floor, and never later than [`LATEST`] after now,
//!   unless it was stopped;
//! - `Retry-After` is never undercut, up to [`RETRY_AFTER_MAX`];
//! - no number of failures makes a feed forgotten;
//! - only a permanent redirect, seen in [`REDIRECTS_TO_MOVE`] polls in a row, moves a feed.

mod after;
mod policy;
mod redirect;
mod skip;
mod spread;
mod wait;

#[cfg(test)]
mod tests;

pub use after::{after_poll, wants_validators};
pub use policy::{
    FeedPlan, GONE_INTERVAL, GONE_MAX, HOST_PAUSE_DEFAULT, LATEST, MOVED_PATIENCE, NEVER,
    OWN_FLOOR, Policy, PollFacts, REDIRECTS_TO_MOVE, RETRY_AFTER_MAX, SKIP_MAX, VERIFY_LEAST,
    VERIFY_SPREAD, WAIT_MAX,
};
pub use redirect::request_url;
pub use spread::startup_spread;
pub use wait::backoff_ceiling;
