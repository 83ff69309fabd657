//! The daemon from start to stop.
//!
//! Order of a start: the address is bound and the last snapshot served, then the control socket,
//! then the store, then polling; only then is systemd told that it is ready. Order of a stop:
//! polling ends, what was prepared is committed and published, readers are let finish, the store
//! is closed.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rand::rngs::StdRng;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

use crate::app::commands::output::with_causes;
use crate::app::error::AppError;
use crate::app::handler::ControlHandler;
use crate::app::session::{Session, Surroundings};
use crate::app::shared::{Current, Shared};
use crate::app::supervise::supervise;
use crate::app::{notify, setup};
use crate::classify::Classifier;
use crate::clock::Clock;
use crate::config::{Config, Env};
use crate::control::{self, ControlError};
use crate::engine::record::PollRecord;
use crate::engine::shelf::Shelf;
use crate::model::rendered::SnapshotCell;
use crate::serve::{self, Health, ServeState};
use crate::store::StoreError;

/// First pause before the store is opened again.
const REOPEN_AFTER: Duration = Duration::from_secs(1);
/// Longest pause before the store is opened again.
const REOPEN_AFTER_MAX: Duration = Duration::from_mins(1);
/// A session that ran this long has shown that the store is usable.
const RAN_WELL: Duration = Duration::from_mins(1);

/// What a program that runs the daemon inside itself tells it and hears of it; the default says
/// and hears nothing.
#[derive(Debug, Default)]
pub struct Attached {
    /// Ends the daemon, as SIGTERM does.
    pub shutdown: CancellationToken,
    /// Whether signals are that program's affair: the daemon hears none.
    pub hears_no_signals: bool,
    /// Told the address listened on, as soon as there is one.
    pub listening: Option<oneshot::Sender<SocketAddr>>,
    /// Told all of each poll.
    pub watcher: Option<mpsc::UnboundedSender<PollRecord>>,
}

/// Runs the daemon until SIGTERM or SIGINT, or until `attached` ends it.
///
/// # Errors
/// Why it could not start. A store that fails later is opened again for as long as it takes.
pub async fn run(
    config: Config,
    classifier: Arc<Classifier>,
    env: Env,
    clock: Arc<dyn Clock>,
    rng: Arc<Mutex<StdRng>>,
    attached: Attached,
) -> Result<(), AppError> {
    let shutdown = attached.shutdown;
    let listener = bind(&config).await?;
    let listen = listener.local_addr().map_err(|error| {
        AppError::Failed(format!("cannot tell the address listened on: {error}"))
    })?;
    let shelf = open_shelf(&config)?;
    let served = Arc::new(SnapshotCell::default());
    served.store(shelf.snapshot(setup::merged_names(&config)));
    info!(
        feeds = served.load().cards.len(),
        "serving what was published before"
    );
    let shared = Arc::new(Shared::new(
        config,
        classifier,
        env,
        clock.clone(),
        listen,
        served.clone(),
    ));
    let surroundings = Surroundings {
        clock,
        rng,
        served,
        shelf,
        progress: Arc::new(AtomicU64::new(0)),
        watcher: attached.watcher,
    };
    let mut tasks: JoinSet<Result<(), AppError>> = JoinSet::new();
    start_control(&mut tasks, &shared, &shutdown)?;
    let state = ServeState {
        snapshots: shared.served.clone(),
        health: shared.clone(),
        base_url: shared.current().config.daemon.base_url.clone(),
    };
    let reading = shutdown.clone();
    tasks.spawn(async move {
        serve::serve(listener, state, reading)
            .await
            .map_err(|error| AppError::Failed(format!("serving ended: {error}")))
    });
    tasks.spawn(watchdog(
        surroundings.progress.clone(),
        shared.clone(),
        shutdown.clone(),
    ));
    if !attached.hears_no_signals {
        tasks.spawn(signals(shared.clone(), shutdown.clone()));
    }
    info!(%listen, "listening on {listen}");
    if let Some(listening) = attached.listening {
        let _who_asked_may_be_gone = listening.send(listen);
    }
    notify::status(&shared.status_line());
    let sessions = sessions(&shared, &surroundings, &shutdown);
    let result = supervise(sessions, tasks, &shutdown).await;
    shared.settled().await;
    info!("stopped");
    result
}

async fn bind(config: &Config) -> Result<TcpListener, AppError> {
    let listen = config.daemon.listen;
    let bound = TcpListener::bind(listen).await;
    bound.map_err(|source| AppError::Listen { listen, source })
}

/// Opens the cache directory; shared with the one-time run.
///
/// # Errors
/// Where it cannot be made or is not writable.
pub fn open_shelf(config: &Config) -> Result<Shelf, AppError> {
    let dir = &config.daemon.cache_dir;
    Shelf::open(dir).map_err(|error| {
        AppError::Failed(format!(
            "cannot use the cache directory {}: {error}\nhint: make it writable for this user, or set another daemon.cache-dir",
            dir.display()
        ))
    })
}

