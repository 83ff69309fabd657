//! Whole documents, read as the stage reads them.

use crate::model::html::RawHtml;
use crate::model::parsed::{
    FeedFormat, FeedText, MarkedUp, ParsedCategory, ParsedEnclosure, ParsedEntry, ParsedFeed,
    ParsedLink, ParsedPerson, ParsedText, PublisherPace, Reference, TextKind,
};
use crate::parse::guard::{DEPTH_MAX, ENTRIES_READ_MAX};
use crate::parse::{ParseError, parse};

fn read(text: &str) -> Result<ParsedFeed, ParseError> {
    read_kind(text, TextKind::Xml)
}

fn read_kind(text: &str, kind: TextKind) -> Result<ParsedFeed, ParseError> {
    let text = FeedText {
        text: text.to_owned(),
        kind,
        charset: "UTF-8",
        defects: Vec::new(),
    };
    parse(&text)
}

fn rss(items: &str) -> String {
    format!("<rss version=\"2.0\"><channel><title>F</title>{items}</channel></rss>")
}

fn atom(entries: &str) -> String {
    format!("<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>F</title>{entries}</feed>")
}

fn html(text: &str) -> ParsedText {
    ParsedText::html(text)
}

fn plain(text: &str) -> ParsedText {
    ParsedText::Plain(text.to_owned())
}

fn link_to(href: &str) -> ParsedLink {
    ParsedLink {
        target: Reference::bare(href),
        rel: "alternate".to_owned(),
        ..ParsedLink::default()
    }
}

/// One entry and the kinds of defects.
fn one(text: &str) -> (ParsedEntry, Vec<&'static str>) {
    let feed = read(text).unwrap();
    let kinds = feed.defects.iter().map(|defect| defect.kind).collect();
    let [entry] = <[ParsedEntry; 1]>::try_from(feed.entries).unwrap();
    (entry, kinds)
}

fn title_of(text: &str) -> Option<ParsedText> {
    one(text).0.title
}

fn titles(text: &str) -> Vec<String> {
    let feed = read(text).unwrap();
    feed.entries
        .into_iter()
        .map(|entry| {
            entry
                .title
                .map_or_else(String::new, |title| title.as_written().to_owned())
        })
        .collect()
}

#[test]
fn rss_is_read_whole() {
    let feed = read(
        "<rss version='2.0' xmlns:dc='http://purl.org/dc/elements/1.1/'
           xmlns:content='http://purl.org/rss/1.0/modules/content/'><channel>
         <title>МИД &amp; Ко</title><link>https://example.org/</link><language>ru</language>
         <ttl>60</ttl><skipHours><hour>3</hour></skipHours>
         <item><title>A &lt;b>B&lt;/b></title><link>/news/1</link><guid isPermaLink='false'> id-1 </guid>
           <pubDate>2026-08-13T04:23:17Z</pubDate><description>D</description>
           <content:encoded><![CDATA[<p>C</p>]]></content:encoded>
           <author>press@mfa.example (Иван Иванов)</author><dc:creator>Second</dc:creator>
           <category>x</category><category>y</category><category>x</category>
           <enclosure url='/a.jpg' type='image/jpeg' length='12'/></item>
         </channel></rss>",
    )
    .unwrap();
    assert_eq!(
        feed,
        ParsedFeed {
            title: Some(plain("МИД & Ко")),
            link: Some(Reference::bare("https://example.org/")),
            links: vec![link_to("https://example.org/")],
            language: Some("ru".to_owned()),
            pace: PublisherPace {
                ttl_minutes: Some(60),
                skip_hours: vec![3],
                ..PublisherPace::default()
            },
            entries: vec![ParsedEntry {
                guid: Some("id-1".to_owned()),
                link: Some(Reference::bare("/news/1")),
                links: vec![link_to("/news/1")],
                title: Some(html("A <b>B</b>")),
                summary: Some(plain("D")),
                content: Some(html("<p>C</p>")),
                published: vec!["2026-08-13T04:23:17Z".to_owned()],
                authors: vec![
                    ParsedPerson {
                        email: Some("press@mfa.example".to_owned()),
                        ..ParsedPerson::named("Иван Иванов")
                    },
                    ParsedPerson::named("Second"),
                ],
                categories: vec![ParsedCategory::of("x"), ParsedCategory::of("y")],
                enclosures: vec![ParsedEnclosure {
                    url: Reference::bare("/a.jpg"),
                    media_type: Some("image/jpeg".to_owned()),
                    size_bytes: Some(12),
                }],
                ..ParsedEntry::default()
            }],
            ..ParsedFeed::empty(FeedFormat::Rss)
        }
    );
}

