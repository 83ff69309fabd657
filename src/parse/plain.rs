//! Whether a document is one of which feed-rs loses nothing: a walk over its tags, without a tree.
//!
//! Plain is what the lists of [`plain_fields`](crate::parse::plain_fields) name, spelt as the formats spell it, each element where it
//! belongs and as often as it may stand, without markup inside, without references that are not
//! XML's, with addresses that stay the same when they are read and written. All else has ways to
//! be read differently, and one feed must not change its entries' identity when one of its
//! documents is plain and the next is not. What feed-rs rewrites or drops (dates, language,
//! comments, pace) is noted on the way, as written.

use memchr::memmem;

use crate::model::parsed::FeedFormat;
use crate::parse::dates::{self, Event};
use crate::parse::guard::{PLAIN_ELEMENTS_MAX, TEXT_MAX_BYTES, VALUE_MAX_BYTES};
use crate::parse::names::{Space, known_local, space_of_prefix};
use crate::parse::plain_fields::{
    ATOM_ENTRY, ATOM_FEED, ATOM_PERSON, DECLARATIONS, Fields, Leaf, RSS_CHANNEL, RSS_IMAGE,
    RSS_ITEM, has_plain_attributes, is_normal_address, is_strictly_spelt,
};
use crate::parse::references::is_plain;
use crate::parse::tag::{Tag, split_name};
use crate::parse::token::{Token, Tokens};

/// A plain document: what is not left to feed-rs.
#[derive(Debug)]
pub(super) struct Plain<'a> {
    /// Dialect.
    pub(super) format: FeedFormat,
    /// Said of the feed.
    pub(super) feed: Aside<'a>,
    /// Fields of the feed that speak of its pace: name in lower case, and text.
    pub(super) pace: Vec<(&'static str, &'a str)>,
    /// Said of each entry, in document order.
    pub(super) entries: Vec<Aside<'a>>,
}

/// Values as written that feed-rs rewrites or drops.
#[derive(Debug, Default)]
pub(super) struct Aside<'a> {
    /// Dates with what they date.
    pub(super) dates: Vec<((Event, u8), &'a str)>,
    /// The element `comments`.
    pub(super) comments: Option<&'a str>,
    /// The element `language`.
    pub(super) language: Option<&'a str>,
}

/// Where the walk is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Inside {
    Rss,
    /// A frame or element with fields of its own.
    Fields(Fields),
    Leaf(Leaf),
}

/// Walks over `text`; `None` where it is not plain.
pub(super) fn scan(text: &str) -> Option<Plain<'_>> {
    // feed-rs heeds a declaration's charset wherever it stands; the text is UTF-8 already.
    if memmem::find(text.as_bytes(), b"<?xml ").is_some() {
        return None;
    }
    let mut scan = Scan {
        open: Vec::new(),
        declared: Vec::new(),
        seen: [0; 4],
        piece: None,
        n_elements: 0,
        has_channel: false,
        plain: None,
    };
    let mut tokens = Tokens::of(text);
    loop {
        let from = tokens.offset();
        let Some(token) = tokens.next() else {
            break;
        };
        match token {
            Token::Start(tag) => scan.start(tag)?,
            Token::Text(text) => scan.text(text, false)?,
            // One in another is unwrapped.
            Token::CData(inner) => {
                let is_whole = tokens.offset() - from == "<![CDATA[]]>".len() + inner.len();
                is_whole.then(|| scan.text(inner, true))??;
            }
            Token::End(name) => scan.end(name)?,
            Token::Subset(_) => return None,
            Token::Aside => {
                let raw = text.get(from..tokens.offset())?;
                (is_closed(raw) && !scan.is_in_leaf()).then_some(())?;
            }
        }
    }
    scan.plain
        .filter(|_| scan.open.is_empty() && tokens.n_mended() == 0)
}

/// Whether a comment, instruction or declaration ends as XML has it.
fn is_closed(raw: &str) -> bool {
    if raw.starts_with("<!--") {
        return raw.len() >= "<!---->".len() && raw.ends_with("-->");
    }
    raw.ends_with(if raw.starts_with("<?") { "?>" } else { ">" })
}

