//! What stands in a sample feed in which round.
//!
//! A script is the feed's document, in its own charset, with two kinds of marks in ASCII:
//!
//! - a line `@@ 2..`, `@@ ..4` or `@@ 2..5` begins lines that stand there only in these rounds
//!   (counted from 1, the last one excluded, as in Rust), and `@@ end` ends them;
//! - `{{iso -40m}}` and `{{mail -2h}}` are the moment so long before the demo began, as Atom and
//!   JSON Feed (RFC 3339) or as RSS 2.0 (RFC 2822) write it. A claim must be recent: what is two
//!   days old when a feed is first read is not announced.

use std::ops::Range;
use std::time::Duration;

use crate::model::time::Timestamp;

/// The last round that brings something new. Rounds after it are quiet.
pub(super) const NEWS_ROUNDS: u32 = 5;

/// The document `script` makes in `round`, for a demo that began at `start`.
pub(super) fn document(script: &[u8], round: u32, start: Timestamp) -> Vec<u8> {
    let mut document = Vec::with_capacity(script.len());
    let mut stands = true;
    for line in script.split_inclusive(|byte| *byte == b'\n') {
        match mark(line) {
            Some(Mark::Rounds(rounds)) => stands = rounds.contains(&round),
            Some(Mark::End) => stands = true,
            None if stands => dated(line, start, &mut document),
            None => {}
        }
    }
    document
}

#[derive(PartialEq, Eq, Debug)]
enum Mark {
    Rounds(Range<u32>),
    End,
}

fn mark(line: &[u8]) -> Option<Mark> {
    let text = std::str::from_utf8(line.strip_prefix(b"@@ ")?).ok()?.trim();
    if text == "end" {
        return Some(Mark::End);
    }
    let (from, until) = text.split_once("..")?;
    let number = |text: &str, open: u32| {
        if text.is_empty() {
            Some(open)
        } else {
            text.parse().ok()
        }
    };
    Some(Mark::Rounds(number(from, 1)?..number(until, u32::MAX)?))
}

/// Appends `line` with its moments filled in; what is no moment stays as it is.
fn dated(line: &[u8], start: Timestamp, document: &mut Vec<u8>) {
    let mut rest = line;
    while let Some((before, moment, after)) = next_moment(rest, start) {
        document.extend_from_slice(before);
        document.extend_from_slice(moment.as_bytes());
        rest = after;
    }
    document.extend_from_slice(rest);
}

fn next_moment(line: &[u8], start: Timestamp) -> Option<(&[u8], String, &[u8])> {
    let (before, rest) = split_at(line, b"{{")?;
    let (inside, after) = split_at(rest, b"}}")?;
    let (form, ago) = std::str::from_utf8(inside).ok()?.split_once(" -")?;
    let at = start.minus(length(ago)?);
    match form {
        "iso" => Some((before, at.rfc3339(), after)),
        "mail" => Some((before, at.rfc2822(), after)),
        _ => None,
    }
}

fn split_at<'l>(line: &'l [u8], mark: &[u8]) -> Option<(&'l [u8], &'l [u8])> {
    let at = line.windows(mark.len()).position(|window| window == mark)?;
    Some((line.get(..at)?, line.get(at + mark.len()..)?))
}

fn length(text: &str) -> Option<Duration> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let number: u64 = number.parse().ok()?;
    match unit {
        "m" => Some(Duration::from_mins(number)),
        "h" => Some(Duration::from_hours(number)),
        "d" => Some(Duration::from_hours(24 * number)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::commands::demo::samples::SAMPLES;

    fn check(script: &str, round: u32, expected: &str) {
        let start = Timestamp::parse_rfc3339("2026-11-24T12:00:00Z").unwrap();
        let document = document(script.as_bytes(), round, start);
        assert_eq!(String::from_utf8(document).unwrap(), expected, "{round}");
    }

    #[test]
    fn lines_stand_there_in_their_rounds() {
        let script = "a\n@@ 2..\nb\n@@ end\n@@ ..3\nc\n@@ end\n@@ 2..3\nd\n@@ end\ne";
        check(script, 1, "a\nc\ne");
        check(script, 2, "a\nb\nc\nd\ne");
        check(script, 3, "a\nb\ne");
    }

    #[test]
    fn moments_are_counted_back_from_the_start() {
        check(
            "<d>{{iso -40m}}</d><d>{{mail -1d}}</d>",
            1,
            "<d>2026-11-24T11:20:00Z</d><d>Mon, 23 Nov 2026 12:00:00 +0000</d>",
        );
        check("{{x}} {{iso 3m}} {{", 1, "{{x}} {{iso 3m}} {{");
    }

    #[test]
    fn every_mark_of_every_script_is_understood() {
        for sample in SAMPLES {
            for line in sample.script.split(|byte| *byte == b'\n') {
                assert_eq!(
                    line.starts_with(b"@@"),
                    mark(line).is_some(),
                    "{}",
                    sample.id
                );
            }
            for round in 1..=NEWS_ROUNDS {
                let document = document(sample.script, round, Timestamp::from_seconds(0));
                let has_mark = document.windows(2).any(|window| window == b"{{");
                assert!(!has_mark, "{} in round {round}", sample.id);
            }
        }
    }

    #[test]
    fn the_last_round_with_news_is_the_last_that_changes_a_document() {
        let changes = |round| {
            let at = Timestamp::from_seconds(0);
            SAMPLES.iter().any(|sample| {
                document(sample.script, round, at) != document(sample.script, round + 1, at)
            })
        };
        assert!((1..NEWS_ROUNDS).all(changes));
        assert!(!(NEWS_ROUNDS..NEWS_ROUNDS + 5).any(changes));
    }
}
