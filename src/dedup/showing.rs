//! A story's life in the merged feeds: who leads it, where it appears, when it moves.

use crate::model::region::RegionNumber;
use crate::model::story::{ANNOUNCEMENTS_MAX, Member, Showing, Story};
use crate::model::time::Timestamp;

/// Whether the member that brings a change is there for the first time or was edited.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Change {
    /// It joined the story (or founded it).
    Joined,
    /// Its meaning changed to one it did not have lately.
    Edited,
    /// Its meaning went back to one of its last ones.
    EditedBack,
    /// It is as it was, but was judged again under changed rules.
    Rejudged,
}

/// Puts `member` in its place and settles leader and showings at `stamp`; tells whether the
/// story appeared or moved anywhere.
pub(super) fn settle(story: &mut Story, member: Member, change: Change, stamp: Timestamp) -> bool {
    let (key, regions) = (member.entry, member.regions.clone());
    match story.members.iter_mut().find(|each| each.entry == key) {
        Some(place) => *place = member,
        None => story.members.push(member),
    }
    story.leader = choose_leader(story);
    let appeared = appear(story, &regions, stamp);
    let moved = change == Change::Edited
        && !appeared
        && story.leader == Some(key)
        && story.n_edits_announced < ANNOUNCEMENTS_MAX
        && move_up(story, &regions, stamp);
    if moved {
        story.n_edits_announced += 1;
    }
    appeared || moved
}

/// Puts `member` in its place and settles the leader; the story appears nowhere.
pub(super) fn restate(story: &mut Story, member: Member) {
    if let Some(place) = story
        .members
        .iter_mut()
        .find(|each| each.entry == member.entry)
    {
        *place = member;
    }
    story.leader = choose_leader(story);
}

/// Best tier among members with text that speak for a merged feed, the earliest of equals;
/// once the story is shown, only a strictly better tier or the loss of its text unseats one.
fn choose_leader(story: &Story) -> Option<crate::model::entry::EntryKey> {
    let present = story.leader().filter(|_| !story.shown.is_empty());
    let best = story
        .members
        .iter()
        .filter(|member| member.has_text && !member.regions.is_empty())
        .min_by_key(|member| member.tier);
    match (present, best) {
        (Some(present), Some(best)) if present.has_text && best.tier >= present.tier => {
            Some(present.entry)
        }
        (Some(present), None) => Some(present.entry),
        (_, best) => best.map(|member| member.entry),
    }
}

/// First showings in `regions`.
fn appear(story: &mut Story, regions: &[RegionNumber], stamp: Timestamp) -> bool {
    let before = story.shown.len();
    for region in regions {
        if !story.hidden && story.showing(*region).is_none() {
            story.shown.push(Showing {
                region: *region,
                announced_at: stamp,
                updated: stamp,
            });
        }
    }
    story.shown.sort_unstable_by_key(|showing| showing.region);
    story.shown.len() > before
}

/// A new announcement where the edited text still matches.
fn move_up(story: &mut Story, regions: &[RegionNumber], stamp: Timestamp) -> bool {
    let mut moved = false;
    for showing in story
        .shown
        .iter_mut()
        .filter(|showing| regions.contains(&showing.region))
    {
        showing.updated = stamp;
        moved = true;
    }
    moved
}
