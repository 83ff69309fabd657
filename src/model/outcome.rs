//! What came of asking one feed once.

use std::time::Duration;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::model::time::Timestamp;

/// ETag and Last-Modified exactly as the server gave them: opaque bytes, sent back unchanged
/// (RFC 9110 §8.8, §13.1).
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Validators {
    /// Value of `ETag`.
    pub etag: Option<Vec<u8>>,
    /// Value of `Last-Modified`.
    pub last_modified: Option<Vec<u8>>,
}

impl Validators {
    /// Whether there is nothing to send.
    pub fn is_empty(&self) -> bool {
        self.etag.is_none() && self.last_modified.is_none()
    }
}

/// One request for one feed.
#[derive(Clone, Debug)]
pub struct FetchRequest {
    /// Address.
    pub url: Url,
    /// Sent as If-None-Match and If-Modified-Since; `None` asks unconditionally.
    pub validators: Option<Validators>,
    /// Sent instead of the daemon's user agent.
    pub user_agent: Option<String>,
    /// Further headers.
    pub headers: Vec<(String, String)>,
    /// Limit for the whole exchange, redirects included.
    pub timeout: Duration,
    /// Whether private and loopback addresses may be asked.
    pub allow_private: bool,
}

/// One redirect that was followed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hop {
    /// 301, 302, 303, 307 or 308.
    pub status: u16,
    /// Where it led.
    pub to: Url,
}

impl Hop {
    /// Whether the publisher calls it permanent (301, 308).
    pub fn is_permanent(&self) -> bool {
        matches!(self.status, 301 | 308)
    }
}

/// What the answer says about when to come back.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Freshness {
    /// `Retry-After`, seconds or date, as a moment; any status.
    pub retry_after: Option<Timestamp>,
    /// `Cache-Control: max-age` less `Age`, else `Expires` less `Date`.
    pub fresh_for: Option<Duration>,
    /// `Date` of the answer.
    pub date: Option<Timestamp>,
}

/// Everything one exchange gave.
#[derive(Clone, Debug)]
pub struct FetchReport {
    /// How it ended.
    pub outcome: FetchOutcome,
    /// Redirects followed, in order.
    pub hops: Vec<Hop>,
    /// Address that answered last.
    pub final_url: Url,
    /// HTTP status of the last answer, where one came.
    pub status: Option<u16>,
    /// When to come back, as far as the answer says.
    pub freshness: Freshness,
    /// How long it took.
    pub elapsed: Duration,
}

/// How one exchange ended.
#[derive(Clone, Debug)]
pub enum FetchOutcome {
    /// A body came (200).
    Modified(FetchedBody),
    /// 304.
    NotModified,
    /// 410.
    Gone,
    /// 429 or 503: come back later.
    Throttled,
    /// Anything else.
    Failed(FetchFailure),
}

/// A body as it came, content coding and all.
#[derive(Clone, Debug)]
pub struct FetchedBody {
    /// The bytes.
    pub bytes: Bytes,
    /// `Content-Type` as sent.
    pub content_type: Option<String>,
    /// `Content-Encoding` as sent.
    pub content_encoding: Option<String>,
    /// `Content-Location`, resolved: base for relative addresses.
    pub content_location: Option<Url>,
    /// Validators of this body.
    pub validators: Validators,
}

/// Why an exchange failed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FetchFailure {
    /// Class.
    pub kind: OutcomeKind,
    /// What happened, for a person; no secrets.
    pub detail: String,
}

/// How a poll ended: the closed set in logs, metrics and on the status page.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OutcomeKind {
    /// A body came and was read.
    Ok,
    /// Nothing new: 304 or an equal body.
    NotModified,
    /// 410.
    Gone,
    /// 429 or 503.
    Throttled,
    /// Any other status.
    HttpStatus,
    /// Name not found.
    Dns,
    /// No connection.
    Connect,
    /// Certificate or TLS trouble.
    Tls,
    /// Too slow.
    Timeout,
    /// Connection broke in the middle.
    Cut,
    /// Body over the limit.
    TooLarge,
    /// Too many redirects or a broken one.
    Redirect,
    /// A private or otherwise forbidden address.
    Forbidden,
    /// Any other HTTP trouble.
    Protocol,
    /// The body could not be decoded or is no feed.
    NotAFeed,
    /// Preparing it panicked; a bug of ours.
    Panic,
    /// The store did not take it.
    Store,
}

impl OutcomeKind {
    /// Stable word for logs and metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::NotModified => "not-modified",
            Self::Gone => "gone",
            Self::Throttled => "throttled",
            Self::HttpStatus => "http-status",
            Self::Dns => "dns",
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::Timeout => "timeout",
            Self::Cut => "cut",
            Self::TooLarge => "too-large",
            Self::Redirect => "redirect",
            Self::Forbidden => "forbidden-address",
            Self::Protocol => "protocol",
            Self::NotAFeed => "not-a-feed",
            Self::Panic => "panic",
            Self::Store => "store",
        }
    }

    /// Whether the feed is well: 200 or 304.
    pub fn is_success(self) -> bool {
        matches!(self, Self::Ok | Self::NotModified)
    }
}

/// Why a feed is next polled when it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PollReason {
    /// Never polled yet.
    #[default]
    First,
    /// The interval set for the feed or the daemon.
    Interval,
    /// The answer said it stays fresh (max-age, Expires).
    Fresh,
    /// RSS `ttl`.
    Ttl,
    /// `sy:updatePeriod`.
    UpdatePeriod,
    /// RSS `skipHours` or `skipDays`.
    Skip,
    /// `Retry-After`.
    RetryAfter,
    /// Failures in a row.
    Backoff,
    /// 410, asked again to be sure.
    Gone,
    /// 410 for three days: not asked any more.
    Stopped,
    /// Asked for by hand.
    Asked,
}

impl PollReason {
    /// Stable word for logs and the status page.
    pub fn name(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Interval => "interval",
            Self::Fresh => "fresh",
            Self::Ttl => "ttl",
            Self::UpdatePeriod => "update-period",
            Self::Skip => "skip",
            Self::RetryAfter => "retry-after",
            Self::Backoff => "backoff",
            Self::Gone => "gone",
            Self::Stopped => "stopped",
            Self::Asked => "asked",
        }
    }
}
