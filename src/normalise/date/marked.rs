//! Dates that came as markup, as some content managers print the field of a page into a feed.

use std::borrow::Cow;

use crate::model::html::RawHtml;
use crate::normalise::html;

/// Markup around one date is no longer.
const MARKUP_MAX_BYTES: usize = 1024;

/// The attribute in which HTML gives the moment of a `time` element (HTML standard, 4.5.14).
const DATETIME: &str = "datetime=";

/// `text` without markup: what its `time` element gives for machines, else the words people see.
pub(super) fn bare(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    if !text.starts_with('<') || text.len() > MARKUP_MAX_BYTES {
        return Cow::Borrowed(text);
    }
    match moment(text) {
        Some(moment) => Cow::Borrowed(moment),
        None => Cow::Owned(html::plain_text(&RawHtml(text.to_owned()))),
    }
}

fn moment(markup: &str) -> Option<&str> {
    let (_, value) = markup.split_once(DATETIME)?;
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (moment, _) = value.get(1..)?.split_once(quote)?;
    Some(moment.trim()).filter(|moment| !moment.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_around_a_date_goes() {
        for (text, expected) in [
            (" 2026-08-13 ", "2026-08-13"),
            (
                r#"<time datetime="2026-08-13T05:03:17Z">Thu, 13/08/2026</time>"#,
                "2026-08-13T05:03:17Z",
            ),
            (
                "<span><time datetime='2026-08-13'>x</time></span>",
                "2026-08-13",
            ),
            ("<time datetime=\"\">13.08.2026</time>", "13.08.2026"),
            ("<time datetime=\"2026>13.08.2026", ""),
            ("<p>13 August <b>2026</b>", "13 August 2026"),
            ("13 < 14", "13 < 14"),
        ] {
            assert_eq!(bare(text), expected, "{text}");
        }
    }
}
