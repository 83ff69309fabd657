//! What a reader is shown of a story, said once for all three formats.
//!
//! Titles, names and tags are one clean line of text, addresses are http or https, markup comes
//! from [`SafeHtml`] only; the formats add nothing but their own escaping.

use std::borrow::Cow;
use std::collections::HashSet;

use mediatype::MediaType;
use url::Url;

use crate::model::content::{EntryContent, ShownContent};
use crate::model::entry::Enclosure;
use crate::model::feed::Tier;
use crate::model::html::SafeHtml;
use crate::model::region;
use crate::model::story::StoryView;
use crate::model::time::Timestamp;
use crate::publish::merged::{ContentDepth, MergedFeed, is_language_tag, source_id};
use crate::publish::plain;
use crate::publish::xml;

/// Scheme of categories that name a region.
pub const REGION_SCHEME: &str = "urn:x-nuncio:region";
/// Scheme of categories that name a country.
pub const COUNTRY_SCHEME: &str = "urn:x-nuncio:country";
/// Scheme of the category that names the source's tier.
pub const TIER_SCHEME: &str = "urn:x-nuncio:tier";
/// Scheme of the category that names the language.
pub const LANGUAGE_SCHEME: &str = "urn:x-nuncio:language";

/// Countries named of a story.
const COUNTRIES_MAX: usize = 8;
/// Publisher's own categories shown of a story.
const OWN_CATEGORIES_MAX: usize = 16;
/// Authors shown of a story.
const AUTHORS_MAX: usize = 8;
/// Enclosures shown of a story.
const ENCLOSURES_MAX: usize = 16;
/// Other sources linked from a story.
const OTHERS_MAX: usize = 24;
/// Characters of a category or of an author's name.
const NAME_MAX_CHARS: usize = 100;
/// Characters of a title; a longer one is a text that slipped into the wrong element.
const TITLE_MAX_CHARS: usize = 500;
/// Characters of a title made from the text of a story without one.
const HEADLINE_MAX_CHARS: usize = 90;
/// Characters of a summary made from the text.
const SUMMARY_MAX_CHARS: usize = 400;

/// What a reader is shown of one story.
#[derive(Clone, PartialEq, Debug)]
pub struct Shown<'a> {
    /// Its id for ever.
    pub id: String,
    /// The publisher's title; empty where there is none.
    pub title: String,
    /// A title that is never empty: the publisher's, else the head of the text, else the source.
    pub headline: String,
    /// Address at the leader's.
    pub link: Option<String>,
    /// The publisher's claim, or the first sight of it.
    pub published: Timestamp,
    /// Last announcement in this merged feed.
    pub updated: Timestamp,
    /// Authors; the first names the source too, because that is what readers show.
    pub authors: Vec<String>,
    /// BCP 47 language of title and text.
    pub language: Option<String>,
    /// Categories: regions, countries, tier, language, then the publisher's own.
    pub tags: Vec<Tag>,
    /// Short text, markup.
    pub summary: Option<Cow<'a, str>>,
    /// Full text, markup.
    pub content: Option<Cow<'a, str>>,
    /// Attached files.
    pub enclosures: Vec<Enclosure>,
    /// The story at other sources.
    pub others: Vec<Other>,
    /// Where it comes from.
    pub source: Source,
}

/// A category.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tag {
    /// What kind of word it is; `None`: the publisher's own.
    pub scheme: Option<&'static str>,
    /// The word.
    pub term: String,
    /// The word for people, where it is another.
    pub label: Option<String>,
}

/// The story at another source.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Other {
    /// Name of the feed.
    pub name: String,
    /// Its title there.
    pub title: Option<String>,
    /// Its address there.
    pub link: String,
}

/// The feed a story comes from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Source {
    /// Our id for it.
    pub id: String,
    /// Its slug in `feeds.toml`.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Its rank.
    pub tier: Tier,
    /// Its address, secrets hidden.
    pub url: Option<String>,
}

