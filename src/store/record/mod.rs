//! What stands on disk: one type per record, apart from the types of `model`.
//!
//! A record is bytes for years: its first byte is the version of its layout, the rest is postcard.
//! A released layout is never changed; a new field makes a new version, and the old one stays
//! readable. Golden bytes of every version lie in `tests/fixtures/store/`, the layouts and every
//! key in `docs/store-format.md`.

mod codec;
mod codes;
mod entry;
mod feed;
mod index;
mod meta;
mod pack;
mod state;
mod story;

#[cfg(test)]
mod golden;

pub use codec::{Record, decode, encode};
pub use entry::{ContentRecord, EntryRecord, FingerprintRecord, MatchRecord};
pub use feed::FeedRecord;
pub use index::{BucketRecord, KeyTableRecord, UrlRecord};
pub use meta::{ProgressRecord, RegionRecord, SessionRecord, StoreRecord};
pub use pack::{PARTS_MAX, Packed, VALUE_MAX_BYTES, pack, parts_of, small_value, unpack};
pub use state::StateRecord;
pub use story::{ShowingRecord, StoryRecord};
