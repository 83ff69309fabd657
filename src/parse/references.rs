//! Character and entity references (XML 1.0 §4.1), resolved: XML's, HTML's, those of the
//! document's own DTD, and what writers meant by the numbers of windows-1252.

use std::borrow::Cow;
use std::cell::Cell;

use encoding_rs::WINDOWS_1252;
use html5ever::data::NAMED_ENTITIES;

use crate::parse::doctype::{self, Declared};

/// No name and no number a reference needs is longer.
const REFERENCE_MAX_BYTES: usize = 40;

/// Bytes all references to a DTD's entities may add in one document.
const EXPANSION_MAX_BYTES: usize = 256 * 1024;

/// Resolves the references of one document.
#[derive(Debug, Default)]
pub(super) struct Resolver<'a> {
    declared: Declared<'a>,
    expanded_bytes: Cell<usize>,
    n_forbidden: Cell<usize>,
    n_html: Cell<usize>,
    n_stray: Cell<usize>,
}

impl<'a> Resolver<'a> {
    /// Adds the entities that a DTD's internal subset declares.
    pub(super) fn declare(&mut self, subset: &'a str) {
        doctype::read(subset, &mut self.declared);
    }

    /// Entities declared in the document.
    pub(super) fn n_declared(&self) -> usize {
        self.declared.n_seen()
    }

    /// References to what XML forbids: dropped, or put together where two are one character.
    pub(super) fn n_forbidden(&self) -> usize {
        self.n_forbidden.get()
    }

    /// References by HTML's names, which XML does not have.
    pub(super) fn n_html(&self) -> usize {
        self.n_html.get()
    }

    /// Ampersands that begin no reference anybody knows or one without its end, and brackets that
    /// begin no tag.
    pub(super) fn n_stray(&self) -> usize {
        self.n_stray.get()
    }

    fn note_forbidden(&self) {
        self.n_forbidden.set(self.n_forbidden.get() + 1);
    }

    fn note_stray(&self) {
        self.n_stray.set(self.n_stray.get() + 1);
    }

    /// `text` with its references resolved once. What is no reference stays: a bare `&`, a name
    /// nobody declared, a name without semicolon, which is a query more often than a character.
    pub(super) fn resolve<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let Some(first) = text.find('&') else {
            // A bracket that begins no tag comes as a piece of its own.
            if text == "<" {
                self.note_stray();
            }
            return Cow::Borrowed(text);
        };
        let mut out = String::with_capacity(text.len());
        let (head, mut rest) = text.split_at_checked(first).unwrap_or((text, ""));
        out.push_str(head);
        while let Some(after) = rest.strip_prefix('&') {
            let (reference, after) = read(after);
            self.push(&mut out, &reference);
            let next = after.find('&').unwrap_or(after.len());
            let (plain, tail) = after.split_at_checked(next).unwrap_or((after, ""));
            out.push_str(plain);
            rest = tail;
        }
        Cow::Owned(out)
    }

    fn push(&self, out: &mut String, reference: &Reference<'_>) {
        match reference {
            Reference::Bare => {
                self.note_stray();
                out.push('&');
            }
            Reference::Number { c, is_closed } => {
                if !is_closed {
                    self.note_stray();
                }
                match c {
                    Some(c) => out.push(*c),
                    None => self.note_forbidden(),
                }
            }
            Reference::Pair(c) => {
                self.note_forbidden();
                out.push(*c);
            }
            Reference::Name(name, written) => {
                if let Some(c) = predefined(name) {
                    out.push(c);
                } else if let Some(value) = self.declared(name) {
                    out.push_str(&value);
                } else if let Some((first, second)) = NAMED_ENTITIES.get(*written) {
                    self.n_html.set(self.n_html.get() + 1);
                    out.extend(char::from_u32(*first));
                    out.extend(char::from_u32(*second).filter(|c| *c != '\0'));
                } else {
                    self.note_stray();
                    out.push('&');
                    out.push_str(written);
                }
            }
        }
    }

    /// The value of an entity of the document's own; its own references are resolved but for
    /// those to further entities of the document.
    fn declared(&self, name: &str) -> Option<String> {
        let value = self.declared.get(name)?;
        let sum = self.expanded_bytes.get().saturating_add(value.len());
        if sum > EXPANSION_MAX_BYTES {
            return None;
        }
        self.expanded_bytes.set(sum);
        Some(Self::default().resolve(value).into_owned())
    }
}

/// Whether every reader of XML takes the references in `text` for the same: they are XML's five,
/// or numbers of characters that are neither controls nor forbidden.
pub(super) fn is_plain(text: &str) -> bool {
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('&') {
        let Some((body, tail)) = after
            .get(..after.floor_char_boundary(REFERENCE_MAX_BYTES))
            .and_then(|head| head.split_once(';'))
            .map(|(body, _)| (body, after.get(body.len() + 1..).unwrap_or_default()))
        else {
            return false;
        };
        let is_one = match body.strip_prefix('#') {
            None => predefined(body).is_some(),
            Some(number) => {
                let code = match number.strip_prefix('x') {
                    Some(hex) => u32::from_str_radix(hex, 16),
                    None => number.parse(),
                };
                !number.contains('+')
                    && code
                        .ok()
                        .filter(|code| *code >= 0xA0 || (0x20..0x7F).contains(code))
                        .is_some_and(|code| character(code).is_some())
            }
        };
        if !is_one {
            return false;
        }
        rest = tail;
    }
    true
}

