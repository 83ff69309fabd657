//! Commits: whole or not at all, in one order, by whoever holds the feed.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;

use super::bed::{
    Backend, Bed, LEASE, ManualClock, commit, decide, guid_of, id_of, noise, shown_content,
    shown_ids, url_key_of,
};
use crate::model::entry::EntryKey;
use crate::model::fingerprint::{IdentityKey, KeyKind};
use crate::model::known::{Ask, Cursor, Durability};
use crate::model::outcome::{OutcomeKind, Validators};
use crate::store::error::StoreError;

pub(crate) async fn a_commit_is_read_back_whole(backend: &impl Backend) {
    let bed = Bed::new(backend, "store", 1).await;
    let claim = bed.claim(0).await;
    let mut update = bed.decided(&claim, &[1, 2, 3], 1).await;
    update.state.conditional.validators = Some(Validators {
        etag: Some(b"W/\"\xff\"".to_vec()),
        last_modified: None,
    });
    update.state.last.outcome = Some(OutcomeKind::Ok);
    update.state.last.n_polls = 1;
    let committed = bed.store.commit_poll(update.clone()).await.unwrap();
    let known = bed.known(0, &[1, 2, 3, 4]).await;
    assert_eq!(known.cursor, committed);
    assert_eq!(known.state, update.state);
    assert_eq!(known.by_key.len(), 3);
    assert_eq!(known.by_key[&guid_of(2)], update.entries[1].key);
    assert_eq!(known.by_url[&url_key_of(3)], [update.entries[2].key]);
    for (entry, story) in update.entries.iter().zip(&update.stories) {
        assert_eq!(known.entries.get(&entry.key), Some(entry));
        assert_eq!(known.stories.get(&story.key), Some(story));
    }
    assert!(known.stamp > update.stamp);
    assert!(known.next_entry > update.entries[2].key);
}

pub(crate) async fn a_stale_fence_writes_nothing(backend: &impl Backend) {
    let bed = Bed::new(backend, "store", 1).await;
    let claim = bed.claim(0).await;
    let before = bed.known(0, &[1]).await;
    for wrong in [claim.fence - 1, claim.fence + 1, 0] {
        let mut update = bed.decided(&claim, &[1], 1).await;
        update.fence = wrong;
        let refused = bed.store.commit_poll(update).await;
        assert!(
            matches!(refused, Err(StoreError::LeaseLost)),
            "fence {wrong}"
        );
    }
    assert_eq!(bed.known(0, &[1]).await, before);
    assert!(bed.newest(1).await.is_empty());
    let update = bed.decided(&claim, &[1], 1).await;
    bed.store.commit_poll(update.clone()).await.unwrap();
    let again = bed.store.commit_poll(update).await;
    assert!(
        matches!(again, Err(StoreError::LeaseLost)),
        "a fence is used once"
    );
}

pub(crate) async fn a_lease_that_ran_out_goes_to_another(backend: &impl Backend) {
    let bed = Bed::new(backend, "store", 1).await;
    tokio::time::pause();
    let lease = Duration::from_mins(1);
    let first = bed
        .store
        .claim_feed(bed.feeds[0], lease)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        bed.store.claim_feed(bed.feeds[0], lease).await.unwrap(),
        None
    );
    assert_eq!(bed.store.claim_due(9, lease).await.unwrap(), []);
    tokio::time::advance(lease).await;
    let second = bed.store.claim_due(9, lease).await.unwrap();
    assert_eq!(second.len(), 1);
    assert!(second[0].fence > first.fence);
    let late = bed.decided(&first, &[1], 1).await;
    let refused = bed.store.commit_poll(late).await;
    assert!(matches!(refused, Err(StoreError::LeaseLost)));
    let update = bed.decided(&second[0], &[1], 1).await;
    bed.store.commit_poll(update).await.unwrap();
    tokio::time::resume();
}

