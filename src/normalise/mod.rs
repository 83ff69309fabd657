//! A parsed entry in our own terms: text without markup, absolute URLs, UTC dates, sanitised HTML.
//!
//! Entities and tags are removed once, never twice. Only what will be shown is sanitised
//! ([`content::shown`]); what is filtered on is plain text.

pub mod content;
pub mod date;
mod document;
mod entry;
pub mod html;
mod language;
mod limit;
mod link;
mod repair;
mod title;

pub use document::{Normalised, document};
pub use entry::{FeedContext, Rejected, resolve};
pub use title::feed_title;
