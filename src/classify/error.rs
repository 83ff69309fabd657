//! What can be wrong with rules.

use thiserror::Error;

/// One thing wrong with the rules, by its place in the configuration.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[error("{path}: {message}")]
pub struct CompileError {
    /// Where, as a path of keys: `region.levant.phrases[3]`.
    pub path: String,
    /// What is wrong and what to do, a fragment without a final stop.
    pub message: String,
}

impl CompileError {
    pub(super) fn new(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            message: message.into(),
        }
    }
}
