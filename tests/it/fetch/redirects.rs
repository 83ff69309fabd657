//! Redirects: followed, remembered, refused.

use nuncio::fetch::Http;
use nuncio::model::outcome::{OutcomeKind, Validators};

use crate::fetch::client::{
    FEED, body, check_failed, client, fetch, fetch_with, request, settings,
};
use crate::support::upstream::{Reply, Seen, Upstream, send};

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
    check(
        Some("http://[::bad/?key=s3cret"),
        "to \"http://[::bad/\", which is no",
    )
    .await;
    check(
        Some("http://joe:hunter2@[::bad/"),
        "to \"***\", which is no",
    )
    .await;
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
