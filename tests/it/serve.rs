//! The HTTP side on a real loopback listener, spoken to byte by byte.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a helper of a test fails the test"
)]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use nuncio::model::rendered::{Format, MergedFeedCard, RenderedFeed, Snapshot, SnapshotCell};
use nuncio::model::time::Timestamp;
use nuncio::publish::finish;
use nuncio::serve::{Health, Limits, ServeState, router, router_with, serve_within};
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use url::Url;

/// No answer of a local server takes this long; a hang fails instead of blocking the run.
const DEADLINE: Duration = Duration::from_secs(10);

/// A service whose health is set by hand.
struct Service {
    runtime: Runtime,
    address: SocketAddr,
    snapshots: Arc<SnapshotCell>,
    health: Arc<HandHealth>,
    shutdown: CancellationToken,
    serving: JoinHandle<std::io::Result<()>>,
}

#[derive(Default)]
struct HandHealth(AtomicBool);

impl Health for HandHealth {
    fn ready(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    fn status_line(&self) -> String {
        "37 of 40 feeds well <b>".to_owned()
    }
}

impl Service {
    fn start() -> Self {
        Self::start_with(Limits::default(), None)
    }

    fn start_with(limits: Limits, base_url: Option<&str>) -> Self {
        let snapshots = Arc::new(SnapshotCell::default());
        let health = Arc::new(HandHealth(AtomicBool::new(true)));
        let state = ServeState {
            snapshots: snapshots.clone(),
            health: health.clone(),
            base_url: base_url.map(|base| Url::parse(base).unwrap()),
        };
        Self {
            snapshots,
            health,
            ..Self::run(limits, router(state))
        }
    }

    fn run(limits: Limits, router: axum::Router) -> Self {
        let runtime = Runtime::new().unwrap();
        let listener = runtime
            .block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))
            .unwrap();
        let address = listener.local_addr().unwrap();
        let shutdown = CancellationToken::new();
        let serving = serve_within(limits, listener, router, shutdown.clone());
        Self {
            serving: runtime.spawn(serving),
            runtime,
            address,
            snapshots: Arc::default(),
            health: Arc::default(),
            shutdown,
        }
    }

    fn publish(&self, name: &str, title: &str, documents: &[&Arc<RenderedFeed>]) {
        let mut snapshot = Snapshot::clone(&self.snapshots.load());
        for &document in documents {
            let key = (document.name.clone(), document.format);
            snapshot.feeds.insert(key, document.clone());
        }
        snapshot.cards.push(MergedFeedCard {
            name: name.to_owned(),
            title: title.to_owned(),
            n_stories: 3,
            updated: Some(Timestamp::from_seconds(1_790_000_000)),
        });
        self.snapshots.store(snapshot);
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect_timeout(&self.address, DEADLINE).unwrap();
        stream.set_read_timeout(Some(DEADLINE)).unwrap();
        stream.set_write_timeout(Some(DEADLINE)).unwrap();
        stream
    }

    /// One request on a connection of its own.
    fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        let host = self.address.to_string();
        let lines: Vec<String> = headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}\r\n"))
            .collect();
        let headers = lines.concat();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: {host}\r\n{headers}connection: close\r\n\r\n"
        );
        let mut stream = self.connect();
        stream.write_all(request.as_bytes()).unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        Answer::read(&bytes)
    }

    fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.ask("GET", path, headers)
    }
}

/// An answer as it came.
#[derive(Debug)]
struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Answer {
    fn read(bytes: &[u8]) -> Self {
        let end = bytes
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .expect("an answer has a head");
        let (head, body) = bytes.split_at(end + 4);
        let head = std::str::from_utf8(head).unwrap();
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap();
        let header = |line: &str| {
            let (name, value) = line.split_once(": ")?;
            Some((name.to_ascii_lowercase(), value.to_owned()))
        };
        Self {
            status: status.parse().unwrap(),
            headers: lines.filter_map(header).collect(),
            body: body.to_vec(),
        }
    }

    /// The one value of a header; empty where it is missing.
    fn header(&self, name: &str) -> &str {
        let mut values = self.headers.iter().filter(|(it, _)| it == name);
        let value = values.next().map_or("", |(_, value)| value);
        assert!(values.next().is_none(), "{name} twice");
        value
    }

    fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}

