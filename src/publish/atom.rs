//! Atom 1.0 (RFC 4287): the contract with every reader.

use crate::model::rendered::Format;
use crate::model::story::StoryView;
use crate::publish::merged::{EMPTY_FEED_UPDATED, MergedFeed};
use crate::publish::shown::{Other, Shown, newest};
use crate::publish::xml::Xml;

/// Writes `stories`, in the order given, as the Atom document of `feed`.
///
/// `atom:source` stands last in each entry: readers that take the first `title` or `link` they
/// meet would otherwise show the source's for the entry's.
pub fn render(feed: &MergedFeed, stories: &[StoryView]) -> String {
    let mut xml = Xml::new();
    xml.open("feed", &[("xmlns", Some("http://www.w3.org/2005/Atom"))]);
    write_head(&mut xml, feed, stories);
    for view in stories {
        write_entry(&mut xml, &Shown::new(feed, view));
    }
    xml.finish()
}

/// RFC 4287 §4.1.1. The generator has no version: an upgrade alone must change no byte.
fn write_head(xml: &mut Xml, feed: &MergedFeed, stories: &[StoryView]) {
    let updated = newest(stories).unwrap_or(EMPTY_FEED_UPDATED);
    xml.text("id", &[], &feed.id());
    xml.text("title", &[("xml:lang", feed.language_tag())], &feed.title);
    xml.text("updated", &[], &updated.rfc3339());
    xml.open("author", &[]);
    xml.text("name", &[], "nuncio");
    xml.close();
    write_head_links(xml, feed);
    xml.text("generator", &[], "nuncio");
}

fn write_head_links(xml: &mut Xml, feed: &MergedFeed) {
    let own = feed.address(Format::Atom);
    if let Some(own) = &own {
        link(xml, "self", own, Some(bare_media_type(Format::Atom)));
    }
    if let Some(page) = feed.page() {
        link(xml, "alternate", &page, Some("text/html"));
    }
    for (format, address) in feed.alternates(Format::Atom) {
        link(xml, "alternate", &address, Some(bare_media_type(format)));
    }
    // A hub without a self link has no topic to announce (WebSub §4).
    if let (Some(hub), Some(_)) = (&feed.hub, own) {
        link(xml, "hub", hub.as_str(), None);
    }
}

/// RFC 4287 §4.1.2.
fn write_entry(xml: &mut Xml, shown: &Shown<'_>) {
    xml.open("entry", &[("xml:lang", shown.language.as_deref())]);
    xml.text("id", &[], &shown.id);
    xml.text("title", &[], &shown.headline);
    if let Some(address) = &shown.link {
        link(xml, "alternate", address, None);
    }
    xml.text("published", &[], &shown.published.rfc3339());
    xml.text("updated", &[], &shown.updated.rfc3339());
    for author in &shown.authors {
        xml.open("author", &[]);
        xml.text("name", &[], author);
        xml.close();
    }
    write_categories(xml, shown);
    write_body(xml, shown);
    write_other_links(xml, shown);
    write_source(xml, shown);
    xml.close();
}

fn write_categories(xml: &mut Xml, shown: &Shown<'_>) {
    for tag in &shown.tags {
        let attributes = [
            ("term", Some(tag.term.as_str())),
            ("scheme", tag.scheme),
            ("label", tag.label.as_deref()),
        ];
        xml.empty("category", &attributes);
    }
}

fn write_body(xml: &mut Xml, shown: &Shown<'_>) {
    let html = [("type", Some("html"))];
    if let Some(summary) = &shown.summary {
        xml.text("summary", &html, summary);
    }
    match &shown.content {
        Some(content) => xml.text("content", &html, content),
        // An entry without content must have an alternate link (RFC 4287 §4.1.2).
        None if shown.link.is_none() => xml.text("content", &[], &shown.headline),
        None => {}
    }
}

fn write_other_links(xml: &mut Xml, shown: &Shown<'_>) {
    for enclosure in &shown.enclosures {
        let length = (enclosure.size_bytes > 0).then(|| enclosure.size_bytes.to_string());
        let attributes = [
            ("rel", Some("enclosure")),
            ("href", Some(enclosure.url.as_str())),
            ("type", Some(enclosure.media_type.as_str())),
            ("length", length.as_deref()),
        ];
        xml.empty("link", &attributes);
    }
    for other in &shown.others {
        let attributes = [
            ("rel", Some("related")),
            ("href", Some(other.link.as_str())),
            ("title", Some(&*title_of(other))),
        ];
        xml.empty("link", &attributes);
    }
}

/// RFC 4287 §4.2.11.
fn write_source(xml: &mut Xml, shown: &Shown<'_>) {
    xml.open("source", &[]);
    xml.text("id", &[], &shown.source.id);
    xml.text("title", &[], &shown.source.name);
    if let Some(url) = &shown.source.url {
        link(xml, "self", url, None);
    }
    xml.close();
}

fn title_of(other: &Other) -> String {
    match &other.title {
        Some(title) => format!("{}: {title}", other.name),
        None => other.name.clone(),
    }
}

fn link(xml: &mut Xml, rel: &str, href: &str, media_type: Option<&str>) {
    let attributes = [
        ("rel", Some(rel)),
        ("href", Some(href)),
        ("type", media_type),
    ];
    xml.empty("link", &attributes);
}

/// Media type without parameters, as links name it.
pub(super) fn bare_media_type(format: Format) -> &'static str {
    let written = format.media_type();
    written.split_once(';').map_or(written, |(bare, _)| bare)
}
