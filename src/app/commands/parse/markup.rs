//! Markup as published, with the addresses in it made absolute and nothing else changed.

use std::borrow::Cow;

/// Attributes that hold one address (HTML, index of attributes; the obsolete ones too).
const ADDRESSES: &[&str] = &[
    "action",
    "background",
    "cite",
    "codebase",
    "data",
    "href",
    "longdesc",
    "poster",
    "profile",
    "src",
    "usemap",
];

/// Elements whose content is no markup.
const RAW: &[&str] = &["script", "style", "textarea", "xmp", "iframe", "noembed"];

/// `html` with every address replaced by what `resolve` makes of it, where it makes something.
pub(super) fn with_addresses(html: &str, resolve: impl Fn(&str) -> Option<String>) -> Cow<'_, str> {
    let mut scan = Scan {
        html,
        at: 0,
        copied: 0,
        out: String::new(),
    };
    while scan.next_tag() {
        scan.tag(&resolve);
    }
    if scan.copied == 0 {
        return Cow::Borrowed(html);
    }
    let rest = html.get(scan.copied..).unwrap_or_default();
    Cow::Owned(scan.out + rest)
}

struct Scan<'a> {
    html: &'a str,
    /// Where the scan is.
    at: usize,
    /// Up to where `out` has what `html` has.
    copied: usize,
    out: String,
}

impl<'a> Scan<'a> {
    fn rest(&self) -> &'a str {
        self.html.get(self.at..).unwrap_or_default()
    }

    /// Goes on while characters are such, and gives them.
    fn take_while(&mut self, is_such: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|c| !is_such(c)).unwrap_or(rest.len());
        self.at += end;
        rest.get(..end).unwrap_or_default()
    }

    /// Goes behind the next `<` that begins a start tag; `false` where there is none.
    fn next_tag(&mut self) -> bool {
        while let Some(found) = self.rest().find('<') {
            self.at += found + 1;
            let rest = self.rest();
            if let Some(comment) = rest.strip_prefix("!--") {
                let Some(end) = comment.find("-->") else {
                    return false;
                };
                self.at += end + "!---->".len();
            } else if rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
                return true;
            }
        }
        false
    }

    fn tag(&mut self, resolve: &impl Fn(&str) -> Option<String>) {
        let is_of_name = |c: char| !c.is_ascii_whitespace() && !matches!(c, '/' | '>');
        let name = self.take_while(is_of_name).to_ascii_lowercase();
        loop {
            self.take_while(|c| c.is_ascii_whitespace() || c == '/');
            let attribute = self.take_while(|c| is_of_name(c) && c != '=');
            self.take_while(|c| c.is_ascii_whitespace());
            if self.rest().starts_with('=') {
                self.at += 1;
                let is_address = ADDRESSES
                    .iter()
                    .any(|it| attribute.eq_ignore_ascii_case(it));
                self.value(is_address, resolve);
            } else if attribute.is_empty() {
                break;
            }
        }
        if RAW.contains(&name.as_str()) {
            self.skip_raw(&name);
        }
    }

    fn value(&mut self, is_address: bool, resolve: &impl Fn(&str) -> Option<String>) {
        self.take_while(|c| c.is_ascii_whitespace());
        let start = self.at;
        let quote = self
            .rest()
            .chars()
            .next()
            .filter(|c| matches!(c, '"' | '\''));
        let written = if let Some(quote) = quote {
            self.at += 1;
            let written = self.take_while(|c| c != quote);
            self.at = (self.at + 1).min(self.html.len());
            written
        } else {
            self.take_while(|c| !c.is_ascii_whitespace() && c != '>')
        };
        if !is_address {
            return;
        }
        if let Some(address) = resolve(&written.replace("&amp;", "&")) {
            let before = self.html.get(self.copied..start).unwrap_or_default();
            let address = address.replace('&', "&amp;").replace('"', "&quot;");
            self.out.extend([before, "\"", &address, "\""]);
            self.copied = self.at;
        }
    }

    /// Goes to the end tag of `name`.
    fn skip_raw(&mut self, name: &str) {
        loop {
            let Some(found) = self.rest().find("</") else {
                self.at = self.html.len();
                return;
            };
            self.at += found + 2;
            let after = self.rest().get(..name.len()).unwrap_or_default();
            if after.eq_ignore_ascii_case(name) {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::*;

    fn check(html: &str, expected: &str) {
        let base = Url::parse("https://example.org/news/").unwrap();
        let resolve = |written: &str| match Url::parse(written) {
            Ok(_) => None,
            Err(_) => Some(base.join(written).ok()?.into()),
        };
        assert_eq!(with_addresses(html, resolve), expected);
    }

    #[test]
    fn addresses_are_absolute_and_the_rest_as_it_was() {
        check(
            "<p class=x>a & b <a href='c?d=1&amp;e=2' title=\"f\">g</a>",
            "<p class=x>a & b <a href=\"https://example.org/news/c?d=1&amp;e=2\" title=\"f\">g</a>",
        );
        check(
            "<IMG SRC=/p.jpg><img src = \"q.jpg\" />",
            "<IMG SRC=\"https://example.org/p.jpg\"><img src = \"https://example.org/news/q.jpg\" />",
        );
    }

    #[test]
    fn what_is_no_relative_address_stays() {
        for html in [
            "",
            "a < b > c",
            "<a href=\"https://a.example/?b&c\">",
            "<p title=\"href=x\">",
            "<!-- <a href=x> -->",
            "<script>'<a href=x>'</script>",
            "<a href",
            "<a href=\"mailto:a@example.org\"",
            "</a href=x>",
            "<",
            "<a =x>",
        ] {
            check(html, html);
        }
    }

    #[test]
    fn broken_tags_end() {
        check("<a href=\"x", "<a href=\"https://example.org/news/x\"");
        check("<a href=x", "<a href=\"https://example.org/news/x\"");
        check("<style><a href=x>", "<style><a href=x>");
    }
}
