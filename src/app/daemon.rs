//! The daemon from start to stop.
//!
//! Order of a start: the address is bound and the last snapshot served, then the control socket,
//! then the store, then polling; only then is systemd told that it is ready. Order of a stop:
//! polling ends, what was prepared is committed and published, readers are let finish, the store
//! is closed.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
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
use crate::app::{notify, setup};
use crate::classify::Classifier;
use crate::clock::Clock;
use crate::config::{Config, Env};
use crate::control;
use crate::engine::shelf::Shelf;
use crate::model::rendered::SnapshotCell;
use crate::model::time::Timestamp;
use crate::serve::{self, Health, ServeState};
use crate::store::StoreError;

/// First pause before the store is opened again.
const REOPEN_AFTER: Duration = Duration::from_secs(1);
/// Longest pause before the store is opened again.
const REOPEN_AFTER_MAX: Duration = Duration::from_mins(1);

/// A session's handles for whoever asks from outside.
#[derive(Clone)]
pub struct OpenSession {
    /// The store.
    pub store: Arc<dyn crate::store::Store>,
    /// Where a new setup is put.
    pub setup: tokio::sync::watch::Sender<Arc<crate::engine::Setup>>,
    /// Where the poller takes commands.
    pub commands: tokio::sync::mpsc::Sender<crate::engine::Command>,
}

/// What the parts of the running daemon share.
pub struct Shared {
    /// The configuration file.
    pub path: PathBuf,
    /// The process environment.
    pub env: Env,
    /// Wall time.
    pub clock: Arc<dyn Clock>,
    /// When the process started.
    pub since: Timestamp,
    /// Address served on.
    pub listen: SocketAddr,
    /// What is served.
    pub served: Arc<SnapshotCell>,
    current: Mutex<Current>,
    reloading: tokio::sync::Mutex<()>,
}

/// What changes while the daemon runs.
#[derive(Clone)]
pub struct Current {
    /// The configuration in force.
    pub config: Arc<Config>,
    /// Its compiled rules.
    pub classifier: Arc<Classifier>,
    /// When it was read.
    pub config_read: Timestamp,
    /// The open store, where it is open.
    pub session: Option<OpenSession>,
    /// Why it is not.
    pub store_error: Option<String>,
}

impl Shared {
    /// What is in force now.
    pub fn current(&self) -> Current {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Current> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn opened(&self, session: &Session) {
        let mut current = self.lock();
        current.session = Some(OpenSession {
            store: session.store.clone(),
            setup: session.setup.clone(),
            commands: session.commands.clone(),
        });
        current.store_error = None;
    }

    fn closed(&self, why: Option<String>) {
        let mut current = self.lock();
        current.session = None;
        current.store_error = why;
    }

    fn status_line(&self) -> String {
        let current = self.lock();
        let n_feeds = current
            .config
            .feeds
            .iter()
            .filter(|feed| feed.enabled)
            .count();
        match &current.store_error {
            None => format!("{n_feeds} feeds; listening on {}", self.listen),
            Some(error) => format!("store not open: {error}; listening on {}", self.listen),
        }
    }

    /// Reads the configuration again and puts it in force, or changes nothing.
    ///
    /// # Errors
    /// What is wrong with the file, in full.
    pub async fn reload(&self) -> Result<String, AppError> {
        let _one_at_a_time = self.reloading.lock().await;
        let (path, env) = (self.path.clone(), self.env.clone());
        let loading = tokio::task::spawn_blocking(move || {
            let (config, classifier) = setup::load(&path, &env)?;
            setup::run_tests(&config, &classifier)?;
            Ok::<_, AppError>((config, classifier))
        });
        let (config, classifier) = loading.await.map_err(|panic| {
            AppError::Failed(format!("reading the configuration panicked: {panic}"))
        })??;
        let before = self.current();
        let session = before.session.filter(|_| before.store_error.is_none());
        if let Some(session) = &session {
            let (setup, _) = setup::setup(
                &config,
                classifier.clone(),
                &*session.store,
                self.clock.clone(),
            )
            .await?;
            session.setup.send_replace(Arc::new(setup));
        }
        let n_feeds = config.feeds.iter().filter(|feed| feed.enabled).count();
        let later: Vec<String> = needs_restart(&before.config, &config)
            .iter()
            .map(|key| format!("; {key} takes effect at the next start"))
            .collect();
        let later = later.concat();
        let message = format!("reloaded {}: {n_feeds} feeds{later}", self.path.display());
        let mut current = self.lock();
        current.config = Arc::new(config);
        current.classifier = classifier;
        current.config_read = self.clock.now();
        Ok(message)
    }
}

impl Health for Shared {
    fn ready(&self) -> bool {
        self.lock().session.is_some()
    }

    fn status_line(&self) -> String {
        Self::status_line(self)
    }
}

/// Keys that are read only at a start and have changed.
fn needs_restart(before: &Config, after: &Config) -> Vec<&'static str> {
    let (old, new) = (&before.daemon, &after.daemon);
    let changed = [
        ("daemon.listen", old.listen != new.listen),
        ("daemon.base-url on the pages", old.base_url != new.base_url),
        ("daemon.state-dir", old.state_dir != new.state_dir),
        ("daemon.cache-dir", old.cache_dir != new.cache_dir),
        ("[store]", before.store != after.store),
    ];
    changed
        .into_iter()
        .filter(|(_, changed)| *changed)
        .map(|(key, _)| key)
        .collect()
}

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
    let shared = Arc::new(Shared {
        path: config.path.clone(),
        env,
        clock: clock.clone(),
        since: clock.now(),
        listen,
        served: served.clone(),
        current: Mutex::new(Current {
            config_read: clock.now(),
            config: Arc::new(config),
            classifier,
            session: None,
            store_error: Some("opening".to_owned()),
        }),
        reloading: tokio::sync::Mutex::new(()),
    });
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
