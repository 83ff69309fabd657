//! The pace a document asks for: RSS 2.0 `ttl`, `skipHours`, `skipDays`; RSS 1.0 syndication
//! module `updatePeriod`, `updateFrequency`.

use crate::model::parsed::PublisherPace;

const DAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

/// Gathers the pace from the fields of a channel.
#[derive(Debug, Default)]
pub(super) struct PaceReader {
    pace: PublisherPace,
    period_s: Option<u32>,
    frequency: Option<u32>,
}

impl PaceReader {
    /// One element of the channel, by its name in lower case, and its text; what says nothing of
    /// the pace is ignored.
    pub(super) fn field(&mut self, name: &str, text: &str) {
        match name {
            "ttl" => self.pace.ttl_minutes = text.parse().ok().filter(|minutes| *minutes > 0),
            // RSS 0.91 counted hours from 1 to 24.
            "hour" => push(
                &mut self.pace.skip_hours,
                text.parse()
                    .ok()
                    .filter(|hour| *hour <= 24)
                    .map(|hour: u8| hour % 24),
            ),
            "day" => {
                let day = text.to_ascii_lowercase();
                let number = (0..).zip(DAYS).find(|(_, name)| *name == day);
                push(&mut self.pace.skip_days, number.map(|(number, _)| number));
            }
            "updateperiod" => self.period_s = period_s(text),
            "updatefrequency" => self.frequency = text.parse().ok().filter(|n| *n > 0),
            _ => {}
        }
    }

    /// The pace; an update frequency without a period counts per day (RSS 1.0 syndication).
    pub(super) fn finish(mut self) -> PublisherPace {
        if self.period_s.is_some() || self.frequency.is_some() {
            let period_s = self.period_s.unwrap_or(86_400);
            self.pace.update_period_s = Some(period_s / self.frequency.unwrap_or(1));
        }
        // A feed that forbids every hour or day forbids nothing.
        if self.pace.skip_hours.len() == 24 {
            self.pace.skip_hours.clear();
        }
        if self.pace.skip_days.len() == DAYS.len() {
            self.pace.skip_days.clear();
        }
        self.pace
    }
}

fn period_s(text: &str) -> Option<u32> {
    Some(match text.to_ascii_lowercase().as_str() {
        "hourly" => 3_600,
        "daily" => 86_400,
        "weekly" => 604_800,
        "monthly" => 2_592_000,
        "yearly" => 31_536_000,
        _ => return None,
    })
}

fn push(numbers: &mut Vec<u8>, number: Option<u8>) {
    if let Some(number) = number
        && let Err(at) = numbers.binary_search(&number)
    {
        numbers.insert(at, number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pace(fields: &[(&str, &str)]) -> PublisherPace {
        let mut reader = PaceReader::default();
        for (name, text) in fields {
            reader.field(name, text);
        }
        reader.finish()
    }

    #[test]
    fn the_pace_is_gathered() {
        assert_eq!(
            pace(&[
                ("ttl", "60"),
                ("hour", "24"),
                ("hour", "3"),
                ("hour", "3"),
                ("hour", "25"),
                ("day", "Sunday"),
                ("day", "MONDAY"),
                ("day", "someday"),
                ("updateperiod", "hourly"),
                ("updatefrequency", "2"),
            ]),
            PublisherPace {
                ttl_minutes: Some(60),
                skip_hours: vec![0, 3],
                skip_days: vec![0, 6],
                update_period_s: Some(1_800),
            }
        );
    }

    #[test]
    fn nonsense_asks_for_nothing() {
        assert_eq!(
            pace(&[("ttl", "0"), ("ttl", "-5"), ("updateperiod", "often")]),
            PublisherPace::default()
        );
        let all: Vec<_> = DAYS.iter().map(|day| ("day", *day)).collect();
        assert_eq!(pace(&all), PublisherPace::default());
    }
}
