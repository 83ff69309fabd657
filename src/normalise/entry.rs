//! One parsed entry in our own terms.

use url::Url;

use crate::model::entry::{Enclosure, Entry};
use crate::model::html::Markup;
use crate::model::parsed::{
    Defect, ParsedCategory, ParsedEnclosure, ParsedEntry, ParsedFeed, ParsedPerson, ParsedText,
    Reference,
};
use crate::normalise::document::Claim;
use crate::normalise::repair::Repair;
use crate::normalise::{date, html, language, link, title};

/// What an entry needs to know of its feed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FeedContext {
    /// Base for relative addresses: `Content-Location`, else the address that answered.
    pub url: Url,
    /// Address of the site, absolute, where the feed gives one. It is the base instead where it
    /// stands on another host: then the feed came through a service that moved it but not the
    /// site, and relative addresses mean the site.
    pub link: Option<Url>,
    /// The feed's own language, else the configured one.
    pub language: Option<String>,
    /// How its dates are read.
    pub dates: date::Reader,
}

impl FeedContext {
    /// What the entries of `feed` need to know of it. It came from `url` (`Content-Location`, else
    /// the address that answered), and is configured with `language` for where it does not say.
    pub fn of(feed: &ParsedFeed, url: Url, language: Option<&str>) -> Self {
        let link = feed.link.as_ref().and_then(|link| {
            let base = link.base.as_deref().and_then(|base| url.join(base).ok());
            base.as_ref().unwrap_or(&url).join(&link.href).ok()
        });
        let own = feed.language.as_deref().and_then(language::read);
        let language = own.or_else(|| language.and_then(language::read));
        Self {
            url,
            link,
            dates: date::Reader::of(feed, language.as_deref()),
            language,
        }
    }
}

/// An entry without guid, link, title and text: nothing to know it by and nothing to show.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the entry has neither guid nor link, title or text")]
pub struct Rejected;

/// Brings `entry`, which claims the date `claim`, into our own terms.
///
/// # Errors
/// Where there is nothing to know it by and nothing to show.
pub(super) fn normalise(
    entry: ParsedEntry,
    claim: Claim,
    feed: &FeedContext,
) -> Result<Entry, Rejected> {
    let mut repair = Repair::default();
    let entry = repaired(entry, &mut repair);
    let mut defects: Vec<Defect> = repair.defect().into_iter().collect();
    let target = entry.link.filter(|link| !link.href.trim().is_empty());
    let link = target.as_ref().and_then(|link| resolve(link, feed));
    let raw_link = target.map(|link| link.href);
    if let (Some(raw), None) = (&raw_link, &link) {
        defects.push(Defect::new(
            "bad-link",
            format!("{:?} is no http(s) address", head(raw)),
        ));
    }
    let guid = entry
        .guid
        .map(|guid| guid.trim().to_owned())
        .filter(|guid| !guid.is_empty());
    let title = entry.title.as_ref().map(title::read).unwrap_or_default();
    let text = [&entry.content, &entry.summary]
        .into_iter()
        .flatten()
        .map(plain)
        .find(|text| !text.is_empty())
        .unwrap_or_default();
    if guid.is_none() && link.is_none() && title.is_empty() && text.is_empty() {
        return Err(Rejected);
    }
    Ok(Entry {
        guid,
        raw_link,
        link,
        title,
        text,
        summary: entry.summary.map(|text| markup(text, feed, &mut defects)),
        content: entry.content.map(|text| markup(text, feed, &mut defects)),
        claim: claim.at,
        own_claim: claim.alone,
        authors: names(
            entry
                .authors
                .iter()
                .filter_map(|person| shown(person, feed)),
        ),
        categories: names(entry.categories.iter().map(ParsedCategory::shown)),
        enclosures: enclosures(entry.enclosures, feed),
        language: entry
            .language
            .as_deref()
            .and_then(language::read)
            .or_else(|| feed.language.clone()),
        defects,
    })
}

