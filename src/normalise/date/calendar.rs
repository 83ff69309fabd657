//! From calendar fields to a moment, with every field checked.

use jiff::civil;
use jiff::tz::TimeZone;

use crate::model::time::Timestamp;

/// Zones reach from UTC−12 to UTC+14.
const OFFSET_MINUTES: std::ops::RangeInclusive<i32> = -12 * 60..=14 * 60;

/// A time of day.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Clock {
    pub(super) hour: u32,
    pub(super) minute: u32,
    pub(super) second: u32,
    pub(super) millis: u32,
}

/// The moment of a calendar date, a time and an offset in minutes; `None` where one of them does
/// not exist or the moment lies before 1970.
pub(super) fn moment(
    year: u32,
    month: u32,
    day: u32,
    clock: Clock,
    offset: i32,
) -> Option<Timestamp> {
    if !OFFSET_MINUTES.contains(&offset) {
        return None;
    }
    let date = civil::Date::new(
        year.try_into().ok()?,
        month.try_into().ok()?,
        day.try_into().ok()?,
    )
    .ok()?;
    let midnight = TimeZone::UTC
        .to_timestamp(date.to_datetime(civil::Time::midnight()))
        .ok()?
        .as_millisecond();
    let at = midnight + day_millis(clock)? - i64::from(offset) * 60_000;
    (at >= 0).then(|| Timestamp::from_millis(at))
}

/// 24:00:00 is the end of the day (ISO 8601), :60 a leap second.
fn day_millis(clock: Clock) -> Option<i64> {
    let Clock {
        hour,
        minute,
        second,
        millis,
    } = clock;
    let is_end_of_day = hour == 24 && minute == 0 && second == 0;
    let is_time = hour < 24 && minute < 60 && second <= 60 && millis < 1000;
    (is_time || is_end_of_day)
        .then(|| i64::from(hour * 3600 + minute * 60 + second) * 1000 + i64::from(millis))
}

/// RFC 2822 §4.3: two digits are 1950 to 2049.
pub(super) fn full_year(digits: &str) -> Option<u32> {
    let year: u32 = digits.parse().ok()?;
    match digits.len() {
        4 => Some(year),
        2 if year < 50 => Some(2000 + year),
        2 => Some(1900 + year),
        _ => None,
    }
}
