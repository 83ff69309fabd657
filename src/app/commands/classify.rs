//! `classify --jsonl`: entries in, countries and regions out: one stage alone, for test suites.

use std::collections::BTreeMap;
use std::io::{self, BufRead, Write};
use std::num::NonZeroUsize;
use std::sync::mpsc::{self, Receiver, Sender, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use serde::{Deserialize, Serialize};

use crate::app::error::AppError;
use crate::classify::{self, Classifier, Input, Source, pack_names};
use crate::model::region::{Evidence, RegionMatch};
use crate::model::rules::{Filter, Rules};
use crate::model::weight::Thousandths;

/// Lines handed to a thread at a time, where so many have come: a hand-over costs about what a
/// line does.
const BATCH: usize = 32;

/// Batches that wait for a free thread.
const WAITING: usize = 8;

/// What some editors write before the first line of a text.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// An entry as it comes in, without markup; what is null is as good as absent.
#[derive(Deserialize)]
struct Line {
    id: serde_json::Value,
    #[serde(default)]
    lang: Option<String>,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    categories: Option<Vec<String>>,
}

/// What is said of it.
#[derive(Serialize)]
struct Verdict<'a> {
    id: serde_json::Value,
    /// Every country it names.
    countries: Vec<&'a str>,
    /// Every shipped region it is about.
    regions: Vec<&'a str>,
    evidence: Vec<Word<'a>>,
}

/// One piece of evidence.
#[derive(Serialize)]
struct Word<'a> {
    /// Country or region it speaks for.
    #[serde(rename = "for")]
    owner: &'a str,
    #[serde(flatten)]
    evidence: &'a Evidence,
}

/// Reads `{"id","lang"?,"title","text"}` a line and writes `{"id","countries","regions",
/// "evidence"}` a line, in the same order, as fast as they come. `about`: least share of a region,
/// 0 to 1. `jobs`: threads; `None` for as many as there are cores.
///
/// # Errors
/// At the first line that cannot be read.
pub fn run(about: f64, jobs: Option<NonZeroUsize>) -> Result<(), AppError> {
    let about = Thousandths::from_number(about)
        .filter(|share| *share <= Thousandths::ONE)
        .ok_or_else(|| AppError::Failed("--about is a share from 0 to 1".to_owned()))?;
    let rules = Rules {
        regions: pack_names().into_iter().map(str::to_owned).collect(),
        filter: Filter {
            about,
            ..Filter::default()
        },
        ..Rules::default()
    };
    let classifier = classify::compile(&rules).map_err(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        AppError::Rules(lines.join("\n"))
    })?;
    let cores = || thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let n_threads = jobs.map_or_else(cores, NonZeroUsize::get);
    let (lines_in, lines) = mpsc::sync_channel::<Batch>(WAITING);
    let (done_in, done) = mpsc::channel();
    // The threads' alone: when the last of them ends, reading ends.
    let lines = Arc::new(Mutex::new(lines));
    thread::scope(|scope| {
        for _ in 0..n_threads {
            let (lines, done_in, classifier) = (Arc::clone(&lines), done_in.clone(), &classifier);
            scope.spawn(move || work(&lines, &done_in, classifier));
        }
        drop(lines);
        drop(done_in);
        let writer = scope.spawn(move || write_in_order(&done));
        read_in_batches(&lines_in)?;
        drop(lines_in);
        writer
            .join()
            .unwrap_or_else(|_| Err(AppError::Failed("the writer failed".to_owned())))
    })
}

/// Lines one after another.
struct Batch {
    /// Number of the batch.
    number: usize,
    /// Number of its first line, from 1.
    first_line: usize,
    /// As they came, with their ends.
    lines: Vec<Vec<u8>>,
}

