//! The filter language from outside: `check` runs its tests, `explain` says which rule decided.

use crate::support::daemon::Home;

const FEED: &str = "\n[[feed]]\nid = \"wire\"\nurl = \"https://example.org/feed\"\n";

const RULES: &str = r#"
regions = ["central-asia", "corridor"]

[filter]
none = ["@ball", "@rumours"]
about = 0.3

[region.corridor]
title = "Corridors"
terms = [
  { stem = "торговый путь", language = "ru" },
  { near = ["port", "ferry"], distance = 3, weight = 0.5 },
  { wildcard = "трубопровод*", unless = ["водопровод"] },
]

[group.ball]
phrases = ["football"]

[group.rumours]
terms = [{ regex = '(?i)sources? (say|said)', fields = ["title"] }]
"#;

const TESTS: &str = r#"
[[feed]]
id = "ministry"
url = "https://example.org/ministry"
default-country = "KZ"
filter = { none = [] }

[[test]]
title = "Строительство трубопроводов и торгового пути"
match = ["corridor"]
no-match = ["central-asia"]
why = ["трубопровод*", "торгового пути"]

[[test]]
title = "Sources say Kazakhstan will join"
expect = "out"
why = ["none", "@rumours"]

[[test]]
title = "Sources say the budget is ready"
feed = "ministry"
expect = "in"
match = ["central-asia"]
why = ["KZ"]

[[test]]
title = "Syria, Lebanon, Jordan and Oman agree"
text = "Kazakhstan was told."
expect = "out"
why = ["about"]
"#;

#[test]
fn tests_speak_the_whole_language() {
    let home = Home::new(&format!("{RULES}{FEED}{TESTS}"));
    let checked = home.run(&["check", "feeds.toml"], &[]);
    assert!(checked.status.success(), "{checked:?}");
    let said = String::from_utf8_lossy(&checked.stdout);
    assert_eq!(said, "feeds.toml: 2 feeds, 2 regions, 4 tests: ok\n");
    // What is printed means the same.
    let printed = home.run(&["config", "print"], &[]);
    let again = Home::new(&String::from_utf8_lossy(&printed.stdout));
    let checked = again.run(&["check", "feeds.toml"], &[]);
    assert!(checked.status.success(), "{checked:?}");
}

#[test]
fn a_test_that_fails_says_which_rule_decided() {
    let tests = r#"
[[test]]
title = "Sources say Kazakhstan will join"
match = ["central-asia"]
why = ["about"]

[[test]]
title = "Kazakhstan"
expect = "out"
no-match = ["central-asia"]
"#;
    let home = Home::new(&format!("{RULES}{FEED}{tests}"));
    let checked = home.run(&["check", "feeds.toml"], &[]);
    assert_eq!(checked.status.code(), Some(78), "{checked:?}");
    let said = String::from_utf8_lossy(&checked.stderr);
    for part in [
        "should match central-asia, but none: @rumours was found (found: Kazakhstan)",
        "\"about\" should have decided, but /(?i)sources? (say|said)/, @rumours, Sources say, none did",
        "should not match central-asia, but does by Kazakhstan",
        "should stay out, but matches central-asia by Kazakhstan",
    ] {
        assert!(said.contains(part), "{part}\n{said}");
    }
}

#[test]
fn a_text_is_explained_word_by_word() {
    let home = Home::new(&format!("{RULES}{FEED}"));
    let text = "Казахстан строит трубопровод\nFootball in Oman.";
    let explained = home.run(&["explain", text], &[]);
    let said = String::from_utf8_lossy(&explained.stdout);
    let expected = "\
out
central-asia: out, none: @ball was found (weight 2, share 0.4)
  title 0–9  Казахстан  → Kazakhstan (KZ)  2
corridor: out, none: @ball was found (weight 2, share 0.4)
  title 17–28  трубопровод  → трубопровод*  2
none @ball: found (weight 1)
  text 0–8  Football  → football  1
none @rumours: not found (weight 0)
elsewhere: places of no published region
  text 12–16  Oman  → Oman (OM)  1
";
    assert_eq!(said, expected);

    let json = home.run(&["explain", "--json", text], &[]);
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(json["regions"][0]["reason"]["rule"], "none");
    assert_eq!(json["regions"][0]["reason"]["by"], "@ball");
    let word = &json["regions"][0]["evidence"][0];
    assert_eq!(word["form"], "Казахстан");
    assert_eq!(word["country"], "KZ");
    assert_eq!((&word["start"], &word["end"]), (&0.into(), &18.into()));
}

#[test]
fn a_text_is_explained_as_an_entry_of_a_feed() {
    let home = Home::new(&format!("{RULES}{FEED}{TESTS}"));
    let explain = |args: &[&str]| {
        let args = [&["explain"], args].concat();
        let explained = home.run(&args, &[]);
        let said = String::from_utf8_lossy(&explained.stdout).into_owned();
        said.lines().next().unwrap_or_default().to_owned()
    };
    let text = "Sources say the budget is ready";
    assert_eq!(explain(&[text]), "out");
    assert_eq!(explain(&["--feed", "ministry", text]), "in");
    let unknown = home.run(&["explain", "--feed", "minstry", text], &[]);
    assert_eq!(unknown.status.code(), Some(1));
}

#[test]
fn a_name_that_does_not_exist_never_matches_everything() {
    let home = Home::new(&format!(
        "{}{FEED}",
        RULES.replace("\"@rumours\"]", "\"@rumors\"]")
    ));
    let checked = home.run(&["check", "feeds.toml"], &[]);
    assert_eq!(checked.status.code(), Some(78));
    let said = String::from_utf8_lossy(&checked.stderr);
    for part in [
        "there is no group `@rumors`",
        "did you mean `@rumours`?",
        "^^^^^^^^^",
        "feeds.toml:5:",
    ] {
        assert!(said.contains(part), "{said}");
    }
}
