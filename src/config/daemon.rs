//! `[daemon]`.

use std::net::{Ipv4Addr, SocketAddr};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::config::address;
use crate::config::env::Env;
use crate::config::resolved::Daemon;
use crate::config::walk::{Complaint, Limits, Reader};

/// No publisher is asked more often than this, except one's own.
const MIN_INTERVAL_FLOOR: Duration = Duration::from_mins(5);
/// The same for one's own feeds: what a loop of tests needs.
pub(super) const OWN_INTERVAL_FLOOR: Duration = Duration::from_secs(1);
/// Why there is a floor.
pub(super) const OFTEN: &str =
    "publishers mind being asked more often; a feed of your own may be, with allow-private = true";
/// Longest pace.
pub(super) const INTERVAL_MAX: Duration = Duration::from_hours(30 * 24);
/// Bounds of the limit for one poll.
pub(super) const TIMEOUT: RangeInclusive<Duration> =
    Duration::from_millis(1)..=Duration::from_hours(1);

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

/// Reads the table; an absent one is an empty one.
pub(super) fn read(reader: &mut Reader<'_, '_, '_>, base: &Path, env: &Env) -> Daemon {
    let allow_private = reader.flag("allow-private", false);
    let (min_interval, interval) = read_pace(reader, allow_private);
    let (backoff_base, backoff_max) = read_backoff(reader);
    let (state_dir, cache_dir) = read_dirs(reader, base, env);
    Daemon {
        listen: reader
            .parsed("listen", address::listen)
            .unwrap_or_else(|| SocketAddr::from((Ipv4Addr::LOCALHOST, 8585))),
        base_url: reader.parsed("base-url", address::base_url),
        runtime_dir: env.runtime_dir().unwrap_or_else(|| state_dir.clone()),
        state_dir,
        cache_dir,
        user_agent: read_user_agent(reader),
        interval,
        min_interval,
        backoff_base,
        backoff_max,
        freshness_max: reader.duration("freshness-max", DAY, Duration::ZERO..=INTERVAL_MAX),
        host_pause_max: reader.duration("host-pause-max", HOUR, Duration::ZERO..=7 * DAY),
        host_requests: reader.count("host-requests", 2, 1..=64),
        host_spacing: reader.duration("host-spacing", SECOND, Duration::ZERO..=HOUR),
        requests: reader.count("requests", 64, 1..=1024),
        connect_timeout: reader.duration("connect-timeout", 10 * SECOND, TIMEOUT),
        read_timeout: reader.duration("read-timeout", 20 * SECOND, TIMEOUT),
        timeout: reader.duration("timeout", MINUTE, TIMEOUT),
        body_max_bytes: read_body_max(reader),
        redirects_max: reader.count("redirects-max", 10, 0..=50),
        entries_max: reader.count("entries-max", 1_000, 1..=100_000),
        proxy: reader.parsed("proxy", address::proxy_url),
        extra_ca: reader.parsed("extra-ca", |text| address::path_from(base, text)),
        allow_private,
    }
}

/// Least and usual pace. Without one of its own, the usual pace follows the least.
fn read_pace(reader: &mut Reader<'_, '_, '_>, allow_private: bool) -> (Duration, Duration) {
    let floor = if allow_private {
        OWN_INTERVAL_FLOOR
    } else {
        MIN_INTERVAL_FLOOR
    };
    let limits = Limits::because(floor..=DAY, OFTEN);
    let min_interval = reader.duration("min-interval", MIN_INTERVAL_FLOOR, limits);
    let limits = Limits::because(min_interval..=INTERVAL_MAX, OFTEN);
    let interval = reader.duration("interval", (30 * MINUTE).max(min_interval), limits);
    (min_interval, interval)
}

fn read_backoff(reader: &mut Reader<'_, '_, '_>) -> (Duration, Duration) {
    let base = reader.duration("backoff-base", 5 * MINUTE, SECOND..=DAY);
    let max = reader.duration("backoff-max", DAY, base..=INTERVAL_MAX);
    (base, max)
}

/// At most what all bodies in flight together may hold.
fn read_body_max(reader: &mut Reader<'_, '_, '_>) -> usize {
    let bytes = reader.size(
        "body-max",
        10 << 20,
        Limits::because(
            1 << 10..=64 << 20,
            "that is what all bodies being read may hold together",
        ),
    );
    usize::try_from(bytes).unwrap_or(usize::MAX)
}

fn read_dirs(reader: &mut Reader<'_, '_, '_>, base: &Path, env: &Env) -> (PathBuf, PathBuf) {
    let mut read = |key: &str, variable: &str, fallback: Option<PathBuf>| {
        let given = reader.parsed(key, |text| address::path_from(base, text));
        if let Some(dir) = given.or(fallback) {
            return dir;
        }
        // Where the key is given but wrong, that mistake is on record already.
        if reader.value(key).is_none() {
            reader.report.whole(Complaint::new(
                format!("there is no place for the {variable}"),
                format!("set `{key}` in [daemon], or HOME or {variable} in the environment"),
            ));
        }
        PathBuf::new()
    };
    (
        read(
            "state-dir",
            crate::config::env::STATE_DIRECTORY,
            env.state_dir(),
        ),
        read(
            "cache-dir",
            crate::config::env::CACHE_DIRECTORY,
            env.cache_dir(),
        ),
    )
}

/// `nuncio/VERSION` or what is set, with the contact behind it.
fn read_user_agent(reader: &mut Reader<'_, '_, '_>) -> String {
    let name = reader
        .parsed("user-agent", |text| address::user_agent("user-agent", text))
        .unwrap_or_else(|| concat!("nuncio/", env!("CARGO_PKG_VERSION")).to_owned());
    match reader.parsed("contact", address::contact) {
        Some(contact) if !name.contains(&contact) => format!("{name} (+{contact})"),
        Some(_) | None => name,
    }
}
