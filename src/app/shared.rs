//! What the parts of the running daemon share: the configuration in force, the open store, and
//! the reload that replaces the one without touching the other.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio_util::task::TaskTracker;
use tracing::{error, info};

use crate::app::error::AppError;
use crate::app::session::Session;
use crate::app::{notify, setup};
use crate::classify::Classifier;
use crate::clock::Clock;
use crate::config::{Config, Env};
use crate::engine::hosts::HostBook;
use crate::engine::{Command, Setup};
use crate::fetch::HttpClient;
use crate::model::rendered::SnapshotCell;
use crate::model::time::Timestamp;
use crate::serve::Health;
use crate::store::{Store, StoreError};

/// A session's handles for whoever asks from outside.
#[derive(Clone)]
pub struct OpenSession {
    /// The store.
    pub store: Arc<dyn Store>,
    /// Where a new setup is put.
    pub setup: watch::Sender<Arc<Setup>>,
    /// Where the poller takes commands.
    pub commands: mpsc::Sender<Command>,
    /// Hosts that want to be left alone.
    pub hosts: Arc<HostBook>,
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
    tasks: TaskTracker,
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
    /// Whether the store was ever open: systemd has been told that the daemon is ready.
    pub was_ready: bool,
}

impl Shared {
    /// What a daemon that is about to open its store shares.
    pub(super) fn new(
        config: Config,
        classifier: Arc<Classifier>,
        env: Env,
        clock: Arc<dyn Clock>,
        listen: SocketAddr,
        served: Arc<SnapshotCell>,
    ) -> Self {
        Self {
            path: config.path.clone(),
            env,
            since: clock.now(),
            listen,
            served,
            current: Mutex::new(Current {
                config_read: clock.now(),
                config: Arc::new(config),
                classifier,
                session: None,
                store_error: Some("opening".to_owned()),
                was_ready: false,
            }),
            reloading: tokio::sync::Mutex::new(()),
            tasks: TaskTracker::new(),
            clock,
        }
    }

    /// What is in force now.
    pub fn current(&self) -> Current {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Current> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands an open session to whoever asks from outside. `config` is what it was opened with:
    /// where a reload came in between, the session goes by the newer one from here on.
    ///
    /// # Errors
    /// The client of the newer configuration cannot be made, or the store failed.
    pub(super) async fn opened(
        &self,
        session: &Session,
        config: &Arc<Config>,
    ) -> Result<(), AppError> {
        let _one_at_a_time = self.reloading.lock().await;
        let current = self.current();
        let session = OpenSession {
            store: session.store.clone(),
            setup: session.setup.clone(),
            commands: session.commands.clone(),
            hosts: session.hosts(),
        };
        if !Arc::ptr_eq(&current.config, config) {
            let http = setup::http_client(&current.config, self.clock.clone())?;
            session
                .adopt(&current.config, current.classifier, http)
                .await?;
        }
        let mut current = self.lock();
        current.session = Some(session);
        current.store_error = None;
        current.was_ready = true;
        Ok(())
    }

    pub(super) fn closed(&self, why: Option<String>) {
        let mut current = self.lock();
        current.session = None;
        current.store_error = why;
    }

    /// One line on the state, for systemd and `/readyz`.
    pub fn status_line(&self) -> String {
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

    /// Begins to read the configuration again and to put it in force, in a task of its own: once
    /// begun it comes to an end, and systemd hears of that end, whoever stops waiting for it.
    ///
    /// Gives what was done, or what is wrong with the file, in full; then nothing has changed.
    pub fn reload(self: &Arc<Self>) -> JoinHandle<Result<String, AppError>> {
        let shared = self.clone();
        self.tasks
            .spawn(async move { shared.reload_and_say().await })
    }

    /// Waits until a reload that was begun has ended.
    pub(super) async fn settled(&self) {
        self.tasks.close();
        self.tasks.wait().await;
    }

    async fn reload_and_say(&self) -> Result<String, AppError> {
        // While it starts, systemd waits for the one READY that says that it has started.
        let was_ready = self.current().was_ready;
        if was_ready {
            notify::reloading();
        }
        let ended = self.reload_now().await;
        match &ended {
            Ok(message) => info!("{message}"),
            Err(error) => {
                error!("the configuration was not reloaded, the old one stays in force:\n{error}");
            }
        }
        if was_ready {
            notify::ready(&self.status_line());
        } else {
            notify::status(&self.status_line());
        }
        ended
    }

    async fn reload_now(&self) -> Result<String, AppError> {
        let _one_at_a_time = self.reloading.lock().await;
        let (path, env, clock) = (self.path.clone(), self.env.clone(), self.clock.clone());
        let loading = tokio::task::spawn_blocking(move || {
            let (config, classifier) = setup::load(&path, &env)?;
            setup::run_tests(&config, &classifier)?;
            let http = setup::http_client(&config, clock)?;
            Ok::<_, AppError>((config, classifier, http))
        });
        let (config, classifier, http) = loading.await.map_err(|panic| {
            AppError::Failed(format!("reading the configuration panicked: {panic}"))
        })??;
        let before = self.current();
        if let Some(session) = &before.session {
            session.adopt(&config, classifier.clone(), http).await?;
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

impl OpenSession {
    /// Puts another configuration in force.
    async fn adopt(
        &self,
        config: &Config,
        classifier: Arc<Classifier>,
        http: HttpClient,
    ) -> Result<(), StoreError> {
        let (setup, _) = setup::setup(config, classifier, http, &*self.store).await?;
        self.setup.send_replace(Arc::new(setup));
        Ok(())
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
