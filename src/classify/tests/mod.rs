//! What is found in which text: the tables that hold vocabulary and matching to their word.

mod found;
mod rules;
mod shipped;
mod support;
