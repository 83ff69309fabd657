//! The life of one daemon: started, asked, reloaded, stopped, killed, started again.

use std::fs::{self, File};

use rustix::fs::{CWD, FileType, Mode, mknodat};
use rustix::process::Signal;

use crate::support::daemon::Home;
use crate::support::http::get;
use crate::support::static_server::{Page, StaticServer};
use crate::support::upstream::{Upstream, send};

/// One feed about the region, on a free port.
fn feeds_toml(url: &str) -> String {
    format!(
        "regions = [\"central-asia\"]\n\
         [daemon]\n\
         listen = \"127.0.0.1:0\"\n\
         [[feed]]\n\
         id = \"mfa-kz\"\n\
         url = \"{url}\"\n\
         allow-private = true\n"
    )
}

/// An RSS feed with one entry of today.
fn rss(title: &str) -> Page {
    let body = format!(
        "<rss version=\"2.0\"><channel><title>MFA</title><link>https://example.org/</link>\
         <description>x</description><item><guid isPermaLink=\"false\">{title}</guid>\
         <title>{title}</title><link>https://example.org/{}</link>\
         <description>Astana and Tashkent signed an agreement in Kazakhstan.</description>\
         </item></channel></rss>",
        title.len()
    );
    Page::new("application/rss+xml", body)
}

fn upstream() -> (StaticServer, Home) {
    let server = StaticServer::start();
    server.put("/feed", rss("Kazakhstan and Uzbekistan meet"));
    let home = Home::new(&feeds_toml(&server.url("/feed")));
    (server, home)
}

fn has_story(address: &str) -> bool {
    let answer = get(&format!("http://{address}/feeds/central-asia.atom"), &[]);
    answer.status == 200 && answer.text().contains("Kazakhstan and Uzbekistan meet")
}

#[test]
fn what_is_polled_is_served_until_sigterm() {
    let (server, home) = upstream();
    let mut daemon = home.start(&[]);
    assert_eq!(daemon.get("/healthz").status, 200);
    daemon.wait_until("the story is served", |daemon| has_story(&daemon.address));
    assert_eq!(server.asked("/feed").n_requests, 1);
    daemon.stop();
    assert!(!home.path("run/control.sock").exists());
}

#[test]
fn what_was_published_survives_a_kill() {
    let (_server, home) = upstream();
    let mut daemon = home.start(&[]);
    daemon.wait_until("the story is served", |daemon| has_story(&daemon.address));
    let before = daemon.get("/feeds/central-asia.atom");
    daemon.kill();
    let daemon = home.start(&[]);
    let after = daemon.get("/feeds/central-asia.atom");
    assert_eq!(after.text(), before.text());
    daemon.stop();
}

#[test]
fn once_polls_what_is_due_publishes_and_ends() {
    let (server, home) = upstream();
    let output = home.run_once(&[("NUNCIO_TEST_NOW", "2026-11-24T12:00:00Z")]);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(server.asked("/feed").n_requests, 1);
    let daemon = home.start(&[]);
    assert!(has_story(&daemon.address));
    daemon.stop();
}

#[test]
fn a_running_daemon_is_asked_by_its_socket() {
    let (_server, home) = upstream();
    let mut daemon = home.start(&[]);
    daemon.wait_until("the story is served", |daemon| has_story(&daemon.address));
    let status = home.run(&["status"], &[]);
    let said = String::from_utf8_lossy(&status.stdout).into_owned();
    assert!(status.status.success(), "{status:?}");
    assert!(said.contains("mfa-kz"), "{said}");
    daemon.stop();
    let status = home.run(&["status"], &[]);
    let said = String::from_utf8_lossy(&status.stderr).into_owned();
    assert_eq!(status.status.code(), Some(1), "{status:?}");
    assert!(said.contains("no nuncio is running"), "{said}");
}

#[test]
fn a_reload_with_a_bad_file_changes_nothing() {
    let (_server, home) = upstream();
    let mut daemon = home.start(&[]);
    daemon.wait_until("the story is served", |daemon| has_story(&daemon.address));
    home.configure("regions = [\"atlantis\"]\n");
    let reload = home.run(&["reload"], &[]);
    assert_ne!(reload.status.code(), Some(0), "{reload:?}");
    daemon.signal(Signal::HUP);
    assert!(has_story(&daemon.address));
    assert!(home.run(&["status"], &[]).status.success());
    daemon.stop();
}

#[test]
fn a_reload_whose_client_cannot_be_made_registers_nothing() {
    let (server, home) = upstream();
    let daemon = home.start(&[]);
    let other = feeds_toml(&server.url("/feed")).replace("mfa-kz", "mfa-uz");
    home.configure(&other.replace("[daemon]", "[daemon]\nextra-ca = \"missing.pem\""));
    let reload = home.run(&["reload"], &[]);
    let said = String::from_utf8_lossy(&reload.stderr).into_owned();
    assert_eq!(reload.status.code(), Some(1), "{reload:?}");
    assert!(said.contains("missing.pem"), "{said}");
    let status = home.run(&["status"], &[]);
    let said = String::from_utf8_lossy(&status.stdout).into_owned();
    assert!(
        said.contains("mfa-kz") && !said.contains("mfa-uz"),
        "{said}"
    );
    daemon.stop();
}