pub(crate) async fn what_was_asked_and_written_meanwhile_is_a_conflict(backend: &impl Backend) {
    let bed = Bed::new(backend, "store", 2).await;
    let claim = bed.claim(0).await;
    let ask_all = bed.decided(&claim, &[1, 2], 1).await;
    let elsewhere = bed.decided(&claim, &[7], 1).await;
    bed.poll(1, &[2], 1).await;
    bed.clock.advance(Duration::from_secs(1));
    let now = bed.known(0, &[]).await;
    let later = |mut update: crate::model::known::FeedUpdate| {
        // Only what was read may decide, not the stamp.
        update.stamp = now.stamp;
        for (n, entry) in update.entries.iter_mut().enumerate() {
            entry.key = EntryKey(now.next_entry.0 + n as u64);
            entry.story = entry.key;
            update.stories[n].key = entry.key;
        }
        update
    };
    let before = bed.known(0, &[1, 2, 7]).await;
    let refused = bed.store.commit_poll(later(ask_all)).await;
    assert!(matches!(refused, Err(StoreError::Conflict)), "{refused:?}");
    assert_eq!(bed.known(0, &[1, 2, 7]).await, before);
    let taken = bed.store.commit_poll(later(elsewhere)).await;
    assert!(taken.is_ok(), "nobody wrote what it asked: {taken:?}");
}

pub(crate) async fn a_story_written_meanwhile_is_a_conflict(backend: &impl Backend) {
    let bed = Bed::new(backend, "store", 2).await;
    bed.poll(0, &[1], 1).await;
    let claim = bed.claim(0).await;
    let mut update = bed.decided(&claim, &[1], 1).await;
    update.stories = bed
        .newest(1)
        .await
        .into_iter()
        .map(|view| view.story)
        .collect();
    update.ask.urls.clear();
    update.ask.keys.clear();
    bed.poll(1, &[1], 1).await;
    bed.clock.advance(Duration::from_secs(1));
    update.stamp = bed.known(0, &[]).await.stamp;
    let refused = bed.store.commit_poll(update).await;
    assert!(
        matches!(refused, Err(StoreError::Conflict)),
        "a member would be lost"
    );
}

pub(crate) async fn a_stamp_or_key_that_was_given_is_a_conflict(backend: &impl Backend) {
    let bed = Bed::new(backend, "store", 2).await;
    let claim = bed.claim(0).await;
    let decided = bed.decided(&claim, &[1], 1).await;
    bed.poll(1, &[2], 1).await;
    let same_stamp = bed.store.commit_poll(decided.clone()).await;
    assert!(matches!(same_stamp, Err(StoreError::Conflict)), "stamp");
    let given = decided.entries[0].key;
    for key in [given, EntryKey(given.0 - 1)] {
        let mut same_key = bed.decided(&claim, &[1], 1).await;
        same_key.entries[0].key = key;
        let same_key = bed.store.commit_poll(same_key).await;
        assert!(matches!(same_key, Err(StoreError::Conflict)), "key {key:?}");
    }
    let mut from_the_future = bed.decided(&claim, &[1], 1).await;
    from_the_future.read_at = Cursor(from_the_future.read_at.0 + 1);
    let refused = bed.store.commit_poll(from_the_future).await;
    assert!(matches!(refused, Err(StoreError::Conflict)), "cursor");
    bed.clock.set_back(Duration::from_hours(1));
    let back = bed.decided(&claim, &[1], 1).await;
    assert!(
        bed.store.commit_poll(back).await.is_ok(),
        "stamps do not go back with the clock"
    );
}

pub(crate) async fn three_hundred_commits_at_once_lose_and_double_nothing(backend: &impl Backend) {
    let bed = Bed::new(backend, "store", 300).await;
    let claims = bed.store.claim_due(1000, LEASE).await.unwrap();
    assert_eq!(claims.len(), 300);
    let shown = vec![bed.regions[0], bed.regions[1]];
    let mut tasks = JoinSet::new();
    for (n, claim) in claims.into_iter().enumerate() {
        let (store, shown) = (Arc::clone(&bed.store), shown.clone());
        tasks.spawn(async move {
            // Each neighbour carries two thirds of the same articles.
            let articles: Vec<u64> = (0..6).map(|article| n as u64 * 2 + article).collect();
            commit(&store, &claim, &articles, &shown).await
        });
    }
    let mut cursors: Vec<Cursor> = tasks.join_all().await;
    cursors.sort();
    cursors.dedup();
    assert_eq!(cursors.len(), 300, "every commit has a place of its own");
    let views = bed.newest(1).await;
    let mut ids = shown_ids(&views);
    ids.sort();
    let articles = (0..604).map(id_of).collect::<Vec<_>>();
    assert_eq!(ids, articles, "each article is one story");
    let n_members: usize = views.iter().map(|view| view.story.members.len()).sum();
    assert_eq!(n_members, 1800, "each entry is in one story");
    let mut keys: Vec<EntryKey> = views
        .iter()
        .flat_map(|view| view.story.members.iter().map(|member| member.entry))
        .collect();
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), 1800, "no key was given twice");
}

