//! HTTP for readers and people: feeds, the page, OPML, health.
//!
//! A reader's request never causes a poll, waits for none and compresses nothing: feeds come from
//! the published snapshot as they lie in memory. Nothing on this port changes state; GET and HEAD
//! are all it knows.

mod address;
mod coding;
mod conditional;
mod document;
mod escape;
mod feeds;
mod listener;
mod opml;
mod page;
mod router;
mod server;
mod state;

pub use router::{router, router_with};
pub use server::{Limits, serve, serve_within};
pub use state::{Health, ServeState};
