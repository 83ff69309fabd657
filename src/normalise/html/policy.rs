//! The allow-list: what of a publisher's HTML a reader of ours may be shown.
//!
//! Text structure, tables, pictures, links, quotations and editing marks pass. Everything that
//! runs, loads, frames, submits, positions or colours does not: no script, style, form, frame,
//! object, media player, SVG or `MathML` (`media` has made links of players before); no `class`, `id`, `style` or event attribute; no address
//! but http, https and mailto. An element that is not listed gives way to its content, except
//! those of [`DROPPED_WITH_CONTENT`].

use std::collections::{HashMap, HashSet};

use ammonia::{Builder, UrlRelative};
use url::Url;

const TAGS: &[&str] = &[
    "a",
    "abbr",
    "address",
    "article",
    "aside",
    "b",
    "bdi",
    "bdo",
    "big",
    "blockquote",
    "br",
    "caption",
    "center",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "details",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "mark",
    "ol",
    "p",
    "pre",
    "q",
    "rp",
    "rt",
    "ruby",
    "s",
    "samp",
    "section",
    "small",
    "span",
    "strike",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "time",
    "tr",
    "tt",
    "u",
    "ul",
    "var",
    "wbr",
];

/// Elements whose content is no reading matter without them.
const DROPPED_WITH_CONTENT: &[&str] = &[
    "script", "style", "template", "noscript", "iframe", "object", "embed", "applet", "svg",
    "math", "select", "textarea", "audio", "video", "canvas", "title", "head",
];

const ANY_ATTRIBUTES: &[&str] = &["lang", "dir", "title"];

const TAG_ATTRIBUTES: &[(&str, &[&str])] = &[
    ("a", &["href", "hreflang"]),
    ("img", &["src", "alt", "width", "height"]),
    ("blockquote", &["cite"]),
    ("q", &["cite"]),
    ("del", &["cite", "datetime"]),
    ("ins", &["cite", "datetime"]),
    ("time", &["datetime"]),
    ("td", &["colspan", "rowspan"]),
    ("th", &["colspan", "rowspan", "scope"]),
    ("col", &["span"]),
    ("colgroup", &["span"]),
    ("ol", &["start", "reversed", "type"]),
    ("details", &["open"]),
];

const SCHEMES: &[&str] = &["http", "https", "mailto"];

/// The sanitiser under this policy, with relative addresses resolved against `base`.
pub(super) fn builder(base: &Url) -> Builder<'static> {
    let mut builder = Builder::empty();
    builder
        .tags(set(TAGS))
        .clean_content_tags(set(DROPPED_WITH_CONTENT))
        .generic_attributes(set(ANY_ATTRIBUTES))
        .tag_attributes(tag_attributes())
        .url_schemes(set(SCHEMES))
        .url_relative(UrlRelative::RewriteWithBase(base.clone()))
        .link_rel(Some("noopener noreferrer"))
        .strip_comments(true);
    builder
}

fn set(names: &'static [&'static str]) -> HashSet<&'static str> {
    names.iter().copied().collect()
}

fn tag_attributes() -> HashMap<&'static str, HashSet<&'static str>> {
    TAG_ATTRIBUTES
        .iter()
        .map(|(tag, names)| (*tag, set(names)))
        .collect()
}
