//! The answering end, inside the daemon.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::{debug, warn};

use crate::control::bind::{ControlSocket, failed};
use crate::control::error::ControlError;
use crate::control::protocol::{Request, Response};
use crate::control::wire::{self, REQUEST_MAX_BYTES};

/// A client has this long to say what it wants.
pub const READ_LIMIT: Duration = Duration::from_secs(5);

/// And this long to take its answer.
pub const WRITE_LIMIT: Duration = Duration::from_secs(5);

/// Clients answered at a time; the next ones wait in the listener's queue.
pub const CLIENTS_MAX: usize = 32;

/// Pause after an `accept` that failed, which out of file descriptors it would do at once again.
const ACCEPT_PAUSE: Duration = Duration::from_millis(500);

/// An answer to come.
pub type Answer<'a> = Pin<Box<dyn Future<Output = Response> + Send + 'a>>;

/// Knows the answers: the daemon.
///
/// The future is dropped before it is done when the daemon stops or [`Request::patience`] ends:
/// work that must not stop half-way belongs in a task of its own, which the future only waits for.
pub trait Handler: Send + Sync + 'static {
    /// The answer to one request.
    fn handle(&self, request: Request) -> Answer<'_>;
}

/// Answers clients until `shutdown`, then tells those still waiting that the daemon stops,
/// and removes the socket.
///
/// # Errors
/// [`ControlError::Io`] where the socket cannot be listened on at all; a client's trouble is
/// never one.
pub async fn serve(
    socket: ControlSocket,
    handler: Arc<dyn Handler>,
    shutdown: CancellationToken,
) -> Result<(), ControlError> {
    let listener =
        UnixListener::from_std(socket.listener()?).map_err(failed("listen on", socket.path()))?;
    let slots = Arc::new(Semaphore::new(CLIENTS_MAX));
    let clients = TaskTracker::new();
    while let Some(accepted) = shutdown
        .run_until_cancelled(accept(&listener, &slots))
        .await
    {
        match accepted {
            Ok((stream, slot)) => {
                let (handler, shutdown) = (handler.clone(), shutdown.clone());
                clients.spawn(async move {
                    converse(stream, handler.as_ref(), &shutdown).await;
                    drop(slot);
                });
            }
            Err(error) => {
                warn!(%error, "accepting a control client failed");
                shutdown.run_until_cancelled(sleep(ACCEPT_PAUSE)).await;
            }
        }
    }
    drop(listener);
    clients.close();
    // Bounded: whatever they wait for ends with `shutdown`, and taking the answer has its limit.
    clients.wait().await;
    Ok(())
}

async fn accept(
    listener: &UnixListener,
    slots: &Arc<Semaphore>,
) -> io::Result<(UnixStream, OwnedSemaphorePermit)> {
    let slot = slots
        .clone()
        .acquire_owned()
        .await
        .map_err(io::Error::other)?;
    let (stream, _) = listener.accept().await?;
    Ok((stream, slot))
}

/// Reads one request, answers it, hangs up.
async fn converse<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: S,
    handler: &dyn Handler,
    shutdown: &CancellationToken,
) {
    let heard = timeout(READ_LIMIT, read_request(&mut stream));
    let response = match shutdown.run_until_cancelled(heard).await {
        Some(Ok(Ok(Some(request)))) => answer(request, handler, shutdown).await,
        Some(Ok(Ok(None))) => return debug!("a control client hung up without a request"),
        Some(Ok(Err(error))) => not_understood(&error),
        Some(Err(_)) => Response::refused(
            format!("no whole request came within {} s", READ_LIMIT.as_secs()),
            Some("send one line of JSON and end it"),
        ),
        None => stopping(),
    };
    match wire::encode(&response) {
        Ok(line) => write(&mut stream, &line).await,
        Err(error) => warn!(%error, "an answer on the control socket has no JSON"),
    }
}

