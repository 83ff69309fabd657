//! What is configured of a feed, as far as it must be remembered.

use serde::{Deserialize, Serialize};

use super::codec::Record;
use super::codes::{tier_code, tier_of};
use crate::model::feed::{FeedCard, FeedId, FeedNumber, FeedSeed};

/// Layout 1 of a feed; its number is its row's.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FeedRecord {
    /// Its present id.
    pub id: String,
    /// The id its stories are founded under; never changes, and no other feed has it.
    pub founding: String,
    /// Ids it had before, the first one first.
    pub former: Vec<String>,
    /// Name shown to people.
    pub name: String,
    /// 128 bits of BLAKE3 over the address as fetched: enough to see that it changed, and no
    /// secret in it can be read here.
    pub address: [u8; 16],
    /// Address with secrets hidden.
    pub safe_url: String,
    /// Code of the tier.
    pub tier: u8,
    /// Whether it is configured.
    pub active: bool,
}

impl Record for FeedRecord {
    const NAME: &'static str = "feed";
}

impl FeedRecord {
    /// The record of a feed never seen before, whose stories are founded under `founding`.
    pub fn new(seed: &FeedSeed, founding: String) -> Self {
        Self {
            id: seed.id.as_str().to_owned(),
            founding,
            former: Vec::new(),
            name: seed.name.clone(),
            address: address_hash(&seed.url),
            safe_url: seed.safe_url.clone(),
            tier: tier_code(seed.tier),
            active: true,
        }
    }

    /// This record after `seed` was configured for it.
    #[must_use]
    pub fn configured(&self, seed: &FeedSeed) -> Self {
        let mut former = self.former.clone();
        former.retain(|id| id != seed.id.as_str());
        if self.id != seed.id.as_str() {
            former.push(self.id.clone());
        }
        Self {
            former,
            ..Self::new(seed, self.founding.clone())
        }
    }

    /// The card of the feed with `number`; the error says what in it has no meaning.
    ///
    /// # Errors
    /// A tier this program does not know, or an id that is none.
    pub fn card(&self, number: FeedNumber) -> Result<FeedCard, String> {
        Ok(FeedCard {
            number,
            id: parse_id(&self.id)?,
            name: self.name.clone(),
            url: self.safe_url.clone(),
            tier: tier_of(self.tier)?,
            active: self.active,
        })
    }

    /// What story ids are made from: the id it had first, else the one it was given instead.
    ///
    /// # Errors
    /// An id that is none.
    pub fn first_id(&self) -> Result<FeedId, String> {
        parse_id(&self.founding)
    }

    /// Ids it had before, the first one first.
    ///
    /// # Errors
    /// An id that is none.
    pub fn former_ids(&self) -> Result<Vec<FeedId>, String> {
        self.former.iter().map(|id| parse_id(id)).collect()
    }
}

fn parse_id(id: &str) -> Result<FeedId, String> {
    id.parse().map_err(|error| format!("{id}: {error}"))
}

/// What [`FeedRecord::address`] keeps of an address.
fn address_hash(url: &str) -> [u8; 16] {
    let digest = blake3::hash(url.as_bytes());
    *digest.as_bytes().first_chunk().unwrap_or(&[0; 16])
}
