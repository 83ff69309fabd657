//! What is found in which text: the tables that hold vocabulary and matching to their word.

mod default_country;
mod filter;
mod found;
mod rules;
mod shipped;
mod support;
mod topics;
