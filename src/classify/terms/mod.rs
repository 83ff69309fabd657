//! The user's own terms: one search for all of them, whatever their kind.

mod inflect;
mod near;
mod piece;
mod search;
mod wildcard;

pub(super) use inflect::SOURCE;
pub use inflect::stem_languages;
pub(super) use search::{TermHit, Terms};
