//! A plain committer, and the articles it commits.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use url::Url;
use uuid::Uuid;

use crate::clock::Clock;
use crate::model::content::EntryContent;
use crate::model::country::Country;
use crate::model::entry::{EntryKey, StoredEntry};
use crate::model::feed::{FeedNumber, FeedSeed, Tier};
use crate::model::fingerprint::{Fingerprint, IdentityKey, KeyKind, Sketch, UrlKey};
use crate::model::known::{Ask, Claim, Cursor, Durability, FeedUpdate, Known};
use crate::model::region::{Evidence, Field, RegionMatch, RegionNumber};
use crate::model::story::{Member, Showing, Story, StoryId, StoryView};
use crate::model::tally::Tally;
use crate::model::time::Timestamp;
use crate::model::url::CanonicalUrl;
use crate::store::api::Store;
use crate::store::error::StoreError;
use crate::store::record::ContentRecord;

/// A backend under test.
pub(crate) trait Backend {
    /// Opens the store called `name`: the same one again after it was closed.
    async fn open(&self, name: &str, clock: Arc<dyn Clock>) -> Arc<dyn Store>;
}

/// Long enough for every test.
pub(crate) const LEASE: Duration = Duration::from_mins(10);

/// A clock that moves when told.
#[derive(Debug)]
pub(crate) struct ManualClock(AtomicI64);

impl ManualClock {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(1_800_000_000_000)))
    }

    pub(crate) fn advance(&self, by: Duration) {
        let millis = i64::try_from(by.as_millis()).unwrap();
        self.0.fetch_add(millis, Ordering::SeqCst);
    }

    pub(crate) fn set_back(&self, by: Duration) {
        let millis = i64::try_from(by.as_millis()).unwrap();
        self.0.fetch_sub(millis, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}

/// A store with feeds and two regions besides `all`.
pub(crate) struct Bed {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) feeds: Vec<FeedNumber>,
    /// `all`, `central-asia`, `caucasus`.
    pub(crate) regions: Vec<RegionNumber>,
}

impl Bed {
    /// A store `name` with `n_feeds` feeds `feed-0`, `feed-1`, …
    pub(crate) async fn new(backend: &impl Backend, name: &str, n_feeds: usize) -> Self {
        let clock = ManualClock::new();
        let store = backend.open(name, Arc::<ManualClock>::clone(&clock)).await;
        Self::on(store, clock, n_feeds).await
    }

    pub(crate) async fn on(store: Arc<dyn Store>, clock: Arc<ManualClock>, n_feeds: usize) -> Self {
        let seeds: Vec<FeedSeed> = (0..n_feeds).map(|n| seed(&format!("feed-{n}"))).collect();
        let feeds = store.upsert_feeds(&seeds).await.unwrap().numbers;
        let regions = store
            .register_regions(&names(&["all", "central-asia", "caucasus"]))
            .await
            .unwrap();
        Self {
            store,
            clock,
            feeds,
            regions,
        }
    }

    /// Closes the store and opens it again.
    pub(crate) async fn reopen(self, backend: &impl Backend, name: &str) -> Self {
        self.store.close().await.unwrap();
        let Self {
            store,
            clock,
            feeds,
            regions,
        } = self;
        drop(store);
        Self {
            store: backend.open(name, Arc::<ManualClock>::clone(&clock)).await,
            clock,
            feeds,
            regions,
        }
    }

    pub(crate) async fn claim(&self, feed: usize) -> Claim {
        let feed = self.feeds[feed];
        self.store.claim_feed(feed, LEASE).await.unwrap().unwrap()
    }

    pub(crate) async fn known(&self, feed: usize, articles: &[u64]) -> Known {
        let ask = ask_of(self.feeds[feed], articles);
        self.store.load_known(&ask).await.unwrap()
    }

    /// Polls `feed`, which carries `articles`, each belonging to `region`; commits.
    pub(crate) async fn poll(&self, feed: usize, articles: &[u64], region: usize) -> Cursor {
        let claim = self.claim(feed).await;
        let update = self.decided(&claim, articles, region).await;
        self.store.commit_poll(update).await.unwrap()
    }

    /// What a poll of `feed` decides, not committed.
    pub(crate) async fn decided(
        &self,
        claim: &Claim,
        articles: &[u64],
        region: usize,
    ) -> FeedUpdate {
        let ask = ask_of(claim.feed, articles);
        let known = self.store.load_known(&ask).await.unwrap();
        let shown = [self.regions[0], self.regions[region]];
        decide(claim, &known, articles, &shown)
    }

    pub(crate) async fn newest(&self, region: usize) -> Vec<StoryView> {
        let region = self.regions[region];
        self.store.newest(region, None, 100_000).await.unwrap()
    }
}

/// Decides and commits again until no other commit comes in between.
pub(crate) async fn commit(
    store: &Arc<dyn Store>,
    claim: &Claim,
    articles: &[u64],
    shown: &[RegionNumber],
) -> Cursor {
    loop {
        let ask = ask_of(claim.feed, articles);
        let known = store.load_known(&ask).await.unwrap();
        match store
            .commit_poll(decide(claim, &known, articles, shown))
            .await
        {
            Ok(cursor) => return cursor,
            Err(StoreError::Conflict) => {}
            Err(error) => panic!("{error}"),
        }
    }
}

