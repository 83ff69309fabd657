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
    let mut dates = Dates::of(&feed.dates);
    let mut dated: Vec<(ParsedEntry, Claim)> = entries
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

/// What the dates of an entry give.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Claim {
    /// The claimed date of publication, else of the last edit.
    pub(super) at: Option<Timestamp>,
    /// The same, read without what the rest of the document tells.
    pub(super) alone: Option<Timestamp>,
}

/// Reads dates and counts those that cannot be read.
struct Dates<'a> {
    reader: &'a date::Reader,
    n_bad: usize,
    first_bad: String,
}

impl<'a> Dates<'a> {
    fn of(reader: &'a date::Reader) -> Self {
        Self {
            reader,
            n_bad: 0,
            first_bad: String::new(),
        }
    }

    fn claim(&mut self, entry: &ParsedEntry) -> Claim {
        let mut claim = Claim::default();
        // The first of each that can be read.
        for written in entry.published.iter().chain(&entry.updated) {
            let date = self.reader.dated(written);
            if date.at.is_none() {
                if self.n_bad == 0 {
                    self.first_bad = written.chars().take(40).collect();
                }
                self.n_bad += 1;
            }
            claim.at = claim.at.or(date.at);
            claim.alone = claim.alone.or(date.alone);
        }
        claim
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
            dates: date::Reader::default(),
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
