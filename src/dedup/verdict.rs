//! What one entry is to what is known, before anything is written.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::time::Duration;

use crate::dedup::asked;
use crate::dedup::decide::Context;
use crate::dedup::overlay::Overlay;
use crate::model::entry::{EntryKey, PreparedEntry, StoredEntry};
use crate::model::feed::DedupScope;
use crate::model::fingerprint::{Fingerprint, IdentityKey, KeyKind, UrlKey};
use crate::model::known::Known;
use crate::model::story::{StoryId, StoryKey};
use crate::model::tally::Bond;

/// Two claims further apart than this are not the same text.
const SAME_TEXT_MAX_APART: Duration = Duration::from_hours(5 * 24);
/// A change of ids must show on at least this many entries.
const MIGRATION_MIN: usize = 4;

/// What an entry is to what is known.
pub(super) enum Verdict {
    Known(EntryKey),
    Migrated(EntryKey),
    Joins {
        story: StoryKey,
        bond: Bond,
        related: Vec<StoryKey>,
        url_is_key: bool,
    },
    Founds {
        id: StoryId,
        url_is_key: bool,
    },
}

/// Judges the entries of one document, in their order of decision.
pub(super) struct Judge<'a> {
    known: &'a Known,
    context: &'a Context<'a>,
    entries: &'a [PreparedEntry],
    shared_urls: HashSet<UrlKey>,
    guids: HashSet<IdentityKey>,
    /// Key this document is asked by.
    pub(super) asked: KeyKind,
    /// Finer key the feed shall ask from its next document on.
    pub(super) refined: Option<KeyKind>,
}

impl<'a> Judge<'a> {
    pub(super) fn new(
        known: &'a Known,
        context: &'a Context<'a>,
        entries: &'a [PreparedEntry],
    ) -> Self {
        Self {
            known,
            context,
            entries,
            shared_urls: shared_urls(entries),
            guids: entries
                .iter()
                .filter_map(|entry| entry.identity.guid)
                .collect(),
            asked: asked::choose(known.state.memory.asked, entries),
            refined: None,
        }
    }

    /// Whether two texts of the document stand at this address.
    pub(super) fn is_shared(&self, url: UrlKey) -> bool {
        self.shared_urls.contains(&url)
    }

    /// Entries whose ids alone have changed: at least half of the document, and four. Other
    /// words at a known address are another article, whoever else has changed ids.
    pub(super) fn migrated(&self, overlay: &Overlay<'_>) -> HashMap<usize, EntryKey> {
        let entries = self.entries;
        let by_other_key = entries.iter().enumerate().filter_map(|(index, entry)| {
            let unknown = self.asked_holder(entry, overlay).is_none();
            let holder = self
                .holder_by_url(entry, overlay)
                .filter(|holder| !holder.sketch.is_unlike(&entry.sketch))
                .or_else(|| self.holder_by_title(entry, overlay));
            Some((index, holder.filter(|_| unknown)?.key))
        });
        let found: HashMap<usize, EntryKey> = by_other_key.collect();
        let many = found.len() >= MIGRATION_MIN && found.len() * 2 >= entries.len();
        if many { found } else { HashMap::new() }
    }

