//! Export and import of shown stories: what a restore must not lose.

use std::time::Duration;

use super::bed::{
    Backend, Bed, ManualClock, guid_of, id_of, names, seed, shown_content, shown_ids, url_key_of,
};
use crate::model::fingerprint::Fingerprint;
use crate::model::story::{Showing, Story, StoryId, StoryView};
use crate::model::time::Timestamp;
use crate::store::error::StoreError;

/// What a reader sees of a story: nothing of it may depend on numbers of the store.
type Seen = (
    (StoryId, Timestamp, Timestamp),
    (Option<String>, Option<String>, Timestamp),
    (String, Vec<String>, Vec<String>),
);

pub(crate) fn seen(views: &[StoryView]) -> Vec<Seen> {
    let one = |view: &StoryView| {
        let content = &view.leader.content;
        (
            (
                view.story.id,
                view.showing.announced_at,
                view.showing.updated,
            ),
            (
                content.title().map(str::to_owned),
                content.link().map(str::to_owned),
                view.leader.published(),
            ),
            (
                view.feed.id.to_string(),
                view.others
                    .iter()
                    .map(|other| other.feed.id.to_string())
                    .collect(),
                view.regions.clone(),
            ),
        )
    };
    views.iter().map(one).collect()
}

impl Bed {
    /// Exports everything the first region shows.
    pub(crate) async fn export(&self) -> Vec<u8> {
        let views = self.newest(0).await;
        let stories: Vec<Story> = views.into_iter().map(|view| view.story).collect();
        self.store.export_stories(&stories).await.unwrap()
    }

    async fn import(&self, bytes: &[u8]) -> usize {
        self.store.import_stories(bytes).await.unwrap()
    }
}

/// Three feeds with common and own articles in two regions, and linked stories.
async fn full(backend: &impl Backend) -> Bed {
    let bed = Bed::new(backend, "full", 3).await;
    bed.poll(0, &[1, 2, 3], 1).await;
    bed.clock.advance(Duration::from_mins(1));
    bed.poll(1, &[2, 4], 2).await;
    bed.poll(2, &[1, 2, 5], 1).await;
    let claim = bed.claim(0).await;
    let mut update = bed.decided(&claim, &[1], 1).await;
    let stories: Vec<Story> = bed
        .newest(0)
        .await
        .into_iter()
        .map(|view| view.story)
        .collect();
    let mut linked = stories[0].clone();
    linked.related = vec![stories[1].key];
    update.stories = vec![linked];
    bed.store.commit_poll(update).await.unwrap();
    bed
}

pub(crate) async fn an_export_fills_a_fresh_store(backend: &impl Backend) {
    let bed = full(backend).await;
    let export = bed.export().await;
    let fresh = backend.open("fresh", ManualClock::new()).await;
    assert_eq!(fresh.import_stories(&export).await.unwrap(), 5);
    let seeds = ["feed-0", "feed-1", "feed-2"].map(seed);
    assert_eq!(fresh.upsert_feeds(&seeds).await.unwrap().numbers.len(), 3);
    let fresh = Bed::on(fresh, ManualClock::new(), 3).await;
    for region in 0..3 {
        let views = fresh.newest(region).await;
        assert_eq!(
            seen(&views),
            seen(&bed.newest(region).await),
            "region {region}"
        );
    }
    let old = bed.newest(0).await;
    let views = fresh.newest(0).await;
    assert_eq!(views[0].story.related, [views[1].story.key]);
    for (view, old) in views.iter().zip(&old) {
        assert_eq!(view.leader.key, old.leader.key, "free keys are kept");
        assert_eq!(view.leader.identity, old.leader.identity);
    }
    let known = fresh.known(2, &[1, 2, 5]).await;
    assert_eq!(known.by_key.len(), 3, "known again, so not new again");
    assert_eq!(known.by_url[&url_key_of(2)].len(), 3);
    assert_eq!(fresh.import(&export).await, 0);
}

