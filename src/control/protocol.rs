//! What is said on the control socket: requests and answers.
//!
//! These types are a promise to other programs: they hold their own words, not the model's, and a
//! test below holds the exact JSON. Raise [`VERSION`] when a field changes its meaning or goes;
//! a new field with `#[serde(default)]` or a new request needs no new version.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::control::explanation::Explanation;
use crate::control::replay::ReplayReport;
use crate::control::status::StatusReport;

/// Version of the protocol, in every line.
pub const VERSION: u16 = 1;

/// What a running daemon is asked.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Request {
    /// Whether somebody is there. Answered by [`Response::Pong`].
    Ping,
    /// State of everything. Answered by [`Response::Status`].
    Status,
    /// Read the configuration again; a bad one changes nothing and is refused with its errors.
    Reload,
    /// Poll one feed now and say what came of it.
    Poll {
        /// Its id in `feeds.toml`.
        feed: String,
    },
    /// Why an entry is in or out. Answered by [`Response::Found`].
    Explain {
        /// An entry's address or a story's id (`urn:uuid:…`).
        what: String,
    },
    /// What another configuration would let in and out. Answered by [`Response::Replayed`];
    /// changes nothing.
    Replay {
        /// Text of its file; paths in it mean what they mean in the daemon's own.
        config: String,
    },
}

impl Request {
    /// How long the daemon may work on the answer before it refuses instead.
    ///
    /// A poll waits for its turn at the host and then for a slow server; a reload compiles the
    /// rules. The others only read.
    pub fn patience(&self) -> Duration {
        match self {
            Self::Ping | Self::Status => Duration::from_secs(10),
            Self::Explain { .. } => Duration::from_secs(30),
            Self::Reload => Duration::from_mins(1),
            Self::Poll { .. } | Self::Replay { .. } => Duration::from_mins(3),
        }
    }
}

/// What it answers.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Response {
    /// Somebody is there.
    Pong {
        /// Version of the daemon.
        version: String,
        /// Its process.
        pid: u32,
    },
    /// State of everything.
    Status(Box<StatusReport>),
    /// It was done.
    Done {
        /// What was done, for a person.
        message: String,
    },
    /// It was not done, and nothing changed.
    Refused {
        /// Why, for a person.
        message: String,
        /// What to do about it.
        hint: Option<String>,
    },
    /// The entries behind what was asked; empty where none is known.
    Found(Vec<Explanation>),
    /// What another configuration would let in and out.
    Replayed(Box<ReplayReport>),
}

impl Response {
    /// Something was done.
    pub fn done(message: impl Into<String>) -> Self {
        Self::Done {
            message: message.into(),
        }
    }

    /// Something was not done.
    pub fn refused(message: impl Into<String>, hint: Option<&str>) -> Self {
        Self::Refused {
            message: message.into(),
            hint: hint.map(str::to_owned),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_json_of_requests_is_a_promise() {
        for (request, json) in [
            (Request::Ping, r#""ping""#),
            (Request::Status, r#""status""#),
            (Request::Reload, r#""reload""#),
            (
                Request::Poll {
                    feed: "mfa-kz".to_owned(),
                },
                r#"{"poll":{"feed":"mfa-kz"}}"#,
            ),
            (
                Request::Explain {
                    what: "https://example.org/1".to_owned(),
                },
                r#"{"explain":{"what":"https://example.org/1"}}"#,
            ),
            (
                Request::Replay {
                    config: "regions = []".to_owned(),
                },
                r#"{"replay":{"config":"regions = []"}}"#,
            ),
        ] {
            assert_eq!(serde_json::to_string(&request).unwrap(), json);
            assert_eq!(serde_json::from_str::<Request>(json).unwrap(), request);
        }
    }

    #[test]
    fn the_json_of_answers_is_a_promise() {
        for (response, json) in [
            (
                Response::Pong {
                    version: "0.1.0".to_owned(),
                    pid: 7,
                },
                r#"{"pong":{"version":"0.1.0","pid":7}}"#,
            ),
            (
                Response::done("reloaded"),
                r#"{"done":{"message":"reloaded"}}"#,
            ),
            (
                Response::refused("no feed mfa-kx", Some("did you mean mfa-kz?")),
                r#"{"refused":{"message":"no feed mfa-kx","hint":"did you mean mfa-kz?"}}"#,
            ),
            (Response::Found(Vec::new()), r#"{"found":[]}"#),
            (
                Response::Replayed(Box::default()),
                r#"{"replayed":{"judged":0,"skipped":0,"entering":0,"leaving":0,"enter":[],"leave":[]}}"#,
            ),
        ] {
            assert_eq!(serde_json::to_string(&response).unwrap(), json);
            assert_eq!(serde_json::from_str::<Response>(json).unwrap(), response);
        }
    }
}
