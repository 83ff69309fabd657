//! Names to addresses, guarded.

use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::fetch::guard;

/// A look-up under way.
pub type LookupFuture = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;

/// Where addresses of names come from.
pub trait Lookup: Send + Sync + 'static {
    /// The addresses of `host`, the preferred first.
    fn lookup(&self, host: &str) -> LookupFuture;
}

/// The system's resolver: `/etc/hosts`, DNS, whatever the machine is set up with.
#[derive(Clone, Copy, Debug)]
pub struct SystemLookup;

impl Lookup for SystemLookup {
    fn lookup(&self, host: &str) -> LookupFuture {
        let host = host.to_owned();
        Box::pin(async move {
            let addresses = tokio::net::lookup_host((host, 0)).await?;
            Ok(addresses.map(|address| address.ip()).collect())
        })
    }
}

/// Why a name gave no address.
#[derive(Debug, thiserror::Error)]
#[error("{host} has no address")]
pub(super) struct NoAddress {
    host: String,
    source: io::Error,
}

/// Whether a resolver drops addresses that are not public.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Guard {
    /// It does, but for the proxy's own host, which a person chose.
    Public {
        /// That host.
        proxy_host: Option<String>,
    },
    /// It does not.
    Off,
}

/// The resolver reqwest is given: it asks it at every connect, so what was checked is what is
/// connected to, also when the name's addresses change between two requests.
pub(super) struct GuardedResolver {
    lookup: Arc<dyn Lookup>,
    guard: Guard,
}

impl GuardedResolver {
    pub(super) fn new(lookup: Arc<dyn Lookup>, guard: Guard) -> Self {
        Self { lookup, guard }
    }

    fn is_guarded(&self, host: &str) -> bool {
        match &self.guard {
            Guard::Public { proxy_host } => {
                proxy_host.as_deref() != Some(host.trim_end_matches('.'))
            }
            Guard::Off => false,
        }
    }
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let host = name.as_str().to_owned();
        let is_guarded = self.is_guarded(&host);
        let looked_up = self.lookup.lookup(&host);
        Box::pin(async move {
            let addresses = looked_up
                .await
                .and_then(some_address)
                .map_err(|source| NoAddress {
                    host: host.clone(),
                    source,
                })?;
            let addresses = if is_guarded {
                guard::only_public(&host, addresses)?
            } else {
                addresses
            };
            // Port 0 stands for the one of the address asked.
            let sockets = addresses.into_iter().map(|ip| SocketAddr::new(ip, 0));
            Ok(Box::new(sockets) as Addrs)
        })
    }
}

fn some_address(addresses: Vec<IpAddr>) -> io::Result<Vec<IpAddr>> {
    if addresses.is_empty() {
        return Err(io::Error::new(
            io::ErrorKind::NotFound,
            "the answer is empty",
        ));
    }
    Ok(addresses)
}
