//! What a checked configuration holds.

use std::path::{Path, PathBuf};
use std::time::Duration;

use url::Url;

use super::support::{LEAST, known, least_and, read};
use crate::config::{Config, ContentShown, Daemon, Env, Publish, StoreConfig, load, parse};
use crate::model::country::Country;
use crate::model::feed::{DedupScope, Feed, Tier};
use crate::model::rendered::Format;
use crate::model::rules::{Datelines, OwnRegion, RuleTest, Rules, Selector, Words};
use crate::model::time::Zone;

const VERSION: &str = concat!("nuncio/", env!("CARGO_PKG_VERSION"));

fn minutes(minutes: u64) -> Duration {
    Duration::from_mins(minutes)
}

fn default_daemon() -> Daemon {
    Daemon {
        listen: "127.0.0.1:8585".parse().unwrap(),
        base_url: None,
        state_dir: "/home/ann/.local/state/nuncio".into(),
        cache_dir: "/home/ann/.cache/nuncio".into(),
        runtime_dir: "/home/ann/.local/state/nuncio".into(),
        user_agent: VERSION.to_owned(),
        interval: minutes(30),
        min_interval: minutes(5),
        backoff_base: minutes(5),
        backoff_max: minutes(24 * 60),
        freshness_max: minutes(24 * 60),
        host_pause_max: minutes(60),
        host_requests: 2,
        host_spacing: Duration::from_secs(1),
        requests: 64,
        connect_timeout: Duration::from_secs(10),
        read_timeout: Duration::from_secs(20),
        timeout: minutes(1),
        body_max_bytes: 10 * 1024 * 1024,
        redirects_max: 10,
        entries_max: 1000,
        proxy: None,
        extra_ca: None,
        allow_private: false,
    }
}

fn default_feed() -> Feed {
    Feed {
        id: "a".parse().unwrap(),
        formerly: Vec::new(),
        url: Url::parse("https://example.org/feed").unwrap(),
        name: "a".to_owned(),
        tier: Tier::Press,
        folder: None,
        language: None,
        time_zone: None,
        default_country: None,
        enabled: true,
        unfiltered: false,
        dedup: DedupScope::Url,
        interval: None,
        timeout: minutes(1),
        user_agent: None,
        headers: Vec::new(),
        allow_private: false,
    }
}

#[test]
fn two_lines_and_a_feed_are_enough() {
    let expected = Config {
        path: "/etc/nuncio/feeds.toml".into(),
        daemon: default_daemon(),
        store: StoreConfig {
            cache_bytes: 16 * 1024 * 1024,
            checkpoint: minutes(60),
            free_min_bytes: 200 * 1024 * 1024,
        },
        publish: Publish {
            entries: 200,
            window: minutes(48 * 60),
            content: ContentShown::Full,
            formats: vec![Format::Atom, Format::Rss, Format::Json],
            backlog: minutes(48 * 60),
            dedup: DedupScope::Url,
        },
        rules: Rules {
            regions: vec!["central-asia".to_owned()],
            ..Rules::default()
        },
        feeds: vec![default_feed()],
        tests: Vec::new(),
    };
    assert_eq!(read(LEAST), Ok(expected));
}

#[test]
fn every_key_of_a_feed_is_read() {
    let text = least_and(
        r#"
        [[feed]]
        id = "mfa-kz"
        url = "http://[2001:db8::1]/rss?lang=ru"
        name = " Сыртқы істер министрлігі "
        tier = "official"
        folder = "Ministries"
        language = "KK-Cyrl"
        time-zone = "asia/almaty"
        default-country = "kz"
        enabled = false
        formerly = ["mid-kz", "mfa"]
        filter = "off"
        dedup = "off"
        interval = "1s"
        timeout = "1m30s"
        user-agent = "reader/1"
        headers = { Accept-Language = "kk, ru;q=0.5", "X-Desk" = "1" }
        allow-private = true
        "#,
    );
    let expected = Feed {
        id: "mfa-kz".parse().unwrap(),
        formerly: vec!["mid-kz".parse().unwrap(), "mfa".parse().unwrap()],
        url: Url::parse("http://[2001:db8::1]/rss?lang=ru").unwrap(),
        name: "Сыртқы істер министрлігі".to_owned(),
        tier: Tier::Official,
        folder: Some("Ministries".to_owned()),
        language: Some("kk-cyrl".to_owned()),
        time_zone: Zone::named("Asia/Almaty"),
        default_country: Country::from_code("KZ"),
        enabled: false,
        unfiltered: true,
        dedup: DedupScope::Off,
        interval: Some(Duration::from_secs(1)),
        timeout: Duration::from_secs(90),
        user_agent: Some("reader/1".to_owned()),
        headers: vec![
            ("accept-language".to_owned(), "kk, ru;q=0.5".to_owned()),
            ("x-desk".to_owned(), "1".to_owned()),
        ],
        allow_private: true,
    };
    let config = read(&text).unwrap();
    assert_eq!(config.feeds, [default_feed(), expected]);
}

