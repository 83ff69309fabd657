//! `/`: the page for people, which browsers and readers also find the feeds by.

use url::Url;

use crate::model::rendered::{Format, MergedFeedCard, Snapshot};
use crate::model::time::Timestamp;
use crate::serve::address::{formats, relative};
use crate::serve::escape::escape;

/// Media type of the page.
pub(super) const MEDIA_TYPE: &str = "text/html; charset=utf-8";

/// The page's style, served on its own so that nothing in a page may style it.
pub(super) const STYLE: &str = include_str!("style.css");

/// How the service is, for the foot of the page.
pub(super) struct Status {
    /// Whether it is ready.
    pub(super) ready: bool,
    /// The line for people.
    pub(super) line: String,
}

/// The page. It needs no script, and its links are relative, so that it works under any path;
/// `base` only makes the addresses to copy.
pub(super) fn render(snapshot: &Snapshot, base: Option<&Url>, status: &Status) -> String {
    let feeds: String = match &*snapshot.cards {
        [] => EMPTY.to_owned(),
        cards => cards
            .iter()
            .map(|card| feed(snapshot, card, base))
            .collect(),
    };
    let discovery: String = snapshot
        .cards
        .iter()
        .filter_map(|card| discovery(snapshot, card))
        .collect();
    let state = if status.ready { "ready" } else { "starting" };
    let line = escape(&status.line);
    format!(
        r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>nuncio: diplomatic news by region</title>
<link rel="stylesheet" href="style.css">
{discovery}</head>
<body>
<header>
<h1>nuncio</h1>
<p class="lead">Diplomatic news by region, gathered from ministries, agencies and papers. Every story stands here once, with all its sources.</p>
<p>Open a feed with the reader you already use, or copy its address into it.</p>
</header>
<main>
{feeds}</main>
<footer>
<p><a href="feeds.opml">All feeds as one list (OPML)</a>, for readers that import subscriptions.</p>
<p class="status"><span class="light {state}">{state}</span> {line}</p>
</footer>
</body>
</html>
"#
    )
}

/// What stands there before the first publication.
const EMPTY: &str = r#"<p class="empty">No feed is published yet. The first ones appear soon after the first sources have been read; load this page again in a minute.</p>
"#;

fn feed(snapshot: &Snapshot, card: &MergedFeedCard, base: Option<&Url>) -> String {
    let (name, title) = (escape(&card.name), escape(&card.title));
    let formats = formats(snapshot, &card.name);
    let links: String = formats
        .iter()
        .map(|&format| subscribe(&card.name, &title, format))
        .collect();
    let address = formats.first().zip(base).map(|(&format, base)| {
        let address = escape(&format!("{base}{}", relative(&card.name, format)));
        format!("<p class=\"address\">Address: <code>{address}</code></p>\n")
    });
    let address = address.unwrap_or_default();
    let state = state(card);
    format!(
        r#"<section id="{name}" aria-labelledby="{name}-title">
<h2 id="{name}-title"><bdi>{title}</bdi></h2>
<p class="state">{state}</p>
<ul class="formats">
{links}</ul>
{address}</section>
"#
    )
}

fn state(card: &MergedFeedCard) -> String {
    let stories = match card.n_stories {
        0 => return "No stories yet.".to_owned(),
        1 => "1 story".to_owned(),
        n => format!("{n} stories"),
    };
    match card.updated {
        Some(updated) => format!("{stories}, the newest from {}.", time(updated)),
        None => format!("{stories}."),
    }
}

/// A moment in full: how long ago it was would be wrong as soon as the page is kept.
fn time(at: Timestamp) -> String {
    let shown = at.to_jiff().strftime("%-d %B %Y, %H:%M UTC");
    format!("<time datetime=\"{}\">{shown}</time>", at.rfc3339())
}

fn subscribe(name: &str, title: &str, format: Format) -> String {
    let label = label(format);
    format!(
        "<li><a href=\"{}\" type=\"{}\">{label}<span class=\"aside\"> feed of {title}</span></a></li>\n",
        escape(&relative(name, format)),
        bare_media_type(format),
    )
}

/// One format a feed: readers that look for feeds would offer each three times.
fn discovery(snapshot: &Snapshot, card: &MergedFeedCard) -> Option<String> {
    let format = *formats(snapshot, &card.name).first()?;
    Some(format!(
        "<link rel=\"alternate\" type=\"{}\" title=\"{}\" href=\"{}\">\n",
        bare_media_type(format),
        escape(&card.title),
        escape(&relative(&card.name, format)),
    ))
}

fn label(format: Format) -> &'static str {
    match format {
        Format::Atom => "Atom",
        Format::Rss => "RSS",
        Format::Json => "JSON",
    }
}

fn bare_media_type(format: Format) -> &'static str {
    let written = format.media_type();
    written.split_once(';').map_or(written, |(bare, _)| bare)
}
