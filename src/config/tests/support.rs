//! Files to test with.

use std::path::Path;

use crate::config::{Config, ConfigErrors, Env, KnownNames, parse};

/// Parses a file of tests, in an environment with a home.
pub(super) fn read(text: &str) -> Result<Config, ConfigErrors> {
    let known = KnownNames::new(["caucasus", "central-asia", "south-asia"]);
    let env = Env::from_pairs([("HOME", "/home/ann")]);
    parse(text, Path::new("/etc/nuncio/feeds.toml"), &env, &known)
}

/// The least that can be written.
pub(super) const LEAST: &str = r#"
regions = ["central-asia"]

[[feed]]
id = "a"
url = "https://example.org/feed"
"#;

/// The least, and more below.
pub(super) fn least_and(more: &str) -> String {
    format!("{LEAST}\n{more}")
}
