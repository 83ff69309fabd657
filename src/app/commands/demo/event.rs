//! What a poll's record means to a person who watches.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use crate::app::commands::demo::samples::{Manner, name, sample};
use crate::app::commands::demo::settings::REGIONS;
use crate::app::commands::output;
use crate::classify::Classifier;
use crate::engine::kept;
use crate::engine::record::{EntryRecord, PollRecord};
use crate::model::entry::EntryKey;
use crate::model::judgement::{Judgement, Reason};
use crate::model::outcome::PollReason;
use crate::model::region::RegionMatch;
use crate::model::tally::{Arrival, Bond, Fate};
use crate::model::time::Timestamp;

/// Polls remembered to tell what went on meanwhile: more than end while one waits for a slow
/// server.
const RECENT_POLLS: usize = 256;

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

/// What is to be told of one poll.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Told {
    /// Of the feed itself; `None` where that was said before, or there is nothing to say.
    pub(super) feed: Option<Event>,
    /// Of each entry that was decided on, in the order of the record.
    pub(super) entries: Vec<Event>,
}

impl Told {
    /// All of it, in the order in which it is to be shown.
    pub(super) fn events(&self) -> impl Iterator<Item = &Event> {
        self.feed.iter().chain(&self.entries)
    }
}

/// Makes events of records, one daemon after another: it knows which entry founded which story,
/// what was said of a feed before, and what else went on meanwhile.
#[derive(Debug)]
pub(super) struct Teller {
    rules: Arc<Classifier>,
    founders: HashMap<EntryKey, Founder>,
    said: HashMap<String, Said>,
    recent: VecDeque<(String, Timestamp)>,
}

/// The entry that founded a story.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Founder {
    /// Id of its feed.
    pub(super) feed: String,
    /// Its title.
    pub(super) title: String,
}

/// What was last said of a feed.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Said {
    /// In one word: said again only where that changes.
    word: &'static str,
    what: What,
    why: String,
}

impl Teller {
    /// Knows nothing yet but the daemon's rules.
    pub(super) fn new(rules: Arc<Classifier>) -> Self {
        Self {
            rules,
            founders: HashMap::new(),
            said: HashMap::new(),
            recent: VecDeque::new(),
        }
    }

    /// The entry that founded the story `key`, where a record told of it.
    pub(super) fn founder(&self, key: EntryKey) -> Option<&Founder> {
        self.founders.get(&key)
    }

    /// What was last said of the feed itself.
    pub(super) fn said(&self, feed: &str) -> Option<&str> {
        self.said.get(feed).map(|said| said.why.as_str())
    }

    /// What is to be told of a poll.
    pub(super) fn tell(&mut self, record: &PollRecord) -> Told {
        let feed = record.summary.feed.as_str();
        for entry in &record.entries {
            if entry.entry.key == entry.story.key {
                let title = entry.entry.content.title().unwrap_or_default().to_owned();
                let feed = feed.to_owned();
                self.founders
                    .insert(entry.entry.key, Founder { feed, title });
            }
        }
        let entries = record.entries.iter();
        let told = Told {
            feed: self.of_feed(record),
            entries: entries.map(|entry| self.of_entry(feed, entry)).collect(),
        };
        self.recent.push_back((feed.to_owned(), record.at));
        while self.recent.len() > RECENT_POLLS {
            self.recent.pop_front();
        }
        told
    }

    /// What is to be said of the feed itself: only what was not said last time.
    fn of_feed(&mut self, record: &PollRecord) -> Option<Event> {
        let feed = record.summary.feed.as_str();
        let before = self.said.get(feed);
        let said = condition(record, before, &self.meanwhile(record))?;
        if before.is_some_and(|before| before.word == said.word) {
            return None;
        }
        self.said.insert(feed.to_owned(), said.clone());
        Some(Event {
            what: said.what,
            source: name(feed).to_owned(),
            title: String::new(),
            why: said.why,
        })
    }

    /// Whether others went on while this poll took its time.
    fn meanwhile(&self, record: &PollRecord) -> String {
        let began = record.at.minus(record.elapsed);
        let is_meanwhile = |it: &&(String, Timestamp)| it.0 != record.summary.feed && it.1 >= began;
        match self.recent.iter().filter(is_meanwhile).count() {
            0 => String::new(),
            n => format!(
                "; meanwhile {} of other feeds ended",
                output::count(n, "poll")
            ),
        }
    }

