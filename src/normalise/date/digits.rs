//! Digits of every script written as ASCII, and numbers in Chinese characters as digits.

use crate::normalise::date::written::Digits;

/// The zeros of the decimal digits in use (Unicode `Nd`); nine more follow each. Full-width and
/// mathematical ones have been folded already.
const ZEROS: &[char] = &[
    '\u{660}', '\u{6F0}', '\u{7C0}', '\u{966}', '\u{9E6}', '\u{A66}', '\u{AE6}', '\u{B66}',
    '\u{BE6}', '\u{C66}', '\u{CE6}', '\u{D66}', '\u{DE6}', '\u{E50}', '\u{ED0}', '\u{F20}',
    '\u{1040}', '\u{17E0}', '\u{1810}', '\u{1946}', '\u{19D0}', '\u{1A80}', '\u{1B50}', '\u{1C40}',
    '\u{1C50}', '\u{A8D0}', '\u{A9D0}', '\u{AA50}', '\u{ABF0}',
];

/// What numbers in Chinese characters stand before in a date.
const COUNTED: &str = "年月日号號时時点點分秒";

/// Whose digits `text` has.
pub(super) fn of_whom(text: &str) -> Digits {
    if text.contains(|c| matches!(c, '\u{6F0}'..='\u{6F9}')) {
        Digits::Persian
    } else if text.contains(|c| matches!(c, '\u{E50}'..='\u{E59}')) {
        Digits::Thai
    } else {
        Digits::Other
    }
}

/// `text` with every digit in ASCII.
pub(super) fn to_ascii(text: &str) -> String {
    let digits: String = text.chars().map(|c| ascii(c).unwrap_or(c)).collect();
    if digits.is_ascii() {
        digits
    } else {
        from_chinese(&digits)
    }
}

fn ascii(c: char) -> Option<char> {
    if c < '\u{660}' {
        return None;
    }
    let value = ZEROS.iter().find_map(|zero| {
        u32::from(c)
            .checked_sub(u32::from(*zero))
            .filter(|value| *value < 10)
    })?;
    char::from_digit(value, 10)
}

/// `二〇二六年八月十三日` as `2026年8月13日`; other characters for numbers stay.
fn from_chinese(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut numeral = String::new();
    for c in text.chars() {
        if is_numeral(c) {
            numeral.push(c);
            continue;
        }
        match value(&numeral).filter(|_| COUNTED.contains(c)) {
            Some(value) => out.push_str(&value),
            None => out.push_str(&numeral),
        }
        numeral.clear();
        out.push(c);
    }
    out.push_str(&numeral);
    out
}

fn is_numeral(c: char) -> bool {
    digit(c).is_some() || matches!(c, '十' | '廿' | '卅' | '元')
}

fn digit(c: char) -> Option<u32> {
    let value = "零一二三四五六七八九".chars().position(|known| known == c);
    let value = value.or_else(|| (c == '〇').then_some(0))?;
    u32::try_from(value).ok()
}

fn value(numeral: &str) -> Option<String> {
    if numeral == "元" {
        return Some("1".to_owned());
    }
    if !numeral.is_empty() && numeral.chars().all(|c| digit(c).is_some()) {
        return Some(
            numeral
                .chars()
                .filter_map(digit)
                .map(|value| value.to_string())
                .collect(),
        );
    }
    // Tens and ones: 十三, 二十, 廿一.
    let mut tens = None;
    let mut ones = None;
    for c in numeral.chars() {
        match (c, tens) {
            ('十', None) => tens = Some(ones.take().unwrap_or(1)),
            ('廿', None) if ones.is_none() => tens = Some(2),
            ('卅', None) if ones.is_none() => tens = Some(3),
            _ if ones.is_none() => ones = Some(digit(c)?),
            _ => return None,
        }
    }
    Some((tens? * 10 + ones.unwrap_or(0)).to_string())
}
