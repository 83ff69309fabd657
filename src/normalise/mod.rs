//! A parsed entry in our own terms: text without markup, absolute URLs, UTC dates, sanitised HTML.
//!
//! Entities and tags are removed once, never twice. Only what will be shown is sanitised
//! ([`content::shown`]); what is filtered on is plain text.

pub mod content;
pub mod date;
mod entry;
pub mod html;
mod language;
mod link;
mod title;

pub use entry::{FeedContext, Rejected, normalise};