fn document(format: Format) -> Arc<RenderedFeed> {
    let at = Timestamp::from_seconds(1_790_000_000);
    let bytes = format!("<{}> Астана", format.extension()).repeat(400);
    Arc::new(finish("central-asia", format, bytes, None, at))
}

#[test]
fn a_feed_is_sent_as_it_lies_in_the_snapshot() {
    let service = Service::start();
    for format in Format::ALL {
        let document = document(format);
        service.publish("central-asia", "Central Asia", &[&document]);
        let path = format!("/feeds/central-asia.{}", format.extension());
        let answer = service.get(&path, &[]);
        assert_eq!(answer.status, 200);
        assert_eq!(answer.body, document.identity);
        assert_eq!(answer.header("content-type"), format.media_type());
        assert_eq!(answer.header("content-encoding"), "");
        assert_eq!(
            answer.header("content-length"),
            document.identity.len().to_string()
        );
        assert_eq!(answer.header("etag"), format!("\"{}\"", document.hash));
        assert_eq!(
            answer.header("last-modified"),
            "Mon, 21 Sep 2026 14:13:20 GMT"
        );
        assert_eq!(answer.header("vary"), "accept-encoding");
        assert_eq!(answer.header("cache-control"), "public, max-age=60");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
    }
}

#[test]
fn every_coding_has_its_own_bytes_and_tag() {
    let service = Service::start();
    let document = document(Format::Atom);
    service.publish("central-asia", "Central Asia", &[&document]);
    let check = |accept, coding: &str, body: &[u8]| {
        let accept = ("accept-encoding", accept);
        let answer = service.get("/feeds/central-asia.atom", &[accept]);
        let etag = format!("\"{}-{coding}\"", document.hash);
        assert_eq!(answer.header("content-encoding"), coding);
        assert_eq!(answer.header("etag"), etag);
        assert_eq!(answer.header("content-length"), body.len().to_string());
        assert_eq!(answer.body, body);
        let again = service.get(
            "/feeds/central-asia.atom",
            &[accept, ("if-none-match", &etag)],
        );
        assert_eq!(again.status, 304, "{coding}");
        let plain = service.get("/feeds/central-asia.atom", &[("if-none-match", &etag)]);
        assert_eq!(plain.status, 200, "another coding is another document");
    };
    check("gzip, deflate, br, zstd", "br", &document.brotli);
    check("gzip", "gzip", &document.gzip);
    check("zstd", "zstd", &document.zstd);
}

#[test]
fn a_304_carries_what_a_200_would_and_no_body() {
    let service = Service::start();
    let document = document(Format::Atom);
    service.publish("central-asia", "Central Asia", &[&document]);
    let full = service.get("/feeds/central-asia.atom", &[]);
    for (name, value) in [
        ("if-none-match", full.header("etag")),
        ("if-modified-since", full.header("last-modified")),
    ] {
        for method in ["GET", "HEAD"] {
            let held = service.ask(method, "/feeds/central-asia.atom", &[(name, value)]);
            assert_eq!(held.status, 304, "{name}");
            assert_eq!(held.text(), "");
            assert_eq!(held.header("content-length"), "");
            assert_eq!(held.header("transfer-encoding"), "");
            for same in ["etag", "last-modified", "cache-control", "vary"] {
                assert_eq!(held.header(same), full.header(same), "{same}");
            }
        }
    }
    let stale = [("if-modified-since", "Mon, 21 Sep 2026 14:13:21 GMT")];
    assert_eq!(service.get("/feeds/central-asia.atom", &stale).status, 200);
}

