//! `nuncio demo`: what a stranger sees in the first minute is what it should be, on every machine.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

/// The demo with nothing of the environment but a directory for temporary files.
fn demo(args: &[&str], tmp: &TempDir) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nuncio"));
    command
        .arg("demo")
        .args(args)
        .env_clear()
        .env("TMPDIR", tmp.path())
        .current_dir(tmp.path())
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
        // The first entry has come: the daemon is in the middle of its work.
        let is_entry = |line: &String| line.starts_with("announced");
        assert!(lines.any(|line| is_entry(&line.unwrap())), "{signal:?}");
        assert_eq!(left_behind(&tmp).len(), 1);
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
