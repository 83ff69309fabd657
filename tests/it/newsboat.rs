//! A real feed reader subscribed to the merged feed: what a person sees, and that nothing of it
//! comes twice.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::Command;

use nuncio::model::url::CanonicalUrl;

use crate::support::daemon::Daemon;
use crate::support::replay::Replay;
use crate::support::validators::{jing, xmllint};

/// Everything is announced, in its own pace: what a reader must see can be counted by others.
const UNFILTERED: &str = "interval = \"5m\"\nfilter = \"off\"";

/// newsboat with a cache of its own.
struct Newsboat {
    dir: tempfile::TempDir,
}

/// One article in newsboat's cache.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Article {
    guid: String,
    link: String,
    title: String,
}

impl Newsboat {
    fn new() -> Self {
        Self {
            dir: tempfile::tempdir().unwrap(),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Reloads the merged feed as a subscriber does.
    fn reload(&self, daemon: &Daemon, merged: &str) {
        let url = format!("http://{}/feeds/{merged}.atom\n", daemon.address);
        std::fs::write(self.path("urls"), url).unwrap();
        std::fs::write(self.path("config"), "").unwrap();
        let output = Command::new("newsboat")
            .args([
                "-u", "urls", "-c", "cache.db", "-C", "config", "-x", "reload",
            ])
            .current_dir(self.dir.path())
            .env("HOME", self.dir.path())
            .output();
        let output = output
            .unwrap_or_else(|error| panic!("no newsboat ({error}): run scripts/setup-tests.sh"));
        assert!(output.status.success(), "{output:?}");
    }

    /// What it shows, by its own database.
    fn articles(&self) -> Vec<Article> {
        let script = "import sqlite3, json, sys\n\
            rows = sqlite3.connect(sys.argv[1]).execute('select guid, url, title from rss_item where deleted = 0')\n\
            print(json.dumps([list(row) for row in rows]))";
        let output = Command::new("python3")
            .args(["-c", script])
            .arg(self.path("cache.db"))
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        let rows: Vec<[String; 3]> = serde_json::from_slice(&output.stdout).unwrap();
        rows.into_iter()
            .map(|[guid, link, title]| Article { guid, link, title })
            .collect()
    }
}

fn canonical(link: &str) -> String {
    CanonicalUrl::new(&link.parse().unwrap())
        .unwrap()
        .as_str()
        .to_owned()
}

/// Nothing twice: neither an id nor a page.
fn assert_nothing_twice(articles: &[Article]) {
    let mut by_guid: BTreeMap<&str, Vec<&Article>> = BTreeMap::new();
    let mut by_page: BTreeMap<String, Vec<&Article>> = BTreeMap::new();
    for article in articles {
        by_guid.entry(&article.guid).or_default().push(article);
        by_page
            .entry(canonical(&article.link))
            .or_default()
            .push(article);
    }
    let twice: Vec<_> = by_guid
        .values()
        .chain(by_page.values())
        .filter(|it| it.len() > 1)
        .collect();
    assert!(twice.is_empty(), "{twice:#?}");
}

/// Every Atom document served is well-formed and keeps the schema.
fn validate(daemon: &Daemon) {
    let dir = tempfile::tempdir().unwrap();
    let files: Vec<PathBuf> = ["levant", "gulf", "south-east-asia", "all"]
        .iter()
        .map(|name| {
            let file = dir.path().join(name);
            std::fs::write(&file, &daemon.get(&format!("/feeds/{name}.atom")).body).unwrap();
            file
        })
        .collect();
    assert_eq!(xmllint(&files), "");
    assert_eq!(jing(&files), "");
}

#[test]
fn a_reader_sees_every_story_once_over_seven_steps_restarts_and_a_kill() {
    let Some(mut replay) = Replay::new(UNFILTERED) else {
        return;
    };
    let newsboat = Newsboat::new();
    let mut seen: BTreeSet<Article> = BTreeSet::new();
    for step in 0..replay.n_steps() {
        replay.go_to(step);
        if step == 4 {
            // Killed while the polls of this step are being committed.
            let mut daemon = replay.start();
            daemon.wait_until("a poll is committed", |it| it.log().contains("polled feed"));
            daemon.kill();
        }
        replay.once();
        let daemon = replay.start();
        newsboat.reload(&daemon, "all");
        validate(&daemon);
        daemon.stop();
        let articles = newsboat.articles();
        assert_nothing_twice(&articles);
        let now: BTreeSet<Article> = articles.into_iter().collect();
        let ids = |articles: &BTreeSet<Article>| -> BTreeSet<String> {
            articles
                .iter()
                .map(|article| article.guid.clone())
                .collect()
        };
        assert!(
            ids(&seen).is_subset(&ids(&now)),
            "step {step}: a story went away"
        );
        seen = now;
    }
    let expected: BTreeSet<String> = replay
        .names()
        .iter()
        .flat_map(|name| replay.independent(name).fresh)
        .map(|link| canonical(&link))
        .collect();
    let shown: BTreeSet<String> = seen
        .iter()
        .map(|article| canonical(&article.link))
        .collect();
    println!(
        "stories in newsboat {}, pages counted by feedparser {}",
        shown.len(),
        expected.len()
    );
    let missing: Vec<_> = expected.difference(&shown).collect();
    let extra: Vec<_> = shown.difference(&expected).collect();
    assert!(
        missing.is_empty() && extra.is_empty(),
        "missing {missing:#?}\nextra {extra:#?}"
    );
}
