//! What a mended document says that feed-rs drops, rewrites or refuses: links and guids as
//! written, dates, people, categories, media, base addresses, pace.

use url::Url;

use crate::model::parsed::{
    FeedFormat, ParsedCategory, ParsedEnclosure, ParsedPerson, ParsedText, PublisherPace, Reference,
};
use crate::parse::dialect::is_entry;
use crate::parse::facts_pace::PaceReader;
use crate::parse::guard::VALUES_MAX;
use crate::parse::markup::{Name, Tag, Token, Tokens};
use crate::parse::mend::RDF_PLACEHOLDER;
use crate::parse::{person, references};

/// What was read beside feed-rs.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// Address of the site, as written, or against the `xml:base` in force.
    pub(super) link: Option<Reference>,
    /// Language of the feed, as written.
    pub(super) language: Option<String>,
    /// Authors of the whole feed; Atom entries without one inherit them (RFC 4287 §4.2.1).
    pub(super) authors: Vec<ParsedPerson>,
    /// Pace the publisher asks for.
    pub(super) pace: PublisherPace,
    /// One for each entry, in document order.
    pub(super) entries: Vec<EntryFacts>,
}

/// What was read of one entry.
#[derive(Debug, Default)]
pub(super) struct EntryFacts {
    /// guid, id or `rdf:about`, trimmed.
    pub(super) guid: Option<String>,
    /// Whether the guid may stand for the link (RSS 2.0 `isPermaLink`, true where unsaid).
    pub(super) guid_is_link: bool,
    /// The link to the article, as written, and how well it fits: lower is better.
    pub(super) link: Option<(u8, Reference)>,
    /// Publication, with the rank of its element: lower is better.
    pub(super) published: Vec<(u8, String)>,
    /// Last edit, likewise.
    pub(super) updated: Vec<(u8, String)>,
    /// Authors.
    pub(super) authors: Vec<ParsedPerson>,
    /// Categories.
    pub(super) categories: Vec<ParsedCategory>,
    /// Attached files; thumbnails only where nothing else is attached.
    pub(super) enclosures: Vec<ParsedEnclosure>,
    /// Pictures for want of an enclosure.
    pub(super) thumbnails: Vec<ParsedEnclosure>,
    /// `media:title`.
    pub(super) media_title: Option<ParsedText>,
    /// `media:description`, the only text of video channels.
    pub(super) media_text: Option<ParsedText>,
    /// `xml:lang` or `dc:language`.
    pub(super) language: Option<String>,
    /// `xml:base` in force, joined from the root inwards.
    pub(super) base: Option<String>,
}

/// Reads `xml`, which [`mend`](crate::parse::mend::mend) wrote.
pub(super) fn read(format: FeedFormat, xml: &str) -> Facts {
    let mut reader = Reader {
        format,
        container: usize::from(format == FeedFormat::Rss) + 1,
        path: Vec::new(),
        bases: Vec::new(),
        text: String::new(),
        entry: None,
        pace: PaceReader::default(),
        facts: Facts::default(),
    };
    for token in Tokens::of(xml) {
        match token {
            Token::Start(tag) => reader.start(tag),
            Token::Text(text) => reader.text.push_str(&references::resolve(text)),
            Token::CData(text) => reader.text.push_str(text),
            Token::End(_) => reader.end(),
            Token::Aside { .. } => {}
        }
    }
    reader.facts.pace = reader.pace.finish();
    reader.facts
}

struct Reader<'a> {
    format: FeedFormat,
    container: usize,
    /// Open elements.
    path: Vec<Tag<'a>>,
    /// `xml:base` in force inside each open element.
    bases: Vec<Option<String>>,
    text: String,
    entry: Option<EntryFacts>,
    pace: PaceReader,
    facts: Facts,
}

impl<'a> Reader<'a> {
    fn start(&mut self, tag: Tag<'a>) {
        let base = match (
            tag.attribute("x-base"),
            self.bases.last().cloned().flatten(),
        ) {
            (Some(inner), outer) => Some(join(outer, &references::resolve(inner))),
            (None, outer) => outer,
        };
        let depth = self.path.len();
        if depth == self.container && is_entry(self.format, tag.name) {
            self.entry = Some(EntryFacts {
                guid: attribute(&tag, "rdf:about"),
                guid_is_link: true,
                language: attribute(&tag, "xml:lang"),
                base: base.clone(),
                ..EntryFacts::default()
            });
        } else if let Some(entry) = self.entry.as_mut() {
            let is_content = matches!(tag.name.local(), "content" | "encoded" | "description");
            if depth == self.container + 1 && is_content && tag.attribute("x-base").is_some() {
                entry.base.clone_from(&base);
            }
            entry.attributes(self.format, &tag);
        } else {
            self.facts
                .feed_attributes(self.format, &tag, depth, base.as_ref());
        }
        self.path.push(tag);
        self.bases.push(base);
        self.text.clear();
    }

