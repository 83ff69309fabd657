//! A checked configuration: every default filled in, every bound kept.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use url::Url;

use crate::model::feed::{DedupScope, Feed};
use crate::model::rendered::Format;
use crate::model::rules::{RuleTest, Rules};

/// A checked configuration.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Config {
    /// The file it came from.
    pub path: PathBuf,
    /// `[daemon]`.
    pub daemon: Daemon,
    /// `[store]`.
    pub store: StoreConfig,
    /// `[publish]`.
    pub publish: Publish,
    /// `regions`, `[filter]`, `[region.NAME]`.
    pub rules: Rules,
    /// `[[feed]]`, in the order of the file, disabled ones too.
    pub feeds: Vec<Feed>,
    /// `[[test]]`.
    pub tests: Vec<RuleTest>,
}

/// `[daemon]`: how it polls and where it listens.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Daemon {
    /// Address served on. Default 127.0.0.1:8585.
    pub listen: SocketAddr,
    /// Address readers reach it by, for `self` links; its path ends in `/`. `None`: relative to
    /// `listen`.
    pub base_url: Option<Url>,
    /// Where the store lies. Default: `$STATE_DIRECTORY`, else `$XDG_STATE_HOME/nuncio`, else
    /// `~/.local/state/nuncio`.
    pub state_dir: PathBuf,
    /// Where snapshots lie. Default: `$CACHE_DIRECTORY`, else `$XDG_CACHE_HOME/nuncio`, else
    /// `~/.cache/nuncio`.
    pub cache_dir: PathBuf,
    /// Where the control socket lies. `$RUNTIME_DIRECTORY`, else the state directory.
    pub runtime_dir: PathBuf,
    /// `User-Agent`, contact included.
    pub user_agent: String,
    /// Pace of a feed without one of its own. Default 30 min.
    pub interval: Duration,
    /// No feed is asked more often, unless it is on `allow-private`. Default 5 min.
    pub min_interval: Duration,
    /// Pause after the first failure. Default 5 min.
    pub backoff_base: Duration,
    /// Longest pause after failures. Default 24 h.
    pub backoff_max: Duration,
    /// Freshness of answers counts up to this. Default 24 h.
    pub freshness_max: Duration,
    /// A 429 or 503 pauses its host at most this long. Default 1 h.
    pub host_pause_max: Duration,
    /// Requests at a time to one host. Default 2.
    pub host_requests: usize,
    /// Time between two requests to one host. Default 1 s.
    pub host_spacing: Duration,
    /// Requests at a time overall. Default 64.
    pub requests: usize,
    /// Limit for connecting. Default 10 s.
    pub connect_timeout: Duration,
    /// Limit without progress. Default 20 s.
    pub read_timeout: Duration,
    /// Limit for one poll. Default 60 s.
    pub timeout: Duration,
    /// Largest body in bytes, after inflation. Default 10 MiB.
    pub body_max_bytes: usize,
    /// Redirects followed. Default 10.
    pub redirects_max: usize,
    /// Entries kept of one document. Default 1,000.
    pub entries_max: usize,
    /// Proxy for all requests.
    pub proxy: Option<Url>,
    /// Further trusted certificates, a PEM file.
    pub extra_ca: Option<PathBuf>,
    /// Whether private and loopback addresses may be asked at all feeds.
    pub allow_private: bool,
}

/// `[store]`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoreConfig {
    /// Page cache in bytes. Default 16 MiB.
    pub cache_bytes: u64,
    /// Time between checkpoints. Default 1 h.
    pub checkpoint: Duration,
    /// Space kept free in bytes. Default 200 MiB.
    pub free_min_bytes: u64,
}

/// `[publish]`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Publish {
    /// Stories always in the current document. Default 200.
    pub entries: usize,
    /// And everything within this before the newest. Default 48 h.
    pub window: Duration,
    /// What of the text is shown. Default full.
    pub content: ContentShown,
    /// Formats published. Default all three.
    pub formats: Vec<Format>,
    /// Age beyond which entries of a feed's first body are not announced. Default 48 h.
    pub backlog: Duration,
    /// Default of feeds without a `dedup` of their own.
    pub dedup: DedupScope,
}

/// How much of an entry's text is shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ContentShown {
    /// All of it.
    #[default]
    Full,
    /// The summary.
    Summary,
    /// Title and link only.
    None,
}
