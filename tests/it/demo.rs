//! `nuncio demo`: what a stranger sees in the first minute is what it should be, on every machine.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

/// The demo with nothing of the environment but a directory for temporary files.
fn demo(args: &[&str], tmp: &TempDir) -> Command {
    demo_in(args, tmp.path())
}

fn demo_in(args: &[&str], tmp: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nuncio"));
    command
        .arg("demo")
        .args(args)
        .env_clear()
        .env("TMPDIR", tmp)
        .current_dir(tmp)
        .stdin(Stdio::null());
    command
}

fn left_behind(tmp: &TempDir) -> Vec<String> {
    let entries = fs::read_dir(tmp.path()).unwrap();
    entries
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect()
}

#[test]
fn the_demo_shows_what_it_should_and_leaves_nothing_behind() {
    let tmp = tempfile::tempdir().unwrap();
    let output = demo(&["--once"], &tmp).output().unwrap();
    let (said, complained) = (
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    );
    assert!(output.status.success(), "{said}\n{complained}");
    assert_eq!(complained, "", "{said}");
    let last = said.lines().last().unwrap_or_default();
    assert!(last.starts_with("all as expected, in "), "{said}");
    assert!(!said.contains('\u{1b}'), "a pipe is no terminal: {said:?}");
    assert_eq!(left_behind(&tmp), Vec::<String>::new());
}

#[test]
fn a_stopped_demo_ends_well_and_leaves_nothing_behind() {
    let tmp = tempfile::tempdir().unwrap();
    for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
        let mut command = demo(&[], &tmp);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut line_with = |head: &str| {
            let mut lines = lines.by_ref().map(Result::unwrap);
            let line = lines.find(|line| line.trim_start().starts_with(head));
            line.unwrap_or_else(|| panic!("{signal:?}: no line with {head}"))
        };
        let asking = line_with("ask it");
        // The first entry has come: the daemon is in the middle of its work.
        line_with("announced");
        assert_eq!(left_behind(&tmp).len(), 1);
        answers_as_typed(asking.trim_start().trim_start_matches("ask it"), &tmp);
        kill_process(Pid::from_child(&child), signal).unwrap();
        let last = lines.map(Result::unwrap).last();
        let expected = "stopped; everything the demo wrote is removed";
        assert_eq!(last.as_deref(), Some(expected), "{signal:?}");
        let output = child.wait_with_output().unwrap();
        let complained = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{signal:?}: {complained}");
        assert_eq!(complained, "", "{signal:?}");
        assert_eq!(left_behind(&tmp), Vec::<String>::new(), "{signal:?}");
    }
}

/// The line a person is told to type does what it says.
fn answers_as_typed(line: &str, tmp: &TempDir) {
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", line]).env_clear().current_dir(tmp.path());
    let output = shell.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{line}: {output:?}");
    assert!(said.contains("foreign-service"), "{said}");
}

/// A demo that cannot begin says what its viewer can do, and leaves nothing behind.
fn refused(output: &Output, hint: &str) {
    let complained = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{complained}");
    assert!(complained.contains(hint), "{complained}");
    for of_a_daemon in ["daemon.listen", "state-dir"] {
        assert!(!complained.contains(of_a_daemon), "{complained}");
    }
}

#[test]
fn a_demo_that_could_not_show_anything_has_not_shown_what_it_should() {
    let tmp = tempfile::tempdir().unwrap();
    let full = File::options().write(true).open("/dev/full").unwrap();
    let output = demo(&["--once"], &tmp).stdout(full).output().unwrap();
    refused(&output, "cannot write to standard output: ");
    assert_eq!(left_behind(&tmp), Vec::<String>::new());
}

#[test]
fn a_port_that_is_taken_and_a_place_that_is_too_deep_are_named_in_the_demos_terms() {
    let tmp = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let output = demo(&["--port", &port], &tmp).output().unwrap();
    refused(&output, "name another port with --port");
    let deep = tmp.path().join("d".repeat(120));
    fs::create_dir(&deep).unwrap();
    let output = demo_in(&[], &deep).output().unwrap();
    refused(&output, "TMPDIR=/tmp nuncio demo");
    assert_eq!(fs::read_dir(&deep).unwrap().count(), 0);
    let nowhere = tmp.path().join("nowhere");
    let output = demo_in(&[], tmp.path())
        .env("TMPDIR", nowhere)
        .output()
        .unwrap();
    refused(&output, "TMPDIR names another place");
}

#[test]
fn what_a_killed_demo_left_goes_with_the_next() {
    let tmp = tempfile::tempdir().unwrap();
    let start = || {
        let mut command = demo(&[], &tmp);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        assert!(lines.any(|line| line.unwrap().starts_with("announced")));
        (child, lines)
    };
    let (mut killed, _) = start();
    killed.kill().unwrap();
    killed.wait().unwrap();
    let left = left_behind(&tmp);
    assert_eq!(left.len(), 1);
    let (mut living, _living_lines) = start();
    let only_living = left_behind(&tmp);
    assert_eq!(only_living.len(), 1);
    assert_ne!(only_living, left);
    let (mut other, _other_lines) = start();
    assert_eq!(left_behind(&tmp).len(), 2, "a running demo is left alone");
    for child in [&mut living, &mut other] {
        kill_process(Pid::from_child(child), Signal::TERM).unwrap();
        assert!(child.wait().unwrap().success());
    }
    assert_eq!(left_behind(&tmp), Vec::<String>::new());
}
