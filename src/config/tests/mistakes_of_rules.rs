//! Mistakes in filters, groups, terms and tests, like those of [`super::mistakes`].

use super::support::{check, check_whole, least_and, read};

#[test]
fn selectors_are_checked() {
    let check_key = |line: &str, value: &str, message: &str, hint: &str| {
        check(&format!("[filter]\n{line}"), value, message, hint);
    };
    check_key(
        "any = [\"central_asia\"]",
        "\"central_asia\"",
        "`central_asia` is no region, country or group",
        "did you mean `central-asia`?",
    );
    check_key(
        "all = [\"kz\"]",
        "\"kz\"",
        "`kz` is no region, country or group",
        "did you mean `KZ` (Kazakhstan)?",
    );
    check_key(
        "all = [\"Kazakhstan\"]",
        "\"Kazakhstan\"",
        "`Kazakhstan` is no region, country or group",
        "did you mean `KZ` (Kazakhstan)?",
    );
    check_key(
        "none = [\"sport\"]",
        "\"sport\"",
        "`sport` is no region, country or group",
        "did you mean `@sport`?",
    );
    check_key(
        "none = [\"@sports\"]",
        "\"@sports\"",
        "there is no group `@sports`",
        "did you mean `@sport`?",
    );
    check_key(
        "none = [\"QQ\"]",
        "\"QQ\"",
        "`QQ` is no region, country or group",
        "a country is written by its code in capitals",
    );
    check_key(
        "none = [\"KZ\", \"KZ\"]",
        "\"KZ\"",
        "`KZ` stands here twice",
        "take one out",
    );
    let feed = "[[feed]]\nid = \"a\"\nurl = \"https://example.org/feed\"";
    check_whole(
        &format!("regions = [\"KZ\"]\n{feed}"),
        "\"KZ\"",
        "there is no region `KZ`",
        "[region.kz] with add = [\"KZ\"]",
    );
}

#[test]
fn filters_are_checked() {
    check(
        "[filter]\nany = []",
        "[]",
        "`any` is empty, so it asks for nothing",
        "or leave it out",
    );
    check(
        "[filter]\nabout = 15",
        "15",
        "`about` is 15, which is out of bounds",
        "from 0 to 1: it is a share",
    );
    check(
        "[filter]\nmin = -1",
        "-1",
        "`min` is -1, which is out of bounds",
        "from 0 to 1000",
    );
    check(
        "[filter]\nabout = \"15%\"",
        "\"15%\"",
        "`about` is a text, not a number",
        "about = 0.5",
    );
    check(
        "[filter]\nfields = { summary = 1 }",
        "summary",
        "unknown key `summary` in `fields`",
        "`title`, `text`, `categories`",
    );
    check(
        "[filter]\nfields = { title = 0, text = 0, categories = 0 }",
        "{ title = 0, text = 0, categories = 0 }",
        "no part of an entry would count",
        "more than 0",
    );
    check(
        "[filter]\nall = [\"KZ\"]\nnone = [\"KZ\"]",
        "[\"KZ\"]",
        "`KZ` is asked for and forbidden, so nothing would pass",
        "take it out of `none`",
    );
    check("filter = {}", "{}", "this filter says nothing", "about = 0");
    check(
        "filter = { dedup = \"off\" }",
        "dedup",
        "unknown key `dedup` in the filter of a feed",
        "belongs in [filter]",
    );
    check(
        "filter = { none = [\"@sports\"] }",
        "\"@sports\"",
        "there is no group `@sports`",
        "@sport",
    );
    // What a feed sets to nothing asks for nothing; of several, one that may come is enough.
    for fine in [
        "filter = { any = [] }",
        "[filter]\nany = [\"KZ\", \"UZ\"]\nnone = [\"KZ\"]",
    ] {
        assert!(read(&least_and(fine)).is_ok(), "{fine}");
    }
}

#[test]
fn groups_are_checked() {
    check(
        "[group.eu]\nmin = 1",
        "eu",
        "the group `@eu` matches nothing",
        "phrases = ",
    );
    check(
        "[group.EU]\nphrases = [\"EU\"]",
        "EU",
        "`EU` is no name of a group",
        "lower-case",
    );
    check(
        "[group.a]\nadd = [\"@b\"]\n[group.b]\nadd = [\"@a\"]",
        "a",
        "the group `@a` adds itself: @a → @b → @a",
        "take one of these out",
    );
    check(
        "[group.a]\nphrases = [\"x\"]\nunless = [\"@a\"]",
        "a",
        "the group `@a` would never be found beside itself",
        "take it out",
    );
}

#[test]
fn an_empty_unless_is_a_mistake() {
    check(
        "[group.a]\nphrases = [\"x\"]\nunless = []",
        "[]",
        "`unless` is empty, so nothing speaks against it",
        "leave it out",
    );
}

#[test]
fn all_names_are_listed_once() {
    let errors = read(&least_and(
        "[filter]\nany = [\"@xxxxx\", \"@yyyyy\", \"@zzzzz\"]",
    ));
    let said = errors.unwrap_err().to_string();
    assert_eq!(said.matches("groups there are: ").count(), 1, "{said}");
    assert_eq!(said.matches("they are listed above").count(), 2, "{said}");
}

