//! One scene a rule: what comes in, what comes of it, what the reader sees.

use std::collections::HashSet;
use std::time::Duration;

use crate::dedup::tests::world::{Item, World, counts, headline, item, start};
use crate::model::entry::StoredEntry;
use crate::model::feed::{FeedNumber, Tier};
use crate::model::fingerprint::KeyKind;
use crate::model::tally::Bond;

#[test]
fn an_entry_is_announced_once_and_then_known() {
    let mut world = World::new();
    let items = [
        item("1", "https://a.org/1", "region talks"),
        item("2", "https://a.org/2", "weather"),
    ];
    assert_eq!(counts(world.poll(1, &items)), [2, 0, 0, 0, 1, 0, 1, 0]);
    assert_eq!(counts(world.poll(1, &items)), [0, 0, 2, 0, 0, 0, 0, 0]);
    assert_eq!(world.reader(), ["region talks"]);
}

#[test]
fn the_same_link_in_another_feed_is_the_same_story_whatever_its_tracking() {
    let mut world = World::new();
    world.poll(1, &[item("x1", "https://wire.org/story/9", "region talks")]);
    let copy = item(
        "zz",
        "http://www.wire.org/story/9/?utm_source=b",
        "Talks in the region",
    );
    assert_eq!(counts(world.poll(2, &[copy])), [0, 0, 0, 1, 0, 1, 0, 0]);
    assert_eq!(world.reader(), ["region talks"]);
}

#[test]
fn an_entry_that_joins_a_story_says_by_what() {
    let mut world = World::new();
    let first = item("x#0", "https://wire.org/9", "region talks");
    world.poll(1, std::slice::from_ref(&first));
    assert_eq!(world.bonds, []);
    let elsewhere = item(
        "z",
        "https://wire.org/9?utm_source=b",
        "Talks in the region",
    );
    world.poll(2, &[elsewhere]);
    assert_eq!(world.bonds, [Bond::Address]);
    let again = item("x#1", "https://wire.org/9", "region talks");
    world.poll(1, &[again, first]);
    assert_eq!(world.bonds, [Bond::Wording]);
}

#[test]
fn a_stub_that_says_nothing_is_announced_when_another_outlet_names_the_region() {
    let mut world = World::new();
    assert_eq!(
        counts(world.poll(1, &[item("1", "https://w.org/9", "talks")])),
        [1, 0, 0, 0, 0, 0, 1, 0]
    );
    let full = item("2", "https://w.org/9", "talks on the region");
    assert_eq!(counts(world.poll(2, &[full])), [0, 0, 0, 1, 1, 0, 0, 0]);
    assert_eq!(world.reader(), ["talks on the region"]);
}

#[test]
fn a_feed_with_dedup_off_neither_joins_nor_is_joined() {
    let mut world = World::new();
    world.apart.insert(FeedNumber(2));
    let story = |guid: &str| item(guid, "https://w.org/9", "region talks");
    world.poll(1, &[story("1")]);
    assert_eq!(
        counts(world.poll(2, &[story("2")])),
        [1, 0, 0, 0, 1, 0, 0, 0]
    );
    assert_eq!(
        counts(world.poll(3, &[story("3")])),
        [0, 0, 0, 1, 0, 1, 0, 0]
    );
    let joined = world
        .stories
        .values()
        .find(|story| story.members.len() == 2)
        .unwrap();
    assert_eq!(
        joined
            .members
            .iter()
            .map(|member| member.feed.0)
            .collect::<Vec<_>>(),
        [1, 3]
    );
}

#[test]
fn two_ministries_with_the_same_guid_are_two_stories() {
    let mut world = World::new();
    world.poll(
        1,
        &[item(
            "1001",
            "https://mfa.kz/1001",
            "region statement of one",
        )],
    );
    world.poll(
        2,
        &[item(
            "1001",
            "https://mfa.uz/1001",
            "region statement of the other",
        )],
    );
    assert_eq!(world.reader().len(), 2);
}

