//! Folding, words, scripts: what several stages need of a text.
