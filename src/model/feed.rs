//! Feeds: what is configured of one, and what is remembered of one.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use url::Url;

use crate::model::country::Country;
use crate::model::entry::EntryKey;
use crate::model::fingerprint::KeyKind;
use crate::model::outcome::{OutcomeKind, PollReason, Validators};
use crate::model::parsed::PublisherPace;
use crate::model::tally::Tally;
use crate::model::time::{Timestamp, Zone};
use crate::model::url::SafeUrl;

/// A feed's name for ever: a slug of lower-case letters, digits and single inner hyphens,
/// 1 to 64 characters. It survives a change of URL.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FeedId(String);

/// Why a text is no [`FeedId`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a feed id is 1 to 64 lower-case letters, digits and single hyphens between them")]
pub struct InvalidFeedId;

impl FromStr for FeedId {
    type Err = InvalidFeedId;

    fn from_str(text: &str) -> Result<Self, InvalidFeedId> {
        let is_slug = !text.is_empty()
            && text.len() <= 64
            && text.split('-').all(|part| {
                !part.is_empty()
                    && part
                        .bytes()
                        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
            });
        if is_slug {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidFeedId)
        }
    }
}

impl FeedId {
    /// The slug.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FeedId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for FeedId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Stored number of a feed, given once; entries and keys refer to it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct FeedNumber(pub u32);

/// Rank of a feed inside a story: whose text is shown. Lower is better.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Tier {
    /// A ministry, a president's office, an international organisation.
    Official,
    /// A news agency.
    Agency,
    /// A newspaper, a broadcaster.
    #[default]
    Press,
    /// A think tank, a journal, a blog.
    Analysis,
}

impl Tier {
    /// All tiers, best first.
    pub const ALL: [Self; 4] = [Self::Official, Self::Agency, Self::Press, Self::Analysis];

    /// The word in `feeds.toml` and on pages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Official => "official",
            Self::Agency => "agency",
            Self::Press => "press",
            Self::Analysis => "analysis",
        }
    }
}

/// How far entries of a feed are compared with other feeds'.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub enum DedupScope {
    /// Only inside the feed.
    Off,
    /// Across feeds by canonical URL.
    #[default]
    Url,
}

/// One upstream of `feeds.toml`, checked, with every default filled in.
#[derive(Clone, PartialEq, Eq)]
pub struct Feed {
    /// Its name for ever.
    pub id: FeedId,
    /// Ids it had before.
    pub formerly: Vec<FeedId>,
    /// Address.
    pub url: Url,
    /// Name shown to people.
    pub name: String,
    /// Rank inside a story.
    pub tier: Tier,
    /// Where it stands in OPML.
    pub folder: Option<String>,
    /// BCP 47 language, lower case, where the feed itself does not say.
    pub language: Option<String>,
    /// The zone its dates are meant in that name none.
    pub time_zone: Option<Zone>,
    /// The country an entry is about that names no place at all.
    pub default_country: Option<Country>,
    /// Whether it is polled.
    pub enabled: bool,
    /// Whether all of it is announced in `all`, whatever it is about.
    pub unfiltered: bool,
    /// Dedup across feeds.
    pub dedup: DedupScope,
    /// Fixed pace; `None`: the policy decides.
    pub interval: Option<Duration>,
    /// Limit for one poll.
    pub timeout: Duration,
    /// Sent instead of the daemon's.
    pub user_agent: Option<String>,
    /// Further request headers, name and value.
    pub headers: Vec<(String, String)>,
    /// Whether private and loopback addresses may be asked.
    pub allow_private: bool,
}

impl fmt::Debug for Feed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Feed")
            .field("id", &self.id)
            .field("url", &SafeUrl(&self.url))
            .finish_non_exhaustive()
    }
}

/// What published entries and pages say about a feed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FeedCard {
    /// Stored number.
    pub number: FeedNumber,
    /// Its name for ever.
    pub id: FeedId,
    /// Name shown to people.
    pub name: String,
    /// Address, with secrets hidden.
    pub url: String,
    /// Rank.
    pub tier: Tier,
    /// Whether it is in the configuration and enabled.
    pub active: bool,
}

