//! Merged feeds: order, pages, changes, and what is found behind an id.

use std::time::Duration;

use super::bed::{Backend, Bed, decide, entry_of, id_of, seed, shown_content, shown_ids, url_of};
use crate::model::content::EntryContent;
use crate::model::entry::StoredEntry;
use crate::model::feed::{FeedSeed, Tier};
use crate::model::known::Cursor;
use crate::model::region::RegionNumber;
use crate::model::story::{Story, StoryId, StoryView};
use crate::model::time::Timestamp;
use crate::store::api::{Changes, Lookup, Place};

impl Bed {
    /// Commits stories and entries as they are given, through a poll of the first feed.
    async fn change(&self, entries: Vec<StoredEntry>, stories: Vec<Story>) -> Cursor {
        let claim = self.claim(0).await;
        let known = self.known(0, &[]).await;
        let mut update = decide(&claim, &known, &[], &[]);
        update.entries = entries;
        update.stories = stories;
        self.store.commit_poll(update).await.unwrap()
    }

    async fn changed_since(&self, cursor: Cursor) -> Vec<RegionNumber> {
        self.store.changes_since(cursor).await.unwrap().regions
    }
}

fn place(view: &StoryView) -> Place {
    Place {
        updated: view.showing.updated,
        published: view.leader.published(),
        id: view.story.id,
    }
}

pub(crate) async fn a_merged_feed_is_ordered_and_paged(backend: &impl Backend) {
    let bed = Bed::new(backend, "store", 1).await;
    for chunk in 0..4_u64 {
        let claim = bed.claim(0).await;
        let articles: Vec<u64> = (chunk * 10..chunk * 10 + 10).collect();
        let mut update = bed.decided(&claim, &articles, 1).await;
        for (n, entry) in (0_i64..).zip(&mut update.entries) {
            // Two and two share their claim, and one is from before 1970.
            entry.claim = Some(Timestamp::from_seconds((n / 2) * 1000 - 1000));
        }
        bed.store.commit_poll(update).await.unwrap();
        bed.clock.advance(Duration::from_mins(1));
    }
    let all = bed.newest(1).await;
    assert_eq!(all.len(), 40);
    let places: Vec<_> = all
        .iter()
        .map(place)
        .map(|at| (std::cmp::Reverse((at.updated, at.published)), at.id))
        .collect();
    assert!(places.is_sorted(), "newest updated, newest published, id");
    for n in [1, 3, 7, 40, 41] {
        let (mut pages, mut after) = (Vec::new(), None);
        loop {
            let page = bed.store.newest(bed.regions[1], after, n).await.unwrap();
            after = page.last().map(place);
            let is_last = page.len() < n;
            pages.extend(page);
            if is_last {
                break;
            }
        }
        assert_eq!(pages, all, "in pages of {n}");
    }
    assert!(bed.newest(2).await.is_empty());
    assert_eq!(bed.newest(0).await.len(), 40);
}

pub(crate) async fn an_announced_edit_moves_a_story_up(backend: &impl Backend) {
    let bed = Bed::new(backend, "store", 1).await;
    for article in [1, 2, 3] {
        bed.poll(0, &[article], 1).await;
        bed.clock.advance(Duration::from_mins(1));
    }
    assert_eq!(shown_ids(&bed.newest(1).await), [3, 2, 1].map(id_of));
    let view = bed.newest(1).await.remove(2);
    let stamp = bed.known(0, &[]).await.stamp;
    let mut story = view.story.clone();
    for showing in story
        .shown
        .iter_mut()
        .filter(|showing| showing.region == bed.regions[1])
    {
        showing.updated = stamp;
    }
    bed.change(Vec::new(), vec![story.clone()]).await;
    assert_eq!(shown_ids(&bed.newest(1).await), [1, 3, 2].map(id_of));
    assert_eq!(
        shown_ids(&bed.newest(0).await),
        [3, 2, 1].map(id_of),
        "only there"
    );
    assert_eq!(bed.newest(1).await[0].story, story);
}

