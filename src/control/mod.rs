//! The Unix socket by which a running daemon is asked and told.
//!
//! Only the daemon may open the store, so everything a second process wants of it (`nuncio
//! status`, `reload`, `poll`, `explain`) goes through this socket.
//!
//! # The conversation
//! One connection carries one request and one answer, each one line of JSON:
//!
//! ```text
//! → {"nuncio":1,"body":{"poll":{"feed":"mfa-kz"}}}
//! ← {"nuncio":1,"body":{"done":{"message":"polled feed mfa-kz: 3 new"}}}
//! ```
//!
//! - `nuncio` is the [`VERSION`](protocol::VERSION) of the protocol; `body` is a
//!   [`Request`] or a [`Response`]. Unknown fields are ignored at both ends.
//! - A request is at most [`REQUEST_MAX_BYTES`](wire::REQUEST_MAX_BYTES), an answer at most
//!   [`ANSWER_MAX_BYTES`](wire::ANSWER_MAX_BYTES).
//! - Whatever a client sends, the daemon answers with a `Response` or hangs up within
//!   [`READ_LIMIT`](server::READ_LIMIT); no client keeps another waiting longer than that.
//!
//! # Who may
//! The socket has mode 0600 and lies in a directory made with mode 0700: root and the daemon's
//! own user. Peer credentials are not asked: under `PrivateUsers=` root arrives as nobody.
//!
//! # Who is alive
//! The daemon holds a lock on a file beside the socket for as long as it lives. The kernel drops
//! the lock however the process ends, so a socket without a lock holder is a dead daemon's and
//! can be replaced without a race and without asking it.

pub mod bind;
pub mod client;
pub mod error;
pub mod explanation;
pub mod protocol;
pub mod replay;
pub mod rfc3339;
pub mod server;
pub mod status;
pub mod wire;

pub use bind::{ControlSocket, SYSTEM_SOCKET, bind, locate, socket_in};
pub use client::ask;
pub use error::ControlError;
pub use explanation::{Explanation, Verdict};
pub use protocol::{Request, Response};
pub use replay::{ReplayEntry, ReplayReport};
pub use server::{Answer, Handler, serve};
pub use status::{FeedReport, MergedReport, StatusReport, StoreReport};
