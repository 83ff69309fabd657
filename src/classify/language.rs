//! Which languages the words of an entry are read in, script by script.
//!
//! What is asked of a word is asked of the languages of its own script: a headline in one script
//! over a text in another is read as if it stood alone. In a script of its own the feed's word, or
//! `xml:lang`, is believed where nothing speaks for another language. Without it the frequent words
//! of each language decide, and where there are none of them either, every language of the script is
//! tried. Latin words in an entry that is mostly in another script are read more narrowly: of a few
//! names in a Russian text nobody can say that they are Dutch.

use std::collections::HashMap;

use icu_properties::props::Script;

use crate::classify::compiled::{EVERY_LANGUAGE, Language, LanguageSet};
use crate::text::script::script_of;
use crate::text::words::is_word_char;

/// So much of an entry is looked at.
const LOOK_AT: usize = 1_200;

/// With so many of its frequent words an entry whose language nobody declared is taken to be in it.
const LIKELY: u16 = 2;

/// A language other than the declared one must be recognised by so many …
const SURE: u16 = 3;

/// … where the declared one has at most a quarter as many.
const OUTVOTED_BY: u16 = 4;

/// A script with less than this part of the leading script's letters is rare.
const RARE: u32 = 3;

/// The languages words are read in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Reading {
    /// What they are written in, as far as that is known.
    pub(super) primary: LanguageSet,
    /// Whose words are looked for: those, and the languages whose names their press uses.
    pub(super) active: LanguageSet,
    /// Those of `primary` nothing speaks for but that there is no better guess: their
    /// cities and institutions count only beside something that is sure.
    pub(super) guessed: LanguageSet,
}

/// How the words of one entry are read.
#[derive(Debug)]
pub(super) struct Readings {
    /// What holds for numbers, and for scripts no language of ours is written in.
    leading: Reading,
    /// For each script of [`Languages`].
    of_scripts: Vec<Reading>,
}

impl Readings {
    /// How a word is read that begins with `first`, folded.
    #[inline]
    pub(super) fn of(&self, languages: &Languages, first: char) -> Reading {
        let reading = languages
            .script_index(first)
            .and_then(|index| self.of_scripts.get(index));
        reading.copied().unwrap_or(self.leading)
    }
}

/// How languages are told.
#[derive(Debug)]
pub(super) struct Languages {
    codes: HashMap<String, LanguageSet>,
    words: HashMap<String, LanguageSet>,
    scripts: Vec<(Script, LanguageSet)>,
    latin: Option<usize>,
    cyrillic: Option<usize>,
    /// What words of a script that does not lead are taken for where nothing tells: the world's names
    /// in Latin script are English.
    rare: Vec<LanguageSet>,
    also: Vec<LanguageSet>,
    prefixes: Vec<(LanguageSet, Vec<String>)>,
}

impl Languages {
    pub(super) fn of(languages: &[Language]) -> Self {
        let mut made = Self {
            codes: HashMap::new(),
            words: HashMap::new(),
            scripts: Vec::new(),
            latin: None,
            cyrillic: None,
            rare: Vec::new(),
            also: languages.iter().map(|language| language.also).collect(),
            prefixes: Vec::new(),
        };
        for (bit, language) in languages.iter().enumerate() {
            let set = 1 << bit;
            for code in &language.codes {
                made.codes.insert(code.to_ascii_lowercase(), set);
            }
            for word in &language.words {
                *made.words.entry(word.clone()).or_default() |= set;
            }
            for code in &language.scripts {
                let script = script_named(code);
                match made.scripts.iter_mut().find(|(known, _)| *known == script) {
                    Some((_, languages)) => *languages |= set,
                    None => made.scripts.push((script, set)),
                }
            }
            if !language.prefixes.is_empty() {
                made.prefixes.push((set, language.prefixes.clone()));
            }
        }
        let index_of = |script| made.scripts.iter().position(|(known, _)| *known == script);
        (made.latin, made.cyrillic) = (index_of(Script::Latin), index_of(Script::Cyrillic));
        let english = made.named("en");
        let scripts = made.scripts.iter();
        made.rare = scripts
            .map(|(_, languages)| match english & languages {
                0 => *languages,
                english => english,
            })
            .collect();
        made
    }

