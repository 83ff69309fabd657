//! One answer that a reader can keep: bytes, their validators, 304 where it has them already.

use std::convert::Infallible;

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use http::header::{
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderName, LAST_MODIFIED, VARY,
};
use http::{HeaderMap, HeaderValue, StatusCode};

use crate::model::time::Timestamp;
use crate::serve::coding::Coding;
use crate::serve::conditional::{holds_it, http_date};

/// How long a reader or a cache may keep an answer without asking again.
const FRESH: HeaderValue = HeaderValue::from_static("public, max-age=60");

/// A representation ready to be sent.
pub(super) struct Document {
    /// The bytes in the coding chosen.
    pub(super) body: Bytes,
    /// Media type.
    pub(super) media_type: HeaderValue,
    /// Hash of the bytes before coding, hexadecimal.
    pub(super) hash: String,
    /// The coding.
    pub(super) coding: Coding,
    /// When the bytes last changed, where that is known.
    pub(super) modified: Option<Timestamp>,
}

impl Document {
    /// A page made for this request, in no coding.
    pub(super) fn page(body: String, media_type: &'static str) -> Self {
        let mut hash = blake3::hash(body.as_bytes()).to_hex().to_string();
        hash.truncate(32);
        Self {
            body: body.into(),
            media_type: HeaderValue::from_static(media_type),
            hash,
            coding: Coding::Identity,
            modified: None,
        }
    }

    /// The whole answer to a request with these headers.
    pub(super) fn answer(self, headers: &HeaderMap) -> Response {
        let etag = match self.coding.name() {
            Some(coding) => format!("\"{}-{coding}\"", self.hash),
            None => format!("\"{}\"", self.hash),
        };
        let held = holds_it(headers, &etag, self.modified);
        let mut response = Response::new(if held { no_body() } else { self.body.into() });
        let answer = response.headers_mut();
        // What a 200 would carry of these, a 304 carries too (RFC 9110 §15.4.5).
        answer.insert(CACHE_CONTROL, FRESH);
        answer.insert(VARY, HeaderValue::from_static("accept-encoding"));
        insert(answer, ETAG, &etag);
        if let Some(modified) = self.modified {
            insert(answer, LAST_MODIFIED, &http_date(modified));
        }
        if held {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
        } else {
            answer.insert(CONTENT_TYPE, self.media_type);
            if let Some(coding) = self.coding.name() {
                answer.insert(CONTENT_ENCODING, HeaderValue::from_static(coding));
            }
        }
        response
    }
}

/// A short text, not to be kept.
pub(super) fn note(status: StatusCode, text: impl Into<String>) -> Response {
    let mut response = Response::new(Body::from(text.into() + "\n"));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Nothing, of unknown length: for an empty body axum would write `Content-Length: 0`, which in
/// a 304 speaks of the document (RFC 9110 §8.6) and would be wrong.
fn no_body() -> Body {
    Body::from_stream(futures_util::stream::empty::<Result<Bytes, Infallible>>())
}

fn insert(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    // Hashes, names of codings and dates are ASCII; a value that is not is better left out.
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}
