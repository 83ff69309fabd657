//! One document on its way through decode, parse and normalise, as a poll would take it.

use std::fs::File;
use std::io::{self, Read};

use tokio::time::Instant;
use url::Url;

use crate::app::commands::parse::probe::{Probe, Reading};
use crate::engine::prepare::{self, ReadBody, Stopped};
use crate::model::outcome::{FetchedBody, Validators};
use crate::normalise::{self, FeedContext};

/// The largest body that is read: what `body-max` is where nobody sets it.
const BODY_MAX_BYTES: usize = 10 << 20;

/// Stands for the address of a document of which nobody said where it came from: nothing can be
/// relative to it, so that what is relative stays as written.
const NO_ADDRESS: &str = "about:blank";

/// A document to read.
#[derive(Debug)]
pub(super) struct Source {
    /// Path of the file, as given.
    pub(super) file: String,
    /// `Content-Type` it came with.
    pub(super) content_type: Option<String>,
    /// Address it came from.
    pub(super) base_url: Option<String>,
}

/// Reads one document and gives its line of JSON, whatever is in it.
pub(super) fn read(source: &Source) -> Vec<u8> {
    let started = Instant::now();
    let read = prepare::contained(|| probe(source));
    let mut probe = read.unwrap_or_else(|stopped| Probe::stopped(&stopped));
    probe.file.clone_from(&source.file);
    probe.millis = started.elapsed().as_secs_f64() * 1000.0;
    probe.to_json()
}

fn probe(source: &Source) -> Result<Probe, Stopped> {
    let unreadable =
        |error: io::Error| Stopped::Unreadable(format!("cannot read {}: {error}", source.file));
    let body = body(source).map_err(unreadable)?;
    let (url, is_known, note) = address(source.base_url.as_deref());
    let read = prepare::read(&body, &url, None, BODY_MAX_BYTES)?;
    drop(body);
    let ReadBody { parsed, base } = read;
    let mut context = FeedContext::of(&parsed, base, None);
    if !is_known {
        context.link = None;
    }
    // Judged as a poll would: what is rejected, and what was wrong with dates and addresses.
    let judged = normalise::document(parsed.entries.clone(), &context, usize::MAX);
    let mut repairs: Vec<String> = note.into_iter().collect();
    let of_entries = judged.entries.iter().flat_map(|entry| &entry.defects);
    let defects = parsed.defects.iter().chain(&judged.defects);
    repairs.extend(
        defects
            .chain(of_entries)
            .map(|defect| format!("{}: {}", defect.kind, defect.detail)),
    );
    if judged.n_rejected > 0 {
        let n = judged.n_rejected;
        repairs.push(format!("rejected: {n} entries say nothing to know them by"));
    }
    if parsed.n_over_limit > 0 {
        let n = parsed.n_over_limit;
        repairs.push(format!("over-limit: {n} entries were counted and not kept"));
    }
    drop(judged);
    Ok(Reading {
        feed: &parsed,
        context: &context,
    }
    .probe(repairs))
}

/// The file as a body, not more of it than shows that it is too large.
fn body(source: &Source) -> io::Result<FetchedBody> {
    let mut bytes = Vec::new();
    let limit = u64::try_from(BODY_MAX_BYTES).unwrap_or(u64::MAX);
    File::open(&source.file)?
        .take(limit.saturating_add(1))
        .read_to_end(&mut bytes)?;
    Ok(FetchedBody {
        bytes: bytes.into(),
        content_type: source.content_type.clone(),
        content_encoding: None,
        content_location: None,
        validators: Validators::default(),
    })
}

/// The address a document came from, whether anybody said so, and what was wrong with it.
fn address(given: Option<&str>) -> (Url, bool, Option<String>) {
    let url = given.map(|given| (given, Url::parse(given)));
    match url {
        Some((_, Ok(url))) => (url, true, None),
        Some((given, Err(error))) => {
            let note = format!("bad-address: {given:?} is no address to be relative to ({error})");
            (nowhere(), false, Some(note))
        }
        None => (nowhere(), false, None),
    }
}

#[expect(clippy::expect_used, reason = "the constant is an address")]
fn nowhere() -> Url {
    Url::parse(NO_ADDRESS).expect("a constant address")
}
