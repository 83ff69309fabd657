//! What is read into memory at every opening, and what a new store begins with.

use rand::TryRng;

use super::directory::SCHEMA;
use super::due::Due;
use super::feeds;
use super::get::Get;
use super::head::{Head, RegionHead};
use super::keys;
use super::rows::Rows;
use crate::model::known::Cursor;
use crate::model::region::{self, RegionNumber};
use crate::model::time::Timestamp;
use crate::store::error::StoreError;
use crate::store::record::{
    ProgressRecord, RegionRecord, SessionRecord, StateRecord, StoreRecord, small_value,
};
use crate::store::rowfile::Row;

/// What opening reads.
pub(super) struct Loaded {
    pub(super) store: StoreRecord,
    pub(super) head: Head,
    pub(super) due: Due,
    /// The session that begins now.
    pub(super) session: SessionRecord,
    /// Whether the one before ended in order.
    pub(super) was_clean: bool,
    /// Feeds registered, configured or not.
    pub(super) n_feeds: u64,
}

/// Writes what a new store begins with.
pub(super) fn create(rows: &Rows, now: Timestamp) -> Result<(), StoreError> {
    let all = RegionRecord {
        name: region::ALL.to_owned(),
    };
    let progress = ProgressRecord {
        next_feed: 1,
        ..ProgressRecord::default()
    };
    let mut id = [0; 16];
    rand::rngs::SysRng
        .try_fill_bytes(&mut id)
        .map_err(|error| StoreError::Fatal(format!("no random numbers: {error}")))?;
    let store = StoreRecord {
        id,
        created_ms: now.as_millis(),
    };
    let session = SessionRecord {
        n_opened: 0,
        clean: true,
    };
    let ops: [Row; 6] = [
        (keys::SCHEMA.to_vec(), Some(SCHEMA.to_be_bytes().to_vec())),
        (keys::region(RegionNumber::ALL), Some(small_value(&all)?)),
        (keys::PROGRESS.to_vec(), Some(small_value(&progress)?)),
        (keys::SESSION.to_vec(), Some(small_value(&session)?)),
        (keys::STORE.to_vec(), Some(small_value(&store)?)),
        restored_row(),
    ];
    rows.apply(&ops)
}

/// Says that what was published has yet to be put back.
pub(super) fn restored_row() -> Row {
    (keys::RESTORED.to_vec(), Some(vec![1]))
}

/// Version of the layout in the tree; 0 where there is none yet.
pub(super) fn schema(rows: &Rows) -> Result<u32, StoreError> {
    let value = rows.get(keys::SCHEMA)?;
    let schema = value.and_then(|value| value.try_into().ok());
    Ok(schema.map_or(0, u32::from_be_bytes))
}

/// The last commit; 0 where there is none yet.
pub(super) fn cursor(rows: &Rows) -> Result<u64, StoreError> {
    let progress: Option<ProgressRecord> = rows.record(keys::PROGRESS)?;
    Ok(progress.map_or(0, |progress| progress.cursor))
}

/// Reads everything and begins a session; `None` where meta rows are missing.
pub(super) fn load(rows: &Rows) -> Result<Option<Loaded>, StoreError> {
    let (Some(store), Some(progress)) = (rows.record(keys::STORE)?, rows.record(keys::PROGRESS)?)
    else {
        return Ok(None);
    };
    let before: SessionRecord = rows.record(keys::SESSION)?.unwrap_or_default();
    let session = SessionRecord {
        n_opened: before.n_opened.saturating_add(1),
        clean: false,
    };
    let (due, n_feeds) = load_due(rows, session)?;
    let loaded = Loaded {
        store,
        head: load_head(rows, progress)?,
        due,
        session,
        was_clean: before.clean,
        n_feeds,
    };
    rows.apply(&[(keys::SESSION.to_vec(), Some(small_value(&session)?))])?;
    Ok(Some(loaded))
}

fn load_head(rows: &Rows, progress: ProgressRecord) -> Result<Head, StoreError> {
    let mut head = Head {
        progress,
        ..Head::default()
    };
    for row in rows.scan(&[keys::FAMILY_REGION], None) {
        let (row, _) = row?;
        let record: Option<RegionRecord> = rows.record(&row)?;
        let number = keys::number_of(&row).map(u16::from_be_bytes);
        if let (Some(number), Some(record)) = (number.map(RegionNumber), record) {
            let changed = rows.get(&keys::changed(number))?;
            let changed = changed.and_then(|value| value.try_into().ok());
            let region = RegionHead {
                name: record.name,
                changed: Cursor(changed.map_or(0, u64::from_be_bytes)),
            };
            head.regions.insert(number, region);
        }
    }
    Ok(head)
}

fn load_due(rows: &Rows, session: SessionRecord) -> Result<(Due, u64), StoreError> {
    // The session is the upper half of every fence: one given before the last opening is void.
    let mut due = Due::new(u64::from(session.n_opened) << 32);
    let mut n_feeds = 0;
    for feed in feeds::each(rows) {
        let (number, record) = feed?;
        n_feeds += 1;
        if !record.active {
            continue;
        }
        let at = match rows.record::<StateRecord>(&keys::state(number)) {
            Ok(state) => state.map_or(Timestamp::EPOCH, |state| state.next_poll()),
            // The claim will name it; the other feeds go on.
            Err(StoreError::Record { .. }) => Timestamp::EPOCH,
            Err(error) => return Err(error),
        };
        due.add(number, at);
    }
    Ok((due, n_feeds))
}
