//! A changed rule over what is stored: what enters, what stays, what a kill cannot undo; and
//! `replay`, which says it before.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::support::daemon::{Daemon, Home};
use crate::support::static_server::{Page, StaticServer};

const NOW: &[(&str, &str)] = &[("NUNCIO_TEST_NOW", "2026-11-24T12:00:00Z")];
const A_WEEK_LATER: &[(&str, &str)] = &[("NUNCIO_TEST_NOW", "2026-12-01T12:00:00Z")];

const PLAIN: &str = "regions = [\"central-asia\"]\n";
/// The same, and another region that the first rules knew nothing of.
const CHANGED: &str = "regions = [\"central-asia\", \"games\"]\n\
     [region.games]\nphrases = [\"buzkashi\"]\n";
/// What was let in is forbidden.
const STRICT: &str = "regions = [\"central-asia\"]\n[filter]\nnone = [\"@diplomacy\"]\n";

fn feeds_toml(rules: &str, url: &str) -> String {
    format!(
        "{rules}[daemon]\nlisten = \"127.0.0.1:0\"\n\
         [[feed]]\nid = \"wire\"\nurl = \"{url}\"\nallow-private = true\n"
    )
}

/// A feed with one entry about the region and `n_games` about none.
fn feed(n_games: usize) -> Page {
    let mut items = item(
        0,
        "The ambassador of Kazakhstan",
        "A bilateral summit in Astana.",
    );
    for n in 1..=n_games {
        items += &item(
            n,
            &format!("Game {n}"),
            &format!("Buzkashi was played, day {n}."),
        );
    }
    let body = format!(
        "<rss version=\"2.0\"><channel><title>Wire</title><link>https://example.org/</link>\
         <description>x</description>{items}</channel></rss>"
    );
    Page::new("application/rss+xml", body)
}

fn item(n: usize, title: &str, text: &str) -> String {
    format!(
        "<item><guid isPermaLink=\"false\">{n}</guid><title>{title}</title>\
         <link>https://example.org/{n}</link><description>{text}</description>\
         <category>news</category>\
         <pubDate>Tue, 24 Nov 2026 {:02}:{:02}:00 GMT</pubDate></item>",
        8 + n / 3600,
        n / 60 % 60
    )
}

fn start(rules: &str, n_games: usize) -> (StaticServer, Home) {
    let server = StaticServer::start();
    server.put("/feed", feed(n_games));
    let home = Home::new(&feeds_toml(rules, &server.url("/feed")));
    (server, home)
}

/// Titles with `id` and `updated` of a merged feed's entries.
fn entries(daemon: &Daemon, name: &str) -> BTreeMap<String, (String, String)> {
    let answer = daemon.get(&format!("/feeds/{name}.atom"));
    let text = answer.text().to_owned();
    let entries = text.split("<entry>").skip(1);
    let between = |entry: &str, tag: &str| {
        let (_, rest) = entry.split_once(&format!("<{tag}")).unwrap();
        let (_, rest) = rest.split_once('>').unwrap();
        rest.split('<').next().unwrap().to_owned()
    };
    entries
        .map(|entry| {
            let place = (between(entry, "id"), between(entry, "updated"));
            (between(entry, "title"), place)
        })
        .collect()
}

fn reload(home: &Home) {
    let reloaded = home.run(&["reload"], &[]);
    assert!(reloaded.status.success(), "{reloaded:?}");
}

#[test]
fn what_matches_now_enters_and_what_is_shown_stays_where_it_is() {
    let (server, home) = start(PLAIN, 3);
    let mut daemon = home.start(NOW);
    daemon.wait_until("the first story is served", |daemon| {
        entries(daemon, "central-asia").len() == 1
    });
    let before = entries(&daemon, "central-asia");
    home.configure(&feeds_toml(CHANGED, &server.url("/feed")));
    reload(&home);
    daemon.wait_until("the games are served", |daemon| {
        entries(daemon, "games").len() == 3
    });
    assert_eq!(entries(&daemon, "central-asia"), before);
    assert_eq!(entries(&daemon, "all").len(), 4);
    let log = daemon.log();
    assert!(
        log.contains("judged 4 stored entries by changed rules: 3 announced"),
        "{log}"
    );
    // Its text was kept as plain text; it is shown as such.
    let atom = daemon.get("/feeds/games.atom").text().to_owned();
    assert!(atom.contains("Buzkashi was played, day 2."), "{atom}");

    // Forbidden afterwards: nothing shown is taken back.
    home.configure(&feeds_toml(STRICT, &server.url("/feed")));
    reload(&home);
    daemon.wait_until("it was judged again", |daemon| {
        daemon.log().contains("4 no longer match")
    });
    assert_eq!(entries(&daemon, "central-asia"), before);
    let explained = home.run(&["explain", "https://example.org/0"], &[]);
    let said = String::from_utf8_lossy(&explained.stdout).into_owned();
    assert!(said.starts_with("shown: "), "{said}");
    assert!(said.contains("out, none: @diplomacy was found"), "{said}");
    daemon.stop();
}

