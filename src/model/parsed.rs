//! What a document says, field by field, before anything is judged: the output of `parse`.

use crate::model::html::RawHtml;

/// A body turned into text: UTF-8, inflated, without the prolog's encoding.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FeedText {
    /// The document.
    pub text: String,
    /// What it looks like.
    pub kind: TextKind,
    /// Name of the charset it was read with, as the Encoding Standard spells it.
    pub charset: &'static str,
    /// What had to be mended.
    pub defects: Vec<Defect>,
}

/// What a document looks like from its first characters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TextKind {
    /// Starts like XML (RSS, RDF, Atom).
    Xml,
    /// Starts like JSON.
    Json,
    /// An HTML page where a feed was expected.
    Html,
    /// Nothing but white space.
    Empty,
    /// Text of no known kind.
    Unknown,
}

/// Dialect a document was read as.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FeedFormat {
    /// RSS 0.9x or 2.0.
    Rss,
    /// RSS 0.90 or 1.0 (RDF).
    Rdf,
    /// Atom 0.3 or 1.0.
    Atom,
    /// JSON Feed 1.x.
    Json,
}

/// One thing that was wrong with a document or entry and was lived with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Defect {
    /// Closed set, for counting: `bad-date`, `charset-mismatch`, `no-link`, …
    pub kind: &'static str,
    /// What exactly, for a person; never a whole body.
    pub detail: String,
}

impl Defect {
    /// A defect of `kind` with a detail for a person.
    pub fn new(kind: &'static str, detail: impl Into<String>) -> Self {
        Self {
            kind,
            detail: detail.into(),
        }
    }
}

/// A whole document.
///
/// Nothing is judged yet: dates are text, addresses stand as written, people keep their parts.
#[derive(Clone, PartialEq, Debug)]
pub struct ParsedFeed {
    /// Dialect.
    pub format: FeedFormat,
    /// The feed's own id (Atom `id`, RDF `rdf:about`), verbatim.
    pub id: Option<String>,
    /// Title of the feed, markup and all.
    pub title: Option<ParsedText>,
    /// What the feed says of itself (RSS `description`, Atom `subtitle`).
    pub description: Option<ParsedText>,
    /// Address of the site (RSS `link`, Atom `link rel=alternate`).
    pub link: Option<Reference>,
    /// Every link of the feed, that one too: `self`, `hub`, `prev-archive`, ….
    pub links: Vec<ParsedLink>,
    /// Dates of publication as written, the best first.
    pub published: Vec<String>,
    /// Dates of the last change as written, the best first.
    pub updated: Vec<String>,
    /// Language of the whole feed, as written but for `_`, which is `-`.
    pub language: Option<String>,
    /// Authors of the feed; Atom entries without one have inherited them already.
    pub authors: Vec<ParsedPerson>,
    /// Categories of the feed.
    pub categories: Vec<ParsedCategory>,
    /// Rights (RSS `copyright`, Atom `rights`).
    pub rights: Option<ParsedText>,
    /// The program that made it, as written.
    pub generator: Option<String>,
    /// How long the publisher asks to leave the feed alone.
    pub pace: PublisherPace,
    /// Entries in document order.
    pub entries: Vec<ParsedEntry>,
    /// Entries beyond the limit that were counted but not kept.
    pub n_over_limit: u32,
    /// What was wrong and lived with.
    pub defects: Vec<Defect>,
}

impl ParsedFeed {
    /// A document of `format` that says nothing.
    pub fn empty(format: FeedFormat) -> Self {
        Self {
            format,
            id: None,
            title: None,
            description: None,
            link: None,
            links: Vec::new(),
            published: Vec::new(),
            updated: Vec::new(),
            language: None,
            authors: Vec::new(),
            categories: Vec::new(),
            rights: None,
            generator: None,
            pace: PublisherPace::default(),
            entries: Vec::new(),
            n_over_limit: 0,
            defects: Vec::new(),
        }
    }
}

/// The pace a document asks for: RSS 2.0 `ttl`, `skipHours`, `skipDays`; RSS 1.0 syndication module.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PublisherPace {
    /// Minutes (RSS 2.0 `ttl`).
    pub ttl_minutes: Option<u32>,
    /// Hours 0–23 GMT in which not to ask (RSS 2.0 `skipHours`).
    pub skip_hours: Vec<u8>,
    /// Days in which not to ask, 0 = Monday … 6 = Sunday, GMT (RSS 2.0 `skipDays`).
    pub skip_days: Vec<u8>,
    /// Seconds between updates (`sy:updatePeriod` divided by `sy:updateFrequency`).
    pub update_period_s: Option<u32>,
}

/// A URI reference (RFC 3986 §4.1) as written, with the `xml:base` in force where it stands.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Reference {
    /// The reference, trimmed, else verbatim; not empty.
    pub href: String,
    /// `xml:base` in force, joined from the root inwards; `None` where there is none. It may be
    /// relative still: then it is relative to the document.
    pub base: Option<String>,
}

