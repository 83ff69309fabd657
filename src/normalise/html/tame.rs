//! HTML that the tokeniser itself is slow on, made harmless before it sees any.
//!
//! html5ever 0.40 compares every attribute of a tag with all before it, and reads a comment that
//! holds the starts of others in quadratic time: a megabyte made for it is ten seconds. No honest
//! article has so many of either.

use std::borrow::Cow;

/// Attributes of one tag that are read; real tags have a dozen.
const ATTRIBUTES_MAX: usize = 256;

/// Beginnings of comments beyond which all comments go.
const COMMENTS_MAX: usize = 1_000;

/// Whether nothing has to be made harmless in `html`.
pub(super) fn is_tame(html: &str) -> bool {
    matches!(tame(html), Cow::Borrowed(_))
}

/// `html` without what only a bomb is made of: attributes too many for their tag, and comments
/// where there are too many. In linear time.
pub(super) fn tame(html: &str) -> Cow<'_, str> {
    let drops_comments = html.matches("<!--").nth(COMMENTS_MAX).is_some();
    let mut out = String::new();
    let mut copied = 0;
    let mut at = 0;
    while let Some(found) = html.get(at..).and_then(|rest| rest.find('<')) {
        let start = at + found;
        let rest = html.get(start..).unwrap_or_default();
        let (cut, end) = if drops_comments && rest.starts_with("<!--") {
            let inside = rest.get("<!".len()..).unwrap_or_default();
            let end = inside.find("-->").map_or(rest.len(), |n| n + "<!-->".len());
            (Some(0), end)
        } else if rest.as_bytes().get(1).is_some_and(u8::is_ascii_alphabetic) {
            tag(rest)
        } else {
            (None, 1)
        };
        at = start + end;
        if let Some(cut) = cut {
            out.push_str(html.get(copied..start + cut).unwrap_or_default());
            copied = at;
        }
    }
    if copied == 0 {
        return Cow::Borrowed(html);
    }
    out.push_str(html.get(copied..).unwrap_or_default());
    Cow::Owned(out)
}

/// Where the tag at the start of `text` must be cut, if it must, and where its `>` stands.
fn tag(text: &str) -> (Option<usize>, usize) {
    let mut cut = None;
    let mut n_attributes = 0;
    let mut quote = None;
    let (mut is_apart, mut is_value) = (false, false);
    for (n, byte) in text.bytes().enumerate().skip(1) {
        match (quote, byte) {
            (Some(open), _) if byte == open => (quote, is_apart) = (None, true),
            (Some(_), _) => {}
            (None, b'>') => return (cut, n),
            (None, b'"' | b'\'') if is_value => (quote, is_value) = (Some(byte), false),
            (None, b'=') => is_value = true,
            (None, b'/') => is_apart = true,
            (None, _) if byte.is_ascii_whitespace() => is_apart = true,
            (None, _) => {
                if is_apart && !is_value {
                    n_attributes += 1;
                    if n_attributes > ATTRIBUTES_MAX {
                        cut = cut.or(Some(n));
                    }
                }
                (is_apart, is_value) = (false, false);
            }
        }
    }
    (cut, text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn honest_markup_is_left_alone() {
        for html in [
            "",
            "a < b <!-- c --> <p class=x id='y > z' hidden>d</p>",
            "<a href=\"x\"title=\"y\">",
            "<",
            "<p",
            "<!--",
        ] {
            assert!(is_tame(html), "{html}");
        }
    }

    #[test]
    fn attributes_beyond_the_limit_go() {
        let attributes = |n: usize| " a=\"ж > 1\"".repeat(n);
        let html = format!("x<p{}>y</p>", attributes(300));
        let kept = format!("x<p{} >y</p>", attributes(ATTRIBUTES_MAX));
        assert_eq!(tame(&html), kept);
        assert_eq!(
            tame(&format!("<p{}", attributes(300))).matches('=').count(),
            ATTRIBUTES_MAX
        );
    }

    #[test]
    fn comments_go_where_there_are_too_many() {
        let html = format!(
            "a{}b<!-->c{}",
            "<!-- x -->".repeat(COMMENTS_MAX),
            "<!--".repeat(9)
        );
        assert_eq!(tame(&html), "abc");
    }
}
