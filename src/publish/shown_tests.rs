//! What is shown of a story, case by case.

use super::*;
use crate::model::country::Country;
use crate::model::region::{Evidence, Field, RegionMatch};
use crate::publish::samples::story;

#[test]
fn only_web_addresses_are_shown() {
    let check = |address: &str, expected: Option<&str>| {
        assert_eq!(web_address(address).as_deref(), expected, "{address}");
    };
    check(
        "https://a.example/x?y=1#z",
        Some("https://a.example/x?y=1#z"),
    );
    check(" http://a.example ", Some("http://a.example/"));
    check(
        "http://a.example/б c|\"<>?{q}^`|\\",
        Some("http://a.example/%D0%B1%20c%7C%22%3C%3E?%7Bq%7D%5E%60%7C%5C"),
    );
    for bad in [
        "javascript:alert(1)",
        "JavaScript://a.example/%0aalert(1)",
        "data:text/html,x",
        "ftp://a.example/",
        "//a.example/",
        "/x",
        "",
    ] {
        check(bad, None);
    }
}

/// The story's [`Shown`] in a feed of this depth after `edit` of its content.
fn shown(depth: ContentDepth, edit: impl FnOnce(&mut ShownContent), check: impl FnOnce(Shown<'_>)) {
    let mut view = story(1);
    if let EntryContent::Shown(content) = &mut view.leader.content {
        edit(content);
    }
    let mut feed = MergedFeed::new("all", "All");
    feed.depth = depth;
    check(Shown::new(&feed, &view));
}

fn html(markup: &str) -> SafeHtml {
    SafeHtml::from_sanitised(markup.to_owned())
}

#[test]
fn the_depth_says_how_much_text_is_shown() {
    let check = |depth, summary: Option<&str>, text: Option<&str>, expected| {
        let edit = |content: &mut ShownContent| {
            content.summary = summary.map(html);
            content.content = text.map(html);
        };
        shown(depth, edit, |shown| {
            let body = (shown.summary.as_deref(), shown.content.as_deref());
            assert_eq!(body, expected, "{depth:?} {summary:?} {text:?}");
        });
    };
    let (short, long) = (Some("<p>a</p>"), Some("<p>a &amp; b</p>"));
    check(ContentDepth::Full, short, long, (short, long));
    check(ContentDepth::Full, long, long, (None, long));
    check(ContentDepth::Full, short, None, (short, None));
    check(ContentDepth::Full, Some(" "), Some("\n"), (None, None));
    check(ContentDepth::Summary, short, long, (short, None));
    check(ContentDepth::Summary, None, long, (Some("a &amp; b"), None));
    check(ContentDepth::Summary, None, None, (None, None));
    check(ContentDepth::None, short, long, (None, None));
}

#[test]
fn a_title_is_never_empty() {
    let check = |title: &str, summary: &str, expected: &str| {
        let edit = |content: &mut ShownContent| {
            content.title = title.to_owned();
            content.summary = Some(html(summary));
        };
        shown(ContentDepth::None, edit, |shown| {
            assert_eq!(shown.headline, expected);
        });
    };
    check(" Two\n words ", "<p>x</p>", "Two words");
    check("", "<p>From the <b>text</b></p>", "From the text");
    check("\0 ", "<img>", "The Astana Times");
}

#[test]
fn the_first_author_names_the_source() {
    let check = |authors: &[&str], expected: &[&str]| {
        let edit = |content: &mut ShownContent| {
            content.authors = authors.iter().map(|&author| author.to_owned()).collect();
        };
        shown(ContentDepth::Full, edit, |shown| {
            assert_eq!(shown.authors, expected, "{authors:?}");
        });
    };
    check(&[], &["The Astana Times"]);
    check(&["the astana times", " "], &["The Astana Times"]);
    check(&["A", "B", "a"], &["A (The Astana Times)", "B"]);
}

#[test]
fn media_types_are_media_types() {
    for good in [
        "image/jpeg",
        "video/mp4; codecs=\"avc1\"",
        "application/x-7z+zip",
    ] {
        assert_eq!(media_type(good), good);
    }
    for bad in ["", "audio", "/", "a/", "a\"b/<c>", "text / html", "a/b/c"] {
        assert_eq!(media_type(bad), "application/octet-stream", "{bad}");
    }
}

#[test]
fn publishers_own_categories_are_bounded() {
    let edit = |content: &mut ShownContent| {
        content.categories = vec!["Politics".to_owned(), "POLITICS ".to_owned()];
        content
            .categories
            .extend((0..50).map(|n| format!("{n}").repeat(200)));
    };
    shown(ContentDepth::Full, edit, |shown| {
        let own: Vec<_> = shown
            .tags
            .iter()
            .filter(|tag| tag.scheme.is_none())
            .collect();
        assert_eq!(own.len(), OWN_CATEGORIES_MAX);
        assert_eq!(own[0].term, "Politics");
        assert!(
            own.iter()
                .all(|tag| tag.term.chars().count() <= NAME_MAX_CHARS)
        );
    });
}

#[test]
fn other_sources_are_linked_once_and_never_the_leader() {
    let mut view = story(1);
    let other = |link: &str, title: &str| crate::model::story::StorySource {
        feed: crate::publish::samples::feed(),
        link: Some(link.to_owned()),
        title: Some(title.to_owned()),
    };
    view.others = vec![
        other("https://astanatimes.example/1", "the leader's own page"),
        other("https://b.example/x", " B\n"),
        other("https://b.example/x", "again"),
        other("javascript:alert(1)", "active"),
    ];
    let shown = Shown::new(&MergedFeed::new("all", "All"), &view);
    let expected = Other {
        name: "The Astana Times".to_owned(),
        title: Some("B".to_owned()),
        link: "https://b.example/x".to_owned(),
    };
    assert_eq!(shown.others, [expected]);
}

#[test]
fn countries_are_named_once_each_after_the_regions() {
    let evidence = |code: &str, term: &str| Evidence {
        field: Field::Title,
        form: term.to_owned(),
        start: 0,
        end: 1,
        term: term.to_owned(),
        weight: 1000,
        country: Country::from_code(code),
    };
    let mut view = story(1);
    view.regions = vec!["central-asia".to_owned()];
    view.leader.matches = vec![RegionMatch {
        region: "central-asia".to_owned(),
        evidence: vec![
            evidence("UZ", "Tashkent"),
            evidence("", "C5+1"),
            evidence("KZ", "Kazakhstan"),
            evidence("UZ", "Uzbekistan"),
        ],
    }];
    let tags = Shown::new(&MergedFeed::new("all", "All"), &view).tags;
    let of = |scheme: &str| {
        let tags = tags.iter().filter(|tag| tag.scheme == Some(scheme));
        tags.map(|tag| (tag.term.as_str(), tag.label.as_deref()))
            .collect::<Vec<_>>()
    };
    assert_eq!(of(REGION_SCHEME), [("central-asia", None)]);
    let expected = [("UZ", Some("Uzbekistan")), ("KZ", Some("Kazakhstan"))];
    assert_eq!(of(COUNTRY_SCHEME), expected);
    assert_eq!(tags[1].scheme, Some(COUNTRY_SCHEME));
}
