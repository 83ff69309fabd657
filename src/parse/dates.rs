//! Which elements hold which date, and which of several to believe first.

use crate::parse::names::Space;

/// What a date is the date of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Event {
    /// Publication.
    Published,
    /// The last edit.
    Updated,
    /// Dublin Core leaves it open.
    Either,
}

/// The event an element dates, and its rank among the dates of that event: lower is better.
pub(super) fn event(space: Space, local: &str) -> Option<(Event, u8)> {
    Some(match (space, local) {
        (Space::Own | Space::Atom, "pubdate" | "published" | "issued") => (Event::Published, 0),
        (Space::Own | Space::Atom, "updated" | "modified") => (Event::Updated, 0),
        (Space::Own, "lastbuilddate") | (Space::DcTerms, "modified") => (Event::Updated, 1),
        (Space::DcTerms, "issued") => (Event::Published, 1),
        (Space::Dc | Space::DcTerms, "date") => (Event::Either, 2),
        (Space::Own, "date") => (Event::Either, 3),
        // Names that content managers make up, and journals' own vocabulary.
        (
            Space::Own,
            "pub_date" | "publicationdate" | "publishdate" | "publisheddate" | "datecreated",
        )
        | (Space::Prism, "publicationdate" | "coverdate") => (Event::Published, 5),
        (Space::Own, "datemodified" | "lastmodified" | "lastupdated")
        | (Space::Prism, "modificationdate") => (Event::Updated, 5),
        (Space::Own | Space::Atom | Space::DcTerms, "created") => (Event::Published, 4),
        _ => return None,
    })
}

/// Dates as written, with their ranks.
#[derive(Clone, Debug, Default)]
pub(super) struct Dates {
    published: Vec<(u8, String)>,
    updated: Vec<(u8, String)>,
}

/// Dates of one event kept of one entry.
const DATES_MAX: usize = 8;

impl Dates {
    /// Adds a date.
    pub(super) fn add(&mut self, (event, rank): (Event, u8), written: &str) {
        let add = |dates: &mut Vec<(u8, String)>| {
            if dates.len() < DATES_MAX {
                dates.push((rank, written.to_owned()));
            }
        };
        if event != Event::Updated {
            add(&mut self.published);
        }
        if event != Event::Published {
            add(&mut self.updated);
        }
    }

    /// Dates of publication and of the last edit, the best first.
    pub(super) fn finish(self) -> (Vec<String>, Vec<String>) {
        (by_rank(self.published), by_rank(self.updated))
    }
}

fn by_rank(mut dates: Vec<(u8, String)>) -> Vec<String> {
    // Of two as good, the later was written over the earlier.
    dates.reverse();
    dates.sort_by_key(|(rank, _)| *rank);
    let mut sorted: Vec<String> = Vec::with_capacity(dates.len());
    for (_, date) in dates {
        if !sorted.contains(&date) {
            sorted.push(date);
        }
    }
    sorted
}
