//! A document written out again so that a strict parser takes it and feed-rs survives it.
//!
//! What is unclosed is closed, what closes nothing is dropped, what stands before or after the
//! root goes, stray ampersands and brackets become references, markup inside a title or a
//! description becomes its text, entries outside their place move there. An entry in which the
//! document breaks off is left out: half a text now would come back as an edit later.

use std::borrow::Cow;

use crate::model::parsed::{Defect, FeedFormat};
use crate::parse::ParseError;
use crate::parse::dialect::{self, emitted_attribute, emitted_name};
use crate::parse::guard::{ATTRIBUTES_MAX, ENTRIES_READ_MAX, TEXT_MAX_BYTES};
use crate::parse::markup::{Name, Tag, Token, Tokens};
use crate::parse::mend_writer::{Mark, Writer};

/// A link put first into every RDF item: feed-rs drops items without one.
pub(super) const RDF_PLACEHOLDER: &str = "urn:nuncio:no-link";

/// A mended document.
#[derive(Debug)]
pub(super) struct Mended {
    /// Dialect, by its root.
    pub(super) format: FeedFormat,
    /// Well-formed XML without declaration, comments and DTD.
    pub(super) xml: String,
    /// Entries in it.
    pub(super) n_entries: usize,
    /// Entries beyond a limit, counted and not written.
    pub(super) n_unread: u32,
    /// What had to be mended.
    pub(super) defects: Vec<Defect>,
}

/// Mends `text`.
///
/// # Errors
/// Where no feed's root is found, or elements nest deeper than the guard allows.
pub(super) fn mend(text: &str) -> Result<Mended, ParseError> {
    let (root, tokens, mut defects) = find_root(text)?;
    let format = root.format();
    let mut mender = Mender {
        format,
        tokens,
        writer: Writer::with_capacity(text.len().saturating_add(text.len() / 16)),
        container: usize::from(format == FeedFormat::Rss) + 1,
        open_text: None,
        xhtml: None,
        entry: None,
        n_entries: 0,
        n_unread: 0,
        is_counting: false,
        n_unbalanced: 0,
        declares_entities: false,
        is_done: false,
    };
    mender.open_root(&root)?;
    mender.run()?;
    mender.note(&mut defects);
    Ok(Mended {
        format,
        n_entries: mender.n_entries,
        n_unread: mender.n_unread,
        xml: mender.writer.finish(),
        defects,
    })
}

/// The root as found, or missing around what should stand in it.
enum Root<'a> {
    Found(FeedFormat, Tag<'a>),
    Missing(FeedFormat),
}

impl Root<'_> {
    fn format(&self) -> FeedFormat {
        match self {
            Self::Found(format, _) | Self::Missing(format) => *format,
        }
    }
}

fn find_root(text: &str) -> Result<(Root<'_>, Tokens<'_>, Vec<Defect>), ParseError> {
    let mut tokens = Tokens::of(text);
    let mut defects = Vec::new();
    let mut first: Option<&str> = None;
    let mut has_junk = false;
    loop {
        let before = tokens.clone();
        match tokens.next() {
            None => break,
            Some(Token::Start(tag)) => {
                let local = tag.name.local();
                if let Some(format) = dialect::root_format(local) {
                    if has_junk {
                        defects.push(Defect::new(
                            "junk-before-root",
                            "text before the feed itself",
                        ));
                    }
                    return Ok((Root::Found(format, tag), tokens, defects));
                }
                let fragment = dialect::fragment_format(local).filter(|_| first.is_none());
                if let Some(format) = fragment {
                    defects.push(Defect::new(
                        "no-root",
                        format!("the document starts with {local}"),
                    ));
                    return Ok((Root::Missing(format), before, defects));
                }
                first = first.or(Some(local));
                has_junk = true;
            }
            Some(Token::Text(text)) => has_junk |= !text.trim().is_empty(),
            Some(Token::Aside { declares, .. }) => {
                if declares {
                    defects.push(Defect::new("entity-declarations", "the DTD was ignored"));
                }
            }
            Some(_) => {}
        }
    }
    let named = |local: &str| {
        let local: String = local.chars().take(40).collect();
        format!("an XML document of another kind (its root is {local:?})")
    };
    Err(ParseError::not_a_feed(match first {
        Some(local) if local.eq_ignore_ascii_case("opml") => "a list of feeds (OPML)".to_owned(),
        Some(local) if local.eq_ignore_ascii_case("urlset") => "a site map".to_owned(),
        Some(local) => named(local),
        None => "text without any element".to_owned(),
    }))
}

