//! Runs the routes on a listener until it is told to stop.

use std::future::IntoFuture;
use std::io;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::serve::listener::BoundedListener;
use crate::serve::router::router;
use crate::serve::state::ServeState;

/// What readers may cost.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Connections at a time; more wait in the system's queue. Default 512, half of the file
    /// descriptors that a process usually gets.
    pub connections: usize,
    /// How long a connection is kept during which its reader takes no byte of an answer: it sends
    /// its request slowly, keeps the connection for later, or stops reading. Default 30 s.
    pub patience: Duration,
    /// How long answers under way may take once the service stops. Default 10 s.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 512,
            patience: Duration::from_secs(30),
            drain: Duration::from_secs(10),
        }
    }
}

/// Serves until `shutdown`: then nothing more is accepted, kept connections close, and answers
/// under way are finished, for 10 s at most. What is unfinished then ends with the runtime.
///
/// # Errors
/// None at present; trouble of single connections is theirs.
pub async fn serve(
    listener: TcpListener,
    state: ServeState,
    shutdown: CancellationToken,
) -> io::Result<()> {
    serve_within(Limits::default(), listener, router(state), shutdown).await
}

/// [`serve`] with limits and routes of the caller's.
///
/// # Errors
/// None at present; trouble of single connections is theirs.
pub async fn serve_within(
    limits: Limits,
    listener: TcpListener,
    router: Router,
    shutdown: CancellationToken,
) -> io::Result<()> {
    let listener = BoundedListener::new(listener, limits.connections, limits.patience);
    let serving = axum::serve(listener, router)
        .with_graceful_shutdown(shutdown.clone().cancelled_owned())
        .into_future();
    let too_long = async {
        shutdown.cancelled().await;
        sleep(limits.drain).await;
    };
    tokio::select! {
        served = serving => served,
        () = too_long => Ok(()),
    }
}
