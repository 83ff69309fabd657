//! The client: reqwest, set up so that nothing happens behind our back.

use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;
use reqwest::{Certificate, Client, ClientBuilder, Proxy, redirect};
use rustls::crypto::CryptoProvider;
use tokio::time::Instant;
use url::Url;

use crate::clock::Clock;
use crate::fetch::body::BodyLimits;
use crate::fetch::exchange::Exchange;
use crate::fetch::failure::innermost;
use crate::fetch::guard::Refused;
use crate::fetch::http::{FetchFuture, Http};
use crate::fetch::lookup::{Guard, GuardedResolver, Lookup, SystemLookup};
use crate::fetch::settings::{FetchSettings, FetchSetupError};
use crate::model::outcome::{FetchReport, FetchRequest};
use crate::model::time::Timestamp;
use crate::model::url::SafeUrl;

/// Idle connections are kept this long: long enough for the feeds of one host in one round,
/// not until the next round.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);

/// As many as requests may go to one host at a time.
const IDLE_PER_HOST: usize = 2;

/// HTTP/2 flow control in bytes: what a body that waits may pile up unasked.
const STREAM_WINDOW_BYTES: u32 = 256 * 1024;

/// HTTP/2 header lists beyond this are refused.
const HEADER_LIST_MAX_BYTES: u32 = 64 * 1024;

/// Proxies that can be used; the older two are for those who have nothing else.
const PROXY_SCHEMES: &[&str] = &["http", "https", "socks5", "socks5h", "socks4", "socks4a"];

/// Asks upstreams over the network.
///
/// Feeds with `allow-private` have connections of their own, so that no guarded request is ever
/// sent over one that was opened unguarded.
pub struct HttpClient {
    guarded: Client,
    open: Client,
    has_roots: bool,
    settings: FetchSettings,
    user_agent: HeaderValue,
    body_limits: BodyLimits,
    clock: Arc<dyn Clock>,
}

impl HttpClient {
    /// A client that looks names up as the system does and trusts the certificates the system
    /// trusts. A machine without any can still ask `http` feeds; `https` feeds then say why not.
    ///
    /// # Errors
    /// [`FetchSetupError`] where the settings cannot be used.
    pub fn new(settings: &FetchSettings, clock: Arc<dyn Clock>) -> Result<Self, FetchSetupError> {
        Self::with_lookup(settings, clock, SystemLookup)
    }

    /// Like [`HttpClient::new`], with names looked up by `lookup`.
    ///
    /// # Errors
    /// [`FetchSetupError`] where the settings cannot be used.
    pub fn with_lookup(
        settings: &FetchSettings,
        clock: Arc<dyn Clock>,
        lookup: impl Lookup,
    ) -> Result<Self, FetchSetupError> {
        let user_agent = HeaderValue::from_bytes(settings.user_agent.as_bytes())
            .map_err(|_invalid| FetchSetupError::UserAgent)?;
        let lookup: Arc<dyn Lookup> = Arc::new(lookup);
        install_crypto();
        let guard = if settings.allow_private {
            Guard::Off
        } else {
            Guard::Public {
                proxy_host: settings.proxy.as_ref().and_then(host),
            }
        };
        let (guarded, has_roots) = build(settings, &lookup, &guard)?;
        let (open, _) = build(settings, &lookup, &Guard::Off)?;
        Ok(Self {
            guarded,
            open,
            has_roots,
            settings: settings.clone(),
            user_agent,
            body_limits: BodyLimits::new(settings.body_max_bytes, settings.read_timeout),
            clock,
        })
    }

    /// Whether certificates to check others by were found.
    pub fn has_roots(&self) -> bool {
        self.has_roots
    }

    pub(super) fn of(&self, allow_private: bool) -> &Client {
        if allow_private {
            &self.open
        } else {
            &self.guarded
        }
    }

    pub(super) fn is_guarded(&self, allow_private: bool) -> bool {
        !allow_private && !self.settings.allow_private
    }

    /// The proxy's own name is looked up unguarded, so it is no name for a feed.
    pub(super) fn check_not_proxy(&self, url: &Url) -> Result<(), Refused> {
        match self.settings.proxy.as_ref().and_then(host) {
            Some(proxy_host) if host(url).as_ref() == Some(&proxy_host) => Err(Refused {
                what: proxy_host,
                why: "the proxy itself",
            }),
            Some(_) | None => Ok(()),
        }
    }

    pub(super) fn proxy(&self) -> Option<&Url> {
        self.settings.proxy.as_ref()
    }

    /// Limit for name, connection and TLS handshake.
    pub(super) fn connect_timeout(&self) -> Duration {
        self.settings.connect_timeout
    }