#[test]
fn an_edit_announces_again_and_an_edit_back_is_silent() {
    let mut world = World::new();
    let was = item("1", "https://a.org/1", "region talks begin");
    let is = item("1", "https://a.org/1", "region talks end");
    world.poll(1, std::slice::from_ref(&was));
    world.poll(
        1,
        &[item("2", "https://a.org/2", "region later"), was.clone()],
    );
    assert_eq!(world.reader(), ["region later", "region talks begin"]);
    assert_eq!(
        counts(world.poll(1, std::slice::from_ref(&is))),
        [0, 1, 0, 0, 1, 0, 0, 0]
    );
    assert_eq!(world.reader(), ["region talks end", "region later"]);
    assert_eq!(counts(world.poll(1, &[was])), [0, 1, 0, 0, 0, 1, 0, 0]);
    assert_eq!(counts(world.poll(1, &[is])), [0, 1, 0, 0, 0, 1, 0, 0]);
}

#[test]
fn a_new_way_to_make_texts_announces_nothing_again_and_the_next_edit() {
    let mut world = World::new();
    let was = item("1", "https://a.org/1", "region talks begin");
    let is = item("1", "https://a.org/1", "region talks end");
    let other = item("2", "https://a.org/2", "weather");
    world.poll(1, &[was.clone(), other.clone()]);
    world.age_texts();
    let now = [was, other.clone()];
    assert_eq!(counts(world.poll(1, &now)), [0, 0, 2, 0, 0, 0, 0, 0]);
    assert_eq!(counts(world.poll(1, &now)), [0, 0, 2, 0, 0, 0, 0, 0]);
    assert_eq!(
        counts(world.poll(1, &[is, other])),
        [0, 1, 1, 0, 1, 0, 0, 0]
    );
    assert_eq!(world.reader(), ["region talks end"]);
}

#[test]
fn a_story_is_announced_at_most_24_times_for_edits() {
    let mut world = World::new();
    let edit = |n: u32| item("1", "https://a.org/1", &format!("region count {n}"));
    world.poll(1, &[edit(0)]);
    let announced: u32 = (1..60).map(|n| world.poll(1, &[edit(n)]).announced).sum();
    assert_eq!(announced, 24);
    assert_eq!(world.reader(), ["region count 59"]);
}

#[test]
fn https_or_a_new_tracking_parameter_is_unchanged() {
    let mut world = World::new();
    world.poll(1, &[item("1", "http://a.org/1", "region talks")]);
    let again = item("1", "https://www.a.org/1?utm_medium=rss", "region talks");
    assert_eq!(counts(world.poll(1, &[again])), [0, 0, 1, 0, 0, 0, 0, 0]);
}

#[test]
fn a_shown_entry_edited_off_the_region_stays_in_its_present_words_and_place() {
    let mut world = World::new();
    world.poll(1, &[item("1", "https://a.org/1", "region talks")]);
    let correction = item("1", "https://a.org/1", "this statement was withdrawn");
    assert_eq!(
        counts(world.poll(1, &[correction])),
        [0, 1, 0, 0, 0, 0, 1, 0]
    );
    assert_eq!(world.reader(), ["this statement was withdrawn"]);
}

#[test]
fn a_change_of_all_guids_brings_nothing_again() {
    let mut world = World::new();
    let items = |prefix: &str| -> Vec<Item> {
        (0..6)
            .map(|n| {
                item(
                    &format!("{prefix}{n}"),
                    &format!("https://a.org/{n}"),
                    &format!("region story {n}"),
                )
            })
            .collect()
    };
    world.poll(1, &items("old-"));
    assert_eq!(
        counts(world.poll(1, &items("new/"))),
        [0, 0, 6, 0, 0, 0, 0, 0]
    );
    assert_eq!(world.asked(1), Some(KeyKind::Link));
    assert_eq!(
        counts(world.poll(1, &items("newer/"))),
        [0, 0, 6, 0, 0, 0, 0, 0]
    );
    assert_eq!(world.reader().len(), 6);
}

#[test]
fn an_edit_under_a_new_guid_at_the_old_address_is_an_edit() {
    let mut world = World::new();
    let revision =
        |n: u32, title: &str| item(&format!("https://a.org/x#{n}"), "https://a.org/x", title);
    world.poll(
        1,
        &[revision(
            0,
            "region users can now block the firm from training on content",
        )],
    );
    let edited = revision(
        1,
        "region firm faces backlash over training on content of users",
    );
    assert_eq!(
        counts(world.poll(1, std::slice::from_ref(&edited))),
        [0, 1, 0, 0, 1, 0, 0, 0]
    );
    assert_eq!(counts(world.poll(1, &[edited])), [0, 0, 1, 0, 0, 0, 0, 0]);
    assert_eq!(
        world.reader(),
        ["region firm faces backlash over training on content of users"]
    );
}

