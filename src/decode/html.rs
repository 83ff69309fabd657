//! An HTML page where a feed was expected: what kind of page, and which feeds it names.
//!
//! A scan over tags, not a parser: enough to say what came and where the feed may be.

use std::fmt;

/// Tags further in than this are not looked at; the head of a page is shorter.
const SCANNED_BYTES: usize = 256 * 1024;

/// Feeds beyond this number are not listed.
const LINKS_MAX: usize = 32;

/// A title is cut to this many characters.
const TITLE_MAX_CHARS: usize = 80;

/// What kind of page came in place of a feed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PageKind {
    /// It asks for a password.
    Login,
    /// It asks whether we are human (a captcha, a browser check).
    Challenge,
    /// It says that something went wrong, or is not there.
    Error,
    /// It sends a browser on by itself (`meta refresh`, a script that sets `location`).
    Redirect,
    /// Any other.
    Page,
}

/// An HTML page, for a person.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Page {
    /// What kind it is.
    pub kind: PageKind,
    /// Its title, white space collapsed, at most 80 characters.
    pub title: Option<String>,
}

impl fmt::Display for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            PageKind::Login => "a login page",
            PageKind::Challenge => "a page that asks whether we are human",
            PageKind::Error => "an error page",
            PageKind::Redirect => "a page that sends browsers elsewhere",
            PageKind::Page => "an HTML page",
        })?;
        match &self.title {
            Some(title) => write!(f, " titled “{title}”"),
            None => Ok(()),
        }
    }
}

/// A feed that an HTML page names (autodiscovery, HTML §4.6.7.1).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FeedLink {
    /// Its address, as written: relative to the page, or to [`FeedLink::base`].
    pub href: String,
    /// Its media type, in lower case and without parameters.
    pub media_type: String,
    /// Its title, as written.
    pub title: Option<String>,
    /// The page's `<base href>`, as written.
    pub base: Option<String>,
}

/// Marks of pages that want a browser to prove itself, in lower case.
const CHALLENGES: &[&str] = &[
    "challenge-platform",
    "cf-chl-",
    "cf_chl_",
    "cf-turnstile",
    "just a moment...",
    "ddos-guard",
    "checking your browser",
    "g-recaptcha",
    "hcaptcha.com",
    "smartcaptcha",
    "_incapsula_resource",
    "px-captcha",
    "geo.captcha-delivery.com",
    "awswafcookiedomainlist",
    "please enable cookies and javascript",
    "enable javascript and cookies to continue",
    "are you a robot",
    "captcha",
];

/// What the titles of error pages say, in lower case.
const ERRORS: &[&str] = &[
    "not found",
    "forbidden",
    "access denied",
    "bad gateway",
    "service unavailable",
    "temporarily unavailable",
    "under maintenance",
    "account suspended",
    "internal server error",
    "не найден",
    "доступ запрещ",
    "ошибка 4",
    "ошибка 5",
    "технические работы",
    "bulunamadı",
    "табылмады",
    "topilmadi",
];

/// What they start with.
const ERROR_CODES: &[&str] = &[
    "401", "403", "404", "410", "429", "500", "502", "503", "error",
];

/// What kind of page `html` is.
pub fn page(html: &str) -> Page {
    let html = start_of(html);
    let lower = html.to_ascii_lowercase();
    let title = title(html);
    Page {
        kind: kind(html, &lower, title.as_deref()),
        title,
    }
}

fn kind(html: &str, lower: &str, title: Option<&str>) -> PageKind {
    let asks_for_password = tags(html).any(|tag| {
        tag.name_is("input")
            && tag
                .attribute("type")
                .is_some_and(|kind| kind.eq_ignore_ascii_case("password"))
    });
    let title = title.unwrap_or_default().to_lowercase();
    if asks_for_password {
        PageKind::Login
    } else if CHALLENGES.iter().any(|mark| lower.contains(mark)) {
        PageKind::Challenge
    } else if ERRORS.iter().any(|words| title.contains(words))
        || ERROR_CODES.iter().any(|code| title.starts_with(code))
    {
        PageKind::Error
    } else if sends_on(html, lower) {
        PageKind::Redirect
    } else {
        PageKind::Page
    }
}

