//! Stories to publish.
#![expect(clippy::unwrap_used, reason = "a helper of a test fails the test")]

use std::collections::BTreeMap;

use nuncio::model::content::{EntryContent, ShownContent};
use nuncio::model::entry::{Enclosure, EntryKey, StoredEntry};
use nuncio::model::feed::{FeedCard, FeedNumber, Tier};
use nuncio::model::fingerprint::{Fingerprint, Sketch};
use nuncio::model::html::SafeHtml;
use nuncio::model::region::RegionNumber;
use nuncio::model::story::{Showing, Story, StoryId, StorySource, StoryView};
use nuncio::model::time::Timestamp;
use nuncio::publish::MergedFeed;
use url::Url;
use uuid::Uuid;

/// The merged feed of the tests, at a known address.
pub(super) fn merged_feed() -> MergedFeed {
    MergedFeed {
        language: Some("en".to_owned()),
        base_url: Some(Url::parse("https://news.example").unwrap()),
        hub: Some(Url::parse("https://hub.example/").unwrap()),
        region_titles: BTreeMap::from([("central-asia".to_owned(), "Central Asia".to_owned())]),
        ..MergedFeed::new("central-asia", "Central Asia & neighbours")
    }
}

/// A story with everything.
pub(super) fn rich() -> StoryView {
    let content = ShownContent {
        title: "Министры <C5+1> \"встретились\" & договорились".to_owned(),
        link: Some("https://mfa.example/ru/1?a=1&b=2".to_owned()),
        summary: html("<p>Коротко.</p>"),
        content: html("<p>Министры <b>встретились</b> в&nbsp;Астане &amp; Алматы. ]]&gt;</p>"),
        authors: vec!["А. Автор".to_owned(), "B. Writer".to_owned()],
        categories: vec!["Дипломатия".to_owned(), "C5+1".to_owned()],
        enclosures: vec![
            Enclosure {
                url: "https://mfa.example/1.jpg".to_owned(),
                media_type: "image/jpeg".to_owned(),
                size_bytes: 12_345,
            },
            Enclosure {
                url: "https://mfa.example/1.mp3".to_owned(),
                media_type: "audio".to_owned(),
                size_bytes: 0,
            },
        ],
        language: Some("ru".to_owned()),
    };
    let mut view = story(1, content);
    view.feed = feed("mfa-kz", "Ministry of Foreign Affairs", Tier::Official);
    view.leader.claim = Timestamp::parse_rfc3339("2026-09-21T10:00:00+05:00");
    view.others = vec![
        StorySource {
            feed: feed("astana-times", "The Astana Times", Tier::Press),
            link: Some("https://astanatimes.example/c5".to_owned()),
            title: Some("Ministers \"meet\"".to_owned()),
        },
        StorySource {
            feed: feed("silent", "Silent", Tier::Press),
            link: None,
            title: None,
        },
    ];
    view.regions = vec!["central-asia".to_owned(), "caucasus".to_owned()];
    view
}

/// A story with nothing: no title, link, text, author, language.
pub(super) fn bare() -> StoryView {
    story(2, ShownContent::default())
}

/// A story full of what must not reach a reader as it is.
pub(super) fn hostile() -> StoryView {
    let evil = "</title>]]><script>alert('x')</script>\u{0}\u{8}\u{FFFE}\u{FFFF}\r\n\t\"&amp;&#0;";
    let mut view = story(
        3,
        ShownContent {
            title: evil.to_owned(),
            link: Some("https://a.example/\"><script>?q=]]>&{x}|".to_owned()),
            summary: html("<p>sum\u{1} ]]&gt; \r <![CDATA[ </p>"),
            content: html("<p title=\"a>b\">\u{B}text ]]> &lt;script&gt;</p>"),
            authors: vec![evil.to_owned()],
            categories: vec![evil.to_owned()],
            enclosures: vec![
                enclosure("javascript:alert(1)", "text/html"),
                enclosure("https://a.example/\"'<>", "a\"b/<c>"),
            ],
            language: Some("\"><x".to_owned()),
        },
    );
    view.feed = FeedCard {
        url: "javascript:alert(1)".to_owned(),
        ..feed("evil", evil, Tier::Analysis)
    };
    view.regions = vec!["\"<&>'".to_owned()];
    view.others = vec![StorySource {
        feed: view.feed.clone(),
        link: Some("https://b.example/'\"<>&".to_owned()),
        title: Some(evil.to_owned()),
    }];
    view
}

/// Story `number` with this content, first seen at a fixed moment.
pub(super) fn story(number: u64, content: ShownContent) -> StoryView {
    let at = Timestamp::parse_rfc3339("2026-09-21T14:13:20Z").unwrap();
    let key = EntryKey(number);
    let showing = Showing {
        region: RegionNumber(1),
        announced_at: at,
        updated: Timestamp::from_millis(at.as_millis() + 7),
    };
    let id = StoryId(Uuid::from_u128(0x1000 + u128::from(number)));
    StoryView {
        story: Story {
            key,
            id,
            members: Vec::new(),
            leader: Some(key),
            shown: vec![showing],
            n_edits_announced: 0,
            hidden: false,
            related: Vec::new(),
        },
        showing,
        leader: entry(key, at, content),
        feed: feed("astana-times", "The Astana Times", Tier::Press),
        others: Vec::new(),
        regions: vec!["central-asia".to_owned()],
    }
}

/// Markup as the sanitiser would have left it; stored markup is read back the same way.
pub(super) fn html(markup: &str) -> Option<SafeHtml> {
    serde_json::from_value(markup.into()).unwrap()
}

fn feed(id: &str, name: &str, tier: Tier) -> FeedCard {
    FeedCard {
        number: FeedNumber(1),
        id: id.parse().unwrap(),
        name: name.to_owned(),
        url: format!("https://{id}.example/feed?a=1&b=***"),
        tier,
        active: true,
    }
}

fn enclosure(url: &str, media_type: &str) -> Enclosure {
    Enclosure {
        url: url.to_owned(),
        media_type: media_type.to_owned(),
        size_bytes: 1,
    }
}

fn entry(key: EntryKey, at: Timestamp, content: ShownContent) -> StoredEntry {
    StoredEntry {
        key,
        feed: FeedNumber(1),
        identity: Vec::new(),
        url_key: None,
        wording: Fingerprint::of(&[]),
        meanings: Vec::new(),
        sketch: Sketch::default(),
        story: key,
        backlog: false,
        claim: None,
        first_seen: at,
        left_body: None,
        matches: Vec::new(),
        rules: 0,
        content: EntryContent::Shown(Box::new(content)),
    }
}
