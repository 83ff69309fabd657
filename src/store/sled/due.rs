//! Which feed is due and who holds it, in memory: the directory's lock already keeps a second
//! process out. A feed costs about a hundred bytes here; everything else is read at the claim.

use std::collections::{BTreeSet, HashMap};
use std::ops::Bound;
use std::time::Duration;

use tokio::time::Instant;

use crate::model::feed::FeedNumber;
use crate::model::time::Timestamp;

/// The policy lets no feed wait longer: 31 days of an interval, 3 of skipped days, an hour.
const WAIT_MAX: Duration = Duration::from_hours((31 + 3) * 24 + 1);
/// Except those that are not polled any more: 9999-01-01T00:00:00Z, or later.
const NEVER: Timestamp = Timestamp::from_seconds(253_370_764_800);

/// Active feeds, each either waiting for its time or leased.
///
/// Waiting is measured in wall time, leases by the monotonic clock: a clock that is set back
/// holds no feed for ever.
#[derive(Debug, Default)]
pub(super) struct Due {
    slots: HashMap<FeedNumber, Slot>,
    waiting: BTreeSet<(Timestamp, FeedNumber)>,
    leased: BTreeSet<(Instant, FeedNumber)>,
    last_fence: u64,
}

#[derive(Debug)]
struct Slot {
    due: Timestamp,
    lease: Option<Lease>,
}

#[derive(Clone, Copy, Debug)]
struct Lease {
    fence: u64,
    until: Instant,
    /// Its commit is being written: it does not run out meanwhile.
    is_committing: bool,
}

impl Due {
    /// Nothing due; fences are given from `first_fence` on.
    pub(super) fn new(first_fence: u64) -> Self {
        Self {
            last_fence: first_fence,
            ..Self::default()
        }
    }

    /// Makes `feed` active, due at `due`; a feed that is active already keeps its time.
    pub(super) fn add(&mut self, feed: FeedNumber, due: Timestamp) {
        self.slots.entry(feed).or_insert_with(|| {
            self.waiting.insert((due, feed));
            Slot { due, lease: None }
        });
    }

    /// Makes `feed` inactive; whoever holds it has lost it.
    pub(super) fn remove(&mut self, feed: FeedNumber) {
        if let Some(slot) = self.slots.remove(&feed) {
            self.waiting.remove(&(slot.due, feed));
            if let Some(lease) = slot.lease {
                self.leased.remove(&(lease.until, feed));
            }
        }
    }

    /// Leases up to `n` due feeds, oldest due first; gives their fences.
    pub(super) fn claim(
        &mut self,
        n: usize,
        now: Timestamp,
        at: Instant,
        lease: Duration,
    ) -> Vec<(FeedNumber, u64)> {
        self.take_back(at);
        let due: Vec<FeedNumber> = self
            .waiting
            .iter()
            .take_while(|(due, _)| *due <= now)
            .chain(self.unbelievable(now))
            .take(n)
            .map(|(_, feed)| *feed)
            .collect();
        due.into_iter()
            .filter_map(|feed| Some((feed, self.lease(feed, at, lease)?)))
            .collect()
    }

    /// Leases `feed` whether due or not; `None` where it is leased or not active.
    pub(super) fn claim_one(
        &mut self,
        feed: FeedNumber,
        at: Instant,
        lease: Duration,
    ) -> Option<u64> {
        self.take_back(at);
        self.lease(feed, at, lease)
    }

    /// Whether `fence` is the present one of `feed`; if so, the lease holds until
    /// [`Due::finish`] or [`Due::abort`].
    pub(super) fn begin(&mut self, feed: FeedNumber, fence: u64) -> bool {
        self.holder(feed, fence)
            .map(|lease| lease.is_committing = true)
            .is_some()
    }

    /// The commit was not written: the lease goes on as before.
    pub(super) fn abort(&mut self, feed: FeedNumber, fence: u64) {
        if let Some(lease) = self.holder(feed, fence) {
            lease.is_committing = false;
        }
    }

    /// Ends the lease; the feed is next due at `due`, else as it was before the claim. Nothing
    /// happens where `fence` is not its present one.
    pub(super) fn finish(&mut self, feed: FeedNumber, fence: u64, due: Option<Timestamp>) {
        if let Some(until) = self.holder(feed, fence).map(|lease| lease.until) {
            self.leased.remove(&(until, feed));
            self.wait(feed, due);
        }
    }

    /// When the next feed is due, or its lease ends, in wall time.
    pub(super) fn next(&self, now: Timestamp, at: Instant) -> Option<Timestamp> {
        let waiting = match self.unbelievable(now).next() {
            Some(_) => Some(now),
            None => self.waiting.first().map(|(due, _)| *due),
        };
        let leased = self
            .leased
            .first()
            .map(|(until, _)| now.plus(until.saturating_duration_since(at)));
        waiting.into_iter().chain(leased).min()
    }

    /// Feeds whose time no policy can have given: the clock was ahead when it was reckoned. They
    /// are due now, or nobody would be asked for as long as it was ahead.
    fn unbelievable(&self, now: Timestamp) -> impl Iterator<Item = &(Timestamp, FeedNumber)> {
        let from = (now.plus(WAIT_MAX), FeedNumber(u32::MAX));
        let to = (NEVER, FeedNumber(0));
        let is_range = from < to;
        let bounds = (Bound::Excluded(from), Bound::Excluded(to.max(from)));
        is_range
            .then(|| self.waiting.range(bounds))
            .into_iter()
            .flatten()
    }

