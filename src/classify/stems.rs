//! All stems as one trie of characters, walked where a word begins.
//!
//! Each node knows the languages of the words below it: a walk for an English entry ends where only
//! Turkish words are left, which is mostly at the second letter.

use std::ops::Range;

use crate::classify::compiled::{Entry, LanguageSet, Stem};

/// The trie. A node is an index; the root is 0; the children of a node stand side by side, by
/// their letters.
#[derive(Debug)]
pub(super) struct Stems {
    /// The letter that leads to each node.
    letters: Vec<char>,
    nodes: Vec<Node>,
    /// Children of the root by their letter, 0 where there is none: there are two thousand, and
    /// every walk begins there.
    firsts: Vec<u32>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Node {
    /// Languages of the words that begin with what leads here.
    languages: LanguageSet,
    /// Index of the first child.
    children: u32,
    n_children: u32,
    /// Index of the first entry whose stem ends here.
    entries: u32,
    n_entries: u32,
}

/// Stems that begin with what leads to a node, while the trie grows.
struct Open {
    node: usize,
    /// Indices of the stems.
    stems: Range<usize>,
}

impl Stems {
    /// The trie of `stems`, which ascend, with their `entries` in the same order.
    pub(super) fn of(stems: &[Stem], entries: &[Entry]) -> Self {
        let mut first_entry = 0_u32;
        let first_entries: Vec<u32> = stems
            .iter()
            .map(|stem| {
                let first = first_entry;
                first_entry += u32::from(stem.n_entries);
                first
            })
            .collect();
        let mut trie = Self {
            letters: vec![char::default()],
            nodes: vec![Node::default()],
            firsts: Vec::new(),
        };
        let mut rests: Vec<_> = stems.iter().map(|stem| stem.text.chars()).collect();
        let mut level = vec![Open {
            node: 0,
            stems: 0..stems.len(),
        }];
        while !level.is_empty() {
            let mut next: Vec<Open> = Vec::new();
            for Open { node, stems: range } in level {
                let first_child = trie.nodes.len();
                let opened = next.len();
                for index in range {
                    let letter = rests.get_mut(index).and_then(Iterator::next);
                    let Some(letter) = letter else {
                        // Ascending: the stem that ends here comes before those that go on.
                        if let (Some(node), Some(stem), Some(first)) = (
                            trie.nodes.get_mut(node),
                            stems.get(index),
                            first_entries.get(index),
                        ) {
                            node.entries = *first;
                            node.n_entries = u32::from(stem.n_entries);
                        }
                        continue;
                    };
                    let same = next.get_mut(opened..).and_then(<[Open]>::last_mut);
                    let same = same.filter(|_| trie.letters.last() == Some(&letter));
                    if let Some(open) = same {
                        open.stems.end = index + 1;
                    } else {
                        next.push(Open {
                            node: trie.nodes.len(),
                            stems: index..index + 1,
                        });
                        trie.letters.push(letter);
                        trie.nodes.push(Node::default());
                    }
                }
                let n_children = trie.nodes.len() - first_child;
                if let Some(node) = trie.nodes.get_mut(node) {
                    node.children = short(first_child);
                    node.n_children = short(n_children);
                }
            }
            level = next;
        }
        trie.note_languages(entries);
        trie.note_firsts();
        trie.firsts.shrink_to_fit();
        trie.letters.shrink_to_fit();
        trie.nodes.shrink_to_fit();
        trie
    }

    /// Children stand behind their parents, so that one pass from the end reaches the root.
    fn note_languages(&mut self, entries: &[Entry]) {
        for index in (0..self.nodes.len()).rev() {
            let Some(node) = self.nodes.get(index) else {
                continue;
            };
            let own = entries.get(node.entries()).into_iter().flatten();
            let below = self.nodes.get(node.children()).into_iter().flatten();
            let languages = own
                .map(|entry| entry.languages)
                .chain(below.map(|child| child.languages))
                .fold(0, |all, languages| all | languages);
            if let Some(node) = self.nodes.get_mut(index) {
                node.languages = languages;
            }
        }
    }

