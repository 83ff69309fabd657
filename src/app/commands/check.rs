//! `check`: the configuration and its tests; with `--online` every feed as well.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::app::commands::{output, run};
use crate::app::error::AppError;
use crate::app::setup;
use crate::classify::Classifier;
use crate::config::{Config, Env};
use crate::engine::hosts::{HostBook, Pace, Seat, Turn};
use crate::engine::prepare::{Document, read};
use crate::fetch::Http;
use crate::model::entry::PreparedFeed;
use crate::model::feed::Feed;
use crate::model::outcome::{FetchOutcome, FetchReport, FetchRequest, Hop, OutcomeKind};
use crate::model::time::Timestamp;
use crate::model::url::SafeUrl;

/// Requests at a time.
const AT_A_TIME: usize = 16;

/// Checks the file at `path`; asks every enabled feed once where `online`.
///
/// # Errors
/// What is wrong with the file or its tests, in full; with `online`, that a feed that is not
/// switched off gave no feed.
pub async fn run(path: &Path, env: &Env, online: bool) -> Result<(), AppError> {
    let (config, classifier) = setup::load(path, env)?;
    let n_tests = setup::run_tests(&config, &classifier)?;
    let n_off = config.feeds.iter().filter(|feed| !feed.enabled).count();
    let off = match n_off {
        0 => String::new(),
        n => format!(" ({n} more switched off)"),
    };
    output::say(format_args!(
        "{}: {}{off}, {}, {}: ok",
        path.display(),
        output::count(config.feeds.len() - n_off, "feed"),
        output::count(config.rules.regions.len(), "region"),
        output::count(n_tests, "test"),
    ))?;
    if online {
        ask_all(config, classifier, env).await
    } else {
        Ok(())
    }
}

async fn ask_all(config: Config, classifier: Arc<Classifier>, env: &Env) -> Result<(), AppError> {
    let clock = run::clock(env)?;
    let http: Arc<dyn Http> = Arc::new(setup::http_client(&config, clock.clone())?);
    let hosts = Arc::new(HostBook::default());
    let config = Arc::new(config);
    let slots = Arc::new(Semaphore::new(AT_A_TIME));
    let pace = Pace {
        spacing: config.daemon.host_spacing,
        at_a_time: config.daemon.host_requests,
    };
    let mut asking = tokio::task::JoinSet::new();
    for (index, feed) in config
        .feeds
        .iter()
        .filter(|feed| feed.enabled)
        .cloned()
        .enumerate()
    {
        let (http, hosts, config) = (http.clone(), hosts.clone(), config.clone());
        let (classifier, slots) = (classifier.clone(), slots.clone());
        asking.spawn(async move {
            // The host first: those that wait for one host keep nobody from another.
            let host = feed.url.host_str().unwrap_or_default();
            let _turn = wait_turn(&hosts, host, pace).await;
            let _slot = slots.acquire_owned().await;
            let report = http.fetch(request(&feed)).await;
            let verdict = judge(&feed, &report, &config, &classifier);
            (index, feed.id.to_string(), verdict)
        });
    }
    let mut verdicts = asking.join_all().await;
    // In the order of the file, and what needs a person last, where it is seen.
    verdicts.sort_by_key(|(index, _, verdict)| (!verdict.kind.is_success(), *index));
    let now = clock.now();
    let header = ["feed", "status", "entries", "in a region", "newest", ""].map(str::to_owned);
    let rows: Vec<Vec<String>> = [header.to_vec()]
        .into_iter()
        .chain(verdicts.iter().map(|(_, id, verdict)| verdict.row(id, now)))
        .collect();
    output::say(output::table(&rows))?;
    conclude(verdicts.iter().map(|(_, _, verdict)| verdict.kind))
}

/// Says how many are well, and what the others are.
fn conclude(kinds: impl Iterator<Item = OutcomeKind>) -> Result<(), AppError> {
    let (mut n_well, mut ill) = (0, BTreeMap::<&str, usize>::new());
    for kind in kinds {
        if kind.is_success() {
            n_well += 1;
        } else {
            *ill.entry(kind.name()).or_default() += 1;
        }
    }
    let n_ill: usize = ill.values().sum();
    let n_all = n_well + n_ill;
    output::say(format_args!(
        "{n_well} of {} are well",
        output::count(n_all, "feed")
    ))?;
    if n_ill == 0 {
        return Ok(());
    }
    let ill: Vec<String> = ill.iter().map(|(kind, n)| format!("{kind} {n}")).collect();
    let hint = if n_well == 0 {
        "; is there a network?"
    } else {
        ""
    };
    Err(AppError::Failed(format!(
        "{n_ill} of {} gave no feed ({}){hint}",
        output::count(n_all, "feed"),
        ill.join(", ")
    )))
}

