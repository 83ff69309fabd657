//! The farm: what each feed holds at present, what it was asked, and the record of both.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use tokio::sync::watch;

use crate::dice::{Dice, purpose};
use crate::listing::{Recipe, feed_id};
use crate::pack::{Pack, Packed};
use crate::write::write;

/// What the farm was asked since the last reset.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(crate) struct Counters {
    /// All requests for feeds.
    pub(crate) requests: u64,
    /// Answered with a body.
    pub(crate) ok: u64,
    /// Answered with 304.
    pub(crate) not_modified: u64,
    /// For feeds that are not there.
    pub(crate) not_found: u64,
    /// That sent a validator.
    pub(crate) conditional: u64,
    /// Bytes of bodies sent, as sent.
    pub(crate) sent_bytes: u64,
}

/// A line of `served.jsonl`: a request as it came, then once more as it is answered.
#[derive(Debug, Serialize)]
pub(crate) struct Served<'a> {
    pub(crate) feed: String,
    /// Change of the feed that the answer speaks of; 0 for the first list.
    pub(crate) version: usize,
    /// `None` while it is not answered.
    pub(crate) status: Option<u16>,
    pub(crate) if_none_match: Option<&'a str>,
    pub(crate) agent: Option<&'a str>,
}

/// What the farm writes down.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Record {
    /// Every entry.
    Entries,
    /// Every entry and every answer.
    Answers,
}

/// What an advance came to.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Advanced {
    pub(crate) round: u32,
    pub(crate) changed: usize,
}

/// One feed at present.
#[derive(Clone, Debug, Default)]
struct Field {
    /// Rounds in which it changed.
    rounds: Vec<u32>,
    /// Its body, once somebody asked for it.
    packed: Option<Packed>,
    /// When it changed last, in seconds since 1970.
    modified_s: i64,
}

/// A feed as it stands when it is asked for.
#[derive(Clone, Debug)]
pub(crate) struct Standing {
    pub(crate) version: usize,
    pub(crate) packed: Packed,
    pub(crate) modified_s: i64,
}

/// Everything.
#[derive(Debug)]
pub(crate) struct Farm {
    pub(crate) recipe: Recipe,
    /// Whether answers are held back.
    pub(crate) hold: watch::Sender<bool>,
    pub(crate) pack: Pack,
    /// Where feeds are told to be: their own addresses' URLs.
    urls: Vec<String>,
    fields: Vec<Mutex<Field>>,
    round: Mutex<u32>,
    counters: Mutex<Counters>,
    entries: Mutex<BufWriter<File>>,
    served: Option<Mutex<File>>,
}

impl Farm {
    /// A farm whose feeds are at `urls`. It keeps its record of entries in `out`, and of answers
    /// where `record` says so.
    pub(crate) fn new(
        recipe: Recipe,
        urls: Vec<String>,
        out: &Path,
        record: Record,
    ) -> io::Result<Self> {
        let fields = (0..recipe.n_feeds).map(|_| {
            Mutex::new(Field {
                modified_s: recipe.base.as_second(),
                ..Field::default()
            })
        });
        let farm = Self {
            fields: fields.collect(),
            hold: watch::Sender::new(false),
            pack: Pack::new()?,
            urls,
            round: Mutex::new(0),
            counters: Mutex::default(),
            entries: Mutex::new(BufWriter::new(File::create(out.join("entries.jsonl"))?)),
            served: match record {
                Record::Answers => Some(Mutex::new(File::create(out.join("served.jsonl"))?)),
                Record::Entries => None,
            },
            recipe,
        };
        for feed in 0..farm.recipe.n_feeds {
            farm.record_entries(feed, &[])?;
        }
        farm.flush_entries()?;
        Ok(farm)
    }

    /// Address of each feed.
    pub(crate) fn urls(&self) -> &[String] {
        &self.urls
    }

    /// `feed` as it stands, its body made where nobody asked for it yet.
    pub(crate) fn standing(&self, feed: usize) -> io::Result<Option<Standing>> {
        let (Some(field), Some(url)) = (self.fields.get(feed), self.urls.get(feed)) else {
            return Ok(None);
        };
        let mut field = locked(field);
        let packed = if let Some(packed) = &field.packed {
            packed.clone()
        } else {
            let entries = self.recipe.entries(feed, &field.rounds);
            let written = write(&self.recipe, feed, &entries, url);
            let name = format!("{feed}.{}", field.rounds.len());
            field.packed.insert(self.pack.put(&written, &name)?).clone()
        };
        let (version, modified_s) = (field.rounds.len(), field.modified_s);
        Ok(Some(Standing {
            version,
            packed,
            modified_s,
        }))
    }