#[test]
fn two_guids_at_one_address_in_one_document_are_two_entries() {
    let mut world = World::new();
    let one = item("x#0", "https://a.org/x", "region users can block the firm");
    let two = item(
        "x#1",
        "https://a.org/x",
        "region users can block the firm now",
    );
    world.poll(1, std::slice::from_ref(&one));
    assert_eq!(counts(world.poll(1, &[two, one])), [1, 0, 1, 0, 1, 0, 0, 0]);
}

#[test]
fn a_change_of_guids_and_addresses_is_known_by_title_and_claim() {
    let mut world = World::new();
    let items = |host: &str| -> Vec<Item> {
        (0..5)
            .map(|n| {
                let url = format!("https://{host}/{n}");
                item(&url, &url, &format!("region story number {n}"))
            })
            .collect()
    };
    world.poll(1, &items("old.gov"));
    assert_eq!(
        counts(world.poll(1, &items("new.gov"))),
        [0, 0, 5, 0, 0, 0, 0, 0]
    );
}

#[test]
fn repeated_guids_make_the_feed_ask_a_finer_key() {
    let mut world = World::new();
    let items: Vec<Item> = (0..4)
        .map(|n| {
            item(
                "0",
                &format!("https://a.org/{n}"),
                &format!("region story {n}"),
            )
        })
        .collect();
    assert_eq!(counts(world.poll(1, &items)), [4, 0, 0, 0, 4, 0, 0, 0]);
    assert_eq!(world.asked(1), Some(KeyKind::GuidLink));
    assert_eq!(counts(world.poll(1, &items)), [0, 0, 4, 0, 0, 0, 0, 0]);
}

#[test]
fn entries_without_guid_and_link_are_known_by_title_and_date() {
    let mut world = World::new();
    let items = [item("", "", "region one"), item("", "", "region two")];
    assert_eq!(counts(world.poll(1, &items)), [2, 0, 0, 0, 2, 0, 0, 0]);
    assert_eq!(world.asked(1), Some(KeyKind::TitleDate));
    assert_eq!(counts(world.poll(1, &items)), [0, 0, 2, 0, 0, 0, 0, 0]);
}

#[test]
fn tomorrows_briefing_at_todays_address_is_another_article() {
    let mut world = World::new();
    let briefing = |title: &str, text: &str, day: u64| Item {
        guid: Some("briefing".to_owned()),
        link: Some("https://a.org/briefing".to_owned()),
        title: title.to_owned(),
        text: text.to_owned(),
        claim: Some(start().plus(Duration::from_hours(24 * day))),
    };
    let one = briefing(
        "ministers meet over water",
        "region delegations discussed reservoirs and dams",
        0,
    );
    let two = briefing(
        "border crossing opens again",
        "a region gate was closed since spring floods",
        1,
    );
    world.poll(1, std::slice::from_ref(&one));
    assert_eq!(
        counts(world.poll(1, std::slice::from_ref(&two))),
        [1, 0, 0, 0, 1, 0, 0, 0]
    );
    assert_eq!(counts(world.poll(1, &[two, one])), [0, 0, 2, 0, 0, 0, 0, 0]);
    let ids: HashSet<_> = world.stories.values().map(|story| story.id).collect();
    assert_eq!(ids.len(), 2);
}

#[test]
fn a_page_shared_by_two_entries_joins_no_story() {
    let mut world = World::new();
    let page = "https://a.org/bulletin";
    world.poll(
        1,
        &[
            item("1", page, "region floods close a road"),
            item("2", page, "region talks on gas"),
        ],
    );
    assert_eq!(world.reader().len(), 2);
    assert_eq!(
        counts(world.poll(2, &[item("9", page, "region talks on gas")])),
        [1, 0, 0, 0, 1, 0, 0, 0]
    );
}

