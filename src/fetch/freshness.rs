//! When to come back, as far as an answer says (RFC 9110 §10.2.3, RFC 9111 §4.2, §5).

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::HeaderMap;
use http::header::{AGE, AsHeaderName, CACHE_CONTROL, DATE, EXPIRES, RETRY_AFTER};
use jiff::fmt::rfc2822;

use crate::model::outcome::Freshness;
use crate::model::time::Timestamp;

/// What `headers`, received at `now`, say.
pub(super) fn read(headers: &HeaderMap, now: Timestamp) -> Freshness {
    let date = text(headers, DATE).and_then(http_date);
    Freshness {
        retry_after: retry_after(headers, date, now),
        fresh_for: fresh_for(headers, date, now),
        date,
    }
}

/// The latest moment any `Retry-After` asks for. A date is also read by the server's own clock:
/// where that is ahead of or behind ours, the later reading keeps the promise either way.
fn retry_after(headers: &HeaderMap, date: Option<Timestamp>, now: Timestamp) -> Option<Timestamp> {
    texts(headers, RETRY_AFTER)
        .filter_map(|value| {
            if let Some(wait) = seconds(value) {
                return Some(now.plus(wait));
            }
            let at = http_date(value)?;
            let by_their_clock = date.map_or(at, |date| now.plus(at.since(date)));
            Some(at.max(by_their_clock))
        })
        .max()
}

/// `max-age` less `Age`, else `Expires` less `Date`; `None` where the answer is stale at once or
/// must not be kept. `s-maxage` is for shared caches, which we are not.
fn fresh_for(headers: &HeaderMap, date: Option<Timestamp>, now: Timestamp) -> Option<Duration> {
    let mut max_age = None;
    for directive in texts(headers, CACHE_CONTROL).flat_map(|value| value.split(',')) {
        let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
        match name.trim().to_ascii_lowercase().as_str() {
            "no-store" | "no-cache" => return None,
            "max-age" => max_age = max_age.or_else(|| seconds(value.trim().trim_matches('"'))),
            _ => {}
        }
    }
    let lifetime = max_age.or_else(|| {
        let expires = text(headers, EXPIRES).and_then(http_date)?;
        Some(expires.since(date.unwrap_or(now)))
    })?;
    let age = text(headers, AGE).and_then(seconds).unwrap_or_default();
    Some(lifetime.saturating_sub(age)).filter(|left| !left.is_zero())
}

/// Whole seconds; too many digits are a very long time, not nothing.
fn seconds(value: &str) -> Option<Duration> {
    let is_number = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| Duration::from_secs(value.parse().unwrap_or(u64::MAX)))
}

/// An HTTP date in any of its three forms (RFC 9110 §5.6.7), or the mail date that careless
/// servers send (`+0000` for `GMT`, a day of one digit).
fn http_date(value: &str) -> Option<Timestamp> {
    if let Ok(at) = httpdate::parse_http_date(value) {
        return Some(from_system(at));
    }
    rfc2822::DateTimeParser::new()
        .relaxed_weekday(true)
        .parse_timestamp(value)
        .ok()
        .map(|at| Timestamp::from_millis(at.as_millisecond()))
}

fn from_system(at: SystemTime) -> Timestamp {
    let since = at.duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::EPOCH.plus(since)
}

fn text(headers: &HeaderMap, name: impl AsHeaderName) -> Option<&str> {
    texts(headers, name).next()
}

