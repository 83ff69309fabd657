//! The sample feeds on a local server, which also knows in which round each was last asked for.

use std::collections::HashMap;
use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::header::{CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use http::{HeaderMap, StatusCode};
use tokio::net::TcpListener;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::app::commands::demo::samples::{Manner, Sample, sample};
use crate::app::commands::demo::timeline::document;
use crate::app::error::AppError;
use crate::model::time::Timestamp;

/// How long the slow server takes when it is well.
const SLOW: Duration = Duration::from_millis(500);
/// How long it takes in [`STALLED_ROUND`]: longer than anybody waits for it.
const STALLED: Duration = Duration::from_mins(1);
/// The round in which the slow server does not answer in time.
const STALLED_ROUND: u32 = 3;

/// What is served now.
#[derive(Debug)]
pub(super) struct Rounds {
    start: Timestamp,
    now: AtomicU32,
    asked: Mutex<HashMap<&'static str, u32>>,
}

impl Rounds {
    /// The first round of a demo that begins at `start`.
    pub(super) fn new(start: Timestamp) -> Self {
        Self {
            start,
            now: AtomicU32::new(1),
            asked: Mutex::default(),
        }
    }

    /// The round that is served.
    pub(super) fn now(&self) -> u32 {
        self.now.load(Ordering::SeqCst)
    }

    /// Serves the next round from now on, and gives its number.
    pub(super) fn next(&self) -> u32 {
        self.now.fetch_add(1, Ordering::SeqCst) + 1
    }

    /// The round in which the feed was last asked for; 0 where it never was.
    pub(super) fn last_asked(&self, feed: &str) -> u32 {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.get(feed).copied().unwrap_or(0)
    }

    fn ask(&self, sample: &'static Sample) -> u32 {
        let round = self.now();
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.insert(sample.id, round);
        round
    }
}

/// Binds a free port of the loopback interface.
///
/// # Errors
/// Where there is none.
pub(super) async fn bind() -> Result<TcpListener, AppError> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .await
        .map_err(|error| {
            AppError::Failed(format!(
                "cannot serve the sample feeds on 127.0.0.1: {error}"
            ))
        })
}

/// Serves the sample feeds until `shutdown`.
///
/// # Errors
/// Where the listener fails.
pub(super) async fn serve(
    listener: TcpListener,
    rounds: Arc<Rounds>,
    shutdown: CancellationToken,
) -> Result<(), AppError> {
    let router = Router::new()
        .route("/{feed}", get(feed))
        .with_state((rounds, shutdown.clone()));
    axum::serve(listener, router)
        .with_graceful_shutdown(shutdown.cancelled_owned())
        .await
        .map_err(|error| AppError::Failed(format!("serving the sample feeds ended: {error}")))
}

async fn feed(
    State((rounds, shutdown)): State<(Arc<Rounds>, CancellationToken)>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let Some(sample) = sample(&id) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let round = rounds.ask(sample);
    if sample.manner == Manner::Slow {
        let pause = if round == STALLED_ROUND {
            STALLED
        } else {
            SLOW
        };
        shutdown.run_until_cancelled(sleep(pause)).await;
    }
    answer(
        sample,
        document(sample.script, round, rounds.start),
        &headers,
    )
}

fn answer(sample: &Sample, document: Vec<u8>, headers: &HeaderMap) -> Response {
    let media_type = (CONTENT_TYPE, sample.media_type.to_owned());
    if sample.manner == Manner::Forgetful {
        return ([media_type], document).into_response();
    }
    let etag = format!("\"{}\"", blake3::hash(&document).to_hex());
    let is_known = headers
        .get(IF_NONE_MATCH)
        .is_some_and(|known| known.as_bytes() == etag.as_bytes());
    if is_known {
        (StatusCode::NOT_MODIFIED, [(ETAG, etag)]).into_response()
    } else {
        ([media_type, (ETAG, etag)], document).into_response()
    }
}