#[test]
fn the_better_tier_leads_silently_once_shown() {
    let mut world = World::new();
    world.tiers.insert(FeedNumber(2), Tier::Official);
    world.poll(
        1,
        &[item("1", "https://w.org/9", "region talks, says paper")],
    );
    world.poll(
        3,
        &[item(
            "3",
            "https://w.org/9",
            "region talks, says another paper",
        )],
    );
    assert_eq!(world.reader(), ["region talks, says paper"]);
    let official = item("2", "https://w.org/9", "Statement on the region talks");
    assert_eq!(counts(world.poll(2, &[official])), [0, 0, 0, 1, 0, 1, 0, 0]);
    assert_eq!(world.reader(), ["Statement on the region talks"]);
}

#[test]
fn backlog_is_known_never_announced_even_when_edited_but_a_later_member_announces() {
    let mut world = World::new();
    let old = |title: &str| Item {
        claim: Some(start().minus(Duration::from_hours(100))),
        ..item("1", "https://w.org/9", title)
    };
    assert_eq!(
        counts(world.poll(1, &[old("region old")])),
        [1, 0, 0, 0, 0, 0, 0, 1]
    );
    assert_eq!(
        counts(world.poll(1, &[old("region old, edited")])),
        [0, 1, 0, 0, 0, 0, 0, 1]
    );
    assert!(world.reader().is_empty());
    world.poll(2, &[]);
    world.poll(2, &[item("0", "https://b.org/0", "weather")]);
    let later = Item {
        claim: Some(start().minus(Duration::from_hours(99))),
        ..item("2", "https://w.org/9", "region old")
    };
    assert_eq!(counts(world.poll(2, &[later])), [0, 0, 0, 1, 1, 0, 0, 0]);
    assert_eq!(world.reader(), ["region old"]);
}

#[test]
fn an_entry_that_left_the_body_keeps_when_and_comes_back_as_known() {
    let mut world = World::new();
    let (one, two) = (
        item("1", "https://a.org/1", "region one"),
        item("2", "https://a.org/2", "region two"),
    );
    world.poll(1, std::slice::from_ref(&one));
    let confirmed = world.now;
    world.poll(1, std::slice::from_ref(&two));
    let left = |world: &World| {
        world
            .entries
            .values()
            .find(|e| e.content.title() == Some("region one"))
            .unwrap()
            .left_body
    };
    assert_eq!(left(&world), Some(confirmed));
    assert_eq!(counts(world.poll(1, &[two, one])), [0, 0, 2, 0, 0, 0, 0, 0]);
    assert_eq!(left(&world), None);
}

#[test]
fn an_empty_document_forgets_nothing() {
    let mut world = World::new();
    let one = [item("1", "https://a.org/1", "region one")];
    world.poll(1, &one);
    world.poll(1, &[]);
    assert_eq!(world.states[&FeedNumber(1)].memory.body.len(), 1);
    assert_eq!(counts(world.poll(1, &one)), [0, 0, 1, 0, 0, 0, 0, 0]);
}

#[test]
fn alerts_without_text_at_one_address_are_each_an_article() {
    let mut world = World::new();
    let alert =
        |guid: &str, title: &str, day: u64| [headline(guid, "https://a.org/alert", title, day)];
    let flood = alert("a-1", "floods close a mountain road in the region", 0);
    let quake = alert(
        "a-2",
        "earthquake felt near several towns, says region office",
        1,
    );
    let border = alert("a-3", "border gate opens again", 2);
    world.poll(1, &flood);
    assert_eq!(counts(world.poll(1, &quake)), [1, 0, 0, 0, 1, 0, 0, 0]);
    assert_eq!(counts(world.poll(1, &border)), [1, 0, 0, 0, 0, 0, 1, 0]);
    assert_eq!(world.reader().len(), 2);
}

#[test]
fn an_address_used_again_months_later_is_no_story_shared_by_headlines() {
    let mut world = World::new();
    let page = "https://w.org/statement";
    world.poll(
        1,
        &[headline("1", page, "region floods close mountain road", 0)],
    );
    let later = headline("2", page, "ministers sign a gas treaty with region", 60);
    assert_eq!(counts(world.poll(2, &[later])), [1, 0, 0, 0, 1, 0, 0, 0]);
    let same = headline("3", page, "region floods close the mountain road", 60);
    assert_eq!(counts(world.poll(3, &[same])), [0, 0, 0, 1, 0, 1, 0, 0]);
}

