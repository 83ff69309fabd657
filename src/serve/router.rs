//! Which path answers what.

use axum::Router;
use axum::extract::State;
use axum::middleware::map_response;
use axum::response::Response;
use axum::routing::get;
use http::header::{CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderMap, HeaderValue, StatusCode};

use crate::serve::document::{Document, note};
use crate::serve::feeds::feed;
use crate::serve::state::ServeState;
use crate::serve::{address, opml, page};

/// Nothing is loaded but the page's own style, nothing runs, nothing frames us.
const CONTENT_SECURITY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'none'",
);

/// All that is served.
pub fn router(state: ServeState) -> Router {
    router_with(state, Router::new())
}

/// [`router`] and `further` routes, which get the same headers and the same answer to a method
/// they do not know.
///
/// # Panics
/// Where one of the further routes is one of ours.
pub fn router_with(state: ServeState, further: Router) -> Router {
    Router::new()
        .route("/", get(index))
        .route("/style.css", get(style))
        .route("/feeds.opml", get(list))
        .route("/feeds/{file}", get(feed))
        .route("/healthz", get(alive))
        .route("/readyz", get(ready))
        .with_state(state)
        .merge(further)
        .fallback(not_found)
        .method_not_allowed_fallback(wrong_method)
        .layer(map_response(secured))
}

async fn index(State(state): State<ServeState>, headers: HeaderMap) -> Response {
    let status = page::Status {
        ready: state.health.ready(),
        line: state.health.status_line(),
    };
    let base = address::base(&state, &headers);
    let body = page::render(&state.snapshots.load(), base.as_ref(), &status);
    Document::page(body, page::MEDIA_TYPE).answer(&headers)
}

async fn style(headers: HeaderMap) -> Response {
    Document::page(page::STYLE.to_owned(), "text/css; charset=utf-8").answer(&headers)
}

async fn list(State(state): State<ServeState>, headers: HeaderMap) -> Response {
    let Some(base) = address::base(&state, &headers) else {
        let text = "the list needs absolute addresses: send a Host header or set base-url";
        return note(StatusCode::BAD_REQUEST, text);
    };
    let body = opml::render(&state.snapshots.load(), &base);
    Document::page(body, opml::MEDIA_TYPE).answer(&headers)
}

/// The process answers: all that "alive" means.
async fn alive() -> Response {
    note(StatusCode::OK, "alive")
}

async fn ready(State(state): State<ServeState>) -> Response {
    let status = if state.health.ready() {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    note(status, state.health.status_line())
}

async fn not_found() -> Response {
    note(
        StatusCode::NOT_FOUND,
        "nothing here; the list of feeds is at /",
    )
}

async fn wrong_method() -> Response {
    let text = "this is read only: GET and HEAD";
    note(StatusCode::METHOD_NOT_ALLOWED, text)
}

/// Headers that every answer carries.
async fn secured(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(CONTENT_SECURITY_POLICY, CONTENT_SECURITY);
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}