async fn answer(request: Request, handler: &dyn Handler, shutdown: &CancellationToken) -> Response {
    let patience = request.patience();
    let handled = timeout(patience, handler.handle(request));
    match shutdown.run_until_cancelled(handled).await {
        Some(Ok(response)) => response,
        Some(Err(_)) => Response::refused(
            format!("it took longer than {} s", patience.as_secs()),
            Some("it may still happen: see `nuncio status` and `journalctl -u nuncio`"),
        ),
        None => stopping(),
    }
}

fn stopping() -> Response {
    Response::refused("the daemon is stopping", Some("ask again when it is back"))
}

/// One request, or `None` where the client says nothing and hangs up.
async fn read_request<S: AsyncRead + Unpin>(stream: S) -> Result<Option<Request>, ControlError> {
    let most = u64::try_from(REQUEST_MAX_BYTES).unwrap_or(u64::MAX);
    let mut line = Vec::new();
    let read = BufReader::new(stream.take(most.saturating_add(1)))
        .read_until(b'\n', &mut line)
        .await;
    match read {
        Ok(0) | Err(_) => Ok(None),
        Ok(n_bytes) if n_bytes > REQUEST_MAX_BYTES => Err(ControlError::RequestTooLong),
        Ok(_) => wire::decode(&line).map(Some),
    }
}

fn not_understood(error: &ControlError) -> Response {
    let version = env!("CARGO_PKG_VERSION");
    Response::refused(
        format!("the request was not understood: {error}"),
        Some(&format!(
            "this daemon is nuncio {version}; ask it with the nuncio of that version"
        )),
    )
}

