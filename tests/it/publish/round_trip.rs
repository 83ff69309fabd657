//! What goes into a document comes out of a parser.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a helper of a test fails the test"
)]

use nuncio::model::content::ShownContent;
use nuncio::model::rendered::Format;
use nuncio::model::story::StoryView;
use nuncio::publish::{MergedFeed, plain, render};
use proptest::prelude::*;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::Event;
use quick_xml::{Reader, XmlVersion};

use super::stories::{bare, hostile, html, merged_feed, rich, story};

/// An element of a document: name, attributes, text of its own, elements inside.
#[derive(Debug, Default)]
struct Element {
    name: String,
    attributes: Vec<(String, String)>,
    text: String,
    inner: Vec<Self>,
}

impl Element {
    fn all<'a, 'b>(&'a self, name: &'b str) -> impl Iterator<Item = &'a Self> + use<'a, 'b> {
        self.inner.iter().filter(move |inner| inner.name == name)
    }

    fn text(&self, name: &str) -> &str {
        let mut inner = self.inner.iter();
        inner
            .find(|inner| inner.name == name)
            .map_or("", |inner| &inner.text)
    }

    fn attribute(&self, name: &str) -> &str {
        let mut attributes = self.attributes.iter();
        attributes
            .find(|(it, _)| it == name)
            .map_or("", |(_, value)| value)
    }
}

#[test]
fn source_stands_last_and_every_entry_can_be_opened_or_read() {
    for feed in [merged_feed(), MergedFeed::new("all", "All")] {
        let document = read(&render(&feed, Format::Atom, &[rich(), bare(), hostile()]));
        assert_eq!(document.all("entry").count(), 3);
        for entry in document.all("entry") {
            let last = entry.inner.last().unwrap();
            assert_eq!(last.name, "source");
            assert!(!entry.text("title").is_empty());
            assert!(!entry.all("author").next().unwrap().text("name").is_empty());
            let n_alternates = entry
                .all("link")
                .filter(|link| link.attribute("rel") == "alternate")
                .count();
            let has_content = entry.all("content").next().is_some();
            assert!(n_alternates == 1 || (n_alternates == 0 && has_content));
        }
    }
}

#[test]
fn no_alternates_of_a_feed_are_alike() {
    let document = read(&render(&merged_feed(), Format::Atom, &[]));
    let mut types: Vec<_> = document
        .all("link")
        .filter(|link| link.attribute("rel") == "alternate")
        .map(|link| link.attribute("type"))
        .collect();
    assert_eq!(
        types,
        ["text/html", "application/rss+xml", "application/feed+json"]
    );
    types.dedup();
    assert_eq!(types.len(), 3);
}

proptest! {
    #[test]
    fn any_text_comes_back_from_atom(content in content()) {
        let view = story(1, content.clone());
        let document = read(&render(&merged_feed(), Format::Atom, std::slice::from_ref(&view)));
        let entry = document.all("entry").next().unwrap();
        prop_assert_eq!(entry.text("id"), view.story.id.to_string());
        prop_assert_eq!(entry.text("title"), headline(&content));
        prop_assert_eq!(entry.text("content"), markup(&content));
        prop_assert_eq!(entry.attribute("xml:lang"), "ru");
        let tags: Vec<_> = entry
            .all("category")
            .filter(|tag| tag.attribute("scheme").is_empty())
            .map(|tag| tag.attribute("term").to_owned())
            .collect();
        let own = plain::line(&content.categories[0]);
        prop_assert_eq!(tags, if own.is_empty() { vec![] } else { vec![own] });
    }

    #[test]
    fn readers_of_any_format_see_the_same_story(content in content()) {
        let view = story(1, content.clone());
        for format in [Format::Atom, Format::Rss, Format::Json] {
            let document = render(&merged_feed(), format, std::slice::from_ref(&view));
            let read = feed_rs::parser::parse(document.as_bytes()).unwrap();
            prop_assert_eq!(read.entries.len(), 1);
            let entry = &read.entries[0];
            prop_assert_eq!(&entry.id, &view.story.id.to_string());
            let links: Vec<&str> = entry.links.iter().map(|link| &*link.href).collect();
            prop_assert_eq!(links, vec!["https://a.example/1?a=1&b=2"], "{:?}", format);
            let published = entry.published.unwrap().timestamp();
            prop_assert_eq!(published, view.leader.published().as_seconds());
        }
    }

    #[test]
    fn json_is_json(content in content()) {
        let view = story(1, content.clone());
        let document = render(&merged_feed(), Format::Json, std::slice::from_ref(&view));
        let document: serde_json::Value = serde_json::from_str(&document).unwrap();
        let item = &document["items"][0];
        prop_assert_eq!(item["title"].as_str().unwrap_or_default(), plain::line(&content.title));
        let text = item["content_html"].as_str().unwrap_or_default();
        prop_assert_eq!(text, markup(&content));
        prop_assert_eq!(item["content_html"].is_null(), !item["content_text"].is_null());
    }

    #[test]
    fn any_stories_are_well_formed_in_both_xml_formats(views in prop::collection::vec(view(), 0..4)) {
        for format in [Format::Atom, Format::Rss] {
            read(&render(&merged_feed(), format, &views));
        }
    }
}

