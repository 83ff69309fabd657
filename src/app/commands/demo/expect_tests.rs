//! What is not as expected is found and said.

use bytes::Bytes;

use crate::app::commands::demo::expect::*;
use crate::app::commands::demo::reader::Documents;
use crate::app::commands::demo::samples::SAMPLES;
use crate::model::tally::Tally;

/// What is seen where all is as expected.
fn as_expected() -> Observed {
    let document = Documents::from([("feeds/all.atom".to_owned(), Bytes::from_static(b"a"))]);
    Observed {
        entries: ENTRIES.iter().map(seen).collect(),
        polls: POLLS.iter().map(polled).collect(),
        shown: founders().map(shown).collect(),
        explained: ENTRIES.iter().map(explained).collect(),
        documents: vec![("first", document.clone()), ("later", document)],
        astray: Vec::new(),
        doubled: Vec::new(),
    }
}

fn seen(row: &Entry) -> SeenEntry {
    let Entry(round, feed, slug, arrival, fate, because) = *row;
    let word = |region: &str, form: &str| vec![(region.to_owned(), form.to_owned())];
    SeenEntry {
        round,
        feed: feed.to_owned(),
        slug: slug.to_owned(),
        link: format!("https://{feed}.example/{slug}"),
        title: slug.to_owned(),
        arrival,
        fate,
        words: match because {
            Because::Word(region, form) => word(region, form),
            Because::SameLink(_) | Because::NoWord | Because::Group(_) | Because::TooOld => {
                Vec::new()
            }
        },
        joined: match because {
            Because::SameLink(founder) => Some((Bond::Address, founder.to_owned())),
            _ => None,
        },
        why: phrases(because).join("… "),
    }
}

fn polled(row: &Poll) -> SeenPoll {
    let Poll(round, feed, reading) = *row;
    SeenPoll {
        round,
        feed: feed.to_owned(),
        outcome: match reading {
            Reading::TimedOut => OutcomeKind::Timeout,
            Reading::Mended => OutcomeKind::Ok,
            Reading::Status304 => OutcomeKind::NotModified,
        },
        status: match reading {
            Reading::TimedOut => None,
            Reading::Mended => Some(200),
            Reading::Status304 => Some(304),
        },
        was_mended: reading == Reading::Mended,
        said: match reading {
            Reading::TimedOut => "timeout: x; asked again in 1.0 s (backoff); meanwhile 2 polls",
            Reading::Mended => "broken, and read all the same: x",
            Reading::Status304 => "",
        }
        .to_owned(),
        tally: Tally::default(),
    }
}

fn shown((row, n_sources): (&Entry, usize)) -> ShownStory {
    let Entry(_, feed, slug, _, _, because) = *row;
    let Because::Word(region, _) = because else {
        panic!("{row:?} is announced without a word");
    };
    ShownStory {
        id: format!("{feed}/{slug}"),
        title: slug.to_owned(),
        link: format!("https://{feed}.example/{slug}"),
        source: feed.to_owned(),
        regions: vec![region.to_owned()],
        n_sources,
    }
}

fn explained(row: &Entry) -> Explained {
    let Entry(_, feed, slug, _, fate, because) = *row;
    let is_wire = slug == "middle-corridor";
    assert_eq!(
        is_wire,
        because == Because::SameLink("meridian-wire") || (feed, slug) == WIRE
    );
    Explained {
        feed: feed.to_owned(),
        slug: slug.to_owned(),
        verdict: match fate {
            Fate::Announced | Fate::Silent => Verdict::Shown,
            Fate::Filtered => Verdict::Filtered,
            Fate::Backlog => Verdict::Backlog,
        },
        n_sources: if is_wire { 4 } else { 1 },
    }
}

const WIRE: (&str, &str) = ("meridian-wire", "middle-corridor");

