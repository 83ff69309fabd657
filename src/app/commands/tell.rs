//! Commands that only pass a request to the running daemon: `reload`, `poll FEED`.

use std::path::{Path, PathBuf};

use crate::app::commands::output;
use crate::app::error::AppError;
use crate::app::setup;
use crate::config::Env;
use crate::control::{self, ControlError, Request, Response};

/// Where the daemon's socket lies: in the runtime directory this configuration or this
/// environment names, else where the packaged service has it. A configuration that cannot be
/// read must not keep the daemon from being asked.
pub fn socket(path: &Path, env: &Env) -> PathBuf {
    if let Ok(config) = setup::read(path, env) {
        return control::locate(&config.daemon.runtime_dir);
    }
    let runtime_dir = env.runtime_dir().or_else(|| env.state_dir());
    runtime_dir.map_or_else(
        || PathBuf::from(control::SYSTEM_SOCKET),
        |runtime_dir| control::locate(&runtime_dir),
    )
}

/// Passes `request` on and prints the answer.
///
/// # Errors
/// Where no daemon answers, or it refuses.
pub fn run(path: &Path, env: &Env, request: &Request) -> Result<(), AppError> {
    let answer = match control::ask(&socket(path, env), request) {
        // Not found, perhaps, because the file that says where to look has a mistake in it.
        Err(error @ ControlError::NotRunning { .. }) => {
            setup::load(path, env)?;
            return Err(error.into());
        }
        answer => answer?,
    };
    match answer {
        Response::Done { message } => output::say(message),
        other => Err(unexpected(other)),
    }
}

/// The error an answer other than the hoped for one is.
pub fn unexpected(response: Response) -> AppError {
    match response {
        Response::Refused {
            message,
            hint: Some(hint),
        } => AppError::Failed(format!("{message}\nhint: {hint}")),
        Response::Refused {
            message,
            hint: None,
        } => AppError::Failed(message),
        other => AppError::Failed(format!("the daemon answered something else: {other:?}")),
    }
}
