//! What was there before we came: known, never announced.

use std::time::Duration;

use crate::model::known::Known;
use crate::model::time::Timestamp;

/// Undated entries of a first body that are still news.
const UNDATED_MAX: usize = 5;
/// A claim older than this is backlog whenever it comes.
const ANCIENT: Duration = Duration::from_hours(366 * 24);
/// While the store itself is younger than this, …
const STORE_IS_NEW: Duration = Duration::from_hours(24);
/// … a first body's entries may be as old as this.
const BACKLOG_OF_NEW_STORE: Duration = Duration::from_hours(14 * 24);

/// Says of each entry of one document, in document order, whether it is backlog.
#[derive(Debug)]
pub struct BacklogRule {
    now: Timestamp,
    /// `Some`: this is the feed's first body with entries.
    first_body_max_age: Option<Duration>,
    n_undated: usize,
}

impl BacklogRule {
    /// The rule for a document of the feed that `known` is about; `backlog` is the configured
    /// age.
    pub fn new(known: &Known, backlog: Duration) -> Self {
        let age = known.stamp.since(known.created);
        let max_age = if age < STORE_IS_NEW {
            backlog.max(BACKLOG_OF_NEW_STORE)
        } else {
            backlog
        };
        Self {
            now: known.stamp,
            first_body_max_age: known.state.memory.first_body.is_none().then_some(max_age),
            n_undated: 0,
        }
    }

    /// Whether the next entry of the document, claimed for `claim`, is backlog.
    pub fn is_backlog(&mut self, claim: Option<Timestamp>) -> bool {
        let Some(claim) = claim else {
            self.n_undated += 1;
            return self.first_body_max_age.is_some() && self.n_undated > UNDATED_MAX;
        };
        let age = self.now.since(claim);
        age > ANCIENT || self.first_body_max_age.is_some_and(|max_age| age > max_age)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::feed::{FeedMemory, FeedState};

    const HOUR: Duration = Duration::from_hours(1);

    fn rule(store_age: Duration, first_body: Option<Timestamp>) -> BacklogRule {
        let now = Timestamp::from_seconds(1_786_595_076);
        let memory = FeedMemory {
            first_body,
            ..FeedMemory::default()
        };
        let known = Known {
            stamp: now,
            created: now.minus(store_age),
            state: FeedState {
                memory,
                ..FeedState::default()
            },
            ..Known::default()
        };
        BacklogRule::new(&known, 48 * HOUR)
    }

    fn aged(rule: &mut BacklogRule, age: Duration) -> bool {
        let claim = rule.now.minus(age);
        rule.is_backlog(Some(claim))
    }

    #[test]
    fn a_first_body_is_backlog_beyond_48_hours_or_14_days_in_a_new_store() {
        let mut old_store = rule(48 * HOUR, None);
        assert!(!aged(&mut old_store, 48 * HOUR));
        assert!(aged(&mut old_store, 49 * HOUR));
        let mut new_store = rule(HOUR, None);
        assert!(!aged(&mut new_store, 14 * 24 * HOUR));
        assert!(aged(&mut new_store, 15 * 24 * HOUR));
    }

    #[test]
    fn later_bodies_have_no_backlog_but_claims_over_a_year_old() {
        let mut later = rule(48 * HOUR, Some(Timestamp::EPOCH));
        assert!(!aged(&mut later, 100 * 24 * HOUR));
        assert!(aged(&mut later, 367 * 24 * HOUR));
        assert!((0..20).all(|_| !later.is_backlog(None)));
    }

    #[test]
    fn five_undated_entries_of_a_first_body_are_news() {
        let mut first = rule(48 * HOUR, None);
        let backlog: Vec<bool> = (0..7).map(|_| first.is_backlog(None)).collect();
        assert_eq!(backlog, [false, false, false, false, false, true, true]);
    }
}
