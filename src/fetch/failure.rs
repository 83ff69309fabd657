//! What went wrong, as a class and a sentence.
//!
//! Sentences name hosts and what to do, and never an address with its user, password or query:
//! only [`SafeUrl`] and the innermost cause are printed, never what reqwest says as a whole.

use std::error::Error;
use std::io;
use std::time::Duration;

use http::StatusCode;
use url::Url;

use crate::fetch::body::BodyTrouble;
use crate::fetch::guard::Refused;
use crate::fetch::lookup::NoAddress;
use crate::model::outcome::{FetchFailure, OutcomeKind};
use crate::model::url::SafeUrl;

/// Longest sentence kept, in characters.
const DETAIL_MAX: usize = 400;

/// Where an exchange stood when it failed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Phase {
    /// Before the answer began.
    Asking,
    /// In the body.
    Reading,
}

/// Whom we were talking to, and how.
#[derive(Clone, Copy)]
pub(super) struct Peer<'a> {
    /// The address asked.
    pub(super) url: &'a Url,
    /// The proxy in between.
    pub(super) proxy: Option<&'a Url>,
    /// Whether this machine has certificates to check others by.
    pub(super) has_roots: bool,
    /// Limit for connecting.
    pub(super) connect_timeout: Duration,
}

impl Peer<'_> {
    fn host(&self) -> String {
        host_of(self.url)
    }

    fn through(&self) -> String {
        self.proxy
            .map(|proxy| format!(" through the proxy {}", host_of(proxy)))
            .unwrap_or_default()
    }
}

/// A failure with its sentence, cut where it grows too long.
pub(super) fn failure(kind: OutcomeKind, detail: impl Into<String>) -> FetchFailure {
    let mut detail = detail.into();
    if let Some((end, _)) = detail.char_indices().nth(DETAIL_MAX) {
        detail.truncate(end);
        detail.push('…');
    }
    FetchFailure { kind, detail }
}

impl From<Refused> for FetchFailure {
    fn from(refused: Refused) -> Self {
        failure(OutcomeKind::Forbidden, refused.to_string())
    }
}

/// What reqwest's error was.
pub(super) fn from_reqwest(error: &reqwest::Error, phase: Phase, peer: Peer<'_>) -> FetchFailure {
    let host = peer.host();
    let through = peer.through();
    let cause = innermost(error);
    match classify(error, phase) {
        Trouble::Forbidden => failure(OutcomeKind::Forbidden, cause),
        Trouble::Name => failure(
            OutcomeKind::Dns,
            format!(
                "the name of {host} could not be looked up{through}: {cause}; is the address \
                 spelt right, and does name resolution work on this machine?"
            ),
        ),
        Trouble::Tls => {
            let hint = tls_hint(error, peer.has_roots);
            failure(
                OutcomeKind::Tls,
                format!("no secure connection to {host}{through}: {cause}{hint}"),
            )
        }
        Trouble::Slow => {
            let limit = peer.connect_timeout;
            let detail = match phase {
                Phase::Asking => format!("no connection to {host}{through} within {limit:?}"),
                Phase::Reading => format!("{host}{through} fell silent in the middle of the body"),
            };
            failure(OutcomeKind::Timeout, detail)
        }
        Trouble::NoConnection => failure(
            OutcomeKind::Connect,
            format!("no connection to {host}{through}: {cause}"),
        ),
        Trouble::HungUp => {
            let when = match phase {
                Phase::Asking => "before it answered",
                Phase::Reading => "in the middle of the body",
            };
            failure(
                OutcomeKind::Cut,
                format!("{host}{through} hung up {when}: {cause}"),
            )
        }
        Trouble::NoHttp => failure(
            OutcomeKind::Protocol,
            format!("the answer of {host}{through} is not proper HTTP: {cause}"),
        ),
    }
}

/// Why a body was not read, `read` bytes of it had come.
pub(super) fn from_body(
    trouble: &BodyTrouble,
    read: usize,
    max_bytes: usize,
    peer: Peer<'_>,
) -> FetchFailure {
    let host = peer.host();
    match trouble {
        BodyTrouble::TooLarge { announced } => {
            let announced = announced
                .map(|n| format!(" ({n} bytes announced)"))
                .unwrap_or_default();
            let detail =
                format!("the body of {host} is larger than body-max, {max_bytes} bytes{announced}");
            failure(OutcomeKind::TooLarge, detail)
        }
        BodyTrouble::Stalled(limit) => failure(
            OutcomeKind::Timeout,
            format!("{host} sent nothing more for {limit:?} after {read} bytes of the body"),
        ),
        BodyTrouble::Broken(error) => from_reqwest(error, Phase::Reading, peer),
    }
}

