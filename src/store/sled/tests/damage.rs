//! Damaged, missing and replaced files: never a panic, and what was shown keeps its ids.

use std::fs;
use std::path::Path;

use super::super::disk::Mark;
use super::{OpenReport, Place, snapshots};
use crate::model::story::StoryId;
use crate::store::contract::{Bed, shown_ids};
use crate::store::{Store, StoreError};

const N_FEEDS: usize = 6;

/// A closed store with some stories and a checkpoint of them, and what it showed.
async fn good(place: &Place) -> (Bed, Vec<StoryId>) {
    let bed = Bed::new(place, "good", N_FEEDS).await;
    for feed in 0..N_FEEDS {
        let first = feed as u64 * 8;
        let articles: Vec<u64> = (first..first + 12).collect();
        bed.poll(feed, &articles, 1).await;
    }
    bed.store.checkpoint().await.unwrap();
    let shown = shown_ids(&bed.newest(1).await);
    bed.store.close().await.unwrap();
    // sled writes its snapshot at the second opening.
    let bed = open_good(place, bed);
    bed.store.close().await.unwrap();
    (bed, shown)
}

fn copy_dir(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for file in fs::read_dir(from).unwrap().flatten() {
        let to = to.join(file.file_name());
        if file.path().is_dir() {
            copy_dir(&file.path(), &to);
        } else {
            fs::copy(file.path(), to).unwrap();
        }
    }
}

fn copy_of_good(place: &Place, name: &str) {
    copy_dir(&place.path("good"), &place.path(name));
    let checkpoints = format!("{name}-checkpoints");
    copy_dir(&place.path("good-checkpoints"), &place.path(&checkpoints));
}

/// Opens and reads everything; reopens where the handle ends, as the engine does.
async fn read_all(place: &Place, name: &str, bed: &Bed) -> (Vec<OpenReport>, Vec<StoryId>) {
    let mut reports = Vec::new();
    for _ in 0..3 {
        let (store, report) = place.try_open(name, bed.clock.clone()).unwrap();
        reports.push(report);
        let opened = Bed {
            store,
            clock: bed.clock.clone(),
            feeds: bed.feeds.clone(),
            regions: bed.regions.clone(),
        };
        let read = read_through(&opened).await;
        // A handle that ended may have nothing to close in order.
        opened.store.close().await.unwrap();
        match read {
            Ok(shown) => return (reports, shown),
            Err(error) => assert!(matches!(error, StoreError::Fatal(_)), "{error:?}"),
        }
    }
    panic!("three openings did not help: {reports:?}");
}

async fn read_through(bed: &Bed) -> Result<Vec<StoryId>, StoreError> {
    let articles: Vec<u64> = (0..100).collect();
    for feed in &bed.feeds {
        let ask = crate::store::contract::ask_of(*feed, &articles);
        bed.store.load_known(&ask).await?;
    }
    bed.store.feeds().await?;
    bed.store.checkpoint().await?;
    let views = bed.store.newest(bed.regions[1], None, 9999).await?;
    Ok(shown_ids(&views))
}

/// The bits that are flipped: spread over all bytes that say something.
fn flip(path: &Path, n: usize) {
    let mut bytes = fs::read(path).unwrap();
    let written: Vec<usize> = (0..bytes.len()).filter(|&at| bytes[at] != 0).collect();
    let at = written[n.wrapping_mul(2_654_435_761) % written.len()];
    bytes[at] ^= 1 << (n % 8);
    fs::write(path, bytes).unwrap();
}