    /// The holder of the first key asked for, where there is one.
    fn asked_holder<'o>(
        &self,
        entry: &PreparedEntry,
        overlay: &'o Overlay<'_>,
    ) -> Option<&'o StoredEntry> {
        self.own(overlay.by_key(asked::keys(&entry.identity, self.asked).next()?))
    }

    fn holder_by_url<'o>(
        &self,
        entry: &PreparedEntry,
        overlay: &'o Overlay<'_>,
    ) -> Option<&'o StoredEntry> {
        let url = entry
            .url_key
            .filter(|url| !self.shared_urls.contains(url))?;
        overlay
            .by_url(url)
            .filter(|holder| holder.feed == self.context.feed)
            .last()
    }

    fn holder_by_title<'o>(
        &self,
        entry: &PreparedEntry,
        overlay: &'o Overlay<'_>,
    ) -> Option<&'o StoredEntry> {
        self.own(overlay.by_key(entry.identity.title_date?))
    }

    fn own<'s>(&self, holder: Option<&'s StoredEntry>) -> Option<&'s StoredEntry> {
        holder.filter(|holder| holder.feed == self.context.feed)
    }

    /// What `entry` is to what is known.
    pub(super) fn verdict(&mut self, entry: &PreparedEntry, overlay: &Overlay<'_>) -> Verdict {
        let mut another_article = false;
        if let Some(holder) = self.asked_holder(entry, overlay) {
            if !is_another_article(holder, entry) {
                return Verdict::Known(holder.key);
            }
            another_article = true;
            self.refined = Some(asked::finer(self.refined.unwrap_or(self.asked)));
            if let Some(key) = self.known_by_finer(entry, overlay) {
                return Verdict::Known(key);
            }
        }
        if let Some(key) = self.under_new_guid(entry, overlay) {
            return Verdict::Known(key);
        }
        let twin = self.same_text_here(entry, overlay).map(|twin| twin.story);
        let url_is_key = self.url_is_key(entry, overlay);
        let (bond, mut stories) = match twin {
            Some(story) => (Bond::Wording, vec![story]),
            None if url_is_key => (Bond::Address, self.stories_elsewhere(entry, overlay)),
            None => (Bond::Address, Vec::new()),
        };
        if stories.is_empty() {
            return self.founds_or_rejoins(entry, overlay, another_article, url_is_key);
        }
        let story = stories.remove(0);
        Verdict::Joins {
            story,
            bond,
            related: stories,
            url_is_key,
        }
    }

    /// The same article under a finer key, when the asked one is held by another.
    fn known_by_finer(&self, entry: &PreparedEntry, overlay: &Overlay<'_>) -> Option<EntryKey> {
        let holders = asked::keys(&entry.identity, self.asked)
            .skip(1)
            .filter_map(|key| self.own(overlay.by_key(key)));
        holders
            .into_iter()
            .find(|holder| !is_another_article(holder, entry))
            .map(|holder| holder.key)
    }

    /// An edit that came under a new guid at the old address, the old guid gone from the
    /// document (decision 003); some publishers count revisions in the guid.
    fn under_new_guid(&self, entry: &PreparedEntry, overlay: &Overlay<'_>) -> Option<EntryKey> {
        entry.identity.guid?;
        let holder = self.holder_by_url(entry, overlay)?;
        let mut guids = holder
            .identity
            .iter()
            .filter(|key| key.kind == KeyKind::Guid);
        let has_guid = guids.clone().next().is_some();
        let is_gone = guids.all(|guid| !self.guids.contains(guid));
        let is_like = !holder.sketch.is_unlike(&entry.sketch);
        // A stock text under another headline, long after, is the page used again.
        let is_near =
            !holder.sketch.has_unlike_title(&entry.sketch) || self.claims_are_near(holder, entry);
        (has_guid && is_gone && is_like && is_near).then_some(holder.key)
    }

    /// Inside a feed only equal title and text within five days are the same story.
    fn same_text_here<'o>(
        &self,
        entry: &PreparedEntry,
        overlay: &'o Overlay<'_>,
    ) -> Option<&'o StoredEntry> {
        let by_url = entry
            .url_key
            .into_iter()
            .flat_map(|url| overlay.by_url(url));
        by_url
            .chain(self.holder_by_title(entry, overlay))
            .find(|holder| {
                holder.feed == self.context.feed
                    && holder.wording == entry.wording
                    && self.claims_are_near(holder, entry)
            })
    }

    /// A URL is no key when two entries of this document or two texts of this feed share it.
    fn url_is_key(&self, entry: &PreparedEntry, overlay: &Overlay<'_>) -> bool {
        entry.url_key.is_some_and(|url| {
            !self.shared_urls.contains(&url)
                && overlay.by_url(url).all(|holder| {
                    holder.feed != self.context.feed || holder.wording == entry.wording
                })
        })
    }

    /// Stories of other feeds under the same canonical URL, the earliest founded first.
    fn stories_elsewhere(&self, entry: &PreparedEntry, overlay: &Overlay<'_>) -> Vec<StoryKey> {
        if self.context.scope == DedupScope::Off {
            return Vec::new();
        }
        let holders = entry
            .url_key
            .into_iter()
            .flat_map(|url| overlay.by_url(url));
        let stories: BTreeSet<StoryKey> = holders
            .filter(|holder| holder.feed != self.context.feed)
            .filter(|holder| !self.context.apart.contains(&holder.feed))
            .filter(|holder| {
                self.claims_are_near(holder, entry) || !holder.sketch.is_unlike(&entry.sketch)
            })
            .map(|holder| holder.story)
            .filter(|story| overlay.story(*story).is_some())
            .collect();
        stories.into_iter().collect()
    }

    /// The computed id may stand already: for this same entry, whose keys were forgotten, or
    /// for another article at the same address, which then keeps it.
    fn founds_or_rejoins(
        &self,
        entry: &PreparedEntry,
        overlay: &Overlay<'_>,
        another_article: bool,
        url_is_key: bool,
    ) -> Verdict {
        let holder = |id: StoryId| self.own(overlay.by_key(id.into()));
        let (plain, dated) = (holder(entry.story_id), holder(entry.story_id_dated));
        match (plain, dated) {
            (None, _) => Verdict::Founds {
                id: entry.story_id,
                url_is_key,
            },
            // Guids and links that identify no entry of this document identify no story either.
            _ if self.asked == KeyKind::TitleDate => Verdict::Founds {
                id: entry.story_id_dated,
                url_is_key,
            },
            (Some(holder), _) if !another_article && !is_another_article(holder, entry) => {
                Verdict::Joins {
                    story: holder.story,
                    bond: Bond::Id,
                    related: Vec::new(),
                    url_is_key,
                }
            }
            (Some(_), None) => Verdict::Founds {
                id: entry.story_id_dated,
                url_is_key,
            },
            (Some(_), Some(holder)) => Verdict::Joins {
                story: holder.story,
                bond: Bond::Id,
                related: Vec::new(),
                url_is_key,
            },
        }
    }

    fn claims_are_near(&self, holder: &StoredEntry, entry: &PreparedEntry) -> bool {
        let claim = entry.claim.unwrap_or(self.known.stamp);
        holder.claim.unwrap_or(holder.first_seen).distance(claim) <= SAME_TEXT_MAX_APART
    }
}

/// URLs on two entries of one document identify neither.
fn shared_urls(entries: &[PreparedEntry]) -> HashSet<UrlKey> {
    let mut wording_of: HashMap<UrlKey, Fingerprint> = HashMap::new();
    let urls = entries
        .iter()
        .filter_map(|entry| Some((entry.url_key?, entry.wording)));
    urls.filter(|(url, wording)| *wording_of.entry(*url).or_insert(*wording) != *wording)
        .map(|(url, _)| url)
        .collect()
}

/// A known key whose title and text are both unlike what is stored, with another link or claim:
/// "1001" used again, "Daily briefing 215" at the address of 214.
fn is_another_article(stored: &StoredEntry, entry: &PreparedEntry) -> bool {
    let same_link = entry
        .identity
        .link
        .is_none_or(|link| stored.identity.contains(&link));
    stored.sketch.is_unlike(&entry.sketch) && (!same_link || stored.claim != entry.claim)
}
