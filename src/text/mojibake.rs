//! Text that was encoded as UTF-8 twice: `РњРёРЅРёСЃС‚СЂ` for `Министр`, `CafÃ©` for `Café`.
//!
//! UTF-8 was taken for windows-1252, -1251, -1250 or -1254 and written as UTF-8 again. Each letter
//! then is a lead and one to three more characters, which genuine text hardly ever has in a row.
//! Repair is all or nothing for one run of text (a title, a paragraph): a publisher's template may
//! be sound while its titles are not.

use std::sync::LazyLock;

use encoding_rs::{Encoding, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252, WINDOWS_1254};

/// UTF-8 was taken for one of these; where several fit, they give the same text.
static TAKEN_FOR: LazyLock<[Bytes; 4]> =
    LazyLock::new(|| [WINDOWS_1252, WINDOWS_1251, WINDOWS_1254, WINDOWS_1250].map(Bytes::of));

/// Text that was encoded more often than this is left.
const ROUNDS_MAX: usize = 3;

/// `text` as it was before it was encoded once too often, where that is certain; `None` where it
/// is not, and where nothing is wrong.
///
/// Costs one pass over text without the leads of such sequences.
pub fn repaired(text: &str) -> Option<String> {
    let mut best = None;
    for _ in 0..ROUNDS_MAX {
        let current = best.as_deref().unwrap_or(text);
        if !has_a_lead(current) {
            break;
        }
        let Some(next) = TAKEN_FOR.iter().find_map(|bytes| undone(current, bytes)) else {
            break;
        };
        best = Some(next);
    }
    best.filter(|text| !text.contains(is_c1))
}

/// What bytes C2–F4 are in the four charsets, the commonest of them.
fn has_a_lead(text: &str) -> bool {
    text.chars()
        .any(|c| matches!(c, '\u{C2}'..='\u{F4}' | '\u{102}'..='\u{17E}' | '\u{412}'..='\u{444}'))
}

/// One step back, if every character beyond ASCII takes part in it.
fn undone(text: &str, bytes: &Bytes) -> Option<String> {
    let mut out: Vec<u8> = Vec::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    let mut evidence = Evidence::default();
    let mut before = ' ';
    while let Some(c) = chars.next() {
        if c.is_ascii() {
            out.push(u8::try_from(c).ok()?);
            before = c;
            continue;
        }
        let lead = bytes.of_char(c)?;
        let n_more = n_continuations(lead)?;
        out.push(lead);
        for place in 0..n_more {
            let next = *chars.peek()?;
            let byte = bytes.of_char(next).or_else(|| lost(next))?;
            let is_lost = next == ' ' || next == char::REPLACEMENT_CHARACTER;
            if !(0x80..=0xBF).contains(&byte) || is_lost && place + 1 != n_more {
                return None;
            }
            evidence.lost += usize::from(is_lost);
            out.push(byte);
            chars.next();
        }
        let after = chars.peek().copied().unwrap_or(' ');
        evidence.add(n_more, before, after);
        before = c;
    }
    let undone = String::from_utf8(out).ok()?;
    evidence.is_enough().then_some(undone)
}

/// How many bytes follow the lead of a UTF-8 sequence.
fn n_continuations(lead: u8) -> Option<usize> {
    match lead {
        0xC2..=0xDF => Some(1),
        0xE0..=0xEF => Some(2),
        0xF0..=0xF4 => Some(3),
        _ => None,
    }
}

/// The byte 0x98, which windows-1251 does not have, comes as `U+FFFD`; the no-break space 0xA0 may
/// have become a plain one on the way.
fn lost(c: char) -> Option<u8> {
    match c {
        char::REPLACEMENT_CHARACTER => Some(0x98),
        ' ' => Some(0xA0),
        _ => None,
    }
}

/// What speaks for the text having been encoded twice.
#[derive(Default)]
struct Evidence {
    // Counts of sequences: all, longer than two, beside a small letter, with a character lost.
    sequences: usize,
    long: usize,
    in_words: usize,
    lost: usize,
}

