//! What a poll's record means to a person who watches.

use std::collections::HashMap;

use crate::app::commands::demo::samples::{Manner, name, sample};
use crate::app::commands::demo::settings::REGIONS;
use crate::engine::record::{EntryRecord, PollRecord};
use crate::model::entry::EntryKey;
use crate::model::outcome::OutcomeKind;
use crate::model::region::RegionMatch;
use crate::model::tally::{Arrival, Fate};

/// A line for the viewer: what happened, to what, and why.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Event {
    /// What happened.
    pub(super) what: What,
    /// Name of the feed.
    pub(super) source: String,
    /// Title of the entry; empty where it is about the feed.
    pub(super) title: String,
    /// Why.
    pub(super) why: String,
}

/// What happened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum What {
    /// A story appeared in a merged feed.
    Announced,
    /// A story that is shown was edited, and moved up.
    Edited,
    /// An entry joined a story that is there already.
    Merged,
    /// An entry belongs to no region.
    Filtered,
    /// An entry is too old.
    Backlog,
    /// An entry belongs to a region, but nothing moved.
    Silent,
    /// A feed could not be read.
    Trouble,
    /// A feed was read in spite of something, or is well again.
    Note,
}

impl What {
    /// One word for it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Announced => "announced",
            Self::Edited => "edited",
            Self::Merged => "merged",
            Self::Filtered => "filtered",
            Self::Backlog => "backlog",
            Self::Silent => "silent",
            Self::Trouble => "trouble",
            Self::Note => "note",
        }
    }
}

/// Makes events of records, one daemon after another: it knows which entry founded which story,
/// and what was said of a feed before.
#[derive(Debug, Default)]
pub(super) struct Teller {
    founders: HashMap<EntryKey, Founder>,
    said: HashMap<String, &'static str>,
}

/// The entry that founded a story.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Founder {
    /// Id of its feed.
    pub(super) feed: String,
    /// Its title.
    pub(super) title: String,
}

impl Teller {
    /// The entry that founded the story `key`, where a record told of it.
    pub(super) fn founder(&self, key: EntryKey) -> Option<&Founder> {
        self.founders.get(&key)
    }

    /// What is to be told of a poll.
    pub(super) fn tell(&mut self, record: &PollRecord) -> Vec<Event> {
        let feed = record.summary.feed.as_str();
        for entry in &record.entries {
            if entry.entry.key == entry.story.key {
                let title = entry.entry.content.title().unwrap_or_default().to_owned();
                let feed = feed.to_owned();
                self.founders
                    .insert(entry.entry.key, Founder { feed, title });
            }
        }
        let mut events: Vec<Event> = self.of_feed(record).into_iter().collect();
        events.extend(
            record
                .entries
                .iter()
                .map(|entry| self.of_entry(feed, entry)),
        );
        events
    }

    /// What is to be said of the feed itself: only what was not said last time.
    fn of_feed(&mut self, record: &PollRecord) -> Option<Event> {
        let feed = record.summary.feed.as_str();
        let was_ill = self.said.get(feed) == Some(&OutcomeKind::Timeout.name());
        let (said, what, why) = condition(record, was_ill)?;
        if self.said.insert(feed.to_owned(), said) == Some(said) {
            return None;
        }
        Some(Event {
            what,
            source: name(feed).to_owned(),
            title: String::new(),
            why,
        })
    }

    fn of_entry(&self, feed: &str, record: &EntryRecord) -> Event {
        let (what, why) = match (record.arrival, record.fate) {
            (_, Fate::Backlog) => (What::Backlog, too_old(record)),
            (Arrival::SameStory, _) => (What::Merged, self.joined(record)),
            (_, Fate::Filtered) => (
                What::Filtered,
                format!("no word in it speaks for {}", REGIONS.join(" or ")),
            ),
            (Arrival::Updated, Fate::Announced) => (
                What::Edited,
                format!(
                    "other words than before: announced again; {}",
                    words(&record.entry.matches)
                ),
            ),
            (_, Fate::Announced) => (What::Announced, words(&record.entry.matches)),
            (_, Fate::Silent) => (What::Silent, "nothing that is shown has changed".to_owned()),
        };
        Event {
            what,
            source: name(feed).to_owned(),
            title: record.entry.content.title().unwrap_or_default().to_owned(),
            why,
        }
    }

    fn joined(&self, record: &EntryRecord) -> String {
        let n_sources = record.story.members.len();
        match self.founder(record.story.key) {
            Some(Founder { feed, title }) => format!(
                "its link, tracking aside, is that of {}'s \u{201c}{title}\u{201d}: one story, {n_sources} sources",
                name(feed)
            ),
            None => format!("the same as a story that is known: {n_sources} sources"),
        }
    }
}

/// What is remarkable about how a feed was read, in one word and in a sentence.
fn condition(record: &PollRecord, was_ill: bool) -> Option<(&'static str, What, String)> {
    let summary = &record.summary;
    let manner = sample(&summary.feed).map(|sample| sample.manner);
    if let Some(error) = &summary.error {
        let why = format!(
            "{}: {error}; the others do not wait for it, and it is asked again, less and less often",
            summary.kind.name()
        );
        return Some((summary.kind.name(), What::Trouble, why));
    }
    if was_ill {
        let why = "well again: what it had to say arrives late, not never".to_owned();
        return Some(("well", What::Note, why));
    }
    if !record.defects.is_empty() {
        let why = format!(
            "broken, and read all the same: {}",
            record.defects.join(", ")
        );
        return Some(("defects", What::Note, why));
    }
    let is_slow = manner == Some(Manner::Slow);
    let took = record.elapsed.as_millis();
    is_slow.then(|| {
        (
            "slow",
            What::Note,
            format!("slow: its answer took {took} ms; the others did not wait"),
        )
    })
}

fn too_old(record: &EntryRecord) -> String {
    let age = match record.entry.claim {
        Some(claim) => {
            let days = record.entry.first_seen.since(claim).as_secs() / (24 * 60 * 60);
            format!("{days} days old")
        }
        None => "undated".to_owned(),
    };
    format!("{age} when its feed was first read: known from now on, never announced")
}

/// `central-asia by Астане = Astana, Aktau`.
pub(super) fn words(matches: &[RegionMatch]) -> String {
    let regions: Vec<String> = matches
        .iter()
        .map(|region| {
            let mut words: Vec<String> = Vec::new();
            for it in &region.evidence {
                let word = if it.form == it.term {
                    it.form.clone()
                } else {
                    format!("{} = {}", it.form, it.term)
                };
                if !words.contains(&word) {
                    words.push(word);
                }
            }
            format!("{} by {}", region.region, words.join(", "))
        })
        .collect();
    regions.join("; ")
}