    /// The language a BCP 47 tag names; empty where it is none of ours.
    pub(super) fn named(&self, tag: &str) -> LanguageSet {
        let tag = tag.trim().to_ascii_lowercase().replace('_', "-");
        let mut head = tag.as_str();
        loop {
            if let Some(&set) = self.codes.get(head) {
                return set;
            }
            match head.rsplit_once('-') {
                Some((shorter, _)) => head = shorter,
                None => return 0,
            }
        }
    }

    /// Particles that may be written onto the front of a word in one of `languages`.
    pub(super) fn prefixes(&self, languages: LanguageSet) -> impl Iterator<Item = &str> {
        let spoken = self
            .prefixes
            .iter()
            .filter(move |(set, _)| set & languages != 0);
        spoken
            .flat_map(|(_, prefixes)| prefixes)
            .map(String::as_str)
    }

    /// How a folded entry is read. `declared`: its BCP 47 tag.
    pub(super) fn readings<'t>(
        &self,
        declared: Option<&str>,
        folded: impl Iterator<Item = &'t str>,
    ) -> Readings {
        let (letters, votes) = self.look_at(folded);
        let most = letters.iter().copied().max().unwrap_or_default();
        let is_rare = |n: u32| n * RARE < most || most == 0;
        let declared = self.named(declared.unwrap_or_default());
        let declared = if declared == 0 {
            0
        } else {
            declared | self.outvoting(declared, &votes)
        };
        let mut counted = self.scripts.iter().zip(&letters);
        let leading_script = counted.find(|(_, n)| **n == most);
        let is_leading = leading_script.is_some_and(|((_, of), _)| of & declared != 0);
        let scripts = self.scripts.iter().zip(&letters).zip(&self.rare);
        let of_scripts: Vec<(LanguageSet, LanguageSet)> = scripts
            .map(|((&(_, languages), &n), &rare)| {
                if declared & languages != 0 {
                    // Kazakh in Cyrillic letters: the Latin ones are names of the world.
                    let is_aside = is_leading && is_rare(n) && rare != languages;
                    if is_aside {
                        (declared | rare, rare & !declared)
                    } else {
                        (declared, 0)
                    }
                } else if n == most || rare == languages {
                    (likely(&votes, languages), 0)
                } else {
                    let least = if is_rare(n) { SURE } else { LIKELY };
                    let (n_best, best) = winners(&votes, languages);
                    // A language's own table may have words in letters of another.
                    if n_best >= least {
                        (best | rare | declared, 0)
                    } else {
                        (rare | declared, rare & !declared)
                    }
                }
            })
            .collect();
        let leading = if declared != 0 {
            declared
        } else if most == 0 {
            EVERY_LANGUAGE
        } else {
            let spoken = of_scripts.iter().zip(&letters);
            let spoken = spoken.filter(|(_, n)| !is_rare(**n));
            spoken.fold(0, |all, ((languages, _), _)| all | languages)
        };
        Readings {
            leading: self.with_borrowed(leading, 0),
            of_scripts: of_scripts
                .into_iter()
                .map(|(languages, guessed)| self.with_borrowed(languages, guessed))
                .collect(),
        }
    }

    /// Those whose frequent words drown the ones of `declared` in its own scripts.
    fn outvoting(&self, declared: LanguageSet, votes: &[u16]) -> LanguageSet {
        let of_scripts = self.scripts.iter().map(|(_, languages)| languages);
        let rivals = of_scripts
            .filter(|languages| **languages & declared != 0)
            .fold(0, |all, languages| all | languages);
        let (n_best, best) = winners(votes, rivals);
        let n_declared = votes_for(declared, votes);
        let is_outvoted = n_best >= SURE && n_best >= n_declared.saturating_mul(OUTVOTED_BY);
        if is_outvoted { best } else { 0 }
    }

    fn with_borrowed(&self, primary: LanguageSet, guessed: LanguageSet) -> Reading {
        let mut active = primary;
        let mut left = primary;
        while left != 0 {
            active |= self
                .also
                .get(left.trailing_zeros() as usize)
                .copied()
                .unwrap_or_default();
            left &= left - 1;
        }
        Reading {
            primary,
            active,
            guessed,
        }
    }

    /// Letters of each script, and how many frequent words of each language there are.
    fn look_at<'t>(&self, folded: impl Iterator<Item = &'t str>) -> (Vec<u32>, Vec<u16>) {
        let mut letters = vec![0_u32; self.scripts.len()];
        let mut votes = vec![0_u16; self.also.len()];
        let mut left = LOOK_AT;
        for text in folded {
            let text = text
                .get(..text.floor_char_boundary(left))
                .unwrap_or_default();
            left -= text.len();
            for word in text
                .split(|c: char| !is_word_char(c) && c != '\'')
                .filter(|word| !word.is_empty())
            {
                self.count_letters(word, &mut letters);
                let mut set = self.words.get(word).copied().unwrap_or_default();
                while set != 0 {
                    let bit = set.trailing_zeros() as usize;
                    if let Some(n_votes) = votes.get_mut(bit) {
                        *n_votes += 1;
                    }
                    set &= set - 1;
                }
            }
        }
        (letters, votes)
    }

    /// Letters of unspaced scripts stand for a whole word's worth of signs.
    fn count_letters(&self, word: &str, letters: &mut [u32]) {
        let first = word.chars().find(|c| c.is_alphabetic());
        let index = first.and_then(|first| self.script_index(first));
        if let Some(n) = index.and_then(|index| letters.get_mut(index)) {
            let n_letters = u32::try_from(word.chars().count()).unwrap_or(u32::MAX);
            *n = n.saturating_add(n_letters);
        }
    }

    /// Index of the script of a folded letter; `None` where none of ours is written in it.
    #[inline]
    fn script_index(&self, c: char) -> Option<usize> {
        match c {
            'a'..='z' => self.latin,
            '\u{400}'..='\u{52F}' => self.cyrillic,
            other => {
                let script = script_of(other);
                self.scripts.iter().position(|(known, _)| *known == script)
            }
        }
    }
}

