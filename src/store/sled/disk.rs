//! What is asked of the file system itself: syncing, locks, free space, and whether the store's
//! file is still the one that was opened.

use std::fs::{self, File, TryLockError};
use std::io;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

/// sled's one data file.
pub(super) const DB: &str = "db";

/// A handle of our own of sled's data file: sled's `flush` is not an fsync.
#[derive(Debug)]
pub(super) struct DbFile {
    file: File,
    path: PathBuf,
}

impl DbFile {
    /// Opens the data file in `dir`.
    pub(super) fn open(dir: &Path) -> io::Result<Self> {
        let path = dir.join(DB);
        Ok(Self {
            file: File::open(&path)?,
            path,
        })
    }

    /// Makes everything flushed so far durable.
    pub(super) fn sync(&self) -> io::Result<()> {
        self.file.sync_data()
    }

    /// Whether the file under this name is still ours and was not emptied.
    ///
    /// A shorter file alone is no sign: sled cuts free segments off its end.
    ///
    /// # Errors
    /// What happened to it, for a person.
    pub(super) fn check(&self) -> Result<(), String> {
        let path = self.path.display();
        let present = fs::metadata(&self.path)
            .map_err(|error| format!("{path} was taken away while in use ({error})"))?;
        let ours = self
            .file
            .metadata()
            .map_err(|error| format!("{path} cannot be asked for its state ({error})"))?;
        if (present.dev(), present.ino()) != (ours.dev(), ours.ino()) {
            return Err(format!("{path} was replaced while in use"));
        }
        if ours.len() == 0 {
            return Err(format!("{path} was emptied while in use"));
        }
        Ok(())
    }
}

/// The last acknowledged commit, in a file of our own beside sled's.
///
/// sled reads its log up to the first page it cannot use and calls that the end: a store damaged
/// there opens without an error as it once was. The mark tells. It is written without a sync: a
/// power cut may leave an older one, which is still true, a kill leaves the last one.
#[derive(Debug)]
pub(super) struct Mark(File);

/// Name of the mark.
const MARK: &str = "acknowledged";

impl Mark {
    /// Opens the mark in `dir`, or makes one.
    pub(super) fn open(dir: &Path) -> io::Result<Self> {
        let mut options = File::options();
        let options = options.write(true).create(true).truncate(false);
        options.open(dir.join(MARK)).map(Self)
    }

    /// Notes that all up to `cursor` is durable.
    pub(super) fn write(&self, cursor: u64) -> io::Result<()> {
        let both = [cursor.to_be_bytes(), (!cursor).to_be_bytes()];
        self.0.write_all_at(both.as_flattened(), 0)
    }

    /// What is noted in `dir`; 0 where nothing is, or nothing that can be read.
    pub(super) fn read(dir: &Path) -> u64 {
        let both: Option<[u8; 16]> = fs::read(dir.join(MARK))
            .ok()
            .and_then(|bytes| bytes.try_into().ok());
        let Some(both) = both.map(u128::from_be_bytes) else {
            return 0;
        };
        let cursor = u64::try_from(both >> 64).unwrap_or(0);
        let check = u64::try_from(both & u128::from(u64::MAX)).unwrap_or(0);
        if check == !cursor { cursor } else { 0 }
    }
}

/// Syncs a file or a directory.
pub(super) fn sync_path(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// The directory `path` stands in.
pub(super) fn parent_of(path: &Path) -> &Path {
    path.parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

/// Bytes free for us on the file system of `dir`.
pub(super) fn free_bytes(dir: &Path) -> io::Result<u64> {
    let stat = rustix::fs::statvfs(dir)?;
    Ok(stat.f_bavail.saturating_mul(stat.f_frsize))
}

/// Bytes of all files below `dir`; what vanishes meanwhile counts nothing.
pub(super) fn size_bytes(dir: &Path) -> u64 {
    let Ok(list) = fs::read_dir(dir) else {
        return 0;
    };
    list.flatten()
        .map(|item| match item.metadata() {
            Ok(metadata) if metadata.is_dir() => size_bytes(&item.path()),
            Ok(metadata) => metadata.len(),
            Err(_) => 0,
        })
        .sum()
}

/// Whether somebody holds the lock of the data file in `dir`.
pub(super) fn is_locked(dir: &Path) -> bool {
    let Ok(file) = File::open(dir.join(DB)) else {
        return false;
    };
    // Dropping the handle gives the lock back at once.
    matches!(file.try_lock(), Err(TryLockError::WouldBlock))
}

/// Waits until nobody holds the lock of the data file: sled's background threads may keep theirs
/// a little longer than the last handle. `false` after `limit`.
pub(super) fn wait_unlocked(dir: &Path, limit: Duration) -> bool {
    let Ok(file) = File::open(dir.join(DB)) else {
        return true;
    };
    let (tx, rx) = mpsc::channel();
    let waiter = std::thread::Builder::new()
        .name("store-unlock".to_owned())
        .spawn(move || {
            let locked = file.lock().is_ok();
            drop(file);
            // The receiver is gone where the limit has passed.
            let _sent = tx.send(locked);
        });
    waiter.is_ok() && rx.recv_timeout(limit).unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_taken_away_replaced_or_emptied_is_noticed() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(DB);
        let fresh = || {
            fs::write(&path, [7; 64]).unwrap();
            DbFile::open(dir.path()).unwrap()
        };
        let file = fresh();
        assert_eq!(file.check(), Ok(()));
        fs::remove_file(&path).unwrap();
        assert!(file.check().unwrap_err().contains("taken away"));
        fs::write(&path, [7; 64]).unwrap();
        assert!(file.check().unwrap_err().contains("replaced"));
        let file = fresh();
        File::create(&path).unwrap();
        assert!(file.check().unwrap_err().contains("emptied"));
    }

    #[test]
    fn a_mark_is_read_back_or_not_believed() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(Mark::read(dir.path()), 0);
        for cursor in [7, u64::MAX, 3] {
            Mark::open(dir.path()).unwrap().write(cursor).unwrap();
            assert_eq!(Mark::read(dir.path()), cursor);
        }
        let path = dir.path().join(MARK);
        let mut torn = fs::read(&path).unwrap();
        torn[7] ^= 1;
        fs::write(&path, torn).unwrap();
        assert_eq!(Mark::read(dir.path()), 0);
    }

    #[test]
    fn locks_are_seen_and_waited_for() {
        let dir = tempfile::tempdir().unwrap();
        assert!(!is_locked(dir.path()), "no file, no lock");
        assert!(wait_unlocked(dir.path(), Duration::ZERO));
        let file = File::create(dir.path().join(DB)).unwrap();
        file.lock().unwrap();
        assert!(is_locked(dir.path()));
        assert!(!wait_unlocked(dir.path(), Duration::from_millis(5)));
        drop(file);
        assert!(wait_unlocked(dir.path(), Duration::from_secs(10)));
        assert!(!is_locked(dir.path()));
    }

    #[test]
    fn sizes_and_free_space_are_known() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("blobs")).unwrap();
        fs::write(dir.path().join("blobs/1"), [0; 10]).unwrap();
        fs::write(dir.path().join("db"), [0; 5]).unwrap();
        assert!(size_bytes(dir.path()) >= 15);
        assert!(free_bytes(dir.path()).unwrap() > 0);
        assert_eq!(parent_of(Path::new("store")), Path::new("."));
    }
}
