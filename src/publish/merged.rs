//! What a merged feed says about itself: name, addresses, how much text it shows.

use std::collections::BTreeMap;

use url::Url;
use uuid::Uuid;

use crate::model::feed::FeedId;
use crate::model::rendered::Format;
use crate::model::time::Timestamp;

/// Namespace of merged feeds' ids (UUID v5, RFC 9562 §5.5). Never to be changed: every reader
/// knows the feeds by what it gives.
pub const MERGED_FEED_NAMESPACE: Uuid = Uuid::from_u128(0x6f0d_9a52_3c1e_4b7a_9d84_2f5b_c06e_71a3);

/// Namespace of the ids that `atom:source` gives to upstream feeds. Never to be changed.
pub const SOURCE_NAMESPACE: Uuid = Uuid::from_u128(0xb1e4_4d07_86f2_4c39_a5d0_17e8_93ac_5f2e);

/// `updated` of a merged feed without stories: 1970-01-01T00:00:00Z. Atom demands a moment, and
/// any moment taken from a clock would change the bytes though nothing happened.
pub const EMPTY_FEED_UPDATED: Timestamp = Timestamp::EPOCH;

/// How much of a story's text a merged feed shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ContentDepth {
    /// All of it.
    #[default]
    Full,
    /// The summary; where there is none, the head of the text.
    Summary,
    /// Title and link only.
    None,
}

/// A merged feed as it describes itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MergedFeed {
    /// Name in its address, `/feeds/NAME.atom`; its id is made of it.
    pub name: String,
    /// Title, as text.
    pub title: String,
    /// BCP 47 language of the title; entries carry their own.
    pub language: Option<String>,
    /// Address under which readers reach the service. Without it a document names no address of
    /// its own: a wrong `self` link is worse than none.
    pub base_url: Option<Url>,
    /// Formats it is published in: what the documents may point to as alternates.
    pub formats: Vec<Format>,
    /// WebSub hub, where one announces changes.
    pub hub: Option<Url>,
    /// How much text is shown.
    pub depth: ContentDepth,
    /// Titles of regions by name, shown as labels of categories; a name without one is its own.
    pub region_titles: BTreeMap<String, String>,
}

impl MergedFeed {
    /// A merged feed in all formats with full text and no address.
    pub fn new(name: impl Into<String>, title: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            title: title.into(),
            language: None,
            base_url: None,
            formats: Format::ALL.to_vec(),
            hub: None,
            depth: ContentDepth::Full,
            region_titles: BTreeMap::new(),
        }
    }

    /// Its id: `urn:uuid:` and the UUID v5 of [`MERGED_FEED_NAMESPACE`] and the UTF-8 bytes of
    /// its name. Not of its address: a service that moves stays the same feed.
    pub fn id(&self) -> String {
        urn(MERGED_FEED_NAMESPACE, &self.name)
    }

    /// Its language, where that has the form of a language tag.
    pub fn language_tag(&self) -> Option<&str> {
        self.language.as_deref().filter(|tag| is_language_tag(tag))
    }

    /// Address of its document in `format`; `None` where the service's own is not known.
    pub fn address(&self, format: Format) -> Option<String> {
        let mut url = self.base_url.clone()?;
        url.path_segments_mut()
            .map_err(drop)
            .ok()?
            .pop_if_empty()
            .extend(["feeds", &format!("{}.{}", self.name, format.extension())]);
        url.set_query(None);
        url.set_fragment(None);
        Some(url.into())
    }

    /// Address of its place on the page for people.
    pub fn page(&self) -> Option<String> {
        let mut url = self.base_url.clone()?;
        url.path_segments_mut()
            .map_err(drop)
            .ok()?
            .pop_if_empty()
            .push("");
        url.set_query(None);
        url.set_fragment(Some(&self.name));
        Some(url.into())
    }

    /// Its documents in formats other than `format`, where they have addresses.
    pub fn alternates(&self, format: Format) -> impl Iterator<Item = (Format, String)> + '_ {
        let others = self.formats.iter().filter(move |&&other| other != format);
        others.filter_map(|&other| self.address(other).map(|address| (other, address)))
    }
}

