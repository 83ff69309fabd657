//! The store as the engine sees it: whole units of work, no get or put, so that no backend's
//! locking leaks out.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use tokio::sync::watch;

use crate::model::entry::{EntryKey, StoredEntry};
use crate::model::feed::{FeedCard, FeedId, FeedNumber, FeedSeed, FeedState};
use crate::model::known::{Ask, Claim, Cursor, FeedUpdate, Known, RulesUpdate};
use crate::model::region::RegionNumber;
use crate::model::story::{Story, StoryId, StoryView};
use crate::model::time::Timestamp;
use crate::store::error::StoreError;

/// A future in a box: what lets the trait be used as `dyn Store`.
pub type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// What `upsert_feeds` gives back.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Registered {
    /// The stored number of each seed, in the order given.
    pub numbers: Vec<FeedNumber>,
    /// The id each of them had first, in the same order: what story ids are made from, so that a
    /// renamed feed does not found its stories anew.
    pub first_ids: Vec<FeedId>,
    /// Hosts that asked to be left alone, and until when: a promise that survives a restart.
    pub paused_hosts: Vec<(String, Timestamp)>,
}

/// Merged feeds that changed since a cursor.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Changes {
    /// Everything up to here is accounted for, durable and readable.
    pub cursor: Cursor,
    /// Merged feeds in which a story appeared, moved or changed.
    pub regions: Vec<RegionNumber>,
}

/// Where a page of [`Store::newest`] ended: the place of its last story.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Place {
    /// `updated` of that story in the merged feed.
    pub updated: Timestamp,
    /// `published` of its leader.
    pub published: Timestamp,
    /// Its id.
    pub id: StoryId,
}

/// Entries in the order of their keys, as far as they were read.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct EntryPage {
    /// The entries; one whose record cannot be read is left out.
    pub entries: Vec<StoredEntry>,
    /// Key of the last row that was looked at; `None` where there is none after it.
    pub next: Option<EntryKey>,
}

/// What `explain` asks for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Lookup {
    /// A published story id.
    Story(StoryId),
    /// An entry's address, compared in canonical form.
    Url(String),
}

/// An entry with all that explains it.
#[derive(Clone, PartialEq, Debug)]
pub struct Found {
    /// The entry.
    pub entry: StoredEntry,
    /// Its feed.
    pub feed: FeedCard,
    /// Its story.
    pub story: Story,
    /// Names of the merged feeds the story is shown in.
    pub shown_in: Vec<String>,
}

/// State of one feed, for `status`.
#[derive(Clone, PartialEq, Debug)]
pub struct FeedHealth {
    /// The feed.
    pub card: FeedCard,
    /// Ids it had before, the first one first.
    pub former: Vec<FeedId>,
    /// Its state at the last commit.
    pub state: FeedState,
}

/// State of the store itself.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct StoreHealth {
    /// Bytes on disk.
    pub disk_bytes: u64,
    /// Free bytes on that file system.
    pub free_bytes: u64,
    /// Last commit.
    pub cursor: Cursor,
    /// Time of the last checkpoint.
    pub checkpoint: Option<Timestamp>,
}