fn sends_on(html: &str, lower: &str) -> bool {
    let by_meta = tags(html).any(|tag| {
        let refreshes = tag
            .attribute("http-equiv")
            .is_some_and(|name| name.eq_ignore_ascii_case("refresh"));
        let names_an_address = tag
            .attribute("content")
            .is_some_and(|content| content.to_ascii_lowercase().contains("url="));
        tag.name_is("meta") && refreshes && names_an_address
    });
    let is_short = html.len() < 4096;
    let sets_location = [
        "location.href=",
        "location.href =",
        "location.replace(",
        "location=",
    ];
    by_meta || is_short && sets_location.iter().any(|script| lower.contains(script))
}

/// The title of `html`, as a person sees it.
fn title(html: &str) -> Option<String> {
    let tag = tags(html).find(|tag| tag.name_is("title"))?;
    let (title, _) = tag.after.split_once("</").unwrap_or((tag.after, ""));
    let words: Vec<&str> = title.split_whitespace().collect();
    let title: String = unescaped(&words.join(" "))
        .chars()
        .take(TITLE_MAX_CHARS)
        .collect();
    (!title.is_empty()).then_some(title)
}

/// The feeds that `html` names in its head, in their order, each address once.
pub fn feed_links(html: &str) -> Vec<FeedLink> {
    let html = start_of(html);
    let base = tags(html)
        .find(|tag| tag.name_is("base"))
        .and_then(|tag| tag.attribute("href"));
    let mut links: Vec<FeedLink> = Vec::new();
    for link in tags(html).filter_map(|tag| feed_link(&tag, base.as_deref())) {
        if links.len() < LINKS_MAX && links.iter().all(|known| known.href != link.href) {
            links.push(link);
        }
    }
    links
}

fn feed_link(tag: &Tag<'_>, base: Option<&str>) -> Option<FeedLink> {
    if !tag.name_is("link") && !tag.name_is("a") {
        return None;
    }
    let rel = tag.attribute("rel")?;
    let is_alternate = rel
        .split_ascii_whitespace()
        .any(|word| word.eq_ignore_ascii_case("alternate") || word.eq_ignore_ascii_case("feed"));
    let media_type = tag.attribute("type")?;
    let media_type = media_type.split(';').next()?.trim().to_ascii_lowercase();
    let href = tag.attribute("href").map(|href| href.trim().to_owned())?;
    (is_alternate && is_feed_type(&media_type) && !href.is_empty()).then(|| FeedLink {
        href,
        media_type,
        title: tag
            .attribute("title")
            .filter(|title| !title.trim().is_empty()),
        base: base.map(str::to_owned),
    })
}

fn is_feed_type(media_type: &str) -> bool {
    matches!(
        media_type,
        "application/rss+xml"
            | "application/atom+xml"
            | "application/rdf+xml"
            | "application/feed+json"
            | "application/x-rss+xml"
            | "text/rss+xml"
            | "text/rss"
            | "text/xml"
            | "application/xml"
    )
}

fn start_of(html: &str) -> &str {
    html.get(..html.floor_char_boundary(SCANNED_BYTES))
        .unwrap_or(html)
}

/// A start tag, and what comes after it.
struct Tag<'a> {
    name: &'a str,
    attributes: &'a str,
    after: &'a str,
}

/// The start tags of `html`, those in comments and scripts left out.
fn tags(html: &str) -> impl Iterator<Item = Tag<'_>> {
    let mut rest = html;
    std::iter::from_fn(move || {
        loop {
            let (_, after) = rest.split_once('<')?;
            if let Some(comment) = after.strip_prefix("!--") {
                rest = comment.split_once("-->").map_or("", |(_, rest)| rest);
                continue;
            }
            rest = after;
            let name_end = after
                .find(|c: char| !c.is_ascii_alphanumeric())
                .unwrap_or(after.len());
            let (name, from_name) = after.split_at_checked(name_end)?;
            if name.is_empty() {
                continue;
            }
            let end = tag_end(from_name);
            let (attributes, after) = from_name.split_at_checked(end)?;
            rest = after;
            if name.eq_ignore_ascii_case("script") || name.eq_ignore_ascii_case("style") {
                rest = after.split_once("</").map_or("", |(_, rest)| rest);
            }
            return Some(Tag {
                name,
                attributes,
                after: after.strip_prefix('>').unwrap_or(after),
            });
        }
    })
}

