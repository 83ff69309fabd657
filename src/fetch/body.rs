//! Reading a body under its limits, and keeping all bodies together under theirs.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use reqwest::Response;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

const MIB: usize = 1024 * 1024;

/// A body up to this size needs no leave: 64 requests of this size are 32 MiB.
const SMALL_BYTES: usize = MIB / 2;

/// Larger bodies together get this; with the small ones they make 64 MiB.
const LARGE_SHARE_BYTES: usize = 32 * MIB;

/// Why a body was not read.
#[derive(Debug)]
pub(super) enum BodyTrouble {
    /// More than the limit, in bytes; what was announced, where it was.
    TooLarge {
        /// `Content-Length`.
        announced: Option<u64>,
    },
    /// Nothing came for so long.
    Stalled(Duration),
    /// The connection or the protocol failed.
    Broken(reqwest::Error),
}

/// How far a body has come: what a time-out says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Progress {
    /// So many bytes so far.
    Reading(usize),
    /// Waiting for other large bodies to be dealt with.
    Queued,
}

/// Limits of one body, and leave for large ones.
pub(super) struct BodyLimits {
    max_bytes: usize,
    read_timeout: Duration,
    large: Arc<Semaphore>,
}

impl BodyLimits {
    pub(super) fn new(max_bytes: usize, read_timeout: Duration) -> Self {
        let n_large = (LARGE_SHARE_BYTES / max_bytes.max(1)).clamp(1, LARGE_SHARE_BYTES / MIB);
        Self {
            max_bytes,
            read_timeout,
            large: Arc::new(Semaphore::new(n_large)),
        }
    }

    /// Largest body in bytes.
    pub(super) fn max_bytes(&self) -> usize {
        self.max_bytes
    }

    /// Reads the whole body of `response`, telling `progress` how far it is.
    ///
    /// A body that grows large waits for leave while it holds little, and then holds one leave
    /// for all it can become: nobody waits for a second one, so nobody waits for ever.
    pub(super) async fn read(
        &self,
        response: &mut Response,
        progress: &mut Progress,
    ) -> Result<Bytes, BodyTrouble> {
        let announced = response.content_length();
        let is_over = |n_bytes: usize| n_bytes > self.max_bytes;
        if announced.is_some_and(|n| usize::try_from(n).map_or(true, is_over)) {
            return Err(BodyTrouble::TooLarge { announced });
        }
        let mut held = Held::default();
        while let Some(piece) = self.piece(response).await? {
            let n_bytes = held.bytes.len().saturating_add(piece.len());
            if is_over(n_bytes) {
                return Err(BodyTrouble::TooLarge { announced });
            }
            if n_bytes > SMALL_BYTES && held.leave.is_none() {
                *progress = Progress::Queued;
                held.leave = Arc::clone(&self.large).acquire_owned().await.ok();
            }
            held.bytes.extend_from_slice(&piece);
            *progress = Progress::Reading(n_bytes);
        }
        Ok(held.into_bytes())
    }

    async fn piece(&self, response: &mut Response) -> Result<Option<Bytes>, BodyTrouble> {
        match timeout(self.read_timeout, response.chunk()).await {
            Ok(Ok(piece)) => Ok(piece),
            Ok(Err(error)) => Err(BodyTrouble::Broken(error)),
            Err(_elapsed) => Err(BodyTrouble::Stalled(self.read_timeout)),
        }
    }
}

/// A body with its leave: both end together, wherever the bytes travel.
#[derive(Default)]
struct Held {
    bytes: Vec<u8>,
    leave: Option<OwnedSemaphorePermit>,
}

impl Held {
    fn into_bytes(mut self) -> Bytes {
        self.bytes.shrink_to_fit();
        match self.leave {
            Some(_) => Bytes::from_owner(self),
            None => Bytes::from(self.bytes),
        }
    }
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_bodies_share_32_mib() {
        let n_large = |max_bytes| {
            let limits = BodyLimits::new(max_bytes, Duration::ZERO);
            limits.large.available_permits()
        };
        assert_eq!(n_large(10 * MIB), 3);
        assert_eq!(n_large(16 * MIB), 2);
        assert_eq!(n_large(usize::MAX), 1);
        assert_eq!(n_large(0), 32);
    }

    #[test]
    fn a_large_body_keeps_its_leave_until_its_last_clone_is_dropped() {
        let large = Arc::new(Semaphore::new(1));
        let held = Held {
            bytes: vec![7; 9],
            leave: Arc::clone(&large).try_acquire_owned().ok(),
        };
        let body = held.into_bytes();
        let clone = body.slice(1..3);
        drop(body);
        assert_eq!(large.available_permits(), 0);
        drop(clone);
        assert_eq!(large.available_permits(), 1);
    }
}
