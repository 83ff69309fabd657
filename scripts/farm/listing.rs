//! Which feeds there are, and what stands in each: every entry follows from the seed, the feed
//! and the rounds in which the feed changed.

use std::net::Ipv4Addr;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::dice::{Dice, purpose};
use crate::story::{Story, story};
use crate::words::{EN, FR, KK, Language, RU};

/// Entries of a feed at first: quantiles.
const ENTRIES: &[usize] = &[10, 15, 19, 22, 24, 28, 34, 42, 60];
/// A new entry comes this much after the one before it; ten days hold the longest list.
const GAP_S: &[usize] = &[1_800, 5_000, 9_000, 14_000];
/// Of a thousand entries, those that other outlets carry too, under another address.
const SHARED: u32 = 200;
/// Outlets that carry a shared story, on average.
const CARRIED_BY: usize = 4;

/// Rounds for which a wire story goes round.
const WIRE_ROUNDS: u32 = 8;

/// How a feed is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Format {
    Rss,
    Atom,
    Rdf,
    Json,
}

/// A feed that never changes its nature.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kind {
    pub(crate) format: Format,
    pub(crate) language: &'static Language,
    /// Windows-1251, else UTF-8.
    pub(crate) is_cyrillic: bool,
    /// RSS: the whole text in `description`, else in `content:encoded` beside a summary.
    pub(crate) whole_description: bool,
}

/// What all feeds of a farm follow from.
#[derive(Clone, Debug)]
pub(crate) struct Recipe {
    /// Seed of everything.
    pub(crate) seed: u64,
    /// Feeds.
    pub(crate) n_feeds: usize,
    /// Of a thousand stories, those about the region.
    pub(crate) matching: u32,
    /// Short texts and short lists.
    pub(crate) is_small: bool,
    /// Most entries that come with one change.
    pub(crate) new_max: usize,
    /// When the newest of the first entries came.
    pub(crate) base: Timestamp,
}

/// An entry as its feed carries it.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// Number of the story; its address ends with it.
    pub(crate) story: u64,
    pub(crate) guid: String,
    pub(crate) link: String,
    pub(crate) published: Timestamp,
    pub(crate) author: String,
    pub(crate) categories: Vec<&'static str>,
    pub(crate) matches: bool,
    /// Change of the feed with which it came; 0 for the first entries.
    version: u32,
    round: u32,
}

/// What is to be known of an entry to judge what became of it: a line of `entries.jsonl`.
#[derive(Debug, Serialize)]
pub(crate) struct EntryLine<'a> {
    feed: String,
    version: u32,
    round: u32,
    guid: &'a str,
    link: &'a str,
    title: String,
    story: String,
    published: String,
    matches: bool,
}

/// The feed's id in `feeds.toml`.
pub(crate) fn feed_id(feed: usize) -> String {
    format!("farm-{feed:06}")
}

/// A loopback address of its own for each of sixteen million feeds.
pub(crate) fn own_address(feed: usize) -> Ipv4Addr {
    let [.., high, middle, low] = u32::try_from(feed + 1).unwrap_or(1).to_be_bytes();
    Ipv4Addr::new(127, high.saturating_add(1), middle, low)
}

impl Recipe {
    /// What kind of feed it is.
    pub(crate) fn kind(&self, feed: usize) -> Kind {
        let mut dice = Dice::of(&[self.seed, purpose::KIND, number(feed)]);
        let format = match dice.below(100) {
            0..58 => Format::Rss,
            58..89 => Format::Atom,
            89..95 => Format::Rdf,
            _ => Format::Json,
        };
        let language = match dice.below(100) {
            0..70 => &EN,
            70..86 => &RU,
            86..94 => &KK,
            _ => &FR,
        };
        // Kazakh letters are not in that character set, and JSON is always UTF-8.
        let may = language.code == "ru" && format != Format::Json;
        let is_cyrillic = dice.per_mille(340) && may;
        let whole_description = dice.per_mille(400);
        Kind {
            format,
            language,
            is_cyrillic,
            whole_description,
        }
    }