fn quarantined(reports: &[OpenReport]) -> usize {
    let moved = reports
        .iter()
        .filter_map(|report| report.quarantined.as_ref());
    moved
        .inspect(|path| assert!(path.join("db").exists(), "kept for whoever looks into it"))
        .count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn flipped_bits_end_in_a_restored_store() {
    let place = Place::new();
    let (bed, shown) = good(&place).await;
    let mut n_restored = 0;
    for n in 0..24 {
        let name = format!("flipped-{n}");
        copy_of_good(&place, &name);
        let dir = place.path(&name);
        match n % 4 {
            // Half of them without the snapshot: then sled reads its log, and panics or worse.
            0 | 1 => {
                for path in snapshots(&dir) {
                    fs::remove_file(path).unwrap();
                }
                flip(&dir.join("db"), n);
            }
            2 => flip(&dir.join("db"), n),
            _ => flip(&snapshots(&dir)[0], n),
        }
        let (reports, read) = read_all(&place, &name, &bed).await;
        assert_eq!(read, shown, "{name}: {reports:?}");
        let n_quarantined = quarantined(&reports);
        assert!(n_quarantined <= 1, "{name}: {reports:?}");
        n_restored += n_quarantined;
    }
    assert!(n_restored >= 8, "only {n_restored} flips were met at all");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shortened_data_file_ends_in_a_restored_store() {
    let place = Place::new();
    let (bed, shown) = good(&place).await;
    for percent in [0, 1, 10, 50, 90] {
        for with_snapshot in [true, false] {
            let name = format!("short-{percent}-{with_snapshot}");
            copy_of_good(&place, &name);
            let dir = place.path(&name);
            if !with_snapshot {
                for path in snapshots(&dir) {
                    fs::remove_file(path).unwrap();
                }
            }
            let bytes = fs::read(dir.join("db")).unwrap();
            let length = bytes.len() * percent / 100;
            fs::write(dir.join("db"), &bytes[..length]).unwrap();
            let (reports, read) = read_all(&place, &name, &bed).await;
            assert_eq!(read, shown, "{name}: {reports:?}");
        }
    }
}

#[tokio::test]
async fn a_damaged_store_without_a_checkpoint_begins_anew_and_says_so() {
    let place = Place::new();
    let (bed, _) = good(&place).await;
    fs::remove_dir_all(place.path("good-checkpoints")).unwrap();
    fs::write(place.path("good").join("db"), b"not a store at all").unwrap();
    let (reports, shown) = read_all(&place, "good", &bed).await;
    assert!(shown.is_empty());
    assert!(reports[0].created && reports[0].damage.is_some());
    assert_eq!(quarantined(&reports), 1);
}

#[tokio::test]
async fn a_directory_taken_away_while_open_ends_the_handle_and_is_restored() {
    let place = Place::new();
    let (bed, shown) = good(&place).await;
    let bed = open_good(&place, bed);
    fs::remove_dir_all(place.path("good")).unwrap();
    let claim = bed.claim(0).await;
    let update = bed.decided(&claim, &[500], 1).await;
    let refused = bed.store.commit_poll(update.clone()).await;
    assert!(matches!(refused, Err(StoreError::Fatal(_))), "{refused:?}");
    let after = bed.store.commit_poll(update).await;
    assert!(
        matches!(after, Err(StoreError::Fatal(_))),
        "and stays so: {after:?}"
    );
    let reading = bed.store.newest(bed.regions[1], None, 9).await;
    assert!(
        matches!(reading, Err(StoreError::Fatal(_))),
        "for readers too"
    );
    bed.store.close().await.unwrap();
    let (reports, read) = read_all(&place, "good", &bed).await;
    assert_eq!(read, shown);
    assert!(reports[0].restored_from.is_some());
    assert_eq!(reports[0].quarantined, None, "there was nothing to move");
}

#[tokio::test]
async fn a_data_file_replaced_or_emptied_while_open_ends_the_handle() {
    let place = Place::new();
    let (bed, shown) = good(&place).await;
    let mut bed = open_good(&place, bed);
    for n in 0..2 {
        let db = place.path("good").join("db");
        let claim = bed.claim(0).await;
        let update = bed.decided(&claim, &[500], 1).await;
        if n == 0 {
            let copy = fs::read(&db).unwrap();
            fs::remove_file(&db).unwrap();
            fs::write(&db, copy).unwrap();
        } else {
            fs::File::create(&db).unwrap();
        }
        let refused = bed.store.commit_poll(update).await;
        assert!(matches!(refused, Err(StoreError::Fatal(_))), "{refused:?}");
        bed.store.close().await.unwrap();
        let (_, read) = read_all(&place, "good", &bed).await;
        assert_eq!(read, shown);
        bed = open_good(&place, bed);
    }
}

#[tokio::test]
async fn after_lost_commits_the_newer_of_store_and_checkpoint_is_taken() {
    let place = Place::new();
    let (bed, shown) = good(&place).await;
    copy_of_good(&place, "short");
    let bed = open_good(&place, bed);
    bed.poll(0, &[500], 1).await;
    let more = shown_ids(&bed.newest(1).await);
    bed.store.checkpoint().await.unwrap();
    bed.poll(0, &[501], 1).await;
    let most = shown_ids(&bed.newest(1).await);
    bed.store.close().await.unwrap();
    let saved = place.path("good-checkpoints");
    let dirs = [("short", more.clone(), 1), ("good", most, 0)];
    for (name, expected, n_quarantined) in dirs {
        if name == "short" {
            copy_dir(&saved, &place.path("short-checkpoints"));
        }
        lose_commits(&place, name);
        let (reports, read) = read_all(&place, name, &bed).await;
        assert_eq!(read, expected, "{name}: {reports:?}");
        assert_eq!(quarantined(&reports), n_quarantined, "{name}");
        assert!(reports[0].damage.is_some() && reports[0].wants_sidecar);
    }
    assert_ne!(shown, more);
}

/// As if later commits had been acknowledged, and were not in the log any more.
fn lose_commits(place: &Place, name: &str) {
    let mark = Mark::open(&place.path(name)).unwrap();
    mark.write(1 << 20).unwrap();
}

#[tokio::test]
async fn lost_commits_without_a_checkpoint_are_noticed_and_the_rest_is_kept() {
    let place = Place::new();
    let (bed, shown) = good(&place).await;
    fs::remove_dir_all(place.path("good-checkpoints")).unwrap();
    lose_commits(&place, "good");
    let (reports, read) = read_all(&place, "good", &bed).await;
    assert_eq!((quarantined(&reports), read), (0, shown.clone()));
    let damage = reports[0].damage.as_deref().unwrap();
    assert!(damage.contains("1048576 was acknowledged"), "{damage}");
    fs::remove_dir_all(place.path("good-checkpoints")).unwrap();
    let (reports, read) = read_all(&place, "good", &bed).await;
    assert_eq!((&reports[0].damage, read), (&None, shown), "said once");
}

#[tokio::test]
async fn what_was_published_is_wanted_until_it_is_put_back_or_declined() {
    let place = Place::new();
    let (bed, _) = good(&place).await;
    let bed = open_good(&place, bed);
    let export = bed.store.export_stories(&[]).await.unwrap();
    bed.store.close().await.unwrap();
    let damaged = || fs::write(place.path("good").join("damaged"), "Corruption").unwrap();
    let open = || super::SledStore::open(&place.options("good"), bed.clock.clone()).unwrap();
    // A new store wants it, and killing the daemon before it was put back changes nothing.
    let (_, report) = super::SledStore::open(&place.options("new"), bed.clock.clone()).unwrap();
    assert!(report.created && report.wants_sidecar);
    for is_declined in [false, true] {
        damaged();
        for n in 0..3 {
            let (store, report) = open();
            assert_eq!(report.restored_from.is_some(), n == 0);
            assert!(report.wants_sidecar, "opening {n}");
            assert!(store.import_stories(&export[..9]).await.is_err());
            if n == 2 && is_declined {
                store.decline_import().await.unwrap();
            } else if n == 2 {
                assert_eq!(store.import_stories(&export).await.unwrap(), 0);
            }
        }
        let (store, report) = open();
        assert!(!report.wants_sidecar, "declined {is_declined}");
        // A checkpoint from now on says the same; that it is restored does.
        store.checkpoint().await.unwrap();
    }
}

#[tokio::test]
async fn damage_met_while_running_is_remembered_for_the_next_opening() {
    let place = Place::new();
    let (bed, shown) = good(&place).await;
    fs::write(place.path("good").join("damaged"), "Corruption in page 7").unwrap();
    let (reports, read) = read_all(&place, "good", &bed).await;
    assert_eq!(read, shown);
    assert_eq!(reports[0].damage.as_deref(), Some("Corruption in page 7"));
    assert_eq!(quarantined(&reports), 1);
}

fn open_good(place: &Place, bed: Bed) -> Bed {
    let (store, _) = place.try_open("good", bed.clock.clone()).unwrap();
    Bed { store, ..bed }
}
