//! Every mistake by itself: what is meant, what is said, what is advised.

use super::support::{check, check_whole, least_and, read};

#[test]
fn keys_in_the_wrong_place_are_sent_home() {
    check(
        "[publish]\ndedup = \"url\"",
        "dedup",
        "unknown key `dedup` in [publish]",
        "`dedup` belongs in [filter]",
    );
    check(
        "regions = []",
        "regions",
        "unknown key `regions` in [[feed]]",
        "`regions` stands at the top of the file, before the first [table]",
    );
    check(
        "[daemon]\nbase_url = \"https://example.org\"",
        "base_url",
        "unknown key `base_url` in [daemon]",
        "did you mean `base-url`?",
    );
    check(
        "[store]\nzzz = 1",
        "zzz",
        "unknown key `zzz` in [store]",
        "keys here: `backend`, `cache`, `checkpoint`, `free-min`",
    );
    check(
        "[regoin.x]\n",
        "regoin",
        "unknown key `regoin` at the top of the file",
        "did you mean `region`",
    );
}

#[test]
fn keys_of_a_later_version_are_refused() {
    for (table, key) in [
        ("", "include"),
        ("[store]", "postgres"),
        ("[publish]", "tokens"),
        ("[filter]", "languages"),
        (
            "[[feed]]\nid = \"b\"\nurl = \"https://example.org/b\"",
            "auth",
        ),
    ] {
        let message = format!("`{key}` is not known to this version yet");
        let text = if table.is_empty() {
            format!("{key} = []\n{}", least_and(""))
        } else {
            least_and(&format!("{table}\n{key} = []\n"))
        };
        check_whole(&text, key, &message, "take it out");
    }
    check(
        "dedup = \"story\"",
        "\"story\"",
        "`story` is not known to this version yet",
        "dedup = \"url\"",
    );
    check(
        "[store]\nbackend = \"postgres\"",
        "\"postgres\"",
        "`postgres` is not known to this version yet",
        "the store is sled",
    );
}

#[test]
fn values_out_of_bounds_are_told_the_bounds() {
    let check_key = |line: &str, value: &str, message: &str, hint: &str| {
        check(&format!("[daemon]\n{line}"), value, message, hint);
    };
    check_key(
        "interval = \"4m59s\"",
        "\"4m59s\"",
        "`interval` is 4m59s, which is out of bounds",
        "from 5m to 30d: publishers mind",
    );
    check_key(
        "timeout = \"0s\"",
        "\"0s\"",
        "`timeout` is 0s, which is out of bounds",
        "from 1ms to 1h",
    );
    check_key(
        "requests = 0",
        "0",
        "`requests` is 0, which is out of bounds",
        "from 1 to 1024",
    );
    check_key(
        "requests = -1",
        "-1",
        "`requests` is -1, which is out of bounds",
        "from 1 to 1024",
    );
    check_key(
        "requests = 99999999999999999999",
        "99999999999999999999",
        "`requests` is 99999999999999999999, which is out of bounds",
        "from 1 to 1024",
    );
    check_key(
        "body-max = \"65MiB\"",
        "\"65MiB\"",
        "`body-max` is 65MiB, which is out of bounds",
        "from 1KiB to 64MiB",
    );
    check_key(
        "backoff-base = \"2h\"\nbackoff-max = \"1h\"",
        "\"1h\"",
        "`backoff-max` is 1h, which is out of bounds",
        "from 2h to 30d",
    );
    check(
        "interval = \"1m\"",
        "\"1m\"",
        "`interval` is 1m, which is out of bounds",
        "allow-private = true",
    );
}

#[test]
fn values_of_a_wrong_type_are_told_the_right_one() {
    let check_key = |line: &str, value: &str, message: &str, hint: &str| {
        check(&format!("[daemon]\n{line}"), value, message, hint);
    };
    check_key(
        "allow-private = \"yes\"",
        "\"yes\"",
        "`allow-private` is a text, not true or false",
        "without quotes",
    );
    check_key(
        "requests = \"2\"",
        "\"2\"",
        "`requests` is a text, not a whole number",
        "requests = 64",
    );
    check_key(
        "body-max = 1.5",
        "1.5",
        "`body-max` is a number without a unit",
        "\"10MiB\"",
    );
    check_key(
        "timeout = true",
        "true",
        "`timeout` is true or false, not a text",
        "with a unit",
    );
    check_key(
        "proxy = 1979-05-27",
        "1979-05-27",
        "`proxy` is a date, not a text",
        "quotes",
    );
    check(
        "formerly = \"b\"",
        "\"b\"",
        "`formerly` is a text, not a list of texts",
        "formerly = [",
    );
    check(
        "formerly = [1]",
        "1",
        "`formerly` is a whole number, not a text",
        "formerly = [",
    );
    check(
        "headers = []",
        "[]",
        "`headers` is a list, not a table",
        "headers = {",
    );
    check(
        "headers = { a = 1 }",
        "1",
        "`a` is a whole number, not a text",
        "headers = {",
    );
    check(
        "filter = true",
        "true",
        "`filter` is true or false, not \"off\" or a table",
        "filter = \"off\"",
    );
    let text = "regions = [\"caucasus\"]\n[feed]\nid = \"a\"\n";
    check_whole(
        text,
        "[feed]",
        "`feed` is a table, not a list of tables",
        "[[feed]]",
    );
}

