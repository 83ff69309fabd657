//! Which charset a body is in.
//!
//! A byte order mark or a pattern of NULs settles it. Then text that is valid UTF-8 beyond ASCII
//! is UTF-8, whatever any label says: no legacy text is that by accident, and servers and
//! generators label UTF-8 wrongly. Then the labels, HTTP before XML (RFC 7303 §3), each only
//! where it decodes without an error; then statistics.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::decode::prolog;
use crate::model::parsed::Defect;

/// Reads `bytes` as text; gives the name of the charset used.
pub(super) fn read(
    bytes: &[u8],
    content_type: Option<&str>,
    defects: &mut Vec<Defect>,
) -> (String, &'static str) {
    if let Some((wide, rest)) = wide_charset(bytes) {
        return wide.read(rest, defects);
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let labels = Labels::of(bytes, content_type);
    let encoding = choose(bytes, &labels);
    note_mismatch(encoding, &labels, bytes, defects);
    let (text, had_errors) = encoding.decode_without_bom_handling(bytes);
    if had_errors {
        note_bad_bytes(encoding.name(), defects);
    }
    (text.into_owned(), encoding.name())
}

/// Charsets whose units are wider than a byte.
enum Wide {
    Utf16(&'static Encoding),
    Utf32 { is_big_endian: bool },
}

impl Wide {
    fn read(&self, bytes: &[u8], defects: &mut Vec<Defect>) -> (String, &'static str) {
        match self {
            Self::Utf16(encoding) => {
                let (text, had_errors) = encoding.decode_without_bom_handling(bytes);
                if had_errors {
                    note_bad_bytes(encoding.name(), defects);
                }
                (text.into_owned(), encoding.name())
            }
            Self::Utf32 { is_big_endian } => {
                let name = if *is_big_endian {
                    "UTF-32BE"
                } else {
                    "UTF-32LE"
                };
                (read_utf32(bytes, *is_big_endian, name, defects), name)
            }
        }
    }
}

/// By mark (UTF-32 first: its little-endian mark starts with UTF-16's), else by where the NULs
/// stand in the first two characters, which are ASCII in every feed.
fn wide_charset(bytes: &[u8]) -> Option<(Wide, &[u8])> {
    let utf32 = |is_big_endian| Wide::Utf32 { is_big_endian };
    for (mark, wide) in [
        (&b"\xFF\xFE\0\0"[..], utf32(false)),
        (b"\0\0\xFE\xFF", utf32(true)),
        (b"\xFF\xFE", Wide::Utf16(UTF_16LE)),
        (b"\xFE\xFF", Wide::Utf16(UTF_16BE)),
    ] {
        if let Some(rest) = bytes.strip_prefix(mark) {
            return Some((wide, rest));
        }
    }
    let [a, b, c, d] = *bytes.first_chunk::<4>()?;
    let wide = match (a == 0, b == 0, c == 0, d == 0) {
        (true, true, true, false) => utf32(true),
        (false, true, true, true) => utf32(false),
        (true, false, true, false) => Wide::Utf16(UTF_16BE),
        (false, true, false, true) => Wide::Utf16(UTF_16LE),
        _ => return None,
    };
    Some((wide, bytes))
}

fn read_utf32(
    bytes: &[u8],
    is_big_endian: bool,
    name: &'static str,
    defects: &mut Vec<Defect>,
) -> String {
    let (units, rest) = bytes.as_chunks::<4>();
    let mut is_bad = !rest.is_empty();
    let text = units
        .iter()
        .map(|unit| {
            let code = if is_big_endian {
                u32::from_be_bytes(*unit)
            } else {
                u32::from_le_bytes(*unit)
            };
            char::from_u32(code).unwrap_or_else(|| {
                is_bad = true;
                char::REPLACEMENT_CHARACTER
            })
        })
        .collect();
    if is_bad {
        note_bad_bytes(name, defects);
    }
    text
}

/// What the labels say, as encodings we know.
struct Labels {
    http: Option<&'static Encoding>,
    xml: Option<&'static Encoding>,
}

impl Labels {
    fn of(bytes: &[u8], content_type: Option<&str>) -> Self {
        let known = |label: &str| Encoding::for_label(label.as_bytes());
        Self {
            http: content_type.and_then(charset_parameter).and_then(known),
            xml: prolog::declared_encoding(bytes).and_then(known),
        }
    }
}

/// The `charset` parameter of a Content-Type, in quotes or not.
fn charset_parameter(content_type: &str) -> Option<&str> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("charset")
            .then(|| value.trim().trim_matches(['"', '\'']))
    })
}