impl<'a> Shown<'a> {
    /// What `feed` shows of `view`.
    pub fn new(feed: &MergedFeed, view: &'a StoryView) -> Self {
        let content = match &view.leader.content {
            EntryContent::Shown(content) => Some(&**content),
            EntryContent::Plain(_) | EntryContent::Gone => None,
        };
        let source = source(view);
        let title = plain::line(view.leader.content.title().unwrap_or_default());
        let title = plain::cut(&title, TITLE_MAX_CHARS);
        let link = view.leader.content.link().and_then(web_address);
        let language = content.and_then(|content| content.language.clone());
        let language = language.filter(|tag| is_language_tag(tag));
        let (summary, text) = body(feed.depth, content);
        Self {
            id: view.story.id.to_string(),
            headline: headline(&title, content, &source),
            title,
            published: view.leader.published(),
            updated: view.showing.updated,
            authors: authors(content, &source.name),
            tags: tags(feed, view, content, language.as_deref()),
            language,
            summary,
            content: text,
            enclosures: content.map(enclosures).unwrap_or_default(),
            others: others(view, link.as_deref()),
            link,
            source,
        }
    }
}

/// `updated` of a document: that of its newest story.
pub fn newest(stories: &[StoryView]) -> Option<Timestamp> {
    stories.iter().map(|view| view.showing.updated).max()
}

/// `address` where it is absolute and http or https: nothing else may be clicked. Delimiters that
/// no URI may hold (RFC 3986 §2) but browsers let stand are encoded.
pub fn web_address(address: &str) -> Option<String> {
    let url = Url::parse(address.trim()).ok()?;
    if !matches!(url.scheme(), "http" | "https") {
        return None;
    }
    let mut written = String::with_capacity(url.as_str().len());
    for c in url.as_str().chars() {
        match c {
            '"' => written.push_str("%22"),
            '<' => written.push_str("%3C"),
            '>' => written.push_str("%3E"),
            '\\' => written.push_str("%5C"),
            '^' => written.push_str("%5E"),
            '`' => written.push_str("%60"),
            '{' => written.push_str("%7B"),
            '|' => written.push_str("%7C"),
            '}' => written.push_str("%7D"),
            c => written.push(c),
        }
    }
    Some(written)
}

fn source(view: &StoryView) -> Source {
    let name = plain::line(&view.feed.name);
    let slug = view.feed.id.as_str().to_owned();
    Source {
        id: source_id(&view.feed.id),
        name: if name.is_empty() { slug.clone() } else { name },
        slug,
        tier: view.feed.tier,
        url: web_address(&view.feed.url),
    }
}

fn headline(title: &str, content: Option<&ShownContent>, source: &Source) -> String {
    if !title.is_empty() {
        return title.to_owned();
    }
    let head = content
        .and_then(|content| content.summary.as_ref().or(content.content.as_ref()))
        .map(|html| plain::head(html.as_str(), HEADLINE_MAX_CHARS))
        .unwrap_or_default();
    if head.is_empty() {
        source.name.clone()
    } else {
        head
    }
}

/// Readers ignore `atom:source`, and many show the first author only: it carries the source.
fn authors(content: Option<&ShownContent>, source: &str) -> Vec<String> {
    let own = content.map_or(&[][..], |content| &content.authors);
    let mut authors: Vec<String> = distinct(own.iter(), AUTHORS_MAX)
        .filter(|author| author.to_lowercase() != source.to_lowercase())
        .collect();
    match authors.first_mut() {
        Some(first) => *first = format!("{first} ({source})"),
        None => authors.push(source.to_owned()),
    }
    authors
}

