//! The two readers held against each other: on every plain document at hand they agree in all.

use std::path::{Path, PathBuf};

use proptest::prelude::*;

use crate::parse::{plain, strict, tolerant};

/// Whether both readers were asked; they must agree where they were.
fn agree(text: &str, name: &str) -> bool {
    let Some(plain) = plain::scan(text) else {
        return false;
    };
    let strict = strict::read(text, &plain)
        .unwrap_or_else(|| panic!("{name}: feed-rs fails on a plain document"));
    assert_eq!(strict, tolerant::read(text).unwrap(), "{name}");
    true
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let files = std::fs::read_dir(folder).into_iter().flatten();
    let mut files: Vec<PathBuf> = files
        .map(|file| file.unwrap().path())
        .filter(|path| path.is_file())
        .collect();
    files.sort();
    files
}

/// The two agree without exception: what could be read differently is not plain.
#[test]
fn both_readers_agree_on_every_plain_feed_at_hand() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = [
        "tests/fixtures/feeds",
        "src/app/commands/demo/data",
        // Captured feeds are not ours to ship: they are read where they lie, if they do.
        "../shared/data/feeds",
    ];
    let n_compared = folders
        .iter()
        .flat_map(|folder| files(&root.join(folder)))
        .filter(|path| {
            let body = std::fs::read(path).unwrap();
            let text = String::from_utf8_lossy(&body);
            // Decoding takes byte order mark and declaration off.
            let text = text.trim_start_matches('\u{FEFF}');
            let declaration = text.find("?>").filter(|_| text.starts_with("<?xml "));
            let text = declaration.map_or(text, |end| text.split_at(end + 2).1);
            agree(text, &path.display().to_string())
        })
        .count();
    assert!(n_compared >= 3, "only {n_compared} plain feeds were found");
}

/// Plain documents with all that a plain document may hold.
const RSS: &str = r#"<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"
 xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel><title>T &amp; U</title>
<link>https://example.org/</link><description>D</description><language>en-US</language>
<atom:link href="https://example.org/feed" rel="self" type="application/rss+xml" />
<lastBuildDate>Thu, 13 Aug 2026 04:23:17 GMT</lastBuildDate><ttl>60</ttl><category>news</category>
<sy:updatePeriod>hourly</sy:updatePeriod><generator>g 1</generator><copyright>c</copyright>
<image><url>https://example.org/i.png</url><title>T</title><link>https://example.org/</link></image>
<item><title>A &#8217;b&#x2019; <![CDATA[]]></title><link>https://example.org/1</link>
<guid isPermaLink="false"> 1 </guid><pubDate> Thu, 13 Aug 2026 04:23:17 GMT</pubDate>
<dc:creator><![CDATA[ Ann ]]></dc:creator><category domain="d"><![CDATA[x & y]]></category>
<comments>https://example.org/1#c</comments><author>Bob</author>
<description>1 &lt; 2 &amp;amp; &lt;b&gt;3&lt;/b&gt;</description>
<content:encoded> <![CDATA[<p>text</p>
]]></content:encoded><enclosure url="https://example.org/a.mp3" length="12" type="audio/mpeg"/></item>
<item><title>B</title><link>https://example.org/2</link></item></channel></rss>"#;

