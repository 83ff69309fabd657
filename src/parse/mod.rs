//! Text turned into a [`ParsedFeed`](crate::model::parsed::ParsedFeed) by one of two readers.
//!
//! [`plain`] looks whether an XML document is one of which feed-rs loses nothing; then [`strict`]
//! lets feed-rs read it. All others, and those, are read by our own ([`tolerant`]) to the same
//! result: [`token`] splits the text into texts and [`tag`]s, [`grow`] makes a [`tree`] of slices
//! of it under the limits of [`guard`], and [`channel`] and [`entry`] read the fields. JSON Feed
//! has a reader of its own ([`json`]). `docs/decisions` says why there are two and which answers
//! when.

mod categories;
mod cdf;
mod channel;
mod dates;
#[cfg(test)]
mod differential_tests;
mod doctype;
mod entry;
mod error;
mod feed;
mod grow;
mod guard;
mod holder;
mod html_like;
mod json;
mod json_mend;
mod links;
mod losses;
mod names;
mod pace;
mod people;
mod person;
mod plain;
mod plain_fields;
mod reading;
mod references;
mod scope;
mod strict;
mod structure;
mod tag;
#[cfg(test)]
mod tests;
mod texts;
mod token;
mod tolerant;
mod tree;
mod xhtml;

pub use error::ParseError;
pub use feed::{VERSION, parse};
