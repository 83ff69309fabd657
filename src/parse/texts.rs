//! Texts that may hold markup: which kind a document claims, and which it must be.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::GeneralPurpose;
use base64::engine::{DecodePaddingMode, GeneralPurposeConfig};

use crate::model::html::RawHtml;
use crate::model::parsed::{FeedFormat, MarkedUp, ParsedText};
use crate::parse::guard::TEXT_MAX_BYTES;
use crate::parse::html_like::looks_like_html;
use crate::parse::names::Space;
use crate::parse::reading::Reading;
use crate::parse::token::{Token, Tokens, without_cdata_marks};
use crate::parse::tree::Place;
use crate::parse::xhtml;

/// What the text of an element is meant to be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Claim {
    /// Nobody says: RSS puts plain text and HTML into the same elements.
    Sniff,
    /// Plain text.
    Plain,
    /// HTML, escaped once.
    Html,
    /// Markup as elements of the document; whether a `div` around it is no part of it.
    Xhtml {
        /// RFC 4287 §3.1.1.3.
        in_div: bool,
    },
    /// Base64 of plain text or HTML.
    Base64 {
        /// Whether that is HTML.
        is_html: bool,
    },
}

impl Reading<'_, '_> {
    /// The text of an element that holds one; `None` where it is empty.
    pub(super) fn text(&self, place: Place<'_, '_>) -> Option<ParsedText> {
        let inner = place.element().inner?;
        if inner.is_empty() {
            return None;
        }
        let text = self.text_of(inner, self.claim(place))?;
        let base = place.context().and_then(|context| context.base.clone());
        Some(match (text, base) {
            (ParsedText::Html(marked), base @ Some(_)) => {
                ParsedText::Html(MarkedUp { base, ..marked })
            }
            (ParsedText::Xhtml(marked), base @ Some(_)) => {
                ParsedText::Xhtml(MarkedUp { base, ..marked })
            }
            (text, _) => text,
        })
    }

    fn claim(&self, place: Place<'_, '_>) -> Claim {
        let (space, local) = place.name();
        match space {
            Space::Content | Space::Excerpt => Claim::Html,
            Space::Xhtml => Claim::Xhtml { in_div: false },
            Space::Own if matches!(local, "body" | "fullitem") => Claim::Html,
            Space::Media => match self.attribute(place, "type").as_deref() {
                Some("html" | "text/html") => Claim::Html,
                _ => Claim::Sniff,
            },
            Space::Atom => self.atom_claim(place),
            Space::Own if self.format == FeedFormat::Atom => self.atom_claim(place),
            _ => match self.attribute(place, "type").as_deref() {
                Some("xhtml" | "application/xhtml+xml") => Claim::Xhtml { in_div: false },
                Some("html" | "text/html") => Claim::Html,
                _ if self.attribute(place, "mode").as_deref() == Some("base64") => {
                    Claim::Base64 { is_html: true }
                }
                _ => Claim::Sniff,
            },
        }
    }

    /// RFC 4287 §3.1.1 and §4.1.3.1; Atom 0.3 has `mode` beside a media type.
    fn atom_claim(&self, place: Place<'_, '_>) -> Claim {
        let kind = self
            .attribute(place, "type")
            .unwrap_or_default()
            .to_ascii_lowercase();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        let mode = self
            .attribute(place, "mode")
            .unwrap_or_default()
            .to_ascii_lowercase();
        let is_html = matches!(kind, "html" | "text/html");
        match (kind, mode.as_str()) {
            (_, "base64") => Claim::Base64 { is_html },
            (_, "escaped") if kind.contains("html") => Claim::Html,
            (kind, _) if kind.contains("xhtml") => Claim::Xhtml {
                in_div: !self.is_old_atom,
            },
            (_, "xml") if kind.contains("html") => Claim::Xhtml { in_div: false },
            ("html" | "text/html", _) => Claim::Html,
            ("" | "text" | "plain" | "text/plain", _) => Claim::Plain,
            (kind, _) if kind.ends_with("xml") => Claim::Xhtml { in_div: false },
            (kind, _) if kind.starts_with("text/") => Claim::Plain,
            (kind, _) if kind.contains('/') => Claim::Base64 { is_html: true },
            _ => Claim::Sniff,
        }
    }

    /// What `inner`, as written, is when it is what `claim` says.
    pub(super) fn text_of(&self, inner: &str, claim: Claim) -> Option<ParsedText> {
        let inner = self.cut(inner);
        let Some(text) = self.characters(inner) else {
            let escaped = escaped_in_div(inner).filter(|_| claim == Claim::Html);
            return kept(match (claim, escaped) {
                (Claim::Xhtml { in_div }, _) => {
                    xhtml_text(xhtml::write(inner, self.resolver, in_div))
                }
                (_, Some(escaped)) => ParsedText::html(self.resolver.resolve(escaped).trim()),
                _ => ParsedText::html(as_html(inner).trim()),
            });
        };
        claimed(&text, claim)
    }