#[test]
fn a_connection_goes_on_after_a_304() {
    let service = Service::start();
    let document = document(Format::Atom);
    service.publish("central-asia", "Central Asia", &[&document]);
    let mut stream = service.connect();
    let request = format!(
        "GET /feeds/central-asia.atom HTTP/1.1\r\nhost: a\r\nif-none-match: \"{}\"\r\n\r\n\
         GET /healthz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n",
        document.hash
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    let first = Answer::read(&bytes);
    assert_eq!(first.status, 304);
    let second = Answer::read(&first.body);
    assert_eq!((second.status, second.text()), (200, "alive\n"));
}

#[test]
fn head_says_what_get_would() {
    let service = Service::start();
    service.publish("central-asia", "Central Asia", &[&document(Format::Atom)]);
    for path in [
        "/",
        "/feeds/central-asia.atom",
        "/feeds.opml",
        "/style.css",
        "/healthz",
        "/x",
    ] {
        let accept = [("accept-encoding", "gzip")];
        let (get, head) = (
            service.get(path, &accept),
            service.ask("HEAD", path, &accept),
        );
        let without_date = |answer: &Answer| {
            let mut headers = answer.headers.clone();
            headers.retain(|(name, _)| name != "date");
            (answer.status, headers)
        };
        assert_eq!(without_date(&head), without_date(&get), "{path}");
        assert_eq!(
            get.header("content-length"),
            get.body.len().to_string(),
            "{path}"
        );
        assert_eq!(head.text(), "", "{path}");
    }
}

#[test]
fn nothing_here_can_be_changed() {
    let service = Service::start();
    service.publish("central-asia", "Central Asia", &[&document(Format::Atom)]);
    for path in ["/", "/feeds/central-asia.atom", "/feeds.opml", "/readyz"] {
        for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"] {
            let answer = service.ask(method, path, &[("content-length", "0")]);
            assert_eq!(answer.status, 405, "{method} {path}");
            assert_eq!(answer.header("allow"), "GET,HEAD");
            assert_eq!(answer.text(), "this is read only: GET and HEAD\n");
        }
    }
}

#[test]
fn what_is_not_there_is_said_in_plain_text() {
    let service = Service::start();
    service.publish("central-asia", "Central Asia", &[&document(Format::Atom)]);
    for path in [
        "/feeds/central-asia.rss",
        "/feeds/central-asia",
        "/feeds/central-asia.ATOM",
        "/feeds/%3Cscript%3E.atom",
        "/feeds/..%2F..%2Fetc%2Fpasswd.atom",
        "/feeds/",
        "/nothing",
    ] {
        let answer = service.get(path, &[]);
        assert_eq!(answer.status, 404, "{path}");
        assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
    }
}

#[test]
fn a_feed_is_missing_for_good_only_once_the_service_is_ready() {
    let service = Service::start();
    let path = "/feeds/central-asia.atom";
    service.health.0.store(false, Ordering::Relaxed);
    let early = service.get(path, &[]);
    assert_eq!((early.status, early.header("retry-after")), (503, "30"));
    assert_eq!(service.get("/readyz", &[]).status, 503);
    assert_eq!(service.get("/healthz", &[]).status, 200);
    service.publish("central-asia", "Central Asia", &[&document(Format::Atom)]);
    assert_eq!(service.get(path, &[]).status, 200, "served while not ready");
    service.health.0.store(true, Ordering::Relaxed);
    assert_eq!(service.get("/readyz", &[]).status, 200);
    assert_eq!(service.get("/feeds/nowhere.atom", &[]).status, 404);
}

