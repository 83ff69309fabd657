//! The one line a poll leaves in the log (`docs/LOGGING.md`).

use std::collections::BTreeSet;

use tracing::{debug, error, info, warn};

use crate::engine::committer::{PollSummary, Polled};
use crate::engine::decision::document;
use crate::model::feed::FeedState;

/// What kinds of things were wrong with the document and lived with.
fn defects(poll: &Polled) -> Vec<&'static str> {
    let defects = document(poll).map_or(&[][..], |document| &document.defects);
    let kinds: BTreeSet<&str> = defects.iter().map(|defect| defect.kind).collect();
    kinds.into_iter().collect()
}

/// The one line a poll leaves, and a warning where a feed falls ill or gets well.
pub(super) fn log_poll(
    summary: &PollSummary,
    poll: &Polled,
    before: &FeedState,
    after: &FeedState,
) {
    let report = &poll.report;
    let defects = defects(poll);
    let PollSummary {
        feed,
        kind,
        error,
        tally,
    } = summary;
    if !tally.balances() {
        error!(
            feed.id = feed,
            ?tally,
            "accounting of feed {feed} does not balance: an entry was lost; please report this"
        );
    }
    if defects.contains(&"entries-lost") {
        error!(
            feed.id = feed,
            "the parser lost entries of feed {feed}; please report this with the feed's address"
        );
    }
    let detail = match error {
        Some(error) => error.clone(),
        None => format!(
            "{} new, {} updated, {} announced",
            tally.new + tally.same_story,
            tally.updated,
            tally.announced
        ),
    };
    info!(
        feed.id = feed,
        outcome = kind.name(),
        http.status = report.status,
        duration_ms = u64::try_from(report.elapsed.as_millis()).unwrap_or(u64::MAX),
        received = tally.received,
        new = tally.new,
        updated = tally.updated,
        unchanged = tally.unchanged,
        same_story = tally.same_story,
        rejected = tally.rejected,
        over_limit = tally.over_limit,
        announced = tally.announced,
        silent = tally.silent,
        filtered = tally.filtered,
        backlog = tally.backlog,
        defects = defects.join(","),
        next = %after.schedule.next_poll,
        reason = after.schedule.reason.name(),
        "polled feed {feed}: {}: {detail}",
        kind.name(),
    );
    match (before.schedule.n_failures, after.schedule.n_failures) {
        (0, 1..) => warn!(
            feed.id = feed,
            error.kind = kind.name(),
            "feed {feed} is failing: {detail}"
        ),
        (1.., 0) => info!(feed.id = feed, "feed {feed} is well again"),
        (n, _) => debug!(
            feed.id = feed,
            failures = n,
            "feed {feed} unchanged in health"
        ),
    }
}
