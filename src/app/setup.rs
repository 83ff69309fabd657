//! A checked configuration made into what the engine, the fetcher and the store work by.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::Path;
use std::sync::Arc;

use crate::app::error::AppError;
use crate::app::rule_tests;
use crate::classify::{self, Classifier};
use crate::clock::Clock;
use crate::config::{self, Config, ContentShown, KnownNames};
use crate::engine::{MergedPlan, Plan, PlannedFeed, PublishPlan, Setup};
use crate::fetch::{FetchSettings, HttpClient};
use crate::model::feed::{DedupScope, Feed, FeedSeed};
use crate::model::region::{ALL, RegionNumber};
use crate::model::time::Timestamp;
use crate::model::url::SafeUrl;
use crate::publish::ContentDepth;
use crate::schedule::Policy;
use crate::store::sled::Options;
use crate::store::{Store, StoreError};

/// Directory of the store inside the state directory.
const STORE_DIR: &str = "store";
/// Directory of the checkpoints beside it.
const CHECKPOINT_DIR: &str = "checkpoints";
/// Title of the merged feed that holds every region's stories.
const TITLE_OF_ALL: &str = "All regions";

/// Reads and checks a configuration, without compiling its rules.
///
/// # Errors
/// Every mistake in it, at once.
pub fn read(path: &Path, env: &config::Env) -> Result<Config, config::ConfigErrors> {
    config::load(path, env, &known_names())
}

/// What a file may name without defining it.
fn known_names() -> KnownNames {
    let owned = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect();
    KnownNames {
        regions: owned(classify::pack_names()),
        groups: owned(classify::topic_names()),
        languages: owned(classify::stem_languages()),
    }
}

/// Reads, checks and compiles a configuration: everything short of opening anything.
///
/// # Errors
/// Every mistake in it, at once.
pub fn load(path: &Path, env: &config::Env) -> Result<(Config, Arc<Classifier>), AppError> {
    let config = read(path, env)?;
    let classifier = compile(&config)?;
    Ok((config, Arc::new(classifier)))
}

/// The same for a text that stands for the file at `path`.
///
/// # Errors
/// Every mistake in it, at once.
pub fn load_text(
    text: &str,
    path: &Path,
    env: &config::Env,
) -> Result<(Config, Arc<Classifier>), AppError> {
    let config = config::parse(text, path, env, &known_names())?;
    let classifier = compile(&config)?;
    Ok((config, Arc::new(classifier)))
}

fn compile(config: &Config) -> Result<Classifier, AppError> {
    classify::compile(&config.rules).map_err(|errors| {
        let lines: Vec<String> = errors
            .iter()
            .map(|error| format!("error: {error}"))
            .collect();
        AppError::Rules(format!(
            "{}: the rules do not compile\n{}",
            config.path.display(),
            lines.join("\n")
        ))
    })
}

/// Runs the `[[test]]` blocks.
///
/// # Errors
/// Every test that fails, with its line and the reason.
pub fn run_tests(config: &Config, classifier: &Classifier) -> Result<usize, AppError> {
    let failures = rule_tests::failures(config, classifier);
    if failures.is_empty() {
        return Ok(config.tests.len());
    }
    Err(AppError::Rules(failures.join("\n")))
}

/// Where and how the store is opened.
pub fn store_options(config: &Config) -> Options {
    Options {
        dir: config.daemon.state_dir.join(STORE_DIR),
        checkpoint_dir: config.daemon.state_dir.join(CHECKPOINT_DIR),
        cache_bytes: config.store.cache_bytes,
        free_min_bytes: config.store.free_min_bytes,
    }
}

/// The client every poll goes through.
///
/// # Errors
/// Where a certificate file cannot be read or the client cannot be made.
pub fn http_client(config: &Config, clock: Arc<dyn Clock>) -> Result<HttpClient, AppError> {
    let daemon = &config.daemon;
    let extra_ca = match &daemon.extra_ca {
        Some(path) => Some(fs::read(path).map_err(|error| {
            AppError::Failed(format!(
                "cannot read daemon.extra-ca {}: {error}",
                path.display()
            ))
        })?),
        None => None,
    };
    let settings = FetchSettings {
        user_agent: daemon.user_agent.clone(),
        connect_timeout: daemon.connect_timeout,
        read_timeout: daemon.read_timeout,
        body_max_bytes: daemon.body_max_bytes,
        redirects_max: daemon.redirects_max,
        proxy: daemon.proxy.clone(),
        extra_ca,
        allow_private: daemon.allow_private,
    };
    HttpClient::new(&settings, clock)
        .map_err(|error| AppError::Failed(format!("cannot set up HTTP: {error}")))
}

