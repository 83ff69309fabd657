//! feed-rs behind one adapter: the only file that names it. It reads plain documents.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};

use feed_rs::model;
use feed_rs::parser;

use crate::model::parsed::{
    FeedFormat, ParsedCategory, ParsedEnclosure, ParsedEntry, ParsedFeed, ParsedLink, ParsedPerson,
    ParsedText, Reference,
};
use crate::parse::dates::Dates;
use crate::parse::links::{self, Best, is_web_address};
use crate::parse::pace::PaceReader;
use crate::parse::people::inherited;
use crate::parse::plain::{Aside, Plain};
use crate::parse::reading::Reading;
use crate::parse::references::Resolver;
use crate::parse::texts::{Claim, claimed};

/// Reads a document that was found [`Plain`]; `None` where feed-rs fails on it after all, which
/// the caller's other reader does not.
pub(super) fn read(text: &str, plain: &Plain<'_>) -> Option<ParsedFeed> {
    let parser = parser::Builder::new()
        .sanitize_content(false)
        // An id of our making would be another at every poll; the empty one means "none".
        .id_generator(|_, _, _| String::new())
        // Dates are kept as written.
        .timestamp_parser(|_| None)
        .build();
    // A panic in feed-rs is no more than its refusal: a parser is built per document.
    let read = panic::catch_unwind(AssertUnwindSafe(|| parser.parse(text.as_bytes())));
    let feed = read.ok()?.ok()?;
    (feed.entries.len() == plain.entries.len()).then(|| join(feed, plain))
}

fn join(feed: model::Feed, plain: &Plain<'_>) -> ParsedFeed {
    let resolver = Resolver::default();
    let adapter = Adapter {
        reading: Reading {
            format: plain.format,
            is_old_atom: false,
            resolver: &resolver,
            n_texts_cut: Cell::default(),
            n_values_cut: Cell::default(),
        },
    };
    let mut pace = PaceReader::default();
    for (name, value) in &plain.pace {
        pace.field(name, value);
    }
    let (published, updated) = dates(&plain.feed);
    let mut site = Best::default();
    let mut all_links = adapter.links(feed.links, &mut site, links::OTHER);
    for (image, rel) in [(feed.icon, "icon"), (feed.logo, "logo")] {
        if let Some(href) = image.and_then(|image| value(image.uri)) {
            adapter.reading.push(
                &mut all_links,
                ParsedLink {
                    target: Reference::bare(href),
                    rel: rel.to_owned(),
                    ..ParsedLink::default()
                },
            );
        }
    }
    let authors = adapter.people(feed.authors);
    let entries = feed
        .entries
        .into_iter()
        .zip(&plain.entries)
        .map(|(entry, aside)| adapter.entry(entry, aside, inherited(&authors)))
        .collect();
    ParsedFeed {
        id: value(feed.id),
        title: adapter.text(feed.title),
        description: adapter.text(feed.description),
        link: site.take(),
        links: all_links,
        published,
        updated,
        language: plain.feed.language.map(str::to_owned),
        categories: adapter.categories(feed.categories),
        rights: adapter.text(feed.rights),
        generator: feed
            .generator
            .and_then(|generator| value(generator.content)),
        pace: pace.finish(),
        authors,
        entries,
        ..ParsedFeed::empty(plain.format)
    }
}

/// feed-rs's model in our own terms.
struct Adapter<'r, 'a> {
    reading: Reading<'r, 'a>,
}

impl Adapter<'_, '_> {
    fn is_atom(&self) -> bool {
        self.reading.format == FeedFormat::Atom
    }

    fn entry(
        &self,
        entry: model::Entry,
        aside: &Aside<'_>,
        feed_authors: &[ParsedPerson],
    ) -> ParsedEntry {
        let mut link = Best::default();
        let links = self.links(entry.links, &mut link, u8::MAX);
        let guid = value(entry.id);
        if let Some(guid) = guid.as_deref().filter(|guid| is_web_address(guid)) {
            link.offer(links::GUID, Reference::bare(guid));
        }
        let replies = links
            .iter()
            .find(|link| link.rel.eq_ignore_ascii_case("replies"));
        let comments = aside.comments.map(Reference::bare);
        let (published, updated) = dates(aside);
        let mut authors = self.people(entry.authors);
        if authors.is_empty() && self.is_atom() {
            authors = feed_authors.to_vec();
        }
        ParsedEntry {
            comments: comments.or_else(|| replies.map(|link| link.target.clone())),
            enclosures: self.files(&links, entry.media),
            guid,
            link: link.take(),
            links,
            title: self.text(entry.title),
            summary: self.text(entry.summary),
            content: entry.content.and_then(content),
            published,
            updated,
            authors,
            categories: self.categories(entry.categories),
            ..ParsedEntry::default()
        }
    }

