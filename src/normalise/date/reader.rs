//! The reader of one feed's dates, and what it learns from all of them.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::time::Duration;

use jiff::civil::{Date, Time};
use jiff::fmt::rfc2822;
use jiff::fmt::temporal::Pieces;
use jiff::tz::Offset;

use crate::model::parsed::ParsedFeed;
use crate::model::time::{Timestamp, Zone};
use crate::normalise::date::clock::Clock;
use crate::normalise::date::scan::scan;
use crate::normalise::date::written::{Evidence, Order, Written};
use crate::normalise::date::{atoms, calendar, digits, iso, marked};
use crate::text::fold;

/// No date is longer; the longest real one has 36 bytes.
const DATE_MAX_BYTES: usize = 200;

/// Dates of a feed that are learned from.
const LEARNED_MAX: usize = 2000;

/// So many different dates with one number in the same place are of one month.
const MONTH_MIN_DATES: usize = 3;

/// So many entries with one zone tell that of the others; the feed itself with one does.
const ZONED_MIN_DATES: usize = 3;

const A_DAY: Duration = Duration::from_hours(24);

/// Reads the dates of one feed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Reader {
    /// Primary subtag of the feed's language; empty where unknown.
    language: String,
    evidence: Evidence,
}

/// A date read twice: by itself, and by what its feed tells besides.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Dated {
    /// What it is in this feed.
    pub at: Option<Timestamp>,
    /// What it is whatever else the feed holds: an id may be made from it.
    pub alone: Option<Timestamp>,
}

/// Reads a date without knowing where it stands; `None` where it is none, or none that is certain.
pub fn read(text: &str) -> Option<Timestamp> {
    Reader::default().read(text)
}

impl Reader {
    /// The reader of the dates of `feed`, which is in `language` (BCP 47) where that is known.
    pub fn of(feed: &ParsedFeed, language: Option<&str>) -> Self {
        let language = language.unwrap_or_default().to_ascii_lowercase();
        let primary = language.split('-').next().unwrap_or_default().to_owned();
        let of_feed = || feed.published.iter().chain(&feed.updated);
        let entries = feed.entries.iter();
        let of_entries = entries.flat_map(|it| it.published.iter().chain(&it.updated));
        let mut sample = Sample::default();
        for text in of_feed() {
            sample.add(text, &primary);
        }
        sample.is_told = !sample.offsets.is_empty();
        for text in of_entries.take(LEARNED_MAX) {
            sample.add(text, &primary);
        }
        let latest = of_feed().filter_map(|text| read(text)).max();
        Self {
            evidence: Evidence {
                order: order(&sample.dates, latest),
                habit: habit(&language),
                zone: None,
                offset: sample.offset(),
            },
            language: primary,
        }
    }

    /// The same for a feed whose dates are meant in `zone` where they name none.
    #[must_use]
    pub fn in_zone(mut self, zone: Option<Zone>) -> Self {
        self.evidence.zone = zone;
        self
    }

    /// Reads one date.
    pub fn read(&self, text: &str) -> Option<Timestamp> {
        self.dated(text).at
    }

    /// The first of `written` that can be read: they are the same date, the best first.
    pub fn best<'a>(&self, written: impl IntoIterator<Item = &'a String>) -> Option<Timestamp> {
        written.into_iter().find_map(|text| self.read(text))
    }

    /// Reads one date, in its feed and by itself.
    pub fn dated(&self, text: &str) -> Dated {
        let text = &*marked::bare(text);
        if let Some((at, _)) = standard(text) {
            return Dated {
                at: Some(at),
                alone: Some(at),
            };
        }
        if let Some(at) = epoch(text) {
            return Dated {
                at: Some(at),
                alone: Some(at),
            };
        }
        let alone = written(text, "").and_then(|date| date.moment(&Evidence::default()));
        if *self == Self::default() {
            return Dated { at: alone, alone };
        }
        let at = written(text, &self.language).and_then(|date| date.moment(&self.evidence));
        Dated { at, alone }
    }
}

/// What is looked at to learn from.
#[derive(Default)]
struct Sample {
    /// Dates that leave something open.
    dates: Vec<Written>,
    /// The offsets in minutes of those that have one, and how many those are.
    offsets: BTreeSet<i32>,
    n_offsets: usize,
    /// The feed's own dates have one.
    is_told: bool,
}

impl Sample {
    fn add(&mut self, text: &str, language: &str) {
        let text = &*marked::bare(text);
        if let Some((_, offset)) = standard(text) {
            self.zoned(offset);
        } else if let Some(date) = written(text, language) {
            date.offset
                .into_iter()
                .for_each(|offset| self.zoned(offset));
            self.dates.push(date);
        }
    }

    fn zoned(&mut self, offset: i32) {
        self.offsets.insert(offset);
        self.n_offsets += 1;
    }

