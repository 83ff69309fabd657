//! Folding, words, scripts: what several stages need of a text.
pub mod fold;
pub mod words;