/// The differences after `spoil` has changed what was seen.
fn spoilt(spoil: impl FnOnce(&mut Observed)) -> Vec<String> {
    let mut observed = as_expected();
    spoil(&mut observed);
    differences(&observed)
}

fn entry<'o>(observed: &'o mut Observed, feed: &str, slug: &str) -> &'o mut SeenEntry {
    let is_it = |it: &&mut SeenEntry| it.feed == feed && it.slug == slug;
    observed.entries.iter_mut().find(is_it).unwrap()
}

#[test]
fn what_is_as_expected_has_no_differences() {
    assert_eq!(spoilt(|_| {}), Vec::<String>::new());
}

#[test]
fn the_table_speaks_of_the_samples_and_covers_what_they_are_for() {
    for Entry(_, feed, ..) in ENTRIES {
        assert!(SAMPLES.iter().any(|sample| sample.id == *feed), "{feed}");
    }
    for sample in SAMPLES {
        let has_row = ENTRIES.iter().any(|row| row.1 == sample.id);
        assert!(has_row, "nothing is expected of {}", sample.id);
    }
    let wire = founders().find(|(row, _)| (row.1, row.2) == WIRE).unwrap();
    assert_eq!(wire.1, 4, "one story carried by four outlets");
}

#[test]
fn an_entry_that_comes_twice_or_not_at_all_is_found() {
    let twice = spoilt(|it| {
        let again = SeenEntry {
            round: 3,
            ..it.entries[0].clone()
        };
        it.entries.push(again);
    });
    assert_eq!(
        twice,
        [
            "round 3, foreign-service, 1042: not expected; was New, Announced (central-asia by Kazakhstan)"
        ]
    );
    let lost = spoilt(|it| it.entries.retain(|entry| entry.slug != "transit"));
    assert_eq!(
        lost,
        [
            "round 4, slow-gazette, transit: expected New, Announced (central-asia by Kazakhstan); it was not decided on in that round"
        ]
    );
}

#[test]
fn a_false_friend_let_in_is_found() {
    let found = spoilt(|it| {
        let entry = entry(it, "peach-courier", "buses");
        entry.fate = Fate::Announced;
        entry.words = vec![("south-caucasus".to_owned(), "Georgia".to_owned())];
    });
    assert_eq!(
        found,
        [
            "round 1, peach-courier, buses: expected New, Filtered (no word of a region); was New, Announced (south-caucasus by Georgia)"
        ]
    );
}

#[test]
fn a_merge_missed_and_a_merge_too_many_are_found() {
    let missed = spoilt(|it| {
        let entry = entry(it, "caspian-post", "middle-corridor");
        (entry.arrival, entry.fate, entry.joined) = (Arrival::New, Fate::Announced, None);
        let wire = it
            .shown
            .iter_mut()
            .find(|story| story.source == WIRE.0)
            .unwrap();
        wire.n_sources = 3;
        let mut own = wire.clone();
        own.source = "caspian-post".to_owned();
        it.shown.push(own);
    });
    assert_eq!(
        missed,
        [
            "round 3, caspian-post, middle-corridor: expected SameStory, Silent (joins meridian-wire's by its link); was New, Announced (no word of a region)",
            "merged feed, meridian-wire, middle-corridor: expected 4 sources; has 3",
            "merged feed, caspian-post, middle-corridor: not expected: middle-corridor",
        ]
    );
    let too_many = spoilt(|it| {
        let readout = entry(it, "union-desk", "2026-118");
        (readout.arrival, readout.fate) = (Arrival::SameStory, Fate::Silent);
        readout.joined = Some((Bond::Wording, "foreign-service".to_owned()));
        it.shown.retain(|story| !story.link.ends_with("2026-118"));
    });
    assert_eq!(
        too_many,
        [
            "round 2, union-desk, 2026-118: expected New, Announced (central-asia by Astana); was SameStory, Silent (joins foreign-service's by its Wording)",
            "merged feed, union-desk, 2026-118: expected to be shown; is not",
        ]
    );
}

