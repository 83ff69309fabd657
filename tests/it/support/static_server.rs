//! A well-behaved upstream: files by path, changeable while it runs, each with an ETag and 304.
//!
//! It runs on plain threads on a free loopback port, counts what it is asked, and ends when it is
//! dropped. Upstreams that break the rules are another server's.

#![expect(
    clippy::unwrap_used,
    reason = "a test server that cannot do its part must fail its test"
)]

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// A client that is silent for so long has been forgotten by its test.
const SILENCE_MAX: Duration = Duration::from_secs(20);

/// No head of a request is longer.
const HEAD_MAX_BYTES: u64 = 64 << 10;

/// What lies at a path.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Page {
    /// A body with its `Content-Type`.
    pub(crate) fn new(content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            headers: Vec::new(),
            body: body.into(),
        }
        .with("Content-Type", content_type)
    }

    /// One more header.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same body and headers, the same tag.
    fn etag(&self) -> String {
        let mut hasher = DefaultHasher::new();
        (&self.headers, &self.body).hash(&mut hasher);
        format!("\"{:016x}\"", hasher.finish())
    }
}

/// What one path was asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Asked {
    /// All requests.
    pub(crate) n_requests: u32,
    /// Those that were answered with 304.
    pub(crate) n_not_modified: u32,
}

/// The running server.
#[derive(Debug)]
pub(crate) struct StaticServer {
    address: SocketAddr,
    shared: Arc<Shared>,
    listening: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Shared {
    pages: Mutex<HashMap<String, Page>>,
    asked: Mutex<HashMap<String, Asked>>,
    stopping: AtomicBool,
}

impl StaticServer {
    /// Starts without a single page.
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared::default());
        let listening = thread::spawn({
            let shared = shared.clone();
            move || listen(&listener, &shared)
        });
        Self {
            address,
            shared,
            listening: Some(listening),
        }
    }

    /// Full address of a path.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Puts a page at a path from the next request on.
    pub(crate) fn put(&self, path: &str, page: Page) {
        self.shared
            .pages
            .lock()
            .unwrap()
            .insert(path.to_owned(), page);
    }

    /// Takes the page away: 404 from the next request on.
    pub(crate) fn remove(&self, path: &str) {
        self.shared.pages.lock().unwrap().remove(path);
    }

    /// What a path was asked so far.
    pub(crate) fn asked(&self, path: &str) -> Asked {
        let asked = self.shared.asked.lock().unwrap();
        asked.get(path).copied().unwrap_or_default()
    }
}

impl Drop for StaticServer {
    fn drop(&mut self) {
        self.shared.stopping.store(true, Ordering::SeqCst);
        // Wakes the listener, which then sees that it is to stop.
        drop(TcpStream::connect(self.address));
        if let Some(listening) = self.listening.take() {
            drop(listening.join());
        }
    }
}

fn listen(listener: &TcpListener, shared: &Arc<Shared>) {
    for stream in listener.incoming() {
        if shared.stopping.load(Ordering::SeqCst) {
            break;
        }
        let shared = shared.clone();
        thread::spawn(move || {
            // A client that hangs up has what it wanted.
            drop(stream.and_then(|stream| converse(&stream, &shared)));
        });
    }
}

/// One request and its answer; the connection is not kept.
fn converse(mut stream: &TcpStream, shared: &Shared) -> io::Result<()> {
    stream.set_read_timeout(Some(SILENCE_MAX))?;
    let mut head = Vec::new();
    let mut reader = BufReader::new(stream).take(HEAD_MAX_BYTES);
    while !head.ends_with(b"\r\n\r\n") && reader.read_until(b'\n', &mut head)? > 0 {}
    let head = String::from_utf8_lossy(&head);
    stream.write_all(&answer(&head, shared))?;
    stream.flush()
}

fn answer(head: &str, shared: &Shared) -> Vec<u8> {
    let mut words = head.split_ascii_whitespace();
    let (method, path) = (
        words.next().unwrap_or_default(),
        words.next().unwrap_or_default(),
    );
    let page = shared.pages.lock().unwrap().get(path).cloned();
    let is_known = page
        .as_ref()
        .is_some_and(|page| header(head, "if-none-match") == Some(page.etag()));
    let mut asked = shared.asked.lock().unwrap();
    let asked = asked.entry(path.to_owned()).or_default();
    asked.n_requests += 1;
    asked.n_not_modified += u32::from(is_known);
    match page {
        None => response(
            "404 Not Found",
            &Page::new("text/plain", "nothing here\n"),
            method,
        ),
        Some(page) if is_known => response("304 Not Modified", &page, "HEAD"),
        Some(page) => response("200 OK", &page, method),
    }
}

/// A header by its lower-case name.
fn header(head: &str, name: &str) -> Option<String> {
    head.lines().skip(1).find_map(|line| {
        let (known, value) = line.split_once(':')?;
        known
            .eq_ignore_ascii_case(name)
            .then(|| value.trim().to_owned())
    })
}

fn response(status: &str, page: &Page, method: &str) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {status}\r\nETag: {}\r\n", page.etag());
    for (name, value) in &page.headers {
        head.extend([name, ": ", value, "\r\n"]);
    }
    if !status.starts_with("304") {
        head.extend(["Content-Length: ", &page.body.len().to_string(), "\r\n"]);
    }
    head.push_str("Connection: close\r\n\r\n");
    let mut bytes = head.into_bytes();
    if method != "HEAD" {
        bytes.extend(&page.body);
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::http::get;

    #[test]
    fn a_page_is_sent_until_it_is_known_changed_or_gone() {
        let server = StaticServer::start();
        server.put("/feed", Page::new("text/xml", "<rss/>").with("X-A", "b"));
        let first = get(&server.url("/feed"), &[]);
        assert_eq!((first.status, first.text()), (200, "<rss/>"));
        assert_eq!(first.header("x-a"), "b");
        let etag = first.header("etag").to_owned();

        let known = get(&server.url("/feed"), &[("If-None-Match", &etag)]);
        assert_eq!((known.status, known.text()), (304, ""));

        server.put("/feed", Page::new("text/xml", "<rss>2</rss>"));
        let changed = get(&server.url("/feed"), &[("If-None-Match", &etag)]);
        assert_eq!((changed.status, changed.text()), (200, "<rss>2</rss>"));

        server.remove("/feed");
        assert_eq!(get(&server.url("/feed"), &[]).status, 404);
        let expected = Asked {
            n_requests: 4,
            n_not_modified: 1,
        };
        assert_eq!(server.asked("/feed"), expected);
        assert_eq!(server.asked("/other"), Asked::default());
    }
}
