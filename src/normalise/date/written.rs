//! A date as written: which days it may be, and which of them it is by what else is known.

use jiff::civil::Date;

use crate::model::time::{Timestamp, Zone};
use crate::normalise::date::calendar::{Calendar, day, moment};
use crate::normalise::date::clock::Clock;
use crate::normalise::date::names::{Era, Meaning, Name, Unit};
use crate::normalise::date::scan::{Number, Scanned};

/// In which order day, month and year stand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Order {
    DayMonthYear,
    MonthDayYear,
    YearMonthDay,
}

/// A day a date may be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Reading {
    /// The order it is read in, where numbers alone leave that open.
    pub(super) order: Option<Order>,
    pub(super) day: Date,
}

/// A date as written.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Written {
    /// The days it may be; not empty.
    pub(super) readings: Vec<Reading>,
    /// Dots stand between its numbers: then the day comes first unless something says otherwise.
    has_dots: bool,
    clock: Option<Clock>,
    pub(super) offset: Option<i32>,
}

/// What decides where a date leaves something open.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Evidence {
    /// The order the other dates of the feed have.
    pub(super) order: Option<Order>,
    /// The order people of the feed's language write.
    pub(super) habit: Option<Order>,
    /// The zone somebody says the feed's dates are meant in.
    pub(super) zone: Option<Zone>,
    /// The offset in minutes that the other dates of the feed have.
    pub(super) offset: Option<i32>,
}

impl Written {
    /// What `scanned` may be, in a feed of `language` (primary subtag, or empty).
    pub(super) fn of(scanned: &Scanned, language: &str, digits: Digits) -> Option<Self> {
        let known = Known {
            scanned,
            language,
            digits,
        };
        let readings = known.readings();
        let readings = by_day_of_week(readings, &scanned.days);
        (!readings.is_empty()).then(|| Self {
            readings,
            has_dots: scanned
                .numbers
                .iter()
                .any(|number| number.separator == Some('.')),
            clock: scanned.clock,
            offset: scanned.offset,
        })
    }

    /// Its moment; `None` where the evidence does not say which of its readings is meant.
    pub(super) fn moment(&self, evidence: &Evidence) -> Option<Timestamp> {
        let dotted = self.has_dots.then_some(Order::DayMonthYear);
        let orders = [evidence.order, dotted, evidence.habit];
        let day = match self.readings.as_slice() {
            [only] => only.day,
            several => orders.into_iter().flatten().find_map(|order| {
                several
                    .iter()
                    .find(|reading| reading.order == Some(order))
                    .map(|it| it.day)
            })?,
        };
        // A day without a time is not moved.
        let Some(clock) = self.clock else {
            return moment(day, Clock::default(), self.offset.unwrap_or(0));
        };
        match (self.offset, &evidence.zone) {
            (None, Some(zone)) => Some(zone.moment_when(moment(day, clock, 0)?)),
            (own, _) => moment(day, clock, own.or(evidence.offset).unwrap_or(0)),
        }
    }
}

/// Of several readings, the ones that are the day of the week that is named, if any is.
fn by_day_of_week(readings: Vec<Reading>, days: &[Name]) -> Vec<Reading> {
    let is_named = |reading: &Reading| {
        let day = reading.day.weekday().to_monday_zero_offset();
        days.iter().any(|it| it.meaning == Meaning::Day(day))
    };
    if readings.len() > 1 && readings.iter().any(is_named) {
        return readings.into_iter().filter(is_named).collect();
    }
    readings
}

struct Known<'a> {
    scanned: &'a Scanned,
    language: &'a str,
    digits: Digits,
}

/// Whose digits a date is written with, where that says how years are counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Digits {
    Persian,
    Thai,
    Other,
}

