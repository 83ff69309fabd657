//! `status`: what the running daemon says of itself and its feeds.

use std::path::Path;

use crate::app::commands::{columns, output, tell};
use crate::app::error::AppError;
use crate::config::Env;
use crate::control::{self, FeedReport, Request, Response, StatusReport};
use crate::model::time::Timestamp;

/// Asks and prints.
///
/// # Errors
/// Where no daemon answers.
pub fn run(path: &Path, env: &Env, json: bool) -> Result<(), AppError> {
    match control::ask(&tell::socket(path, env), &Request::Status)? {
        Response::Status(report) if json => output::say_json(&report),
        Response::Status(report) => output::say(text(&report)),
        other => Err(tell::unexpected(other)),
    }
}

fn text(report: &StatusReport) -> String {
    let state = if report.ready { "ready" } else { "not ready" };
    let mut lines = vec![
        format!(
            "nuncio {} ({state}, pid {}), listening on {}, started {}",
            report.version,
            report.pid,
            report.listen,
            output::relative(report.since, report.now)
        ),
        format!(
            "configuration {}, read {}",
            report.config,
            output::relative(report.config_read, report.now)
        ),
        store_line(report),
        String::new(),
    ];
    lines.extend(report.merged.iter().map(|merged| {
        let updated = merged.updated.map_or_else(
            || "nothing yet".to_owned(),
            |at| output::relative(at, report.now),
        );
        format!(
            "/feeds/{}.atom  {} stories, newest {updated}",
            merged.name, merged.n_stories
        )
    }));
    lines.push(String::new());
    let header = [
        "feed",
        "last poll",
        "outcome",
        "next",
        "why then",
        "entries",
        "announced",
        "",
    ];
    let mut rows = vec![header.map(str::to_owned).to_vec()];
    rows.extend(report.feeds.iter().map(|feed| row(feed, report.now)));
    lines.push(output::table(
        &rows,
        columns::terminal().map(|size| size.columns),
    ));
    lines.join("\n")
}

fn store_line(report: &StatusReport) -> String {
    let store = &report.store;
    if let Some(error) = &store.error {
        return format!("store: {error}");
    }
    let checkpoint = store.checkpoint.map_or_else(
        || "none yet".to_owned(),
        |at| output::relative(at, report.now),
    );
    let mib = |bytes: u64| bytes >> 20;
    format!(
        "store {} MiB, {} MiB free, commit {}, checkpoint {checkpoint}",
        mib(store.disk_bytes),
        mib(store.free_bytes),
        store.cursor
    )
}

fn row(feed: &FeedReport, now: Timestamp) -> Vec<String> {
    let when = |at: Option<Timestamp>| {
        at.map_or_else(|| "never".to_owned(), |at| output::relative(at, now))
    };
    let mut notes: Vec<String> = Vec::new();
    if let Some(since) = feed.failing_since {
        notes.push(format!("failing since {}", output::relative(since, now)));
    }
    notes.extend(feed.error.clone());
    notes.extend(feed.moved_to.as_ref().map(|to| format!("moved to {to}")));
    if feed.lies {
        notes.push("its validators are not believed".to_owned());
    }
    vec![
        feed.id.clone(),
        when(feed.polled),
        feed.outcome.clone().unwrap_or_default(),
        next(feed, now),
        feed.reason.clone(),
        (feed.total.new + feed.total.same_story).to_string(),
        feed.total.announced.to_string(),
        notes.join("; "),
    ]
}

/// When it is next polled; one that is past is waiting for its turn or its host.
fn next(feed: &FeedReport, now: Timestamp) -> String {
    match feed.next_poll {
        None => "never".to_owned(),
        Some(at) if at <= now => "due".to_owned(),
        Some(at) => output::relative(at, now),
    }
}
