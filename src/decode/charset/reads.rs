//! How well a text reads: whether its letters make words of a language.
//!
//! A wrong charset gives symbols inside words, capitals after small letters, two scripts in one
//! word, or letters no one language has together. Points are given per character beyond ASCII and
//! averaged: real prose gets 700 or more, a wrong reading rarely 300.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::decode::charset::alphabet::{ALPHABETS, Alphabet};

/// What a text got.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Points {
    /// On average per character beyond ASCII, in hundredths.
    pub average: i64,
    /// How many characters that were.
    pub n_characters: usize,
}

/// The scripts a word is not mixed from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Script {
    Latin,
    Greek,
    Cyrillic,
    Armenian,
    Georgian,
    Hebrew,
    Arabic,
    Thai,
    /// Han, kana, Hangul: written without spaces, mixed with everything.
    East,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Letter(Script),
    /// Combines with the letter before it.
    Mark,
    /// Stands inside words: apostrophes, soft hyphens.
    Joiner,
    /// Stands beside words: quotation marks, signs of news prose.
    Beside,
    /// Punctuation of East Asian width.
    Wide,
    /// Box drawing and blocks.
    Box,
    /// Any other symbol.
    Odd,
    /// Controls, private use, replacement.
    Bad,
    /// Anything that says nothing: ASCII that is no letter, dashes, spaces.
    Plain,
}

fn class(c: char) -> Class {
    match c {
        'a'..='z' | 'A'..='Z' => Class::Letter(Script::Latin),
        '\u{80}'..='\u{9F}' | '\u{E000}'..='\u{F8FF}' | '\u{FFF0}'..='\u{FFFF}' => Class::Bad,
        '\u{AD}' | '·' | '’' | '‘' | 'ʼ' | 'ʻ' => Class::Joiner,
        '\0'..='\u{7F}' | '\u{A0}' | '–' | '—' | '…' | '‐' | '\u{200B}'..='\u{200F}' => {
            Class::Plain
        }
        '«' | '»' | '“' | '”' | '„' | '‹' | '›' | '‚' | '№' | '§' | '°' | '©' | '®' | '™' | '€'
        | '•' => Class::Beside,
        '×' | '÷' | 'ª' | 'º' | '\u{A1}'..='\u{BF}' => Class::Odd,
        '\u{C0}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}' => Class::Letter(Script::Latin),
        '\u{300}'..='\u{36F}' | '\u{591}'..='\u{5C7}' => Class::Mark,
        '\u{386}' | '\u{388}'..='\u{3FF}' | '\u{1F00}'..='\u{1FFF}' => Class::Letter(Script::Greek),
        '\u{400}'..='\u{52F}' => Class::Letter(Script::Cyrillic),
        '\u{531}'..='\u{58A}' => Class::Letter(Script::Armenian),
        '\u{5D0}'..='\u{5F4}' => Class::Letter(Script::Hebrew),
        '\u{600}'..='\u{6FF}' | '\u{FB50}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFE}' => {
            Class::Letter(Script::Arabic)
        }
        '\u{E01}'..='\u{E4E}' => Class::Letter(Script::Thai),
        '\u{10A0}'..='\u{10FF}' => Class::Letter(Script::Georgian),
        '\u{2500}'..='\u{25FF}' => Class::Box,
        '\u{3000}'..='\u{303F}' | '\u{30FB}' | '\u{FF01}'..='\u{FF60}' => Class::Wide,
        '\u{3041}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}' => {
            Class::Letter(Script::East)
        }
        _ => Class::Odd,
    }
}

/// Points for `text`; letters of the languages `hinted` count a little more.
pub(super) fn points(text: &str, hinted: &[&'static Alphabet]) -> Points {
    let mut letters: BTreeMap<char, i64> = BTreeMap::new();
    let mut sum = 0;
    let mut n_characters = 0;
    let mut before = (' ', Class::Plain);
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let this = (c, class(c));
        if !c.is_ascii() {
            n_characters += 1;
            let next = rest.peek().map_or(Class::Plain, |next| class(*next));
            sum += in_context(before, this, next);
            if matches!(this.1, Class::Letter(_) | Class::Mark) {
                *letters.entry(small(c)).or_default() += 1;
            }
        }
        before = this;
    }
    let best = best_language(&letters, hinted);
    let n = i64::try_from(n_characters).unwrap_or(i64::MAX).max(1);
    Points {
        average: (sum + best) / n,
        n_characters,
    }
}