/// Those of `allowed` whose frequent words are there, or all of them where none is recognised.
fn likely(votes: &[u16], allowed: LanguageSet) -> LanguageSet {
    let (n_best, best) = winners(votes, allowed);
    if n_best >= LIKELY { best } else { allowed }
}

/// The languages with most votes among `allowed`, and how many that is; close ones included.
fn winners(votes: &[u16], allowed: LanguageSet) -> (u16, LanguageSet) {
    let of_allowed = || {
        votes
            .iter()
            .enumerate()
            .filter(|(bit, _)| allowed & (1 << bit) != 0)
    };
    let best = of_allowed().map(|(_, n)| *n).max().unwrap_or_default();
    let close = of_allowed().filter(|(_, n)| best > 0 && **n * 4 >= best * 3);
    (best, close.fold(0, |set, (bit, _)| set | (1 << bit)))
}

fn votes_for(languages: LanguageSet, votes: &[u16]) -> u16 {
    let of_them = votes
        .iter()
        .enumerate()
        .filter(|(bit, _)| languages & (1 << bit) != 0);
    of_them.map(|(_, n)| *n).max().unwrap_or_default()
}

fn script_named(code: &str) -> Script {
    match code {
        "Cyrl" => Script::Cyrillic,
        "Arab" => Script::Arabic,
        "Hani" => Script::Han,
        "Hira" => Script::Hiragana,
        "Kana" => Script::Katakana,
        "Hang" => Script::Hangul,
        "Geor" => Script::Georgian,
        "Armn" => Script::Armenian,
        "Hebr" => Script::Hebrew,
        "Ethi" => Script::Ethiopic,
        "Deva" => Script::Devanagari,
        "Beng" => Script::Bengali,
        "Taml" => Script::Tamil,
        "Telu" => Script::Telugu,
        "Thai" => Script::Thai,
        "Khmr" => Script::Khmer,
        "Laoo" => Script::Lao,
        "Mymr" => Script::Myanmar,
        "Grek" => Script::Greek,
        "Sinh" => Script::Sinhala,
        _ => Script::Latin,
    }
}
