//! Content codings (RFC 9110 §8.4.1) undone under a limit.
//!
//! Servers lie both ways: gzip without saying so, and a header over a body that is not packed.
//! The bytes decide where they can; the header decides where they cannot (`br`, raw `deflate`).
//! What is neither text nor known by its first bytes is tried as zlib and as Brotli, and believed
//! only where text comes out.

use std::borrow::Cow;
use std::io::{self, Read};

use crate::decode::DecodeError;
use crate::model::parsed::Defect;

/// Codings on top of each other that are undone; servers use one, broken proxies two.
const CODINGS_MAX: usize = 4;

/// zstd frames may ask for no larger window than 8 MiB (RFC 8878 §3.1.1.1.2, RFC 9659).
const ZSTD_WINDOW_LOG_MAX: u32 = 23;

/// Names in a Content-Encoding header that are looked at.
const NAMES_MAX: usize = 8;

/// Packed bytes show within these that they are no text.
const LOOKED_AT_BYTES: usize = 256;

const GZIP_MAGIC: &[u8] = &[0x1F, 0x8B, 0x08];
const ZSTD_MAGIC: &[u8] = &[0x28, 0xB5, 0x2F, 0xFD];

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Coding {
    Gzip,
    Deflate,
    Brotli,
    Zstd,
}

impl Coding {
    fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Deflate => "deflate",
            Self::Brotli => "br",
            Self::Zstd => "zstd",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "gzip" | "x-gzip" => Some(Self::Gzip),
            "deflate" => Some(Self::Deflate),
            "br" => Some(Self::Brotli),
            "zstd" => Some(Self::Zstd),
            _ => None,
        }
    }

    /// By first bytes that no text starts with.
    fn from_magic(bytes: &[u8]) -> Option<Self> {
        if bytes.starts_with(GZIP_MAGIC) {
            Some(Self::Gzip)
        } else if bytes.starts_with(ZSTD_MAGIC) {
            Some(Self::Zstd)
        } else {
            None
        }
    }
}

/// Undoes every coding the header names, last one first, and those the bytes show.
pub(super) fn undo<'a>(
    body: &'a [u8],
    content_encoding: Option<&str>,
    max_bytes: usize,
    defects: &mut Vec<Defect>,
) -> Result<Cow<'a, [u8]>, DecodeError> {
    let mut bytes = Cow::Borrowed(body);
    let mut n_undone = 0;
    let names = content_encoding.unwrap_or_default().rsplit(',');
    let names = names.map(str::trim).filter(|name| !name.is_empty());
    for name in names.take(NAMES_MAX) {
        let Some(coding) = Coding::from_name(name) else {
            accept_unknown(name, &bytes, defects)?;
            continue;
        };
        bytes = undo_named(coding, bytes, max_bytes, &mut n_undone, defects)?;
    }
    loop {
        if let Some(coding) = Coding::from_magic(&bytes) {
            note_undeclared(coding, defects);
            bytes = Cow::Owned(undo_one(coding, &bytes, max_bytes, &mut n_undone, defects)?);
        } else if let Some((coding, unpacked)) = tried(&bytes, max_bytes) {
            note_undeclared(coding, defects);
            bytes = Cow::Owned(unpacked);
        } else {
            break;
        }
    }
    if bytes.len() > max_bytes {
        return Err(DecodeError::TooLarge { max_bytes });
    }
    Ok(bytes)
}

fn note_undeclared(coding: Coding, defects: &mut Vec<Defect>) {
    defects.push(Defect::new(
        "undeclared-coding",
        format!("the body is {} though no header says so", coding.name()),
    ));
}

/// What `bytes` unpack to in a coding that has no mark of its own, if that is text.
fn tried(bytes: &[u8], max_bytes: usize) -> Option<(Coding, Vec<u8>)> {
    if bytes.is_empty() || looks_like_text(bytes) {
        return None;
    }
    let coding = if is_zlib(bytes) {
        Coding::Deflate
    } else {
        Coding::Brotli
    };
    let (out, error) = unpack(coding, bytes, max_bytes);
    let is_right = error.is_none() && out.len() <= max_bytes && starts_like_document(&out);
    is_right.then_some((coding, out))
}

/// The two bytes RFC 1950 §2.2 begins with: method 8, no dictionary, a multiple of 31.
fn is_zlib(bytes: &[u8]) -> bool {
    matches!(bytes, [method, flags, ..]
        if method & 0x0F == 8
            && method >> 4 <= 7
            && flags & 0x20 == 0
            && (u16::from(*method) * 256 + u16::from(*flags)) % 31 == 0)
}

/// `identity`, and names that are no coding (`utf-8`), are lived with over plain text.
fn accept_unknown(name: &str, bytes: &[u8], defects: &mut Vec<Defect>) -> Result<(), DecodeError> {
    if name.eq_ignore_ascii_case("identity") {
        return Ok(());
    }
    let coding: String = name.chars().take(40).collect();
    if !looks_like_text(bytes) && Coding::from_magic(bytes).is_none() {
        return Err(DecodeError::UnknownCoding { coding });
    }
    defects.push(Defect::new(
        "unknown-coding",
        format!("Content-Encoding names {coding:?}, but the body is plain"),
    ));
    Ok(())
}

