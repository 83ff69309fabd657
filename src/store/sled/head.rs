//! Where the store stands, in memory: the last commit, and what recent commits wrote.

use std::collections::{BTreeMap, HashSet, VecDeque};

use crate::model::entry::StoredEntry;
use crate::model::feed::FeedNumber;
use crate::model::fingerprint::UrlKey;
use crate::model::known::{Cursor, FeedUpdate, RulesUpdate};
use crate::model::region::RegionNumber;
use crate::model::story::StoryKey;
use crate::model::time::Timestamp;
use crate::store::record::ProgressRecord;

/// Commits whose keys are remembered; a decision read before them is made again.
const COMMITS_MAX: usize = 1024;
/// And keys in all of them.
const KEYS_MAX: usize = 200_000;

/// One merged feed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct RegionHead {
    /// Its name.
    pub(super) name: String,
    /// Last commit that changed what it shows.
    pub(super) changed: Cursor,
}

/// Where the store stands.
#[derive(Clone, Debug, Default)]
pub(super) struct Head {
    /// Last commit applied, and what it left.
    pub(super) progress: ProgressRecord,
    /// Last commit that changed what some merged feed shows.
    pub(super) shown: Cursor,
    /// Merged feeds by number.
    pub(super) regions: BTreeMap<RegionNumber, RegionHead>,
}

impl Head {
    /// Last commit applied.
    pub(super) fn cursor(&self) -> Cursor {
        Cursor(self.progress.cursor)
    }

    /// Stamp of the last commit.
    pub(super) fn stamp(&self) -> Timestamp {
        Timestamp::from_millis(self.progress.stamp_ms)
    }

    /// Name of a merged feed.
    pub(super) fn name(&self, region: RegionNumber) -> Option<&str> {
        self.regions.get(&region).map(|head| head.name.as_str())
    }
}

/// What one commit wrote, as far as another decision could rest on it.
#[derive(Clone, Debug, Default)]
pub(super) struct Written {
    /// Identity keys, by feed and hash.
    pub(super) keys: HashSet<(FeedNumber, u64)>,
    /// Keys across feeds.
    pub(super) urls: HashSet<UrlKey>,
    /// Stories.
    pub(super) stories: HashSet<StoryKey>,
}

impl Written {
    fn len(&self) -> usize {
        self.keys.len() + self.urls.len() + self.stories.len()
    }

    /// Whether this commit wrote an entry or story that `update` would write over.
    pub(super) fn rewrites(&self, update: &RulesUpdate) -> bool {
        let of_entry = |entry: &StoredEntry| {
            let mut hashes = entry.identity.iter().map(|key| key.hash);
            hashes.any(|hash| self.keys.contains(&(entry.feed, hash)))
        };
        let mut stories = update.stories.iter();
        update.entries.iter().any(of_entry)
            || stories.any(|story| self.stories.contains(&story.key))
    }

    /// Whether `update` was decided on something this commit wrote.
    pub(super) fn touches(&self, update: &FeedUpdate) -> bool {
        let ask = &update.ask;
        ask.urls.iter().any(|url| self.urls.contains(url))
            || ask
                .keys
                .iter()
                .any(|key| self.keys.contains(&(ask.feed, key.hash)))
            || update
                .stories
                .iter()
                .any(|story| self.stories.contains(&story.key))
    }
}

/// What the last commits wrote.
#[derive(Debug)]
pub(super) struct Recent {
    commits: VecDeque<(Cursor, Written)>,
    n_keys: usize,
    /// Commits up to here are not remembered.
    forgotten: Cursor,
}

impl Recent {
    /// Nothing remembered of commits up to `cursor`.
    pub(super) fn new(cursor: Cursor) -> Self {
        Self {
            commits: VecDeque::new(),
            n_keys: 0,
            forgotten: cursor,
        }
    }

    /// Remembers a commit.
    pub(super) fn push(&mut self, cursor: Cursor, written: Written) {
        self.n_keys += written.len();
        self.commits.push_back((cursor, written));
        while self.commits.len() > COMMITS_MAX || self.n_keys > KEYS_MAX {
            let Some((cursor, written)) = self.commits.pop_front() else {
                return;
            };
            self.n_keys -= written.len();
            self.forgotten = cursor;
        }
    }

    /// Whether a commit after `read_at` wrote what a decision made then `rests_on`, or might have.
    pub(super) fn conflicts(&self, read_at: Cursor, rests_on: impl Fn(&Written) -> bool) -> bool {
        read_at < self.forgotten
            || self
                .commits
                .iter()
                .rev()
                .take_while(|(cursor, _)| *cursor > read_at)
                .any(|(_, written)| rests_on(written))
    }
}
