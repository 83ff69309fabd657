//! From calendar fields to a moment, with every field checked.

use icu_calendar::cal::Hijri;
use icu_calendar::{AsCalendar, Date, Iso};
use jiff::civil;
use jiff::tz::TimeZone;

use crate::model::time::Timestamp;
use crate::normalise::date::clock::Clock;

/// Zones reach from UTC−12 to UTC+14.
const OFFSET_MINUTES: std::ops::RangeInclusive<i32> = -12 * 60..=14 * 60;

/// No feed is older than the first of these years; 9999 and its like stand for "no date".
const YEARS: std::ops::RangeInclusive<i16> = 1970..=2099;

/// How years and months are counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Calendar {
    /// The one of the standards.
    Gregorian,
    /// The Iranian solar one.
    Jalali,
    /// The Islamic one, by the tables of Umm al-Qura.
    Hijri,
}

/// The Gregorian day of a year, month and day of `calendar`; `None` where it does not exist or
/// lies outside [`YEARS`].
pub(super) fn day(calendar: Calendar, year: u32, month: u32, day: u32) -> Option<civil::Date> {
    let (month, day) = (u8::try_from(month).ok()?, u8::try_from(day).ok()?);
    let year = i32::try_from(year).ok()?;
    let date = match calendar {
        Calendar::Gregorian => civil(year, month, day)?,
        Calendar::Jalali => civil_of(&Date::try_new_persian(year, month, day).ok()?)?,
        Calendar::Hijri => {
            let calendar = Hijri::new_umm_al_qura();
            civil_of(&Date::try_new_hijri_with_calendar(year, month, day, calendar).ok()?)?
        }
    };
    known(date)
}

/// `date`, where it lies in [`YEARS`].
pub(super) fn known(date: civil::Date) -> Option<civil::Date> {
    YEARS.contains(&date.year()).then_some(date)
}

fn civil(year: i32, month: u8, day: u8) -> Option<civil::Date> {
    let (month, day) = (month.try_into().ok()?, day.try_into().ok()?);
    civil::Date::new(year.try_into().ok()?, month, day).ok()
}

fn civil_of<C: AsCalendar>(date: &Date<C>) -> Option<civil::Date> {
    let iso = date.to_calendar(Iso);
    civil(
        iso.year().extended_year(),
        iso.month().ordinal,
        iso.day_of_month().0,
    )
}

/// The moment of a day, a time and an offset in minutes; `None` where one of them does not exist
/// or the moment lies before 1970.
pub(super) fn moment(date: civil::Date, clock: Clock, offset: i32) -> Option<Timestamp> {
    if !OFFSET_MINUTES.contains(&offset) {
        return None;
    }
    let midnight = TimeZone::UTC
        .to_timestamp(date.to_datetime(civil::Time::midnight()))
        .ok()?
        .as_millisecond();
    let at = midnight + clock.day_millis()? - i64::from(offset) * 60_000;
    (at >= 0).then(|| Timestamp::from_millis(at))
}