/// Registers feeds and merged feeds in the store and joins everything into a setup; also gives
/// the hosts that asked to be left alone before.
///
/// The client is made before ([`http_client`]): nothing is registered for a configuration that
/// turns out not to be usable.
///
/// # Errors
/// The store's error.
pub async fn setup(
    config: &Config,
    classifier: Arc<Classifier>,
    http: HttpClient,
    store: &dyn Store,
) -> Result<(Setup, Vec<(String, Timestamp)>), StoreError> {
    let polled: Vec<&Feed> = config.feeds.iter().filter(|feed| feed.enabled).collect();
    let seeds: Vec<FeedSeed> = polled.iter().map(|feed| seed(feed)).collect();
    let registered = store.upsert_feeds(&seeds).await?;
    let numbers = store.register_regions(&config.rules.regions).await?;
    let mut feeds = HashMap::new();
    let mut apart = HashSet::new();
    let ids = registered.numbers.iter().zip(&registered.first_ids);
    for (feed, (number, founding_id)) in polled.into_iter().zip(ids) {
        if feed.dedup == DedupScope::Off {
            apart.insert(*number);
        }
        let planned = PlannedFeed {
            feed: feed.clone(),
            founding_id: founding_id.clone(),
        };
        feeds.insert(*number, planned);
    }
    let plan = Plan {
        feeds,
        apart,
        regions: config
            .rules
            .regions
            .iter()
            .cloned()
            .zip(numbers.iter().copied())
            .collect(),
        merged: merged(config, &numbers),
        classifier,
        policy: policy(config),
        backlog: config.publish.backlog,
        body_max_bytes: config.daemon.body_max_bytes,
        entries_max: config.daemon.entries_max,
        requests: config.daemon.requests,
        host_requests: config.daemon.host_requests,
        host_spacing: config.daemon.host_spacing,
        publish: PublishPlan {
            entries: config.publish.entries,
            window: config.publish.window,
            depth: depth(config.publish.content),
            formats: config.publish.formats.clone(),
            base_url: config.daemon.base_url.clone(),
        },
    };
    let http = Arc::new(http);
    Ok((Setup { plan, http }, registered.paused_hosts))
}

fn seed(feed: &Feed) -> FeedSeed {
    FeedSeed {
        id: feed.id.clone(),
        formerly: feed.formerly.clone(),
        name: feed.name.clone(),
        url: feed.url.to_string(),
        safe_url: SafeUrl(&feed.url).to_string(),
        tier: feed.tier,
    }
}

/// Every published region, then `all`.
fn merged(config: &Config, numbers: &[RegionNumber]) -> Vec<MergedPlan> {
    let regions = config
        .rules
        .regions
        .iter()
        .zip(numbers)
        .map(|(name, number)| MergedPlan {
            number: *number,
            name: name.clone(),
            title: region_title(config, name),
        });
    let all = MergedPlan {
        number: RegionNumber::ALL,
        name: ALL.to_owned(),
        title: TITLE_OF_ALL.to_owned(),
    };
    regions.chain([all]).collect()
}

/// Names of the merged feeds in the order they are listed.
pub fn merged_names(config: &Config) -> impl Iterator<Item = &str> {
    config.rules.regions.iter().map(String::as_str).chain([ALL])
}

/// Where each feed stands in the configuration.
pub fn feed_order(config: &Config) -> HashMap<&str, usize> {
    let ids = config.feeds.iter().map(|feed| feed.id.as_str());
    ids.zip(0..).collect()
}

fn region_title(config: &Config, name: &str) -> String {
    let own = config.rules.own.get(name).and_then(|own| own.title.clone());
    own.or_else(|| classify::pack_title(name).map(str::to_owned))
        .unwrap_or_else(|| name.to_owned())
}

fn policy(config: &Config) -> Policy {
    let daemon = &config.daemon;
    Policy {
        interval: daemon.interval,
        min_interval: daemon.min_interval,
        backoff_base: daemon.backoff_base,
        backoff_max: daemon.backoff_max,
        freshness_max: daemon.freshness_max,
        host_pause_max: daemon.host_pause_max,
    }
}

fn depth(content: ContentShown) -> ContentDepth {
    match content {
        ContentShown::Full => ContentDepth::Full,
        ContentShown::Summary => ContentDepth::Summary,
        ContentShown::None => ContentDepth::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manual_names_the_languages_that_are_inflected() {
        let manual = include_str!("../../docs/config.md");
        let (_, row) = manual
            .split_once("\n| `language` | text | none | `de`")
            .unwrap();
        let row = row.lines().next().unwrap();
        let languages: Vec<String> = known_names()
            .languages
            .iter()
            .map(|language| format!("`{language}`"))
            .collect();
        let cell = format!("{} |", languages.join(" "));
        assert!(format!("`de`{row}").starts_with(&cell), "{cell}");
    }
}