#[test]
fn feeds_follow_the_daemon_and_the_filter() {
    let config = read(&least_and(
        r#"
        [daemon]
        timeout = "5s"
        allow-private = true
        [filter]
        dedup = "off"
        "#,
    ));
    let expected = Feed {
        timeout: Duration::from_secs(5),
        dedup: DedupScope::Off,
        allow_private: true,
        ..default_feed()
    };
    assert_eq!(config.unwrap().feeds, [expected]);
}

#[test]
fn the_filter_of_a_feed_says_what_a_dateline_does() {
    let datelines = |filter: &str| {
        let config = read(&format!(
            "{}\nfilter = {filter}",
            least_and(
                "[filter]\ndatelines = \"ignore\"\n[[feed]]\nid = \"b\"\nurl = \"https://example.org/b\""
            )
        ));
        let rules = config.unwrap().rules;
        let own = rules.feeds.values().next().map(|it| it.datelines);
        (rules.filter.datelines, own)
    };
    let general = Datelines::Ignore;
    assert_eq!(
        datelines("{ datelines = \"count\" }"),
        (general, Some(Datelines::Count))
    );
    assert_eq!(datelines("{ about = 0 }"), (general, Some(general)));
}

#[test]
fn the_usual_pace_follows_the_least() {
    let check = |keys: &str, expected: (u64, u64)| {
        let daemon = read(&least_and(&format!("[daemon]\n{keys}")))
            .unwrap()
            .daemon;
        let expected = (minutes(expected.0), minutes(expected.1));
        assert_eq!((daemon.min_interval, daemon.interval), expected, "{keys}");
    };
    check("", (5, 30));
    check("min-interval = \"1h\"", (60, 60));
    check("interval = \"5m\"", (5, 5));
    check(
        "allow-private = true\nmin-interval = \"1m\"\ninterval = \"1m\"",
        (1, 1),
    );
}

#[test]
fn the_user_agent_says_whom_to_write_to() {
    let check = |keys: &str, expected: &str| {
        let config = read(&least_and(&format!("[daemon]\n{keys}")));
        assert_eq!(config.unwrap().daemon.user_agent, expected, "{keys}");
    };
    check("", VERSION);
    check(
        "contact = \"desk@example.org\"",
        &format!("{VERSION} (+desk@example.org)"),
    );
    check("user-agent = \"desk/1\"", "desk/1");
    check(
        "user-agent = \"desk/1\"\ncontact = \"https://example.org/bot\"",
        "desk/1 (+https://example.org/bot)",
    );
    check(
        "user-agent = \"desk/1 (+desk@example.org)\"\ncontact = \"desk@example.org\"",
        "desk/1 (+desk@example.org)",
    );
}

#[test]
fn relative_paths_start_at_the_file() {
    let text =
        least_and("[daemon]\nstate-dir = \"state\"\ncache-dir = \"/c\"\nextra-ca = \"ca.pem\"");
    let daemon = read(&text).unwrap().daemon;
    assert_eq!(daemon.state_dir, Path::new("/etc/nuncio/state"));
    assert_eq!(daemon.cache_dir, Path::new("/c"));
    assert_eq!(daemon.runtime_dir, Path::new("/etc/nuncio/state"));
    assert_eq!(daemon.extra_ca, Some(PathBuf::from("/etc/nuncio/ca.pem")));
}

#[test]
fn the_runtime_directory_is_the_service_managers() {
    let env = Env::from_pairs([
        ("RUNTIME_DIRECTORY", "/run/nuncio"),
        ("STATE_DIRECTORY", "/s"),
        ("CACHE_DIRECTORY", "/c"),
    ]);
    let known = known();
    let daemon = parse(LEAST, Path::new("feeds.toml"), &env, &known)
        .unwrap()
        .daemon;
    let dirs = [&daemon.runtime_dir, &daemon.state_dir, &daemon.cache_dir];
    assert_eq!(
        dirs.map(|dir| dir.to_str().unwrap()),
        ["/run/nuncio", "/s", "/c"]
    );
}

