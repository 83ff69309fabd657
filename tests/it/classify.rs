//! `classify --jsonl`: one stage alone, for test suites.

#![expect(
    clippy::unwrap_used,
    reason = "a test helper that cannot go on must say where"
)]

use std::fmt::Write as _;
use std::fs::{self, File};
use std::process::{Command, Output};

use serde_json::Value;

/// More lines than wait for a thread at any time.
const MANY: usize = 3_000;

fn classify(lines: &str, jobs: &str) -> Output {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("lines");
    fs::write(&path, lines).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_nuncio"));
    command.args(["classify", "--jsonl", "--jobs", jobs]);
    command.stdin(File::open(&path).unwrap()).output().unwrap()
}

fn line(id: usize) -> String {
    let title = [
        "Astana hosts a summit",
        "Nothing here",
        "Узбекистан и Китай",
    ][id % 3];
    format!(
        r#"{{"id":{id},"lang":"{}","title":"{title}","text":""}}"#,
        ["en", "en", "ru"][id % 3]
    )
}

#[test]
fn every_line_is_answered_in_its_order() {
    let mut lines = String::new();
    for id in 0..MANY {
        // Empty lines and other line ends are none of the sender's mistakes.
        write!(lines, "{}{}", line(id), ["\n", "\r\n", "\n\n"][id % 3]).unwrap();
    }
    let lines = lines.trim_end();
    let outputs = ["1", "3"].map(|jobs| classify(lines, jobs).stdout);
    assert_eq!(outputs[0], outputs[1]);
    let said = String::from_utf8_lossy(&outputs[0]).into_owned();
    assert_eq!(said.lines().count(), MANY);
    for (id, said) in said.lines().enumerate() {
        let said: Value = serde_json::from_str(said).unwrap();
        assert_eq!(said["id"], id);
        let countries = [vec!["KZ"], vec![], vec!["CN", "UZ"]];
        assert_eq!(said["countries"], Value::from(countries[id % 3].clone()));
    }
}

#[test]
fn a_line_that_cannot_be_read_ends_it_with_its_number() {
    let mut lines = format!("{}\n\nno JSON\n", line(0));
    for id in 1..MANY {
        writeln!(lines, "{}", line(id)).unwrap();
    }
    let output = classify(&lines, "1");
    assert!(!output.status.success());
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(complained.contains("line 3: "), "{complained}");
}
