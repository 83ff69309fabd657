//! The forms of a date that are one run of digits, or name a week or a day of the year.

use jiff::civil::{Date, ISOWeekDate, Weekday};

use crate::model::time::Timestamp;

/// Seconds or milliseconds since 1970; also as `/Date(1786594997000)/`, the way of some JSON
/// writers.
pub(super) fn epoch(text: &str) -> Option<Timestamp> {
    let inside = text
        .strip_prefix("/date(")
        .and_then(|rest| rest.split_once(")/"));
    let digits = inside.map_or(text, |(digits, _)| digits);
    // The zone behind it says where it was written, not when.
    let digits = match inside {
        Some(_) => digits.split(['+', '-']).next().unwrap_or(digits),
        None => digits,
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let is_number = |digits: &str| digits.bytes().all(|b| b.is_ascii_digit());
    if !is_number(whole) || !is_number(fraction) {
        return None;
    }
    match whole.len() {
        9 | 10 => Some(Timestamp::from_seconds(whole.parse().ok()?)),
        12 if whole.starts_with(['1', '2']) => None, // 202608130423 is a date.
        12 | 13 if fraction.is_empty() => Some(Timestamp::from_millis(whole.parse().ok()?)),
        15 | 16 if fraction.is_empty() => {
            Some(Timestamp::from_millis(whole.parse::<i64>().ok()? / 1000))
        }
        _ => None,
    }
}

/// `text` with a leading compact, ordinal or week date written as `2026-08-13`; `None` where it
/// starts with none.
pub(super) fn plain(text: &str) -> Option<String> {
    let (date, rest) = split_date(text)?;
    let day = compact(date)
        .or_else(|| ordinal(date))
        .or_else(|| week(date))?;
    let rest = match rest.len() {
        // A time may follow without a sign between.
        4 | 6 if rest.bytes().all(|b| b.is_ascii_digit()) => format!("t{rest}"),
        _ => rest.to_owned(),
    };
    Some(format!(
        "{:04}-{:02}-{:02}{rest}",
        day.year(),
        day.month(),
        day.day()
    ))
}

/// The date at the start, up to a `t`, white space or, after eight digits, more digits.
fn split_date(text: &str) -> Option<(&str, &str)> {
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != '-' && c != 'w')
        .unwrap_or(text.len());
    let (date, rest) = text.split_at_checked(end)?;
    let is_end = rest.is_empty() || rest.starts_with(['t', ' ']);
    let is_run = matches!(date.len(), 12 | 14) && date.bytes().all(|b| b.is_ascii_digit());
    if is_run && rest.is_empty() {
        return date.split_at_checked(8);
    }
    is_end.then_some((date, rest))
}

fn compact(date: &str) -> Option<Date> {
    if date.len() != 8 {
        return None;
    }
    Date::new(
        number(date.get(..4)?)?,
        number(date.get(4..6)?)?,
        number(date.get(6..)?)?,
    )
    .ok()
}

/// `2026-225`, `2026225`.
fn ordinal(date: &str) -> Option<Date> {
    let (year, day) = date.split_at_checked(4)?;
    let day = day.strip_prefix('-').unwrap_or(day);
    if day.len() != 3 {
        return None;
    }
    let first = Date::new(number(year)?, 1, 1).ok()?;
    let day: i64 = number(day)?;
    let days = jiff::Span::new().try_days(day.checked_sub(1)?).ok()?;
    let date = first.checked_add(days).ok()?;
    (day > 0 && date.year() == first.year()).then_some(date)
}

/// `2026-W33-4`, `2026W334`; without a day, the Monday.
fn week(date: &str) -> Option<Date> {
    let (year, week) = date.split_once('w')?;
    let year = year.strip_suffix('-').unwrap_or(year);
    let (week, day) = week.split_at_checked(2)?;
    let day = match day.strip_prefix('-').unwrap_or(day) {
        "" => 1,
        day if day.len() == 1 => number(day)?,
        _ => return None,
    };
    let day = Weekday::from_monday_one_offset(day).ok()?;
    if year.len() != 4 {
        return None;
    }
    ISOWeekDate::new(number(year)?, number(week)?, day)
        .ok()
        .map(ISOWeekDate::date)
}

fn number<N: std::str::FromStr>(digits: &str) -> Option<N> {
    let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    digits.parse().ok().filter(|_| is_number)
}