    /// What stands in `feed` after it changed in `rounds`, newest first. Each change puts a few
    /// entries on top and drops as many at the bottom.
    pub(crate) fn entries(&self, feed: usize, rounds: &[u32]) -> Vec<Entry> {
        let mut entries = self.first(feed);
        let n_entries = entries.len();
        for version in 1..=rounds.len() {
            for entry in self.added(feed, rounds, version) {
                entries.insert(0, entry);
            }
        }
        entries.truncate(n_entries);
        entries
    }

    /// What came with change `version`, oldest first; version 0 is the first list.
    pub(crate) fn added(&self, feed: usize, rounds: &[u32], version: usize) -> Vec<Entry> {
        let Some(index) = version.checked_sub(1) else {
            return self.first(feed);
        };
        let round = rounds.get(index).copied().unwrap_or_default();
        let mut dice = Dice::of(&[self.seed, purpose::NEW, number(feed), u64::from(round)]);
        let n_new = 1 + dice.below(self.new_max);
        let version = u32::try_from(version).unwrap_or(u32::MAX);
        // A feed that changes twice while a wire story goes round carries it once.
        let wire = round / WIRE_ROUNDS;
        let mut before = rounds.iter().take(index);
        let is_first = !before.any(|before| before / WIRE_ROUNDS == wire);
        let entry = |index: usize| {
            let slot = |round: u32| (1 << 40) + (u64::from(round) << 8) + number(index);
            let published = self.base + SignedDuration::from_secs(i64::from(round));
            let slots = (slot(round), is_first.then(|| slot(wire)));
            self.entry(feed, slots, (version, round), published)
        };
        (0..n_new).map(entry).collect()
    }

    fn first(&self, feed: usize) -> Vec<Entry> {
        let mut dice = Dice::of(&[self.seed, purpose::LIST, number(feed)]);
        let n_entries = dice.spread(if self.is_small { &[4, 12] } else { ENTRIES });
        let gap_s = i64::try_from(dice.spread(GAP_S)).unwrap_or_default();
        let entry = |index: usize| {
            let age_s = i64::try_from(index).unwrap_or_default() * gap_s;
            let published = self.base - SignedDuration::from_secs(age_s);
            let slots = (number(index), Some(number(index)));
            self.entry(feed, slots, (0, 0), published)
        };
        (0..n_entries).map(entry).collect()
    }

    /// The entry of a slot of its feed; of a wire slot, which is the same in all feeds, where it
    /// is shared.
    fn entry(
        &self,
        feed: usize,
        (slot, wire): (u64, Option<u64>),
        (version, round): (u32, u32),
        published: Timestamp,
    ) -> Entry {
        let language = self.kind(feed).language;
        let mut dice = Dice::of(&[self.seed, purpose::ENTRY, number(feed), slot]);
        let wire = wire.filter(|_| dice.per_mille(SHARED));
        let is_shared = wire.is_some();
        let story = match wire {
            Some(wire) => self.shared_story(language, wire, &mut dice),
            None => dice.next(),
        };
        let guid = format!("tag:{}.example,2026:{:x}", feed_id(feed), dice.next());
        let link = if is_shared {
            variant(story, feed, &mut dice)
        } else {
            address(story)
        };
        let author = format!(
            "{} {}",
            dice.pick(language.stems),
            dice.pick(language.stems)
        );
        let n_categories = 1 + dice.below(3);
        let categories = (0..n_categories)
            .map(|_| dice.pick(language.common))
            .collect();
        let matches = Dice::of(&[self.seed, purpose::MATCH, story]).per_mille(self.matching);
        Entry {
            story,
            guid,
            link,
            published,
            author,
            categories,
            matches,
            version,
            round,
        }
    }