fn undo_named<'a>(
    coding: Coding,
    bytes: Cow<'a, [u8]>,
    max_bytes: usize,
    n_undone: &mut usize,
    defects: &mut Vec<Defect>,
) -> Result<Cow<'a, [u8]>, DecodeError> {
    let is_plain = match coding {
        Coding::Gzip => !bytes.starts_with(GZIP_MAGIC),
        Coding::Zstd => !bytes.starts_with(ZSTD_MAGIC),
        Coding::Deflate | Coding::Brotli => {
            looks_like_text(&bytes) || Coding::from_magic(&bytes).is_some()
        }
    };
    if bytes.is_empty() || is_plain {
        if !bytes.is_empty() {
            defects.push(Defect::new(
                "coding-not-applied",
                format!(
                    "Content-Encoding says {}, but the body is not",
                    coding.name()
                ),
            ));
        }
        return Ok(bytes);
    }
    undo_one(coding, &bytes, max_bytes, n_undone, defects).map(Cow::Owned)
}

fn undo_one(
    coding: Coding,
    bytes: &[u8],
    max_bytes: usize,
    n_undone: &mut usize,
    defects: &mut Vec<Defect>,
) -> Result<Vec<u8>, DecodeError> {
    *n_undone += 1;
    if *n_undone > CODINGS_MAX {
        return Err(DecodeError::TooManyCodings { max: CODINGS_MAX });
    }
    let (out, error) = unpack(coding, bytes, max_bytes);
    if out.len() > max_bytes {
        return Err(DecodeError::TooLarge { max_bytes });
    }
    match error {
        None => {}
        Some(error) if out.is_empty() => {
            return Err(DecodeError::Damaged {
                coding: coding.name(),
                detail: error.to_string(),
            });
        }
        Some(error) => defects.push(Defect::new(
            "truncated",
            format!(
                "unpacking {} stopped after {} bytes: {error}",
                coding.name(),
                out.len()
            ),
        )),
    }
    Ok(out)
}

/// What could be unpacked, at most one byte over the limit, and what stopped it.
fn unpack(coding: Coding, bytes: &[u8], max_bytes: usize) -> (Vec<u8>, Option<io::Error>) {
    match coding {
        Coding::Gzip => unpack_gzip(bytes, max_bytes),
        Coding::Deflate => {
            // "deflate" is zlib by RFC 9110 §8.4.1.2; some servers send it raw.
            let zlib = drain(flate2::read::ZlibDecoder::new(bytes), max_bytes);
            match zlib {
                (out, Some(_)) if out.is_empty() => {
                    drain(flate2::read::DeflateDecoder::new(bytes), max_bytes)
                }
                zlib => zlib,
            }
        }
        Coding::Brotli => drain(brotli::Decompressor::new(bytes, 4096), max_bytes),
        Coding::Zstd => match zstd::stream::read::Decoder::new(bytes) {
            Ok(mut decoder) => match decoder.window_log_max(ZSTD_WINDOW_LOG_MAX) {
                Ok(()) => drain(decoder, max_bytes),
                Err(error) => (Vec::new(), Some(error)),
            },
            Err(error) => (Vec::new(), Some(error)),
        },
    }
}

/// Every member; bytes after the last one that start no member are ignored, as gzip(1) does.
fn unpack_gzip(bytes: &[u8], max_bytes: usize) -> (Vec<u8>, Option<io::Error>) {
    let mut rest = bytes;
    let mut out = Vec::new();
    while rest.starts_with(GZIP_MAGIC) {
        let mut member = flate2::bufread::GzDecoder::new(rest);
        let (part, error) = drain(&mut member, max_bytes.saturating_sub(out.len()));
        if out.is_empty() {
            out = part;
        } else {
            out.extend_from_slice(&part);
        }
        if error.is_some() || out.len() > max_bytes {
            return (out, error);
        }
        rest = member.into_inner();
    }
    (out, None)
}

fn drain(reader: impl Read, max_bytes: usize) -> (Vec<u8>, Option<io::Error>) {
    let mut out = Vec::new();
    let limit = u64::try_from(max_bytes)
        .unwrap_or(u64::MAX)
        .saturating_add(1);
    let error = reader.take(limit).read_to_end(&mut out).err();
    (out, error)
}

/// Whether the bytes are text by their look: they start like a document, or are UTF-8 without
/// controls, which packed bytes are not for long.
fn looks_like_text(bytes: &[u8]) -> bool {
    let head = bytes.get(..LOOKED_AT_BYTES).unwrap_or(bytes);
    let is_utf8 = match std::str::from_utf8(head) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none(),
    };
    let has_controls = head
        .iter()
        .any(|byte| byte.is_ascii_control() && !byte.is_ascii_whitespace());
    starts_like_document(bytes) || is_utf8 && !has_controls
}