#[test]
fn names_and_words_are_checked() {
    check(
        "filter = \"on\"",
        "\"on\"",
        "`on` is no filter",
        "filter = \"off\"",
    );
    check(
        "language = \"kz\"",
        "\"kz\"",
        "`kz` is a country, not a language",
        "`kk`",
    );
    check(
        "time-zone = \"Almaty\"",
        "\"Almaty\"",
        "`Almaty` is no time zone",
        "\"Asia/Almaty\"",
    );
    check(
        "default-country = \"Kazakhstan\"",
        "\"Kazakhstan\"",
        "`Kazakhstan` is no code of a country",
        "`KZ`",
    );
    check(
        "name = \" \"",
        "\" \"",
        "`name` is empty",
        "leave `name` out",
    );
    check(
        "folder = \"a\\nb\"",
        "\"a\\nb\"",
        "`folder` holds a line break or another control character",
        "one line",
    );
    check(
        "formerly = [\"B\"]",
        "\"B\"",
        "`B` is no feed id: a feed id is 1 to 64 lower-case letters, digits and single hyphens between them",
        "mfa-kz",
    );
    check(
        "[publish]\nformats = [\"atom\", \"rdf\"]",
        "\"rdf\"",
        "`rdf` is no format",
        "known here: `atom`, `rss`, `json`",
    );
    check(
        "[publish]\nformats = [\"atom\", \"atom\"]",
        "\"atom\"",
        "`atom` stands here twice",
        "take one out",
    );
    check(
        "[publish]\nformats = []",
        "[]",
        "`formats` is empty",
        "for all",
    );
    check(
        "headers = { a = \"1\", A = \"2\" }",
        "a",
        "the header `a` stands here twice",
        "take one out",
    );
}

#[test]
fn feeds_are_checked_against_each_other() {
    let second =
        |more: &str| format!("[[feed]]\nid = \"b\"\nurl = \"https://example.org/b\"\n{more}");
    check(
        &second("formerly = [\"a\"]"),
        "\"a\"",
        "`a` is a feed of today, on line 5",
        "no feed has any more",
    );
    check(
        &second("formerly = [\"b\"]"),
        "\"b\"",
        "`b` is a feed of today, on line 9",
        "no feed has any more",
    );
    check(
        &format!("formerly = [\"old\"]\n{}", second("formerly = [\"old\"]")),
        "\"old\"",
        "`old` is claimed twice; the other claim stands on line 8",
        "only one feed",
    );
    check(
        "[[feed]]\nid = \"b\"\nurl = \"https://example.org/feed\"",
        "\"https://example.org/feed\"",
        "this address has a feed already, on line 6",
        "asked twice",
    );
    let other_document =
        "[[feed]]\nid = \"b\"\nurl = \"https://example.org/feed\"\nheaders.x = \"1\"";
    assert!(read(&least_and(other_document)).is_ok());
}

#[test]
fn regions_are_checked() {
    let feed = "[[feed]]\nid = \"a\"\nurl = \"https://example.org/feed\"";
    check_whole(
        &format!("regions = []\n{feed}"),
        "[]",
        "`regions` is empty, so nothing would be published",
        "`caucasus`, `central-asia`, `south-asia`",
    );
    check_whole(
        &format!("regions = [\"africa\"]\n{feed}"),
        "\"africa\"",
        "there is no region `africa`",
        "known here: `caucasus`, `central-asia`, `south-asia`",
    );
    check_whole(
        &format!("regions = [\"caucasus\", \"all\"]\n{feed}"),
        "\"all\"",
        "there is no region `all`",
        "always published",
    );
    check_whole(
        &format!("regions = [\"caucasus\", \"caucasus\"]\n{feed}"),
        "\"caucasus\"",
        "`caucasus` stands here twice",
        "take one out",
    );
    check(
        "[region.operator]\nphrases = [\"x\"]",
        "operator",
        "a region cannot be called `operator`",
        "another name",
    );
    check(
        "[region.\"Our desk\"]\nphrases = [\"x\"]",
        "\"Our desk\"",
        "`Our desk` is no name of a region",
        "lower-case letters",
    );
    check(
        "[region.own]\ntitle = \"Own\"",
        "own",
        "the region `own` matches nothing",
        "phrases = ",
    );
    check(
        "[region.a]\nadd = [\"b\"]\n[region.b]\nadd = [\"c\"]\n[region.c]\nadd = [\"a\"]",
        "a",
        "the region `a` adds itself: a → b → c → a",
        "take one of these out",
    );
    check(
        "[region.a]\nadd = [\"caucasia\"]",
        "\"caucasia\"",
        "`caucasia` is no region, country or group",
        "did you mean `caucasus`?",
    );
    check(
        "[region.a]\nphrases = [\"--\"]",
        "\"--\"",
        "`--` holds no word",
        "write a word",
    );
}

#[test]
fn tests_are_checked() {
    check(
        "[[test]]\ntitle = \"t\"\nmatch = [\"caucasus\"]",
        "\"caucasus\"",
        "the region `caucasus` is not published, so no test can ask for it",
        "known here: `central-asia`",
    );
    check(
        "[[test]]\nmatch = [\"central-asia\"]",
        "[[test]]",
        "this test has neither `title` nor `text` nor `categories`",
        "title = ",
    );
    check(
        "[[test]]\ntitle = \"t\"",
        "[[test]]",
        "this test expects nothing",
        "no-match = ",
    );
    check(
        "[[test]]\ntitle = \"t\"\nmatch = [\"central-asia\"]\nno-match = [\"central-asia\"]",
        "[[test]]",
        "`central-asia` must match and must not match",
        "take it out",
    );
}
