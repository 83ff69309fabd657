//! What an entry is to what is already known: new, updated, unchanged, or the same story.
//!
//! [`identity`] makes the keys an entry is known by, from the entry alone. [`decide()`] takes a
//! whole prepared document and what the store knows of it, and gives every row that changes,
//! with a tally that accounts for every entry; [`rejudge()`] what changed rules change of what is
//! stored. Both run only in the committer.

pub mod asked;
pub mod backlog;
pub mod decide;
pub mod identity;
mod overlay;
mod rejudge;
mod showing;
mod verdict;

#[cfg(test)]
mod tests;

pub use decide::{Context, Decided, decide};
pub use rejudge::{Rejudged, RulesContext, RulesDecided, rejudge};
