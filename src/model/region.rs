//! Regions and the reasons an entry belongs to one.

use serde::{Deserialize, Serialize};

use crate::model::country::Country;

/// Stored number of a merged feed; numbers come from the store's registry, never from the file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct RegionNumber(pub u16);

impl RegionNumber {
    /// The merged feed `all`.
    pub const ALL: Self = Self(0);
}

/// Name of the merged feed that holds every region's stories and those of unfiltered feeds.
pub const ALL: &str = "all";

/// Part of an entry in which something matched.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Field {
    /// Title.
    Title,
    /// Text without markup.
    Text,
    /// Publisher's own categories.
    Category,
    /// Nothing in the entry: the `default-country` of its feed.
    Feed,
}

/// One word or phrase that speaks for a region.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Evidence {
    /// Where it stood.
    pub field: Field,
    /// The form as written in the entry.
    pub form: String,
    /// Byte offset of its start in that field.
    pub start: u32,
    /// Byte offset after its end in that field.
    pub end: u32,
    /// The vocabulary's own word for it: `Kazakhstan`.
    pub term: String,
    /// How much it says, in thousandths.
    pub weight: u32,
    /// The country it speaks for; `None` for a region's own word and for a term of the user's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<Country>,
}

/// An entry belongs to a region, and why.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RegionMatch {
    /// The region's name.
    pub region: String,
    /// What spoke for it, in the order of the entry; at most eight are kept.
    pub evidence: Vec<Evidence>,
}

/// The countries that matches name, each once, in their order.
pub fn countries(matches: &[RegionMatch]) -> Vec<Country> {
    let mut countries = Vec::new();
    let evidence = matches.iter().flat_map(|it| &it.evidence);
    for country in evidence.filter_map(|it| it.country) {
        if !countries.contains(&country) {
            countries.push(country);
        }
    }
    countries
}
