//! Captured polls of real feeds, which lie beside the repository where they are at hand: they
//! are their publishers' and cannot be part of it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Polls by feed, oldest first.
pub(crate) struct Captured {
    /// Feeds with several polls: name → (epoch seconds, file).
    pub(crate) series: BTreeMap<String, Vec<(i64, PathBuf)>>,
    /// Feeds with one.
    pub(crate) single: BTreeMap<String, PathBuf>,
}

/// The captured polls; `None`, with a word on it, where they are not here.
pub(crate) fn captured() -> Option<Captured> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/feeds");
    let Ok(files) = std::fs::read_dir(&dir) else {
        eprintln!("skipped: no captured feeds in {}", dir.display());
        return None;
    };
    let mut captured = Captured {
        series: BTreeMap::new(),
        single: BTreeMap::new(),
    };
    for path in files.map(|file| file.unwrap().path()) {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let parts: Vec<&str> = name.split('.').collect();
        match parts[..] {
            [feed, epoch, _, "xml"] => {
                let polls = captured.series.entry(feed.replace('_', "-")).or_default();
                polls.push((epoch.parse().unwrap(), path));
            }
            _ => {
                captured.single.insert(parts[0].replace('_', "-"), path);
            }
        }
    }
    captured.series.values_mut().for_each(|polls| polls.sort());
    Some(captured)
}
