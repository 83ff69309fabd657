//! What a text is, from its first characters.

use crate::model::parsed::TextKind;

/// A root further in than this is not looked for; PHP warnings before a root are short.
const SEARCHED_BYTES: usize = 64 * 1024;

/// What `text` looks like.
pub(super) fn kind(text: &str) -> TextKind {
    let text = text.trim_start();
    if text.is_empty() {
        return TextKind::Empty;
    }
    if text.starts_with(['{', '[']) {
        return TextKind::Json;
    }
    match first_root(text) {
        Some(kind) => kind,
        None if text.starts_with('<') => TextKind::Xml,
        None => TextKind::Unknown,
    }
}

/// The first tag that names a feed or a page, whichever comes first.
fn first_root(text: &str) -> Option<TextKind> {
    let mut n_read = 0;
    for part in text.split('<') {
        if n_read > SEARCHED_BYTES {
            return None;
        }
        n_read += part.len() + 1;
        let name: String = part
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, ':' | '!'))
            .take(16)
            .collect::<String>()
            .to_ascii_lowercase();
        match name
            .rsplit_once(':')
            .map_or(name.as_str(), |(_, local)| local)
        {
            "rss" | "rdf" | "feed" => return Some(TextKind::Xml),
            "html" => return Some(TextKind::Html),
            "!doctype" if doctype_is_html(part) => return Some(TextKind::Html),
            _ => {}
        }
    }
    None
}

fn doctype_is_html(part: &str) -> bool {
    part.split_ascii_whitespace()
        .nth(1)
        .is_some_and(|name| name.trim_end_matches('>').eq_ignore_ascii_case("html"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_told_apart() {
        for (text, expected) in [
            ("", TextKind::Empty),
            (" \n\t", TextKind::Empty),
            ("<rss version='2.0'>", TextKind::Xml),
            ("<!-- x --><rdf:RDF xmlns='y'>", TextKind::Xml),
            ("<!DOCTYPE rss SYSTEM 'x'><rss>", TextKind::Xml),
            ("<br />\n<b>Warning</b>: x <feed>", TextKind::Xml),
            ("PHP Notice: x\n<rss>", TextKind::Xml),
            ("<opml version='2.0'>", TextKind::Xml),
            (" {\"version\": 1}", TextKind::Json),
            ("<!DOCTYPE html><p>", TextKind::Html),
            ("<!doctype HTML PUBLIC 'x'>", TextKind::Html),
            ("\n<html lang=en><feed>", TextKind::Html),
            ("gone fishing", TextKind::Unknown),
        ] {
            assert_eq!(kind(text), expected, "{text}");
        }
    }
}