#[test]
fn a_guid_used_again_for_another_headline_is_another_article() {
    let mut world = World::new();
    world.poll(
        1,
        &[headline(
            "1001",
            "https://a.org/a",
            "region floods close mountain road",
            0,
        )],
    );
    let again = headline(
        "1001",
        "https://a.org/b",
        "ministers sign a gas treaty with region",
        1,
    );
    assert_eq!(
        counts(world.poll(1, std::slice::from_ref(&again))),
        [1, 0, 0, 0, 1, 0, 0, 0]
    );
    assert_eq!(counts(world.poll(1, &[again])), [0, 0, 1, 0, 0, 0, 0, 0]);
}

#[test]
fn new_articles_in_the_slots_of_a_front_page_are_no_change_of_ids() {
    let mut world = World::new();
    let slots = |day: u64, titles: [&str; 4]| -> Vec<Item> {
        let slot = |(n, title): (usize, &&str)| {
            let link = format!("https://a.org/slot/{n}");
            headline(&format!("{day}-{n}"), &link, title, day)
        };
        titles.iter().enumerate().map(slot).collect()
    };
    let monday = [
        "floods close road",
        "gas treaty signed",
        "envoy named today",
        "harvest is late",
    ];
    let tuesday = [
        "bridge opens early",
        "court hears appeal",
        "trains run again",
        "prices keep rising",
    ];
    world.poll(1, &slots(0, monday));
    assert_eq!(
        counts(world.poll(1, &slots(1, tuesday))),
        [4, 0, 0, 0, 0, 0, 4, 0]
    );
}

#[test]
fn a_stock_text_under_another_headline_is_an_edit_only_soon_after() {
    let stock = |guid: &str, title: &str, day: u64| Item {
        text: "Read the whole bulletin on the pages of our office.".to_owned(),
        ..headline(guid, "https://a.org/bulletin", title, day)
    };
    let second = |day: u64| {
        let mut world = World::new();
        world.poll(1, &[stock("b-1", "region floods close mountain road", 0)]);
        let next = stock("b-2", "ministers sign a gas treaty with region", day);
        counts(world.poll(1, &[next]))
    };
    assert_eq!(second(1), [0, 1, 0, 0, 1, 0, 0, 0]);
    assert_eq!(second(30), [1, 0, 0, 0, 1, 0, 0, 0]);
}

#[test]
fn what_stood_behind_a_break_has_not_left_the_body() {
    let mut world = World::new();
    let item = |n: u32| {
        item(
            &n.to_string(),
            &format!("https://a.org/{n}"),
            &format!("region {n}"),
        )
    };
    let n_left = |world: &World| {
        let left = |it: &&StoredEntry| it.left_body.is_some();
        world.entries.values().filter(left).count()
    };
    world.poll(1, &[item(2), item(1)]);
    world.poll_cut(1, &[item(3)]);
    assert_eq!(world.states[&FeedNumber(1)].memory.body.len(), 3);
    assert_eq!(n_left(&world), 0);
    world.poll(1, &[item(3)]);
    assert_eq!(world.states[&FeedNumber(1)].memory.body.len(), 1);
    assert_eq!(n_left(&world), 2);
}

/// Promise 1: a feed whose guids and links say nothing loses no entry of one document.
#[test]
fn entries_that_share_guid_and_link_are_all_news() {
    for (guid, link) in [
        ("", "https://a.org/live"),
        ("same", "https://a.org/live"),
        ("same", ""),
    ] {
        for dated in [false, true] {
            let mut world = World::new();
            let items: Vec<Item> = [
                "grain exports",
                "a new parliament",
                "the dam opens",
                "border talks",
            ]
            .iter()
            .zip(0..)
            .map(|(title, n)| Item {
                claim: dated.then(|| start().minus(Duration::from_hours(n))),
                ..item(guid, link, &format!("region: {title}"))
            })
            .collect();
            world.poll(1, &items);
            assert_eq!(world.reader().len(), 4, "{guid:?} {link:?} dated {dated}");
            let again = world.poll(1, &items);
            assert_eq!(again.unchanged, 4, "{guid:?} {link:?} dated {dated}");
        }
    }
}
