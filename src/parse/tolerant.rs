//! Our own reader of XML feeds: tokens → tree → model, borrowed from the text as long as it can.

use std::cell::Cell;

use crate::model::parsed::{FeedFormat, ParsedEntry, ParsedFeed};
use crate::parse::ParseError;
use crate::parse::channel::Channel;
use crate::parse::grow::{self, Grown};
use crate::parse::losses::Loss;
use crate::parse::people::inherited;
use crate::parse::reading::Reading;
use crate::parse::structure::Role;
use crate::parse::{cdf, entry};

/// Reads an XML text.
///
/// # Errors
/// Where it is no feed.
pub(super) fn read(text: &str) -> Result<ParsedFeed, ParseError> {
    let grown = grow::grow(text)?;
    if cdf::is_cdf(&grown) {
        return Err(ParseError::not_a_feed(
            "a CDF channel, a format of 1997 that no publisher keeps up",
        ));
    }
    let reading = Reading {
        format: grown.format,
        is_old_atom: is_old_atom(&grown),
        resolver: &grown.resolver,
        n_texts_cut: Cell::default(),
        n_values_cut: Cell::default(),
    };
    let mut feed = ParsedFeed::empty(grown.format);
    read_frames(&grown, &reading, &mut feed);
    feed.n_over_limit = grown.n_unread;
    let mut losses = grown.losses.clone();
    losses.add(Loss::Text, reading.n_texts_cut.get());
    losses.add(Loss::Value, reading.n_values_cut.get());
    losses.add(Loss::Entity, grown.resolver.n_declared());
    losses.add(Loss::HtmlReference, grown.resolver.n_html());
    losses.add(Loss::Stray, grown.resolver.n_stray());
    losses.add(Loss::ForbiddenReference, grown.resolver.n_forbidden());
    feed.defects = losses.defects();
    Ok(feed)
}

/// The feed's fields first: entries without authors take the feed's, wherever they stand.
fn read_frames(grown: &Grown<'_>, reading: &Reading<'_, '_>, feed: &mut ParsedFeed) {
    let mut channel = Channel::default();
    let mut entries = Vec::new();
    let mut at = 0;
    let n_nodes = u32::try_from(grown.tree.nodes.len()).unwrap_or(u32::MAX);
    while at < n_nodes {
        let Some(place) = grown.tree.element(at) else {
            at += 1;
            continue;
        };
        match place.element().role {
            Role::Root | Role::Channel => {
                channel.frame(reading, place, feed);
                at += 1;
                continue;
            }
            Role::Entry => entries.push(place),
            Role::Field => channel.field(reading, place, feed),
        }
        at = place.element().end.max(at + 1);
    }
    channel.finish(feed);
    let authors = inherited(&feed.authors);
    let read: Vec<ParsedEntry> = entries
        .into_iter()
        .map(|place| entry::read(reading, place, authors))
        .collect();
    feed.entries = read;
}

/// Atom 0.3 and its drafts say so in the root's version or namespace.
fn is_old_atom(grown: &Grown<'_>) -> bool {
    grown.format == FeedFormat::Atom
        && grown.root.attributes().any(|(name, value)| match name {
            "version" => value.trim().starts_with("0."),
            _ if name.starts_with("xmlns") => value.contains("purl.org/atom/ns"),
            _ => false,
        })
}
