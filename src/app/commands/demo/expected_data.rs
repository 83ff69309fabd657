//! What the demo must show: every entry of every sample feed with what must come of it and why,
//! and every poll that is not an ordinary one.
//!
//! An entry is named by its feed and the last part of its address. What stands here and does not
//! happen, and what happens and does not stand here, fails `nuncio demo --once`. A new ability is
//! shown by a new entry in a sample and a row here.

use crate::app::commands::demo::expect::{Because, Entry, Poll, Reading};

use crate::model::tally::Arrival::{New, SameStory, Updated};
use crate::model::tally::Fate::{Announced, Backlog, Filtered, Silent};
use Because::{Group, NoWord, SameLink, TooOld, Word};

const ASIA: &str = "central-asia";
const CAUCASUS: &str = "south-caucasus";

/// Every entry that is decided on, by round. An entry that comes again unchanged is not decided
/// on, and no row stands for it.
#[rustfmt::skip]
pub(super) const ENTRIES: &[Entry] = &[
    // The first round: what stands there when a feed is first read.
    Entry(1, "foreign-service", "1042", New, Announced, Word(ASIA, "Kazakhstan")),   // one side of a meeting
    Entry(1, "foreign-service", "987", New, Backlog, TooOld),
    Entry(1, "union-desk", "2026-117", New, Filtered, NoWord),
    Entry(1, "meridian-wire", "middle-corridor", New, Announced, Word(ASIA, "Aktau")),
    Entry(1, "meridian-wire", "chess", New, Filtered, NoWord),
    Entry(1, "steppe-herald", "power-exchange", New, Announced, Word(ASIA, "Tashkent")),
    Entry(1, "steppe-herald", "judo", New, Filtered, Group("@soft-news")),           // names Uzbekistan, but is sport
    Entry(1, "steppe-herald", "recipes", New, Filtered, NoWord),                     // turkey, the bird
    Entry(1, "caspian-post", "4401", New, Announced, Word(CAUCASUS, "Baku")),        // in both regions
    Entry(1, "corridor-monitor", "305", New, Announced, Word(ASIA, "Tashkent")),     // a relative link
    Entry(1, "vestnik", "507", New, Announced, Word(ASIA, "Астане")),                // windows-1251
    Entry(1, "vestnik", "502", New, Filtered, NoWord),
    Entry(1, "prospekt", "901", New, Announced, Word(ASIA, "Бишкеке")),              // broken XML
    Entry(1, "courrier", "consulat", New, Announced, Word(ASIA, "Samarcande")),
    Entry(1, "courrier", "lyon", New, Filtered, NoWord),
    Entry(1, "dala-habar", "208", New, Announced, Word(ASIA, "Астанада")),
    Entry(1, "silk-road-daily", "3301", New, Announced, Word(ASIA, "哈萨克斯坦")),
    Entry(1, "peach-courier", "buses", New, Filtered, NoWord),                       // Georgia, the US state
    Entry(1, "slow-gazette", "locomotives", New, Filtered, NoWord),
    Entry(1, "almanac", "88", New, Announced, Word(ASIA, "Turkmenistan")),

    Entry(2, "union-desk", "2026-118", New, Announced, Word(ASIA, "Astana")),        // the other side: a story of its own
    Entry(2, "steppe-herald", "middle-corridor", SameStory, Silent, SameLink("meridian-wire")),
    Entry(2, "silk-road-daily", "3312", New, Announced, Word(ASIA, "乌兹别克斯坦")),
    Entry(2, "peach-courier", "budget", New, Filtered, NoWord),                      // Georgia, the US state

    Entry(3, "caspian-post", "middle-corridor", SameStory, Silent, SameLink("meridian-wire")),
    Entry(3, "prospekt", "902", New, Announced, Word(ASIA, "Туркменистан")),
    Entry(3, "dala-habar", "212", New, Announced, Word(ASIA, "Қырғызстанмен")),

    Entry(4, "corridor-monitor", "middle-corridor", SameStory, Silent, SameLink("meridian-wire")),
    Entry(4, "foreign-service", "1042", Updated, Announced, Word(ASIA, "Kazakhstan")), // edited
    Entry(4, "courrier", "tachkent", New, Announced, Word(ASIA, "Ouzbékistan")),
    Entry(4, "peach-courier", "night-train", New, Announced, Word(CAUCASUS, "Tbilisi")), // Georgia, the country
    Entry(4, "slow-gazette", "transit", New, Announced, Word(ASIA, "Kazakhstan")),   // late, not never

    // In this round steppe-herald's link has another tracking parameter, which is no news.
    Entry(5, "foreign-service", "1043", New, Announced, Word(ASIA, "Kyrgyzstan")),
    Entry(5, "meridian-wire", "hydropower-board", New, Announced, Word(ASIA, "Bishkek")),
    Entry(5, "vestnik", "511", New, Announced, Word(ASIA, "Самарканде")),
];

/// Polls that are not simply read or unchanged, by round; in the rounds not named here, a feed
/// named here is like any other.
#[rustfmt::skip]
pub(super) const POLLS: &[Poll] = &[
    Poll(1, "prospekt", Reading::Mended),
    Poll(3, "prospekt", Reading::Mended),
    Poll(3, "slow-gazette", Reading::TimedOut),
    Poll(2, "almanac", Reading::Status304),
    Poll(3, "almanac", Reading::Status304),
    Poll(4, "almanac", Reading::Status304),
    Poll(5, "almanac", Reading::Status304),
];
