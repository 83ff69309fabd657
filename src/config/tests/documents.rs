//! The documentation and the shipped file say what the code does.

use super::support::{LEAST, read};
use crate::config::{env, keys};
use crate::model::feed::Tier;

const MANUAL: &str = include_str!("../../../docs/config.md");
const SHIPPED: &str = include_str!("../../../feeds.toml");

/// The part of the manual under the heading `place`.
fn section(place: &str) -> &'static str {
    let heading = format!("\n## `{place}`");
    let heading = if place == keys::TOP.place {
        "\n## Top of the file".to_owned()
    } else {
        heading
    };
    let (_, after) = MANUAL
        .split_once(&heading)
        .unwrap_or_else(|| panic!("docs/config.md has no heading {heading:?}"));
    after.split("\n## ").next().unwrap()
}

/// The cells of the row of `key`.
fn row(place: &str, key: &str) -> Vec<&'static str> {
    section(place)
        .lines()
        .find(|line| line.starts_with(&format!("| `{key}` |")))
        .unwrap_or_else(|| panic!("docs/config.md has no row for `{key}` in {place}"))
        .split(" | ")
        .collect()
}

#[test]
fn every_key_is_documented() {
    for keys in keys::ALL {
        for key in keys.known {
            // Tables have a heading of their own.
            if keys.place == keys::TOP.place && *key != "regions" {
                continue;
            }
            let cells = row(keys.place, key);
            assert_eq!(
                cells.len(),
                5,
                "key, type, default, bounds, meaning: {cells:?}"
            );
        }
    }
}

#[test]
fn nothing_is_documented_that_is_not_read() {
    for keys in keys::ALL {
        for line in section(keys.place).lines() {
            let Some(rest) = line.strip_prefix("| `") else {
                continue;
            };
            let key = rest.split('`').next().unwrap();
            assert!(keys.known.contains(&key), "`{key}` in {}", keys.place);
        }
    }
}

#[test]
fn tables_inside_a_filter_are_documented_with_it() {
    for key in keys::FEED_FILTER.known {
        assert!(keys::FILTER.known.contains(key), "{key}");
    }
    let cells = row(keys::FILTER.place, "fields").concat();
    for key in keys::FIELDS.known {
        assert!(cells.contains(&format!("{key} = ")), "{key}");
    }
}

#[test]
fn documented_defaults_are_the_real_ones() {
    let printed = read(LEAST).unwrap().to_toml();
    let mut place = keys::TOP.place;
    for line in printed.lines().filter(|line| !line.is_empty()) {
        if line.starts_with('[') {
            place = keys::ALL
                .iter()
                .map(|keys| keys.place)
                .find(|place| *place == line)
                .unwrap();
            continue;
        }
        let (key, value) = line.split_once(" = ").unwrap();
        let is_of_the_file = matches!(key, "regions" | "id" | "url" | "name");
        let is_of_elsewhere = matches!(key, "state-dir" | "cache-dir" | "user-agent")
            || (place == keys::FEED.place && matches!(key, "dedup" | "timeout" | "allow-private"));
        if is_of_the_file || is_of_elsewhere {
            continue;
        }
        let default = row(place, key)[2].to_owned();
        assert_eq!(
            default,
            format!("`{value}`"),
            "default of `{key}` in {place}"
        );
    }
}

#[test]
fn keys_of_a_later_version_are_announced_and_no_others() {
    let (_, later) = MANUAL.split_once("\n## Not in this version").unwrap();
    for keys in keys::ALL {
        let bullet = if keys.place == keys::TOP.place {
            "- Top of the file: ".to_owned()
        } else {
            format!("- `{}`: ", keys.place)
        };
        let line = later.lines().find_map(|line| line.strip_prefix(&bullet));
        // What stands behind a semicolon are values, not keys.
        let names = line.unwrap_or_default().split(';').next().unwrap();
        let names: Vec<&str> = names.split(", ").filter(|name| !name.is_empty()).collect();
        let expected: Vec<String> = keys.later.iter().map(|key| format!("`{key}`")).collect();
        assert_eq!(names, expected, "{}", keys.place);
    }
}

#[test]
fn every_variable_is_documented() {
    let (_, section) = MANUAL.split_once("\n## Environment").unwrap();
    for name in env::ALL {
        assert!(section.contains(&format!("| `{name}` |")), "{name}");
    }
}

#[test]
fn the_shipped_file_is_ready_to_run() {
    let config = read(SHIPPED).unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(config.rules.regions, ["central-asia"]);
    assert!(config.feeds.len() >= 60, "{}", config.feeds.len());
    assert!(config.tests.len() >= 12);
    for feed in &config.feeds {
        assert_ne!(feed.name, feed.id.as_str(), "{} has no name", feed.id);
        assert!(feed.folder.is_some(), "{} has no folder", feed.id);
        assert!(feed.language.is_some(), "{} has no language", feed.id);
    }
    for tier in Tier::ALL {
        assert!(
            config.feeds.iter().any(|feed| feed.tier == tier),
            "{tier:?}"
        );
    }
    assert!(config.tests.iter().any(|test| !test.no_match.is_empty()));
}
