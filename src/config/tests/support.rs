//! Files to test with.

use std::path::Path;

use crate::config::{Config, ConfigErrors, Env, KnownNames, parse};

/// Parses a file of tests, in an environment with a home.
pub(super) fn read(text: &str) -> Result<Config, ConfigErrors> {
    let known = known();
    let env = Env::from_pairs([("HOME", "/home/ann")]);
    parse(text, Path::new("/etc/nuncio/feeds.toml"), &env, &known)
}

/// What the program ships, in tests.
pub(super) fn known() -> KnownNames {
    let owned = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    KnownNames {
        regions: owned(&["caucasus", "central-asia", "south-asia"]),
        groups: owned(&["soft-news", "sport"]),
        languages: owned(&["en", "kk", "ru"]),
    }
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

/// Checks the one mistake of a file: where it stands, and what is said about it.
#[track_caller]
pub(super) fn check(more: &str, meant: &str, message: &str, hint: &str) {
    let text = least_and(more);
    check_whole(&text, meant, message, hint);
}

#[track_caller]
pub(super) fn check_whole(text: &str, meant: &str, message: &str, hint: &str) {
    let Err(errors) = read(text) else {
        panic!("accepted: {text}");
    };
    let [error] = errors.errors.as_slice() else {
        panic!("{errors}");
    };
    let span = error.place.as_ref().map(|place| place.span.clone());
    assert_eq!(
        span.and_then(|span| text.get(span)),
        Some(meant),
        "{errors}"
    );
    assert_eq!(error.message, message);
    assert!(error.hint.contains(hint), "{errors}");
}
