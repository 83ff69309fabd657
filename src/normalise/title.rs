//! Titles, names and categories: one line of text without markup.

use icu_normalizer::ComposingNormalizerBorrowed;

use crate::model::parsed::{ParsedFeed, ParsedText};
use crate::normalise::html;
use crate::text::space;

/// A longer title is an article in the wrong element; the longest real one has 474 bytes.
const LINE_MAX_BYTES: usize = 2048;

/// A feed's longer title is a sentence.
const NAME_MAX_BYTES: usize = 256;

/// What a feed calls itself, as text; `None` where it does not, or not in a name's length.
pub fn feed_title(feed: &ParsedFeed) -> Option<String> {
    let title = feed.title.as_ref().map(read)?;
    (!title.is_empty() && title.len() <= NAME_MAX_BYTES).then_some(title)
}

/// A title as text.
pub(super) fn read(title: &ParsedText) -> String {
    match title {
        ParsedText::Plain(text) => line(text),
        ParsedText::Html(marked) | ParsedText::Xhtml(marked) => {
            line(&html::plain_text(&marked.html))
        }
    }
}

/// A name or category, which may hold references but no tags worth keeping.
pub(super) fn read_name(name: &str) -> String {
    if name.contains(['&', '<']) {
        return line(&html::plain_text(&crate::model::html::RawHtml(
            name.to_owned(),
        )));
    }
    line(name)
}

fn line(text: &str) -> String {
    let mut line = space::collapse(&compose(text));
    if line.len() > LINE_MAX_BYTES {
        line.truncate(line.floor_char_boundary(LINE_MAX_BYTES));
    }
    line
}

/// Unicode normal form C: one spelling for one letter.
pub(super) fn compose(text: &str) -> String {
    ComposingNormalizerBorrowed::new_nfc()
        .normalize(text)
        .into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_titles_lose_tags_and_entities_once() {
        for (raw, expected) in [
            ("AT&amp;T", "AT&T"),
            ("AT&amp;amp;T", "AT&amp;T"),
            ("AT&T &nbsp; x", "AT&T x"),
            ("a <b>b</b><br>c", "a b c"),
            ("1 < 2 &lt;b&gt;", "1 < 2 <b>"),
            ("a\u{202E}\u{200B}b\n c", "ab c"),
            ("e\u{301}", "é"),
            ("<script>x</script>y", "y"),
            ("H<sub>2</sub>O", "H2O"),
            ("", ""),
        ] {
            let title = ParsedText::html(raw);
            assert_eq!(read(&title), expected, "{raw}");
        }
    }

    #[test]
    fn plain_titles_keep_their_brackets() {
        let title = ParsedText::Plain("if a<b &amp; c ".to_owned());
        assert_eq!(read(&title), "if a<b &amp; c");
    }
}
