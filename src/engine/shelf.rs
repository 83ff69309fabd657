//! The cache directory: finished documents and the sidecar, kept so that they outlive the
//! process and can be served while the store is not open.
//!
//! Nothing here is needed to be right: a missing or damaged file only means that the document
//! is rendered again. The sidecar is what a store restored from an older checkpoint puts back
//! first, so that what readers saw keeps its ids and stamps.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tracing::warn;

use crate::model::rendered::Snapshot;
use crate::publish::CachedFeed;
use crate::publish::cache::{self, EXTENSION};

/// File of the sidecar.
const SIDECAR: &str = "stories.bin";

/// The cache directory.
#[derive(Clone, Debug)]
pub struct Shelf {
    dir: PathBuf,
}

impl Shelf {
    /// Uses `dir`, making it where it is missing.
    ///
    /// # Errors
    /// Where it cannot be made.
    pub fn open(dir: &Path) -> io::Result<Self> {
        fs::create_dir_all(dir)?;
        Ok(Self {
            dir: dir.to_owned(),
        })
    }

    /// What was last served of the merged feeds `names`, in that order.
    pub fn snapshot<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> Snapshot {
        cache::snapshot(names.into_iter().filter_map(|name| self.feed(name)))
    }

    fn feed(&self, name: &str) -> Option<CachedFeed> {
        let path = self.dir.join(file_name(name));
        let file = fs::read(&path).ok()?;
        match CachedFeed::decode(&file) {
            Ok(feed) => Some(feed),
            Err(error) => {
                warn!(path = %path.display(), error.kind = error.kind(), %error, "{} is not usable: {error}; it will be written anew", path.display());
                None
            }
        }
    }

    /// The shown stories as they were last published.
    pub fn sidecar(&self) -> Option<Vec<u8>> {
        fs::read(self.dir.join(SIDECAR)).ok()
    }

    /// Keeps the sidecar, then what differs from `before`: what readers are about to see is
    /// never on the shelf without the stories behind it.
    ///
    /// # Errors
    /// Where a file cannot be written; the one before stays.
    pub fn keep(&self, snapshot: &Snapshot, before: &Snapshot, sidecar: &[u8]) -> io::Result<()> {
        self.replace(SIDECAR, sidecar)?;
        let kept = cache::feeds(before);
        for feed in cache::feeds(snapshot) {
            if !kept.contains(&feed) {
                self.replace(&file_name(&feed.card.name), &feed.encode())?;
            }
        }
        Ok(())
    }

    /// Writes beside, makes it durable, renames: a reader of the directory never meets half a
    /// file.
    fn replace(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let beside = self.dir.join(format!("{name}.new"));
        let mut file = File::create(&beside)?;
        file.write_all(bytes)?;
        file.sync_data()?;
        fs::rename(&beside, self.dir.join(name))?;
        File::open(&self.dir)?.sync_all()
    }
}

fn file_name(merged: &str) -> String {
    format!("{merged}.{EXTENSION}")
}
