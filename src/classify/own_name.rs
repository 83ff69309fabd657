//! What an entry says of its own feed, which is not what it is about.
//!
//! `Summit opens - The Astana Times`, `© Radio Kazakhstan 2026`, *as Uzbekistan Today reported*: the
//! place in the feed's name says who speaks, in every entry of the feed. It does not count
//! * in the tail of a title that is the name, and on a line that is nothing but the name;
//! * in a notice of copyright, whoever's;
//! * for news media, anywhere the name stands with the capitals it is written with. Not for the
//!   bodies that news is about: *the President of Kazakhstan* is the name of a feed and the news.
//!
//! A name that is nothing but a place (a feed called `Kazakhstan`) is told from the place by where
//! it stands alone.

use std::ops::Range;

use crate::classify::fields::FieldText;
use crate::model::region::Field;
use crate::text::fold::{Folded, fold};
use crate::text::script::{Spacing, spacing_of};
use crate::text::words::{is_boundary, is_word_char, word_starts};

/// Whose entry it is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Source<'a> {
    /// What the feed is called: by itself, by the configuration.
    pub names: &'a [&'a str],
    /// Whether it reports what others do: a newspaper, not a ministry.
    pub is_medium: bool,
}

/// What stands between a headline and the name of who publishes it.
const SEPARATORS: [&str; 9] = [" - ", " – ", " — ", " | ", "|", " :: ", " · ", " « ", " » "];

/// A longer notice of copyright is a sentence about copyright.
const NOTICE_MAX_BYTES: usize = 200;

/// A longer name is a sentence about the feed.
const WORDS_MAX: usize = 12;

/// Words of a name that is inflected share so many letters …
const SHARED_MIN: usize = 4;

/// … and differ in at most so many at the end: *Казахстанской правды*.
const ENDING_MAX: usize = 3;

/// A word of so many bytes says more than a place does.
const WORD_MIN: usize = 3;

/// Punctuation and spaces between two words of a name at most.
const GAP_MAX: usize = 4;

/// Where an entry speaks of its feed: spans of the original, by field.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct OwnNames {
    spans: Vec<(usize, Range<usize>)>,
}

impl OwnNames {
    /// `places`: field and span of all that was found.
    pub(super) fn of(
        source: &Source<'_>,
        fields: &[FieldText<'_>],
        places: &[(usize, Range<usize>)],
    ) -> Self {
        let mut spans = Vec::new();
        if places.is_empty() {
            return Self { spans };
        }
        let names: Vec<Name> = source
            .names
            .iter()
            .flat_map(|it| Name::all_of(it))
            .collect();
        for (index, field) in fields.iter().enumerate() {
            let mut quiet = Vec::new();
            match field.field {
                Field::Title => quiet.extend(tail(field.original, &names)),
                Field::Text => quiet.extend(quiet_lines(field.original, &names)),
                Field::Category | Field::Feed => {}
            }
            if source.is_medium && field.field != Field::Feed {
                let places = places.iter().filter(|(of, _)| *of == index);
                let places: Vec<_> = places.map(|(_, span)| span.clone()).collect();
                let named = names.iter().flat_map(|name| name.spans_in(field));
                quiet.extend(
                    named
                        .filter(|(_, words)| says_more(words, &places))
                        .map(|(span, _)| span),
                );
            }
            spans.extend(quiet.into_iter().map(|span| (index, span)));
        }
        Self { spans }
    }

    /// Whether what stands there is part of it.
    pub(super) fn hold(&self, field: usize, span: &Range<usize>) -> bool {
        let mut spans = self.spans.iter().filter(|(of, _)| *of == field);
        spans.any(|(_, own)| own.start <= span.start && span.end <= own.end)
    }
}

/// A name, in words.
struct Name {
    /// Without an article in front.
    words: Vec<Word>,
    folded: String,
    /// Whether it is all of what the feed is called, not only one side of a separator.
    is_whole: bool,
}

struct Word {
    folded: String,
    has_capital: bool,
}

impl Name {
    /// `Kazakhstan | The Guardian`, and `The Guardian`.
    fn all_of(written: &str) -> Vec<Self> {
        let mut parts = vec![written];
        for separator in SEPARATORS {
            parts = parts
                .iter()
                .flat_map(|part| part.split(separator))
                .collect();
        }
        let sides = parts.into_iter().filter(|side| side.len() < written.len());
        let whole = [(written, true)].into_iter();
        whole
            .chain(sides.map(|side| (side, false)))
            .filter_map(|(name, is_whole)| Self::read(name, is_whole))
            .collect()
    }

    fn read(written: &str, is_whole: bool) -> Option<Self> {
        let folded = fold(written.trim());
        let mut words = words(&folded);
        if words.len() > 1
            && words.first().and_then(|it| folded.as_str().get(it.clone())) == Some("the")
        {
            words.remove(0);
        }
        let (first, last) = (words.first()?, words.last()?);
        let name = folded.as_str().get(first.start..last.end)?.to_owned();
        let word = |span: &Range<usize>| {
            Some(Word {
                folded: folded.as_str().get(span.clone())?.to_owned(),
                has_capital: has_capital(written.trim().get(folded.original(span.clone()))?),
            })
        };
        let words: Vec<Word> = words.iter().filter_map(word).collect();
        (words.len() <= WORDS_MAX).then_some(Self {
            words,
            folded: name,
            is_whole,
        })
    }

