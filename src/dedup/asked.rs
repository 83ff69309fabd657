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

/// The key of one entry under the choice: where it lacks that key, the next one it has.
pub fn key(identity: &Identity, asked: KeyKind) -> Option<IdentityKey> {
    let from_asked = ORDER.into_iter().skip_while(|kind| *kind != asked);
    from_asked
        .chain(ORDER)
        .find_map(|kind| of_kind(identity, kind))
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

fn tells_apart(kind: KeyKind, entries: &[PreparedEntry]) -> bool {
    let mut wording_of: HashMap<IdentityKey, Fingerprint> = HashMap::new();
    let mut n_with = 0;
    for entry in entries {
        let Some(key) = of_kind(&entry.identity, kind) else {
            continue;
        };
        n_with += 1;
        if *wording_of.entry(key).or_insert(entry.wording) != entry.wording {
            return false;
        }
    }
    n_with * 2 >= entries.len()
}