    fn of_entry(&self, feed: &str, record: &EntryRecord) -> Event {
        let matches = &record.entry.matches;
        let (what, why) = match (record.arrival, record.fate) {
            (_, Fate::Backlog) => (What::Backlog, too_old(record)),
            (Arrival::SameStory, _) => (What::Merged, self.joined(record)),
            (_, Fate::Filtered) if matches.is_empty() => (What::Filtered, self.refused(record)),
            (_, Fate::Filtered) => (
                What::Filtered,
                format!("{}, which is not published", words(matches)),
            ),
            (Arrival::Updated, Fate::Announced) => (
                What::Edited,
                format!(
                    "other words than before: announced again; {}",
                    words(matches)
                ),
            ),
            (_, Fate::Announced) => (What::Announced, words(matches)),
            (_, Fate::Silent) => (What::Silent, "nothing that is shown has changed".to_owned()),
        };
        Event {
            what,
            source: name(feed).to_owned(),
            title: record.entry.content.title().unwrap_or_default().to_owned(),
            why,
        }
    }

    /// Why an entry belongs to no region.
    fn refused(&self, record: &EntryRecord) -> String {
        let judgement = kept::judge(&record.entry, None, &self.rules);
        let by_rule = judgement.as_ref().and_then(refusal);
        by_rule.unwrap_or_else(|| format!("no word in it speaks for {}", REGIONS.join(" or ")))
    }

    fn joined(&self, record: &EntryRecord) -> String {
        let story = match self.founder(record.story.key) {
            Some(Founder { feed, title }) => format!("\u{201c}{title}\u{201d} ({})", name(feed)),
            None => "known before".to_owned(),
        };
        let bond = match record.bond {
            Some(Bond::Address) => "its link, tracking and the like aside, is one of the story",
            Some(Bond::Wording) => "this feed had its title and text already, in the story",
            Some(Bond::Id) => "its id is that of the story",
            None => "it joined the story",
        };
        let n_sources = record.story.members.len();
        format!("{bond} {story}: {}", output::count(n_sources, "source"))
    }
}

/// The rule that keeps out an entry that names a region: `central-asia by Uzbekistan, but none:
/// @soft-news was found (golds, judoka)`.
fn refusal(judgement: &Judgement) -> Option<String> {
    let named = judgement
        .regions
        .iter()
        .find(|it| !matches!(it.reason, Reason::In | Reason::Unnamed | Reason::Doubtful))?;
    let region = RegionMatch {
        region: named.region.clone(),
        evidence: named.evidence.clone(),
    };
    let found = judgement.conditions.iter().filter(|it| it.holds);
    let forms: Vec<&str> = found
        .flat_map(|it| it.evidence.iter().map(|it| it.form.as_str()))
        .collect();
    let forms = if forms.is_empty() {
        String::new()
    } else {
        format!(" ({})", forms.join(", "))
    };
    Some(format!("{}, but {}{forms}", words(&[region]), named.reason))
}

/// What is remarkable about how a feed was read.
fn condition(record: &PollRecord, before: Option<&Said>, meanwhile: &str) -> Option<Said> {
    let summary = &record.summary;
    let said = |word, what, why| Some(Said { word, what, why });
    if let Some(error) = &summary.error {
        let kind = summary.kind.name();
        let why = format!("{kind}: {error}; {}{meanwhile}", next(record));
        return said(kind, What::Trouble, why);
    }
    if let Some(ill) = before.filter(|before| before.what == What::Trouble) {
        let why = match summary.tally.new {
            0 => format!("well again after {}", ill.word),
            n => format!("well again after {}: {n} new, late but not lost", ill.word),
        };
        return said("well", What::Note, why);
    }
    if !record.defects.is_empty() {
        let defects = record.defects.join(", ");
        let why = format!("broken, and read all the same: {defects}");
        return said("defects", What::Note, why);
    }
    let is_slow = sample(&summary.feed).is_some_and(|sample| sample.manner == Manner::Slow);
    let took = record.elapsed.as_millis();
    let why = format!("slow: its answer took {took} ms{meanwhile}");
    said("slow", What::Note, why).filter(|_| is_slow)
}

/// `asked again in 1.4 s (backoff)`.
fn next(record: &PollRecord) -> String {
    if record.reason == PollReason::Stopped {
        return "not asked any more".to_owned();
    }
    let wait = record.next_poll.since(record.at).as_secs_f64();
    format!("asked again in {wait:.1} s ({})", record.reason.name())
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