    /// Limit for an answer to begin, connecting included.
    pub(super) fn answer_timeout(&self) -> Duration {
        let connect = self.settings.connect_timeout;
        connect.saturating_add(self.settings.read_timeout)
    }

    pub(super) fn redirects_max(&self) -> usize {
        self.settings.redirects_max
    }

    pub(super) fn user_agent(&self) -> &HeaderValue {
        &self.user_agent
    }

    pub(super) fn body_limits(&self) -> &BodyLimits {
        &self.body_limits
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    async fn report(&self, request: FetchRequest) -> FetchReport {
        let started = Instant::now();
        let mut exchange = Exchange::new(self, &request);
        let outcome = exchange.run().await;
        FetchReport {
            outcome,
            hops: exchange.hops,
            final_url: exchange.url,
            status: exchange.status,
            freshness: exchange.freshness,
            elapsed: started.elapsed(),
        }
    }
}

impl Http for HttpClient {
    fn fetch(&self, request: FetchRequest) -> FetchFuture<'_> {
        Box::pin(self.report(request))
    }
}

/// rustls takes its cryptography from a place shared by the whole process; whoever comes first
/// fills it, and there is only one kind in this program.
fn install_crypto() {
    if CryptoProvider::get_default().is_none() {
        let _first_wins = rustls::crypto::ring::default_provider().install_default();
    }
}

/// A reqwest client, and whether it has certificates to check others by.
fn build(
    settings: &FetchSettings,
    lookup: &Arc<dyn Lookup>,
    guard: &Guard,
) -> Result<(Client, bool), FetchSetupError> {
    let extra = extra_certificates(settings)?;
    let builder = || {
        plain_builder(
            settings,
            GuardedResolver::new(Arc::clone(lookup), guard.clone()),
        )
    };
    // Building fails where the system has no certificates and none are set, and where one of
    // the set ones is damaged. The second try without the system's tells which.
    match builder()?.tls_certs_merge(extra.clone()).build() {
        Ok(client) => Ok((client, true)),
        Err(first) => {
            let is_extra_set = !extra.is_empty();
            let alone = builder()?.tls_certs_only(extra).build();
            match alone {
                Ok(client) => Ok((client, is_extra_set)),
                Err(_) if is_extra_set => Err(FetchSetupError::ExtraCa {
                    detail: innermost(&first),
                }),
                Err(_) => Err(FetchSetupError::Client {
                    detail: innermost(&first),
                }),
            }
        }
    }
}

fn plain_builder(
    settings: &FetchSettings,
    resolver: GuardedResolver,
) -> Result<ClientBuilder, FetchSetupError> {
    let builder = Client::builder()
        .dns_resolver(resolver)
        .redirect(redirect::Policy::none())
        .referer(false)
        .no_proxy()
        .connect_timeout(settings.connect_timeout)
        .pool_idle_timeout(IDLE_TIMEOUT)
        .pool_max_idle_per_host(IDLE_PER_HOST)
        .http1_allow_obsolete_multiline_headers_in_responses(true)
        .http1_allow_spaces_after_header_name_in_responses(true)
        .http1_ignore_invalid_headers_in_responses(true)
        .http2_initial_stream_window_size(STREAM_WINDOW_BYTES)
        .http2_initial_connection_window_size(STREAM_WINDOW_BYTES * 2)
        .http2_max_header_list_size(HEADER_LIST_MAX_BYTES);
    match &settings.proxy {
        Some(url) => Ok(builder.proxy(proxy(url)?)),
        None => Ok(builder),
    }
}

/// reqwest takes a scheme it does not know for http, so it is checked here.
fn proxy(url: &Url) -> Result<Proxy, FetchSetupError> {
    let trouble = |detail| FetchSetupError::Proxy {
        url: SafeUrl(url).to_string(),
        detail,
    };
    let scheme = url.scheme();
    if !PROXY_SCHEMES.contains(&scheme) {
        return Err(trouble(format!(
            "{scheme} is no kind of proxy; use http, https, socks5 or socks5h"
        )));
    }
    Proxy::all(url.clone()).map_err(|error| trouble(innermost(&error)))
}

fn extra_certificates(settings: &FetchSettings) -> Result<Vec<Certificate>, FetchSetupError> {
    let Some(pem) = &settings.extra_ca else {
        return Ok(Vec::new());
    };
    let trouble = |detail| FetchSetupError::ExtraCa { detail };
    let certificates =
        Certificate::from_pem_bundle(pem).map_err(|error| trouble(innermost(&error)))?;
    if certificates.is_empty() {
        return Err(trouble("no certificate in it".to_owned()));
    }
    Ok(certificates)
}

fn host(url: &Url) -> Option<String> {
    url.host_str()
        .map(|host| host.trim_end_matches('.').to_owned())
}
