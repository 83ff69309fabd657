//! `check`: the configuration and its tests; with `--online` every feed as well.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use url::Url;

use crate::app::commands::columns::{self, wrap};
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
/// Before the feeds that share a trouble.
const INDENT: &str = "    ";

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
    verdicts.sort_by_key(|(index, ..)| *index);
    let verdicts: Vec<(String, Verdict)> = verdicts
        .into_iter()
        .map(|(_, id, verdict)| (id, verdict))
        .collect();
    let width = columns::terminal().map(|size| size.columns);
    output::say(report(&verdicts, clock.now(), width))?;
    conclude(verdicts.iter().map(|(_, verdict)| verdict.kind))
}

/// The feeds in the order of the file; what needs a person comes last, where it is seen, and the
/// same trouble once for all feeds that have it.
fn report(verdicts: &[(String, Verdict)], now: Timestamp, width: Option<usize>) -> String {
    let is_well = |it: &&(String, Verdict)| it.1.kind.is_success();
    let header = ["feed", "status", "entries", "in a region", "newest", ""].map(str::to_owned);
    let well = verdicts.iter().filter(is_well);
    let well: Vec<Vec<String>> = [header.to_vec()]
        .into_iter()
        .chain(well.map(|(id, verdict)| verdict.row(id, now)))
        .collect();
    let mut causes: BTreeMap<(&str, &str), Vec<&(String, Verdict)>> = BTreeMap::new();
    for ill in verdicts.iter().filter(|it| !is_well(it)) {
        let cause = (ill.1.kind.name(), ill.1.cause.as_str());
        causes.entry(cause).or_default().push(ill);
    }
    let mut alone = Vec::new();
    let mut together = Vec::new();
    for ((kind, cause), feeds) in causes {
        match *feeds {
            [(id, verdict)] => {
                alone.push(vec![id.clone(), kind.to_owned(), verdict.note.clone()]);
            }
            _ => together.push(shared(kind, cause, &feeds, width)),
        }
    }
    let tables = [well, alone];
    let tables = tables.iter().filter(|rows| !rows.is_empty());
    let parts = tables.map(|rows| output::table(rows, width));
    parts.chain(together).collect::<Vec<_>>().join("\n\n")
}

/// One trouble of several feeds.
fn shared(kind: &str, cause: &str, feeds: &[&(String, Verdict)], width: Option<usize>) -> String {
    let ids: Vec<&str> = feeds.iter().map(|(id, _)| id.as_str()).collect();
    let head = format!("{} {kind}: {cause}", output::count(feeds.len(), "feed"));
    let room = width.map_or(usize::MAX, |width| width.saturating_sub(INDENT.len()));
    let ids = wrap(&ids.join(", "), room);
    let lines = wrap(&head, width.unwrap_or(usize::MAX));
    let ids = ids.iter().map(|line| format!("{INDENT}{line}"));
    lines.into_iter().chain(ids).collect::<Vec<_>>().join("\n")
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
    /// The same without the name of the host, for those that have it in common.
    cause: String,
}

impl Verdict {
    fn bad(kind: OutcomeKind, note: String, url: &Url) -> Self {
        let host = url.host_str().unwrap_or_default();
        let named = url.port().map(|port| format!("{host}:{port}"));
        let named = named.as_deref().unwrap_or(host);
        let cause = match named {
            "" => note.clone(),
            named => note.replace(named, "its host"),
        };
        Self {
            kind,
            content: None,
            note,
            cause,
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
            cause: note.clone(),
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
    let bad = |kind, note: String| Verdict::bad(kind, note, &report.final_url);
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
                Err(why) => bad(OutcomeKind::NotAFeed, why.to_string()),
            }
        }
        FetchOutcome::NotModified => bad(
            OutcomeKind::Protocol,
            "304, though we did not say that we have anything".to_owned(),
        ),
        FetchOutcome::Gone => bad(
            OutcomeKind::Gone,
            "410 Gone: remove it or find its new address".to_owned(),
        ),
        FetchOutcome::Throttled => bad(
            OutcomeKind::Throttled,
            "it asks us to come back later".to_owned(),
        ),
        FetchOutcome::Failed(failure) => bad(failure.kind, failure.detail.clone()),
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

    #[test]
    fn the_same_trouble_is_told_once_and_no_line_is_longer_than_the_terminal() {
        let ill = |n: usize| {
            let url = format!("https://feed-{n}.example/rss").parse().unwrap();
            let note = format!("no connection to feed-{n}.example: network unreachable");
            let verdict = Verdict::bad(OutcomeKind::Connect, note, &url);
            (format!("feed-{n}"), verdict)
        };
        let other = Verdict::bad(
            OutcomeKind::HttpStatus,
            "gov.example answered 404 Not Found; the feed may have moved: look for its new address on the site".to_owned(),
            &"https://gov.example/".parse().unwrap(),
        );
        let mut verdicts: Vec<(String, Verdict)> = (10..27).map(ill).collect();
        verdicts.push(("gov".to_owned(), other));
        let said = report(&verdicts, Timestamp::from_seconds(0), Some(60));
        assert_eq!(
            said,
            "feed  status  entries  in a region  newest\n\
             \n\
             gov  http-status  gov.example answered 404 Not Found; the\n\
             \u{20}                 feed may have moved: look for its new\n\
             \u{20}                 address on the site\n\
             \n\
             17 feeds connect: no connection to its host: network\n\
             unreachable\n\
             \u{20}   feed-10, feed-11, feed-12, feed-13, feed-14, feed-15,\n\
             \u{20}   feed-16, feed-17, feed-18, feed-19, feed-20, feed-21,\n\
             \u{20}   feed-22, feed-23, feed-24, feed-25, feed-26"
        );
    }
}
