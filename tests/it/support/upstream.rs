//! A hostile upstream: an HTTP server made of bytes, which can break every rule.
//!
//! It listens on loopback, runs on plain threads, remembers every request, and ends with the test:
//! when it is dropped, all its connections are shut and all its threads joined.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test server that cannot do its part must fail its test"
)]

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// No head of a request is longer.
const HEAD_MAX_BYTES: usize = 64 * 1024;

/// No test opens more connections.
const CONNECTIONS_MAX: usize = 256;

/// A client that is silent for so long has been forgotten by its test.
const SILENCE_MAX: Duration = Duration::from_secs(20);

/// First byte of every TLS connection (RFC 8446 §5.1), and of no HTTP request.
const TLS_HANDSHAKE: u8 = 0x16;

/// One request as it came.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Seen {
    /// Which connection it came over, from 0 in order of accepting.
    pub(crate) connection: usize,
    /// Its first line, without the line end: `GET /feed HTTP/1.1`.
    pub(crate) line: String,
    /// Its headers in order, names in lower case.
    pub(crate) headers: Vec<(String, Vec<u8>)>,
}

impl Seen {
    /// The target: path and query, or a whole address where we are a proxy.
    pub(crate) fn target(&self) -> &str {
        self.line.split(' ').nth(1).unwrap_or_default()
    }

    /// The first header of that lower-case name.
    pub(crate) fn header(&self, name: &str) -> Option<&[u8]> {
        self.headers
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_slice())
    }
}

/// What is done with a request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Reply {
    /// Sends this and waits for the next request on the connection.
    Send(Vec<u8>),
    /// Sends this and closes.
    Close(Vec<u8>),
    /// Sends this and says nothing more.
    Stall(Vec<u8>),
    /// Sends the first at once, and then byte after byte of the second with this pause before
    /// each; then closes.
    Drip(Vec<u8>, Vec<u8>, Duration),
    /// Sends this and resets the connection.
    Reset(Vec<u8>),
}

/// A well-formed answer with `Content-Length`, to be broken or sent as it is.
pub(crate) fn answer(status: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n", body.len());
    for (name, value) in headers {
        head.push_str(name);
        head.push_str(": ");
        head.push_str(value);
        head.push_str("\r\n");
    }
    head.push_str("\r\n");
    [head.as_bytes(), body].concat()
}

/// [`answer`], sent as it should be.
pub(crate) fn send(status: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
    Reply::Send(answer(status, headers, body))
}

type Answer = dyn Fn(&Seen) -> Reply + Send + Sync;

/// The server.
pub(crate) struct Upstream {
    address: SocketAddr,
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<()>>,
}

struct Shared {
    answer: Box<Answer>,
    state: Mutex<State>,
    stopped: Condvar,
}

#[derive(Default)]
struct State {
    seen: Vec<Seen>,
    /// A handle of each connection, to shut it when the test ends.
    connections: Vec<Option<TcpStream>>,
    workers: Vec<JoinHandle<()>>,
    is_stopping: bool,
}

impl Upstream {
    /// Starts a server on a free port of 127.0.0.1 that does with each request what `answer`
    /// says.
    pub(crate) fn start(answer: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            answer: Box::new(answer),
            state: Mutex::default(),
            stopped: Condvar::new(),
        });
        let for_acceptor = Arc::clone(&shared);
        let acceptor = thread::spawn(move || accept(&listener, &for_acceptor));
        Self {
            address,
            shared,
            acceptor: Some(acceptor),
        }
    }

    /// Starts a server that answers everything with a copy of one reply.
    pub(crate) fn always(reply: Reply) -> Self {
        Self::start(move |_| reply.clone())
    }

    /// Its port.
    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// The address of `path` (with its slash) on it.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// All requests so far.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.shared.state.lock().unwrap().seen.clone()
    }

    /// Connections accepted so far.
    pub(crate) fn n_connections(&self) -> usize {
        self.shared.state.lock().unwrap().connections.len()
    }
}

