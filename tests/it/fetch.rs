//! `fetch` against upstreams that keep the rules and upstreams that do not.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests fail as tests do"
)]

use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use nuncio::clock::FixedClock;
use nuncio::fetch::{FetchSettings, FetchSetupError, Http, HttpClient, Lookup, LookupFuture};
use nuncio::model::outcome::{
    FetchOutcome, FetchReport, FetchRequest, FetchedBody, Freshness, OutcomeKind, Validators,
};
use nuncio::model::time::Timestamp;
use url::Url;

use crate::support::tls::{Protocol, TlsUpstream, fixture};
use crate::support::upstream::{Reply, Seen, Upstream, answer, send};

const FEED: &[u8] = b"<rss version='2.0'><channel><title>MFA</title></channel></rss>";

const NOW: &str = "2026-11-24T12:00:00Z";

fn now() -> Timestamp {
    Timestamp::parse_rfc3339(NOW).unwrap()
}

fn settings() -> FetchSettings {
    FetchSettings {
        user_agent: "nuncio/test (+ops@desk.example)".to_owned(),
        connect_timeout: Duration::from_secs(5),
        read_timeout: Duration::from_secs(5),
        body_max_bytes: 4 * 1024 * 1024,
        redirects_max: 10,
        proxy: None,
        extra_ca: None,
        allow_private: false,
    }
}

/// Names as these tests have them: everything under `example` is loopback, nothing else exists.
struct TestNames;

impl Lookup for TestNames {
    fn lookup(&self, host: &str) -> LookupFuture {
        let found = if host.ends_with(".example") {
            Ok(vec![IpAddr::from(Ipv4Addr::LOCALHOST)])
        } else {
            Err(io::Error::other("no such name"))
        };
        Box::pin(std::future::ready(found))
    }
}

fn client(settings: &FetchSettings) -> HttpClient {
    HttpClient::with_lookup(settings, Arc::new(FixedClock(now())), TestNames).unwrap()
}

fn request(url: &str) -> FetchRequest {
    FetchRequest {
        url: Url::parse(url).unwrap(),
        validators: None,
        user_agent: None,
        headers: Vec::new(),
        timeout: Duration::from_secs(10),
        allow_private: true,
    }
}

/// One exchange with a client of its own.
async fn fetch(url: &str) -> FetchReport {
    client(&settings()).fetch(request(url)).await
}

async fn fetch_with(
    change_settings: impl FnOnce(&mut FetchSettings),
    request: FetchRequest,
) -> FetchReport {
    let mut settings = settings();
    change_settings(&mut settings);
    client(&settings).fetch(request).await
}

#[track_caller]
fn body(report: FetchReport) -> FetchedBody {
    match report.outcome {
        FetchOutcome::Modified(body) => body,
        other => panic!("no body but {other:?}"),
    }
}

#[track_caller]
fn check_failed(report: &FetchReport, kind: OutcomeKind, detail_part: &str) {
    let FetchOutcome::Failed(failure) = &report.outcome else {
        panic!("no failure but {:?}", report.outcome);
    };
    assert_eq!(failure.kind, kind, "{}", failure.detail);
    assert!(failure.detail.contains(detail_part), "{}", failure.detail);
    assert!(report.elapsed < Duration::from_secs(8), "{report:?}");
}

#[tokio::test]
async fn a_body_comes_as_it_is_with_its_headers() {
    let gzipped = b"\x1f\x8b\x08\x00not inflated here";
    let upstream = Upstream::always(send(
        "200 OK",
        &[
            ("Content-Type", "application/rss+xml; charset=windows-1251"),
            ("Content-Encoding", "gzip"),
            ("Content-Location", "/other/feed.xml"),
            ("ETag", "W/\"a b\"\x22"),
            ("Last-Modified", "yesterday"),
        ],
        gzipped,
    ));
    let report = fetch(&upstream.url("/feed#top")).await;
    assert_eq!(report.status, Some(200));
    assert_eq!(report.hops, []);
    assert_eq!(report.final_url.as_str(), upstream.url("/feed"));
    let body = body(report);
    assert_eq!(body.bytes.as_ref(), gzipped);
    assert_eq!(
        body.content_type.as_deref(),
        Some("application/rss+xml; charset=windows-1251")
    );
    assert_eq!(body.content_encoding.as_deref(), Some("gzip"));
    assert_eq!(
        body.content_location.map(String::from),
        Some(upstream.url("/other/feed.xml"))
    );
    assert_eq!(
        body.validators,
        Validators {
            etag: Some(b"W/\"a b\"\x22".to_vec()),
            last_modified: Some(b"yesterday".to_vec()),
        }
    );
}

