//! JSON Feed 1.1, for programs.
//!
//! What other formats cannot say stands in the extension `_nuncio`: source, tier, regions, the
//! story at other sources.

use serde::Serialize;

use crate::model::entry::Enclosure;
use crate::model::rendered::Format;
use crate::model::story::StoryView;
use crate::publish::merged::MergedFeed;
use crate::publish::plain;
use crate::publish::shown::{self, Shown};

/// Characters of a summary, which JSON Feed wants as plain text.
const SUMMARY_MAX_CHARS: usize = 400;

/// Writes `stories`, in the order given, as the JSON Feed of `feed`. Members stand in a fixed
/// order, so that equal stories give equal bytes.
pub fn render(feed: &MergedFeed, stories: &[StoryView]) -> String {
    let document = Document {
        version: "https://jsonfeed.org/version/1.1",
        title: plain::line(&feed.title),
        home_page_url: feed.page(),
        feed_url: feed.address(Format::Json),
        language: feed.language_tag(),
        hubs: feed
            .hub
            .iter()
            .filter(|_| feed.base_url.is_some())
            .map(|hub| Hub {
                kind: "WebSub",
                url: hub.as_str(),
            })
            .collect(),
        items: stories.iter().map(|view| Item::new(feed, view)).collect(),
    };
    // Strings, numbers and lists always serialise; an empty document would be the caller's sign.
    serde_json::to_string(&document).unwrap_or_default()
}

#[derive(Serialize)]
struct Document<'a> {
    version: &'static str,
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    home_page_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    feed_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hubs: Vec<Hub<'a>>,
    items: Vec<Item>,
}

#[derive(Serialize)]
struct Hub<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    url: &'a str,
}

#[derive(Serialize)]
struct Item {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_html: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<String>,
    date_published: String,
    date_modified: String,
    authors: Vec<Author>,
    tags: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<Attachment>,
    #[serde(rename = "_nuncio")]
    extension: Extension,
}

impl Item {
    fn new(feed: &MergedFeed, view: &StoryView) -> Self {
        let shown = Shown::new(feed, view);
        let summary = shown.summary.as_ref();
        let summary = summary.map(|html| plain::head(html, SUMMARY_MAX_CHARS));
        let content_html = shown.content.or(shown.summary).map(Into::into);
        Self {
            // One of the two contents must be there, also where only a title is shown.
            content_text: content_html.is_none().then(|| shown.headline.clone()),
            content_html,
            summary: summary.filter(|summary| !summary.is_empty()),
            date_published: shown.published.rfc3339(),
            date_modified: shown.updated.rfc3339(),
            authors: named(shown.authors),
            tags: shown
                .tags
                .into_iter()
                .map(|tag| tag.label.unwrap_or(tag.term))
                .collect(),
            language: shown.language,
            attachments: shown.enclosures.into_iter().map(Attachment::from).collect(),
            extension: Extension {
                regions: view.regions.clone(),
                also: shown.others.into_iter().map(Also::from).collect(),
                source: shown.source.into(),
            },
            id: shown.id,
            url: shown.link,
            title: shown.title,
        }
    }
}

fn named(names: Vec<String>) -> Vec<Author> {
    names.into_iter().map(|name| Author { name }).collect()
}

#[derive(Serialize)]
struct Author {
    name: String,
}

#[derive(Serialize)]
struct Attachment {
    url: String,
    mime_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    size_in_bytes: Option<u64>,
}

#[derive(Serialize)]
struct Extension {
    source: Source,
    regions: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    also: Vec<Also>,
}

#[derive(Serialize)]
struct Source {
    id: String,
    name: String,
    tier: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

#[derive(Serialize)]
struct Also {
    source: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    url: String,
}

impl From<Enclosure> for Attachment {
    fn from(enclosure: Enclosure) -> Self {
        Self {
            url: enclosure.url,
            mime_type: enclosure.media_type,
            size_in_bytes: (enclosure.size_bytes > 0).then_some(enclosure.size_bytes),
        }
    }
}

impl From<shown::Source> for Source {
    fn from(source: shown::Source) -> Self {
        Self {
            id: source.slug,
            name: source.name,
            tier: source.tier.name(),
            url: source.url,
        }
    }
}

impl From<shown::Other> for Also {
    fn from(other: shown::Other) -> Self {
        Self {
            source: other.name,
            title: other.title,
            url: other.link,
        }
    }
}
