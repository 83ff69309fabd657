//! What a text is, from its first tags.

use std::fmt;

use crate::decode::html::{self, Page};
use crate::model::parsed::TextKind;

/// A root further in than this is not looked for; PHP warnings before a root are short.
const SEARCHED_BYTES: usize = 64 * 1024;

/// A document says at its end, within these bytes, what it was.
const END_BYTES: usize = 512;

/// What came, for a person and for the reader that is to take it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Document {
    /// RSS 0.9x, 2.0, or `rss` of no known version.
    Rss,
    /// RSS 0.90 or 1.0.
    Rdf,
    /// Atom, or one entry of it.
    Atom,
    /// JSON that says it is a JSON Feed, or has its items.
    JsonFeed,
    /// Any other JSON.
    Json,
    /// Channel Definition Format (1997): no news, no dates.
    Cdf,
    /// A list of feeds.
    Opml,
    /// A list of pages for search engines.
    Sitemap,
    /// XML with another root.
    Xml {
        /// Its name, at most 40 characters.
        root: String,
    },
    /// An HTML page.
    Page(Page),
    /// Nothing but white space.
    Empty,
    /// Text without tags.
    Text,
}

impl fmt::Display for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rss => f.write_str("an RSS feed"),
            Self::Rdf => f.write_str("an RSS feed in RDF"),
            Self::Atom => f.write_str("an Atom feed"),
            Self::JsonFeed => f.write_str("a JSON Feed"),
            Self::Json => f.write_str("JSON that is no feed"),
            Self::Cdf => f.write_str("a channel definition (CDF), a format of 1997"),
            Self::Opml => f.write_str("an OPML list of feeds"),
            Self::Sitemap => f.write_str("a sitemap"),
            Self::Xml { root } => write!(f, "XML with the root “{root}”"),
            Self::Page(page) => page.fmt(f),
            Self::Empty => f.write_str("nothing"),
            Self::Text => f.write_str("text without any markup"),
        }
    }
}

/// What `text`, as [`super::decode`] gives it, is.
pub fn look(text: &str) -> Document {
    let text = text.trim_start();
    if text.is_empty() {
        return Document::Empty;
    }
    if is_json(text) {
        return json(text);
    }
    match first_root(text) {
        Some(Root::Page) => Document::Page(html::page(text)),
        Some(Root::Feed(document)) => document,
        None if text.starts_with(['{', '[']) => json(text),
        None => other(text),
    }
}

/// Which reader is to take `text`.
pub(super) fn kind(text: &str) -> TextKind {
    let text = text.trim_start();
    if text.is_empty() {
        return TextKind::Empty;
    }
    if is_json(text) {
        return TextKind::Json;
    }
    match first_root(text) {
        Some(Root::Page) => TextKind::Html,
        Some(Root::Feed(_)) => TextKind::Xml,
        None if text.starts_with(['{', '[']) => TextKind::Json,
        None if text.starts_with('<') => TextKind::Xml,
        None => TextKind::Unknown,
    }
}

/// A brace alone is not enough: templates leave `{…}` before a root.
fn is_json(text: &str) -> bool {
    let mut chars = text.chars();
    let first = chars.next();
    let second = chars.find(|c| !c.is_whitespace());
    match first {
        Some('{') => matches!(second, None | Some('"' | '}')),
        Some('[') => {
            matches!(second, None | Some('{' | '[' | '"' | ']' | '-'))
                || second.is_some_and(|c| c.is_ascii_digit())
        }
        _ => false,
    }
}

fn json(text: &str) -> Document {
    let head = text
        .get(..text.floor_char_boundary(SEARCHED_BYTES))
        .unwrap_or(text);
    if head.contains("jsonfeed.org/version") || head.contains("\"items\"") {
        Document::JsonFeed
    } else {
        Document::Json
    }
}

enum Root {
    Feed(Document),
    Page,
}

/// The first tag that names a feed or a page. A page is what it seems unless the document ends as
/// a feed: servers put whole error pages before it.
fn first_root(text: &str) -> Option<Root> {
    let mut page_came = false;
    for tag in opening_tags(text) {
        if let Some(document) = feed_root(tag) {
            if !page_came || (declares_itself(tag) && ends_as_feed(text)) {
                return Some(Root::Feed(document));
            }
        } else if is_page(tag) {
            page_came = true;
            if !ends_as_feed(text) {
                break;
            }
        }
    }
    page_came.then_some(Root::Page)
}

/// What follows each `<`, comments left out, up to [`SEARCHED_BYTES`].
fn opening_tags(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            let (_, tag) = rest.split_once('<')?;
            if text.len() - tag.len() > SEARCHED_BYTES {
                return None;
            }
            if let Some(comment) = tag.strip_prefix("!--")
                && let Some((_, after)) = comment.split_once("-->")
            {
                rest = after;
                continue;
            }
            rest = tag;
            return Some(tag);
        }
    })
}

