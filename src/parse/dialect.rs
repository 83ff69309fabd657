//! Names: which root makes which dialect, what an element is called in it, and what feed-rs 3.0.0
//! must not meet under its own name.

use std::borrow::Cow;

use crate::model::parsed::FeedFormat;
use crate::parse::markup::{Name, Tag};

/// Put before a name that is kept for [`facts`](crate::parse::facts) and hidden from feed-rs.
pub(super) const HIDDEN: &str = "x-";

/// Namespace that stands for those whose elements feed-rs must not read: it refuses a whole feed
/// for an empty `media:title`, an unknown `podcast:person` role, an odd `itunes:title`, panics on
/// `itunes:duration` with other digits, and recurses without bound into `media:group`.
const HIDDEN_NAMESPACE: &str = "urn:nuncio:hidden";

/// What is known of a namespace: usual prefix, how its address is recognised, its address for
/// feed-rs. Addresses are compared without scheme, case and final slash: feeds spell them freely.
const NAMESPACES: &[(&str, &str, &str)] = &[
    (
        "atom",
        "www.w3.org/2005/atom",
        "http://www.w3.org/2005/Atom",
    ),
    ("atom", "purl.org/atom/ns#", "http://www.w3.org/2005/Atom"),
    ("rss", "purl.org/rss/1.0", "http://purl.org/rss/1.0/"),
    (
        "content",
        "purl.org/rss/1.0/modules/content",
        "http://purl.org/rss/1.0/modules/content/",
    ),
    (
        "dc",
        "purl.org/dc/elements/1.1",
        "http://purl.org/dc/elements/1.1/",
    ),
    ("dcterms", "purl.org/dc/terms", "http://purl.org/dc/terms/"),
    (
        "sy",
        "purl.org/rss/1.0/modules/syndication",
        "http://purl.org/rss/1.0/modules/syndication/",
    ),
    (
        "rdf",
        "www.w3.org/1999/02/22-rdf-syntax-ns#",
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    ),
    ("media", "search.yahoo.com/mrss", HIDDEN_NAMESPACE),
    (
        "itunes",
        "www.itunes.com/dtds/podcast-1.0.dtd",
        HIDDEN_NAMESPACE,
    ),
    (
        "podcast",
        "podcastindex.org/namespace/1.0",
        HIDDEN_NAMESPACE,
    ),
];

/// Elements RSS spells with capitals, and some spell without.
const RSS_NAMES: &[&str] = &[
    "rss",
    "channel",
    "item",
    "title",
    "link",
    "description",
    "language",
    "pubDate",
    "lastBuildDate",
    "guid",
    "category",
    "enclosure",
    "ttl",
    "skipHours",
    "skipDays",
    "hour",
    "day",
    "comments",
    "source",
    "image",
    "url",
];

/// Elements whose text feed-rs takes for a person; it panics on a mail address beside a
/// non-ASCII letter.
const PERSONS: &[&str] = &["author", "managingeditor", "webmaster", "creator"];

/// The dialect a root element stands for; the name is its local part.
pub(super) fn root_format(local: &str) -> Option<FeedFormat> {
    match local.to_ascii_lowercase().as_str() {
        "rss" => Some(FeedFormat::Rss),
        "rdf" => Some(FeedFormat::Rdf),
        "feed" => Some(FeedFormat::Atom),
        _ => None,
    }
}

/// The dialect of a document that lacks its root: the first element is a channel or an entry.
pub(super) fn fragment_format(local: &str) -> Option<FeedFormat> {
    match local.to_ascii_lowercase().as_str() {
        "channel" => Some(FeedFormat::Rss),
        "entry" => Some(FeedFormat::Atom),
        _ => None,
    }
}

/// Whether a tag opens an entry.
pub(super) fn is_entry(format: FeedFormat, name: Name<'_>) -> bool {
    let entry = match format {
        FeedFormat::Atom => "entry",
        FeedFormat::Rss | FeedFormat::Rdf | FeedFormat::Json => "item",
    };
    name.local().eq_ignore_ascii_case(entry) && is_plain(format, name)
}