    fn note_firsts(&mut self) {
        let children = self.nodes.first().map(Node::children);
        let letters = children.clone().and_then(|them| self.letters.get(them));
        let numbered = children.into_iter().flatten();
        for (child, letter) in numbered.zip(letters.into_iter().flatten()) {
            let at = u32::from(*letter) as usize;
            if self.firsts.len() <= at {
                self.firsts.resize(at + 1, 0);
            }
            if let Some(first) = self.firsts.get_mut(at) {
                *first = short(child);
            }
        }
    }

    /// The node that `letter` leads to.
    fn child(&self, node: usize, letter: char) -> Option<usize> {
        if node == 0 {
            let first = self.firsts.get(u32::from(letter) as usize);
            return first
                .map(|child| *child as usize)
                .filter(|child| *child > 0);
        }
        let children = self.nodes.get(node)?.children();
        let first = children.start;
        let letters = self.letters.get(children)?;
        letters.binary_search(&letter).ok().map(|at| first + at)
    }

    /// The stems of words of `languages` that `text` begins with, the shorter first: where each
    /// ends in `text`, and the indices of its entries.
    pub(super) fn walk<'s, 't>(
        &'s self,
        text: &'t str,
        languages: LanguageSet,
    ) -> impl Iterator<Item = (usize, Range<usize>)> + use<'s, 't> {
        let mut node = 0;
        let steps = text.char_indices().map_while(move |(at, letter)| {
            node = self.child(node, letter)?;
            let reached = self.nodes.get(node)?;
            (reached.languages & languages != 0)
                .then(|| (at + letter.len_utf8(), reached.entries()))
        });
        steps.filter(|(_, entries)| !entries.is_empty())
    }
}

impl Node {
    fn children(&self) -> Range<usize> {
        let first = self.children as usize;
        first..first + self.n_children as usize
    }

    fn entries(&self) -> Range<usize> {
        let first = self.entries as usize;
        first..first + self.n_entries as usize
    }
}

/// Never cut: there are fewer nodes than letters in the tables.
fn short(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::compiled::{EVERY_LANGUAGE, Kind};

    /// What a trie of stems, each with the languages of its entries, finds at the front of a text.
    fn found(
        stems: &[(&str, &[LanguageSet])],
        text: &str,
        languages: LanguageSet,
    ) -> Vec<(usize, Range<usize>)> {
        let entry = |languages: &LanguageSet| Entry {
            languages: *languages,
            owner: 0,
            term: 0,
            rest: 0,
            guards: 0,
            kind: Kind::Name,
            stem_letters: 0,
        };
        let entries: Vec<Entry> = stems
            .iter()
            .flat_map(|(_, languages)| languages.iter().map(entry))
            .collect();
        let stems: Vec<Stem> = stems
            .iter()
            .map(|(text, languages)| Stem {
                text: (*text).to_owned(),
                n_entries: u16::try_from(languages.len()).unwrap(),
            })
            .collect();
        Stems::of(&stems, &entries).walk(text, languages).collect()
    }

    #[test]
    fn every_stem_at_the_front_is_found_in_its_languages() {
        let stems: [(&str, &[LanguageSet]); 5] = [
            ("chad", &[1]),
            ("oman", &[1, 2]),
            ("oma", &[2]),
            ("omanö", &[4]),
            ("ман", &[4]),
        ];
        let mut stems = stems;
        stems.sort_unstable();
        let all = EVERY_LANGUAGE;
        assert_eq!(
            found(&stems, "omanö", all),
            [(3, 1..2), (4, 2..4), (6, 4..5)]
        );
        assert_eq!(found(&stems, "oman", all), [(3, 1..2), (4, 2..4)]);
        assert_eq!(found(&stems, "мана", all), [("ман".len(), 5..6)]);
        assert_eq!(found(&stems, "omanö", 4), [(3, 1..2), (4, 2..4), (6, 4..5)]);
        assert_eq!(found(&stems, "chad", 1), [(4, 0..1)]);
        for (text, languages) in [("chad", 2), ("cha", 1), ("", all), ("x", all), ("мoн", all)] {
            assert_eq!(found(&stems, text, languages), [], "{text} {languages}");
        }
        assert_eq!(found(&[], "oman", all), []);
    }
}
