//! How the scripts of the world write: with spaces or without, with case or without.

use icu_properties::props::{GeneralCategory, GeneralCategoryGroup, Script};
use icu_properties::{CodePointMapData, CodePointMapDataBorrowed};

const SCRIPTS: CodePointMapDataBorrowed<'static, Script> = CodePointMapData::<Script>::new();
const CATEGORIES: CodePointMapDataBorrowed<'static, GeneralCategory> =
    CodePointMapData::<GeneralCategory>::new();

/// How the words of a script are told apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Spacing {
    /// By spaces and punctuation.
    Spaced,
    /// By a dictionary only: Han, Hiragana, Thai, Lao, Khmer, Burmese, Tibetan.
    Unspaced,
    /// Katakana: a run of it is one foreign word, whatever stands around it.
    Katakana,
}

/// The script of a character; marks and punctuation give `Common` or `Inherited`.
pub fn script_of(c: char) -> Script {
    SCRIPTS.get(c)
}

/// Whether `c` is a combining mark, spacing or not.
pub fn is_mark(c: char) -> bool {
    c >= '\u{300}' && GeneralCategoryGroup::Mark.contains(CATEGORIES.get(c))
}

/// Whether `c` is a combining mark that takes no room of its own (an accent, a vowel point).
pub fn is_nonspacing_mark(c: char) -> bool {
    c >= '\u{300}' && CATEGORIES.get(c) == GeneralCategory::NonspacingMark
}

/// How words are told apart around `c`.
pub fn spacing_of(c: char) -> Spacing {
    // Latin, Greek, Cyrillic, Armenian, Hebrew, Arabic: nearly every character we meet.
    if c < '\u{E00}' {
        return Spacing::Spaced;
    }
    // The prolonged sound mark belongs to no script of its own.
    if matches!(c, 'ー' | '々') {
        return if c == 'ー' {
            Spacing::Katakana
        } else {
            Spacing::Unspaced
        };
    }
    match script_of(c) {
        Script::Katakana => Spacing::Katakana,
        Script::Han
        | Script::Hiragana
        | Script::Bopomofo
        | Script::Thai
        | Script::Lao
        | Script::Khmer
        | Script::Myanmar
        | Script::Tibetan => Spacing::Unspaced,
        _ => Spacing::Spaced,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_know_how_they_part_words() {
        let check = |expected: Spacing, sample: &str| {
            for c in sample.chars() {
                assert_eq!(spacing_of(c), expected, "{c}");
            }
        };
        check(Spacing::Spaced, "aßЖқا한ქ1ህह");
        check(Spacing::Unspaced, "哈の々ไລខမ");
        check(Spacing::Katakana, "ター");
    }

    #[test]
    fn marks_are_marks() {
        assert!(is_mark('\u{301}') && is_nonspacing_mark('\u{301}'));
        assert!(is_mark('\u{93F}') && !is_nonspacing_mark('\u{93F}'));
        assert!(!is_mark('a') && !is_mark('ー'));
    }
}
