//! Which elements make the frame of a feed, which hold text, and which cannot stand where.

use crate::model::parsed::FeedFormat;
use crate::parse::names::{Space, known_local, space_of_prefix};
use crate::parse::tag::{Tag, split_name};

/// What an element is to the frame of a document.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Role {
    /// `rss`, `rdf:RDF` or `feed`.
    Root,
    /// `channel`.
    Channel,
    /// `item` or `entry`.
    Entry,
    /// Anything else.
    Field,
}

/// The role of an element by its name alone.
pub(super) fn role(space: Space, local: &str) -> Role {
    match (space, local) {
        (Space::Own, "rss")
        | (Space::Own | Space::Rdf, "rdf")
        | (Space::Own | Space::Atom, "feed") => Role::Root,
        (Space::Own, "channel") => Role::Channel,
        (Space::Own, "item") | (Space::Own | Space::Atom, "entry") => Role::Entry,
        _ => Role::Field,
    }
}

/// The dialect of a document by its first frame element.
pub(super) fn format(local: &str) -> Option<FeedFormat> {
    match local {
        "rss" | "channel" | "item" => Some(FeedFormat::Rss),
        "rdf" => Some(FeedFormat::Rdf),
        "feed" | "entry" => Some(FeedFormat::Atom),
        _ => None,
    }
}

/// Whether all that stands inside an element is its text, markup and all.
pub(super) fn holds_text(space: Space, local: &str) -> bool {
    match space {
        Space::Own => matches!(
            local,
            "title"
                | "description"
                | "summary"
                | "content"
                | "subtitle"
                | "tagline"
                | "info"
                | "rights"
                | "copyright"
                | "body"
                | "fullitem"
                | "fulltext"
                | "full-text"
                | "abstract"
        ),
        Space::Atom => matches!(
            local,
            "title"
                | "summary"
                | "content"
                | "subtitle"
                | "tagline"
                | "info"
                | "rights"
                | "copyright"
        ),
        Space::Content | Space::Excerpt => local == "encoded",
        Space::Xhtml => matches!(local, "body" | "div"),
        Space::Dc | Space::DcTerms => {
            matches!(
                local,
                "title" | "description" | "rights" | "abstract" | "alternative"
            )
        }
        Space::Itunes => matches!(local, "title" | "summary" | "subtitle"),
        Space::Media => matches!(local, "title" | "description" | "text"),
        Space::Yandex => matches!(local, "full-text" | "content"),
        Space::Sy
        | Space::Rdf
        | Space::Thr
        | Space::Tracker
        | Space::Admin
        | Space::Cc
        | Space::Prism
        | Space::Known
        | Space::Other => false,
    }
}

/// Whether `child` cannot stand inside `parent`, which therefore was left open before it.
pub(super) fn closes(parent: (Space, &str), child: (Space, &str)) -> bool {
    if child.1.is_empty() && !matches!(child.0, Space::Known) || child.0 == Space::Other {
        return false;
    }
    match parent {
        (Space::Own | Space::Atom, "author" | "contributor") => {
            !matches!(
                child.1,
                "name" | "email" | "uri" | "url" | "id" | "homepage" | "link" | "image"
            ) && matches!(child.0, Space::Own | Space::Atom)
        }
        (Space::Dc | Space::DcTerms, _)
        | (
            Space::Own | Space::Atom,
            "guid" | "id" | "link" | "pubdate" | "published" | "updated" | "issued" | "modified"
            | "created" | "category" | "comments" | "ttl" | "language" | "generator" | "docs"
            | "lastbuilddate" | "name" | "email" | "uri" | "url" | "managingeditor" | "webmaster"
            | "enclosure" | "hour" | "day" | "icon" | "logo",
        ) => true,
        (Space::Itunes, local) => !matches!(local, "owner" | "category"),
        _ => false,
    }
}

/// Whether a tag met inside a text is an element of the feed, so that the text before it may have
/// been left open, rather than markup of the text.
pub(super) fn is_structural(tag: &Tag<'_>) -> bool {
    let (prefix, local) = split_name(tag.name);
    let local = known_local(local);
    if let Some(prefix) = prefix {
        return !matches!(
            space_of_prefix(prefix),
            Space::Other | Space::Xhtml | Space::Own | Space::Atom
        ) && !matches!(prefix, "svg" | "math")
            || (matches!(prefix, "atom" | "a10" | "rss") && !local.is_empty());
    }
    match local {
        "guid" | "pubdate" | "enclosure" | "category" | "comments" | "item" | "entry"
        | "published" | "updated" | "issued" | "modified" | "id" => true,
        // HTML has these too, but there they never stand without attributes.
        "link" | "description" | "author" => tag.is_bare(),
        _ => false,
    }
}

/// Whether an end tag closes a part of the frame.
pub(super) fn is_frame_end(name: &str) -> bool {
    let (_, local) = split_name(name);
    matches!(
        known_local(local),
        "item" | "entry" | "channel" | "rss" | "feed" | "rdf"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::token::{Token, Tokens};

    #[test]
    fn structure_is_told_from_markup() {
        let is = |text| match Tokens::of(text).next() {
            Some(Token::Start(tag)) => is_structural(&tag),
            other => panic!("{other:?}"),
        };
        for text in [
            "<guid>",
            "<dc:date>",
            "<link>",
            "<slash:comments>",
            "<atom:link a='b'>",
        ] {
            assert!(is(text), "{text}");
        }
        for text in [
            "<p>",
            "<link rel='x'>",
            "<svg:g>",
            "<fb:like>",
            "<o:p>",
            "<title>",
        ] {
            assert!(!is(text), "{text}");
        }
    }

    #[test]
    fn fields_close_fields_they_cannot_stand_in() {
        assert!(closes((Space::Own, "guid"), (Space::Own, "title")));
        assert!(closes((Space::Own, "author"), (Space::Own, "title")));
        assert!(!closes((Space::Own, "author"), (Space::Own, "name")));
        assert!(!closes((Space::Own, "guid"), (Space::Own, "")));
        assert!(!closes((Space::Media, "group"), (Space::Media, "content")));
    }
}