#[test]
fn the_page_lists_every_feed_and_nothing_active() {
    let service = Service::start();
    let title = "Центральная Азия <script>alert(1)</script> \"x\"";
    let formats = Format::ALL.map(document);
    service.publish("central-asia", title, &formats.each_ref());
    let page = service.get("/", &[]);
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(
        page.header("content-security-policy"),
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'"
    );
    let escaped = "Центральная Азия &lt;script&gt;alert(1)&lt;/script&gt; &quot;x&quot;";
    let address = format!("http://{}/feeds/central-asia.atom", service.address);
    for expected in [
        format!("<h2 id=\"central-asia-title\"><bdi>{escaped}</bdi></h2>"),
        format!(
            "<link rel=\"alternate\" type=\"application/atom+xml\" title=\"{escaped}\" \
             href=\"feeds/central-asia.atom\">"
        ),
        "href=\"feeds/central-asia.rss\" type=\"application/rss+xml\"".to_owned(),
        "href=\"feeds/central-asia.json\" type=\"application/feed+json\"".to_owned(),
        format!("<code>{address}</code>"),
        "3 stories, the newest from <time datetime=\"2026-09-21T14:13:20Z\">\
         21 September 2026, 14:13 UTC</time>."
            .to_owned(),
        "37 of 40 feeds well &lt;b&gt;".to_owned(),
    ] {
        assert!(
            page.text().contains(&expected),
            "{expected}\n{}",
            page.text()
        );
    }
    assert!(!page.text().contains("<script"));
    let held = [("if-none-match", page.header("etag"))];
    assert_eq!(service.get("/", &held).status, 304);
}

#[test]
fn the_page_says_when_nothing_is_published_yet() {
    let page = Service::start().get("/", &[]);
    assert_eq!(page.status, 200);
    assert!(page.text().contains("No feed is published yet."));
}

#[test]
fn opml_names_every_feed_by_its_full_address() {
    let service = Service::start_with(Limits::default(), Some("https://news.example/nuncio"));
    let atom = document(Format::Atom);
    let json = document(Format::Json);
    service.publish("central-asia", "Central \"Asia\" & <more>", &[&json, &atom]);
    service.publish("empty", "Never published", &[]);
    let list = service.get("/feeds.opml", &[("host", "ignored.example")]);
    assert_eq!(list.header("content-type"), "text/x-opml; charset=utf-8");
    assert_eq!(
        list.text(),
        r#"<?xml version="1.0" encoding="utf-8"?>
<opml version="2.0">
  <head>
    <title>nuncio</title>
    <dateModified>Mon, 21 Sep 2026 14:13:20 +0000</dateModified>
  </head>
  <body>
    <outline type="rss" text="Central &quot;Asia&quot; &amp; &lt;more&gt;" title="Central &quot;Asia&quot; &amp; &lt;more&gt;" xmlUrl="https://news.example/nuncio/feeds/central-asia.atom" htmlUrl="https://news.example/nuncio/"/>
  </body>
</opml>
"#
    );
}