/// Reads stdin to its end, or until nobody takes what it says.
fn read_in_batches(lines: &SyncSender<Batch>) -> Result<(), AppError> {
    let mut stdin = io::BufReader::new(io::stdin());
    let mut next = (0, 1);
    loop {
        let mut batch = Batch {
            number: next.0,
            first_line: next.1,
            lines: Vec::new(),
        };
        // Who writes line by line is answered line by line.
        while batch.lines.is_empty() || (batch.lines.len() < BATCH && !stdin.buffer().is_empty()) {
            let mut line = Vec::new();
            let read = stdin.read_until(b'\n', &mut line);
            match read.map_err(|error| AppError::Failed(format!("cannot read stdin: {error}")))? {
                0 => break,
                _ => batch.lines.push(line),
            }
        }
        if let Some(first) = batch.lines.first_mut().filter(|_| batch.number == 0)
            && first.starts_with(BYTE_ORDER_MARK)
        {
            first.drain(..BYTE_ORDER_MARK.len());
        }
        next = (batch.number + 1, batch.first_line + batch.lines.len());
        if batch.lines.is_empty() || lines.send(batch).is_err() {
            return Ok(());
        }
    }
}

/// Number of a batch, and what is written for it.
type Done = (usize, Vec<Result<String, String>>);

fn work(batches: &Mutex<Receiver<Batch>>, done: &Sender<Done>, classifier: &Classifier) {
    loop {
        let next = batches
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .recv();
        let Ok(batch) = next else { return };
        let numbered = (batch.first_line..).zip(&batch.lines);
        let verdicts = numbered.map(|(number, line)| {
            judge(line, classifier).map_err(|error| format!("line {number}: {error}"))
        });
        if done.send((batch.number, verdicts.collect())).is_err() {
            return;
        }
    }
}

fn judge(line: &[u8], classifier: &Classifier) -> Result<String, String> {
    let line = str::from_utf8(line).map_err(|error| {
        let at = error.valid_up_to() + 1;
        format!("byte {at} of it is not UTF-8")
    })?;
    let line = line.trim();
    if line.is_empty() {
        return Ok(String::new());
    }
    // An array would be taken for the fields of an entry in their order.
    if !line.starts_with('{') {
        return Err("an entry is an object: {\"id\": …, \"title\": …}".to_owned());
    }
    let line: Line = serde_json::from_str(line).map_err(|error| error.to_string())?;
    let input = Input {
        title: line.title.as_deref().unwrap_or_default(),
        text: line.text.as_deref().unwrap_or_default(),
        categories: line.categories.as_deref().unwrap_or_default(),
        language: line.lang.as_deref(),
        default_country: None,
        feed: None,
        source: Source::default(),
    };
    let findings = classifier.read(&input);
    let countries = findings.countries();
    let regions = findings.judgement().into_matches();
    let words = |matches: &'_ [RegionMatch]| -> Vec<(String, Evidence)> {
        let all = matches.iter().flat_map(|one| {
            one.evidence
                .iter()
                .map(|word| (one.region.clone(), word.clone()))
        });
        all.collect()
    };
    let (of_countries, of_regions) = (words(&countries), words(&regions));
    let of_regions = of_regions
        .iter()
        .filter(|(_, word)| of_countries.iter().all(|(_, known)| known != word));
    let evidence = of_countries
        .iter()
        .chain(of_regions)
        .map(|(owner, evidence)| Word { owner, evidence });
    serde_json::to_string(&Verdict {
        id: line.id,
        countries: countries.iter().map(|one| one.region.as_str()).collect(),
        regions: regions.iter().map(|one| one.region.as_str()).collect(),
        evidence: evidence.collect(),
    })
    .map_err(|error| error.to_string())
}

/// Writes verdicts in the order of their lines. A reader who has gone away is no error.
fn write_in_order(done: &Receiver<Done>) -> Result<(), AppError> {
    let mut waiting = BTreeMap::new();
    let mut next = 0;
    let mut out = io::BufWriter::new(io::stdout().lock());
    for (number, verdicts) in done {
        waiting.insert(number, verdicts);
        while let Some(verdicts) = waiting.remove(&next) {
            next += 1;
            for verdict in verdicts {
                let verdict = verdict.map_err(AppError::Failed)?;
                if !verdict.is_empty() && writeln!(out, "{verdict}").is_err() {
                    return Ok(());
                }
            }
        }
        if waiting.is_empty() && out.flush().is_err() {
            return Ok(());
        }
    }
    drop(out.flush());
    Ok(())
}
