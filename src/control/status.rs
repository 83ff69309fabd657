//! The answer to `status`: what the daemon, its store and its feeds are up to.

use serde::{Deserialize, Serialize};
use url::Url;

use crate::control::rfc3339;
use crate::model::feed::{FeedCard, FeedState, Tier};
use crate::model::rendered::MergedFeedCard;
use crate::model::tally::Tally;
use crate::model::time::Timestamp;
use crate::model::url::SafeUrl;

/// State of everything.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct StatusReport {
    /// Version of the daemon.
    pub version: String,
    /// Its process.
    pub pid: u32,
    /// When it started.
    #[serde(with = "rfc3339")]
    pub since: Timestamp,
    /// The daemon's clock at this answer: what `next_poll` is to be compared with.
    #[serde(with = "rfc3339")]
    pub now: Timestamp,
    /// Whether it polls and serves (`/readyz`).
    pub ready: bool,
    /// Address it serves on.
    pub listen: String,
    /// Configuration file in force.
    pub config: String,
    /// When that was read.
    #[serde(with = "rfc3339")]
    pub config_read: Timestamp,
    /// State of the store.
    pub store: StoreReport,
    /// Merged feeds, in the order they are listed.
    pub merged: Vec<MergedReport>,
    /// Feeds, in the order of the configuration.
    pub feeds: Vec<FeedReport>,
}

/// State of the store.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct StoreReport {
    /// Why nothing can be written at present; `None` while all is well.
    pub error: Option<String>,
    /// Bytes on disk.
    pub disk_bytes: u64,
    /// Free bytes on that file system.
    pub free_bytes: u64,
    /// Number of the last commit.
    pub cursor: u64,
    /// Time of the last checkpoint.
    #[serde(with = "rfc3339::option")]
    pub checkpoint: Option<Timestamp>,
}

/// State of one merged feed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct MergedReport {
    /// Name in the address.
    pub name: String,
    /// Title.
    pub title: String,
    /// Stories in the current document.
    pub n_stories: usize,
    /// Stamp of the newest.
    #[serde(with = "rfc3339::option")]
    pub updated: Option<Timestamp>,
}

/// State of one feed.
///
/// Outcome and reason are words, not closed sets: a word of a newer daemon must not keep an older
/// client from printing the rest.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FeedReport {
    /// Its name for ever.
    pub id: String,
    /// Name shown to people.
    pub name: String,
    /// Address, secrets hidden.
    pub url: String,
    /// Rank inside a story.
    pub tier: Tier,
    /// Whether it is polled at all (`enabled`).
    pub active: bool,
    /// Polls so far.
    pub n_polls: u64,
    /// Last poll; `None` before the first.
    #[serde(with = "rfc3339::option")]
    pub polled: Option<Timestamp>,
    /// How it ended (`ok`, `not-modified`, `dns`, …).
    pub outcome: Option<String>,
    /// What went wrong, for a person.
    pub error: Option<String>,
    /// Failures in a row.
    pub n_failures: u32,
    /// First of them.
    #[serde(with = "rfc3339::option")]
    pub failing_since: Option<Timestamp>,
    /// Last poll that ended well.
    #[serde(with = "rfc3339::option")]
    pub last_success: Option<Timestamp>,
    /// When it is due next; `None` where polling has stopped.
    #[serde(with = "rfc3339::option")]
    pub next_poll: Option<Timestamp>,
    /// Why then (`interval`, `retry-after`, `backoff`, …; `host-pause`: its host asked for it).
    pub reason: String,
    /// Address adopted after permanent redirects, secrets hidden.
    pub moved_to: Option<String>,
    /// Whether the publisher took it down for good (410 for three days).
    pub stopped: bool,
    /// Whether its validators are not believed any more.
    pub lies: bool,
    /// Tally of the last poll.
    pub last: Tally,
    /// All polls summed.
    pub total: Tally,
}

impl From<&MergedFeedCard> for MergedReport {
    fn from(card: &MergedFeedCard) -> Self {
        Self {
            name: card.name.clone(),
            title: card.title.clone(),
            n_stories: card.n_stories,
            updated: card.updated,
        }
    }
}

impl FeedReport {
    /// What there is to say of a feed from its card and its state at the last commit.
    pub fn new(card: &FeedCard, state: &FeedState) -> Self {
        let (schedule, last) = (&state.schedule, &state.last);
        let is_polled = card.active && !schedule.stopped;
        Self {
            id: card.id.to_string(),
            name: card.name.clone(),
            url: card.url.clone(),
            tier: card.tier,
            active: card.active,
            n_polls: last.n_polls,
            polled: last.at,
            outcome: last.outcome.map(|outcome| outcome.name().to_owned()),
            error: last.error.clone(),
            n_failures: schedule.n_failures,
            failing_since: schedule.failing_since,
            last_success: schedule.last_success,
            next_poll: is_polled.then_some(schedule.next_poll),
            reason: schedule.reason.name().to_owned(),
            moved_to: schedule.moved_to.as_deref().map(without_secrets),
            stopped: schedule.stopped,
            lies: schedule.lies,
            last: last.tally,
            total: last.total,
        }
    }

