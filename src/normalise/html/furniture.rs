//! What publishing programs put around a text: "Read more", share buttons, links to other
//! articles, where it appeared first. It names other articles' places, so it must not be
//! classified, and changes without the text, so it must not be compared.
//!
//! News text is never dropped: a line goes only where it is such a phrase as a whole, or holds
//! nothing but links below such a heading. The phrases are in `data/furniture.toml`.

use std::collections::{BTreeMap, HashSet};
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use serde::Deserialize;

use crate::text::{fold, space};

const PHRASES: &str = include_str!("data/furniture.toml");

/// Where a link begins and ends in the text this module is given; no text holds these (they are
/// noncharacters).
pub(super) const LINK_START: char = '\u{FDD0}';
pub(super) const LINK_END: char = '\u{FDD1}';

/// A longer line is no furniture, whatever it begins with.
const LINE_MAX_BYTES: usize = 600;

/// A call to follow a channel is no longer, and stands in the last lines.
const FOLLOW_MAX_BYTES: usize = 300;
const LAST_LINES: usize = 5;

/// A word that stands for sharing without being a link is no shorter.
const SAID_MIN_CHARS: usize = 5;

/// The name of a site behind "appeared first on" is no longer.
const SITE_MAX_BYTES: usize = 160;

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Written {
    more: Vec<String>,
    continued: Vec<String>,
    share: Vec<String>,
    related: Vec<String>,
    signed: Vec<(String, String)>,
    follow: Vec<String>,
}

struct Phrases {
    more: HashSet<String>,
    continued: Vec<String>,
    share: HashSet<String>,
    related: HashSet<String>,
    signed: Signatures,
    follow: Vec<String>,
}

static KNOWN: LazyLock<Phrases> = LazyLock::new(|| {
    let written: Written = toml::from_str(PHRASES).unwrap_or_default();
    let keys = |phrases: Vec<String>| phrases.iter().map(|phrase| key(phrase)).collect();
    Phrases {
        more: keys(written.more),
        continued: written.continued.iter().map(|phrase| key(phrase)).collect(),
        share: keys(written.share),
        related: keys(written.related),
        signed: Signatures::new(&written.signed),
        follow: written.follow.iter().map(|phrase| key(phrase)).collect(),
    }
});

/// What is said before and behind the title in "The post … appeared first on …". Every text ends
/// in a line that might be one, so that all are looked for at once.
#[derive(Default)]
struct Signatures {
    /// What is said behind the title, its words between spaces.
    behind: Option<AhoCorasick>,
    /// What may stand before the title for each of these.
    before: Vec<Vec<String>>,
}

impl Signatures {
    fn new(written: &[(String, String)]) -> Self {
        let mut pairs: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (before, behind) in written {
            let between_spaces = |phrase| format!(" {} ", key(phrase));
            pairs
                .entry(between_spaces(behind))
                .or_default()
                .push(between_spaces(before));
        }
        Self {
            behind: AhoCorasick::new(pairs.keys()).ok(),
            before: pairs.into_values().collect(),
        }
    }

    /// Where the last signature begins in `words`, which [`spaced`] made.
    fn find(&self, words: &str) -> Option<usize> {
        let is_end = |at: usize| words.len() - at <= SITE_MAX_BYTES;
        self.behind
            .as_ref()?
            .find_overlapping_iter(words)
            .filter(|behind| is_end(behind.end()))
            .filter_map(|behind| {
                // One space may end the one word and begin the next.
                let title = words.get(..=behind.start())?;
                let firsts = self.before.get(behind.pattern().as_usize())?;
                firsts.iter().filter_map(|first| title.rfind(first)).max()
            })
            .last()
    }
}

/// `lines`, collapsed, without furniture; all of them where nothing else would be left.
pub fn without_furniture(lines: &str) -> String {
    let all: Vec<Line> = lines
        .lines()
        .map(Line::of)
        .filter(|line| !line.text.is_empty())
        .collect();
    let kept = kept(&all);
    let text = |lines: &mut dyn Iterator<Item = &str>| lines.collect::<Vec<_>>().join("\n");
    if kept.is_empty() {
        return text(&mut all.iter().map(|line| line.text.as_str()));
    }
    text(&mut kept.iter().copied())
}

/// What is left of each line, in order.
fn kept(lines: &[Line]) -> Vec<&str> {
    let mut kept = Vec::with_capacity(lines.len());
    let mut is_under_heading = false;
    for (at, line) in lines.iter().enumerate() {
        if is_under_heading && line.is_link {
            continue;
        }
        is_under_heading = false;
        let is_last = at + LAST_LINES >= lines.len();
        match line.furniture(is_last) {
            Furniture::None => kept.push(line.text.as_str()),
            Furniture::Whole => {}
            Furniture::Tail(text) => kept.push(text),
            Furniture::Heading => {
                // Without a text above or links below it is part of the text.
                let is_last = at + 1 == lines.len();
                is_under_heading =
                    !kept.is_empty() && lines.get(at + 1).is_some_and(|next| next.is_link);
                if !is_under_heading && !is_last {
                    kept.push(line.text.as_str());
                }
            }
        }
    }
    kept.retain(|line| !line.is_empty());
    kept
}