    fn end(&mut self) {
        self.bases.pop();
        let Some(tag) = self.path.pop() else {
            return;
        };
        let text = std::mem::take(&mut self.text);
        let depth = self.path.len();
        if depth == self.container && is_entry(self.format, tag.name) {
            self.facts.entries.extend(self.entry.take());
            return;
        }
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        let parent = self.path.last().map_or("", |parent| parent.name.0);
        let format = self.format;
        match self.entry.as_mut() {
            Some(entry) if depth == self.container + 1 => entry.field(format, &tag, text),
            Some(entry) => entry.nested(parent, depth == self.container + 2, &tag, text),
            None => {
                self.pace.field(tag.name.0, text);
                self.facts.feed_field(format, parent, &tag, text);
            }
        }
    }
}

/// A name without the prefix of its own dialect: `atom:id` is `id`.
fn own_name(name: Name<'_>) -> &str {
    match name.prefix() {
        Some("atom" | "a" | "rss") => name.local(),
        _ => name.0,
    }
}

fn attribute(tag: &Tag<'_>, name: &str) -> Option<String> {
    let value = references::resolve(tag.attribute(name)?);
    let value = value.trim();
    (!value.is_empty()).then(|| value.to_owned())
}

/// An inner `xml:base` against the outer one; kept as written where the outer is no help.
fn join(outer: Option<String>, inner: &str) -> String {
    let inner = inner.trim();
    outer
        .and_then(|outer| Url::parse(&outer).ok()?.join(inner).ok())
        .map_or_else(|| inner.to_owned(), String::from)
}

impl Facts {
    fn feed_attributes(
        &mut self,
        format: FeedFormat,
        tag: &Tag<'_>,
        depth: usize,
        base: Option<&String>,
    ) {
        if depth == 0 {
            self.language = attribute(tag, "xml:lang");
        }
        if format == FeedFormat::Atom && depth == 1 && tag.name.local() == "link" {
            let is_site = atom_link_rank(tag).is_some_and(|rank| rank < LINK_OTHER);
            if is_site && self.link.is_none() {
                self.link = attribute(tag, "href").map(|href| Reference {
                    href,
                    base: base.cloned(),
                });
            }
        }
    }

    fn feed_field(&mut self, format: FeedFormat, parent: &str, tag: &Tag<'_>, text: &str) {
        let parent = Name(parent).local();
        let is_channel = matches!(parent, "channel" | "feed");
        match tag.name.0 {
            "link" if is_channel && format != FeedFormat::Atom && self.link.is_none() => {
                self.link = Some(Reference::bare(text));
            }
            "language" | "dc:language" if is_channel => self.language = Some(text.to_owned()),
            _ if parent == "author" && tag.name.local() == "name" => {
                push(&mut self.authors, ParsedPerson::named(text));
            }
            _ => {}
        }
    }
}

/// Ranks of links: an Atom link of another relation is no link to the article.
const LINK_HTML: u8 = 0;
const LINK_PLAIN: u8 = 1;
const LINK_TYPED: u8 = 2;
const LINK_OTHER: u8 = 9;

/// RFC 4287 §4.2.7: `alternate` is the article, and is meant where `rel` is missing.
fn atom_link_rank(tag: &Tag<'_>) -> Option<u8> {
    let rel = tag.attribute("rel").unwrap_or("alternate").trim();
    if !matches!(rel, "" | "alternate") && !rel.ends_with("/alternate") {
        return (rel == "related").then_some(LINK_OTHER);
    }
    Some(match tag.attribute("type").map(str::trim) {
        Some("text/html") => LINK_HTML,
        None | Some("" | "application/xhtml+xml") => LINK_PLAIN,
        Some(_) => LINK_TYPED,
    })
}

