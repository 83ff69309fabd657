//! The farm's HTTP side: feeds on any loopback address, the control beside them.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use socket2::{Domain, Socket, Type};

use crate::farm::{Farm, Served, Standing};
use crate::listing::feed_id;

/// Listens on every loopback address, and on no other: the socket is bound to the device `lo`.
pub(crate) fn listen(port: u16) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    socket.set_reuse_address(true)?;
    socket.bind_device(Some(b"lo"))?;
    socket.bind(&SocketAddr::from((Ipv4Addr::UNSPECIFIED, port)).into())?;
    socket.listen(4096)?;
    socket.set_nonblocking(true)?;
    Ok(socket.into())
}

/// Everything that is answered.
pub(crate) fn router(farm: Arc<Farm>) -> Router {
    Router::new()
        .route("/feeds/{feed}", get(feed))
        .route("/control/advance/{per_mille}", post(advance))
        .route("/control/prepare", post(prepare))
        .route("/control/hold", post(hold))
        .route("/control/release", post(release))
        .route("/control/reset", post(reset))
        .route("/control/counters", get(counters))
        .with_state(farm)
}

async fn feed(
    State(farm): State<Arc<Farm>>,
    Path(feed): Path<usize>,
    headers: HeaderMap,
) -> Result<Response, Trouble> {
    let mut served = Served {
        feed: feed_id(feed),
        version: 0,
        status: None,
        if_none_match: text(&headers, header::IF_NONE_MATCH),
        agent: text(&headers, header::USER_AGENT),
    };
    farm.note(&served, 0)?;
    let mut hold = farm.hold.subscribe();
    // The sender lives as long as the farm.
    drop(hold.wait_for(|is_held| !is_held).await);
    let Some(standing) = farm.standing(feed)? else {
        served.status = Some(404);
        farm.note(&served, 0)?;
        return Ok(StatusCode::NOT_FOUND.into_response());
    };
    let is_known = is_known(&headers, &standing);
    let is_gzip = text(&headers, header::ACCEPT_ENCODING).is_some_and(|it| it.contains("gzip"));
    let body = match (is_known, is_gzip) {
        (true, _) => Vec::new(),
        (false, true) => farm.pack.gzip(&standing.packed)?,
        (false, false) => farm.pack.plain(&standing.packed)?,
    };
    let status = if is_known {
        StatusCode::NOT_MODIFIED
    } else {
        StatusCode::OK
    };
    served.version = standing.version;
    served.status = Some(status.as_u16());
    farm.note(&served, body.len())?;
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let said = response.headers_mut();
    said.insert(header::ETAG, value(&standing.packed.etag));
    said.insert(
        header::LAST_MODIFIED,
        value(&http_date(standing.modified_s)),
    );
    said.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    if !is_known {
        said.insert(header::CONTENT_TYPE, value(standing.packed.content_type));
        if is_gzip {
            said.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
    }
    Ok(response)
}

/// `If-None-Match` decides; `If-Modified-Since` only without one (RFC 9110 §13.2.2).
fn is_known(headers: &HeaderMap, standing: &Standing) -> bool {
    match text(headers, header::IF_NONE_MATCH) {
        Some(tags) => tags.contains(standing.packed.etag.as_str()),
        None => text(headers, header::IF_MODIFIED_SINCE)
            .is_some_and(|since| since == http_date(standing.modified_s)),
    }
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static(""))
}

fn http_date(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds)
        .unwrap_or_default()
        .strftime("%a, %d %b %Y %H:%M:%S GMT")
        .to_string()
}

async fn advance(
    State(farm): State<Arc<Farm>>,
    Path(per_mille): Path<u32>,
) -> Result<String, Trouble> {
    let advancing = tokio::task::spawn_blocking(move || farm.advance(per_mille));
    let advanced = advancing.await.map_err(io::Error::other)??;
    Ok(serde_json::to_string(&advanced).map_err(io::Error::from)? + "\n")
}

async fn prepare(State(farm): State<Arc<Farm>>) -> Result<(), Trouble> {
    let preparing = tokio::task::spawn_blocking(move || farm.prepare());
    Ok(preparing.await.map_err(io::Error::other)??)
}

async fn hold(State(farm): State<Arc<Farm>>) {
    farm.hold.send_replace(true);
}

async fn release(State(farm): State<Arc<Farm>>) {
    farm.hold.send_replace(false);
}

async fn reset(State(farm): State<Arc<Farm>>) {
    farm.reset();
}

async fn counters(State(farm): State<Arc<Farm>>) -> Result<String, Trouble> {
    Ok(serde_json::to_string(&farm.counters()).map_err(io::Error::from)? + "\n")
}

/// The farm itself is in trouble: its disk is full, say.
struct Trouble(io::Error);

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Self(error)
    }
}

impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        (StatusCode::INTERNAL_SERVER_ERROR, format!("{}\n", self.0)).into_response()
    }
}