#[tokio::test]
async fn the_request_says_who_we_are_and_what_we_take() {
    let upstream = Upstream::always(send("200 OK", &[], FEED));
    let mut asked = request(&upstream.url("/feed?a=1"));
    asked.headers = vec![
        ("X-Key".to_owned(), "s3cret".to_owned()),
        ("Accept-Language".to_owned(), "ru".to_owned()),
    ];
    client(&settings()).fetch(asked.clone()).await;
    asked.user_agent = Some("reader/1".to_owned());
    asked
        .headers
        .push(("accept".to_owned(), "text/xml".to_owned()));
    client(&settings()).fetch(asked).await;
    let [first, second] = upstream.seen().try_into().unwrap();
    assert_eq!(first.line, "GET /feed?a=1 HTTP/1.1");
    assert_eq!(
        first.header("user-agent").unwrap(),
        settings().user_agent.as_bytes()
    );
    assert_eq!(
        first.header("accept-encoding").unwrap(),
        b"gzip, br, zstd, deflate"
    );
    assert!(
        first
            .header("accept")
            .unwrap()
            .starts_with(b"application/atom+xml, ")
    );
    assert_eq!(first.header("x-key").unwrap(), b"s3cret");
    assert_eq!(first.header("accept-language").unwrap(), b"ru");
    assert_eq!(first.header("if-none-match"), None);
    assert_eq!(second.header("user-agent").unwrap(), b"reader/1");
    assert_eq!(second.header("accept").unwrap(), b"text/xml");
}

#[tokio::test]
async fn validators_go_back_byte_for_byte_and_304_is_not_modified() {
    let upstream = Upstream::always(send(
        "304 Not Modified",
        &[("cache-control", "max-age=60")],
        b"",
    ));
    let mut asked = request(&upstream.url("/feed"));
    asked.validators = Some(Validators {
        etag: Some(b"W/\"\xd0\xbc-1\"".to_vec()),
        last_modified: Some(b"Tue, 24 Nov 2026 1:02:03 MSK".to_vec()),
    });
    let report = client(&settings()).fetch(asked).await;
    assert!(
        matches!(report.outcome, FetchOutcome::NotModified),
        "{report:?}"
    );
    assert_eq!(report.freshness.fresh_for, Some(Duration::from_mins(1)));
    let [seen] = upstream.seen().try_into().unwrap();
    assert_eq!(seen.header("if-none-match").unwrap(), b"W/\"\xd0\xbc-1\"");
    assert_eq!(
        seen.header("if-modified-since").unwrap(),
        b"Tue, 24 Nov 2026 1:02:03 MSK"
    );
}

#[tokio::test]
async fn a_304_without_a_condition_is_a_lie() {
    let upstream = Upstream::always(send("304 Not Modified", &[], b""));
    let report = fetch(&upstream.url("/feed")).await;
    check_failed(&report, OutcomeKind::Protocol, "set no condition");
}

/// Redirects by path: `/301/then/302/then/200` answers 301 to `/302/then/200` and so on.
fn hopping(seen: &Seen) -> Reply {
    let path = seen.target();
    match path.trim_start_matches('/').split_once("/then") {
        Some((status, rest)) => send(&format!("{status} Moved"), &[("location", rest)], b""),
        None => send("200 OK", &[], FEED),
    }
}

