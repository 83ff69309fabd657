//! What a plain document may hold: elements by name and place, and their attributes.

use url::Url;

use crate::parse::guard::VALUE_MAX_BYTES;
use crate::parse::references::is_plain;
use crate::parse::tag::Tag;

/// What is asked of an element without elements inside.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Leaf {
    /// A text; at most one.
    Text,
    /// A text with Atom's `type`; at most one.
    TypedText,
    /// One line; at most one.
    Value,
    /// The same, and it is noted.
    Noted,
    /// One line that is an address; at most one.
    Address,
    /// A person without mail address.
    Name,
    /// A category: RSS in its text, Atom in attributes.
    Category,
    /// An Atom link.
    Link,
    /// An RSS enclosure.
    File,
    /// Not read by anybody.
    Ignored,
}

pub(super) type Fields = &'static [(&'static str, Leaf)];

pub(super) const RSS_CHANNEL: Fields = &[
    ("title", Leaf::Text),
    ("link", Leaf::Address),
    ("description", Leaf::Text),
    ("language", Leaf::Noted),
    ("copyright", Leaf::Text),
    ("generator", Leaf::Value),
    ("pubDate", Leaf::Noted),
    ("lastBuildDate", Leaf::Noted),
    ("ttl", Leaf::Noted),
    ("sy:updatePeriod", Leaf::Noted),
    ("sy:updateFrequency", Leaf::Noted),
    ("category", Leaf::Category),
    ("atom:link", Leaf::Link),
    ("docs", Leaf::Ignored),
    ("cloud", Leaf::Ignored),
];

pub(super) const RSS_ITEM: Fields = &[
    ("title", Leaf::Text),
    ("link", Leaf::Address),
    ("description", Leaf::Text),
    ("content:encoded", Leaf::Text),
    ("guid", Leaf::Value),
    ("pubDate", Leaf::Noted),
    ("comments", Leaf::Noted),
    ("author", Leaf::Name),
    ("dc:creator", Leaf::Name),
    ("category", Leaf::Category),
    ("enclosure", Leaf::File),
    ("slash:comments", Leaf::Ignored),
    ("wfw:commentRss", Leaf::Ignored),
];

pub(super) const ATOM_FEED: Fields = &[
    ("id", Leaf::Value),
    ("title", Leaf::TypedText),
    ("subtitle", Leaf::TypedText),
    ("rights", Leaf::TypedText),
    ("generator", Leaf::Value),
    ("updated", Leaf::Noted),
    ("icon", Leaf::Address),
    ("logo", Leaf::Address),
    ("category", Leaf::Category),
    ("link", Leaf::Link),
];

pub(super) const ATOM_ENTRY: Fields = &[
    ("id", Leaf::Value),
    ("title", Leaf::TypedText),
    ("summary", Leaf::TypedText),
    ("content", Leaf::TypedText),
    ("published", Leaf::Noted),
    ("updated", Leaf::Noted),
    ("category", Leaf::Category),
    ("link", Leaf::Link),
];

pub(super) const ATOM_PERSON: Fields = &[
    ("name", Leaf::Name),
    ("uri", Leaf::Value),
    ("email", Leaf::Value),
];

pub(super) const RSS_IMAGE: Fields = &[
    ("url", Leaf::Address),
    ("title", Leaf::Ignored),
    ("link", Leaf::Ignored),
    ("width", Leaf::Ignored),
    ("height", Leaf::Ignored),
    ("description", Leaf::Ignored),
];

/// Declarations a root may have: they are what feed-rs and we know by these addresses, or
/// declare what no element uses.
pub(super) const DECLARATIONS: &[(&str, &str)] = &[
    ("xmlns", "http://www.w3.org/2005/Atom"),
    ("xmlns:atom", "http://www.w3.org/2005/Atom"),
    ("xmlns:content", "http://purl.org/rss/1.0/modules/content/"),
    ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
    ("xmlns:slash", "http://purl.org/rss/1.0/modules/slash/"),
    ("xmlns:sy", "http://purl.org/rss/1.0/modules/syndication/"),
    ("xmlns:wfw", "http://wellformedweb.org/CommentAPI/"),
];

/// Whether the attributes of a tag are those its leaf may have, once each and spelt to last.
pub(super) fn has_plain_attributes(leaf: Leaf, is_rss: bool, tag: &Tag<'_>) -> bool {
    let mut has_address = false;
    let is_plain_attribute = |(name, value): (&str, &str)| {
        let is_line = value.trim() == value
            && !value.is_empty()
            && value.len() <= VALUE_MAX_BYTES
            && value.bytes().all(|b| b >= b' ')
            && !value.contains("&#")
            && is_plain(value);
        let is_allowed = match (leaf, name) {
            (Leaf::Ignored, _) => return !name.starts_with("xml"),
            (Leaf::TypedText, "type") => matches!(value, "text" | "html"),
            (Leaf::Value, "isPermaLink" | "uri" | "version")
            | (Leaf::Link, "rel" | "type" | "title" | "hreflang") => true,
            (Leaf::Category, "domain") => is_rss,
            (Leaf::Category, "term" | "scheme" | "label") => !is_rss,
            (Leaf::Link, "href") | (Leaf::File, "url") => {
                has_address = true;
                is_normal_address(value)
            }
            (Leaf::File, "length") => value.parse::<u64>().is_ok(),
            (Leaf::File, "type") => value
                .split_once('/')
                .is_some_and(|(kind, sub)| is_token(kind) && is_token(sub)),
            _ => false,
        };
        is_line && is_allowed
    };
    let n_attributes = tag.attributes().count();
    tag.attributes().all(is_plain_attribute)
        && (has_address || !matches!(leaf, Leaf::Link | Leaf::File))
        && n_attributes <= 8
        && (is_rss || leaf != Leaf::Category || tag.attributes().any(|(name, _)| name == "term"))
        && is_each_once(tag)
}

/// Whether a tag is spelt as XML has it: a space before each attribute, its value in quotes.
pub(super) fn is_strictly_spelt(tag: &Tag<'_>) -> bool {
    let is_name = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-_:".contains(&b))
    };
    let ends = |rest: &str| matches!(rest.trim_ascii(), ">" | "/>");
    let Some(mut rest) = tag
        .raw
        .get(1 + tag.name.len()..)
        .filter(|_| is_name(tag.name))
    else {
        return false;
    };
    while !ends(rest) {
        let attribute = rest.trim_ascii_start();
        let Some((name, value)) = attribute
            .split_once('=')
            .filter(|_| attribute.len() < rest.len())
        else {
            return false;
        };
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
        let end = quote.and_then(|quote| value.strip_prefix(quote)?.split_once(quote));
        match end {
            Some((_, behind)) if is_name(name) => rest = behind,
            _ => return false,
        }
    }
    true
}

fn is_each_once(tag: &Tag<'_>) -> bool {
    let mut names = tag.attributes();
    while let Some((name, _)) = names.next() {
        if names.clone().any(|(other, _)| other == name) {
            return false;
        }
    }
    true
}

fn is_token(part: &str) -> bool {
    !part.is_empty()
        && part
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"+-.".contains(&b))
}

/// Whether an address is the same when it was read and written by the URL Standard.
pub(super) fn is_normal_address(address: &str) -> bool {
    !address.contains('&') && Url::parse(address).is_ok_and(|url| url.as_str() == address)
}
