//! Whether a text that nobody calls HTML is HTML.

use html5ever::data::NAMED_ENTITIES;

/// Elements that texts of feeds hold, sorted.
const ELEMENTS: &[&str] = &[
    "a",
    "abbr",
    "acronym",
    "address",
    "area",
    "article",
    "aside",
    "audio",
    "b",
    "bdi",
    "bdo",
    "big",
    "blockquote",
    "body",
    "br",
    "button",
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
    "dir",
    "div",
    "dl",
    "dt",
    "em",
    "embed",
    "fieldset",
    "figcaption",
    "figure",
    "font",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hr",
    "html",
    "i",
    "iframe",
    "img",
    "input",
    "ins",
    "kbd",
    "label",
    "legend",
    "li",
    "link",
    "main",
    "map",
    "mark",
    "menu",
    "meta",
    "nav",
    "nobr",
    "noscript",
    "object",
    "ol",
    "optgroup",
    "option",
    "p",
    "param",
    "picture",
    "pre",
    "q",
    "s",
    "samp",
    "script",
    "section",
    "select",
    "small",
    "source",
    "span",
    "strike",
    "strong",
    "style",
    "sub",
    "summary",
    "sup",
    "svg",
    "table",
    "tbody",
    "td",
    "template",
    "textarea",
    "tfoot",
    "th",
    "thead",
    "time",
    "title",
    "tr",
    "track",
    "tt",
    "u",
    "ul",
    "var",
    "video",
    "wbr",
];

/// Elements that have no inside (HTML §13.1.2), sorted.
const VOID: &[&str] = &[
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr",
];

const NAME_MAX_BYTES: usize = 10;

fn is_in(list: &[&str], name: &str) -> bool {
    let mut lower = [0_u8; NAME_MAX_BYTES];
    let Some(lower) = lower.get_mut(..name.len()) else {
        return false;
    };
    lower.copy_from_slice(name.as_bytes());
    lower.make_ascii_lowercase();
    list.binary_search_by(|known| known.as_bytes().cmp(lower))
        .is_ok()
}

/// Whether `name` is an element of HTML.
pub(super) fn is_element(name: &str) -> bool {
    is_in(ELEMENTS, name)
}

/// Whether an element of HTML has no inside.
pub(super) fn is_void(name: &str) -> bool {
    is_in(VOID, name)
}

/// Whether `text` holds a tag or comment of HTML, or a reference.
pub(super) fn looks_like_html(text: &str) -> bool {
    let mut rest = text;
    while let Some(at) = rest.find(['<', '&']) {
        let (mark, after) = rest
            .get(at..)
            .and_then(|rest| rest.split_at_checked(1))
            .unwrap_or_default();
        let is_html = match mark {
            "<" => starts_with_tag(after),
            _ => starts_with_reference(after),
        };
        if is_html {
            return true;
        }
        rest = after;
    }
    false
}

fn starts_with_tag(after: &str) -> bool {
    // Whether a comment ends is not looked for: many that do not would each be read to the end.
    if after.starts_with("!--") {
        return true;
    }
    let name = after.strip_prefix('/').unwrap_or(after);
    let end = name
        .bytes()
        .take(NAME_MAX_BYTES + 1)
        .position(|b| !b.is_ascii_alphanumeric());
    let Some((name, rest)) = end.and_then(|end| name.split_at_checked(end)) else {
        return false;
    };
    is_element(name) && rest.starts_with(|c: char| c.is_whitespace() || matches!(c, '>' | '/'))
}

fn starts_with_reference(after: &str) -> bool {
    let end = after
        .bytes()
        .take(32)
        .position(|b| !b.is_ascii_alphanumeric() && b != b'#');
    let Some((body, rest)) = end.and_then(|end| after.split_at_checked(end)) else {
        return false;
    };
    if !rest.starts_with(';') {
        return false;
    }
    match body.strip_prefix('#') {
        Some(number) => number.starts_with(|c: char| c.is_ascii_digit() || matches!(c, 'x' | 'X')),
        None => after
            .get(..=body.len())
            .is_some_and(|name| NAMED_ENTITIES.contains_key(name)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_is_told_from_text() {
        assert!(ELEMENTS.is_sorted() && VOID.is_sorted());
        for text in [
            "a <b>b</b>",
            "x<BR/>y",
            "AT&amp;T",
            "&#8217;",
            "<!-- x -->",
            "</p>",
        ] {
            assert!(looks_like_html(text), "{text}");
        }
        for text in [
            "",
            "1 < 2",
            "a<b",
            "AT&T",
            "&nosuch;",
            "R&D; x",
            "<Иван>",
            "<name@e.org>",
        ] {
            assert!(!looks_like_html(text), "{text}");
        }
    }
}
