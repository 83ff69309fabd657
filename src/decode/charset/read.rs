//! From bytes to text, in the charset they turn out to be in.

use std::borrow::Cow;

use encoding_rs::{ISO_2022_JP, UTF_8, WINDOWS_1252};

use crate::decode::charset::choose::{self, Claim};
use crate::decode::charset::kind::Charset;
use crate::decode::charset::label::{self, Label};
use crate::decode::charset::utf8::Census;
use crate::decode::charset::{table, utf8, wide};
use crate::decode::prolog;
use crate::model::parsed::Defect;

/// An XML declaration ends within these.
const EBCDIC_HEAD_BYTES: usize = 256;

/// So many characters of sound stretches make a document UTF-8 whatever the rest is.
const SOUND_MIN: usize = 6;

/// What is known of a body beside its bytes.
#[derive(Clone, Copy, Default, Debug)]
pub(in crate::decode) struct Hints<'a> {
    /// The Content-Type header, as sent.
    pub content_type: Option<&'a str>,
    /// The language its feed is configured with (BCP 47).
    pub language: Option<&'a str>,
}

/// Reads `bytes` as text; gives the name of the charset used.
///
/// Bytes that are UTF-8 are moved, or copied once where they are borrowed.
pub(in crate::decode) fn read(
    bytes: Cow<'_, [u8]>,
    hints: Hints<'_>,
    defects: &mut Vec<Defect>,
) -> (String, &'static str) {
    if let Some((wide, rest)) = wide::find(&bytes) {
        let (text, is_bad) = wide.decode(rest);
        if is_bad {
            note_bad_bytes(wide.name(), defects);
        }
        return (text, wide.name());
    }
    if let Some(charset) = ebcdic(&bytes) {
        let (text, is_bad) = charset.decode(&bytes);
        if is_bad {
            note_bad_bytes(charset.name(), defects);
        }
        return (text, charset.name());
    }
    let bytes = match bytes {
        Cow::Borrowed(bytes) => Cow::Borrowed(without_mark(bytes)),
        owned @ Cow::Owned(_) => owned,
    };
    let labels = Labels::of(&bytes, hints);
    labels.note_unusable(defects);
    if labels.is_japanese(&bytes) {
        return labels.read(Charset::Web(ISO_2022_JP), &bytes, defects);
    }
    match into_utf8(bytes) {
        Ok(text) => {
            if !text.is_ascii() {
                labels.note_mismatch(Charset::Web(UTF_8), defects);
            }
            (text, UTF_8.name())
        }
        Err(bytes) => labels.read_other(without_mark(&bytes), defects),
    }
}

/// The text, if the bytes are UTF-8; else the bytes again.
fn into_utf8(bytes: Cow<'_, [u8]>) -> Result<String, Cow<'_, [u8]>> {
    match bytes {
        Cow::Borrowed(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => Ok(text.to_owned()),
            Err(_) => Err(Cow::Borrowed(bytes)),
        },
        Cow::Owned(bytes) => {
            String::from_utf8(bytes).map_err(|error| Cow::Owned(error.into_bytes()))
        }
    }
}

fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes
        .strip_prefix(b"\xEF\xBB\xBF")
        .unwrap_or_else(|| wide::without_false_mark(bytes))
}

/// Everything that is said of the charset and the language, and who says it.
struct Labels {
    said: Vec<(&'static str, Label)>,
    language: Option<String>,
}

impl Labels {
    fn of(bytes: &[u8], hints: Hints<'_>) -> Self {
        let said = [
            (
                "Content-Type",
                hints.content_type.and_then(label::charset_parameter),
            ),
            ("XML declaration", prolog::declared_encoding(bytes)),
            ("HTML meta", prolog::meta_charset(bytes)),
        ];
        Self {
            said: said
                .into_iter()
                .filter_map(|(who, label)| Some((who, Label::of(label?))))
                .collect(),
            language: hints.language.map(str::to_owned),
        }
    }

    fn charsets(&self) -> impl Iterator<Item = (&'static str, Charset)> {
        self.said
            .iter()
            .filter_map(|(who, label)| Some((*who, label.charset()?)))
    }

    /// ISO-2022-JP is ASCII bytes with escapes into JIS X 0208 and 0201.
    fn is_japanese(&self, bytes: &[u8]) -> bool {
        if !bytes.contains(&0x1B) {
            return false;
        }
        let is_labelled = self
            .charsets()
            .any(|(_, charset)| charset == Charset::Web(ISO_2022_JP));
        (is_labelled || bytes.is_ascii())
            && bytes
                .windows(3)
                .any(|three| matches!(three, b"\x1B$B" | b"\x1B$@" | b"\x1B(J" | b"\x1B(I"))
    }