#[tokio::test]
async fn redirects_are_followed_and_remembered() {
    let upstream = Upstream::start(hopping);
    let report = fetch(&upstream.url("/301/then/302/then/303/then/307/then/308/then/feed")).await;
    let hops: Vec<(u16, &str)> = report
        .hops
        .iter()
        .map(|hop| (hop.status, hop.to.path()))
        .collect();
    assert_eq!(
        hops,
        [
            (301, "/302/then/303/then/307/then/308/then/feed"),
            (302, "/303/then/307/then/308/then/feed"),
            (303, "/307/then/308/then/feed"),
            (307, "/308/then/feed"),
            (308, "/feed"),
        ]
    );
    assert_eq!(report.final_url.as_str(), upstream.url("/feed"));
    assert_eq!(body(report).bytes.as_ref(), FEED);
    assert_eq!(upstream.n_connections(), 1);
}

#[tokio::test]
async fn redirects_that_lead_nowhere_are_failures() {
    let check = async |location: Option<&'static str>, detail: &str| {
        let upstream = Upstream::start(move |_| {
            let headers: Vec<_> = location.map(|to| ("location", to)).into_iter().collect();
            send("302 Found", &headers, b"")
        });
        let report = fetch(&upstream.url("/a")).await;
        check_failed(&report, OutcomeKind::Redirect, detail);
    };
    check(None, "without saying where").await;
    check(Some("http://[::bad/"), "which is no address").await;
    check(
        Some("ftp://files.example/feed"),
        "to ftp://files.example/feed",
    )
    .await;
    check(Some("/a"), "in a circle").await;
    check(Some("#again"), "in a circle").await;
}

#[tokio::test]
async fn circles_and_endless_chains_end() {
    let circle = Upstream::start(|seen| {
        let to = if seen.target() == "/a" { "/b" } else { "/a" };
        send("301 Moved", &[("location", to)], b"")
    });
    let report = fetch(&circle.url("/a")).await;
    check_failed(&report, OutcomeKind::Redirect, "in a circle");
    assert_eq!(circle.seen().len(), 2);
    let chain = Upstream::start(|seen| {
        let to = format!("{}x", seen.target());
        send("302 Found", &[("location", &to)], b"")
    });
    let report = fetch_with(
        |settings| settings.redirects_max = 3,
        request(&chain.url("/")),
    )
    .await;
    check_failed(&report, OutcomeKind::Redirect, "more than 3 redirects");
    assert_eq!(chain.seen().len(), 4);
    assert_eq!(report.hops.len(), 3);
}

#[tokio::test]
async fn secrets_stay_with_their_host() {
    let upstream = Upstream::start(|seen| {
        let port = String::from_utf8_lossy(seen.header("host").unwrap())
            .split_once(':')
            .unwrap()
            .1
            .to_owned();
        match seen.target() {
            "/start" => send("302 Found", &[("location", "/same")], b""),
            "/same" => {
                let to = format!("http://other.example:{port}/end");
                send("302 Found", &[("location", &to)], b"")
            }
            _ => send("200 OK", &[], FEED),
        }
    });
    let mut asked = request(&format!(
        "http://joe:hunter2@home.example:{}/start",
        upstream.port()
    ));
    asked.headers = vec![("X-Key".to_owned(), "s3cret".to_owned())];
    asked.validators = Some(Validators {
        etag: Some(b"\"1\"".to_vec()),
        last_modified: None,
    });
    let report = client(&settings()).fetch(asked).await;
    let sent: Vec<_> = upstream
        .seen()
        .iter()
        .map(|seen| {
            let has = |name| seen.header(name).is_some();
            (
                seen.target().to_owned(),
                has("authorization"),
                has("x-key"),
                has("if-none-match"),
            )
        })
        .collect();
    assert_eq!(
        sent,
        [
            ("/start".to_owned(), true, true, true),
            ("/same".to_owned(), true, true, true),
            ("/end".to_owned(), false, false, true),
        ]
    );
    let told = format!("{:?}", (&report.hops, &report.final_url));
    assert!(!told.contains("hunter2"), "{told}");
}

#[tokio::test]
async fn private_addresses_are_refused_without_leave() {
    let upstream = Upstream::always(send("200 OK", &[], FEED));
    let port = upstream.port();
    for host in [
        "127.0.0.1",
        "0x7f000001",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "169.254.169.254",
        "10.0.0.1",
        "localhost",
        "home.example",
    ] {
        let mut asked = request(&format!("http://{host}:{port}/latest/meta-data"));
        asked.allow_private = false;
        let report = client(&settings()).fetch(asked).await;
        check_failed(&report, OutcomeKind::Forbidden, "allow-private = true");
        assert_eq!(report.status, None);
    }
    assert_eq!(upstream.n_connections(), 0);
}

