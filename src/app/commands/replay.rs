//! `replay`: what a changed configuration would let in and out of what the daemon has stored.

use std::fs;
use std::path::Path;

use crate::app::commands::{output, tell};
use crate::app::error::AppError;
use crate::app::setup;
use crate::config::Env;
use crate::control::{self, ReplayEntry, ReplayReport, Request, Response};

/// Asks the running daemon what the configuration at `changed` would change. `path` is its own,
/// by which it is found.
///
/// # Errors
/// Mistakes in the changed configuration, tests of it that fail, or no daemon that answers.
pub fn run(path: &Path, env: &Env, changed: &Path, json: bool) -> Result<(), AppError> {
    // Here first: a mistake is shown with the name of the file it stands in.
    let (config, classifier) = setup::load(changed, env)?;
    setup::run_tests(&config, &classifier)?;
    let text = fs::read_to_string(changed)
        .map_err(|error| AppError::Failed(format!("cannot read {}: {error}", changed.display())))?;
    let request = Request::Replay { config: text };
    let report = match control::ask(&tell::socket(path, env), &request)? {
        Response::Replayed(report) => report,
        other => return Err(tell::unexpected(other)),
    };
    if json {
        return output::say_json(&report);
    }
    say(&report)
}

fn say(report: &ReplayReport) -> Result<(), AppError> {
    for entry in &report.enter {
        output::say(line('+', entry))?;
    }
    for entry in &report.leave {
        output::say(line('-', entry))?;
    }
    let unlisted = |n: u64, listed: &[ReplayEntry]| {
        let listed = u64::try_from(listed.len()).unwrap_or(u64::MAX);
        match n.saturating_sub(listed) {
            0 => String::new(),
            more => format!(" ({more} older ones not listed)"),
        }
    };
    output::say(format_args!(
        "of {} stored entries {} would enter{} and {} would leave{}; {} could not be judged",
        report.judged,
        report.entering,
        unlisted(report.entering, &report.enter),
        report.leaving,
        unlisted(report.leaving, &report.leave),
        report.skipped,
    ))?;
    output::say("what is shown stays; what enters is announced only where it came within `backlog`")
}

fn line(sign: char, entry: &ReplayEntry) -> String {
    let why = if entry.reasons.is_empty() {
        let regions = entry.regions.iter().map(|it| {
            let words: Vec<&str> = it.evidence.iter().map(|it| it.form.as_str()).collect();
            format!("{}: {}", it.region, words.join(", "))
        });
        regions.collect::<Vec<_>>().join("; ")
    } else {
        entry.reasons.join("; ")
    };
    format!(
        "{sign} {} {} [{}] ({why})",
        entry.first_seen, entry.title, entry.feed
    )
}