fn texts(headers: &HeaderMap, name: impl AsHeaderName) -> impl Iterator<Item = &str> {
    headers
        .get_all(name)
        .into_iter()
        .filter_map(|value| value.to_str().ok())
        .map(str::trim)
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};

    use super::*;

    const NOW: &str = "2026-11-24T12:00:00Z";

    fn read_lines(lines: &[(&str, &str)]) -> Freshness {
        let headers = lines
            .iter()
            .map(|(name, value)| {
                (
                    name.parse::<HeaderName>().unwrap(),
                    HeaderValue::from_str(value).unwrap(),
                )
            })
            .fold(HeaderMap::new(), |mut headers, (name, value)| {
                headers.append(name, value);
                headers
            });
        read(&headers, Timestamp::parse_rfc3339(NOW).unwrap())
    }

    #[test]
    fn retry_after_is_read_as_seconds_or_date() {
        let check = |lines: &[(&str, &str)], expected: Option<&str>| {
            let expected = expected.map(|text| Timestamp::parse_rfc3339(text).unwrap());
            assert_eq!(read_lines(lines).retry_after, expected, "{lines:?}");
        };
        let one = |value, expected| check(&[("retry-after", value)], expected);
        one("120", Some("2026-11-24T12:02:00Z"));
        one(" 120 ", Some("2026-11-24T12:02:00Z"));
        one("0", Some(NOW));
        one(
            "Tue, 24 Nov 2026 13:00:00 GMT",
            Some("2026-11-24T13:00:00Z"),
        );
        one(
            "Tuesday, 24-Nov-26 13:00:00 GMT",
            Some("2026-11-24T13:00:00Z"),
        );
        one("Tue Nov 24 13:00:00 2026", Some("2026-11-24T13:00:00Z"));
        one(
            "Tue, 24 Nov 2026 13:00:00 +0000",
            Some("2026-11-24T13:00:00Z"),
        );
        one("Mon, 4 Jan 2027 13:00:00 GMT", Some("2027-01-04T13:00:00Z"));
        for nothing in ["", "-5", "1.5", "soon", "Tue, 99 Nov 2026 13:00:00 GMT"] {
            one(nothing, None);
        }
        check(
            &[("retry-after", "60"), ("retry-after", "120")],
            Some("2026-11-24T12:02:00Z"),
        );
        // A server whose clock is a day behind still means an hour.
        check(
            &[
                ("date", "Mon, 23 Nov 2026 12:00:00 GMT"),
                ("retry-after", "Mon, 23 Nov 2026 13:00:00 GMT"),
            ],
            Some("2026-11-24T13:00:00Z"),
        );
        check(&[], None);
    }

    #[test]
    fn too_many_digits_are_a_long_time() {
        let asked = read_lines(&[("retry-after", "99999999999999999999999999")]).retry_after;
        assert_eq!(asked, Some(Timestamp::from_millis(i64::MAX)));
    }

    #[test]
    fn freshness_is_max_age_less_age_else_expires_less_date() {
        let check = |lines: &[(&str, &str)], expected: Option<u64>| {
            let expected = expected.map(Duration::from_secs);
            assert_eq!(read_lines(lines).fresh_for, expected, "{lines:?}");
        };
        let cache = |value, expected| check(&[("cache-control", value)], expected);
        cache("max-age=300", Some(300));
        cache("public, Max-Age=\"300\" , s-maxage=9", Some(300));
        cache("s-maxage=300", None);
        cache("max-age=0", None);
        cache("max-age=300, no-cache", None);
        cache("no-store", None);
        cache("max-age=-1", None);
        cache("max-age", None);
        check(
            &[("cache-control", "max-age=300"), ("age", "100")],
            Some(200),
        );
        check(&[("cache-control", "max-age=300"), ("age", "900")], None);
        check(
            &[("cache-control", "public"), ("cache-control", "max-age=60")],
            Some(60),
        );
        let expires = "Tue, 24 Nov 2026 13:00:00 GMT";
        check(&[("expires", expires)], Some(3600));
        check(
            &[
                ("expires", expires),
                ("date", "Tue, 24 Nov 2026 12:30:00 GMT"),
            ],
            Some(1800),
        );
        check(
            &[("expires", expires), ("cache-control", "max-age=5")],
            Some(5),
        );
        check(&[("expires", expires), ("cache-control", "no-cache")], None);
        check(&[("expires", "0")], None);
        check(&[("expires", "Thu, 01 Jan 1970 00:00:00 GMT")], None);
        check(&[], None);
    }

    #[test]
    fn the_servers_date_is_kept() {
        let date = read_lines(&[("date", "Tue, 24 Nov 2026 11:59:58 GMT")]).date;
        assert_eq!(date, Timestamp::parse_rfc3339("2026-11-24T11:59:58Z"));
    }
}
