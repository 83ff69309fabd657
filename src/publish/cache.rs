//! A merged feed's documents as one file of the cache directory, and back: what is served after
//! a restart before the store is open, and while it is ill.
//!
//! Layout, version 1: the 8 bytes `NUNCIOMF`, one byte version, 16 bytes of BLAKE3 over all that
//! follows, then postcard of the record below. The document itself is kept once, as zstd; gzip and
//! brotli are kept too, because what was served under an ETag must be the same bytes afterwards.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::model::rendered::{Format, MergedFeedCard, RenderedFeed, Snapshot};
use crate::model::time::Timestamp;
use crate::publish::compress::from_zstd;
use crate::publish::snapshot::hash;

/// Ending of the file's name: `NAME.mf`.
pub const EXTENSION: &str = "mf";

/// First bytes of every file.
const MAGIC: &[u8; 8] = b"NUNCIOMF";
/// Version that is written; a semantic field raises it.
const VERSION: u8 = 1;
/// A document larger than this is not ours.
const DOCUMENT_MAX_BYTES: u64 = 256 << 20;

/// A merged feed as the cache directory keeps it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CachedFeed {
    /// What people are told about it.
    pub card: MergedFeedCard,
    /// Its documents, one a format.
    pub documents: Vec<Arc<RenderedFeed>>,
}

/// Why a file of the cache directory cannot be used. It is then left out and written anew: the
/// cache holds nothing that the store does not.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum CacheError {
    /// Other first bytes.
    #[error("this is no cached feed")]
    Foreign,
    /// A later program wrote it.
    #[error("the cached feed has version {0}, and this program reads 1")]
    Newer(u8),
    /// Cut, or bits fell over.
    #[error("the cached feed is damaged: its checksum or a document's does not fit")]
    Damaged,
}

impl CacheError {
    /// Stable word for logs.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Foreign => "foreign",
            Self::Newer(_) => "newer",
            Self::Damaged => "damaged",
        }
    }
}

impl CachedFeed {
    /// The file's bytes; equal feeds give equal bytes.
    pub fn encode(&self) -> Vec<u8> {
        let record = Record {
            name: self.card.name.clone(),
            title: self.card.title.clone(),
            n_stories: u64::try_from(self.card.n_stories).unwrap_or(u64::MAX),
            updated_ms: self.card.updated.map(Timestamp::as_millis),
            documents: self.documents.iter().map(|it| Document::of(it)).collect(),
        };
        // Writing into memory; an empty record would be read as damaged and left out.
        let payload = postcard::to_stdvec(&record).unwrap_or_default();
        [MAGIC, &[VERSION][..], &checksum(&payload), &payload].concat()
    }

    /// Reads what [`CachedFeed::encode`] wrote.
    ///
    /// # Errors
    /// [`CacheError`], and nothing of a file that is not whole.
    pub fn decode(file: &[u8]) -> Result<Self, CacheError> {
        let (version, rest) = file
            .strip_prefix(MAGIC)
            .and_then(<[u8]>::split_first)
            .ok_or(CacheError::Foreign)?;
        if *version > VERSION {
            return Err(CacheError::Newer(*version));
        }
        let (sum, payload) = rest.split_first_chunk::<16>().ok_or(CacheError::Damaged)?;
        if *version == 0 || *sum != checksum(payload) {
            return Err(CacheError::Damaged);
        }
        postcard::from_bytes::<Record>(payload)
            .ok()
            .and_then(Record::into_feed)
            .ok_or(CacheError::Damaged)
    }
}

/// Everything that is served, made of feeds in the order they are listed.
pub fn snapshot(feeds: impl IntoIterator<Item = CachedFeed>) -> Snapshot {
    let mut snapshot = Snapshot::default();
    for feed in feeds {
        snapshot.feeds.extend(
            feed.documents
                .into_iter()
                .map(|document| ((document.name.clone(), document.format), document)),
        );
        snapshot.cards.push(feed.card);
    }
    snapshot
}

/// The feeds of `snapshot`, in the order they are listed: what [`snapshot`] was made of.
pub fn feeds(snapshot: &Snapshot) -> Vec<CachedFeed> {
    let mut documents: BTreeMap<&str, Vec<Arc<RenderedFeed>>> = BTreeMap::new();
    for ((name, _), document) in &snapshot.feeds {
        documents.entry(name).or_default().push(document.clone());
    }
    let cards = snapshot.cards.iter();
    cards
        .map(|card| CachedFeed {
            card: card.clone(),
            documents: documents.remove(&*card.name).unwrap_or_default(),
        })
        .collect()
}

/// On disk; the order of the fields is the format.
#[derive(Serialize, Deserialize)]
struct Record {
    name: String,
    title: String,
    n_stories: u64,
    updated_ms: Option<i64>,
    documents: Vec<Document>,
}

/// On disk; the order of the fields is the format.
#[derive(Serialize, Deserialize)]
struct Document {
    /// 0 Atom, 1 RSS, 2 JSON Feed.
    format: u8,
    hash: String,
    last_modified_s: i64,
    size_bytes: u64,
    zstd: Bytes,
    gzip: Bytes,
    brotli: Bytes,
}