/// The name a tag starts with: no prefix, lower case.
fn local_name(tag: &str) -> String {
    let name: String = tag
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, ':' | '!'))
        .take(24)
        .collect();
    let local = name
        .rsplit_once(':')
        .map_or(name.as_str(), |(_, local)| local);
    local.to_ascii_lowercase()
}

fn feed_root(tag: &str) -> Option<Document> {
    match local_name(tag).as_str() {
        "rss" => Some(Document::Rss),
        "rdf" => Some(Document::Rdf),
        "feed" => Some(Document::Atom),
        _ => None,
    }
}

fn is_page(tag: &str) -> bool {
    match local_name(tag).as_str() {
        "html" => true,
        "!doctype" => tag
            .split_ascii_whitespace()
            .nth(1)
            .and_then(|name| name.split('>').next())
            .is_some_and(|name| name.eq_ignore_ascii_case("html")),
        _ => false,
    }
}

/// A root of a feed says its version or its namespace; an element of a page does not.
fn declares_itself(tag: &str) -> bool {
    let (tag, _) = tag.split_once('>').unwrap_or((tag, ""));
    tag.contains("version") || tag.contains("xmlns")
}

fn ends_as_feed(text: &str) -> bool {
    let end = text
        .get(text.ceil_char_boundary(text.len().saturating_sub(END_BYTES))..)
        .unwrap_or_default()
        .to_ascii_lowercase();
    ["</rss>", "</feed>", ":rdf>", ":feed>"]
        .iter()
        .any(|tag| end.contains(tag))
}

/// XML that is no feed, by its root.
fn other(text: &str) -> Document {
    let root = opening_tags(text).find(|tag| tag.starts_with(|c: char| c.is_alphabetic()));
    let Some(root) = root else {
        return Document::Text;
    };
    match local_name(root).as_str() {
        "opml" => Document::Opml,
        "urlset" | "sitemapindex" => Document::Sitemap,
        "channel"
            if root
                .get(..200)
                .unwrap_or(root)
                .to_ascii_lowercase()
                .contains("href") =>
        {
            Document::Cdf
        }
        "entry" if declares_itself(root) => Document::Atom,
        _ if text.starts_with('<') => Document::Xml {
            root: root
                .chars()
                .take_while(|c| c.is_alphanumeric() || matches!(c, ':' | '-' | '_' | '.'))
                .take(40)
                .collect(),
        },
        _ => Document::Text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_told_apart() {
        for (text, expected, what) in [
            ("", TextKind::Empty, "nothing"),
            (" \n\t", TextKind::Empty, "nothing"),
            ("<rss version='2.0'>", TextKind::Xml, "an RSS feed"),
            ("<RSS>", TextKind::Xml, "an RSS feed"),
            (
                "<!-- <html> --><rdf:RDF xmlns='y'>",
                TextKind::Xml,
                "an RSS feed in RDF",
            ),
            (
                "<!DOCTYPE rss SYSTEM 'x'><rss>",
                TextKind::Xml,
                "an RSS feed",
            ),
            (
                "<br />\n<b>Warning</b>: x <feed>",
                TextKind::Xml,
                "an Atom feed",
            ),
            ("<a:feed xmlns:a='b'>", TextKind::Xml, "an Atom feed"),
            ("PHP Notice: x\n<rss>", TextKind::Xml, "an RSS feed"),
            ("{debug}\n<rss>", TextKind::Xml, "an RSS feed"),
            (
                "<html><b>Notice</b></html><rss version='2.0'><channel/></rss>",
                TextKind::Xml,
                "an RSS feed",
            ),
            (
                "<opml version='2.0'>",
                TextKind::Xml,
                "an OPML list of feeds",
            ),
            ("<urlset xmlns='x'>", TextKind::Xml, "a sitemap"),
            (
                "<CHANNEL HREF='x'><ITEM/></CHANNEL>",
                TextKind::Xml,
                "a channel definition (CDF), a format of 1997",
            ),
            ("<svg:svg/>", TextKind::Xml, "XML with the root “svg:svg”"),
            (" {\"version\": 1}", TextKind::Json, "JSON that is no feed"),
            (
                "{\"version\": \"https://jsonfeed.org/version/1.1\"}",
                TextKind::Json,
                "a JSON Feed",
            ),
            ("[1]", TextKind::Json, "JSON that is no feed"),
            ("{items: []}", TextKind::Json, "JSON that is no feed"),
            ("<!DOCTYPE html><p>", TextKind::Html, "an HTML page"),
            ("<!doctype HTML PUBLIC 'x'>", TextKind::Html, "an HTML page"),
            ("\n<html lang=en><feed>", TextKind::Html, "an HTML page"),
            (
                "<html><title>Feeds</title><p>&lt;rss> </rss>",
                TextKind::Html,
                "an HTML page titled “Feeds”",
            ),
            ("gone fishing", TextKind::Unknown, "text without any markup"),
        ] {
            assert_eq!(kind(text), expected, "{text}");
            assert_eq!(look(text).to_string(), what, "{text}");
        }
    }
}
