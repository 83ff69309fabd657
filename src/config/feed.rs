//! `[[feed]]`, and what must hold between feeds.

use std::collections::BTreeMap;
use std::time::Duration;

use toml::de::DeValue;
use url::Url;

use crate::config::address;
use crate::config::country::country;
use crate::config::daemon::{INTERVAL_MAX, OFTEN, OWN_INTERVAL_FLOOR, TIMEOUT};
use crate::config::filter;
use crate::config::names::Names;
use crate::config::resolved::Daemon;
use crate::config::tables::read_dedup;
use crate::config::walk::{Complaint, Limits, Reader, Report, Span, wrong_type};
use crate::model::country::Country;
use crate::model::feed::{DedupScope, Feed, FeedId, Tier};
use crate::model::rules::Filter;
use crate::model::time::Zone;

/// What the other tables say about every feed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Defaults<'d> {
    pub(super) daemon: &'d Daemon,
    pub(super) dedup: DedupScope,
    pub(super) filter: &'d Filter,
    pub(super) names: &'d Names<'d>,
}

/// A feed as far as it could be read, and where its parts stand.
#[derive(Debug)]
pub(super) struct ReadFeed {
    id: Option<(FeedId, Span)>,
    formerly: Vec<(FeedId, Span)>,
    url: Option<(Url, Span)>,
    /// Its own filter, where it has one.
    filter: Option<Filter>,
    /// The whole feed, where nothing vital is missing.
    feed: Option<Feed>,
}

/// Reads one table.
pub(super) fn read(reader: &mut Reader<'_, '_, '_>, defaults: Defaults<'_>) -> ReadFeed {
    let id = reader
        .required(
            "id",
            "this feed",
            "give it a short name for ever: id = \"mfa-kz\"",
        )
        .and_then(|text| {
            let id = feed_id(text.text);
            Some((reader.accept(text.span.clone(), id)?, text.span))
        });
    let owner = match &id {
        Some((id, _)) => format!("feed `{id}`"),
        None => "this feed".to_owned(),
    };
    let url = reader
        .required("url", &owner, "give its address: url = \"https://…\"")
        .and_then(|text| {
            let url = address::http_url(text.text);
            Some((reader.accept(text.span.clone(), url)?, text.span))
        });
    let formerly = read_formerly(reader);
    let rest = read_rest(reader, defaults);
    let feed = id.clone().zip(url.clone()).map(|((id, _), (url, _))| Feed {
        name: rest.name.unwrap_or_else(|| id.as_str().to_owned()),
        formerly: formerly.iter().map(|(id, _)| id.clone()).collect(),
        url,
        id,
        tier: rest.tier,
        folder: rest.folder,
        language: rest.language,
        time_zone: rest.time_zone,
        default_country: rest.default_country,
        enabled: rest.enabled,
        unfiltered: rest.filter == OwnFilter::Off,
        dedup: rest.dedup,
        interval: rest.interval,
        timeout: rest.timeout,
        user_agent: rest.user_agent,
        headers: rest.headers,
        allow_private: rest.allow_private,
    });
    let filter = match rest.filter {
        OwnFilter::Conditions(filter) => Some(filter),
        OwnFilter::General | OwnFilter::Off => None,
    };
    ReadFeed {
        id,
        formerly,
        url,
        filter,
        feed,
    }
}

/// All that a feed may leave out.
struct Rest {
    name: Option<String>,
    tier: Tier,
    folder: Option<String>,
    language: Option<String>,
    time_zone: Option<Zone>,
    default_country: Option<Country>,
    enabled: bool,
    filter: OwnFilter,
    dedup: DedupScope,
    interval: Option<Duration>,
    timeout: Duration,
    user_agent: Option<String>,
    headers: Vec<(String, String)>,
    allow_private: bool,
}

fn read_rest(reader: &mut Reader<'_, '_, '_>, defaults: Defaults<'_>) -> Rest {
    let allow_private = reader.flag("allow-private", defaults.daemon.allow_private);
    let floor = if allow_private {
        OWN_INTERVAL_FLOOR
    } else {
        defaults.daemon.min_interval
    };
    let tiers = Tier::ALL.map(|tier| (tier.name(), tier));
    Rest {
        name: reader.line("name"),
        tier: reader.word("tier", &tiers).unwrap_or_default(),
        folder: reader.line("folder"),
        language: reader.parsed("language", address::language),
        time_zone: reader.parsed("time-zone", address::time_zone),
        default_country: reader.parsed("default-country", country),
        enabled: reader.flag("enabled", true),
        filter: read_filter(reader, defaults),
        dedup: read_dedup(reader).unwrap_or(defaults.dedup),
        interval: reader.given_duration("interval", Limits::because(floor..=INTERVAL_MAX, OFTEN)),
        timeout: reader.duration("timeout", defaults.daemon.timeout, TIMEOUT),
        user_agent: reader.parsed("user-agent", |text| address::user_agent("user-agent", text)),
        headers: read_headers(reader),
        allow_private,
    }
}

/// `filter` of one feed.
#[derive(PartialEq, Eq)]
enum OwnFilter {
    /// That of `[filter]` holds.
    General,
    /// All of the feed is announced.
    Off,
    /// These hold instead.
    Conditions(Filter),
}

