//! The answer to `explain`: one entry, and why its story is in or out.

use serde::{Deserialize, Serialize};

use crate::control::rfc3339;
use crate::model::content::EntryContent;
use crate::model::entry::StoredEntry;
use crate::model::feed::{FeedCard, Tier};
use crate::model::judgement::Judgement;
use crate::model::region::RegionMatch;
use crate::model::story::Story;
use crate::model::time::Timestamp;

/// One entry with all that explains it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Explanation {
    /// Why it is in or out, in one word.
    pub verdict: Verdict,
    /// Id of its feed.
    pub feed: String,
    /// Name of its feed.
    pub feed_name: String,
    /// Rank of its feed.
    pub tier: Tier,
    /// Title, while any text is kept.
    pub title: Option<String>,
    /// Address, while any text is kept.
    pub link: Option<String>,
    /// BCP 47 language, where known.
    pub language: Option<String>,
    /// The publisher's date, as claimed.
    #[serde(with = "rfc3339::option")]
    pub claim: Option<Timestamp>,
    /// When the poll that brought it was committed.
    #[serde(with = "rfc3339")]
    pub first_seen: Timestamp,
    /// Date it is published under: the claim, never after the first sight.
    #[serde(with = "rfc3339")]
    pub published: Timestamp,
    /// Whether it was too old when its feed was first read.
    pub backlog: bool,
    /// Regions it belongs to, with the words that speak for each, as they were when it came or
    /// when the rules last changed.
    pub matches: Vec<RegionMatch>,
    /// Id of its story.
    pub story: String,
    /// Entries in that story.
    pub n_members: usize,
    /// Whether this entry's text and link are the ones shown.
    pub leads: bool,
    /// Merged feeds the story is shown in.
    pub shown_in: Vec<String>,
    /// What each rule in force makes of what is kept of it; absent where no text is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub judgement: Option<Judgement>,
}

/// Why a story is in or out.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Its story is shown.
    Shown,
    /// Its story was taken out by hand.
    Hidden,
    /// It was too old when its feed was first read.
    Backlog,
    /// It belongs to no region that is published.
    Filtered,
    /// It belongs to a region, but its story is shown nowhere: the rules matched only after it
    /// had become too old to announce.
    Unannounced,
}

impl Verdict {
    /// The word on the socket and on pages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Shown => "shown",
            Self::Hidden => "hidden",
            Self::Backlog => "backlog",
            Self::Filtered => "filtered",
            Self::Unannounced => "unannounced",
        }
    }

    /// The order is that of the questions a person asks: a hidden story is not shown wherever it
    /// once was, and a story that is shown needs no further reason.
    fn of(entry: &StoredEntry, story: &Story, shown_in: &[String]) -> Self {
        if story.hidden {
            Self::Hidden
        } else if !shown_in.is_empty() {
            Self::Shown
        } else if entry.backlog {
            Self::Backlog
        } else if entry.matches.is_empty() {
            Self::Filtered
        } else {
            Self::Unannounced
        }
    }
}

impl Explanation {
    /// Explains `entry` of `feed`; `shown_in` names the merged feeds that show its story.
    pub fn new(entry: &StoredEntry, feed: &FeedCard, story: &Story, shown_in: Vec<String>) -> Self {
        Self {
            verdict: Verdict::of(entry, story, &shown_in),
            feed: feed.id.to_string(),
            feed_name: feed.name.clone(),
            tier: feed.tier,
            title: entry.content.title().map(str::to_owned),
            link: entry.content.link().map(str::to_owned),
            language: language(&entry.content).map(str::to_owned),
            claim: entry.claim,
            first_seen: entry.first_seen,
            published: entry.published(),
            backlog: entry.backlog,
            matches: entry.matches.clone(),
            story: story.id.to_string(),
            n_members: story.members.len(),
            leads: story.leader == Some(entry.key),
            shown_in,
            judgement: None,
        }
    }

    /// The same, with what the rules in force make of it.
    #[must_use]
    pub fn judged(self, judgement: Option<Judgement>) -> Self {
        Self { judgement, ..self }
    }
}

