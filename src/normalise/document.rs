//! All entries of a document in our own terms.

use crate::model::entry::Entry;
use crate::model::parsed::{Defect, ParsedEntry};
use crate::model::time::Timestamp;
use crate::normalise::entry::{FeedContext, normalise};
use crate::normalise::{date, limit};

/// What a document gave.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Normalised {
    /// Entries that are kept, in document order.
    pub entries: Vec<Entry>,
    /// Entries with nothing to know them by and nothing to show.
    pub n_rejected: u32,
    /// Entries over the limit: older than those that are kept.
    pub n_over_limit: u32,
    /// What was wrong and lived with; that of one entry alone stands there.
    pub defects: Vec<Defect>,
}

/// Brings the `entries_max` newest of `entries` into our own terms.
pub fn document(entries: Vec<ParsedEntry>, feed: &FeedContext, entries_max: usize) -> Normalised {
    let mut dates = Dates::default();
    let mut dated: Vec<(ParsedEntry, Option<Timestamp>)> = entries
        .into_iter()
        .map(|entry| {
            let claim = dates.claim(&entry);
            (entry, claim)
        })
        .collect();
    let mut normalised = Normalised {
        n_over_limit: limit::keep_newest(&mut dated, entries_max),
        defects: dates.defect().into_iter().collect(),
        ..Normalised::default()
    };
    for (entry, claim) in dated {
        match normalise(entry, claim, feed) {
            Ok(entry) => normalised.entries.push(entry),
            Err(_) => normalised.n_rejected += 1,
        }
    }
    normalised
}

/// Reads dates and counts those that cannot be read.
#[derive(Default)]
struct Dates {
    n_bad: usize,
    first_bad: String,
}

impl Dates {
    /// The claimed date of publication, else of the last edit.
    fn claim(&mut self, entry: &ParsedEntry) -> Option<Timestamp> {
        let published = self.best(&entry.published);
        let updated = self.best(&entry.updated);
        published.or(updated)
    }

    /// The first that can be read.
    fn best(&mut self, written: &[String]) -> Option<Timestamp> {
        let mut best = None;
        for date in written {
            let at = date::read(date);
            if at.is_none() {
                if self.n_bad == 0 {
                    self.first_bad = date.chars().take(40).collect();
                }
                self.n_bad += 1;
            }
            best = best.or(at);
        }
        best
    }

    fn defect(self) -> Option<Defect> {
        let (n, first) = (self.n_bad, self.first_bad);
        (n > 0).then(|| {
            Defect::new(
                "bad-date",
                format!("{n} dates could not be read, the first is {first:?}"),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_date_is_said_and_a_good_one_kept() {
        let entry = ParsedEntry {
            guid: Some("1".to_owned()),
            published: vec!["soon".to_owned(), "2026-08-13T00:00:00Z".to_owned()],
            ..ParsedEntry::default()
        };
        let feed = FeedContext {
            url: "https://example.org/".parse().unwrap(),
            link: None,
            language: None,
        };
        let read = document(vec![entry], &feed, 10);
        assert_eq!(
            read.entries.first().unwrap().claim,
            Timestamp::parse_rfc3339("2026-08-13T00:00:00Z")
        );
        assert_eq!(
            read.defects,
            [Defect::new(
                "bad-date",
                "1 dates could not be read, the first is \"soon\""
            )]
        );
    }
}
