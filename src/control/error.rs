//! What can go wrong on the control socket, at either end, and what to do then.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use crate::control::bind::SOCKET_PATH_MAX_BYTES;
use crate::control::protocol::VERSION;
use crate::control::wire::{ANSWER_MAX_BYTES, REQUEST_MAX_BYTES};

/// Why the socket could not be opened, or a running daemon not asked.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    /// Another daemon has this socket.
    #[error("another nuncio{} has the control socket {}; stop it first, or give this one another state-dir", in_process(*pid), path.display())]
    InUse {
        /// The socket.
        path: PathBuf,
        /// That daemon's process, where it could be read.
        pid: Option<u32>,
    },
    /// No daemon listens there.
    #[error("no nuncio is running that listens at {}; start it with `systemctl start nuncio` or `nuncio run`", path.display())]
    NotRunning {
        /// The socket.
        path: PathBuf,
    },
    /// The socket belongs to another user.
    #[error("the control socket {} is only for root and the daemon's own user; try again with sudo", path.display())]
    Denied {
        /// The socket.
        path: PathBuf,
    },
    /// Longer than a socket address can be.
    #[error("the control socket's path {} is too long: a socket path has at most {SOCKET_PATH_MAX_BYTES} bytes; choose a shorter state-dir", path.display())]
    PathTooLong {
        /// The socket.
        path: PathBuf,
    },
    /// Something that is no socket has its name.
    #[error("{} is in the way of the control socket and is none itself; move it elsewhere", path.display())]
    NotASocket {
        /// What is in the way.
        path: PathBuf,
    },
    /// The file system or the socket refused.
    #[error("failed to {doing} {}", path.display())]
    Io {
        /// What was being done, as an infinitive.
        doing: &'static str,
        /// To what.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It did not answer in time.
    #[error("the daemon did not answer within {} s; it may still be at it: `nuncio status`, `journalctl -u nuncio`", limit.as_secs())]
    NoAnswer {
        /// How long it was waited for.
        limit: Duration,
    },
    /// It hung up without an answer.
    #[error("the daemon hung up without an answer; `journalctl -u nuncio` has the reason")]
    HungUp,
    /// A request over [`REQUEST_MAX_BYTES`].
    #[error("the request is longer than {} KiB", REQUEST_MAX_BYTES >> 10)]
    RequestTooLong,
    /// An answer over [`ANSWER_MAX_BYTES`].
    #[error("the daemon's answer is longer than {} MiB", ANSWER_MAX_BYTES >> 20)]
    AnswerTooLong,
    /// The two ends speak different versions.
    #[error(
        "the other end speaks version {theirs} of the control protocol and this nuncio version {VERSION}; after an upgrade, `systemctl restart nuncio`"
    )]
    OtherVersion {
        /// Version at the other end.
        theirs: u16,
    },
    /// No line of the protocol.
    #[error("what the other end says is not the control protocol: {0}")]
    Malformed(serde_json::Error),
}

impl ControlError {
    /// Stable word for logs and metrics.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::InUse { .. } => "in-use",
            Self::NotRunning { .. } => "not-running",
            Self::Denied { .. } => "denied",
            Self::PathTooLong { .. } => "path-too-long",
            Self::NotASocket { .. } => "not-a-socket",
            Self::Io { .. } => "io",
            Self::NoAnswer { .. } => "no-answer",
            Self::HungUp => "hung-up",
            Self::RequestTooLong => "request-too-long",
            Self::AnswerTooLong => "answer-too-long",
            Self::OtherVersion { .. } => "other-version",
            Self::Malformed(_) => "malformed",
        }
    }
}

fn in_process(pid: Option<u32>) -> String {
    pid.map_or_else(String::new, |pid| format!(" (process {pid})"))
}
