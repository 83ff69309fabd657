//! The exact bytes of small documents.

use insta::assert_snapshot;
use nuncio::model::rendered::Format;
use nuncio::publish::{ContentDepth, MergedFeed, render};

use super::stories::{bare, hostile, merged_feed, rich};

#[test]
fn atom() {
    assert_snapshot!(render(&merged_feed(), Format::Atom, &[rich(), bare()]));
}

#[test]
fn rss() {
    let document = render(&merged_feed(), Format::Rss, &[rich(), bare()]);
    assert_snapshot!(document.replace("><", ">\n<"));
}

#[test]
fn json() {
    let document = render(&merged_feed(), Format::Json, &[rich(), bare()]);
    assert_snapshot!(document.replace(",\"", ",\n\""));
}

#[test]
fn hostile_stories_are_defused() {
    let feed = merged_feed();
    assert_snapshot!("hostile_atom", render(&feed, Format::Atom, &[hostile()]));
    let document = render(&feed, Format::Rss, &[hostile()]);
    assert_snapshot!("hostile_rss", document.replace("><", ">\n<"));
    let document = render(&feed, Format::Json, &[hostile()]);
    assert_snapshot!("hostile_json", document.replace(",\"", ",\n\""));
}

#[test]
fn a_feed_without_stories_or_address() {
    let feed = MergedFeed::new("all", "All");
    assert_snapshot!("empty_atom", render(&feed, Format::Atom, &[]));
    assert_snapshot!("empty_rss", render(&feed, Format::Rss, &[]));
    assert_snapshot!("empty_json", render(&feed, Format::Json, &[]));
}

#[test]
fn the_same_stories_give_the_same_bytes_and_an_edit_gives_others() {
    let feed = merged_feed();
    let titles_only = MergedFeed {
        depth: ContentDepth::None,
        ..feed.clone()
    };
    let mut edited = rich();
    edited.others.clear();
    for format in Format::ALL {
        let document = render(&feed, format, &[rich(), bare()]);
        assert_eq!(document, render(&feed, format, &[rich(), bare()]));
        assert_ne!(document, render(&feed, format, &[edited.clone(), bare()]));
        assert_ne!(document, render(&feed, format, &[bare(), rich()]));
        assert_ne!(document, render(&titles_only, format, &[rich(), bare()]));
    }
}
