//! The whole stage over bodies that mean harm, and over every cut of those that do not.

use std::io::Write;

use proptest::prelude::*;

use crate::decode::{decode, decode_in};
use crate::model::parsed::FeedText;

const LIMIT: usize = 10 * 1024 * 1024;

const FEED: &str = "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Министерство \
    иностранных дел</title><item><title>О визите в Астану</title></item></channel></rss>";

fn read(body: &[u8]) -> FeedText {
    decode(body, None, None, LIMIT).unwrap()
}

fn kinds(text: &FeedText) -> Vec<&'static str> {
    text.defects.iter().map(|defect| defect.kind).collect()
}

fn without_prolog(text: &str) -> String {
    text.split_once("?>").unwrap().1.to_owned()
}

#[test]
fn a_body_cut_inside_a_character_is_still_utf8() {
    for end in FEED.len() / 2..FEED.len() {
        let text = read(&FEED.as_bytes()[..end]);
        assert_eq!(text.charset, "UTF-8", "{end}");
        let kept = text.text.trim_end_matches('\u{FFFD}');
        assert!(without_prolog(FEED).starts_with(kept), "{end}");
        let is_cut = std::str::from_utf8(&FEED.as_bytes()[..end]).is_err();
        let expected: &[&str] = if is_cut { &["bad-bytes"] } else { &[] };
        assert_eq!(kinds(&text), expected, "{end}");
    }
}

#[test]
fn a_stray_byte_never_makes_latin_letters_of_cyrillic() {
    let clean = without_prolog(FEED);
    for stray in 0x80..=0xFF_u8 {
        for place in ["ин", "О в", "</title>"] {
            let at = FEED.find(place).unwrap();
            let mut body = FEED.as_bytes().to_vec();
            body.insert(at, stray);
            let text = read(&body);
            assert_eq!(text.charset, "UTF-8");
            let is_same = text.text.replace('\u{FFFD}', "") == clean;
            // A lead takes the first byte of what follows with it.
            let n_lost = clean.chars().count().abs_diff(text.text.chars().count());
            assert!(is_same || n_lost <= 3, "{stray:x} {place}: {}", text.text);
        }
    }
}

#[test]
fn what_has_one_meaning_is_repaired() {
    let frame = |inside: &[u8]| {
        let (head, tail) = ("<rss><a>Путь по реке Или</a><b>", "</b></rss>");
        [head.as_bytes(), inside, tail.as_bytes()].concat()
    };
    let cp1251 = encoding_rs::WINDOWS_1251
        .encode("Министр прибыл в Астану")
        .0;
    for (inside, expected, defect) in [
        (
            &b"smile \xED\xA0\xBD\xED\xB8\x80"[..],
            "smile 😀",
            "repaired-bytes",
        ),
        (b"the minister\x92s", "the minister’s", "repaired-bytes"),
        (b"a \x93word\x94.", "a “word”.", "repaired-bytes"),
        (b"one \x96 two\x85", "one – two…", "repaired-bytes"),
        (&cp1251, "Министр прибыл в Астану", "mixed-charset"),
        (b"caf\xE9", "caf\u{FFFD}", "bad-bytes"),
        (
            b"\xC0\xBCb\xC0\xBE",
            "\u{FFFD}\u{FFFD}b\u{FFFD}\u{FFFD}",
            "bad-bytes",
        ),
    ] {
        let text = read(&frame(inside));
        let expected = format!("<rss><a>Путь по реке Или</a><b>{expected}</b></rss>");
        assert_eq!((text.text, text.charset), (expected, "UTF-8"));
        assert_eq!(
            text.defects.iter().map(|d| d.kind).collect::<Vec<_>>(),
            [defect]
        );
    }
}

