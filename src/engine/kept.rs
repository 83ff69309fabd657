//! What is kept of an entry, judged again: for `explain`, and when rules change.

use std::collections::HashMap;

use crate::classify::{Classifier, Input, Source};
use crate::model::content::EntryContent;
use crate::model::entry::StoredEntry;
use crate::model::feed::{Feed, FeedNumber, Tier};
use crate::model::html::RawHtml;
use crate::model::judgement::Judgement;
use crate::model::region::RegionMatch;
use crate::normalise::html;
use crate::store::{Store, StoreError};

/// A feed with what entries may call it: its name as configured, its title as read.
#[derive(Debug)]
pub struct NamedFeed<'a> {
    /// As it is configured now.
    pub feed: &'a Feed,
    names: Vec<&'a str>,
}

impl<'a> NamedFeed<'a> {
    /// `title`: what it called itself when it was last read.
    pub fn new(feed: &'a Feed, title: Option<&'a str>) -> Self {
        // Where no name is configured it is the id, which nobody writes.
        let configured = Some(feed.name.as_str()).filter(|name| *name != feed.id.as_str());
        Self {
            feed,
            names: configured.into_iter().chain(title).collect(),
        }
    }

    /// Who publishes its entries.
    pub fn source(&self) -> Source<'_> {
        Source {
            names: &self.names,
            is_medium: self.feed.tier != Tier::Official,
        }
    }
}

/// What the feeds of a store called themselves when they were last read.
///
/// # Errors
/// The store's error.
pub async fn titles(store: &dyn Store) -> Result<HashMap<FeedNumber, String>, StoreError> {
    let feeds = store.feeds().await?.into_iter();
    let titles = feeds.filter_map(|it| Some((it.card.number, it.state.title?)));
    Ok(titles.collect())
}

/// The hash of the rules for entries of a feed. Its title as read is not in it: some feeds change
/// theirs every day.
pub fn rules_hash(feed: &Feed, rules: &Classifier) -> u64 {
    let source = NamedFeed::new(feed, None);
    rules.rules_hash(Some(&feed.id), feed.default_country, &source.source())
}

/// What `rules` make of what is kept of an entry; `None` where no text is. `feed`: the feed where
/// it still is configured.
pub fn judge(
    entry: &StoredEntry,
    feed: Option<&NamedFeed<'_>>,
    rules: &Classifier,
) -> Option<Judgement> {
    let text = text(&entry.content)?;
    Some(rules.judge(&input(&entry.content, &text, feed)))
}

/// The regions an entry belongs to by what is kept of it; `None` where no text is.
pub fn matches(
    entry: &StoredEntry,
    feed: &NamedFeed<'_>,
    rules: &Classifier,
) -> Option<Vec<RegionMatch>> {
    let text = text(&entry.content)?;
    let input = input(&entry.content, &text, Some(feed));
    Some(of_feed(&input, feed.feed, rules))
}

/// The regions an entry of a feed belongs to. An unfiltered feed speaks of its own country in all
/// it says.
pub fn of_feed(input: &Input<'_>, feed: &Feed, rules: &Classifier) -> Vec<RegionMatch> {
    let mut matches = rules.classify(input);
    let own = feed.default_country.filter(|_| feed.unfiltered);
    for of_country in own.into_iter().flat_map(|it| rules.regions_of(it)) {
        if matches.iter().all(|it| it.region != of_country.region) {
            matches.push(of_country);
        }
    }
    matches
}

/// The text as far as it is kept: all of it where it is shown, else its head.
fn text(content: &EntryContent) -> Option<String> {
    match content {
        EntryContent::Gone => None,
        EntryContent::Plain(plain) => Some(plain.text.clone()),
        EntryContent::Shown(shown) => {
            let markup = shown.content.as_ref().or(shown.summary.as_ref());
            let text = markup.map(|it| html::plain_text(&RawHtml(it.as_str().to_owned())));
            Some(text.unwrap_or_default())
        }
    }
}

