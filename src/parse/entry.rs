//! One entry, from the elements inside it; dialects differ in names, not in what is kept.

use crate::model::parsed::{
    FeedFormat, ParsedEnclosure, ParsedEntry, ParsedPerson, ParsedSource, ParsedText, Reference,
};
use crate::parse::categories;
use crate::parse::dates::{self, Dates};
use crate::parse::guard::VALUES_MAX;
use crate::parse::links::{Best, GUID, OTHER, is_web_address, link_to};
use crate::parse::names::Space;
use crate::parse::people::author_rank;
use crate::parse::reading::{Reading, reference};
use crate::parse::tree::Place;

/// What was read of one entry so far.
#[derive(Debug, Default)]
struct Draft {
    entry: ParsedEntry,
    link: Best,
    guid_is_link: bool,
    about: Option<String>,
    dates: Dates,
    /// Titles, summaries and contents by rank: lower is better.
    titles: Ranked,
    summaries: Ranked,
    contents: Ranked,
    /// Authors, with how surely they are.
    authors: Vec<(u8, ParsedPerson)>,
    source_authors: Vec<ParsedPerson>,
    thumbnails: Vec<ParsedEnclosure>,
}

/// The best text so far.
#[derive(Debug, Default)]
struct Ranked(Option<(u8, ParsedText)>);

impl Ranked {
    /// Takes `text` where it is better than what came before, or as good and last.
    fn offer(&mut self, rank: u8, text: Option<ParsedText>) {
        if let Some(text) = text
            && self.0.as_ref().is_none_or(|(best, _)| rank <= *best)
        {
            self.0 = Some((rank, text));
        }
    }

    fn is_best(&self) -> bool {
        self.0.as_ref().is_some_and(|(rank, _)| *rank == 0)
    }

    fn take(self) -> Option<ParsedText> {
        self.0.map(|(_, text)| text)
    }
}

/// Reads the entry at `place`; Atom entries without authors take those of the feed.
pub(super) fn read(
    reading: &Reading<'_, '_>,
    place: Place<'_, '_>,
    feed_authors: &[ParsedPerson],
) -> ParsedEntry {
    let context = place.context();
    let own_language = context.filter(|context| context.is_of_entry);
    let mut draft = Draft {
        guid_is_link: true,
        about: reading.attribute(place, "about"),
        entry: ParsedEntry {
            language: own_language.and_then(|context| context.language.clone()),
            ..ParsedEntry::default()
        },
        ..Draft::default()
    };
    for field in place.children() {
        draft.field(reading, field);
    }
    draft.finish(reading.format, feed_authors)
}

impl Draft {
    fn field(&mut self, reading: &Reading<'_, '_>, field: Place<'_, '_>) {
        let (space, local) = field.name();
        if let Some(event) = dates::event(space, local) {
            if let Some(date) = reading.date(field) {
                self.dates.add(event, &date);
            }
            return;
        }
        if let Some(rank) = author_rank(space, local) {
            if let Some(author) = reading.person(field) {
                self.add_author(rank, author);
            }
            return;
        }
        if field.element().inner.is_some() {
            return self.text(reading, field);
        }
        match (space, local) {
            (Space::Own | Space::Atom, "link") => self.add_link(reading, field),
            (Space::Own, "guid") => {
                if let guid @ Some(_) = reading.value(field) {
                    self.entry.guid = guid;
                    let is_link = reading.attribute(field, "isPermaLink");
                    self.guid_is_link = is_link.is_none_or(|it| !it.eq_ignore_ascii_case("false"));
                }
            }
            (Space::Own | Space::Atom, "id") => {
                let id = reading.value(field);
                if self.entry.guid.is_none() || reading.format == FeedFormat::Atom {
                    self.entry.guid = id.or(self.entry.guid.take());
                }
            }
            _ if categories::is_category(space, local) => {
                reading.add_categories(field, &mut self.entry.categories);
            }
            (Space::Own | Space::Atom, "source") => self.source(reading, field),
            (Space::Own, "comments") => {
                self.entry.comments = reading.value(field).map(|href| reference(field, href));
            }
            (Space::Own, "enclosure") => {
                let file = reading.file(field, "url", "length");
                let file = file.or_else(|| reading.file(field, "href", "length"));
                reading.push_file(&mut self.entry.enclosures, file);
            }
            (Space::Own | Space::Dc | Space::DcTerms, "language") => {
                self.entry.language = reading.value(field).or(self.entry.language.take());
            }
            (Space::Tracker, "origlink") => {
                if let Some(href) = reading.value(field) {
                    let link = link_to(field, href, "canonical");
                    reading.push(&mut self.entry.links, link);
                }
            }
            (Space::Own | Space::Cc, "license") => {
                let href = reading.attribute(field, "resource");
                if let Some(href) = href.or_else(|| reading.value(field)) {
                    let link = link_to(field, href, "license");
                    reading.push(&mut self.entry.links, link);
                }
            }
            (Space::Own, "url") => {
                if let Some(href) = reading.value(field).filter(|href| is_web_address(href)) {
                    self.link.offer(OTHER, reference(field, href));
                }
            }
            (Space::Media | Space::Itunes, _) => self.media(reading, field),
            (Space::Own, "") => self.wrapper(reading, field),
            _ => {}
        }
    }

