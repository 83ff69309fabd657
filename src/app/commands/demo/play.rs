//! One daemon being watched, round by round.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::{Instant, interval};

use crate::app::commands::demo::event::Teller;
use crate::app::commands::demo::expect;
use crate::app::commands::demo::observed::{Explained, Observed, slug};
use crate::app::commands::demo::reader::Reader;
use crate::app::commands::demo::samples::SAMPLES;
use crate::app::commands::demo::screen::Screen;
use crate::app::commands::demo::stage::{Running, Stage};
use crate::app::error::AppError;
use crate::engine::record::PollRecord;

/// A round in which not every feed has been polled by then has failed.
const ROUND_MAX: Duration = Duration::from_secs(30);
/// What was committed is waited for so long before it counts as not published.
const PUBLISHED_MAX: Duration = Duration::from_secs(15);
/// Between two looks at what changes by itself.
const GLANCE: Duration = Duration::from_millis(100);

/// Whether the viewer wants more.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Flow {
    /// Yes.
    On,
    /// No: Ctrl-C, SIGTERM, or the terminal is gone.
    Stopped,
}

/// Hears that the viewer wants no more.
pub(super) struct Stop {
    signals: [Signal; 3],
}

impl Stop {
    /// Hears Ctrl-C, SIGTERM and the end of the terminal from now on.
    ///
    /// # Errors
    /// Where signals cannot be heard.
    pub(super) fn new() -> Result<Self, AppError> {
        let hear = |kind| {
            signal(kind)
                .map_err(|error| AppError::Failed(format!("cannot handle signals: {error}")))
        };
        Ok(Self {
            signals: [
                hear(SignalKind::interrupt())?,
                hear(SignalKind::terminate())?,
                hear(SignalKind::hangup())?,
            ],
        })
    }

    async fn heard(&mut self) {
        let [interrupt, terminate, hang_up] = &mut self.signals;
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hang_up.recv() => {}
        }
    }
}

/// One daemon being watched.
pub(super) struct Play<'a> {
    stage: &'a Stage,
    running: Running,
    reader: Reader,
    teller: Teller,
    stop: &'a mut Stop,
    /// Feeds not yet polled in this round.
    pending: BTreeSet<&'static str>,
    /// What the last poll of a feed came to in this round, where the feed was not reached.
    missed: BTreeMap<String, String>,
    /// What the viewer sees.
    pub(super) screen: &'a mut Screen,
    /// What was seen.
    pub(super) observed: Observed,
}

impl<'a> Play<'a> {
    /// Starts the daemon.
    ///
    /// # Errors
    /// Why it did not start.
    pub(super) async fn begin(
        stage: &'a Stage,
        screen: &'a mut Screen,
        stop: &'a mut Stop,
    ) -> Result<Self, AppError> {
        let running = stage.start().await?;
        let teller = Teller::new(Arc::clone(&running.rules));
        Ok(Self {
            reader: stage.reader(&running)?,
            stage,
            running,
            teller,
            stop,
            pending: BTreeSet::new(),
            missed: BTreeMap::new(),
            screen,
            observed: Observed::default(),
        })
    }

    /// Where the daemon serves.
    pub(super) fn address(&self) -> SocketAddr {
        self.running.address
    }

    /// Watches until every feed has been polled in this round, and at least `at_least`.
    ///
    /// # Errors
    /// Where the daemon ends, or a feed is not polled in time.
    pub(super) async fn round(&mut self, at_least: Duration) -> Result<Flow, AppError> {
        self.pending = SAMPLES.iter().map(|sample| sample.id).collect();
        self.missed.clear();
        let began = Instant::now();
        let mut glances = interval(GLANCE);
        while !self.pending.is_empty() || began.elapsed() < at_least {
            if !self.pending.is_empty() && began.elapsed() > ROUND_MAX {
                return Err(AppError::Failed(unread(&self.pending, &self.missed)));
            }
            tokio::select! {
                flow = self.next() => if flow? == Flow::Stopped {
                    return Ok(Flow::Stopped);
                },
                _ = glances.tick() => self.screen.refresh(),
            }
        }
        Ok(Flow::On)
    }

    /// Watches until it is stopped.
    ///
    /// # Errors
    /// Where the daemon ends.
    pub(super) async fn stopped(&mut self) -> Result<(), AppError> {
        let mut glances = interval(GLANCE);
        loop {
            tokio::select! {
                flow = self.next() => if flow? == Flow::Stopped {
                    return Ok(());
                },
                _ = glances.tick() => self.screen.refresh(),
            }
        }
    }