#[test]
fn atom_is_read_whole() {
    let (entry, kinds) = one(&atom(
        "<author><name>Desk</name></author>
         <entry xml:base='https://example.org/a/' xml:lang='kk'><id>urn:1</id>
         <title type='text'>1 &lt; 2</title>
         <link rel='self' href='self'/><link rel='enclosure' href='f.mp3' type='audio/mpeg'/>
         <link rel='alternate' type='text/html' href='story'/>
         <published>2026-08-01T00:00:00Z</published><updated>2026-08-02T00:00:00Z</updated>
         <category term='t' label='L'/><summary>S</summary>
         <content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>a<br/>b</div></content></entry>",
    ));
    assert_eq!(kinds, [""; 0]);
    let base = Some("https://example.org/a/".to_owned());
    let based = |href: &str| Reference {
        href: href.to_owned(),
        base: base.clone(),
    };
    assert_eq!(
        entry,
        ParsedEntry {
            guid: Some("urn:1".to_owned()),
            link: Some(based("story")),
            links: vec![
                ParsedLink {
                    target: based("self"),
                    rel: "self".to_owned(),
                    ..ParsedLink::default()
                },
                ParsedLink {
                    target: based("f.mp3"),
                    rel: "enclosure".to_owned(),
                    media_type: Some("audio/mpeg".to_owned()),
                    ..ParsedLink::default()
                },
                ParsedLink {
                    target: based("story"),
                    media_type: Some("text/html".to_owned()),
                    ..link_to("")
                },
            ],
            title: Some(plain("1 < 2")),
            summary: Some(plain("S")),
            content: Some(ParsedText::Xhtml(MarkedUp {
                html: RawHtml("a<br>b".to_owned()),
                base: base.clone(),
            })),
            published: vec!["2026-08-01T00:00:00Z".to_owned()],
            updated: vec!["2026-08-02T00:00:00Z".to_owned()],
            authors: vec![ParsedPerson::named("Desk")],
            categories: vec![ParsedCategory {
                label: Some("L".to_owned()),
                ..ParsedCategory::of("t")
            }],
            enclosures: vec![ParsedEnclosure {
                url: based("f.mp3"),
                media_type: Some("audio/mpeg".to_owned()),
                size_bytes: None,
            }],
            language: Some("kk".to_owned()),
            ..ParsedEntry::default()
        }
    );
}

#[test]
fn rdf_items_are_read_with_and_without_a_link() {
    let feed = read(
        "<rdf:RDF xmlns='http://purl.org/rss/1.0/' xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'
          xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'>
         <channel rdf:about='x'><title>F</title><link>https://example.org/</link><dc:language>fr</dc:language>
         <sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency></channel>
         <item rdf:about='https://example.org/1'><title>one</title><link>https://example.org/1</link>
         <dc:subject>s</dc:subject><dc:date>2026-08-13T04:23:17Z</dc:date></item>
         <item rdf:about='tag:2'><title>two</title></item></rdf:RDF>",
    )
    .unwrap();
    assert_eq!(feed.format, FeedFormat::Rdf);
    assert_eq!(feed.language, Some("fr".to_owned()));
    assert_eq!(feed.pace.update_period_s, Some(21_600));
    assert_eq!(feed.defects, []);
    let keys: Vec<_> = feed
        .entries
        .iter()
        .map(|entry| {
            (
                entry.guid.as_deref(),
                entry.link.as_ref().map(|link| link.href.as_str()),
                !entry.published.is_empty(),
            )
        })
        .collect();
    let address = Some("https://example.org/1");
    assert_eq!(
        keys,
        [(address, address, true), (Some("tag:2"), None, false)]
    );
}