    /// An element that holds text, or media's title and description.
    fn text(&mut self, reading: &Reading<'_, '_>, field: Place<'_, '_>) {
        let (space, local) = field.name();
        let text = reading.text(field);
        if self.entry.language.is_none()
            && let Some(context) = field.context().filter(|context| context.is_of_entry)
        {
            self.entry.language.clone_from(&context.language);
        }
        match (space, local) {
            (Space::Own | Space::Atom, "title") => self.titles.offer(0, text),
            (Space::Dc | Space::DcTerms, "title") => self.titles.offer(1, text),
            (Space::Itunes | Space::Media, "title") => self.titles.offer(2, text),
            (Space::Own | Space::Atom, "description" | "summary") => self.summary(text),
            (Space::Dc | Space::DcTerms, "description" | "abstract") => {
                self.summaries.offer(1, text);
            }
            (Space::Excerpt, _) | (Space::Own, "abstract") => self.summaries.offer(1, text),
            (Space::Itunes, "summary") => self.summaries.offer(2, text),
            (Space::Media, "description" | "text") => self.media_text(text),
            (Space::Itunes, "subtitle") => self.summaries.offer(4, text),
            (Space::Content, _) => self.contents.offer(0, text),
            (Space::Xhtml | Space::Yandex, _)
            | (Space::Own, "body" | "fullitem" | "fulltext" | "full-text") => {
                self.contents.offer(1, text);
            }
            (Space::Own | Space::Atom, "content") => {
                let src = reading.address(field, "src");
                if let Some(target) = src {
                    self.link.offer(OTHER, target);
                }
                self.contents
                    .offer(if self.contents.is_best() { 2 } else { 1 }, text);
            }
            _ => {}
        }
    }

    /// RSS has `description`, Atom `summary`; where an entry has both and no content, the second
    /// is the content.
    fn summary(&mut self, text: Option<ParsedText>) {
        if text.is_none() {
            return;
        }
        if self.summaries.is_best()
            && self.summaries.0.as_ref().map(|(_, text)| text) != text.as_ref()
        {
            self.contents.offer(5, text);
        } else {
            self.summaries.offer(0, text);
        }
    }

    /// Of several, the longest describes most.
    fn media_text(&mut self, text: Option<ParsedText>) {
        let length = |text: &ParsedText| text.as_written().len();
        let best = match &self.summaries.0 {
            Some((3, best)) => length(best),
            _ => 0,
        };
        if text.as_ref().is_some_and(|text| length(text) > best) {
            self.summaries.offer(3, text);
        }
    }

    fn add_author(&mut self, rank: u8, author: ParsedPerson) {
        let is_new = !self.authors.iter().any(|(_, known)| *known == author);
        if is_new && self.authors.len() < VALUES_MAX {
            self.authors.push((rank, author));
        }
    }

    fn add_link(&mut self, reading: &Reading<'_, '_>, field: Place<'_, '_>) {
        let Some((link, rank)) = reading.link(field) else {
            return;
        };
        match link.rel.to_ascii_lowercase().as_str() {
            "enclosure" => {
                let file = ParsedEnclosure {
                    url: link.target.clone(),
                    media_type: link.media_type.clone(),
                    size_bytes: link.length.as_deref().and_then(|size| size.parse().ok()),
                };
                reading.push_file(&mut self.entry.enclosures, Some(file));
            }
            "replies" if self.entry.comments.is_none() => {
                self.entry.comments = Some(link.target.clone());
            }
            _ => {}
        }
        if let Some(rank) = rank {
            self.link.offer(rank, link.target.clone());
        }
        reading.push(&mut self.entry.links, link);
    }

