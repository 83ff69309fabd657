//! Whether the reader already has what it asks for (RFC 9110 §13).

use std::time::{Duration, SystemTime};

use http::HeaderMap;
use http::header::{IF_MODIFIED_SINCE, IF_NONE_MATCH};

use crate::model::time::Timestamp;

/// Whether to answer 304: the reader holds the representation with this entity tag (quotes
/// included), or, where it sent no tag at all, a copy of exactly this moment.
///
/// Moments match by equality only: a reader that made its own date up, or a document that went
/// back to older bytes, must not be told that nothing changed.
pub(super) fn holds_it(headers: &HeaderMap, etag: &str, modified: Option<Timestamp>) -> bool {
    let mut tags = headers.get_all(IF_NONE_MATCH).iter().peekable();
    if tags.peek().is_some() {
        return tags.any(|value| names(value.as_bytes(), etag.as_bytes()));
    }
    let since = headers
        .get(IF_MODIFIED_SINCE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| httpdate::parse_http_date(value.trim()).ok());
    since.is_some() && since == modified.map(system_time)
}

/// `at` as `Last-Modified` writes it, to the second.
pub(super) fn http_date(at: Timestamp) -> String {
    httpdate::fmt_http_date(system_time(at))
}

fn system_time(at: Timestamp) -> SystemTime {
    let seconds = u64::try_from(at.as_seconds()).unwrap_or(0);
    // The last second an HTTP date can name: formatting a later one would panic.
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds.min(253_402_300_799))
}

/// Whether the list names `etag`: weak comparison (§13.1.2), `*` names anything. Tags are opaque
/// and may hold commas; a list that cannot be read to its end names what was read of it.
fn names(list: &[u8], etag: &[u8]) -> bool {
    let mut rest = list.trim_ascii();
    if rest == b"*" {
        return true;
    }
    while let Some((tag, after)) = next_tag(rest) {
        if tag == etag {
            return true;
        }
        rest = after;
    }
    false
}

/// The first tag of the list, quotes included and `W/` left off, and what follows it.
fn next_tag(list: &[u8]) -> Option<(&[u8], &[u8])> {
    let start = list
        .iter()
        .position(|b| !matches!(b, b',' | b' ' | b'\t'))?;
    let list = list.get(start..)?;
    let list = list.strip_prefix(b"W/").unwrap_or(list);
    let end = list.strip_prefix(b"\"")?.iter().position(|&b| b == b'"')?;
    list.split_at_checked(end + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ETAG: &str = "\"0123-gzip\"";

    fn check(lines: &[(&str, &str)], expected: bool) {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            let name: http::HeaderName = name.parse().unwrap();
            headers.append(name, value.parse().unwrap());
        }
        let modified = Timestamp::from_seconds(1_790_000_000);
        let found = holds_it(&headers, ETAG, Some(modified));
        assert_eq!(found, expected, "{lines:?}");
    }

    #[test]
    fn tags_are_compared_weakly_one_by_one() {
        let check = |list, expected| check(&[("if-none-match", list)], expected);
        check("\"0123-gzip\"", true);
        check("W/\"0123-gzip\"", true);
        check("*", true);
        check(" \"a\" , W/\"b,c\",\"0123-gzip\"", true);
        check(",, \"0123-gzip\"", true);
        check("\"0123\"", false);
        check("\"0123-br\"", false);
        check("0123-gzip", false);
        check("\"a, \"0123-gzip\"", false);
        check("\"0123-gzip", false);
        check("w/\"0123-gzip\"", false);
        check("", false);
    }

    #[test]
    fn every_line_of_tags_counts() {
        let name = "if-none-match";
        check(&[(name, "\"a\""), (name, "\"0123-gzip\"")], true);
    }

    #[test]
    fn moments_match_by_equality_and_only_without_tags() {
        let same = http_date(Timestamp::from_millis(1_790_000_000_999));
        assert_eq!(same, "Mon, 21 Sep 2026 14:13:20 GMT");
        let since = "if-modified-since";
        check(&[(since, &same)], true);
        check(&[(since, "Monday, 21-Sep-26 14:13:20 GMT")], true);
        check(&[(since, "Mon Sep 21 14:13:20 2026")], true);
        check(&[(since, "Mon, 21 Sep 2026 14:13:21 GMT")], false);
        check(&[(since, "Mon, 21 Sep 2026 14:13:19 GMT")], false);
        check(&[(since, "yesterday")], false);
        check(&[(since, &same), ("if-none-match", "\"other\"")], false);
        check(&[(since, &same), ("if-none-match", "nonsense")], false);
        check(&[], false);
    }

    #[test]
    fn no_moment_is_too_far_to_be_written() {
        assert!(http_date(Timestamp::from_millis(i64::MAX)).contains("9999"));
        assert!(http_date(Timestamp::from_millis(-1)).contains("1970"));
    }
}
