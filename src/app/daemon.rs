//! The daemon from start to stop.
//!
//! Order of a start: the address is bound and the last snapshot served, then the control socket,
//! then the store, then polling; only then is systemd told that it is ready. Order of a stop:
//! polling ends, what was prepared is committed and published, readers are let finish, the store
//! is closed.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rand::rngs::StdRng;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinSet;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

use crate::app::error::AppError;
use crate::app::handler::ControlHandler;
use crate::app::session::{Session, Surroundings};
use crate::app::shared::{Current, Shared};
use crate::app::{notify, setup};
use crate::classify::Classifier;
use crate::clock::Clock;
use crate::config::{Config, Env};
use crate::control;
use crate::engine::shelf::Shelf;
use crate::model::rendered::SnapshotCell;
use crate::serve::{self, Health, ServeState};
use crate::store::StoreError;

/// First pause before the store is opened again.
const REOPEN_AFTER: Duration = Duration::from_secs(1);
/// Longest pause before the store is opened again.
const REOPEN_AFTER_MAX: Duration = Duration::from_mins(1);

/// Runs the daemon until SIGTERM or SIGINT.
///
/// # Errors
/// Why it could not start. A store that fails later is opened again for as long as it takes.
pub async fn run(
    config: Config,
    classifier: Arc<Classifier>,
    env: Env,
    clock: Arc<dyn Clock>,
    rng: Arc<Mutex<StdRng>>,
) -> Result<(), AppError> {
    let shutdown = CancellationToken::new();
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
    tasks.spawn(signals(shared.clone(), shutdown.clone()));
    info!(%listen, "listening on {listen}");
    let mut result = sessions(&shared, &surroundings, &shutdown).await;
    shutdown.cancel();
    while let Some(ended) = tasks.join_next().await {
        result = result
            .and(ended.unwrap_or_else(|panic| {
                Err(AppError::Failed(format!("a task panicked: {panic}")))
            }));
    }
    info!("stopped");
    result
}

async fn bind(config: &Config) -> Result<TcpListener, AppError> {
    let listen = config.daemon.listen;
    TcpListener::bind(listen).await.map_err(|error| {
        let hint = match error.kind() {
            std::io::ErrorKind::AddrInUse => "another program, perhaps another nuncio, has this port; stop it or set another daemon.listen",
            std::io::ErrorKind::PermissionDenied => "ports below 1024 need a privilege; set another daemon.listen",
            std::io::ErrorKind::AddrNotAvailable => "this machine does not have that address; set another daemon.listen",
            _ => "set another daemon.listen",
        };
        AppError::Failed(format!("cannot listen on {listen}: {error}\nhint: {hint}"))
    })
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
    let socket = control::bind(&control::socket_in(&runtime_dir))?;
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
    let mut pause = REOPEN_AFTER;
    let mut was_open = false;
    while !shutdown.is_cancelled() {
        let Current {
            config, classifier, ..
        } = shared.current();
        match Session::open(&config, classifier, surroundings).await {
            Ok(session) => {
                shared.opened(&session);
                notify::ready(&shared.status_line());
                info!(feeds = config.feeds.len(), "ready");
                (was_open, pause) = (true, REOPEN_AFTER);
                match session.run(shutdown.clone()).await {
                    Ok(()) => return Ok(()),
                    Err(error) => failed(shared, &error),
                }
            }
            Err(AppError::Store(error)) if was_open || is_passing(&error) => {
                failed(shared, &error);
            }
            Err(error) => return Err(error),
        }
        shutdown.run_until_cancelled(sleep(pause)).await;
        pause = (pause * 2).min(REOPEN_AFTER_MAX);
    }
    Ok(())
}

fn failed(shared: &Shared, error: &StoreError) {
    error!(error.kind = error.kind(), %error, "the store is not usable: {error}; what was published is served on, and it will be opened again");
    shared.closed(Some(error.to_string()));
    notify::status(&shared.status_line());
}

/// Whether a store that cannot be opened at the first start may open later by itself.
fn is_passing(error: &StoreError) -> bool {
    matches!(error, StoreError::Full { .. } | StoreError::Fatal(_))
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
            _ = hang_up.recv() => {
                notify::reloading();
                match shared.reload().await {
                    Ok(message) => info!("{message}"),
                    Err(error) => error!("the configuration was not reloaded, the old one stays in force:\n{error}"),
                }
                notify::ready(&shared.status_line());
            }
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
        Ok(Some(limit)) => limit,
        Ok(None) => return Ok(()),
        Err(error) => {
            warn!(%error, "no signs of life will be sent to systemd: {error}");
            return Ok(());
        }
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
