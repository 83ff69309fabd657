//! Characters XML 1.0 forbids (§2.2 Char), dropped.

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

#[cfg(test)]
mod tests {
    use super::*;

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
