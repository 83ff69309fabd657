//! The stages joined: who is polled, what comes of it, what is published.
//!
//! - [`plan`]: the configuration as the engine works by it, swapped whole at a reload.
//! - [`hosts`]: how often one host is asked.
//! - [`poller`]: the loop that claims due feeds and fetches them.
//! - [`asked`]: who asked for a poll by hand, and what they are told.
//! - [`poll`]: one poll on its way through slot, host, exchange and preparation.
//! - [`prepare`]: a body made ready for a decision, on the CPU threads.
//! - [`committer`]: the one place that decides, one poll at a time.
//! - [`decision`]: the whole decision on one poll.
//! - [`kept`]: what is kept of an entry, judged again.
//! - `rules_pass`: changed rules over what is stored, page by page.
//! - [`record`]: what a poll came to, entry by entry.
//! - [`poll_log`]: the one line it leaves.
//! - [`publisher`]: follows the store's change cursor and swaps finished snapshots in.
//! - [`shelf`]: the cache directory, where snapshots outlive the process.

pub mod asked;
pub mod committer;
mod decision;
pub mod hosts;
pub mod kept;
pub mod plan;
pub mod poll;
mod poll_log;
pub mod poller;
pub mod prepare;
pub mod publisher;
pub mod record;
mod rules_pass;
pub mod shelf;

pub use plan::{MergedPlan, Plan, PlannedFeed, PublishPlan, Setup};
pub use poller::{Command, Engine};
