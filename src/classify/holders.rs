//! Which published regions hold a country: where an entry belongs that names no place.

use std::collections::{BTreeMap, BTreeSet};

use crate::classify::vocabulary::Kind;
use crate::model::country::Country;
use crate::model::region::{Evidence, Field, RegionMatch};

/// What such an entry is said to belong by.
const TERM: &str = "default-country";

/// Countries of the published regions.
#[derive(Debug, Default)]
pub(super) struct Holders {
    regions: BTreeMap<Country, Vec<String>>,
}

impl Holders {
    /// Notes the countries of a region; regions come in the order of the rules.
    pub(super) fn add(&mut self, region: &str, countries: &BTreeSet<&str>) {
        let countries = countries.iter().copied().filter_map(Country::from_code);
        for country in countries {
            let regions = self.regions.entry(country).or_default();
            regions.push(region.to_owned());
        }
    }

    /// The regions that hold `country`, each with the feed's own word as evidence.
    pub(super) fn matches(&self, country: Country) -> Vec<RegionMatch> {
        let regions = self.regions.get(&country).into_iter().flatten();
        let matched = |region: &String| RegionMatch {
            region: region.clone(),
            evidence: vec![Evidence {
                field: Field::Feed,
                form: country.code().to_owned(),
                start: 0,
                end: 0,
                term: TERM.to_owned(),
                weight: Kind::Name.weight(),
            }],
        };
        regions.map(matched).collect()
    }
}
