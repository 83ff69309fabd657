//! Which command runs, and how it ends.

use std::future::Future;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use crate::app::cli::{Cli, Command, ConfigCommand};
use crate::app::commands::{
    check, classify, config as config_command, demo, explain, output, parse, replay, run, status,
    tell,
};
use crate::app::error::AppError;
use crate::config::{self, Env, Located};
use crate::control::Request;

/// Threads that still wait for a name server or read a body when everything is done are left
/// alone after this: nothing waits for what they find.
const THREADS_MAY_TAKE: Duration = Duration::from_secs(2);

/// Level of the log under `cli`: what the environment says. Without that, what the demo shows is
/// not mixed with what its daemon logs of it, but for its errors.
pub fn log_level<'e>(cli: &Cli, env: &'e Env) -> Option<&'e str> {
    let of_command = match cli.command {
        Some(Command::Demo { .. }) => Some("error"),
        _ => None,
    };
    env.log_level().or(of_command)
}

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
    let command = cli.command.unwrap_or(Command::Run { once: false });
    let located = match cli.config {
        Some(path) => Located::named(path),
        None => config::locate(env),
    };
    if let (true, Some(absent)) = (goes_by_its_file(&command), &located.instead_of) {
        output::note(format_args!(
            "there is no {} here: reading {}",
            absent.display(),
            located.path.display()
        ));
    }
    let path = located.path;
    match command {
        Command::Run { once: false } => block_on(run::daemon(&path, env)),
        Command::Run { once: true } => block_on(run::once(&path, env)),
        Command::Demo { once, port } => block_on(demo::run(env, once, port)),
        Command::Check { online, file } => {
            let path: PathBuf = file.unwrap_or(path);
            block_on(check::run(&path, env, online))
        }
        Command::Status { json } => status::run(&path, env, json),
        Command::Explain {
            what,
            feed,
            language,
            json,
        } => {
            let question = explain::Question {
                what: what.join(" "),
                feed,
                language,
            };
            explain::run(&path, env, &question, json)
        }
        Command::Classify { about, jobs, .. } => classify::run(about, jobs),
        Command::Replay { file, json } => {
            let changed: PathBuf = file.unwrap_or_else(|| path.clone());
            replay::run(&path, env, &changed, json)
        }
        Command::Reload => tell::run(&path, env, &Request::Reload),
        Command::Poll { feed } => tell::run(&path, env, &Request::Poll { feed }),
        Command::Parse {
            batch: Some(list), ..
        } => parse::run(parse::Asked::Batch(list)),
        Command::Parse {
            file,
            content_type,
            base_url,
            batch: None,
        } => parse::run(parse::Asked::One {
            file: file.unwrap_or_default(),
            content_type,
            base_url,
        }),
        Command::Config {
            command: ConfigCommand::Print,
        } => config_command::print(&path, env),
    }
}

/// Whether the command does what the file says; the others only look there for the daemon.
fn goes_by_its_file(command: &Command) -> bool {
    match command {
        Command::Run { .. } | Command::Explain { .. } | Command::Config { .. } => true,
        Command::Check { file, .. } | Command::Replay { file, .. } => file.is_none(),
        Command::Demo { .. }
        | Command::Status { .. }
        | Command::Classify { .. }
        | Command::Parse { .. }
        | Command::Reload
        | Command::Poll { .. } => false,
    }
}

fn block_on(future: impl Future<Output = Result<(), AppError>>) -> Result<(), AppError> {
    block_on_within(THREADS_MAY_TAKE, future)
}

fn block_on_within(
    threads_may_take: Duration,
    future: impl Future<Output = Result<(), AppError>>,
) -> Result<(), AppError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| AppError::Failed(format!("cannot start the async runtime: {error}")))?;
    let result = runtime.block_on(future);
    runtime.shutdown_timeout(threads_may_take);
    result
}

/// Says on stderr that the environment is not usable.
pub fn refuse(error: &dyn std::error::Error) -> ExitCode {
    let error = AppError::Failed(error.to_string());
    output::complain(&error);
    ExitCode::from(error.exit_code())
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn a_thread_that_waits_for_ever_does_not_keep_the_process() {
        let (_held, never) = mpsc::channel::<()>();
        let ended = block_on_within(Duration::ZERO, async {
            tokio::task::spawn_blocking(move || never.recv());
            Ok(())
        });
        assert!(ended.is_ok());
    }
}
