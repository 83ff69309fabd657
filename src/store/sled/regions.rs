//! Numbers of merged feeds: given by the store once, whatever the order in the file.

use std::collections::HashMap;

use super::commit::Commit;
use super::head::{Head, RegionHead};
use super::keys;
use super::shared::{Shared, locked};
use crate::model::region::RegionNumber;
use crate::store::error::StoreError;
use crate::store::record::RegionRecord;

/// Numbers of merged feeds while some are being added.
pub(super) struct Regions {
    known: HashMap<String, RegionNumber>,
    added: Vec<(RegionNumber, String)>,
    next: u32,
}

impl Regions {
    /// Those there are.
    pub(super) fn new(head: &Head) -> Self {
        let last = head.regions.keys().last().map_or(0, |region| region.0);
        Self {
            known: head
                .regions
                .iter()
                .map(|(number, region)| (region.name.clone(), *number))
                .collect(),
            added: Vec::new(),
            next: u32::from(last) + 1,
        }
    }

    /// The number of `name`, given now where it has none.
    pub(super) fn number(
        &mut self,
        commit: &mut Commit<'_>,
        name: &str,
    ) -> Result<RegionNumber, StoreError> {
        if let Some(&number) = self.known.get(name) {
            return Ok(number);
        }
        let number = u16::try_from(self.next)
            .map(RegionNumber)
            .map_err(|error| StoreError::Record {
                key: format!("region {name}"),
                version: 1,
                detail: format!("all 65,536 numbers of merged feeds are given ({error})"),
            })?;
        self.next += 1;
        let record = RegionRecord {
            name: name.to_owned(),
        };
        commit.draft.put_record(keys::region(number), &record)?;
        commit.regions.insert(number);
        self.known.insert(name.to_owned(), number);
        self.added.push((number, name.to_owned()));
        Ok(number)
    }

    /// Makes the added ones known to readers.
    pub(super) fn publish(self, shared: &Shared) {
        let mut head = locked(&shared.head);
        let changed = head.cursor();
        for (number, name) in self.added {
            let region = RegionHead { name, changed };
            head.regions.insert(number, region);
        }
    }
}
