//! Bytes of every record as some release wrote them: they must load, and be written again the
//! same. A file here is never changed; a new layout gets a new version and a new file.

use std::collections::HashMap;
use std::fmt::Debug;
use std::path::Path;

use super::*;
use crate::model::content::{EntryContent, PlainContent};
use crate::model::country::Country;
use crate::model::entry::{EntryKey, StoredEntry};
use crate::model::feed::{
    Conditional, FeedMemory, FeedNumber, FeedSeed, FeedState, LastPoll, ScheduleState, Tier,
};
use crate::model::fingerprint::{Fingerprint, IdentityKey, KeyKind, Sketch, UrlKey};
use crate::model::outcome::{OutcomeKind, PollReason, Validators};
use crate::model::parsed::PublisherPace;
use crate::model::region::{Evidence, Field, RegionMatch, RegionNumber};
use crate::model::story::{Member, Showing, Story, StoryId};
use crate::model::tally::Tally;
use crate::model::time::Timestamp;
use crate::store::rowfile::{RowReader, RowWriter};

/// The bytes in a file of hexadecimal lines; lines that begin with `#` say what they are.
fn golden(name: &str) -> Vec<u8> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/store");
    let text = std::fs::read_to_string(dir.join(format!("{name}.hex"))).unwrap_or_default();
    let digits: Vec<u32> = text
        .lines()
        .filter(|line| !line.starts_with('#'))
        .flat_map(str::chars)
        .map(|digit| digit.to_digit(16).unwrap())
        .collect();
    digits
        .chunks(2)
        .map(|pair| u8::try_from(pair[0] * 16 + pair[1]).unwrap())
        .collect()
}