    /// Bytes that are not UTF-8 throughout.
    fn read_other(&self, bytes: &[u8], defects: &mut Vec<Defect>) -> (String, &'static str) {
        let census = utf8::census(choose::evidence(bytes));
        if is_nearly_utf8(census) {
            return self.mend(bytes, defects);
        }
        let language = self.language_of(bytes);
        let mut claims = self.claims();
        if census.good > 0 && census.good >= census.bad {
            claims.push(Claim {
                charset: Charset::Web(UTF_8),
                points: 300,
            });
        }
        let charset = choose::choose(bytes, &claims, language.as_deref());
        if charset == Charset::Web(UTF_8) {
            return self.mend(bytes, defects);
        }
        self.read(charset, bytes, defects)
    }

    fn mend(&self, bytes: &[u8], defects: &mut Vec<Defect>) -> (String, &'static str) {
        self.note_mismatch(Charset::Web(UTF_8), defects);
        let choose_fragment = |fragments: &[u8]| {
            let language = self.language_of(bytes);
            choose::choose(fragments, &self.claims(), language.as_deref())
        };
        let text = utf8::mend(bytes, choose_fragment, defects);
        (text, UTF_8.name())
    }

    fn read(
        &self,
        charset: Charset,
        bytes: &[u8],
        defects: &mut Vec<Defect>,
    ) -> (String, &'static str) {
        self.note_mismatch(charset, defects);
        let (text, is_bad) = charset.decode(bytes);
        if is_bad {
            note_bad_bytes(charset.name(), defects);
        }
        (text, charset.name())
    }

    /// What the document says of its language, else what its feed is configured with.
    fn language_of(&self, bytes: &[u8]) -> Option<String> {
        prolog::declared_language(bytes)
            .map(str::to_owned)
            .or_else(|| self.language.clone())
    }

    /// A server's blanket `charset=iso-8859-1` says little about this file.
    fn claims(&self) -> Vec<Claim> {
        self.charsets()
            .filter(|(_, charset)| *charset != Charset::Web(UTF_8))
            .map(|(who, charset)| {
                let is_blanket = who == "Content-Type" && charset == Charset::Web(WINDOWS_1252);
                Claim {
                    charset,
                    points: if is_blanket { 80 } else { 160 },
                }
            })
            .collect()
    }

    fn note_mismatch(&self, charset: Charset, defects: &mut Vec<Defect>) {
        for (who, label) in self.charsets().filter(|(_, label)| *label != charset) {
            defects.push(Defect::new(
                "charset-mismatch",
                format!(
                    "the {who} says {}, the text is {}",
                    label.name(),
                    charset.name()
                ),
            ));
        }
    }

    /// Labels that name nothing these bytes can be: they are no wide units.
    fn note_unusable(&self, defects: &mut Vec<Defect>) {
        for (who, label) in &self.said {
            let (kind, detail) = match label {
                Label::Known(_) => continue,
                Label::Wide => (
                    "charset-mismatch",
                    format!("the {who} says UTF-16 or UTF-32, the text is in single bytes"),
                ),
                Label::Unknown(label) => (
                    "unknown-charset",
                    format!("the {who} says {label:?}, which is no charset we know"),
                ),
            };
            defects.push(Defect::new(kind, detail));
        }
    }
}

/// A body cut inside a character, or with few bad bytes among many good characters, or put
/// together from texts in several charsets: text in another charset is UTF-8 by accident in one
/// sequence of six at most, and never for a whole title.
fn is_nearly_utf8(census: Census) -> bool {
    let is_few = census.bad.saturating_mul(10) <= census.good;
    let is_fewer = census.bad.saturating_mul(2) <= census.good && census.good >= 4;
    census.good > 0 && (is_few || is_fewer || census.sound >= SOUND_MIN)
}

/// `<?xm` in EBCDIC (XML 1.0 appendix F); its codes agree in the letters of a declaration.
fn ebcdic(bytes: &[u8]) -> Option<Charset> {
    let head = bytes.get(..EBCDIC_HEAD_BYTES).unwrap_or(bytes);
    head.strip_prefix(b"\x4C\x6F\xA7\x94")?;
    let invariant = Charset::Table(table::named("IBM037")?);
    let (head, _) = invariant.decode(head);
    let declared = prolog::declared_encoding(head.as_bytes())
        .and_then(|label| Label::of(label).charset())
        .filter(|charset| charset.spells_ascii_otherwise());
    Some(declared.unwrap_or(invariant))
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
    use encoding_rs::Encoding;

    const CYRILLIC: &str =
        "<rss><title>Министр иностранных дел прибыл в Астану с визитом</title></rss>";

    fn check(bytes: &[u8], content_type: Option<&str>, expected: (&str, &str, &[&str])) {
        let mut defects = Vec::new();
        let hints = Hints {
            content_type,
            language: None,
        };
        let (text, charset) = read(Cow::Borrowed(bytes), hints, &mut defects);
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
            ("<rss/>", "UTF-8", &["charset-mismatch"]),
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
