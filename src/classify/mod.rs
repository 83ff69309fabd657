//! Which regions an entry belongs to, and why.
//!
//! A region is a set of countries and words of its own. The vocabulary (`data/*.toml`, one file a
//! language) says how each country is named and inflected; [`compile()`] makes one search of the
//! regions a configuration publishes, and [`Classifier::classify`] runs it over an entry.
//!
//! *How a word is found.* Texts are folded ([`crate::text::fold`]) and searched once, for the
//! uninflected beginnings of all words at the same time. Where one is found, its place is checked:
//! does a word begin here, is what follows an ending this word has, does it end there? Endings are
//! enumerated, paradigm by paradigm; nothing is stemmed, because a stem is shared by words that
//! are not (Oman, *omano*; Mali, *malo*).
//!
//! *What guards a word* (see `data/guards.toml`): a capital letter where the word is also a common
//! one, company where it is weak (*Mary* speaks for Turkmenistan only beside something that surely
//! does), the words around it, and what the entry as a whole is about.
//!
//! Everything here is pure: no clock, no store, no log.

mod classifier;
mod compile;
mod endings;
mod error;
mod guard;
mod holders;
mod notation;
mod packs;
mod phrase;
mod vocabulary;

#[cfg(test)]
mod tests;

pub use classifier::{Classifier, Input};
pub use compile::compile;
pub use error::CompileError;
pub use packs::{pack_names, pack_title};
