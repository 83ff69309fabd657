//! What came of a case against what must come of it.

use std::collections::BTreeSet;
use std::fmt::Debug;

use nuncio::decode::decode_in;
use nuncio::model::entry::Entry;
use nuncio::model::parsed::{ParsedEntry, ParsedFeed, ParsedLink, ParsedText};
use nuncio::model::time::Timestamp;
use nuncio::normalise::{FeedContext, Normalised, content, document};
use nuncio::parse::parse;
use url::Url;

use crate::feeds::case::Case;
use crate::feeds::expected::{Expected, ExpectedEntry, ExpectedFeed};
use crate::stages::{BODY_MAX_BYTES, ENTRIES_MAX};

/// Every way in which the case came out otherwise than it must; empty where it is right.
pub(crate) fn differences(case: &Case) -> Vec<String> {
    let mut found = Differences(Vec::new());
    match read(case) {
        Ok(read) => found.feed(&read, &case.expected),
        Err((kind, said)) => found.refused(kind, &said, &case.expected),
    }
    found.0
}

/// What came of a document.
struct Read {
    charset: &'static str,
    feed: ParsedFeed,
    url: Url,
    normalised: Normalised,
    defects: BTreeSet<&'static str>,
}

fn read(case: &Case) -> Result<Read, (&'static str, String)> {
    let document_of = &case.document;
    let text = decode_in(
        &document_of.body,
        document_of.content_type.as_deref(),
        document_of.content_encoding.as_deref(),
        document_of.language.as_deref(),
        BODY_MAX_BYTES,
    )
    .map_err(|error| (error.kind(), error.to_string()))?;
    let feed = parse(&text).map_err(|error| (error.kind(), error.to_string()))?;
    let url = document_of.url.clone();
    let context = FeedContext::of(&feed, url.clone(), document_of.language.as_deref());
    let normalised = document(feed.entries.clone(), &context, ENTRIES_MAX);
    let of_entries = normalised.entries.iter().flat_map(|entry| &entry.defects);
    let defects = text.defects.iter().chain(&feed.defects);
    let defects = defects.chain(&normalised.defects).chain(of_entries);
    Ok(Read {
        charset: text.charset,
        defects: defects.map(|defect| defect.kind).collect(),
        url,
        feed,
        normalised,
    })
}

struct Differences(Vec<String>);

