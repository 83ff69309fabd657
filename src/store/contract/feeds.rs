//! The registry of feeds, claims and due times.

use std::time::Duration;

use super::bed::{Backend, Bed, LEASE, ManualClock, seed};
use crate::model::feed::{Conditional, FeedId, FeedNumber, FeedSeed};
use crate::model::known::Claim;
use crate::model::outcome::Validators;
use crate::model::time::Timestamp;
use crate::store::api::{FeedHealth, Registered};

impl Bed {
    async fn register(&self, seeds: &[FeedSeed]) -> Registered {
        self.store.upsert_feeds(seeds).await.unwrap()
    }

    async fn health(&self, id: &str) -> Option<FeedHealth> {
        self.store.feed(&id.parse().unwrap()).await.unwrap()
    }

    /// Polls the first feed once, and gives it a state with something in every part.
    async fn learn(&self) {
        let claim = self.claim(0).await;
        let mut update = self.decided(&claim, &[1], 1).await;
        let state = &mut update.state;
        state.conditional = Conditional {
            url: "https://feed-0.example/rss".to_owned(),
            validators: Some(Validators {
                etag: Some(b"\"1\"".to_vec()),
                last_modified: Some(b"yesterday".to_vec()),
            }),
            body: Some(([7; 16], 3)),
            unreadable: None,
        };
        state.schedule.redirect = Some(("https://else.example/".to_owned(), 2));
        state.schedule.moved_to = Some("https://moved.example/".to_owned());
        state.schedule.gone_since = Some(Timestamp::from_seconds(5));
        state.schedule.stopped = true;
        state.last.n_polls = 9;
        self.store.commit_poll(update).await.unwrap();
    }

    fn due_in(&self, seconds: u64) -> Timestamp {
        use crate::clock::Clock;
        self.clock.now().plus(Duration::from_secs(seconds))
    }
}

fn renamed(id: &str, formerly: &[&str]) -> FeedSeed {
    FeedSeed {
        formerly: formerly.iter().map(|id| id.parse().unwrap()).collect(),
        url: seed("feed-0").url,
        ..seed(id)
    }
}

fn numbers(claims: &[Claim]) -> Vec<FeedNumber> {
    claims.iter().map(|claim| claim.feed).collect()
}

pub(crate) async fn new_feeds_are_due_at_once_and_known_ones_keep_their_state(
    backend: &impl Backend,
) {
    let bed = Bed::new(backend, "store", 2).await;
    bed.learn().await;
    let state = bed.health("feed-0").await.unwrap().state;
    let seeds = [seed("feed-0"), seed("feed-1"), seed("feed-2")];
    let first = bed.register(&seeds).await;
    assert_eq!(first.numbers[..2], bed.feeds[..]);
    assert_eq!(bed.register(&seeds).await, first, "idempotent");
    assert_eq!(bed.health("feed-0").await.unwrap().state, state);
    let due = bed.store.claim_due(9, LEASE).await.unwrap();
    assert_eq!(numbers(&due), first.numbers[1..]);
    let ids: Vec<String> = bed
        .store
        .feeds()
        .await
        .unwrap()
        .into_iter()
        .map(|health| health.card.id.to_string())
        .collect();
    assert_eq!(ids, ["feed-0", "feed-1", "feed-2"]);
}

pub(crate) async fn a_renamed_feed_keeps_its_number_and_its_first_id(backend: &impl Backend) {
    let bed = Bed::new(backend, "store", 1).await;
    bed.learn().await;
    let state = bed.health("feed-0").await.unwrap().state;
    let number = bed.feeds[0];
    for seeds in [
        [renamed("second", &["feed-0"])],
        [renamed("second", &[])],
        [renamed("third", &["second"])],
        [renamed("third", &["feed-0", "second"])],
    ] {
        let registered = bed.register(&seeds).await;
        assert_eq!(registered.numbers, [number]);
        assert_eq!(registered.first_ids, ["feed-0".parse().unwrap()]);
    }
    let health = bed.health("third").await.unwrap();
    assert_eq!(
        health.former,
        ["feed-0", "second"].map(|id| id.parse().unwrap())
    );
    assert_eq!(health.state, state);
    assert_eq!(bed.health("feed-0").await, None);
    let back = bed.register(&[renamed("feed-0", &[])]).await;
    assert_eq!(back.numbers, [number], "an id it once had is remembered");
}

pub(crate) async fn an_id_that_was_given_up_can_be_taken_by_another_feed(backend: &impl Backend) {
    let bed = Bed::new(backend, "store", 1).await;
    let seeds = [seed("feed-0"), renamed("second", &["feed-0"])];
    let both = bed.register(&seeds).await;
    assert_eq!(
        both.numbers[0], bed.feeds[0],
        "its own id comes before a former one"
    );
    assert_ne!(both.numbers[1], bed.feeds[0]);
    let bed = Bed::new(backend, "other", 1).await;
    bed.register(&[renamed("second", &["feed-0"])]).await;
    let swapped = bed
        .register(&[seed("feed-0"), renamed("second", &["feed-0"])])
        .await;
    assert_eq!(swapped.numbers[1], bed.feeds[0]);
    assert_ne!(swapped.numbers[0], bed.feeds[0], "one number is one feed");
    for (id, number) in ["feed-0", "second"].into_iter().zip(&swapped.numbers) {
        assert_eq!(bed.health(id).await.unwrap().card.number, *number, "{id}");
    }
}