impl Drop for Upstream {
    fn drop(&mut self) {
        let (connections, workers) = {
            let mut state = self.shared.state.lock().unwrap();
            state.is_stopping = true;
            let connections = std::mem::take(&mut state.connections);
            (connections, std::mem::take(&mut state.workers))
        };
        self.shared.stopped.notify_all();
        for connection in connections.into_iter().flatten() {
            // It may be closed already.
            let _closed = connection.shutdown(Shutdown::Both);
        }
        // Wakes the acceptor, which then sees that it is to stop.
        drop(TcpStream::connect(self.address));
        for thread in workers.into_iter().chain(self.acceptor.take()) {
            // A thread that panicked has failed its test by not answering.
            drop(thread.join());
        }
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    for stream in listener.incoming() {
        let stream = stream.unwrap();
        stream.set_read_timeout(Some(SILENCE_MAX)).unwrap();
        stream.set_write_timeout(Some(SILENCE_MAX)).unwrap();
        let mut state = shared.state.lock().unwrap();
        if state.is_stopping || state.connections.len() >= CONNECTIONS_MAX {
            return;
        }
        let connection = state.connections.len();
        state.connections.push(stream.try_clone().ok());
        let for_worker = Arc::clone(shared);
        state.workers.push(thread::spawn(move || {
            // An error here is the client leaving, which many tests want.
            drop(for_worker.serve(stream, connection));
        }));
    }
}

impl Shared {
    fn serve(&self, mut stream: TcpStream, connection: usize) -> io::Result<()> {
        while let Some(head) = read_head(&mut stream)? {
            let seen = parse(&head, connection);
            let reply = (self.answer)(&seen);
            self.state.lock().unwrap().seen.push(seen);
            if let Reply::Reset(bytes) = reply {
                // The last byte of the request is still unread, and our handle is the last one:
                // closing it then makes the system send a reset.
                self.state.lock().unwrap().connections[connection] = None;
                return stream.write_all(&bytes);
            }
            stream.read_exact(&mut [0])?;
            match reply {
                Reply::Send(bytes) => stream.write_all(&bytes)?,
                Reply::Close(bytes) => {
                    stream.write_all(&bytes)?;
                    return stream.shutdown(Shutdown::Both);
                }
                Reply::Stall(bytes) => {
                    stream.write_all(&bytes)?;
                    return stream.read_exact(&mut [0]);
                }
                Reply::Drip(first, rest, pause) => {
                    stream.write_all(&first)?;
                    for byte in rest {
                        self.pause(pause);
                        stream.write_all(&[byte])?;
                    }
                    return stream.shutdown(Shutdown::Both);
                }
                Reply::Reset(_) => return Ok(()),
            }
        }
        Ok(())
    }

    /// Waits, but not beyond the end of the test.
    fn pause(&self, pause: Duration) {
        let state = self.state.lock().unwrap();
        let is_running = |state: &mut State| !state.is_stopping;
        drop(self.stopped.wait_timeout_while(state, pause, is_running));
    }
}

/// The head of a request but for its last byte, or the first byte of a TLS handshake; `None` where
/// the client has left before it.
fn read_head(stream: &mut TcpStream) -> io::Result<Option<Vec<u8>>> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r") {
        if stream.read(&mut byte)? == 0 || head.len() > HEAD_MAX_BYTES {
            return Ok(None);
        }
        head.push(byte[0]);
        if head == [TLS_HANDSHAKE] {
            break;
        }
    }
    Ok(Some(head))
}

fn parse(head: &[u8], connection: usize) -> Seen {
    let mut lines = head
        .split(|byte| *byte == b'\n')
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
        .filter(|line| !line.is_empty());
    let line = String::from_utf8_lossy(lines.next().unwrap_or_default()).into_owned();
    let headers = lines
        .filter_map(|line| {
            let colon = line.iter().position(|byte| *byte == b':')?;
            let name = String::from_utf8_lossy(&line[..colon]).to_ascii_lowercase();
            Some((name, line[colon + 1..].trim_ascii().to_vec()))
        })
        .collect();
    Seen {
        connection,
        line,
        headers,
    }
}
