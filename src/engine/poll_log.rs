//! The one line a poll leaves in the log (`docs/LOGGING.md`).

use tracing::{debug, error, info, warn};

use crate::engine::committer::{PollSummary, Polled};
use crate::engine::record::{EntryRecord, defects};
use crate::model::feed::FeedState;
use crate::model::tally::Fate;

/// Says at `debug` of every entry that was decided on why it is in or out.
pub(super) fn log_entries(feed: &str, entries: &[EntryRecord]) {
    if !tracing::enabled!(tracing::Level::DEBUG) {
        return;
    }
    for EntryRecord { fate, entry, .. } in entries {
        let words: Vec<String> = entry
            .matches
            .iter()
            .flat_map(|it| {
                it.evidence
                    .iter()
                    .map(|word| format!("{}: {}", it.region, word.form))
            })
            .collect();
        let verdict = match fate {
            Fate::Backlog => "backlog",
            Fate::Filtered => "filtered",
            Fate::Announced => "announced",
            Fate::Silent => "silent",
        };
        debug!(
            feed.id = feed,
            entry.id = format!("{:x}", entry.key.0),
            words = words.join(", "),
            "{verdict}: {}",
            entry.content.title().unwrap_or_default(),
        );
    }
}

/// Says what a poll came to: at `info`, or at `warn` where a feed falls ill or gets well.
pub(super) fn log_poll(
    summary: &PollSummary,
    poll: &Polled,
    before: &FeedState,
    after: &FeedState,
) {
    let (feed, tally) = (&summary.feed, summary.tally);
    let defects = defects(poll);
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
    let (was_ill, is_ill) = (
        before.schedule.n_failures > 0,
        after.schedule.n_failures > 0,
    );
    let message = match (&summary.error, was_ill) {
        (Some(error), false) => format!("{error}; it will be asked again, less and less often"),
        (Some(error), true) => error.clone(),
        (None, false) => format!(
            "{} new, {} updated",
            tally.new + tally.same_story,
            tally.updated
        ),
        (None, true) => format!(
            "well again: {} new, {} updated",
            tally.new + tally.same_story,
            tally.updated
        ),
    };
    // The level of an event is fixed where it is written, so the one line stands in a macro.
    macro_rules! line {
        ($level:ident) => {
            $level!(
                feed.id = feed,
                outcome = summary.kind.name(),
                error.kind = summary.error.as_ref().map(|_| summary.kind.name()),
                http.status = poll.report.status,
                duration_ms = u64::try_from(poll.report.elapsed.as_millis()).unwrap_or(u64::MAX),
                size_bytes = poll.size_bytes,
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
                defects = (!defects.is_empty()).then(|| defects.join(",")),
                n_failures = is_ill.then_some(after.schedule.n_failures),
                next_poll = %after.schedule.next_poll,
                reason = after.schedule.reason.name(),
                "polled feed {feed}: {message}",
            )
        };
    }
    if was_ill == is_ill {
        line!(info);
    } else {
        line!(warn);
    }
}