/// Whether a name belongs to the dialect itself: no prefix, or the dialect's own.
fn is_plain(format: FeedFormat, name: Name<'_>) -> bool {
    match (name.prefix(), format) {
        (None, _) => true,
        (Some(prefix), FeedFormat::Atom) => matches!(prefix, "atom" | "a"),
        (Some(prefix), _) => prefix == "rss",
    }
}

/// What an element is called in the mended document.
pub(super) fn emitted_name(format: FeedFormat, name: Name<'_>) -> Cow<'_, str> {
    let local = name.local();
    if format == FeedFormat::Atom {
        return match (is_plain(format, name), local) {
            (true, "issued") => Cow::Borrowed("published"),
            (true, "modified") => Cow::Borrowed("updated"),
            (true, "tagline") => Cow::Borrowed("subtitle"),
            _ => Cow::Borrowed(name.0),
        };
    }
    if PERSONS
        .iter()
        .any(|person| local.eq_ignore_ascii_case(person))
    {
        return Cow::Owned(format!("{HIDDEN}{}", local.to_ascii_lowercase()));
    }
    if name.prefix().is_some() {
        return Cow::Borrowed(name.0);
    }
    RSS_NAMES
        .iter()
        .find(|known| known.eq_ignore_ascii_case(local))
        .map_or(Cow::Borrowed(name.0), |known| Cow::Borrowed(*known))
}

/// Whether an element of an entry or channel holds text in which markup is content, not structure.
pub(super) fn holds_text(format: FeedFormat, tag: &Tag<'_>) -> bool {
    let local = tag.name.local().to_ascii_lowercase();
    if tag.name.prefix() == Some("content") {
        return local == "encoded";
    }
    if !is_plain(format, tag.name) {
        return false;
    }
    if format == FeedFormat::Atom {
        return matches!(
            local.as_str(),
            "title" | "summary" | "content" | "subtitle" | "tagline"
        ) && !holds_xhtml(format, tag);
    }
    matches!(local.as_str(), "title" | "description")
}

/// Whether an Atom element's markup is its content, as elements (RFC 4287 §3.1.1.3).
pub(super) fn holds_xhtml(format: FeedFormat, tag: &Tag<'_>) -> bool {
    format == FeedFormat::Atom
        && is_plain(format, tag.name)
        && is_text_construct(tag.name.local())
        && atom_type(tag.attribute("type").unwrap_or_default()) == "xhtml"
}

/// Whether a tag met inside a text is an element of the entry, so that the text before it was
/// left open, rather than markup of the text.
pub(super) fn is_structural(format: FeedFormat, tag: &Tag<'_>) -> bool {
    if let Some(prefix) = tag.name.prefix() {
        return NAMESPACES.iter().any(|(known, _, _)| *known == prefix)
            || matches!(
                prefix,
                "thr" | "slash" | "wfw" | "georss" | "feedburner" | "yandex"
            );
    }
    if is_entry(format, tag.name) {
        return true;
    }
    let local = tag.name.local().to_ascii_lowercase();
    match format {
        FeedFormat::Atom => matches!(
            local.as_str(),
            "id" | "published" | "updated" | "author" | "category" | "content"
        ),
        FeedFormat::Rss | FeedFormat::Rdf | FeedFormat::Json => match local.as_str() {
            "guid" | "pubdate" | "enclosure" | "category" | "comments" => true,
            // HTML has these too, but there they never stand without attributes.
            "link" | "description" | "author" => tag.attributes().next().is_none(),
            _ => false,
        },
    }
}

/// How an attribute is written; `None` where it is left out.
pub(super) fn emitted_attribute<'a>(
    format: FeedFormat,
    tag: &Tag<'a>,
    name: &'a str,
    value: &'a str,
) -> Option<(Cow<'a, str>, Cow<'a, str>)> {
    let local = tag.name.local();
    let is_construct =
        format == FeedFormat::Atom && is_plain(format, tag.name) && is_text_construct(local);
    let keep = |value| Some((Cow::Borrowed(name), value));
    let hidden = |name, value| {
        let name = format!("{HIDDEN}{}", Name(name).local());
        (Cow::Owned(name), Cow::Borrowed(value))
    };
    match name {
        // A broken xml:base refuses the feed; a good one rewrites links, which must stay as written.
        "xml:base" => Some(hidden(name, value)),
        "src" if is_construct && local == "content" => Some(hidden(name, value)),
        "xmlns" if is_frame(local) => None,
        "xmlns" => keep(namespace(None, value)),
        "version" if local.eq_ignore_ascii_case("rss") => None,
        "type" if is_construct => keep(Cow::Borrowed(atom_type(value))),
        _ => match name.split_once(':') {
            Some(("xmlns", prefix)) => keep(namespace(Some(prefix), value)),
            _ => is_name(name).then_some((name.into(), value.into())),
        },
    }
}

