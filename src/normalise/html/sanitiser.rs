//! The one way from [`RawHtml`] to [`SafeHtml`].

use url::Url;

use crate::model::html::{RawHtml, SafeHtml};
use crate::normalise::html::{cost, media, policy, text};

/// `raw` under the allow-list of [`policy`], addresses absolute against `base`, counters gone,
/// players as links.
///
/// HTML that only a bomb is made like (see [`cost`]) comes out as its text in paragraphs.
pub fn sanitise(raw: &RawHtml, base: &Url) -> SafeHtml {
    if !cost::is_bearable(&raw.0) {
        let RawHtml(lines) = from_plain(&text::plain_text(raw));
        return SafeHtml::from_sanitised(lines);
    }
    let html = media::settle(&raw.0, base);
    let clean = policy::builder(base).clean(&html).to_string();
    SafeHtml::from_sanitised(clean.trim().to_owned())
}

/// Plain text as HTML: brackets and ampersands escaped, line breaks kept.
pub fn from_plain(text: &str) -> RawHtml {
    let mut html = String::with_capacity(text.len());
    for c in text.trim().chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '\n' => html.push_str("<br>"),
            '\r' => {}
            _ => html.push(c),
        }
    }
    RawHtml(html)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(raw: &str, expected: &str) {
        let base = Url::parse("https://example.org/news/").unwrap();
        let safe = sanitise(&RawHtml(raw.to_owned()), &base);
        assert_eq!(safe.as_str(), expected, "{raw}");
        let again = sanitise(&RawHtml(expected.to_owned()), &base);
        assert_eq!(again.as_str(), expected, "sanitised twice: {raw}");
    }

    #[test]
    fn reading_matter_stays() {
        check("<p lang=ru>a <b>b</b>", "<p lang=\"ru\">a <b>b</b></p>");
        check(
            "<img src=/a.jpg alt=\"x\" width=640 class=y>",
            "<img src=\"https://example.org/a.jpg\" alt=\"x\" width=\"640\">",
        );
        check(
            "<a href=\"b?c=1\" target=_blank style=x>x</a>",
            "<a href=\"https://example.org/news/b?c=1\" rel=\"noopener noreferrer\">x</a>",
        );
        check("<font color=red>x</font>", "x");
        check(
            "<table><tr><td colspan=2>x</table>",
            "<table><tbody><tr><td colspan=\"2\">x</td></tr></tbody></table>",
        );
    }

    #[test]
    fn nothing_active_passes() {
        check("<script>x</script><p onclick=x>y</p>", "<p>y</p>");
        check(
            "<a href=javascript:x>y</a>",
            "<a rel=\"noopener noreferrer\">y</a>",
        );
        check(
            "<a href=\" java\nscript:x\">y</a>",
            "<a rel=\"noopener noreferrer\">y</a>",
        );
        check(
            "<img src=x onerror=y>",
            "<img src=\"https://example.org/news/x\">",
        );
        check("<img src=data:image/png;base64,AA>", "");
        check("<img src=/blank.gif data-src=\"javascript:x\">y", "y");
        check("<iframe src=x>y</iframe><object data=x>y</object>z", "z");
        check("<svg><script>x</script></svg><math><mi>x</math>y", "y");
        check(
            "<iframe src=https://www.youtube.com/embed/a srcdoc='<script>x</script>'>y</iframe>z",
            "<a href=\"https://www.youtube.com/watch?v=a\" rel=\"noopener noreferrer\">\u{25B6} www.youtube.com</a>z",
        );
        check("<form action=x><input name=y>z</form>", "z");
        check(
            "<style>@import x</style><link rel=stylesheet href=x><meta http-equiv=refresh>y",
            "y",
        );
        check("<!--[if IE]><script>x</script><![endif]-->y", "y");
        check("<p style=\"background:url(x)\" id=a>y", "<p>y</p>");
        check(
            "<base href=//evil.example/><a href=x>y</a>",
            "<a href=\"https://example.org/news/x\" rel=\"noopener noreferrer\">y</a>",
        );
    }

    #[test]
    fn a_bomb_comes_out_as_text() {
        check(&format!("{}<b>a</b>", "<div>".repeat(100_000)), "a");
    }

    #[test]
    fn plain_text_survives_as_html() {
        assert_eq!(from_plain(" 1 < 2 & 3\r\nx ").0, "1 &lt; 2 &amp; 3<br>x");
    }
}