/// `entry` with its words as their publisher meant them.
fn repaired(mut entry: ParsedEntry, repair: &mut Repair) -> ParsedEntry {
    for text in [&mut entry.title, &mut entry.summary, &mut entry.content] {
        *text = text.take().map(|text| repair.text(text));
    }
    for person in &mut entry.authors {
        person.name = person.name.take().map(|name| repair.line(name));
    }
    for category in &mut entry.categories {
        category.term = repair.line(std::mem::take(&mut category.term));
        category.label = category.label.take().map(|label| repair.line(label));
    }
    entry
}

/// What a reader is shown of a person. A page is shown only where it is one: `javascript:` and its
/// like are nobody's name.
fn shown<'a>(person: &'a ParsedPerson, feed: &FeedContext) -> Option<&'a str> {
    let is_page = |shown: &&str| {
        person.uri.as_deref() != Some(*shown) || link::absolute(shown, &feed.url).is_some()
    };
    person.shown().filter(is_page)
}

/// Where `reference` leads, against the `xml:base` in force, else the feed's own; `None` where that
/// is no http(s) address.
pub fn resolve(reference: &Reference, feed: &FeedContext) -> Option<Url> {
    let base = base(reference.base.as_deref(), feed, &mut Vec::new());
    link::absolute(&reference.href, &base)
}

fn base(written: Option<&str>, feed: &FeedContext, defects: &mut Vec<Defect>) -> Url {
    let moved = feed.link.as_ref().filter(|link| {
        link.host_str() != feed.url.host_str() && matches!(link.scheme(), "http" | "https")
    });
    let outer = moved.unwrap_or(&feed.url);
    let Some(written) = written else {
        return outer.clone();
    };
    // xml:base is relative to where the document is, not to the site it speaks of.
    link::absolute(written, &feed.url).unwrap_or_else(|| {
        defects.push(Defect::new(
            "bad-base",
            format!("xml:base {:?} is no address", head(written)),
        ));
        outer.clone()
    })
}

fn head(text: &str) -> String {
    text.chars().take(80).collect()
}

fn plain(text: &ParsedText) -> String {
    let text = match text {
        ParsedText::Plain(text) => html::without_furniture(text),
        ParsedText::Html(marked) | ParsedText::Xhtml(marked) => html::article_text(&marked.html),
    };
    title::compose(&text)
}

/// A text as markup, with the base of its own.
fn markup(text: ParsedText, feed: &FeedContext, defects: &mut Vec<Defect>) -> Markup {
    let base = base(text.base(), feed, defects);
    let html = match text {
        ParsedText::Html(marked) | ParsedText::Xhtml(marked) => marked.html,
        ParsedText::Plain(text) => html::from_plain(&text),
    };
    Markup { html, base }
}

fn names<'a>(written: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in written.map(title::read_name) {
        if !name.is_empty() && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn enclosures(written: Vec<ParsedEnclosure>, feed: &FeedContext) -> Vec<Enclosure> {
    let resolved = written.into_iter().filter_map(|file| {
        Some(Enclosure {
            url: String::from(resolve(&file.url, feed)?),
            media_type: media_type(file.media_type.as_deref()),
            size_bytes: file.size_bytes.unwrap_or(0),
        })
    });
    let mut files: Vec<Enclosure> = Vec::new();
    for file in resolved {
        if !files.iter().any(|known| known.url == file.url) {
            files.push(file);
        }
    }
    files
}

