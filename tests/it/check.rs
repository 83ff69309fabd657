//! `check --online` against as many feeds as the shipped file has, on one local server.

use std::fmt::Write as _;

use crate::support::daemon::Home;
use crate::support::upstream::{Reply, Seen, Upstream, answer, send};

const NOW: &[(&str, &str)] = &[("NUNCIO_TEST_NOW", "2026-11-24T12:00:00Z")];

/// Feeds that are well besides those that are not.
const N_WELL: usize = 80;

/// Two entries of the same morning, one of them about the region.
fn feed() -> String {
    let item = |title: &str, hour: u32| {
        format!(
            "<item><title>{title}</title><link>https://example.org/{hour}</link>\
             <pubDate>Tue, 24 Nov 2026 {hour:02}:00:00 GMT</pubDate></item>"
        )
    };
    format!(
        "<rss version=\"2.0\"><channel><title>A</title>{}{}</channel></rss>",
        item("Talks in Tashkent", 9),
        item("Elections in Peru", 7)
    )
}

fn reply(seen: &Seen) -> Reply {
    let xml = [("content-type", "application/rss+xml")];
    match seen.target() {
        "/missing" => send("404 Not Found", &[], b"no"),
        "/gone" => send("410 Gone", &[], b""),
        "/busy" => send("503 Service Unavailable", &[("retry-after", "600")], b""),
        "/page" => send(
            "200 OK",
            &[("content-type", "text/html")],
            b"<!doctype html><html><body>Are you a robot?</body></html>",
        ),
        "/moved" => send("301 Moved Permanently", &[("location", "/feed/0")], b""),
        "/known" => Reply::Close(b"HTTP/1.1 304 Not Modified\r\n\r\n".to_vec()),
        "/cut" => {
            let mut half = answer("200 OK", &xml, feed().as_bytes());
            half.truncate(half.len() - 40);
            Reply::Close(half)
        }
        "/empty" => send(
            "200 OK",
            &xml,
            b"<rss version=\"2.0\"><channel><title>A</title></channel></rss>",
        ),
        _ => send("200 OK", &xml, feed().as_bytes()),
    }
}

fn feeds_toml(upstream: &Upstream, names: &[String]) -> String {
    let mut text = "regions = [\"central-asia\"]\n[daemon]\nhost-spacing = \"1ms\"\n".to_owned();
    for name in names {
        writeln!(
            text,
            "[[feed]]\nid = \"{}\"\nurl = \"{}\"\nallow-private = true",
            name.replace('/', "-"),
            upstream.url(&format!("/{name}"))
        )
        .unwrap();
    }
    text
}

fn well() -> impl Iterator<Item = String> {
    (0..N_WELL).map(|n| format!("feed/{n}"))
}

#[test]
fn each_feed_is_a_line_and_those_that_fail_come_last() {
    let upstream = Upstream::start(reply);
    let ill = ["missing", "gone", "busy", "page", "known", "cut"];
    let odd = ["moved", "empty"];
    // The ill ones first in the file.
    let names: Vec<String> = ill
        .iter()
        .chain(&odd)
        .map(|&name| name.to_owned())
        .chain(well())
        .collect();
    let home = Home::new(&feeds_toml(&upstream, &names));
    let output = home.run(&["check", "--online", "feeds.toml"], NOW);
    let said = String::from_utf8_lossy(&output.stdout);
    let complained = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}{complained}");

    let lines: Vec<&str> = said.lines().collect();
    let cells = |line: usize| -> Vec<&str> {
        lines[line]
            .split("  ")
            .map(str::trim)
            .filter(|it| !it.is_empty())
            .collect()
    };
    assert_eq!(lines[0], "feeds.toml: 88 feeds, 1 region, 0 tests: ok");
    assert_eq!(
        cells(1),
        ["feed", "status", "entries", "in a region", "newest"]
    );
    let moved = format!("moved for good to {}", upstream.url("/feed/0"));
    assert_eq!(cells(2), ["moved", "ok", "2", "1", "3 h ago", &moved]);
    assert_eq!(
        cells(3),
        ["empty", "ok", "0", "0", "a feed without entries"]
    );
    assert_eq!(cells(4), ["feed-0", "ok", "2", "1", "3 h ago"]);
    // A blank line, then by kind.
    let first_ill = 5 + N_WELL;
    let by_kind = [
        ("cut", "cut"),
        ("gone", "gone"),
        ("missing", "http-status"),
        ("page", "not-a-feed"),
        ("known", "protocol"),
        ("busy", "throttled"),
    ];
    for (n, (name, kind)) in by_kind.iter().enumerate() {
        let row = cells(first_ill + n);
        assert_eq!(row[..2], [*name, *kind]);
        assert_eq!(row.len(), 3, "one word on why: {row:?}");
        let is_named = row[2].contains("a page that asks whether we are human");
        assert_eq!(is_named, *name == "page", "{row:?}");
    }
    assert_eq!(lines.last(), Some(&"82 of 88 feeds are well"));
    assert_eq!(
        complained,
        "error: 6 of 88 feeds gave no feed (cut 1, gone 1, http-status 1, not-a-feed 1, \
         protocol 1, throttled 1)\n"
    );
    assert_eq!(std::fs::read_dir(home.path("state")).unwrap().count(), 0);
}

#[test]
fn it_ends_well_where_every_feed_that_is_not_switched_off_is_well() {
    let upstream = Upstream::start(reply);
    let names: Vec<String> = well().take(2).chain(["missing".to_owned()]).collect();
    let text = feeds_toml(&upstream, &names) + "enabled = false\n";
    let home = Home::new(&text);
    let output = home.run(&["check", "--online", "feeds.toml"], NOW);
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(
        said.starts_with("feeds.toml: 2 feeds (1 more switched off), "),
        "{said}"
    );
    assert!(said.ends_with("2 of 2 feeds are well\n"), "{said}");
    assert!(upstream.seen().iter().all(|it| it.target() != "/missing"));
}

#[test]
fn an_answer_that_cannot_be_written_is_a_failure_and_a_reader_who_left_is_none() {
    let home = Home::new(
        "regions = [\"central-asia\"]\n[[feed]]\nid = \"a\"\nurl = \"https://a.example/\"\n",
    );
    let full = std::fs::File::options()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let (unread, pipe) = std::io::pipe().unwrap();
    drop(unread);
    for (stdout, code) in [(full.into(), 1), (std::process::Stdio::from(pipe), 0)] {
        let mut command = home.command(&["config", "print", "--config", "feeds.toml"]);
        let output = command.stdout(stdout).output().unwrap();
        let complained = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{complained}");
        let is_said = complained.starts_with("error: cannot write to standard output: ");
        assert_eq!(is_said, code == 1, "{complained}");
    }
}
