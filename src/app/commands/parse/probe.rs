//! The JSON of a parsed document: every scalar is a string or null, nothing is invented.
//!
//! Texts are as the parser gives them, with their kind of markup. Addresses, those in markup too,
//! are absolute where it is known what they are relative to, else as written; those that would run
//! a script are left out, but in markup, which is not sanitised here. Dates are RFC 3339 in UTC, or
//! null.

use serde::Serialize;
use url::Url;

use crate::app::commands::parse::markup;
use crate::engine::prepare::Stopped;
use crate::model::parsed::{
    FeedFormat, ParsedCategory, ParsedEnclosure, ParsedEntry, ParsedFeed, ParsedLink, ParsedPerson,
    ParsedText, Reference,
};
use crate::model::time::Timestamp;
use crate::normalise::{self, FeedContext};

/// Schemes that no link may have.
const ACTIVE_SCHEMES: &[&str] = &["javascript:", "vbscript:", "data:", "about:", "blob:"];

/// One document.
#[derive(Serialize, Debug, Default)]
pub(super) struct Probe {
    /// Path as given.
    pub(super) file: String,
    ok: bool,
    error: Option<String>,
    panic: bool,
    /// Milliseconds it took, reading the file included.
    pub(super) millis: f64,
    format: Option<&'static str>,
    repairs: Vec<String>,
    feed: FeedJson,
    entries: Vec<EntryJson>,
}

#[derive(Serialize, Debug, Default)]
struct FeedJson {
    id: Option<String>,
    title: Option<String>,
    title_type: Option<&'static str>,
    description: Option<String>,
    description_type: Option<&'static str>,
    link: Option<String>,
    links: Vec<LinkJson>,
    published: Option<String>,
    updated: Option<String>,
    language: Option<String>,
    authors: Vec<PersonJson>,
    categories: Vec<CategoryJson>,
    rights: Option<String>,
    generator: Option<String>,
}

#[derive(Serialize, Debug)]
struct EntryJson {
    id: Option<String>,
    title: Option<String>,
    title_type: Option<&'static str>,
    link: Option<String>,
    links: Vec<LinkJson>,
    published: Option<String>,
    updated: Option<String>,
    summary: Option<String>,
    summary_type: Option<&'static str>,
    content: Option<String>,
    content_type: Option<&'static str>,
    authors: Vec<PersonJson>,
    categories: Vec<CategoryJson>,
    enclosures: Vec<EnclosureJson>,
}

#[derive(Serialize, Debug)]
struct LinkJson {
    href: String,
    rel: String,
    r#type: Option<String>,
    title: Option<String>,
    length: Option<String>,
}

#[derive(Serialize, Debug)]
struct PersonJson {
    name: Option<String>,
    email: Option<String>,
    uri: Option<String>,
}

#[derive(Serialize, Debug)]
struct CategoryJson {
    term: Option<String>,
    scheme: Option<String>,
    label: Option<String>,
}

#[derive(Serialize, Debug)]
struct EnclosureJson {
    url: String,
    r#type: Option<String>,
    length: Option<String>,
}

impl Probe {
    /// A document that gave no feed.
    pub(super) fn stopped(why: &Stopped) -> Self {
        Self {
            error: Some(why.to_string()),
            panic: why.is_panic(),
            ..Self::default()
        }
    }

    /// One line of JSON, without its end.
    pub(super) fn to_json(&self) -> Vec<u8> {
        // Strings, numbers and lists cannot fail to be written into memory.
        serde_json::to_vec(self).unwrap_or_default()
    }
}

/// A parsed feed and what its addresses are relative to.
#[derive(Debug)]
pub(super) struct Reading<'a> {
    /// The feed.
    pub(super) feed: &'a ParsedFeed,
    /// Where it came from.
    pub(super) context: &'a FeedContext,
}

