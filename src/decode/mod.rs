//! A body's bytes turned into text: inflated, UTF-8, kind sniffed.
//!
//! The order is fixed: undo the content codings under a limit ([`coding`]), find the charset
//! ([`charset`]), take the XML declaration off ([`prolog`]), drop what XML forbids ([`clean`]),
//! look what kind of text it is ([`sniff`]). Everything that had to be mended is a defect.

mod binary;
mod body;
mod charset;
mod clean;
mod coding;
mod error;
pub mod html;
mod prolog;
mod sniff;

pub use body::{decode, decode_in};
pub use error::DecodeError;
pub use sniff::{Document, look};

#[cfg(test)]
mod tests;