/// An article that is known by its address joins that story; any other founds one.
pub(crate) fn decide(
    claim: &Claim,
    known: &Known,
    articles: &[u64],
    shown: &[RegionNumber],
) -> FeedUpdate {
    let mut update = FeedUpdate {
        feed: claim.feed,
        fence: claim.fence,
        read_at: known.cursor,
        ask: ask_of(claim.feed, articles),
        stamp: known.stamp,
        state: known.state.clone(),
        entries: Vec::new(),
        stories: Vec::new(),
        tally: Tally::default(),
        durability: Durability::Durable,
    };
    let mut key = known.next_entry;
    let mut body = BTreeSet::new();
    for &article in articles {
        if let Some(&entry) = known.by_key.get(&guid_of(article)) {
            body.insert(entry);
            continue;
        }
        let mut entry = entry_of(claim.feed, article, key, known.stamp);
        let joined = known
            .by_url
            .get(&url_key_of(article))
            .and_then(|found| found.first());
        let mut story = match joined {
            Some(other) => known.stories[&known.entries[other].story].clone(),
            None => story_of(&entry, article, known.stamp, shown),
        };
        if joined.is_some() {
            story.members.push(member_of(&entry, shown));
        }
        entry.story = story.key;
        body.insert(key);
        key = key.next();
        update.entries.push(entry);
        update.stories.push(story);
    }
    update.state.memory.body = body.into_iter().collect();
    update.state.memory.first_body.get_or_insert(known.stamp);
    update.state.schedule.next_poll = known.stamp.plus(Duration::from_mins(30));
    update
}

pub(crate) fn seed(id: &str) -> FeedSeed {
    FeedSeed {
        id: id.parse().unwrap(),
        formerly: Vec::new(),
        name: format!("Feed {id}"),
        url: format!("https://{id}.example/rss?key=secret"),
        safe_url: format!("https://{id}.example/rss?key=***"),
        tier: Tier::Press,
    }
}

pub(crate) fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

pub(crate) fn url_of(article: u64) -> String {
    format!("https://news.example/world/{article}")
}

pub(crate) fn url_key_of(article: u64) -> UrlKey {
    let url = Url::parse(&url_of(article)).unwrap();
    UrlKey::of(&CanonicalUrl::new(&url).unwrap())
}

pub(crate) fn guid_of(article: u64) -> IdentityKey {
    IdentityKey::new(KeyKind::Guid, &[&article.to_be_bytes()])
}

pub(crate) fn id_of(article: u64) -> StoryId {
    StoryId(Uuid::from_u128(u128::from(article)))
}

pub(crate) fn ask_of(feed: FeedNumber, articles: &[u64]) -> Ask {
    Ask {
        feed,
        keys: articles.iter().map(|&article| guid_of(article)).collect(),
        urls: articles
            .iter()
            .map(|&article| url_key_of(article))
            .collect(),
    }
}

pub(crate) fn shown_ids(views: &[StoryView]) -> Vec<StoryId> {
    views.iter().map(|view| view.story.id).collect()
}

/// An entry with something in every field.
pub(crate) fn entry_of(
    feed: FeedNumber,
    article: u64,
    key: EntryKey,
    stamp: Timestamp,
) -> StoredEntry {
    let link = url_of(article);
    let text = format!("<p>Article {article}: the delegations met.</p>");
    StoredEntry {
        key,
        feed,
        identity: vec![
            guid_of(article),
            IdentityKey::new(KeyKind::Link, &[link.as_bytes()]),
        ],
        url_key: Some(url_key_of(article)),
        wording: Fingerprint::of(&[text.as_bytes()]),
        meanings: vec![Fingerprint::of(&[text.as_bytes(), link.as_bytes()])],
        sketch: Sketch::of(["article"].into_iter(), ["delegations", "met"].into_iter()),
        story: key,
        backlog: false,
        claim: Some(stamp.minus(Duration::from_mins(1))),
        first_seen: stamp,
        left_body: None,
        matches: vec![RegionMatch {
            region: "central-asia".to_owned(),
            evidence: vec![Evidence {
                field: Field::Title,
                form: "в Астане".to_owned(),
                start: 4,
                end: 19,
                term: "Astana".to_owned(),
                weight: 1000,
                country: Country::from_code("KZ"),
            }],
        }],
        rules: 77,
        content: shown_content(&format!("Article {article}"), &link, &text),
    }
}

/// What a merged feed would show.
pub(crate) fn shown_content(title: &str, link: &str, text: &str) -> EntryContent {
    EntryContent::from(ContentRecord::Shown {
        title: title.to_owned(),
        link: Some(link.to_owned()),
        summary: None,
        content: Some(text.to_owned()),
        authors: vec!["Desk".to_owned()],
        categories: vec!["diplomacy".to_owned()],
        enclosures: Vec::new(),
        language: Some("en".to_owned()),
    })
}

/// A text of `n` letters that zstd cannot make much smaller.
pub(crate) fn noise(n: usize) -> String {
    let mut bytes = vec![0; n];
    let mut hasher = blake3::Hasher::new();
    hasher.update(&n.to_be_bytes());
    hasher.finalize_xof().fill(&mut bytes);
    bytes
        .iter()
        .map(|byte| char::from(b' ' + byte % 90))
        .collect()
}

pub(crate) fn member_of(entry: &StoredEntry, shown: &[RegionNumber]) -> Member {
    Member {
        entry: entry.key,
        feed: entry.feed,
        tier: Tier::Press,
        has_text: true,
        regions: shown.to_vec(),
    }
}

pub(crate) fn story_of(
    entry: &StoredEntry,
    article: u64,
    stamp: Timestamp,
    shown: &[RegionNumber],
) -> Story {
    let showing = |&region: &RegionNumber| Showing {
        region,
        announced_at: stamp,
        updated: stamp,
    };
    Story {
        key: entry.key,
        id: id_of(article),
        members: vec![member_of(entry, shown)],
        leader: Some(entry.key),
        shown: shown.iter().map(showing).collect(),
        n_edits_announced: 0,
        hidden: false,
        related: Vec::new(),
    }
}