pub(crate) async fn hidden_stories_and_those_without_a_leader_are_left_out(backend: &impl Backend) {
    let bed = Bed::new(backend, "store", 1).await;
    bed.poll(0, &[1, 2, 3], 1).await;
    let views = bed.newest(1).await;
    let of = |article: u64| {
        let found = views.iter().find(|view| view.story.id == id_of(article));
        found.unwrap().clone()
    };
    let hidden = Story {
        hidden: true,
        ..of(1).story
    };
    let leaderless = Story {
        leader: None,
        ..of(2).story
    };
    let without_text = StoredEntry {
        content: EntryContent::Gone,
        ..of(3).leader
    };
    bed.change(vec![without_text], vec![hidden, leaderless])
        .await;
    assert_eq!(bed.newest(1).await, []);
    bed.change(vec![of(3).leader], vec![of(1).story, of(2).story])
        .await;
    assert_eq!(
        bed.newest(1).await,
        views,
        "and they come back as they were"
    );
}

pub(crate) async fn a_new_leader_moves_a_story_among_equals(backend: &impl Backend) {
    let bed = Bed::new(backend, "store", 2).await;
    bed.poll(0, &[1, 2], 1).await;
    let before = shown_ids(&bed.newest(1).await);
    assert_eq!(before, [1, 2].map(id_of), "equal claims: by id");
    let claim = bed.claim(1).await;
    let mut update = bed.decided(&claim, &[1], 1).await;
    update.entries[0].claim = Some(Timestamp::from_seconds(0));
    update.stories[0].leader = Some(update.entries[0].key);
    bed.store.commit_poll(update).await.unwrap();
    let after = bed.newest(1).await;
    assert_eq!(shown_ids(&after), [2, 1].map(id_of), "its leader is older");
    assert_eq!(after[1].feed.number, bed.feeds[1]);
    let mut leader = after[1].leader.clone();
    leader.claim = None;
    bed.change(vec![leader], Vec::new()).await;
    assert_eq!(
        shown_ids(&bed.newest(1).await),
        [1, 2].map(id_of),
        "a claim taken back"
    );
}

pub(crate) async fn changes_name_the_merged_feeds_they_touch(backend: &impl Backend) {
    let bed = Bed::new(backend, "store", 1).await;
    let [all, asia, caucasus] = [0, 1, 2].map(|n| bed.regions[n]);
    let first = bed.poll(0, &[1], 1).await;
    let second = bed.poll(0, &[1, 2], 2).await;
    let changes = bed.store.changes_since(first).await.unwrap();
    let expected = Changes {
        cursor: second,
        regions: vec![all, caucasus],
    };
    assert_eq!(changes, expected);
    assert_eq!(bed.changed_since(second).await, []);
    let unchanged = bed.poll(0, &[1, 2], 1).await;
    assert_eq!(
        bed.changed_since(second).await,
        [],
        "nothing new, nothing changed"
    );
    let view = bed.newest(1).await.remove(0);
    let left = StoredEntry {
        left_body: Some(view.leader.first_seen),
        ..view.leader.clone()
    };
    bed.change(vec![left.clone()], vec![view.story]).await;
    assert_eq!(
        bed.changed_since(unchanged).await,
        [],
        "no reader could tell"
    );
    let edited = StoredEntry {
        content: shown_content("Edited", &url_of(1), "text"),
        ..left
    };
    bed.change(vec![edited], Vec::new()).await;
    assert_eq!(
        bed.changed_since(unchanged).await,
        [all, asia],
        "a silent edit shows"
    );
    let lost = Cursor(u64::MAX);
    assert_eq!(
        bed.changed_since(lost).await,
        bed.regions,
        "a cursor from another life"
    );
}

