//! `config print`: the resolved configuration as a file that means the same.

use std::fmt::Write as _;
use std::path::Path;

use url::Url;

use crate::config::print_rules as rules;
use crate::config::resolved::{Config, ContentShown, Daemon, Publish, StoreConfig};
use crate::config::tables::{CONTENT, DEDUP};
use crate::config::units::{write_duration, write_size};
use crate::model::country::Country;
use crate::model::feed::{DedupScope, Feed, FeedId};
use crate::model::rules::Filter;
use crate::model::time::Zone;
use crate::model::url::SafeUrl;

impl Config {
    /// The configuration with every default filled in, as TOML. Read again in the same
    /// environment it gives an equal configuration, but for the lines of `[[test]]` and for
    /// values of secret-looking parameters in addresses, which are shown as `***`.
    pub fn to_toml(&self) -> String {
        let mut page = Page::default();
        page.list("regions", &self.rules.regions);
        print_daemon(&mut page, &self.daemon);
        print_store(&mut page, &self.store);
        print_publish(&mut page, &self.publish);
        page.header("[filter]");
        rules::print_filter(&mut page, &self.rules.filter);
        page.line("dedup", dedup_word(self.publish.dedup));
        page.line("backlog", &write_duration(self.publish.backlog));
        for (name, region) in &self.rules.own {
            rules::print_region(&mut page, name, region);
        }
        for (name, group) in &self.rules.groups {
            rules::print_group(&mut page, name, group);
        }
        for feed in &self.feeds {
            print_feed(&mut page, feed, self.rules.feeds.get(&feed.id));
        }
        for test in &self.tests {
            rules::print_test(&mut page, test);
        }
        page.text
    }
}

fn print_daemon(page: &mut Page, daemon: &Daemon) {
    page.header("[daemon]");
    page.line("listen", &daemon.listen.to_string());
    page.maybe_url("base-url", daemon.base_url.as_ref());
    page.path("state-dir", &daemon.state_dir);
    page.path("cache-dir", &daemon.cache_dir);
    page.line("user-agent", &daemon.user_agent);
    page.line("interval", &write_duration(daemon.interval));
    page.line("min-interval", &write_duration(daemon.min_interval));
    page.line("backoff-base", &write_duration(daemon.backoff_base));
    page.line("backoff-max", &write_duration(daemon.backoff_max));
    page.line("freshness-max", &write_duration(daemon.freshness_max));
    page.line("host-pause-max", &write_duration(daemon.host_pause_max));
    page.bare("host-requests", daemon.host_requests);
    page.line("host-spacing", &write_duration(daemon.host_spacing));
    page.bare("requests", daemon.requests);
    page.line("connect-timeout", &write_duration(daemon.connect_timeout));
    page.line("read-timeout", &write_duration(daemon.read_timeout));
    page.line("timeout", &write_duration(daemon.timeout));
    let body_max_bytes = u64::try_from(daemon.body_max_bytes).unwrap_or(u64::MAX);
    page.line("body-max", &write_size(body_max_bytes));
    page.bare("redirects-max", daemon.redirects_max);
    page.bare("entries-max", daemon.entries_max);
    page.maybe_url("proxy", daemon.proxy.as_ref());
    if let Some(path) = &daemon.extra_ca {
        page.path("extra-ca", path);
    }
    page.bare("allow-private", daemon.allow_private);
}

fn print_store(page: &mut Page, store: &StoreConfig) {
    page.header("[store]");
    page.line("backend", "sled");
    page.line("cache", &write_size(store.cache_bytes));
    page.line("checkpoint", &write_duration(store.checkpoint));
    page.line("free-min", &write_size(store.free_min_bytes));
}

fn print_publish(page: &mut Page, publish: &Publish) {
    page.header("[publish]");
    page.bare("entries", publish.entries);
    page.line("window", &write_duration(publish.window));
    page.line("content", content_word(publish.content));
    let formats = publish.formats.iter().map(|format| format.extension());
    page.list("formats", formats);
}

fn print_feed(page: &mut Page, feed: &Feed, filter: Option<&Filter>) {
    page.header("[[feed]]");
    page.line("id", feed.id.as_str());
    page.maybe_url("url", Some(&feed.url));
    page.line("name", &feed.name);
    page.line("tier", feed.tier.name());
    page.maybe("folder", feed.folder.as_deref());
    page.maybe("language", feed.language.as_deref());
    page.maybe("time-zone", feed.time_zone.as_ref().map(Zone::name));
    page.maybe("default-country", feed.default_country.map(Country::code));
    page.bare("enabled", feed.enabled);
    page.list("formerly", feed.formerly.iter().map(FeedId::as_str));
    if feed.unfiltered {
        page.line("filter", "off");
    } else if let Some(filter) = filter {
        page.bare("filter", rules::filter_table(filter));
    }
    page.line("dedup", dedup_word(feed.dedup));
    if let Some(interval) = feed.interval {
        page.line("interval", &write_duration(interval));
    }
    page.line("timeout", &write_duration(feed.timeout));
    page.maybe("user-agent", feed.user_agent.as_deref());
    page.bare("allow-private", feed.allow_private);
    if !feed.headers.is_empty() {
        let headers = feed.headers.iter();
        let headers: Vec<String> = headers
            .map(|(name, value)| format!("{} = {}", quoted(name), quoted(value)))
            .collect();
        page.bare("headers", format!("{{ {} }}", headers.join(", ")));
    }
}

fn content_word(content: ContentShown) -> &'static str {
    word_of(&content, &CONTENT)
}

fn dedup_word(dedup: DedupScope) -> &'static str {
    word_of(&dedup, &DEDUP)
}

pub(super) fn word_of<T: PartialEq>(value: &T, words: &[(&'static str, T)]) -> &'static str {
    words
        .iter()
        .find(|(_, named)| named == value)
        .map_or("", |(name, _)| name)
}

/// A TOML string, escaped.
pub(super) fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// A file being written.
#[derive(Default)]
pub(super) struct Page {
    text: String,
}

impl Page {
    pub(super) fn header(&mut self, header: &str) {
        self.push(format_args!("\n{header}\n"));
    }

    pub(super) fn bare(&mut self, key: &str, value: impl std::fmt::Display) {
        self.push(format_args!("{key} = {value}\n"));
    }

    pub(super) fn line(&mut self, key: &str, value: &str) {
        self.bare(key, quoted(value));
    }

    pub(super) fn maybe(&mut self, key: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.line(key, value);
        }
    }

    fn maybe_url(&mut self, key: &str, url: Option<&Url>) {
        if let Some(url) = url {
            self.line(key, &SafeUrl(url).to_string());
        }
    }

    fn path(&mut self, key: &str, path: &Path) {
        self.line(key, &path.to_string_lossy());
    }

    /// A list of texts, left out where it is empty: an absent list means the same.
    pub(super) fn list(&mut self, key: &str, texts: impl IntoIterator<Item = impl AsRef<str>>) {
        let texts: Vec<String> = texts
            .into_iter()
            .map(|text| quoted(text.as_ref()))
            .collect();
        if !texts.is_empty() {
            self.bare(key, format_args!("[{}]", texts.join(", ")));
        }
    }

    fn push(&mut self, line: std::fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        self.text.write_fmt(line).unwrap_or_default();
    }
}