    /// Whether a text is the name and nothing else.
    fn is(&self, text: &str) -> bool {
        Self::read(text, true).is_some_and(|it| it.folded == self.folded)
    }

    /// Where the name stands in a field, each time with the words it is of; in bytes of the
    /// original.
    fn spans_in(&self, field: &FieldText<'_>) -> Vec<(Range<usize>, Vec<Range<usize>>)> {
        let text = field.text();
        let written = |span: &Range<usize>| field.folded.original(span.clone());
        if self
            .folded
            .chars()
            .any(|c| spacing_of(c) != Spacing::Spaced)
        {
            let spans = text.match_indices(self.folded.as_str());
            let spans = spans.map(|(at, name)| at..at + name.len());
            let whole = spans.filter(|it| is_boundary(text, it.start) && is_boundary(text, it.end));
            // Every character may be a word of its own.
            return whole
                .map(|span| {
                    let letters = text.get(span.clone()).unwrap_or_default().char_indices();
                    let letters =
                        letters.map(|(at, c)| span.start + at..span.start + at + c.len_utf8());
                    (written(&span), letters.map(|it| written(&it)).collect())
                })
                .collect();
        }
        let spans = words(&field.folded);
        let windows = spans.windows(self.words.len().max(1));
        let named = windows.filter(|window| self.fits(window, field));
        named
            .filter_map(|window| {
                let whole = window.first()?.start..window.last()?.end;
                Some((written(&whole), window.iter().map(written).collect()))
            })
            .collect()
    }

    /// Whether the words at `spans` of the folded field are the name's, as it writes them.
    fn fits(&self, spans: &[Range<usize>], field: &FieldText<'_>) -> bool {
        let is_close = |pair: &[Range<usize>]| match pair {
            [left, right] => right.start - left.end <= GAP_MAX,
            _ => true,
        };
        let is_alone = self.words.len() == 1;
        let mut pairs = self.words.iter().zip(spans);
        pairs.all(|(word, span)| {
            let text = field.text().get(span.clone()).unwrap_or_default();
            let is_form = text == word.folded || (!is_alone && are_forms(text, &word.folded));
            is_form && (!word.has_capital || has_capital(field.written(span)))
        }) && spans.windows(2).all(is_close)
    }
}

/// Whether two words differ in their endings only.
fn are_forms(left: &str, right: &str) -> bool {
    let n_shared = left
        .chars()
        .zip(right.chars())
        .take_while(|(l, r)| l == r)
        .count();
    let is_ending = |word: &str| word.chars().count() - n_shared <= ENDING_MAX;
    n_shared >= SHARED_MIN && is_ending(left) && is_ending(right)
}

/// Whether a word begins with what is no small letter.
fn has_capital(word: &str) -> bool {
    !word.starts_with(char::is_lowercase)
}

/// The words of a folded text.
fn words(folded: &Folded) -> Vec<Range<usize>> {
    let text = folded.as_str();
    let mut words: Vec<Range<usize>> = Vec::new();
    for start in word_starts(text) {
        let rest = text.get(start..).unwrap_or_default();
        let n_bytes = rest.find(|c: char| !is_word_char(c)).unwrap_or(rest.len());
        if words.last().is_none_or(|last| last.end <= start) {
            words.push(start..start + n_bytes);
        }
    }
    words
}

/// Whether a name holds a word that is part of no place.
fn says_more(words: &[Range<usize>], places: &[Range<usize>]) -> bool {
    let is_long = |word: &Range<usize>| word.len() >= WORD_MIN;
    let is_place = |word: &Range<usize>| {
        let mut places = places.iter();
        places.any(|place| place.start < word.end && word.start < place.end)
    };
    words.iter().any(|word| is_long(word) && !is_place(word))
}

/// The end of a title that is the feed's name, behind a separator.
fn tail(title: &str, names: &[Name]) -> Option<Range<usize>> {
    let mut tails = SEPARATORS.iter().flat_map(|separator| {
        title
            .match_indices(separator)
            .map(|(at, found)| at + found.len())
    });
    let is_name = |at: &usize| {
        let tail = title.get(*at..).unwrap_or_default();
        names.iter().any(|name| name.is_whole && name.is(tail))
    };
    tails.find(is_name).map(|at| at..title.len())
}

/// The lines of a text that are the feed's name, and notices of copyright to the end of theirs.
fn quiet_lines(text: &str, names: &[Name]) -> Vec<Range<usize>> {
    let mut start = 0;
    let mut quiet = Vec::new();
    for line in text.split('\n') {
        let end = start + line.len();
        if names.iter().any(|name| name.is_whole && name.is(line)) {
            quiet.push(start..end);
        } else if let Some(at) = notice(line) {
            quiet.push(start + at..end);
        }
        start = end + 1;
    }
    quiet
}

/// Where a notice of copyright begins in a line: at its sign, or at what is typed for it with a
/// year behind.
fn notice(line: &str) -> Option<usize> {
    let begins_with_year = |rest: &str| rest.trim_start().starts_with(|c: char| c.is_ascii_digit());
    let mut typed = ["(c)", "(C)", "Copyright", "COPYRIGHT"].into_iter();
    let is_typed = typed.any(|mark| line.strip_prefix(mark).is_some_and(begins_with_year));
    let at = if is_typed { 0 } else { line.find('©')? };
    (line.len() - at <= NOTICE_MAX_BYTES).then_some(at)
}
