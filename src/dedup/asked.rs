//! Which identity key a document's entries are asked by.
//!
//! All keys of an entry are stored from the first poll, so asking another one later forgets
//! nothing. The choice is made per document, before its entries are decided, and only ever
//! moves to a finer key.

use std::collections::HashMap;

use crate::model::entry::{Identity, PreparedEntry};
use crate::model::fingerprint::{Fingerprint, IdentityKey, KeyKind};

/// Coarse to fine.
const ORDER: [KeyKind; 4] = [
    KeyKind::Guid,
    KeyKind::GuidLink,
    KeyKind::Link,
    KeyKind::TitleDate,
];

/// The key to ask `entries` by: the first, from `remembered` on, that at least half of them
/// have and that no two different texts share; the last resort where none is so.
pub fn choose(remembered: Option<KeyKind>, entries: &[PreparedEntry]) -> KeyKind {
    let start = remembered.unwrap_or(KeyKind::Guid);
    ORDER
        .into_iter()
        .skip_while(|kind| *kind != start)
        .find(|kind| tells_apart(*kind, entries))
        .unwrap_or(KeyKind::TitleDate)
}

/// The next finer key than `kind`.
pub fn finer(kind: KeyKind) -> KeyKind {
    ORDER
        .into_iter()
        .skip_while(|each| *each != kind)
        .nth(1)
        .unwrap_or(KeyKind::TitleDate)
}

/// The keys to ask one entry by: the chosen kind, then the finer ones it has, then the coarser.
pub fn keys(identity: &Identity, asked: KeyKind) -> impl Iterator<Item = IdentityKey> + use<> {
    let identity = *identity;
    let from_asked = ORDER.into_iter().skip_while(move |kind| *kind != asked);
    let coarser = ORDER.into_iter().take_while(move |kind| *kind != asked);
    from_asked
        .chain(coarser)
        .filter_map(move |kind| of_kind(&identity, kind))
}

fn of_kind(identity: &Identity, kind: KeyKind) -> Option<IdentityKey> {
    match kind {
        KeyKind::Guid => identity.guid,
        KeyKind::GuidLink => identity.guid_link,
        KeyKind::Link => identity.link,
        KeyKind::TitleDate => identity.title_date,
        KeyKind::StoryId => None,
    }
}

/// Whether at least half of the entries have the kind, and the key each would be asked by is
/// not also a key of another text.
fn tells_apart(kind: KeyKind, entries: &[PreparedEntry]) -> bool {
    let mut wording_of: HashMap<IdentityKey, Option<Fingerprint>> = HashMap::new();
    for entry in entries {
        for key in entry.identity.all() {
            let wording = wording_of.entry(key).or_insert(Some(entry.wording));
            if *wording != Some(entry.wording) {
                *wording = None;
            }
        }
    }
    let is_unique = |entry: &PreparedEntry| {
        keys(&entry.identity, kind)
            .next()
            .is_none_or(|key| wording_of.get(&key) != Some(&None))
    };
    let n_with = entries
        .iter()
        .filter(|entry| of_kind(&entry.identity, kind).is_some())
        .count();
    n_with * 2 >= entries.len() && entries.iter().all(is_unique)
}
