//! What another configuration would let in and out of what is stored. Changes nothing.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::Arc;

use crate::app::error::AppError;
use crate::classify::Classifier;
use crate::config::Config;
use crate::control::replay::LISTED_MAX;
use crate::control::{ReplayEntry, ReplayReport};
use crate::engine::kept::{self, NamedFeed};
use crate::model::entry::StoredEntry;
use crate::model::feed::{Feed, FeedNumber};
use crate::model::judgement::Reason;
use crate::model::region::RegionMatch;
use crate::store::{Store, StoreError};

/// Entries read and judged at a time.
const PAGE: usize = 200;

/// Judges every stored entry by another configuration.
///
/// # Errors
/// The store's error.
pub(super) async fn replay(
    store: &dyn Store,
    config: Config,
    classifier: Arc<Classifier>,
) -> Result<ReplayReport, AppError> {
    let numbers = store.feeds().await?;
    let titles = kept::titles(store).await?;
    let numbers: HashMap<String, FeedNumber> = numbers
        .into_iter()
        .map(|it| (it.card.id.to_string(), it.card.number))
        .collect();
    let feeds = config.feeds.into_iter();
    let feeds = feeds.filter_map(|feed| {
        // A feed that would be renamed is stored under the id it has now.
        let former = feed.formerly.iter().find_map(|id| numbers.get(id.as_str()));
        let number = numbers.get(feed.id.as_str()).or(former).copied();
        Some((number?, feed))
    });
    let mut replay = Replay {
        feeds: feeds.collect(),
        titles,
        classifier,
        report: ReplayReport::default(),
        enter: VecDeque::new(),
        leave: VecDeque::new(),
    };
    let mut after = None;
    loop {
        let page = store.entries(after, PAGE).await?;
        let judging = tokio::task::spawn_blocking(move || {
            for entry in &page.entries {
                replay.judge(entry);
            }
            replay
        });
        replay = judging
            .await
            .map_err(|_stopped| AppError::from(StoreError::Closed))?;
        after = page.next;
        if after.is_none() {
            return Ok(replay.finish());
        }
    }
}

struct Replay {
    feeds: HashMap<FeedNumber, Feed>,
    /// What each calls itself.
    titles: HashMap<FeedNumber, String>,
    classifier: Arc<Classifier>,
    report: ReplayReport,
    enter: VecDeque<ReplayEntry>,
    leave: VecDeque<ReplayEntry>,
}

impl Replay {
    fn judge(&mut self, entry: &StoredEntry) {
        if entry.backlog {
            return;
        }
        let feed = self.feeds.get(&entry.feed);
        let judged = feed.and_then(|feed| {
            let matches = kept::matches(entry, &self.named(feed, entry), &self.classifier)?;
            Some((feed, matches))
        });
        let Some((feed, after)) = judged else {
            self.report.skipped += 1;
            return;
        };
        self.report.judged += 1;
        let before = &entry.matches;
        let entered = without(&after, before);
        if !entered.is_empty() {
            self.report.entering += 1;
            list(&mut self.enter, listed(entry, feed, entered, Vec::new()));
        }
        let left = without(before, &after);
        if !left.is_empty() {
            self.report.leaving += 1;
            let reasons = self.reasons(entry, feed, &left);
            list(&mut self.leave, listed(entry, feed, left, reasons));
        }
    }

    fn named<'a>(&'a self, feed: &'a Feed, entry: &StoredEntry) -> NamedFeed<'a> {
        NamedFeed::new(feed, self.titles.get(&entry.feed).map(String::as_str))
    }

    /// Why an entry leaves each of these regions.
    fn reasons(&self, entry: &StoredEntry, feed: &Feed, left: &[RegionMatch]) -> Vec<String> {
        let judgement = kept::judge(entry, Some(&self.named(feed, entry)), &self.classifier)
            .unwrap_or_default();
        let names: BTreeSet<&str> = left.iter().map(|it| it.region.as_str()).collect();
        let out = judgement.regions.iter();
        let out = out.filter(|it| names.contains(it.region.as_str()) && it.reason != Reason::In);
        let mut reasons: Vec<String> = out
            .map(|it| format!("{}: {}", it.region, it.reason))
            .collect();
        let is_published = |name: &&str| judgement.regions.iter().any(|it| it.region == **name);
        let unpublished = names.iter().filter(|name| !is_published(name));
        reasons.extend(unpublished.map(|name| format!("{name}: it is not published")));
        reasons
    }

    fn finish(self) -> ReplayReport {
        ReplayReport {
            enter: self.enter.into(),
            leave: self.leave.into(),
            ..self.report
        }
    }
}

/// Matches of regions that `others` lack.
fn without(matches: &[RegionMatch], others: &[RegionMatch]) -> Vec<RegionMatch> {
    let lacks = |it: &&RegionMatch| others.iter().all(|other| other.region != it.region);
    matches.iter().filter(lacks).cloned().collect()
}

fn listed(
    entry: &StoredEntry,
    feed: &Feed,
    regions: Vec<RegionMatch>,
    reasons: Vec<String>,
) -> ReplayEntry {
    ReplayEntry {
        feed: feed.id.to_string(),
        title: entry.content.title().unwrap_or_default().to_owned(),
        link: entry.content.link().map(str::to_owned),
        first_seen: entry.first_seen,
        regions,
        reasons,
    }
}

/// Keeps the newest: entries come oldest first.
fn list(entries: &mut VecDeque<ReplayEntry>, entry: ReplayEntry) {
    if entries.len() == LISTED_MAX {
        entries.pop_front();
    }
    entries.push_back(entry);
}
