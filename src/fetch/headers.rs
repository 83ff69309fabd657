//! Headers sent and headers read.

use http::header::{
    ACCEPT, ACCEPT_ENCODING, AsHeaderName, CONTENT_ENCODING, CONTENT_LOCATION, CONTENT_TYPE, ETAG,
    IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, LOCATION, USER_AGENT,
};
use http::{HeaderMap, HeaderName, HeaderValue};
use url::Url;

use crate::model::outcome::{FetchRequest, Validators};

/// Feeds first; pages too, because an address may be a page that names its feed.
const ACCEPTED: &str = "application/atom+xml, application/rss+xml, application/rdf+xml, \
     application/feed+json, application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, \
     text/html;q=0.5, */*;q=0.1";

/// Content codings that `decode` undoes.
const CODINGS: &str = "gzip, br, zstd, deflate";

/// A configured header that cannot be sent.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the configured header {name:?} cannot be sent: {part}")]
pub(super) struct BadHeader {
    name: String,
    part: &'static str,
}

/// Headers of one request, before it is known which hop gets which.
pub(super) struct Sent {
    /// Go to every hop: what we take, who we are, what we have.
    everywhere: HeaderMap,
    /// The feed's own, which may be secrets.
    at_home: HeaderMap,
}

impl Sent {
    /// # Errors
    /// [`BadHeader`] where a configured header is none; its value is not repeated.
    pub(super) fn new(request: &FetchRequest, user_agent: &HeaderValue) -> Result<Self, BadHeader> {
        let mut everywhere = HeaderMap::new();
        everywhere.insert(ACCEPT, HeaderValue::from_static(ACCEPTED));
        everywhere.insert(ACCEPT_ENCODING, HeaderValue::from_static(CODINGS));
        let own_agent = match &request.user_agent {
            Some(text) => value("user-agent", text)?,
            None => user_agent.clone(),
        };
        everywhere.insert(USER_AGENT, own_agent);
        if let Some(validators) = &request.validators {
            insert_bytes(&mut everywhere, IF_NONE_MATCH, validators.etag.as_deref());
            let last_modified = validators.last_modified.as_deref();
            insert_bytes(&mut everywhere, IF_MODIFIED_SINCE, last_modified);
        }
        Ok(Self {
            everywhere,
            at_home: configured(&request.headers)?,
        })
    }

    /// Whether a 304 is an answer to this request.
    pub(super) fn is_conditional(&self) -> bool {
        self.everywhere.contains_key(IF_NONE_MATCH)
            || self.everywhere.contains_key(IF_MODIFIED_SINCE)
    }

    /// For a hop where the feed's own headers belong: they replace ours of the same name.
    pub(super) fn for_home(&self) -> HeaderMap {
        let mut headers = self.everywhere.clone();
        headers.extend(self.at_home.clone());
        headers
    }

    /// For any other hop.
    pub(super) fn for_elsewhere(&self) -> HeaderMap {
        self.everywhere.clone()
    }
}

fn configured(headers: &[(String, String)]) -> Result<HeaderMap, BadHeader> {
    let mut map = HeaderMap::new();
    for (name, text) in headers {
        let parsed = HeaderName::from_bytes(name.as_bytes()).map_err(|_invalid| BadHeader {
            name: name.clone(),
            part: "this is no header name",
        })?;
        let mut value = value(name, text)?;
        value.set_sensitive(true);
        map.append(parsed, value);
    }
    Ok(map)
}

fn value(name: &str, text: &str) -> Result<HeaderValue, BadHeader> {
    HeaderValue::from_bytes(text.as_bytes()).map_err(|_invalid| BadHeader {
        name: name.to_owned(),
        part: "its value has control characters",
    })
}

/// Validators came from a header once, so they can stand in one again; damaged ones are left out.
fn insert_bytes(map: &mut HeaderMap, name: HeaderName, bytes: Option<&[u8]>) {
    if let Some(Ok(value)) = bytes.map(HeaderValue::from_bytes) {
        map.insert(name, value);
    }
}

/// ETag and Last-Modified byte for byte; empty ones are none.
pub(super) fn validators(headers: &HeaderMap) -> Validators {
    let bytes = |name: HeaderName| {
        headers
            .get(name)
            .map(|value| value.as_bytes().to_vec())
            .filter(|bytes| !bytes.is_empty())
    };
    Validators {
        etag: bytes(ETAG),
        last_modified: bytes(LAST_MODIFIED),
    }
}

/// `Content-Type` as sent.
pub(super) fn content_type(headers: &HeaderMap) -> Option<String> {
    lossy(headers, CONTENT_TYPE)
}

/// `Content-Encoding` as sent; several lines are one list (RFC 9110 §5.3).
pub(super) fn content_encoding(headers: &HeaderMap) -> Option<String> {
    let lines: Vec<_> = headers
        .get_all(CONTENT_ENCODING)
        .iter()
        .map(|value| String::from_utf8_lossy(value.as_bytes()))
        .collect();
    (!lines.is_empty()).then(|| lines.join(", "))
}

/// `Content-Location`, resolved against the address that answered.
pub(super) fn content_location(headers: &HeaderMap, answered: &Url) -> Option<Url> {
    resolved(headers, CONTENT_LOCATION, answered)?
        .ok()
        .filter(is_web)
}

/// `Location`, resolved against the address that answered; `None` where there is none, and the
/// text itself where it is no address. Servers send it in raw UTF-8 too.
pub(super) fn location(headers: &HeaderMap, answered: &Url) -> Option<Result<Url, String>> {
    resolved(headers, LOCATION, answered)
}

/// Whether the address is http or https.
pub(super) fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
}

fn resolved(
    headers: &HeaderMap,
    name: impl AsHeaderName,
    answered: &Url,
) -> Option<Result<Url, String>> {
    let text = lossy(headers, name)?;
    Some(answered.join(text.trim()).map_err(|_invalid| text))
}

fn lossy(headers: &HeaderMap, name: impl AsHeaderName) -> Option<String> {
    headers
        .get(name)
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
}