pub(crate) async fn a_deferred_commit_is_readable_and_becomes_durable_with_the_next(
    backend: &impl Backend,
) {
    let bed = Bed::new(backend, "store", 2).await;
    bed.poll(0, &[1], 1).await;
    let durable = bed.store.durable();
    let claim = bed.claim(0).await;
    let mut update = bed.decided(&claim, &[1], 1).await;
    update.durability = Durability::Deferred;
    update.state.last.n_polls = 2;
    let deferred = bed.store.commit_poll(update).await.unwrap();
    assert_eq!(bed.known(0, &[]).await.state.last.n_polls, 2);
    assert!(*durable.borrow() <= deferred);
    let changes = bed.store.changes_since(Cursor(0)).await.unwrap();
    assert!(changes.cursor <= deferred);
    let next = bed.poll(1, &[2], 1).await;
    assert!(next > deferred);
    assert_eq!(*durable.borrow(), next, "durable when acknowledged");
    let claim = bed.claim(0).await;
    let mut update = bed.decided(&claim, &[1], 1).await;
    update.durability = Durability::Deferred;
    let deferred = bed.store.commit_poll(update).await.unwrap();
    bed.store.flush().await.unwrap();
    assert_eq!(*durable.borrow(), deferred);
    let claim = bed.claim(0).await;
    let mut update = bed.decided(&claim, &[1], 1).await;
    update.durability = Durability::Deferred;
    let mut edited = bed.newest(1).await.remove(0).leader;
    edited.content = shown_content("Edited", "https://news.example/", "text");
    update.entries = vec![edited.clone()];
    bed.store.commit_poll(update).await.unwrap();
    let views = bed.newest(1).await;
    assert_eq!(
        views[0].leader, edited,
        "readers do not wait for a sync nobody ordered"
    );
}

pub(crate) async fn everything_is_there_after_reopening(backend: &impl Backend) {
    let bed = Bed::new(backend, "store", 3).await;
    for feed in 0..3 {
        bed.poll(feed, &[1, 2 + feed as u64, 100], 1).await;
    }
    let claim = bed.claim(1).await;
    let (known, newest) = (bed.known(0, &[1, 2, 100]).await, bed.newest(1).await);
    let (feeds, changes) = (
        bed.store.feeds().await.unwrap(),
        bed.store.changes_since(Cursor(0)).await.unwrap(),
    );
    let old_update = bed.decided(&claim, &[50], 1).await;
    let bed = bed.reopen(backend, "store").await;
    assert_eq!(bed.known(0, &[1, 2, 100]).await, known);
    assert_eq!(bed.newest(1).await, newest);
    assert_eq!(bed.store.feeds().await.unwrap(), feeds);
    assert_eq!(bed.store.changes_since(Cursor(0)).await.unwrap(), changes);
    let regions = bed
        .store
        .register_regions(&super::names(&["caucasus", "all"]))
        .await;
    assert_eq!(regions.unwrap(), [bed.regions[2], bed.regions[0]]);
    let claim = bed.claim(1).await;
    assert!(
        claim.fence > old_update.fence,
        "fences grow across openings"
    );
    let refused = bed.store.commit_poll(old_update).await;
    assert!(matches!(refused, Err(StoreError::LeaseLost)));
}