/// Whether `tag` has the form of a language tag (RFC 4287 `atomLanguageTag`).
pub fn is_language_tag(tag: &str) -> bool {
    let is_part = |part: &str, is_in: fn(&u8) -> bool| {
        (1..=8).contains(&part.len()) && part.as_bytes().iter().all(is_in)
    };
    let mut parts = tag.split('-');
    parts
        .next()
        .is_some_and(|primary| is_part(primary, u8::is_ascii_alphabetic))
        && parts.all(|part| is_part(part, u8::is_ascii_alphanumeric))
}

/// Id that `atom:source` gives to an upstream feed: `urn:uuid:` and the UUID v5 of
/// [`SOURCE_NAMESPACE`] and the UTF-8 bytes of its [`FeedId`], which survives a change of address.
pub fn source_id(feed: &FeedId) -> String {
    urn(SOURCE_NAMESPACE, feed.as_str())
}

fn urn(namespace: Uuid, name: &str) -> String {
    Uuid::new_v5(&namespace, name.as_bytes()).urn().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_come_from_names_alone_and_never_change() {
        let feed = MergedFeed::new("central-asia", "Central Asia");
        let moved = MergedFeed {
            base_url: Some(Url::parse("https://news.example.org").unwrap()),
            title: "C5".to_owned(),
            ..feed.clone()
        };
        assert_eq!(feed.id(), "urn:uuid:e5cc340e-e2f3-556e-afe3-cc38dd8974fd");
        assert_eq!(moved.id(), feed.id());
        assert_eq!(
            source_id(&"mfa-kz".parse().unwrap()),
            "urn:uuid:6ec16557-564c-5861-babc-710fe9f7d151"
        );
    }

    #[test]
    fn only_language_tags_are_languages() {
        for good in ["ru", "kk-Cyrl-KZ", "zh-hans", "x-private1"] {
            assert!(is_language_tag(good), "{good}");
        }
        for bad in [
            "",
            "-",
            "ru-",
            "ru_RU",
            "русский",
            "r1",
            "abcdefghi",
            "en--us",
            "en us",
        ] {
            assert!(!is_language_tag(bad), "{bad}");
        }
    }

    #[test]
    fn addresses_stand_under_the_base() {
        let check = |base: &str, name: &str, address: &str, page: &str| {
            let mut feed = MergedFeed::new(name, "");
            feed.base_url = Some(Url::parse(base).unwrap());
            assert_eq!(feed.address(Format::Rss).as_deref(), Some(address));
            assert_eq!(feed.page().as_deref(), Some(page));
        };
        check(
            "https://news.example.org",
            "all",
            "https://news.example.org/feeds/all.rss",
            "https://news.example.org/#all",
        );
        check(
            "https://example.org/nuncio",
            "central-asia",
            "https://example.org/nuncio/feeds/central-asia.rss",
            "https://example.org/nuncio/#central-asia",
        );
        check(
            "https://example.org/nuncio/?a=1#b",
            "a b/c",
            "https://example.org/nuncio/feeds/a%20b%2Fc.rss",
            "https://example.org/nuncio/#a%20b/c",
        );
        let unplaced = MergedFeed::new("all", "All");
        assert_eq!(unplaced.address(Format::Atom), None);
        assert_eq!(unplaced.page(), None);
        assert_eq!(unplaced.alternates(Format::Atom).count(), 0);
    }

    #[test]
    fn alternates_are_the_other_formats_that_are_published() {
        let mut feed = MergedFeed::new("all", "All");
        feed.base_url = Some(Url::parse("https://example.org").unwrap());
        feed.formats = vec![Format::Atom, Format::Json];
        let alternates: Vec<_> = feed.alternates(Format::Atom).collect();
        assert_eq!(
            alternates,
            [(
                Format::Json,
                "https://example.org/feeds/all.json".to_owned()
            )]
        );
    }
}
