//! The registry of feeds: numbers given once, ids that may change.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::commit::Commit;
use super::get::{Get, meaning};
use super::keys;
use super::rows::Rows;
use super::shared::health_of;
use crate::model::feed::{Conditional, FeedId, FeedNumber, FeedSeed, FeedState};
use crate::model::time::Timestamp;
use crate::store::api::{FeedHealth, Registered};
use crate::store::error::StoreError;
use crate::store::record::FeedRecord;

/// What registering asks of the feeds' due times.
#[derive(Debug, Default)]
pub(super) struct DueChanges {
    /// Active from now on, due then; active ones keep their time.
    pub(super) add: Vec<(FeedNumber, Timestamp)>,
    /// Not active any more, or to be claimed anew: whoever holds them has lost them.
    pub(super) remove: Vec<FeedNumber>,
}

/// All feeds by number.
pub(super) fn all(rows: &Rows) -> Result<BTreeMap<FeedNumber, FeedRecord>, StoreError> {
    let mut feeds = BTreeMap::new();
    for row in rows.scan(&[keys::FAMILY_FEED], None) {
        let (row, _) = row?;
        let Some(number) = keys::number_of(&row).map(u32::from_be_bytes) else {
            continue;
        };
        if let Some(record) = rows.record(&row)? {
            feeds.insert(FeedNumber(number), record);
        }
    }
    Ok(feeds)
}

/// State of every active feed, by id.
pub(super) fn healths(rows: &Rows) -> Result<Vec<FeedHealth>, StoreError> {
    let mut healths = Vec::new();
    for (number, record) in all(rows)? {
        if record.active {
            healths.push(health_of(rows, number, &record)?);
        }
    }
    healths.sort_by(|a, b| a.card.id.cmp(&b.card.id));
    Ok(healths)
}

/// One feed by its present id.
pub(super) fn health(rows: &Rows, id: &FeedId) -> Result<Option<FeedHealth>, StoreError> {
    let Some(number) = rows.feed_number(id.as_str())? else {
        return Ok(None);
    };
    let record: Option<FeedRecord> = rows.record(&keys::feed(number))?;
    record
        .map(|record| health_of(rows, number, &record))
        .transpose()
}

/// Adds a feed known only from an export; it becomes active when it is configured.
pub(super) fn add_inactive(
    commit: &mut Commit<'_>,
    record: FeedRecord,
) -> Result<FeedNumber, StoreError> {
    let number = next_number(commit);
    let record = FeedRecord {
        active: false,
        ..record
    };
    write(commit, number, &record)?;
    Ok(number)
}

fn next_number(commit: &mut Commit<'_>) -> FeedNumber {
    let number = commit.progress.next_feed;
    commit.progress.next_feed = number.saturating_add(1);
    FeedNumber(number)
}

/// Reconciles the registry with `seeds`.
pub(super) fn register(
    commit: &mut Commit<'_>,
    rows: &Rows,
    seeds: &[FeedSeed],
    now: Timestamp,
) -> Result<(Registered, DueChanges), StoreError> {
    let mut registry = Registry {
        feeds: all(rows)?,
        pauses: BTreeMap::new(),
        due: DueChanges::default(),
        now,
    };
    let matched = registry.matches(seeds);
    let mut registered = Registered::default();
    for (seed, number) in seeds.iter().zip(&matched) {
        let (number, first_id) = registry.configure(commit, seed, *number)?;
        registered.numbers.push(number);
        registered.first_ids.push(first_id);
    }
    let kept: HashSet<FeedNumber> = registered.numbers.iter().copied().collect();
    registry.retire(commit, &kept)?;
    registered.paused_hosts = registry.pauses.into_iter().collect();
    Ok((registered, registry.due))
}

struct Registry {
    feeds: BTreeMap<FeedNumber, FeedRecord>,
    pauses: BTreeMap<String, Timestamp>,
    due: DueChanges,
    now: Timestamp,
}

impl Registry {
    /// The number each seed had so far. Its own id comes first, then the ids it says it had, then
    /// an id some feed had once; no number is given twice.
    fn matches(&self, seeds: &[FeedSeed]) -> Vec<Option<FeedNumber>> {
        let mut present = HashMap::new();
        let mut former = HashMap::new();
        for (number, record) in &self.feeds {
            present.insert(record.id.as_str(), *number);
            former.extend(record.former.iter().map(|id| (id.as_str(), *number)));
        }
        let mut matched: Vec<Option<FeedNumber>> = vec![None; seeds.len()];
        let mut taken = HashSet::new();
        let mut pass = |number_of: &dyn Fn(&FeedSeed) -> Vec<Option<FeedNumber>>| {
            for (seed, slot) in seeds.iter().zip(&mut matched) {
                if slot.is_none() {
                    let numbers = number_of(seed).into_iter().flatten();
                    *slot = numbers.into_iter().find(|number| taken.insert(*number));
                }
            }
        };
        pass(&|seed| vec![present.get(seed.id.as_str()).copied()]);
        pass(&|seed| {
            let ids = seed.formerly.iter().map(FeedId::as_str);
            ids.flat_map(|id| [present.get(id).copied(), former.get(id).copied()])
                .collect()
        });
        pass(&|seed| vec![former.get(seed.id.as_str()).copied()]);
        matched
    }

