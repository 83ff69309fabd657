//! What the client is made of, and why it cannot be made.

use std::time::Duration;

use url::Url;

/// Settings of all requests.
#[derive(Clone)]
pub struct FetchSettings {
    /// `User-Agent` of feeds without one of their own.
    pub user_agent: String,
    /// Limit for looking up the name, connecting and the TLS handshake together.
    pub connect_timeout: Duration,
    /// Limit without progress: until the answer begins (after connecting), and then between any
    /// two pieces of the body.
    pub read_timeout: Duration,
    /// Largest body in bytes, as it comes over the wire (before inflation).
    pub body_max_bytes: usize,
    /// Redirects followed.
    pub redirects_max: usize,
    /// Proxy for all requests: `http`, `https`, `socks5` (names looked up here) or `socks5h`
    /// (looked up by the proxy), user and password included.
    pub proxy: Option<Url>,
    /// Further trusted certificates, PEM.
    pub extra_ca: Option<Vec<u8>>,
    /// Whether private and loopback addresses may be asked for every feed.
    pub allow_private: bool,
}

/// Why no client can be made of the settings.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum FetchSetupError {
    /// `user-agent` or `contact` cannot stand in a header.
    #[error("user-agent: control characters cannot be sent in a header")]
    UserAgent,
    /// `proxy` is none.
    #[error("proxy: {url} cannot be used: {detail}")]
    Proxy {
        /// Its address, secrets hidden.
        url: String,
        /// What is wrong with it.
        detail: String,
    },
    /// `extra-ca` holds no usable certificate.
    #[error("extra-ca: {detail}; it must be a PEM file with CERTIFICATE blocks")]
    ExtraCa {
        /// What is wrong with it.
        detail: String,
    },
    /// The HTTP client refused its settings.
    #[error("the HTTP client cannot be started: {detail}")]
    Client {
        /// What it said.
        detail: String,
    },
}

impl FetchSetupError {
    /// Stable word for logs.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::UserAgent => "user-agent",
            Self::Proxy { .. } => "proxy",
            Self::ExtraCa { .. } => "extra-ca",
            Self::Client { .. } => "client",
        }
    }
}