impl Reference {
    /// A reference where no `xml:base` is in force.
    pub fn bare(href: impl Into<String>) -> Self {
        Self {
            href: href.into(),
            base: None,
        }
    }
}

/// Text as written, with the kind of markup it claims.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ParsedText {
    /// Plain text: `<` means `<`.
    Plain(String),
    /// HTML, or text that may hold HTML (RSS).
    Html(MarkedUp),
    /// XHTML, written out as HTML, without the `div` that Atom wraps it in.
    Xhtml(MarkedUp),
}

impl ParsedText {
    /// HTML where no `xml:base` is in force.
    pub fn html(html: impl Into<String>) -> Self {
        Self::Html(MarkedUp {
            html: RawHtml(html.into()),
            base: None,
        })
    }

    /// `xml:base` of the markup, as [`Reference::base`].
    pub fn base(&self) -> Option<&str> {
        match self {
            Self::Plain(_) => None,
            Self::Html(marked) | Self::Xhtml(marked) => marked.base.as_deref(),
        }
    }

    /// The text as written, markup and all.
    pub fn as_written(&self) -> &str {
        match self {
            Self::Plain(text) => text,
            Self::Html(marked) | Self::Xhtml(marked) => &marked.html.0,
        }
    }
}

/// Markup with the base of the relative addresses inside it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct MarkedUp {
    /// The markup.
    pub html: RawHtml,
    /// As [`Reference::base`].
    pub base: Option<String>,
}

/// A link with all its attributes (RFC 4287 §4.2.7).
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ParsedLink {
    /// Where it leads.
    pub target: Reference,
    /// Relation, as written; `alternate` where unsaid.
    pub rel: String,
    /// Media type, as written.
    pub media_type: Option<String>,
    /// Title.
    pub title: Option<String>,
    /// Language of what it leads to, as written.
    pub language: Option<String>,
    /// Size in bytes, as written.
    pub length: Option<String>,
}

/// A person as the document gives one.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct ParsedPerson {
    /// Name.
    pub name: Option<String>,
    /// Mail address.
    pub email: Option<String>,
    /// Address of a page about the person, as written.
    pub uri: Option<String>,
}

impl ParsedPerson {
    /// A person of whom the name is known.
    pub fn named(name: impl Into<String>) -> Self {
        Self {
            name: Some(name.into()),
            ..Self::default()
        }
    }

    /// What a reader is shown: name, else mail address, else page.
    pub fn shown(&self) -> Option<&str> {
        [&self.name, &self.email, &self.uri]
            .into_iter()
            .find_map(Option::as_deref)
    }
}

/// A category as the document gives one.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct ParsedCategory {
    /// The category itself (RSS text, Atom `term`).
    pub term: String,
    /// The scheme it belongs to (RSS `domain`, Atom `scheme`), as written.
    pub scheme: Option<String>,
    /// What people are shown in its place (Atom `label`).
    pub label: Option<String>,
}

impl ParsedCategory {
    /// A category without scheme and label.
    pub fn of(term: impl Into<String>) -> Self {
        Self {
            term: term.into(),
            ..Self::default()
        }
    }

    /// What a reader is shown: label, else term.
    pub fn shown(&self) -> &str {
        self.label.as_deref().unwrap_or(&self.term)
    }
}

/// One entry as the document gives it; nothing invented, nothing resolved.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct ParsedEntry {
    /// guid or id, verbatim; never made up.
    pub guid: Option<String>,
    /// The one address a reader would open.
    pub link: Option<Reference>,
    /// Every link of the entry, that one too.
    pub links: Vec<ParsedLink>,
    /// Title.
    pub title: Option<ParsedText>,
    /// Short text (RSS `description`, Atom `summary`).
    pub summary: Option<ParsedText>,
    /// Full text (`content:encoded`, Atom `content`).
    pub content: Option<ParsedText>,
    /// Claimed dates of publication as written, the best first.
    pub published: Vec<String>,
    /// Claimed dates of the last edit as written, the best first.
    pub updated: Vec<String>,
    /// Authors, in all the places a dialect puts them.
    pub authors: Vec<ParsedPerson>,
    /// Categories.
    pub categories: Vec<ParsedCategory>,
    /// Enclosures and media.
    pub enclosures: Vec<ParsedEnclosure>,
    /// The feed it was first published in (RSS `source`, Atom `source`).
    pub source: Option<ParsedSource>,
    /// Address of the discussion (RSS `comments`, `rel=replies`).
    pub comments: Option<Reference>,
    /// Language of this entry, as [`ParsedFeed::language`].
    pub language: Option<String>,
}

/// Where an entry was first published.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ParsedSource {
    /// Title of that feed.
    pub title: Option<String>,
    /// Its address, or its site's.
    pub link: Option<Reference>,
}

/// An attached file as the document gives it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ParsedEnclosure {
    /// Address.
    pub url: Reference,
    /// Media type, as written.
    pub media_type: Option<String>,
    /// Size in bytes, as claimed.
    pub size_bytes: Option<u64>,
}