impl Known<'_> {
    fn readings(&self) -> Vec<Reading> {
        let numbers = &self.scanned.numbers;
        let said = |unit| {
            let mut all = numbers
                .iter()
                .filter(move |number| number.unit == Some(unit));
            all.next().filter(|_| all.next().is_none())
        };
        let n_said = numbers
            .iter()
            .filter(|number| number.unit.is_some())
            .count();
        let (year, month, day) = (said(Unit::Year), said(Unit::Month), said(Unit::Day));
        let n_places = [year, month, day].iter().flatten().count();
        if n_places != n_said {
            return Vec::new();
        }
        let rest: Vec<&Number> = numbers
            .iter()
            .filter(|number| number.unit.is_none())
            .collect();
        let named = self.months();
        let all: Vec<&Number> = numbers.iter().collect();
        let are_days = self.scanned.months.iter().all(|names| may_be_day(names));
        match (month, named.is_empty()) {
            (None, true) if n_said == 0 => self.numbers_alone(&rest),
            // "13.08.26 г."
            (None, true) if n_said == 1 && year.is_some() && all.len() == 3 => {
                self.numbers_alone(&all)
            }
            // "mar. 13/08/2026"
            (None, false) if n_said == 0 && all.len() == 3 && are_days => self.numbers_alone(&all),
            (Some(month), true) => {
                let months = [(Calendar::Gregorian, month.value, false)];
                self.with_month(year, &months, day, &rest)
            }
            (None, false) => self.with_month(year, &named, day, &rest),
            _ => Vec::new(),
        }
    }

    /// A month that is known, and what else there is.
    fn with_month(
        &self,
        year: Option<&Number>,
        months: &[(Calendar, u32, bool)],
        day: Option<&Number>,
        rest: &[&Number],
    ) -> Vec<Reading> {
        let (year, day) = match (year, day, rest) {
            (Some(year), Some(day), &[])
            | (Some(year), None, &[day])
            | (None, Some(day), &[year]) => (year, day),
            (None, None, &[first, second]) if is_year(first) => (first, second),
            (None, None, &[first, second]) => (second, first),
            _ => return Vec::new(),
        };
        let mut readings: Vec<Reading> = Vec::new();
        for (calendar, month, is_thai) in months {
            let at = self.date(year, *calendar, *month, day, *is_thai);
            let is_known = readings.iter().any(|reading| Some(reading.day) == at);
            if let Some(day) = at.filter(|_| !is_known) {
                readings.push(Reading { order: None, day });
            }
        }
        readings
    }

    /// Three numbers, or a year and month, or a year.
    fn numbers_alone(&self, numbers: &[&Number]) -> Vec<Reading> {
        let first_of_month = Number {
            value: 1,
            n_digits: 2,
            unit: None,
            separator: None,
        };
        let is_bare = self.scanned.clock.is_none() && self.scanned.days.is_empty();
        let only = |day: Option<Date>| {
            day.map(|day| Reading { order: None, day })
                .into_iter()
                .collect()
        };
        match numbers {
            // W3C-DTF: a year and month, or a year, begin with their first day.
            [year] if is_bare && year.n_digits == 4 => {
                only(self.date(year, Calendar::Gregorian, 1, &first_of_month, false))
            }
            [year, month]
                if is_bare
                    && year.n_digits == 4
                    && month.n_digits == 2
                    && month.separator == Some('-') =>
            {
                only(self.date(
                    year,
                    Calendar::Gregorian,
                    month.value,
                    &first_of_month,
                    false,
                ))
            }
            [first, second, third] => self.three(first, second, third),
            _ => Vec::new(),
        }
    }

    fn three(&self, first: &Number, second: &Number, third: &Number) -> Vec<Reading> {
        let is_separated = second.separator == third.separator
            && matches!(second.separator, Some('-' | '.' | '/' | ' '));
        if !is_separated || second.n_digits > 2 {
            return Vec::new();
        }
        let orders: &[Order] = match (first.n_digits, third.n_digits) {
            (4, 1 | 2) => &[Order::YearMonthDay],
            (1 | 2, 3 | 4) => &[Order::DayMonthYear, Order::MonthDayYear],
            (1 | 2, 1 | 2) => &[
                Order::DayMonthYear,
                Order::MonthDayYear,
                Order::YearMonthDay,
            ],
            _ => &[],
        };
        let read = |order: &Order| {
            let (year, month, day) = match order {
                Order::DayMonthYear => (third, second, first),
                Order::MonthDayYear => (third, first, second),
                Order::YearMonthDay => (first, second, third),
            };
            let is_day_or_month = |number: &Number| number.n_digits <= 2 && number.unit.is_none();
            (is_day_or_month(month) && is_day_or_month(day)).then_some(())?;
            let day = self.date(year, Calendar::Gregorian, month.value, day, false)?;
            Some(Reading {
                order: Some(*order),
                day,
            })
        };
        let mut readings: Vec<Reading> = orders.iter().filter_map(read).collect();
        let is_one = readings
            .windows(2)
            .all(|two| two.first().map(|it| it.day) == two.last().map(|it| it.day));
        if is_one && readings.len() > 1 {
            // Whatever the order: it says nothing about other dates.
            readings.truncate(1);
            for reading in &mut readings {
                reading.order = None;
            }
        }
        readings
    }

    /// The day of these numbers; `calendar` is what the name of the month says.
    fn date(
        &self,
        year: &Number,
        calendar: Calendar,
        month: u32,
        day_number: &Number,
        is_thai: bool,
    ) -> Option<Date> {
        if day_number.n_digits > 2 {
            return None;
        }
        let (calendar, year) = self.year(year, calendar, is_thai)?;
        day(calendar, year, month, day_number.value)
    }

    /// The full year, and the calendar it is of.
    fn year(&self, year: &Number, calendar: Calendar, is_thai: bool) -> Option<(Calendar, u32)> {
        let is_thai = is_thai || self.digits == Digits::Thai || is_thai_language(self.language);
        let calendar = match self.scanned.era {
            Some(Era::Of(calendar)) => calendar,
            Some(Era::Plus(plus)) => {
                let full = year.value.checked_add_signed(plus)?;
                return Some((Calendar::Gregorian, full));
            }
            None => calendar,
        };
        let is_iranian =
            self.digits == Digits::Persian || matches!(self.language, "fa" | "ps" | "prs");
        match (calendar, year.n_digits, year.value) {
            (Calendar::Gregorian, 4, 1300..=1499) if is_iranian => {
                Some((Calendar::Jalali, year.value))
            }
            (Calendar::Gregorian, 4, 2400..=2742) if is_thai => Some((calendar, year.value - 543)),
            (Calendar::Gregorian, 2, 60..) if is_thai => Some((calendar, year.value + 2500 - 543)),
            (_, 4, _) => Some((calendar, year.value)),
            // RFC 2822 §4.3: two digits are 1950 to 2049, three are years since 1900.
            (Calendar::Gregorian, 2, 0..50) => Some((calendar, year.value + 2000)),
            (Calendar::Gregorian, 2, _) | (Calendar::Gregorian, 3, 100..=199) => {
                Some((calendar, year.value + 1900))
            }
            (Calendar::Jalali, 2, 0..50) => Some((calendar, year.value + 1400)),
            (Calendar::Jalali, 2, _) => Some((calendar, year.value + 1300)),
            _ => None,
        }
    }

    /// The months the names may be, and whether they are named in a language that counts Buddhist
    /// years. "mar." is March and mardi: of several names that may be a month one is, and the
    /// others are days of the week.
    fn months(&self) -> Vec<(Calendar, u32, bool)> {
        let names = &self.scanned.months;
        let n_no_days = names.iter().filter(|names| !may_be_day(names)).count();
        let may_be_month = |names: &&Vec<Name>| n_no_days == usize::from(!may_be_day(names));
        let candidates: Vec<Name> = names
            .iter()
            .filter(may_be_month)
            .flatten()
            .copied()
            .collect();
        let mut found: Vec<(Calendar, u32, bool)> = Vec::new();
        for month in meant(&candidates, self.language) {
            let is_known = |known: &(Calendar, u32, bool)| (known.0, known.1) == (month.0, month.1);
            if !found.iter().any(is_known) {
                found.push(month);
            }
        }
        found
    }
}

