//! The configuration as the engine works by it: feeds by number, rules compiled.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use url::Url;

use crate::classify::Classifier;
use crate::fetch::Http;
use crate::model::feed::{Feed, FeedId, FeedNumber};
use crate::model::region::RegionNumber;
use crate::model::rendered::Format;
use crate::publish::ContentDepth;
use crate::schedule::Policy;

/// One feed that is polled.
#[derive(Clone, Debug)]
pub struct PlannedFeed {
    /// As configured.
    pub feed: Feed,
    /// The first id it ever had: story ids are made from it.
    pub founding_id: FeedId,
}

/// One merged feed that is published.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MergedPlan {
    /// Stored number.
    pub number: RegionNumber,
    /// Name in the address.
    pub name: String,
    /// Title for people.
    pub title: String,
}

/// How merged feeds are published.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PublishPlan {
    /// Stories always in the current document.
    pub entries: usize,
    /// And everything within this before the newest.
    pub window: Duration,
    /// How much of a text is shown.
    pub depth: ContentDepth,
    /// Formats.
    pub formats: Vec<Format>,
    /// Address readers reach us by.
    pub base_url: Option<Url>,
}

/// Everything a poll and a publication go by.
#[derive(Debug)]
pub struct Plan {
    /// Feeds that are polled.
    pub feeds: HashMap<FeedNumber, PlannedFeed>,
    /// Feeds that are not compared with others.
    pub apart: HashSet<FeedNumber>,
    /// Numbers of the published regions by name, without `all`.
    pub regions: HashMap<String, RegionNumber>,
    /// Merged feeds in the order they are listed.
    pub merged: Vec<MergedPlan>,
    /// Compiled rules.
    pub classifier: Arc<Classifier>,
    /// When feeds are polled.
    pub policy: Policy,
    /// Age beyond which a first body's entries are backlog.
    pub backlog: Duration,
    /// Largest body in bytes, inflated.
    pub body_max_bytes: usize,
    /// Entries kept of one document.
    pub entries_max: usize,
    /// Requests at a time overall.
    pub requests: usize,
    /// Requests at a time to one host.
    pub host_requests: usize,
    /// Time between two requests to one host.
    pub host_spacing: Duration,
    /// How it is published.
    pub publish: PublishPlan,
}

impl Plan {
    /// Titles of the published regions by name.
    pub fn region_titles(&self) -> BTreeMap<String, String> {
        let regions = self
            .merged
            .iter()
            .filter(|merged| merged.number != RegionNumber::ALL);
        regions
            .map(|merged| (merged.name.clone(), merged.title.clone()))
            .collect()
    }
}

/// A plan with the client that was built for it; swapped whole at a reload.
pub struct Setup {
    /// The plan.
    pub plan: Plan,
    /// The client.
    pub http: Arc<dyn Http>,
}
