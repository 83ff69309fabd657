//! The reader: a date is taken apart into words, and each word must find its place.

use crate::model::time::Timestamp;
use crate::normalise::date::calendar::{Clock, full_year, moment};
use crate::normalise::date::words;

/// No date is longer; the longest real one has 36 bytes.
const DATE_MAX_BYTES: usize = 100;

/// Reads a date as feeds write them; `None` where it is none, or none that is certain.
pub fn read(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if text.len() > DATE_MAX_BYTES {
        return None;
    }
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        return read_digits(text);
    }
    let mut fields = Fields::default();
    let text = text.to_lowercase();
    let words = text.split(|c: char| c.is_whitespace() || matches!(c, ',' | '(' | ')' | ';'));
    for word in words.filter(|word| !word.is_empty()) {
        fields.word(word)?;
    }
    fields.moment()
}

/// Nothing but digits: a compact date, or seconds or milliseconds since 1970.
fn read_digits(text: &str) -> Option<Timestamp> {
    let part = |range: std::ops::Range<usize>| text.get(range)?.parse::<u32>().ok();
    let compact = |clock| moment(part(0..4)?, part(4..6)?, part(6..8)?, clock, 0);
    match text.len() {
        8 => compact(Clock::default()),
        9 | 10 => Some(Timestamp::from_seconds(text.parse().ok()?)),
        12 | 13 => Some(Timestamp::from_millis(text.parse().ok()?)),
        14 => compact(Clock {
            hour: part(8..10)?,
            minute: part(10..12)?,
            second: part(12..14)?,
            millis: 0,
        }),
        _ => None,
    }
}

/// What the words of a date have given so far.
#[derive(Default)]
struct Fields {
    year: Option<u32>,
    month: Option<u32>,
    day: Option<u32>,
    clock: Option<Clock>,
    offset: Option<i32>,
    is_afternoon: Option<bool>,
    /// The month came before any number.
    is_month_early: bool,
}

impl Fields {
    /// Puts one word in its place; `None` where it has none.
    fn word(&mut self, word: &str) -> Option<()> {
        let word = word.trim_end_matches('.');
        let starts_with_digit = word.starts_with(|c: char| c.is_ascii_digit());
        if word.is_empty() {
            Some(())
        } else if starts_with_digit && word.contains(':') {
            self.time_or_both(word)
        } else if starts_with_digit {
            self.number_or_date(word)
        } else {
            self.name(word)
        }
    }

    fn name(&mut self, word: &str) -> Option<()> {
        if let Some(is_afternoon) = half_of_day(word) {
            return set(&mut self.is_afternoon, is_afternoon);
        }
        if self.clock.is_some()
            && let Some(offset) = words::zone(word)
        {
            // "GMT +0500" and "+0300 (MSK)" say one thing twice; the number is the surer.
            let is_number = word.starts_with(['+', '-', '\u{2212}']);
            if self.offset.is_none_or(|known| known == 0 && is_number) {
                self.offset = Some(offset);
            }
            return Some(());
        }
        if let Some(month) = words::month(word) {
            // "mar." is March and mardi, "сен" September and сенбі: before the first number a
            // word may still be a day of the week, and gives way to a month after it.
            let is_certain = self.day.is_some();
            if self.month.is_none() || (self.is_month_early && is_certain) {
                self.month = Some(month);
                self.is_month_early = !is_certain;
                return Some(());
            }
        }
        (words::is_day(word) || words::is_filler(word)).then_some(())
    }

    /// `04:23`, `04:23:17.5`, with a zone or half of the day behind, or a date and `t` before.
    fn time_or_both(&mut self, word: &str) -> Option<()> {
        if let Some((date, time)) = word.split_once('t').filter(|(date, _)| date.contains('-')) {
            self.number_or_date(date)?;
            return self.time(time);
        }
        self.time(word)
    }

    fn time(&mut self, word: &str) -> Option<()> {
        let end = word.find(|c: char| !c.is_ascii_digit() && !matches!(c, ':' | '.'));
        let (time, tail) = word.split_at_checked(end.unwrap_or(word.len()))?;
        set(&mut self.clock, clock(time)?)?;
        if tail.is_empty() {
            Some(())
        } else if let Some(is_afternoon) = half_of_day(tail) {
            set(&mut self.is_afternoon, is_afternoon)
        } else {
            set(&mut self.offset, words::zone(tail)?)
        }
    }

