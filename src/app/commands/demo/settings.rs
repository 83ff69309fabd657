//! The demo's `feeds.toml`: nothing in it that a user could not write.

use std::net::SocketAddr;
use std::path::Path;

use crate::app::commands::demo::samples::{Manner, SAMPLES, Sample};

/// Regions the demo publishes.
pub(super) const REGIONS: [&str; 2] = ["central-asia", "south-caucasus"];

/// How often the sample feeds are polled.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Pace {
    /// As a person can follow it.
    Calm,
    /// As fast as a feed of one's own may be polled.
    Fast,
}

/// Writes the file for sample feeds at `feeds`, with state and cache below `home`.
///
/// Feeds at loopback addresses are one's own: `allow-private` is what lets them be polled at all,
/// and oftener than every five minutes. All of them stand at one address, which the usual pause
/// of a second between two requests to a host would keep busy.
pub(super) fn text(feeds: SocketAddr, port: u16, home: &Path, pace: Pace) -> String {
    let interval = match pace {
        Pace::Calm => "2s",
        Pace::Fast => "1s",
    };
    let regions = REGIONS.map(|region| format!("{region:?}")).join(", ");
    let quoted = |directory: &str| toml::Value::from(home.join(directory).display().to_string());
    let (state, cache) = (quoted("state"), quoted("cache"));
    let mut text = format!(
        r#"# The sample feeds of `nuncio demo`, on this machine alone. This directory goes with the demo.
regions = [{regions}]

[daemon]
listen = "127.0.0.1:{port}"
state-dir = {state}
cache-dir = {cache}
allow-private = true      # the feeds are at a loopback address
min-interval = "1s"       # possible with allow-private only
interval = "{interval}"
host-spacing = "0s"       # all of them are one host
host-requests = 16
backoff-base = "1s"
backoff-max = "2s"

[filter]
none = ["@soft-news"]     # a match, a recipe, a road accident that names a country

[store]
free-min = "1MiB"
"#
    );
    for sample in SAMPLES {
        text.push_str(&table(sample, feeds));
    }
    text
}

fn table(sample: &Sample, feeds: SocketAddr) -> String {
    let Sample { id, name, .. } = sample;
    let tier = sample.tier.name();
    let timeout = match sample.manner {
        Manner::Slow => "timeout = \"2s\"           # it is slow\n",
        Manner::Polite | Manner::Forgetful => "",
    };
    format!(
        "\n[[feed]]\nid = \"{id}\"\nname = \"{name}\"\nurl = \"http://{feeds}/{id}\"\ntier = \"{tier}\"\n{timeout}"
    )
}