fn input<'a>(
    content: &'a EntryContent,
    text: &'a str,
    feed: Option<&'a NamedFeed<'_>>,
) -> Input<'a> {
    let (categories, language) = match content {
        EntryContent::Gone => (&[][..], None),
        EntryContent::Plain(plain) => (&plain.categories[..], plain.language.as_deref()),
        EntryContent::Shown(shown) => (&shown.categories[..], shown.language.as_deref()),
    };
    Input {
        title: content.title().unwrap_or_default(),
        text,
        categories,
        language,
        default_country: feed.and_then(|it| it.feed.default_country),
        feed: feed.map(|it| &it.feed.id),
        source: feed.map(NamedFeed::source).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::classify::compile;
    use crate::model::content::PlainContent;
    use crate::model::entry::EntryKey;
    use crate::model::feed::DedupScope;
    use crate::model::fingerprint::{Fingerprint, Sketch};
    use crate::model::rules::Rules;
    use crate::model::time::Timestamp;

    fn feed(name: &str, tier: Tier) -> Feed {
        Feed {
            id: "courier".parse().unwrap(),
            formerly: Vec::new(),
            url: "https://courier.example/rss".parse().unwrap(),
            name: name.to_owned(),
            tier,
            folder: None,
            language: None,
            time_zone: None,
            default_country: None,
            enabled: true,
            unfiltered: false,
            dedup: DedupScope::Url,
            interval: None,
            timeout: Duration::from_secs(30),
            user_agent: None,
            headers: Vec::new(),
            allow_private: false,
        }
    }

    fn stored(title: &str, text: &str) -> StoredEntry {
        let now = Timestamp::from_seconds(1_790_000_000);
        StoredEntry {
            key: EntryKey(1),
            feed: FeedNumber(1),
            identity: Vec::new(),
            url_key: None,
            wording: Fingerprint {
                version: 1,
                hash: 1,
            },
            meanings: Vec::new(),
            sketch: Sketch::default(),
            story: EntryKey(1),
            backlog: false,
            claim: Some(now),
            first_seen: now,
            left_body: None,
            matches: Vec::new(),
            rules: 0,
            content: EntryContent::Plain(PlainContent {
                title: title.to_owned(),
                text: text.to_owned(),
                ..PlainContent::default()
            }),
        }
    }

    #[test]
    fn the_name_of_the_feed_is_no_news_by_whichever_name_it_goes() {
        let rules = Rules {
            regions: vec!["central-asia".to_owned()],
            ..Rules::default()
        };
        let rules = compile(&rules).unwrap();
        let is_in = |feed: &Feed, title: Option<&str>, entry: &StoredEntry| {
            let named = NamedFeed::new(feed, title);
            let matches = matches(entry, &named, &rules).unwrap();
            let judged = judge(entry, Some(&named), &rules).unwrap();
            assert_eq!(judged.into_matches(), matches);
            !matches.is_empty()
        };
        let tail = stored("Talks begin | The Tashkent Courier", "They are long.");
        let (unnamed, named) = (
            feed("courier", Tier::Press),
            feed("Tashkent Courier", Tier::Press),
        );
        assert!(is_in(&unnamed, None, &tail));
        assert!(!is_in(&unnamed, Some("The Tashkent Courier"), &tail));
        assert!(!is_in(&named, None, &tail));
        let inside = stored("Talks begin", "The envoy told the Tashkent Courier so.");
        assert!(!is_in(&named, None, &inside));
        assert!(is_in(
            &feed("Tashkent Courier", Tier::Official),
            None,
            &inside
        ));
        let news = stored("Tashkent hosts talks | The Tashkent Courier", "");
        assert!(is_in(&named, Some("The Tashkent Courier"), &news));
    }

    #[test]
    fn another_name_is_another_hash() {
        let rules = compile(&Rules {
            regions: vec!["gulf".to_owned()],
            ..Rules::default()
        });
        let rules = rules.unwrap();
        let hash = |name: &str, tier| rules_hash(&feed(name, tier), &rules);
        assert_ne!(hash("A", Tier::Press), hash("B", Tier::Press));
        assert_ne!(hash("A", Tier::Press), hash("A", Tier::Official));
        assert_eq!(hash("A", Tier::Press), hash("A", Tier::Agency));
    }
}