const ATOM: &str = r#"<feed xmlns="http://www.w3.org/2005/Atom"><title type="html">T &amp;amp; U</title>
<id>urn:feed</id><subtitle>s</subtitle><link href="https://example.org/"/><rights>r</rights>
<link rel="hub" href="https://hub.example/"/><updated>2026-08-13T04:23:17Z</updated>
<icon>https://example.org/i.ico</icon><logo>https://example.org/l.png</logo>
<author><name>Desk</name><email>d@example.org</email><uri>https://example.org/desk</uri></author>
<category term="t" scheme="s" label="l"/><generator uri="u" version="1">g</generator>
<entry><id>https://example.org/1</id><title>A &lt;b&gt;</title><link rel="self" href="https://example.org/1.atom"/>
<link rel="enclosure" href="https://example.org/a.mp3" type="audio/mpeg"/><link rel="replies" href="https://example.org/c"/>
<link rel="alternate" type="text/html" href="https://example.org/1" hreflang="en" title="x"/>
<published>2026-08-12T04:23:17Z</published><updated>2026-08-13T04:23:17Z</updated>
<author><name>Ann</name></author><category term="c"/><summary type="html">&lt;p&gt;s&lt;/p&gt;</summary>
<content type="html"><![CDATA[<p>c</p>]]></content></entry>
<entry><id>2</id><title>B</title><updated>soon</updated><summary>1 &lt; 2</summary></entry></feed>"#;

/// A change that leaves many documents plain and makes many of them read differently.
#[derive(Clone, Debug)]
enum Change {
    Insert(prop::sample::Index, &'static str),
    Remove(prop::sample::Index, usize),
}

fn change() -> impl Strategy<Value = Change> {
    let pieces = prop::sample::select(vec![
        " ",
        "\n",
        "\r\n",
        "\t",
        "\u{A0}",
        "é",
        "Ж",
        "&amp;",
        "&lt;p&gt;",
        "&nbsp;",
        "&#150;",
        "&#xA0;",
        "&",
        "<",
        ">",
        "]]>",
        "<![CDATA[",
        "<!-- c -->",
        "<!--",
        "<?p q?>",
        "\"",
        "'",
        "@",
        "b@e.org",
        "/",
        "..",
        "#",
        "HTTP://E.ORG",
        "%7e",
        "<title>x</title>",
        "<link>https://example.org/3</link>",
        "<br/>",
        "<b>",
        "<guid>g</guid>",
        "<pubDate>d</pubDate>",
        "<category>k</category>",
        "<category></category>",
        "<item></item>",
        "<entry><title>t</title></entry>",
        " type='text'",
        " type=\"xhtml\"",
        " xml:lang='kk'",
        " xml:base='/b'",
        " xmlns='x'",
        "<media:group/>",
        "<updated>u</updated>",
        "<author><name>n</name></author>",
        "<author><uri>https://example.org/u</uri></author>",
        "<author></author>",
        "<dc:creator>c</dc:creator>",
        "<content:encoded>e</content:encoded>",
        "<source url='u'>s</source>",
        "0",
    ]);
    let at = any::<prop::sample::Index>;
    prop_oneof![
        3 => (at(), pieces).prop_map(|(at, piece)| Change::Insert(at, piece)),
        1 => (at(), 1_usize..12).prop_map(|(at, n)| Change::Remove(at, n)),
    ]
}

fn changed(text: &str, changes: &[Change]) -> String {
    let mut text = text.to_owned();
    for change in changes {
        let at =
            |index: &prop::sample::Index| text.floor_char_boundary(index.index(text.len().max(1)));
        match change {
            Change::Insert(index, piece) => {
                let at = at(index);
                text.insert_str(at, piece);
            }
            Change::Remove(index, n) => {
                let from = at(index);
                let to = text.floor_char_boundary((from + n).min(text.len()));
                text.replace_range(from..to.max(from), "");
            }
        }
    }
    text
}

#[test]
fn the_plain_documents_are_plain() {
    assert!(agree(RSS, "rss") && agree(ATOM, "atom"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases.max(1500), failure_persistence: None, ..ProptestConfig::default() })]

    /// A document that is plain still after changes is read the same by both.
    #[test]
    fn both_readers_agree_on_variations(
        is_atom in any::<bool>(),
        changes in prop::collection::vec(change(), 1..4),
    ) {
        let text = changed(if is_atom { ATOM } else { RSS }, &changes);
        if let Some(plain) = plain::scan(&text)
            && let Some(strict) = strict::read(&text, &plain)
        {
            prop_assert_eq!(strict, tolerant::read(&text).unwrap(), "{}", text);
        }
    }
}
