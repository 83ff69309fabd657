//! One file a subcommand.

pub mod check;
pub mod classify;
pub mod columns;
pub mod config;
pub mod demo;
pub mod execute;
pub mod explain;
mod judged;
pub mod output;
pub mod parse;
pub mod replay;
pub mod run;
pub mod status;
pub mod tell;

pub use execute::{execute, log_level, refuse};