/// An open element whose markup is its text.
#[derive(Clone, Copy)]
struct OpenText<'a> {
    name: Name<'a>,
    /// Elements open around it.
    depth: usize,
    /// The places before and after its start tag.
    around: (Mark, Mark),
    /// Whether it holds markup that nobody escaped: then all of it is escaped once.
    is_mixed: bool,
}

struct Mender<'a> {
    format: FeedFormat,
    tokens: Tokens<'a>,
    writer: Writer<'a>,
    /// How many elements are open around an entry.
    container: usize,
    open_text: Option<OpenText<'a>>,
    /// Elements open around the XHTML being read, where some is.
    xhtml: Option<usize>,
    /// Where the present entry started.
    entry: Option<Mark>,
    n_entries: usize,
    n_unread: u32,
    /// A limit is reached: entries are only counted from here on.
    is_counting: bool,
    n_unbalanced: usize,
    declares_entities: bool,
    is_done: bool,
}

impl<'a> Mender<'a> {
    fn open_root(&mut self, root: &Root<'a>) -> Result<(), ParseError> {
        let format = self.format;
        let (written, tag) = match root {
            Root::Found(_, tag) => (tag.name.0, Some(*tag)),
            // No name the document can close: names hold no space.
            Root::Missing(_) => (" ", None),
        };
        let emitted = match (format, tag) {
            (FeedFormat::Rss, _) => Cow::Borrowed("rss"),
            (FeedFormat::Rdf, _) => Cow::Borrowed("rdf:RDF"),
            (_, Some(tag)) => Cow::Borrowed(tag.name.0),
            (_, None) => Cow::Borrowed("feed"),
        };
        let own = tag.into_iter().flat_map(|tag| {
            tag.attributes()
                .filter_map(move |(name, value)| emitted_attribute(format, &tag, name, value))
        });
        let added = dialect::root_attributes(format, tag.as_ref())
            .into_iter()
            .map(|(name, value)| (Cow::Owned(name), Cow::Borrowed(value)));
        self.writer.open(written, emitted, added.chain(own))?;
        self.is_done = tag.is_some_and(|tag| tag.is_empty);
        Ok(())
    }

    fn run(&mut self) -> Result<(), ParseError> {
        while !self.is_done {
            let Some(token) = self.tokens.next() else {
                break;
            };
            if self.is_counting {
                self.count(token);
                continue;
            }
            match token {
                Token::Text(text) => self.text(text),
                Token::CData(text) if self.is_mixed() => self.writer.literal(text),
                Token::CData(text) => self.writer.cdata(text),
                Token::Start(tag) => self.start(tag)?,
                Token::End(name) => self.end(name),
                Token::Aside { declares, .. } => self.declares_entities |= declares,
            }
        }
        Ok(())
    }

    fn count(&mut self, token: Token<'_>) {
        if matches!(token, Token::Start(tag) if dialect::is_entry(self.format, tag.name)) {
            self.n_unread = self.n_unread.saturating_add(1);
        }
    }

    fn is_mixed(&self) -> bool {
        self.open_text.is_some_and(|open| open.is_mixed)
    }

    /// Inside mixed text the markup comes out escaped, so its references are escaped once more.
    fn text(&mut self, text: &str) {
        if self.is_mixed() {
            self.writer.literal(text);
        } else {
            self.writer.text(text);
        }
    }

