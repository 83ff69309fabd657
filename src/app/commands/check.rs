//! `check`: the configuration and its tests; with `--online` every feed as well.

use std::path::Path;
use std::sync::Arc;

use crate::app::commands::{output, run};
use crate::app::error::AppError;
use crate::app::setup;
use crate::classify::Classifier;
use crate::config::{Config, Env};
use crate::engine::hosts::{HostBook, Pace, Seat, Turn};
use crate::engine::prepare::{Document, read};
use crate::fetch::Http;
use crate::model::feed::Feed;
use crate::model::outcome::{FetchOutcome, FetchReport, FetchRequest};

/// Requests at a time.
const AT_A_TIME: usize = 16;

/// Checks the file at `path`; asks every enabled feed once where `online`.
///
/// # Errors
/// What is wrong with the file or its tests, in full; with `online`, that no feed answered.
pub async fn run(path: &Path, env: &Env, online: bool) -> Result<(), AppError> {
    let (config, classifier) = setup::load(path, env)?;
    let n_tests = setup::run_tests(&config, &classifier)?;
    let n_feeds = config.feeds.iter().filter(|feed| feed.enabled).count();
    output::say(format_args!(
        "{}: {n_feeds} feeds, {} regions, {n_tests} tests: ok",
        path.display(),
        config.rules.regions.len()
    ));
    if online {
        ask_all(config, classifier, env).await
    } else {
        Ok(())
    }
}

async fn ask_all(config: Config, classifier: Arc<Classifier>, env: &Env) -> Result<(), AppError> {
    let clock = run::clock(env)?;
    let http: Arc<dyn Http> = Arc::new(setup::http_client(&config, clock)?);
    let hosts = Arc::new(HostBook::default());
    let config = Arc::new(config);
    let slots = Arc::new(tokio::sync::Semaphore::new(AT_A_TIME));
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
            let _slot = slots.acquire_owned().await;
            let _seat = wait_turn(&hosts, &feed, &config).await;
            let report = http.fetch(request(&feed)).await;
            (index, judge(&feed, &report, &config, &classifier))
        });
    }
    let mut rows: Vec<(usize, Vec<String>)> = asking.join_all().await;
    rows.sort();
    let n_bad = rows
        .iter()
        .filter(|(_, row)| row.get(1).is_some_and(|it| it != "ok"))
        .count();
    let n_all = rows.len();
    let header = ["feed", "outcome", "entries", "in a region", ""]
        .map(str::to_owned)
        .to_vec();
    let rows: Vec<Vec<String>> = [header]
        .into_iter()
        .chain(rows.into_iter().map(|it| it.1))
        .collect();
    output::say(output::table(&rows));
    output::say(format_args!("{} of {n_all} feeds are well", n_all - n_bad));
    if n_bad == n_all {
        return Err(AppError::Failed(
            "no feed could be read; is there a network?".to_owned(),
        ));
    }
    Ok(())
}

async fn wait_turn(hosts: &Arc<HostBook>, feed: &Feed, config: &Config) -> Option<Seat> {
    let host = feed.url.host_str().unwrap_or_default();
    let pace = Pace {
        spacing: config.daemon.host_spacing,
        at_a_time: config.daemon.host_requests,
    };
    loop {
        match hosts.turn(host, pace) {
            Turn::Seat(seat) => {
                // Nobody pauses a host here.
                return seat.start().await.ok().map(|()| seat);
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

fn judge(
    feed: &Feed,
    report: &FetchReport,
    config: &Config,
    classifier: &Classifier,
) -> Vec<String> {
    let row = |outcome: &str, entries: String, matching: String, note: String| {
        vec![
            feed.id.to_string(),
            outcome.to_owned(),
            entries,
            matching,
            note,
        ]
    };
    let bad = |outcome: &str, why: String| row(outcome, String::new(), String::new(), why);
    match &report.outcome {
        FetchOutcome::Modified(body) => {
            match read(body, &report.final_url, config.daemon.body_max_bytes) {
                Ok(read) => {
                    let document =
                        Document::new(read, feed, &feed.id, classifier, config.daemon.entries_max);
                    let prepared = &document.prepared;
                    let n_matching = prepared
                        .entries
                        .iter()
                        .filter(|it| !it.matches.is_empty())
                        .count();
                    row(
                        "ok",
                        prepared.n_received.to_string(),
                        n_matching.to_string(),
                        moved(feed, report),
                    )
                }
                Err(why) => bad("not-a-feed", why),
            }
        }
        FetchOutcome::NotModified => bad("ok", "304 to an unconditional request".to_owned()),
        FetchOutcome::Gone => bad(
            "gone",
            "410 Gone: remove it or find its new address".to_owned(),
        ),
        FetchOutcome::Throttled => bad("throttled", "it asks us to come back later".to_owned()),
        FetchOutcome::Failed(failure) => bad(failure.kind.name(), failure.detail.clone()),
    }
}

fn moved(feed: &Feed, report: &FetchReport) -> String {
    let permanent = !report.hops.is_empty()
        && report
            .hops
            .iter()
            .all(crate::model::outcome::Hop::is_permanent);
    if permanent && report.final_url != feed.url {
        format!(
            "moved for good to {}",
            crate::model::url::SafeUrl(&report.final_url)
        )
    } else {
        String::new()
    }
}
