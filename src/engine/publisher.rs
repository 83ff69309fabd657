//! Follows the store's change cursor and swaps finished snapshots in.
//!
//! A reader's request never gets here: it is answered from the snapshot. Only merged feeds that
//! changed are rendered again, some time after the last of a burst of commits.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

use crate::clock::Clock;
use crate::engine::plan::{MergedPlan, Plan, Setup};
use crate::engine::shelf::Shelf;
use crate::model::known::Cursor;
use crate::model::rendered::{Format, MergedFeedCard, RenderedFeed, Snapshot, SnapshotCell};
use crate::model::story::{Story, StoryView};
use crate::model::time::Timestamp;
use crate::publish::{self, MergedFeed, select};
use crate::store::{Place, Store, StoreError};

/// A burst of commits is over when none came for this long, …
const QUIET: Duration = Duration::from_millis(300);
/// … but nothing waits longer than this, …
const QUIET_MAX: Duration = Duration::from_secs(2);
/// … or than so many times what the last publish took: with thousands of stories in the window a
/// publish is seconds of work, and a steady flow of news must not make it all that is done.
const REST: u32 = 4;
/// Stories read from the store at a time.
const PAGE: usize = 200;

/// Publishes from one open store.
pub struct Publisher {
    /// Where stories are read.
    pub store: Arc<dyn Store>,
    /// Wall time, for Last-Modified.
    pub clock: Arc<dyn Clock>,
    /// What is published.
    pub setup: watch::Receiver<Arc<Setup>>,
    /// What is served.
    pub served: Arc<SnapshotCell>,
    /// Where it outlives the process.
    pub shelf: Shelf,
}

/// One merged feed rendered: its documents, its card, its stories for the sidecar.
struct Rendered {
    documents: Vec<RenderedFeed>,
    card: MergedFeedCard,
    stories: Vec<Story>,
}

impl Publisher {
    /// Publishes everything once, then whatever changes, until `shutdown`; then once more what
    /// is left.
    ///
    /// # Errors
    /// The store's error, where its handle is of no use any more.
    pub async fn run(mut self, shutdown: CancellationToken) -> Result<(), StoreError> {
        let mut durable = self.store.durable();
        let mut stories: HashMap<String, Vec<Story>> = HashMap::new();
        let began = Instant::now();
        let mut cursor = self.publish_all(&mut stories).await?;
        let mut took = began.elapsed();
        loop {
            tokio::select! {
                () = shutdown.cancelled() => {
                    self.publish_changes(cursor, &mut stories).await?;
                    return Ok(());
                }
                changed = durable.changed() => {
                    changed.map_err(|_gone| StoreError::Closed)?;
                    settle(&mut durable, &shutdown, took).await;
                    let began = Instant::now();
                    cursor = self.publish_changes(cursor, &mut stories).await?;
                    // A look that finds nothing to publish says little about the next one.
                    took = began.elapsed().max(took / 2);
                }
                Ok(()) = self.setup.changed() => {
                    cursor = self.publish_all(&mut stories).await?;
                }
            }
        }
    }

    /// Renders every merged feed and drops those that are no longer published.
    ///
    /// # Errors
    /// The store's error.
    pub async fn publish_all(
        &mut self,
        stories: &mut HashMap<String, Vec<Story>>,
    ) -> Result<Cursor, StoreError> {
        let setup = self.setup.borrow_and_update().clone();
        let cursor = self.store.changes_since(Cursor::default()).await?.cursor;
        stories.retain(|name, _| setup.plan.merged.iter().any(|merged| merged.name == *name));
        self.publish(setup.plan.merged.iter(), &setup, stories)
            .await?;
        Ok(cursor)
    }

    async fn publish_changes(
        &mut self,
        cursor: Cursor,
        stories: &mut HashMap<String, Vec<Story>>,
    ) -> Result<Cursor, StoreError> {
        let setup = self.setup.borrow().clone();
        let changes = self.store.changes_since(cursor).await?;
        let merged = setup.plan.merged.iter();
        let changed: Vec<&MergedPlan> = merged
            .filter(|it| changes.regions.contains(&it.number))
            .collect();
        if !changed.is_empty() {
            self.publish(changed.into_iter(), &setup, stories).await?;
        }
        Ok(changes.cursor)
    }

