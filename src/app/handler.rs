//! What the control socket is answered.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::oneshot;
use url::Url;

use crate::app::error::AppError;
use crate::app::shared::{OpenSession, Shared};
use crate::app::{replay, setup};
use crate::control::{
    Answer, Explanation, FeedReport, Handler, MergedReport, Request, Response, StatusReport,
    StoreReport,
};
use crate::engine::Command;
use crate::engine::asked::{Answer as Answered, Hold};
use crate::engine::committer::PollSummary;
use crate::engine::kept::{self, NamedFeed};
use crate::model::entry::StoredEntry;
use crate::model::feed::FeedId;
use crate::model::judgement::Judgement;
use crate::model::story::StoryId;
use crate::store::{FeedHealth, Lookup, Store, StoreError};

/// Answers from what the daemon shares.
pub struct ControlHandler {
    shared: Arc<Shared>,
}

impl ControlHandler {
    /// Answers for this daemon.
    pub fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    async fn status(&self) -> Response {
        let current = self.shared.current();
        let mut report = StatusReport {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            pid: std::process::id(),
            since: self.shared.since,
            now: self.shared.clock.now(),
            ready: current.session.is_some(),
            listen: self.shared.listen.to_string(),
            config: self.shared.path.display().to_string(),
            config_read: current.config_read,
            store: StoreReport {
                error: current.store_error.clone(),
                ..StoreReport::default()
            },
            merged: self
                .shared
                .served
                .load()
                .cards
                .iter()
                .map(MergedReport::from)
                .collect(),
            feeds: Vec::new(),
        };
        if let Some(session) = &current.session
            && let Err(error) = fill(&mut report, session).await
        {
            report.store.error = Some(error.to_string());
        }
        let (free, min) = (report.store.free_bytes, current.config.store.free_min_bytes);
        if current.session.is_some() && free < min && report.store.error.is_none() {
            report.store.error = Some(format!(
                "only {} MiB are free, less than store.free-min ({} MiB): polling waits, what was published is served on",
                free >> 20,
                min >> 20
            ));
        }
        let order = setup::feed_order(&current.config);
        report
            .feeds
            .sort_by_key(|feed| order.get(feed.id.as_str()).copied().unwrap_or(usize::MAX));
        Response::Status(Box::new(report))
    }

    /// Waits for a reload that ends also where this stops waiting.
    async fn reload(&self) -> Response {
        let hint = Some("the configuration was not reloaded, the old one stays in force");
        match self.shared.reload().await {
            Ok(Ok(message)) => Response::done(message),
            Ok(Err(error)) => Response::refused(error.to_string(), hint),
            Err(panic) => Response::refused(format!("the reload panicked: {panic}"), hint),
        }
    }

    async fn poll(&self, id: &str) -> Response {
        let session = match self.session() {
            Ok(session) => session,
            Err(refusal) => return refusal,
        };
        let Ok(feed) = id.parse::<FeedId>() else {
            return self.no_such_feed(id);
        };
        let number = match session.store.feed(&feed).await {
            Ok(Some(health)) if health.card.active => health.card.number,
            Ok(_) => return self.no_such_feed(id),
            Err(error) => return refused(&error),
        };
        let (reply, answer) = oneshot::channel();
        if session
            .commands
            .send(Command::Poll(number, reply))
            .await
            .is_err()
        {
            return Response::refused("the daemon is stopping", None);
        }
        match answer.await {
            Ok(Answered::Polled(summary)) => polled(&summary),
            Ok(Answered::Later(hold, wait)) => queued(id, hold, wait),
            Err(_) => Response::refused(
                format!("the poll of feed {id} was given up"),
                Some(
                    "the daemon is stopping, has another configuration since, or lost its store: the log says which",
                ),
            ),
        }
    }

    async fn explain(&self, what: &str) -> Response {
        let session = match self.session() {
            Ok(session) => session,
            Err(refusal) => return refusal,
        };
        let current = self.shared.current();
        let titles = match kept::titles(&*session.store).await {
            Ok(titles) => titles,
            Err(error) => return refused(&error),
        };
        let judge = |entry: &StoredEntry, feed: &FeedId| {
            let feed = current.config.feeds.iter().find(|it| it.id == *feed);
            let title = titles.get(&entry.feed).map(String::as_str);
            let named = feed.map(|feed| NamedFeed::new(feed, title));
            kept::judge(entry, named.as_ref(), &current.classifier)
        };
        match explain(&*session.store, what, judge).await {
            Ok(found) => Response::Found(found),
            Err(error) => refused(&error),
        }
    }

    /// Reads and compiles off the async threads: a configuration may hold many thousand terms.
    async fn replay(&self, text: String) -> Response {
        let session = match self.session() {
            Ok(session) => session,
            Err(refusal) => return refusal,
        };
        let (path, env) = (self.shared.path.clone(), self.shared.env.clone());
        let loading = tokio::task::spawn_blocking(move || setup::load_text(&text, &path, &env));
        let replayed = match loading.await {
            Ok(Ok((config, classifier))) => {
                replay::replay(&*session.store, config, classifier).await
            }
            Ok(Err(error)) => Err(error),
            Err(panic) => Err(AppError::Failed(format!("reading it panicked: {panic}"))),
        };
        match replayed {
            Ok(report) => Response::Replayed(Box::new(report)),
            Err(error) => Response::refused(error.to_string(), None),
        }
    }