pub(crate) async fn a_changed_card_touches_every_merged_feed(backend: &impl Backend) {
    let bed = Bed::new(backend, "store", 1).await;
    let before = bed.poll(0, &[1], 1).await;
    bed.store.upsert_feeds(&[seed("feed-0")]).await.unwrap();
    assert_eq!(bed.changed_since(before).await, []);
    let named = FeedSeed {
        name: "МИД".to_owned(),
        tier: Tier::Official,
        ..seed("feed-0")
    };
    bed.store.upsert_feeds(&[named]).await.unwrap();
    assert_eq!(bed.changed_since(before).await, bed.regions);
    let view = bed.newest(1).await.remove(0);
    assert_eq!(
        (view.feed.name.as_str(), view.feed.tier),
        ("МИД", Tier::Official)
    );
}

pub(crate) async fn stories_are_found_by_id_and_by_any_spelling_of_an_address(
    backend: &impl Backend,
) {
    let bed = Bed::new(backend, "store", 2).await;
    bed.poll(0, &[1], 1).await;
    bed.poll(1, &[1], 1).await;
    let claim = bed.claim(0).await;
    let mut unshown = bed.decided(&claim, &[2], 1).await;
    unshown.stories[0].shown.clear();
    bed.store.commit_poll(unshown).await.unwrap();
    let find = async |what: Lookup| bed.store.find(&what).await.unwrap();
    let by_id = find(Lookup::Story(id_of(1))).await;
    assert_eq!(by_id.len(), 2);
    for (found, feed) in by_id.iter().zip(&bed.feeds) {
        assert_eq!((found.entry.feed, found.feed.number), (*feed, *feed));
        assert_eq!(found.story.id, id_of(1));
        assert_eq!(found.shown_in, ["all", "central-asia"]);
    }
    for spelling in [
        url_of(1),
        "http://www.news.example/world/1/?utm_source=x#top".to_owned(),
    ] {
        assert_eq!(find(Lookup::Url(spelling)).await, by_id);
    }
    let by_url = find(Lookup::Url(url_of(2))).await;
    assert_eq!(by_url.len(), 1, "what was filtered is explained too");
    assert!(by_url[0].shown_in.is_empty());
    assert!(
        find(Lookup::Story(id_of(2))).await.is_empty(),
        "never shown"
    );
    assert!(
        find(Lookup::Story(StoryId(uuid::Uuid::max())))
            .await
            .is_empty()
    );
    for address in [
        "no address",
        "ftp://news.example/",
        "https://news.example/none",
    ] {
        assert!(
            find(Lookup::Url(address.to_owned())).await.is_empty(),
            "{address}"
        );
    }
}

pub(crate) async fn a_view_has_other_sources_and_names_of_regions(backend: &impl Backend) {
    let bed = Bed::new(backend, "store", 3).await;
    for feed in 0..3 {
        bed.poll(feed, &[1], 1).await;
    }
    let mut view = bed.newest(1).await.remove(0);
    let others: Vec<_> = view
        .others
        .iter()
        .map(|source| source.feed.number)
        .collect();
    assert_eq!(others, bed.feeds[1..]);
    assert_eq!(view.others[0].title.as_deref(), Some("Article 1"));
    assert_eq!(view.others[0].link, Some(url_of(1)));
    assert_eq!(view.feed.url, seed("feed-0").safe_url);
    assert_eq!(view.regions, ["central-asia"]);
    let mut showing = view.showing;
    showing.region = bed.regions[2];
    view.story.shown.push(showing);
    bed.change(Vec::new(), vec![view.story]).await;
    let view = bed.newest(2).await.remove(0);
    assert_eq!(view.regions, ["caucasus", "central-asia"]);
    assert_eq!(view.showing, showing);
    let entry = &view.leader;
    let expected = entry_of(entry.feed, 1, entry.key, entry.first_seen);
    assert_eq!(*entry, expected);
}
