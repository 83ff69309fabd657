//! Dates as feeds write them: the standards, their usual damage, and what people write.
//!
//! RFC 822/2822, RFC 3339, W3C-DTF and ISO 8601 (partial, ordinal and week dates), seconds and
//! milliseconds since 1970, and dates in words in the languages of `data/names.toml`, with any
//! script's digits, halves of the day, and Buddhist, Iranian and Islamic years where they are
//! marked as such.
//!
//! A date is read whole or not at all: an impossible value, an unknown zone, and an order of day
//! and month that nothing decides give `None`, never a guess and never now. What a date leaves
//! open is decided, in this order, by the date itself (a thirteenth month, a day of the week), by
//! the other dates of its feed, and by the feed's language. A missing zone is the one the feed is
//! configured with, else the one all its other dates have, else UTC, as RFC 2822 §4.3 reads an
//! unknown one.
//!
//! The way: [`marked`] takes markup away, [`digits`] writes all digits alike, [`iso`] rewrites the compact forms, [`atoms`]
//! takes the text apart and looks its words up in [`names`], [`scan`] gives every piece its place,
//! [`written`] knows which days that may be, [`calendar`] turns one into a moment.

mod atoms;
mod calendar;
mod clock;
mod digits;
mod iso;
mod marked;
mod names;
mod reader;
mod scan;
#[cfg(test)]
mod tests;
mod written;
mod zone;

pub use reader::{Reader, read};
