//! How fast a body becomes a `ParsedFeed`, beside feed-rs alone on the same bytes: `cargo bench`.
//!
//! The feeds are those of `../shared/data/feeds` where present, else the sample feeds of
//! `nuncio demo`: clean ones, of which feed-rs loses no entry. Each pass reads all of them; the
//! best pass counts. It fails where we are slower than six tenths of feed-rs.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::cast_precision_loss,
    reason = "a bench reads the clock, prints, and stops where it cannot go on"
)]

use std::path::Path;
use std::time::{Duration, Instant};

/// Passes over all feeds.
const N_PASSES: usize = 15;

/// Ours must be at least this share of feed-rs's throughput.
const SHARE_MIN: f64 = 0.6;

fn main() {
    let feeds = feeds();
    let n_bytes: usize = feeds.iter().map(Vec::len).sum();
    let ours = best(&feeds, |body| {
        let text = nuncio::decode::decode(body, None, None, body.len()).unwrap();
        nuncio::parse::parse(&text).unwrap().entries.len()
    });
    let alone = best(&feeds, |body| {
        feed_rs::parser::parse(body).unwrap().entries.len()
    });
    let rate = |best: Duration| n_bytes as f64 / best.as_secs_f64() / 1e6;
    let share = rate(ours) / rate(alone);
    println!(
        "{} feeds, {n_bytes} bytes: decode + parse {:.1} MB/s, feed-rs alone {:.1} MB/s, share {share:.2}",
        feeds.len(),
        rate(ours),
        rate(alone),
    );
    assert!(share >= SHARE_MIN, "slower than {SHARE_MIN} of feed-rs");
}

/// The shortest of all passes; `read` gives the number of entries, so that nothing is left out.
fn best(feeds: &[Vec<u8>], read: impl Fn(&[u8]) -> usize) -> Duration {
    let pass = || {
        let started = Instant::now();
        let n_entries: usize = feeds.iter().map(|body| read(body)).sum();
        let took = started.elapsed();
        assert!(n_entries > 0);
        took
    };
    (0..N_PASSES).map(|_| pass()).min().unwrap()
}

/// Bodies that both read to the same number of entries.
fn feeds() -> Vec<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let shared = root.join("../shared/data/feeds");
    let folder = if shared.is_dir() {
        shared
    } else {
        root.join("src/app/commands/demo/data")
    };
    let files = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path());
    let bodies = files
        .filter(|path| path.is_file())
        .map(|path| std::fs::read(path).unwrap());
    bodies.filter(|body| is_clean(body)).collect()
}

fn is_clean(body: &[u8]) -> bool {
    let ours = nuncio::decode::decode(body, None, None, body.len())
        .ok()
        .and_then(|text| nuncio::parse::parse(&text).ok());
    let alone = std::panic::catch_unwind(|| feed_rs::parser::parse(body).ok());
    match (ours, alone) {
        (Some(ours), Ok(Some(alone))) => {
            ours.defects.is_empty() && ours.entries.len() == alone.entries.len()
        }
        _ => false,
    }
}