    /// A shared story is one of the few of its slot and language, so that no feed lists it twice.
    fn shared_story(&self, language: &Language, wire: u64, dice: &mut Dice) -> u64 {
        let n_carriers = self.n_feeds * usize::try_from(SHARED).unwrap_or_default() / 1000;
        let choice = dice.below((n_carriers / CARRIED_BY).max(1));
        let code = language.code.bytes();
        let language = code.fold(0, |number, byte| number * 256 + u64::from(byte));
        Dice::of(&[self.seed, purpose::WIRE, wire, number(choice), language]).next()
    }

    /// The entry's story in full.
    pub(crate) fn told(&self, entry: &Entry, language: &Language) -> Story {
        story(
            self.seed,
            entry.story,
            language,
            entry.matches,
            self.is_small,
        )
    }
}

impl Entry {
    /// Its line in `entries.jsonl`.
    pub(crate) fn line(&self, recipe: &Recipe, feed: usize) -> EntryLine<'_> {
        let title = recipe.told(self, recipe.kind(feed).language).title;
        EntryLine {
            feed: feed_id(feed),
            version: self.version,
            round: self.round,
            guid: &self.guid,
            link: &self.link,
            title,
            story: format!("{:016x}", self.story),
            published: self.published.to_string(),
            matches: self.matches,
        }
    }
}

fn address(story: u64) -> String {
    format!("https://news{}.example.org/2026/{story:016x}", story % 997)
}

/// The story's address as this outlet's readers are counted by.
fn variant(story: u64, feed: usize, dice: &mut Dice) -> String {
    let address = address(story);
    match dice.below(5) {
        0 => format!("{address}?utm_source=rss&utm_medium=feed&utm_campaign=f{feed}"),
        1 => format!("{address}?fbclid={:x}", dice.next()),
        2 => format!(
            "{}/?utm_source=farm#f{feed}",
            address.replacen("https:", "http:", 1)
        ),
        3 => format!("{address}#comments"),
        _ => address,
    }
}

/// A count as a part of a seed.
fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn recipe(seed: u64) -> Recipe {
        Recipe {
            seed,
            n_feeds: 400,
            matching: 80,
            is_small: false,
            new_max: 3,
            base: "2026-11-24T12:00:00Z".parse().unwrap(),
        }
    }

    #[test]
    fn no_feed_lists_a_story_twice_however_it_changes() {
        let recipe = recipe(5);
        for feed in 0..recipe.n_feeds {
            let entries = recipe.entries(feed, &[1, 2, 3, 9, 10, 17]);
            let stories: HashSet<u64> = entries.iter().map(|entry| entry.story).collect();
            assert_eq!(stories.len(), entries.len(), "feed {feed}");
        }
    }

    #[test]
    fn a_change_puts_new_entries_on_top_and_drops_as_many() {
        let recipe = recipe(5);
        let links = |rounds: &[u32]| -> Vec<String> {
            let entries = recipe.entries(7, rounds);
            entries.into_iter().map(|entry| entry.link).collect()
        };
        let (before, after) = (links(&[4]), links(&[4, 6]));
        let n_new = recipe.added(7, &[4, 6], 2).len();
        assert_eq!(after.len(), before.len());
        assert_eq!(after[n_new..], before[..before.len() - n_new]);
    }

    #[test]
    fn wire_stories_have_several_carriers_and_the_region_its_share() {
        let recipe = recipe(5);
        let feeds = 0..recipe.n_feeds;
        let entries: Vec<Entry> = feeds.flat_map(|feed| recipe.entries(feed, &[])).collect();
        let stories: HashSet<u64> = entries.iter().map(|entry| entry.story).collect();
        let n_matching = entries.iter().filter(|entry| entry.matches).count();
        assert!((70..95).contains(&(stories.len() * 100 / entries.len())));
        assert!((50..110).contains(&(n_matching * 1000 / entries.len())));
    }

    #[test]
    fn every_feed_has_an_address_of_its_own_on_loopback() {
        let addresses: HashSet<Ipv4Addr> = (0..100_000).map(own_address).collect();
        assert_eq!(addresses.len(), 100_000);
        assert!(addresses.iter().all(Ipv4Addr::is_loopback));
    }
}