#[test]
fn regions_can_be_extended_and_made() {
    let text = r#"
        regions = ["corridor", "central-asia"]
        [region.corridor]
        title = "Middle Corridor"
        add = ["caucasus", "ports"]
        phrases = ["Middle Corridor", "Срединный коридор"]
        without = ["corridor of power"]
        [region.ports]
        phrases = ["Aktau"]
        [region.central-asia]
        title = "Our desk"
        [[feed]]
        id = "a"
        url = "https://example.org/feed"
        [[test]]
        title = "Aktau grows"
        language = "EN"
        match = ["corridor"]
        no-match = ["central-asia"]
    "#;
    let config = read(text).unwrap();
    let own = |title: Option<&str>, add: &[&str], phrases: &[&str], without: &[&str]| OwnRegion {
        title: title.map(str::to_owned),
        words: Words {
            add: add.iter().map(|name| Selector::read(name)).collect(),
            phrases: phrases.iter().map(ToString::to_string).collect(),
            terms: Vec::new(),
            without: without.iter().map(ToString::to_string).collect(),
        },
    };
    let corridor = own(
        Some("Middle Corridor"),
        &["caucasus", "ports"],
        &["Middle Corridor", "Срединный коридор"],
        &["corridor of power"],
    );
    let expected = Rules {
        regions: vec!["corridor".to_owned(), "central-asia".to_owned()],
        own: [
            ("corridor".to_owned(), corridor),
            ("ports".to_owned(), own(None, &[], &["Aktau"], &[])),
            (
                "central-asia".to_owned(),
                own(Some("Our desk"), &[], &[], &[]),
            ),
        ]
        .into(),
        ..Rules::default()
    };
    assert_eq!(config.rules, expected);
    let test = RuleTest {
        title: "Aktau grows".to_owned(),
        language: Some("en".to_owned()),
        matches: vec!["corridor".to_owned()],
        no_match: vec!["central-asia".to_owned()],
        line: 15,
        ..RuleTest::default()
    };
    assert_eq!(config.tests, [test]);
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_do_no_harm() {
    let text = format!("\u{feff}{}", LEAST.replace('\n', "\r\n"));
    assert_eq!(read(&text), read(LEAST));
}

#[test]
fn a_file_is_read_from_disk() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("feeds.toml");
    std::fs::write(&path, LEAST).unwrap();
    let env = Env::from_pairs([("HOME", "/home/ann")]);
    let known = known();
    let config = load(&path, &env, &known).unwrap();
    assert_eq!(config.path, path);
    assert_eq!(config.feeds, [default_feed()]);
}

mod round_trip {
    //! What is printed is read back as the same.

    use proptest::prelude::*;

    use super::*;

    /// Printed and read again; lines of tests are lines of another text, so they are left out.
    fn check(text: &str) {
        let mut config = read(text).unwrap_or_else(|errors| panic!("{errors}\n{text}"));
        let printed = config.to_toml();
        let mut again = read(&printed).unwrap_or_else(|errors| panic!("{errors}\n{printed}"));
        for test in config.tests.iter_mut().chain(&mut again.tests) {
            test.line = 0;
        }
        assert_eq!(again, config, "{printed}");
        assert_eq!(again.to_toml(), printed);
    }

    #[test]
    fn of_the_least() {
        check(LEAST);
    }