#[test]
fn without_a_base_url_opml_goes_by_the_host_asked_for() {
    let service = Service::start();
    service.publish("central-asia", "Central Asia", &[&document(Format::Atom)]);
    let ask = |head: &str| {
        let mut stream = service.connect();
        let request = format!("GET /feeds.opml {head}\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        Answer::read(&bytes)
    };
    let named = ask("HTTP/1.1\r\nhost: news.example:8585");
    let address = "xmlUrl=\"http://news.example:8585/feeds/central-asia.atom\"";
    assert!(named.text().contains(address), "{}", named.text());
    assert_eq!(ask("HTTP/1.0").status, 400);
    assert_eq!(ask("HTTP/1.1\r\nhost: a\"<x>").status, 400);
}

#[test]
fn shutdown_refuses_new_readers_and_finishes_the_answer_under_way() {
    let service = Service::start();
    let large = vec![b'x'; 32 << 20];
    let at = Timestamp::from_seconds(1_790_000_000);
    let rendered = RenderedFeed {
        identity: large.clone().into(),
        ..finish("large", Format::Atom, "x", None, at)
    };
    service.publish("large", "Large", &[&Arc::new(rendered)]);
    let mut slow = service.connect();
    slow.write_all(b"GET /feeds/large.atom HTTP/1.1\r\nhost: a\r\n\r\n")
        .unwrap();
    let mut first = [0; 1000];
    slow.read_exact(&mut first).unwrap();
    service.shutdown.cancel();
    // The listener is closed before the answer under way is finished.
    while TcpStream::connect_timeout(&service.address, DEADLINE).is_ok() {
        std::thread::yield_now();
    }
    let mut rest = Vec::new();
    slow.read_to_end(&mut rest).unwrap();
    let answer = Answer::read(&[&first[..], &rest].concat());
    assert_eq!(answer.body.len(), large.len());
    assert_eq!(answer.header("connection"), "");
    let served = service.runtime.block_on(service.serving).unwrap();
    assert!(served.is_ok());
}

#[test]
fn a_reader_that_takes_nothing_does_not_hold_up_the_end() {
    let limits = Limits {
        patience: Duration::from_hours(1),
        drain: Duration::from_millis(50),
        ..Limits::default()
    };
    let service = Service::start_with(limits, None);
    let at = Timestamp::from_seconds(1_790_000_000);
    let rendered = RenderedFeed {
        identity: vec![b'x'; 32 << 20].into(),
        ..finish("large", Format::Atom, "x", None, at)
    };
    service.publish("large", "Large", &[&Arc::new(rendered)]);
    let mut stuck = service.connect();
    stuck
        .write_all(b"GET /feeds/large.atom HTTP/1.1\r\nhost: a\r\n\r\n")
        .unwrap();
    stuck.read_exact(&mut [0; 100]).unwrap();
    service.shutdown.cancel();
    let ended = service
        .runtime
        .block_on(async { tokio::time::timeout(DEADLINE, service.serving).await });
    assert!(ended.expect("ends in time").unwrap().is_ok());
}

#[test]
fn idle_readers_make_room_for_others() {
    let limits = Limits {
        connections: 1,
        patience: Duration::from_millis(50),
        ..Limits::default()
    };
    let service = Service::start_with(limits, None);
    let mut idle = service.connect();
    idle.write_all(b"GET / HTTP/1.1\r\nhost: a\r\nx-slow: ")
        .unwrap();
    // The only place is taken: this reader is answered when the idle one is sent away.
    assert_eq!(service.get("/healthz", &[]).status, 200);
    let mut rest = Vec::new();
    idle.read_to_end(&mut rest).unwrap();
    assert_eq!(rest, b"", "no answer to half a request");
}

#[test]
fn readers_beyond_the_limit_wait_until_one_leaves() {
    let limits = Limits {
        connections: 1,
        patience: Duration::from_hours(1),
        ..Limits::default()
    };
    let service = Service::start_with(limits, None);
    let first = service.connect();
    let mut second = service.connect();
    second
        .write_all(b"GET /healthz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
        .unwrap();
    let a_moment = Duration::from_millis(100);
    second.set_read_timeout(Some(a_moment)).unwrap();
    let early = second.read(&mut [0; 1]).unwrap_err();
    assert_eq!(early.kind(), std::io::ErrorKind::WouldBlock);
    drop(first);
    second.set_read_timeout(Some(DEADLINE)).unwrap();
    let mut bytes = Vec::new();
    second.read_to_end(&mut bytes).unwrap();
    assert_eq!(Answer::read(&bytes).status, 200);
}

#[test]
fn further_routes_get_the_same_safety() {
    let further = axum::Router::new().route("/metrics", axum::routing::get(|| async { "up 1" }));
    let state = ServeState {
        snapshots: Arc::default(),
        health: Arc::<HandHealth>::default(),
        base_url: None,
    };
    let service = Service::run(Limits::default(), router_with(state, further));
    let answer = service.get("/metrics", &[]);
    assert_eq!((answer.status, answer.text()), (200, "up 1"));
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(service.ask("PUT", "/metrics", &[]).status, 405);
    assert_eq!(service.get("/healthz", &[]).status, 200);
}
