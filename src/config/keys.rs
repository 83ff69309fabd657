//! Every key of `feeds.toml`: those this version reads, and those a later one will.

use crate::config::nearest::nearest;

/// The keys of one kind of table.
#[derive(Debug)]
pub(super) struct Keys {
    /// Where they stand, for messages: `[daemon]`.
    pub(super) place: &'static str,
    /// Keys that are read.
    pub(super) known: &'static [&'static str],
    /// Keys that are planned: refused, but not as a slip of the finger.
    pub(super) later: &'static [&'static str],
}

pub(super) const TOP: Keys = Keys {
    place: "the top of the file",
    known: &[
        "regions", "daemon", "store", "publish", "filter", "region", "group", "feed", "test",
    ],
    later: &["include"],
};

pub(super) const DAEMON: Keys = Keys {
    place: "[daemon]",
    known: &[
        "listen",
        "base-url",
        "state-dir",
        "cache-dir",
        "user-agent",
        "contact",
        "interval",
        "min-interval",
        "backoff-base",
        "backoff-max",
        "freshness-max",
        "host-pause-max",
        "host-requests",
        "host-spacing",
        "requests",
        "connect-timeout",
        "read-timeout",
        "timeout",
        "body-max",
        "redirects-max",
        "entries-max",
        "proxy",
        "extra-ca",
        "allow-private",
    ],
    later: &["websub", "websub-lease"],
};

pub(super) const STORE: Keys = Keys {
    place: "[store]",
    known: &["backend", "cache", "checkpoint", "free-min"],
    later: &["postgres", "keep", "keep-entries", "keep-filtered"],
};

pub(super) const PUBLISH: Keys = Keys {
    place: "[publish]",
    known: &["entries", "window", "content", "formats"],
    later: &["title-pattern", "content-max", "source-max", "tokens"],
};

pub(super) const FILTER: Keys = Keys {
    place: "[filter]",
    known: &[
        "any",
        "all",
        "none",
        "about",
        "min",
        "fields",
        "datelines",
        "dedup",
        "backlog",
    ],
    later: &["languages"],
};

/// `filter = { … }` of a feed; documented with [`FILTER`].
pub(super) const FEED_FILTER: Keys = Keys {
    place: "the filter of a feed",
    known: &["any", "all", "none", "about", "min", "fields", "datelines"],
    later: &["languages"],
};

/// `fields = { … }` of a filter; documented with [`FILTER`].
pub(super) const FIELDS: Keys = Keys {
    place: "`fields`",
    known: &["title", "text", "categories"],
    later: &[],
};

pub(super) const REGION: Keys = Keys {
    place: "[region.NAME]",
    known: &["title", "add", "phrases", "terms", "without"],
    later: &[],
};

pub(super) const GROUP: Keys = Keys {
    place: "[group.NAME]",
    known: &["add", "phrases", "terms", "without", "unless", "min"],
    later: &[],
};

pub(super) const TERM: Keys = Keys {
    place: "terms",
    known: &[
        "stem", "text", "phrase", "wildcard", "near", "regex", "language", "exact", "distance",
        "weight", "unless", "fields",
    ],
    later: &[],
};

pub(super) const FEED: Keys = Keys {
    place: "[[feed]]",
    known: &[
        "id",
        "url",
        "name",
        "tier",
        "folder",
        "language",
        "time-zone",
        "default-country",
        "enabled",
        "formerly",
        "filter",
        "dedup",
        "interval",
        "headers",
        "timeout",
        "user-agent",
        "allow-private",
    ],
    later: &["auth", "proxy", "ca", "client-cert"],
};

pub(super) const TEST: Keys = Keys {
    place: "[[test]]",
    known: &[
        "title",
        "text",
        "categories",
        "language",
        "feed",
        "expect",
        "match",
        "no-match",
        "why",
    ],
    later: &[],
};

/// All kinds of tables, in the order of the documentation.
pub(super) const ALL: [&Keys; 10] = [
    &TOP, &DAEMON, &STORE, &PUBLISH, &FILTER, &REGION, &GROUP, &TERM, &FEED, &TEST,
];

impl Keys {
    /// `in [daemon]`
    pub(super) fn place_of_key(&self) -> String {
        let preposition = if self.place == TOP.place { "at" } else { "in" };
        format!("{preposition} {}", self.place)
    }

    /// Where a key that stands elsewhere belongs.
    pub(super) fn belongs(&self, key: &str) -> String {
        if self.place == TOP.place {
            format!("`{key}` stands at the top of the file, before the first [table]")
        } else {
            format!("`{key}` belongs in {}", self.place)
        }
    }
}

/// Where a key belongs that is unknown in `keys`.
pub(super) fn home_of(key: &str, keys: &Keys) -> Option<&'static Keys> {
    others(keys).find(|other| other.known.contains(&key))
}

/// A key of another table that may have been meant, and that table.
pub(super) fn near_elsewhere(key: &str, keys: &Keys) -> Option<(&'static str, &'static Keys)> {
    others(keys).find_map(|other| {
        let near = nearest(key, other.known.iter().copied());
        Some((*near.first()?, other))
    })
}

fn others(keys: &Keys) -> impl Iterator<Item = &'static Keys> {
    let place = keys.place;
    ALL.into_iter().filter(move |other| other.place != place)
}
