//! Black-box tests: the real binary, local servers, no internet.

mod fetch;
mod publish;
mod serve;
mod support;
mod tidy;
mod tidy_planted;
