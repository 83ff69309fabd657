//! How often one host is asked: requests at a time, the time between two, pauses it asked for.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep_until};

/// Polls of one host that are held at once, waiting and running; the rest wait in the store, so
/// that a host with thousands of feeds fills neither the poller nor outlives its leases.
const HELD_MAX: u32 = 8;

/// The pace of one host, from the configuration.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pace {
    /// Time between the starts of two requests.
    pub spacing: Duration,
    /// Requests at a time.
    pub at_a_time: usize,
}

/// Whether a poll of a host may be held now.
#[derive(Debug)]
pub enum Turn {
    /// It may; [`Seat::start`] says when it may ask.
    Seat(Seat),
    /// Enough polls of this host are held: come back after about this long.
    Busy(Duration),
    /// The host asked to be left alone for this long.
    Paused(Duration),
}

/// A poll's place among those of its host; giving it up makes room for another.
#[derive(Debug)]
pub struct Seat {
    book: Arc<HostBook>,
    host: String,
    spacing: Duration,
    running: Arc<Semaphore>,
}

impl Seat {
    /// Waits until the host has a request free.
    pub async fn enter(&self) -> Option<OwnedSemaphorePermit> {
        self.running.clone().acquire_owned().await.ok()
    }

    /// Waits until the time between two requests has passed.
    ///
    /// # Errors
    /// How much longer the host wants to be left alone, where it has asked for it meanwhile.
    pub async fn start(&self) -> Result<(), Duration> {
        self.book.check_pause(&self.host)?;
        sleep_until(self.book.next_start(&self.host, self.spacing)).await;
        self.book.check_pause(&self.host)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.book.leave(&self.host);
    }
}

/// Every host that is being asked or has asked to be left alone.
#[derive(Debug, Default)]
pub struct HostBook {
    hosts: Mutex<HashMap<String, Host>>,
}

#[derive(Debug)]
struct Host {
    n_held: u32,
    next_start: Instant,
    /// When the next poll that finds the host busy may come back.
    next_return: Instant,
    paused_until: Option<Instant>,
    running: Arc<Semaphore>,
    at_a_time: usize,
}

impl Host {
    fn new(now: Instant) -> Self {
        Self {
            n_held: 0,
            next_start: now,
            next_return: now,
            paused_until: None,
            running: Arc::new(Semaphore::new(1)),
            at_a_time: 1,
        }
    }

    fn pause_left(&self, now: Instant) -> Option<Duration> {
        let left = self.paused_until?.saturating_duration_since(now);
        (left > Duration::ZERO).then_some(left)
    }
}

impl HostBook {
    /// Asks for a seat at `host`. Those that find it busy are sent back `spacing` apart, so
    /// that they do not all come again at once.
    pub fn turn(self: &Arc<Self>, host: &str, pace: Pace) -> Turn {
        let now = Instant::now();
        let mut hosts = self.lock();
        let entry = hosts
            .entry(host.to_owned())
            .or_insert_with(|| Host::new(now));
        if let Some(left) = entry.pause_left(now) {
            return Turn::Paused(left);
        }
        if entry.n_held >= HELD_MAX {
            entry.next_return = entry.next_return.max(now + pace.spacing * HELD_MAX) + pace.spacing;
            return Turn::Busy(entry.next_return - now);
        }
        if entry.at_a_time != pace.at_a_time {
            entry.running = Arc::new(Semaphore::new(pace.at_a_time.max(1)));
            entry.at_a_time = pace.at_a_time;
        }
        entry.n_held += 1;
        Turn::Seat(Seat {
            book: self.clone(),
            host: host.to_owned(),
            spacing: pace.spacing,
            running: entry.running.clone(),
        })
    }

    /// `host` asked to be left alone for `length`; a longer pause stands.
    pub fn pause(&self, host: &str, length: Duration) {
        let now = Instant::now();
        let until = now + length;
        let mut hosts = self.lock();
        let entry = hosts
            .entry(host.to_owned())
            .or_insert_with(|| Host::new(now));
        entry.paused_until = Some(entry.paused_until.map_or(until, |before| before.max(until)));
    }

    /// Hosts that want to be left alone, and for how long still.
    pub fn pauses(&self) -> HashMap<String, Duration> {
        let now = Instant::now();
        let hosts = self.lock();
        let paused = hosts.iter().filter_map(|(host, entry)| {
            let left = entry.pause_left(now)?;
            Some((host.clone(), left))
        });
        paused.collect()
    }

