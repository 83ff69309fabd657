//! Wall time: what stamps, claims and schedules are written in.

use std::fmt;
use std::time::Duration;

use jiff::tz::{Offset, TimeZone};
use serde::{Deserialize, Serialize};

/// A moment of wall time, UTC, in whole milliseconds since 1970-01-01T00:00:00Z.
///
/// Waiting is not done with this type but with tokio's `Instant`, which tests can pause.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Timestamp(i64);

impl Timestamp {
    /// 1970-01-01T00:00:00Z.
    pub const EPOCH: Self = Self(0);

    /// The moment `millis` milliseconds after the epoch (negative: before it).
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// The moment `seconds` seconds after the epoch; saturates at the ends of the range.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1000))
    }

    /// Milliseconds since the epoch.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since the epoch, rounded towards the past.
    pub const fn as_seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// This moment moved `by` into the future; saturates.
    #[must_use]
    pub fn plus(self, by: Duration) -> Self {
        Self(
            self.0
                .saturating_add(i64::try_from(by.as_millis()).unwrap_or(i64::MAX)),
        )
    }

    /// This moment moved `by` into the past; saturates.
    #[must_use]
    pub fn minus(self, by: Duration) -> Self {
        Self(
            self.0
                .saturating_sub(i64::try_from(by.as_millis()).unwrap_or(i64::MAX)),
        )
    }

    /// Time from `earlier` to this moment; zero where `earlier` is not earlier.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// Distance between two moments, whichever comes first.
    pub fn distance(self, other: Self) -> Duration {
        self.since(other).max(other.since(self))
    }

    /// RFC 3339 in UTC, as Atom and JSON Feed want it: `2026-11-24T15:34:00Z`, with
    /// milliseconds only where they are not zero. Moments outside years 0 to 9999 are clamped.
    pub fn rfc3339(self) -> String {
        let at = self.to_jiff();
        let base = at.strftime("%Y-%m-%dT%H:%M:%S");
        match self.0.rem_euclid(1000) {
            0 => format!("{base}Z"),
            millis => format!("{base}.{millis:03}Z"),
        }
    }

    /// RFC 822 with a four-digit year, as RSS 2.0 wants it: `Tue, 24 Nov 2026 15:34:00 +0000`.
    pub fn rfc2822(self) -> String {
        self.to_jiff()
            .strftime("%a, %d %b %Y %H:%M:%S +0000")
            .to_string()
    }

    /// Reads an RFC 3339 moment with an offset; `None` where it is none.
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        text.parse::<jiff::Timestamp>()
            .ok()
            .map(|at| Self(at.as_millisecond()))
    }

    /// This moment in the calendar, for weekday, hour and day arithmetic in UTC.
    pub fn to_jiff(self) -> jiff::Timestamp {
        let (least, most) = (jiff::Timestamp::MIN, jiff::Timestamp::MAX);
        let millis = self.0.clamp(least.as_millisecond(), most.as_millisecond());
        jiff::Timestamp::from_millisecond(millis).unwrap_or(most)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.rfc3339())
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.rfc3339())
    }
}

/// A time zone that dates which name none are meant in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Zone {
    name: String,
    zone: TimeZone,
}

impl Zone {
    /// The zone called `name`: one of the IANA database (`Asia/Almaty`, in any case), or an offset
    /// from UTC (`+05:00`). The database is built in: it is the same on every machine.
    pub fn named(name: &str) -> Option<Self> {
        let offset = name.strip_prefix(['+', '-']).and_then(|digits| {
            let (hours, minutes) = digits.split_once(':')?;
            let is_number =
                |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
            (is_number(hours) && is_number(minutes)).then_some(())?;
            let minutes: i32 = minutes.parse().ok().filter(|minutes| *minutes < 60)?;
            let minutes = hours.parse::<i32>().ok().filter(|hours| *hours <= 14)? * 60 + minutes;
            let sign = if name.starts_with('-') { -60 } else { 60 };
            Offset::from_seconds(minutes * sign).ok()
        });
        let zone = match offset {
            Some(offset) => TimeZone::fixed(offset),
            None => TimeZone::get(name).ok()?,
        };
        let name = zone.iana_name().unwrap_or(name).to_owned();
        Some(Self { name, zone })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The moment at which clocks in this zone show what clocks in UTC show at `shown`. Of an hour
    /// that comes twice the first is meant; in one that is left out, clocks go on as before.
    pub fn moment_when(&self, shown: Timestamp) -> Timestamp {
        let shown_there = Offset::UTC.to_datetime(shown.to_jiff());
        let at = self.zone.to_timestamp(shown_there);
        at.map_or(shown, |at| Timestamp::from_millis(at.as_millisecond()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_both_formats_and_reads_its_own() {
        let at = Timestamp::parse_rfc3339("2026-08-13T06:24:36+02:00").unwrap();
        assert_eq!(at.rfc3339(), "2026-08-13T04:24:36Z");
        assert_eq!(
            at.plus(Duration::from_millis(7)).rfc3339(),
            "2026-08-13T04:24:36.007Z"
        );
        assert_eq!(at.rfc2822(), "Thu, 13 Aug 2026 04:24:36 +0000");
        assert_eq!(
            Timestamp::from_seconds(i64::MAX).rfc3339().get(..4),
            Some("9999")
        );
    }

    #[test]
    fn distances_never_go_negative() {
        let (early, late) = (Timestamp::from_seconds(10), Timestamp::from_seconds(40));
        assert_eq!(early.since(late), Duration::ZERO);
        assert_eq!(early.distance(late), Duration::from_secs(30));
    }

    #[test]
    fn zones_have_names_and_clocks() {
        let at = |zone: &str, shown: &str| {
            let shown = Timestamp::parse_rfc3339(shown).unwrap();
            Zone::named(zone).map(|zone| zone.moment_when(shown).rfc3339())
        };
        for (zone, shown, expected) in [
            (
                "Asia/Almaty",
                "2026-08-13T09:00:00Z",
                Some("2026-08-13T04:00:00Z"),
            ),
            (
                "asia/tashkent",
                "2026-08-13T09:00:00Z",
                Some("2026-08-13T04:00:00Z"),
            ),
            (
                "Europe/Berlin",
                "2026-08-13T09:00:00Z",
                Some("2026-08-13T07:00:00Z"),
            ),
            (
                "Europe/Berlin",
                "2026-01-13T09:00:00Z",
                Some("2026-01-13T08:00:00Z"),
            ),
            (
                "Europe/Berlin",
                "2026-10-25T02:30:00Z",
                Some("2026-10-25T00:30:00Z"),
            ),
            (
                "+04:30",
                "2026-08-13T09:00:00Z",
                Some("2026-08-13T04:30:00Z"),
            ),
            (
                "-03:00",
                "2026-08-13T09:00:00Z",
                Some("2026-08-13T12:00:00Z"),
            ),
            ("UTC", "2026-08-13T09:00:00Z", Some("2026-08-13T09:00:00Z")),
            ("Asia/Atlantis", "2026-08-13T09:00:00Z", None),
            ("+5", "2026-08-13T09:00:00Z", None),
            ("+15:00", "2026-08-13T09:00:00Z", None),
            ("", "2026-08-13T09:00:00Z", None),
        ] {
            assert_eq!(at(zone, shown).as_deref(), expected, "{zone} {shown}");
        }
        assert_eq!(
            Zone::named("asia/tashkent").unwrap().name(),
            "Asia/Tashkent"
        );
    }
}
