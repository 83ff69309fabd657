//! One text a term looks for, and how a place where it may stand is checked.

use std::ops::Range;
use std::sync::Arc;

use crate::classify::endings::Endings;
use crate::classify::terms::inflect::{Inflected, inflect};
use crate::classify::terms::wildcard::Wildcard;
use crate::text::fold::fold_str;
use crate::text::words::{begins_word, is_boundary, is_word_char, word_end};

/// Punctuation and spaces between two words of a phrase at most.
const GAP_MAX: usize = 8;

/// A folded text to search for.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    /// Searched for as it stands; never empty.
    pub(super) head: String,
    form: Form,
}

#[derive(Clone, Debug)]
enum Form {
    /// The head begins a word; these follow it; a word ends there.
    Words(Vec<Part>),
    /// The head stands inside a pattern.
    Wild(Wildcard),
}

#[derive(Clone, Debug)]
enum Part {
    /// The present word goes on with one of these and ends.
    Endings(Arc<Vec<Endings>>),
    /// This text follows.
    Literal(String),
    /// A word ends, and the next begins behind at most [`GAP_MAX`] other characters.
    Gap,
}

impl Piece {
    /// A text as it stands; `None` where it has no letter or digit.
    pub(super) fn text(text: &str) -> Option<Self> {
        let head = fold_str(text).trim().to_owned();
        has_word(&head).then_some(Self {
            head,
            form: Form::Words(Vec::new()),
        })
    }

    /// Words one after another, whatever punctuation stands between.
    pub(super) fn phrase(text: &str) -> Option<Self> {
        let folded = fold_str(text);
        let mut words = folded
            .split(|c: char| !is_word_char(c))
            .filter(|it| !it.is_empty());
        let head = words.next()?.to_owned();
        let parts = words.flat_map(|word| [Part::Gap, Part::Literal(word.to_owned())]);
        has_word(&head).then_some(Self {
            head,
            form: Form::Words(parts.collect()),
        })
    }

    /// A pattern with `*` and `?`.
    pub(super) fn wildcard(text: &str) -> Option<Self> {
        let wildcard = Wildcard::read(&fold_str(text))?;
        Some(Self {
            head: wildcard.head.clone(),
            form: Form::Wild(wildcard),
        })
    }

    /// All forms of a text in a language, each word by itself; `None` where the language is not
    /// known or the text has no word.
    pub(super) fn stem(text: &str, language: &str) -> Option<Self> {
        let words = text.split_whitespace();
        let inflected: Option<Vec<Inflected>> = words.map(|word| inflect(word, language)).collect();
        let mut words = inflected?.into_iter();
        let first = words.next()?;
        let mut parts = vec![Part::Endings(first.endings)];
        for word in words {
            parts.push(Part::Literal(format!(" {}", word.stem)));
            parts.push(Part::Endings(word.endings));
        }
        has_word(&first.stem).then_some(Self {
            head: first.stem,
            form: Form::Words(parts),
        })
    }

    /// Where it stands in a folded text whose `start..head_end` is its head; `None` where that is
    /// only part of other words.
    pub(super) fn span_in(
        &self,
        text: &str,
        start: usize,
        head_end: usize,
    ) -> Option<Range<usize>> {
        match &self.form {
            Form::Wild(wildcard) => wildcard.span_in(text, start, head_end),
            Form::Words(parts) => {
                begins_word(text, start).then_some(())?;
                let end = parts
                    .iter()
                    .try_fold(head_end, |at, part| part.end_in(text, at))?;
                is_boundary(text, end).then_some(start..end)
            }
        }
    }

    /// Whether `folded` is one of its forms, the whole of it.
    pub(super) fn has_form(&self, folded: &str) -> bool {
        folded.match_indices(&self.head).any(|(start, head)| {
            self.span_in(folded, start, start + head.len()) == Some(0..folded.len())
        })
    }
}

impl Part {
    fn end_in(&self, text: &str, at: usize) -> Option<usize> {
        let rest = text.get(at..)?;
        match self {
            Self::Literal(literal) => rest
                .starts_with(literal.as_str())
                .then_some(at + literal.len()),
            Self::Endings(endings) => {
                let end = word_end(text, at);
                let tail = text.get(at..end)?;
                endings.iter().any(|it| it.accept(tail)).then_some(end)
            }
            Self::Gap => {
                is_boundary(text, at).then_some(())?;
                let between: Vec<char> = rest
                    .chars()
                    .take_while(|&c| !is_word_char(c))
                    .take(GAP_MAX + 1)
                    .collect();
                // Scripts without spaces put nothing between words.
                let bytes: usize = between.iter().map(|c| c.len_utf8()).sum();
                (between.len() <= GAP_MAX).then_some(at + bytes)
            }
        }
    }
}

fn has_word(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(piece: &Piece, text: &str, expected: bool) {
        assert_eq!(piece.has_form(text), expected, "{piece:?} {text}");
    }

    #[test]
    fn a_text_is_compared_as_it_stands() {
        let piece = Piece::text(" Middle  Corridor ").unwrap();
        check(&piece, "middle corridor", true);
        check(&piece, "middle-corridor", false);
        check(&piece, "middle corridors", false);
        assert!(Piece::text("—!").is_none());
    }

    #[test]
    fn a_phrase_passes_over_punctuation() {
        let piece = Piece::phrase("EU Central Asia").unwrap();
        for text in [
            "eu central asia",
            "eu-central asia",
            "eu – central-asia",
            "eu: central asia",
        ] {
            check(&piece, text, true);
        }
        check(&piece, "eu and central asia", false);
        check(&piece, "eucentral asia", false);
        check(&Piece::phrase("C5+1").unwrap(), "c5+1", true);
        check(&Piece::phrase("中亚 峰会").unwrap(), "中亚峰会", true);
    }

    #[test]
    fn each_word_of_a_stem_is_inflected_for_itself() {
        let piece = Piece::stem("Торговый путь", "ru").unwrap();
        let has = |text: &str| piece.has_form(text);
        assert!(has("торгового пути") && has("торговый путь") && has("торговые пути"));
        assert!(!has("торговый путевой") && !has("торговый"));
        assert!(Piece::stem("word", "tlh").is_none() && Piece::stem(" ", "ru").is_none());
    }
}