impl EntryFacts {
    /// What stands in attributes, at any depth inside the entry.
    fn attributes(&mut self, format: FeedFormat, tag: &Tag<'_>) {
        match own_name(tag.name) {
            "enclosure" => push_file(&mut self.enclosures, tag, "url", "length"),
            "media:content" => push_file(&mut self.enclosures, tag, "url", "fileSize"),
            "media:thumbnail" => push_file(&mut self.thumbnails, tag, "url", ""),
            "category" if format == FeedFormat::Atom => {
                let label = attribute(tag, "label");
                if let Some(term) = attribute(tag, "term").or_else(|| label.clone()) {
                    let scheme = attribute(tag, "scheme");
                    push(
                        &mut self.categories,
                        ParsedCategory {
                            term,
                            scheme,
                            label,
                        },
                    );
                }
            }
            "guid" => {
                let is_permalink = tag.attribute("isPermaLink").unwrap_or("true");
                self.guid_is_link = !is_permalink.trim().eq_ignore_ascii_case("false");
            }
            "link" if tag.attribute("href").is_some() => {
                if tag.attribute("rel") == Some("enclosure") {
                    push_file(&mut self.enclosures, tag, "href", "length");
                } else if let (Some(rank), Some(href)) =
                    (atom_link_rank(tag), attribute(tag, "href"))
                {
                    self.offer_link(rank, &href);
                }
            }
            "title" | "content" | "summary" if self.language.is_none() => {
                self.language = attribute(tag, "xml:lang");
            }
            _ => {}
        }
    }

    /// One element of the entry.
    fn field(&mut self, format: FeedFormat, tag: &Tag<'_>, text: &str) {
        let name = own_name(tag.name);
        if let Some((is_update, rank)) = date_rank(name) {
            let dates = if is_update {
                &mut self.updated
            } else {
                &mut self.published
            };
            if dates.len() < VALUES_MAX {
                dates.push((rank, text.to_owned()));
            }
            return;
        }
        match name {
            "guid" | "id" => self.guid = Some(text.to_owned()),
            "link" if text != RDF_PLACEHOLDER && format != FeedFormat::Atom => {
                self.offer_link(LINK_HTML, text);
            }
            "x-author" | "x-creator" | "author" | "itunes:author" => {
                push(&mut self.authors, person::read(text));
            }
            "category" | "dc:subject" => push(&mut self.categories, ParsedCategory::of(text)),
            "media:keywords" => text
                .split(',')
                .map(str::trim)
                .filter(|word| !word.is_empty())
                .for_each(|word| push(&mut self.categories, ParsedCategory::of(word))),
            "dc:language" => self.language = Some(text.to_owned()),
            _ => self.media(tag, text),
        }
    }

    /// Elements further inside: an Atom author's name, a media group's texts.
    fn nested(&mut self, parent: &str, is_near: bool, tag: &Tag<'_>, text: &str) {
        let name = tag.name.local();
        if is_near && Name(parent).local().ends_with("author") && name == "name" {
            push(&mut self.authors, ParsedPerson::named(text));
        } else {
            self.media(tag, text);
        }
    }

    fn media(&mut self, tag: &Tag<'_>, text: &str) {
        let slot = match tag.name.0 {
            "media:title" => &mut self.media_title,
            "media:description" => &mut self.media_text,
            _ => return,
        };
        // Media RSS says "plain" where no type is given; what holds tags is read as HTML anyway.
        let is_html = tag.attribute("type") == Some("html") || text.contains("</");
        slot.get_or_insert_with(|| {
            if is_html {
                ParsedText::html(text)
            } else {
                ParsedText::Plain(text.to_owned())
            }
        });
    }

    fn offer_link(&mut self, rank: u8, href: &str) {
        if self.link.as_ref().is_none_or(|(best, _)| rank < *best) {
            self.link = Some((rank, Reference::bare(href)));
        }
    }
}

/// Whether an element is a date of an edit (else of publication), and its rank.
fn date_rank(name: &str) -> Option<(bool, u8)> {
    Some(match name {
        "pubDate" | "published" => (false, 0),
        "dcterms:issued" | "dc:date" => (false, 1),
        "dcterms:created" | "created" => (false, 2),
        "updated" => (true, 0),
        "dcterms:modified" => (true, 1),
        _ => return None,
    })
}

fn push<T: PartialEq>(values: &mut Vec<T>, value: T) {
    if values.len() < VALUES_MAX && !values.contains(&value) {
        values.push(value);
    }
}

fn push_file(files: &mut Vec<ParsedEnclosure>, tag: &Tag<'_>, url: &str, size: &str) {
    let Some(url) = attribute(tag, url) else {
        return;
    };
    if files.len() < VALUES_MAX && !files.iter().any(|file| file.url.href == url) {
        files.push(ParsedEnclosure {
            url: Reference::bare(url),
            media_type: attribute(tag, "type"),
            size_bytes: attribute(tag, size).and_then(|size| size.parse().ok()),
        });
    }
}