    fn start(&mut self, tag: Tag<'a>) -> Result<(), ParseError> {
        if let Some(open_text) = self.open_text {
            if !dialect::is_structural(self.format, &tag) {
                self.writer.literal(tag.raw);
                return Ok(());
            }
            self.n_unbalanced += 1;
            self.leave(open_text.depth);
        }
        if dialect::is_entry(self.format, tag.name) {
            return self.start_entry(tag);
        }
        let depth = self.writer.depth();
        let is_channel = tag.name.local().eq_ignore_ascii_case("channel");
        if self.format == FeedFormat::Rss && is_channel && depth >= self.container {
            return Ok(());
        }
        if !is_channel {
            self.ensure_channel()?;
        }
        let depth = self.writer.depth();
        if self.writer.is_full() {
            self.stop_reading();
            return Ok(());
        }
        let is_text = self.is_field(depth) && dialect::holds_text(self.format, &tag);
        let is_mixed = is_text && !tag.is_empty && self.is_markup_ahead();
        let before = self.writer.mark();
        self.open(tag, is_mixed)?;
        if tag.is_empty && is_text {
            self.writer.cut_to(before);
        } else if tag.is_empty {
            self.writer.close_to(depth);
        } else if !is_text && self.is_field(depth) && dialect::holds_xhtml(self.format, &tag) {
            self.xhtml = Some(depth);
        } else if is_text {
            self.open_text = Some(OpenText {
                name: tag.name,
                depth,
                around: (before, self.writer.mark()),
                is_mixed,
            });
        }
        Ok(())
    }

    fn open(&mut self, tag: Tag<'a>, is_mixed: bool) -> Result<(), ParseError> {
        let format = self.format;
        let is_retyped = is_mixed && format == FeedFormat::Atom;
        let is_xhtml = self.xhtml.is_some();
        let attributes = tag
            .attributes()
            .filter(|(name, _)| !(is_retyped && *name == "type"))
            .filter_map(|(name, value)| emitted_attribute(format, &tag, name, value))
            .map(|(name, value)| {
                (
                    name,
                    if is_xhtml {
                        escaped_twice(&value)
                    } else {
                        value
                    },
                )
            });
        let html = is_retyped.then_some((Cow::Borrowed("type"), Cow::Borrowed("html")));
        let name = emitted_name(format, tag.name);
        self.writer
            .open(tag.name.0, name, html.into_iter().chain(attributes))
    }

    /// Whether an element opened with `depth` open around it is a field of the feed or an entry.
    fn is_field(&self, depth: usize) -> bool {
        depth == self.container || depth == self.container + 1
    }

    /// Whether an element comes before the text's end: markup that nobody escaped.
    fn is_markup_ahead(&self) -> bool {
        self.tokens
            .clone()
            .find_map(|token| match token {
                Token::Start(tag) => Some(!dialect::is_structural(self.format, &tag)),
                Token::End(_) => Some(false),
                Token::Text(_) | Token::CData(_) | Token::Aside { .. } => None,
            })
            .unwrap_or(false)
    }

    fn start_entry(&mut self, tag: Tag<'a>) -> Result<(), ParseError> {
        if self.n_entries >= ENTRIES_READ_MAX || self.writer.is_full() {
            self.stop_reading();
            self.n_unread = self.n_unread.saturating_add(1);
            return Ok(());
        }
        self.leave(self.container);
        self.ensure_channel()?;
        self.entry = Some(self.writer.mark());
        self.n_entries += 1;
        self.open(tag, false)?;
        if self.format == FeedFormat::Rdf {
            let depth = self.writer.depth();
            let none = std::iter::empty::<(&str, &str)>();
            self.writer.open("link", Cow::Borrowed("link"), none)?;
            self.writer.text(RDF_PLACEHOLDER);
            self.writer.close_to(depth);
        }
        if tag.is_empty {
            self.leave(self.container);
        }
        Ok(())
    }

    /// RSS without a channel gets one, opened before the first element that belongs there.
    fn ensure_channel(&mut self) -> Result<(), ParseError> {
        if self.format == FeedFormat::Rss && self.writer.depth() < self.container {
            let none = std::iter::empty::<(&str, &str)>();
            self.writer
                .open("channel", Cow::Borrowed("channel"), none)?;
        }
        Ok(())
    }