/// Attributes the root needs: a version feed-rs knows, and the usual prefixes where the document
/// uses them without saying so.
pub(super) fn root_attributes(
    format: FeedFormat,
    tag: Option<&Tag<'_>>,
) -> Vec<(String, &'static str)> {
    let mut attributes = Vec::new();
    if format == FeedFormat::Rss {
        attributes.push(("version".to_owned(), "2.0"));
    }
    for (prefix, _, address) in NAMESPACES {
        let name = format!("xmlns:{prefix}");
        let is_declared = tag.is_some_and(|tag| tag.attribute(&name).is_some());
        if !is_declared && !attributes.iter().any(|(known, _)| *known == name) {
            attributes.push((name, *address));
        }
    }
    attributes
}

/// Elements that make the frame of a document; a default namespace there says nothing we need.
fn is_frame(local: &str) -> bool {
    ["rss", "rdf", "feed", "channel", "item", "entry"]
        .iter()
        .any(|frame| local.eq_ignore_ascii_case(frame))
}

fn is_text_construct(local: &str) -> bool {
    matches!(
        local,
        "title" | "summary" | "content" | "subtitle" | "tagline" | "rights" | "copyright"
    )
}

/// RFC 4287 §3.1.1 and §4.1.3.1: one of the three types feed-rs takes without refusing the feed.
fn atom_type(written: &str) -> &'static str {
    match written.trim().to_ascii_lowercase().as_str() {
        "" | "text" | "plain" | "text/plain" => "text",
        "xhtml" => "xhtml",
        other if other.contains("xml") => "xhtml",
        _ => "html",
    }
}

fn namespace<'a>(prefix: Option<&str>, address: &'a str) -> Cow<'a, str> {
    let folded = address.trim().to_ascii_lowercase();
    let folded = folded
        .strip_prefix("http://")
        .or_else(|| folded.strip_prefix("https://"))
        .unwrap_or(&folded)
        .trim_end_matches('/');
    let by_address = NAMESPACES.iter().find(|(_, known, _)| *known == folded);
    let by_prefix = || {
        NAMESPACES
            .iter()
            .find(|(known, _, _)| Some(*known) == prefix)
    };
    by_address
        .or_else(by_prefix)
        .map_or(Cow::Borrowed(address), |(_, _, known)| {
            Cow::Borrowed(*known)
        })
}

/// Whether `name` can stand in a tag without breaking it.
fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_canonical_and_persons_hidden() {
        for (format, name, expected) in [
            (FeedFormat::Rss, "PUBDATE", "pubDate"),
            (FeedFormat::Rss, "dc:creator", "x-creator"),
            (FeedFormat::Rss, "managingEditor", "x-managingeditor"),
            (FeedFormat::Rss, "media:title", "media:title"),
            (FeedFormat::Atom, "author", "author"),
            (FeedFormat::Atom, "issued", "published"),
            (FeedFormat::Atom, "x:issued", "x:issued"),
        ] {
            assert_eq!(emitted_name(format, Name(name)), expected);
        }
    }

    #[test]
    fn namespaces_are_recognised_by_address_then_prefix() {
        for (prefix, address, expected) in [
            (
                None,
                "https://www.w3.org/2005/Atom/",
                "http://www.w3.org/2005/Atom",
            ),
            (Some("m"), "http://search.yahoo.com/mrss", HIDDEN_NAMESPACE),
            (
                Some("dc"),
                "http://example.org/dc",
                "http://purl.org/dc/elements/1.1/",
            ),
            (Some("own"), "http://example.org/", "http://example.org/"),
        ] {
            assert_eq!(namespace(prefix, address), expected);
        }
    }
}