async fn write<S: AsyncWrite + Unpin>(stream: &mut S, line: &[u8]) {
    let written = timeout(WRITE_LIMIT, async {
        stream.write_all(line).await?;
        stream.shutdown().await
    });
    match written.await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => debug!(%error, "a control client hung up before its answer"),
        Err(_) => debug!("a control client did not take its answer"),
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;
    use std::os::unix::net::UnixStream as StdStream;
    use std::path::PathBuf;

    use tempfile::TempDir;
    use tokio::io::duplex;
    use tokio::task::{JoinHandle, spawn_blocking};
    use tokio::time::Instant;

    use super::*;
    use crate::control::bind::{bind, socket_in};
    use crate::control::client::ask;

    /// Answers at once, never or not at all, by what it is asked.
    struct Daemon;

    impl Handler for Daemon {
        fn handle(&self, request: Request) -> Answer<'_> {
            Box::pin(async move {
                match request {
                    Request::Ping => Response::done("here"),
                    Request::Status => Response::done("x".repeat(1 << 20)),
                    Request::Reload => pending().await,
                    Request::Poll { feed } => panic!("planted at {feed}"),
                    Request::Explain { what } | Request::Replay { config: what } => {
                        Response::done(what)
                    }
                }
            })
        }
    }

    struct Running {
        path: PathBuf,
        shutdown: CancellationToken,
        server: JoinHandle<Result<(), ControlError>>,
        _home: TempDir,
    }

    impl Running {
        fn start() -> Self {
            let home = tempfile::tempdir().unwrap();
            let path = socket_in(home.path());
            let socket = bind(&path).unwrap();
            let shutdown = CancellationToken::new();
            let server =
                TaskTracker::new().spawn(serve(socket, Arc::new(Daemon), shutdown.clone()));
            Self {
                path,
                shutdown,
                server,
                _home: home,
            }
        }

        fn ask(&self, request: Request) -> JoinHandle<Result<Response, ControlError>> {
            let path = self.path.clone();
            spawn_blocking(move || ask(&path, &request))
        }
    }

    fn poll() -> Request {
        Request::Poll {
            feed: "mfa-kz".to_owned(),
        }
    }

    #[tokio::test]
    async fn each_client_gets_its_own_answer() {
        let daemon = Running::start();
        let asked: Vec<_> = (0..8)
            .map(|n| {
                let what = format!("story {n}");
                (what.clone(), daemon.ask(Request::Explain { what }))
            })
            .collect();
        for (what, answer) in asked {
            assert_eq!(answer.await.unwrap().unwrap(), Response::done(what));
        }
        let large = daemon.ask(Request::Status).await.unwrap().unwrap();
        assert_eq!(large, Response::done("x".repeat(1 << 20)));
    }

    #[tokio::test]
    async fn silent_clients_keep_nobody_waiting() {
        let daemon = Running::start();
        let silent: Vec<_> = (1..CLIENTS_MAX)
            .map(|_| StdStream::connect(&daemon.path).unwrap())
            .collect();
        let answer = daemon.ask(Request::Ping).await.unwrap().unwrap();
        assert_eq!(answer, Response::done("here"));
        drop(silent);
    }

    #[tokio::test]
    async fn a_panic_costs_one_client_its_answer() {
        let daemon = Running::start();
        let error = daemon.ask(poll()).await.unwrap().unwrap_err();
        assert_eq!(error.kind(), "hung-up");
        let answer = daemon.ask(Request::Ping).await.unwrap().unwrap();
        assert_eq!(answer, Response::done("here"));
    }

    #[tokio::test]
    async fn a_daemon_that_stops_says_so_to_those_who_wait_and_takes_its_socket_along() {
        let daemon = Running::start();
        let waiting = daemon.ask(Request::Reload);
        // Answered only after the one before was accepted: the queue is served in order.
        daemon.ask(Request::Ping).await.unwrap().unwrap();
        daemon.shutdown.cancel();
        daemon.server.await.unwrap().unwrap();
        assert!(!daemon.path.exists());
        match waiting.await.unwrap() {
            Ok(Response::Refused { message, .. }) => assert_eq!(message, "the daemon is stopping"),
            // It had not been accepted yet.
            Err(error) => assert!(matches!(error.kind(), "hung-up" | "not-running"), "{error}"),
            Ok(other) => panic!("{other:?}"),
        }
    }

    /// What `converse` writes when the client sends `sent` and then hangs up or falls silent.
    async fn said(sent: &[u8], hangs_up: bool) -> String {
        let (mut client, server) = duplex(2 * REQUEST_MAX_BYTES);
        client.write_all(sent).await.unwrap();
        if hangs_up {
            client.shutdown().await.unwrap();
        }
        converse(server, &Daemon, &CancellationToken::new()).await;
        let mut answer = String::new();
        client.read_to_string(&mut answer).await.unwrap();
        answer
    }

    #[tokio::test(start_paused = true)]
    async fn whatever_a_client_sends_it_is_answered_in_time() {
        let too_long = vec![b'x'; REQUEST_MAX_BYTES + 1];
        for (sent, hangs_up, expected) in [
            (
                &b"{\"nuncio\":1,\"body\":\"ping\"}\n"[..],
                false,
                "\"done\"",
            ),
            (b"{\"nuncio\":1,\"body\":\"ping\"}", true, "\"done\""),
            (
                b"{\"nuncio\":1,\"body\":\"ping\"}",
                false,
                "no whole request",
            ),
            (b"", false, "no whole request came within 5 s"),
            (b"GET / HTTP/1.1\r\n", false, "not understood"),
            (b"\xff\xfe\n", false, "not understood"),
            (
                b"{\"nuncio\":9,\"body\":\"ping\"}\n",
                false,
                "speaks version 9",
            ),
            (&too_long, false, "longer than 4096 KiB"),
        ] {
            let before = Instant::now();
            let answer = said(sent, hangs_up).await;
            assert!(answer.contains(expected), "{answer}");
            assert!(answer.ends_with("}\n"), "{answer}");
            assert!(before.elapsed() <= READ_LIMIT + Duration::from_millis(1));
        }
        assert_eq!(said(b"", true).await, "");
    }

    #[tokio::test(start_paused = true)]
    async fn work_without_end_is_given_up() {
        let answer = said(&wire::encode(&Request::Reload).unwrap(), false).await;
        assert!(answer.contains("it took longer than 60 s"), "{answer}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_takes_no_answer_is_left() {
        let (mut client, server) = duplex(64);
        client
            .write_all(&wire::encode(&Request::Status).unwrap())
            .await
            .unwrap();
        let before = Instant::now();
        converse(server, &Daemon, &CancellationToken::new()).await;
        assert!(before.elapsed() >= WRITE_LIMIT);
    }
}
