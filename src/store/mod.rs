//! What is remembered: the [`Store`] trait, and sled behind it.

pub mod api;
pub mod error;
pub mod record;
pub mod rowfile;
pub mod sled;

#[cfg(test)]
pub(crate) mod contract;

pub use api::{
    Changes, FeedHealth, Found, Lookup, Place, Registered, Store, StoreFuture, StoreHealth,
};
pub use error::StoreError;