    /// Makes every body that is not there yet, on all cores: for load tests, where making them
    /// meanwhile would be measured as well.
    pub(crate) fn prepare(&self) -> io::Result<()> {
        let n_threads = std::thread::available_parallelism().map_or(1, usize::from);
        std::thread::scope(|scope| {
            let parts: Vec<_> = (0..n_threads)
                .map(|part| {
                    scope.spawn(move || {
                        (part..self.recipe.n_feeds)
                            .step_by(n_threads)
                            .try_for_each(|feed| self.standing(feed).map(drop))
                    })
                })
                .collect();
            parts.into_iter().try_for_each(|part| {
                part.join()
                    .unwrap_or_else(|_| Err(io::ErrorKind::Other.into()))
            })
        })
    }

    /// One more round: `per_mille` of the feeds change, the same ones each time.
    pub(crate) fn advance(&self, per_mille: u32) -> io::Result<Advanced> {
        let mut round = locked(&self.round);
        *round += 1;
        let mut changed = 0;
        for (feed, field) in self.fields.iter().enumerate() {
            let number = u64::try_from(feed).unwrap_or(u64::MAX);
            let mut dice =
                Dice::of(&[self.recipe.seed, purpose::CHANGE, number, u64::from(*round)]);
            if !dice.per_mille(per_mille) {
                continue;
            }
            changed += 1;
            let mut field = locked(field);
            let mut rounds = field.rounds.clone();
            rounds.push(*round);
            // On record before anybody can be served it.
            self.record_entries(feed, &rounds)?;
            self.flush_entries()?;
            field.rounds = rounds;
            field.packed = None;
            field.modified_s += 1;
        }
        Ok(Advanced {
            round: *round,
            changed,
        })
    }

    /// Notes a request, or an answer before it is sent.
    pub(crate) fn note(&self, served: &Served<'_>, sent_bytes: usize) -> io::Result<()> {
        if let Some(status) = served.status {
            let mut counters = locked(&self.counters);
            counters.requests += 1;
            counters.conditional += u64::from(served.if_none_match.is_some());
            counters.sent_bytes += u64::try_from(sent_bytes).unwrap_or_default();
            match status {
                200 => counters.ok += 1,
                304 => counters.not_modified += 1,
                _ => counters.not_found += 1,
            }
        }
        let Some(file) = &self.served else {
            return Ok(());
        };
        let line = serde_json::to_string(served)? + "\n";
        locked(file).write_all(line.as_bytes())
    }

    /// Counts so far.
    pub(crate) fn counters(&self) -> Counters {
        *locked(&self.counters)
    }

    /// Counts from zero.
    pub(crate) fn reset(&self) {
        *locked(&self.counters) = Counters::default();
    }

    /// Writes down what the last of `rounds` brought.
    fn record_entries(&self, feed: usize, rounds: &[u32]) -> io::Result<()> {
        let mut file = locked(&self.entries);
        for entry in self.recipe.added(feed, rounds, rounds.len()) {
            serde_json::to_writer(&mut *file, &entry.line(&self.recipe, feed))?;
            file.write_all(b"\n")?;
        }
        Ok(())
    }

    fn flush_entries(&self) -> io::Result<()> {
        locked(&self.entries).flush()
    }

    /// `feeds.toml` with every feed, under `daemon`, which is what stands above them.
    pub(crate) fn feeds_toml(&self, head: &str, interval: Option<&str>) -> String {
        let feeds = self.urls.iter().enumerate().map(|(feed, url)| {
            let interval = interval.map_or(String::new(), |it| format!("interval = \"{it}\"\n"));
            let id = feed_id(feed);
            format!("[[feed]]\nid = \"{id}\"\nurl = \"{url}\"\nallow-private = true\n{interval}\n")
        });
        format!(
            "regions = [\"central-asia\"]\n\n{head}\n{}",
            feeds.collect::<String>()
        )
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
