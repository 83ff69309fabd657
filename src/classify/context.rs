//! What the words around a word say about it.

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use std::collections::HashSet;

use crate::classify::compiled::Context;
use crate::text::fold::fold_str;
use crate::text::words::{begins_word, is_boundary};

/// All contexts and the search for the words that tell what an entry is about.
#[derive(Debug)]
pub(super) struct Contexts {
    all: Vec<Context>,
    /// Finds the markers; `None` where there are none.
    search: Option<AhoCorasick>,
    /// What each pattern of the search says: context, and whether in favour.
    says: Vec<(usize, bool)>,
    given_names: HashSet<String>,
}

/// Markers of one context counted over an entry.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Markers {
    n_against: usize,
    n_favour: usize,
}

impl Contexts {
    pub(super) fn of(contexts: &[Context], given_names: &[String]) -> Self {
        let mut patterns = Vec::new();
        let mut says = Vec::new();
        for (index, context) in contexts.iter().enumerate() {
            for (words, is_favour) in [(&context.against, false), (&context.favour, true)] {
                patterns.extend(words);
                says.extend(words.iter().map(|_| (index, is_favour)));
            }
        }
        let search = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(patterns);
        Self {
            all: contexts.to_vec(),
            search: search.ok(),
            says,
            given_names: given_names.iter().cloned().collect(),
        }
    }

    /// A context by its number.
    pub(super) fn get(&self, index: u16) -> Option<&Context> {
        self.all.get(usize::from(index))
    }

    /// Counts the markers in folded texts.
    pub(super) fn count<'t>(&self, folded: impl Iterator<Item = &'t str>) -> Vec<Markers> {
        let mut markers = vec![Markers::default(); self.all.len()];
        for text in folded {
            for one in self
                .search
                .iter()
                .flat_map(|search| search.find_overlapping_iter(text))
            {
                let said = self.says.get(one.pattern().as_usize());
                let Some(&(context, is_favour)) = said else {
                    continue;
                };
                if !begins_word(text, one.start()) || !is_boundary(text, one.end()) {
                    continue;
                }
                if let Some(markers) = markers.get_mut(context) {
                    let count = if is_favour {
                        &mut markers.n_favour
                    } else {
                        &mut markers.n_against
                    };
                    *count += 1;
                }
            }
        }
        markers
    }

    /// Whether a folded word is a given name.
    pub(super) fn is_given_name(&self, word: &str) -> bool {
        self.given_names.contains(word)
    }
}

impl Markers {
    /// Whether more speaks against than for.
    pub(super) fn refuse(self) -> bool {
        self.n_against > self.n_favour
    }
}

impl Context {
    /// Whether it asks for markers at all.
    pub(super) fn has_markers(&self) -> bool {
        !self.against.is_empty()
    }

    /// Whether the text around `start..end` of a folded text refuses it.
    pub(super) fn refuses_between(&self, text: &str, start: usize, end: usize) -> bool {
        let before = text.get(..start).unwrap_or_default().trim_end();
        let rest = text.get(end..).unwrap_or_default();
        let skipped = rest.len() - rest.trim_start().len();
        let stands_before = |word: &String| {
            before
                .strip_suffix(word.as_str())
                .is_some_and(|head| begins_word(text, head.len()))
        };
        let stands_behind = |word: &String| {
            rest.trim_start().starts_with(word.as_str())
                && is_boundary(text, end + skipped + word.len())
        };
        self.before.iter().any(stands_before) || self.after.iter().any(stands_behind)
    }

    /// Whether `following`, what is written right behind the word in running prose, makes a given
    /// name of it.
    pub(super) fn refuses_as_name(&self, following: &str) -> bool {
        let Some(titles) = &self.surname_unless else {
            return false;
        };
        let Some(rest) = following.strip_prefix(' ') else {
            return false;
        };
        let word: String = rest.chars().take_while(|c| c.is_alphabetic()).collect();
        let is_name = word.chars().next().is_some_and(char::is_uppercase)
            && word.chars().any(char::is_lowercase);
        is_name && !titles.contains(&fold_str(&word))
    }
}

/// Whether a text is running prose: most of its words begin with a small letter, so that a capital
/// means something. False for headlines In Title Case and IN CAPITALS.
pub(super) fn is_prose(text: &str) -> bool {
    let initials = text
        .split_whitespace()
        .filter_map(|word| word.chars().find(|c| c.is_alphabetic()));
    let (mut n_small, mut n_capital) = (0_usize, 0_usize);
    for initial in initials {
        if initial.is_uppercase() {
            n_capital += 1;
        } else {
            n_small += 1;
        }
    }
    n_small > n_capital
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_given_name_is_followed_by_a_surname() {
        let context = Context {
            surname_unless: Some(vec!["valley".to_owned()]),
            ..Context::default()
        };
        assert!(context.refuses_as_name(" Bardella said"));
        assert!(!context.refuses_as_name(" Valley farms"));
        assert!(!context.refuses_as_name(" and Bardella"));
        assert!(!context.refuses_as_name(", Bardella"));
        assert!(!context.refuses_as_name(" UN"));
        assert!(!Context::default().refuses_as_name(" Bardella"));
    }

    #[test]
    fn prose_is_told_from_headlines() {
        assert!(is_prose(
            "Jordan Bardella met the press in Paris on Monday."
        ));
        assert!(!is_prose("Jordan Hosts Summit"));
        assert!(!is_prose("JORDAN HOSTS SUMMIT") && !is_prose(""));
    }
}