fn start_control(
    tasks: &mut JoinSet<Result<(), AppError>>,
    shared: &Arc<Shared>,
    shutdown: &CancellationToken,
) -> Result<(), AppError> {
    let runtime_dir = shared.current().config.daemon.runtime_dir.clone();
    let socket = control::bind(&control::socket_in(&runtime_dir)).map_err(|error| match error {
        error @ ControlError::Io { .. } => AppError::Failed(format!(
            "{}\nhint: make {} writable for the user nuncio runs as, or set another daemon.state-dir",
            with_causes(&error),
            runtime_dir.display()
        )),
        error => error.into(),
    })?;
    let handler = Arc::new(ControlHandler::new(shared.clone()));
    let shutdown = shutdown.clone();
    tasks.spawn(async move { Ok(control::serve(socket, handler, shutdown).await?) });
    Ok(())
}

/// One session after another, until shut down. Only the first may fail for good.
async fn sessions(
    shared: &Arc<Shared>,
    surroundings: &Surroundings,
    shutdown: &CancellationToken,
) -> Result<(), AppError> {
    let mut pauses = Pauses(REOPEN_AFTER);
    let mut was_open = false;
    while !shutdown.is_cancelled() {
        let mut ran = Duration::ZERO;
        match open(shared, surroundings).await {
            Ok(session) => {
                notify::ready(&shared.status_line());
                info!("ready: {}", shared.status_line());
                was_open = true;
                let began = Instant::now();
                match session.run(shutdown.clone()).await {
                    Ok(()) => return Ok(()),
                    Err(error) => failed(shared, &error.into()),
                }
                ran = began.elapsed();
            }
            Err(error) if was_open || is_passing(&error) => failed(shared, &error),
            Err(error) => return Err(error),
        }
        shutdown.run_until_cancelled(sleep(pauses.after(ran))).await;
    }
    Ok(())
}

/// Opens a session by the configuration in force, and again by the one that a reload put in
/// force meanwhile.
async fn open(shared: &Arc<Shared>, surroundings: &Surroundings) -> Result<Session, AppError> {
    let Current {
        config, classifier, ..
    } = shared.current();
    let session = Session::open(&config, classifier, surroundings).await?;
    if let Err(error) = shared.opened(&session, &config).await {
        session.close().await;
        return Err(error);
    }
    Ok(session)
}

/// Pauses before the store is opened again: each twice the one before, from the start where the
/// last session ran well. A store that opens and fails at once is not opened every second.
struct Pauses(Duration);

impl Pauses {
    fn after(&mut self, ran: Duration) -> Duration {
        if ran >= RAN_WELL {
            self.0 = REOPEN_AFTER;
        }
        let pause = self.0;
        self.0 = (pause * 2).min(REOPEN_AFTER_MAX);
        pause
    }
}

fn failed(shared: &Shared, error: &AppError) {
    let kind = match error {
        AppError::Store(error) => error.kind(),
        _ => "setup",
    };
    error!(error.kind = kind, %error, "the store is not usable: {error}; what was published is served on, and it will be opened again");
    shared.closed(Some(error.to_string()));
    notify::status(&shared.status_line());
}

/// Whether a store that cannot be opened at the first start may open later by itself.
fn is_passing(error: &AppError) -> bool {
    matches!(
        error,
        AppError::Store(StoreError::Full { .. } | StoreError::Fatal(_))
    )
}

/// SIGTERM and SIGINT end the daemon; SIGHUP makes it read its configuration again.
async fn signals(shared: Arc<Shared>, shutdown: CancellationToken) -> Result<(), AppError> {
    let handler = |kind| {
        signal(kind).map_err(|error| AppError::Failed(format!("cannot handle signals: {error}")))
    };
    let mut terminate = handler(SignalKind::terminate())?;
    let mut interrupt = handler(SignalKind::interrupt())?;
    let mut hang_up = handler(SignalKind::hangup())?;
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return Ok(()),
            _ = terminate.recv() => stop(&shutdown, "SIGTERM"),
            _ = interrupt.recv() => stop(&shutdown, "SIGINT"),
            // Not waited for: SIGTERM is heard during a reload too.
            _ = hang_up.recv() => drop(shared.reload()),
        }
    }
}

fn stop(shutdown: &CancellationToken, why: &str) {
    info!("stopping at {why}");
    notify::stopping();
    shutdown.cancel();
}

/// Tells systemd of life only where polling made progress, or where the store is being opened
/// again, which can take as long as it takes.
async fn watchdog(
    progress: Arc<AtomicU64>,
    shared: Arc<Shared>,
    shutdown: CancellationToken,
) -> Result<(), AppError> {
    let limit = match shared.env.watchdog(std::process::id()) {
        Ok(limit) => limit,
        Err(error) => {
            warn!(%error, "no signs of life will be sent to systemd: {error}");
            None
        }
    };
    let Some(limit) = limit else {
        shutdown.cancelled().await;
        return Ok(());
    };
    let mut seen = u64::MAX;
    while shutdown
        .run_until_cancelled(sleep(limit / 3))
        .await
        .is_some()
    {
        let now = progress.load(Ordering::Relaxed);
        if now != seen || !shared.ready() {
            notify::alive();
        }
        seen = now;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_that_fails_as_soon_as_it_is_open_is_opened_ever_more_rarely() {
        let mut pauses = Pauses(REOPEN_AFTER);
        let mut after = |ran: u64| pauses.after(Duration::from_secs(ran)).as_secs();
        let at_once: Vec<u64> = (0..8).map(|_| after(2)).collect();
        assert_eq!(at_once, [1, 2, 4, 8, 16, 32, 60, 60]);
        assert_eq!([after(60), after(0)], [1, 2]);
    }
}
