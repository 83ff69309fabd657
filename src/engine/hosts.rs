//! How often one host is asked: turns, requests at a time, pauses it asked for.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

/// Turns are booked ahead for at most this many polls of one host; the rest wait in the store,
/// so that a host with thousands of feeds does not fill the poller.
const HELD_MAX: usize = 64;
/// A poll that must wait longer than this goes back to the store.
pub const WAIT_MAX: Duration = Duration::from_secs(30);

/// What a poll of a host must do now.
#[derive(Debug)]
pub enum Turn {
    /// Start at this moment, with this permit for one of the host's requests once acquired.
    At(Instant, Seat),
    /// Go back to the store for about this long.
    Later(Duration),
}

/// A booked turn; giving it up makes room for another.
#[derive(Debug)]
pub struct Seat {
    book: Arc<HostBook>,
    host: String,
    running: Arc<Semaphore>,
}

impl Seat {
    /// Waits until the host has a request free.
    pub async fn start(&self) -> Option<OwnedSemaphorePermit> {
        self.running.clone().acquire_owned().await.ok()
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.book.leave(&self.host);
    }
}

/// Turns of every host that is being asked or asked to be left alone.
#[derive(Debug, Default)]
pub struct HostBook {
    hosts: Mutex<HashMap<String, HostTurns>>,
}

#[derive(Debug)]
struct HostTurns {
    next: Instant,
    paused_until: Option<Instant>,
    n_held: usize,
    running: Arc<Semaphore>,
}

impl HostBook {
    /// Books the next turn of `host`: `spacing` after the one before, after any pause.
    pub fn turn(self: &Arc<Self>, host: &str, spacing: Duration, at_a_time: usize) -> Turn {
        let now = Instant::now();
        let mut hosts = self.lock();
        let turns = hosts
            .entry(host.to_owned())
            .or_insert_with(|| HostTurns::new(now, at_a_time));
        let start = turns.next.max(turns.paused_until.unwrap_or(now)).max(now);
        let wait = start.duration_since(now);
        if turns.n_held >= HELD_MAX || wait > WAIT_MAX {
            return Turn::Later(wait.max(spacing));
        }
        turns.next = start + spacing;
        turns.n_held += 1;
        let running = turns.running.clone();
        drop(hosts);
        Turn::At(
            start,
            Seat {
                book: self.clone(),
                host: host.to_owned(),
                running,
            },
        )
    }

    /// How much longer `host` wants to be left alone, where it does.
    pub fn pause_left(&self, host: &str) -> Option<Duration> {
        let until = self.lock().get(host)?.paused_until?;
        let left = until.saturating_duration_since(Instant::now());
        (left > Duration::ZERO).then_some(left)
    }

    /// `host` asked to be left alone for `length`; a longer pause stands.
    pub fn pause(&self, host: &str, length: Duration) {
        let now = Instant::now();
        let until = now + length;
        let mut hosts = self.lock();
        let turns = hosts
            .entry(host.to_owned())
            .or_insert_with(|| HostTurns::new(now, 1));
        turns.paused_until = Some(turns.paused_until.map_or(until, |before| before.max(until)));
    }

    fn leave(&self, host: &str) {
        let now = Instant::now();
        let mut hosts = self.lock();
        let Some(turns) = hosts.get_mut(host) else {
            return;
        };
        turns.n_held = turns.n_held.saturating_sub(1);
        let is_paused = turns.paused_until.is_some_and(|until| until > now);
        if turns.n_held == 0 && turns.next <= now && !is_paused {
            hosts.remove(host);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, HostTurns>> {
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl HostTurns {
    fn new(now: Instant, at_a_time: usize) -> Self {
        Self {
            next: now,
            paused_until: None,
            n_held: 0,
            running: Arc::new(Semaphore::new(at_a_time.max(1))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn wait(turn: &Turn) -> Option<Duration> {
        match turn {
            Turn::At(start, _) => Some(start.duration_since(Instant::now())),
            Turn::Later(_) => None,
        }
    }

    #[tokio::test(start_paused = true)]
    async fn turns_of_one_host_are_spaced_and_others_do_not_wait() {
        let book = Arc::new(HostBook::default());
        let turns: Vec<Turn> = (0..3).map(|_| book.turn("a.org", SECOND, 2)).collect();
        assert_eq!(
            turns.iter().map(wait).collect::<Vec<_>>(),
            [Some(Duration::ZERO), Some(SECOND), Some(SECOND * 2)]
        );
        assert_eq!(wait(&book.turn("b.org", SECOND, 2)), Some(Duration::ZERO));
    }

    #[tokio::test(start_paused = true)]
    async fn a_paused_host_sends_its_polls_back() {
        let book = Arc::new(HostBook::default());
        book.pause("a.org", SECOND * 100);
        book.pause("a.org", SECOND * 10);
        assert_eq!(book.pause_left("a.org"), Some(SECOND * 100));
        assert!(matches!(book.turn("a.org", SECOND, 2), Turn::Later(wait) if wait == SECOND * 100));
        tokio::time::advance(SECOND * 100).await;
        assert_eq!(book.pause_left("a.org"), None);
        assert_eq!(wait(&book.turn("a.org", SECOND, 2)), Some(Duration::ZERO));
    }

    #[tokio::test(start_paused = true)]
    async fn a_host_with_thousands_of_feeds_holds_few() {
        let book = Arc::new(HostBook::default());
        let turns: Vec<Turn> = (0..1000)
            .map(|_| book.turn("a.org", SECOND / 100, 2))
            .collect();
        assert_eq!(
            turns.iter().filter(|turn| wait(turn).is_some()).count(),
            HELD_MAX
        );
        drop(turns);
        tokio::time::advance(SECOND * 60).await;
        drop(book.turn("a.org", Duration::ZERO, 2));
        assert!(book.lock().is_empty());
    }
}
