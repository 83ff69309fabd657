//! Folding, words, scripts: what several stages need of a text.
//!
//! *Invariant:* everything that compares words compares them folded by [`fold::fold`], and cuts
//! them by [`words`]; no stage has a second idea of what a word is.

pub mod fold;
pub mod mojibake;
mod pages;
pub mod script;
pub mod space;
pub mod words;