fn read_filter(reader: &mut Reader<'_, '_, '_>, defaults: Defaults<'_>) -> OwnFilter {
    match reader.value("filter") {
        None => OwnFilter::General,
        Some((DeValue::String(text), _)) if text == "off" => OwnFilter::Off,
        Some((value, span)) => {
            filter::read_of_feed(value, span, reader, defaults.names, defaults.filter)
                .map_or(OwnFilter::General, OwnFilter::Conditions)
        }
    }
}

fn read_headers(reader: &mut Reader<'_, '_, '_>) -> Vec<(String, String)> {
    let hint = "write headers = { Accept-Language = \"ru\" }";
    let Some((value, span)) = reader.value("headers") else {
        return Vec::new();
    };
    let DeValue::Table(table) = value else {
        reader
            .report
            .at(span, wrong_type("headers", value, "a table", hint));
        return Vec::new();
    };
    let mut headers = BTreeMap::new();
    for (key, value) in table {
        let Some(name) = reader.accept(key.span(), address::header_name(key.get_ref())) else {
            continue;
        };
        let DeValue::String(text) = value.get_ref() else {
            let complaint = wrong_type(key.get_ref(), value.get_ref(), "a text", hint);
            reader.report.at(value.span(), complaint);
            continue;
        };
        let Some(text) = reader.accept(value.span(), address::header_value(text)) else {
            continue;
        };
        if headers.insert(name, text).is_some() {
            let message = format!("the header `{}` stands here twice", key.get_ref());
            let hint = "names of headers are the same in upper and lower case: take one out";
            reader.report.at(key.span(), Complaint::new(message, hint));
        }
    }
    headers.into_iter().collect()
}

fn read_formerly(reader: &mut Reader<'_, '_, '_>) -> Vec<(FeedId, Span)> {
    let mut formerly = Vec::new();
    for text in reader.texts("formerly") {
        if let Some(id) = reader.accept(text.span.clone(), feed_id(text.text)) {
            formerly.push((id, text.span));
        }
    }
    formerly
}

fn feed_id(text: &str) -> Result<FeedId, Complaint> {
    text.parse().map_err(|error| {
        let hint = "write lower-case letters, digits and single hyphens: \"mfa-kz\"";
        Complaint::new(format!("`{text}` is no feed id: {error}"), hint)
    })
}

/// Checks what must hold between feeds, and hands them on in the order of the file, with the
/// filters that some have for themselves.
pub(super) fn check_all(
    read: Vec<ReadFeed>,
    report: &mut Report<'_>,
) -> (Vec<Feed>, BTreeMap<FeedId, Filter>) {
    let ids = check_ids(&read, report);
    check_formerly(&read, &ids, report);
    check_urls(&read, report);
    let mut filters = BTreeMap::new();
    let mut feeds = Vec::new();
    for ReadFeed { feed, filter, .. } in read {
        let Some(feed) = feed else { continue };
        filters.extend(filter.map(|filter| (feed.id.clone(), filter)));
        feeds.push(feed);
    }
    (feeds, filters)
}

fn check_ids(read: &[ReadFeed], report: &mut Report<'_>) -> BTreeMap<FeedId, usize> {
    let mut lines = BTreeMap::new();
    for (id, span) in read.iter().filter_map(|read| read.id.as_ref()) {
        if let Some(line) = lines.get(id) {
            let message = format!("two feeds are called `{id}`; the other stands on line {line}");
            let hint = "give one of them another id; what is known of a feed hangs on it";
            report.at(span.clone(), Complaint::new(message, hint));
        } else {
            lines.insert(id.clone(), report.line(span));
        }
    }
    lines
}

fn check_formerly(read: &[ReadFeed], ids: &BTreeMap<FeedId, usize>, report: &mut Report<'_>) {
    let mut claimed: BTreeMap<&FeedId, usize> = BTreeMap::new();
    for (id, span) in read.iter().flat_map(|read| &read.formerly) {
        let line = report.line(span);
        if let Some(other) = ids.get(id) {
            let message = format!("`{id}` is a feed of today, on line {other}");
            let hint = "name here only ids that no feed has any more";
            report.at(span.clone(), Complaint::new(message, hint));
        } else if let Some(other) = claimed.get(id) {
            let message =
                format!("`{id}` is claimed twice; the other claim stands on line {other}");
            let hint = "only one feed can take over what is known of another";
            report.at(span.clone(), Complaint::new(message, hint));
        } else {
            claimed.insert(id, line);
        }
    }
}

/// What is asked for: an address, and the headers that may make it another document.
type Request<'a> = (&'a str, &'a [(String, String)]);

/// Two feeds of one request ask a publisher twice for the same.
fn check_urls(read: &[ReadFeed], report: &mut Report<'_>) {
    let mut lines: BTreeMap<Request<'_>, usize> = BTreeMap::new();
    for read in read {
        let (Some((url, span)), Some(feed)) = (&read.url, &read.feed) else {
            continue;
        };
        let request = (url.as_str(), feed.headers.as_slice());
        if let Some(line) = lines.get(&request) {
            let message = format!("this address has a feed already, on line {line}");
            let hint = "take one of them out: the publisher would be asked twice for the same";
            report.at(span.clone(), Complaint::new(message, hint));
        } else {
            lines.insert(request, report.line(span));
        }
    }
}
