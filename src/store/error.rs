//! What can go wrong with the store, and what to do then.

use std::path::PathBuf;

/// Why a call to the store failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process has it open.
    #[error("the store in {} is in use by another nuncio; stop it first, or give this one another state-dir", path.display())]
    InUse {
        /// The directory.
        path: PathBuf,
    },
    /// The directory cannot be used: permissions, a missing parent, a read-only file system.
    #[error("the store in {} cannot be used; make the directory writable for the user nuncio runs as, or set another daemon.state-dir", path.display())]
    Unusable {
        /// The directory.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Less free space than `free-min`: nothing is written until there is more.
    #[error("only {free_bytes} bytes are free in {}, less than the {min_bytes} kept free; polling waits until there is more", path.display())]
    Full {
        /// The directory.
        path: PathBuf,
        /// Free now.
        free_bytes: u64,
        /// Kept free.
        min_bytes: u64,
    },
    /// Written by a newer nuncio.
    #[error("the store in {} has format {found}, newer than the {known} this nuncio knows; install the newer nuncio again, or restore an older checkpoint", path.display())]
    TooNew {
        /// The directory.
        path: PathBuf,
        /// Format found.
        found: u32,
        /// Newest format known.
        known: u32,
    },
    /// Another worker holds the feed now; nothing was written.
    #[error("the feed was claimed by another worker meanwhile")]
    LeaseLost,
    /// A later commit wrote what this one was decided on; nothing was written.
    #[error("another commit came in between")]
    Conflict,
    /// The engine refuses all further work (disk full, I/O error, damage): reopen it.
    #[error("the store failed and must be reopened: {0}")]
    Fatal(String),
    /// One record cannot be read; it is left alone and the rest goes on.
    #[error("the record {key} (version {version}) cannot be read: {detail}")]
    Record {
        /// Its key, for a person.
        key: String,
        /// Its version byte.
        version: u8,
        /// What is wrong.
        detail: String,
    },
    /// It was closed.
    #[error("the store is closed")]
    Closed,
}

impl StoreError {
    /// Stable word for logs and metrics.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::InUse { .. } => "in-use",
            Self::Unusable { .. } => "unusable",
            Self::Full { .. } => "full",
            Self::TooNew { .. } => "too-new",
            Self::LeaseLost => "lease-lost",
            Self::Conflict => "conflict",
            Self::Fatal(_) => "fatal",
            Self::Record { .. } => "record",
            Self::Closed => "closed",
        }
    }

    /// Whether the handle is of no use any more and the store must be opened again.
    pub fn ends_handle(&self) -> bool {
        matches!(self, Self::Fatal(_) | Self::Closed)
    }
}