/// One line of a text.
struct Line {
    /// Collapsed, links and all.
    text: String,
    /// It holds letters in links alone.
    is_link: bool,
    /// The links, collapsed.
    links: Vec<String>,
    /// What stands before the last link, where nothing but signs stands behind it.
    before_last: Option<String>,
}

enum Furniture<'a> {
    None,
    Whole,
    /// Only the end of the line, behind this.
    Tail(&'a str),
    Heading,
}

impl Line {
    fn of(marked: &str) -> Self {
        let text = space::collapse(marked);
        let mut links = Vec::new();
        let mut is_link = true;
        let mut ends_with_link = false;
        for (n, part) in marked.split(LINK_START).enumerate() {
            let (link, after) = match part.split_once(LINK_END) {
                Some((link, after)) => (space::collapse(link), after),
                // Before the first link, or in one that was never closed.
                None if n == 0 => (String::new(), part),
                None => (space::collapse(part), ""),
            };
            if has_letters(&link) {
                links.push(link);
                ends_with_link = true;
            }
            if has_letters(after) {
                ends_with_link = false;
                is_link = false;
            }
        }
        let before_last = links.last().filter(|_| ends_with_link).and_then(|last| {
            let before = text.get(..text.rfind(last.as_str())?)?;
            Some(before.trim_end().to_owned())
        });
        Self {
            is_link: is_link && !links.is_empty(),
            text,
            links,
            before_last,
        }
    }

    fn furniture(&self, is_near_end: bool) -> Furniture<'_> {
        let known = &*KNOWN;
        if let (Some(before), Some(link)) = (&self.before_last, self.links.last())
            && link.len() <= LINE_MAX_BYTES
            && !self.is_link
            && known.more.contains(&key(link))
        {
            return Furniture::Tail(before);
        }
        if self.text.len() > LINE_MAX_BYTES {
            return self.signed_tail(is_near_end);
        }
        let whole = key(&self.text);
        let are_all_shares = !self.links.is_empty()
            && self.is_link
            && self
                .links
                .iter()
                .all(|link| known.share.contains(&key(link)));
        let is_more = known.more.contains(&whole)
            || self.is_link
                && known
                    .continued
                    .iter()
                    .any(|phrase| begins_with(&whole, phrase));
        // "X" or "OK" alone on a line may be anything.
        let is_said = whole.contains(' ') || whole.chars().count() >= SAID_MIN_CHARS;
        let is_share = known.share.contains(&whole) && (self.is_link || is_said);
        if is_more || are_all_shares || is_share {
            return Furniture::Whole;
        }
        if known.related.contains(&whole) {
            return Furniture::Heading;
        }
        // "Read also: <a>another article</a>"
        let heading = self
            .before_last
            .as_deref()
            .filter(|_| self.links.len() == 1)
            .map(key);
        if heading.is_some_and(|heading| known.related.contains(&heading)) {
            return Furniture::Whole;
        }
        let is_short = self.text.len() <= FOLLOW_MAX_BYTES;
        if is_near_end
            && is_short
            && known
                .follow
                .iter()
                .any(|phrase| begins_with(&whole, phrase))
        {
            return Furniture::Whole;
        }
        self.signed_tail(is_near_end)
    }

    /// "… The post <a>title</a> appeared first on <a>site</a>." at the end of a line.
    fn signed_tail(&self, is_near_end: bool) -> Furniture<'_> {
        if !is_near_end {
            return Furniture::None;
        }
        let start = self.text.len().saturating_sub(LINE_MAX_BYTES);
        let start = self.text.ceil_char_boundary(start);
        let folded = fold::fold(self.text.get(start..).unwrap_or_default());
        let words = spaced(folded.as_str());
        let Some(at) = KNOWN.signed.find(&words) else {
            return Furniture::None;
        };
        // Both have the same letters and digits in the same order: count them.
        let count = |c: &char| c.is_alphanumeric();
        let n_kept = words
            .get(..at)
            .unwrap_or_default()
            .chars()
            .filter(count)
            .count();
        let mut letters = folded.as_str().char_indices().filter(|(_, c)| count(c));
        let at = letters.nth(n_kept).map_or(0, |(at, _)| at);
        let original = folded.original(at..at).start;
        match self
            .text
            .get(..start + original)
            .map(|text| text.trim_end_matches(['«', '“', '"', ' ']))
        {
            Some("") | None => Furniture::Whole,
            Some(text) => Furniture::Tail(text),
        }
    }
}

fn has_letters(text: &str) -> bool {
    text.contains(char::is_alphanumeric)
}

