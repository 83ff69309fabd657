//! RSS 2.0 (RSS Advisory Board 2.0.11), for readers that know nothing else.

use std::collections::BTreeMap;

use rss::extension::dublincore::DublinCoreExtension;
use rss::extension::{Extension, ExtensionMap};
use rss::{Category, Channel, Enclosure, Guid, Item, Source};

use crate::model::rendered::Format;
use crate::model::story::StoryView;
use crate::publish::atom::bare_media_type;
use crate::publish::merged::MergedFeed;
use crate::publish::plain;
use crate::publish::shown::{Shown, newest};

/// What the channel says it is; every RSS channel must say something.
const DESCRIPTION: &str = "One entry per story, merged from many sources; each names its own.";

/// Writes `stories`, in the order given, as the RSS document of `feed`.
///
/// `lastBuildDate` is the newest story's stamp, and missing where there is none: never now.
pub fn render(feed: &MergedFeed, stories: &[StoryView]) -> String {
    let channel = Channel {
        title: plain::line(&feed.title),
        // The channel must have a link; without an address of our own, the feed's URN is one.
        link: feed.page().unwrap_or_else(|| feed.id()),
        description: DESCRIPTION.to_owned(),
        language: feed.language_tag().map(str::to_owned),
        last_build_date: newest(stories).map(crate::model::time::Timestamp::rfc2822),
        generator: Some("nuncio".to_owned()),
        extensions: atom_extension(head_links(feed)),
        namespaces: BTreeMap::from([("atom".to_owned(), "http://www.w3.org/2005/Atom".to_owned())]),
        items: stories
            .iter()
            .map(|view| item(Shown::new(feed, view)))
            .collect(),
        ..Channel::default()
    };
    channel.to_string()
}

/// A story with one text has it as its description, which every reader shows; one with a summary
/// and a text has the text as `content:encoded`.
fn item(shown: Shown<'_>) -> Item {
    let (description, content) = match (shown.summary, shown.content) {
        (Some(summary), content) => (Some(summary), content),
        (None, content) => (content, None),
    };
    let related = shown.others.iter().map(|other| {
        let title = Some(other.name.as_str());
        link("related", &other.link, None, title)
    });
    Item {
        title: Some(shown.headline),
        description: description.map(Into::into),
        categories: shown
            .tags
            .into_iter()
            .map(|tag| Category {
                name: tag.label.unwrap_or(tag.term),
                domain: tag.scheme.map(str::to_owned),
            })
            .collect(),
        enclosure: shown.enclosures.into_iter().next().map(enclosure),
        guid: Some(Guid {
            value: shown.id,
            permalink: false,
        }),
        pub_date: Some(shown.published.rfc2822()),
        source: shown.source.url.map(|url| Source {
            url,
            title: Some(shown.source.name),
        }),
        content: content.map(Into::into),
        extensions: atom_extension(related.collect()),
        dublin_core_ext: Some(DublinCoreExtension {
            creators: shown.authors,
            languages: shown.language.into_iter().collect(),
            ..DublinCoreExtension::default()
        }),
        link: shown.link,
        ..Item::default()
    }
}

/// RSS knows one enclosure an item; the first is the publisher's main one.
fn enclosure(enclosure: crate::model::entry::Enclosure) -> Enclosure {
    Enclosure {
        url: enclosure.url,
        length: enclosure.size_bytes.to_string(),
        mime_type: enclosure.media_type,
    }
}

fn head_links(feed: &MergedFeed) -> Vec<Extension> {
    let Some(own) = feed.address(Format::Rss) else {
        return Vec::new();
    };
    let mut links = vec![link("self", &own, Some(bare_media_type(Format::Rss)), None)];
    links.extend(
        feed.alternates(Format::Rss).map(|(format, address)| {
            link("alternate", &address, Some(bare_media_type(format)), None)
        }),
    );
    links.extend(
        feed.hub
            .iter()
            .map(|hub| link("hub", hub.as_str(), None, None)),
    );
    links
}

fn link(rel: &str, href: &str, media_type: Option<&str>, title: Option<&str>) -> Extension {
    let attributes = [
        ("rel", Some(rel)),
        ("href", Some(href)),
        ("type", media_type),
        ("title", title),
    ];
    Extension {
        name: "atom:link".to_owned(),
        attrs: attributes
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned())))
            .collect(),
        ..Extension::default()
    }
}

fn atom_extension(links: Vec<Extension>) -> ExtensionMap {
    if links.is_empty() {
        return ExtensionMap::new();
    }
    let links = BTreeMap::from([("link".to_owned(), links)]);
    ExtensionMap::from([("atom".to_owned(), links)])
}