    /// A day, a year, or all three parts with `-`, `.` or `/` between.
    fn number_or_date(&mut self, word: &str) -> Option<()> {
        if let Some(separator) = word.chars().find(|c| matches!(c, '-' | '.' | '/')) {
            return self.joined(word, separator);
        }
        let digits = word
            .strip_suffix("st")
            .or_else(|| word.strip_suffix("nd"))
            .or_else(|| word.strip_suffix("rd"))
            .or_else(|| word.strip_suffix("th"))
            .or_else(|| word.strip_suffix('г'))
            .unwrap_or(word);
        if self.day.is_none() && digits.len() <= 2 {
            return set(&mut self.day, number(digits)?);
        }
        number(digits)?;
        set(&mut self.year, full_year(digits)?)
    }

    fn joined(&mut self, word: &str, separator: char) -> Option<()> {
        let parts: Vec<&str> = word.split(separator).collect();
        let [first, second, third] = <[&str; 3]>::try_from(parts).ok()?;
        let (year, month, day) = if first.len() == 4 {
            (first, number(second)?, number(third)?)
        } else if let Some(month) = words::month(second) {
            (third, month, number(first)?)
        } else {
            let (day, month) = day_and_month(number(first)?, number(second)?, separator)?;
            (third, month, day)
        };
        number(year)?;
        set(&mut self.year, full_year(year)?)?;
        set(&mut self.month, month)?;
        set(&mut self.day, day)
    }

    fn moment(self) -> Option<Timestamp> {
        let mut clock = self.clock.unwrap_or_default();
        if let Some(is_afternoon) = self.is_afternoon {
            if !(1..=12).contains(&clock.hour) {
                return None;
            }
            clock.hour = clock.hour % 12 + if is_afternoon { 12 } else { 0 };
        }
        moment(
            self.year?,
            self.month?,
            self.day?,
            clock,
            self.offset.unwrap_or(0),
        )
    }
}

/// Fills an empty place; a part that comes twice makes the date uncertain.
fn set<T>(place: &mut Option<T>, value: T) -> Option<()> {
    if place.is_some() {
        return None;
    }
    *place = Some(value);
    Some(())
}

fn half_of_day(word: &str) -> Option<bool> {
    match word {
        "am" | "a.m" => Some(false),
        "pm" | "p.m" => Some(true),
        _ => None,
    }
}

/// With dots the day comes first everywhere; with other signs only where the other is no month.
fn day_and_month(first: u32, second: u32, separator: char) -> Option<(u32, u32)> {
    if separator == '.' || first > 12 || first == second {
        Some((first, second))
    } else if second > 12 {
        Some((second, first))
    } else {
        None
    }
}

fn number(digits: &str) -> Option<u32> {
    let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    digits.parse().ok().filter(|_| is_number)
}

fn clock(time: &str) -> Option<Clock> {
    let mut parts = time.split(':');
    let two = |part: &str| number(part).filter(|_| part.len() <= 2);
    let hour = two(parts.next()?)?;
    let minute = two(parts.next()?)?;
    let (second, millis) = match parts.next() {
        None => (0, 0),
        Some(part) => {
            let (second, fraction) = part.split_once('.').unwrap_or((part, ""));
            (two(second)?, thousandths(fraction)?)
        }
    };
    parts.next().is_none().then_some(Clock {
        hour,
        minute,
        second,
        millis,
    })
}

