//! Limits of bodies, one by one and together.

use std::time::Duration;

use nuncio::fetch::Http;
use nuncio::model::outcome::OutcomeKind;

use crate::fetch::client::{SHORT, body, check_failed, client, fetch_with, request, settings};
use crate::support::upstream::{Reply, Upstream, answer, send};

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
