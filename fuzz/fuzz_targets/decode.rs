//! Bytes and headers into text: any body ends in text or in a clear error.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nuncio::decode::decode_in;

const BODY_MAX_BYTES: usize = 1 << 20;

const CONTENT_TYPES: [Option<&str>; 8] = [
    None,
    Some("text/xml"),
    Some("text/xml; charset=windows-1251"),
    Some("application/rss+xml; charset=utf-8"),
    Some("text/xml; charset=\"utf-16\""),
    Some("text/html; charset=iso-2022-jp"),
    Some("text/xml; charset=gb18030"),
    Some("text/xml; charset=nonsense"),
];

const CODINGS: [Option<&str>; 6] = [
    None,
    Some("gzip"),
    Some("deflate"),
    Some("br"),
    Some("zstd"),
    Some("gzip, br"),
];

const LANGUAGES: [Option<&str>; 4] = [None, Some("ru"), Some("tr"), Some("zh-Hant")];

fuzz_target!(|input: (u8, u8, u8, &[u8])| {
    let (content_type, coding, language, body) = input;
    let content_type = CONTENT_TYPES[usize::from(content_type) % CONTENT_TYPES.len()];
    let coding = CODINGS[usize::from(coding) % CODINGS.len()];
    let language = LANGUAGES[usize::from(language) % LANGUAGES.len()];
    let Ok(text) = decode_in(body, content_type, coding, language, BODY_MAX_BYTES) else {
        return;
    };
    let is_forbidden =
        |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{7f}'..='\u{9f}');
    assert!(!text.text.contains(is_forbidden), "a character XML forbids");
    assert!(text.text.len() <= 3 * BODY_MAX_BYTES, "{}", text.text.len());
    assert!(text.defects.len() < 100, "{} defects", text.defects.len());
});
