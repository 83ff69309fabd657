//! What a demo showed against what is expected of it ([`expected_data`]).
//!
//! Each comparison gives its differences as lines for a person; none means that all is well.
//!
//! [`expected_data`]: crate::app::commands::demo::expected_data

use crate::app::commands::demo::expected_data::{ENTRIES, POLLS};
use crate::app::commands::demo::observed::{Explained, Observed, SeenEntry, SeenPoll, slug};
use crate::app::commands::demo::reader::ShownStory;
use crate::app::commands::demo::samples;
use crate::app::commands::demo::timeline::NEWS_ROUNDS;
use crate::control::Verdict;
use crate::model::outcome::OutcomeKind;
use crate::model::tally::{Arrival, Bond, Fate};

/// Round, feed and last part of the address of an entry; what it must be to what is known, what
/// must come of it, and why.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Entry(
    pub(super) u32,
    pub(super) &'static str,
    pub(super) &'static str,
    pub(super) Arrival,
    pub(super) Fate,
    pub(super) Because,
);

/// Why something must come of an entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Because {
    /// This form speaks for this region; others may, too.
    Word(&'static str, &'static str),
    /// Its link, tracking and the like aside, is that of the entry of this feed with the same last
    /// part of its address.
    SameLink(&'static str),
    /// No word speaks for any region.
    NoWord,
    /// A region is named, but the filter keeps this group out.
    Group(&'static str),
    /// It is too old.
    TooOld,
}

/// Round and feed of a poll, and how it must end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Poll(pub(super) u32, pub(super) &'static str, pub(super) Reading);

/// How a poll that is not an ordinary one ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Reading {
    /// Read in spite of what is wrong with the document.
    Mended,
    /// Not answered in time.
    TimedOut,
    /// Answered by 304.
    Status304,
}

/// Everything that is not as it should be, a line each; none where all is well.
pub(super) fn differences(observed: &Observed) -> Vec<String> {
    [
        entries(&observed.entries),
        polls(&observed.polls),
        stories(&observed.shown),
        titles(observed),
        explanations(&observed.explained),
        documents(observed),
    ]
    .concat()
}

fn entries(seen: &[SeenEntry]) -> Vec<String> {
    let mut rest: Vec<&SeenEntry> = seen.iter().collect();
    let mut found = Vec::new();
    for row in ENTRIES {
        let Entry(round, feed, slug, ..) = *row;
        let place = format!("round {round}, {feed}, {slug}: expected {}", expected(row));
        let is_it = |it: &&SeenEntry| it.round == round && it.feed == feed && it.slug == slug;
        match rest.iter().position(is_it).map(|at| rest.remove(at)) {
            None => found.push(format!("{place}; it was not decided on in that round")),
            Some(seen) if !is_as(row, seen) => found.push(format!("{place}; was {}", was(seen))),
            Some(seen) if !is_said(&phrases(row.5), &seen.why) => {
                found.push(format!(
                    "{place}; but the reason shown was \"{}\"",
                    seen.why
                ));
            }
            Some(_) => {}
        }
    }
    found.extend(rest.iter().map(|it| {
        let (round, feed, slug) = (it.round, &it.feed, &it.slug);
        format!(
            "round {round}, {feed}, {slug}: not expected; was {}",
            was(it)
        )
    }));
    found
}

fn is_as(row: &Entry, seen: &SeenEntry) -> bool {
    let Entry(_, _, _, arrival, fate, because) = *row;
    let holds = match because {
        Because::Word(region, form) => seen.words.iter().any(|(r, f)| r == region && f == form),
        Because::SameLink(feed) => seen.joined == Some((Bond::Address, feed.to_owned())),
        Because::NoWord | Because::Group(_) => seen.words.is_empty(),
        Because::TooOld => true,
    };
    holds && seen.arrival == arrival && seen.fate == fate
}

/// What the reason shown must say.
fn phrases(because: Because) -> Vec<String> {
    match because {
        Because::Word(region, form) => vec![format!("{region} by "), form.to_owned()],
        Because::SameLink(feed) => {
            let founder = format!("({})", samples::name(feed));
            vec!["its link, tracking and the like aside".to_owned(), founder]
        }
        Because::NoWord => vec!["no word in it speaks for ".to_owned()],
        Because::Group(group) => vec![format!("but none: {group} was found")],
        Because::TooOld => vec![" days old when its feed was first read".to_owned()],
    }
}

fn is_said(phrases: &[String], why: &str) -> bool {
    phrases.iter().all(|phrase| why.contains(phrase))
}

