//! Dates as feeds write them: RFC 822/2822, RFC 3339 and W3C-DTF, epochs, and their usual damage.
//!
//! A date is read whole or not at all: an impossible value, an unknown zone or an order of day
//! and month that could be either gives `None`, never a guess and never now. A missing zone is
//! UTC, as RFC 2822 §4.3 reads an unknown one.

mod calendar;
mod read;
mod words;

pub use read::read;
