//! Text turned into a [`ParsedFeed`](crate::model::parsed::ParsedFeed): guards, then feed-rs behind one adapter.
//!
//! XML takes four steps. [`markup`] splits the text into tags and text and never fails. [`mend`]
//! writes it out again as XML that any strict parser takes, under limits ([`guard`]) and with
//! everything left out that feed-rs 3.0.0 panics on, aborts on or refuses a feed for ([`dialect`]
//! holds the names). [`facts`] reads from that what feed-rs drops or rewrites: links and guids as
//! written, authors, dates, pace. [`xml`] lets feed-rs read texts and media and joins the two.
//! JSON Feed has a reader of its own ([`json`]).

mod dialect;
mod error;
mod facts;
mod facts_pace;
mod feed;
mod guard;
mod json;
mod markup;
mod mend;
mod mend_writer;
mod person;
mod references;
#[cfg(test)]
mod tests;
mod xml;

pub use error::ParseError;
pub use feed::{VERSION, parse};
