//! `parse`: what one document is read as, for a person who wonders and for suites that judge.
//!
//! - [`run`]: the command, one document or a list of them on all cores.
//! - [`document`]: one document through the stages the daemon uses, whatever is in it.
//! - [`probe`]: the JSON that comes out.

mod document;
mod probe;
mod run;

pub use run::{Asked, run};
