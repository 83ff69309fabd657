//! Captured polls of real feeds, in time order, under a clock that stands at each poll's time.

use std::collections::BTreeMap;

use nuncio::model::tally::Tally;

use crate::support::replay::Replay;

/// The table `run --once` prints, by feed.
pub(crate) fn tallies(table: &str) -> BTreeMap<String, (String, Tally)> {
    let rows = table
        .lines()
        .skip(1)
        .take_while(|line| !line.contains(" stories"));
    rows.map(|line| {
        let mut cells = line.split_whitespace();
        let feed = cells.next().unwrap().to_owned();
        let mut rest: Vec<&str> = cells.collect();
        let outcome = if feed == "all" {
            String::new()
        } else {
            rest.remove(0).to_owned()
        };
        let count = |n: usize| rest[n].parse::<u32>().unwrap();
        let tally = Tally {
            received: count(0),
            new: count(1),
            updated: count(2),
            unchanged: count(3),
            same_story: count(4),
            rejected: count(5),
            over_limit: count(6),
            announced: count(7),
            silent: count(8),
            filtered: count(9),
            backlog: count(10),
        };
        (feed, (outcome, tally))
    })
    .collect()
}

/// Steps are minutes apart, so feeds have their own pace here whatever they ask for.
const PACE: &str = "interval = \"5m\"";

#[test]
fn seven_polls_of_real_feeds_account_for_every_entry_and_agree_with_feedparser() {
    let Some(mut replay) = Replay::new(PACE) else {
        return;
    };
    let names = replay.names();
    let mut totals: BTreeMap<String, Tally> = BTreeMap::new();
    for step in 0..replay.n_steps() {
        replay.go_to(step);
        let table = tallies(&replay.once());
        for name in &names {
            let Some((outcome, tally)) = table.get(name) else {
                panic!("{name} was not polled at step {step}")
            };
            assert!(tally.balances(), "{name} at step {step}: {tally:?}");
            assert!(
                matches!(outcome.as_str(), "ok" | "not-modified"),
                "{name}: {outcome}"
            );
            *totals.entry(name.clone()).or_default() += *tally;
        }
    }
    let (mut ours, mut theirs) = (0, 0);
    for name in &names {
        let total = totals[name];
        let distinct = replay.independent(name).distinct;
        println!(
            "{name}: nuncio {}, feedparser {distinct}; {total:?}",
            total.new + total.same_story
        );
        assert_eq!(total.new + total.same_story, distinct, "{name}");
        (ours, theirs) = (ours + total.new + total.same_story, theirs + distinct);
    }
    println!("distinct entries: nuncio {ours}, feedparser {theirs}");
}

/// The same polls in the same order under the same clock: the same bytes, in every format.
#[test]
fn two_stores_fed_alike_publish_the_same_bytes() {
    let (Some(mut one), Some(mut two)) = (Replay::new(PACE), Replay::new(PACE)) else {
        return;
    };
    for step in [0, 3, 6] {
        for replay in [&mut one, &mut two] {
            replay.go_to(step);
            replay.once();
        }
    }
    let (first, second) = (one.start(), two.start());
    for name in ["levant", "gulf", "south-east-asia", "all"] {
        for format in ["atom", "rss", "json"] {
            let path = format!("/feeds/{name}.{format}");
            let (a, b) = (first.get(&path), second.get(&path));
            // The sites differ in their port, which a source's address shows.
            let other_port = b.text().replace(&two.address(), &one.address());
            assert!(a.text() == other_port, "{path} differs between two stores");
        }
    }
    let etag = |daemon: &crate::support::daemon::Daemon| {
        daemon.get("/feeds/all.atom").header("etag").to_owned()
    };
    let before = etag(&first);
    first.stop();
    assert_eq!(etag(&one.start()), before);
}
