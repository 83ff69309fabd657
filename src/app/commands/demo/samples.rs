//! The sample feeds: outlets that do not exist, under example domains (RFC 2606).
//!
//! Each file holds its feed through all rounds; [`crate::app::commands::demo::timeline`] says
//! how to read it.

use crate::model::feed::Tier;

/// One sample feed.
#[derive(Debug)]
pub(super) struct Sample {
    /// Its id in the demo's `feeds.toml`, and its path on the server.
    pub(super) id: &'static str,
    /// Name for people.
    pub(super) name: &'static str,
    /// Rank in a story.
    pub(super) tier: Tier,
    /// What its server sends as `Content-Type`.
    pub(super) media_type: &'static str,
    /// How its server behaves.
    pub(super) manner: Manner,
    /// The feed through all rounds.
    pub(super) script: &'static [u8],
}

/// How a sample's server behaves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Manner {
    /// ETag, and 304 to who has it.
    Polite,
    /// No validators: 200 with the whole document every time.
    Forgetful,
    /// Takes its time, and in the third round more than it is given.
    Slow,
}

const RSS: &str = "application/rss+xml; charset=utf-8";
const ATOM: &str = "application/atom+xml";
const JSON: &str = "application/feed+json";
/// A server that says nothing of the charset: the document itself must.
const BARE_XML: &str = "text/xml";

macro_rules! sample {
    ($id:literal, $name:literal, $tier:ident, $media_type:ident, $manner:ident, $file:literal) => {
        Sample {
            id: $id,
            name: $name,
            tier: Tier::$tier,
            media_type: $media_type,
            manner: Manner::$manner,
            script: include_bytes!(concat!("data/", $file)),
        }
    };
}

/// All of them, in the order of the demo's `feeds.toml`.
#[rustfmt::skip]
pub(super) const SAMPLES: &[Sample] = &[
    // Atom 1.0, en; one side of a meeting, and an entry that is edited later.
    sample!("foreign-service", "Foreign Service", Official, ATOM, Polite, "foreign-service.atom.xml"),
    // RSS 2.0, en; the other side of that meeting.
    sample!("union-desk", "Union Desk", Official, RSS, Polite, "union-desk.rss.xml"),
    // JSON Feed 1.1, en; the story that three others carry after it.
    sample!("meridian-wire", "Meridian Wire", Agency, JSON, Polite, "meridian-wire.json"),
    // RSS 2.0, en; carries it with tracking parameters, and later with others.
    sample!("steppe-herald", "Steppe Herald", Press, RSS, Polite, "steppe-herald.rss.xml"),
    // RSS 1.0 (RDF), en; carries it with a click id.
    sample!("caspian-post", "Caspian Post", Press, BARE_XML, Forgetful, "caspian-post.rdf.xml"),
    // Atom 1.0, en; carries it over http, with a slash and a fragment.
    sample!("corridor-monitor", "Corridor Monitor", Analysis, ATOM, Polite, "corridor-monitor.atom.xml"),
    // RSS 2.0, ru, windows-1251 that only the XML declaration tells.
    sample!("vestnik", "Вестник рубежа", Press, BARE_XML, Forgetful, "vestnik.rss.xml"),
    // RSS 2.0, ru; XML that no strict parser takes.
    sample!("prospekt", "Проспект", Press, RSS, Forgetful, "prospekt.rss.xml"),
    // RSS 2.0, fr.
    sample!("courrier", "Courrier des steppes", Press, RSS, Polite, "courrier.rss.xml"),
    // RSS 2.0, kk.
    sample!("dala-habar", "Дала хабар", Press, RSS, Polite, "dala-habar.rss.xml"),
    // JSON Feed 1.1, zh.
    sample!("silk-road-daily", "丝路日报", Press, JSON, Polite, "silk-road-daily.json"),
    // RSS 2.0, en; Georgia the US state, and Georgia the country.
    sample!("peach-courier", "Peach Courier", Press, RSS, Polite, "peach-courier.rss.xml"),
    // RSS 2.0, en; slow, once too slow.
    sample!("slow-gazette", "Slow Gazette", Press, RSS, Slow, "slow-gazette.rss.xml"),
    // Atom 1.0, en; has nothing new, ever.
    sample!("almanac", "Almanac of Treaties", Analysis, ATOM, Polite, "almanac.atom.xml"),
];

/// The sample with this id.
pub(super) fn sample(id: &str) -> Option<&'static Sample> {
    SAMPLES.iter().find(|sample| sample.id == id)
}

/// What people call the feed `id`.
pub(super) fn name(id: &str) -> &str {
    sample(id).map_or(id, |sample| sample.name)
}
