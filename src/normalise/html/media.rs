//! Pictures and players, before the sanitiser sees them.
//!
//! A picture whose address waits for a script (`data-src`) gets it; counters, beacons and pictures
//! without an address go. A player becomes a link to what it plays, a frame that is no player
//! nothing. The text is taken apart by the tokeniser of the HTML standard and written out again:
//! one pass, no tree. What comes out is as little trusted as what went in.

use std::cell::RefCell;

use html5ever::tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult};
use url::Url;

use crate::normalise::html::player;
use crate::normalise::html::text::{content_state, tokenise};
use crate::normalise::link;

/// Where the address of a picture may wait, the surest first.
const LAZY: &[&str] = &[
    "data-src",
    "data-original",
    "data-lazy-src",
    "data-lazy",
    "data-url",
    "data-image",
    "data-full-src",
    "data-hi-res-src",
];

/// Lists of addresses, with a width or density behind each (HTML §4.8.4.2.1).
const LAZY_SETS: &[&str] = &["srcset", "data-srcset", "data-lazy-srcset"];

/// Parts of addresses that only counters and stand-ins have.
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

/// A picture no larger than this in both directions is not to be seen.
const TINY_PIXELS: u32 = 3;

/// `html` with its pictures and players as readers can show them; addresses are relative to
/// `base`.
pub(super) fn settle(html: &str, base: &Url) -> String {
    let sink = MediaSink {
        base,
        state: RefCell::default(),
    };
    tokenise(html, sink).state.into_inner().finish()
}

struct MediaSink<'a> {
    base: &'a Url,
    state: RefCell<State>,
}

#[derive(Default)]
struct State {
    out: String,
    /// The element of no reading matter that is open, by name.
    hidden: Option<String>,
    player: Option<Player>,
}

/// An open `video` or `audio`.
struct Player {
    name: String,
    /// What it plays, as a link, once that is known.
    link: Option<String>,
    /// Its place in the text: what stands inside is for those who cannot play it.
    at: usize,
}

impl TokenSink for MediaSink<'_> {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut state = self.state.borrow_mut();
        match token {
            Token::CharacterTokens(text) if state.hidden.is_none() => {
                push_escaped(&mut state.out, &text);
            }
            Token::TagToken(tag) => {
                state.tag(&tag, self.base);
                return content_state(&tag);
            }
            Token::CharacterTokens(_)
            | Token::CommentToken(_)
            | Token::DoctypeToken(_)
            | Token::NullCharacterToken
            | Token::EOFToken
            | Token::ParseError(_) => {}
        }
        TokenSinkResult::Continue
    }
}

impl State {
    fn tag(&mut self, tag: &Tag, base: &Url) {
        let name = &*tag.name;
        if let Some(hidden) = &self.hidden {
            if tag.kind == TagKind::EndTag && hidden == name {
                self.hidden = None;
            }
            return;
        }
        match (name, tag.kind) {
            ("script" | "style", TagKind::StartTag) => self.hidden = Some(name.to_owned()),
            ("iframe", TagKind::StartTag) => {
                let page = attribute(tag, "src")
                    .or_else(|| attribute(tag, "data-src"))
                    .and_then(|src| player::page(&link::absolute(src, base)?));
                if let Some(page) = page {
                    push_link(&mut self.out, &page);
                }
                self.hidden = Some(name.to_owned());
            }
            ("video" | "audio", TagKind::StartTag) if self.player.is_none() => {
                self.player = Some(Player {
                    name: name.to_owned(),
                    link: player_link(tag, base),
                    at: self.out.len(),
                });
            }
            ("video" | "audio", TagKind::EndTag) => {
                if let Some(player) = self.player.take_if(|player| player.name == name) {
                    self.out.truncate(player.at);
                    self.out.extend(player.link);
                }
            }
            ("source", TagKind::StartTag) => {
                if let Some(player) = &mut self.player {
                    player.link = player.link.take().or_else(|| player_link(tag, base));
                }
            }
            ("img" | "image", TagKind::StartTag) => self.picture(tag, base),
            ("xmp" | "plaintext" | "noembed" | "noframes" | "script" | "style" | "iframe", _) => {}
            _ => push_tag(&mut self.out, tag),
        }
    }

    fn picture(&mut self, tag: &Tag, base: &Url) {
        let Some(address) = picture_address(tag, base).filter(|_| !is_unseen(tag)) else {
            return;
        };
        self.out.push_str("<img src=\"");
        push_escaped(&mut self.out, address.as_str());
        self.out.push('"');
        for name in ["alt", "title", "width", "height", "lang", "dir"] {
            if let Some(value) = attribute(tag, name) {
                push_attribute(&mut self.out, name, value);
            }
        }
        self.out.push('>');
    }

    /// A player that was never closed swallows nothing.
    fn finish(mut self) -> String {
        if let Some(link) = self.player.and_then(|player| player.link) {
            self.out.push_str(&link);
        }
        self.out
    }
}

fn attribute<'t>(tag: &'t Tag, name: &str) -> Option<&'t str> {
    let mut attributes = tag.attrs.iter();
    attributes
        .find(|it| &*it.name.local == name)
        .map(|it| &*it.value)
}

/// The first address that is one and no stand-in.
fn picture_address(tag: &Tag, base: &Url) -> Option<Url> {
    let written = std::iter::once(&"src")
        .chain(LAZY)
        .filter_map(|name| attribute(tag, name));
    let listed = LAZY_SETS
        .iter()
        .filter_map(|name| attribute(tag, name)?.split_whitespace().next())
        .map(|address| address.trim_end_matches(','));
    written
        .chain(listed)
        .filter_map(|address| link::absolute(address, base))
        .find(|address| !is_counter(address.as_str()))
}

