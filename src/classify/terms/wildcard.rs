//! `*` and `?` around a text that is searched for.

use crate::text::words::{begins_word, is_boundary, is_word_char};

/// Letters that one side of a pattern may stand for at most: no word is longer, and no text of
/// one word costs more.
const REACH: usize = 64;

/// One side of a pattern, away from the text in its middle.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Token {
    /// This character.
    Char(char),
    /// `?`: one letter or digit.
    One,
    /// `*`: letters and digits, also none.
    Run,
}

/// A folded pattern cut at its longest text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Wildcard {
    /// The text that is searched for.
    pub(super) head: String,
    /// What stands before it, backwards.
    before: Vec<Token>,
    /// What stands behind it.
    after: Vec<Token>,
}

impl Wildcard {
    /// Cuts a folded pattern; `None` where no letter or digit is left to search for.
    pub(super) fn read(folded: &str) -> Option<Self> {
        let tokens: Vec<Token> = folded
            .trim()
            .chars()
            .map(|c| match c {
                '*' => Token::Run,
                '?' => Token::One,
                c => Token::Char(c),
            })
            .collect();
        let is_text = |token: &Token| matches!(token, Token::Char(_));
        let mut longest = 0..0;
        let mut start = 0;
        for (at, pair) in tokens.iter().enumerate() {
            if !is_text(pair) {
                start = at + 1;
            } else if at + 1 - start > longest.len() {
                longest = start..at + 1;
            }
        }
        let text = tokens.get(longest.clone())?.iter();
        let head: String = text
            .filter_map(|token| match token {
                Token::Char(c) => Some(*c),
                Token::One | Token::Run => None,
            })
            .collect();
        head.chars().any(char::is_alphanumeric).then_some(())?;
        Some(Self {
            head,
            before: tokens.get(..longest.start)?.iter().rev().copied().collect(),
            after: tokens.get(longest.end..)?.to_vec(),
        })
    }

    /// The words around the head at `start..end` that the whole pattern matches.
    pub(super) fn span_in(
        &self,
        text: &str,
        start: usize,
        end: usize,
    ) -> Option<std::ops::Range<usize>> {
        let left: Vec<char> = text.get(..start)?.chars().rev().take(REACH).collect();
        let right: Vec<char> = text.get(end..)?.chars().take(REACH).collect();
        let bytes = |chars: &[char]| chars.iter().map(|c| c.len_utf8()).sum::<usize>();
        let from = reach(&self.before, &left, 0, &|n| {
            left.get(..n)
                .is_some_and(|taken| begins_word(text, start - bytes(taken)))
        })?;
        let to = reach(&self.after, &right, 0, &|n| {
            right
                .get(..n)
                .is_some_and(|taken| is_boundary(text, end + bytes(taken)))
        })?;
        Some(start - bytes(left.get(..from)?)..end + bytes(right.get(..to)?))
    }
}

/// How many of `chars` the tokens take, as many as they can, where `ends` allows an end.
fn reach(
    tokens: &[Token],
    chars: &[char],
    taken: usize,
    ends: &impl Fn(usize) -> bool,
) -> Option<usize> {
    let Some((token, rest)) = tokens.split_first() else {
        return ends(taken).then_some(taken);
    };
    let next = chars.get(taken).copied();
    match token {
        Token::Char(c) => (next == Some(*c))
            .then(|| reach(rest, chars, taken + 1, ends))
            .flatten(),
        Token::One => next
            .is_some_and(is_word_char)
            .then(|| reach(rest, chars, taken + 1, ends))
            .flatten(),
        Token::Run => {
            let letters = chars.iter().skip(taken);
            let n_letters = letters.take_while(|&&c| is_word_char(c)).count();
            (0..=n_letters)
                .rev()
                .find_map(|n| reach(rest, chars, taken + n, ends))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, text: &str, expected: Option<&str>) {
        let wildcard = Wildcard::read(pattern).unwrap();
        let found = text
            .match_indices(&wildcard.head)
            .find_map(|(at, head)| wildcard.span_in(text, at, at + head.len()));
        assert_eq!(
            found.and_then(|span| text.get(span)),
            expected,
            "{pattern} in {text}"
        );
    }

    #[test]
    fn letters_are_filled_in() {
        check(
            "нефт*",
            "экспорт нефтепродуктов вырос",
            Some("нефтепродуктов"),
        );
        check("нефт*", "и нефть", Some("нефть"));
        check("нефт*", "бензонефть", None);
        check("*стан", "в узбекистан", Some("узбекистан"));
        check("*стан*", "в узбекистане", Some("узбекистане"));
        check("*стан", "станок", None);
        check("organi?ation", "an organisation", Some("organisation"));
        check("organi?ation", "an organiation", None);
        check("trade * deal", "a trade and deal", Some("trade and deal"));
        check("a*b*c", "aXbYbZc!", Some("aXbYbZc"));
        check("трубопровод*", "трубопровод", Some("трубопровод"));
    }

    #[test]
    fn something_must_be_left_to_search_for() {
        for empty in ["*", "?*", " * ", "*-*"] {
            assert_eq!(Wildcard::read(empty), None, "{empty}");
        }
        assert_eq!(Wildcard::read("a*bcd*").unwrap().head, "bcd");
    }
}