/// A status that is neither a feed nor one we know what to do with.
pub(super) fn from_status(status: StatusCode, url: &Url) -> FetchFailure {
    let host = host_of(url);
    let advice = match status.as_u16() {
        401 | 407 => "; it wants a user and password",
        403 | 406 | 451 => "; it may not like our user-agent or where we ask from",
        404 => "; the feed may have moved: look for its new address on the site",
        500..=599 => "; trouble on its side",
        _ => "",
    };
    let name = status
        .canonical_reason()
        .unwrap_or("a status without a name");
    failure(
        OutcomeKind::HttpStatus,
        format!("{host} answered {} {name}{advice}", status.as_u16()),
    )
}

/// Nothing came within the limit for the answer to begin.
pub(super) fn no_answer(limit: Duration, peer: Peer<'_>) -> FetchFailure {
    let (host, through) = (peer.host(), peer.through());
    failure(
        OutcomeKind::Timeout,
        format!("{host}{through} did not begin to answer within {limit:?}"),
    )
}

/// Host and port, as far as there are any; no more of an address is needed in most sentences.
pub(super) fn host_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or("(no host)");
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

/// An address that can be printed.
pub(super) fn printed(url: &Url) -> String {
    SafeUrl(url).to_string()
}

/// What can go wrong below HTTP's own meaning.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Trouble {
    Forbidden,
    Name,
    Tls,
    Slow,
    NoConnection,
    HungUp,
    NoHttp,
}

fn classify(error: &reqwest::Error, phase: Phase) -> Trouble {
    let known = chain(error).find_map(|cause| {
        if cause.is::<Refused>() {
            Some(Trouble::Forbidden)
        } else if cause.is::<NoAddress>() {
            Some(Trouble::Name)
        } else if cause.is::<rustls::Error>() {
            Some(Trouble::Tls)
        } else {
            None
        }
    });
    if let Some(trouble) = known {
        return trouble;
    }
    if error.is_timeout() {
        Trouble::Slow
    } else if error.is_connect() {
        Trouble::NoConnection
    } else if is_hang_up(error, phase) {
        Trouble::HungUp
    } else {
        Trouble::NoHttp
    }
}

/// Whether the other side went away, rather than sending what is no HTTP. hyper's own types are
/// not ours to name: before the body it is told by the text it has had since its first release.
fn is_hang_up(error: &reqwest::Error, phase: Phase) -> bool {
    let io_kind =
        chain(error).find_map(|cause| cause.downcast_ref::<io::Error>().map(io::Error::kind));
    match (io_kind, phase) {
        (Some(io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData), _) => false,
        (Some(_), _) | (None, Phase::Reading) => true,
        (None, Phase::Asking) => chain(error)
            .any(|cause| cause.to_string() == "connection closed before message completed"),
    }
}

/// An error and what caused it, outermost first. An `io::Error` hides the error it carries from
/// `source`, so it is asked for it by name.
fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |cause| cause_of(*cause))
}

fn cause_of<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    let carried = error
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref);
    match carried {
        Some(carried) => Some(carried),
        None => error.source(),
    }
}

/// The innermost cause: what the machine itself said, without the layers that name addresses.
pub(super) fn innermost(error: &reqwest::Error) -> String {
    chain(error)
        .skip(1)
        .last()
        .map_or_else(|| "no cause was given".to_owned(), ToString::to_string)
}

fn tls_hint(error: &reqwest::Error, has_roots: bool) -> &'static str {
    use rustls::CertificateError::{Expired, ExpiredContext, UnknownIssuer};
    if !has_roots {
        return "; this machine has no certificates to check others by: install the package \
                ca-certificates, or set extra-ca";
    }
    let certificate_error = chain(error).find_map(|cause| match cause.downcast_ref()? {
        rustls::Error::InvalidCertificate(inner) => Some(inner),
        _ => None,
    });
    match certificate_error {
        Some(UnknownIssuer) => {
            "; its certificate is signed by nobody this machine trusts, or the server forgets to \
             send the one in between (extra-ca can supply it)"
        }
        Some(Expired | ExpiredContext { .. }) => "; it must be renewed on their side",
        Some(_) | None => "",
    }
}
