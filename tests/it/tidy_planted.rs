//! Planted violations: what `tidy` is there to catch, and what it must let pass.

use crate::support::source::Source;
use crate::tidy::violations;

fn check(path: &str, text: &str, expected: &[&str]) {
    let source = Source {
        path: path.to_owned(),
        text: text.to_owned(),
    };
    let expected: Vec<String> = expected
        .iter()
        .map(|what| format!("{path}:{what}"))
        .collect();
    assert_eq!(violations(&source), expected, "{text}");
}

#[test]
fn forbidden_imports_are_caught() {
    check(
        "src/schedule/policy.rs",
        "//! x\nuse crate::{model::{A, B}, fetch::Get};",
        &["2: schedule may not name fetch"],
    );
    check(
        "src/parse/atom.rs",
        "//! x\nuse crate::model::A;\nfn f() { crate::store::x() }",
        &["3: parse may not name store"],
    );
    check(
        "src/rogue.rs",
        "//! x",
        &["1: module rogue is not in the import table"],
    );
    check(
        "src/telemetry.rs",
        "//! x\nuse super::engine::X;",
        &["2: telemetry may not name engine"],
    );
    check(
        "src/fetch/guard.rs",
        "//! x\nuse super::super::store::X;",
        &["2: super::super hides which layer is meant: write crate::"],
    );
    check(
        "src/main.rs",
        "//! x\nuse nuncio::{app, store::Store};",
        &["2: main may not name store"],
    );
    check(
        "src/engine/poller.rs",
        "//! x\nuse crate::config::Config;",
        &["2: engine may not name config"],
    );
    check(
        "src/publish/atom.rs",
        "//! x\n#[cfg(test)]\nmod tests { use crate::parse::parse; }",
        &["3: publish may not name parse"],
    );
}

#[test]
fn crates_outside_their_home_are_caught() {
    check(
        "src/engine/poller.rs",
        "//! x\nfn f() { reqwest::get() }",
        &[
            "2: reqwest belongs in src/fetch/: every request passes the address guard and the \
           limits there",
        ],
    );
    check(
        "src/store/record/entry.rs",
        "//! x\nuse sled::Db;",
        &[
            "2: sled belongs in src/store/sled/: it survives a crash only in the one way it is \
           used there",
        ],
    );
    check(
        "src/publish/atom.rs",
        "//! x\nfn f() { SafeHtml::from_sanitised(x) }",
        &[
            "2: from_sanitised belongs in src/normalise/ or src/store/ or src/model/html.rs: anything else could publish markup \
           that was never sanitised",
        ],
    );
    check(
        "src/dedup/decide.rs",
        "//! x\nuse tokio::sync::watch;\nfn f() { tracing::info!(\"x\"); std::fs::read(y) }",
        &[
            "2: dedup only computes and may not name tokio",
            "3: dedup only computes and may not name tracing",
            "3: dedup only computes and may not name std::fs",
        ],
    );
}

#[test]
fn files_that_break_a_habit_are_caught() {
    check(
        "src/clock.rs",
        "use std::fmt;\n",
        &["1: the file does not say what it is: start with //!"],
    );
    check(
        "src/clock.rs",
        &format!("//! x\n{}", "\n".repeat(600)),
        &["601: 601 lines, more than 600: split it"],
    );
    check(
        "src/main.rs",
        &format!("//! x\n{}", "\n".repeat(80)),
        &["81: 81 lines, more than 80: split it"],
    );
    check(
        "src/fetch/mod.rs",
        "//! x\n#[derive(Debug)]\npub struct A { b: C }\npub mod d { }\nuse e::F;",
        &[
            "3: only docs, mod and use belong here",
            "4: only docs, mod and use belong here",
        ],
    );
    check(
        "tests/it/fetch.rs",
        "//! x\n// TODO: later\n// TODO-cleanup: later\n// TODO-cleanup(#7): later\n\
         #[ignore]\n#[should_panic(expected = \"y\")]",
        &[
            "2: write TODO-KIND(#issue): with one of the kinds tidy.rs lists",
            "3: write TODO-KIND(#issue): with one of the kinds tidy.rs lists",
            "5: no #[ignore]",
            "6: no #[should_panic]",
        ],
    );
}

#[test]
fn traces_of_a_workplace_are_caught() {
    let (work, pip) = (concat!("/wo", "rk/"), concat!("--index", "-url"));
    check(
        "README.md",
        &format!("as in {work}main"),
        &[&format!(
            "1: {work} is where somebody worked, not part of this"
        )],
    );
    check(
        "scripts/x.sh",
        &format!("pip {pip} http://mirror"),
        &[&format!(
            "1: {} is where somebody worked, not part of this",
            pip.trim_start_matches('-')
        )],
    );
    check(
        "Cargo.lock",
        "name = \"a\"\nsource = \"registry+https://mirror.example/\"",
        &["2: a crate that does not come from crates.io"],
    );
}

#[test]
fn what_is_allowed_passes() {
    for (path, text) in [
        (
            "src/model/url.rs",
            "//! x\n//! [`crate::store`]\nuse url::Url;\n// crate::store",
        ),
        (
            "src/engine/poller.rs",
            "//! x\nuse crate::fetch::Http;\nuse tokio::select;",
        ),
        ("src/store/sled/writer.rs", "//! x\nuse sled::Batch;"),
        (
            "src/store/mod.rs",
            "//! x\npub mod sled;\npub use self::sled::SledStore;",
        ),
        (
            "src/publish/atom.rs",
            "//! x\n#[cfg(test)]\nmod tests { use super::*; fn f() { SafeHtml::from_sanitised(x); std::fs::read(y); } }",
        ),
        (
            "src/config/tests.rs",
            "//! x\nuse super::*;\nfn f() { std::fs::read(y); }",
        ),
        (
            "src/store/sled/tests/mod.rs",
            "//! x\nmod files;\nfn f() { super::super::open() }",
        ),
        (
            "src/classify/data/countries.rs",
            &format!("//! x\n{}", "\n".repeat(5_000)),
        ),
        (
            "src/lib.rs",
            "//! x\n#![deny(a)]\npub mod b;\n#[cfg(test)]\nmod tests;\npub(crate) use b::{C, D};",
        ),
        (
            "tests/fixtures/feeds/a.xml",
            concat!("<link>https://example.org/wo", "rk/1</link>"),
        ),
    ] {
        check(path, text, &[]);
    }
}