impl Record {
    fn into_feed(self) -> Option<CachedFeed> {
        let documents = self.documents.into_iter();
        let documents =
            documents.map(|document| Some(Arc::new(document.into_rendered(&self.name)?)));
        Some(CachedFeed {
            documents: documents.collect::<Option<_>>()?,
            card: MergedFeedCard {
                name: self.name,
                title: self.title,
                n_stories: usize::try_from(self.n_stories).ok()?,
                updated: self.updated_ms.map(Timestamp::from_millis),
            },
        })
    }
}

impl Document {
    fn of(rendered: &RenderedFeed) -> Self {
        Self {
            format: match rendered.format {
                Format::Atom => 0,
                Format::Rss => 1,
                Format::Json => 2,
            },
            hash: rendered.hash.clone(),
            last_modified_s: rendered.last_modified.as_seconds(),
            size_bytes: u64::try_from(rendered.identity.len()).unwrap_or(u64::MAX),
            zstd: rendered.zstd.clone(),
            gzip: rendered.gzip.clone(),
            brotli: rendered.brotli.clone(),
        }
    }

    fn into_rendered(self, name: &str) -> Option<RenderedFeed> {
        let size_bytes = Some(self.size_bytes).filter(|&size| size <= DOCUMENT_MAX_BYTES)?;
        let identity = from_zstd(&self.zstd, usize::try_from(size_bytes).ok()?).ok()?;
        (hash(&identity) == self.hash).then_some(RenderedFeed {
            name: name.to_owned(),
            format: match self.format {
                0 => Format::Atom,
                1 => Format::Rss,
                2 => Format::Json,
                _ => return None,
            },
            identity: Bytes::from(identity),
            gzip: self.gzip,
            brotli: self.brotli,
            zstd: self.zstd,
            hash: self.hash,
            last_modified: Timestamp::from_seconds(self.last_modified_s),
        })
    }
}

fn checksum(payload: &[u8]) -> [u8; 16] {
    *blake3::hash(payload)
        .as_bytes()
        .first_chunk::<16>()
        .unwrap_or(&[0; 16])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publish::snapshot::finish;

    fn sample() -> CachedFeed {
        let at = Timestamp::from_seconds(1_790_000_000);
        let documents = Format::ALL.map(|format| {
            let document = format!("<{}>Астана</>", format.extension());
            Arc::new(finish("central-asia", format, document, None, at))
        });
        CachedFeed {
            card: MergedFeedCard {
                name: "central-asia".to_owned(),
                title: "Central Asia".to_owned(),
                n_stories: 3,
                updated: Some(Timestamp::from_millis(1_789_999_999_123)),
            },
            documents: documents.to_vec(),
        }
    }

    #[test]
    fn a_feed_comes_back_as_it_was() {
        let feed = sample();
        assert_eq!(CachedFeed::decode(&feed.encode()), Ok(feed.clone()));
        assert_eq!(feed.encode(), feed.encode());
        let empty = CachedFeed {
            documents: Vec::new(),
            card: MergedFeedCard {
                updated: None,
                ..feed.card
            },
        };
        assert_eq!(CachedFeed::decode(&empty.encode()), Ok(empty));
    }

    /// Written by the first release of version 1; never to be written anew.
    const VERSION_1: &[u8] = include_bytes!("../../tests/fixtures/publish/version-1.mf");

    #[test]
    fn what_an_earlier_program_wrote_is_read() {
        let read = CachedFeed::decode(VERSION_1).unwrap();
        let expected = sample();
        assert_eq!(read.card, expected.card);
        let contents = |feed: &CachedFeed| -> Vec<_> {
            let documents = feed.documents.iter();
            let contents = documents.map(|it| {
                let identity = it.identity.clone();
                (
                    it.name.clone(),
                    it.format,
                    identity,
                    it.hash.clone(),
                    it.last_modified,
                )
            });
            contents.collect()
        };
        assert_eq!(contents(&read), contents(&expected));
    }

    #[test]
    fn a_snapshot_comes_apart_and_together() {
        let feed = sample();
        let mut other = feed.clone();
        other.card.name = "all".to_owned();
        other.documents.clear();
        let feeds_before = vec![feed, other];
        let whole = snapshot(feeds_before.clone());
        assert_eq!(whole.feeds.len(), 3);
        assert_eq!(feeds(&whole), feeds_before);
    }

    #[test]
    fn any_flipped_or_missing_byte_is_noticed() {
        let file = sample().encode();
        for at in 0..file.len() {
            let mut flipped = file.clone();
            flipped[at] ^= 0x20;
            assert!(CachedFeed::decode(&flipped).is_err(), "byte {at}");
            assert!(CachedFeed::decode(&file[..at]).is_err(), "cut at {at}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let file = sample().encode();
        let mut newer = file.clone();
        newer[8] = 2;
        assert_eq!(CachedFeed::decode(&newer), Err(CacheError::Newer(2)));
        assert_eq!(CachedFeed::decode(b"<feed>"), Err(CacheError::Foreign));
        assert_eq!(CachedFeed::decode(&file[..30]), Err(CacheError::Damaged));
    }
}