pub(crate) async fn an_import_matches_feeds_and_regions_by_name(backend: &impl Backend) {
    let bed = full(backend).await;
    let export = bed.export().await;
    let store = backend.open("other", ManualClock::new()).await;
    let mut second = seed("second");
    second.formerly = vec!["feed-1".parse().unwrap()];
    let seeds = [seed("x"), seed("feed-2"), second, seed("feed-0")];
    let numbers = store.upsert_feeds(&[seed("feed-1")]).await.unwrap().numbers;
    let renamed = store.upsert_feeds(&seeds).await.unwrap().numbers;
    assert_eq!(renamed[2], numbers[0]);
    let regions = store
        .register_regions(&names(&["caucasus", "y", "central-asia"]))
        .await
        .unwrap();
    assert_eq!(store.import_stories(&export).await.unwrap(), 5);
    let views = store.newest(regions[0], None, 99).await.unwrap();
    let here: Vec<&str> = views.iter().map(|view| view.feed.id.as_str()).collect();
    assert_eq!(here, ["second"], "only article 4 is of feed-1 alone");
    assert_eq!(views[0].feed.number, numbers[0]);
    let views = store.newest(regions[2], None, 99).await.unwrap();
    assert_eq!(shown_ids(&views), shown_ids(&bed.newest(1).await));
}

pub(crate) async fn an_import_changes_nothing_that_is_here(backend: &impl Backend) {
    let bed = full(backend).await;
    let export = bed.export().await;
    let before = bed.newest(0).await;
    let mut edited = before[0].clone();
    edited.leader.content = shown_content("Edited since", "https://news.example/e", "text");
    let claim = bed.claim(0).await;
    let mut update = bed.decided(&claim, &[], 1).await;
    update.entries = vec![edited.leader.clone()];
    bed.store.commit_poll(update).await.unwrap();
    let present = bed.newest(0).await;
    assert_eq!(bed.import(&export).await, 0);
    assert_eq!(bed.newest(0).await, present);
}

pub(crate) async fn an_import_takes_over_what_was_polled_again(backend: &impl Backend) {
    let bed = full(backend).await;
    let export = bed.export().await;
    let clock = ManualClock::new();
    clock.advance(Duration::from_hours(2));
    let store = backend.open("later", clock.clone()).await;
    let later = Bed::on(store, clock, 3).await;
    // Polled before anything was put back: article 1 as backlog, article 2 shown already.
    let claim = later.claim(0).await;
    let mut update = later.decided(&claim, &[1, 2, 9], 1).await;
    update.stories[0].shown.clear();
    update.stories[0].leader = None;
    update.entries[0].backlog = true;
    later.store.commit_poll(update.clone()).await.unwrap();
    let shown_here = later.newest(0).await;
    assert_eq!(later.import(&export).await, 5);
    let views = later.newest(0).await;
    let of = |views: &[StoryView], article: u64| {
        let found = views.iter().find(|view| view.story.id == id_of(article));
        found.unwrap().clone()
    };
    let (here, old) = (of(&views, 2), of(&bed.newest(0).await, 2));
    assert_eq!(
        here.leader,
        of(&shown_here, 2).leader,
        "the later text stays"
    );
    assert_eq!(here.showing.announced_at, old.showing.announced_at);
    assert_eq!(here.showing.updated, of(&shown_here, 2).showing.updated);
    assert_eq!(
        here.story.members.len(),
        3,
        "sources that are missing come back"
    );
    let (back, old) = (of(&views, 1), of(&bed.newest(0).await, 1));
    assert_eq!(
        seen(std::slice::from_ref(&back)),
        seen(&[old]),
        "id and stamps are those readers saw"
    );
    assert_eq!(
        back.leader.key, update.entries[0].key,
        "one entry stays one entry"
    );
    assert!(!back.leader.backlog);
    let known = later.known(0, &[1, 2, 3, 9]).await;
    assert_eq!(known.by_key.len(), 4);
    assert_eq!(known.by_key[&guid_of(1)], update.entries[0].key);
    assert_eq!(known.entries[&update.entries[0].key].story, back.story.key);
}