fn choose(bytes: &[u8], labels: &Labels) -> &'static Encoding {
    if bytes.is_ascii() {
        return if has_japanese_escape(bytes) {
            ISO_2022_JP
        } else {
            UTF_8
        };
    }
    if is_utf8_enough(bytes) {
        return UTF_8;
    }
    let fits = |encoding: &&'static Encoding| {
        encoding
            .decode_without_bom_handling_and_without_replacement(bytes)
            .is_some()
    };
    let http = labels.http.filter(fits);
    let xml = labels.xml.filter(fits);
    let guess = || {
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
        detector.feed(bytes, true);
        detector.guess(None, Utf8Detection::Deny)
    };
    match (http, xml) {
        // A server's blanket `charset=iso-8859-1` says nothing about this file: where its author
        // says otherwise and the bytes agree with the author, the author is believed.
        (Some(http), Some(xml)) if http == WINDOWS_1252 && xml != http => {
            if guess() == xml {
                xml
            } else {
                http
            }
        }
        (Some(encoding), _) | (None, Some(encoding)) => encoding,
        (None, None) => guess(),
    }
}

/// ISO-2022-JP is ASCII bytes with escapes into JIS X 0208 and 0201.
fn has_japanese_escape(bytes: &[u8]) -> bool {
    bytes
        .windows(3)
        .any(|three| matches!(three, b"\x1B$B" | b"\x1B$@" | b"\x1B(J" | b"\x1B(I"))
}

/// Whether the text is UTF-8, perhaps cut inside its last character or with few bad bytes among
/// many good sequences: a stray byte must not turn a whole Cyrillic text into Latin letters.
fn is_utf8_enough(bytes: &[u8]) -> bool {
    let mut n_good = 0_usize;
    let mut n_bad = 0_usize;
    for chunk in bytes.utf8_chunks() {
        n_good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        n_bad += usize::from(!chunk.invalid().is_empty());
    }
    n_bad == 0 || (n_good > 0 && n_bad * 10 <= n_good) || is_cut_only(bytes)
}

/// Whether the only fault is that the bytes end inside a character.
fn is_cut_only(bytes: &[u8]) -> bool {
    match std::str::from_utf8(bytes) {
        Ok(_) => true,
        Err(error) => {
            error.error_len().is_none()
                && bytes
                    .get(..error.valid_up_to())
                    .is_some_and(|valid| !valid.is_ascii())
        }
    }
}

fn note_mismatch(
    encoding: &'static Encoding,
    labels: &Labels,
    bytes: &[u8],
    defects: &mut Vec<Defect>,
) {
    if bytes.is_ascii() {
        return;
    }
    for (place, label) in [
        ("Content-Type", labels.http),
        ("XML declaration", labels.xml),
    ] {
        if let Some(label) = label.filter(|label| *label != encoding) {
            defects.push(Defect::new(
                "charset-mismatch",
                format!(
                    "the {place} says {}, the text is {}",
                    label.name(),
                    encoding.name()
                ),
            ));
        }
    }
}

fn note_bad_bytes(charset: &str, defects: &mut Vec<Defect>) {
    defects.push(Defect::new(
        "bad-bytes",
        format!("some bytes are no {charset} and were replaced"),
    ));
}

#[cfg(test)]
mod tests {
    use super::*;

    const CYRILLIC: &str =
        "<rss><title>Министр иностранных дел прибыл в Астану с визитом</title></rss>";

    fn check(bytes: &[u8], content_type: Option<&str>, expected: (&str, &str, &[&str])) {
        let mut defects = Vec::new();
        let (text, charset) = read(bytes, content_type, &mut defects);
        let kinds: Vec<_> = defects.iter().map(|defect| defect.kind).collect();
        assert_eq!(
            (text.as_str(), charset, kinds.as_slice()),
            expected,
            "{content_type:?}"
        );
    }

    fn legacy(encoding: &'static Encoding, text: &str) -> Vec<u8> {
        encoding.encode(text).0.into_owned()
    }

