//! The two readers held against each other: on every plain document at hand they agree in all.

use std::path::{Path, PathBuf};

use crate::parse::{plain, strict, tolerant};

/// Whether both readers were asked; they must agree where they were.
fn agree(text: &str, name: &str) -> bool {
    let Some(plain) = plain::scan(text) else {
        return false;
    };
    let strict = strict::read(text, &plain)
        .unwrap_or_else(|| panic!("{name}: feed-rs fails on a plain document"));
    assert_eq!(strict, tolerant::read(text).unwrap(), "{name}");
    true
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let files = std::fs::read_dir(folder).into_iter().flatten();
    let mut files: Vec<PathBuf> = files
        .map(|file| file.unwrap().path())
        .filter(|path| path.is_file())
        .collect();
    files.sort();
    files
}

/// The two agree without exception: what could be read differently is not plain.
#[test]
fn both_readers_agree_on_every_plain_feed_at_hand() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = [
        "tests/fixtures/feeds",
        "src/app/commands/demo/data",
        // Captured feeds are not ours to ship: they are read where they lie, if they do.
        "../shared/data/feeds",
    ];
    let n_compared = folders
        .iter()
        .flat_map(|folder| files(&root.join(folder)))
        .filter(|path| {
            let body = std::fs::read(path).unwrap();
            let text = String::from_utf8_lossy(&body);
            // Decoding takes byte order mark and declaration off.
            let text = text.trim_start_matches('\u{FEFF}');
            let declaration = text.find("?>").filter(|_| text.starts_with("<?xml "));
            let text = declaration.map_or(text, |end| text.split_at(end + 2).1);
            agree(text, &path.display().to_string())
        })
        .count();
    assert!(n_compared >= 3, "only {n_compared} plain feeds were found");
}
