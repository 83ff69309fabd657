//! Which regions an entry belongs to, and why.
//!
//! A region is a set of countries and words of its own. The vocabulary (`data/*.toml`, one file a
//! language) says how each country is named and inflected; `gazetteer` finds the *places* an entry
//! names, whatever is published. `terms` finds the words of the configuration. `decide` weighs
//! both and asks the rules. [`compile()`] puts the three together for a configuration;
//! [`Classifier::classify`] runs them over an entry, [`Classifier::judge`] says what each rule
//! made of it. All that the rules know of the gazetteer is [`place`].
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
mod decide;
mod endings;
mod error;
mod fields;
mod gazetteer;
mod guard;
mod notation;
mod packs;
mod phrase;
mod place;
mod resolve;
mod terms;
mod topics;
mod vocabulary;

#[cfg(test)]
mod tests;

pub use classifier::{Classifier, Input};
pub use compile::compile;
pub use error::CompileError;
pub use packs::{pack_names, pack_title};
pub use terms::stem_languages;
pub use topics::topic_names;