    fn holder(&mut self, feed: FeedNumber, fence: u64) -> Option<&mut Lease> {
        let lease = self.slots.get_mut(&feed)?.lease.as_mut()?;
        (lease.fence == fence).then_some(lease)
    }

    fn lease(&mut self, feed: FeedNumber, at: Instant, lease: Duration) -> Option<u64> {
        let slot = self.slots.get_mut(&feed)?;
        if slot.lease.is_some() {
            return None;
        }
        self.last_fence += 1;
        let until = at.checked_add(lease).unwrap_or(at);
        slot.lease = Some(Lease {
            fence: self.last_fence,
            until,
            is_committing: false,
        });
        self.waiting.remove(&(slot.due, feed));
        self.leased.insert((until, feed));
        Some(self.last_fence)
    }

    /// Feeds whose holder let the lease run out wait again, due as before.
    fn take_back(&mut self, at: Instant) {
        let over: Vec<(Instant, FeedNumber)> = self
            .leased
            .iter()
            .take_while(|(until, _)| *until <= at)
            .copied()
            .collect();
        for (until, feed) in over {
            let lease = self.slots.get(&feed).and_then(|slot| slot.lease);
            if lease.is_some_and(|lease| !lease.is_committing) {
                self.leased.remove(&(until, feed));
                self.wait(feed, None);
            }
        }
    }

    fn wait(&mut self, feed: FeedNumber, due: Option<Timestamp>) {
        if let Some(slot) = self.slots.get_mut(&feed) {
            let due = due.unwrap_or(slot.due);
            *slot = Slot { due, lease: None };
            self.waiting.insert((due, feed));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: FeedNumber = FeedNumber(1);
    const B: FeedNumber = FeedNumber(2);
    const MINUTE: Duration = Duration::from_mins(1);

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    fn two() -> (Due, Instant) {
        let mut due = Due::new(10);
        due.add(A, at(20));
        due.add(B, at(10));
        (due, Instant::now())
    }

    #[test]
    fn oldest_due_comes_first_and_only_once() {
        let (mut due, now) = two();
        assert_eq!(due.claim(9, at(9), now, MINUTE), []);
        assert_eq!(due.claim(1, at(30), now, MINUTE), [(B, 11)]);
        assert_eq!(due.claim(9, at(30), now, MINUTE), [(A, 12)]);
        assert_eq!(due.claim(9, at(30), now, MINUTE), []);
        assert_eq!(due.claim_one(A, now, MINUTE), None);
    }

    #[test]
    fn a_lease_that_ran_out_goes_to_another_and_its_fence_is_void() {
        let (mut due, now) = two();
        assert_eq!(due.claim_one(A, now, MINUTE), Some(11));
        assert_eq!(due.claim_one(A, now + MINUTE, MINUTE), Some(12));
        assert!(!due.begin(A, 11));
        due.finish(A, 11, Some(at(0)));
        assert!(due.begin(A, 12), "a void fence ends nothing");
        due.finish(A, 12, Some(at(99)));
        assert!(!due.begin(A, 12), "ended");
    }

    #[test]
    fn a_lease_does_not_run_out_under_its_commit() {
        let (mut due, now) = two();
        let fence = due.claim_one(A, now, MINUTE).unwrap();
        assert!(due.begin(A, fence));
        assert_eq!(due.claim_one(A, now + MINUTE, MINUTE), None);
        due.abort(A, fence);
        assert!(due.claim_one(A, now + MINUTE, MINUTE).is_some());
    }

    #[test]
    fn the_next_moment_is_a_due_time_or_the_end_of_a_lease() {
        let (mut due, now) = two();
        assert_eq!(due.next(at(5), now), Some(at(10)));
        let claims = due.claim(9, at(30), now, MINUTE);
        assert_eq!(due.next(at(30), now), Some(at(90)));
        for (feed, fence) in claims {
            due.finish(feed, fence, Some(at(200)));
        }
        assert_eq!(due.next(at(30), now), Some(at(200)));
        due.remove(A);
        due.remove(B);
        assert_eq!(due.next(at(30), now), None);
    }

    #[test]
    fn a_claim_given_back_leaves_the_time_as_it_was() {
        let (mut due, now) = two();
        let fence = due.claim_one(A, now, MINUTE).unwrap();
        due.finish(A, fence, None);
        due.remove(B);
        assert_eq!(due.next(at(5), now), Some(at(20)));
    }

    #[test]
    fn a_time_that_no_policy_gives_is_due_now() {
        let now = Instant::now();
        let check = |due: Timestamp, is_due: bool| {
            let mut feeds = Due::new(10);
            feeds.add(A, due);
            let next = if is_due { at(30) } else { due };
            assert_eq!(feeds.next(at(30), now), Some(next), "{due}");
            let n_claimed = feeds.claim(9, at(30), now, MINUTE).len();
            assert_eq!(n_claimed, usize::from(is_due), "{due}");
        };
        check(at(30).plus(WAIT_MAX), false);
        check(at(31).plus(WAIT_MAX), true);
        check(NEVER, false);
        check(NEVER.plus(MINUTE), false);
        // With a clock near the end of the calendar nothing is unbelievable.
        let mut feeds = Due::new(10);
        feeds.add(A, NEVER);
        assert_eq!(feeds.claim(9, NEVER.minus(MINUTE), now, MINUTE), []);
    }

    #[test]
    fn a_removed_feed_is_lost_to_its_holder() {
        let (mut due, now) = two();
        let fence = due.claim_one(A, now, MINUTE).unwrap();
        due.remove(A);
        assert!(!due.begin(A, fence));
        due.add(A, at(1));
        assert!(!due.begin(A, fence));
    }
}
