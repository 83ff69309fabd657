//! The keys of an entry: fixed functions of the entry alone, never of a clock and never of what
//! its feed has learned.

use uuid::Uuid;

use crate::model::entry::{Entry, Identity};
use crate::model::feed::FeedId;
use crate::model::fingerprint::{Fingerprint, IdentityKey, KeyKind, Sketch, UrlKey};
use crate::model::story::StoryId;
use crate::model::time::Timestamp;
use crate::model::url::CanonicalUrl;
use crate::text;

/// Namespace of story ids, once drawn at random; part of the published format.
const STORY_NAMESPACE: Uuid = Uuid::from_u128(0x6f1c_4e1b_8a6d_4d0e_9a53_0b7e_52c1_7d43);

/// Everything an entry is known and compared by.
#[derive(Clone, PartialEq, Debug)]
pub struct Keys {
    /// Identity inside the feed.
    pub identity: Identity,
    /// Story id when this entry founds one.
    pub story_id: StoryId,
    /// The same with title and date appended.
    pub story_id_dated: StoryId,
    /// Key across feeds.
    pub url_key: Option<UrlKey>,
    /// Title, text and canonical link.
    pub meaning: Fingerprint,
    /// Title and text.
    pub wording: Fingerprint,
    /// Words of title and text.
    pub sketch: Sketch,
}

/// The keys of `entry` in the feed that was first called `feed`.
pub fn keys(entry: &Entry, feed: &FeedId) -> Keys {
    let guid = entry.guid.as_deref().map(str::as_bytes);
    let link = entry.raw_link.as_deref().map(str::as_bytes);
    let title = text::fold::title_key(&entry.title);
    let claim = claim_bytes(entry.own_claim);
    let canonical = entry.link.as_ref().and_then(CanonicalUrl::new);
    let identity = Identity {
        guid: guid.map(|guid| IdentityKey::new(KeyKind::Guid, &[guid])),
        guid_link: guid
            .zip(link)
            .map(|(guid, link)| IdentityKey::new(KeyKind::GuidLink, &[guid, link])),
        link: link.map(|link| IdentityKey::new(KeyKind::Link, &[link])),
        title_date: (!title.is_empty())
            .then(|| IdentityKey::new(KeyKind::TitleDate, &[title.as_bytes(), &claim])),
    };
    let (title_text, body_text) = (entry.title.as_bytes(), entry.text.as_bytes());
    let link_text = canonical
        .as_ref()
        .map_or("", CanonicalUrl::as_str)
        .as_bytes();
    let meaning = Fingerprint::of(&[title_text, body_text, link_text]);
    Keys {
        identity,
        story_id: story_id(feed, guid, link, title.as_bytes(), &claim, Dated::No),
        story_id_dated: story_id(feed, guid, link, title.as_bytes(), &claim, Dated::Yes),
        url_key: canonical
            .filter(|url| !url.is_root())
            .map(|url| UrlKey::of(&url)),
        meaning,
        wording: Fingerprint::of(&[title_text, body_text]),
        sketch: sketch(&entry.title, &entry.text),
    }
}

/// Whether title and date are appended to an id that has guid or link.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Dated {
    Yes,
    No,
}

/// UUID v5 (RFC 9562 §5.5) over `feed NUL part …`, each part a letter, its length as eight
/// big-endian bytes, and its bytes: `g` guid, `l` link as written, `t` title key, `d` claim.
fn story_id(
    feed: &FeedId,
    guid: Option<&[u8]>,
    link: Option<&[u8]>,
    title: &[u8],
    claim: &[u8],
    dated: Dated,
) -> StoryId {
    let mut name = Vec::with_capacity(64);
    name.extend_from_slice(feed.as_str().as_bytes());
    name.push(0);
    let mut part = |letter: u8, bytes: &[u8]| {
        name.push(letter);
        name.extend_from_slice(&u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
        name.extend_from_slice(bytes);
    };
    if let Some(guid) = guid {
        part(b'g', guid);
    }
    if let Some(link) = link {
        part(b'l', link);
    }
    if dated == Dated::Yes || (guid.is_none() && link.is_none()) {
        part(b't', title);
        part(b'd', claim);
    }
    StoryId(Uuid::new_v5(&STORY_NAMESPACE, &name))
}

/// Milliseconds of the claim, big-endian; nothing where the publisher claims none.
fn claim_bytes(claim: Option<Timestamp>) -> Vec<u8> {
    claim.map_or_else(Vec::new, |claim| claim.as_millis().to_be_bytes().to_vec())
}

fn sketch(title: &str, body: &str) -> Sketch {
    let title: Vec<String> = text::words::folded_words(title).collect();
    let body: Vec<String> = text::words::folded_words(body).collect();
    Sketch::of(
        title.iter().map(String::as_str),
        body.iter().map(String::as_str),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(guid: Option<&str>, link: Option<&str>, title: &str) -> Entry {
        Entry {
            guid: guid.map(str::to_owned),
            raw_link: link.map(str::to_owned),
            link: link.map(|link| link.parse().unwrap()),
            title: title.to_owned(),
            text: "Some text.".to_owned(),
            summary: None,
            content: None,
            claim: Some(Timestamp::from_seconds(1_786_595_076)),
            own_claim: Some(Timestamp::from_seconds(1_786_595_076)),
            authors: vec![],
            categories: vec![],
            enclosures: vec![],
            language: None,
            defects: vec![],
        }
    }

    fn keys_of(guid: Option<&str>, link: Option<&str>, title: &str) -> Keys {
        keys(&entry(guid, link, title), &"mfa".parse().unwrap())
    }

    /// The published ids of these entries are promises: this value must never change.
    #[test]
    fn story_ids_are_fixed_for_ever() {
        let id = keys_of(Some("1001"), Some("https://example.org/a"), "A").story_id;
        assert_eq!(
            id.to_string(),
            "urn:uuid:96c846f3-2fff-5f0d-b4b1-4eacf8408b44"
        );
    }

    #[test]
    fn an_edit_of_the_title_moves_no_story_id_that_has_guid_or_link() {
        let (was, is) = (keys_of(Some("1"), None, "A"), keys_of(Some("1"), None, "B"));
        assert_eq!(was.story_id, is.story_id);
        assert_ne!(was.story_id_dated, is.story_id_dated);
        assert_ne!(
            keys_of(None, None, "A").story_id,
            keys_of(None, None, "B").story_id
        );
    }

    #[test]
    fn a_new_tracking_parameter_or_https_is_no_new_meaning() {
        let was = keys_of(Some("1"), Some("http://example.org/a"), "A");
        let is = keys_of(
            Some("1"),
            Some("https://www.example.org/a?utm_source=rss"),
            "A",
        );
        assert_eq!(was.meaning, is.meaning);
        assert_eq!(was.url_key, is.url_key);
        assert_ne!(was.identity.link, is.identity.link);
        assert_ne!(
            was.meaning,
            keys_of(Some("1"), Some("https://example.org/b"), "A").meaning
        );
    }

    #[test]
    fn a_front_page_is_no_key_across_feeds() {
        assert_eq!(
            keys_of(None, Some("https://example.org/?utm_source=x"), "A").url_key,
            None
        );
    }

    #[test]
    fn title_and_date_ignore_punctuation_and_case() {
        let (was, is) = (
            keys_of(None, None, "Talks: day 2"),
            keys_of(None, None, "TALKS – Day 2!"),
        );
        assert_eq!(was.identity.title_date, is.identity.title_date);
    }
}