    /// With the pause its host asked for: the feed is not polled before `until`.
    #[must_use]
    pub fn held_until(mut self, until: Timestamp) -> Self {
        if let Some(next) = &mut self.next_poll
            && *next < until
        {
            *next = until;
            HOST_PAUSE.clone_into(&mut self.reason);
        }
        self
    }
}

/// The reason of a feed that waits because another of its host was answered 429 or 503.
const HOST_PAUSE: &str = "host-pause";

/// An address as it may be printed; three stars where it is none.
fn without_secrets(url: &str) -> String {
    Url::parse(url)
        .ok()
        .filter(Url::has_host)
        .map_or_else(|| "***".to_owned(), |url| SafeUrl(&url).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::feed::{FeedNumber, LastPoll, ScheduleState};
    use crate::model::outcome::{OutcomeKind, PollReason};

    fn card() -> FeedCard {
        FeedCard {
            number: FeedNumber(1),
            id: "mfa-kz".parse().unwrap(),
            name: "MFA of Kazakhstan".to_owned(),
            url: "https://example.org/rss".to_owned(),
            tier: Tier::Official,
            active: true,
        }
    }

    fn failing() -> FeedState {
        FeedState {
            schedule: ScheduleState {
                next_poll: Timestamp::from_seconds(1_000),
                reason: PollReason::Backoff,
                n_failures: 2,
                failing_since: Some(Timestamp::from_seconds(400)),
                last_success: Some(Timestamp::from_seconds(100)),
                moved_to: Some("https://joe:pw@example.org/new?token=abc".to_owned()),
                ..ScheduleState::default()
            },
            last: LastPoll {
                at: Some(Timestamp::from_seconds(700)),
                outcome: Some(OutcomeKind::Dns),
                error: Some("no address for example.org".to_owned()),
                n_polls: 5,
                ..LastPoll::default()
            },
            ..FeedState::default()
        }
    }

    #[test]
    fn the_json_of_a_feed_is_a_promise() {
        let report = FeedReport::new(&card(), &failing());
        let tally = r#"{"received":0,"new":0,"updated":0,"unchanged":0,"same_story":0,"rejected":0,"over_limit":0,"announced":0,"silent":0,"filtered":0,"backlog":0}"#;
        let json = [
            r#"{"id":"mfa-kz","name":"MFA of Kazakhstan","url":"https://example.org/rss","#,
            r#""tier":"official","active":true,"n_polls":5,"polled":"1970-01-01T00:11:40Z","#,
            r#""outcome":"dns","error":"no address for example.org","n_failures":2,"#,
            r#""failing_since":"1970-01-01T00:06:40Z","last_success":"1970-01-01T00:01:40Z","#,
            r#""next_poll":"1970-01-01T00:16:40Z","reason":"backoff","#,
            r#""moved_to":"https://***:***@example.org/new?token=***","#,
            r#""stopped":false,"lies":false,"last":"#,
            tally,
            r#","total":"#,
            tally,
            "}",
        ]
        .concat();
        assert_eq!(serde_json::to_string(&report).unwrap(), json);
        assert_eq!(serde_json::from_str::<FeedReport>(&json).unwrap(), report);
    }

    #[test]
    fn a_feed_that_is_not_polled_has_no_next_poll() {
        let mut stopped = failing();
        stopped.schedule.stopped = true;
        assert_eq!(FeedReport::new(&card(), &stopped).next_poll, None);
        let disabled = FeedCard {
            active: false,
            ..card()
        };
        assert_eq!(FeedReport::new(&disabled, &failing()).next_poll, None);
    }

    #[test]
    fn a_feed_waits_for_its_host() {
        let report = FeedReport::new(&card(), &failing());
        let late = report.clone().held_until(Timestamp::from_seconds(1_001));
        assert_eq!(late.next_poll, Some(Timestamp::from_seconds(1_001)));
        assert_eq!(late.reason, "host-pause");
        let soon = report.clone().held_until(Timestamp::from_seconds(999));
        assert_eq!(soon, report);
        let stopped = FeedReport {
            next_poll: None,
            ..report
        };
        let held = stopped.clone().held_until(Timestamp::from_seconds(1_001));
        assert_eq!(held, stopped);
    }

    #[test]
    fn an_adopted_address_that_is_none_is_not_printed() {
        for url in ["joe:pw@example.org", "//joe:pw@example.org", ""] {
            assert_eq!(without_secrets(url), "***", "{url}");
        }
    }
}
