//! Overdue polls after a start are spread, not fired at once.

use std::time::Duration;

/// Between two overdue polls, while they are few.
const GAP: Duration = Duration::from_millis(200);

/// All overdue polls are started within this.
const SPREAD_MAX: Duration = Duration::from_mins(10);

/// How long the overdue feed number `index` (from 0, longest overdue first) of `n_overdue` waits
/// after the start: 200 ms each, closer where all would not fit into ten minutes.
pub fn startup_spread(n_overdue: usize, index: usize) -> Duration {
    let n = u32::try_from(n_overdue).unwrap_or(u32::MAX).max(1);
    let index = u32::try_from(index).unwrap_or(u32::MAX);
    GAP.min(SPREAD_MAX / n)
        .saturating_mul(index)
        .min(SPREAD_MAX)
}
