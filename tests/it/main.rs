//! Black-box tests: the real binary, local servers, no internet.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::panic,
    reason = "a test that meets the unexpected fails"
)]

mod check;
mod classify;
mod damage;
mod demo;
mod feeds;
mod fetch;
mod lifecycle;
mod markup;
mod newsboat;
mod parse;
mod publish;
mod reclassify;
mod replay;
mod rules;
mod serve;
mod sources;
mod stages;
mod support;
mod tidy;
mod tidy_planted;
mod topics;
mod zones;
