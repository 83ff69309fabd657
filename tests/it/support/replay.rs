//! Captured polls played to the real binary: a site that changes step by step, and a clock.

use std::path::{Path, PathBuf};
use std::process::Command;

use nuncio::model::time::Timestamp;
use serde::Deserialize;

use crate::support::captured::{Captured, captured};
use crate::support::daemon::{Daemon, Home};
use crate::support::static_server::{Page, StaticServer};

/// Single captures that are polled with the series, at the first step.
const SINGLES: [&str; 3] = ["rp-guardian", "pp-thehindu", "mc-koreatimes"];

/// A publisher's site with all feeds at one step, and a home whose configuration polls them.
pub(crate) struct Replay {
    captured: Captured,
    site: StaticServer,
    pub(crate) home: Home,
    now: String,
}

/// A port nobody has: readers know a feed by its address, so it must be the same at each start.
fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// What `count_entries.py` says of one feed.
#[derive(Debug, Deserialize)]
pub(crate) struct Independent {
    /// Distinct entries over all files.
    pub(crate) distinct: u32,
    /// Links of those that are no backlog of the first file.
    pub(crate) fresh: Vec<String>,
}

impl Replay {
    /// `None`, with a word on it, where the captures are not here. `keys` go into every feed.
    pub(crate) fn new(keys: &str) -> Option<Self> {
        let captured = captured()?;
        let replay = Self {
            captured,
            site: StaticServer::start(),
            home: Home::new(""),
            now: String::new(),
        };
        let feeds: Vec<String> = replay
            .names()
            .iter()
            .map(|name| {
                let url = replay.site.url(&format!("/{name}.xml"));
                format!("[[feed]]\nid = \"{name}\"\nurl = \"{url}\"\n{keys}\n")
            })
            .collect();
        replay.home.configure(&format!(
            "regions = [\"levant\", \"gulf\", \"south-east-asia\"]\n[daemon]\n\
             listen = \"127.0.0.1:{}\"\nrequests = 1\nhost-requests = 1\n\
             host-spacing = \"30ms\"\nallow-private = true\n{}",
            free_port(),
            feeds.concat()
        ));
        Some(replay)
    }

    /// Ids of all feeds.
    pub(crate) fn names(&self) -> Vec<String> {
        let series = self.captured.series.keys().map(String::as_str);
        series.chain(SINGLES).map(str::to_owned).collect()
    }

    /// Address of the site, without a path.
    pub(crate) fn address(&self) -> String {
        self.site.url("")
    }

    fn files(&self, name: &str) -> Vec<PathBuf> {
        match self.captured.series.get(name) {
            Some(polls) => polls.iter().map(|(_, path)| path.clone()).collect(),
            None => vec![self.captured.single[name].clone()],
        }
    }

    fn steps(&self) -> Vec<i64> {
        self.captured.series["mehr"]
            .iter()
            .map(|(epoch, _)| *epoch)
            .collect()
    }

    /// Steps there are.
    pub(crate) fn n_steps(&self) -> usize {
        self.steps().len()
    }

    /// Puts every feed's file of step `n` on the site and the clock to its time.
    pub(crate) fn go_to(&mut self, n: usize) {
        for name in self.names() {
            let files = self.files(&name);
            let file = &files[n.min(files.len() - 1)];
            let page = Page::new("application/xml", std::fs::read(file).unwrap());
            self.site.put(&format!("/{name}.xml"), page);
        }
        self.now = Timestamp::from_seconds(self.steps()[n]).rfc3339();
    }

    /// Polls what is due at this step and gives the table.
    pub(crate) fn once(&self) -> String {
        let output = self.home.run_once(&[("NUNCIO_TEST_NOW", &self.now)]);
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    }

    /// Starts the daemon at this step.
    pub(crate) fn start(&self) -> Daemon {
        self.home.start(&[("NUNCIO_TEST_NOW", &self.now)])
    }

    /// One feed counted by feedparser.
    pub(crate) fn independent(&self, name: &str) -> Independent {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let output = Command::new(root.join("target/venv/bin/python"))
            .arg(root.join("scripts/count_entries.py"))
            .arg(self.steps()[0].to_string())
            .args(self.files(name))
            .output();
        let output = output.unwrap_or_else(|error| {
            panic!("no Python with feedparser ({error}): run scripts/setup-tests.sh")
        });
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        serde_json::from_slice(&output.stdout).unwrap()
    }
}
