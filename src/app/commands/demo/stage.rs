//! Where a demo plays: a directory, the sample feeds' server, and a daemon.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::app::commands::demo::home::Home;
use crate::app::commands::demo::reader::{Documents, Reader, path};
use crate::app::commands::demo::server::{self, Rounds};
use crate::app::commands::demo::settings::{self, Pace};
use crate::app::commands::run;
use crate::app::daemon::{self, Attached};
use crate::app::error::AppError;
use crate::app::setup;
use crate::classify::Classifier;
use crate::clock::{Clock, SystemClock};
use crate::config::{Config, Env};
use crate::control::{self, ControlError, Explanation, Request, Response};
use crate::engine::record::PollRecord;
use crate::engine::shelf::Shelf;

/// The directory, with the sample feeds served beside it.
pub(super) struct Stage {
    home: Home,
    config: PathBuf,
    /// What is served now.
    pub(super) rounds: Arc<Rounds>,
    serving: JoinSet<Result<(), AppError>>,
    closing: CancellationToken,
}

/// A daemon at work.
pub(super) struct Running {
    /// Where it serves.
    pub(super) address: SocketAddr,
    /// What it judges entries by.
    pub(super) rules: Arc<Classifier>,
    polls: mpsc::UnboundedReceiver<PollRecord>,
    shutdown: CancellationToken,
    task: JoinSet<Result<(), AppError>>,
}

impl Stage {
    /// Serves the first round, and writes the configuration of a daemon at `port`.
    ///
    /// # Errors
    /// Where there is no room for a directory, or no free port.
    pub(super) async fn open(port: u16, pace: Pace) -> Result<Self, AppError> {
        let home = Home::new()?;
        let listener = server::bind().await?;
        let feeds = listener
            .local_addr()
            .map_err(|error| AppError::Failed(format!("cannot tell the server's port: {error}")))?;
        let config = home.path().join("feeds.toml");
        let text = settings::text(feeds, port, home.path(), pace);
        std::fs::write(&config, text).map_err(|error| {
            AppError::Failed(format!("cannot write {}: {error}", config.display()))
        })?;
        let (rounds, closing) = (
            Arc::new(Rounds::new(SystemClock.now())),
            CancellationToken::new(),
        );
        let mut serving = JoinSet::new();
        serving.spawn(server::serve(listener, rounds.clone(), closing.clone()));
        Ok(Self {
            home,
            config,
            rounds,
            serving,
            closing,
        })
    }

    /// The daemon's configuration.
    pub(super) fn config(&self) -> &Path {
        &self.config
    }

    fn load(&self) -> Result<Config, AppError> {
        Ok(setup::read(&self.config, &Env::default())?)
    }

    /// Starts the daemon as `nuncio run` does, on what an earlier one left.
    ///
    /// # Errors
    /// Why it did not start.
    pub(super) async fn start(&self) -> Result<Running, AppError> {
        // Nothing of this process's environment: no service manager is told of the demo, and no
        // directory of a real daemon is used.
        let env = Env::default();
        let (config, classifier) = setup::load(&self.config, &env)?;
        let (watcher, polls) = mpsc::unbounded_channel();
        let (listening, address) = oneshot::channel();
        let shutdown = CancellationToken::new();
        let attached = Attached {
            shutdown: shutdown.clone(),
            hears_no_signals: true,
            listening: Some(listening),
            watcher: Some(watcher),
        };
        let rng = run::rng(&env)?;
        let mut task = JoinSet::new();
        let rules = Arc::clone(&classifier);
        task.spawn(async move {
            let clock = Arc::new(SystemClock);
            daemon::run(config, classifier, env, clock, rng, attached).await
        });
        let Ok(address) = address.await else {
            let why = ended(&mut task).await.err().unwrap_or_else(too_early);
            return Err(in_terms_of_a_demo(why));
        };
        Ok(Running {
            address,
            rules,
            polls,
            shutdown,
            task,
        })
    }

    /// A reader of what `running` publishes.
    ///
    /// # Errors
    /// Where its client cannot be made.
    pub(super) fn reader(&self, running: &Running) -> Result<Reader, AppError> {
        let http = setup::http_client(&self.load()?, Arc::new(SystemClock))?;
        Reader::new(http, running.address)
    }

    /// What the running daemon answers to `nuncio explain`.
    ///
    /// # Errors
    /// Where it does not answer, or answers something else.
    pub(super) async fn explain(&self, what: &str) -> Result<Vec<Explanation>, AppError> {
        let socket = control::socket_in(&self.load()?.daemon.runtime_dir);
        let request = Request::Explain {
            what: what.to_owned(),
        };
        let asking = tokio::task::spawn_blocking(move || control::ask(&socket, &request));
        match asking.await {
            Ok(Ok(Response::Found(found))) => Ok(found),
            Ok(Ok(other)) => Err(AppError::Failed(format!("explain was answered {other:?}"))),
            Ok(Err(error)) => Err(error.into()),
            Err(error) => Err(AppError::Failed(format!(
                "asking to explain failed: {error}"
            ))),
        }
    }

    /// What the daemon that was stopped would serve at its next start.
    ///
    /// # Errors
    /// Where its cache directory cannot be opened.
    pub(super) fn shelved(&self) -> Result<Documents, AppError> {
        let config = self.load()?;
        let shelf: Shelf = daemon::open_shelf(&config)?;
        let snapshot = shelf.snapshot(setup::merged_names(&config));
        let documents = snapshot
            .feeds
            .into_iter()
            .map(|((name, format), document)| (path(&name, format), document.identity.clone()));
        Ok(documents.collect())
    }

    /// Ends the server and removes the directory.
    ///
    /// # Errors
    /// Where something of it stays.
    pub(super) async fn close(mut self) -> Result<(), AppError> {
        self.closing.cancel();
        let served = ended(&mut self.serving).await;
        let removed = self.home.remove();
        served.and(removed)
    }
}

impl Running {
    /// Its next poll; `None` once it has ended in order.
    ///
    /// # Errors
    /// Why it ended, where not in order.
    pub(super) async fn next(&mut self) -> Result<Option<PollRecord>, AppError> {
        match self.polls.recv().await {
            Some(record) => Ok(Some(record)),
            None => ended(&mut self.task).await.map(|()| None),
        }
    }

    /// Ends it; what it still commits comes by [`Self::next`].
    pub(super) fn stop(&self) {
        self.shutdown.cancel();
    }
}

async fn ended(task: &mut JoinSet<Result<(), AppError>>) -> Result<(), AppError> {
    match task.join_next().await {
        None => Ok(()),
        Some(Ok(result)) => result,
        Some(Err(panic)) => Err(AppError::Failed(format!(
            "a part of the demo panicked: {panic}"
        ))),
    }
}

/// What a demo's viewer can do about it: there is no `feeds.toml` of theirs to change.
fn in_terms_of_a_demo(error: AppError) -> AppError {
    match error {
        AppError::Listen { listen, source } => AppError::Failed(format!(
            "cannot listen on {listen}: {source}\nhint: name another port with --port, or none: then a free one is taken"
        )),
        AppError::Control(ControlError::PathTooLong { path }) => AppError::Failed(format!(
            "the directory for temporary files has too long a name for a socket below it: {}\nhint: name a shorter one, as in `TMPDIR=/tmp nuncio demo`",
            path.display()
        )),
        error => error,
    }
}

fn too_early() -> AppError {
    AppError::Failed("the daemon ended before it listened".to_owned())
}
