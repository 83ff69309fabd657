//! Files and directories: who may open what, checkpoints, a full disk.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::time::Duration;

use super::super::checkpoint;
use super::Place;
use crate::clock::Clock;
use crate::model::entry::StoredEntry;
use crate::model::story::Story;
use crate::store::StoreError;
use crate::store::contract::{Bed, ManualClock, noise, shown_content, shown_ids};
use crate::store::rowfile::RowReader;

#[tokio::test]
async fn a_second_opening_is_refused_and_disturbs_nothing() {
    let place = Place::new();
    let bed = Bed::new(&place, "store", 1).await;
    bed.poll(0, &[1], 1).await;
    let refused = place.try_open("store", ManualClock::new()).map(|_| ());
    assert!(
        matches!(refused, Err(StoreError::InUse { .. })),
        "{refused:?}"
    );
    bed.poll(0, &[1, 2], 1).await;
    assert_eq!(bed.newest(1).await.len(), 2);
}

#[tokio::test]
async fn an_unusable_directory_is_said_to_be() {
    let place = Place::new();
    fs::write(place.path("file"), "in the way").unwrap();
    for name in ["file", "file/below"] {
        let refused = place.try_open(name, ManualClock::new()).map(|_| ());
        assert!(
            matches!(refused, Err(StoreError::Unusable { .. })),
            "{name}: {refused:?}"
        );
    }
    assert_eq!(
        fs::read_to_string(place.path("file")).unwrap(),
        "in the way"
    );
}

#[tokio::test]
async fn a_newer_format_is_refused_by_name() {
    let place = Place::new();
    let bed = Bed::new(&place, "store", 1).await;
    bed.poll(0, &[1], 1).await;
    bed.store.close().await.unwrap();
    let sentinel = place.path("store").join("nuncio-store");
    let ours = fs::read_to_string(&sentinel).unwrap();
    fs::write(&sentinel, ours.replace("format 1", "format 7")).unwrap();
    let refused = place.try_open("store", ManualClock::new()).map(|_| ());
    let is_named = matches!(
        refused,
        Err(StoreError::TooNew {
            found: 7,
            known: 1,
            ..
        })
    );
    assert!(is_named, "{refused:?}");
    fs::write(&sentinel, ours).unwrap();
    let bed = bed.reopen_after_close(&place, "store");
    assert_eq!(bed.newest(1).await.len(), 1);
}

#[tokio::test]
async fn an_unfinished_snapshot_does_not_block_the_opening() {
    let place = Place::new();
    let bed = Bed::new(&place, "store", 1).await;
    bed.poll(0, &[1], 1).await;
    bed.store.close().await.unwrap();
    let torn = place.path("store").join("snap.FFFFFFFFFFFFFFFF.generating");
    fs::write(&torn, b"").unwrap();
    let (store, report) = place.try_open("store", bed.clock.clone()).unwrap();
    assert_eq!((report.quarantined, report.was_clean), (None, true));
    assert_eq!(
        (report.n_feeds, report.n_entries, report.n_stories),
        (1, 1, 1)
    );
    assert!(!torn.exists());
    assert_eq!(
        store.newest(bed.regions[1], None, 9).await.unwrap().len(),
        1
    );
}

#[tokio::test]
async fn torn_settings_are_written_anew() {
    let place = Place::new();
    let bed = Bed::new(&place, "store", 1).await;
    bed.poll(0, &[1], 1).await;
    bed.store.close().await.unwrap();
    let conf = place.path("store").join("conf");
    let good = fs::read(&conf).unwrap();
    let mut torn = vec![
        Vec::new(),
        good[..4].to_vec(),
        good[..good.len() - 4].to_vec(),
    ];
    for at in 0..good.len() {
        let mut flipped = good.clone();
        flipped[at] ^= 1;
        torn.push(flipped);
    }
    for bytes in torn {
        fs::write(&conf, &bytes).unwrap();
        let (store, report) = place.try_open("store", bed.clock.clone()).unwrap();
        assert_eq!(report.quarantined, None, "{bytes:?}");
        assert_eq!(
            store.newest(bed.regions[1], None, 9).await.unwrap().len(),
            1
        );
        store.close().await.unwrap();
    }
}

