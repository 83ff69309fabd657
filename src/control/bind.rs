//! Where the socket lies, and how a daemon comes by it.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions, TryLockError};
use std::io::{self, Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, FileTypeExt, OpenOptionsExt, PermissionsExt};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

use crate::control::error::ControlError;

/// Where the daemon of the shipped unit listens.
pub const SYSTEM_SOCKET: &str = "/run/nuncio/control.sock";

/// Longest path of a Unix socket on Linux: `sun_path` holds 108 bytes with the final zero (unix(7)).
pub const SOCKET_PATH_MAX_BYTES: usize = 107;

const SOCKET_NAME: &str = "control.sock";

/// The socket of a daemon whose `runtime_dir` this is.
pub fn socket_in(runtime_dir: &Path) -> PathBuf {
    runtime_dir.join(SOCKET_NAME)
}

/// The socket to ask: the one in `runtime_dir` where there is one, else [`SYSTEM_SOCKET`] where
/// there is one, else the first again, for the message.
///
/// An administrator's shell has no `$RUNTIME_DIRECTORY`, so that the directory computed there is
/// not the service's.
pub fn locate(runtime_dir: &Path) -> PathBuf {
    first_existing(socket_in(runtime_dir), PathBuf::from(SYSTEM_SOCKET))
}

fn first_existing(own: PathBuf, system: PathBuf) -> PathBuf {
    if !may_exist(&own) && may_exist(&system) {
        system
    } else {
        own
    }
}

/// A directory one may not look into may hold it: asking then says so, and not "not running".
fn may_exist(path: &Path) -> bool {
    match fs::symlink_metadata(path) {
        Ok(_) => true,
        Err(error) => error.kind() == io::ErrorKind::PermissionDenied,
    }
}

/// A bound socket, ours alone until it is dropped; dropping it removes it.
#[derive(Debug)]
pub struct ControlSocket {
    listener: UnixListener,
    path: PathBuf,
    /// Locked; dropped after the socket is removed.
    _lock: File,
}

impl ControlSocket {
    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The listener, not blocking, for an event loop.
    ///
    /// # Errors
    /// [`ControlError::Io`] where no further file can be opened.
    pub fn listener(&self) -> Result<UnixListener, ControlError> {
        self.listener
            .try_clone()
            .and_then(|listener| listener.set_nonblocking(true).map(|()| listener))
            .map_err(failed("listen on the control socket", &self.path))
    }
}

impl Drop for ControlSocket {
    fn drop(&mut self) {
        // A socket that stays is harmless: the next daemon replaces it.
        drop(fs::remove_file(&self.path));
    }
}

/// Opens the control socket at `path`, mode 0600, making its directory with mode 0700 where there
/// is none. A dead daemon's socket is replaced.
///
/// # Errors
/// [`ControlError::InUse`] where a living daemon has it, [`ControlError::PathTooLong`],
/// [`ControlError::NotASocket`] where something else has the name, [`ControlError::Io`].
pub fn bind(path: &Path) -> Result<ControlSocket, ControlError> {
    // Bound under a second name: the socket is private before anybody can find it, and renaming
    // replaces a dead daemon's socket in one step.
    let unfinished = path.with_extension("new");
    check_length(path)?;
    check_length(&unfinished)?;
    make_directory(path)?;
    let lock = lock(path)?;
    for name in [path, &unfinished] {
        check_replaceable(name)?;
    }
    remove_if_there(&unfinished).map_err(failed("remove the old", &unfinished))?;
    let listener = UnixListener::bind(&unfinished).map_err(failed("bind", &unfinished))?;
    fs::set_permissions(&unfinished, Permissions::from_mode(0o600))
        .and_then(|()| fs::rename(&unfinished, path))
        .map_err(failed("put the control socket in place at", path))?;
    Ok(ControlSocket {
        listener,
        path: path.to_owned(),
        _lock: lock,
    })
}

pub(super) fn check_length(path: &Path) -> Result<(), ControlError> {
    if path.as_os_str().as_bytes().len() > SOCKET_PATH_MAX_BYTES {
        return Err(ControlError::PathTooLong {
            path: path.to_owned(),
        });
    }
    Ok(())
}