/// The months these names may be: as the feed's language has it, else English, else the rest.
fn meant(names: &[Name], language: &str) -> Vec<(Calendar, u32, bool)> {
    let months = |is_heard: &dyn Fn(&Name) -> bool| -> Vec<(Calendar, u32, bool)> {
        let heard = names.iter().filter(|name| is_heard(name));
        heard
            .filter_map(|name| match name.meaning {
                Meaning::Month(calendar, month) => {
                    Some((calendar, month, is_thai_language(name.language.tag)))
                }
                _ => None,
            })
            .collect()
    };
    let ranks: [&dyn Fn(&Name) -> bool; 4] = [
        &|name| name.language.tag == language,
        &|name| name.language.tag == "en",
        &|name| !name.language.is_minor,
        &|_| true,
    ];
    ranks
        .into_iter()
        .map(months)
        .find(|found| !found.is_empty())
        .unwrap_or_default()
}

fn may_be_day(names: &[Name]) -> bool {
    names.iter().any(|it| matches!(it.meaning, Meaning::Day(_)))
}

/// Languages whose years are Buddhist more often than not.
fn is_thai_language(tag: &str) -> bool {
    matches!(tag, "th" | "lo" | "km")
}

/// Whether a number can be a year and no day.
fn is_year(number: &Number) -> bool {
    number.n_digits > 2 || number.value > 31
}