/// One `&…;`, or an `&` that starts none.
enum Reference<'t> {
    /// A character, by number; `None` where XML forbids it. Whether it has its semicolon.
    Number { c: Option<char>, is_closed: bool },
    /// A character beyond the first 65,536 as the two numbers that UTF-16 has for it.
    Pair(char),
    /// A name, without and with its semicolon.
    Name(&'t str, &'t str),
    /// A bare ampersand.
    Bare,
}

/// The reference at the start of `after`, which follows an `&`, and what comes after it.
fn read(after: &str) -> (Reference<'_>, &str) {
    let end = after
        .bytes()
        .take(REFERENCE_MAX_BYTES)
        .position(|b| !b.is_ascii_alphanumeric() && !b"#_-.:".contains(&b) && b < 0x80);
    let Some((body, rest)) = end.and_then(|end| after.split_at_checked(end)) else {
        return (Reference::Bare, after);
    };
    // A number ends where its digits do, semicolon or not.
    if let Some(number) = body.strip_prefix('#') {
        return read_number(after, number).unwrap_or((Reference::Bare, after));
    }
    match rest.strip_prefix(';') {
        Some(rest) if body.starts_with(|c: char| c.is_alphabetic() || c == '_') => {
            let written = after.get(..=body.len()).unwrap_or_default();
            (Reference::Name(body, written), rest)
        }
        _ => (Reference::Bare, after),
    }
}

fn read_number<'t>(after: &'t str, number: &str) -> Option<(Reference<'t>, &'t str)> {
    let (code, closed, rest) = code(after, number)?;
    if let Some(pair) = closed.and_then(|behind| pair(code, behind)) {
        return Some(pair);
    }
    let reference = Reference::Number {
        c: character(code),
        is_closed: closed.is_some(),
    };
    Some((reference, closed.unwrap_or(rest)))
}

/// The character that `high` and the reference at the start of `behind` are together, and what
/// comes after it.
fn pair(high: u32, behind: &str) -> Option<(Reference<'_>, &str)> {
    let high = u16::try_from(high).ok()?;
    if !(0xD800..0xDC00).contains(&high) {
        return None;
    }
    let after = behind.strip_prefix('&')?;
    let (low, closed, _) = code(after, after.strip_prefix('#')?)?;
    let c = char::decode_utf16([high, u16::try_from(low).ok()?]).next()?;
    Some((Reference::Pair(c.ok()?), closed?))
}

/// The number at the start of `number`, what follows its semicolon where it has one, and what
/// follows its digits; `after` is the same with its `#`.
fn code<'t>(after: &'t str, number: &str) -> Option<(u32, Option<&'t str>, &'t str)> {
    let (digits, radix) = match number.strip_prefix(['x', 'X']) {
        Some(hex) => (hex, 16),
        None => (number, 10),
    };
    let n_digits = digits
        .bytes()
        .take_while(|b| char::from(*b).is_digit(radix))
        .count();
    if n_digits == 0 {
        return None;
    }
    let digits = digits.get(..n_digits)?;
    let rest = after.get(1 + usize::from(radix == 16) + n_digits..)?;
    let code = u32::from_str_radix(digits, radix).unwrap_or(u32::MAX);
    Some((code, rest.strip_prefix(';'), rest))
}

/// The character of a number; `None` where there is none or XML forbids it.
fn character(code: u32) -> Option<char> {
    // Writers who mean windows-1252 write its numbers; HTML reads them so too.
    if let (0x80..=0x9F, Ok(byte)) = (code, u8::try_from(code)) {
        let bytes = [byte];
        let (text, _) = WINDOWS_1252.decode_without_bom_handling(&bytes);
        return text.chars().next().filter(|c| !c.is_control());
    }
    char::from_u32(code)
        .filter(|c| matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{FFFD}' | '\u{10000}'..))
}

fn predefined(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_resolved_once() {
        for (text, expected, n_forbidden) in [
            ("AT&amp;amp;T", "AT&amp;T", 0),
            ("&lt;b&gt; &quot;&apos;", "<b> \"'", 0),
            ("a&b &nbsp;&#1057;", "a&b \u{A0}С", 0),
            ("?a=1&copy=2", "?a=1&copy=2", 0),
            ("&hellip;&NotEqualTilde;&own;", "…≂̸&own;", 0),
            ("&#38;&#x3C;&#X41;", "&<A", 0),
            ("&#150;", "–", 0),
            ("&#8217 s", "’ s", 0),
            ("x&#0;&#x1F;&#xD800;&#99999999999;y", "xy", 4),
            ("&#55357;&#56832; &#xD83D;&#xDE00;", "😀 😀", 2),
            ("a&#55357; &#56832;b&#55357;&#65;", "a bA", 3),
            ("&#55357;&#56832 x", " x", 2),
            ("&#;&;&#x;&", "&#;&;&#x;&", 0),
        ] {
            let resolver = Resolver::default();
            assert_eq!(resolver.resolve(text), expected, "{text}");
            assert_eq!(resolver.n_forbidden(), n_forbidden, "{text}");
        }
    }

    #[test]
    fn entities_of_the_document_are_bounded_and_do_not_nest() {
        let mut resolver = Resolver::default();
        resolver.declare("[<!ENTITY a 'x &lt;'><!ENTITY b '&a;&a;'>]>");
        assert_eq!(resolver.resolve("&a; &b;"), "x < &a;&a;");
        let long = format!("[<!ENTITY l '{}'>]>", "x".repeat(1000));
        let mut resolver = Resolver::default();
        resolver.declare(&long);
        let text = "&l;".repeat(100_000);
        assert!(resolver.resolve(&text).len() < text.len() + EXPANSION_MAX_BYTES);
    }
}
