//! Who asked for a poll by hand, and what they are told.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, oneshot};

use crate::engine::committer::PollSummary;

/// What somebody who asked for a poll is told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Answer {
    /// It is done.
    Polled(PollSummary),
    /// Not now; it is queued, and its turn comes in about this long.
    Later(Hold, Duration),
}

/// Why a poll cannot begin now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Hold {
    /// Its host asked to be left alone.
    HostPaused,
    /// As many polls of its host wait as may.
    HostBusy,
    /// It failed last time, and as many of those wait as may.
    Failing,
}

/// Where an [`Answer`] goes.
pub type Reply = oneshot::Sender<Answer>;

/// A poll that is held, waiting or running, as those see it who want to know how it ends.
/// Dropped without an answer, it leaves them without one.
#[derive(Debug)]
pub struct Asked {
    hurry: Notify,
    /// `None` once they were told.
    replies: Mutex<Option<Vec<Reply>>>,
}

impl Asked {
    /// A poll that whoever listens at `reply` asked for.
    pub(super) fn new(reply: Option<Reply>) -> Self {
        Self {
            hurry: Notify::new(),
            replies: Mutex::new(Some(reply.into_iter().collect())),
        }
    }

    /// Somebody else wants to know, and not to wait longer than must be.
    ///
    /// # Errors
    /// Gives `reply` back where the poll has ended.
    pub(super) fn join(&self, reply: Reply) -> Result<(), Reply> {
        let mut replies = self.replies.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(replies) = replies.as_mut() else {
            return Err(reply);
        };
        replies.push(reply);
        self.hurry.notify_one();
        Ok(())
    }

    /// Waits until somebody asks for it by hand.
    pub(super) async fn hurried(&self) {
        self.hurry.notified().await;
    }

    /// Tells all who asked, who may have gone meanwhile.
    pub(super) fn tell(&self, answer: &Answer) {
        let mut replies = self.replies.lock().unwrap_or_else(PoisonError::into_inner);
        for reply in replies.take().into_iter().flatten() {
            drop(reply.send(answer.clone()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn all_who_ask_before_the_end_are_told_and_hurry_it() {
        let (first, of_first) = oneshot::channel();
        let (second, of_second) = oneshot::channel();
        let (late, _of_late) = oneshot::channel();
        let asked = Asked::new(Some(first));
        asked.join(second).unwrap();
        asked.hurried().await;
        let answer = Answer::Later(Hold::HostBusy, Duration::from_secs(9));
        asked.tell(&answer);
        assert_eq!(of_first.await.as_ref(), Ok(&answer));
        assert_eq!(of_second.await, Ok(answer));
        assert!(asked.join(late).is_err());
    }
}