/// Where everything is remembered.
///
/// Every call is one unit of work: it happens whole or not at all, also across a crash.
/// The store's own clock stamps and decides what is due.
pub trait Store: Send + Sync + 'static {
    /// Reconciles the configured feeds: unknown ones are added and due at once, known ones keep
    /// their state, a former id hands its number on, feeds not named become inactive (and lose
    /// `memory.first_body`, so that they start with a backlog when they come back). A changed
    /// address clears `conditional`, redirects and 410 memory, and makes the feed due at once.
    /// Idempotent; a list of more than some hundred feeds may be stored in several steps, of
    /// which a crash leaves the first ones.
    fn upsert_feeds<'a>(&'a self, seeds: &'a [FeedSeed]) -> StoreFuture<'a, Registered>;

    /// The stored numbers of merged feeds, given on first mention; `all` is
    /// [`RegionNumber::ALL`]. Idempotent.
    fn register_regions<'a>(&'a self, names: &'a [String]) -> StoreFuture<'a, Vec<RegionNumber>>;

    /// Up to `n` active feeds that are due and not leased, oldest due first, each leased for
    /// `lease`. No two callers hold the same fence; a dead holder's feed comes back.
    fn claim_due(&self, n: usize, lease: Duration) -> StoreFuture<'_, Vec<Claim>>;

    /// Claims one feed now whether due or not; `None` where it is leased or not active.
    fn claim_feed(&self, feed: FeedNumber, lease: Duration) -> StoreFuture<'_, Option<Claim>>;

    /// Gives a claim back unused; the feed is due again at `due`, else when it was before the
    /// claim. A claim that is not held any more is no error: it was given back already.
    fn release(&self, feed: FeedNumber, fence: u64, due: Option<Timestamp>) -> StoreFuture<'_, ()>;

    /// When the next feed is due or its lease ends; `None` where no feed is active.
    fn next_due(&self) -> Option<Timestamp>;

    /// What is known of what a document's entries could be known by.
    fn load_known<'a>(&'a self, ask: &'a Ask) -> StoreFuture<'a, Known>;

    /// Commits one poll, all of it or nothing.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] where the fence is not the feed's present one,
    /// [`StoreError::Conflict`] where a commit after `read_at` wrote a key that was asked for,
    /// or the stamp is not after the last one: nothing was written, decide again.
    fn commit_poll(&self, update: FeedUpdate) -> StoreFuture<'_, Cursor>;

    /// Up to `n` entries after `after`, oldest key first: all of them, whatever is kept of them.
    fn entries(&self, after: Option<EntryKey>, n: usize) -> StoreFuture<'_, EntryPage>;

    /// What is known of entries by their keys, with their stories: for a decision that rests on
    /// no document.
    fn load_entries<'a>(&'a self, keys: &'a [EntryKey]) -> StoreFuture<'a, Known>;

    /// Commits what changed rules change, all of it or nothing; durable when it returns.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where a commit after `read_at` wrote one of these entries or
    /// stories, or the stamp is not after the last one: nothing was written, decide again.
    fn commit_rules(&self, update: RulesUpdate) -> StoreFuture<'_, Cursor>;

    /// Makes everything acknowledged so far durable.
    fn flush(&self) -> StoreFuture<'_, ()>;

    /// Stories of a merged feed, newest `updated` first (then newest `published`, then id),
    /// strictly after `after`. Hidden stories and those without a leader are left out.
    fn newest(
        &self,
        region: RegionNumber,
        after: Option<Place>,
        n: usize,
    ) -> StoreFuture<'_, Vec<StoryView>>;

    /// Merged feeds changed by commits after `cursor`, as far as commits are durable.
    fn changes_since(&self, cursor: Cursor) -> StoreFuture<'_, Changes>;

    /// Moves on whenever a commit becomes durable.
    fn durable(&self) -> watch::Receiver<Cursor>;

    /// State of every active feed, by id.
    fn feeds(&self) -> StoreFuture<'_, Vec<FeedHealth>>;

    /// The number and card of one feed by its id.
    fn feed<'a>(&'a self, id: &'a FeedId) -> StoreFuture<'a, Option<FeedHealth>>;

    /// Entries behind a story id or an address.
    fn find<'a>(&'a self, what: &'a Lookup) -> StoreFuture<'a, Vec<Found>>;

    /// Writes a checkpoint: everything, checksummed, apart from the backend's own files.
    fn checkpoint(&self) -> StoreFuture<'_, Timestamp>;

    /// Shown stories with their entries, feeds and region numbers, in checkpoint format: what a
    /// restore must not lose, kept beside the published snapshots.
    fn export_stories<'a>(&'a self, keys: &'a [Story]) -> StoreFuture<'a, Vec<u8>>;

    /// Puts back from [`Store::export_stories`] what is missing here; gives the number of
    /// stories put back. What is here already stays as it is.
    fn import_stories<'a>(&'a self, bytes: &'a [u8]) -> StoreFuture<'a, usize>;

    /// State of the store itself.
    fn health(&self) -> StoreFuture<'_, StoreHealth>;

    /// Writes what is pending and closes; later calls answer [`StoreError::Closed`].
    fn close(&self) -> StoreFuture<'_, ()>;
}
