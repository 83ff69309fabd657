//! What a demo showed, kept to be compared with what is expected.

use crate::app::commands::demo::event::{Teller, Told};
use crate::app::commands::demo::reader::{Documents, ShownStory};
use crate::control::Verdict;
use crate::engine::record::{EntryRecord, PollRecord};
use crate::model::outcome::OutcomeKind;
use crate::model::tally::{Arrival, Bond, Fate, Tally};

/// All of it.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Observed {
    /// Every entry the daemon decided on, in that order; an unchanged one is none.
    pub(super) entries: Vec<SeenEntry>,
    /// Every poll, in the order of their commits.
    pub(super) polls: Vec<SeenPoll>,
    /// Stories of the merged feed `all` at the end of the news, as a reader sees them.
    pub(super) shown: Vec<ShownStory>,
    /// Regions whose merged feed does not show then what `all` shows of them.
    pub(super) astray: Vec<&'static str>,
    /// What `explain` says of each address.
    pub(super) explained: Vec<Explained>,
    /// All published documents, at named moments from the end of the news on.
    pub(super) documents: Vec<(&'static str, Documents)>,
    /// Stories that stood twice in one version of a merged feed, by title.
    pub(super) doubled: Vec<String>,
}

/// One entry the daemon decided on.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct SeenEntry {
    /// The round in which it was fetched.
    pub(super) round: u32,
    /// Its feed.
    pub(super) feed: String,
    /// Last part of its address's path.
    pub(super) slug: String,
    /// Its address.
    pub(super) link: String,
    /// Its title.
    pub(super) title: String,
    /// What it was to what is known.
    pub(super) arrival: Arrival,
    /// What came of it.
    pub(super) fate: Fate,
    /// Regions and the words that speak for them.
    pub(super) words: Vec<(String, String)>,
    /// What ties it to the story it joined, and the feed of that story's founder.
    pub(super) joined: Option<(Bond, String)>,
    /// The reason that was shown.
    pub(super) why: String,
}

/// One poll.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct SeenPoll {
    /// The round in which the feed was asked.
    pub(super) round: u32,
    /// The feed.
    pub(super) feed: String,
    /// How it ended.
    pub(super) outcome: OutcomeKind,
    /// HTTP status, where an answer came.
    pub(super) status: Option<u16>,
    /// Whether something was wrong with the document.
    pub(super) was_mended: bool,
    /// What had been shown of the feed by then, last.
    pub(super) said: String,
    /// What became of its entries.
    pub(super) tally: Tally,
}

/// What `explain` says of one entry.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Explained {
    /// Its feed.
    pub(super) feed: String,
    /// Last part of its address's path.
    pub(super) slug: String,
    /// Why it is in or out.
    pub(super) verdict: Verdict,
    /// Entries in its story.
    pub(super) n_sources: usize,
}

impl Observed {
    /// Keeps what a poll came to and what was told of it.
    pub(super) fn keep(&mut self, round: u32, record: &PollRecord, told: &Told, teller: &Teller) {
        let summary = &record.summary;
        self.polls.push(SeenPoll {
            round,
            feed: summary.feed.clone(),
            outcome: summary.kind,
            status: record.http_status,
            was_mended: !record.defects.is_empty(),
            said: teller.said(&summary.feed).unwrap_or_default().to_owned(),
            tally: summary.tally,
        });
        let entries = record.entries.iter().zip(&told.entries);
        self.entries.extend(entries.map(|(entry, event)| {
            let why = event.why.clone();
            seen(round, &summary.feed, entry, why, teller)
        }));
    }
}

fn seen(round: u32, feed: &str, record: &EntryRecord, why: String, teller: &Teller) -> SeenEntry {
    let link = record.entry.content.link().unwrap_or_default();
    let founder = teller.founder(record.story.key);
    SeenEntry {
        round,
        feed: feed.to_owned(),
        slug: slug(link),
        link: link.to_owned(),
        title: record.entry.content.title().unwrap_or_default().to_owned(),
        arrival: record.arrival,
        fate: record.fate,
        words: record
            .entry
            .matches
            .iter()
            .flat_map(|region| {
                let word = |form: &str| (region.region.clone(), form.to_owned());
                region.evidence.iter().map(move |it| word(&it.form))
            })
            .collect(),
        joined: record.bond.zip(founder.map(|founder| founder.feed.clone())),
        why,
    }
}

/// Last part of an address's path; the whole text where there is none.
pub(super) fn slug(link: &str) -> String {
    let path = link.split(['?', '#']).next().unwrap_or(link);
    let last = path.rsplit('/').find(|part| !part.is_empty());
    last.unwrap_or(link).to_owned()
}