impl Reading<'_> {
    /// The feed as JSON, with `repairs` as the list of what had to be lived with.
    pub(super) fn probe(&self, repairs: Vec<String>) -> Probe {
        let feed = self.feed;
        Probe {
            ok: true,
            format: Some(format_name(feed.format)),
            repairs,
            feed: FeedJson {
                id: feed.id.clone(),
                title: self.text(feed.title.as_ref()),
                title_type: media_type(feed.title.as_ref()),
                description: self.text(feed.description.as_ref()),
                description_type: media_type(feed.description.as_ref()),
                link: self.address(feed.link.as_ref()),
                links: self.links(&feed.links),
                published: self.moment(&feed.published),
                updated: self.moment(&feed.updated),
                language: feed.language.clone(),
                authors: self.people(&feed.authors),
                categories: categories(&feed.categories),
                rights: self.text(feed.rights.as_ref()),
                generator: feed.generator.clone(),
            },
            entries: feed.entries.iter().map(|entry| self.entry(entry)).collect(),
            ..Probe::default()
        }
    }

    fn entry(&self, entry: &ParsedEntry) -> EntryJson {
        EntryJson {
            id: entry.guid.clone(),
            title: self.text(entry.title.as_ref()),
            title_type: media_type(entry.title.as_ref()),
            link: self.address(entry.link.as_ref()),
            links: self.links(&entry.links),
            published: self.moment(&entry.published),
            updated: self.moment(&entry.updated),
            summary: self.text(entry.summary.as_ref()),
            summary_type: media_type(entry.summary.as_ref()),
            content: self.text(entry.content.as_ref()),
            content_type: media_type(entry.content.as_ref()),
            authors: self.people(&entry.authors),
            categories: categories(&entry.categories),
            enclosures: self.enclosures(&entry.enclosures),
        }
    }

    /// The best of `dates` that can be read.
    fn moment(&self, dates: &[String]) -> Option<String> {
        self.context.dates.best(dates).map(Timestamp::rfc3339)
    }

    /// Where `reference` leads. What is absolute already stays as its publisher spells it, but
    /// for names of hosts and characters that no address may hold.
    fn address(&self, reference: Option<&Reference>) -> Option<String> {
        let reference = reference?;
        let written = reference.href.trim();
        match normalise::resolve(reference, self.context) {
            Some(url) if is_spelled_out(written, &url) => Some(written.to_owned()),
            Some(url) => Some(url.into()),
            None => is_harmless(written).then(|| written.to_owned()),
        }
    }

    /// A text as written, the addresses in its markup absolute.
    fn text(&self, text: Option<&ParsedText>) -> Option<String> {
        let marked = match text? {
            ParsedText::Plain(text) => return Some(text.clone()),
            ParsedText::Html(marked) | ParsedText::Xhtml(marked) => marked,
        };
        let absolute = |written: &str| {
            let reference = Reference {
                href: written.to_owned(),
                base: marked.base.clone(),
            };
            let url = normalise::resolve(&reference, self.context)?;
            Url::parse(written.trim()).is_err().then(|| url.into())
        };
        Some(markup::with_addresses(&marked.html.0, absolute).into_owned())
    }

    fn links(&self, links: &[ParsedLink]) -> Vec<LinkJson> {
        let json = |link: &ParsedLink| {
            Some(LinkJson {
                href: self.address(Some(&link.target))?,
                rel: link.rel.clone(),
                r#type: link.media_type.clone(),
                title: link.title.clone(),
                length: link.length.clone(),
            })
        };
        links.iter().filter_map(json).collect()
    }

    fn people(&self, people: &[ParsedPerson]) -> Vec<PersonJson> {
        let json = |person: &ParsedPerson| PersonJson {
            name: person.name.clone(),
            email: person.email.clone(),
            uri: person
                .uri
                .as_ref()
                .and_then(|uri| self.address(Some(&Reference::bare(uri)))),
        };
        people.iter().map(json).collect()
    }

    fn enclosures(&self, files: &[ParsedEnclosure]) -> Vec<EnclosureJson> {
        let json = |file: &ParsedEnclosure| {
            Some(EnclosureJson {
                url: self.address(Some(&file.url))?,
                r#type: file.media_type.clone(),
                length: file.size_bytes.map(|size| size.to_string()),
            })
        };
        files.iter().filter_map(json).collect()
    }
}

/// Whether `written` says all of `url` itself, in characters an address may hold.
fn is_spelled_out(written: &str, url: &Url) -> bool {
    let is_absolute = Url::parse(written).is_ok();
    let lower = written.to_ascii_lowercase();
    let has_host = url.host_str().is_some_and(|host| {
        lower.starts_with(&format!("{}://{host}", url.scheme()))
            || lower.contains(&format!("@{host}"))
    });
    let is_clean = !written.contains(|c: char| c.is_control() || c.is_whitespace());
    is_absolute && has_host && is_clean
}

/// Whether an address that is not of the web runs nothing when it is opened. Browsers skip white
/// space and controls inside a scheme.
fn is_harmless(written: &str) -> bool {
    let scheme: String = written
        .chars()
        .filter(|c| !c.is_control() && !c.is_whitespace())
        .take(16)
        .flat_map(char::to_lowercase)
        .collect();
    !written.is_empty() && !ACTIVE_SCHEMES.iter().any(|it| scheme.starts_with(it))
}

fn format_name(format: FeedFormat) -> &'static str {
    match format {
        FeedFormat::Rss => "RSS",
        FeedFormat::Rdf => "RDF",
        FeedFormat::Atom => "Atom",
        FeedFormat::Json => "JSON Feed",
    }
}

fn media_type(text: Option<&ParsedText>) -> Option<&'static str> {
    text.map(|text| match text {
        ParsedText::Plain(_) => "text/plain",
        ParsedText::Html(_) => "text/html",
        ParsedText::Xhtml(_) => "application/xhtml+xml",
    })
}

fn categories(categories: &[ParsedCategory]) -> Vec<CategoryJson> {
    let json = |category: &ParsedCategory| CategoryJson {
        term: Some(category.term.clone()).filter(|term| !term.is_empty()),
        scheme: category.scheme.clone(),
        label: category.label.clone(),
    };
    categories.iter().map(json).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(written: &str) -> Option<String> {
        let feed = ParsedFeed::empty(FeedFormat::Rss);
        let url = Url::parse("https://example.org/news/feed.xml").unwrap();
        let context = FeedContext::of(&feed, url, None);
        let reading = Reading {
            feed: &feed,
            context: &context,
        };
        reading.address(Some(&Reference::bare(written)))
    }

    #[test]
    fn addresses_are_absolute_and_run_nothing() {
        for (written, expected) in [
            ("http://example.org", Some("http://example.org")),
            ("HTTP://Example.org/A", Some("HTTP://Example.org/A")),
            ("http:///example.org/a", Some("http://example.org/a")),
            ("http://http://example.org/a", Some("http://example.org/a")),
            ("http://a@example.org/b", Some("http://a@example.org/b")),
            ("a", Some("https://example.org/news/a")),
            ("http://example.org/a b", Some("http://example.org/a%20b")),
            ("http://мид.рф/a", Some("http://xn--d1ahl.xn--p1ai/a")),
            ("mailto:a@example.org", Some("mailto:a@example.org")),
            ("urn:x:y", Some("urn:x:y")),
            ("javascript:x", None),
            ("java\nscript:x", None),
            (" DATA:text/html,x", None),
        ] {
            assert_eq!(address(written).as_deref(), expected, "{written:?}");
        }
    }
}
