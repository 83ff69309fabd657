//! Where words begin and end.
//!
//! Two questions, one notion of a word. [`folded_words`] cuts a text into words by UAX #29.
//! [`is_boundary`] tells whether a word may begin or end at an offset; it is asked *after* a
//! search has found something, so that searching needs no expression per word.
//!
//! Scripts without spaces have no boundaries that can be seen: there every offset is one, and
//! [`folded_words`] gives overlapping pairs of characters instead of words.

use unicode_segmentation::UnicodeSegmentation as _;

use crate::text::fold::fold_str;
use crate::text::pages::Pages;
use crate::text::script::{Spacing, is_mark, spacing_of};

static CLASSES: Pages<Class> = Pages::new(Class::of);

/// What a character is to the words around it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Class {
    is_word: bool,
    is_mark: bool,
    spacing: Spacing,
}

impl Class {
    fn of(c: char) -> Self {
        let is_mark = is_mark(c);
        Self {
            is_word: c.is_alphanumeric() || is_mark,
            is_mark,
            spacing: spacing_of(c),
        }
    }

    /// Whether no word begins or ends between this character and the next.
    #[inline]
    fn joins(self, right: Self) -> bool {
        if right.is_mark {
            return self.is_word;
        }
        if !self.is_word || !right.is_word {
            return false;
        }
        match (self.spacing, right.spacing) {
            (Spacing::Spaced, Spacing::Spaced) | (Spacing::Katakana, Spacing::Katakana) => true,
            (Spacing::Spaced | Spacing::Unspaced | Spacing::Katakana, _) => false,
        }
    }
}

/// What stands before the apostrophe where French and Italian drop a vowel: in `d'Ouzbékistan`
/// a word begins after it, in Uzbek `Qirg'iziston` none does.
const ELIDED: [&str; 21] = [
    "c", "d", "dall", "dell", "all", "j", "jusqu", "l", "lorsqu", "m", "n", "nell", "presqu",
    "puisqu", "qu", "quell", "quest", "s", "sull", "t", "un",
];

/// Whether `c` is part of a word: a letter, a digit or a mark on one.
#[inline]
pub fn is_word_char(c: char) -> bool {
    CLASSES.get(c).is_word
}

/// Whether a word may begin or end at byte `at`: never between a letter and its marks, never
/// inside a run of letters and digits, except between scripts that write without spaces.
///
/// `false` where `at` is not on a character boundary.
pub fn is_boundary(text: &str, at: usize) -> bool {
    let Some((before, after)) = text.split_at_checked(at) else {
        return false;
    };
    match (before.chars().next_back(), after.chars().next()) {
        (Some(left), Some(right)) => !CLASSES.get(left).joins(CLASSES.get(right)),
        _ => true,
    }
}

/// Whether a word may begin at byte `at`: a boundary, and not behind an apostrophe inside a word.
pub fn begins_word(text: &str, at: usize) -> bool {
    if !is_boundary(text, at) {
        return false;
    }
    let before = text.get(..at).unwrap_or_default();
    let Some(head) = before.strip_suffix('\'') else {
        return true;
    };
    let word_start = head
        .char_indices()
        .rev()
        .take_while(|&(_, c)| is_word_char(c))
        .last()
        .map_or(head.len(), |(start, _)| start);
    let word = head.get(word_start..).unwrap_or_default();
    word.is_empty() || ELIDED.contains(&word)
}

/// Where words begin, left to right: at letters and digits of which [`begins_word`] is true.
pub fn word_starts(text: &str) -> impl Iterator<Item = usize> {
    let mut before: Option<(char, Class)> = None;
    let starts = text.char_indices().filter_map(move |(at, c)| {
        let class = CLASSES.get(c);
        let left = before.replace((c, class));
        let is_inside = left.is_some_and(|(_, left)| left.joins(class));
        let is_apostrophe = left.is_some_and(|(left, _)| left == '\'');
        (class.is_word && !is_inside).then_some((at, is_apostrophe))
    });
    let begins = |&(at, is_apostrophe): &(usize, bool)| !is_apostrophe || begins_word(text, at);
    starts.filter(begins).map(|(at, _)| at)
}