#[tokio::test]
async fn a_full_disk_stops_writing_but_not_reading() {
    let place = Place::new();
    let bed = Bed::new(&place, "store", 1).await;
    bed.poll(0, &[1], 1).await;
    bed.store.close().await.unwrap();
    let mut options = place.options("store");
    options.free_min_bytes = u64::MAX;
    let (store, _) = super::SledStore::open(&options, bed.clock.clone()).unwrap();
    let store: std::sync::Arc<dyn crate::store::Store> = std::sync::Arc::new(store);
    let full = Bed { store, ..bed };
    let claim = full.claim(0).await;
    let update = full.decided(&claim, &[1, 2], 1).await;
    for _ in 0..2 {
        let refused = full.store.commit_poll(update.clone()).await;
        assert!(
            matches!(refused, Err(StoreError::Full { .. })),
            "{refused:?}"
        );
    }
    let refused = full.store.checkpoint().await;
    assert!(
        matches!(refused, Err(StoreError::Full { .. })),
        "{refused:?}"
    );
    assert_eq!(full.newest(1).await.len(), 1, "readers notice nothing");
    let seeds = [crate::store::contract::seed("feed-0")];
    assert!(
        full.store.upsert_feeds(&seeds).await.is_ok(),
        "nothing to write, nothing refused"
    );
}

