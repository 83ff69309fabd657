//! Finishes a document: hash, codings, the moment its bytes last changed.

use std::time::Duration;

use crate::model::rendered::{Format, MergedFeedCard, RenderedFeed};
use crate::model::story::StoryView;
use crate::model::time::Timestamp;
use crate::publish::compress::{Coded, kept};
use crate::publish::merged::MergedFeed;
use crate::publish::shown::newest;
use crate::publish::{atom, json, rss};

/// Writes `stories` as the document of `feed` in `format`.
pub fn render(feed: &MergedFeed, format: Format, stories: &[StoryView]) -> String {
    match format {
        Format::Atom => atom::render(feed, stories),
        Format::Rss => rss::render(feed, stories),
        Format::Json => json::render(feed, stories),
    }
}

/// Makes `bytes` ready to be sent.
///
/// Equal bytes give `previous` back as it is, moment and codings included, and cost one hash.
/// Other bytes are dated `now` in whole seconds, but at least one second after `previous`, so
/// that a reader's If-Modified-Since can tell two documents of one second apart.
pub fn finish(
    name: &str,
    format: Format,
    document: impl Into<Vec<u8>>,
    previous: Option<&RenderedFeed>,
    now: Timestamp,
) -> RenderedFeed {
    let identity = document.into();
    let hash = hash(&identity);
    if let Some(previous) = previous
        && previous.hash == hash
    {
        return previous.clone();
    }
    let Coded { gzip, brotli, zstd } = Coded::new(&identity);
    let now = Timestamp::from_seconds(now.as_seconds());
    let earliest = previous.map(|previous| previous.last_modified.plus(Duration::from_secs(1)));
    RenderedFeed {
        name: name.to_owned(),
        format,
        identity: kept(identity),
        gzip,
        brotli,
        zstd,
        hash,
        last_modified: earliest.map_or(now, |earliest| earliest.max(now)),
    }
}

/// What people and OPML are told about `feed` with these stories.
pub fn card(feed: &MergedFeed, stories: &[StoryView]) -> MergedFeedCard {
    MergedFeedCard {
        name: feed.name.clone(),
        title: feed.title.clone(),
        n_stories: stories.len(),
        updated: newest(stories),
    }
}

/// 128 bits of BLAKE3 as 32 hexadecimal digits.
pub(super) fn hash(identity: &[u8]) -> String {
    let mut hex = blake3::hash(identity).to_hex().to_string();
    hex.truncate(32);
    hex
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publish::samples::story;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    #[test]
    fn the_same_bytes_stay_as_they_were() {
        let first = finish("all", Format::Atom, "a", None, at(5_900));
        assert_eq!(first.last_modified, at(5_000));
        assert_eq!(first.hash, hash(b"a"));
        let again = finish("all", Format::Atom, "a", Some(&first), at(99_000));
        assert_eq!(again, first);
    }

    #[test]
    fn changed_bytes_are_dated_later_than_the_ones_before() {
        let first = finish("all", Format::Atom, "a", None, at(5_000));
        let check = |now, expected| {
            let changed = finish("all", Format::Atom, "b", Some(&first), at(now));
            assert_eq!(changed.last_modified, at(expected));
            assert_ne!(changed.hash, first.hash);
        };
        check(5_000, 6_000);
        check(5_999, 6_000);
        check(1_000, 6_000);
        check(9_999, 9_000);
    }

    #[test]
    fn a_card_counts_and_dates_the_stories() {
        let feed = MergedFeed::new("central-asia", "Central Asia");
        let mut later = story(2);
        later.showing.updated = at(1_800_000_000_000);
        assert_eq!(
            card(&feed, &[story(1), later]),
            MergedFeedCard {
                name: "central-asia".to_owned(),
                title: "Central Asia".to_owned(),
                n_stories: 2,
                updated: Some(at(1_800_000_000_000)),
            }
        );
        assert_eq!(card(&feed, &[]).updated, None);
    }
}