#[tokio::test]
async fn a_connection_opened_with_leave_serves_no_request_without() {
    let upstream = Upstream::always(send("200 OK", &[], FEED));
    let client = client(&settings());
    let mut asked = request(&format!("http://home.example:{}/feed", upstream.port()));
    for _ in 0..2 {
        body(client.fetch(asked.clone()).await);
    }
    asked.allow_private = false;
    let report = client.fetch(asked).await;
    check_failed(
        &report,
        OutcomeKind::Forbidden,
        "home.example (127.0.0.1) is a loopback address",
    );
    let connections: Vec<usize> = upstream.seen().iter().map(|seen| seen.connection).collect();
    assert_eq!(connections, [0, 0]);
}

#[tokio::test]
async fn leave_for_all_feeds_is_leave() {
    let upstream = Upstream::always(send("200 OK", &[], FEED));
    let mut asked = request(&upstream.url("/feed"));
    asked.allow_private = false;
    let report = fetch_with(|settings| settings.allow_private = true, asked).await;
    assert_eq!(body(report).bytes.as_ref(), FEED);
}

/// A proxy in front is the one way a guarded request gets an answer in a test: the proxy was
/// chosen by a person and may be private, what lies behind it may not.
#[tokio::test]
async fn behind_a_proxy_what_can_be_seen_is_guarded() {
    let proxy = Upstream::start(|seen| match seen.target() {
        "http://news.example/to-private" => send(
            "302 Found",
            &[("location", "http://192.168.0.1/admin")],
            b"",
        ),
        "http://news.example/to-name" => {
            send("302 Found", &[("location", "http://printer.local/")], b"")
        }
        "http://news.example/to-proxy" => send(
            "302 Found",
            &[("location", "http://proxy.example/status")],
            b"",
        ),
        _ => send("200 OK", &[], FEED),
    });
    let ask = async |path: &str| {
        let mut asked = request(&format!("http://news.example{path}"));
        asked.allow_private = false;
        let address = format!("http://proxy.example:{}", proxy.port());
        fetch_with(|settings| settings.proxy = Url::parse(&address).ok(), asked).await
    };
    assert_eq!(body(ask("/feed").await).bytes.as_ref(), FEED);
    for (path, detail) in [
        ("/to-private", "192.168.0.1 is a private address"),
        ("/to-name", "printer.local is a name of the local network"),
        ("/to-proxy", "proxy.example is the proxy itself"),
    ] {
        let report = ask(path).await;
        check_failed(&report, OutcomeKind::Forbidden, detail);
        assert_eq!(report.hops.len(), 1);
    }
    let targets: Vec<String> = proxy
        .seen()
        .iter()
        .map(|seen| seen.target().to_owned())
        .collect();
    assert_eq!(
        targets,
        ["/feed", "/to-private", "/to-name", "/to-proxy"]
            .map(|path| format!("http://news.example{path}"))
    );
}

#[tokio::test]
async fn statuses_become_outcomes() {
    let check = async |status: &'static str, expected: Result<&str, &str>| {
        let upstream = Upstream::always(send(status, &[], b""));
        let report = fetch(&upstream.url("/feed")).await;
        assert_eq!(
            report.status,
            Some(status.split_once(' ').unwrap().0.parse().unwrap())
        );
        match (&report.outcome, expected) {
            (FetchOutcome::Gone, Ok("gone")) | (FetchOutcome::Throttled, Ok("throttled")) => {}
            (FetchOutcome::Modified(body), Ok("modified")) => assert_eq!(body.bytes.len(), 0),
            (_, Err(detail)) => check_failed(&report, OutcomeKind::HttpStatus, detail),
            (other, expected) => panic!("{status}: {other:?}, not {expected:?}"),
        }
    };
    check("200 OK", Ok("modified")).await;
    check("203 Touched", Ok("modified")).await;
    check("204 No Content", Ok("modified")).await;
    check("410 Gone", Ok("gone")).await;
    check("429 Slow Down", Ok("throttled")).await;
    check("503 Busy", Ok("throttled")).await;
    check("206 Partial Content", Err("answered 206 Partial Content")).await;
    check("226 IM Used", Err("answered 226 IM Used")).await;
    check("300 Multiple Choices", Err("answered 300")).await;
    check("401 Unauthorized", Err("wants a user and password")).await;
    check("403 Forbidden", Err("may not like our user-agent")).await;
    check("404 Not Found", Err("may have moved")).await;
    check("500 Oops", Err("trouble on its side")).await;
    check("599 Odd", Err("answered 599 a status without a name")).await;
}