    /// The next poll, or the end.
    async fn next(&mut self) -> Result<Flow, AppError> {
        tokio::select! {
            biased;
            () = self.stop.heard() => Ok(Flow::Stopped),
            record = self.running.next() => match record? {
                Some(record) => {
                    self.take(&record);
                    Ok(Flow::On)
                }
                None => Ok(Flow::Stopped),
            },
        }
    }

    fn take(&mut self, record: &PollRecord) {
        let feed = record.summary.feed.as_str();
        let round = self.stage.rounds.last_asked(feed);
        if round == self.stage.rounds.now() {
            self.pending.remove(feed);
        } else {
            let error = record.summary.error.as_deref().unwrap_or_default();
            let outcome = format!("{}: {error}", record.summary.kind.name());
            self.missed.insert(feed.to_owned(), outcome);
        }
        let told = self.teller.tell(record);
        self.observed.keep(round, record, &told, &self.teller);
        self.screen.tell(record, told.events());
    }

    /// Reads until the merged feeds show what is expected, or it is too late for that.
    pub(super) async fn published(&mut self) {
        let began = Instant::now();
        let mut glances = interval(GLANCE);
        loop {
            glances.tick().await;
            self.reader.look().await;
            self.observed.shown = self.reader.stories();
            self.observed.astray = self.reader.astray();
            let is_all =
                expect::stories(&self.observed.shown).is_empty() && self.observed.astray.is_empty();
            if is_all || began.elapsed() > PUBLISHED_MAX {
                return;
            }
        }
    }

    /// Keeps what a reader gets at this moment.
    pub(super) async fn keep_documents(&mut self, moment: &'static str) {
        self.reader.look().await;
        let documents = self.reader.documents().clone();
        self.observed.documents.push((moment, documents));
    }

    /// Asks the daemon to explain everything it has seen.
    ///
    /// # Errors
    /// Where it does not answer.
    pub(super) async fn explain(&mut self) -> Result<(), AppError> {
        let links: BTreeSet<String> = self
            .observed
            .entries
            .iter()
            .map(|entry| entry.link.clone())
            .collect();
        for link in links {
            for it in self.stage.explain(&link).await? {
                self.observed.explained.push(Explained {
                    slug: slug(it.link.as_deref().unwrap_or_default()),
                    feed: it.feed,
                    verdict: it.verdict,
                    n_sources: it.n_members,
                });
            }
        }
        Ok(())
    }

    /// Stops the daemon, keeps what it leaves, and starts another on that.
    ///
    /// # Errors
    /// Where it does not stop in order, or not start again.
    pub(super) async fn restart(&mut self) -> Result<(), AppError> {
        self.end().await?;
        self.running = self.stage.start().await?;
        self.reader = self.stage.reader(&self.running)?;
        Ok(())
    }

    /// Stops the daemon and keeps what it leaves.
    ///
    /// # Errors
    /// Where it does not stop in order.
    pub(super) async fn end(&mut self) -> Result<(), AppError> {
        self.running.stop();
        while let Some(record) = self.running.next().await? {
            self.take(&record);
        }
        let doubled = self.reader.doubled().iter().cloned();
        self.observed.doubled.extend(doubled);
        let shelved = self.stage.shelved()?;
        self.observed
            .documents
            .push(("as a restart would serve it", shelved));
        Ok(())
    }
}

/// Why a round did not end: what the last polls of the feeds that were not reached came to, the
/// same once.
fn unread(pending: &BTreeSet<&str>, missed: &BTreeMap<String, String>) -> String {
    let mut feeds: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for feed in pending {
        let outcome = missed.get(*feed).map_or("not polled", String::as_str);
        feeds.entry(outcome).or_default().push(feed);
    }
    let lines = feeds
        .iter()
        .map(|(outcome, feeds)| format!("\n  {outcome} ({})", feeds.join(", ")));
    format!(
        "{} of {} sample feeds were not reached within {} s:{}",
        pending.len(),
        SAMPLES.len(),
        ROUND_MAX.as_secs(),
        lines.collect::<String>()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_round_that_does_not_end_says_what_the_polls_came_to() {
        let pending = BTreeSet::from(["almanac", "courrier", "vestnik"]);
        let refused = "connect: nothing listens at 127.0.0.1:1".to_owned();
        let missed =
            BTreeMap::from(["almanac", "vestnik"].map(|feed| (feed.to_owned(), refused.clone())));
        assert_eq!(
            unread(&pending, &missed),
            "3 of 14 sample feeds were not reached within 30 s:\n  \
             connect: nothing listens at 127.0.0.1:1 (almanac, vestnik)\n  \
             not polled (courrier)"
        );
    }
}