    fn session(&self) -> Result<OpenSession, Response> {
        let current = self.shared.current();
        current.session.ok_or_else(|| {
            let why = current.store_error.unwrap_or_else(|| "unknown".to_owned());
            Response::refused(format!("the store is not open: {why}"), Some("see the log"))
        })
    }

    fn no_such_feed(&self, id: &str) -> Response {
        let current = self.shared.current();
        let ids = current
            .config
            .feeds
            .iter()
            .filter(|feed| feed.enabled)
            .map(|feed| feed.id.as_str());
        let nearest = ids
            .map(|known| (strsim::damerau_levenshtein(known, id), known))
            .min()
            .filter(|(distance, _)| *distance <= 3)
            .map(|(_, known)| format!("did you mean `{known}`?"));
        Response::refused(format!("no feed `{id}` is polled"), nearest.as_deref())
    }
}

impl Handler for ControlHandler {
    fn handle(&self, request: Request) -> Answer<'_> {
        Box::pin(async move {
            match request {
                Request::Ping => Response::Pong {
                    version: env!("CARGO_PKG_VERSION").to_owned(),
                    pid: std::process::id(),
                },
                Request::Status => self.status().await,
                Request::Reload => self.reload().await,
                Request::Poll { feed } => self.poll(&feed).await,
                Request::Explain { what } => self.explain(&what).await,
                Request::Replay { config } => self.replay(config).await,
            }
        })
    }
}

async fn fill(report: &mut StatusReport, session: &OpenSession) -> Result<(), StoreError> {
    let health = session.store.health().await?;
    report.store.disk_bytes = health.disk_bytes;
    report.store.free_bytes = health.free_bytes;
    report.store.cursor = health.cursor.0;
    report.store.checkpoint = health.checkpoint;
    let feeds = session.store.feeds().await?;
    let pauses = session.hosts.pauses();
    let of_feed = |it: &FeedHealth| {
        let feed = FeedReport::new(&it.card, &it.state);
        match asked_host(it).and_then(|host| pauses.get(&host)) {
            Some(left) => feed.held_until(report.now.plus(*left)),
            None => feed,
        }
    };
    report.feeds = feeds.iter().map(of_feed).collect();
    Ok(())
}

/// The host a feed's next request goes to.
fn asked_host(feed: &FeedHealth) -> Option<String> {
    let moved_to = feed.state.schedule.moved_to.as_deref();
    let url = Url::parse(moved_to.unwrap_or(&feed.card.url)).ok()?;
    url.host_str().map(str::to_owned)
}

/// The entries behind a story id or an address, explained; `judge` says what the rules make of
/// one.
///
/// # Errors
/// The store's error.
async fn explain(
    store: &dyn Store,
    what: &str,
    judge: impl Fn(&StoredEntry, &FeedId) -> Option<Judgement>,
) -> Result<Vec<Explanation>, StoreError> {
    let lookup = story_id(what).map_or_else(|| Lookup::Url(what.to_owned()), Lookup::Story);
    let found = store.find(&lookup).await?;
    Ok(found
        .into_iter()
        .map(|it| {
            let judgement = judge(&it.entry, &it.feed.id);
            Explanation::new(&it.entry, &it.feed, &it.story, it.shown_in).judged(judgement)
        })
        .collect())
}

/// A story id, with or without `urn:uuid:`.
pub fn story_id(text: &str) -> Option<StoryId> {
    uuid::Uuid::parse_str(text.trim_start_matches("urn:uuid:"))
        .ok()
        .map(StoryId)
}

fn polled(summary: &PollSummary) -> Response {
    let tally = summary.tally;
    let kind = summary.kind.name();
    match &summary.error {
        Some(error) => Response::refused(format!("{}: {kind}: {error}", summary.feed), None),
        None => Response::done(format!(
            "{}: {kind}: {} received, {} new, {} updated, {} announced, {} filtered",
            summary.feed,
            tally.received,
            tally.new + tally.same_story,
            tally.updated,
            tally.announced,
            tally.filtered
        )),
    }
}

fn queued(id: &str, hold: Hold, wait: Duration) -> Response {
    let why = match hold {
        Hold::HostPaused => "its host asked to be left alone",
        Hold::HostBusy => "enough other polls of its host are waiting",
        Hold::Failing => "it failed last time, and enough other feeds that did are waiting",
    };
    let wait_s = wait.as_secs().max(1);
    Response::refused(
        format!("feed {id} cannot be polled now: {why}"),
        Some(&format!("it is queued, and polled in about {wait_s} s")),
    )
}

fn refused(error: &StoreError) -> Response {
    Response::refused(error.to_string(), None)
}
