//! Zones: names from `data/zones.toml`, and numbers.

use std::collections::BTreeMap;

use serde::Deserialize;

const ZONES: &str = include_str!("data/zones.toml");

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Zones {
    zones: BTreeMap<String, i32>,
    r#in: BTreeMap<String, BTreeMap<String, i32>>,
}

/// Every name with its minutes east of UTC, and the language it has them in where not in all.
pub(super) fn named() -> Vec<(String, Option<String>, i32)> {
    let Zones {
        zones,
        r#in: by_language,
    } = toml::from_str(ZONES).unwrap_or_default();
    let everywhere = zones
        .into_iter()
        .map(|(name, minutes)| (name, None, minutes));
    let somewhere = by_language.into_iter().flat_map(|(language, zones)| {
        zones
            .into_iter()
            .map(move |(name, minutes)| (name, Some(language.clone()), minutes))
    });
    everywhere.chain(somewhere).collect()
}

/// The minutes of `+05:30`, `-0800`, `+5`: the digits before and after a colon, or all of them.
pub(super) fn minutes(is_east: bool, hours: &str, minutes: Option<&str>) -> Option<i32> {
    let (hours, minutes) = match minutes {
        Some(minutes) => (hours, minutes),
        None if hours.len() > 2 => hours.split_at_checked(hours.len() - 2)?,
        None => (hours, "0"),
    };
    let number =
        |digits: &str| -> Option<i32> { digits.parse().ok().filter(|_| digits.len() <= 2) };
    let minutes = number(minutes).filter(|minutes| *minutes < 60)?;
    let offset = number(hours)? * 60 + minutes;
    Some(if is_east { offset } else { -offset })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole() {
        let Zones {
            zones,
            r#in: by_language,
        } = toml::from_str(ZONES).unwrap();
        assert!(zones.len() > 90);
        let all = zones
            .values()
            .chain(by_language.values().flat_map(BTreeMap::values));
        for minutes in all {
            assert!((-720..=840).contains(minutes) && minutes % 15 == 0);
        }
    }

    #[test]
    fn numbers_are_read() {
        for (hours, tail, expected) in [
            ("5", None, Some(300)),
            ("05", Some("30"), Some(330)),
            ("0530", None, Some(330)),
            ("530", None, Some(330)),
            ("0561", None, None),
            ("005", Some("30"), None),
            ("00530", None, None),
        ] {
            assert_eq!(minutes(true, hours, tail), expected, "{hours} {tail:?}");
        }
        assert_eq!(minutes(false, "08", None), Some(-480));
    }
}
