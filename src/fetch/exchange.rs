//! One exchange: ask, follow redirects, read the body.

use http::StatusCode;
use reqwest::Response;
use tokio::time::timeout;
use url::Url;

use crate::fetch::body::Progress;
use crate::fetch::client::HttpClient;
use crate::fetch::failure::{
    Peer, Phase, failure, from_body, from_reqwest, from_status, host_of, no_answer, printed,
};
use crate::fetch::freshness;
use crate::fetch::guard;
use crate::fetch::headers::{self, Sent};
use crate::model::outcome::{
    FetchFailure, FetchOutcome, FetchRequest, FetchedBody, Freshness, Hop, OutcomeKind,
};
use crate::model::url::keeps_secrets;

/// What is known so far; complete at any moment, because the time limit may end it at any.
pub(super) struct Exchange<'a> {
    client: &'a HttpClient,
    request: &'a FetchRequest,
    /// The address of the present hop, without user, password and fragment.
    pub(super) url: Url,
    /// Redirects followed.
    pub(super) hops: Vec<Hop>,
    /// Status of the last answer.
    pub(super) status: Option<u16>,
    /// Of the last answer; `retry_after` is the latest any answer asked for.
    pub(super) freshness: Freshness,
    /// How far the body is; `None` before it.
    progress: Option<Progress>,
}

impl<'a> Exchange<'a> {
    pub(super) fn new(client: &'a HttpClient, request: &'a FetchRequest) -> Self {
        Self {
            client,
            request,
            url: plain(request.url.clone()),
            hops: Vec::new(),
            status: None,
            freshness: Freshness::default(),
            progress: None,
        }
    }

    /// Runs to its end, however it ends, within `request.timeout`.
    pub(super) async fn run(&mut self) -> FetchOutcome {
        let limit = self.request.timeout;
        let ended = match timeout(limit, self.ask_and_follow()).await {
            Ok(ended) => ended,
            Err(_elapsed) => Err(self.out_of_time()),
        };
        ended.unwrap_or_else(FetchOutcome::Failed)
    }

