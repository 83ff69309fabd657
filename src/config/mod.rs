//! `feeds.toml`: as written, checked, resolved.

pub mod resolved;

pub use resolved::{Config, ContentShown, Daemon, Publish, StoreConfig};
