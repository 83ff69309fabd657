//! The reader of dates that is handed in: `normalise` owns dates, and stages do not name each other.

use crate::model::time::Timestamp;

/// Reads a date as feeds write them; `None` where it is none.
pub(super) type ReadDate = fn(&str) -> Option<Timestamp>;
