//! The process environment: the only place that reads it.
//!
//! Variables are read once into an [`Env`]; everything else asks that value, so that tests need
//! no process environment. An empty variable counts as unset.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::model::time::Timestamp;

/// Where the store lies; set by systemd for `StateDirectory=`.
pub const STATE_DIRECTORY: &str = "STATE_DIRECTORY";
/// Where snapshots lie; set by systemd for `CacheDirectory=`.
pub const CACHE_DIRECTORY: &str = "CACHE_DIRECTORY";
/// Where the control socket lies; set by systemd for `RuntimeDirectory=`.
pub const RUNTIME_DIRECTORY: &str = "RUNTIME_DIRECTORY";
/// Where `feeds.toml` lies; set by systemd for `ConfigurationDirectory=`.
pub const CONFIGURATION_DIRECTORY: &str = "CONFIGURATION_DIRECTORY";
/// A user's state, absolute (XDG base directory specification). Default `~/.local/state`.
pub const XDG_STATE_HOME: &str = "XDG_STATE_HOME";
/// A user's caches, absolute (XDG base directory specification). Default `~/.cache`.
pub const XDG_CACHE_HOME: &str = "XDG_CACHE_HOME";
/// The user's home.
pub const HOME: &str = "HOME";
/// Set to anything: no colour (no-color.org).
pub const NO_COLOR: &str = "NO_COLOR";
/// Kind of terminal; `dumb` cannot move its cursor.
pub const TERM: &str = "TERM";
/// Socket for readiness and watchdog messages (`sd_notify(3)`).
pub const NOTIFY_SOCKET: &str = "NOTIFY_SOCKET";
/// Microseconds within which systemd expects a sign of life (`sd_watchdog_enabled(3)`).
pub const WATCHDOG_USEC: &str = "WATCHDOG_USEC";
/// Process that is watched; unset: whoever reads it (`sd_watchdog_enabled(3)`).
pub const WATCHDOG_PID: &str = "WATCHDOG_PID";
/// Device and inode of the journal's socket, where stderr is meant to be one (`systemd.exec(5)`).
pub const JOURNAL_STREAM: &str = "JOURNAL_STREAM";
/// Log level: `error`, `warn`, `info`, `debug` or `trace`.
pub const NUNCIO_LOG: &str = "NUNCIO_LOG";
/// RFC 3339 moment at which wall time stands still, for replays and tests.
pub const NUNCIO_TEST_NOW: &str = "NUNCIO_TEST_NOW";

/// Every variable nuncio reads.
pub const ALL: [&str; 15] = [
    STATE_DIRECTORY,
    CACHE_DIRECTORY,
    RUNTIME_DIRECTORY,
    CONFIGURATION_DIRECTORY,
    XDG_STATE_HOME,
    XDG_CACHE_HOME,
    HOME,
    NO_COLOR,
    TERM,
    NOTIFY_SOCKET,
    WATCHDOG_USEC,
    WATCHDOG_PID,
    JOURNAL_STREAM,
    NUNCIO_LOG,
    NUNCIO_TEST_NOW,
];

/// Where the packaged service has its configuration.
pub const SYSTEM_CONFIG: &str = "/etc/nuncio/feeds.toml";
/// Name of the configuration in a directory.
pub const CONFIG_NAME: &str = "feeds.toml";

/// The variables of [`ALL`] that were set.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Env {
    values: BTreeMap<&'static str, OsString>,
}

/// A variable whose value cannot be used.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the environment variable {name} is {value:?}, which is no {expected}")]
pub struct InvalidEnv {
    /// The variable.
    pub name: &'static str,
    /// What it holds.
    pub value: String,
    /// What it should hold.
    pub expected: &'static str,
}

impl Env {
    /// The environment this process was started with.
    pub fn from_process() -> Self {
        Self::from_lookup(|name| std::env::var_os(name))
    }

