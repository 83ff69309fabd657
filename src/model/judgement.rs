//! What the rules make of an entry, and which of them decided.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::region::{Evidence, RegionMatch};
use crate::model::weight::Thousandths;

/// Everything the rules see in one entry.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Judgement {
    /// One for each published region, in the order of the configuration.
    pub regions: Vec<RegionVerdict>,
    /// Conditions of the filter, in its order: `none`, `all`, `any`.
    pub conditions: Vec<Condition>,
    /// Places that speak for no published region.
    pub elsewhere: Vec<Evidence>,
}

impl Judgement {
    /// The regions the entry belongs to.
    pub fn into_matches(self) -> Vec<RegionMatch> {
        let inside = self
            .regions
            .into_iter()
            .filter(|it| it.reason == Reason::In);
        inside
            .map(|it| RegionMatch {
                region: it.region,
                evidence: it.evidence,
            })
            .collect()
    }
}

/// What became of one region.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RegionVerdict {
    /// Its name.
    pub region: String,
    /// Why the entry belongs to it or not.
    pub reason: Reason,
    /// Weight of what speaks for it.
    pub weight: Thousandths,
    /// Its part of all the places the entry names.
    pub share: Thousandths,
    /// What speaks for it, in the order of the entry; at most eight are kept.
    pub evidence: Vec<Evidence>,
}

/// The rule that decided about a region.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "rule")]
pub enum Reason {
    /// It passed all of them.
    In,
    /// No word of it was found.
    Unnamed,
    /// Only words were found that speak for it beside surer ones.
    Doubtful,
    /// `none` holds something that was found.
    None {
        /// What was found.
        by: String,
    },
    /// `all` holds something that was not found.
    All {
        /// What was missing.
        by: String,
    },
    /// Nothing of `any` was found.
    Any,
    /// The entry names it beside too many other places.
    About {
        /// The least share.
        least: Thousandths,
    },
    /// Too little speaks for it.
    Min {
        /// The least weight.
        least: Thousandths,
    },
}

impl fmt::Display for Reason {
    /// A fragment for a person: `none: @sport was found`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::In => f.write_str("in"),
            Self::Unnamed => f.write_str("no word of it was found"),
            Self::Doubtful => f.write_str("only doubtful words were found, nothing beside them"),
            Self::None { by } => write!(f, "none: {by} was found"),
            Self::All { by } => write!(f, "all: {by} was not found"),
            Self::Any => f.write_str("any: nothing of it was found"),
            Self::About { least } => write!(f, "about: its share is below {least}"),
            Self::Min { least } => write!(f, "min: its weight is below {least}"),
        }
    }
}

/// One condition of the filter.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Condition {
    /// The list it stands in.
    pub list: ConditionList,
    /// Region, country or `@group`.
    pub selector: String,
    /// Whether it was found.
    pub holds: bool,
    /// Weight of what was found of it.
    pub weight: Thousandths,
    /// What was found of it, in the order of the entry; at most eight are kept.
    pub evidence: Vec<Evidence>,
}

/// A list of conditions.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConditionList {
    /// None of these.
    None,
    /// Each of these.
    All,
    /// One of these.
    Any,
}

impl ConditionList {
    /// Its key in the configuration.
    pub fn key(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::All => "all",
            Self::Any => "any",
        }
    }
}
