//! Which command runs, and how it ends.

use std::future::Future;
use std::path::PathBuf;
use std::process::ExitCode;

use crate::app::cli::{Cli, Command, ConfigCommand};
use crate::app::commands::{check, config, explain, output, run, status, tell};
use crate::app::error::AppError;
use crate::config::Env;
use crate::control::Request;

/// Runs the command of `cli` and says on stderr why it ended badly, if it did.
pub fn execute(cli: Cli, env: &Env) -> ExitCode {
    match command(cli, env) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::complain(&error);
            ExitCode::from(error.exit_code())
        }
    }
}

fn command(cli: Cli, env: &Env) -> Result<(), AppError> {
    let path = cli.config.unwrap_or_else(|| env.config_path());
    match cli.command.unwrap_or(Command::Run { once: false }) {
        Command::Run { once: false } => block_on(run::daemon(&path, env)),
        Command::Run { once: true } => block_on(run::once(&path, env)),
        Command::Check { online, file } => {
            let path: PathBuf = file.unwrap_or(path);
            block_on(check::run(&path, env, online))
        }
        Command::Status { json } => status::run(&path, env, json),
        Command::Explain { what, json } => {
            block_on(explain::run(&path, env, &what.join(" "), json))
        }
        Command::Reload => tell::run(&path, env, &Request::Reload),
        Command::Poll { feed } => tell::run(&path, env, &Request::Poll { feed }),
        Command::Config {
            command: ConfigCommand::Print,
        } => config::print(&path, env),
    }
}

fn block_on(future: impl Future<Output = Result<(), AppError>>) -> Result<(), AppError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| AppError::Failed(format!("cannot start the async runtime: {error}")))?;
    runtime.block_on(future)
}

/// Says on stderr that the environment is not usable.
pub fn refuse(error: &dyn std::error::Error) -> ExitCode {
    let error = AppError::Failed(error.to_string());
    output::complain(&error);
    ExitCode::from(error.exit_code())
}
