//! What is known of a document's entries.
//!
//! The rows are read one after the other, not at one moment. What a commit changes meanwhile is
//! no harm: the cursor is taken first, so that a decision that rests on such rows is refused.

use std::collections::hash_map::Entry::Vacant;

use super::get::Get;
use super::keys;
use super::rows::Rows;
use super::shared::{Shared, locked};
use crate::model::entry::EntryKey;
use crate::model::known::{Ask, Known};
use crate::store::api::EntryPage;
use crate::store::error::StoreError;

/// Where the store stands, nothing else.
fn standing(shared: &Shared) -> Known {
    let head = locked(&shared.head);
    let (stamp, next_entry) = shared.next(&head);
    Known {
        cursor: head.cursor(),
        now: shared.clock.now(),
        stamp,
        created: shared.created(),
        next_entry,
        ..Known::default()
    }
}

/// The entries with `keys`, and their stories.
pub(super) fn load_entries(
    shared: &Shared,
    rows: &Rows,
    keys: &[EntryKey],
) -> Result<Known, StoreError> {
    let mut known = standing(shared);
    for key in keys {
        load_entry(rows, &mut known, *key)?;
    }
    Ok(known)
}

/// A page of entries after `after`.
pub(super) fn page(
    rows: &Rows,
    after: Option<EntryKey>,
    n: usize,
) -> Result<EntryPage, StoreError> {
    let after = after.map(keys::entry);
    let mut page = EntryPage::default();
    let mut scan = rows.scan(&keys::entries(), after.as_deref());
    for row in scan.by_ref().take(n) {
        let (row, _) = row?;
        let Some(key) = keys::entry_of(&row) else {
            continue;
        };
        page.next = Some(key);
        match rows.entry(key) {
            Ok(entry) => page.entries.extend(entry),
            Err(StoreError::Record { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    if scan.next().is_none() {
        page.next = None;
    }
    Ok(page)
}

/// Answers `ask`.
pub(super) fn load(shared: &Shared, rows: &Rows, ask: &Ask) -> Result<Known, StoreError> {
    let mut known = standing(shared);
    known.state = rows.state(ask.feed)?.unwrap_or_default();
    if ask.keys.is_empty() && ask.urls.is_empty() {
        // A poll without a document: nothing will be compared, and a body may be a thousand entries.
        return Ok(known);
    }
    let mut wanted = known.state.memory.body.clone();
    let hashes = ask.keys.iter().map(|key| key.hash);
    let found = shared.tables.find(rows, ask.feed, hashes)?;
    for key in &ask.keys {
        if let Some(&entry) = found.get(&key.hash) {
            known.by_key.insert(*key, entry);
            wanted.push(entry);
        }
    }
    for &url_key in &ask.urls {
        let entries = rows.entries_of_url(url_key)?;
        wanted.extend(&entries);
        known.by_url.insert(url_key, entries);
    }
    for key in wanted {
        load_entry(rows, &mut known, key)?;
    }
    forget_missing(&mut known);
    Ok(known)
}

fn load_entry(rows: &Rows, known: &mut Known, key: EntryKey) -> Result<(), StoreError> {
    if known.entries.contains_key(&key) {
        return Ok(());
    }
    let Some(entry) = rows.entry(key)? else {
        return Ok(());
    };
    if let Vacant(slot) = known.stories.entry(entry.story) {
        let Some(story) = rows.story(entry.story)? else {
            return Ok(());
        };
        slot.insert(story);
    }
    known.entries.insert(key, entry);
    Ok(())
}

/// A key that leads to nothing (a row between two of which a commit came) is not known.
fn forget_missing(known: &mut Known) {
    let Known {
        entries,
        by_key,
        by_url,
        ..
    } = known;
    by_key.retain(|_, entry| entries.contains_key(entry));
    for found in by_url.values_mut() {
        found.retain(|entry| entries.contains_key(entry));
    }
    by_url.retain(|_, found| !found.is_empty());
}
