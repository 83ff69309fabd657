//! A case as its file gives it: a document, the headers it came with, and what must come of it.

use std::path::{Path, PathBuf};

use encoding_rs::Encoding;
use serde::Deserialize;

use crate::feeds::expected::Expected;
use crate::stages::{Document, gzip};

/// One document of a class.
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) document: Document,
    pub(crate) expected: Expected,
}

/// A file: one class.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClassFile {
    /// Where its cases come from.
    provenance: String,
    case: Vec<CaseText>,
}

/// A case as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct CaseText {
    name: String,
    /// Why it is there: what publishers do, or what a reader gets wrong.
    why: String,
    /// `Content-Type` header.
    content_type: Option<String>,
    /// `Content-Encoding` header.
    content_encoding: Option<String>,
    /// Address it came from.
    #[serde(default = "default_url")]
    url: String,
    /// Language the feed is configured with.
    language: Option<String>,
    /// Charset the body is written in; UTF-8 where unsaid. UTF-16 and UTF-32 come without a mark.
    charset: Option<String>,
    /// `\xNN` in the body stands for that byte.
    #[serde(default)]
    bytes: bool,
    /// How the body is packed.
    pack: Option<String>,
    /// The whole document, or what stands in an otherwise plain one: in the channel of an RSS 2.0
    /// feed, in an Atom 1.0 feed, in RDF after the channel, in the items of a JSON Feed.
    /// `{{9 * <b>}}` stands for nine times `<b>`.
    body: Option<String>,
    rss: Option<String>,
    atom: Option<String>,
    rdf: Option<String>,
    json: Option<String>,
    expect: Expected,
}

fn default_url() -> String {
    "https://example.org/news/feed.xml".to_owned()
}

pub(crate) fn class_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/feeds/cases")
}

/// Every class with its cases, by name.
pub(crate) fn classes() -> Vec<(String, Vec<Case>)> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(class_folder())
        .unwrap()
        .map(|file| file.unwrap().path())
        .filter(|path| path.extension().is_some_and(|kind| kind == "toml"))
        .collect();
    files.sort();
    files.iter().map(|file| class(file)).collect()
}

fn class(file: &Path) -> (String, Vec<Case>) {
    let name = file.file_stem().unwrap().to_str().unwrap().to_owned();
    let text = std::fs::read_to_string(file).unwrap();
    let read: Result<ClassFile, _> = toml::from_str(&text);
    let read = read.unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    assert!(!read.provenance.is_empty(), "{name}");
    let cases = read.case.into_iter().map(CaseText::read).collect();
    (name, cases)
}

impl CaseText {
    fn read(self) -> Case {
        assert!(!self.why.is_empty(), "{}: why is it there?", self.name);
        let body = multiplied(&self.document());
        let body = in_charset(&body, self.charset.as_deref());
        let body = if self.bytes { unescaped(&body) } else { body };
        Case {
            document: Document {
                name: self.name.clone(),
                body: packed(body, self.pack.as_deref()),
                url: self.url.parse().unwrap(),
                language: self.language,
                content_type: self.content_type,
                content_encoding: self.content_encoding,
            },
            name: self.name,
            expected: self.expect,
        }
    }

    fn document(&self) -> String {
        let around = [
            (&self.body, "", ""),
            (
                &self.rss,
                "<?xml version=\"1.0\"?>\n<rss version=\"2.0\"><channel><title>T</title>\
                 <link>https://example.org/</link><description>D</description>\n",
                "</channel></rss>\n",
            ),
            (
                &self.atom,
                "<?xml version=\"1.0\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>T</title>\
                 <id>urn:x:feed</id><updated>2026-08-13T00:00:00Z</updated>\
                 <link href=\"https://example.org/\"/>\n",
                "</feed>\n",
            ),
            (
                &self.rdf,
                "<?xml version=\"1.0\"?>\n<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" \
                 xmlns=\"http://purl.org/rss/1.0/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\
                 <channel rdf:about=\"https://example.org/rdf\"><title>T</title>\
                 <link>https://example.org/</link><description>D</description></channel>\n",
                "</rdf:RDF>\n",
            ),
            (
                &self.json,
                "{\"version\": \"https://jsonfeed.org/version/1.1\", \"title\": \"T\", \
                 \"home_page_url\": \"https://example.org/\", \"items\": [\n",
                "]}\n",
            ),
        ];
        let mut given = around.iter().filter_map(|(inner, before, after)| {
            let inner = inner.as_ref()?;
            Some(format!("{before}{inner}{after}"))
        });
        let document = given.next();
        assert!(given.next().is_none(), "{}: two documents", self.name);
        document.unwrap_or_else(|| panic!("{}: no document", self.name))
    }
}

/// `body` with every `{{N * TEXT}}` written out.
fn multiplied(body: &str) -> String {
    let mut out = String::new();
    let mut rest = body;
    while let Some((before, after)) = rest.split_once("{{") {
        let (times, tail) = after.split_once("}}").unwrap();
        let (n, text) = times.split_once(" * ").unwrap();
        out.push_str(before);
        out.push_str(&text.repeat(n.parse().unwrap()));
        rest = tail;
    }
    out + rest
}

fn in_charset(body: &str, charset: Option<&str>) -> Vec<u8> {
    match charset {
        None => body.as_bytes().to_vec(),
        Some("utf-16le") => body.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        Some("utf-16be") => body.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        Some("utf-32le") => body
            .chars()
            .flat_map(|c| u32::from(c).to_le_bytes())
            .collect(),
        Some("utf-32be") => body
            .chars()
            .flat_map(|c| u32::from(c).to_be_bytes())
            .collect(),
        Some(label) => {
            let encoding = Encoding::for_label(label.as_bytes()).unwrap();
            let (bytes, _, had_unmappable) = encoding.encode(body);
            assert!(!had_unmappable, "not all of it can be written in {label}");
            bytes.into_owned()
        }
    }
}

/// `body` with every `\xNN` as that byte.
fn unescaped(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = body;
    while let Some((&byte, tail)) = rest.split_first() {
        let code = rest.strip_prefix(b"\\x").and_then(|code| code.get(..2));
        let code = code.and_then(|code| std::str::from_utf8(code).ok());
        if let Some(value) = code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            out.push(value);
            rest = &rest[4..];
        } else {
            out.push(byte);
            rest = tail;
        }
    }
    out
}

fn packed(body: Vec<u8>, pack: Option<&str>) -> Vec<u8> {
    use std::io::Write as _;
    let level = flate2::Compression::fast();
    match pack {
        None => body,
        Some("gzip") => gzip(&body),
        Some("zlib") => {
            let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), level);
            encoder.write_all(&body).unwrap();
            encoder.finish().unwrap()
        }
        Some("deflate") => {
            let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), level);
            encoder.write_all(&body).unwrap();
            encoder.finish().unwrap()
        }
        Some("br") => {
            let mut packed = Vec::new();
            let mut encoder = brotli::CompressorWriter::new(&mut packed, 4096, 5, 20);
            encoder.write_all(&body).unwrap();
            drop(encoder);
            packed
        }
        Some("zstd") => zstd::encode_all(body.as_slice(), 1).unwrap(),
        Some("gzip twice") => gzip(&gzip(&body)),
        Some("gzip cut") => {
            let mut packed = gzip(&body);
            packed.truncate(packed.len() - 9);
            packed
        }
        Some(other) => panic!("unknown packing {other}"),
    }
}
