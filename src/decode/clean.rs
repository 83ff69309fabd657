//! Characters that mean nothing: those XML 1.0 forbids (§2.2 Char) are dropped, and the controls
//! U+0080–U+009F, which XML allows and nobody uses, are read as what their writers meant.

use encoding_rs::WINDOWS_1252;
use memchr::{memchr_iter, memmem};

use crate::model::parsed::Defect;

/// Whether XML 1.0 allows `c` in a document.
fn is_allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{FFFD}' | '\u{10000}'..)
}

/// Whether a byte is a control, or two in a row begin U+FFC0–U+FFFF.
///
/// Without an early way out, so that it is done sixteen bytes at a time: on sound text this is
/// all that is done.
fn may_hold_forbidden(text: &[u8]) -> bool {
    let is_control = |byte: u8| byte < 0x20 && byte != b'\t' && byte != b'\n' && byte != b'\r';
    let has_control = text
        .iter()
        .fold(false, |found, byte| found | is_control(*byte));
    let next = text.get(1..).unwrap_or_default();
    let has_last_row = text.iter().zip(next).fold(0, |found, (a, b)| {
        found | (u8::from(*a == 0xEF) & u8::from(*b == 0xBF))
    });
    has_control || has_last_row != 0
}

/// `text` without the forbidden characters; copied only where there are any.
pub(super) fn drop_forbidden(mut text: String, defects: &mut Vec<Defect>) -> String {
    if !may_hold_forbidden(text.as_bytes()) {
        return text;
    }
    let mut n_forbidden = 0_usize;
    text.retain(|c| {
        let is_allowed = is_allowed(c);
        n_forbidden += usize::from(!is_allowed);
        is_allowed
    });
    if n_forbidden > 0 {
        defects.push(Defect::new(
            "forbidden-characters",
            format!("{n_forbidden} characters that XML forbids were dropped"),
        ));
    }
    text
}

/// `text` without byte order marks inside it: they come with files that are put together.
pub(super) fn drop_marks(text: String, defects: &mut Vec<Defect>) -> String {
    const MARK: &str = "\u{FEFF}";
    let n_marks = memmem::find_iter(text.as_bytes(), MARK.as_bytes()).count();
    if n_marks == 0 {
        return text;
    }
    defects.push(Defect::new(
        "inner-marks",
        format!("{n_marks} byte order marks inside the text were dropped"),
    ));
    text.replace(MARK, "")
}

/// `text`, which came in a charset of Unicode, with the characters of windows-1252 in the place of
/// the controls by the same numbers: someone wrote its bytes as code points. HTML reads references
/// to them so (§13.2.5.80).
pub(super) fn name_controls(text: String, defects: &mut Vec<Defect>) -> String {
    let bytes = text.as_bytes();
    // As UTF-8 they are C2 80 to C2 9F.
    let has_any = memchr_iter(0xC2, bytes).any(|at| bytes.get(at + 1).is_some_and(|b| *b < 0xA0));
    if !has_any {
        return text;
    }
    let mut n_named = 0_usize;
    let mut named = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        let byte = u8::try_from(u32::from(c)).ok();
        let Some(byte) = byte.filter(|byte| matches!(byte, 0x80..=0x9F)) else {
            named.push(c);
            continue;
        };
        let bytes = [byte];
        let (meant, _) = WINDOWS_1252.decode_without_bom_handling(&bytes);
        n_named += usize::from(!meant.starts_with(c));
        named.push_str(&meant);
    }
    if n_named > 0 {
        defects.push(Defect::new(
            "c1-controls",
            format!("{n_named} controls were meant as characters of windows-1252"),
        ));
    }
    named
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_inside_go() {
        let mut defects = Vec::new();
        let text = drop_marks("a\u{FEFF}b\u{FEFF}".to_owned(), &mut defects);
        assert_eq!(text, "ab");
        let said = "2 byte order marks inside the text were dropped";
        assert_eq!(defects, [Defect::new("inner-marks", said)]);
    }

    #[test]
    fn controls_are_what_windows_1252_has_there() {
        let mut defects = Vec::new();
        let sound = "«don’t»\u{A0}é".to_owned();
        assert_eq!(name_controls(sound.clone(), &mut defects), sound);
        assert!(defects.is_empty());
        let odd = "don\u{92}t\u{85} \u{81}".to_owned();
        assert_eq!(name_controls(odd, &mut defects), "don’t… \u{81}");
        assert_eq!(
            defects,
            [Defect::new(
                "c1-controls",
                "2 controls were meant as characters of windows-1252"
            )]
        );
    }

    #[test]
    fn only_the_forbidden_go() {
        let mut defects = Vec::new();
        let text = "a\t\n\r b\u{FFFD}\u{1F600}\u{E000}".to_owned();
        assert_eq!(drop_forbidden(text.clone(), &mut defects), text);
        assert!(defects.is_empty());
        let dirty = "a\u{0}\u{B}\u{1F}\u{FFFE}\u{FFFF}b".to_owned();
        assert_eq!(drop_forbidden(dirty, &mut defects), "ab");
        assert_eq!(
            defects,
            [Defect::new(
                "forbidden-characters",
                "5 characters that XML forbids were dropped"
            )]
        );
    }
}