    fn declared(label: &str) -> String {
        format!("<?xml version=\"1.0\" encoding=\"{label}\"?>{CYRILLIC}")
    }

    #[test]
    fn labels_are_believed_where_the_bytes_allow_it() {
        let cp1251 = legacy(encoding_rs::WINDOWS_1251, CYRILLIC);
        let http = Some("text/xml; charset=\"Windows-1251\"");
        check(&cp1251, http, (CYRILLIC, "windows-1251", &[]));
        let text = declared("koi8-r");
        let koi8 = legacy(encoding_rs::KOI8_R, &text);
        check(&koi8, Some("text/xml"), (&text, "KOI8-R", &[]));
        check(
            &koi8,
            Some("text/xml;charset=utf-8"),
            (&text, "KOI8-R", &["charset-mismatch"]),
        );
    }

    #[test]
    fn utf8_wins_over_every_label() {
        let text = declared("windows-1251");
        check(
            text.as_bytes(),
            None,
            (&text, "UTF-8", &["charset-mismatch"]),
        );
        check(
            CYRILLIC.as_bytes(),
            Some("text/xml; charset=iso-8859-1"),
            (CYRILLIC, "UTF-8", &["charset-mismatch"]),
        );
        check(
            b"<rss/>",
            Some("text/xml; charset=utf-16"),
            ("<rss/>", "UTF-8", &[]),
        );
    }

    #[test]
    fn a_servers_blanket_label_loses_to_the_author() {
        let text = declared("windows-1251");
        let bytes = legacy(encoding_rs::WINDOWS_1251, &text);
        check(
            &bytes,
            Some("text/xml; charset=ISO-8859-1"),
            (&text, "windows-1251", &["charset-mismatch"]),
        );
    }

    #[test]
    fn marks_and_nuls_settle_it() {
        let le: Vec<u8> = CYRILLIC.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let be: Vec<u8> = CYRILLIC.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let le32: Vec<u8> = CYRILLIC
            .chars()
            .flat_map(|c| u32::from(c).to_le_bytes())
            .collect();
        let be32: Vec<u8> = CYRILLIC
            .chars()
            .flat_map(|c| u32::from(c).to_be_bytes())
            .collect();
        for (mark, bytes, name) in [
            (&b""[..], &le, "UTF-16LE"),
            (b"", &be, "UTF-16BE"),
            (b"\xFF\xFE", &le, "UTF-16LE"),
            (b"\xFE\xFF", &be, "UTF-16BE"),
            (b"", &le32, "UTF-32LE"),
            (b"", &be32, "UTF-32BE"),
            (b"\xFF\xFE\0\0", &le32, "UTF-32LE"),
            (b"\0\0\xFE\xFF", &be32, "UTF-32BE"),
        ] {
            let body = [mark, bytes].concat();
            check(
                &body,
                Some("text/xml; charset=utf-8"),
                (CYRILLIC, name, &[]),
            );
        }
        let marked = [b"\xEF\xBB\xBF", CYRILLIC.as_bytes()].concat();
        check(&marked, None, (CYRILLIC, "UTF-8", &[]));
    }

    #[test]
    fn without_labels_the_bytes_are_asked() {
        let cp1251 = legacy(encoding_rs::WINDOWS_1251, CYRILLIC);
        check(&cp1251, None, (CYRILLIC, "windows-1251", &[]));
        let text = "<rss>外務大臣会談</rss>";
        let jis = legacy(ISO_2022_JP, text);
        check(&jis, None, (text, "ISO-2022-JP", &[]));
    }

    #[test]
    fn bad_bytes_stay_local() {
        let text = declared("utf-8");
        let mut bytes = text.clone().into_bytes();
        bytes.truncate(text.rfind('т').unwrap() + 1);
        let expected = text.replace("том</title></rss>", "\u{FFFD}");
        check(&bytes, None, (&expected, "UTF-8", &["bad-bytes"]));

        let mut bytes = CYRILLIC.as_bytes().to_vec();
        bytes.insert("<rss><title>".len(), 0xE9);
        let expected = CYRILLIC.replacen('М', "\u{FFFD}М", 1);
        check(
            &bytes,
            Some("text/xml; charset=windows-1252"),
            (&expected, "UTF-8", &["charset-mismatch", "bad-bytes"]),
        );
    }
}