    fn check_pause(&self, host: &str) -> Result<(), Duration> {
        let hosts = self.lock();
        hosts
            .get(host)
            .and_then(|entry| entry.pause_left(Instant::now()))
            .map_or(Ok(()), Err)
    }

    /// The moment of the next request to `host`, which is thereby taken.
    fn next_start(&self, host: &str, spacing: Duration) -> Instant {
        let now = Instant::now();
        let mut hosts = self.lock();
        let entry = hosts
            .entry(host.to_owned())
            .or_insert_with(|| Host::new(now));
        let start = entry.next_start.max(now);
        entry.next_start = start + spacing;
        start
    }

    fn leave(&self, host: &str) {
        let now = Instant::now();
        let mut hosts = self.lock();
        let Some(entry) = hosts.get_mut(host) else {
            return;
        };
        entry.n_held = entry.n_held.saturating_sub(1);
        let is_idle = entry.n_held == 0 && entry.next_start <= now && entry.next_return <= now;
        if is_idle && entry.pause_left(now).is_none() {
            hosts.remove(host);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Host>> {
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);
    const PACE: Pace = Pace {
        spacing: SECOND,
        at_a_time: 2,
    };

    fn seat(book: &Arc<HostBook>, host: &str) -> Seat {
        match book.turn(host, PACE) {
            Turn::Seat(seat) => seat,
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn requests_of_one_host_are_spaced_and_others_do_not_wait() {
        let book = Arc::new(HostBook::default());
        let begin = Instant::now();
        let seats: Vec<Seat> = (0..3).map(|_| seat(&book, "a.org")).collect();
        for (seat, at) in seats.iter().zip(0..) {
            seat.start().await.unwrap();
            assert_eq!(begin.elapsed(), SECOND * at);
        }
        let begin = Instant::now();
        seat(&book, "b.org").start().await.unwrap();
        assert_eq!(begin.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn only_so_many_run_at_a_time_and_a_new_pace_holds_at_once() {
        let book = Arc::new(HostBook::default());
        let seats: Vec<Seat> = (0..3).map(|_| seat(&book, "a.org")).collect();
        let _first = seats[0].enter().await.unwrap();
        let _second = seats[1].enter().await.unwrap();
        assert!(
            tokio::time::timeout(SECOND, seats[2].enter())
                .await
                .is_err()
        );
        let Turn::Seat(seat) = book.turn(
            "a.org",
            Pace {
                at_a_time: 5,
                ..PACE
            },
        ) else {
            panic!()
        };
        assert!(tokio::time::timeout(SECOND, seat.enter()).await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_pause_stops_what_is_booked_and_what_comes() {
        let book = Arc::new(HostBook::default());
        let booked = seat(&book, "a.org");
        book.pause("a.org", SECOND * 100);
        book.pause("a.org", SECOND * 10);
        assert_eq!(booked.start().await, Err(SECOND * 100));
        assert!(matches!(book.turn("a.org", PACE), Turn::Paused(left) if left == SECOND * 100));
        tokio::time::advance(SECOND * 100).await;
        assert_eq!(booked.start().await, Ok(()));
    }

    #[tokio::test(start_paused = true)]
    async fn a_pause_that_comes_while_one_waits_its_turn_stops_it() {
        let book = Arc::new(HostBook::default());
        let seats: Vec<Seat> = (0..2).map(|_| seat(&book, "a.org")).collect();
        seats[0].start().await.unwrap();
        let waiting = seats[1].start();
        tokio::pin!(waiting);
        assert!(
            tokio::time::timeout(SECOND / 2, &mut waiting)
                .await
                .is_err()
        );
        book.pause("a.org", SECOND * 60);
        assert!(waiting.await.is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn a_host_with_thousands_of_feeds_holds_few_and_sends_the_rest_back_one_after_another() {
        let book = Arc::new(HostBook::default());
        let turns: Vec<Turn> = (0..1000).map(|_| book.turn("a.org", PACE)).collect();
        let n_seats = turns
            .iter()
            .filter(|turn| matches!(turn, Turn::Seat(_)))
            .count();
        assert_eq!(n_seats, 8);
        let waits: Vec<u64> = turns
            .iter()
            .filter_map(|turn| {
                if let Turn::Busy(wait) = turn {
                    Some(wait.as_secs())
                } else {
                    None
                }
            })
            .collect();
        assert_eq!(waits[..3], [9, 10, 11]);
        drop(turns);
        tokio::time::advance(SECOND * 2000).await;
        drop(seat(&book, "a.org"));
        assert!(book.lock().is_empty());
    }
}
