//! Every file of `tests/fixtures/feeds` on its way through decode, parse and normalise.
//!
//! A case is a document and a sidecar of the same name: what it shows, where it comes from, and
//! the headers it came with. What comes out is kept beside it as `CASE.snap`.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test helper that cannot go on must say where"
)]

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use nuncio::decode::{decode, decode_in};
use nuncio::model::entry::Entry;
use nuncio::model::parsed::{Defect, ParsedFeed, ParsedText};
use nuncio::normalise::{FeedContext, content, document};
use nuncio::parse::parse;
use proptest::prelude::*;
use url::Url;

pub(crate) const BODY_MAX_BYTES: usize = 10 * 1024 * 1024;
pub(crate) const ENTRIES_MAX: usize = 1000;

/// A body with what was sent beside it.
pub(crate) struct Document {
    pub(crate) name: String,
    pub(crate) body: Vec<u8>,
    pub(crate) url: Url,
    /// Language the feed is configured with.
    pub(crate) language: Option<String>,
    pub(crate) content_type: Option<String>,
    pub(crate) content_encoding: Option<String>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/feeds")
}

fn cases() -> Vec<Document> {
    let mut documents: Vec<PathBuf> = std::fs::read_dir(folder())
        .unwrap()
        .map(|file| file.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|kind| kind == "xml" || kind == "json")
        })
        .collect();
    documents.sort();
    documents.iter().map(|path| case(path)).collect()
}