pub(crate) async fn long_texts_grow_and_shrink(backend: &impl Backend) {
    let bed = Bed::new(backend, "store", 1).await;
    bed.poll(0, &[1], 1).await;
    for n_bytes in [10, 400_000, 20_000, 1_000_000, 10] {
        let claim = bed.claim(0).await;
        let known = bed.known(0, &[1]).await;
        let mut update = decide(&claim, &known, &[1], &[]);
        let mut entry = known.entries[&known.by_key[&guid_of(1)]].clone();
        entry.content = shown_content("long", "https://news.example/long", &noise(n_bytes));
        update.entries.push(entry.clone());
        bed.store.commit_poll(update).await.unwrap();
        let known = bed.known(0, &[1]).await;
        assert_eq!(known.entries[&entry.key], entry, "{n_bytes} bytes");
        assert_eq!(bed.newest(1).await[0].leader, entry, "{n_bytes} bytes");
    }
}

pub(crate) async fn thousands_of_identity_keys_are_found(backend: &impl Backend) {
    let bed = Bed::new(backend, "store", 2).await;
    for chunk in 0..6_u64 {
        let articles: Vec<u64> = (chunk * 500..(chunk + 1) * 500).collect();
        bed.poll(0, &articles, 1).await;
    }
    let articles: Vec<u64> = (0..3_100).collect();
    let known = bed.known(0, &articles).await;
    assert_eq!(known.by_key.len(), 3_000);
    for article in 0..3_000 {
        let entry = &known.entries[&known.by_key[&guid_of(article)]];
        assert_eq!(entry.url_key, Some(url_key_of(article)));
    }
    let other = bed.known(1, &articles).await;
    assert!(
        other.by_key.is_empty(),
        "identity keys belong to their feed"
    );
    assert_eq!(other.by_url.len(), 3_000);
}

pub(crate) async fn the_earlier_of_two_entries_keeps_a_common_guid(backend: &impl Backend) {
    let bed = Bed::new(backend, "store", 1).await;
    let common = IdentityKey::new(KeyKind::Guid, &[b"daily briefing"]);
    let mut entries = Vec::new();
    for article in [1, 2] {
        let claim = bed.claim(0).await;
        let mut update = bed.decided(&claim, &[article], 1).await;
        update.entries[0].identity.push(common);
        entries.push(update.entries[0].clone());
        bed.store.commit_poll(update).await.unwrap();
    }
    let claim = bed.claim(0).await;
    let mut update = bed.decided(&claim, &[1], 1).await;
    update.entries.push(entries[1].clone());
    bed.store.commit_poll(update).await.unwrap();
    let ask = Ask {
        feed: bed.feeds[0],
        keys: vec![common],
        urls: Vec::new(),
    };
    let known = bed.store.load_known(&ask).await.unwrap();
    assert_eq!(known.by_key[&common], entries[0].key);
}

pub(crate) async fn closed_is_closed(backend: &impl Backend) {
    let bed = Bed::new(backend, "store", 1).await;
    let claim = bed.claim(0).await;
    let update = bed.decided(&claim, &[1], 1).await;
    bed.store.close().await.unwrap();
    let closed =
        |result: Result<(), StoreError>| assert!(matches!(result, Err(StoreError::Closed)));
    closed(bed.store.commit_poll(update).await.map(drop));
    closed(bed.store.claim_due(1, LEASE).await.map(drop));
    closed(bed.store.newest(bed.regions[0], None, 1).await.map(drop));
    closed(bed.store.changes_since(Cursor(0)).await.map(drop));
    closed(bed.store.upsert_feeds(&[]).await.map(drop));
    closed(bed.store.checkpoint().await.map(drop));
    closed(bed.store.health().await.map(drop));
    closed(bed.store.flush().await);
    closed(bed.store.close().await);
    // The lock is free although the old handle still exists.
    let clock = ManualClock::new();
    let again = backend.open("store", clock).await;
    again.close().await.unwrap();
}

pub(crate) async fn a_poll_without_a_document_reads_no_entries(backend: &impl Backend) {
    let bed = Bed::new(backend, "store", 1).await;
    bed.poll(0, &[1, 2], 1).await;
    let known = bed.known(0, &[]).await;
    assert_eq!(known.state.memory.body.len(), 2);
    assert!(known.entries.is_empty() && known.stories.is_empty());
    let known = bed.known(0, &[7]).await;
    assert_eq!(
        known.entries.len(),
        2,
        "with a document they may have left it"
    );
}
