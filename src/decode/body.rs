//! The way from bytes to text, step by step.

use crate::decode::{DecodeError, binary, charset, clean, coding, prolog, sniff};
use crate::model::parsed::FeedText;

/// Turns a body into text: content codings undone, UTF-8, without XML declaration and without
/// characters XML 1.0 forbids.
///
/// `content_type` and `content_encoding` are the header values as sent. Legacy charsets may grow
/// up to threefold as UTF-8; `max_bytes` bounds the bytes before that.
///
/// # Errors
/// Where the body is too large, damaged or packed in a way nobody asked for. Bytes that are no
/// known charset are no error: they give text and a defect.
pub fn decode(
    body: &[u8],
    content_type: Option<&str>,
    content_encoding: Option<&str>,
    max_bytes: usize,
) -> Result<FeedText, DecodeError> {
    decode_in(body, content_type, content_encoding, None, max_bytes)
}

/// As [`decode`], for a feed configured with a language (BCP 47): where nothing else tells two
/// charsets apart, it does. A language the document names is believed before this one.
///
/// # Errors
/// As [`decode`].
pub fn decode_in(
    body: &[u8],
    content_type: Option<&str>,
    content_encoding: Option<&str>,
    language: Option<&str>,
    max_bytes: usize,
) -> Result<FeedText, DecodeError> {
    let mut defects = Vec::new();
    let bytes = coding::undo(body, content_encoding, max_bytes, &mut defects)?;
    if let Some(what) = binary::what(&bytes) {
        return Err(DecodeError::Binary { what });
    }
    let hints = charset::Hints {
        content_type,
        language,
    };
    let (text, charset) = charset::read(bytes, hints, &mut defects);
    let text = prolog::strip(text, &mut defects);
    let text = clean::drop_forbidden(text, &mut defects);
    let mut text = clean::drop_marks(text, &mut defects);
    // A legacy charset that is read has its own idea of these numbers; EBCDIC ends lines with one.
    if charset.starts_with("UTF-") {
        text = clean::name_controls(text, &mut defects);
    }
    let kind = sniff::kind(&text);
    Ok(FeedText {
        text,
        kind,
        charset,
        defects,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::parsed::TextKind;

    fn kinds(text: &FeedText) -> Vec<&'static str> {
        text.defects.iter().map(|defect| defect.kind).collect()
    }

    #[test]
    fn a_plain_body_passes_untouched() {
        let read = decode(b"<rss/>", Some("text/xml"), None, 100).unwrap();
        assert_eq!(
            read,
            FeedText {
                text: "<rss/>".to_owned(),
                kind: TextKind::Xml,
                charset: "UTF-8",
                defects: Vec::new(),
            }
        );
    }

    #[test]
    fn the_declaration_is_gone_whatever_it_said() {
        let (body, _, _) = encoding_rs::WINDOWS_1251
            .encode("<?xml version=\"1.0\" encoding=\"windows-1251\"?>\n<rss>Астана</rss>");
        let read = decode(&body, None, None, 1000).unwrap();
        assert_eq!(read.text, "\n<rss>Астана</rss>");
        assert_eq!(read.charset, "windows-1251");
        assert!(read.defects.is_empty(), "{:?}", read.defects);
    }

    #[test]
    fn the_limit_holds_without_a_coding_too() {
        assert_eq!(
            decode(b"<rss/>", None, None, 5),
            Err(DecodeError::TooLarge { max_bytes: 5 })
        );
    }

    #[test]
    fn what_xml_forbids_is_dropped_and_said() {
        let read = decode(b"<rss>a\x00\x1fb</rss>", None, None, 100).unwrap();
        assert_eq!(read.text, "<rss>ab</rss>");
        assert_eq!(kinds(&read), ["forbidden-characters"]);
    }
}
