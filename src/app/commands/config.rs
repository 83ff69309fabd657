//! `config print`.

use std::path::Path;

use crate::app::commands::output;
use crate::app::error::AppError;
use crate::app::setup;
use crate::config::Env;

/// Prints the configuration as it is understood.
///
/// # Errors
/// What is wrong with it.
pub fn print(path: &Path, env: &Env) -> Result<(), AppError> {
    let (config, _) = setup::load(path, env)?;
    output::say(config.to_toml().trim_end())
}
