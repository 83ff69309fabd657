//! Weights and shares, counted in thousandths.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A weight or share in thousandths: `1.5` is 1500. Whole numbers, so that the same entry weighs
/// the same on every machine.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize,
)]
pub struct Thousandths(pub u32);

impl Thousandths {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// One.
    pub const ONE: Self = Self(1000);

    /// The nearest number of thousandths; `None` where `value` is negative, larger than a million
    /// or no number.
    pub fn from_number(value: f64) -> Option<Self> {
        if !(0.0..=1_000_000.0).contains(&value) {
            return None;
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 0 and 10⁹ by the check above"
        )]
        let thousandths = (value * 1000.0).round() as u32;
        Some(Self(thousandths))
    }

    /// This weight by a factor, rounded down; never more than the largest.
    #[must_use]
    pub fn times(self, factor: Self) -> Self {
        let product = u64::from(self.0) * u64::from(factor.0) / 1000;
        Self(u32::try_from(product).unwrap_or(u32::MAX))
    }

    /// The sum; never more than the largest.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// What part of `whole` this is; nothing of nothing.
    #[must_use]
    pub fn share_of(self, whole: Self) -> Self {
        if whole.0 == 0 {
            return Self::ZERO;
        }
        let share = u64::from(self.0) * 1000 / u64::from(whole.0);
        Self(u32::try_from(share).unwrap_or(u32::MAX))
    }
}

impl fmt::Display for Thousandths {
    /// `0.15`, `2`: as it is written in the configuration.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.0 / 1000, self.0 % 1000);
        if rest == 0 {
            return write!(f, "{whole}");
        }
        let digits = format!("{rest:03}");
        write!(f, "{whole}.{}", digits.trim_end_matches('0'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_rounded_and_written_back() {
        let check = |value: f64, expected: &str| {
            let read = Thousandths::from_number(value).map(|it| it.to_string());
            assert_eq!(read.as_deref(), Some(expected), "{value}");
        };
        check(0.0, "0");
        check(0.15, "0.15");
        check(1.0, "1");
        check(2.0504, "2.05");
        check(0.0004, "0");
        for value in [-0.1, f64::NAN, f64::INFINITY, 1_000_000.5] {
            assert_eq!(Thousandths::from_number(value), None, "{value}");
        }
    }

    #[test]
    fn sums_and_products_stay_in_bounds() {
        let most = Thousandths(u32::MAX);
        assert_eq!(most.plus(Thousandths::ONE), most);
        assert_eq!(most.times(Thousandths(5000)), most);
        assert_eq!(Thousandths(900).times(Thousandths(1500)), Thousandths(1350));
        assert_eq!(Thousandths(1).share_of(Thousandths(3)), Thousandths(333));
        assert_eq!(
            Thousandths::ZERO.share_of(Thousandths::ZERO),
            Thousandths::ZERO
        );
    }
}