fn hex(bytes: &[u8]) -> String {
    let lines = bytes.chunks(40).map(|line| {
        let digits = line.iter().map(|byte| format!("{byte:02x}"));
        digits.collect::<Vec<_>>().concat()
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn check<R: Record + PartialEq + Debug>(name: &str, record: &R) {
    let bytes = golden(name);
    let written = encode(record).unwrap();
    assert_eq!(hex(&bytes), hex(&written), "{name}.hex\n{}", hex(&written));
    assert_eq!(
        decode::<R>(|| name.to_owned(), &bytes).unwrap(),
        *record,
        "{name}"
    );
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds * 1000 + 7)
}

fn shown() -> EntryContent {
    EntryContent::from(ContentRecord::Shown {
        title: "Встреча министров".to_owned(),
        link: Some("https://mfa.example/news/1".to_owned()),
        summary: Some("<p>short</p>".to_owned()),
        content: Some("<p>long</p>".to_owned()),
        authors: vec!["Press service".to_owned()],
        categories: vec!["visits".to_owned(), "water".to_owned()],
        enclosures: vec![(
            "https://mfa.example/1.jpg".to_owned(),
            "image/jpeg".to_owned(),
            9000,
        )],
        language: Some("ru".to_owned()),
    })
}

fn plain() -> EntryContent {
    EntryContent::Plain(PlainContent {
        title: "Weather".to_owned(),
        link: Some("https://mfa.example/weather".to_owned()),
        text: "sunny".to_owned(),
        categories: Vec::new(),
        language: None,
    })
}

fn entry(content: EntryContent) -> StoredEntry {
    let kinds = [
        KeyKind::Guid,
        KeyKind::GuidLink,
        KeyKind::Link,
        KeyKind::TitleDate,
        KeyKind::StoryId,
    ];
    StoredEntry {
        key: EntryKey(77),
        feed: FeedNumber(300),
        identity: kinds
            .map(|kind| IdentityKey {
                kind,
                hash: 0x0102_0304_0506_0708,
            })
            .to_vec(),
        url_key: Some(UrlKey([0xAB; 16])),
        // Written out, not computed: another version of the functions changes no record.
        wording: Fingerprint {
            version: 1,
            hash: 9,
        },
        meanings: vec![
            Fingerprint {
                version: 1,
                hash: u64::MAX,
            },
            Fingerprint {
                version: 2,
                hash: 0,
            },
        ],
        sketch: Sketch {
            version: 1,
            title: [7; 16],
            text: [u8::MAX; 16],
        },
        story: EntryKey(75),
        backlog: true,
        claim: Some(at(-5)),
        first_seen: at(1_800_000_000),
        left_body: Some(at(1_800_000_100)),
        matches: vec![RegionMatch {
            region: "central-asia".to_owned(),
            evidence: [Field::Title, Field::Text, Field::Category]
                .map(|field| Evidence {
                    field,
                    form: "в Астане".to_owned(),
                    start: 3,
                    end: 300,
                    term: "Astana".to_owned(),
                    weight: 2000,
                    country: Country::from_code("KZ"),
                })
                .to_vec(),
        }],
        rules: u64::MAX,
        content,
    }
}

fn story() -> Story {
    let member = |entry: u64, tier: Tier, regions: &[u16]| Member {
        entry: EntryKey(entry),
        feed: FeedNumber(3),
        tier,
        has_text: entry == 75,
        regions: regions.iter().map(|&region| RegionNumber(region)).collect(),
    };
    Story {
        key: EntryKey(75),
        id: StoryId(uuid::Uuid::from_u128(0x1234_5678)),
        members: vec![
            member(75, Tier::Official, &[0, 2]),
            member(76, Tier::Agency, &[]),
            member(77, Tier::Press, &[1]),
            member(78, Tier::Analysis, &[]),
        ],
        leader: Some(EntryKey(75)),
        shown: vec![Showing {
            region: RegionNumber(2),
            announced_at: at(10),
            updated: at(20),
        }],
        n_edits_announced: 24,
        hidden: false,
        related: vec![EntryKey(12)],
    }
}

fn tally() -> Tally {
    Tally {
        received: 11,
        new: 1,
        updated: 2,
        unchanged: 3,
        same_story: 4,
        rejected: 5,
        over_limit: 6,
        announced: 7,
        silent: 8,
        filtered: 9,
        backlog: 10,
    }
}

fn state() -> FeedState {
    FeedState {
        schedule: ScheduleState {
            next_poll: at(100),
            reason: PollReason::RetryAfter,
            n_failures: 3,
            failing_since: Some(at(50)),
            last_success: Some(at(40)),
            redirect: Some(("https://new.example/".to_owned(), 2)),
            moved_to: Some("https://moved.example/".to_owned()),
            gone_since: Some(at(45)),
            stopped: true,
            host_pause: Some(("mfa.example".to_owned(), at(200))),
            pace: PublisherPace {
                ttl_minutes: Some(60),
                skip_hours: vec![0, 23],
                skip_days: vec![6],
                update_period_s: Some(3600),
            },
            verify_at: Some(at(300)),
            lies: true,
        },
        conditional: Conditional {
            url: "https://mfa.example/rss".to_owned(),
            validators: Some(Validators {
                etag: Some(b"W/\"\xFF\"".to_vec()),
                last_modified: Some(b"Tue, 24 Nov 2026 15:34:00 GMT".to_vec()),
            }),
            body: Some(([0xCD; 16], 258)),
            unreadable: Some("an HTML page".to_owned()),
        },
        memory: FeedMemory {
            asked: Some(KeyKind::GuidLink),
            first_body: Some(at(1)),
            body_confirmed: Some(at(2)),
            body: vec![EntryKey(5), EntryKey(6), EntryKey(1 << 60)],
        },
        last: LastPoll {
            at: Some(at(90)),
            outcome: Some(OutcomeKind::Throttled),
            error: Some("429".to_owned()),
            tally: tally(),
            total: tally(),
            n_polls: 1000,
        },
        title: Some("МИД Казахстана".to_owned()),
    }
}

#[test]
fn entries() {
    let tagged = match plain() {
        EntryContent::Plain(plain) => EntryContent::Plain(PlainContent {
            categories: vec!["weather".to_owned()],
            ..plain
        }),
        other => other,
    };
    let contents = [
        ("entry-2-shown", shown()),
        ("entry-2-plain", plain()),
        ("entry-2-tagged", tagged),
        ("entry-2-gone", EntryContent::Gone),
    ];
    for (name, content) in contents {
        let entry = entry(content);
        let record = EntryRecord::from(&entry);
        check(name, &record);
        assert_eq!(record.into_entry(entry.key), Ok(entry));
    }
}

/// Layout 1 named no countries.
#[test]
fn entries_of_layout_1() {
    let contents = [
        ("entry-1-shown", shown()),
        ("entry-1-plain", plain()),
        ("entry-1-gone", EntryContent::Gone),
    ];
    for (name, content) in contents {
        let mut expected = entry(content);
        for evidence in expected.matches.iter_mut().flat_map(|it| &mut it.evidence) {
            evidence.country = None;
        }
        let record: EntryRecord = decode(|| name.to_owned(), &golden(name)).unwrap();
        assert_eq!(record.into_entry(expected.key), Ok(expected), "{name}");
    }
}

#[test]
fn stories() {
    for (name, published) in [
        ("story-1-indexed", Some(at(5))),
        ("story-1-not-indexed", None),
    ] {
        let record = StoryRecord::new(&story(), published);
        check(name, &record);
        assert_eq!(record.into_story(EntryKey(75)), Ok(story()));
    }
}

#[test]
fn feeds_and_states() {
    let seed = FeedSeed {
        id: "mfa".parse().unwrap(),
        formerly: Vec::new(),
        name: "МИД".to_owned(),
        url: "https://mfa.example/rss?key=secret".to_owned(),
        safe_url: "https://mfa.example/rss?key=***".to_owned(),
        tier: Tier::Official,
    };
    let renamed = FeedSeed {
        id: "mfa-kz".parse().unwrap(),
        ..seed.clone()
    };
    check(
        "feed-1",
        &FeedRecord::new(&seed, "mfa".to_owned()).configured(&renamed),
    );
    for (name, state) in [
        ("state-2-full", state()),
        ("state-2-fresh", FeedState::default()),
    ] {
        let record = StateRecord::from(&state);
        check(name, &record);
        assert_eq!(record.into_state(), Ok(state));
    }
}

/// Layout 1 had no title.
#[test]
fn states_of_layout_1() {
    for (name, mut expected) in [
        ("state-1-full", state()),
        ("state-1-fresh", FeedState::default()),
    ] {
        expected.title = None;
        let record: StateRecord = decode(|| name.to_owned(), &golden(name)).unwrap();
        assert_eq!(record.into_state(), Ok(expected), "{name}");
    }
}

#[test]
fn indexes() {
    let mut bucket = BucketRecord::default();
    bucket.put(9, EntryKey(1));
    bucket.put(u64::MAX, EntryKey(1 << 60));
    check("bucket-1", &bucket);
    let mut url = UrlRecord::default();
    url.add(EntryKey(1 << 60));
    url.add(EntryKey(5));
    check("url-1", &url);
    check(
        "key-table-1",
        &KeyTableRecord {
            level: 3,
            n_keys: 400,
        },
    );
}

#[test]
fn meta() {
    check(
        "store-1",
        &StoreRecord {
            id: [7; 16],
            created_ms: 1_800_000_000_000,
        },
    );
    check(
        "session-1",
        &SessionRecord {
            n_opened: 300,
            clean: true,
        },
    );
    check(
        "region-1",
        &RegionRecord {
            name: "central-asia".to_owned(),
        },
    );
    let progress = ProgressRecord {
        cursor: 1 << 40,
        stamp_ms: -1,
        last_entry: u64::MAX,
        next_feed: 5,
        n_entries: 6,
        n_stories: 7,
    };
    check("progress-1", &progress);
}

/// Every code of a closed set, so that none can change its number unseen.
#[test]
fn codes() {
    use super::codes::{outcome_code, outcome_of, reason_code, reason_of};
    let outcomes: Vec<String> = (0..=u8::MAX)
        .map_while(|code| outcome_of(code).ok().map(|kind| (code, kind)))
        .inspect(|(code, kind)| assert_eq!(outcome_code(*kind), *code))
        .map(|(_, kind)| kind.name().to_owned())
        .collect();
    assert_eq!(
        outcomes.join(" "),
        "ok not-modified gone throttled http-status dns connect tls timeout cut too-large \
         redirect forbidden-address protocol not-a-feed panic store"
    );
    let reasons: Vec<String> = (0..=u8::MAX)
        .map_while(|code| reason_of(code).ok().map(|reason| (code, reason)))
        .inspect(|(code, reason)| assert_eq!(reason_code(*reason), *code))
        .map(|(_, reason)| reason.name().to_owned())
        .collect();
    assert_eq!(
        reasons.join(" "),
        "first interval fresh ttl update-period skip retry-after backoff gone stopped asked"
    );
    assert!(outcome_of(17).is_err() && reason_of(11).is_err());
}

/// Values as rows hold them. What zstd writes may change with its version; what it reads may not.
#[test]
fn values() {
    let record = b"the delegations met in Astana. ".repeat(40);
    assert_eq!(
        unpack(&golden("value-plain"), &[]).unwrap().as_ref(),
        b"\x01record"
    );
    assert_eq!(pack(b"\x01record").head, golden("value-plain"));
    let zstd = golden("value-zstd");
    assert!(
        !zstd.is_empty(),
        "value-zstd.hex\n{}",
        hex(&pack(&record).head)
    );
    assert_eq!(unpack(&zstd, &[]).unwrap().as_ref(), record);
}

/// A checkpoint or export as some release wrote it.
#[test]
fn files_of_rows() {
    let rows = [
        (b"e12345678".to_vec(), Some(b"entry".to_vec())),
        (b"mstore".to_vec(), Some(b"store".to_vec())),
        (b"e12345678".to_vec(), None),
    ];
    let mut writer = RowWriter::new(Vec::new(), at(9)).unwrap();
    for (key, value) in &rows {
        writer.row(key, value.as_deref()).unwrap();
    }
    let written = writer.finish().unwrap();
    let bytes = golden("rows-1");
    assert!(!bytes.is_empty(), "rows-1.hex\n{}", hex(&written));
    let mut reader = RowReader::new(bytes.as_slice()).unwrap();
    assert_eq!(reader.created(), at(9));
    for row in rows {
        assert_eq!(reader.next_row().unwrap(), Some(row));
    }
    assert_eq!(reader.next_row().unwrap(), None);
}

/// No file lies there that no test reads.
#[test]
fn every_golden_file_is_checked() {
    let source = include_str!("golden.rs");
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/store");
    let names: HashMap<String, bool> = std::fs::read_dir(dir)
        .unwrap()
        .flatten()
        .map(|file| file.file_name().to_string_lossy().replace(".hex", ""))
        .map(|name| (name.clone(), source.contains(&format!("\"{name}\""))))
        .collect();
    assert!(names.values().all(|&is_read| is_read), "{names:?}");
    assert_eq!(names.len(), 24);
}