impl Evidence {
    fn add(&mut self, n_more: usize, before: char, after: char) {
        self.sequences += 1;
        self.long += usize::from(n_more > 1);
        self.in_words += usize::from(before.is_ascii_lowercase() || after.is_ascii_lowercase());
    }

    /// `MANHÃ”` is a capital and a quotation mark: one sequence of two characters is believed only
    /// beside a small letter; one of three (`â€™`) always; characters that were lost on the way only
    /// among many that were not.
    fn is_enough(&self) -> bool {
        let is_plain = self.sequences >= 3 || self.long > 0 || self.in_words > 0;
        is_plain && self.lost * 3 <= self.sequences
    }
}

/// A control of ISO 6429 beyond ASCII.
fn is_c1(c: char) -> bool {
    matches!(c, '\u{80}'..='\u{9F}')
}

/// Which byte a character is in a charset.
struct Bytes([char; 128]);

impl Bytes {
    fn of(encoding: &'static Encoding) -> Self {
        let mut chars = ['\0'; 128];
        for (byte, slot) in (0x80..=0xFF_u8).zip(&mut chars) {
            let byte = [byte];
            let (text, _) = encoding.decode_without_bom_handling(&byte);
            *slot = text.chars().next().unwrap_or('\0');
        }
        Self(chars)
    }

    /// Controls stand for themselves: many converters leave them so.
    fn of_char(&self, c: char) -> Option<u8> {
        if is_c1(c) {
            return u8::try_from(u32::from(c)).ok();
        }
        let at = self.0.iter().position(|mapped| *mapped == c)?;
        u8::try_from(at + 0x80).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn twice(text: &str, encoding: &'static Encoding) -> String {
        encoding
            .decode_without_bom_handling(text.as_bytes())
            .0
            .into_owned()
    }

    #[test]
    fn what_was_encoded_twice_is_read_again() {
        for (text, encoding) in [
            ("Министр иностранных дел прибыл в Астану", WINDOWS_1251),
            ("Итоги визита: встреча в Алматы — «диалог»", WINDOWS_1251),
            (
                "Қазақстан Республикасының Сыртқы істер министрі",
                WINDOWS_1252,
            ),
            ("Dışişleri Bakanı’nın açıklaması", WINDOWS_1254),
            (
                "Minister spraw zagranicznych: spotkał się w Łodzi",
                WINDOWS_1250,
            ),
            ("Café", WINDOWS_1252),
            ("The minister’s visit", WINDOWS_1252),
            ("外交部长在北京", WINDOWS_1252),
            ("موقع وزارة الخارجية", WINDOWS_1252),
        ] {
            let garbled = twice(text, encoding);
            assert_ne!(garbled, text);
            assert_eq!(repaired(&garbled).as_deref(), Some(text), "{garbled}");
            let thrice = twice(&garbled, WINDOWS_1252);
            assert_eq!(repaired(&thrice).as_deref(), Some(text), "{thrice}");
        }
    }

    #[test]
    fn what_was_lost_on_the_way_is_known() {
        let garbled = twice("Встреча Рахмона", WINDOWS_1251);
        let collapsed = garbled.replace('\u{A0}', " ");
        assert_ne!(garbled, collapsed);
        assert_eq!(repaired(&collapsed).as_deref(), Some("Встреча Рахмона"));
    }

    #[test]
    fn sound_text_is_left() {
        for text in [
            "",
            "plain",
            "Café à Paris – été",
            "São Paulo: reunião",
            "MANHÃ”",
            "“AMANHÔ",
            "CAFÉ»",
            "Министр иностранных дел",
            "РФ и США: «Россия» — С. Лавров",
            "Ķīna, Čehija, Łódź",
            "Türkiye’nin Dışişleri Bakanı",
            "Â",
            "Ã©",
            "外交部长",
            "Caf\u{FFFD} Ð",
        ] {
            assert_eq!(repaired(text), None, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn nothing_panics(text in "[\u{20}-\u{2ff}\u{400}-\u{45f}\u{2010}-\u{2040}\u{fffd}]{0,40}") {
            drop(repaired(&text));
        }
    }
}