    async fn ask_and_follow(&mut self) -> Result<FetchOutcome, FetchFailure> {
        if !headers::is_web(&self.url) {
            let detail = format!("{} is neither http nor https", printed(&self.url));
            return Err(failure(OutcomeKind::Protocol, detail));
        }
        let sent = Sent::new(self.request, self.client.user_agent())
            .map_err(|bad| failure(OutcomeKind::Protocol, bad.to_string()))?;
        loop {
            let response = self.ask(&sent).await?;
            self.note(&response);
            if matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
                self.follow(&response)?;
            } else {
                return self.end(response, &sent).await;
            }
        }
    }

    async fn ask(&self, sent: &Sent) -> Result<Response, FetchFailure> {
        if self.is_guarded() {
            guard::check_url(&self.url)?;
            self.client.check_not_proxy(&self.url)?;
        }
        let (url, headers) = if keeps_secrets(&self.request.url, &self.url) {
            (self.with_userinfo(), sent.for_home())
        } else {
            (self.url.clone(), sent.for_elsewhere())
        };
        let client = self.client.of(self.request.allow_private);
        let limit = self.client.answer_timeout();
        match timeout(limit, client.get(url).headers(headers).send()).await {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(error)) => Err(from_reqwest(&error, Phase::Asking, self.peer())),
            Err(_elapsed) => Err(no_answer(limit, self.peer())),
        }
    }

    fn is_guarded(&self) -> bool {
        self.client.is_guarded(self.request.allow_private)
    }

    /// User and password of the configured address; reqwest makes a header of them.
    fn with_userinfo(&self) -> Url {
        let mut url = self.url.clone();
        // Both fail only for addresses without a host, which http(s) addresses are not.
        let _ = url.set_username(self.request.url.username());
        let _ = url.set_password(self.request.url.password());
        url
    }

    fn note(&mut self, response: &Response) {
        let said = freshness::read(response.headers(), self.client.now());
        let retry_after = self.freshness.retry_after.max(said.retry_after);
        self.freshness = Freshness {
            retry_after,
            ..said
        };
        self.status = Some(response.status().as_u16());
    }

    fn follow(&mut self, response: &Response) -> Result<(), FetchFailure> {
        let status = response.status().as_u16();
        let to = match headers::location(response.headers(), &self.url) {
            Some(Ok(to)) if headers::is_web(&to) => plain(to),
            Some(Ok(to)) => {
                return Err(self.broken_redirect(status, &format!("to {}", printed(&to))));
            }
            Some(Err(text)) => {
                let how = format!("to {:?}, which is no address", without_secrets(&text));
                return Err(self.broken_redirect(status, &how));
            }
            None => return Err(self.broken_redirect(status, "without saying where")),
        };
        let is_loop =
            to == plain(self.request.url.clone()) || self.hops.iter().any(|hop| hop.to == to);
        if is_loop {
            let detail = format!(
                "redirected in a circle, back to {}; the server may want cookies or another \
                 user-agent",
                printed(&to)
            );
            return Err(failure(OutcomeKind::Redirect, detail));
        }
        let redirects_max = self.client.redirects_max();
        if self.hops.len() >= redirects_max {
            let detail = format!(
                "more than {redirects_max} redirects, the last to {}",
                printed(&to)
            );
            return Err(failure(OutcomeKind::Redirect, detail));
        }
        self.url = to.clone();
        self.hops.push(Hop { status, to });
        Ok(())
    }

    fn broken_redirect(&self, status: u16, how: &str) -> FetchFailure {
        let detail = format!("{} redirects ({status}) {how}", host_of(&self.url));
        failure(OutcomeKind::Redirect, detail)
    }

    async fn end(&mut self, response: Response, sent: &Sent) -> Result<FetchOutcome, FetchFailure> {
        match response.status() {
            // 203 is a 200 that a proxy in between has touched; 204 is an empty body.
            StatusCode::OK | StatusCode::NON_AUTHORITATIVE_INFORMATION | StatusCode::NO_CONTENT => {
                self.read(response).await
            }
            StatusCode::NOT_MODIFIED if sent.is_conditional() => Ok(FetchOutcome::NotModified),
            StatusCode::NOT_MODIFIED => {
                let host = host_of(&self.url);
                let detail =
                    format!("{host} answered 304 Not Modified to a request that set no condition");
                Err(failure(OutcomeKind::Protocol, detail))
            }
            StatusCode::GONE => Ok(FetchOutcome::Gone),
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
                Ok(FetchOutcome::Throttled)
            }
            status => Err(from_status(status, &self.url)),
        }
    }

    async fn read(&mut self, mut response: Response) -> Result<FetchOutcome, FetchFailure> {
        let headers = response.headers().clone();
        let limits = self.client.body_limits();
        let progress = self.progress.insert(Progress::Reading(0));
        let bytes = match limits.read(&mut response, progress).await {
            Ok(bytes) => bytes,
            Err(trouble) => {
                let n_read = self.n_read();
                return Err(from_body(&trouble, n_read, limits.max_bytes(), self.peer()));
            }
        };
        Ok(FetchOutcome::Modified(FetchedBody {
            bytes,
            content_type: headers::content_type(&headers),
            content_encoding: headers::content_encoding(&headers),
            content_location: headers::content_location(&headers, &self.url),
            validators: headers::validators(&headers),
        }))
    }

    fn n_read(&self) -> usize {
        match self.progress {
            Some(Progress::Reading(n)) => n,
            Some(Progress::Queued) | None => 0,
        }
    }

    fn out_of_time(&self) -> FetchFailure {
        let (host, limit) = (host_of(&self.url), self.request.timeout);
        let detail = match self.progress {
            None => format!("{host} did not answer within {limit:?}"),
            Some(Progress::Reading(n)) => {
                format!("the body of {host} was not complete after {limit:?}, {n} bytes had come")
            }
            Some(Progress::Queued) => format!(
                "the large body of {host} waited until {limit:?} were over for other large bodies \
                 to be dealt with; a smaller body-max lets more of them in at a time"
            ),
        };
        failure(OutcomeKind::Timeout, detail)
    }

    fn peer(&self) -> Peer<'_> {
        Peer {
            url: &self.url,
            proxy: self.client.proxy(),
            has_roots: self.client.has_roots(),
            connect_timeout: self.client.connect_timeout(),
        }
    }
}

/// What can be shown of a text that should have been an address: nothing after a `?`, and nothing
/// at all where there may be a password in it.
fn without_secrets(text: &str) -> &str {
    match text.split(['?', '#']).next() {
        Some(shown) if !text.contains('@') => shown,
        Some(_) | None => "***",
    }
}

/// An address without what is never sent in a request line or never remembered.
fn plain(mut url: Url) -> Url {
    url.set_fragment(None);
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url
}