#[test]
fn the_ways_of_marking_are_lived_with() {
    let utf16: Vec<u8> = "<rss>Астана</rss>"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let odd = [&utf16[..], b"<"].concat();
    for (body, expected, charset, defects) in [
        (&odd[..], "<rss>Астана</rss>\u{FFFD}", "UTF-16LE", &["bad-bytes"][..]),
        (b"\xFE\xFF<\0r\0s\0s\0>\0", "<rss>", "UTF-16LE", &[]),
        (b"\xFF\xFE<rss>", "<rss>", "UTF-8", &[]),
        (b"\xFF\xFE<?xml version='1.0'?><rss>", "<rss>", "UTF-8", &[]),
        ("ï»¿<?xml version='1.0'?><rss>é".as_bytes(), "<rss>é", "UTF-8", &["double-encoded"]),
        ("\u{FEFF}\u{FEFF}<rss>".as_bytes(), "<rss>", "UTF-8", &[]),
        (
            "<?xml version='1.1'?><rss>a\u{85}b\u{2028}c\r\u{85}d".as_bytes(),
            "<rss>a\nb\nc\nd",
            "UTF-8",
            &[],
        ),
        ("<rss>a\u{85}b".as_bytes(), "<rss>a…b", "UTF-8", &["c1-controls"]),
        (
            b"<?xml version='1.0' encoding='x-none'?><rss>",
            "<rss>",
            "UTF-8",
            &["unknown-charset"],
        ),
        (
            b"\x4C\x6F\xA7\x94\x93\x40\xA5\x85\x99\xA2\x89\x96\x95\x7E\x7F\xF1\x4B\xF0\x7F\x6F\x6E\x4C\x99\xA2\xA2\x6E",
            "<rss>",
            "IBM037",
            &[],
        ),
    ] {
        let text = read(body);
        assert_eq!((text.text.as_str(), text.charset), (expected, charset));
        assert_eq!(kinds(&text), defects, "{expected}");
    }
}

#[test]
fn the_language_of_the_feed_tells_what_the_bytes_do_not() {
    let body = encoding_rs::ISO_8859_2
        .encode("<rss><title>Wałęsa</title></rss>")
        .0;
    let text = decode_in(&body, None, None, Some("pl-PL"), LIMIT).unwrap();
    assert_eq!(text.text, "<rss><title>Wałęsa</title></rss>");
}

#[test]
fn bodies_that_are_no_text_are_named() {
    let error = decode(b"%PDF-1.7", Some("application/rss+xml"), None, LIMIT).unwrap_err();
    assert_eq!(error.kind(), "binary");
    assert!(error.to_string().contains("a PDF document"), "{error}");
}

#[test]
fn a_bomb_within_a_bomb_stops_at_the_limit() {
    let gzip = |bytes: &[u8]| {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        packer.write_all(bytes).unwrap();
        packer.finish().unwrap()
    };
    let bomb = gzip(&gzip(&vec![b' '; 8 * LIMIT]));
    assert!(bomb.len() < 4096);
    for header in [None, Some("gzip"), Some("gzip, gzip")] {
        let error = decode(&bomb, None, header, LIMIT).unwrap_err();
        assert_eq!(error.kind(), "too-large", "{header:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_bytes_give_a_value(
        bytes in prop::collection::vec(any::<u8>(), 0..400),
        start in prop::sample::select(vec![
            &b""[..], b"\xFF\xFE", b"\0\0\xFE\xFF", b"\x1F\x8B\x08\0", b"\x78\x9C", b"\x28\xB5\x2F\xFD",
            b"<?xml version='1.0' encoding='viscii'?><rss>", b"\x4C\x6F\xA7\x94", b"<html><meta charset=",
            b"<rss>\x1B$B", b"{\"a\":\"",
        ]),
        content_type in prop::option::of("text/xml; charset=[a-z0-9-]{0,12}"),
        coding in prop::option::of("(gzip|br|deflate|zstd|x), (gzip|br)"),
    ) {
        let body = [start, &bytes].concat();
        let read = decode(&body, content_type.as_deref(), coding.as_deref(), 4096);
        if let Ok(text) = read {
            prop_assert!(text.text.chars().all(|c| c >= ' ' || c.is_whitespace()));
            drop(crate::decode::look(&text.text));
            drop(crate::decode::html::feed_links(&text.text));
        }
    }

    #[test]
    fn any_cut_of_any_charset_gives_a_value(cut in 0_usize..400, label in prop::sample::select(vec![
        "windows-1251", "koi8-r", "gb18030", "big5", "shift_jis", "euc-jp", "iso-2022-jp", "euc-kr",
    ])) {
        let encoding = encoding_rs::Encoding::for_label(label.as_bytes()).unwrap();
        let body = encoding.encode("<rss><title>外務 Министр 外交部 대하여</title></rss>").0;
        let cut = cut.min(body.len());
        drop(decode(&body[..cut], None, None, LIMIT));
        drop(decode(&body[cut..], None, None, LIMIT));
    }
}