#[tokio::test]
async fn retry_after_and_freshness_come_with_any_status() {
    let check =
        async |status: &'static str, headers: &'static [(&str, &str)], expected: Freshness| {
            let upstream = Upstream::always(send(status, headers, b""));
            assert_eq!(fetch(&upstream.url("/feed")).await.freshness, expected);
        };
    let retry_at = |text: &str| Freshness {
        retry_after: Timestamp::parse_rfc3339(text),
        ..Freshness::default()
    };
    check(
        "429 Slow Down",
        &[("retry-after", "120")],
        retry_at("2026-11-24T12:02:00Z"),
    )
    .await;
    check(
        "503 Busy",
        &[("retry-after", "Tue, 24 Nov 2026 15:00:00 GMT")],
        retry_at("2026-11-24T15:00:00Z"),
    )
    .await;
    check(
        "404 Not Found",
        &[("retry-after", "60")],
        retry_at("2026-11-24T12:01:00Z"),
    )
    .await;
    check(
        "200 OK",
        &[("retry-after", "60")],
        retry_at("2026-11-24T12:01:00Z"),
    )
    .await;
    check(
        "200 OK",
        &[
            ("expires", "Tue, 24 Nov 2026 13:00:00 GMT"),
            ("date", "Tue, 24 Nov 2026 12:59:00 GMT"),
        ],
        Freshness {
            fresh_for: Some(Duration::from_mins(1)),
            date: Timestamp::parse_rfc3339("2026-11-24T12:59:00Z"),
            ..Freshness::default()
        },
    )
    .await;
}

const SHORT: Duration = Duration::from_millis(400);

#[tokio::test]
async fn every_kind_of_slowness_has_its_limit() {
    let head = answer("200 OK", &[], &[b'x'; 100]);
    let (begun, rest) = head.split_at(head.len() - 90);
    let check = async |reply: Reply, change: fn(&mut FetchSettings), timeout, detail: &str| {
        let upstream = Upstream::always(reply);
        let mut asked = request(&upstream.url("/feed"));
        asked.timeout = timeout;
        let report = fetch_with(change, asked).await;
        check_failed(&report, OutcomeKind::Timeout, detail);
    };
    let long = Duration::from_secs(10);
    let short_read: fn(&mut FetchSettings) = |settings| {
        settings.connect_timeout = SHORT;
        settings.read_timeout = SHORT;
    };
    check(
        Reply::Stall(Vec::new()),
        short_read,
        long,
        "did not begin to answer within 800ms",
    )
    .await;
    check(
        Reply::Stall(Vec::new()),
        |_| (),
        SHORT,
        "did not answer within 400ms",
    )
    .await;
    check(
        Reply::Stall(b"HTTP/1.1 200 O".to_vec()),
        short_read,
        long,
        "did not begin",
    )
    .await;
    check(
        Reply::Stall(begun.to_vec()),
        short_read,
        long,
        "sent nothing more for 400ms after 10 bytes",
    )
    .await;
    // A drip is progress for ever; only the whole exchange has a limit.
    let drip = Reply::Drip(begun.to_vec(), rest.to_vec(), Duration::from_millis(20));
    check(drip, |_| (), SHORT, "was not complete after 400ms").await;
}

#[tokio::test]
async fn a_slow_but_steady_body_comes_whole() {
    let whole = answer("200 OK", &[], FEED);
    let (begun, rest) = whole.split_at(whole.len() - 8);
    let drip = Reply::Drip(begun.to_vec(), rest.to_vec(), Duration::from_millis(5));
    let upstream = Upstream::always(drip);
    assert_eq!(
        body(fetch(&upstream.url("/feed")).await).bytes.as_ref(),
        FEED
    );
}

