//! What is kept of an entry: sanitised for readers, or the head of its text for `explain`.

use url::Url;

use crate::model::content::{PLAIN_TEXT_MAX_BYTES, PlainContent, ShownContent};
use crate::model::entry::Entry;
use crate::model::html::{Markup, SafeHtml};
use crate::normalise::html;

/// Categories kept of a filtered entry at most.
const CATEGORIES_MAX: usize = 16;

/// Longer ones are no categories.
const CATEGORY_MAX_BYTES: usize = 200;

/// All a merged feed shows of `entry`: the only place where its markup is sanitised.
pub fn shown(entry: &Entry) -> ShownContent {
    let sanitised = |text: &Option<Markup>| -> Option<SafeHtml> {
        let Markup { html, base } = text.as_ref()?;
        let safe = html::sanitise(html, base);
        (!safe.is_empty()).then_some(safe)
    };
    ShownContent {
        title: entry.title.clone(),
        link: entry.link.clone().map(String::from),
        summary: sanitised(&entry.summary),
        content: sanitised(&entry.content),
        authors: entry.authors.clone(),
        categories: entry.categories.clone(),
        enclosures: entry.enclosures.clone(),
        language: entry.language.clone(),
    }
}

/// Title, link and the head of the text, cut at a word.
pub fn plain(entry: &Entry) -> PlainContent {
    PlainContent {
        title: entry.title.clone(),
        link: entry.link.clone().map(String::from),
        text: head(&entry.text).to_owned(),
        categories: entry
            .categories
            .iter()
            .filter(|it| it.len() <= CATEGORY_MAX_BYTES)
            .take(CATEGORIES_MAX)
            .cloned()
            .collect(),
        language: entry.language.clone(),
    }
}

/// All a merged feed can show of an entry of which only plain text was kept.
pub fn shown_of_plain(plain: &PlainContent) -> ShownContent {
    let base = plain.link.as_deref().and_then(|link| link.parse().ok());
    let base: Option<Url> = base.or_else(|| Url::parse("about:blank").ok());
    let content = base.map(|base| html::sanitise(&html::from_plain(&plain.text), &base));
    ShownContent {
        title: plain.title.clone(),
        link: plain.link.clone(),
        content: content.filter(|content| !content.is_empty()),
        categories: plain.categories.clone(),
        language: plain.language.clone(),
        ..ShownContent::default()
    }
}

/// At most [`PLAIN_TEXT_MAX_BYTES`] of `text`, ending with a whole word where there is one.
fn head(text: &str) -> &str {
    if text.len() <= PLAIN_TEXT_MAX_BYTES {
        return text;
    }
    // One byte more is looked at: a word may end exactly at the limit.
    let longest = text
        .get(..text.floor_char_boundary(PLAIN_TEXT_MAX_BYTES + 1))
        .unwrap_or_default();
    match longest.rsplit_once(char::is_whitespace) {
        Some((words, _)) if !words.trim().is_empty() => words.trim_end(),
        _ => text
            .get(..text.floor_char_boundary(PLAIN_TEXT_MAX_BYTES))
            .unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::html::RawHtml;

    fn markup(html: &str, base: &str) -> Markup {
        Markup {
            html: RawHtml(html.to_owned()),
            base: Url::parse(base).unwrap(),
        }
    }

    fn entry() -> Entry {
        Entry {
            guid: None,
            raw_link: None,
            link: Url::parse("https://example.org/a").ok(),
            title: "T".to_owned(),
            text: "One two".to_owned(),
            summary: Some(markup("<a href=s>Short</a>", "https://other.example/")),
            content: Some(markup(
                "<p onclick=x>One <a href=b>two</a>",
                "https://example.org/x/",
            )),
            claim: None,
            own_claim: None,
            authors: vec!["A".to_owned()],
            categories: Vec::new(),
            enclosures: Vec::new(),
            language: Some("en".to_owned()),
            defects: Vec::new(),
        }
    }

    #[test]
    fn plain_text_is_shown_as_text() {
        let mut plain = plain(&entry());
        plain.text = "a < b & <script>x</script>\nc".to_owned();
        let shown = shown_of_plain(&plain);
        let content = shown.content.unwrap();
        let expected = "a &lt; b &amp; &lt;script&gt;x&lt;/script&gt;<br>c";
        assert_eq!(content.as_str(), expected);
        assert_eq!((shown.title.as_str(), shown.summary), ("T", None));
    }

    #[test]
    fn what_is_shown_is_sanitised() {
        let script = Entry {
            summary: Some(markup("<script>x</script>", "https://example.org/")),
            ..entry()
        };
        assert_eq!(shown(&script).summary, None);
        let shown = shown(&entry());
        assert_eq!(
            shown.summary.unwrap().as_str(),
            "<a href=\"https://other.example/s\" rel=\"noopener noreferrer\">Short</a>"
        );
        assert_eq!(
            shown.content.unwrap().as_str(),
            "<p>One <a href=\"https://example.org/x/b\" rel=\"noopener noreferrer\">two</a></p>"
        );
        assert_eq!(shown.link.as_deref(), Some("https://example.org/a"));
    }

    #[test]
    fn the_head_ends_with_a_word() {
        let max = PLAIN_TEXT_MAX_BYTES;
        let exact = format!("{} b", "a".repeat(max - 2));
        for (text, expected) in [
            ("one two".to_owned(), "one two".len()),
            (exact.clone(), max),
            (format!("{exact} c"), max),
            (format!("{exact}c"), max - 2),
            ("я".repeat(max), max),
            (format!("x{}", "я".repeat(max)), max - 1),
        ] {
            assert_eq!(head(&text).len(), expected);
        }
        assert_eq!(plain(&entry()).text, "One two");
    }
}
