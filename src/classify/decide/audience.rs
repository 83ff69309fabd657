//! Which voices a word speaks for, asked once for each word of an entry.

use crate::classify::decide::candidate::{Candidate, Speaker};
use crate::classify::decide::voice::Voice;

/// A set of voices by their numbers.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(in crate::classify) struct VoiceSet(Vec<u64>);

impl VoiceSet {
    pub(super) fn insert(&mut self, voice: usize) {
        let (word, bit) = (voice / 64, voice % 64);
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        if let Some(word) = self.0.get_mut(word) {
            *word |= 1 << bit;
        }
    }

    pub(super) fn contains(&self, voice: usize) -> bool {
        let word = self.0.get(voice / 64);
        word.is_some_and(|word| word & (1 << (voice % 64)) != 0)
    }

    pub(super) fn has_any_of(&self, others: &Self) -> bool {
        self.0
            .iter()
            .zip(&others.0)
            .any(|(own, other)| own & other != 0)
    }
}

impl FromIterator<usize> for VoiceSet {
    fn from_iter<I: IntoIterator<Item = usize>>(voices: I) -> Self {
        let mut set = Self::default();
        voices.into_iter().for_each(|voice| set.insert(voice));
        set
    }
}

/// The voices of each speaker.
#[derive(Debug, Default)]
pub(super) struct Audience {
    /// Ascending.
    pairs: Vec<(Speaker, usize)>,
}

impl Audience {
    pub(super) fn of(voices: &[Voice]) -> Self {
        let numbered = voices.iter().enumerate();
        let pairs = numbered.flat_map(|(number, voice)| {
            voice.parts.iter().flat_map(move |part| {
                let places = part.owners.iter().map(|owner| Speaker::Place(*owner));
                let terms = part.terms.iter().map(|term| Speaker::Term(*term));
                places.chain(terms).map(move |speaker| (speaker, number))
            })
        });
        let mut pairs: Vec<_> = pairs.collect();
        pairs.sort_unstable();
        pairs.dedup();
        Self { pairs }
    }

    /// The voices a candidate speaks for.
    pub(super) fn voices_of(&self, candidate: &Candidate<'_>, voices: &[Voice]) -> VoiceSet {
        let speaker = candidate.speaker;
        let first = self.pairs.partition_point(|(known, _)| *known < speaker);
        let own = self.pairs.iter().skip(first);
        let own = own.take_while(|(known, _)| *known == speaker);
        let holds = |number: &usize| voices.get(*number).is_some_and(|it| it.holds(candidate));
        own.map(|(_, number)| *number).filter(holds).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_what_was_put_in() {
        let set: VoiceSet = [0, 63, 64, 200].into_iter().collect();
        let held: Vec<usize> = (0..300).filter(|voice| set.contains(*voice)).collect();
        assert_eq!(held, [0, 63, 64, 200]);
        assert!(set.has_any_of(&[64].into_iter().collect()));
        assert!(!set.has_any_of(&[65, 500].into_iter().collect()));
        assert!(!set.has_any_of(&VoiceSet::default()));
    }
}
