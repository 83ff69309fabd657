//! What a document says of the feed itself, around its entries.

use crate::model::parsed::{ParsedFeed, ParsedLink, ParsedPerson, ParsedText};
use crate::parse::categories;
use crate::parse::dates::{self, Dates};
use crate::parse::links::{Best, link_to};
use crate::parse::names::Space;
use crate::parse::pace::PaceReader;
use crate::parse::people::author_rank;
use crate::parse::reading::Reading;
use crate::parse::structure::Role;
use crate::parse::tree::Place;

/// What was read of the feed so far.
#[derive(Debug, Default)]
pub(super) struct Channel {
    link: Best,
    dates: Dates,
    pace: PaceReader,
    /// Descriptions that only stand in for a missing one.
    other_description: Option<ParsedText>,
    /// The person who keeps the site, named where nobody wrote.
    webmaster: Option<ParsedPerson>,
    icon: Option<ParsedLink>,
    logo: Option<ParsedLink>,
    said_language: Option<String>,
    /// Channels begun: what a second one says of itself is not the feed's.
    n_channels: usize,
    agent: Option<String>,
}

impl Channel {
    /// An element of the frame: what its attributes say.
    pub(super) fn frame(
        &mut self,
        reading: &Reading<'_, '_>,
        place: Place<'_, '_>,
        feed: &mut ParsedFeed,
    ) {
        if let Some(context) = place.context()
            && context.language.is_some()
        {
            feed.language.clone_from(&context.language);
        }
        if place.element().role == Role::Channel {
            self.n_channels += 1;
            if feed.id.is_none() {
                feed.id = reading.attribute(place, "about");
            }
        }
    }

    /// One element beside the entries.
    pub(super) fn field(
        &mut self,
        reading: &Reading<'_, '_>,
        field: Place<'_, '_>,
        feed: &mut ParsedFeed,
    ) {
        let (space, local) = field.name();
        if let Some(event) = dates::event(space, local) {
            if let Some(date) = reading.date(field) {
                self.dates.add(event, &date);
            }
            return;
        }
        if author_rank(space, local).is_some() || (space, local) == (Space::Own, "managingeditor") {
            if let Some(author) = reading.person(field) {
                reading.push(&mut feed.authors, author);
            }
            return;
        }
        if field.element().inner.is_some() {
            return self.text(reading, field, feed);
        }
        match (space, local) {
            (Space::Own | Space::Atom, "link") => self.add_link(reading, field, feed),
            (Space::Own | Space::Atom, "id") | (Space::Own, "guid") => {
                feed.id = reading.value(field).or(feed.id.take());
            }
            (Space::Own | Space::Dc | Space::DcTerms, "language") => {
                self.said_language = reading.value(field).or(self.said_language.take());
            }
            _ if categories::is_category(space, local) => {
                reading.add_categories(field, &mut feed.categories);
            }
            (Space::Own | Space::Atom, "generator") => {
                feed.generator = reading.value(field).or(feed.generator.take());
            }
            (Space::Admin, "generatoragent") => {
                self.agent = reading
                    .attribute(field, "resource")
                    .or_else(|| reading.value(field));
            }
            (Space::Own, "webmaster") => self.webmaster = reading.person(field),
            (Space::Own | Space::Cc, "license") => {
                let href = reading.attribute(field, "resource");
                if let Some(href) = href.or_else(|| reading.value(field)) {
                    let link = link_to(field, href, "license");
                    reading.push(&mut feed.links, link);
                }
            }
            (Space::Own | Space::Atom, "icon" | "logo") => {
                if let Some(href) = reading.value(field) {
                    let picture = if local == "icon" {
                        &mut self.icon
                    } else {
                        &mut self.logo
                    };
                    *picture = Some(link_to(field, href, local));
                }
            }
            (Space::Own, "image") => {
                let url = field
                    .children()
                    .find(|part| part.name() == (Space::Own, "url"));
                let href = url.and_then(|url| reading.value(url));
                if let Some(href) = href.or_else(|| reading.attribute(field, "resource")) {
                    self.logo = Some(link_to(field, href, "logo"));
                }
            }
            (Space::Own | Space::Sy, _) => self.pace(reading, field),
            _ => {}
        }
    }

    fn pace(&mut self, reading: &Reading<'_, '_>, field: Place<'_, '_>) {
        match field.name().1 {
            "skiphours" | "skipdays" => {
                for inner in field.children() {
                    self.pace(reading, inner);
                }
            }
            name @ ("ttl" | "hour" | "day" | "updateperiod" | "updatefrequency") => {
                if let Some(value) = reading.value(field) {
                    self.pace.field(name, &value);
                }
            }
            _ => {}
        }
    }

    fn text(&mut self, reading: &Reading<'_, '_>, field: Place<'_, '_>, feed: &mut ParsedFeed) {
        let (space, local) = field.name();
        let Some(text) = reading.text(field) else {
            return;
        };
        let is_own = matches!(space, Space::Own | Space::Atom) && self.n_channels < 2;
        match (is_own, local) {
            (true, "title") => feed.title = Some(text),
            (false, "title") => feed.title = feed.title.take().or(Some(text)),
            (true, "description" | "subtitle" | "tagline") => feed.description = Some(text),
            (_, "description" | "subtitle" | "summary" | "info" | "abstract") => {
                self.other_description = self.other_description.take().or(Some(text));
            }
            (_, "rights" | "copyright") => feed.rights = feed.rights.take().or(Some(text)),
            _ => {}
        }
    }

    fn add_link(&mut self, reading: &Reading<'_, '_>, field: Place<'_, '_>, feed: &mut ParsedFeed) {
        let Some((link, rank)) = reading.link(field) else {
            return;
        };
        if let Some(rank) = rank.filter(|rank| *rank < crate::parse::links::OTHER) {
            self.link.offer(rank, link.target.clone());
        }
        reading.push::<ParsedLink>(&mut feed.links, link);
    }

    /// Puts together what depends on more than one element.
    pub(super) fn finish(self, feed: &mut ParsedFeed) {
        feed.links.extend(self.icon);
        feed.links.extend(self.logo);
        feed.link = self.link.take();
        (feed.published, feed.updated) = self.dates.finish();
        feed.pace = self.pace.finish();
        feed.description = feed.description.take().or(self.other_description);
        feed.language = self.said_language.or(feed.language.take());
        feed.generator = feed.generator.take().or(self.agent);
        if feed.authors.is_empty() {
            feed.authors.extend(self.webmaster);
        }
    }
}