    #[test]
    fn of_every_key() {
        check(
            r#"
            regions = ["own", "central-asia"]
            [daemon]
            listen = "[::1]:80"
            base-url = "https://example.org/news"
            state-dir = "s\t\"q\""
            cache-dir = "/c"
            user-agent = "desk/1 \\"
            contact = "desk@example.org"
            interval = "1h30m500ms"
            min-interval = "10m"
            backoff-base = "1s"
            backoff-max = "7d"
            freshness-max = "0s"
            host-pause-max = "2d1s"
            host-requests = 1
            host-spacing = "250ms"
            requests = 0x10
            connect-timeout = "1s"
            read-timeout = "2s"
            timeout = "3s"
            body-max = "1000kB"
            redirects-max = 0
            entries-max = 1_000
            proxy = "socks5h://127.0.0.1:9050"
            extra-ca = "ca.pem"
            allow-private = true
            [store]
            backend = "sled"
            cache = "1GiB"
            checkpoint = "30m"
            free-min = "0B"
            [publish]
            entries = 1
            window = "0s"
            content = "none"
            formats = ["json", "atom"]
            [filter]
            dedup = "off"
            backlog = "14d"
            [region.own]
            add = ["caucasus"]
            phrases = ["a \"b\" 'c'", "Қазақстан"]
            without = ["d\\e"]
            [[feed]]
            id = "b"
            url = "https://example.org/b?x=%20#top"
            dedup = "url"
            filter = "off"
            formerly = ["c"]
            headers = { "X-A.B" = "1", accept-language = "kk" }
            [[test]]
            text = """two
            lines"""
            no-match = ["own"]
            "#,
        );
    }

    #[test]
    fn of_every_rule() {
        check(&format!(
            "regions = [\"own\", \"central-asia\"]\n{}",
            r#"
            [filter]
            any = ["central-asia", "KZ", "@eu"]
            all = ["@eu"]
            none = ["@sport"]
            about = 0.3
            min = 2
            fields = { title = 3, text = 0.25, categories = 0 }
            datelines = "ignore"
            [group.eu]
            add = ["DE", "caucasus"]
            phrases = ["EU"]
            unless = ["@sport", "GB"]
            min = 1.5
            [group.sport]
            phrases = ["kokpar"]
            [region.own]
            add = ["caucasus", "AF"]
            terms = [
              { stem = "казахстан", language = "ru", weight = 0.5 },
              { text = "SCO", exact = true, fields = ["title", "categories"] },
              { text = "Turkestan", unless = ["Xinjiang", "history \"x\""] },
              { phrase = "Middle Corridor" },
              { wildcard = "нефт*" },
              { near = ["EU", "Asia"], distance = 0 },
              { near = ["посол", "казахстан"], language = "ru" },
              { regex = '\bTAPI "x"' },
            ]
            phrases = ["a \"b\" 'c'", "Қазақстан"]
            without = ["d\\e"]
            [[feed]]
            id = "b"
            url = "https://example.org/b"
            [[feed]]
            id = "c2"
            url = "https://example.org/c"
            filter = { any = [], about = 0, datelines = "count" }
            [[test]]
            title = "t"
            feed = "c2"
            categories = ["a"]
            expect = "out"
            why = ["@sport"]
            "#
        ));
    }

    #[test]
    fn secrets_in_addresses_are_not_printed() {
        let text = LEAST.replace("/feed", "/feed?token=hunter2&page=3");
        let printed = read(&text).unwrap().to_toml();
        assert!(!printed.contains("hunter2"), "{printed}");
        assert!(printed.contains("token=***&page=3"), "{printed}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn of_any_words(
            name in r#"[^\p{C}\s"\\]([^\p{C}"\\]{0,20}[^\p{C}\s"\\])?"#,
            phrases in prop::collection::btree_set("[\\p{L}\"'\\\\]{1,12}[a-zя]", 1..4),
            value in "[!-~]([ -~]{0,20}[!-~])?",
            seconds in 300_u64..100_000,
            bytes in 1_048_576_u64..1_000_000_000,
            text in any::<String>(),
        ) {
            let toml = |text: &str| toml::Value::String(text.to_owned()).to_string();
            let phrases: Vec<String> = phrases.iter().map(|phrase| toml(phrase)).collect();
            check(&format!(
                "regions = [\"own\"]\n\
                 [daemon]\ninterval = \"{seconds}s\"\n\
                 [store]\ncache = \"{bytes}B\"\n\
                 [region.own]\nphrases = [{}]\n\
                 [[feed]]\nid = \"a\"\nurl = \"https://example.org/\"\nname = {}\nheaders.x = {}\n\
                 [[test]]\ntitle = \"t\"\ntext = {}\nmatch = [\"own\"]\n",
                phrases.join(", "), toml(&name), toml(&value), toml(&text),
            ));
        }

        #[test]
        fn and_any_text_at_all_is_no_panic(text in any::<String>(), cut in 0..400_usize) {
            if let Err(errors) = read(&text) {
                errors.to_string();
            }
            let head: String = LEAST.chars().take(cut).collect();
            if let Err(errors) = read(&format!("{head}{text}")) {
                errors.to_string();
            }
        }
    }
}
