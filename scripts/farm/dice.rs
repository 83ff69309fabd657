//! Seeded chance, in whole numbers only: the same seed gives the same bytes on every machine and
//! with every version of every crate.

/// What a stream is for, so that no two decisions share one.
pub(crate) mod purpose {
    pub(crate) const STORY: u64 = 1;
    pub(crate) const KIND: u64 = 2;
    pub(crate) const LIST: u64 = 3;
    pub(crate) const NEW: u64 = 4;
    pub(crate) const ENTRY: u64 = 5;
    pub(crate) const MATCH: u64 = 6;
    pub(crate) const WIRE: u64 = 7;
    pub(crate) const CHANGE: u64 = 8;
}

/// A stream of numbers (`SplitMix64`).
#[derive(Clone, Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    /// The stream that belongs to `parts`, in this order.
    pub(crate) fn of(parts: &[u64]) -> Self {
        let mut dice = Self(0x6E75_6E63_696F);
        for part in parts {
            dice.0 ^= part.wrapping_mul(0x9E37_79B9_7F4A_7C15);
            dice.0 = dice.next();
        }
        dice
    }

    /// The next number.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `n`; 0 where `n` is 0.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        let n = u64::try_from(n).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.next() % n).unwrap_or(0)
    }

    /// A number below `n`, small ones far more often: about how words are spread in a language.
    pub(crate) fn early(&mut self, n: usize) -> usize {
        let limit = self.below(n) + 1;
        self.below(limit)
    }

    /// Whether something of this many in a thousand happens.
    pub(crate) fn per_mille(&mut self, chance: u32) -> bool {
        self.next() % 1000 < u64::from(chance)
    }

    /// One of `list`; nothing of an empty one.
    pub(crate) fn pick<'a>(&mut self, list: &[&'a str]) -> &'a str {
        let index = self.below(list.len());
        list.get(index).copied().unwrap_or_default()
    }

    /// A number spread as `quantiles` say, which lie equally far apart, straight in between.
    pub(crate) fn spread(&mut self, quantiles: &[usize]) -> usize {
        let at = self.below(quantiles.len().saturating_sub(1));
        let low = quantiles.get(at).copied().unwrap_or_default();
        let high = quantiles.get(at + 1).copied().unwrap_or(low);
        low + self.below(high.saturating_sub(low) + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_is_fixed_for_ever() {
        let mut dice = Dice::of(&[1, 2, 3]);
        let drawn: Vec<u64> = (0..3).map(|_| dice.next() % 1000).collect();
        let mut again = Dice::of(&[1, 2, 3]);
        let repeated: Vec<u64> = (0..3).map(|_| again.next() % 1000).collect();
        assert_eq!(drawn, repeated);
        assert_ne!(Dice::of(&[1, 2]).next(), Dice::of(&[2, 1]).next());
    }

    #[test]
    fn numbers_stay_in_their_bounds() {
        let mut dice = Dice::of(&[7]);
        for _ in 0..1000 {
            assert!(dice.below(10) < 10);
            assert!(dice.early(10) < 10);
            assert!((5..=50).contains(&dice.spread(&[5, 10, 50])));
        }
        assert_eq!(
            (dice.below(0), dice.spread(&[]), dice.pick(&[])),
            (0, 0, "")
        );
    }
}
