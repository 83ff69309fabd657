//! Every key of the one tree: a family byte, then big-endian parts, so that order in the tree is
//! the order we read in. The table of all families is in `docs/store-format.md`.

use std::fmt::Write;

use crate::model::entry::EntryKey;
use crate::model::feed::FeedNumber;
use crate::model::fingerprint::UrlKey;
use crate::model::region::RegionNumber;
use crate::model::story::{StoryId, StoryKey};
use crate::model::time::Timestamp;
use crate::store::api::Place;

/// `m` name: what is remembered of the store itself.
pub(super) const SCHEMA: &[u8] = b"mschema";
/// The store's birth certificate.
pub(super) const STORE: &[u8] = b"mstore";
/// How far it has come.
pub(super) const PROGRESS: &[u8] = b"mprogress";
/// The present session.
pub(super) const SESSION: &[u8] = b"msession";

/// There while what was published has not been put back into a new or restored store.
pub(super) const RESTORED: &[u8] = b"mrestored";

/// Family of meta rows.
pub(super) const FAMILY_META: u8 = b'm';
/// Family of feeds.
pub(super) const FAMILY_FEED: u8 = b'f';
/// Family of feed states.
pub(super) const FAMILY_STATE: u8 = b's';
/// Family of region names.
pub(super) const FAMILY_REGION: u8 = b'g';
/// Family of change cursors of regions.
pub(super) const FAMILY_CHANGED: u8 = b'c';
/// Family of entries.
pub(super) const FAMILY_ENTRY: u8 = b'e';
/// Family of stories.
pub(super) const FAMILY_STORY: u8 = b't';
/// Family of part rows.
pub(super) const FAMILY_PART: u8 = b'p';

/// `f` number4 → feed.
pub(super) fn feed(number: FeedNumber) -> Vec<u8> {
    key(FAMILY_FEED, &[&number.0.to_be_bytes()])
}

/// `n` id → number4.
pub(super) fn feed_id(id: &str) -> Vec<u8> {
    key(b'n', &[id.as_bytes()])
}

/// `s` number4 → state.
pub(super) fn state(number: FeedNumber) -> Vec<u8> {
    key(FAMILY_STATE, &[&number.0.to_be_bytes()])
}

/// `h` number4 → head of the feed's identity keys.
pub(super) fn key_table(number: FeedNumber) -> Vec<u8> {
    key(b'h', &[&number.0.to_be_bytes()])
}

/// `k` number4 bucket2 → identity keys.
pub(super) fn bucket(number: FeedNumber, bucket: u16) -> Vec<u8> {
    key(b'k', &[&number.0.to_be_bytes(), &bucket.to_be_bytes()])
}

/// `u` url16 → entries.
pub(super) fn url(url_key: UrlKey) -> Vec<u8> {
    key(b'u', &[&url_key.0])
}

/// `e` entry8 → entry.
pub(super) fn entry(entry_key: EntryKey) -> Vec<u8> {
    key(FAMILY_ENTRY, &[&entry_key.0.to_be_bytes()])
}

/// What every key of an entry begins with.
pub(super) fn entries() -> Vec<u8> {
    key(FAMILY_ENTRY, &[])
}

/// The entry whose row this is.
pub(super) fn entry_of(row: &[u8]) -> Option<EntryKey> {
    let (family, number) = row.split_first()?;
    let number = number.try_into().ok()?;
    (*family == FAMILY_ENTRY).then(|| EntryKey(u64::from_be_bytes(number)))
}

/// `t` story8 → story.
pub(super) fn story(story_key: StoryKey) -> Vec<u8> {
    key(FAMILY_STORY, &[&story_key.0.to_be_bytes()])
}

/// `i` id16 → story8.
pub(super) fn story_id(id: StoryId) -> Vec<u8> {
    key(b'i', &[id.0.as_bytes()])
}

/// `g` region2 → name.
pub(super) fn region(number: RegionNumber) -> Vec<u8> {
    key(FAMILY_REGION, &[&number.0.to_be_bytes()])
}

/// `c` region2 → cursor8 of its last change.
pub(super) fn changed(number: RegionNumber) -> Vec<u8> {
    key(FAMILY_CHANGED, &[&number.0.to_be_bytes()])
}

/// `p` key part2 → the rest of a value that does not fit one row.
pub(super) fn part(of: &[u8], n: u16) -> Vec<u8> {
    key(FAMILY_PART, &[of, &n.to_be_bytes()])
}

/// `r` region2: all rows of one merged feed, newest first.
pub(super) fn region_rows(number: RegionNumber) -> Vec<u8> {
    key(b'r', &[&number.0.to_be_bytes()])
}

/// `r` region2 !updated8 !published8 id16 → story8.
pub(super) fn region_row(number: RegionNumber, place: &Place) -> Vec<u8> {
    key(
        b'r',
        &[
            &number.0.to_be_bytes(),
            &newest_first(place.updated),
            &newest_first(place.published),
            place.id.0.as_bytes(),
        ],
    )
}

/// The number in the two or four bytes after the family, and whether there are just these.
pub(super) fn number_of<const N: usize>(key: &[u8]) -> Option<[u8; N]> {
    let (_, rest) = key.split_first()?;
    rest.try_into().ok()
}

/// Eight bytes that sort later moments first.
fn newest_first(at: Timestamp) -> [u8; 8] {
    let ascending = at.as_millis().cast_unsigned() ^ (1 << 63);
    (!ascending).to_be_bytes()
}

fn key(family: u8, parts: &[&[u8]]) -> Vec<u8> {
    let mut key = vec![family];
    for part in parts {
        key.extend_from_slice(part);
    }
    key
}

/// A key for a person: `e 0001a2…`.
pub(super) fn describe(key: &[u8]) -> String {
    let Some((family, rest)) = key.split_first() else {
        return "(empty)".to_owned();
    };
    let mut text = format!("{} ", char::from(*family));
    for byte in rest {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn row(updated: i64, published: i64, id: u128) -> Vec<u8> {
        let place = Place {
            updated: Timestamp::from_millis(updated),
            published: Timestamp::from_millis(published),
            id: StoryId(Uuid::from_u128(id)),
        };
        region_row(RegionNumber(7), &place)
    }

    #[test]
    fn rows_of_a_region_stand_newest_updated_then_newest_published_then_by_id() {
        let rows = [
            row(i64::MAX, 0, 0),
            row(5, 9, 2),
            row(5, 8, 1),
            row(5, 8, 2),
            row(5, -8, 0),
            row(0, 0, 0),
            row(-1, 0, 0),
            row(i64::MIN, 0, 0),
        ];
        assert!(rows.is_sorted());
        assert!(
            rows.iter()
                .all(|row| row.starts_with(&region_rows(RegionNumber(7))))
        );
    }

    #[test]
    fn keys_can_be_read_by_a_person() {
        assert_eq!(describe(&entry(EntryKey(0x1a2))), "e 00000000000001a2");
        assert_eq!(describe(&[]), "(empty)");
        assert_eq!(number_of(&feed(FeedNumber(5))), Some(5_u32.to_be_bytes()));
        assert_eq!(number_of::<2>(&feed(FeedNumber(5))), None);
    }
}
