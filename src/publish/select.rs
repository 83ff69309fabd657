//! Which stories stand in the current document of a merged feed.

use std::collections::HashSet;
use std::time::Duration;

use crate::model::story::StoryView;
use crate::model::time::Timestamp;

/// The stories of the current document: the newest `entries`, **and** every one whose `updated`
/// lies within `window` before the newest's.
///
/// The window is measured from the newest story and not from now, so that time alone changes no
/// byte. `views` come newest `updated` first, as the store gives them, and keep that order; a
/// story that came twice (a page boundary moved while it was read) is kept once, at its first
/// place.
pub fn window(views: Vec<StoryView>, entries: usize, window: Duration) -> Vec<StoryView> {
    let Some(edge) = edge(&views, window) else {
        return views;
    };
    let mut seen = HashSet::new();
    let mut n_kept = 0;
    views
        .into_iter()
        .filter(|view| seen.insert(view.story.key))
        .take_while(|view| {
            n_kept += 1;
            n_kept <= entries || view.showing.updated >= edge
        })
        .collect()
}

/// Whether stories that belong to the current document may follow after `views`, so that the
/// next page must be read too. A page shorter than asked for ends the reading, whatever this says.
pub fn needs_more(views: &[StoryView], entries: usize, window: Duration) -> bool {
    let (Some(edge), Some(last)) = (edge(views, window), views.last()) else {
        return true;
    };
    let n_stories = views
        .iter()
        .map(|view| view.story.key)
        .collect::<HashSet<_>>()
        .len();
    n_stories < entries || last.showing.updated >= edge
}

/// The oldest `updated` that is in whatever the number of stories; `None` without stories.
fn edge(views: &[StoryView], window: Duration) -> Option<Timestamp> {
    views
        .first()
        .map(|newest| newest.showing.updated.minus(window))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publish::samples::story;

    const HOUR: Duration = Duration::from_hours(1);

    /// Stories `(number, hours before the newest)`, newest first.
    fn views(stories: &[(u64, u64)]) -> Vec<StoryView> {
        stories
            .iter()
            .map(|&(number, hours)| {
                let mut view = story(number);
                let newest = Timestamp::from_seconds(1_790_000_000);
                view.showing.updated = newest.minus(HOUR * u32::try_from(hours).unwrap());
                view
            })
            .collect()
    }

    fn check(stories: &[(u64, u64)], entries: usize, hours: u32, expected: &[u64]) {
        let kept: Vec<u64> = window(views(stories), entries, HOUR * hours)
            .iter()
            .map(|view| view.story.key.0)
            .collect();
        assert_eq!(kept, expected, "{stories:?} {entries} {hours}");
    }

    #[test]
    fn the_newest_and_all_within_the_window_are_kept() {
        let stories = [(1, 0), (2, 1), (3, 2), (4, 48), (5, 49), (6, 50)];
        check(&stories, 2, 0, &[1, 2]);
        check(&stories, 2, 2, &[1, 2, 3]);
        check(&stories, 2, 48, &[1, 2, 3, 4]);
        check(&stories, 5, 2, &[1, 2, 3, 4, 5]);
        check(&stories, 99, 2, &[1, 2, 3, 4, 5, 6]);
        check(&stories, 0, 0, &[1]);
        check(&[], 5, 48, &[]);
    }

    #[test]
    fn a_story_read_twice_is_kept_once_and_takes_no_place() {
        check(&[(1, 0), (2, 1), (1, 1), (3, 1), (4, 9)], 3, 0, &[1, 2, 3]);
    }

    #[test]
    fn reading_goes_on_until_count_and_window_are_full() {
        let more = |stories: &[(u64, u64)], entries, hours: u32| {
            needs_more(&views(stories), entries, HOUR * hours)
        };
        assert!(more(&[], 200, 48));
        assert!(more(&[(1, 0), (2, 1)], 3, 0), "too few");
        assert!(
            more(&[(1, 0), (2, 1), (2, 1)], 3, 0),
            "too few without doubles"
        );
        assert!(more(&[(1, 0), (2, 1)], 2, 1), "the window may go on");
        assert!(!more(&[(1, 0), (2, 2)], 2, 1));
    }
}
