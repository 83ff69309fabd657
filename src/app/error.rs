//! Why a command ended badly, with the exit code that says so to a script or to systemd.

use crate::config::ConfigErrors;
use crate::control::ControlError;
use crate::store::StoreError;

/// Why a command ended badly.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The configuration is not usable: exit code 78 (`EX_CONFIG`), so that systemd does not
    /// try again.
    #[error("{0}")]
    Config(#[from] ConfigErrors),
    /// The configuration is usable, but not what it says of itself: a `[[test]]` fails, or the
    /// rules do not compile. Exit code 78.
    #[error("{0}")]
    Rules(String),
    /// The store cannot be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The control socket.
    #[error(transparent)]
    Control(#[from] ControlError),
    /// Anything else, said in full.
    #[error("{0}")]
    Failed(String),
}

impl AppError {
    /// Exit code of the process.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Config(_) | Self::Rules(_) => 78,
            Self::Store(_) | Self::Control(_) | Self::Failed(_) => 1,
        }
    }
}
