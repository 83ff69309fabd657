//! A body made ready for a decision: decoded, parsed, normalised, classified, keyed.
//!
//! Runs on the CPU threads. Whatever a source sends, this gives a value: a panic anywhere in
//! the stages is this poll's outcome and nobody else's.

use std::panic::{AssertUnwindSafe, catch_unwind};

use url::Url;

use crate::classify::{Classifier, Input};
use crate::decode::{self, DecodeError};
use crate::dedup::identity;
use crate::engine::kept::{self, NamedFeed};
use crate::engine::plan::{Plan, PlannedFeed};
use crate::model::content::{EntryContent, ShownContent};
use crate::model::entry::{Entry, PreparedEntry, PreparedFeed};
use crate::model::feed::{Conditional, Feed, FeedId};
use crate::model::html::Markup;
use crate::model::outcome::FetchedBody;
use crate::model::parsed::{FeedText, ParsedFeed, TextKind};
use crate::normalise::{self, FeedContext};
use crate::parse::{self, ParseError};

/// What became of a body.
#[derive(Debug)]
pub enum Prepared {
    /// It was read.
    Read(Document),
    /// It is the body we already read, byte for byte.
    SameBody,
    /// It is no feed we can read; why, for a person.
    Unreadable(String),
    /// Reading it panicked: a bug of ours; what it said.
    Panicked(String),
}

impl Prepared {
    /// About how much memory it takes, in KiB.
    pub fn weight_kib(&self) -> u32 {
        match self {
            Self::Read(document) => document.weight_kib(),
            Self::SameBody | Self::Unreadable(_) | Self::Panicked(_) => 1,
        }
    }
}

/// A document ready for a decision, with its entries as they came for what is rarely asked.
#[derive(Debug)]
pub struct Document {
    /// What is decided on.
    pub prepared: PreparedFeed,
    originals: Vec<Entry>,
}

/// 128 bits of BLAKE3 over the bytes as they came.
pub fn body_hash(bytes: &[u8]) -> [u8; 16] {
    *blake3::hash(bytes)
        .as_bytes()
        .first_chunk::<16>()
        .unwrap_or(&[0; 16])
}

/// Prepares `body`, which came from `final_url`; `before` is what the last one left.
pub fn prepare(
    body: &FetchedBody,
    hash: [u8; 16],
    final_url: &Url,
    feed: &PlannedFeed,
    plan: &Plan,
    before: &Conditional,
) -> Prepared {
    if before.body == Some((hash, parse::VERSION)) {
        return before
            .unreadable
            .clone()
            .map_or(Prepared::SameBody, Prepared::Unreadable);
    }
    let (bytes_max, entries_max) = (plan.body_max_bytes, plan.entries_max);
    let read = contained(|| {
        let language = feed.feed.language.as_deref();
        let read = read(body, final_url, language, bytes_max)?;
        Ok(Document::new(
            read,
            &feed.feed,
            &feed.founding_id,
            &plan.classifier,
            entries_max,
        ))
    });
    match read {
        Ok(document) => Prepared::Read(document),
        Err(Stopped::Unreadable(why)) => Prepared::Unreadable(why),
        Err(Stopped::Panicked(said)) => Prepared::Panicked(said),
    }
}

/// Why a body gave nothing.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Stopped {
    /// It is no feed we can read; why, for a person.
    #[error("{0}")]
    Unreadable(String),
    /// Reading it panicked: a bug of ours; what it said.
    #[error("reading it failed inside: {0}; please report the feed")]
    Panicked(String),
}

impl Stopped {
    /// Whether it is a bug of ours.
    pub fn is_panic(&self) -> bool {
        match self {
            Self::Panicked(_) => true,
            Self::Unreadable(_) => false,
        }
    }
}

impl From<DecodeError> for Stopped {
    fn from(error: DecodeError) -> Self {
        Self::Unreadable(error.to_string())
    }
}

impl From<ParseError> for Stopped {
    fn from(error: ParseError) -> Self {
        Self::Unreadable(error.to_string())
    }
}

/// Does `work`; a panic in it ends it and nothing else.
///
/// # Errors
/// As `work`, or that it panicked.
pub fn contained<T>(work: impl FnOnce() -> Result<T, Stopped>) -> Result<T, Stopped> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|panic| Err(Stopped::Panicked(panic_message(panic.as_ref()))))
}