fn make_directory(path: &Path) -> Result<(), ControlError> {
    let Some(directory) = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
    else {
        return Ok(());
    };
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(directory)
        .map_err(failed("make the directory", directory))
}

/// Takes the lock that says "a daemon lives here"; its file holds the process, for the message.
fn lock(path: &Path) -> Result<File, ControlError> {
    let lock_path = path.with_extension("lock");
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(&lock_path)
        .map_err(failed("open the lock", &lock_path))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            return Err(ControlError::InUse {
                path: path.to_owned(),
                pid: read_pid(&mut file),
            });
        }
        Err(TryLockError::Error(source)) => return Err(failed("lock", &lock_path)(source)),
    }
    file.set_len(0)
        .and_then(|()| writeln!(file, "{}", std::process::id()))
        .map_err(failed("write the lock", &lock_path))?;
    Ok(file)
}

fn read_pid(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.take(16).read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

fn check_replaceable(path: &Path) -> Result<(), ControlError> {
    match fs::symlink_metadata(path) {
        Ok(metadata) if !metadata.file_type().is_socket() => Err(ControlError::NotASocket {
            path: path.to_owned(),
        }),
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(failed("look at", path)(error))
        }
        Ok(_) | Err(_) => Ok(()),
    }
}

fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

pub(super) fn failed(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> ControlError {
    let path = path.to_owned();
    move |source| ControlError::Io {
        doing,
        path,
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::net::UnixStream;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o7777
    }

    #[test]
    fn only_the_daemons_user_reaches_the_socket() {
        let home = tempfile::tempdir().unwrap();
        let path = socket_in(&home.path().join("run/nuncio"));
        let socket = bind(&path).unwrap();
        assert_eq!(mode(socket.path()), 0o600);
        assert_eq!(mode(path.parent().unwrap()), 0o700);
        assert_eq!(mode(&home.path().join("run")), 0o700);
    }

    #[test]
    fn a_living_daemon_keeps_its_socket() {
        let home = tempfile::tempdir().unwrap();
        let path = socket_in(home.path());
        let _living = bind(&path).unwrap();
        let error = bind(&path).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "another nuncio (process {}) has the control socket {}; stop it first, or give \
                 this one another state-dir",
                std::process::id(),
                path.display()
            )
        );
        UnixStream::connect(&path).unwrap();
    }

    #[test]
    fn a_dead_daemons_socket_is_replaced() {
        let home = tempfile::tempdir().unwrap();
        let path = socket_in(home.path());
        for leftover in [path.clone(), path.with_extension("new")] {
            drop(UnixListener::bind(&leftover).unwrap());
        }
        assert!(UnixStream::connect(&path).is_err());
        let _socket = bind(&path).unwrap();
        UnixStream::connect(&path).unwrap();
    }

    #[test]
    fn a_daemon_that_ends_takes_its_socket_with_it() {
        let home = tempfile::tempdir().unwrap();
        let path = socket_in(home.path());
        drop(bind(&path).unwrap());
        assert!(!path.exists());
        let _again = bind(&path).unwrap();
    }

    #[test]
    fn a_file_of_that_name_is_never_replaced() {
        let home = tempfile::tempdir().unwrap();
        let path = socket_in(home.path());
        fs::write(&path, "mine").unwrap();
        assert_eq!(bind(&path).unwrap_err().kind(), "not-a-socket");
        assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
    }

    #[test]
    fn a_path_no_socket_can_have_is_refused_by_name() {
        let home = tempfile::tempdir().unwrap();
        let path = socket_in(&home.path().join("d".repeat(100)));
        let error = bind(&path).unwrap_err();
        assert_eq!(error.kind(), "path-too-long");
        assert!(error.to_string().contains("at most 107 bytes"), "{error}");
        assert!(!path.parent().unwrap().exists());
    }

    #[test]
    fn the_service_is_asked_where_there_is_no_socket_of_ones_own() {
        let home = tempfile::tempdir().unwrap();
        let (own, system) = (home.path().join("own"), home.path().join("system"));
        let located = || first_existing(own.clone(), system.clone());
        assert_eq!(located(), own);
        fs::write(&system, "").unwrap();
        assert_eq!(located(), system);
        fs::write(&own, "").unwrap();
        assert_eq!(located(), own);
    }
}
