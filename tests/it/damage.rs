//! The store taken away or made unreadable: it is put aside and restored, the merged feeds are
//! served all the while, and no story changes its id or its place.

use std::fs::{self, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::PathBuf;

use crate::support::daemon::{Daemon, Home};
use crate::support::static_server::{Page, StaticServer};

/// A publisher with a feed that grows, and a daemon's home that follows it.
struct Scene {
    server: StaticServer,
    home: Home,
}

const ATOM: &str = "/feeds/central-asia.atom";

impl Scene {
    fn new() -> Self {
        let server = StaticServer::start();
        let home = Home::new(&format!(
            "regions = [\"central-asia\"]\n[daemon]\nlisten = \"127.0.0.1:0\"\n\
             [[feed]]\nid = \"mfa\"\nurl = \"{}\"\nallow-private = true\n",
            server.url("/feed")
        ));
        let scene = Self { server, home };
        scene.publish(3);
        scene
    }

    /// The feed holds `n` entries, each newer than the one before.
    fn publish(&self, n: usize) {
        let items: Vec<String> = (1..=n)
            .rev()
            .map(|n| {
                format!(
                    "<item><guid isPermaLink=\"false\">g{n}</guid><title>Kazakhstan story {n}</title>\
                     <link>https://mfa.example/{n}</link><description>Text {n}.</description></item>"
                )
            })
            .collect();
        let body = format!(
            "<rss version=\"2.0\"><channel><title>MFA</title><link>https://mfa.example/</link>\
             <description>x</description>{}</channel></rss>",
            items.concat()
        );
        self.server
            .put("/feed", Page::new("application/rss+xml", body));
    }

    fn start(&self) -> Daemon {
        self.home.start(&[])
    }

    fn store(&self) -> PathBuf {
        self.home.path("state/store")
    }

    /// Directories that were moved aside.
    fn quarantined(&self) -> usize {
        let entries = fs::read_dir(self.home.path("state")).unwrap();
        entries
            .filter(|it| {
                it.as_ref()
                    .unwrap()
                    .file_name()
                    .to_string_lossy()
                    .contains(".bad-")
            })
            .count()
    }
}

fn wait_for_stories(daemon: &mut Daemon, n: usize) -> String {
    let count = |daemon: &Daemon| daemon.get(ATOM).text().matches("<entry").count();
    daemon.wait_until("the stories are served", |daemon| count(daemon) == n);
    daemon.get(ATOM).text().to_owned()
}

/// The fourth story comes, and the three before it are as they were.
fn assert_grown(daemon: &mut Daemon, before: &str) {
    let after = wait_for_stories(daemon, 4);
    assert_eq!(
        entries(&after)[1..],
        entries(before)[..],
        "old stories moved or changed"
    );
}

/// Overwrites the middle half of a file.
fn spoil(path: &PathBuf) {
    let length = fs::metadata(path).unwrap().len();
    let mut file = OpenOptions::new().write(true).open(path).unwrap();
    file.seek(SeekFrom::Start(length / 4)).unwrap();
    file.write_all(&vec![0xA5; usize::try_from(length / 2).unwrap()])
        .unwrap();
}

fn entries(document: &str) -> Vec<&str> {
    document.split("<entry").skip(1).collect()
}

#[test]
fn a_store_spoiled_while_the_daemon_was_down_is_restored_from_the_checkpoint() {
    let scene = Scene::new();
    let mut daemon = scene.start();
    let before = wait_for_stories(&mut daemon, 3);
    daemon.stop();
    spoil(&scene.store().join("db"));
    let mut daemon = scene.start();
    assert_eq!(daemon.get(ATOM).text(), before);
    assert_eq!(scene.quarantined(), 1);
    assert!(
        daemon.log().contains("restored from the checkpoint"),
        "{}",
        daemon.log()
    );
    scene.publish(4);
    assert!(scene.home.run(&["poll", "mfa"], &[]).status.success());
    assert_grown(&mut daemon, &before);
    daemon.stop();
}

#[test]
fn a_store_lost_without_a_checkpoint_gets_the_published_stories_back() {
    let scene = Scene::new();
    let mut daemon = scene.start();
    let before = wait_for_stories(&mut daemon, 3);
    daemon.kill();
    fs::remove_dir_all(scene.home.path("state")).unwrap();
    fs::create_dir(scene.home.path("state")).unwrap();
    let mut daemon = scene.start();
    daemon.wait_until("the feed was polled again", |it| {
        it.log().contains("outcome=ok")
    });
    assert!(daemon.log().contains("put back 3"), "{}", daemon.log());
    scene.publish(4);
    assert!(scene.home.run(&["poll", "mfa"], &[]).status.success());
    assert_grown(&mut daemon, &before);
    daemon.stop();
}

#[test]
fn a_store_emptied_under_the_running_daemon_is_restored_while_it_serves() {
    let scene = Scene::new();
    let mut daemon = scene.start();
    wait_for_stories(&mut daemon, 3);
    daemon.stop();
    let mut daemon = scene.start();
    let before = wait_for_stories(&mut daemon, 3);
    OpenOptions::new()
        .write(true)
        .truncate(true)
        .open(scene.store().join("db"))
        .unwrap();
    scene.publish(4);
    drop(scene.home.run(&["poll", "mfa"], &[]));
    assert_eq!(daemon.get(ATOM).status, 200);
    daemon.wait_until("the store failed and is open again", |it| {
        let served = it.get(ATOM);
        assert_eq!(served.status, 200);
        it.log().matches("store is open").count() == 2
    });
    daemon.wait_until("the feed is polled again", |_| {
        scene.home.run(&["poll", "mfa"], &[]).status.success()
    });
    assert_grown(&mut daemon, &before);
    assert_eq!(scene.quarantined(), 1);
    daemon.stop();
}

#[test]
fn a_store_directory_moved_away_under_the_running_daemon_is_made_anew() {
    let scene = Scene::new();
    let mut daemon = scene.start();
    let before = wait_for_stories(&mut daemon, 3);
    fs::rename(scene.store(), scene.home.path("state/elsewhere")).unwrap();
    scene.publish(4);
    drop(scene.home.run(&["poll", "mfa"], &[]));
    daemon.wait_until("the feed is polled again", |it| {
        assert_eq!(it.get(ATOM).status, 200);
        scene.home.run(&["poll", "mfa"], &[]).status.success()
    });
    assert_grown(&mut daemon, &before);
    daemon.stop();
}

/// Below the floor of free space nothing is written, and what was published is served.
#[test]
fn a_full_disk_stops_polling_not_serving() {
    let scene = Scene::new();
    let mut daemon = scene.start();
    wait_for_stories(&mut daemon, 3);
    daemon.stop();
    let toml = fs::read_to_string(scene.home.path("feeds.toml")).unwrap();
    scene
        .home
        .configure(&format!("{toml}\n[store]\nfree-min = \"1TiB\"\n"));
    scene.publish(4);
    let daemon = scene.home.start_serving(&[]);
    assert_eq!(entries(daemon.get(ATOM).text()).len(), 3);
    assert_eq!(daemon.get("/healthz").status, 200);
    daemon.stop();
    scene.home.configure(&toml);
    let mut daemon = scene.start();
    drop(scene.home.run(&["poll", "mfa"], &[]));
    wait_for_stories(&mut daemon, 4);
    daemon.stop();
}
