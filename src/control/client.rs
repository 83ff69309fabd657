//! The asking end: one request, one answer.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use crate::control::bind::{check_length, failed};
use crate::control::error::ControlError;
use crate::control::protocol::{Request, Response};
use crate::control::wire::{self, ANSWER_MAX_BYTES, REQUEST_MAX_BYTES};

/// How much longer than [`Request::patience`] is waited: a daemon that lives says itself that it
/// could not answer in time.
const GRACE: Duration = Duration::from_secs(5);

/// Asks the daemon that listens at `path` and waits for its answer, a little longer than
/// [`Request::patience`]. Blocks: for a command, not for an async task.
///
/// # Errors
/// [`ControlError::NotRunning`], [`ControlError::Denied`], [`ControlError::NoAnswer`] and the
/// others say what to do. That the daemon refuses is no error but [`Response::Refused`].
pub fn ask(path: &Path, request: &Request) -> Result<Response, ControlError> {
    ask_within(path, request, request.patience() + GRACE)
}

fn ask_within(path: &Path, request: &Request, limit: Duration) -> Result<Response, ControlError> {
    let line = wire::encode(request)?;
    if line.len() > REQUEST_MAX_BYTES {
        return Err(ControlError::RequestTooLong);
    }
    let stream = connect(path)?;
    wire_limits(&stream, limit).map_err(failed("set time limits on", path))?;
    let answer = exchange(&stream, &line).map_err(|source| lost(path, limit, source))?;
    if answer.len() > ANSWER_MAX_BYTES {
        return Err(ControlError::AnswerTooLong);
    }
    if !answer.ends_with(b"\n") {
        return Err(ControlError::HungUp);
    }
    wire::decode(&answer)
}

fn connect(path: &Path) -> Result<UnixStream, ControlError> {
    check_length(path)?;
    UnixStream::connect(path).map_err(|source| {
        let path = path.to_owned();
        match source.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => {
                ControlError::NotRunning { path }
            }
            io::ErrorKind::PermissionDenied => ControlError::Denied { path },
            _ => ControlError::Io {
                doing: "connect to",
                path,
                source,
            },
        }
    })
}

fn wire_limits(stream: &UnixStream, limit: Duration) -> io::Result<()> {
    stream.set_read_timeout(Some(limit))?;
    stream.set_write_timeout(Some(limit))
}

/// Up to one byte more than an answer may have, so that a longer one is seen.
fn exchange(mut stream: &UnixStream, line: &[u8]) -> io::Result<Vec<u8>> {
    stream.write_all(line)?;
    let mut answer = Vec::new();
    let most = u64::try_from(ANSWER_MAX_BYTES).unwrap_or(u64::MAX);
    BufReader::new(stream.take(most.saturating_add(1))).read_until(b'\n', &mut answer)?;
    Ok(answer)
}

fn lost(path: &Path, limit: Duration, source: io::Error) -> ControlError {
    match source.kind() {
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => ControlError::NoAnswer { limit },
        io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => ControlError::HungUp,
        _ => failed("ask the daemon at", path)(source),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::net::UnixListener;
    use std::thread;

    /// What `ask` makes of a daemon that reads the request and then says `answer` and hangs up.
    fn asked(answer: &[u8]) -> Result<Response, ControlError> {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("s");
        let listener = UnixListener::bind(&path).unwrap();
        thread::scope(|scope| {
            scope.spawn(|| {
                let (mut stream, _) = listener.accept().unwrap();
                let mut request = String::new();
                BufReader::new(&stream).read_line(&mut request).unwrap();
                // A client that has heard enough hangs up first.
                drop(stream.write_all(answer));
            });
            ask(&path, &Request::Ping)
        })
    }

    #[test]
    fn a_missing_or_dead_daemon_is_said_to_be_so() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("s");
        let message = format!(
            "no nuncio is running that listens at {}; start it with `systemctl start nuncio` or \
             `nuncio run`",
            path.display()
        );
        let missing = ask(&path, &Request::Ping).unwrap_err();
        assert_eq!(missing.to_string(), message);
        drop(UnixListener::bind(&path).unwrap());
        let dead = ask(&path, &Request::Ping).unwrap_err();
        assert_eq!(dead.to_string(), message);
    }

    #[test]
    fn an_answer_is_a_whole_line_of_our_version() {
        assert_eq!(
            asked(b"{\"nuncio\":1,\"body\":{\"done\":{\"message\":\"ok\"}}}\n").unwrap(),
            Response::done("ok")
        );
        for (answer, kind) in [
            (&b""[..], "hung-up"),
            (b"{\"nuncio\":1,\"body\":{\"do", "hung-up"),
            (b"{\"nuncio\":2,\"body\":7}\n", "other-version"),
            (b"220 mail ready\n", "malformed"),
            (&vec![b'x'; ANSWER_MAX_BYTES + 1], "answer-too-long"),
        ] {
            assert_eq!(asked(answer).unwrap_err().kind(), kind);
        }
    }

    #[test]
    fn a_daemon_that_hangs_is_not_waited_for_for_ever() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("s");
        let _hanging = UnixListener::bind(&path).unwrap();
        let error = ask_within(&path, &Request::Ping, Duration::from_millis(5)).unwrap_err();
        assert_eq!(error.kind(), "no-answer");
    }

    #[test]
    fn a_request_over_the_limit_is_not_sent() {
        let request = Request::Explain {
            what: "x".repeat(REQUEST_MAX_BYTES),
        };
        let error = ask(Path::new("/nonexistent"), &request).unwrap_err();
        assert_eq!(error.kind(), "request-too-long");
    }
}
