//! What the routes read.

use std::fmt;
use std::sync::Arc;

use url::Url;

use crate::model::rendered::SnapshotCell;

/// Whether the service is well, as far as probes and people are told.
pub trait Health: Send + Sync + 'static {
    /// Whether the store is open and feeds are being polled: what `/readyz` answers. Feeds are
    /// served either way.
    fn ready(&self) -> bool;

    /// One line for people: `37 of 40 feeds well, store open`. It is escaped where it is shown,
    /// and holds no secret.
    fn status_line(&self) -> String;
}

/// What the routes read; cloned for each request.
#[derive(Clone)]
pub struct ServeState {
    /// The documents being served.
    pub snapshots: Arc<SnapshotCell>,
    /// How the service is.
    pub health: Arc<dyn Health>,
    /// Address readers reach the service by; without it, OPML and the page go by the `Host` of
    /// the request.
    pub base_url: Option<Url>,
}

impl fmt::Debug for ServeState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServeState").finish_non_exhaustive()
    }
}