#[test]
fn json_is_read_leniently() {
    let text = r#"{"version": "https://jsonfeed.org/version/1.1", "title": "F", "language": "en",
        "authors": [{"name": "Desk"}], "items": [null,
        {"id": 7, "url": "https://example.org/7", "title": "T", "content_html": "<p>C</p>",
         "content_text": "C", "date_published": "2026-08-13T04:23:17Z", "tags": "one",
         "attachments": [{"url": "a.mp3", "mime_type": 3, "size_in_bytes": 1.5}, 3]}]}"#;
    let feed = read_kind(text, TextKind::Json).unwrap();
    let kinds: Vec<_> = feed.defects.iter().map(|defect| defect.kind).collect();
    assert_eq!(kinds, ["odd-items"]);
    assert_eq!(
        feed.entries,
        [ParsedEntry {
            guid: Some("7".to_owned()),
            link: Some(Reference::bare("https://example.org/7")),
            links: vec![link_to("https://example.org/7")],
            title: Some(plain("T")),
            summary: Some(plain("C")),
            content: Some(html("<p>C</p>")),
            published: vec!["2026-08-13T04:23:17Z".to_owned()],
            authors: vec![ParsedPerson::named("Desk")],
            categories: vec![ParsedCategory::of("one")],
            enclosures: vec![ParsedEnclosure {
                url: Reference::bare("a.mp3"),
                media_type: Some("3".to_owned()),
                size_bytes: None,
            }],
            ..ParsedEntry::default()
        }]
    );
}

#[test]
fn ids_are_never_invented() {
    assert_eq!(one(&rss("<item><title>x</title></item>")).0.guid, None);
    assert_eq!(
        one(&rss("<item><link>https://e.org/</link></item>")).0.guid,
        None
    );
    assert_eq!(
        one(&rss("<item><title>x</title><guid> </guid></item>"))
            .0
            .guid,
        None
    );
    assert_eq!(one(&atom("<entry><title>x</title></entry>")).0.guid, None);
}

#[test]
fn a_permalink_guid_is_the_link() {
    let link = |guid: &str| {
        one(&rss(&format!("<item>{guid}<title>x</title></item>")))
            .0
            .link
            .map(|link| link.href)
    };
    assert_eq!(
        link("<guid>https://e.org/1</guid>"),
        Some("https://e.org/1".to_owned())
    );
    assert_eq!(
        link("<guid isPermaLink='false'>https://e.org/1</guid>"),
        None
    );
    assert_eq!(link("<guid>1</guid>"), None);
}

#[test]
fn links_stay_as_written() {
    let link = |link: &str| {
        let text = format!("<item xml:base='https://base.org/'><link>{link}</link></item>");
        one(&rss(&text)).0.link.map(|link| link.href)
    };
    for written in ["https://e.org", "../x?a=1", "HTTPS://E.ORG/%7e/Ä"] {
        assert_eq!(link(written), Some(written.to_owned()));
    }
}

