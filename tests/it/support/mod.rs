//! What the tests share.

pub(crate) mod captured;
pub(crate) mod daemon;
pub(crate) mod http;
pub(crate) mod replay;
pub(crate) mod source;
pub(crate) mod static_server;
pub(crate) mod tls;
pub(crate) mod upstream;
pub(crate) mod validators;
