//! Upstreams that are slow, broken or not there.

use std::sync::Arc;
use std::time::Duration;

use nuncio::clock::FixedClock;
use nuncio::fetch::{FetchSettings, FetchSetupError, Http, HttpClient};
use nuncio::model::outcome::OutcomeKind;
use url::Url;

use crate::fetch::client::{
    FEED, SHORT, body, check_failed, client, fetch, fetch_with, now, request, settings,
};
use crate::support::upstream::{Reply, Upstream, answer, send};

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
