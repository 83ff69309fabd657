//! Stories → finished documents: which stories a merged feed shows, and the bytes it is served as.
//!
//! The same stories give the same bytes, on any machine and after any restart: nothing here reads
//! a clock, draws a random number or walks a map without an order. A document is stamped with its
//! newest story, never with the moment it was written.
//!
//! [`select`] takes the window, [`shown`] says once what a reader is shown of a story, [`atom`],
//! [`rss`] and [`json`] write it down, [`snapshot`] compresses and dates the result, [`cache`]
//! turns it into a file and back.

pub mod atom;
pub mod cache;
mod compress;
pub mod json;
pub mod merged;
pub mod plain;
pub mod rss;
pub mod select;
pub mod shown;
pub mod snapshot;
mod xml;

pub use cache::{CacheError, CachedFeed};
pub use merged::{ContentDepth, MergedFeed};
pub use snapshot::{finish, render};

#[cfg(test)]
mod samples;