/// Perhaps a mark or white space, then `<`, `{` or `[`, in units of one byte or of two.
fn starts_like_document(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let is_wide = [
        &b"\xFF\xFE"[..],
        b"\xFE\xFF",
        b"<\0",
        b"\0<",
        b"{\0",
        b"\0{",
    ]
    .iter()
    .any(|start| bytes.starts_with(start));
    let head = bytes.trim_ascii_start();
    let is_narrow = match head {
        [b'<', next, ..] => next.is_ascii_alphabetic() || matches!(next, b'?' | b'!'),
        [b'{' | b'[', next, ..] => next.is_ascii_whitespace() || matches!(next, b'"' | b'{' | b'}'),
        _ => false,
    };
    is_wide || is_narrow
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    const FEED: &[u8] = b"<rss version=\"2.0\"><channel><title>t</title></channel></rss>";

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn zlib(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn raw_deflate(bytes: &[u8]) -> Vec<u8> {
        let mut encoder =
            flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn brotli(bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        brotli::CompressorWriter::new(&mut out, 4096, 5, 22)
            .write_all(bytes)
            .unwrap();
        out
    }

    fn zstd(bytes: &[u8]) -> Vec<u8> {
        zstd::encode_all(bytes, 3).unwrap()
    }

    fn check(body: &[u8], header: Option<&str>, expected: &[&str]) {
        let mut defects = Vec::new();
        let bytes = undo(body, header, 1000, &mut defects).unwrap();
        assert_eq!(&*bytes, FEED, "{header:?}");
        let kinds: Vec<_> = defects.iter().map(|defect| defect.kind).collect();
        assert_eq!(kinds, expected, "{header:?}");
    }

    #[test]
    fn every_coding_is_undone() {
        check(FEED, None, &[]);
        check(FEED, Some("identity"), &[]);
        check(&gzip(FEED), Some("gzip"), &[]);
        check(&gzip(FEED), Some("X-GZIP"), &[]);
        check(&zlib(FEED), Some("deflate"), &[]);
        check(&raw_deflate(FEED), Some("deflate"), &[]);
        check(&brotli(FEED), Some("br"), &[]);
        check(&zstd(FEED), Some("zstd"), &[]);
        check(&brotli(&gzip(FEED)), Some("gzip, br"), &[]);
        let (head, tail) = FEED.split_at(10);
        check(&[gzip(head), gzip(tail)].concat(), Some("gzip"), &[]);
    }

    #[test]
    fn lying_headers_are_lived_with() {
        check(&gzip(FEED), None, &["undeclared-coding"]);
        check(&zstd(FEED), None, &["undeclared-coding"]);
        check(&zlib(FEED), None, &["undeclared-coding"]);
        check(&brotli(FEED), None, &["undeclared-coding"]);
        check(&gzip(&gzip(FEED)), Some("gzip"), &["undeclared-coding"]);
        check(&gzip(&brotli(FEED)), Some("gzip"), &["undeclared-coding"]);
        for header in ["br", "deflate", "zstd"] {
            let expected = ["coding-not-applied", "undeclared-coding"];
            check(&gzip(FEED), Some(header), &expected);
        }
        check(
            &brotli(FEED),
            Some("gzip"),
            &["coding-not-applied", "undeclared-coding"],
        );
        check(FEED, Some("gzip"), &["coding-not-applied"]);
        check(FEED, Some("br"), &["coding-not-applied"]);
        check(FEED, Some("utf-8"), &["unknown-coding"]);
        check(&[gzip(FEED), b"junk".to_vec()].concat(), Some("gzip"), &[]);
    }

    #[test]
    fn a_bomb_stops_at_the_limit() {
        let zeros = vec![0; 1 << 20];
        for (body, header) in [
            (gzip(&zeros), "gzip"),
            (zlib(&zeros), "deflate"),
            (brotli(&zeros), "br"),
            (zstd(&zeros), "zstd"),
        ] {
            assert_eq!(
                undo(&body, Some(header), 1000, &mut Vec::new()),
                Err(DecodeError::TooLarge { max_bytes: 1000 }),
                "{header}"
            );
        }
        let nested = (0..6).fold(FEED.to_vec(), |body, _| gzip(&body));
        assert_eq!(
            undo(&nested, None, 1000, &mut Vec::new()),
            Err(DecodeError::TooManyCodings { max: CODINGS_MAX })
        );
    }

    #[test]
    fn damage_is_an_error_or_a_defect() {
        let packed = gzip(FEED);
        let mut defects = Vec::new();
        let cut = packed.get(..packed.len() - 12).unwrap();
        let bytes = undo(cut, Some("gzip"), 1000, &mut defects).unwrap();
        assert!(FEED.starts_with(&bytes));
        assert_eq!(defects.first().unwrap().kind, "truncated");

        let error = undo(&[0x80, 1, 2, 3], Some("br"), 1000, &mut Vec::new()).unwrap_err();
        assert_eq!(error.kind(), "damaged-coding");
        let error = undo(&[0x80, 1, 2, 3], Some("lzma"), 1000, &mut Vec::new()).unwrap_err();
        assert_eq!(error.kind(), "unknown-coding");
    }
}