pub(crate) async fn no_two_feeds_found_stories_under_one_id(backend: &impl Backend) {
    let bed = Bed::new(backend, "store", 1).await;
    let long = "x".repeat(64);
    bed.register(&[renamed("second", &["feed-0"]), seed(&long)])
        .await;
    bed.register(&[renamed("second", &[]), renamed("third", &[&long])])
        .await;
    let seeds = [
        renamed("second", &["feed-0"]),
        renamed("third", &[&long]),
        seed("feed-0"),
        seed(&long),
        seed("feed-0-2"),
    ];
    let registered = bed.register(&seeds).await;
    let ids: Vec<&str> = registered.first_ids.iter().map(FeedId::as_str).collect();
    let short = format!("{}-2", "x".repeat(62));
    assert_eq!(ids, ["feed-0", &long, "feed-0-2", &short, "feed-0-2-2"]);
    assert_eq!(bed.register(&seeds).await, registered, "for ever");
    let health = bed.health("feed-0").await.unwrap();
    assert_eq!(health.former, [], "it was never called otherwise");
}

pub(crate) async fn a_feed_that_comes_back_begins_with_a_backlog(backend: &impl Backend) {
    let bed = Bed::new(backend, "store", 2).await;
    bed.learn().await;
    assert!(bed.known(0, &[]).await.state.memory.first_body.is_some());
    let held = bed.claim(0).await;
    bed.register(&[seed("feed-1")]).await;
    assert!(!bed.health("feed-0").await.unwrap().card.active);
    assert_eq!(bed.store.feeds().await.unwrap().len(), 1);
    assert_eq!(
        bed.store.claim_feed(bed.feeds[0], LEASE).await.unwrap(),
        None
    );
    let update = bed.decided(&held, &[2], 1).await;
    assert!(
        bed.store.commit_poll(update).await.is_err(),
        "its holder has lost it"
    );
    let known = bed.known(0, &[1]).await;
    assert_eq!(known.state.memory.first_body, None);
    assert_eq!(known.by_key.len(), 1, "its entries stay known");
    let bed = bed.reopen(backend, "store").await;
    assert_eq!(
        bed.store.claim_feed(bed.feeds[0], LEASE).await.unwrap(),
        None
    );
    let back = bed.register(&[seed("feed-0"), seed("feed-1")]).await;
    assert_eq!(back.numbers, bed.feeds);
    assert_eq!(bed.claim(0).await.state, known.state);
}

pub(crate) async fn another_address_forgets_what_was_learned_of_the_old_one(
    backend: &impl Backend,
) {
    let bed = Bed::new(backend, "store", 1).await;
    bed.learn().await;
    let before = bed.health("feed-0").await.unwrap().state;
    let moved = FeedSeed {
        url: "https://new.example/feed".to_owned(),
        ..seed("feed-0")
    };
    bed.register(&[moved]).await;
    let after = bed.health("feed-0").await.unwrap().state;
    let mut expected = before.clone();
    expected.conditional = Conditional::default();
    expected.schedule.redirect = None;
    expected.schedule.moved_to = None;
    expected.schedule.gone_since = None;
    expected.schedule.stopped = false;
    expected.schedule.next_poll = bed.due_in(0);
    assert_eq!(after, expected);
    assert_eq!(
        bed.store.claim_due(9, LEASE).await.unwrap().len(),
        1,
        "asked at once"
    );
}

pub(crate) async fn a_moved_feed_is_lost_to_its_holder(backend: &impl Backend) {
    let bed = Bed::new(backend, "store", 1).await;
    let held = bed.claim(0).await;
    let update = bed.decided(&held, &[1], 1).await;
    let moved = FeedSeed {
        url: "https://new.example/feed".to_owned(),
        ..seed("feed-0")
    };
    bed.register(&[moved]).await;
    let refused = bed.store.commit_poll(update).await;
    assert!(
        refused.is_err(),
        "validators of the old address would be kept for the new one"
    );
    let named = FeedSeed {
        name: "Another name".to_owned(),
        url: "https://new.example/feed".to_owned(),
        ..seed("feed-0")
    };
    let held = bed.claim(0).await;
    bed.register(&[named]).await;
    let update = bed.decided(&held, &[1], 1).await;
    assert!(
        bed.store.commit_poll(update).await.is_ok(),
        "a new name takes nothing away"
    );
}