#[track_caller]
fn check_term(term: &str, value: &str, message: &str, hint: &str) {
    let text = format!("[region.caucasus]\nterms = [{term}]");
    check(&text, value, message, hint);
}

#[test]
fn terms_are_checked() {
    let whole = |term: &str, message: &str, hint: &str| check_term(term, term, message, hint);
    whole("\"x\"", "`terms` is a text, not a table", "`phrases`");
    whole(
        "{ weight = 1 }",
        "this term looks for nothing",
        "`stem`, `text`, `phrase`, `wildcard`, `near`, `regex`",
    );
    whole(
        "{ text = \"a\", regex = 'b' }",
        "this term has `text` and `regex` at once",
        "a term of each",
    );
    whole(
        "{ stem = \"abc\" }",
        "a `stem` needs its `language`",
        "languages there are: `en`, `kk`, `ru`",
    );
    check_term(
        "{ stem = \"abc\", language = \"tlh\" }",
        "\"tlh\"",
        "words of `tlh` cannot be inflected",
        "`en`, `kk`, `ru`",
    );
    check_term(
        "{ text = \"a\", lang = \"ru\" }",
        "lang",
        "unknown key `lang` in terms",
        "did you mean `language`?",
    );
    check_term(
        "{ text = \"a\", language = \"ru\" }",
        "\"ru\"",
        "`language` means nothing beside `text`",
        "it goes with `stem` and `near`",
    );
    check_term(
        "{ phrase = \"a\", exact = true }",
        "true",
        "`exact` means nothing beside `phrase`",
        "it goes with `text`",
    );
}

#[test]
fn what_restricts_a_term_is_checked() {
    check_term(
        "{ text = \"—\" }",
        "\"—\"",
        "`—` holds no word",
        "write a word",
    );
    check_term(
        "{ text = \"a\", unless = [\"!\"] }",
        "\"!\"",
        "`!` holds no word",
        "write a word",
    );
    check_term(
        "{ text = \"a\", unless = [] }",
        "[]",
        "`unless` is empty, so nothing speaks against it",
        "leave it out",
    );
    check_term(
        "{ stem = \"ЕС\", language = \"ru\" }",
        "\"ЕС\"",
        "`ЕС` is too short to be inflected: other words would be its forms",
        "text = ",
    );
    check_term(
        "{ text = \"a\", weight = 0 }",
        "0",
        "`weight` is 0, which is out of bounds",
        "from 0.001 to 100",
    );
    check_term(
        "{ text = \"a\", fields = [\"summary\"] }",
        "\"summary\"",
        "`summary` is no field",
        "`title`, `text`, `categories`",
    );
    check_term(
        "{ text = \"a\", fields = [] }",
        "[]",
        "`fields` is empty, so this term is never found",
        "`title`",
    );
}

#[test]
fn wildcards_distances_and_expressions_are_checked() {
    check_term(
        "{ wildcard = \"oil\" }",
        "\"oil\"",
        "`oil` has neither `*` nor `?`",
        "text = ",
    );
    check_term(
        "{ wildcard = \"a*b\" }",
        "\"a*b\"",
        "`a*b` would be found nearly everywhere",
        "two letters",
    );
    check_term(
        "{ wildcard = \"oil*a*b*c*\" }",
        "\"oil*a*b*c*\"",
        "`oil*a*b*c*` has more than 3 `*`",
        "regex",
    );
    check_term(
        "{ near = [\"EU\"] }",
        "[\"EU\"]",
        "`near` names 1 texts",
        "from 2 to 8",
    );
    check_term(
        "{ near = [\"EU\", \"Asia\"], distance = 51 }",
        "51",
        "`distance` is 51, which is out of bounds",
        "from 0 to 50",
    );
    check_term(
        "{ regex = '(' }",
        "'('",
        "`(` is no regular expression: unclosed group",
        "docs.rs/regex",
    );
    check_term(
        "{ regex = 'a*' }",
        "'a*'",
        "`a*` matches where nothing is",
        "at least one letter",
    );
    check_term(
        r"{ regex = '\w{5000}\w{5000}' }",
        r"'\w{5000}\w{5000}'",
        r"`\w{5000}\w{5000}` is no regular expression: Compiled regex exceeds size limit of 1048576 bytes.",
        "docs.rs/regex",
    );
}

#[test]
fn tests_are_checked_against_the_rest_of_the_file() {
    check(
        "[[test]]\ntitle = \"t\"\nexpect = \"maybe\"",
        "\"maybe\"",
        "`maybe` is no expect",
        "known here: `in`, `out`",
    );
    check(
        "[[test]]\ntitle = \"t\"\nexpect = \"in\"\nfeed = \"b\"",
        "\"b\"",
        "there is no feed `b`",
        "`a`",
    );
    check(
        "[[test]]\ntitle = \"t\"\nexpect = \"out\"\nmatch = [\"central-asia\"]",
        "[[test]]",
        "this test must stay out and must match a region",
        "take out `expect` or `match`",
    );
}
