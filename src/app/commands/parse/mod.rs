//! `parse`: what one document is read as, for a person who wonders and for suites that judge.
//!
//! - [`mod@run`]: the command, one document or a list of them on all cores.
//! - [`document`]: one document through the stages the daemon uses, whatever is in it.
//! - [`probe`]: the JSON that comes out.
//! - [`markup`]: markup as published, with the addresses in it made absolute.

mod document;
mod markup;
mod probe;
mod run;

pub use run::{Asked, run};