/// Anything a publisher may send as text, weighted to what breaks documents.
fn any_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "\\PC{0,8}".boxed(),
        any::<char>().prop_map(String::from).boxed(),
        prop::sample::select(vec![
            "]]>",
            "<![CDATA[",
            "<b>",
            "</entry>",
            "&amp;",
            "&#0;",
            "&",
            "<",
            ">",
            "\"",
            "'",
            "\0",
            "\u{B}",
            "\u{FFFE}",
            "\r\n",
            "\r",
            "\n",
            "\t",
            " ",
            "<!--",
            "--",
            "?>",
            "\u{FEFF}",
        ])
        .prop_map(str::to_owned)
        .boxed(),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

fn content() -> impl Strategy<Value = ShownContent> {
    (any_text(), any_text(), any_text()).prop_map(|(title, text, category)| ShownContent {
        title,
        link: Some("https://a.example/1?a=1&b=2".to_owned()),
        content: html(&text),
        categories: vec![category],
        language: Some("ru".to_owned()),
        ..ShownContent::default()
    })
}

fn view() -> impl Strategy<Value = StoryView> {
    (any::<u64>(), content(), any_text()).prop_map(|(number, mut content, text)| {
        content.link = Some(text.clone());
        content.summary = html(&text);
        content.authors = vec![text.clone()];
        let mut view = story(number, content);
        view.feed.name.clone_from(&text);
        view.feed.url.clone_from(&text);
        view.regions = vec![text];
        view
    })
}

/// The title an entry must show.
fn headline(content: &ShownContent) -> String {
    let title = plain::line(&content.title);
    let head = || plain::head(content.content.as_ref().unwrap().as_str(), 90);
    [title, head(), "The Astana Times".to_owned()]
        .into_iter()
        .find(|line| !line.is_empty())
        .unwrap()
}

/// The markup an entry must show: what XML can carry of it.
fn markup(content: &ShownContent) -> String {
    let markup = content.content.as_ref().unwrap().as_str();
    if markup.trim().is_empty() {
        return String::new();
    }
    let markup = markup.replace("\r\n", "\n").replace('\r', "\n");
    let is_kept = |c: &char| matches!(c, '\t' | '\n' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..);
    markup.chars().filter(is_kept).collect()
}

/// The root element of a document, read strictly.
fn read(document: &str) -> Element {
    let mut reader = Reader::from_str(document);
    let config = reader.config_mut();
    config.check_end_names = true;
    config.expand_empty_elements = true;
    let mut open = vec![Element::default()];
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) => open.push(Element {
                name: start.name().into_inner().to_owned(),
                attributes: start
                    .attributes()
                    .map(|attribute| {
                        let attribute = attribute.unwrap();
                        let value = attribute.normalized_value(XmlVersion::Explicit1_0);
                        let name = attribute.key.into_inner().to_owned();
                        (name, value.unwrap().into_owned())
                    })
                    .collect(),
                ..Element::default()
            }),
            Event::End(_) => {
                let element = open.pop().unwrap();
                open.last_mut().unwrap().inner.push(element);
            }
            Event::Text(text) => open.last_mut().unwrap().text += &text.xml10_content(),
            Event::CData(text) => open.last_mut().unwrap().text += &text.xml10_content(),
            Event::GeneralRef(reference) => {
                open.last_mut().unwrap().text.push(resolved(&reference));
            }
            Event::Eof => break,
            Event::Decl(_) => {}
            other => panic!("unexpected {other:?}"),
        }
    }
    let mut root = open.pop().unwrap();
    assert!(open.is_empty(), "unclosed");
    root.inner.pop().unwrap()
}

/// The character behind a reference.
fn resolved(reference: &str) -> char {
    let resolved = match reference.strip_prefix('#') {
        Some(number) => char::from_u32(number.parse().unwrap()),
        None => resolve_predefined_entity(reference).and_then(|it| it.chars().next()),
    };
    resolved.unwrap()
}
