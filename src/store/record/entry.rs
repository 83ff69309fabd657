//! One entry with all that is kept of it.

use serde::{Deserialize, Serialize};

use super::codec::Record;
use super::codes::{field_code, field_of, key_kind_code, key_kind_of};
use crate::model::content::{EntryContent, PlainContent, ShownContent};
use crate::model::country::Country;
use crate::model::entry::{Enclosure, EntryKey, StoredEntry};
use crate::model::feed::FeedNumber;
use crate::model::fingerprint::{Fingerprint, IdentityKey, Sketch, UrlKey};
use crate::model::html::SafeHtml;
use crate::model::region::{Evidence, RegionMatch};
use crate::model::time::Timestamp;

/// Layout 2 of an entry; its key is its row's. Layout 1 had other matches (`M`).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct EntryRecord<M = MatchRecord> {
    /// Number of its feed.
    pub feed: u32,
    /// Identity keys, oldest first: code of the kind, hash.
    pub identity: Vec<(u8, [u8; 8])>,
    /// Key across feeds.
    pub url_key: Option<[u8; 16]>,
    /// Hash of title and text.
    pub wording: FingerprintRecord,
    /// Last meanings, newest last.
    pub meanings: Vec<FingerprintRecord>,
    /// Version, title and text min-hashes of the sketch.
    pub sketch: (u8, [u8; 16], [u8; 16]),
    /// Key of its story.
    pub story: u64,
    /// Whether it was backlog at first sight.
    pub backlog: bool,
    /// Claimed date in ms.
    pub claim_ms: Option<i64>,
    /// Commit time in ms of the poll that brought it.
    pub first_seen_ms: i64,
    /// Time in ms of the last poll at which it stood in the body; none while it does.
    pub left_body_ms: Option<i64>,
    /// Hash of the rules it was classified under.
    pub rules: u64,
    /// Regions and reasons.
    pub matches: Vec<M>,
    /// What is kept of it.
    pub content: ContentRecord,
}

impl Record for EntryRecord {
    const NAME: &'static str = "entry";
    const VERSION: u8 = 2;

    fn read_older(version: u8, body: &[u8]) -> Option<postcard::Result<(Self, &[u8])>> {
        let of_1 = |(record, rest): (EntryRecord<MatchRecord1>, _)| (record.into_2(), rest);
        (version == 1).then(|| postcard::take_from_bytes(body).map(of_1))
    }
}

/// Version of the function, and hash.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FingerprintRecord(pub u8, pub [u8; 8]);

/// A region and what spoke for it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct MatchRecord {
    /// The region's name.
    pub region: String,
    /// Code of the field, form as written, start, end, term, weight in thousandths, code of the
    /// country.
    pub evidence: Vec<EvidenceRecord>,
}

/// See [`MatchRecord::evidence`].
pub(super) type EvidenceRecord = (u8, String, u32, u32, String, u32, Option<String>);

/// Layout 1 of a region and what spoke for it: without countries.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct MatchRecord1 {
    region: String,
    evidence: Vec<(u8, String, u32, u32, String, u32)>,
}

impl EntryRecord<MatchRecord1> {
    fn into_2(self) -> EntryRecord {
        let of_evidence =
            |(field, form, start, end, term, weight)| (field, form, start, end, term, weight, None);
        let of_match = |it: MatchRecord1| MatchRecord {
            region: it.region,
            evidence: it.evidence.into_iter().map(of_evidence).collect(),
        };
        EntryRecord {
            matches: self.matches.into_iter().map(of_match).collect(),
            feed: self.feed,
            identity: self.identity,
            url_key: self.url_key,
            wording: self.wording,
            meanings: self.meanings,
            sketch: self.sketch,
            story: self.story,
            backlog: self.backlog,
            claim_ms: self.claim_ms,
            first_seen_ms: self.first_seen_ms,
            left_body_ms: self.left_body_ms,
            rules: self.rules,
            content: self.content,
        }
    }
}

/// What is kept of an entry; variants are only ever appended.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum ContentRecord {
    /// Nothing.
    Gone,
    /// Enough for `explain`.
    Plain {
        /// Title.
        title: String,
        /// Address.
        link: Option<String>,
        /// Head of the text.
        text: String,
        /// Language.
        language: Option<String>,
    },
    /// All a merged feed shows.
    Shown {
        /// Title.
        title: String,
        /// Address.
        link: Option<String>,
        /// Sanitised summary.
        summary: Option<String>,
        /// Sanitised text.
        content: Option<String>,
        /// Authors.
        authors: Vec<String>,
        /// Categories.
        categories: Vec<String>,
        /// Address, media type, size in bytes.
        enclosures: Vec<(String, String, u64)>,
        /// Language.
        language: Option<String>,
    },
    /// As plain, with categories.
    Tagged {
        /// Title.
        title: String,
        /// Address.
        link: Option<String>,
        /// Head of the text.
        text: String,
        /// Language.
        language: Option<String>,
        /// Categories.
        categories: Vec<String>,
    },
}

impl From<&StoredEntry> for EntryRecord {
    fn from(entry: &StoredEntry) -> Self {
        Self {
            feed: entry.feed.0,
            identity: entry
                .identity
                .iter()
                .map(|key| (key_kind_code(key.kind), key.hash.to_be_bytes()))
                .collect(),
            url_key: entry.url_key.map(|key| key.0),
            wording: entry.wording.into(),
            meanings: entry
                .meanings
                .iter()
                .map(|&meaning| meaning.into())
                .collect(),
            sketch: (entry.sketch.version, entry.sketch.title, entry.sketch.text),
            story: entry.story.0,
            backlog: entry.backlog,
            claim_ms: entry.claim.map(Timestamp::as_millis),
            first_seen_ms: entry.first_seen.as_millis(),
            left_body_ms: entry.left_body.map(Timestamp::as_millis),
            rules: entry.rules,
            matches: entry.matches.iter().map(MatchRecord::from).collect(),
            content: ContentRecord::from(&entry.content),
        }
    }
}