fn begins_with(text: &str, phrase: &str) -> bool {
    text.strip_prefix(phrase)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

/// A text as it is compared: folded, its words parted by one space.
fn key(text: &str) -> String {
    spaced(&fold::fold_str(text)).trim().to_owned()
}

/// Runs of anything but letters, digits and marks as one space; one at either end.
fn spaced(folded: &str) -> String {
    let mut out = String::with_capacity(folded.len() + 2);
    out.push(' ');
    for c in folded.chars() {
        if c.is_alphanumeric() || crate::text::script::is_mark(c) {
            out.push(c);
        } else if !out.ends_with(' ') {
            out.push(' ');
        }
    }
    if !out.ends_with(' ') {
        out.push(' ');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::html::RawHtml;
    use crate::normalise::html::text::article_text;

    fn check(html: &str, expected: &str) {
        assert_eq!(article_text(&RawHtml(html.to_owned())), expected, "{html}");
    }

    #[test]
    fn the_table_is_whole() {
        let written: Written = toml::from_str(PHRASES).unwrap();
        let lists = [
            &written.more,
            &written.continued,
            &written.share,
            &written.related,
            &written.follow,
        ];
        for phrase in lists.into_iter().flatten() {
            assert!(!key(phrase).is_empty(), "{phrase}");
        }
        assert!(written.signed.len() > 40);
        assert!(Signatures::new(&written.signed).behind.is_some());
    }

    #[test]
    fn furniture_goes() {
        for (html, expected) in [
            ("<p>News.</p><p><a href=x>Read more »</a></p>", "News."),
            ("<p>News… <a href=x>Подробнее</a></p>", "News…"),
            ("News [&#8230;] <a>Lire la suite…</a>", "News […]"),
            (
                "<p>News.</p><a href=x>Continue reading <span>Talks in Astana</span> →</a>",
                "News.",
            ),
            (
                "<p>News.</p><p>The post <a>Talks</a> appeared first on <a>The Courier</a>.</p>",
                "News.",
            ),
            (
                "News left the post empty. The post <a>Talks</a> appeared first on <a>The Courier</a>.",
                "News left the post empty.",
            ),
            (
                "<p>Новость.</p><p>Сообщение <a>Переговоры</a> появились сначала на <a>Вестник</a>.</p>",
                "Новость.",
            ),
            (
                "<p>News.</p><div><a>Facebook</a> | <a>X</a> <a>Telegram</a></div>",
                "News.",
            ),
            (
                "<p>News.</p><p>Share this:</p><ul><li><a>Click to share on Facebook (Opens in new window)</a></ul>",
                "News.",
            ),
            (
                "<p>News.</p><h3>Читайте также:</h3><ul><li><a>О Ташкенте</a><li><a>О Бишкеке</a></ul><p>End.</p>",
                "News.\nEnd.",
            ),
            (
                "<p>News.</p><p>Read also: <a>Floods in Osh</a></p><p>End.</p>",
                "News.\nEnd.",
            ),
            ("<p>News.</p><p>Related</p>", "News."),
            (
                "<p>News.</p><p>Подписывайтесь на наш <a>Telegram-канал</a>!</p>",
                "News.",
            ),
            ("<p>Haber.</p><p><a>Devamını oku</a></p>", "Haber."),
        ] {
            check(html, expected);
        }
    }

    #[test]
    fn news_text_stays() {
        for (html, text) in [
            (
                "<p>Read more books, says the minister.</p>",
                "Read more books, says the minister.",
            ),
            (
                "<p>The post office reopened.</p>",
                "The post office reopened.",
            ),
            (
                "<p>Related: the talks in Astana.</p><p>End.</p>",
                "Related: the talks in Astana.\nEnd.",
            ),
            (
                "<p>News.</p><p>Related</p><p>The ministers are cousins.</p>",
                "News.\nRelated\nThe ministers are cousins.",
            ),
            (
                "<a>Talks in Astana</a><br><a>Floods in Osh</a>",
                "Talks in Astana\nFloods in Osh",
            ),
            (
                "<p>Читайте также</p><p><a>О Ташкенте</a></p>",
                "Читайте также\nО Ташкенте",
            ),
            ("<a>Read more</a>", "Read more"),
            ("News.<br>X<br><b>OK</b>", "News.\nX\nOK"),
            (
                "<p>He said <a>more</a> than that.</p>",
                "He said more than that.",
            ),
            (
                "<p>Subscribe to our view or not.</p><p>a<p>b<p>c<p>d<p>e",
                "Subscribe to our view or not.\na\nb\nc\nd\ne",
            ),
            ("<a href=x>Unclosed link", "Unclosed link"),
            ("<p>a \u{FDD0}b\u{FDD1} c</p>", "a b c"),
        ] {
            check(html, text);
        }
    }

    proptest::proptest! {
        #[test]
        fn whatever_comes_something_of_it_stays(html in "(<p>|</p>|<a>|</a>|<br>|Read more|The post|appeared first on|Related|Facebook|ẞİﬁ|x|é|म| |:|\u{FDD0}){0,30}") {
            let all = crate::normalise::html::plain_text(&RawHtml(html.clone()));
            let text = article_text(&RawHtml(html));
            proptest::prop_assert_eq!(all.is_empty(), text.is_empty());
        }
    }
}
