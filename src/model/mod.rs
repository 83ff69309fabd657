//! The words of the domain as types: what every stage takes and gives.
//!
//! Nothing here does I/O, reads a clock or knows another module; a type that two stages share
//! lives here, so that the stages meet only in `engine`.

pub mod content;
pub mod country;
pub mod entry;
pub mod feed;
pub mod fingerprint;
pub mod html;
pub mod judgement;
pub mod known;
pub mod outcome;
pub mod parsed;
pub mod region;
pub mod rendered;
pub mod rules;
pub mod story;
pub mod tally;
pub mod time;
pub mod url;
pub mod weight;
