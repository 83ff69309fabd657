//! The registry of feeds: numbers given once, ids that may change.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::Duration;

use super::commit::Commit;
use super::get::{Get, meaning};
use super::keys;
use super::rows::Rows;
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

/// All feeds, one after the other.
pub(super) fn each(
    rows: &Rows,
) -> impl Iterator<Item = Result<(FeedNumber, FeedRecord), StoreError>> {
    rows.scan(&[keys::FAMILY_FEED], None).filter_map(|row| {
        let (row, _) = match row {
            Ok(row) => row,
            Err(error) => return Some(Err(error)),
        };
        let number = FeedNumber(u32::from_be_bytes(keys::number_of(&row)?));
        let record = rows.record(&row).transpose()?;
        Some(record.map(|record| (number, record)))
    })
}

/// State of every active feed, by id.
pub(super) fn healths(rows: &Rows) -> Result<Vec<FeedHealth>, StoreError> {
    let mut healths = Vec::new();
    for feed in each(rows) {
        let (number, record) = feed?;
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

/// Card, former ids and state of a feed.
fn health_of(
    rows: &Rows,
    number: FeedNumber,
    record: &FeedRecord,
) -> Result<FeedHealth, StoreError> {
    let row = keys::feed(number);
    Ok(FeedHealth {
        card: meaning::<FeedRecord, _>(&row, record.card(number))?,
        former: meaning::<FeedRecord, _>(&row, record.former_ids())?,
        state: rows.state(number)?.unwrap_or_default(),
    })
}

/// The id a new feed founds its stories under: its own, else the first free of `ID-2`, `ID-3`, …
/// where another feed, renamed since, founded stories under that. Equal guids of the two would
/// give two stories one id.
pub(super) fn free_founding(id: &str, taken: &HashSet<String>) -> String {
    let mut founding = id.to_owned();
    let mut n = 1_u32;
    while taken.contains(&founding) {
        n += 1;
        let suffix = format!("-{n}");
        let kept: String = id
            .chars()
            .take(ID_MAX.saturating_sub(suffix.len()))
            .collect();
        founding = format!("{}{suffix}", kept.trim_end_matches('-'));
    }
    founding
}

/// Letters of a feed id.
const ID_MAX: usize = 64;

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

/// No answer pauses a host for longer.
const PAUSE_MAX: Duration = Duration::from_hours(7 * 24);
/// What is kept of a longer one: its true end cannot be known any more.
const PAUSE_DOUBTED: Duration = Duration::from_hours(1);

/// Feeds reconciled in one commit: sled holds what one batch queues in memory, some kilobytes a
/// row, so that a hundred thousand feeds at once would take more than a gigabyte.
const FEEDS_A_COMMIT: usize = 500;

/// Reconciles the registry with a list of feeds, in as many commits as it takes.
pub(super) struct Registration<'a> {
    seeds: std::vec::IntoIter<(&'a FeedSeed, Option<FeedNumber>)>,
    registry: Registry,
    registered: Registered,
}

impl<'a> Registration<'a> {
    pub(super) fn new(
        rows: &Rows,
        seeds: &'a [FeedSeed],
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let mut registry = Registry {
            feeds: each(rows).collect::<Result<_, _>>()?,
            founding: HashSet::new(),
            pauses: BTreeMap::new(),
            due: DueChanges::default(),
            now,
        };
        let founding = registry.feeds.values().map(|feed| feed.founding.clone());
        registry.founding = founding.collect();
        let matched = registry.matches(seeds);
        let seeds: Vec<_> = seeds.iter().zip(matched).collect();
        Ok(Self {
            seeds: seeds.into_iter(),
            registry,
            registered: Registered::default(),
        })
    }

    /// Puts the next feeds into `commit`; `false` when all are done.
    pub(super) fn step(&mut self, commit: &mut Commit<'_>) -> Result<bool, StoreError> {
        for _ in 0..FEEDS_A_COMMIT {
            if let Some((seed, number)) = self.seeds.next() {
                let (number, first_id) = self.registry.configure(commit, seed, number)?;
                self.registered.numbers.push(number);
                self.registered.first_ids.push(first_id);
            } else if !self.registry.retire_one(commit)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// What to answer, and what changes in memory.
    pub(super) fn finish(mut self) -> (Registered, DueChanges) {
        self.registered.paused_hosts = self.registry.pauses.into_iter().collect();
        (self.registered, self.registry.due)
    }
}

struct Registry {
    /// Feeds as they were; a seed takes its own out, what is left is not configured any more.
    feeds: BTreeMap<FeedNumber, FeedRecord>,
    /// Ids that stories are founded under.
    founding: HashSet<String>,
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
        let known = number.and_then(|number| Some((number, self.feeds.remove(&number)?)));
        let Some((number, before)) = known else {
            return self.create(commit, seed);
        };
        let record = before.configured(seed);
        let is_moved = before.address != record.address;
        let mut state = commit.draft.state(number)?.unwrap_or_default();
        if before != record {
            rename(commit, number, &before, &record)?;
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
        let founding = free_founding(seed.id.as_str(), &self.founding);
        self.founding.insert(founding.clone());
        let record = FeedRecord::new(seed, founding);
        write(commit, number, &record)?;
        self.due.add.push((number, self.now));
        let first_id = meaning::<FeedRecord, _>(&keys::feed(number), record.first_id())?;
        Ok((number, first_id))
    }

    /// Takes care of one feed that is not configured any more; `false` where none is left. What
    /// was promised to its host still holds.
    fn retire_one(&mut self, commit: &mut Commit<'_>) -> Result<bool, StoreError> {
        let Some((number, record)) = self.feeds.pop_first() else {
            return Ok(false);
        };
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
        Ok(true)
    }

    fn note_pause(&mut self, state: &FeedState) {
        if let Some((host, until)) = &state.schedule.host_pause
            && *until > self.now
        {
            let until = if until.since(self.now) > PAUSE_MAX {
                // Reckoned by a clock that was ahead.
                self.now.plus(PAUSE_DOUBTED)
            } else {
                *until
            };
            let pause = self.pauses.entry(host.clone()).or_insert(until);
            *pause = (*pause).max(until);
        }
    }
}

/// Writes a changed card. Readers see cards, so that every merged feed may look different.
fn rename(
    commit: &mut Commit<'_>,
    number: FeedNumber,
    before: &FeedRecord,
    after: &FeedRecord,
) -> Result<(), StoreError> {
    // The old id may be another feed's by now.
    let is_ours = commit.draft.feed_number(&before.id)? == Some(number);
    if before.id != after.id && is_ours {
        commit.draft.remove(keys::feed_id(&before.id));
    }
    let card = |record: &FeedRecord| {
        let FeedRecord {
            id,
            name,
            safe_url,
            tier,
            ..
        } = record.clone();
        (id, name, safe_url, tier)
    };
    if card(before) != card(after) {
        commit.cards_changed = true;
    }
    write(commit, number, after)
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