#[tokio::test]
async fn a_dropped_store_leaves_clean_and_a_clock_behind_is_reported() {
    let place = Place::new();
    let bed = Bed::new(&place, "store", 1).await;
    bed.poll(0, &[1], 1).await;
    let clock = bed.clock.clone();
    drop(bed);
    clock.set_back(Duration::from_hours(1));
    let (_store, report) = place.try_open("store", clock.clone()).unwrap();
    assert!(report.was_clean && !report.created);
    assert_eq!(report.clock_behind.as_secs(), 3600);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_checkpoint_taken_among_commits_is_one_moment() {
    let place = Place::new();
    let bed = Bed::new(&place, "store", 2).await;
    let articles = |n: u64| -> Vec<u64> { (n * 40..n * 40 + 40).collect() };
    for n in 0..30 {
        bed.poll(0, &articles(n), 1).await;
    }
    let before = bed.known(0, &[]).await.cursor;
    let store = std::sync::Arc::clone(&bed.store);
    let mut n = 30;
    // Which checkpoint meets commits is the scheduler's to say: the first that did is looked at.
    let taken = loop {
        let n_before = n;
        bed.clock.advance(Duration::from_secs(1));
        let mut checkpoint = std::pin::pin!(store.checkpoint());
        let taken = loop {
            let next = articles(n);
            let mut commit = std::pin::pin!(bed.poll(1, &next, 1));
            n += 1;
            tokio::select! {
                biased;
                taken = &mut checkpoint => {
                    commit.await;
                    break taken;
                }
                _ = &mut commit => {}
            }
        };
        if n > n_before + 2 {
            break taken;
        }
    };
    assert_eq!(bed.store.health().await.unwrap().checkpoint, taken.ok());
    bed.store.close().await.unwrap();
    fs::remove_dir_all(place.path("store")).unwrap();
    let (store, report) = place.try_open("store", bed.clock.clone()).unwrap();
    assert!(report.restored_from.is_some() && !report.created);
    let restored = Bed { store, ..bed };
    let all: Vec<u64> = (0..(n + 1) * 40).collect();
    let (first, second) = (restored.known(0, &all).await, restored.known(1, &all).await);
    let n_commits = first.cursor.0 - (1 << 32) - before.0;
    assert!(n_commits > 1, "the test is about commits meanwhile");
    let n_expected = 1200 + usize::try_from(n_commits).unwrap() * 40;
    assert_eq!(report.n_entries, n_expected as u64);
    assert_eq!(report.n_stories, n_expected as u64);
    assert_eq!(restored.newest(1).await.len(), n_expected);
    assert_eq!(second.by_url.len(), n_expected);
    assert_eq!(first.by_key.len() + second.by_key.len(), n_expected);
    let families = place.checkpointed(&restored, "store").await;
    assert_eq!(families[&b'e'], n_expected);
    assert_eq!(families[&b'r'], n_expected * 2, "all and central-asia");
}

#[tokio::test]
async fn edits_leave_no_rows_behind() {
    let place = Place::new();
    let bed = Bed::new(&place, "store", 1).await;
    bed.poll(0, &[1], 1).await;
    let lean = place.checkpointed(&bed, "store").await;
    let view = bed.newest(1).await.remove(0);
    let mut long = view.leader.clone();
    long.content = shown_content("long", "https://news.example/long", &noise(60_000));
    let mut moved = view.story.clone();
    for showing in &mut moved.shown {
        showing.updated = showing.updated.plus(Duration::from_secs(9));
    }
    bed.put(long, moved).await;
    let fat = place.checkpointed(&bed, "store").await;
    assert!(fat[&b'p'] > 2, "the test is about parts");
    assert_eq!(fat[&b'r'], lean[&b'r']);
    let hidden = Story {
        hidden: true,
        ..view.story.clone()
    };
    bed.put(view.leader.clone(), hidden).await;
    let families = place.checkpointed(&bed, "store").await;
    assert_eq!((families.get(&b'p'), families.get(&b'r')), (None, None));
    bed.put(view.leader, view.story).await;
    assert_eq!(place.checkpointed(&bed, "store").await, lean);
}

#[tokio::test]
async fn two_checkpoints_are_kept_and_a_damaged_one_is_passed_over() {
    let place = Place::new();
    let bed = Bed::new(&place, "store", 1).await;
    for article in 1..=4 {
        bed.poll(0, &[article], 1).await;
        let at = bed.store.checkpoint().await.unwrap();
        assert!(at >= bed.clock.now(), "each has a time of its own");
    }
    let kept = checkpoint::list(&place.path("store-checkpoints"));
    assert_eq!(kept.len(), 2);
    bed.store.close().await.unwrap();
    let newest = &kept[0].1;
    let mut bytes = fs::read(newest).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(newest, bytes).unwrap();
    fs::remove_dir_all(place.path("store")).unwrap();
    let (store, report) = place.try_open("store", bed.clock.clone()).unwrap();
    assert_eq!(report.restored_from.as_ref(), Some(&kept[1].1));
    assert_eq!(report.refused_checkpoints.len(), 1);
    let views = store.newest(bed.regions[1], None, 9).await.unwrap();
    assert_eq!(shown_ids(&views).len(), 3, "as it stood at the older one");
    let cursor = store
        .changes_since(crate::model::known::Cursor(9))
        .await
        .unwrap();
    assert!(
        cursor.cursor.0 > 1 << 32,
        "commits after it are never taken for lost ones"
    );
    assert!(cursor.regions.contains(&bed.regions[1]));
}

impl Place {
    /// How many rows of each family the newest checkpoint of `name` holds.
    fn in_checkpoint(&self, name: &str) -> BTreeMap<u8, usize> {
        let newest = &checkpoint::list(&self.path(&format!("{name}-checkpoints")))[0].1;
        let mut reader = RowReader::new(fs::File::open(newest).unwrap()).unwrap();
        let mut rows = BTreeSet::new();
        while let Some((key, value)) = reader.next_row().unwrap() {
            match value {
                Some(_) => rows.insert(key),
                None => rows.remove(&key),
            };
        }
        let mut families = BTreeMap::new();
        for key in &rows {
            *families.entry(key[0]).or_default() += 1;
        }
        families
    }

    async fn checkpointed(&self, bed: &Bed, name: &str) -> BTreeMap<u8, usize> {
        bed.store.checkpoint().await.unwrap();
        self.in_checkpoint(name)
    }
}

impl Bed {
    /// Commits an entry and its story as they are given.
    async fn put(&self, entry: StoredEntry, story: Story) {
        let claim = self.claim(0).await;
        let mut update = self.decided(&claim, &[], 1).await;
        update.entries = vec![entry];
        update.stories = vec![story];
        self.store.commit_poll(update).await.unwrap();
    }

    /// Opens again what was closed already.
    fn reopen_after_close(self, place: &Place, name: &str) -> Self {
        let (store, _) = place.try_open(name, self.clock.clone()).unwrap();
        Self { store, ..self }
    }
}
