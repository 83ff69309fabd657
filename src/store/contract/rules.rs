//! Changed rules over what is stored.

use super::bed::{Backend, Bed};
use crate::model::entry::EntryKey;
use crate::model::known::{Known, RulesUpdate};
use crate::store::error::StoreError;

impl Bed {
    async fn pages(&self, n: usize) -> Vec<Vec<EntryKey>> {
        let (mut pages, mut after) = (Vec::new(), None);
        loop {
            let page = self.store.entries(after, n).await.unwrap();
            pages.push(page.entries.iter().map(|entry| entry.key).collect());
            after = page.next;
            if after.is_none() {
                return pages;
            }
        }
    }

    async fn loaded(&self, keys: &[EntryKey]) -> Known {
        self.store.load_entries(keys).await.unwrap()
    }
}

/// An update that stamps the entries with other rules and shows their stories in `region`.
fn update(bed: &Bed, known: &Known, region: usize) -> RulesUpdate {
    let mut entries: Vec<_> = known.entries.values().cloned().collect();
    for entry in &mut entries {
        entry.rules = 99;
    }
    let mut stories: Vec<_> = known.stories.values().cloned().collect();
    for story in &mut stories {
        let mut showing = story.shown[0];
        showing.region = bed.regions[region];
        showing.announced_at = known.stamp;
        showing.updated = known.stamp;
        story.shown.push(showing);
    }
    RulesUpdate {
        read_at: known.cursor,
        stamp: known.stamp,
        entries,
        stories,
    }
}

pub(crate) async fn entries_are_paged_by_key_and_loaded_with_their_stories(backend: &impl Backend) {
    let bed = Bed::new(backend, "store", 2).await;
    assert_eq!(bed.pages(3).await, [Vec::new()]);
    bed.poll(0, &[1, 2, 3, 4], 1).await;
    bed.poll(1, &[4, 5], 1).await;
    let all = bed.pages(100).await.concat();
    assert_eq!(all.len(), 6);
    assert!(all.is_sorted());
    for n in [1, 2, 3, 5, 6, 7] {
        let pages = bed.pages(n).await;
        assert!(pages.iter().all(|page| page.len() <= n));
        assert_eq!(pages.concat(), all, "in pages of {n}");
    }
    let known = bed.loaded(&all[..5]).await;
    assert_eq!(known.entries.len(), 5);
    let of_entries: std::collections::BTreeSet<EntryKey> =
        known.entries.values().map(|entry| entry.story).collect();
    let stories: std::collections::BTreeSet<EntryKey> = known.stories.keys().copied().collect();
    assert_eq!(stories, of_entries);
    assert!(bed.loaded(&[EntryKey(5)]).await.entries.is_empty());
}

pub(crate) async fn what_changed_rules_change_is_committed_whole(backend: &impl Backend) {
    let bed = Bed::new(backend, "store", 1).await;
    bed.poll(0, &[1, 2], 1).await;
    let keys = bed.pages(10).await.concat();
    let known = bed.loaded(&keys).await;
    let before = bed.newest(1).await;
    let cursor = bed
        .store
        .commit_rules(update(&bed, &known, 2))
        .await
        .unwrap();
    assert!(*bed.store.durable().borrow() >= cursor);
    let changes = bed.store.changes_since(known.cursor).await.unwrap();
    assert!(changes.regions.contains(&bed.regions[2]));
    assert_eq!(bed.newest(2).await.len(), 2);
    let after = bed.newest(1).await;
    let places = |views: &[crate::model::story::StoryView]| -> Vec<_> {
        views.iter().map(|it| (it.story.id, it.showing)).collect()
    };
    assert_eq!(places(&after), places(&before), "the old place stays");
    let bed = bed.reopen(backend, "store").await;
    let again = bed.loaded(&keys).await;
    assert!(again.entries.values().all(|entry| entry.rules == 99));
}

pub(crate) async fn an_entry_or_story_written_meanwhile_is_a_conflict_of_rules(
    backend: &impl Backend,
) {
    let bed = Bed::new(backend, "store", 2).await;
    bed.poll(0, &[1, 2], 1).await;
    let keys = bed.pages(10).await.concat();
    let known = bed.loaded(&keys).await;
    let decided = update(&bed, &known, 2);
    // Another feed's entry joins one of the stories.
    bed.poll(1, &[2], 1).await;
    let refused = bed.store.commit_rules(decided.clone()).await;
    assert!(matches!(refused, Err(StoreError::Conflict)), "{refused:?}");
    assert!(bed.newest(2).await.is_empty());
    // Of other entries it is none.
    let known = bed.loaded(&keys[..1]).await;
    bed.poll(1, &[2, 7], 1).await;
    let mut other = update(&bed, &known, 2);
    other.stamp = bed.loaded(&keys[..1]).await.stamp;
    bed.store.commit_rules(other).await.unwrap();
    // A stamp that was given is one.
    let known = bed.loaded(&keys[..1]).await;
    let late = RulesUpdate {
        stamp: decided.stamp,
        ..update(&bed, &known, 1)
    };
    let refused = bed.store.commit_rules(late).await;
    assert!(matches!(refused, Err(StoreError::Conflict)), "{refused:?}");
}