impl EntryRecord {
    /// The entry under `key`; the error says what in it has no meaning.
    ///
    /// # Errors
    /// A code this program does not know.
    pub fn into_entry(self, key: EntryKey) -> Result<StoredEntry, String> {
        let identity = self.identity.into_iter().map(|(kind, hash)| {
            Ok::<_, String>(IdentityKey {
                kind: key_kind_of(kind)?,
                hash: u64::from_be_bytes(hash),
            })
        });
        let (version, title, text) = self.sketch;
        Ok(StoredEntry {
            key,
            feed: FeedNumber(self.feed),
            identity: identity.collect::<Result<_, _>>()?,
            url_key: self.url_key.map(UrlKey),
            wording: self.wording.into(),
            meanings: self.meanings.into_iter().map(Fingerprint::from).collect(),
            sketch: Sketch {
                version,
                title,
                text,
            },
            story: EntryKey(self.story),
            backlog: self.backlog,
            claim: self.claim_ms.map(Timestamp::from_millis),
            first_seen: Timestamp::from_millis(self.first_seen_ms),
            left_body: self.left_body_ms.map(Timestamp::from_millis),
            matches: self
                .matches
                .into_iter()
                .map(MatchRecord::into_match)
                .collect::<Result<_, _>>()?,
            rules: self.rules,
            content: self.content.into(),
        })
    }
}

impl From<Fingerprint> for FingerprintRecord {
    fn from(fingerprint: Fingerprint) -> Self {
        Self(fingerprint.version, fingerprint.hash.to_be_bytes())
    }
}

impl From<FingerprintRecord> for Fingerprint {
    fn from(FingerprintRecord(version, hash): FingerprintRecord) -> Self {
        Self {
            version,
            hash: u64::from_be_bytes(hash),
        }
    }
}

impl From<&RegionMatch> for MatchRecord {
    fn from(region_match: &RegionMatch) -> Self {
        Self {
            region: region_match.region.clone(),
            evidence: region_match
                .evidence
                .iter()
                .map(|found| {
                    let field = field_code(found.field);
                    let (form, term) = (found.form.clone(), found.term.clone());
                    let country = found.country.map(|country| country.code().to_owned());
                    (
                        field,
                        form,
                        found.start,
                        found.end,
                        term,
                        found.weight,
                        country,
                    )
                })
                .collect(),
        }
    }
}

impl MatchRecord {
    fn into_match(self) -> Result<RegionMatch, String> {
        let evidence = self.evidence.into_iter().map(|found| {
            let (field, form, start, end, term, weight, country) = found;
            // A code that is no country any more is no reason to lose the entry.
            let country = country.and_then(|code| Country::from_code(&code));
            Ok::<_, String>(Evidence {
                field: field_of(field)?,
                form,
                start,
                end,
                term,
                weight,
                country,
            })
        });
        Ok(RegionMatch {
            region: self.region,
            evidence: evidence.collect::<Result<_, _>>()?,
        })
    }
}

impl From<&EntryContent> for ContentRecord {
    fn from(content: &EntryContent) -> Self {
        match content {
            EntryContent::Gone => Self::Gone,
            EntryContent::Plain(plain) if plain.categories.is_empty() => Self::Plain {
                title: plain.title.clone(),
                link: plain.link.clone(),
                text: plain.text.clone(),
                language: plain.language.clone(),
            },
            EntryContent::Plain(plain) => Self::Tagged {
                title: plain.title.clone(),
                link: plain.link.clone(),
                text: plain.text.clone(),
                language: plain.language.clone(),
                categories: plain.categories.clone(),
            },
            EntryContent::Shown(shown) => Self::Shown {
                title: shown.title.clone(),
                link: shown.link.clone(),
                summary: shown.summary.as_ref().map(|html| html.as_str().to_owned()),
                content: shown.content.as_ref().map(|html| html.as_str().to_owned()),
                authors: shown.authors.clone(),
                categories: shown.categories.clone(),
                enclosures: shown
                    .enclosures
                    .iter()
                    .map(|file| (file.url.clone(), file.media_type.clone(), file.size_bytes))
                    .collect(),
                language: shown.language.clone(),
            },
        }
    }
}

impl From<ContentRecord> for EntryContent {
    fn from(record: ContentRecord) -> Self {
        match record {
            ContentRecord::Gone => Self::Gone,
            ContentRecord::Plain {
                title,
                link,
                text,
                language,
            } => Self::Plain(PlainContent {
                title,
                link,
                text,
                categories: Vec::new(),
                language,
            }),
            ContentRecord::Tagged {
                title,
                link,
                text,
                language,
                categories,
            } => Self::Plain(PlainContent {
                title,
                link,
                text,
                categories,
                language,
            }),
            ContentRecord::Shown {
                title,
                link,
                summary,
                content,
                authors,
                categories,
                enclosures,
                language,
            } => Self::Shown(Box::new(ShownContent {
                title,
                link,
                summary: summary.map(SafeHtml::from_sanitised),
                content: content.map(SafeHtml::from_sanitised),
                authors,
                categories,
                enclosures: enclosures
                    .into_iter()
                    .map(|(url, media_type, size_bytes)| Enclosure {
                        url,
                        media_type,
                        size_bytes,
                    })
                    .collect(),
                language,
            })),
        }
    }
}