#[test]
fn what_panics_feed_rs_does_not_reach_it() {
    for items in [
        "<item><title>x</title><author>a@b.kz (Ж)</author></item>",
        "<managingEditor>Жa@b.kz</managingEditor><item><title>x</title></item>",
        "<item xmlns:dc='http://purl.org/dc/elements/1.1/'><title>x</title><dc:creator>Жa@b.kz</dc:creator></item>",
        "<item xmlns:i='http://www.itunes.com/dtds/podcast-1.0.dtd'><title>x</title><i:duration>٣:٣</i:duration></item>",
        "<item xmlns:m='http://search.yahoo.com/mrss/'><title>x</title><m:thumbnail url='u' time='٣:٣'/></item>",
        "<item xmlns:m='http://search.yahoo.com/mrss/'><title>x</title><m:title></m:title></item>",
        "<item xml:base='http://[broken'><title>x</title></item>",
        "<?xml version='1.0' encoding='koi8-r'?><item><title>x</title></item>",
    ] {
        assert_eq!(titles(&rss(items)), ["x"], "{items}");
    }
    for entry in [
        "<title type='text/plain'>x</title>",
        "<title type=''>x</title>",
        "<title type='HTML'>x</title>",
        "<title>x</title><content type='image/svg+xml'><svg/></content>",
        "<title>x</title><content type='video/mp4'></content>",
        "<title>x</title><content src='u'>y</content>",
    ] {
        let entry = format!("<entry>{entry}</entry>");
        assert_eq!(titles(&atom(&entry)), ["x"], "{entry}");
    }
}

#[test]
fn damage_is_mended_and_said() {
    for (text, expected, defect) in [
        (rss("<item><title>a & b</title></item>"), vec!["a & b"], None),
        (rss("<item><title>a<link>u</link></item>"), vec!["a"], Some("unbalanced-tags")),
        (rss("<item><title>a</title><item><title>b</title></item>"), vec!["a", "b"], None),
        (rss("<item><title>a &#0;b</title></item>"), vec!["a b"], Some("forbidden-references")),
        (rss("<item><title>1 < 2 & <b>3</b> &amp;</title></item>"), vec!["1 < 2 & <b>3</b> &amp;"], None),
        (rss("</p><item><title>a</title></item>"), vec!["a"], Some("unbalanced-tags")),
        ("<rss><channel></channel><item><title>a</title></item></rss>".to_owned(), vec!["a"], None),
        ("<RSS version='9'><CHANNEL><ITEM><TITLE>a</TITLE></ITEM></CHANNEL></RSS>".to_owned(), vec!["a"], None),
        ("<rss xmlns='http://backend.userland.com/rss2'><item><title>a</title></item></rss>".to_owned(), vec!["a"], None),
        ("<br/>Warning <rss><channel><item><title>a</title></item></channel></rss><p>x".to_owned(), vec!["a"], Some("junk-after-root")),
        ("<channel><item><title>a</title></item></channel>".to_owned(), vec!["a"], Some("no-root")),
        ("<feed xmlns='http://purl.org/atom/ns#'><entry><title>a</title></entry></feed>".to_owned(), vec!["a"], None),
        ("<a:feed xmlns:a='https://www.w3.org/2005/atom'><a:entry><a:title>a</a:title></a:entry></a:feed>".to_owned(), vec!["a"], None),
        ("<!DOCTYPE rss [<!ENTITY e 'x'>]><rss><item><title>a</title></item></rss>".to_owned(), vec!["a"], Some("entity-declarations")),
    ] {
        let feed = read(&text).unwrap();
        let kinds: Vec<_> = feed.defects.iter().map(|defect| defect.kind).collect();
        assert_eq!(titles(&text), expected, "{text}");
        assert!(!kinds.contains(&"entries-lost"), "{text}: {kinds:?}");
        if let Some(defect) = defect {
            assert!(kinds.contains(&defect), "{text}: {kinds:?}");
        }
    }
}

#[test]
fn mixed_text_keeps_its_markup() {
    let description = one(&rss(
        "<item><description>a &amp; b <p class=\"x\">c &lt; d<br>e</p></description></item>",
    ));
    assert_eq!(
        description.0.summary,
        Some(html("a &amp; b <p class=\"x\">c &lt; d<br>e</p>"))
    );
    assert_eq!(
        title_of(&atom("<entry><title>a <b>c</b></title></entry>")),
        Some(html("a <b>c</b>"))
    );
}

