//! Addresses that are not public.

use nuncio::fetch::Http;
use nuncio::model::outcome::OutcomeKind;
use url::Url;

use crate::fetch::client::{FEED, body, check_failed, client, fetch_with, request, settings};
use crate::support::upstream::{Upstream, send};

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