#[test]
fn a_feed_that_is_not_read_as_it_should_be_is_found() {
    let ill = spoilt(|it| it.polls[0].outcome = OutcomeKind::NotAFeed);
    assert_eq!(
        ill,
        [
            "round 1, prospekt: could not be read: not-a-feed (status 200)",
            "round 1, prospekt: expected a poll to be Mended; was not-a-feed (status 200), shown as \"broken, and read all the same: x\"",
        ]
    );
    let never = spoilt(|it| it.polls.retain(|poll| poll.outcome != OutcomeKind::Timeout));
    assert_eq!(
        never,
        ["round 3, slow-gazette: expected a poll to be TimedOut; was never polled"]
    );
    let unbalanced = spoilt(|it| it.polls[0].tally.received = 1);
    assert_eq!(unbalanced.len(), 1, "{unbalanced:?}");
    let again = spoilt(|it| {
        it.polls[0].round = NEWS_ROUNDS + 1;
        it.polls[0].tally = Tally {
            received: 1,
            new: 1,
            announced: 1,
            ..Tally::default()
        };
    });
    assert!(again[0].contains("something came again"), "{again:?}");
}

#[test]
fn a_byte_that_changed_and_a_story_that_stood_twice_are_found() {
    let changed = spoilt(|it| {
        let document = it.documents[1].1.get_mut("feeds/all.atom").unwrap();
        *document = Bytes::from_static(b"b");
    });
    assert_eq!(
        changed,
        ["later: feeds/all.atom is not, byte for byte, what it was first"]
    );
    let gone = spoilt(|it| it.documents[1].1.clear());
    assert_eq!(gone, changed);
    let unread = spoilt(|it| it.documents.clear());
    assert_eq!(unread, ["no published document was read"]);
    let astray = spoilt(|it| it.astray.push("central-asia"));
    assert_eq!(
        astray,
        ["merged feed central-asia: not what `all` shows of it"]
    );
    let twice = spoilt(|it| it.doubled.push("feeds/all.json: T".to_owned()));
    assert_eq!(twice, ["stood twice in one version of feeds/all.json: T"]);
}

#[test]
fn another_title_and_another_explanation_are_found() {
    let found = spoilt(|it| it.shown[0].title = "old".to_owned());
    assert_eq!(
        found,
        ["merged feed, foreign-service, 1042: expected the title \"1042\"; it is \"old\""]
    );
    let found = spoilt(|it| it.explained[0].verdict = Verdict::Hidden);
    assert!(
        found[0].ends_with("expected shown of 1 sources; hidden of 1 sources"),
        "{found:?}"
    );
}

#[test]
fn a_reason_that_is_not_the_daemons_is_found() {
    let found = spoilt(|it| {
        let merged = entry(it, "steppe-herald", "middle-corridor");
        merged.joined = Some((Bond::Wording, "meridian-wire".to_owned()));
    });
    assert_eq!(
        found,
        [
            "round 2, steppe-herald, middle-corridor: expected SameStory, Silent (joins meridian-wire's by its link); was SameStory, Silent (joins meridian-wire's by its Wording)"
        ]
    );
    let found = spoilt(|it| {
        let filtered = entry(it, "peach-courier", "buses");
        filtered.why = "south-caucasus by Georgia".to_owned();
    });
    assert_eq!(
        found,
        [
            "round 1, peach-courier, buses: expected New, Filtered (no word of a region); but the reason shown was \"south-caucasus by Georgia\""
        ]
    );
    let found = spoilt(|it| {
        let slow = it
            .polls
            .iter_mut()
            .find(|it| it.outcome == OutcomeKind::Timeout);
        slow.unwrap().said = "slow: its answer took 500 ms".to_owned();
    });
    assert_eq!(
        found,
        [
            "round 3, slow-gazette: expected a poll to be TimedOut; was timeout, shown as \"slow: its answer took 500 ms\""
        ]
    );
}
