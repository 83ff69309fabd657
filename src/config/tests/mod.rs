//! The module as a whole: rendered errors, defaults, round trips, and documents that must not
//! drift from the code.

mod documents;
mod errors;
mod mistakes;
mod mistakes_of_rules;
mod resolving;
mod support;
