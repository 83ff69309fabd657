//! A text taken apart: numbers, signs, and words with what they mean.

use std::borrow::Cow;

use crate::normalise::date::names::{KNOWN, Name, WORDS_MAX, is_letter};
use crate::text::script::{Spacing, spacing_of};

/// No date has more pieces.
const ATOMS_MAX: usize = 48;

/// A piece of a date.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Piece<'a> {
    /// ASCII digits.
    Number(&'a str),
    /// A name of one or more words, and what it may mean.
    Name(Cow<'static, [Name]>),
    /// A word nobody knows.
    Unknown,
    /// Any other character but white space.
    Sign(char),
}

/// A piece, and whether white space stands before it.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Atom<'a> {
    pub(super) piece: Piece<'a>,
    pub(super) is_apart: bool,
}

/// The pieces of `text`, which is folded and has ASCII digits; `None` where they are too many.
pub(super) fn split(text: &str) -> Option<Vec<Atom<'_>>> {
    let raw = raw(text)?;
    let mut atoms = Vec::with_capacity(raw.len());
    let mut at = 0;
    while let Some(token) = raw.get(at) {
        let Raw::Word(word) = token.kind else {
            let piece = match token.kind {
                Raw::Number(digits) => Piece::Number(digits),
                Raw::Sign(sign) => Piece::Sign(sign),
                Raw::Word(_) => Piece::Unknown,
            };
            atoms.push(Atom {
                piece,
                is_apart: token.is_apart,
            });
            at += 1;
            continue;
        };
        if let Some((names, n_tokens)) = longest_name(raw.get(at..)?) {
            let piece = Piece::Name(Cow::Borrowed(names));
            atoms.push(Atom {
                piece,
                is_apart: token.is_apart,
            });
            at += n_tokens;
        } else {
            push_word(word, token.is_apart, &mut atoms);
            at += 1;
        }
    }
    (atoms.len() <= ATOMS_MAX).then_some(atoms)
}

struct Token<'a> {
    kind: Raw<'a>,
    is_apart: bool,
}

#[derive(Clone, Copy)]
enum Raw<'a> {
    Number(&'a str),
    Word(&'a str),
    Sign(char),
}

fn raw(text: &str) -> Option<Vec<Token<'_>>> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let unspaced = rest.trim_start();
        let is_apart = unspaced.len() != rest.len();
        rest = unspaced;
        let Some(c) = rest.chars().next() else {
            break;
        };
        let run = |is_in: fn(char) -> bool| rest.find(|c| !is_in(c)).unwrap_or(rest.len());
        let (kind, length) = if c.is_ascii_digit() {
            let length = run(|c| c.is_ascii_digit());
            (Raw::Number(rest.get(..length)?), length)
        } else if is_letter(c) {
            let length = run(is_letter);
            (Raw::Word(rest.get(..length)?), length)
        } else {
            (Raw::Sign(c), c.len_utf8())
        };
        tokens.push(Token { kind, is_apart });
        rest = rest.get(length..)?;
        if tokens.len() > 2 * ATOMS_MAX {
            return None;
        }
    }
    Some(tokens)
}

/// The longest known name that starts here, and how many tokens it takes. Dots, hyphens and
/// apostrophes between its words do not count.
fn longest_name(tokens: &[Token<'_>]) -> Option<(&'static [Name], usize)> {
    let mut words = String::new();
    let mut n_words = 0;
    let mut best = None;
    for (n, token) in tokens.iter().enumerate() {
        match token.kind {
            Raw::Word(word) => {
                n_words += 1;
                if n_words > 1 {
                    words.push(' ');
                }
                words.push_str(word);
                if let Some(names) = KNOWN.of(&words) {
                    best = Some((names, n + 1));
                }
                if n_words == WORDS_MAX {
                    break;
                }
            }
            Raw::Sign('.' | '-' | '/' | '\'' | '׳' | '॰' | '״' | '"') => {}
            _ => break,
        }
    }
    best
}

/// A word that is none of the known ones: several of them where nobody writes spaces, or one that
/// is cut or inflected.
fn push_word(word: &str, is_apart: bool, atoms: &mut Vec<Atom<'_>>) {
    let mut rest = word;
    let mut is_apart = is_apart;
    while !rest.is_empty() && rest.chars().next().is_some_and(is_unspaced) {
        let ends = rest.char_indices().map(|(at, c)| at + c.len_utf8()).rev();
        let known = ends
            .filter_map(|end| rest.split_at_checked(end))
            .find_map(|(word, after)| KNOWN.of(word).map(|names| (names, after)));
        let Some((names, after)) = known else {
            break;
        };
        atoms.push(Atom {
            piece: Piece::Name(Cow::Borrowed(names)),
            is_apart,
        });
        is_apart = false;
        rest = after;
    }
    if rest.is_empty() {
        return;
    }
    let like = KNOWN.like(rest);
    let piece = if like.is_empty() {
        Piece::Unknown
    } else {
        Piece::Name(Cow::Owned(like))
    };
    atoms.push(Atom { piece, is_apart });
}

fn is_unspaced(c: char) -> bool {
    spacing_of(c) == Spacing::Unspaced || matches!(c, '\u{AC00}'..='\u{D7A3}')
}
