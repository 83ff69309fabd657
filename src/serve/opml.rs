//! `/feeds.opml`: all merged feeds for a reader to import (OPML 2.0).

use url::Url;

use crate::model::rendered::{MergedFeedCard, Snapshot};
use crate::serve::address::{formats, relative};
use crate::serve::escape::escape;

/// Media type of the list.
pub(super) const MEDIA_TYPE: &str = "text/x-opml; charset=utf-8";

/// The list, with addresses under `base`; each feed in its best format. It is dated by the newest
/// story and so changes only when a feed does.
pub(super) fn render(snapshot: &Snapshot, base: &Url) -> String {
    let newest = snapshot.cards.iter().filter_map(|card| card.updated).max();
    let modified = newest.map(|newest| {
        let date = newest.rfc2822();
        format!("    <dateModified>{date}</dateModified>\n")
    });
    let outlines: String = snapshot
        .cards
        .iter()
        .filter_map(|card| outline(snapshot, card, base))
        .collect();
    format!(
        r#"<?xml version="1.0" encoding="utf-8"?>
<opml version="2.0">
  <head>
    <title>nuncio</title>
{}  </head>
  <body>
{outlines}  </body>
</opml>
"#,
        modified.unwrap_or_default()
    )
}

/// `rss` is the type of every feed in OPML, whatever its format.
fn outline(snapshot: &Snapshot, card: &MergedFeedCard, base: &Url) -> Option<String> {
    let format = *formats(snapshot, &card.name).first()?;
    let title = escape(&card.title);
    let address = escape(&format!("{base}{}", relative(&card.name, format)));
    let page = escape(base.as_str());
    Some(format!(
        "    <outline type=\"rss\" text=\"{title}\" title=\"{title}\" xmlUrl=\"{address}\" \
         htmlUrl=\"{page}\"/>\n"
    ))
}
