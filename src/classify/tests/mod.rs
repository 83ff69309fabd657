//! What is found in which text: the tables that hold vocabulary and matching to their word.

mod default_country;
mod filter;
mod found;
mod friends;
mod language;
mod own_name;
mod packs;
mod phrases;
mod places;
mod properties;
mod rules;
mod shipped;
mod story;
mod support;
mod topics;