/// The end of the word that byte `at` stands in or at: the first boundary from there on.
pub fn word_end(text: &str, at: usize) -> usize {
    if is_boundary(text, at) {
        return at;
    }
    let rest = text.get(at..).unwrap_or_default();
    rest.char_indices()
        .map(|(offset, _)| at + offset)
        .find(|&end| is_boundary(text, end))
        .unwrap_or(text.len())
}

/// The words of `text`, folded, in order.
pub fn folded_words(text: &str) -> impl Iterator<Item = String> {
    let folded = fold_str(text);
    let mut words = Vec::new();
    let mut previous: Option<(usize, char)> = None;
    for (at, word) in folded.unicode_word_indices() {
        let first = word.chars().next();
        let Some(sign) = first.filter(|&c| spacing_of(c) == Spacing::Unspaced) else {
            previous = None;
            words.push(word.to_owned());
            continue;
        };
        match previous {
            Some((end, before)) if end == at => words.push(format!("{before}{word}")),
            // A sign that stands alone is a word; one that a pair follows is inside the pair.
            _ if !is_followed(&folded, at + word.len()) => words.push(word.to_owned()),
            _ => {}
        }
        previous = Some((at + word.len(), sign));
    }
    words.into_iter()
}

fn is_followed(text: &str, at: usize) -> bool {
    text.get(at..)
        .and_then(|rest| rest.chars().next())
        .is_some_and(|c| spacing_of(c) == Spacing::Unspaced && is_word_char(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_begin_and_end_where_readers_see_it() {
        let check = |text: &str, word: &str, expected: bool| {
            let start = text.find(word).unwrap();
            let end = start + word.len();
            assert_eq!(
                begins_word(text, start) && is_boundary(text, end),
                expected,
                "{word:?} in {text:?}"
            );
        };
        check("oman", "oman", true);
        check("(oman)", "oman", true);
        check("omani", "oman", false);
        check("romania", "oman", false);
        check("oman2026", "oman", false);
        check("al-oman", "oman", true);
        check("oman_x", "oman", true);
        check("oman's", "oman", true);
        check("d'oman", "oman", true);
        check("'oman'", "oman", true);
        check("qirg'iziston", "iziston", false);
        check("cafe\u{301}", "cafe", false);
        check("हिन्दी", "हिन्द", false);
        check("在哈萨克斯坦的", "哈萨克斯坦", true);
        check("在oman的", "oman", true);
        check("タイトル", "タイ", false);
        check("はタイの", "タイ", true);
        check("ประเทศไทย", "ไทย", true);
        check("ประเทศไทย์", "ไทย", false);
    }

    proptest! {
        #[test]
        fn words_begin_where_they_are_said_to(text in "([a-c'’ дѣ\\-\u{301}क्षि在はター한]|\\PC){0,40}") {
            let one_by_one = text.char_indices();
            let one_by_one = one_by_one.filter(|&(at, c)| is_word_char(c) && begins_word(&text, at));
            let one_by_one: Vec<usize> = one_by_one.map(|(at, _)| at).collect();
            prop_assert_eq!(word_starts(&text).collect::<Vec<_>>(), one_by_one);
        }
    }

    #[test]
    fn a_word_ends_at_the_first_boundary() {
        assert_eq!(
            word_end("казахстана, да", "казахстан".len()),
            "казахстана".len()
        );
        assert_eq!(word_end("oman", 4), 4);
        assert_eq!(word_end("oman", 99), 4);
        assert_eq!(word_end("", 0), 0);
    }

    #[test]
    fn words_are_folded_and_unspaced_scripts_come_in_pairs() {
        let check = |text: &str, expected: &[&str]| {
            assert_eq!(folded_words(text).collect::<Vec<_>>(), expected, "{text}");
        };
        check("", &[]);
        check(
            "O‘zbekiston — 3.5 Straße!",
            &["o'zbekiston", "3.5", "strasse"],
        );
        check("哈萨克斯坦 在", &["哈萨", "萨克", "克斯", "斯坦", "在"]);
        check("Қазақстан哈萨x", &["қазақстан", "哈萨", "x"]);
    }
}