impl Differences {
    #[expect(
        clippy::needless_pass_by_value,
        reason = "callers make what they compare on the spot"
    )]
    fn compare<T: PartialEq + Debug>(&mut self, what: &str, got: T, expected: T) {
        if got != expected {
            self.0.push(format!("{what} is {got:?}, not {expected:?}"));
        }
    }

    /// As [`Self::compare`], where something is expected.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "callers make what they compare on the spot"
    )]
    fn compare_given<T: PartialEq + Debug>(&mut self, what: &str, got: T, expected: Option<&T>) {
        if let Some(expected) = expected {
            self.compare(what, &got, expected);
        }
    }

    fn refused(&mut self, kind: &str, said: &str, expected: &Expected) {
        self.compare("the error", Some(kind), expected.error.as_deref());
        if let Some(says) = &expected.says
            && !said.contains(says.as_str())
        {
            self.0
                .push(format!("the error says {said:?}, not {says:?}"));
        }
    }

    fn feed(&mut self, read: &Read, expected: &Expected) {
        self.compare("the error", None, expected.error.as_deref());
        self.compare_given(
            "charset",
            read.charset.to_owned(),
            expected.charset.as_ref(),
        );
        let format = format!("{:?}", read.feed.format);
        self.compare_given("format", format, expected.format.as_ref());
        let defects = expected.defects.iter().map(String::as_str).collect();
        self.compare("defects", read.defects.clone(), defects);
        let n_over_limit = read.feed.n_over_limit + read.normalised.n_over_limit;
        self.compare("over the limit", n_over_limit, expected.over_limit);
        self.compare("rejected", read.normalised.n_rejected, expected.rejected);
        let entries = &read.normalised.entries;
        let n_expected = expected.count.unwrap_or(expected.entries.len());
        self.compare("number of entries", entries.len(), n_expected);
        for (n, expected) in expected.entries.iter().enumerate() {
            let is_whole = read.feed.entries.len() == entries.len();
            let parsed = read.feed.entries.get(n).filter(|_| is_whole);
            if let Some(entry) = entries.get(n) {
                self.entry(n, entry, expected);
                self.parsed(n, parsed, expected);
            }
        }
        self.about(&read.feed, &read.url, &expected.feed);
    }

    fn entry(&mut self, n: usize, entry: &Entry, expected: &ExpectedEntry) {
        let at = |what: &str| format!("entry {n}: {what}");
        self.compare(&at("title"), &entry.title, &expected.title);
        let link = entry.link.as_ref().map(Url::as_str);
        self.compare(&at("link"), link, expected.link.as_deref());
        self.compare(&at("id"), entry.guid.as_ref(), expected.id.as_ref());
        let date = entry.claim.map(Timestamp::rfc3339);
        self.compare(&at("date"), date, expected.date.clone());
        let shown = content::shown(entry);
        let html = |html: Option<nuncio::model::html::SafeHtml>| {
            html.map(|html| html.to_string()).unwrap_or_default()
        };
        self.compare_given(&at("text"), entry.text.clone(), expected.text.as_ref());
        self.compare_given(
            &at("summary"),
            html(shown.summary),
            expected.summary.as_ref(),
        );
        self.compare_given(
            &at("content"),
            html(shown.content),
            expected.content.as_ref(),
        );
        self.compare_given(
            &at("authors"),
            entry.authors.clone(),
            expected.authors.as_ref(),
        );
        let categories = entry.categories.clone();
        self.compare_given(&at("categories"), categories, expected.categories.as_ref());
        let files = entry.enclosures.iter();
        let files = files.map(|it| format!("{} {} {}", it.url, it.media_type, it.size_bytes));
        let expected_files = expected.enclosures.as_ref();
        self.compare_given(&at("enclosures"), files.collect(), expected_files);
        let language = entry.language.clone().unwrap_or_default();
        self.compare_given(&at("language"), language, expected.language.as_ref());
    }

    /// What only the parsed entry says.
    fn parsed(&mut self, n: usize, entry: Option<&ParsedEntry>, expected: &ExpectedEntry) {
        let at = |what: &str| format!("entry {n}: {what}");
        let comments = entry.and_then(|entry| Some(entry.comments.as_ref()?.href.clone()));
        let comments = comments.unwrap_or_default();
        self.compare_given(&at("comments"), comments, expected.comments.as_ref());
        let source = entry.and_then(|entry| entry.source.as_ref()?.title.clone());
        let source = source.unwrap_or_default();
        self.compare_given(&at("source"), source, expected.source.as_ref());
        let links = entry.map(|entry| written(&entry.links)).unwrap_or_default();
        self.compare_given(&at("links"), links, expected.links.as_ref());
    }

    fn about(&mut self, feed: &ParsedFeed, url: &Url, expected: &ExpectedFeed) {
        let text = |text: Option<&ParsedText>| {
            text.map(|text| text.as_written().to_owned())
                .unwrap_or_default()
        };
        let id = feed.id.clone().unwrap_or_default();
        self.compare_given("feed id", id, expected.id.as_ref());
        let title = text(feed.title.as_ref());
        self.compare_given("feed title", title, expected.title.as_ref());
        let description = text(feed.description.as_ref());
        self.compare_given(
            "feed description",
            description,
            expected.description.as_ref(),
        );
        let context = FeedContext::of(feed, url.clone(), None);
        let link = context.link.map(String::from).unwrap_or_default();
        self.compare_given("feed link", link, expected.link.as_ref());
        let language = feed.language.clone().unwrap_or_default();
        self.compare_given("feed language", language, expected.language.as_ref());
        let authors = feed.authors.iter().filter_map(|it| it.shown());
        let authors = authors.map(str::to_owned).collect();
        self.compare_given("feed authors", authors, expected.authors.as_ref());
        let categories = feed.categories.iter().map(|it| it.shown().to_owned());
        self.compare_given(
            "feed categories",
            categories.collect(),
            expected.categories.as_ref(),
        );
        let rights = text(feed.rights.as_ref());
        self.compare_given("feed rights", rights, expected.rights.as_ref());
        let generator = feed.generator.clone().unwrap_or_default();
        self.compare_given("generator", generator, expected.generator.as_ref());
        let others: Vec<ParsedLink> = feed.links.clone();
        let others = written(&others)
            .into_iter()
            .filter(|link| !link.starts_with("alternate "));
        self.compare_given("feed links", others.collect(), expected.links.as_ref());
        let pace = &feed.pace;
        if let Some(ttl) = expected.ttl_minutes {
            self.compare("ttl", pace.ttl_minutes.unwrap_or(0), ttl);
        }
        let (hours, days) = (pace.skip_hours.clone(), pace.skip_days.clone());
        self.compare_given("skip hours", hours, expected.skip_hours.as_ref());
        self.compare_given("skip days", days, expected.skip_days.as_ref());
        if let Some(period) = expected.update_period_s {
            self.compare("update period", pace.update_period_s.unwrap_or(0), period);
        }
    }
}

fn written(links: &[ParsedLink]) -> Vec<String> {
    let link = |link: &ParsedLink| format!("{} {}", link.rel, link.target.href);
    links.iter().map(link).collect()
}
