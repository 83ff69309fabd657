//! The limit on entries kept of one document: the newest stay, the rest are counted.

use std::cmp::Reverse;

use crate::model::parsed::ParsedEntry;
use crate::normalise::document::Claim;

/// Keeps the `max` newest of `entries` by claimed date, in document order; gives how many went.
///
/// Entries without a date rank behind dated ones, in document order among themselves.
pub(super) fn keep_newest(entries: &mut Vec<(ParsedEntry, Claim)>, max: usize) -> u32 {
    let n_over = entries.len().saturating_sub(max);
    if n_over == 0 {
        return 0;
    }
    let mut order: Vec<usize> = (0..entries.len()).collect();
    order.sort_by_key(|at| Reverse(entries.get(*at).and_then(|(_, claim)| claim.at)));
    let mut is_kept = vec![false; entries.len()];
    for at in order.into_iter().take(max) {
        if let Some(kept) = is_kept.get_mut(at) {
            *kept = true;
        }
    }
    let mut kept = is_kept.into_iter();
    entries.retain(|_| kept.next().unwrap_or(false));
    u32::try_from(n_over).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::time::Timestamp;

    fn kept(claims: &[Option<i64>], max: usize) -> (Vec<usize>, u32) {
        let mut entries: Vec<(ParsedEntry, Claim)> = claims
            .iter()
            .enumerate()
            .map(|(at, claim)| {
                let entry = ParsedEntry {
                    guid: Some(at.to_string()),
                    ..ParsedEntry::default()
                };
                let at = claim.map(Timestamp::from_seconds);
                (entry, Claim { at, alone: at })
            })
            .collect();
        let n_over = keep_newest(&mut entries, max);
        let guids = entries
            .iter()
            .map(|(entry, _)| entry.guid.as_deref().unwrap().parse().unwrap())
            .collect();
        (guids, n_over)
    }

    #[test]
    fn the_newest_stay_in_document_order() {
        assert_eq!(kept(&[Some(1), Some(3), Some(2)], 2), (vec![1, 2], 1));
        assert_eq!(kept(&[None, Some(1), None], 2), (vec![0, 1], 1));
        assert_eq!(kept(&[None, None, None], 1), (vec![0], 2));
        assert_eq!(kept(&[Some(1)], 5), (vec![0], 0));
        assert_eq!(kept(&[Some(1)], 0), (vec![], 1));
    }
}
