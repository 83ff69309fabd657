//! Which languages an entry is read in.
//!
//! The feed's word, or `xml:lang`, is believed where the text is in a script of that language and
//! nothing in it speaks for another. Without it the frequent words of each language decide, and
//! where there are none of them either, every language of the script is tried.

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

/// The languages an entry is read in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Reading {
    /// What it is written in, as far as that is known.
    pub(super) primary: LanguageSet,
    /// Whose words are looked for: those, and the languages whose names their press uses.
    pub(super) active: LanguageSet,
}

/// How languages are told.
#[derive(Debug)]
pub(super) struct Languages {
    codes: HashMap<String, LanguageSet>,
    words: HashMap<String, LanguageSet>,
    scripts: Vec<(Script, LanguageSet)>,
    also: Vec<LanguageSet>,
    prefixes: Vec<(LanguageSet, Vec<String>)>,
}

impl Languages {
    pub(super) fn of(languages: &[Language]) -> Self {
        let mut made = Self {
            codes: HashMap::new(),
            words: HashMap::new(),
            scripts: Vec::new(),
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

    /// The languages a folded entry is read in. `declared`: its BCP 47 tag.
    pub(super) fn reading<'t>(
        &self,
        declared: Option<&str>,
        folded: impl Iterator<Item = &'t str>,
    ) -> Reading {
        let (of_script, votes) = self.look_at(folded);
        let declared = self.named(declared.unwrap_or_default()) & of_script;
        let (n_best, best) = winners(&votes, of_script);
        let n_declared = votes_for(declared, &votes);
        let primary = if declared != 0 {
            let is_outvoted = n_best >= SURE && n_best >= n_declared.saturating_mul(OUTVOTED_BY);
            if is_outvoted {
                declared | best
            } else {
                declared
            }
        } else {
            likely(&votes, of_script)
        };
        let primary = primary | likely(&votes, self.in_other_scripts(primary, of_script));
        let mut active = primary;
        for (bit, also) in self.also.iter().enumerate() {
            if primary & (1 << bit) != 0 {
                active |= also;
            }
        }
        Reading { primary, active }
    }

    /// Of `spoken`, what is written in none of the scripts of `chosen`: an English text under a
    /// Russian headline says nothing of the headline's language.
    fn in_other_scripts(&self, chosen: LanguageSet, spoken: LanguageSet) -> LanguageSet {
        let same = self
            .scripts
            .iter()
            .filter(|(_, languages)| languages & chosen != 0)
            .fold(0, |set, (_, languages)| set | languages);
        spoken & !same
    }

    /// The languages written in the script most letters are of, and how many frequent words of
    /// each language there are.
    fn look_at<'t>(&self, folded: impl Iterator<Item = &'t str>) -> (LanguageSet, Vec<u16>) {
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
        let most = letters.iter().copied().max().filter(|&most| most > 0);
        // A third of the letters is enough: names and links are often in another script.
        let of_script = self
            .scripts
            .iter()
            .zip(&letters)
            .filter(|(_, n)| most.is_some_and(|most| **n * 3 >= most))
            .fold(0, |set, ((_, languages), _)| set | languages);
        let of_script = if of_script == 0 {
            EVERY_LANGUAGE
        } else {
            of_script
        };
        (of_script, votes)
    }

    /// Letters of unspaced scripts stand for a whole word's worth of signs.
    fn count_letters(&self, word: &str, letters: &mut [u32]) {
        let Some(first) = word.chars().find(|c| c.is_alphabetic()) else {
            return;
        };
        let script = match first {
            'a'..='z' => Script::Latin,
            '\u{400}'..='\u{52F}' => Script::Cyrillic,
            other => script_of(other),
        };
        let n_letters = u32::try_from(word.chars().count()).unwrap_or(u32::MAX);
        for ((_, n), _) in self
            .scripts
            .iter()
            .zip(letters)
            .map(|((known, set), n)| ((known, n), set))
            .filter(|((known, _), _)| **known == script)
        {
            *n = n.saturating_add(n_letters);
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