/// Where the tag ends whose name has been read: at the first `>` outside quotation marks.
fn tag_end(text: &str) -> usize {
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (None, '>') => return at,
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    text.len()
}

impl Tag<'_> {
    fn name_is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// The value of the attribute `name`, references resolved.
    fn attribute(&self, name: &str) -> Option<String> {
        let mut rest = self.attributes;
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
            let end = rest
                .find(|c: char| c.is_ascii_whitespace() || c == '=')
                .unwrap_or(rest.len());
            let (found, after) = rest.split_at_checked(end)?;
            if rest.is_empty() {
                return None;
            }
            let (value, after) = match after.trim_ascii_start().strip_prefix('=') {
                Some(value) => attribute_value(value.trim_ascii_start()),
                None => ("", after),
            };
            if found.eq_ignore_ascii_case(name) {
                return Some(unescaped(value));
            }
            rest = after;
        }
    }
}

fn attribute_value(text: &str) -> (&str, &str) {
    let quoted = text
        .strip_prefix(['"', '\''])
        .and_then(|inside| inside.split_once(text.chars().next()?));
    quoted.unwrap_or_else(|| {
        let end = text
            .find(|c: char| c.is_ascii_whitespace())
            .unwrap_or(text.len());
        text.split_at_checked(end).unwrap_or((text, ""))
    })
}

/// The references that addresses and titles are written with.
fn unescaped(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&#039;", "'"),
        ("&nbsp;", " "),
        ("&amp;", "&"),
    ]
    .iter()
    .fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_say_what_they_are() {
        for (html, expected) in [
            (
                "<html><head><title> News &amp;\n Events </title></head>",
                "an HTML page titled “News & Events”",
            ),
            ("<html><p>hello", "an HTML page"),
            (
                "<title>Sign in</title><form><input name=p type='PASSWORD'></form>",
                "a login page titled “Sign in”",
            ),
            (
                "<!-- <input type=password> --><script>\"<input type=password>\"</script><p>",
                "an HTML page",
            ),
            (
                "<title>Just a moment...</title><script src=/cdn-cgi/challenge-platform/x></script>",
                "a page that asks whether we are human titled “Just a moment...”",
            ),
            (
                "<title>404 Not Found</title><h1>404</h1>",
                "an error page titled “404 Not Found”",
            ),
            (
                "<title>Страница не найдена</title>",
                "an error page titled “Страница не найдена”",
            ),
            (
                "<meta http-equiv=\"refresh\" content=\"0; URL=/ru/\">",
                "a page that sends browsers elsewhere",
            ),
            (
                "<script>window.location.href='/x?__jsck=1'</script>",
                "a page that sends browsers elsewhere",
            ),
        ] {
            assert_eq!(page(html).to_string(), expected, "{html}");
        }
    }

    #[test]
    fn the_feeds_a_page_names_are_found() {
        let html = "<head><base href='/ru/'>\
            <LINK REL=alternate TYPE=application/rss+xml HREF=rss.xml>\
            <link rel=\"alternate\" type=\"application/atom+xml; charset=utf-8\" title=\"A > B\" \
            href=\"/atom?a=1&amp;b=2\" />\
            <link rel='alternate' type='application/rss+xml' href='rss.xml'>\
            <link rel='alternate' hreflang='en' href='/en/'>\
            <link rel='stylesheet' type='text/css' href='x.css'>\
            <!-- <link rel='alternate' type='application/rss+xml' href='old.xml'> -->";
        let link = |href: &str, media_type: &str, title: Option<&str>| FeedLink {
            href: href.to_owned(),
            media_type: media_type.to_owned(),
            title: title.map(str::to_owned),
            base: Some("/ru/".to_owned()),
        };
        assert_eq!(
            feed_links(html),
            [
                link("rss.xml", "application/rss+xml", None),
                link("/atom?a=1&b=2", "application/atom+xml", Some("A > B")),
            ]
        );
        assert_eq!(feed_links("<p>no head, no feed"), []);
    }
}
