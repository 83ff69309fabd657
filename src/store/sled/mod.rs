//! sled 0.34.7 behind the [`Store`](crate::store::Store) trait, driven in the one way that
//! survived kill -9 and power cuts: one tree with key prefixes, one writer thread, one batch per
//! commit, `flush` and then `fdatasync` through a handle of our own, and a checkpoint apart from
//! sled's files for the day sled cannot open them.
//!
//! *Invariant:* nothing outside this directory names sled. Inside it nobody calls `flush_async`,
//! `transaction`, `generate_id` or `len`, and no value is longer than
//! [`VALUE_MAX_BYTES`](crate::store::record::VALUE_MAX_BYTES).

mod checkpoint;
mod commit;
mod directory;
mod disk;
mod due;
mod export;
mod feeds;
mod get;
mod head;
mod import;
mod keys;
mod keytable;
mod known;
mod load;
mod open;
mod regions;
mod restore;
mod rows;
mod shared;
mod store;
mod views;
mod writer;

#[cfg(test)]
mod tests;

pub use open::{OpenReport, Options};
pub use store::SledStore;
