//! Black-box tests: the real binary, local servers, no internet.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test helper that cannot go on must say where"
)]
mod fetch;
mod publish;
mod serve;
mod stages;
mod support;
mod tidy;
mod tidy_planted;
