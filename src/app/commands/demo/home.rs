//! The directory a demo writes into. It goes with the demo; what a killed one left goes with the
//! next, and a lock tells the two apart.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use tempfile::TempDir;

use crate::app::error::AppError;

const PREFIX: &str = "nuncio-demo-";
/// Held for as long as the demo lives. A directory without it is not touched: its demo is about
/// to begin.
const LOCK: &str = "demo.lock";

/// A demo's directory.
pub(super) struct Home {
    directory: TempDir,
    /// Released after the directory is removed.
    _lock: File,
}

impl Home {
    /// A new one in the directory for temporary files, from which those of dead demos are removed.
    ///
    /// # Errors
    /// Where nothing can be written there.
    pub(super) fn new() -> Result<Self, AppError> {
        let parent = std::env::temp_dir();
        sweep(&parent);
        Self::new_in(&parent).map_err(|error| {
            AppError::Failed(format!(
                "cannot make a directory for the demo in {}: {error}\nhint: TMPDIR names another place for it",
                parent.display()
            ))
        })
    }

    fn new_in(parent: &Path) -> io::Result<Self> {
        let directory = tempfile::Builder::new().prefix(PREFIX).tempdir_in(parent)?;
        // Locked before it has the name by which others look for it.
        let unnamed = directory.path().join("demo.unlocked");
        let lock = File::create(&unnamed)?;
        lock.lock()?;
        fs::rename(&unnamed, directory.path().join(LOCK))?;
        Ok(Self {
            directory,
            _lock: lock,
        })
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        self.directory.path()
    }

    /// Removes it.
    ///
    /// # Errors
    /// Where something of it stays.
    pub(super) fn remove(self) -> Result<(), AppError> {
        let path = self.directory.path().to_owned();
        self.directory
            .close()
            .map_err(|error| AppError::Failed(format!("cannot remove {}: {error}", path.display())))
    }
}

/// Removes what demos of this user left that were killed. What cannot be removed stays: it is in
/// nobody's way.
fn sweep(parent: &Path) {
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    for entry in entries {
        if entry.file_name().to_string_lossy().starts_with(PREFIX) {
            drop(remove_dead(&entry.path()));
        }
    }
}

fn remove_dead(directory: &Path) -> io::Result<()> {
    let metadata = fs::symlink_metadata(directory)?;
    let is_ours = metadata.is_dir() && metadata.uid() == rustix::process::geteuid().as_raw();
    if is_ours {
        // Held until all is removed: another demo that sweeps leaves it alone meanwhile.
        let lock = File::open(directory.join(LOCK))?;
        lock.try_lock()?;
        fs::remove_dir_all(directory)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_demo_left_is_swept_and_nothing_else() {
        let parent = tempfile::tempdir().unwrap();
        let living = Home::new_in(parent.path()).unwrap();
        let killed = Home::new_in(parent.path()).unwrap();
        fs::create_dir(killed.path().join("state")).unwrap();
        let left = killed.path().to_owned();
        let Home {
            directory,
            _lock: lock,
        } = killed;
        std::mem::forget(directory);
        let others = ["nuncio-demo-beginning", "other"].map(|name| parent.path().join(name));
        for other in &others {
            fs::create_dir(other).unwrap();
        }
        fs::write(parent.path().join("nuncio-demo-notes"), "mine").unwrap();
        sweep(parent.path());
        assert!(left.exists(), "its lock is held still");
        drop(lock);
        sweep(parent.path());
        assert!(!left.exists());
        assert!(living.path().join(LOCK).exists());
        assert!(others.iter().all(|other| other.exists()));
        assert!(parent.path().join("nuncio-demo-notes").exists());
        living.remove().unwrap();
    }
}