fn expected(row: &Entry) -> String {
    let Entry(_, _, _, arrival, fate, because) = row;
    let why = match because {
        Because::Word(region, form) => format!("{region} by {form}"),
        Because::SameLink(feed) => format!("joins {feed}'s by its link"),
        Because::NoWord => "no word of a region".to_owned(),
        Because::Group(group) => format!("{group} is kept out"),
        Because::TooOld => "too old".to_owned(),
    };
    format!("{arrival:?}, {fate:?} ({why})")
}

fn was(seen: &SeenEntry) -> String {
    let words: Vec<String> = seen
        .words
        .iter()
        .map(|(region, form)| format!("{region} by {form}"))
        .collect();
    let why = match &seen.joined {
        Some((Bond::Address, feed)) => format!("joins {feed}'s by its link"),
        Some((bond, feed)) => format!("joins {feed}'s by its {bond:?}"),
        None if words.is_empty() => "no word of a region".to_owned(),
        None => words.join(", "),
    };
    format!("{:?}, {:?} ({why})", seen.arrival, seen.fate)
}

fn polls(seen: &[SeenPoll]) -> Vec<String> {
    let mut found: Vec<String> = seen.iter().filter_map(out_of_order).collect();
    for Poll(round, feed, reading) in POLLS {
        let mut of_row = seen
            .iter()
            .filter(|it| it.round == *round && it.feed == *feed);
        if !of_row.clone().any(|it| is_read_as(it, *reading)) {
            let outcomes: Vec<String> = of_row.by_ref().map(told).collect();
            let outcomes = if outcomes.is_empty() {
                "never polled".to_owned()
            } else {
                outcomes.join(", ")
            };
            found.push(format!(
                "round {round}, {feed}: expected a poll to be {reading:?}; was {outcomes}"
            ));
        }
    }
    found
}

/// What no poll may be but those that are expected to.
fn out_of_order(poll: &SeenPoll) -> Option<String> {
    let (round, feed, tally) = (poll.round, &poll.feed, poll.tally);
    let may_time_out = POLLS.contains(&Poll(round, name_of_row(feed), Reading::TimedOut));
    let is_fine = poll.outcome.is_success() || may_time_out;
    let n_decided = tally.new + tally.updated + tally.same_story;
    if !is_fine {
        Some(format!(
            "round {round}, {feed}: could not be read: {}",
            outcome(poll)
        ))
    } else if !tally.balances() {
        Some(format!(
            "round {round}, {feed}: the accounting does not balance: {tally:?}"
        ))
    } else if round > NEWS_ROUNDS && n_decided > 0 {
        Some(format!(
            "round {round}, {feed}: something came again: {tally:?}"
        ))
    } else {
        None
    }
}

/// The name of a row's feed that is `feed`; empty where no row is about it.
fn name_of_row(feed: &str) -> &'static str {
    let row = POLLS.iter().find(|Poll(_, name, _)| *name == feed);
    row.map_or("", |Poll(_, name, _)| name)
}

/// Whether it was read so, and what is shown says so.
fn is_read_as(poll: &SeenPoll, reading: Reading) -> bool {
    let (is_it, phrases): (bool, &[&str]) = match reading {
        Reading::Mended => {
            let is_it = poll.outcome == OutcomeKind::Ok && poll.was_mended;
            (is_it, &["broken, and read all the same: "])
        }
        Reading::TimedOut => (
            poll.outcome == OutcomeKind::Timeout,
            &["timeout: ", "; asked again in ", "; meanwhile "],
        ),
        Reading::Status304 => (poll.status == Some(304), &[]),
    };
    is_it && phrases.iter().all(|phrase| poll.said.contains(phrase))
}

fn told(poll: &SeenPoll) -> String {
    match poll.said.as_str() {
        "" => outcome(poll),
        said => format!("{}, shown as \"{said}\"", outcome(poll)),
    }
}

fn outcome(poll: &SeenPoll) -> String {
    let status = poll
        .status
        .map_or_else(String::new, |status| format!(" (status {status})"));
    format!("{}{status}", poll.outcome.name())
}

/// Entries that found a story that is shown, with the number of sources it has in the end.
fn founders() -> impl Iterator<Item = (&'static Entry, usize)> {
    let is_founder = |row: &&Entry| row.3 == Arrival::New && row.4 == Fate::Announced;
    ENTRIES.iter().filter(is_founder).map(|row| {
        let joins = |it: &&Entry| it.2 == row.2 && it.5 == Because::SameLink(row.1);
        (row, 1 + ENTRIES.iter().filter(joins).count())
    })
}