    fn cut<'t>(&self, inner: &'t str) -> &'t str {
        if inner.len() <= TEXT_MAX_BYTES {
            return inner;
        }
        self.n_texts_cut.set(self.n_texts_cut.get() + 1);
        inner
            .get(..inner.floor_char_boundary(TEXT_MAX_BYTES))
            .unwrap_or_default()
    }

    /// The characters `inner` stands for; `None` where it holds tags.
    fn characters<'t>(&self, inner: &'t str) -> Option<Cow<'t, str>> {
        if !inner.contains('<') {
            return Some(self.resolver.resolve(inner));
        }
        let mut whole: Option<Cow<'t, str>> = None;
        let mut is_behind_cdata = false;
        for token in Tokens::of(inner) {
            let piece = match token {
                Token::Start(_) | Token::End(_) => return None,
                Token::Subset(_) | Token::Aside => continue,
                Token::CData(text) => {
                    is_behind_cdata = true;
                    without(text, "<![CDATA[")
                }
                Token::Text(text) if is_behind_cdata => {
                    Cow::Owned(without(&self.resolver.resolve(text), "]]>").into_owned())
                }
                Token::Text(text) => self.resolver.resolve(text),
            };
            match whole.as_mut() {
                None if piece.trim().is_empty() => {}
                None => whole = Some(piece),
                Some(whole) => whole.to_mut().push_str(&piece),
            }
        }
        Some(whole.unwrap_or_default())
    }
}

/// What `text`, references resolved and without tags of the document, is when it is what
/// `claim` says.
pub(super) fn claimed(text: &str, claim: Claim) -> Option<ParsedText> {
    let text = without_cdata_marks(text.trim());
    kept(match claim {
        Claim::Html => ParsedText::html(text),
        Claim::Sniff if looks_like_html(text) => ParsedText::html(text),
        Claim::Plain | Claim::Sniff => ParsedText::Plain(text.to_owned()),
        Claim::Xhtml { .. } if text.starts_with('<') => ParsedText::html(text),
        Claim::Xhtml { .. } => {
            let mut escaped = String::with_capacity(text.len());
            xhtml::push_escaped(&mut escaped, text);
            xhtml_text(escaped)
        }
        Claim::Base64 { is_html } => match from_base64(text) {
            Some(text) if is_html => ParsedText::html(text.trim()),
            Some(text) => ParsedText::Plain(text.trim().to_owned()),
            None if looks_like_html(text) => ParsedText::html(text),
            None if is_html => return None,
            None => ParsedText::Plain(text.to_owned()),
        },
    })
}

fn kept(text: ParsedText) -> Option<ParsedText> {
    (!text.as_written().is_empty()).then_some(text)
}

fn xhtml_text(html: String) -> ParsedText {
    ParsedText::Xhtml(MarkedUp {
        html: RawHtml(html),
        base: None,
    })
}

fn without<'t>(text: &'t str, mark: &str) -> Cow<'t, str> {
    if text.contains(mark) {
        Cow::Owned(text.replace(mark, ""))
    } else {
        Cow::Borrowed(text)
    }
}

/// Markup that nobody escaped, without comments and the marks of CDATA sections.
fn as_html(inner: &str) -> Cow<'_, str> {
    if !inner.contains("<!") && !inner.contains("<?") {
        return Cow::Borrowed(inner);
    }
    let mut html = String::with_capacity(inner.len());
    for token in Tokens::of(inner) {
        match token {
            Token::Text(text) | Token::CData(text) => html.push_str(text),
            Token::Start(tag) => html.push_str(tag.raw),
            Token::End(name) => {
                html.push_str("</");
                html.push_str(name);
                html.push('>');
            }
            Token::Subset(_) | Token::Aside => {}
        }
    }
    Cow::Owned(html)
}

/// What stands in a `div` around escaped HTML: some wrap what should have been escaped with it.
fn escaped_in_div(inner: &str) -> Option<&str> {
    let inside = inner.trim().strip_prefix("<div")?.strip_suffix("</div>")?;
    let (_, inside) = inside.split_once('>')?;
    (!inside.contains('<') && inside.contains("&lt;")).then_some(inside)
}

fn from_base64(text: &str) -> Option<String> {
    const LENIENT: GeneralPurpose = GeneralPurpose::new(
        &base64::alphabet::STANDARD,
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
    );
    let text: String = text.split_whitespace().collect();
    String::from_utf8(LENIENT.decode(text).ok()?).ok()
}