    /// The present entry is taken back and counted, and so are all that follow.
    fn stop_reading(&mut self) {
        if let Some(mark) = self.entry.take() {
            self.writer.cut_to(mark);
            self.n_entries -= 1;
            self.n_unread = self.n_unread.saturating_add(1);
        }
        self.open_text = None;
        self.xhtml = None;
        self.is_counting = true;
    }

    fn end(&mut self, name: Name<'a>) {
        let closes = self.writer.depth_below(name.0);
        if let Some(open_text) = self.open_text {
            let is_own = name.0.eq_ignore_ascii_case(open_text.name.0);
            if open_text.is_mixed && !is_own && closes.is_none_or(|at| at > open_text.depth) {
                self.writer.literal(&format!("</{}>", name.0));
                return;
            }
            let (before, inside) = open_text.around;
            if is_own && self.writer.mark() == inside {
                // An empty text would overwrite one that stood before it.
                self.writer.cut_to(before);
                self.open_text = None;
                return;
            }
        }
        // Channels are kept open to the end: entries may follow behind.
        if self.format == FeedFormat::Rss && name.local().eq_ignore_ascii_case("channel") {
            self.leave(self.container);
            return;
        }
        let Some(depth) = closes else {
            self.n_unbalanced += 1;
            return;
        };
        self.n_unbalanced += usize::from(depth + 1 < self.writer.depth() && depth > 0);
        self.leave(depth);
        self.is_done = depth == 0;
    }

    /// Closes elements until `depth` are open, and what ends with them.
    fn leave(&mut self, depth: usize) {
        self.writer.close_to(depth);
        if self.open_text.is_some_and(|open| open.depth >= depth) {
            self.open_text = None;
        }
        if self.xhtml.is_some_and(|xhtml| xhtml >= depth) {
            self.xhtml = None;
        }
        if depth <= self.container {
            self.entry = None;
        }
    }

    fn note(&mut self, defects: &mut Vec<Defect>) {
        if !self.is_done && !self.is_counting {
            let is_inside = self.entry.is_some();
            self.stop_reading();
            self.n_unread = 0;
            defects.push(Defect::new(
                "truncated",
                if is_inside {
                    "the document breaks off inside an entry, which was left out"
                } else {
                    "the document breaks off before its end"
                },
            ));
        }
        if self.is_done && !self.tokens.rest().trim().is_empty() {
            let is_comment = Tokens::of(self.tokens.rest()).all(|token| match token {
                Token::Aside { .. } => true,
                Token::Text(text) => text.trim().is_empty(),
                _ => false,
            });
            if !is_comment {
                defects.push(Defect::new(
                    "junk-after-root",
                    "text after the end of the feed",
                ));
            }
        }
        let losses = self.writer.losses;
        for (kind, n, detail) in [
            (
                "unbalanced-tags",
                self.n_unbalanced,
                "tags that close nothing or close too much",
            ),
            (
                "entity-declarations",
                usize::from(self.declares_entities),
                "DTD, ignored",
            ),
            (
                "forbidden-references",
                losses.references,
                "references to characters XML forbids",
            ),
        ] {
            if n > 0 {
                defects.push(Defect::new(kind, format!("{n} {detail}")));
            }
        }
        if losses.texts > 0 {
            let n = losses.texts;
            defects.push(Defect::new(
                "text-cut",
                format!("{n} texts cut at {TEXT_MAX_BYTES} bytes"),
            ));
        }
        if losses.attributes > 0 {
            let n = losses.attributes;
            let detail = format!("{n} tags with more than {ATTRIBUTES_MAX} attributes");
            defects.push(Defect::new("attributes-cut", detail));
        }
    }
}

/// feed-rs resolves the references of attributes in XHTML and writes the values back as they are;
/// what is escaped once more comes out escaped.
fn escaped_twice<'a>(value: &str) -> Cow<'a, str> {
    Cow::Owned(value.replace('&', "&amp;").replace('"', "&amp;quot;"))
}
