//! Which regions an entry belongs to, and why.
//!
//! A region is a set of countries and words of its own. The gazetteer (tables of `data/`, compiled
//! by the build script: `docs/gazetteer.md`) says how each country is named and inflected in each
//! language; `gazetteer` finds the *places* an entry names, whatever is published. `terms` finds
//! the words of the configuration. `decide` weighs both and asks the rules. [`compile()`] puts the
//! three together for a configuration; [`Classifier::read`] finds what stands in an
//! entry, [`Findings`] say what each rule makes of it. All that the rules know of the gazetteer
//! is [`place`].
//!
//! *How a word is found.* Texts are folded ([`crate::text::fold`]). Where a word may begin, the
//! uninflected beginnings of all words are walked as one trie (`stems`); where one ends, what follows is
//! checked: is it an ending this word has, does the word end there? Endings are enumerated,
//! paradigm by paradigm; nothing is stemmed, because a stem is shared by words that are not (Oman,
//! *omano*; Mali, *malo*). Only words of the entry's language are asked ([`language`]), and of
//! those its press borrows from.
//!
//! *What guards a word* ([`mention`], `data/guards.toml`): a capital letter where the word is also
//! a common one, company where it is weak (*Mary* speaks for Turkmenistan only beside something
//! that surely does), the words around it, and what the entry as a whole is about.
//! What an entry says of its own feed does not count ([`own_name`]).
//!
//! Everything here is pure: no clock, no store, no log.

mod classifier;
mod compile;
mod compiled;
mod context;
mod decide;
mod endings;
mod error;
mod fields;
mod gazetteer;
mod language;
mod mention;
mod overlap;
mod own_name;
mod packs;
mod place;
mod resolve;
mod stems;
mod terms;
mod topics;

#[cfg(test)]
mod tests;

pub use classifier::{Classifier, Findings, Input};
pub use compile::compile;
pub use error::CompileError;
pub use own_name::Source;
pub use packs::{pack_names, pack_title};
pub use terms::stem_languages;
pub use topics::topic_names;
