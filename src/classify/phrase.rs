//! One word or phrase as it is searched for.

use std::sync::Arc;

use crate::classify::endings::Endings;
use crate::text::words::{begins_word, is_boundary, word_end};

/// A folded word or phrase; each of its words may be inflected.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Phrase {
    /// Searched for as it stands; never empty.
    pub(super) head: String,
    /// What follows the head: endings, then literal text, then endings …
    pub(super) rest: Vec<Part>,
}

/// Part of a phrase after its head.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Part {
    /// The present word goes on with one of these.
    Endings(Arc<Endings>),
    /// This text follows.
    Literal(String),
}

impl Phrase {
    /// A phrase without inflection, already folded; `None` where nothing of it could be found.
    pub(super) fn literal(folded: &str) -> Option<Self> {
        let head = folded.trim().to_owned();
        head.chars().any(char::is_alphanumeric).then_some(Self {
            head,
            rest: Vec::new(),
        })
    }

    /// Where this phrase ends in `text`, a folded text in which its head stands at
    /// `start..head_end`; `None` where it is only part of other words.
    pub(super) fn end_in(&self, text: &str, start: usize, head_end: usize) -> Option<usize> {
        if !begins_word(text, start) {
            return None;
        }
        let mut at = head_end;
        for part in &self.rest {
            at = match part {
                Part::Endings(endings) => {
                    let end = word_end(text, at);
                    endings.accept(text.get(at..end)?).then_some(end)?
                }
                Part::Literal(literal) => {
                    let rest = text.get(at..)?;
                    rest.starts_with(literal.as_str())
                        .then_some(at + literal.len())?
                }
            };
        }
        is_boundary(text, at).then_some(at)
    }

    /// Whether `folded` is one of the forms of this phrase, the whole of it.
    #[cfg(test)]
    pub(super) fn has_form(&self, folded: &str) -> bool {
        folded.starts_with(self.head.as_str())
            && self.end_in(folded, 0, self.head.len()) == Some(folded.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phrase() -> Phrase {
        let adjective = Arc::new(Endings::List(vec!["ая".to_owned(), "ой".to_owned()]));
        let noun = Arc::new(Endings::List(vec!["я".to_owned(), "и".to_owned()]));
        Phrase {
            head: "центральн".to_owned(),
            rest: vec![
                Part::Endings(adjective),
                Part::Literal(" ази".to_owned()),
                Part::Endings(noun),
            ],
        }
    }

    #[test]
    fn each_word_is_inflected_for_itself() {
        for form in ["центральная азия", "центральной азии"] {
            assert!(phrase().has_form(form), "{form}");
        }
        for form in [
            "",
            "центральн",
            "центральная",
            "центральная азиат",
            "центральная азия и",
        ] {
            assert!(!phrase().has_form(form), "{form}");
        }
    }

    #[test]
    fn a_phrase_needs_a_letter_or_digit() {
        assert_eq!(Phrase::literal(" +/- "), None);
        assert_eq!(Phrase::literal(" c5+1 ").unwrap().head, "c5+1");
    }
}