fn language(content: &EntryContent) -> Option<&str> {
    match content {
        EntryContent::Shown(shown) => shown.language.as_deref(),
        EntryContent::Plain(plain) => plain.language.as_deref(),
        EntryContent::Gone => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::content::PlainContent;
    use crate::model::country::Country;
    use crate::model::entry::EntryKey;
    use crate::model::feed::FeedNumber;
    use crate::model::fingerprint::{Fingerprint, Sketch};
    use crate::model::region::{Evidence, Field};
    use crate::model::story::StoryId;
    use uuid::Uuid;

    fn entry() -> StoredEntry {
        StoredEntry {
            key: EntryKey(1),
            feed: FeedNumber(1),
            identity: Vec::new(),
            url_key: None,
            wording: Fingerprint::of(&[]),
            meanings: Vec::new(),
            sketch: Sketch::default(),
            story: EntryKey(1),
            backlog: false,
            claim: Some(Timestamp::from_seconds(900)),
            first_seen: Timestamp::from_seconds(600),
            left_body: None,
            matches: vec![RegionMatch {
                region: "central-asia".to_owned(),
                evidence: vec![Evidence {
                    field: Field::Title,
                    form: "Астана".to_owned(),
                    start: 0,
                    end: 12,
                    term: "Astana".to_owned(),
                    weight: 1_000,
                    country: Country::from_code("KZ"),
                }],
            }],
            rules: 0,
            content: EntryContent::Plain(PlainContent {
                title: "Астана".to_owned(),
                link: Some("https://example.org/1".to_owned()),
                text: String::new(),
                categories: Vec::new(),
                language: Some("ru".to_owned()),
            }),
        }
    }

    fn story() -> Story {
        Story {
            key: EntryKey(1),
            id: StoryId(Uuid::nil()),
            members: Vec::new(),
            leader: Some(EntryKey(1)),
            shown: Vec::new(),
            n_edits_announced: 0,
            hidden: false,
            related: Vec::new(),
        }
    }

    fn card() -> FeedCard {
        FeedCard {
            number: FeedNumber(1),
            id: "mfa-kz".parse().unwrap(),
            name: "MFA of Kazakhstan".to_owned(),
            url: "https://example.org/rss".to_owned(),
            tier: Tier::Official,
            active: true,
        }
    }

    #[test]
    fn the_json_of_an_explanation_is_a_promise() {
        let explanation =
            Explanation::new(&entry(), &card(), &story(), vec!["central-asia".to_owned()]);
        let json = [
            r#"{"verdict":"shown","feed":"mfa-kz","feed_name":"MFA of Kazakhstan","#,
            r#""tier":"official","title":"Астана","link":"https://example.org/1","#,
            r#""language":"ru","claim":"1970-01-01T00:15:00Z","#,
            r#""first_seen":"1970-01-01T00:10:00Z","published":"1970-01-01T00:10:00Z","#,
            r#""backlog":false,"matches":[{"region":"central-asia","evidence":[{"field":"title","#,
            r#""form":"Астана","start":0,"end":12,"term":"Astana","weight":1000,"country":"KZ"}]}],"#,
            r#""story":"urn:uuid:00000000-0000-0000-0000-000000000000","n_members":0,"#,
            r#""leads":true,"shown_in":["central-asia"]}"#,
        ]
        .concat();
        assert_eq!(serde_json::to_string(&explanation).unwrap(), json);
        assert_eq!(
            serde_json::from_str::<Explanation>(&json).unwrap(),
            explanation
        );
    }

    #[test]
    fn the_verdict_is_the_first_reason_that_applies() {
        let shown = ["all".to_owned()];
        let check = |entry: &StoredEntry, story: &Story, shown_in: &[String], expected| {
            assert_eq!(Verdict::of(entry, story, shown_in), expected);
        };
        let filtered = StoredEntry {
            matches: Vec::new(),
            ..entry()
        };
        let backlog = StoredEntry {
            backlog: true,
            ..entry()
        };
        let hidden = Story {
            hidden: true,
            ..story()
        };
        check(&entry(), &story(), &shown, Verdict::Shown);
        check(&entry(), &hidden, &shown, Verdict::Hidden);
        check(&backlog, &story(), &shown, Verdict::Shown);
        check(&backlog, &story(), &[], Verdict::Backlog);
        check(&filtered, &story(), &[], Verdict::Filtered);
        check(&entry(), &story(), &[], Verdict::Unannounced);
    }
}
