//! The stages joined: prepare, decide, commit, publish.