/// A media type as RFC 9110 §8.3.1 spells one, else the type that says nothing.
fn media_type(written: Option<&str>) -> String {
    let written = written.unwrap_or_default().trim().to_ascii_lowercase();
    let is_token = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b))
    };
    let essence = written.split(';').next().unwrap_or_default().trim();
    match essence.split_once('/') {
        Some((kind, subtype)) if is_token(kind) && is_token(subtype) => essence.to_owned(),
        _ => "application/octet-stream".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::html::RawHtml;
    use crate::model::parsed::{FeedFormat, MarkedUp};
    use crate::model::time::Timestamp;

    fn context() -> FeedContext {
        FeedContext {
            url: Url::parse("https://example.org/news/feed.xml").unwrap(),
            link: None,
            language: Some("ru-ru".to_owned()),
            dates: date::Reader::default(),
        }
    }

    fn markup_at(html: &str, base: &Url) -> Markup {
        Markup {
            html: RawHtml(html.to_owned()),
            base: base.clone(),
        }
    }

    fn html(text: &str) -> ParsedText {
        ParsedText::html(text)
    }

    #[test]
    fn an_entry_comes_out_in_our_terms() {
        let at = Timestamp::from_seconds(1_786_595_076);
        let parsed = ParsedEntry {
            guid: Some(" 1 ".to_owned()),
            link: Some(Reference::bare("../a?b=1")),
            title: Some(html("AT&amp;T &lt;b>x")),
            summary: Some(ParsedText::Plain("1 < 2\nx".to_owned())),
            content: Some(html("<p>One</p><p>Two<br>three</p>")),
            authors: ["A &amp; B", " A & B ", " "]
                .map(ParsedPerson::named)
                .to_vec(),
            categories: vec![ParsedCategory::of("Central\nAsia")],
            enclosures: vec![
                ParsedEnclosure {
                    url: Reference::bare("/x.jpg"),
                    media_type: Some("Image/JPEG; q=1".to_owned()),
                    size_bytes: None,
                },
                ParsedEnclosure {
                    url: Reference::bare("data:x"),
                    media_type: None,
                    size_bytes: None,
                },
            ],
            ..ParsedEntry::default()
        };
        assert_eq!(
            normalise(
                parsed,
                Claim {
                    at: Some(at),
                    alone: None
                },
                &context()
            )
            .unwrap(),
            Entry {
                guid: Some("1".to_owned()),
                raw_link: Some("../a?b=1".to_owned()),
                link: Url::parse("https://example.org/a?b=1").ok(),
                title: "AT&T <b>x".to_owned(),
                text: "One\nTwo\nthree".to_owned(),
                summary: Some(markup_at("1 &lt; 2<br>x", &context().url)),
                content: Some(markup_at("<p>One</p><p>Two<br>three</p>", &context().url)),
                claim: Some(at),
                own_claim: None,
                authors: vec!["A & B".to_owned()],
                categories: vec!["Central Asia".to_owned()],
                enclosures: vec![Enclosure {
                    url: "https://example.org/x.jpg".to_owned(),
                    media_type: "image/jpeg".to_owned(),
                    size_bytes: 0,
                }],
                language: Some("ru-ru".to_owned()),
                defects: Vec::new(),
            }
        );
    }

    #[test]
    fn a_feed_tells_its_entries_where_they_are_and_in_which_language() {
        let url = Url::parse("https://example.org/news/feed.xml").unwrap();
        let of = |href: &str, base: Option<&str>, language: Option<&str>| {
            let feed = ParsedFeed {
                link: Some(Reference {
                    href: href.to_owned(),
                    base: base.map(str::to_owned),
                }),
                language: language.map(str::to_owned),
                ..ParsedFeed::empty(FeedFormat::Rss)
            };
            let context = FeedContext::of(&feed, url.clone(), Some("ky"));
            (context.link.map(String::from), context.language.unwrap())
        };
        let at = |link: &str, language: &str| (Some(link.to_owned()), language.to_owned());
        assert_eq!(
            of("/ru/", None, Some("ru_RU")),
            at("https://example.org/ru/", "ru-ru")
        );
        assert_eq!(
            of("x", Some("/b/"), Some("по-русски")),
            at("https://example.org/b/x", "ky")
        );
        assert_eq!(of("http://[no", None, None), (None, "ky".to_owned()));
    }

    #[test]
    fn bases_are_tried_in_order() {
        let link = |base: Option<&str>, site: Option<&str>| {
            let feed = FeedContext {
                link: site.map(|site| Url::parse(site).unwrap()),
                ..context()
            };
            let entry = ParsedEntry {
                link: Some(Reference {
                    href: "x".to_owned(),
                    base: base.map(str::to_owned),
                }),
                ..ParsedEntry::default()
            };
            String::from(
                normalise(entry, Claim::default(), &feed)
                    .unwrap()
                    .link
                    .unwrap(),
            )
        };
        assert_eq!(link(None, None), "https://example.org/news/x");
        assert_eq!(link(Some("/b/"), None), "https://example.org/b/x");
        assert_eq!(link(Some("http://[no"), None), "https://example.org/news/x");
        assert_eq!(
            link(None, Some("https://example.org/")),
            "https://example.org/news/x"
        );
        assert_eq!(
            link(None, Some("https://mfa.example/")),
            "https://mfa.example/x"
        );
        assert_eq!(
            link(Some("/b/"), Some("https://mfa.example/")),
            "https://example.org/b/x"
        );
    }

    #[test]
    fn every_text_has_a_base_of_its_own() {
        let with_base = |html: &str, base: &str| {
            Some(ParsedText::Xhtml(MarkedUp {
                html: RawHtml(html.to_owned()),
                base: Some(base.to_owned()),
            }))
        };
        let parsed = ParsedEntry {
            summary: with_base("s", "http://[no"),
            content: with_base("c", "/archive/"),
            ..ParsedEntry::default()
        };
        let entry = normalise(parsed, Claim::default(), &context()).unwrap();
        assert_eq!(entry.summary, Some(markup_at("s", &context().url)));
        let archive = Url::parse("https://example.org/archive/").unwrap();
        assert_eq!(entry.content, Some(markup_at("c", &archive)));
        assert_eq!(entry.defects.len(), 1);
        assert_eq!(entry.defects[0].kind, "bad-base");
    }

    #[test]
    fn a_person_is_no_script() {
        let person = |uri: &str| ParsedPerson {
            uri: Some(uri.to_owned()),
            ..ParsedPerson::default()
        };
        let parsed = ParsedEntry {
            title: Some(html("x")),
            authors: vec![person("javascript:alert(1)"), person("https://e.org/a")],
            comments: Some(Reference::bare("javascript:x")),
            ..ParsedEntry::default()
        };
        let entry = normalise(parsed, Claim::default(), &context()).unwrap();
        assert_eq!(entry.authors, ["https://e.org/a"]);
    }

    #[test]
    fn words_encoded_twice_are_read_and_furniture_is_not() {
        let parsed = ParsedEntry {
            title: Some(html("РњРёРЅРёСЃС‚СЂ")),
            summary: Some(ParsedText::Plain("Short.\nRead more".to_owned())),
            content: Some(html("<p>CafÃ©</p><p><a href=x>Read more</a></p>")),
            categories: vec![ParsedCategory::of("CafÃ©")],
            ..ParsedEntry::default()
        };
        let entry = normalise(parsed, Claim::default(), &context()).unwrap();
        assert_eq!(
            (entry.title.as_str(), entry.text.as_str()),
            ("Министр", "Café")
        );
        assert_eq!(entry.categories, ["Café"]);
        assert_eq!(
            entry.defects,
            [Defect::new(
                "double-encoded",
                "3 texts were encoded as UTF-8 twice, the first is \"Министр\""
            )]
        );
    }

    #[test]
    fn nothing_at_all_is_rejected() {
        let empty = ParsedEntry {
            title: Some(html(" <b></b> ")),
            link: Some(Reference::bare("javascript:x")),
            ..ParsedEntry::default()
        };
        assert_eq!(
            normalise(empty, Claim::default(), &context()),
            Err(Rejected)
        );
        let guid_only = ParsedEntry {
            guid: Some("1".to_owned()),
            ..ParsedEntry::default()
        };
        assert!(normalise(guid_only, Claim::default(), &context()).is_ok());
    }
}