fn case(document: &Path) -> Document {
    let sidecar = std::fs::read_to_string(document.with_extension("toml")).unwrap();
    let sidecar: toml::Table = sidecar.parse().unwrap();
    let text = |key: &str| Some(sidecar.get(key)?.as_str().unwrap().to_owned());
    for key in ["shows", "provenance"] {
        assert!(text(key).is_some(), "{} lacks {key}", document.display());
    }
    let body = std::fs::read(document).unwrap();
    Document {
        name: document.file_stem().unwrap().to_str().unwrap().to_owned(),
        body: match text("pack").as_deref() {
            Some("gzip") => gzip(&body),
            Some(other) => panic!("{}: unknown packing {other}", document.display()),
            None => body,
        },
        url: text("url").unwrap().parse().unwrap(),
        language: text("language"),
        content_type: text("content-type"),
        content_encoding: text("content-encoding"),
    }
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// The way of one body through the three stages, written down.
pub(crate) fn report(case: &Document) -> String {
    let mut out = String::new();
    let decoded = decode_in(
        &case.body,
        case.content_type.as_deref(),
        case.content_encoding.as_deref(),
        case.language.as_deref(),
        BODY_MAX_BYTES,
    );
    let text = match decoded {
        Ok(text) => text,
        Err(error) => return format!("decode: {} ({})\n", error.kind(), error),
    };
    writeln!(out, "{:?} in {}", text.kind, text.charset).unwrap();
    report_defects(&mut out, &text.defects);
    match parse(&text) {
        Ok(feed) => report_feed(&mut out, feed, &case.url),
        Err(error) => writeln!(out, "parse: {} ({error})", error.kind()).unwrap(),
    }
    out
}

fn report_defects(out: &mut String, defects: &[Defect]) {
    for defect in defects {
        writeln!(out, "  ! {}: {}", defect.kind, defect.detail).unwrap();
    }
}

fn report_feed(out: &mut String, feed: ParsedFeed, url: &Url) {
    let title = feed.title.as_ref().map(ParsedText::as_written);
    writeln!(out, "{:?} {title:?}", feed.format).unwrap();
    let link = feed.link.as_ref().map(|link| link.href.as_str());
    writeln!(out, "link {link:?} language {:?}", feed.language).unwrap();
    writeln!(out, "{:?}", feed.pace).unwrap();
    writeln!(
        out,
        "{} entries, {} over the limit",
        feed.entries.len(),
        feed.n_over_limit
    )
    .unwrap();
    report_defects(out, &feed.defects);
    let context = FeedContext::of(&feed, url.clone(), None);
    let read = document(feed.entries, &context, ENTRIES_MAX);
    report_defects(out, &read.defects);
    for entry in &read.entries {
        out.push('\n');
        report_entry(out, entry);
    }
    if read.n_rejected > 0 {
        writeln!(out, "\n{} rejected", read.n_rejected).unwrap();
    }
}

fn report_entry(out: &mut String, entry: &Entry) {
    let shown = content::shown(entry);
    writeln!(out, "- {:?}", entry.title).unwrap();
    writeln!(out, "  guid {:?}", entry.guid).unwrap();
    let link = entry.link.as_ref().map(Url::as_str);
    writeln!(out, "  link {link:?} from {:?}", entry.raw_link).unwrap();
    writeln!(
        out,
        "  claim {:?} language {:?}",
        entry.claim, entry.language
    )
    .unwrap();
    writeln!(out, "  by {:?} in {:?}", entry.authors, entry.categories).unwrap();
    writeln!(out, "  text {:?}", entry.text).unwrap();
    writeln!(
        out,
        "  summary {:?}",
        shown.summary.map(|html| html.to_string())
    )
    .unwrap();
    writeln!(
        out,
        "  content {:?}",
        shown.content.map(|html| html.to_string())
    )
    .unwrap();
    for file in &entry.enclosures {
        writeln!(
            out,
            "  file {} {} {}",
            file.url, file.media_type, file.size_bytes
        )
        .unwrap();
    }
    report_defects(out, &entry.defects);
}

#[test]
fn every_fixture_comes_out_as_it_did() {
    let cases = cases();
    assert!(cases.len() >= 15, "fixtures are missing");
    for case in cases {
        insta::with_settings!({
            snapshot_path => folder(),
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, {
            insta::assert_snapshot!(case.name.as_str(), report(&case));
        });
    }
}

#[test]
fn deep_nesting_is_cut_on_a_small_stack() {
    let groups = "<media:group>".repeat(5_000);
    let body = format!(
        "<rss version=\"2.0\"><channel><item>{groups}</item><item><title>x</title></item></channel></rss>"
    );
    let worker = std::thread::Builder::new().stack_size(256 * 1024);
    let read = move || {
        let text = decode(body.as_bytes(), None, None, BODY_MAX_BYTES).unwrap();
        let feed = parse(&text).unwrap();
        let kinds: Vec<_> = feed.defects.iter().map(|defect| defect.kind).collect();
        (feed.entries.len(), kinds)
    };
    let (n_entries, kinds) = worker.spawn(read).unwrap().join().unwrap();
    assert_eq!(n_entries, 2);
    assert!(kinds.contains(&"too-deep"), "{kinds:?}");
}

/// Runs a body through all stages; the value is not looked at, only that there is one.
fn survives(body: &[u8], content_type: Option<&str>) {
    let case = Document {
        name: String::new(),
        body: body.to_vec(),
        url: Url::parse("https://example.org/feed.xml").unwrap(),
        language: None,
        content_type: content_type.map(str::to_owned),
        content_encoding: None,
    };
    assert!(!report(&case).is_empty());
}

/// One change to a document: a cut, a flipped byte, a piece repeated, a piece put in.
#[derive(Clone, Debug)]
enum Damage {
    Cut(prop::sample::Index),
    Set(prop::sample::Index, u8),
    Repeat(prop::sample::Index, prop::sample::Index),
    Insert(prop::sample::Index, &'static str),
}

fn damage() -> impl Strategy<Value = Damage> {
    let at = any::<prop::sample::Index>;
    let pieces = prop::sample::select(vec![
        "<",
        ">",
        "&",
        "\"",
        "]]>",
        "<![CDATA[",
        "<!--",
        "</item>",
        "<item>",
        "</p>",
        "<title>",
        "&#0;",
        "<?xml version='1.0' encoding='koi8-r'?>",
        "<!DOCTYPE x [<!ENTITY a 'b'>",
        " xmlns='x'",
        "</channel>",
        "{\"",
        "\u{0}",
        "\u{202E}",
    ]);
    prop_oneof![
        at().prop_map(Damage::Cut),
        (at(), any::<u8>()).prop_map(|(at, byte)| Damage::Set(at, byte)),
        (at(), at()).prop_map(|(a, b)| Damage::Repeat(a, b)),
        (at(), pieces).prop_map(|(at, piece)| Damage::Insert(at, piece)),
    ]
}

fn damaged(mut body: Vec<u8>, damage: &[Damage]) -> Vec<u8> {
    for one in damage {
        let n = body.len().max(1);
        match one {
            Damage::Cut(at) => body.truncate(at.index(n)),
            Damage::Set(at, byte) => {
                if let Some(slot) = body.get_mut(at.index(n)) {
                    *slot = *byte;
                }
            }
            Damage::Repeat(a, b) => {
                let (start, end) = (a.index(n).min(b.index(n)), a.index(n).max(b.index(n)));
                let piece: Vec<u8> = body.iter().take(end).skip(start).copied().collect();
                body.splice(start.min(body.len())..start.min(body.len()), piece);
            }
            Damage::Insert(at, piece) => {
                let at = at.index(n).min(body.len());
                body.splice(at..at, piece.bytes());
            }
        }
    }
    body
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes_are_survived(
        body in prop::collection::vec(any::<u8>(), 0..600),
        content_type in prop::option::of("[a-z/]{0,9}(; ?charset=[a-z0-9-]{0,12})?"),
    ) {
        survives(&body, content_type.as_deref());
    }

    #[test]
    fn arbitrary_markup_is_survived(body in "(<rss>|<feed>|<rdf:RDF>)?([<>/&;!\"' =a-z\\[\\]-]|<item>|<title>|</title>|<entry>|<content type='xhtml'>|<!\\[CDATA\\[|\\]\\]>){0,60}") {
        survives(body.as_bytes(), None);
    }

    #[test]
    fn damaged_fixtures_are_survived(
        which in any::<prop::sample::Index>(),
        damage in prop::collection::vec(damage(), 1..6),
    ) {
        let cases = cases();
        let case = &cases[which.index(cases.len())];
        survives(&damaged(case.body.clone(), &damage), case.content_type.as_deref());
    }
}

/// Captured feeds are not ours to ship: they are read where they lie, if they do.
#[test]
#[expect(clippy::print_stdout, reason = "a skipped test says so")]
fn captured_feeds_lose_nothing() {
    let folder = std::env::var_os("NUNCIO_SHARED_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/feeds"),
        PathBuf::from,
    );
    let Ok(files) = std::fs::read_dir(&folder) else {
        println!("skipped: no captured feeds at {}", folder.display());
        return;
    };
    for path in files
        .map(|file| file.unwrap().path())
        .filter(|path| path.is_file())
    {
        let body = std::fs::read(&path).unwrap();
        let text = decode(&body, None, None, BODY_MAX_BYTES).unwrap();
        let feed = parse(&text).unwrap();
        let tags = ["<item>", "<item ", "<entry>", "<entry "];
        let n_written: usize = tags.iter().map(|tag| text.text.matches(tag).count()).sum();
        assert_eq!(feed.entries.len(), n_written, "{}", path.display());
        assert!(n_written > 0, "{}", path.display());
        let n_untitled = feed
            .entries
            .iter()
            .filter(|entry| entry.title.is_none())
            .count();
        assert_eq!(n_untitled, 0, "{}", path.display());
        assert_eq!(
            (&text.defects, &feed.defects),
            (&vec![], &vec![]),
            "{}",
            path.display()
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// What is shown holds no tag and no attribute outside the allow-list, whatever came in.
    #[test]
    fn nothing_active_survives_the_sanitiser(
        html in "(<(script|svg|math|style|a|img|p|table|td|title|textarea|noscript|iframe|x)|</(script|svg|math|style|a|p|table|title)>|>| (href|src|onload|style|srcdoc|xlink:href)=|\"|'|javascript:x|data:x|&#58;|<!--|-->|<!\\[CDATA\\[|\\]\\]>|[a-z ]){0,40}",
    ) {
        let base = Url::parse("https://example.org/").unwrap();
        let safe = nuncio::normalise::html::sanitise(&nuncio::model::html::RawHtml(html), &base);
        let lower = safe.as_str().to_lowercase();
        for active in ["<script", "<svg", "<math", "<style", "<iframe", "<noscript", "<textarea", "<title", "<x"] {
            prop_assert!(!lower.contains(active), "{lower}");
        }
        for (tag, _) in lower.split('<').skip(1).filter_map(|part| part.split_once('>')) {
            for attribute in [" onload=", " style=", " srcdoc=", "=\"javascript:", "=\"data:"] {
                prop_assert!(!tag.contains(attribute) || tag.contains("title=\""), "{lower}");
            }
        }
    }
}
