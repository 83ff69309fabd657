//! What a person sees at 3 a.m.

use std::path::Path;

use super::support::{LEAST, known, read};
use crate::config::{Env, KnownNames, load, parse};

/// The whole text, as printed.
fn told(text: &str) -> String {
    read(text).unwrap_err().to_string()
}

#[test]
fn several_mistakes_are_told_at_once() {
    let text = r#"
regions = ["central_asia"]
intervall = "30m"

[daemon]
listen = "localhost:8585"
interval = 30
websub = true

[publish]
	content = "ful"

[[feed]]
id = "mfa-kz"
url = "https://example.org/feed"

[[feed]]
id = "mfa-kz"
tier = "offical"
"#;
    let expected = r#"error: there is no region `central_asia`
 --> /etc/nuncio/feeds.toml:2:12
  |
2 | regions = ["central_asia"]
  |            ^^^^^^^^^^^^^^
  = hint: did you mean `central-asia`?

error: unknown key `intervall` at the top of the file
 --> /etc/nuncio/feeds.toml:3:1
  |
3 | intervall = "30m"
  | ^^^^^^^^^
  = hint: did you mean `interval`? `interval` belongs in [daemon]

error: `localhost:8585` is no address to listen on
 --> /etc/nuncio/feeds.toml:6:10
  |
6 | listen = "localhost:8585"
  |          ^^^^^^^^^^^^^^^^
  = hint: names are not looked up here: write "127.0.0.1:8585" or "[::1]:8585"

error: `interval` is a number without a unit
 --> /etc/nuncio/feeds.toml:7:12
  |
7 | interval = 30
  |            ^^
  = hint: write a number with a unit, in quotes: "30m", "20s", "1h30m"

error: `websub` is not known to this version yet
 --> /etc/nuncio/feeds.toml:8:1
  |
8 | websub = true
  | ^^^^^^
  = hint: take it out: this version of nuncio would not do what `websub` asks for

error: `ful` is no content
  --> /etc/nuncio/feeds.toml:11:12
   |
11 | 	content = "ful"
   | 	          ^^^^^
   = hint: did you mean `full`?

error: feed `mfa-kz` has no `url`
  --> /etc/nuncio/feeds.toml:17:1
   |
17 | [[feed]]
   | ^^^^^^^^
   = hint: give its address: url = "https://…"

error: two feeds are called `mfa-kz`; the other stands on line 14
  --> /etc/nuncio/feeds.toml:18:6
   |
18 | id = "mfa-kz"
   |      ^^^^^^^^
   = hint: give one of them another id; what is known of a feed hangs on it

error: `offical` is no tier
  --> /etc/nuncio/feeds.toml:19:8
   |
19 | tier = "offical"
   |        ^^^^^^^^^
   = hint: did you mean `official`?

9 errors in /etc/nuncio/feeds.toml"#;
    assert_eq!(told(text), expected);
}

#[test]
fn an_empty_file_is_told_what_it_needs() {
    let expected = r#"error: `regions` is missing, so nothing would be published
 --> /etc/nuncio/feeds.toml
  = hint: write regions = ["…"] at the top; regions there are: `caucasus`, `central-asia`, `south-asia`

error: there is no feed, so nothing would be read
 --> /etc/nuncio/feeds.toml
  = hint: add one: [[feed]], and below it id = "…" and url = "https://…"

2 errors in /etc/nuncio/feeds.toml"#;
    assert_eq!(told(""), expected);
}

#[test]
fn what_is_no_toml_is_told_in_its_own_words() {
    let expected = r"error: not valid TOML: missing comma between array elements, expected `,`
 --> /etc/nuncio/feeds.toml:3:1
  |
3 | [[feed]]
  | ^
  = hint: end the list with ] and put commas between its items

1 error in /etc/nuncio/feeds.toml";
    assert_eq!(
        told("regions = [\"central-asia\"\n\n[[feed]]\nid = \"a\"\n"),
        expected
    );
    let expected = r#"error: not valid TOML: string values must be quoted, expected literal string
 --> /etc/nuncio/feeds.toml:1:12
  |
1 | regions = [қазақстан]
  |            ^^^^^^^^^
  = hint: write texts in "quotes"

1 error in /etc/nuncio/feeds.toml"#;
    assert_eq!(told("regions = [қазақстан]"), expected);
}

#[test]
fn a_file_that_cannot_be_read_is_told_what_to_do() {
    let dir = tempfile::tempdir().unwrap();
    let check = |name: &str, words: &[&str]| {
        let path = dir.path().join(name);
        let known = KnownNames::default();
        let told = load(&path, &Env::default(), &known)
            .unwrap_err()
            .to_string();
        for word in words {
            assert!(told.contains(word), "{told}");
        }
    };
    check(
        "none.toml",
        &[
            "error: there is no file ",
            "make one from the shipped feeds.toml",
        ],
    );
    check(
        "",
        &["cannot read ", "name the file itself, not its directory"],
    );
    std::fs::write(dir.path().join("latin"), b"# caf\xe9\nname = 1\n").unwrap();
    check(
        "latin",
        &[
            "latin:1:6\n",
            "this is not UTF-8",
            "1 | # caf\u{fffd}\n  |      ^\n",
        ],
    );
}

#[test]
fn a_home_is_needed_for_what_is_kept() {
    let known = known();
    let told = parse(LEAST, Path::new("feeds.toml"), &Env::default(), &known).unwrap_err();
    let told = told.to_string();
    assert!(
        told.contains("there is no place for the STATE_DIRECTORY"),
        "{told}"
    );
    assert!(told.contains("set `cache-dir` in [daemon]"), "{told}");
    assert!(told.ends_with("2 errors in feeds.toml"), "{told}");
}

#[test]
fn no_secret_is_told() {
    for line in [
        r#"url = "https://joe:hunter2@example.org/""#,
        r#"headers = { Authorization = "Bearer hunter2" }"#,
        r#"headers = { Cookie = "hunter2" }"#,
        r#"headers = { X-Api-Key = "hunter2", Host = 1 }"#,
        r#"auth = { user = "joe", password = "hunter2" }"#,
        r#"auth = { user = "joe" password = "hunter2" }"#,
        r#"auth = "hunter2"#,
        r#"url = "htp://example.org/?token=hunter2""#,
        r#"headers = { X-Token = "hunter2"#,
    ] {
        let told = told(&format!("{LEAST}\n[[feed]]\nid = \"b\"\n{line}\n"));
        assert!(!told.contains("hunter2"), "{told}");
    }
}