pub(crate) async fn pauses_of_hosts_survive(backend: &impl Backend) {
    let bed = Bed::new(backend, "store", 3).await;
    let pauses = [("a.example", 900), ("a.example", 300), ("b.example", 60)];
    for (feed, (host, seconds)) in pauses.into_iter().enumerate() {
        let claim = bed.claim(feed).await;
        let mut update = bed.decided(&claim, &[], 1).await;
        update.state.schedule.host_pause = Some((host.to_owned(), bed.due_in(seconds)));
        bed.store.commit_poll(update).await.unwrap();
    }
    let longest = bed.due_in(900);
    bed.clock.advance(Duration::from_secs(100));
    let bed = bed.reopen(backend, "store").await;
    let seeds = ["feed-0", "feed-1", "feed-2"].map(seed);
    let paused = bed.register(&seeds).await.paused_hosts;
    assert_eq!(paused, [("a.example".to_owned(), longest)]);
    let paused = bed.register(&[seed("feed-2")]).await.paused_hosts;
    assert_eq!(paused.len(), 1, "a promise is kept for feeds that are gone");
}

pub(crate) async fn claims_come_oldest_due_first(backend: &impl Backend) {
    let bed = Bed::new(backend, "store", 4).await;
    for (feed, seconds) in [300, 100, 200, 900].into_iter().enumerate() {
        let claim = bed.claim(feed).await;
        let due = bed.due_in(seconds);
        bed.store
            .release(claim.feed, claim.fence, Some(due))
            .await
            .unwrap();
    }
    assert_eq!(bed.store.next_due(), Some(bed.due_in(100)));
    assert_eq!(bed.store.claim_due(9, LEASE).await.unwrap(), []);
    bed.clock.advance(Duration::from_mins(5));
    let first = bed.store.claim_due(2, LEASE).await.unwrap();
    assert_eq!(numbers(&first), [bed.feeds[1], bed.feeds[2]]);
    let rest = bed.store.claim_due(9, LEASE).await.unwrap();
    assert_eq!(numbers(&rest), [bed.feeds[0]]);
    let mut fences: Vec<u64> = first.iter().chain(&rest).map(|claim| claim.fence).collect();
    assert!(fences.is_sorted());
    fences.dedup();
    assert_eq!(fences.len(), 3);
}

pub(crate) async fn a_claim_can_be_given_back(backend: &impl Backend) {
    let bed = Bed::new(backend, "store", 1).await;
    let due = bed.due_in(60);
    for (fence, given, expected) in [
        (1, Some(due), None),
        (0, Some(due), Some(due)),
        (0, None, Some(due)),
    ] {
        let claim = bed.claim(0).await;
        let release = |given| bed.store.release(claim.feed, claim.fence + fence, given);
        release(given).await.unwrap();
        let update = bed.decided(&claim, &[1], 1).await;
        if expected.is_some() {
            assert!(bed.store.commit_poll(update).await.is_err(), "given back");
            assert_eq!(bed.store.next_due(), expected);
            release(Some(bed.due_in(5))).await.unwrap();
            assert_eq!(bed.store.next_due(), expected, "only once");
        } else {
            bed.store.commit_poll(update).await.unwrap();
        }
    }
}

pub(crate) async fn a_clock_that_was_ahead_stops_nothing(backend: &impl Backend) {
    let bed = Bed::new(backend, "store", 1).await;
    let ahead = Duration::from_hours(4 * 365 * 24);
    bed.clock.advance(ahead);
    let claim = bed.claim(0).await;
    let mut update = bed.decided(&claim, &[1], 1).await;
    let paused = ("a.example".to_owned(), bed.due_in(900));
    update.state.schedule.host_pause = Some(paused);
    bed.store.commit_poll(update).await.unwrap();
    bed.clock.set_back(ahead);
    let known = bed.known(0, &[]).await;
    assert_eq!(known.now, bed.due_in(0), "the clock, not the stamp");
    assert!(known.stamp > known.now.plus(ahead).minus(LEASE));
    let bed = bed.reopen(backend, "store").await;
    assert_eq!(bed.store.next_due(), Some(bed.due_in(0)));
    let registered = bed.register(&[seed("feed-0")]).await;
    let until = bed.due_in(3600);
    assert_eq!(registered.paused_hosts, [("a.example".to_owned(), until)]);
    assert_eq!(bed.store.claim_due(9, LEASE).await.unwrap().len(), 1);
}

pub(crate) async fn one_feed_can_be_claimed_before_its_time(backend: &impl Backend) {
    let bed = Bed::new(backend, "store", 1).await;
    bed.poll(0, &[1], 1).await;
    assert_eq!(bed.store.claim_due(9, LEASE).await.unwrap(), []);
    assert!(
        bed.store
            .claim_feed(bed.feeds[0], LEASE)
            .await
            .unwrap()
            .is_some()
    );
    assert_eq!(
        bed.store.claim_feed(bed.feeds[0], LEASE).await.unwrap(),
        None
    );
    let unknown = FeedNumber(4_000_000);
    assert_eq!(bed.store.claim_feed(unknown, LEASE).await.unwrap(), None);
    let empty = backend.open("empty", ManualClock::new()).await;
    assert_eq!(empty.next_due(), None);
}