    fn links(&self, links: Vec<model::Link>, best: &mut Best, rank_end: u8) -> Vec<ParsedLink> {
        let mut read = Vec::with_capacity(links.len());
        // Links to comments are no links of the entry: they are read beside.
        for link in links.into_iter().filter(|link| link.target.is_none()) {
            let is_bare = link.rel.is_none();
            let link = ParsedLink {
                target: Reference::bare(link.href),
                rel: link.rel.unwrap_or_else(|| "alternate".to_owned()),
                media_type: link.media_type,
                title: link.title,
                language: link.href_lang,
                length: None,
            };
            let rank = if is_bare {
                Some(links::PAGE)
            } else {
                links::rank(&link)
            };
            if let Some(rank) = rank.filter(|rank| *rank < rank_end) {
                best.offer(rank, link.target.clone());
            }
            self.reading.push(&mut read, link);
        }
        read
    }

    fn people(&self, people: Vec<model::Person>) -> Vec<ParsedPerson> {
        let mut read = Vec::with_capacity(people.len());
        for person in people {
            let person = ParsedPerson {
                name: person.name.and_then(value),
                email: person.email.and_then(value),
                uri: person.uri.and_then(value),
            };
            self.reading.push(&mut read, person);
        }
        read
    }

    fn categories(&self, categories: Vec<model::Category>) -> Vec<ParsedCategory> {
        let mut read = Vec::with_capacity(categories.len());
        for category in categories {
            let category = ParsedCategory {
                term: category.term,
                scheme: category.scheme,
                label: category.label,
            };
            self.reading.push(&mut read, category);
        }
        read
    }

    /// Files: RSS enclosures, or Atom links.
    fn files(&self, links: &[ParsedLink], media: Vec<model::MediaObject>) -> Vec<ParsedEnclosure> {
        let mut files = Vec::new();
        for content in media.into_iter().flat_map(|media| media.content) {
            let file = content.url.map(|url| ParsedEnclosure {
                url: Reference::bare(String::from(url)),
                media_type: content.content_type.map(|kind| kind.to_string()),
                size_bytes: content.size,
            });
            self.reading.push_file(&mut files, file);
        }
        for link in links
            .iter()
            .filter(|link| link.rel.eq_ignore_ascii_case("enclosure"))
        {
            let file = ParsedEnclosure {
                url: link.target.clone(),
                media_type: link.media_type.clone(),
                size_bytes: None,
            };
            self.reading.push_file(&mut files, Some(file));
        }
        files
    }

    /// RSS texts may hold HTML whatever feed-rs calls them; Atom says which.
    fn text(&self, text: Option<model::Text>) -> Option<ParsedText> {
        let text = text?;
        let claim = match (self.is_atom(), text.content_type.as_str()) {
            (true, "text/plain") => Claim::Plain,
            (true, _) => Claim::Html,
            (false, _) => Claim::Sniff,
        };
        claimed(&text.content, claim)
    }
}

fn content(content: model::Content) -> Option<ParsedText> {
    let claim = match content.content_type.as_str() {
        "text/plain" => Claim::Plain,
        _ => Claim::Html,
    };
    claimed(&content.body?, claim)
}

fn dates(aside: &Aside<'_>) -> (Vec<String>, Vec<String>) {
    let mut dates = Dates::default();
    for (event, written) in &aside.dates {
        dates.add(*event, written);
    }
    dates.finish()
}

fn value(text: String) -> Option<String> {
    let trimmed = text.trim();
    if trimmed.len() == text.len() {
        return Some(text).filter(|text| !text.is_empty());
    }
    (!trimmed.is_empty()).then(|| trimmed.to_owned())
}