/// Stories of the merged feed `all` against the announced entries of [`ENTRIES`].
pub(super) fn stories(shown: &[ShownStory]) -> Vec<String> {
    let mut rest: Vec<&ShownStory> = shown.iter().collect();
    let mut found = Vec::new();
    for (row, n_sources) in founders() {
        let Entry(_, feed, name, _, _, because) = *row;
        let place = format!("merged feed, {feed}, {name}");
        let is_it = |it: &&ShownStory| it.source == feed && slug(&it.link) == name;
        let Some(story) = rest.iter().position(is_it).map(|at| rest.remove(at)) else {
            found.push(format!("{place}: expected to be shown; is not"));
            continue;
        };
        if story.n_sources != n_sources {
            let is = story.n_sources;
            found.push(format!("{place}: expected {n_sources} sources; has {is}"));
        }
        if let Because::Word(region, _) = because
            && !story.regions.iter().any(|it| it == region)
        {
            let regions = story.regions.join(", ");
            found.push(format!("{place}: expected in {region}; is in {regions}"));
        }
    }
    found.extend(rest.iter().map(|it| {
        format!(
            "merged feed, {}, {}: not expected: {}",
            it.source,
            slug(&it.link),
            it.title
        )
    }));
    found
}

/// What is shown of a story is the present title of the entry that leads it.
fn titles(observed: &Observed) -> Vec<String> {
    let differs = |story: &ShownStory| {
        let name = slug(&story.link);
        let of_story = |it: &&SeenEntry| it.feed == story.source && it.slug == name;
        let latest = observed.entries.iter().rfind(of_story)?;
        let (is, should) = (&story.title, &latest.title);
        (is != should).then(|| {
            let feed = &story.source;
            format!("merged feed, {feed}, {name}: expected the title \"{should}\"; it is \"{is}\"")
        })
    };
    observed.shown.iter().filter_map(differs).collect()
}

fn explanations(explained: &[Explained]) -> Vec<String> {
    let mut found = Vec::new();
    for Entry(_, feed, slug, _, fate, because) in ENTRIES {
        let verdict = match fate {
            Fate::Announced | Fate::Silent => Verdict::Shown,
            Fate::Filtered => Verdict::Filtered,
            Fate::Backlog => Verdict::Backlog,
        };
        let founder = match because {
            Because::SameLink(founder) => founder,
            Because::Word(..) | Because::NoWord | Because::Group(_) | Because::TooOld => feed,
        };
        let n_sources = founders()
            .find(|(row, _)| row.1 == *founder && row.2 == *slug)
            .map_or(1, |(_, n_sources)| n_sources);
        let said = explained
            .iter()
            .find(|it| it.feed == *feed && it.slug == *slug);
        let said = said.map(|it| (it.verdict, it.n_sources));
        if said != Some((verdict, n_sources)) {
            let was = said.map_or_else(
                || "nothing is known of it".to_owned(),
                |(verdict, n)| format!("{} of {n} sources", verdict.name()),
            );
            let name = verdict.name();
            found.push(format!(
                "explain, {feed}, {slug}: expected {name} of {n_sources} sources; {was}"
            ));
        }
    }
    found
}

/// Nothing stands twice in any version, and after the last news no byte changes.
fn documents(observed: &Observed) -> Vec<String> {
    let astray = observed.astray.iter();
    let astray = astray.map(|region| format!("merged feed {region}: not what `all` shows of it"));
    let doubled = observed.doubled.iter();
    let doubled = doubled.map(|title| format!("stood twice in one version of {title}"));
    let mut found: Vec<String> = astray.chain(doubled).collect();
    let Some(((first, before), later)) = observed.documents.split_first() else {
        found.push("no published document was read".to_owned());
        return found;
    };
    if before.is_empty() {
        found.push(format!("{first}: nothing was published"));
    }
    for (moment, after) in later {
        let paths = before
            .keys()
            .chain(after.keys().filter(|path| !before.contains_key(*path)));
        for path in paths.filter(|path| before.get(*path) != after.get(*path)) {
            found.push(format!(
                "{moment}: {path} is not, byte for byte, what it was {first}"
            ));
        }
    }
    found
}

/// What is expected, counted, for the last line of a demo in which all was well.
pub(super) fn summary() -> String {
    let n = |fate: Fate| ENTRIES.iter().filter(|row| row.4 == fate).count();
    let n_merged = ENTRIES
        .iter()
        .filter(|row| row.3 == Arrival::SameStory)
        .count();
    let n_shown = founders().count();
    format!(
        "{} decisions on entries, {} announced, {n_merged} merged, {} filtered, {} backlog; {n_shown} stories shown",
        ENTRIES.len(),
        n(Fate::Announced),
        n(Fate::Filtered),
        n(Fate::Backlog),
    )
}

#[cfg(test)]
#[path = "expect_tests.rs"]
mod tests;
