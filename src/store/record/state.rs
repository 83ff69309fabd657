//! What is remembered of a feed between polls.

use serde::{Deserialize, Serialize};

use super::codec::Record;
use super::codes::{key_kind_code, key_kind_of, outcome_code, outcome_of, reason_code, reason_of};
use crate::model::entry::EntryKey;
use crate::model::feed::{Conditional, FeedMemory, FeedState, LastPoll, ScheduleState};
use crate::model::outcome::Validators;
use crate::model::parsed::PublisherPace;
use crate::model::tally::Tally;
use crate::model::time::Timestamp;

/// Layout 2 of a feed's state; all times in ms.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct StateRecord {
    of_1: StateRecord1,
    title: Option<String>,
}

/// Layout 1, without the title.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct StateRecord1 {
    schedule: ScheduleRecord,
    conditional: ConditionalRecord,
    memory: MemoryRecord,
    last: LastRecord,
    later: LaterRecord,
}

impl Record for StateRecord {
    const NAME: &'static str = "state";
    const VERSION: u8 = 2;

    fn read_older(version: u8, body: &[u8]) -> Option<postcard::Result<(Self, &[u8])>> {
        let of_1 = |(of_1, rest)| (Self { of_1, title: None }, rest);
        (version == 1).then(|| postcard::take_from_bytes(body).map(of_1))
    }
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct ScheduleRecord {
    next_poll_ms: i64,
    reason: u8,
    n_failures: u32,
    failing_since_ms: Option<i64>,
    last_success_ms: Option<i64>,
    redirect: Option<(String, u32)>,
    moved_to: Option<String>,
    gone_since_ms: Option<i64>,
    stopped: bool,
    host_pause: Option<(String, i64)>,
    ttl_minutes: Option<u32>,
    skip_hours: Vec<u8>,
    skip_days: Vec<u8>,
    update_period_s: Option<u32>,
    verify_at_ms: Option<i64>,
    lies: bool,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct ConditionalRecord {
    url: String,
    validators: Option<ValidatorsRecord>,
    body: Option<([u8; 16], u16)>,
    unreadable: Option<String>,
}

/// Byte for byte as the server gave them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct ValidatorsRecord {
    etag: Option<Vec<u8>>,
    last_modified: Option<Vec<u8>>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct MemoryRecord {
    asked: Option<u8>,
    first_body_ms: Option<i64>,
    body_confirmed_ms: Option<i64>,
    /// Keys of the current body: the first, then the distance to each next one.
    body: Vec<u64>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct LastRecord {
    at_ms: Option<i64>,
    outcome: Option<u8>,
    error: Option<String>,
    tally: [u32; 11],
    total: [u32; 11],
    n_polls: u64,
}

/// Places kept for what the model has no words for yet, so that the layout need not change then:
/// written empty, and not given back.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
struct LaterRecord {
    /// How long the last poll took.
    poll_ms: Option<u32>,
    /// The interval that the feed's rhythm suggests.
    rhythm_s: Option<u32>,
    /// Days since 1970 of the last distinct bodies with entries, oldest first, at most 4.
    body_days: Vec<u32>,
}

impl From<&FeedState> for StateRecord {
    fn from(state: &FeedState) -> Self {
        let FeedState {
            schedule,
            conditional,
            memory,
            last,
            title,
        } = state;
        Self {
            of_1: StateRecord1 {
                schedule: schedule.into(),
                conditional: conditional.into(),
                memory: memory.into(),
                last: last.into(),
                later: LaterRecord::default(),
            },
            title: title.clone(),
        }
    }
}

impl StateRecord {
    /// The state; the error says what in it has no meaning.
    ///
    /// # Errors
    /// A code this program does not know.
    pub fn into_state(self) -> Result<FeedState, String> {
        let Self { of_1, title } = self;
        Ok(FeedState {
            schedule: of_1.schedule.into_schedule()?,
            conditional: of_1.conditional.into_conditional(),
            memory: of_1.memory.into_memory()?,
            last: of_1.last.into_last()?,
            title,
        })
    }

    /// When it is next due: read without the rest at every opening.
    pub fn next_poll(&self) -> Timestamp {
        Timestamp::from_millis(self.of_1.schedule.next_poll_ms)
    }
}

impl From<&ScheduleState> for ScheduleRecord {
    fn from(schedule: &ScheduleState) -> Self {
        let host_pause = schedule.host_pause.clone();
        Self {
            next_poll_ms: schedule.next_poll.as_millis(),
            reason: reason_code(schedule.reason),
            n_failures: schedule.n_failures,
            failing_since_ms: millis(schedule.failing_since),
            last_success_ms: millis(schedule.last_success),
            redirect: schedule.redirect.clone(),
            moved_to: schedule.moved_to.clone(),
            gone_since_ms: millis(schedule.gone_since),
            stopped: schedule.stopped,
            host_pause: host_pause.map(|(host, until)| (host, until.as_millis())),
            ttl_minutes: schedule.pace.ttl_minutes,
            skip_hours: schedule.pace.skip_hours.clone(),
            skip_days: schedule.pace.skip_days.clone(),
            update_period_s: schedule.pace.update_period_s,
            verify_at_ms: millis(schedule.verify_at),
            lies: schedule.lies,
        }
    }
}

impl ScheduleRecord {
    fn into_schedule(self) -> Result<ScheduleState, String> {
        Ok(ScheduleState {
            next_poll: Timestamp::from_millis(self.next_poll_ms),
            reason: reason_of(self.reason)?,
            n_failures: self.n_failures,
            failing_since: moment(self.failing_since_ms),
            last_success: moment(self.last_success_ms),
            redirect: self.redirect,
            moved_to: self.moved_to,
            gone_since: moment(self.gone_since_ms),
            stopped: self.stopped,
            host_pause: self
                .host_pause
                .map(|(host, until)| (host, Timestamp::from_millis(until))),
            pace: PublisherPace {
                ttl_minutes: self.ttl_minutes,
                skip_hours: self.skip_hours,
                skip_days: self.skip_days,
                update_period_s: self.update_period_s,
            },
            verify_at: moment(self.verify_at_ms),
            lies: self.lies,
        })
    }
}

impl From<&Conditional> for ConditionalRecord {
    fn from(conditional: &Conditional) -> Self {
        let validators = conditional.validators.clone();
        Self {
            url: conditional.url.clone(),
            validators: validators.map(|both| ValidatorsRecord {
                etag: both.etag,
                last_modified: both.last_modified,
            }),
            body: conditional.body,
            unreadable: conditional.unreadable.clone(),
        }
    }
}

impl ConditionalRecord {
    fn into_conditional(self) -> Conditional {
        Conditional {
            url: self.url,
            validators: self.validators.map(|both| Validators {
                etag: both.etag,
                last_modified: both.last_modified,
            }),
            body: self.body,
            unreadable: self.unreadable,
        }
    }
}

impl From<&FeedMemory> for MemoryRecord {
    fn from(memory: &FeedMemory) -> Self {
        let mut keys: Vec<u64> = memory.body.iter().map(|key| key.0).collect();
        keys.sort_unstable();
        keys.dedup();
        Self {
            asked: memory.asked.map(key_kind_code),
            first_body_ms: millis(memory.first_body),
            body_confirmed_ms: millis(memory.body_confirmed),
            body: deltas(&keys),
        }
    }
}

impl MemoryRecord {
    fn into_memory(self) -> Result<FeedMemory, String> {
        Ok(FeedMemory {
            asked: self.asked.map(key_kind_of).transpose()?,
            first_body: moment(self.first_body_ms),
            body_confirmed: moment(self.body_confirmed_ms),
            body: sums(&self.body).into_iter().map(EntryKey).collect(),
        })
    }
}

impl From<&LastPoll> for LastRecord {
    fn from(last: &LastPoll) -> Self {
        Self {
            at_ms: millis(last.at),
            outcome: last.outcome.map(outcome_code),
            error: last.error.clone(),
            tally: tally_parts(&last.tally),
            total: tally_parts(&last.total),
            n_polls: last.n_polls,
        }
    }
}

impl LastRecord {
    fn into_last(self) -> Result<LastPoll, String> {
        Ok(LastPoll {
            at: moment(self.at_ms),
            outcome: self.outcome.map(outcome_of).transpose()?,
            error: self.error,
            tally: tally_of(self.tally),
            total: tally_of(self.total),
            n_polls: self.n_polls,
        })
    }
}

fn tally_parts(tally: &Tally) -> [u32; 11] {
    let Tally {
        received,
        new,
        updated,
        unchanged,
        same_story,
        rejected,
        over_limit,
        announced,
        silent,
        filtered,
        backlog,
    } = *tally;
    [
        received, new, updated, unchanged, same_story, rejected, over_limit, announced, silent,
        filtered, backlog,
    ]
}

fn tally_of(parts: [u32; 11]) -> Tally {
    let [
        received,
        new,
        updated,
        unchanged,
        same_story,
        rejected,
        over_limit,
        announced,
        silent,
        filtered,
        backlog,
    ] = parts;
    Tally {
        received,
        new,
        updated,
        unchanged,
        same_story,
        rejected,
        over_limit,
        announced,
        silent,
        filtered,
        backlog,
    }
}

fn millis(at: Option<Timestamp>) -> Option<i64> {
    at.map(Timestamp::as_millis)
}

fn moment(millis: Option<i64>) -> Option<Timestamp> {
    millis.map(Timestamp::from_millis)
}

/// Ascending numbers as the first and the distances, which postcard writes in few bytes.
pub(super) fn deltas(ascending: &[u64]) -> Vec<u64> {
    let mut before = 0;
    ascending
        .iter()
        .map(|&value| value.wrapping_sub(std::mem::replace(&mut before, value)))
        .collect()
}

/// What [`deltas`] was given.
pub(super) fn sums(deltas: &[u64]) -> Vec<u64> {
    let mut sum = 0_u64;
    deltas
        .iter()
        .map(|&delta| {
            sum = sum.wrapping_add(delta);
            sum
        })
        .collect()
}
