//! Why a command ended badly, with the exit code that says so to a script or to systemd.

use std::io;
use std::net::SocketAddr;

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
    /// The address cannot be listened on.
    #[error(
        "cannot listen on {listen}: {source}\nhint: {}",
        about_listening(source)
    )]
    Listen {
        /// The address.
        listen: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// Anything else, said in full.
    #[error("{0}")]
    Failed(String),
}

impl AppError {
    /// Exit code of the process.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Config(_) | Self::Rules(_) => 78,
            Self::Store(_) | Self::Control(_) | Self::Listen { .. } | Self::Failed(_) => 1,
        }
    }
}

fn about_listening(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::AddrInUse => {
            "another program, perhaps another nuncio, has this port; stop it or set another daemon.listen"
        }
        io::ErrorKind::PermissionDenied => {
            "ports below 1024 need a privilege; set another daemon.listen"
        }
        io::ErrorKind::AddrNotAvailable => {
            "this machine does not have that address; set another daemon.listen"
        }
        _ => "set another daemon.listen",
    }
}