struct Scan<'a> {
    open: Vec<(&'a str, Inside)>,
    /// Prefixes declared at the root.
    declared: Vec<&'a str>,
    /// By depth, which fields of the frame were seen already.
    seen: [u32; 4],
    /// The text of the present leaf: one piece, references and all; whether it was CDATA.
    piece: Option<(&'a str, bool)>,
    n_elements: usize,
    has_channel: bool,
    plain: Option<Plain<'a>>,
}

impl<'a> Scan<'a> {
    fn start(&mut self, tag: Tag<'a>) -> Option<()> {
        self.n_elements += 1;
        is_strictly_spelt(&tag).then_some(())?;
        let inside = match self.open.last() {
            _ if self.n_elements > PLAIN_ELEMENTS_MAX => return None,
            None => self.root(&tag)?,
            Some((_, Inside::Rss)) if tag.name == "channel" && !self.has_channel => {
                self.has_channel = true;
                tag.is_bare().then_some(Inside::Fields(RSS_CHANNEL))?
            }
            Some((_, Inside::Fields(fields))) => self.field(fields, &tag)?,
            Some((_, Inside::Rss | Inside::Leaf(_))) => return None,
        };
        self.piece = None;
        self.open.push((tag.name, inside));
        if let Inside::Fields(_) = inside {
            *self.seen.get_mut(self.open.len() - 1)? = 0;
        }
        if tag.is_empty {
            self.end(tag.name)
        } else {
            Some(())
        }
    }

    fn root(&mut self, tag: &Tag<'a>) -> Option<Inside> {
        if self.plain.is_some() || tag.is_empty {
            return None;
        }
        let mut version = None;
        for (name, value) in tag.attributes() {
            match name {
                "version" => version = Some(value),
                "xmlns" if tag.name == "feed" && value == "http://www.w3.org/2005/Atom" => {}
                _ => {
                    let prefix = name.strip_prefix("xmlns:")?;
                    let known = DECLARATIONS.iter().find(|(known, _)| *known == name);
                    if known.is_some_and(|(_, address)| *address == value) {
                        self.declared.push(prefix);
                    } else if known.is_some() || space_of_prefix(prefix) == Space::Atom {
                        return None;
                    }
                }
            }
        }
        let (format, inside) = match tag.name {
            "rss" if version == Some("2.0") => (FeedFormat::Rss, Inside::Rss),
            "feed" if version.is_none() && tag.raw.contains("xmlns=") => {
                (FeedFormat::Atom, Inside::Fields(ATOM_FEED))
            }
            _ => return None,
        };
        self.plain = Some(Plain {
            format,
            feed: Aside::default(),
            pace: Vec::new(),
            entries: Vec::new(),
        });
        Some(inside)
    }

    /// What an element with `fields` around it is.
    fn field(&mut self, fields: Fields, tag: &Tag<'a>) -> Option<Inside> {
        let plain = self.plain.as_mut()?;
        let is_rss = plain.format == FeedFormat::Rss;
        let inner = match tag.name {
            "item" if fields == RSS_CHANNEL => Some(RSS_ITEM),
            "entry" if fields == ATOM_FEED => Some(ATOM_ENTRY),
            "image" if fields == RSS_CHANNEL => Some(RSS_IMAGE),
            "author" if fields == ATOM_FEED || fields == ATOM_ENTRY => Some(ATOM_PERSON),
            _ => None,
        };
        if let Some(inner) = inner {
            if matches!(tag.name, "item" | "entry") {
                plain.entries.push(Aside::default());
            }
            return (tag.is_bare() && !tag.is_empty).then_some(Inside::Fields(inner));
        }
        let (n, (_, leaf)) = (0_u32..)
            .zip(fields)
            .find(|(_, (name, _))| *name == tag.name)?;
        if let Some((prefix, _)) = tag.name.split_once(':')
            && !self.declared.contains(&prefix)
        {
            return None;
        }
        let is_single = matches!(
            leaf,
            Leaf::Text | Leaf::TypedText | Leaf::Value | Leaf::Noted | Leaf::Address
        ) || fields == ATOM_PERSON;
        let seen = self.seen.get_mut(self.open.len().checked_sub(1)?)?;
        if is_single && *seen & (1 << n) != 0 {
            return None;
        }
        *seen |= 1 << n;
        has_plain_attributes(*leaf, is_rss, tag).then_some(Inside::Leaf(*leaf))
    }

    fn text(&mut self, text: &'a str, is_cdata: bool) -> Option<()> {
        let is_blank = text.bytes().all(|b| b.is_ascii_whitespace());
        match self.open.last() {
            Some((_, Inside::Leaf(_))) => {
                // Of several pieces only blanks around one may be left out.
                match self.piece {
                    Some((before, _)) if is_blank && !before.trim().is_empty() => return Some(()),
                    Some((before, _)) if !before.trim().is_empty() => return None,
                    _ => {}
                }
                self.piece = Some((text, is_cdata));
                // Marks of CDATA that were escaped are taken off.
                (!text.contains("![CDATA[")).then_some(())
            }
            _ => is_blank.then_some(()),
        }
    }

    /// Comments and instructions stand between fields, not inside.
    fn is_in_leaf(&self) -> bool {
        matches!(self.open.last(), Some((_, Inside::Leaf(_))))
    }

    fn end(&mut self, name: &'a str) -> Option<()> {
        let (open, inside) = self.open.pop()?;
        if open != name {
            return None;
        }
        match inside {
            Inside::Leaf(leaf) => self.leaf(name, leaf),
            // An entry is opened by its link.
            Inside::Fields(fields) if fields == RSS_ITEM => {
                let seen = self.seen.get(self.open.len())?;
                (seen & 0b10 != 0).then_some(())
            }
            // feed-rs drops a person of whom only the page is known.
            Inside::Fields(fields) if fields == ATOM_PERSON => {
                let seen = self.seen.get(self.open.len())?;
                (seen & 0b101 != 0).then_some(())
            }
            Inside::Fields(_) | Inside::Rss => Some(()),
        }
    }

    fn leaf(&mut self, name: &str, leaf: Leaf) -> Option<()> {
        let (text, is_cdata) = self.piece.take().unwrap_or_default();
        let value = text.trim();
        let max = match leaf {
            Leaf::Text | Leaf::TypedText => TEXT_MAX_BYTES,
            _ => VALUE_MAX_BYTES,
        };
        let is_clean = match leaf {
            _ if text.len() > max => false,
            _ if is_cdata => !text.contains("<![CDATA["),
            _ => is_plain(text),
        };
        let is_so = match leaf {
            // The URL Standard trims less than we do.
            Leaf::Address => text.trim_ascii() == value && is_normal_address(value),
            Leaf::Name => !value.is_empty() && !value.contains('@'),
            // Empty elements are dropped by us and kept by feed-rs, or the other way round.
            Leaf::Category => value.is_empty() == (self.plain.as_ref()?.format == FeedFormat::Atom),
            Leaf::Noted => is_cdata || !value.contains('&'),
            Leaf::Link | Leaf::File => value.is_empty(),
            Leaf::Value => !value.is_empty(),
            Leaf::Text | Leaf::TypedText | Leaf::Ignored => true,
        };
        if leaf == Leaf::Noted && !value.is_empty() {
            self.note(name, value)?;
        }
        (leaf == Leaf::Ignored || (is_clean && is_so && !text.contains('\r'))).then_some(())
    }

    fn note(&mut self, name: &str, value: &'a str) -> Option<()> {
        let plain = self.plain.as_mut()?;
        let (prefix, local) = split_name(name);
        let local = known_local(local);
        let space = prefix.map_or(Space::Own, space_of_prefix);
        let is_of_entry = plain.format == FeedFormat::Rss && self.open.len() == 3
            || plain.format == FeedFormat::Atom && self.open.len() == 2;
        let aside = if is_of_entry {
            plain.entries.last_mut()?
        } else {
            &mut plain.feed
        };
        if let Some(event) = dates::event(space, local) {
            aside.dates.push((event, value));
        } else if local == "comments" {
            aside.comments = Some(value);
        } else if local == "language" {
            aside.language = Some(value);
        } else {
            plain.pace.push((local, value));
        }
        Some(())
    }
}
