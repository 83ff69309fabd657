//! The `nuncio` program: arguments, environment, log, command, exit code.

use std::process::ExitCode;

use clap::Parser;
use nuncio::app::{self, Cli};
use nuncio::config::Env;
use nuncio::telemetry;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let env = Env::from_process();
    let journald = telemetry::stderr_is_journal(env.journal_stream());
    if let Err(error) = telemetry::init(app::log_level(&cli, &env), journald) {
        return app::refuse(&error);
    }
    app::execute(cli, &env)
}
