//! What holds whatever publishers send.

use std::collections::HashSet;
use std::time::Duration;

use proptest::prelude::*;

use crate::dedup::tests::world::{Item, World, start};

/// Documents of a few feeds about a few articles, so that they collide: texts are edited,
/// guids change format or are missing, links are missing, claims differ.
fn documents() -> impl Strategy<Value = Vec<(u32, Vec<Item>)>> {
    let item = (0..6u64, 0..3u8, 0..3u8, any::<bool>(), 0..200u64).prop_map(
        |(article, format, text, has_link, hours)| Item {
            guid: (format > 0).then(|| format!("guid-{format}-{article}")),
            link: has_link.then(|| format!("https://w.org/{article}")),
            title: format!("region title {article}"),
            text: format!("text {text}"),
            claim: (hours < 180).then(|| start().minus(Duration::from_hours(hours))),
        },
    );
    proptest::collection::vec((1..4u32, proptest::collection::vec(item, 0..8)), 1..12)
}

proptest! {
    /// Whatever publishers send: the laws hold (asserted in `poll`), ids are unique, what a
    /// reader has seen stays, and the same document again brings no new entry.
    #[test]
    fn nothing_comes_twice_and_nothing_shown_goes(documents in documents()) {
        let mut world = World::new();
        for (feed, items) in documents {
            let before: HashSet<_> = world.stories.values().filter(|s| !s.shown.is_empty()).map(|s| s.id).collect();
            world.poll(feed, &items);
            let after: HashSet<_> = world.stories.values().filter(|s| !s.shown.is_empty()).map(|s| s.id).collect();
            prop_assert!(before.is_subset(&after));
            let again = world.poll(feed, &items);
            prop_assert_eq!((again.new, again.same_story), (0, 0));
            let ids: HashSet<_> = world.stories.values().map(|story| story.id).collect();
            prop_assert_eq!(ids.len(), world.stories.len());
            for story in world.stories.values().filter(|story| !story.shown.is_empty()) {
                prop_assert!(story.leader.is_some());
            }
            for entry in world.entries.values() {
                prop_assert!(world.stories[&entry.story].members.iter().any(|m| m.entry == entry.key));
            }
        }
    }
}
