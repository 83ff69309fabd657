//! Changed rules over what is stored: page by page, in the background.
//!
//! Every entry carries the hash of the rules it was judged under. A pass goes through all of them
//! and judges those that have another: after a reload, and at a start, where an upgrade may have
//! brought another vocabulary or a pass was cut off. What is done is marked by the hash itself,
//! in the same commit, so that a pass can end anywhere and the next one goes on.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, mpsc, oneshot, watch};
use tokio::time::sleep;
use tracing::{error, info, warn};

use crate::dedup::Rejudged;
use crate::engine::kept::{self, NamedFeed};
use crate::engine::plan::Setup;
use crate::model::content::EntryContent;
use crate::model::entry::StoredEntry;
use crate::model::feed::FeedNumber;
use crate::model::tally::RulesTally;
use crate::normalise::content::shown_of_plain;
use crate::store::{Store, StoreError};

/// Entries read and committed at a time.
const PAGE: usize = 100;
/// What the disk has no room for is tried again after this.
const AGAIN_AFTER: Duration = Duration::from_mins(1);

/// Entries judged again, for the committer to decide on.
pub(super) struct RulesPage {
    /// The setup they were judged under.
    pub(super) setup: Arc<Setup>,
    /// What the rules make of each.
    pub(super) judged: Vec<Rejudged>,
    /// Where it is told what came of them.
    pub(super) reply: oneshot::Sender<Result<RulesTally, StoreError>>,
}

/// Goes through what is stored whenever the rules change.
#[derive(Clone)]
pub(super) struct RulesPass {
    /// What is stored.
    pub(super) store: Arc<dyn Store>,
    /// What it is judged by.
    pub(super) setups: watch::Receiver<Arc<Setup>>,
    /// Threads that judge, shared with those that prepare.
    pub(super) cpu: Arc<Semaphore>,
    /// Where it is decided.
    pub(super) pages: mpsc::Sender<RulesPage>,
}

impl RulesPass {
    /// One pass now and one after every reload, until the committer is gone.
    ///
    /// # Errors
    /// The store's error, where its handle is of no use any more.
    pub(super) async fn run(mut self) -> Result<(), StoreError> {
        loop {
            self.once().await?;
            if self.setups.changed().await.is_err() {
                return Ok(());
            }
        }
    }

    /// One pass. Another setup that comes meanwhile ends it: the next pass does all again that
    /// this one has not done.
    ///
    /// # Errors
    /// The store's error, where its handle is of no use any more.
    pub(super) async fn once(&mut self) -> Result<(), StoreError> {
        let setup = self.setups.borrow_and_update().clone();
        let mut total = RulesTally::default();
        let titles = Arc::new(kept::titles(&*self.store).await?);
        let mut after = None;
        loop {
            let page = self.store.entries(after, PAGE).await?;
            let Some(judged) = self.judge(page.entries, &setup, &titles).await else {
                return Ok(());
            };
            if !judged.is_empty() {
                match self.decide(judged, &setup).await {
                    Some(Ok(tally)) => total += tally,
                    // The same page again.
                    Some(Err(StoreError::Full { .. })) => {
                        sleep(AGAIN_AFTER).await;
                        continue;
                    }
                    Some(Err(error)) if error.ends_handle() => return Err(error),
                    Some(Err(error)) => {
                        error!(error.kind = error.kind(), %error, "stored entries were not judged by the changed rules: {error}");
                    }
                    None => return Ok(()),
                }
            }
            after = page.next;
            if after.is_none() || self.setups.has_changed().unwrap_or(true) {
                say(&total);
                return Ok(());
            }
        }
    }

    /// Judges what was judged under other rules; `None` where the runtime is shutting down.
    async fn judge(
        &self,
        entries: Vec<StoredEntry>,
        setup: &Arc<Setup>,
        titles: &Arc<HashMap<FeedNumber, String>>,
    ) -> Option<Vec<Rejudged>> {
        let (setup, titles) = (setup.clone(), titles.clone());
        let _thread = self.cpu.acquire().await.ok()?;
        let judging = tokio::task::spawn_blocking(move || {
            let entries = entries.iter();
            entries
                .filter_map(|entry| judged(entry, &setup, &titles))
                .collect()
        });
        match judging.await {
            Ok(judged) => Some(judged),
            Err(stopped) if stopped.is_panic() => {
                warn!(
                    "judging stored entries panicked: they keep what they were; please report this"
                );
                Some(Vec::new())
            }
            Err(_) => None,
        }
    }

    /// Has the committer decide; `None` where it is gone.
    async fn decide(
        &self,
        judged: Vec<Rejudged>,
        setup: &Arc<Setup>,
    ) -> Option<Result<RulesTally, StoreError>> {
        let (reply, answer) = oneshot::channel();
        let page = RulesPage {
            setup: setup.clone(),
            judged,
            reply,
        };
        self.pages.send(page).await.ok()?;
        answer.await.ok()
    }
}

/// What the rules in force make of a stored entry; `None` where they are those it was judged
/// under, its feed is not polled any more, or nothing of it is kept.
fn judged(
    entry: &StoredEntry,
    setup: &Setup,
    titles: &HashMap<FeedNumber, String>,
) -> Option<Rejudged> {
    let feed = &setup.plan.feeds.get(&entry.feed)?.feed;
    let classifier = &setup.plan.classifier;
    let rules = kept::rules_hash(feed, classifier);
    if entry.rules == rules {
        return None;
    }
    let shown = match &entry.content {
        EntryContent::Plain(plain) => Some(shown_of_plain(plain)),
        EntryContent::Shown(_) | EntryContent::Gone => None,
    };
    let title = titles.get(&entry.feed).map(String::as_str);
    Some(Rejudged {
        entry: entry.key,
        wording: entry.wording,
        matches: kept::matches(entry, &NamedFeed::new(feed, title), classifier)?,
        rules,
        unfiltered: feed.unfiltered,
        shown,
    })
}

fn say(total: &RulesTally) {
    if total.judged == 0 {
        return;
    }
    info!(
        judged = total.judged,
        filtered_before = total.filtered_before,
        announced = total.announced,
        silent = total.silent,
        filtered = total.filtered,
        appeared = total.appeared,
        left = total.left,
        "judged {} stored entries by changed rules: {} announced, {} in another region, {} match too late or are shown already, {} no longer match",
        total.judged,
        total.announced,
        total.appeared,
        total.silent,
        total.left,
    );
}
