//! TLS: who is trusted, and what is said where nobody is.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::process::Command;

use nuncio::fetch::{FetchSettings, Http};
use nuncio::model::outcome::{FetchRequest, OutcomeKind};

use crate::fetch::client::{
    FEED, SHORT, body, check_failed, client, fetch_with, request, settings,
};
use crate::support::tls::{Protocol, TlsUpstream, fixture};
use crate::support::upstream::{Reply, Upstream, answer};

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
        let name = "fetch::tls::a_machine_without_certificates_starts_and_says_so_per_feed";
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