/// Waits until `host` may be asked: the daemon's own pace, which nobody pauses here.
async fn wait_turn(
    hosts: &Arc<HostBook>,
    host: &str,
    pace: Pace,
) -> Option<(Seat, OwnedSemaphorePermit)> {
    loop {
        match hosts.turn(host, pace) {
            Turn::Seat(seat) => {
                let running = seat.enter().await?;
                seat.start().await.ok()?;
                return Some((seat, running));
            }
            Turn::Busy(wait) | Turn::Paused(wait) => tokio::time::sleep(wait).await,
        }
    }
}

fn request(feed: &Feed) -> FetchRequest {
    FetchRequest {
        url: feed.url.clone(),
        validators: None,
        user_agent: feed.user_agent.clone(),
        headers: feed.headers.clone(),
        timeout: feed.timeout,
        allow_private: feed.allow_private,
    }
}

/// What one feed's answer was worth.
struct Verdict {
    kind: OutcomeKind,
    /// Entries, those in a region, and the newest claim; where it is a feed.
    content: Option<(u32, usize, Option<Timestamp>)>,
    /// What a person should know or do.
    note: String,
}

impl Verdict {
    fn bad(kind: OutcomeKind, note: impl Into<String>) -> Self {
        Self {
            kind,
            content: None,
            note: note.into(),
        }
    }

    fn of_feed(feed: &Feed, report: &FetchReport, read: &PreparedFeed) -> Self {
        let entries = &read.entries;
        let n_matching = entries.iter().filter(|it| !it.matches.is_empty()).count();
        let newest = entries.iter().filter_map(|it| it.claim).max();
        let note = moved(feed, report).unwrap_or_else(|| match read.n_received {
            0 => "a feed without entries".to_owned(),
            _ => String::new(),
        });
        Self {
            kind: OutcomeKind::Ok,
            content: Some((read.n_received, n_matching, newest)),
            note,
        }
    }

    fn row(&self, id: &str, now: Timestamp) -> Vec<String> {
        let mut row = vec![id.to_owned(), self.kind.name().to_owned()];
        match self.content {
            Some((n_entries, n_matching, newest)) => row.extend([
                n_entries.to_string(),
                n_matching.to_string(),
                newest.map_or_else(String::new, |at| output::relative(at, now)),
            ]),
            None => row.extend([const { String::new() }; 3]),
        }
        row.push(self.note.clone());
        row
    }
}

fn judge(feed: &Feed, report: &FetchReport, config: &Config, classifier: &Classifier) -> Verdict {
    match &report.outcome {
        FetchOutcome::Modified(body) => {
            match read(
                body,
                &report.final_url,
                feed.language.as_deref(),
                config.daemon.body_max_bytes,
            ) {
                Ok(read) => {
                    let entries_max = config.daemon.entries_max;
                    let document = Document::new(read, feed, &feed.id, classifier, entries_max);
                    Verdict::of_feed(feed, report, &document.prepared)
                }
                Err(why) => Verdict::bad(OutcomeKind::NotAFeed, why.to_string()),
            }
        }
        FetchOutcome::NotModified => Verdict::bad(
            OutcomeKind::Protocol,
            "304, though we did not say that we have anything",
        ),
        FetchOutcome::Gone => Verdict::bad(
            OutcomeKind::Gone,
            "410 Gone: remove it or find its new address",
        ),
        FetchOutcome::Throttled => {
            Verdict::bad(OutcomeKind::Throttled, "it asks us to come back later")
        }
        FetchOutcome::Failed(failure) => Verdict::bad(failure.kind, failure.detail.clone()),
    }
}

/// Where it has moved to for good, if it has.
fn moved(feed: &Feed, report: &FetchReport) -> Option<String> {
    let is_for_good = !report.hops.is_empty() && report.hops.iter().all(Hop::is_permanent);
    (is_for_good && report.final_url != feed.url)
        .then(|| format!("moved for good to {}", SafeUrl(&report.final_url)))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_host_is_asked_by_no_more_than_the_configuration_says() {
        let hosts = Arc::new(HostBook::default());
        let pace = Pace {
            spacing: Duration::from_secs(1),
            at_a_time: 2,
        };
        let turn = |host| {
            let hosts = hosts.clone();
            async move {
                let turn = wait_turn(&hosts, host, pace);
                tokio::time::timeout(Duration::from_mins(1), turn)
                    .await
                    .ok()
            }
        };
        let first = turn("a.example").await;
        let second = turn("a.example").await;
        assert!(first.is_some() && second.is_some());
        assert!(turn("a.example").await.is_none());
        assert!(turn("b.example").await.is_some());
        drop(first);
        assert!(turn("a.example").await.is_some());
    }
}
