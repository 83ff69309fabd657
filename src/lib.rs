//! nuncio polls diplomatic news feeds and republishes one merged, deduplicated Atom feed per region.
//!
//! The modules in the order one entry passes them:
//!
//! `config` → `schedule` → `fetch` → `decode` → `parse` → `normalise` → `classify` → `dedup` →
//! `store` → `publish` → `serve`, joined by `engine` and run by `app`.

pub mod app;
pub mod classify;
pub mod clock;
pub mod config;
pub mod control;
pub mod decode;
pub mod dedup;
pub mod engine;
pub mod fetch;
pub mod model;
pub mod normalise;
pub mod parse;
pub mod publish;
pub mod schedule;
pub mod serve;
pub mod store;
pub mod telemetry;
pub mod text;