    /// An environment that holds these variables and no others; names not in [`ALL`] are ignored.
    pub fn from_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let pairs: BTreeMap<&str, &str> = pairs.into_iter().collect();
        Self::from_lookup(|name| pairs.get(name).map(OsString::from))
    }

    fn from_lookup(lookup: impl Fn(&str) -> Option<OsString>) -> Self {
        let values = ALL
            .iter()
            .filter_map(|name| Some((*name, lookup(name)?)))
            .filter(|(_, value)| !value.is_empty())
            .collect();
        Self { values }
    }

    /// Where the store lies when the file does not say: `$STATE_DIRECTORY`, else
    /// `$XDG_STATE_HOME/nuncio`, else `~/.local/state/nuncio`; `None` where no variable is set.
    pub fn state_dir(&self) -> Option<PathBuf> {
        self.directory(STATE_DIRECTORY)
            .or_else(|| self.user_dir(XDG_STATE_HOME, ".local/state"))
    }

    /// Where snapshots lie when the file does not say: `$CACHE_DIRECTORY`, else
    /// `$XDG_CACHE_HOME/nuncio`, else `~/.cache/nuncio`; `None` where no variable is set.
    pub fn cache_dir(&self) -> Option<PathBuf> {
        self.directory(CACHE_DIRECTORY)
            .or_else(|| self.user_dir(XDG_CACHE_HOME, ".cache"))
    }

    /// `$RUNTIME_DIRECTORY`.
    pub fn runtime_dir(&self) -> Option<PathBuf> {
        self.directory(RUNTIME_DIRECTORY)
    }

    /// The files that may be read when none is named, best first:
    /// `$CONFIGURATION_DIRECTORY/feeds.toml` where that is set, else `feeds.toml` in the working
    /// directory, then [`SYSTEM_CONFIG`].
    pub fn config_paths(&self) -> Vec<PathBuf> {
        match self.directory(CONFIGURATION_DIRECTORY) {
            Some(directory) => vec![directory.join(CONFIG_NAME)],
            None => vec![PathBuf::from(CONFIG_NAME), PathBuf::from(SYSTEM_CONFIG)],
        }
    }

    /// Whether colour is unwanted.
    pub fn no_color(&self) -> bool {
        self.values.contains_key(NO_COLOR)
    }

    /// Whether the terminal can only write line after line.
    pub fn terminal_is_dumb(&self) -> bool {
        self.values.get(TERM).is_none_or(|kind| kind == "dumb")
    }

    /// Socket of the service manager; `None` where nobody waits for messages.
    pub fn notify_socket(&self) -> Option<&OsStr> {
        self.values.get(NOTIFY_SOCKET).map(OsString::as_os_str)
    }

    /// Time within which the service manager expects a sign of life from the process `pid`.
    ///
    /// # Errors
    /// A value that is no number.
    pub fn watchdog(&self, pid: u32) -> Result<Option<Duration>, InvalidEnv> {
        let watched = self.number(WATCHDOG_PID)?;
        let limit = self.number(WATCHDOG_USEC)?.map(Duration::from_micros);
        let is_ours = watched.is_none_or(|watched| watched == u64::from(pid));
        Ok(limit.filter(|limit| is_ours && !limit.is_zero()))
    }

    /// Device and inode of the journal's socket, for telemetry to compare stderr with.
    pub fn journal_stream(&self) -> Option<&str> {
        self.values.get(JOURNAL_STREAM)?.to_str()
    }

    /// Log level as written; its words belong to telemetry.
    pub fn log_level(&self) -> Option<&str> {
        self.values.get(NUNCIO_LOG)?.to_str()
    }

    /// Moment at which wall time stands still.
    ///
    /// # Errors
    /// A value that is no RFC 3339 moment.
    pub fn test_now(&self) -> Result<Option<Timestamp>, InvalidEnv> {
        self.read(NUNCIO_TEST_NOW, "RFC 3339 moment", |text| {
            Timestamp::parse_rfc3339(text)
        })
    }

    /// The first of the paths, which systemd separates by `:` (`systemd.exec(5)`).
    fn directory(&self, name: &str) -> Option<PathBuf> {
        let first = std::env::split_paths(self.values.get(name)?).next()?;
        (!first.as_os_str().is_empty()).then_some(first)
    }

    /// `nuncio` under an XDG directory. A relative one is ignored, as its specification asks.
    fn user_dir(&self, xdg: &str, below_home: &str) -> Option<PathBuf> {
        let absolute = |name: &str| {
            let path = Path::new(self.values.get(name)?);
            path.is_absolute().then_some(path)
        };
        let base = match absolute(xdg) {
            Some(base) => base.to_owned(),
            None => absolute(HOME)?.join(below_home),
        };
        Some(base.join("nuncio"))
    }

    fn number(&self, name: &'static str) -> Result<Option<u64>, InvalidEnv> {
        self.read(name, "whole number", |text| text.parse().ok())
    }

    fn read<T>(
        &self,
        name: &'static str,
        expected: &'static str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, InvalidEnv> {
        let Some(value) = self.values.get(name) else {
            return Ok(None);
        };
        match value.to_str().and_then(parse) {
            Some(value) => Ok(Some(value)),
            None => Err(InvalidEnv {
                name,
                value: value.to_string_lossy().into_owned(),
                expected,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn systemd_beats_xdg_beats_home() {
        let check = |pairs: &[(&str, &str)], state: Option<&str>, cache: Option<&str>| {
            let env = Env::from_pairs(pairs.iter().copied());
            assert_eq!(env.state_dir(), state.map(PathBuf::from), "{pairs:?}");
            assert_eq!(env.cache_dir(), cache.map(PathBuf::from), "{pairs:?}");
        };
        let home = ("HOME", "/home/ann");
        check(&[], None, None);
        check(
            &[home],
            Some("/home/ann/.local/state/nuncio"),
            Some("/home/ann/.cache/nuncio"),
        );
        check(
            &[
                home,
                ("XDG_STATE_HOME", "/s"),
                ("XDG_CACHE_HOME", "relative"),
            ],
            Some("/s/nuncio"),
            Some("/home/ann/.cache/nuncio"),
        );
        check(
            &[
                home,
                ("XDG_STATE_HOME", "/s"),
                ("STATE_DIRECTORY", "/var/lib/nuncio:/var/lib/other"),
                ("CACHE_DIRECTORY", ""),
            ],
            Some("/var/lib/nuncio"),
            Some("/home/ann/.cache/nuncio"),
        );
    }

    #[test]
    fn file_lies_in_the_configuration_directory() {
        let env = Env::from_pairs([("CONFIGURATION_DIRECTORY", "/etc/nuncio")]);
        assert_eq!(env.config_paths(), [Path::new("/etc/nuncio/feeds.toml")]);
        let env = Env::default();
        let expected = ["feeds.toml", "/etc/nuncio/feeds.toml"].map(Path::new);
        assert_eq!(env.config_paths(), expected);
    }

    #[test]
    fn watchdog_is_for_the_process_it_names() {
        let check = |pairs: &[(&str, &str)], expected: Option<u64>| {
            let env = Env::from_pairs(pairs.iter().copied());
            assert_eq!(
                env.watchdog(7),
                Ok(expected.map(Duration::from_secs)),
                "{pairs:?}"
            );
        };
        let limit = ("WATCHDOG_USEC", "30000000");
        check(&[], None);
        check(&[limit], Some(30));
        check(&[limit, ("WATCHDOG_PID", "7")], Some(30));
        check(&[limit, ("WATCHDOG_PID", "8")], None);
        check(&[("WATCHDOG_USEC", "0")], None);
        let broken = Env::from_pairs([("WATCHDOG_USEC", "soon")]).watchdog(7);
        assert_eq!(
            broken.unwrap_err().to_string(),
            "the environment variable WATCHDOG_USEC is \"soon\", which is no whole number"
        );
    }

    #[test]
    fn wall_time_can_be_fixed() {
        let now = |text| Env::from_pairs([("NUNCIO_TEST_NOW", text)]).test_now();
        assert_eq!(now(""), Ok(None));
        assert_eq!(
            now("1970-01-01T00:00:02Z"),
            Ok(Some(Timestamp::from_seconds(2)))
        );
        assert!(now("yesterday").is_err());
    }

    #[test]
    fn only_a_terminal_that_says_so_can_move_its_cursor() {
        let is_dumb = |kind| Env::from_pairs([("TERM", kind)]).terminal_is_dumb();
        assert_eq!(
            ["xterm-256color", "dumb", ""].map(is_dumb),
            [false, true, true]
        );
    }

    #[test]
    fn other_variables_are_not_seen() {
        let env = Env::from_pairs([("SECRET", "x"), ("NUNCIO_LOG", "debug"), ("NO_COLOR", "1")]);
        assert_eq!(
            env,
            Env::from_pairs([("NO_COLOR", "1"), ("NUNCIO_LOG", "debug")])
        );
        assert_eq!(
            (env.log_level(), env.no_color(), env.notify_socket()),
            (Some("debug"), true, None)
        );
    }
}
