//! The Unix socket by which a running daemon is asked and told.
