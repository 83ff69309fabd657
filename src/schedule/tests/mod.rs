//! Tables and properties of the policy.

mod failures;
mod pace;
mod poll;
mod properties;
mod redirects;
