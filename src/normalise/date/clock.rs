//! A time of day.

/// A time of day as written; whether it exists is asked with [`Clock::day_millis`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Clock {
    pub(super) hour: u32,
    pub(super) minute: u32,
    pub(super) second: u32,
    pub(super) millis: u32,
}

impl Clock {
    /// Milliseconds since midnight. 24:00:00 is the end of the day (ISO 8601), :60 a leap second.
    pub(super) fn day_millis(self) -> Option<i64> {
        let Self {
            hour,
            minute,
            second,
            millis,
        } = self;
        let is_end_of_day = hour == 24 && minute == 0 && second == 0;
        let is_time = hour < 24 && minute < 60 && second <= 60 && millis < 1000;
        (is_time || is_end_of_day)
            .then(|| i64::from(hour * 3600 + minute * 60 + second) * 1000 + i64::from(millis))
    }

    /// The time in the half of the day it is said to be in. `13:00 PM` says one thing twice;
    /// `13:00 AM` is no time.
    pub(super) fn in_half(self, is_afternoon: bool) -> Option<Self> {
        let hour = match (self.hour, is_afternoon) {
            (0, true) | (13.., false) => return None,
            (12, false) => 0,
            (hour @ 1..=11, true) => hour + 12,
            (hour, _) => hour,
        };
        Some(Self { hour, ..self })
    }
}

/// The first three digits of a fraction of a second.
pub(super) fn thousandths(fraction: &str) -> u32 {
    fraction
        .chars()
        .chain("000".chars())
        .take(3)
        .filter_map(|c| c.to_digit(10))
        .fold(0, |millis, digit| millis * 10 + digit)
}
