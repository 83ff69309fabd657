//! Pictures that are not to be seen: counters and beacons, and pictures without an address.

/// Parts of addresses that only counters have.
const COUNTERS: &[&str] = &[
    "/pixel.gif",
    "/pixel.png",
    "/blank.gif",
    "/spacer.gif",
    "/1x1.",
    "/b.gif",
    "/count.gif",
    "//pixel.",
    "pixel.wp.com",
    "stats.wordpress.com",
    "feeds.wordpress.com/1.0/",
    "feedburner.com/~r/",
    "feedburner.com/~ff/",
    "feedsportal.com",
    "doubleclick.net",
    "google-analytics.com",
    "googletagmanager.com",
    "scorecardresearch.com",
    "quantserve.com",
    "mc.yandex.ru/watch",
    "counter.yadro.ru",
    "top-fwz1.mail.ru",
    "counter.rambler.ru",
    "facebook.com/tr",
    "analytics.twitter.com",
    "b.scorecardresearch",
    "pi.feedsportal",
    "/piwik.php",
    "/matomo.php",
    "republication-tracker-tool",
    "counter.theconversation.com",
];

/// `html` without such pictures. It must come from the sanitiser: every tag closed, every
/// attribute in double quotes.
pub(super) fn drop_pixels(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((text, from_tag)) = split_at_tag(rest) {
        out.push_str(text);
        let (tag, after) = split_after_tag(from_tag);
        if !(tag.starts_with("<img") && is_pixel(tag)) {
            out.push_str(tag);
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

fn split_at_tag(html: &str) -> Option<(&str, &str)> {
    html.split_at_checked(html.find('<')?)
}

/// The tag at the start of `html`, up to the first `>` outside quotes, and what follows.
fn split_after_tag(html: &str) -> (&str, &str) {
    let mut is_quoted = false;
    for (at, byte) in html.bytes().enumerate() {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'>' if !is_quoted => return html.split_at_checked(at + 1).unwrap_or((html, "")),
            _ => {}
        }
    }
    (html, "")
}

fn is_pixel(tag: &str) -> bool {
    let value = |name: &str| {
        let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
        rest.split_once('"').map(|(value, _)| value.trim())
    };
    let Some(address) = value("src").filter(|address| !address.is_empty()) else {
        return true;
    };
    let is_tiny = |name| {
        let digits = value(name).map(|size| size.trim_end_matches("px"));
        digits.is_some_and(|size| matches!(size, "0" | "1" | "2"))
    };
    let address = address.to_ascii_lowercase();
    (is_tiny("width") && is_tiny("height"))
        || COUNTERS.iter().any(|counter| address.contains(counter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pictures_to_be_seen_stay() {
        for (html, expected) in [
            ("", ""),
            (
                "a<img src=\"https://e.org/a.jpg\" width=\"640\">b",
                "a<img src=\"https://e.org/a.jpg\" width=\"640\">b",
            ),
            (
                "a<img src=\"https://e.org/a.gif\" width=\"1\" height=\"1\">b",
                "ab",
            ),
            ("a<img alt=\"x\">b", "ab"),
            ("<img src=\"https://mc.yandex.ru/watch/1\">", ""),
            ("<p title=\"<img>\">x</p>", "<p title=\"<img>\">x</p>"),
            ("<p title=\"a > b\">x</p", "<p title=\"a > b\">x</p"),
        ] {
            assert_eq!(drop_pixels(html), expected, "{html}");
        }
    }
}
