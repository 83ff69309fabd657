//! Addresses made absolute; only http and https are links.

use url::Url;

use crate::model::url::is_page;

/// `written` against `base`; `None` where that is no http(s) address with a host.
pub(super) fn absolute(written: &str, base: &Url) -> Option<Url> {
    let written = written.trim();
    if written.is_empty() {
        return None;
    }
    let url = base.join(without_second_scheme(written)).ok()?;
    is_page(&url).then_some(url)
}

/// `written` without a scheme that a form put before a whole address.
fn without_second_scheme(written: &str) -> &str {
    let rest = |text| {
        ["http://", "https://"]
            .into_iter()
            .find_map(|scheme: &str| {
                let (start, rest) = str::split_at_checked(text, scheme.len())?;
                start.eq_ignore_ascii_case(scheme).then_some(rest)
            })
    };
    rest(written)
        .filter(|inner| rest(inner).is_some())
        .unwrap_or(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_absolute_and_of_the_web() {
        let base = Url::parse("https://example.org/news/feed.xml").unwrap();
        for (written, expected) in [
            (
                "https://other.example/a b",
                Some("https://other.example/a%20b"),
            ),
            (" /a\n", Some("https://example.org/a")),
            ("a?b=1#c", Some("https://example.org/news/a?b=1#c")),
            ("//cdn.example/x", Some("https://cdn.example/x")),
            ("http://https://a.example/b", Some("https://a.example/b")),
            ("HTTP://http://a.example", Some("http://a.example/")),
            ("https://http.example/", Some("https://http.example/")),
            ("", None),
            ("javascript:alert(1)", None),
            ("mailto:a@b", None),
            ("http://", None),
            ("http://[broken", None),
            ("//./x", None),
            ("https://..", None),
            ("https://m.4..", None),
            ("https://example.org./x", Some("https://example.org./x")),
        ] {
            let url = absolute(written, &base);
            assert_eq!(url.as_ref().map(Url::as_str), expected, "{written}");
        }
    }
}