#[tokio::test]
async fn broken_connections_and_broken_protocol_are_told_apart() {
    let whole = answer("200 OK", &[], FEED);
    let half = whole[..whole.len() - 20].to_vec();
    let check = async |reply: Reply, kind: OutcomeKind, detail: &str| {
        let upstream = Upstream::always(reply);
        let report = fetch(&upstream.url("/feed")).await;
        check_failed(&report, kind, detail);
    };
    let chunked = |body: &str| {
        let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
        Reply::Close([head, body].concat().into_bytes())
    };
    let (cut, protocol) = (OutcomeKind::Cut, OutcomeKind::Protocol);
    check(Reply::Close(half.clone()), cut, "in the middle of the body").await;
    check(Reply::Reset(half), cut, "hung up").await;
    check(Reply::Reset(Vec::new()), cut, "before it answered").await;
    check(Reply::Close(Vec::new()), cut, "before it answered").await;
    check(
        Reply::Close(b"HTTP/1.1 200 OK\r\nserv".to_vec()),
        cut,
        "before it answered",
    )
    .await;
    check(chunked("5\r\nhello\r\n"), cut, "in the middle of the body").await;
    check(chunked("zz\r\nhello\r\n"), protocol, "not proper HTTP").await;
    check(
        Reply::Close(b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999999999999\r\n\r\n".to_vec()),
        protocol,
        "invalid content-length",
    )
    .await;
    check(
        Reply::Close(b"SSH-2.0-OpenSSH\r\n\r\n".to_vec()),
        protocol,
        "not proper HTTP",
    )
    .await;
    check(
        Reply::Close(b"<rss/>\r\n\r\n".to_vec()),
        protocol,
        "not proper HTTP",
    )
    .await;
}

#[tokio::test]
async fn sloppy_headers_of_old_servers_are_read() {
    let sloppy = b"HTTP/1.1 200 OK\r\nServer : IIS\r\nX-Folded: a\r\n b\r\nBad Name: x\r\n\
                   Content-Type: text/xml\r\nContent-Length: 4\r\n\r\nbody";
    let upstream = Upstream::always(Reply::Close(sloppy.to_vec()));
    let body = body(fetch(&upstream.url("/feed")).await);
    assert_eq!(body.bytes.as_ref(), b"body");
    assert_eq!(body.content_type.as_deref(), Some("text/xml"));
}

#[tokio::test]
async fn bodies_over_the_limit_are_not_read() {
    let check = async |reply: Reply, detail: &str| {
        let upstream = Upstream::always(reply);
        let report = fetch_with(
            |settings| settings.body_max_bytes = 1000,
            request(&upstream.url("/feed")),
        )
        .await;
        check_failed(&report, OutcomeKind::TooLarge, detail);
    };
    check(
        Reply::Stall(answer("200 OK", &[("x", "y")], &[0; 1001])),
        "larger than body-max, 1000 bytes (1001 bytes announced)",
    )
    .await;
    check(
        Reply::Stall(b"HTTP/1.1 200 OK\r\ncontent-length: 9999999999999\r\n\r\n".to_vec()),
        "larger than",
    )
    .await;
    let unannounced = [&b"HTTP/1.1 200 OK\r\n\r\n"[..], &[0; 1001]].concat();
    check(
        Reply::Stall(unannounced),
        "larger than body-max, 1000 bytes",
    )
    .await;
}

#[tokio::test]
async fn a_body_at_the_limit_is_read() {
    let upstream = Upstream::always(send("200 OK", &[], &[7; 1000]));
    let report = fetch_with(
        |settings| settings.body_max_bytes = 1000,
        request(&upstream.url("/feed")),
    )
    .await;
    assert_eq!(body(report).bytes.as_ref(), [7; 1000]);
}

#[tokio::test]
async fn large_bodies_wait_for_each_other() {
    let large = vec![7; 600 * 1024];
    let upstream = Upstream::always(send("200 OK", &[], &large));
    let mut settings = settings();
    // One large body at a time.
    settings.body_max_bytes = 32 * 1024 * 1024;
    let client = client(&settings);
    let mut asked = request(&upstream.url("/feed"));
    let first = body(client.fetch(asked.clone()).await);
    asked.timeout = SHORT;
    let report = client.fetch(asked.clone()).await;
    check_failed(&report, OutcomeKind::Timeout, "for other large bodies");
    drop(first);
    asked.timeout = Duration::from_secs(10);
    assert_eq!(body(client.fetch(asked).await).bytes.as_ref(), large);
}

#[tokio::test]
async fn many_large_bodies_at_once_all_come() {
    let large = vec![7; 600 * 1024];
    let upstream = Upstream::always(send("200 OK", &[], &large));
    let mut settings = settings();
    settings.body_max_bytes = 16 * 1024 * 1024;
    let client = client(&settings);
    let fetches = (0..12).map(|_| async {
        let report = client.fetch(request(&upstream.url("/feed"))).await;
        body(report).bytes.len()
    });
    let lengths = futures_util::future::join_all(fetches).await;
    assert_eq!(lengths, [large.len(); 12]);
}

#[tokio::test]
async fn names_and_ports_that_are_not_there() {
    let closed_port = {
        let upstream = Upstream::always(send("200 OK", &[], FEED));
        upstream.port()
    };
    let report = fetch(&format!("http://127.0.0.1:{closed_port}/feed")).await;
    check_failed(&report, OutcomeKind::Connect, "no connection to 127.0.0.1:");
    let report = fetch("http://joe:hunter2@nowhere.invalid/feed?token=s3cret").await;
    check_failed(
        &report,
        OutcomeKind::Dns,
        "the name of nowhere.invalid could not be looked up: no such name",
    );
    let told = format!("{:?}", report.outcome);
    assert!(
        !told.contains("hunter2") && !told.contains("s3cret"),
        "{told}"
    );
}

#[tokio::test]
async fn the_systems_resolver_says_what_it_does_not_find() {
    // A label of more than 63 letters is refused before any question leaves this machine.
    let name = "a".repeat(64);
    let client = HttpClient::new(&settings(), Arc::new(FixedClock(now()))).unwrap();
    let mut asked = request(&format!("http://{name}.example/feed"));
    asked.allow_private = false;
    let report = client.fetch(asked).await;
    check_failed(&report, OutcomeKind::Dns, "could not be looked up");
}

#[tokio::test]
async fn headers_that_cannot_be_sent_are_named_without_their_value() {
    let upstream = Upstream::always(send("200 OK", &[], FEED));
    for (name, value, part) in [
        (
            "X-Key",
            "s3cret\n",
            "\"X-Key\" cannot be sent: its value has control characters",
        ),
        (
            "X Key",
            "s3cret",
            "\"X Key\" cannot be sent: this is no header name",
        ),
    ] {
        let mut asked = request(&upstream.url("/feed"));
        asked.headers = vec![(name.to_owned(), value.to_owned())];
        let report = client(&settings()).fetch(asked).await;
        check_failed(&report, OutcomeKind::Protocol, part);
        assert!(!format!("{report:?}").contains("s3cret"));
    }
    assert_eq!(upstream.seen(), []);
}

#[tokio::test]
async fn other_schemes_are_not_asked() {
    let report = fetch("file:///etc/passwd").await;
    check_failed(&report, OutcomeKind::Protocol, "neither http nor https");
}

#[tokio::test]
async fn connections_are_reused_one_after_the_other() {
    let upstream = Upstream::always(send("200 OK", &[], FEED));
    let client = client(&settings());
    for _ in 0..5 {
        body(client.fetch(request(&upstream.url("/feed"))).await);
    }
    assert_eq!((upstream.seen().len(), upstream.n_connections()), (5, 1));
}

fn with_test_authority(settings: &mut FetchSettings) {
    settings.extra_ca = Some(std::fs::read(fixture("ca.pem")).unwrap());
}

fn tls_request(upstream: &TlsUpstream, host: &str) -> FetchRequest {
    request(&format!("https://{host}:{}/feed", upstream.port()))
}

#[tokio::test]
async fn tls_works_with_an_extra_authority_over_both_http_versions() {
    for protocol in [Protocol::Http1, Protocol::Http2] {
        let upstream = TlsUpstream::start("server.pem", protocol, FEED);
        let asked = tls_request(&upstream, "tls.example");
        let report = fetch_with(with_test_authority, asked).await;
        assert_eq!(body(report).bytes.as_ref(), FEED, "{protocol:?}");
    }
}

#[tokio::test]
async fn certificates_that_do_not_hold_are_explained() {
    let check = async |certificate, host, change: fn(&mut FetchSettings), detail| {
        let upstream = TlsUpstream::start(certificate, Protocol::Http1, FEED);
        let report = fetch_with(change, tls_request(&upstream, host)).await;
        check_failed(&report, OutcomeKind::Tls, detail);
    };
    check("server.pem", "tls.example", |_| (), "").await;
    check(
        "server.pem",
        "other.example",
        with_test_authority,
        "not valid for name",
    )
    .await;
    check(
        "expired.pem",
        "tls.example",
        with_test_authority,
        "renewed on their side",
    )
    .await;
}

#[tokio::test]
async fn a_server_that_is_not_up_to_tls_is_told_from_one_that_is_silent() {
    let ask = async |upstream: &Upstream| {
        let asked = request(&format!("https://127.0.0.1:{}/feed", upstream.port()));
        fetch_with(|settings| settings.connect_timeout = SHORT, asked).await
    };
    let plain = Upstream::always(Reply::Stall(answer("400 Bad Request", &[], b"")));
    check_failed(&ask(&plain).await, OutcomeKind::Tls, "no secure connection");
    let silent = Upstream::always(Reply::Stall(Vec::new()));
    check_failed(
        &ask(&silent).await,
        OutcomeKind::Timeout,
        &format!("no connection to 127.0.0.1:{} within 400ms", silent.port()),
    );
}

/// Set in the process that plays a machine without certificates.
const CHILD: &str = "NUNCIO_TEST_WITHOUT_CERTIFICATES";

#[tokio::test]
async fn a_machine_without_certificates_starts_and_says_so_per_feed() {
    if std::env::var_os(CHILD).is_none() {
        let name = "fetch::a_machine_without_certificates_starts_and_says_so_per_feed";
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", name])
            .env(CHILD, "1")
            .env("SSL_CERT_FILE", "/nonexistent")
            .env_remove("SSL_CERT_DIR")
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&output.stdout);
        assert!(told.contains("1 passed"), "{output:?}");
        return;
    }
    let client = client(&settings());
    assert!(!client.has_roots());
    let upstream = TlsUpstream::start("server.pem", Protocol::Http1, FEED);
    let report = client.fetch(tls_request(&upstream, "tls.example")).await;
    check_failed(
        &report,
        OutcomeKind::Tls,
        "ca-certificates, or set extra-ca",
    );
    let asked = tls_request(&upstream, "tls.example");
    let report = fetch_with(with_test_authority, asked).await;
    assert_eq!(body(report).bytes.as_ref(), FEED);
}

#[test]
fn settings_that_cannot_be_used_are_explained() {
    let check = |change: fn(&mut FetchSettings), expected: FetchSetupError| {
        let mut settings = settings();
        change(&mut settings);
        let made = HttpClient::new(&settings, Arc::new(FixedClock(now())));
        assert_eq!(made.err(), Some(expected));
    };
    check(
        |settings| settings.user_agent = "a\nb".to_owned(),
        FetchSetupError::UserAgent,
    );
    check(
        |settings| settings.extra_ca = Some(b"no certificate".to_vec()),
        FetchSetupError::ExtraCa {
            detail: "no certificate in it".to_owned(),
        },
    );
    check(
        |settings| settings.proxy = Url::parse("gopher://joe:hunter2@proxy.example").ok(),
        FetchSetupError::Proxy {
            url: "gopher://***:***@proxy.example".to_owned(),
            detail: "gopher is no kind of proxy; use http, https, socks5 or socks5h".to_owned(),
        },
    );
    let mut damaged = settings();
    damaged.extra_ca =
        Some(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".to_vec());
    let made = HttpClient::new(&damaged, Arc::new(FixedClock(now())));
    assert!(matches!(made.err(), Some(FetchSetupError::ExtraCa { .. })));
}
