//! A body's bytes turned into text: inflated, UTF-8, kind sniffed.
//!
//! The order is fixed: undo the content codings under a limit ([`coding`]), refuse what is no text
//! ([`binary`]), find the charset ([`charset`]), take the XML declaration off ([`prolog`]), drop
//! what XML forbids and name what was meant ([`clean`]), look what kind of text it is ([`sniff`]). References
//! (`&#x80;`) and junk before the root are the reader's business.
//!
//! Everything that had to be mended is a defect, of one of these kinds:
//!
//! | kind | what happened |
//! |---|---|
//! | `undeclared-coding` | the body was packed and no header said so |
//! | `coding-not-applied` | a header named a coding the body is not in |
//! | `unknown-coding` | a header named a coding nobody knows, over a plain body |
//! | `truncated` | unpacking stopped early; what came is kept |
//! | `charset-mismatch` | a label names another charset than the text is in |
//! | `unknown-charset` | a label names no charset we know |
//! | `bad-bytes` | bytes meant nothing in the charset and became `U+FFFD` |
//! | `repaired-bytes` | bytes were no UTF-8 but have one meaning only |
//! | `mixed-charset` | stretches of UTF-8 text were in another charset |
//! | `double-encoded` | the byte order mark was encoded twice |
//! | `forbidden-characters` | characters XML forbids were dropped |
//! | `inner-marks` | byte order marks inside the text were dropped |
//! | `c1-controls` | controls were meant as characters of windows-1252 |

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
