//! What runs beside the sessions, and what its end means.

use std::future::Future;
use std::pin::pin;

use tokio::task::{JoinError, JoinSet};
use tokio_util::sync::CancellationToken;

use crate::app::error::AppError;

/// Waits for `sessions` and `tasks` to end. A task that ends before the shutdown takes the daemon
/// down, in order: a daemon that no longer serves, or no longer hears SIGTERM, must not look alive.
///
/// # Errors
/// The error of the first that ended with one.
pub(super) async fn supervise(
    sessions: impl Future<Output = Result<(), AppError>>,
    mut tasks: JoinSet<Result<(), AppError>>,
    shutdown: &CancellationToken,
) -> Result<(), AppError> {
    let mut sessions = pin!(sessions);
    let mut result = tokio::select! {
        ended = &mut sessions => ended,
        Some(ended) = tasks.join_next() => {
            let ended = if shutdown.is_cancelled() { joined(ended) } else { early(ended) };
            shutdown.cancel();
            ended.and(sessions.await)
        }
    };
    shutdown.cancel();
    while let Some(ended) = tasks.join_next().await {
        result = result.and(joined(ended));
    }
    result
}

fn joined(ended: Result<Result<(), AppError>, JoinError>) -> Result<(), AppError> {
    ended.unwrap_or_else(|panic| Err(AppError::Failed(format!("a task panicked: {panic}"))))
}

fn early(ended: Result<Result<(), AppError>, JoinError>) -> Result<(), AppError> {
    joined(ended).and(Err(AppError::Failed(
        "a part of the daemon ended before it was stopped".to_owned(),
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs sessions that end at the shutdown beside one task; gives whether all went well and
    /// whether the sessions saw the shutdown.
    async fn beside(
        task: impl Future<Output = Result<(), AppError>> + Send + 'static,
        shutdown: &CancellationToken,
    ) -> (Option<String>, bool) {
        let mut tasks = JoinSet::new();
        tasks.spawn(task);
        let mut were_closed = false;
        let sessions = async {
            shutdown.cancelled().await;
            were_closed = true;
            Ok(())
        };
        let error = supervise(sessions, tasks, shutdown).await.err();
        (error.map(|error| error.to_string()), were_closed)
    }

    #[tokio::test]
    async fn a_part_that_ends_early_takes_the_daemon_down_in_order() {
        let ended = beside(async { Ok(()) }, &CancellationToken::new()).await;
        let why = "a part of the daemon ended before it was stopped";
        assert_eq!(ended, (Some(why.to_owned()), true));
        let failed = async { Err(AppError::Failed("serving ended".to_owned())) };
        let ended = beside(failed, &CancellationToken::new()).await;
        assert_eq!(ended, (Some("serving ended".to_owned()), true));
        let (why, were_closed) = beside(async { panic!("a bug") }, &CancellationToken::new()).await;
        assert!(why.unwrap().contains("panicked") && were_closed);
    }

    #[tokio::test]
    async fn an_end_after_the_shutdown_is_in_order() {
        let shutdown = CancellationToken::new();
        shutdown.cancel();
        assert_eq!(beside(async { Ok(()) }, &shutdown).await, (None, true));
    }
}
