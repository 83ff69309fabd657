//! Character and entity references (XML 1.0 §4.1): mended for a strict parser, and resolved.

use encoding_rs::WINDOWS_1252;

/// No name and no number a reference needs is longer.
const REFERENCE_MAX_BYTES: usize = 32;

/// One `&…;`, or an `&` that starts none.
enum Reference<'a> {
    /// A character, by number; `None` where XML forbids it.
    Number(Option<char>),
    /// A name: one of XML's five, or one of HTML's, or of a DTD's.
    Name(&'a str),
    /// A bare ampersand.
    Bare,
}

/// Writes `text` so that every reference in it is one a strict parser takes; gives how many
/// references to forbidden characters were dropped.
///
/// Names that are not XML's own are kept: HTML's are resolved where HTML is read.
pub(super) fn push_mended(out: &mut String, text: &str) -> usize {
    let mut n_dropped = 0;
    each_piece(text, |piece| match piece {
        Piece::Text(text) => out.push_str(text),
        Piece::Reference(Reference::Number(Some(c))) => push_escaped_char(out, c),
        Piece::Reference(Reference::Number(None)) => n_dropped += 1,
        Piece::Reference(Reference::Name(name)) => {
            out.push('&');
            out.push_str(name);
            out.push(';');
        }
        Piece::Reference(Reference::Bare) => out.push_str("&amp;"),
    });
    n_dropped
}

/// `text` with numbers and XML's five names resolved; other names stay as written.
pub(super) fn resolve(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    each_piece(text, |piece| match piece {
        Piece::Text(text) => out.push_str(text),
        Piece::Reference(Reference::Number(c)) => out.extend(c),
        Piece::Reference(Reference::Bare) => out.push('&'),
        Piece::Reference(Reference::Name(name)) => {
            if let Some(c) = predefined(name) {
                out.push(c);
            } else {
                out.push('&');
                out.push_str(name);
                out.push(';');
            }
        }
    });
    out
}

/// Writes `text` with `&`, `<` and `>` as references, so that a parser gives it back unchanged.
pub(super) fn push_escaped(out: &mut String, text: &str) {
    for c in text.chars() {
        push_escaped_char(out, c);
    }
}

fn push_escaped_char(out: &mut String, c: char) {
    match c {
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '"' => out.push_str("&quot;"),
        _ => out.push(c),
    }
}

enum Piece<'a> {
    Text(&'a str),
    Reference(Reference<'a>),
}

fn each_piece<'a>(text: &'a str, mut give: impl FnMut(Piece<'a>)) {
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        if !before.is_empty() {
            give(Piece::Text(before));
        }
        let (reference, after) = read(after);
        give(Piece::Reference(reference));
        rest = after;
    }
    if !rest.is_empty() {
        give(Piece::Text(rest));
    }
}

/// The reference at the start of `after`, which follows an `&`, and what comes after it.
fn read(after: &str) -> (Reference<'_>, &str) {
    let end = after
        .bytes()
        .take(REFERENCE_MAX_BYTES)
        .position(|b| !b.is_ascii_alphanumeric() && b != b'#');
    let Some((body, rest)) = end.and_then(|end| after.split_at_checked(end)) else {
        return (Reference::Bare, after);
    };
    let Some(rest) = rest.strip_prefix(';') else {
        return (Reference::Bare, after);
    };
    match body.strip_prefix('#') {
        Some(number) if is_number(number) => (Reference::Number(character(number)), rest),
        None if body.starts_with(|c: char| c.is_ascii_alphabetic()) && !body.contains('#') => {
            (Reference::Name(body), rest)
        }
        Some(_) | None => (Reference::Bare, after),
    }
}

fn is_number(number: &str) -> bool {
    match number.strip_prefix(['x', 'X']) {
        Some(hex) => !hex.is_empty() && hex.bytes().all(|b| b.is_ascii_hexdigit()),
        None => !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()),
    }
}

/// The character of a number; `None` where there is none or XML forbids it.
fn character(number: &str) -> Option<char> {
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => number.parse().ok()?,
    };
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

    fn mended(text: &str) -> (String, usize) {
        let mut out = String::new();
        let n_dropped = push_mended(&mut out, text);
        (out, n_dropped)
    }

    #[test]
    fn references_become_strict() {
        for (text, expected, n_dropped) in [
            ("a & b", "a &amp; b", 0),
            ("a &amp; b", "a &amp; b", 0),
            ("?a=1&copy=2", "?a=1&amp;copy=2", 0),
            ("&nbsp;", "&nbsp;", 0),
            ("&#38;&#x3C;&#X41;", "&amp;&lt;A", 0),
            ("&#150;", "–", 0),
            ("x&#0;&#x1F;&#xD800;&#99999999999;y", "xy", 4),
            ("&#;&;&#x;&#12", "&amp;#;&amp;;&amp;#x;&amp;#12", 0),
        ] {
            assert_eq!(mended(text), (expected.to_owned(), n_dropped), "{text}");
        }
    }

    #[test]
    fn references_are_resolved_once() {
        for (text, expected) in [
            ("AT&amp;amp;T", "AT&amp;T"),
            ("&lt;b&gt; &quot;&apos;", "<b> \"'"),
            ("a&b &nbsp; &#1057;", "a&b &nbsp; С"),
        ] {
            assert_eq!(resolve(text), expected, "{text}");
        }
    }
}