#[test]
fn what_came_too_long_ago_announces_nothing() {
    let (server, home) = start(PLAIN, 3);
    let mut daemon = home.start(NOW);
    daemon.wait_until("the first story is served", |daemon| {
        entries(daemon, "central-asia").len() == 1
    });
    daemon.stop();
    // A rule changed while the daemon was down is as good as one at a reload.
    home.configure(&feeds_toml(CHANGED, &server.url("/feed")));
    let mut daemon = home.start(A_WEEK_LATER);
    daemon.wait_until("it was judged again", |daemon| {
        daemon.log().contains("3 match too late")
    });
    assert_eq!(entries(&daemon, "games").len(), 0);
    let explained = home.run(&["explain", "https://example.org/2"], &[]);
    let said = String::from_utf8_lossy(&explained.stdout).into_owned();
    assert!(said.starts_with("unannounced: Game 2"), "{said}");
    daemon.stop();
}

#[test]
fn a_kill_in_the_middle_loses_and_doubles_nothing() {
    const N: usize = 700;
    let (server, home) = start(PLAIN, N);
    let mut daemon = home.start(NOW);
    daemon.wait_until("the first story is served", |daemon| {
        entries(daemon, "central-asia").len() == 1
    });
    home.configure(&feeds_toml(CHANGED, &server.url("/feed")));
    reload(&home);
    daemon.kill();
    let mut daemon = home.start(NOW);
    daemon.wait_until("all games are served", |daemon| {
        entries(daemon, "games").len() == N
    });
    let games = entries(&daemon, "games");
    let ids: BTreeSet<&String> = games.values().map(|(id, _)| id).collect();
    assert_eq!(ids.len(), N);
    daemon.stop();
    // Nothing is left to do, and nothing moves.
    let mut daemon = home.start(NOW);
    daemon.wait_until("they are served again", |daemon| {
        entries(daemon, "games").len() == N
    });
    assert_eq!(entries(&daemon, "games"), games);
    assert!(!daemon.log().contains("by changed rules"));
    daemon.stop();
}

#[test]
fn a_single_round_judges_again_before_it_publishes() {
    let (server, home) = start(PLAIN, 2);
    assert!(home.run_once(NOW).status.success());
    home.configure(&feeds_toml(CHANGED, &server.url("/feed")));
    assert!(home.run_once(NOW).status.success());
    let daemon = home.start_serving(NOW);
    assert_eq!(entries(&daemon, "games").len(), 2);
    daemon.stop();
}

#[test]
fn replay_says_what_would_enter_and_leave_and_changes_nothing() {
    let (server, home) = start(PLAIN, 3);
    let mut daemon = home.start(NOW);
    daemon.wait_until("the first story is served", |daemon| {
        entries(daemon, "central-asia").len() == 1
    });
    let replay = |rules: &str| {
        let text = feeds_toml(rules, &server.url("/feed"));
        std::fs::write(home.path("changed.toml"), text).unwrap();
        let replayed = home.run(&["replay", "changed.toml"], &[]);
        assert!(replayed.status.success(), "{replayed:?}");
        String::from_utf8_lossy(&replayed.stdout).into_owned()
    };
    let said = replay(CHANGED);
    let mut expected = String::new();
    // The last of the document came first.
    for n in [3, 2, 1] {
        writeln!(
            expected,
            "+ 2026-11-24T12:00:00Z Game {n} [wire] (games: Buzkashi)"
        )
        .unwrap();
    }
    assert!(said.starts_with(&expected), "{said}");
    assert!(
        said.contains("of 4 stored entries 3 would enter and 0 would leave"),
        "{said}"
    );
    let said = replay(STRICT);
    assert!(
        said.starts_with(
            "- 2026-11-24T12:00:00Z The ambassador of Kazakhstan [wire] \
             (central-asia: none: @diplomacy was found)\n"
        ),
        "{said}"
    );
    let json = home.run(&["replay", "--json", "changed.toml"], &[]);
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(json["leaving"], 1);
    assert_eq!(json["leave"][0]["regions"][0]["region"], "central-asia");
    assert_eq!(entries(&daemon, "central-asia").len(), 1);
    assert!(!daemon.log().contains("by changed rules"));
    daemon.stop();
}
