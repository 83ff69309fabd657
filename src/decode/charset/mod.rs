//! Which charset a body is in, and its text.
//!
//! A byte order mark or a pattern of NULs settles it ([`wide`]). Then text that is valid UTF-8
//! beyond ASCII is UTF-8, whatever any label says: no legacy text is that by accident, and servers
//! and generators label UTF-8 wrongly ([`utf8`] mends what is nearly so). All else is a question
//! of how the text reads ([`reads`]): every charset in question reads a sample, and the one that
//! gives words of a language wins; labels ([`label`]), statistics and the language of the feed
//! are a head start, not an order ([`choose`]).

mod alphabet;
mod choose;
mod kind;
mod label;
mod read;
mod reads;
mod table;
mod utf8;
mod wide;

#[cfg(test)]
mod matrix;

pub(super) use read::{Hints, read};