fn tags(
    feed: &MergedFeed,
    view: &StoryView,
    content: Option<&ShownContent>,
    language: Option<&str>,
) -> Vec<Tag> {
    let tag = |scheme, term: &str| Tag {
        scheme: Some(scheme),
        term: plain::line(term),
        label: None,
    };
    let regions = view.regions.iter().map(|region| Tag {
        label: feed
            .region_titles
            .get(region)
            .map(|title| plain::line(title)),
        ..tag(REGION_SCHEME, region)
    });
    let countries = region::countries(&view.leader.matches).into_iter();
    let countries = countries.take(COUNTRIES_MAX).map(|country| Tag {
        label: Some(country.name().to_owned()),
        ..tag(COUNTRY_SCHEME, country.code())
    });
    let own = content.map_or(&[][..], |content| &content.categories);
    let own = distinct(own.iter(), OWN_CATEGORIES_MAX).map(|term| Tag {
        scheme: None,
        term,
        label: None,
    });
    regions
        .chain(countries)
        .chain([tag(TIER_SCHEME, view.feed.tier.name())])
        .chain(language.map(|language| tag(LANGUAGE_SCHEME, language)))
        .chain(own)
        .collect()
}

/// The first `max` different lines, upper and lower case alike, none empty, each bounded.
fn distinct<'a>(
    lines: impl Iterator<Item = &'a String>,
    max: usize,
) -> impl Iterator<Item = String> {
    let mut seen = HashSet::new();
    lines
        .map(|text| plain::cut(&plain::line(text), NAME_MAX_CHARS))
        .filter(move |text| !text.is_empty() && seen.insert(text.to_lowercase()))
        .take(max)
}

/// Summary and text as `depth` shows them. A summary that is the text is left out.
fn body(
    depth: ContentDepth,
    content: Option<&ShownContent>,
) -> (Option<Cow<'_, str>>, Option<Cow<'_, str>>) {
    let Some(content) = content else {
        return (None, None);
    };
    let summary = content.summary.as_ref().filter(|html| !html.is_empty());
    let text = content.content.as_ref().filter(|html| !html.is_empty());
    match depth {
        ContentDepth::None => (None, None),
        ContentDepth::Full => (
            summary.filter(|&summary| Some(summary) != text).map(markup),
            text.map(markup),
        ),
        ContentDepth::Summary => match (summary, text) {
            (Some(summary), _) => (Some(markup(summary)), None),
            (None, text) => (text.map(made_summary), None),
        },
    }
}

fn markup(html: &SafeHtml) -> Cow<'_, str> {
    xml::allowed(html.as_str())
}

fn made_summary(html: &SafeHtml) -> Cow<'_, str> {
    Cow::Owned(xml::escape(&plain::head(html.as_str(), SUMMARY_MAX_CHARS)))
}

fn enclosures(content: &ShownContent) -> Vec<Enclosure> {
    let enclosures = content.enclosures.iter().filter_map(|enclosure| {
        Some(Enclosure {
            url: web_address(&enclosure.url)?,
            media_type: media_type(&enclosure.media_type),
            size_bytes: enclosure.size_bytes,
        })
    });
    enclosures.take(ENCLOSURES_MAX).collect()
}

/// Atom wants `type/subtype` (RFC 4287 `atomMediaType`), RSS and JSON Feed some value.
fn media_type(written: &str) -> String {
    let written = plain::line(written);
    if MediaType::parse(&written).is_ok() {
        written
    } else {
        "application/octet-stream".to_owned()
    }
}

fn others(view: &StoryView, leader: Option<&str>) -> Vec<Other> {
    let mut seen: HashSet<String> = leader.map(str::to_owned).into_iter().collect();
    let others = view.others.iter().filter_map(|other| {
        let link = web_address(other.link.as_deref()?)?;
        let title = plain::line(other.title.as_deref().unwrap_or_default());
        seen.insert(link.clone()).then(|| Other {
            name: plain::line(&other.feed.name),
            title: Some(plain::cut(&title, TITLE_MAX_CHARS)).filter(|title| !title.is_empty()),
            link,
        })
    });
    others.take(OTHERS_MAX).collect()
}

#[cfg(test)]
#[path = "shown_tests.rs"]
mod tests;
