//! Finished documents: bytes that are served as they are.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::model::time::Timestamp;

/// Formats a merged feed is published in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// Atom 1.0 (RFC 4287): the contract.
    Atom,
    /// RSS 2.0.
    Rss,
    /// JSON Feed 1.1.
    Json,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 3] = [Self::Atom, Self::Rss, Self::Json];

    /// Ending of its path: `/feeds/NAME.atom`.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Atom => "atom",
            Self::Rss => "rss",
            Self::Json => "json",
        }
    }

    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Atom => "application/atom+xml; charset=utf-8",
            Self::Rss => "application/rss+xml; charset=utf-8",
            Self::Json => "application/feed+json; charset=utf-8",
        }
    }
}

/// One document of one merged feed, ready to be sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RenderedFeed {
    /// Name of the merged feed.
    pub name: String,
    /// Format.
    pub format: Format,
    /// The document, not compressed.
    pub identity: Bytes,
    /// The same, gzip.
    pub gzip: Bytes,
    /// The same, brotli.
    pub brotli: Bytes,
    /// The same, zstd.
    pub zstd: Bytes,
    /// Hash of the identity bytes, 32 hexadecimal digits; the ETag adds the coding.
    pub hash: String,
    /// When the bytes last changed: whole seconds, each at least one after the one before.
    pub last_modified: Timestamp,
}

/// What people and OPML are told about a merged feed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct MergedFeedCard {
    /// Name in the address.
    pub name: String,
    /// Title.
    pub title: String,
    /// Stories in the current document.
    pub n_stories: usize,
    /// Stamp of the newest.
    pub updated: Option<Timestamp>,
}

/// Everything that is served, as of one moment.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Snapshot {
    /// Documents by name and format.
    pub feeds: BTreeMap<(String, Format), Arc<RenderedFeed>>,
    /// Merged feeds in the order they are listed.
    pub cards: Vec<MergedFeedCard>,
}

/// The snapshot being served; swapped whole.
#[derive(Debug, Default)]
pub struct SnapshotCell(RwLock<Arc<Snapshot>>);

impl SnapshotCell {
    /// The present snapshot.
    pub fn load(&self) -> Arc<Snapshot> {
        self.0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Replaces it.
    pub fn store(&self, snapshot: Snapshot) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(snapshot);
    }
}