pub(crate) async fn an_import_brings_a_story_up_to_what_readers_saw(backend: &impl Backend) {
    let bed = full(backend).await;
    let early = bed.export().await;
    let store = backend.open("restored", ManualClock::new()).await;
    assert_eq!(store.import_stories(&early).await.unwrap(), 5);
    let restored = Bed::on(store, ManualClock::new(), 3).await;
    // After the checkpoint: an announced edit, another region, another source.
    bed.clock.advance(Duration::from_mins(5));
    let view = bed.newest(0).await.pop().unwrap();
    let claim = bed.claim(0).await;
    let mut update = bed.decided(&claim, &[], 1).await;
    let mut edited = view.leader.clone();
    edited.content = shown_content("Edited", "https://news.example/edited", "another text");
    edited.meanings.push(Fingerprint::of(&[b"edited"]));
    let mut story = view.story.clone();
    story.n_edits_announced = 1;
    for showing in &mut story.shown {
        showing.updated = update.stamp;
    }
    story.shown.push(Showing {
        region: bed.regions[2],
        announced_at: update.stamp,
        updated: update.stamp,
    });
    story.members[0].regions.push(bed.regions[2]);
    update.entries = vec![edited];
    update.stories = vec![story];
    bed.store.commit_poll(update).await.unwrap();
    bed.poll(1, &[1, 2, 3, 4], 1).await;
    let late = bed.export().await;
    assert_ne!(seen(&restored.newest(0).await), seen(&bed.newest(0).await));
    assert!(restored.import(&late).await >= 2);
    let (here, there) = (restored.newest(0).await, bed.newest(0).await);
    for region in 0..3 {
        let views = restored.newest(region).await;
        assert_eq!(seen(&views), seen(&bed.newest(region).await), "{region}");
    }
    for (here, there) in here.iter().zip(&there) {
        assert_eq!(here.leader.meanings, there.leader.meanings);
        assert_eq!(here.story.n_edits_announced, there.story.n_edits_announced);
        assert_eq!(here.story.members.len(), there.story.members.len());
    }
    let known = restored.known(1, &[1, 3]).await;
    assert_eq!(known.by_key.len(), 2, "new sources are known by their keys");
    for old in [&late, &early] {
        assert_eq!(restored.import(old).await, 0);
        assert_eq!(restored.newest(0).await, here, "nothing goes back");
    }
}

pub(crate) async fn a_long_export_is_put_back_in_several_commits(backend: &impl Backend) {
    let bed = Bed::new(backend, "store", 2).await;
    let articles: Vec<u64> = (0..120).collect();
    bed.poll(0, &articles, 1).await;
    bed.poll(1, &articles, 1).await;
    let export = bed.export().await;
    let fresh = Bed::new(backend, "fresh", 2).await;
    let before = fresh.known(0, &[]).await.cursor;
    assert_eq!(fresh.import(&export).await, 120);
    assert!(fresh.known(0, &[]).await.cursor.0 > before.0 + 2);
    assert_eq!(seen(&fresh.newest(1).await), seen(&bed.newest(1).await));
}

pub(crate) async fn a_taken_key_is_not_taken_again(backend: &impl Backend) {
    let bed = full(backend).await;
    let export = bed.export().await;
    // The same clock, so that the same keys are given to other articles.
    let other = Bed::new(backend, "other", 3).await;
    other.poll(0, &[70, 71, 72], 1).await;
    let taken: Vec<_> = other
        .newest(1)
        .await
        .iter()
        .map(|view| view.leader.key)
        .collect();
    let old: Vec<_> = bed
        .newest(1)
        .await
        .iter()
        .map(|view| view.leader.key)
        .collect();
    assert!(
        taken.iter().any(|key| old.contains(key)),
        "the test is about common keys"
    );
    let before = other.newest(1).await;
    assert_eq!(other.import(&export).await, 5);
    let views = other.newest(1).await;
    for view in before {
        assert!(views.contains(&view), "{:?} stays", view.story.id);
    }
    let known = other.known(0, &[1, 2, 3, 70, 71, 72]).await;
    assert_eq!(known.by_key.len(), 6);
    let next = known.next_entry;
    assert!(known.entries.keys().all(|key| *key < next));
}

pub(crate) async fn a_damaged_export_changes_nothing(backend: &impl Backend) {
    let bed = full(backend).await;
    let export = bed.export().await;
    let fresh = Bed::new(backend, "fresh", 0).await;
    for at in [0, 9, 40, export.len() / 2, export.len() - 1] {
        let mut damaged = export.clone();
        damaged[at] ^= 0x40;
        for bytes in [&damaged, &export[..at]] {
            let refused = fresh.store.import_stories(bytes).await;
            assert!(
                matches!(refused, Err(StoreError::Record { .. })),
                "byte {at}"
            );
        }
    }
    assert!(fresh.newest(0).await.is_empty());
    assert_eq!(fresh.import(&export).await, 5, "the handle goes on");
}

pub(crate) async fn what_comes_after_an_import_is_stamped_after_it(backend: &impl Backend) {
    let bed = full(backend).await;
    let export = bed.export().await;
    let newest = bed.newest(0).await[0].showing.updated;
    let clock = ManualClock::new();
    clock.set_back(Duration::from_hours(24));
    let store = backend.open("behind", clock.clone()).await;
    assert_eq!(store.import_stories(&export).await.unwrap(), 5);
    let behind = Bed::on(store, clock, 1).await;
    behind.poll(0, &[99], 1).await;
    let views = behind.newest(0).await;
    assert_eq!(views[0].story.id, id_of(99), "on top");
    assert!(views[0].showing.updated > newest);
}
