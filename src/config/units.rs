//! Durations and sizes as people write them: a number is nothing without its unit.

use std::fmt::Write as _;
use std::time::Duration;

use crate::config::walk::Complaint;

/// Units of time, longest first, in milliseconds.
const TIME: [(&str, u64); 5] = [
    ("d", 86_400_000),
    ("h", 3_600_000),
    ("m", 60_000),
    ("s", 1_000),
    ("ms", 1),
];

/// Units of size in bytes: IEC, largest first, then SI.
const SIZE: [(&str, u64); 9] = [
    ("TiB", 1 << 40),
    ("GiB", 1 << 30),
    ("MiB", 1 << 20),
    ("KiB", 1 << 10),
    ("B", 1),
    ("TB", 1_000_000_000_000),
    ("GB", 1_000_000_000),
    ("MB", 1_000_000),
    ("kB", 1_000),
];

const TIME_HINT: &str =
    "write a number with a unit: \"500ms\", \"20s\", \"30m\", \"1h30m\", \"7d\"";
const SIZE_HINT: &str = "write a number with a unit: \"512KiB\", \"10MiB\", \"2GiB\"";

/// Reads `30m`, `1h30m`, `500ms`: whole numbers with units, longest unit first.
pub(super) fn parse_duration(text: &str) -> Result<Duration, Complaint> {
    let complain = || Complaint::new(format!("`{text}` is no length of time"), TIME_HINT);
    let mut rest = text.trim();
    let mut total: u64 = 0;
    let mut units = TIME.as_slice();
    if rest.is_empty() {
        return Err(complain());
    }
    while !rest.is_empty() {
        let (number, after) = split_number(rest).ok_or_else(complain)?;
        let unit_end = after
            .find(|c: char| c.is_ascii_digit() || c.is_whitespace())
            .unwrap_or(after.len());
        let (unit, after) = after.split_at(unit_end);
        let at = units.iter().position(|(name, _)| *name == unit);
        let (Some(at), true) = (at, !unit.is_empty()) else {
            return Err(complain());
        };
        let (passed, left) = units.split_at(at + 1);
        units = left;
        total = passed
            .last()
            .and_then(|(_, millis)| number.checked_mul(*millis))
            .and_then(|millis| total.checked_add(millis))
            .ok_or_else(complain)?;
        rest = after.trim_start();
    }
    Ok(Duration::from_millis(total))
}

/// Reads `10MiB`: one whole number with a unit. The value is in bytes.
pub(super) fn parse_size(text: &str) -> Result<u64, Complaint> {
    let complain = || Complaint::new(format!("`{text}` is no size"), SIZE_HINT);
    let (number, unit) = split_number(text.trim()).ok_or_else(complain)?;
    let unit = unit.trim_start();
    SIZE.iter()
        .find(|(name, _)| *name == unit)
        .and_then(|(_, bytes)| number.checked_mul(*bytes))
        .ok_or_else(complain)
}

/// Writes a duration so that [`parse_duration`] reads it back; below a millisecond is cut off.
pub(super) fn write_duration(duration: Duration) -> String {
    let mut millis = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    let mut text = String::new();
    for (unit, length) in TIME {
        if millis >= length {
            write!(text, "{}{unit}", millis / length).unwrap_or_default();
            millis %= length;
        }
    }
    if text.is_empty() {
        "0s".to_owned()
    } else {
        text
    }
}

/// Writes a size in bytes so that [`parse_size`] reads it back.
pub(super) fn write_size(bytes: u64) -> String {
    SIZE.iter()
        .take(5)
        .find(|(_, unit)| bytes != 0 && bytes.is_multiple_of(*unit))
        .map_or_else(
            || format!("{bytes}B"),
            |(name, unit)| format!("{}{name}", bytes / unit),
        )
}

fn split_number(text: &str) -> Option<(u64, &str)> {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, rest) = text.split_at(end);
    Some((number.parse().ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_need_units() {
        let check = |text: &str, millis: Option<u64>| {
            let read = parse_duration(text).ok();
            assert_eq!(read, millis.map(Duration::from_millis), "{text:?}");
        };
        check("30m", Some(1_800_000));
        check("1h30m", Some(5_400_000));
        check("1h 30m", Some(5_400_000));
        check("500ms", Some(500));
        check("1m500ms", Some(60_500));
        check("7d", Some(604_800_000));
        check("0s", Some(0));
        for bad in [
            "",
            "30",
            "30 m",
            "m",
            "1.5h",
            "30M",
            "30min",
            "30m1h",
            "1h1h",
            "-1s",
            "1h30",
            "99999999999999999999s",
            "999999999999999d",
            "٣m",
        ] {
            check(bad, None);
        }
    }

    #[test]
    fn sizes_need_units() {
        let check = |text: &str, bytes: Option<u64>| {
            assert_eq!(parse_size(text).ok(), bytes, "{text:?}");
        };
        check("10MiB", Some(10 << 20));
        check("10 MiB", Some(10 << 20));
        check("200MB", Some(200_000_000));
        check("0B", Some(0));
        for bad in ["", "10", "10M", "10mib", "1.5GiB", "MiB", "99999999999TiB"] {
            check(bad, None);
        }
    }

    proptest::proptest! {
        #[test]
        fn what_is_written_is_read_back(millis: u32, bytes: u64) {
            let duration = Duration::from_millis(u64::from(millis));
            assert_eq!(parse_duration(&write_duration(duration)).ok(), Some(duration));
            assert_eq!(parse_size(&write_size(bytes)).ok(), Some(bytes));
        }
    }
}