/// Decodes and parses a body that came from `final_url`; in the other case says why not.
/// `language` (BCP 47) is believed where the document names none.
///
/// # Errors
/// Why it is no feed we can read, for a person.
pub fn read(
    body: &FetchedBody,
    final_url: &Url,
    language: Option<&str>,
    body_max_bytes: usize,
) -> Result<ReadBody, Stopped> {
    let text = decode::decode_in(
        &body.bytes,
        body.content_type.as_deref(),
        body.content_encoding.as_deref(),
        language,
        body_max_bytes,
    )?;
    let mut parsed = parse::parse(&text).map_err(|error| unreadable(error, &text))?;
    parsed.defects.splice(0..0, text.defects);
    let base = body.content_location.as_ref().unwrap_or(final_url).clone();
    Ok(ReadBody { parsed, base })
}

/// `error`, with the page that came in place of a feed named by its kind and title.
fn unreadable(error: ParseError, text: &FeedText) -> ParseError {
    match (error, text.kind) {
        (ParseError::NotAFeed { .. }, TextKind::Html) => ParseError::NotAFeed {
            found: decode::html::page(&text.text).to_string(),
        },
        (error, _) => error,
    }
}

/// A body that is a feed, before its entries are prepared.
#[derive(Debug)]
pub struct ReadBody {
    /// The feed as it stands in the document.
    pub parsed: ParsedFeed,
    /// What its addresses are relative to.
    pub base: Url,
}

impl Document {
    /// Normalises, classifies and keys the `entries_max` newest entries of a feed that was first
    /// called `founding_id`.
    pub fn new(
        read: ReadBody,
        feed: &Feed,
        founding_id: &FeedId,
        rules: &Classifier,
        entries_max: usize,
    ) -> Self {
        let ReadBody { parsed, base } = read;
        let title = normalise::feed_title(&parsed);
        let named = NamedFeed::new(feed, title.as_deref());
        let mut context = FeedContext::of(&parsed, base, feed.language.as_deref());
        context.dates = context.dates.in_zone(feed.time_zone.clone());
        let n_received = u32::try_from(parsed.entries.len()).unwrap_or(u32::MAX);
        let normalised = normalise::document(parsed.entries, &context, entries_max);
        let mut defects = parsed.defects;
        defects.extend(normalised.defects);
        for entry in &normalised.entries {
            defects.extend(entry.defects.iter().cloned());
        }
        let entries = normalised.entries.iter();
        let prepared = PreparedFeed {
            n_received: n_received.saturating_add(parsed.n_over_limit),
            n_over_limit: parsed.n_over_limit.saturating_add(normalised.n_over_limit),
            n_rejected: normalised.n_rejected,
            entries: entries
                .map(|entry| prepare_entry(entry, &named, founding_id, rules))
                .collect(),
            pace: parsed.pace,
            title: title.clone(),
            defects,
        };
        Self {
            prepared,
            originals: normalised.entries,
        }
    }

    /// The originals' texts and markup, twice over for what is made of them.
    fn weight_kib(&self) -> u32 {
        let html = |text: &Option<Markup>| text.as_ref().map_or(0, |text| text.html.0.len());
        let entry = |it: &Entry| it.text.len() + html(&it.summary) + html(&it.content);
        let bytes: usize = self.originals.iter().map(entry).sum();
        u32::try_from(bytes / 512).unwrap_or(u32::MAX)
    }

    /// What a merged feed would show of the entry at `index`.
    pub fn shown(&self, index: usize) -> ShownContent {
        self.originals
            .get(index)
            .map(normalise::content::shown)
            .unwrap_or_default()
    }
}

fn prepare_entry(
    entry: &Entry,
    named: &NamedFeed<'_>,
    founding_id: &FeedId,
    rules: &Classifier,
) -> PreparedEntry {
    let feed = named.feed;
    let keys = identity::keys(entry, founding_id);
    let input = Input {
        title: &entry.title,
        text: &entry.text,
        categories: &entry.categories,
        language: entry.language.as_deref(),
        default_country: feed.default_country,
        feed: Some(&feed.id),
        source: named.source(),
    };
    let matches = kept::of_feed(&input, feed, rules);
    let content = if matches.is_empty() && !feed.unfiltered {
        EntryContent::Plain(normalise::content::plain(entry))
    } else {
        EntryContent::Shown(Box::new(normalise::content::shown(entry)))
    };
    PreparedEntry {
        identity: keys.identity,
        story_id: keys.story_id,
        story_id_dated: keys.story_id_dated,
        url_key: keys.url_key,
        meaning: keys.meaning,
        sketch: keys.sketch,
        wording: keys.wording,
        claim: entry.claim,
        matches,
        unfiltered: feed.unfiltered,
        content,
    }
}

/// What a panic said, for the log.
pub fn panic_message(panic: &(dyn std::any::Any + Send)) -> String {
    panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a panic without a message".to_owned())
}