    /// Renders `merged` over what is served and swaps the result in.
    async fn publish<'p>(
        &self,
        merged: impl Iterator<Item = &'p MergedPlan>,
        setup: &Arc<Setup>,
        stories: &mut HashMap<String, Vec<Story>>,
    ) -> Result<(), StoreError> {
        let mut snapshot = Snapshot::clone(&self.served.load());
        for merged in merged {
            self.render_into(&mut snapshot, merged, setup, stories)
                .await?;
        }
        self.swap(snapshot, &setup.plan, stories).await
    }

    async fn render_into(
        &self,
        snapshot: &mut Snapshot,
        merged: &MergedPlan,
        setup: &Arc<Setup>,
        stories: &mut HashMap<String, Vec<Story>>,
    ) -> Result<(), StoreError> {
        let views = self.window(merged, &setup.plan).await?;
        let served = self.served.load();
        let (merged, setup, now) = (merged.clone(), setup.clone(), self.clock.now());
        let name = merged.name.clone();
        let rendering =
            tokio::task::spawn_blocking(move || render(&merged, &setup.plan, views, &served, now));
        let rendered = match rendering.await {
            Ok(rendered) => rendered,
            Err(panic) => {
                error!(region = name, error = %panic, "rendering {name} panicked: its last document is served on; please report this");
                return Ok(());
            }
        };
        stories.insert(rendered.card.name.clone(), rendered.stories);
        snapshot
            .cards
            .retain(|card| card.name != rendered.card.name);
        snapshot.cards.push(rendered.card);
        for document in rendered.documents {
            snapshot
                .feeds
                .insert((document.name.clone(), document.format), Arc::new(document));
        }
        Ok(())
    }

    /// Stories of the current document, newest first.
    async fn window(&self, merged: &MergedPlan, plan: &Plan) -> Result<Vec<StoryView>, StoreError> {
        let (entries, window) = (plan.publish.entries, plan.publish.window);
        let mut views: Vec<StoryView> = Vec::new();
        loop {
            let after = views.last().map(|view| Place {
                updated: view.showing.updated,
                published: view.leader.published(),
                id: view.story.id,
            });
            let page = self.store.newest(merged.number, after, PAGE).await?;
            let is_last = page.len() < PAGE;
            views.extend(page);
            if is_last || !select::needs_more(&views, entries, window) {
                return Ok(select::window(views, entries, window));
            }
        }
    }

    /// Shelf first, then the readers; a full cache disk never stops serving.
    async fn swap(
        &self,
        mut snapshot: Snapshot,
        plan: &Plan,
        stories: &HashMap<String, Vec<Story>>,
    ) -> Result<(), StoreError> {
        let order = |name: &str| plan.merged.iter().position(|merged| merged.name == name);
        snapshot.cards.retain(|card| order(&card.name).is_some());
        snapshot.cards.sort_by_key(|card| order(&card.name));
        snapshot.feeds.retain(|(name, format), _| {
            order(name).is_some() && plan.publish.formats.contains(format)
        });
        if snapshot == *self.served.load() {
            return Ok(());
        }
        let started = Instant::now();
        let mut shown: Vec<Story> = stories.values().flatten().cloned().collect();
        shown.sort_unstable_by_key(|story| story.key);
        shown.dedup_by_key(|story| story.key);
        let sidecar = self.store.export_stories(&shown).await?;
        let (shelf, copy, before) = (self.shelf.clone(), snapshot.clone(), self.served.load());
        let kept = tokio::task::spawn_blocking(move || shelf.keep(&copy, &before, &sidecar)).await;
        let trouble = match kept {
            Ok(kept) => kept.err().map(|error| error.to_string()),
            Err(panic) => Some(panic.to_string()),
        };
        if let Some(error) = trouble {
            warn!(
                error,
                "could not keep the published feeds in the cache directory: {error}; they are served, but after a restart only once the store is open"
            );
        }
        log_publish(&snapshot, &self.served.load(), started);
        self.served.store(snapshot);
        Ok(())
    }
}

/// One line for each merged feed whose documents changed.
fn log_publish(snapshot: &Snapshot, before: &Snapshot, started: Instant) {
    for card in &snapshot.cards {
        let documents = |snapshot: &Snapshot| -> Vec<Arc<RenderedFeed>> {
            let of_card = snapshot
                .feeds
                .iter()
                .filter(|((name, _), _)| *name == card.name);
            of_card.map(|(_, document)| document.clone()).collect()
        };
        let now = documents(snapshot);
        let Some(first) = now.first().filter(|_| now != documents(before)) else {
            continue;
        };
        info!(
            region = card.name,
            n_stories = card.n_stories,
            updated = card.updated.map(|at| at.to_string()),
            hash = first.hash.get(..8),
            size_bytes = first.identity.len(),
            duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
            "published {}: {} stories",
            card.name,
            card.n_stories,
        );
    }
}

/// Waits for the end of a burst of commits, after a publish that `took` so long.
async fn settle(
    durable: &mut watch::Receiver<Cursor>,
    shutdown: &CancellationToken,
    took: Duration,
) {
    let quiet = QUIET.max(took);
    let limit = Instant::now() + QUIET_MAX.max(took * REST);
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return,
            changed = durable.changed() => {
                if changed.is_err() || Instant::now() >= limit {
                    return;
                }
            }
            () = sleep_until((Instant::now() + quiet).min(limit)) => return,
        }
    }
}

fn render(
    merged: &MergedPlan,
    plan: &Plan,
    views: Vec<StoryView>,
    served: &Snapshot,
    now: Timestamp,
) -> Rendered {
    let feed = MergedFeed {
        base_url: plan.publish.base_url.clone(),
        formats: plan.publish.formats.clone(),
        depth: plan.publish.depth,
        region_titles: plan.region_titles(),
        ..MergedFeed::new(&merged.name, &merged.title)
    };
    let document = |format: &Format| {
        let text = publish::render(&feed, *format, &views);
        let before = served
            .feeds
            .get(&(merged.name.clone(), *format))
            .map(Arc::as_ref);
        publish::finish(&merged.name, *format, text, before, now)
    };
    Rendered {
        documents: plan.publish.formats.iter().map(document).collect(),
        card: publish::snapshot::card(&feed, &views),
        stories: views.into_iter().map(|view| view.story).collect(),
    }
}