#[test]
fn a_cut_entry_is_left_out() {
    let whole = rss("<item><title>a</title></item><item><title>b</title></item>");
    for cut in ["<title>b", "<item><title>b</title>"] {
        let at = whole.find(cut).unwrap() + cut.len();
        let text = whole.get(..at).unwrap();
        assert_eq!(titles(text), ["a"], "{text}");
        let kinds: Vec<_> = read(text).unwrap().defects.iter().map(|d| d.kind).collect();
        assert_eq!(kinds, ["truncated"], "{text}");
    }
}

#[test]
fn nesting_is_cut() {
    let deep = |n: usize| {
        format!(
            "{}{}",
            "<media:group>".repeat(n),
            "</media:group>".repeat(n)
        )
    };
    let nested = |n| {
        let group = deep(n);
        let (entry, kinds) = one(&rss(&format!("<item>{group}<title>x</title></item>")));
        assert_eq!(entry.title, Some(plain("x")));
        kinds
    };
    assert_eq!(nested(5_000), ["undeclared-prefixes", "too-deep"]);
    assert_eq!(nested(DEPTH_MAX - 3), ["undeclared-prefixes"]);
}

#[test]
fn what_is_over_a_limit_is_counted() {
    let items = "<item><title>x</title></item>".repeat(ENTRIES_READ_MAX + 3);
    let feed = read(&rss(&items)).unwrap();
    assert_eq!(feed.entries.len(), ENTRIES_READ_MAX);
    assert_eq!(feed.n_over_limit, 3);
    let fat = format!("<item>{}</item>", "<a/>".repeat(90_000));
    let feed = read(&rss(&fat.repeat(3))).unwrap();
    assert_eq!((feed.entries.len(), feed.n_over_limit), (1, 2));
}

#[test]
fn what_is_no_feed_says_what_it_is() {
    for (text, kind, expected) in [
        ("<html>", TextKind::Html, "an HTML page"),
        ("", TextKind::Empty, "empty"),
        ("hello", TextKind::Unknown, "it starts with \"hello\""),
        (
            "<opml version='2.0'><body/></opml>",
            TextKind::Xml,
            "a list of feeds (OPML)",
        ),
        (
            "<note><item/></note>",
            TextKind::Xml,
            "its root is \"note\"",
        ),
        ("[]", TextKind::Json, "a JSON list"),
        ("{\"error\": 403}", TextKind::Json, "JSON without \"items\""),
    ] {
        let error = read_kind(text, kind).unwrap_err();
        assert_eq!(error.kind(), "not-a-feed");
        assert!(error.to_string().contains(expected), "{error}");
    }
    let error = read_kind("{\"items\":\n[", TextKind::Json).unwrap_err();
    assert!(
        matches!(error, ParseError::Malformed { line: Some(2), .. }),
        "{error:?}"
    );
}

#[test]
fn a_video_without_text_takes_the_medias() {
    let (entry, _) = one(&atom(
        "<entry xmlns:media='http://search.yahoo.com/mrss/'><id>yt:1</id><media:group>
         <media:title>T</media:title><media:description>D</media:description>
         <media:thumbnail url='https://e.org/t.jpg'/></media:group></entry>",
    ));
    assert_eq!(entry.title, Some(plain("T")));
    assert_eq!(entry.summary, Some(plain("D")));
    assert_eq!(entry.enclosures.len(), 1);
}

#[test]
fn dates_stand_as_written_the_best_first() {
    let (entry, kinds) = one(&rss("<item xmlns:dc='http://purl.org/dc/elements/1.1/'>
         <title>x</title><dc:date>soon</dc:date><pubDate>2026-08-13T00:00:00Z</pubDate>
         <title></title></item>"));
    assert_eq!(entry.published, ["2026-08-13T00:00:00Z", "soon"]);
    assert_eq!(entry.title, Some(plain("x")));
    assert_eq!(kinds, [""; 0]);
}