/// What the configuration tells the store of one feed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FeedSeed {
    /// Its name for ever.
    pub id: FeedId,
    /// Ids it had before: the number of the first one known is taken over.
    pub formerly: Vec<FeedId>,
    /// Name shown to people.
    pub name: String,
    /// Address as fetched.
    pub url: String,
    /// Address with secrets hidden.
    pub safe_url: String,
    /// Rank.
    pub tier: Tier,
}

/// All that is remembered of a feed between polls; committed with the entries of each poll.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct FeedState {
    /// When it is next due, and why: owned by `schedule`.
    pub schedule: ScheduleState,
    /// What the next request sends and what its answer is compared with: owned by `engine`.
    pub conditional: Conditional,
    /// What dedup has learned: owned by `dedup`.
    pub memory: FeedMemory,
    /// How the last poll ended, for people.
    pub last: LastPoll,
    /// What it called itself when it was last read: owned by `engine`.
    pub title: Option<String>,
}

/// Pace, failures, redirects.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ScheduleState {
    /// When to ask next.
    pub next_poll: Timestamp,
    /// Why then.
    pub reason: PollReason,
    /// Failures in a row.
    pub n_failures: u32,
    /// First of those failures.
    pub failing_since: Option<Timestamp>,
    /// Last poll that ended well (200 or 304).
    pub last_success: Option<Timestamp>,
    /// Target of the permanent redirects seen in a row, and how many.
    pub redirect: Option<(String, u32)>,
    /// Address adopted after enough of them.
    pub moved_to: Option<String>,
    /// First of the 410 answers in a row.
    pub gone_since: Option<Timestamp>,
    /// Whether polling has stopped for good (410 repeated for three days).
    pub stopped: bool,
    /// Host that asked to be left alone by this feed's last answer, and until when.
    pub host_pause: Option<(String, Timestamp)>,
    /// The pace the last document asked for.
    pub pace: PublisherPace,
    /// When a request is next sent without validators, to catch servers that lie.
    pub verify_at: Option<Timestamp>,
    /// Whether validators of this feed are not believed any more.
    pub lies: bool,
}

/// What makes the next request conditional. Written only together with the entries it speaks of.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Conditional {
    /// Address they came from; they are not sent to another.
    pub url: String,
    /// ETag and Last-Modified of the last body that was read.
    pub validators: Option<Validators>,
    /// BLAKE3 of the last body (128 bits) and the parser version that read it.
    pub body: Option<([u8; 16], u16)>,
    /// Why that body could not be read, for a person; then there are no validators.
    pub unreadable: Option<String>,
}

/// What dedup has learned of a feed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct FeedMemory {
    /// Key that is asked first; `None` until the first document.
    pub asked: Option<KeyKind>,
    /// Commit time of its first body with entries; cleared when it is removed or disabled.
    pub first_body: Option<Timestamp>,
    /// Time of the last poll that confirmed the current body (200, equal hash or 304).
    pub body_confirmed: Option<Timestamp>,
    /// Entries of the current body, ascending.
    pub body: Vec<EntryKey>,
}

/// How the last poll ended.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct LastPoll {
    /// When; `None` before the first.
    pub at: Option<Timestamp>,
    /// How.
    pub outcome: Option<OutcomeKind>,
    /// What went wrong, for a person.
    pub error: Option<String>,
    /// Its tally.
    pub tally: Tally,
    /// All polls summed.
    pub total: Tally,
    /// Polls so far.
    pub n_polls: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_slugs_are_feed_ids() {
        for good in ["mfa-kz", "a", "1tv", "un-news-ru"] {
            assert_eq!(good.parse::<FeedId>().unwrap().as_str(), good);
        }
        for bad in [
            "",
            "MFA",
            "a--b",
            "-a",
            "a-",
            "a_b",
            "министерство",
            "a b",
            &"x".repeat(65),
        ] {
            assert!(bad.parse::<FeedId>().is_err(), "{bad}");
        }
    }

    #[test]
    fn official_beats_agency_beats_press_beats_analysis() {
        assert!(Tier::ALL.is_sorted());
    }
}
