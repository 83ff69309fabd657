//! What readers of the store are shown: merged feeds, and what stands behind an id or an address.

use std::collections::HashMap;

use url::Url;

use super::get::Get;
use super::head::Head;
use super::keys;
use super::rows::Rows;
use crate::model::entry::{EntryKey, StoredEntry};
use crate::model::feed::{FeedCard, FeedNumber};
use crate::model::fingerprint::UrlKey;
use crate::model::region::RegionNumber;
use crate::model::story::{Showing, Story, StorySource, StoryView};
use crate::model::url::CanonicalUrl;
use crate::store::api::{Found, Lookup, Place};
use crate::store::error::StoreError;

/// Reads for one answer: cards of feeds are read once.
pub(super) struct Views<'a> {
    rows: &'a Rows,
    head: &'a Head,
    cards: HashMap<FeedNumber, Option<FeedCard>>,
}

impl<'a> Views<'a> {
    pub(super) fn new(rows: &'a Rows, head: &'a Head) -> Self {
        Self {
            rows,
            head,
            cards: HashMap::new(),
        }
    }

    /// Up to `n` stories of `region` after `after`, newest first.
    pub(super) fn newest(
        &mut self,
        region: RegionNumber,
        after: Option<Place>,
        n: usize,
    ) -> Result<Vec<StoryView>, StoreError> {
        let mut views = Vec::new();
        let after = after.map(|place| keys::region_row(region, &place));
        for row in self.rows.scan(&keys::region_rows(region), after.as_deref()) {
            if views.len() == n {
                break;
            }
            let (row, value) = row?;
            let story = EntryKey(u64::from_be_bytes(value.try_into().unwrap_or_default()));
            views.extend(self.view(region, &row, story)?);
        }
        Ok(views)
    }

    /// The story in an index row; `None` where it is not shown, or moved while we were reading.
    fn view(
        &mut self,
        region: RegionNumber,
        row: &[u8],
        key: EntryKey,
    ) -> Result<Option<StoryView>, StoreError> {
        let Some(story) = self.rows.story(key)? else {
            return Ok(None);
        };
        let (Some(&showing), Some(member)) = (story.showing(region), story.leader()) else {
            return Ok(None);
        };
        let (Some(leader), Some(feed)) = (self.rows.entry(member.entry)?, self.card(member.feed)?)
        else {
            return Ok(None);
        };
        let place = Place {
            updated: showing.updated,
            published: leader.published(),
            id: story.id,
        };
        let is_here = keys::region_row(region, &place) == row;
        if !is_here || story.hidden || !leader.content.is_shown() {
            return Ok(None);
        }
        self.complete(story, showing, leader, feed).map(Some)
    }

    fn complete(
        &mut self,
        story: Story,
        showing: Showing,
        leader: StoredEntry,
        feed: FeedCard,
    ) -> Result<StoryView, StoreError> {
        let mut others = Vec::new();
        for member in story
            .members
            .iter()
            .filter(|member| member.entry != leader.key)
        {
            let Some(feed) = self.card(member.feed)? else {
                continue;
            };
            let entry = self.rows.entry(member.entry)?;
            let content = entry.as_ref().map(|entry| &entry.content);
            others.push(StorySource {
                feed,
                link: content
                    .and_then(|content| content.link())
                    .map(str::to_owned),
                title: content
                    .and_then(|content| content.title())
                    .map(str::to_owned),
            });
        }
        let mut regions = self.names(&story, |region| region != RegionNumber::ALL);
        regions.sort();
        Ok(StoryView {
            story,
            showing,
            leader,
            feed,
            others,
            regions,
        })
    }

    /// Entries behind what is asked for.
    pub(super) fn find(&mut self, what: &Lookup) -> Result<Vec<Found>, StoreError> {
        let entries = match what {
            Lookup::Story(id) => match self.rows.story_key(*id)? {
                Some(key) => self.members(key)?,
                None => Vec::new(),
            },
            Lookup::Url(url) => match Url::parse(url).ok().as_ref().and_then(CanonicalUrl::new) {
                Some(canonical) => self.rows.entries_of_url(UrlKey::of(&canonical))?,
                None => Vec::new(),
            },
        };
        let mut found = Vec::new();
        for key in entries {
            found.extend(self.found(key)?);
        }
        Ok(found)
    }

    fn members(&self, key: EntryKey) -> Result<Vec<EntryKey>, StoreError> {
        let story = self.rows.story(key)?;
        Ok(story
            .into_iter()
            .flat_map(|story| story.members)
            .map(|member| member.entry)
            .collect())
    }

    fn found(&mut self, key: EntryKey) -> Result<Option<Found>, StoreError> {
        let Some(entry) = self.rows.entry(key)? else {
            return Ok(None);
        };
        let (Some(story), Some(feed)) = (self.rows.story(entry.story)?, self.card(entry.feed)?)
        else {
            return Ok(None);
        };
        let shown_in = self.names(&story, |_| true);
        Ok(Some(Found {
            entry,
            feed,
            story,
            shown_in,
        }))
    }

    fn names(&self, story: &Story, wanted: impl Fn(RegionNumber) -> bool) -> Vec<String> {
        story
            .shown
            .iter()
            .filter(|showing| wanted(showing.region))
            .filter_map(|showing| self.head.name(showing.region))
            .map(str::to_owned)
            .collect()
    }

    fn card(&mut self, number: FeedNumber) -> Result<Option<FeedCard>, StoreError> {
        if let Some(card) = self.cards.get(&number) {
            return Ok(card.clone());
        }
        let card = self.rows.card(number)?;
        self.cards.insert(number, card.clone());
        Ok(card)
    }
}
