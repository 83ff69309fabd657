//! `classify --jsonl`: one stage alone, for test suites.

#![expect(
    clippy::unwrap_used,
    reason = "a test helper that cannot go on must say where"
)]

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Output, Stdio};
use std::thread;

use serde_json::Value;

/// More lines than wait for a thread at any time.
const MANY: usize = 3_000;

fn classify(lines: impl AsRef<[u8]>, jobs: &str) -> Output {
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

#[test]
fn what_is_null_is_absent_and_a_byte_order_mark_is_skipped() {
    let line = r#"{"id":1,"lang":null,"title":null,"text":"Astana hosts","categories":null}"#;
    let output = classify(format!("\u{feff}{line}\n"), "1");
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(said["countries"], Value::from(vec!["KZ"]));
}

#[test]
fn what_is_no_entry_is_refused_with_its_line() {
    let refused = |second: &[u8], expected: &str| {
        let output = classify([line(0).as_bytes(), b"\n", second, b"\n"].concat(), "1");
        let complained = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            !output.status.success() && complained.contains(expected),
            "{complained}"
        );
    };
    refused(
        br#"[1,"en","title","text",[]]"#,
        "line 2: an entry is an object",
    );
    refused(
        b"{\"id\":1,\"title\":\"\xFF\"}",
        "line 2: byte 18 of it is not UTF-8",
    );
    refused(br#"{"id":1,"title":7}"#, "line 2: invalid type");
}

#[test]
fn a_share_is_at_most_one() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nuncio"));
    command.args(["classify", "--jsonl", "--about", "1.5"]);
    let output = command.stdin(Stdio::null()).output().unwrap();
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(complained.contains("a share from 0 to 1"), "{complained}");
}

#[test]
fn it_ends_when_its_reader_goes_away() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nuncio"));
    command.args(["classify", "--jsonl", "--jobs", "2"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // As `yes` does: until nobody takes it.
    let writer = thread::spawn(move || while writeln!(stdin, "{}", line(0)).is_ok() {});
    let mut first = String::new();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    stdout.read_line(&mut first).unwrap();
    assert!(first.contains("KZ"), "{first}");
    drop(stdout);
    writer.join().unwrap();
    assert!(child.wait().unwrap().success());
}