fn thousandths(fraction: &str) -> Option<u32> {
    if fraction.is_empty() {
        return Some(0);
    }
    number(fraction.get(..fraction.len().min(9))?)?;
    let three: String = fraction.chars().chain("00".chars()).take(3).collect();
    number(&three)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        let read = read(text).map(Timestamp::rfc3339);
        assert_eq!(read.as_deref(), expected, "{text}");
    }

    #[test]
    fn the_standards_are_read() {
        let at = Some("2026-08-13T04:23:17Z");
        for text in [
            "Thu, 13 Aug 2026 04:23:17 GMT",
            "Thu, 13 Aug 2026 07:23:17 +0300",
            "13 Aug 26 04:23:17 UT",
            "2026-08-13T04:23:17Z",
            "2026-08-13T09:53:17+05:30",
            "Thu Aug 13 04:23:17 2026",
            "Thu Aug 13 04:23:17 UTC 2026",
            "1786594997",
            "1786594997000",
            "20260813042317",
        ] {
            check(text, at);
        }
        check("2026-08-13T04:23:17.5Z", Some("2026-08-13T04:23:17.500Z"));
        check(
            "2026-08-13T04:23:17.123456789Z",
            Some("2026-08-13T04:23:17.123Z"),
        );
        check("2026-08-13", Some("2026-08-13T00:00:00Z"));
        check("20260813", Some("2026-08-13T00:00:00Z"));
    }

    #[test]
    fn usual_damage_is_read() {
        let at = Some("2026-08-13T04:23:00Z");
        for text in [
            " thu, 13 aug 2026 04:23 gmt ",
            "Thursday, 13 August 2026 4:23",
            "Wed, 13 Aug 2026 04:23:00 GMT",
            "13-Aug-2026 04:23:00",
            "13.08.2026 04:23",
            "13/08/2026 04:23",
            "08/13/2026 04:23",
            "2026-08-13 04:23",
            "2026/08/13 04:23:00",
            "2026-08-13T04:23Z",
            "2026-08-13T04:23:00 +0000",
            "Aug 13, 2026 4:23 AM",
            "August 13th, 2026, at 04:23am",
            "Thu, 13 Aug 2026 00:23:00 EDT",
            "Thu, 13 Aug 2026 07:23:00 MSK",
            "Thu, 13 Aug 2026 09:23:00 UTC+5",
            "Thu, 13 Aug 2026 09:23:00 GMT +0500",
            "Thu, 13 Aug 2026 07:23:00 +0300 (MSK)",
            "Чт, 13 авг 2026 07:23:00 +0300",
            "13 августа 2026 г., 04:23",
            "13 тамыз 2026 04:23",
            "13 Ağustos 2026 04:23",
            "13 avgust 2026 04:23",
            "сен, 13 тамыз 2026 04:23",
            "mar. 13 août 2026 04:23",
        ] {
            check(text, at);
        }
        check("13 Aug 2026 12:05 PM", Some("2026-08-13T12:05:00Z"));
        check("13 Aug 2026 12:05 am", Some("2026-08-13T00:05:00Z"));
        check("31 Dec 2026 24:00:00 GMT", Some("2027-01-01T00:00:00Z"));
        check("31 Dec 2026 23:59:60 GMT", Some("2027-01-01T00:00:00Z"));
    }

    #[test]
    fn what_is_uncertain_is_refused() {
        for text in [
            "",
            "now",
            "yesterday",
            "2026",
            "2026-08",
            "Aug 2026",
            "04:23:17",
            "03/04/2026",
            "0001-01-01T00:00:00Z",
            "0000-00-00 00:00:00",
            "Wed, 30 Feb 2026 00:00:00 GMT",
            "2026-13-01",
            "2026-08-99",
            "2026-08-13T25:00:00Z",
            "2026-08-13T04:61:00Z",
            "2026-08-13T24:00:01Z",
            "2026-08-13T04:23:17-99:99",
            "2026-08-13T04:23:17+15:00",
            "13 Aug 126 04:23:17 GMT",
            "13 Aug 1969 04:23:17 GMT",
            "13 Aug 65 00:00 GMT",
            "13 Aug 2026 04:23:17 Almaty",
            "13 Aug 2026 04:23:17 XYZ",
            "13 Aug 2026 13:00 PM",
            "13 Aug 2026 04:23 05:23",
            "13 13 Aug 2026",
            "١٣ Aug 2026",
            "1",
            "99999999999999999",
            "-1786594997",
            "2026-08-13T04:23:17Zjunk",
        ] {
            check(text, None);
        }
        check(&"1".repeat(200), None);
    }
}