#[test]
fn a_reload_while_the_store_opens_is_taken_up_and_says_nothing_of_ready() {
    let (server, home) = upstream();
    server.put("/other", rss("Kazakhstan and Uzbekistan meet"));
    // A new store first looks for what was published: a pipe holds it there.
    let sidecar = home.path("cache/stories.bin");
    mknodat(CWD, &sidecar, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
    let mut daemon = home.start_serving(&[]);
    daemon.wait_until("the store is being opened", |daemon| {
        daemon.log().contains("store is open")
    });
    home.configure(&feeds_toml(&server.url("/other")));
    daemon.signal(Signal::HUP);
    daemon.wait_until("it is reloaded", |daemon| {
        daemon.log().contains("reloaded feeds.toml")
    });
    assert_eq!(daemon.get("/readyz").status, 503);
    drop(File::create(&sidecar).unwrap());
    daemon.wait_until("the new address is polled", |_| {
        server.asked("/other").n_requests > 0
    });
    assert_eq!(server.asked("/feed").n_requests, 0);
    daemon.stop();
}

#[test]
fn a_question_without_a_daemon_opens_no_store() {
    let (_server, home) = upstream();
    assert!(home.run_once(&[]).status.success());
    let asked = home.run(&["explain", "https://example.org/29"], &[]);
    let said = String::from_utf8_lossy(&asked.stderr).into_owned();
    assert_eq!(asked.status.code(), Some(1), "{asked:?}");
    for part in [
        "no nuncio is running",
        "start it with",
        "nuncio explain TEXT",
    ] {
        assert!(said.contains(part), "{said}");
    }
    let text = home.run(&["explain", "Talks in Astana"], &[]);
    assert!(text.status.success(), "{text:?}");
}

#[test]
fn a_single_round_writes_a_checkpoint_where_the_last_is_old() {
    let (_server, home) = upstream();
    let n_checkpoints = |now: &str| {
        let output = home.run_once(&[("NUNCIO_TEST_NOW", now)]);
        assert!(output.status.success(), "{output:?}");
        fs::read_dir(home.path("state/checkpoints")).map_or(0, Iterator::count)
    };
    assert_eq!(n_checkpoints("2026-11-24T12:00:00Z"), 1);
    assert_eq!(n_checkpoints("2026-11-24T12:59:00Z"), 1);
    assert_eq!(n_checkpoints("2026-11-24T13:01:00Z"), 2);
}

#[test]
fn systemd_is_told_of_a_reload_and_its_end() {
    let (server, home) = upstream();
    let mut daemon = home.start(&[]);
    home.configure(&feeds_toml(&server.url("/moved")));
    daemon.signal(Signal::HUP);
    daemon.wait_for_notification("RELOADING=1");
    daemon.wait_for_notification("READY=1");
    daemon.stop();
}

#[test]
fn two_daemons_do_not_share_a_store() {
    let (_server, home) = upstream();
    let daemon = home.start(&[]);
    let second = home.run(&["run", "--config", "feeds.toml"], &[]);
    assert_eq!(second.status.code(), Some(1), "{second:?}");
    daemon.stop();
}

#[test]
fn a_broken_configuration_is_not_started_again() {
    let home = Home::new("regions = [\n");
    let output = home.run(&["run", "--config", "feeds.toml"], &[]);
    assert_eq!(output.status.code(), Some(78), "{output:?}");
}

#[test]
fn a_feed_that_waits_for_its_turn_after_a_start_is_polled_when_asked_for() {
    let (server, home) = upstream();
    // Overdue feeds are spread after a start: behind thirty others, this one waits six seconds.
    let others: Vec<String> = (2..32)
        .map(|n| format!("[[feed]]\nid = \"other-{n}\"\nurl = \"http://127.0.0.{n}:9/\"\n"))
        .collect();
    let others = others.concat();
    let text = feeds_toml(&server.url("/feed"));
    home.configure(&text.replacen("[[feed]]", &format!("{others}[[feed]]"), 1));
    let daemon = home.start(&[]);
    let output = home.run(&["poll", "mfa-kz"], &[]);
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        said.starts_with("mfa-kz: ok: 1 received, 1 new"),
        "{output:?}"
    );
    assert_eq!(server.asked("/feed").n_requests, 1);
    daemon.stop();
}

#[test]
fn a_feed_whose_host_wants_to_be_left_alone_is_queued_and_the_reason_told() {
    let busy = ("429 Too Many Requests", [("Retry-After", "600")]);
    let upstream = Upstream::always(send(busy.0, &busy.1, b""));
    let another = format!(
        "[[feed]]\nid = \"another\"\nurl = \"{}\"\nallow-private = true\nname = \"Another\"\n",
        upstream.url("/another")
    );
    let home = Home::new(&(feeds_toml(&upstream.url("/feed")) + &another));
    let daemon = home.start(&[]);
    let poll = || {
        let output = home.run(&["poll", "mfa-kz"], &[]);
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    // It may join the one of the start, or already find the host paused.
    poll();
    let second = poll();
    let expected = "feed mfa-kz cannot be polled now: its host asked to be left alone\nhint: it is queued, and polled in about ";
    assert!(second.contains(expected), "{second}");
    assert_eq!(upstream.seen().len(), 1);
    let status = home.run(&["status"], &[]);
    let status = String::from_utf8(status.stdout).unwrap();
    // Whichever was asked, the other waits with it.
    assert!(status.contains("host-pause"), "{status}");
    assert!(!status.contains("  due  "), "{status}");
    daemon.stop();
}
