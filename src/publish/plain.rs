//! Text out of sanitised markup, for the places that take no markup.

use crate::publish::xml::is_allowed;

/// Elements that stand inside a word or a sentence; every other tag separates words.
const INLINE: &[&str] = &[
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "del", "dfn", "em", "font", "i", "ins", "kbd",
    "mark", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "u", "var", "wbr",
];

/// One line of text: runs of white space and control characters become one space, characters
/// XML forbids are dropped, both ends are trimmed.
pub fn line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_whitespace() {
            if !line.is_empty() && !line.ends_with(' ') {
                line.push(' ');
            }
        } else if is_allowed(c) {
            line.push(c);
        }
    }
    line.truncate(line.trim_end().len());
    line
}

/// The head of the text inside sanitised markup: one line of at most `max_chars` characters, cut between
/// words where it can be and then ended with `…`.
pub fn head(html: &str, max_chars: usize) -> String {
    cut(&line(&without_tags(html)), max_chars)
}

/// `text`, cut to at most `max_chars` characters as [`head`] does.
pub fn cut(text: &str, max_chars: usize) -> String {
    if text.chars().count() <= max_chars {
        return text.to_owned();
    }
    let kept: String = text.chars().take(max_chars.saturating_sub(1)).collect();
    let words = match kept.rsplit_once(' ') {
        // A cut that would lose more than half goes through the word: some scripts have no blanks.
        Some((words, _)) if words.len() * 2 > kept.len() => words,
        _ => &kept,
    };
    format!("{}…", words.trim_end())
}

/// Text of well-formed markup as the sanitiser writes it: tags are removed, references resolved.
fn without_tags(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once('<') {
        push_resolved(&mut text, before);
        let (name, after) = read_tag(tag);
        if !INLINE.contains(&name.to_ascii_lowercase().as_str()) {
            text.push(' ');
        }
        rest = after;
    }
    push_resolved(&mut text, rest);
    text
}

/// Name of the tag that `tag` begins with (after `<`), and what follows its `>`. A `>` inside a
/// quoted attribute does not end it.
fn read_tag(tag: &str) -> (&str, &str) {
    let body = tag.strip_prefix('/').unwrap_or(tag);
    let name_end = body
        .find(|c: char| !c.is_ascii_alphanumeric())
        .unwrap_or(body.len());
    let name = body.get(..name_end).unwrap_or_default();
    let mut quote = None;
    for (at, c) in tag.char_indices() {
        match (quote, c) {
            (None, '>') => return (name, tag.get(at + 1..).unwrap_or_default()),
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    (name, "")
}

/// Appends `text` with the references resolved that a serialiser of HTML writes (HTML Standard
/// §13.3: `amp`, `lt`, `gt`, `quot`, `nbsp`); another one stays as it stands.
fn push_resolved(out: &mut String, text: &str) {
    const REFERENCES: &[(&str, char)] = &[
        ("amp;", '&'),
        ("lt;", '<'),
        ("gt;", '>'),
        ("quot;", '"'),
        ("nbsp;", '\u{A0}'),
        ("#39;", '\''),
    ];
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let known = REFERENCES
            .iter()
            .find_map(|&(name, c)| after.strip_prefix(name).map(|tail| (c, tail)));
        let (c, tail) = known.unwrap_or(('&', after));
        out.push(c);
        rest = tail;
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_becomes_one_line() {
        let check = |html: &str, expected: &str| {
            assert_eq!(head(html, 60), expected, "{html}");
        };
        check("<p>One</p><p>two<br>three</p>", "One two three");
        check("<b>K</b>azakh&nbsp;<EM>steppe</EM>", "Kazakh steppe");
        check(
            "a &lt;b&gt; &amp;lt; &quot;c&quot; &#39; &copy;",
            "a <b> &lt; \"c\" ' &copy;",
        );
        check("<a title=\"x>y\" href='?a>b'>link</a> end", "link end");
        check("cut <a href=\"", "cut");
        check("1 < 2", "1");
        check("", "");
        check(" <p> \n\t </p> ", "");
    }

    #[test]
    fn long_text_is_cut_between_words() {
        let check = |text: &str, max_chars, expected: &str| {
            assert_eq!(cut(text, max_chars), expected);
        };
        check("Foreign ministers met", 21, "Foreign ministers met");
        check("Foreign ministers met", 20, "Foreign ministers…");
        check("Foreign ministers met", 9, "Foreign…");
        check("a verylongwordindeed", 10, "a verylon…");
        check("外交部長會議在阿拉木圖舉行", 6, "外交部長會…");
        check("abc", 1, "…");
        check("abc", 0, "…");
    }

    #[test]
    fn a_line_has_no_controls() {
        assert_eq!(line("  a\r\n\t b\u{B}\u{85}c\0d \u{2028}"), "a b cd");
        assert_eq!(line("\u{3000}\u{A0}"), "");
    }
}