    /// The one offset that all dates have which have any: the feed's own, or enough of its
    /// entries'.
    fn offset(&self) -> Option<i32> {
        let is_known = self.is_told || self.n_offsets >= ZONED_MIN_DATES;
        let only = self.offsets.first().filter(|_| self.offsets.len() == 1);
        only.copied().filter(|_| is_known)
    }
}

/// What the two standards prescribe, read without looking any word up: the moment and its offset
/// in minutes.
fn standard(text: &str) -> Option<(Timestamp, i32)> {
    if !(20..=40).contains(&text.len()) || text.contains(":60") {
        return None;
    }
    if text.as_bytes().get(4) == Some(&b'-') {
        let pieces = Pieces::parse(text).ok()?;
        return at(pieces.date(), pieces.time()?, pieces.to_numeric_offset()?);
    }
    // Any other name would be read as UTC.
    let has_offset = text.ends_with(|c: char| c.is_ascii_digit()) || text.ends_with(" GMT");
    has_offset.then_some(())?;
    let zoned = rfc2822::DateTimeParser::new()
        .relaxed_weekday(true)
        .parse_zoned_datetime(text)
        .ok()?;
    at(zoned.date(), zoned.time(), zoned.offset())
}

fn at(date: Date, time: Time, offset: Offset) -> Option<(Timestamp, i32)> {
    let part = |value: i8| u32::try_from(value).unwrap_or(u32::MAX);
    let clock = Clock {
        hour: part(time.hour()),
        minute: part(time.minute()),
        second: part(time.second()),
        millis: u32::try_from(time.millisecond()).unwrap_or(0),
    };
    let minutes = offset.seconds() / 60;
    Some((
        calendar::moment(calendar::known(date)?, clock, minutes)?,
        minutes,
    ))
}

fn epoch(text: &str) -> Option<Timestamp> {
    if text.len() > DATE_MAX_BYTES {
        return None;
    }
    let at = iso::epoch(&text.to_ascii_lowercase())?;
    let day = Offset::UTC.to_datetime(at.to_jiff()).date();
    calendar::known(day).map(|_| at)
}

fn written(text: &str, language: &str) -> Option<Written> {
    let text = text.trim();
    if text.len() > DATE_MAX_BYTES {
        return None;
    }
    let of_whom = digits::of_whom(text);
    let folded = digits::to_ascii(&fold::fold_str(text));
    let text = iso::plain(&folded).map_or(Cow::Borrowed(folded.as_str()), Cow::Owned);
    let atoms = atoms::split(&text)?;
    Written::of(&scan(&atoms, language)?, language, of_whom)
}

/// The order that all dates which leave it open can be read in, or are likeliest meant in. None
/// is meant to be later than `latest`, the date of the feed itself.
fn order(dates: &[Written], latest: Option<Timestamp>) -> Option<Order> {
    let orders = [
        Order::DayMonthYear,
        Order::MonthDayYear,
        Order::YearMonthDay,
    ];
    let is_open = |date: &&Written| date.readings.iter().any(|it| it.order.is_some());
    let open: Vec<&Written> = dates.iter().filter(is_open).collect();
    let days_in = |order| -> Option<BTreeSet<Date>> {
        let days = open.iter().map(|date| {
            let mut readings = date.readings.iter();
            readings.find(|it| it.order == Some(order)).map(|it| it.day)
        });
        days.collect()
    };
    let is_past = |days: &BTreeSet<Date>| {
        let last = days
            .last()
            .and_then(|day| calendar::moment(*day, Clock::default(), 0));
        latest.is_none_or(|latest| last.is_some_and(|last| last <= latest.plus(A_DAY)))
    };
    let mut possible: Vec<(Order, BTreeSet<Date>)> = orders
        .into_iter()
        .filter_map(|order| Some((order, days_in(order)?)))
        .filter(|(_, days)| !days.is_empty() && is_past(days))
        .collect();
    if possible.len() > 1 {
        // News of a few days have one month and several days, not one day of several months.
        possible.retain(|(_, days)| {
            let months: BTreeSet<_> = days.iter().map(|day| (day.year(), day.month())).collect();
            days.len() >= MONTH_MIN_DATES && months.len() == 1
        });
    }
    match possible.as_slice() {
        [(order, _)] => Some(*order),
        _ => None,
    }
}

/// The order people of a language write numbers in, where all of them do: in English it depends
/// on the country, and where the year comes first nothing is known of dates in which it does not.
fn habit(language: &str) -> Option<Order> {
    let (primary, region) = language.split_once('-').unwrap_or((language, ""));
    let is_without = matches!(
        primary,
        "" | "fil" | "zh" | "ja" | "ko" | "hu" | "lt" | "mn" | "eu" | "sv"
    );
    match (primary, region) {
        ("en", "us" | "ph") => Some(Order::MonthDayYear),
        ("en", "") => None,
        _ => (!is_without).then_some(Order::DayMonthYear),
    }
}
