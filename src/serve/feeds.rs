//! `/feeds/NAME.atom`, `.rss`, `.json`: the hot path.

use axum::extract::{Path, State};
use axum::response::Response;
use bytes::Bytes;
use http::header::RETRY_AFTER;
use http::{HeaderMap, HeaderValue, StatusCode};

use crate::model::rendered::{Format, RenderedFeed};
use crate::serve::coding::{Coding, negotiate};
use crate::serve::document::{Document, note};
use crate::serve::state::ServeState;

/// Answers with a document of the snapshot, as it lies in memory.
pub(super) async fn feed(
    State(state): State<ServeState>,
    Path(file): Path<String>,
    headers: HeaderMap,
) -> Response {
    let snapshot = state.snapshots.load();
    let found = parse_name(&file).and_then(|key| snapshot.feeds.get(&key));
    match found {
        Some(rendered) => document(rendered, &headers).answer(&headers),
        None => missing(&file, state.health.ready()),
    }
}

/// The document in the coding the reader likes best.
fn document(rendered: &RenderedFeed, headers: &HeaderMap) -> Document {
    let (coding, body) = body(rendered, negotiate(headers));
    Document {
        body,
        media_type: HeaderValue::from_static(rendered.format.media_type()),
        hash: rendered.hash.clone(),
        coding,
        modified: Some(rendered.last_modified),
    }
}

/// A coding that could not be made is empty, which no coded document is.
fn body(rendered: &RenderedFeed, coding: Coding) -> (Coding, Bytes) {
    let coded = match coding {
        Coding::Identity => &rendered.identity,
        Coding::Gzip => &rendered.gzip,
        Coding::Brotli => &rendered.brotli,
        Coding::Zstd => &rendered.zstd,
    };
    if coded.is_empty() {
        (Coding::Identity, rendered.identity.clone())
    } else {
        (coding, coded.clone())
    }
}

fn parse_name(file: &str) -> Option<(String, Format)> {
    let (name, extension) = file.rsplit_once('.')?;
    let mut formats = Format::ALL.into_iter();
    let format = formats.find(|format| format.extension() == extension)?;
    Some((name.to_owned(), format))
}

/// While the service is coming up, a feed that is not there is not yet there: many readers give
/// a feed up that answers 404.
fn missing(file: &str, ready: bool) -> Response {
    if ready {
        let text = format!("no feed {file:?} here; the list of feeds is at /");
        return note(StatusCode::NOT_FOUND, text);
    }
    let text = "not published yet; the service is starting or its store is not open";
    let mut response = note(StatusCode::SERVICE_UNAVAILABLE, text);
    let headers = response.headers_mut();
    headers.insert(RETRY_AFTER, HeaderValue::from_static("30"));
    response
}