fn is_counter(address: &str) -> bool {
    let address = address.to_ascii_lowercase();
    COUNTERS.iter().any(|counter| address.contains(counter))
}

/// A picture that is there to be fetched, not to be looked at.
fn is_unseen(tag: &Tag) -> bool {
    let is_tiny = |name| {
        let size =
            attribute(tag, name).map(|size| size.trim().trim_end_matches("px").parse::<u32>());
        matches!(size, Some(Ok(size)) if size < TINY_PIXELS)
    };
    let style: String = attribute(tag, "style")
        .unwrap_or_default()
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect();
    let style = style.to_ascii_lowercase();
    (is_tiny("width") && is_tiny("height"))
        || style.contains("display:none")
        || style.contains("visibility:hidden")
}

fn player_link(tag: &Tag, base: &Url) -> Option<String> {
    let address = attribute(tag, "src").or_else(|| attribute(tag, "data-src"))?;
    let mut link = String::new();
    push_link(&mut link, &link::absolute(address, base)?);
    Some(link)
}

/// A link that says where it leads: no word for it would be right in every language.
fn push_link(out: &mut String, address: &Url) {
    out.push_str("<a href=\"");
    push_escaped(out, address.as_str());
    out.push_str("\">\u{25B6} ");
    push_escaped(out, address.host_str().unwrap_or_default());
    out.push_str("</a>");
}

fn push_tag(out: &mut String, tag: &Tag) {
    out.push_str(if tag.kind == TagKind::StartTag {
        "<"
    } else {
        "</"
    });
    out.push_str(&tag.name);
    for attribute in &tag.attrs {
        push_attribute(out, &attribute.name.local, &attribute.value);
    }
    out.push('>');
}

fn push_attribute(out: &mut String, name: &str, value: &str) {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"");
    push_escaped(out, value);
    out.push('"');
}

fn push_escaped(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            _ => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(html: &str, expected: &str) {
        let base = Url::parse("https://e.org/news/").unwrap();
        assert_eq!(settle(html, &base), expected, "{html}");
    }

    #[test]
    fn pictures_get_their_addresses_and_counters_go() {
        for (html, expected) in [
            ("", ""),
            (
                "a<img src=/a.jpg width=640 class=x>b",
                "a<img src=\"https://e.org/a.jpg\" width=\"640\">b",
            ),
            (
                "<img data-src=a.jpg>",
                "<img src=\"https://e.org/news/a.jpg\">",
            ),
            (
                "<img src=data:image/gif;base64,R0 data-original=\"/a.jpg\" alt=\"a &quot;b\">",
                "<img src=\"https://e.org/a.jpg\" alt=\"a &quot;b\">",
            ),
            (
                "<img src=/blank.gif data-lazy-src=/a.jpg>",
                "<img src=\"https://e.org/a.jpg\">",
            ),
            (
                "<img srcset=\"/s.jpg 480w, /l.jpg 800w\">",
                "<img src=\"https://e.org/s.jpg\">",
            ),
            (
                "<picture><source srcset=/a.webp><img src=/a.jpg></picture>",
                "<picture><img src=\"https://e.org/a.jpg\"></picture>",
            ),
            ("a<img src=/a.gif width=1 height=1>b", "ab"),
            ("<img src=/a.gif width=1px height=0>", ""),
            ("<img src=/a.gif style=\"Display: none\">", ""),
            (
                "<img src=/a.gif width=1 height=600>",
                "<img src=\"https://e.org/a.gif\" width=\"1\" height=\"600\">",
            ),
            ("<img alt=x>", ""),
            ("<img src=javascript:x data-src=javascript:y>", ""),
            ("<img src=https://mc.yandex.ru/watch/1>", ""),
        ] {
            check(html, expected);
        }
    }

    #[test]
    fn players_become_links() {
        let link = |href: &str, host: &str| format!("<a href=\"{href}\">\u{25B6} {host}</a>");
        let watch = link("https://www.youtube.com/watch?v=abc", "www.youtube.com");
        check(
            "a<iframe src=\"//www.youtube.com/embed/abc?rel=0\">x</iframe>b",
            &format!("a{watch}b"),
        );
        check(
            "<iframe data-src=https://www.youtube-nocookie.com/embed/abc></iframe>",
            &watch,
        );
        check("a<iframe src=https://ads.example/x></iframe>b", "ab");
        check("a<iframe src=javascript:x>b", "a");
        let file = link("https://e.org/v.mp4", "e.org");
        check(
            "a<video src=/v.mp4 controls>No <b>video</b>?</video>b",
            &format!("a{file}b"),
        );
        check(
            "<video><source src=/v.mp4><source src=/v.webm>No</video>",
            &file,
        );
        check("<video src=/v.mp4><p>b", &format!("<p>b{file}"));
        check("<audio>No</audio>", "");
    }

    #[test]
    fn all_else_stays_as_it_is() {
        for html in [
            "<p lang=\"ru\">a &amp; b</p>",
            "<svg><path d=\"\"></path></svg>",
            "1 &lt; 2",
            "</p><p>",
        ] {
            check(html, html);
        }
        check("<script>if (a<b) '<img>'</script><style>p{}</style>x", "x");
        check("<xmp><b>x</xmp>", "&lt;b&gt;x");
    }
}
