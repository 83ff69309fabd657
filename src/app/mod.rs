//! The program around the engine: command line, life cycle, commands.
//!
//! - [`cli`]: the command line.
//! - [`setup`]: a checked configuration made into the engine's plan.
//! - [`daemon`]: the daemon from start to stop: listener first, then the store, then polling.
//! - [`session`]: one open store with everything that runs on it.
//! - `replay`: what another configuration would let in and out.
//! - `rule_tests`: the `[[test]]` blocks at work.
//! - [`shared`]: what the parts of the daemon share, and the reload.
//! - [`supervise`]: what runs beside the sessions, and what its end means.
//! - [`handler`]: what the control socket is answered.
//! - [`notify`]: what systemd is told.
//! - [`commands`]: one file a subcommand.

pub mod cli;
pub mod commands;
pub mod daemon;
pub mod error;
pub mod handler;
pub mod notify;
mod replay;
mod rule_tests;
pub mod session;
pub mod setup;
pub mod shared;
mod supervise;

pub use cli::Cli;
pub use commands::{execute, log_level, refuse};
pub use error::AppError;