    fn configure(
        &mut self,
        commit: &mut Commit<'_>,
        seed: &FeedSeed,
        number: Option<FeedNumber>,
    ) -> Result<(FeedNumber, FeedId), StoreError> {
        let known = number.and_then(|number| Some((number, self.feeds.get(&number)?)));
        let Some((number, before)) = known else {
            return self.create(commit, seed);
        };
        let record = before.configured(seed);
        let is_moved = before.address != record.address;
        let mut state = commit.draft.state(number)?.unwrap_or_default();
        if *before != record {
            self.rename(commit, number, &record)?;
        }
        if is_moved {
            forget_address(&mut state, self.now);
            commit.state(number, &state)?;
            self.due.remove.push(number);
        }
        self.due.add.push((number, state.schedule.next_poll));
        self.note_pause(&state);
        let first_id = meaning::<FeedRecord, _>(&keys::feed(number), record.first_id())?;
        Ok((number, first_id))
    }

    fn create(
        &mut self,
        commit: &mut Commit<'_>,
        seed: &FeedSeed,
    ) -> Result<(FeedNumber, FeedId), StoreError> {
        let number = next_number(commit);
        let mut state = FeedState::default();
        state.schedule.next_poll = self.now;
        commit.state(number, &state)?;
        write(commit, number, &FeedRecord::new(seed))?;
        self.due.add.push((number, self.now));
        Ok((number, seed.id.clone()))
    }

    /// Writes a changed card. Readers see cards, so every merged feed may look different.
    fn rename(
        &self,
        commit: &mut Commit<'_>,
        number: FeedNumber,
        record: &FeedRecord,
    ) -> Result<(), StoreError> {
        if let Some(before) = self.feeds.get(&number) {
            let row = keys::feed_id(&before.id);
            let is_ours = commit.draft.feed_number(&before.id)? == Some(number);
            if before.id != record.id && is_ours {
                commit.draft.remove(row);
            }
            let is_visible = (&before.id, &before.name, &before.safe_url, before.tier)
                != (&record.id, &record.name, &record.safe_url, record.tier);
            if is_visible {
                commit.cards_changed = true;
            }
        }
        write(commit, number, record)
    }

    /// Feeds that are not configured any more. What was promised to their hosts still holds.
    fn retire(
        &mut self,
        commit: &mut Commit<'_>,
        kept: &HashSet<FeedNumber>,
    ) -> Result<(), StoreError> {
        let feeds = std::mem::take(&mut self.feeds);
        for (number, record) in feeds
            .into_iter()
            .filter(|(number, _)| !kept.contains(number))
        {
            let mut state = commit.draft.state(number)?.unwrap_or_default();
            self.note_pause(&state);
            if record.active {
                let retired = FeedRecord {
                    active: false,
                    ..record
                };
                commit.draft.put_record(keys::feed(number), &retired)?;
                state.memory.first_body = None;
                commit.state(number, &state)?;
                self.due.remove.push(number);
            }
        }
        Ok(())
    }

    fn note_pause(&mut self, state: &FeedState) {
        if let Some((host, until)) = &state.schedule.host_pause
            && *until > self.now
        {
            let pause = self.pauses.entry(host.clone()).or_insert(*until);
            *pause = (*pause).max(*until);
        }
    }
}

fn write(
    commit: &mut Commit<'_>,
    number: FeedNumber,
    record: &FeedRecord,
) -> Result<(), StoreError> {
    let value = number.0.to_be_bytes().to_vec();
    commit.draft.put(keys::feed_id(&record.id), value);
    commit.draft.put_record(keys::feed(number), record)
}

/// Nothing that was learned of the old address holds for the new one; it is asked at once.
fn forget_address(state: &mut FeedState, now: Timestamp) {
    state.conditional = Conditional::default();
    state.schedule.redirect = None;
    state.schedule.moved_to = None;
    state.schedule.gone_since = None;
    state.schedule.stopped = false;
    state.schedule.next_poll = now;
}