    fn source(&mut self, reading: &Reading<'_, '_>, field: Place<'_, '_>) {
        let mut source = ParsedSource {
            title: None,
            link: reading.address(field, "url"),
        };
        let mut best = Best::default();
        let mut has_parts = false;
        for part in field.children() {
            has_parts = true;
            match part.name().1 {
                "title" => source.title = reading.value(part).or(source.title.take()),
                "link" => {
                    if let Some((link, rank)) = reading.link(part) {
                        best.offer(rank.unwrap_or(OTHER), link.target);
                    }
                }
                "author" => self.source_authors.extend(reading.person(part)),
                _ => {}
            }
        }
        if !has_parts {
            source.title = reading.value(field);
        }
        source.link = source.link.or(best.take());
        if source.title.is_some() || source.link.is_some() {
            self.entry.source = Some(source);
        }
    }

    /// Media RSS and iTunes, at any depth: groups nest.
    fn media(&mut self, reading: &Reading<'_, '_>, field: Place<'_, '_>) {
        self.medium(reading, field);
        for inner in field.descendants() {
            if inner.element().inner.is_some() {
                self.text(reading, inner);
            } else {
                self.medium(reading, inner);
            }
        }
    }

    fn medium(&mut self, reading: &Reading<'_, '_>, place: Place<'_, '_>) {
        match place.name() {
            (Space::Media, "content") => {
                reading.push_file(
                    &mut self.entry.enclosures,
                    reading.file(place, "url", "fileSize"),
                );
            }
            (Space::Media, "thumbnail") => {
                let file = reading.file(place, "url", "");
                let file = file.or_else(|| {
                    let href = reading.value(place)?;
                    Some(ParsedEnclosure {
                        url: reference(place, href),
                        media_type: None,
                        size_bytes: None,
                    })
                });
                reading.push_file(&mut self.thumbnails, file);
            }
            (space, local) if categories::is_category(space, local) => {
                reading.add_categories(place, &mut self.entry.categories);
            }
            (Space::Media, "credit") => {
                let role = reading.attribute(place, "role").unwrap_or_default();
                if role.eq_ignore_ascii_case("author")
                    && let Some(name) = reading.value(place)
                {
                    self.add_author(3, ParsedPerson::named(name));
                }
            }
            _ => {}
        }
    }

    /// An element of no meaning around some that have one: `categories`, `authors`, ….
    fn wrapper(&mut self, reading: &Reading<'_, '_>, field: Place<'_, '_>) {
        for inner in field.descendants() {
            match inner.name() {
                (Space::Own, "category") => {
                    reading.add_categories(inner, &mut self.entry.categories);
                }
                (Space::Own, "author") => {
                    if let Some(author) = reading.person(inner) {
                        self.add_author(0, author);
                    }
                }
                (Space::Own, "enclosure") => {
                    let file = reading.file(inner, "url", "length");
                    reading.push_file(&mut self.entry.enclosures, file);
                }
                (Space::Media, _) => self.medium(reading, inner),
                _ => {}
            }
        }
    }

    fn finish(mut self, format: FeedFormat, feed_authors: &[ParsedPerson]) -> ParsedEntry {
        let mut entry = self.entry;
        if entry.guid.is_none() {
            entry.guid = self.about;
        }
        if let Some(guid) = entry.guid.as_deref()
            && self.guid_is_link
            && is_web_address(guid)
        {
            self.link.offer(GUID, Reference::bare(guid));
        }
        entry.link = self.link.take();
        entry.title = self.titles.take();
        entry.summary = self.summaries.take();
        entry.content = self.contents.take();
        (entry.published, entry.updated) = self.dates.finish();
        let surest = self.authors.iter().map(|(rank, _)| (*rank).max(1)).min();
        entry.authors = self
            .authors
            .into_iter()
            .filter(|(rank, _)| surest.is_none_or(|surest| *rank <= surest))
            .map(|(_, author)| author)
            .collect();
        if entry.authors.is_empty() && format == FeedFormat::Atom {
            entry.authors = if self.source_authors.is_empty() {
                feed_authors.to_vec()
            } else {
                self.source_authors
            };
        }
        if entry.enclosures.is_empty() {
            entry.enclosures = self.thumbnails;
        }
        entry
    }
}
