//! What is sent and what comes back when all goes well.

use std::time::Duration;

use nuncio::fetch::Http;
use nuncio::model::outcome::{FetchOutcome, Freshness, OutcomeKind, Validators};
use nuncio::model::time::Timestamp;

use crate::fetch::client::{FEED, body, check_failed, client, fetch, request, settings};
use crate::support::upstream::{Reply, Upstream, send};

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
async fn connections_are_reused_one_after_the_other() {
    let upstream = Upstream::always(send("200 OK", &[], FEED));
    let client = client(&settings());
    for _ in 0..5 {
        body(client.fetch(request(&upstream.url("/feed"))).await);
    }
    assert_eq!((upstream.seen().len(), upstream.n_connections()), (5, 1));
}
