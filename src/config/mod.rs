//! `feeds.toml`: as written, checked, resolved.
//!
//! [`load`] reads a file, [`parse`] its text; both give a [`Config`] in which every default is
//! filled in and every bound kept, or [`ConfigErrors`]: all mistakes of the file at once, each
//! with its place and what to do about it. Nothing outside this module meets an unchecked value.
//!
//! The text is walked as a table with spans, key by key, because serde stops at the first
//! mistake. [`mod@env`] is the only reader of the process environment.

mod address;
mod country;
mod daemon;
pub mod env;
mod error;
mod feed;
mod file;
mod filter;
mod keys;
mod locate;
mod names;
mod nearest;
mod print;
mod print_rules;
mod regions;
pub mod resolved;
mod rule_test;
mod snippet;
mod tables;
mod term;
mod units;
mod walk;

#[cfg(test)]
mod tests;

pub use env::Env;
pub use error::{ConfigError, ConfigErrors, Place};
pub use file::{KnownNames, load, parse};
pub use locate::{Located, locate};
pub use resolved::{Config, ContentShown, Daemon, Publish, StoreConfig};
