//! `run` and `run --once`.

use std::path::Path;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};

use rand::SeedableRng;
use rand::rngs::{StdRng, SysRng};
use tokio_util::sync::CancellationToken;

use crate::app::commands::{columns, output};
use crate::app::daemon::Attached;
use crate::app::error::AppError;
use crate::app::session::{Session, Surroundings};
use crate::app::{daemon, setup};
use crate::clock::{Clock, FixedClock, SystemClock};
use crate::config::Env;
use crate::engine::committer::PollSummary;
use crate::model::outcome::OutcomeKind;
use crate::model::rendered::SnapshotCell;
use crate::model::tally::Tally;

/// The clock everything goes by: the machine's, or the one a replay fixed.
///
/// # Errors
/// Where the environment names no readable moment.
pub fn clock(env: &Env) -> Result<Arc<dyn Clock>, AppError> {
    let fixed = env
        .test_now()
        .map_err(|error| AppError::Failed(error.to_string()))?;
    Ok(match fixed {
        Some(now) => Arc::new(FixedClock(now)),
        None => Arc::new(SystemClock),
    })
}

/// Jitter from the system's own randomness; a replay has the same jitter each time.
///
/// # Errors
/// Where the system gives none.
pub fn rng(env: &Env) -> Result<Arc<Mutex<StdRng>>, AppError> {
    let fixed = env
        .test_now()
        .map_err(|error| AppError::Failed(error.to_string()))?;
    let rng = match fixed {
        Some(now) => StdRng::seed_from_u64(now.as_millis().unsigned_abs()),
        None => StdRng::try_from_rng(&mut SysRng).map_err(|error| {
            AppError::Failed(format!("the system gives no random numbers: {error}"))
        })?,
    };
    Ok(Arc::new(Mutex::new(rng)))
}

/// Runs the daemon until it is stopped.
///
/// # Errors
/// Why it could not start.
pub async fn daemon(path: &Path, env: &Env) -> Result<(), AppError> {
    let (config, classifier) = setup::load(path, env)?;
    setup::run_tests(&config, &classifier)?;
    let (clock, rng) = (clock(env)?, rng(env)?);
    daemon::run(
        config,
        classifier,
        env.clone(),
        clock,
        rng,
        Attached::default(),
    )
    .await
}

/// Polls everything that is due, publishes, prints a table.
///
/// # Errors
/// Where nothing could be polled at all, or the store did not take what was polled; a feed that
/// fails is a line of the table.
pub async fn once(path: &Path, env: &Env) -> Result<(), AppError> {
    let (config, classifier) = setup::load(path, env)?;
    setup::run_tests(&config, &classifier)?;
    let shelf = daemon::open_shelf(&config)?;
    let served = Arc::new(SnapshotCell::default());
    served.store(shelf.snapshot(setup::merged_names(&config)));
    let surroundings = Surroundings {
        clock: clock(env)?,
        rng: rng(env)?,
        served: served.clone(),
        shelf,
        progress: Arc::new(AtomicU64::new(0)),
        watcher: None,
    };
    let session = Session::open(&config, classifier, &surroundings).await?;
    let mut polls = session.run_once(CancellationToken::new()).await?;
    let order = setup::feed_order(&config);
    polls.sort_by_key(|poll| order.get(poll.feed.as_str()).copied());
    output::say(table(&polls))?;
    for card in &served.load().cards {
        output::say(format_args!("{}: {} stories", card.name, card.n_stories))?;
    }
    all_kept(&polls)
}

/// A feed that fails is the feed's affair; a poll that the store did not take is ours.
fn all_kept(polls: &[PollSummary]) -> Result<(), AppError> {
    let lost: Vec<String> = polls
        .iter()
        .filter(|poll| poll.kind == OutcomeKind::Store)
        .map(|poll| {
            format!(
                "{}: {}",
                poll.feed,
                poll.error.as_deref().unwrap_or("not said why")
            )
        })
        .collect();
    if lost.is_empty() {
        return Ok(());
    }
    Err(AppError::Failed(format!(
        "the store did not take {} of {} polls, which are repeated at the next run:\n{}",
        lost.len(),
        polls.len(),
        lost.join("\n")
    )))
}

fn table(polls: &[PollSummary]) -> String {
    let header = [
        "feed",
        "outcome",
        "received",
        "new",
        "updated",
        "unchanged",
        "same-story",
        "rejected",
        "over-limit",
        "announced",
        "silent",
        "filtered",
        "backlog",
        "",
    ];
    let mut rows = vec![header.map(str::to_owned).to_vec()];
    let mut sum = Tally::default();
    for poll in polls {
        sum += poll.tally;
        rows.push(row(
            &poll.feed,
            poll.kind.name(),
            poll.tally,
            poll.error.as_deref(),
        ));
    }
    rows.push(row("all", "", sum, None));
    output::table(&rows, columns::terminal().map(|size| size.columns))
}

fn row(feed: &str, outcome: &str, tally: Tally, error: Option<&str>) -> Vec<String> {
    let counts = [
        tally.received,
        tally.new,
        tally.updated,
        tally.unchanged,
        tally.same_story,
        tally.rejected,
        tally.over_limit,
        tally.announced,
        tally.silent,
        tally.filtered,
        tally.backlog,
    ];
    let mut row = vec![feed.to_owned(), outcome.to_owned()];
    row.extend(counts.map(|count| count.to_string()));
    row.push(error.unwrap_or_default().to_owned());
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_store_refused_is_a_failure_of_the_run() {
        let poll = |feed: &str, kind, error: Option<&str>| PollSummary {
            feed: feed.to_owned(),
            kind,
            error: error.map(str::to_owned),
            tally: Tally::default(),
        };
        let fine = [
            poll("a", OutcomeKind::Ok, None),
            poll("b", OutcomeKind::Dns, Some("no such host")),
        ];
        assert!(all_kept(&fine).is_ok());
        let full = [
            poll("a", OutcomeKind::Ok, None),
            poll("b", OutcomeKind::Store, Some("only 7 bytes are free")),
        ];
        let error = all_kept(&full).unwrap_err();
        assert_eq!(error.exit_code(), 1);
        assert_eq!(
            error.to_string(),
            "the store did not take 1 of 2 polls, which are repeated at the next run:\n\
             b: only 7 bytes are free"
        );
    }
}