/// Points for where a character stands, whatever the language.
fn in_context(before: (char, Class), this: (char, Class), next: Class) -> i64 {
    let is_inside = matches!(before.1, Class::Letter(s) if s != Script::East)
        && matches!(next, Class::Letter(s) if s != Script::East);
    match this.1 {
        Class::Bad => -6000,
        Class::Box if is_inside => -6000,
        Class::Box => -1000,
        Class::Odd | Class::Beside if is_inside => -5000,
        Class::Odd => -300,
        Class::Beside => 100,
        Class::Wide => 300,
        Class::Joiner if is_inside => 1200,
        Class::Joiner | Class::Plain => 0,
        Class::Mark => match before.1 {
            Class::Letter(_) => 0,
            _ => -1000,
        },
        Class::Letter(script) => of_pair(before, this.0, script),
    }
}

/// Two letters in a row: one script, no capital after a small letter, few capitals in a row.
fn of_pair(before: (char, Class), c: char, script: Script) -> i64 {
    let Class::Letter(before_script) = before.1 else {
        return 0;
    };
    if script == Script::East || before_script == Script::East {
        return 0;
    }
    if script != before_script {
        return -3000;
    }
    if !c.is_uppercase() {
        return 0;
    }
    if before.0.is_lowercase() { -5000 } else { -400 }
}

/// Points of the one language that has these letters.
fn best_language(letters: &BTreeMap<char, i64>, hinted: &[&'static Alphabet]) -> i64 {
    let mut sums = [0; ALPHABETS.len()];
    let mut if_foreign = 0;
    for (c, n) in letters {
        let foreign = if class(*c) == Class::Letter(Script::East) {
            EAST_UNLISTED
        } else {
            FOREIGN
        };
        if_foreign += foreign * n;
        for (index, points) in RANKED.get(c).map(Vec::as_slice).unwrap_or_default() {
            if let Some(sum) = sums.get_mut(*index) {
                *sum += (points - foreign) * n;
            }
        }
    }
    let n_letters: i64 = letters.values().sum();
    let sums = sums.iter().zip(ALPHABETS).map(|(sum, alphabet)| {
        let is_hinted = hinted.iter().any(|hint| hint.language == alphabet.language);
        sum + if is_hinted { HINTED * n_letters } else { 0 }
    });
    if_foreign + sums.max().unwrap_or(0)
}

/// A letter that the language does not have.
const FOREIGN: i64 = -2500;

/// A Han character or syllable that is not among the commonest.
const EAST_UNLISTED: i64 = -200;

/// One that is.
const EAST_LISTED: i64 = 1600;

/// A language that was to be expected, for each letter.
const HINTED: i64 = 80;

/// For every letter the alphabets it is in, and what it is worth there: the more seldom it is, the
/// less, as the logarithm of its rank.
static RANKED: LazyLock<BTreeMap<char, Vec<(usize, i64)>>> = LazyLock::new(|| {
    let mut ranked: BTreeMap<char, Vec<(usize, i64)>> = BTreeMap::new();
    for (index, alphabet) in ALPHABETS.iter().enumerate() {
        for (rank, letter) in (1_u32..).zip(alphabet.letters.chars()) {
            let points = if class(letter) == Class::Letter(Script::East) {
                EAST_LISTED
            } else {
                1200 - 170 * i64::from(rank.ilog2()) - rest_of_log(rank)
            };
            let places = ranked.entry(letter).or_default();
            if places.last().is_none_or(|(last, _)| *last != index) {
                places.push((index, points));
            }
        }
    }
    ranked
});

/// What [`u32::ilog2`] cuts off, on a straight line between two powers.
fn rest_of_log(rank: u32) -> i64 {
    let power = 1 << rank.ilog2();
    170 * i64::from(rank - power) / i64::from(power)
}

/// The small letter; the Turkish capital İ, which has none of one character, is its own.
fn small(c: char) -> char {
    let mut small = c.to_lowercase();
    match (small.next(), small.next()) {
        (Some(small), None) => small,
        _ => c,
    }
}
