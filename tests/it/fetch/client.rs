//! A client for the tests, and what is asked of its reports.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests fail as tests do"
)]

use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use nuncio::clock::FixedClock;
use nuncio::fetch::{FetchSettings, Http, HttpClient, Lookup, LookupFuture};
use nuncio::model::outcome::{FetchOutcome, FetchReport, FetchRequest, FetchedBody, OutcomeKind};
use nuncio::model::time::Timestamp;
use url::Url;

pub(super) const FEED: &[u8] = b"<rss version='2.0'><channel><title>MFA</title></channel></rss>";

pub(super) const NOW: &str = "2026-11-24T12:00:00Z";

pub(super) const SHORT: Duration = Duration::from_millis(400);

pub(super) fn now() -> Timestamp {
    Timestamp::parse_rfc3339(NOW).unwrap()
}

pub(super) fn settings() -> FetchSettings {
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
pub(super) struct TestNames;

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

pub(super) fn client(settings: &FetchSettings) -> HttpClient {
    HttpClient::with_lookup(settings, Arc::new(FixedClock(now())), TestNames).unwrap()
}

pub(super) fn request(url: &str) -> FetchRequest {
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
pub(super) async fn fetch(url: &str) -> FetchReport {
    client(&settings()).fetch(request(url)).await
}

pub(super) async fn fetch_with(
    change_settings: impl FnOnce(&mut FetchSettings),
    request: FetchRequest,
) -> FetchReport {
    let mut settings = settings();
    change_settings(&mut settings);
    client(&settings).fetch(request).await
}

#[track_caller]
pub(super) fn body(report: FetchReport) -> FetchedBody {
    match report.outcome {
        FetchOutcome::Modified(body) => body,
        other => panic!("no body but {other:?}"),
    }
}

#[track_caller]
pub(super) fn check_failed(report: &FetchReport, kind: OutcomeKind, detail_part: &str) {
    let FetchOutcome::Failed(failure) = &report.outcome else {
        panic!("no failure but {:?}", report.outcome);
    };
    assert_eq!(failure.kind, kind, "{}", failure.detail);
    assert!(failure.detail.contains(detail_part), "{}", failure.detail);
    assert!(report.elapsed < Duration::from_secs(8), "{report:?}");
}
