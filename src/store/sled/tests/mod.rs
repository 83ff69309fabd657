//! The suite every backend passes, and what only sled can get wrong.

mod damage;
mod files;
mod transfer;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{OpenReport, Options, SledStore};
use crate::clock::Clock;
use crate::store::contract::{self, Backend};
use crate::store::{Store, StoreError};

/// A directory of its own for one test.
struct Place {
    root: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        Self {
            root: tempfile::tempdir().unwrap(),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    fn options(&self, name: &str) -> Options {
        Options {
            dir: self.path(name),
            checkpoint_dir: self.path(&format!("{name}-checkpoints")),
            cache_bytes: 8 << 20,
            free_min_bytes: 0,
        }
    }

    fn try_open(
        &self,
        name: &str,
        clock: Arc<dyn Clock>,
    ) -> Result<(Arc<dyn Store>, OpenReport), StoreError> {
        let (store, report) = SledStore::open(&self.options(name), clock)?;
        Ok((Arc::new(store), report))
    }
}

impl Backend for Place {
    async fn open(&self, name: &str, clock: Arc<dyn Clock>) -> Arc<dyn Store> {
        self.try_open(name, clock).unwrap().0
    }
}

fn snapshots(dir: &Path) -> Vec<PathBuf> {
    let files = std::fs::read_dir(dir).unwrap().flatten();
    files
        .map(|file| file.path())
        .filter(|path| {
            path.file_name()
                .unwrap()
                .to_string_lossy()
                .starts_with("snap.")
        })
        .collect()
}

contract::suite!(Place::new());
