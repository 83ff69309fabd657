//! The command: one document, or a list of them on all cores.

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use crate::app::commands::output;
use crate::app::commands::parse::document::{self, Source};
use crate::app::error::AppError;

/// What is to be parsed.
#[derive(Debug)]
pub enum Asked {
    /// One document.
    One {
        /// The file.
        file: PathBuf,
        /// `Content-Type` it came with.
        content_type: Option<String>,
        /// Address it came from.
        base_url: Option<String>,
    },
    /// A file that lists documents, one a line: `CT<TAB>URL<TAB>FILE`, the first two may be empty.
    Batch(PathBuf),
}

/// Prints what each document is read as: one JSON object a line, in the order asked.
///
/// # Errors
/// Where a file cannot be read, or nothing written. A document that is no feed is an answer, not an error; so is a
/// file of a list that cannot be read.
pub fn run(asked: Asked) -> Result<(), AppError> {
    match asked {
        Asked::One {
            file,
            content_type,
            base_url,
        } => {
            // Opened here too, because of one file a person wants to hear in person.
            std::fs::File::open(&file).map_err(|error| cannot_read(&file, &error))?;
            print(&[Source {
                file: file.display().to_string(),
                content_type,
                base_url,
            }])
        }
        Asked::Batch(list) => {
            let list =
                std::fs::read_to_string(&list).map_err(|error| cannot_read(&list, &error))?;
            print(&sources(&list)?)
        }
    }
}

fn cannot_read(file: &Path, error: &io::Error) -> AppError {
    AppError::Failed(format!("cannot read {}: {error}", file.display()))
}

fn sources(list: &str) -> Result<Vec<Source>, AppError> {
    let given = |field: &str| Some(field.trim().to_owned()).filter(|field| !field.is_empty());
    let mut sources = Vec::new();
    for (n, line) in list.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let fields: Vec<&str> = line.split('\t').collect();
        let [content_type, base_url, file] = fields.as_slice() else {
            return Err(AppError::Failed(format!(
                "line {} of the list has {} fields, not three: CONTENT-TYPE<TAB>URL<TAB>FILE, of which the first two may be empty",
                n + 1,
                fields.len()
            )));
        };
        sources.push(Source {
            file: (*file).to_owned(),
            content_type: given(content_type),
            base_url: given(base_url),
        });
    }
    Ok(sources)
}

/// Reads the documents on as many threads as there are cores and prints them in their order.
fn print(sources: &[Source]) -> Result<(), AppError> {
    let n_threads = thread::available_parallelism().map_or(1, NonZero::get);
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        let (done, results) = mpsc::channel();
        for _ in 0..n_threads.min(sources.len()) {
            let done = done.clone();
            let next = &next;
            thread::Builder::new()
                .spawn_scoped(scope, move || {
                    loop {
                        let n = next.fetch_add(1, Ordering::Relaxed);
                        let Some(source) = sources.get(n) else { break };
                        if done.send((n, document::read(source))).is_err() {
                            break;
                        }
                    }
                })
                .map_err(|error| AppError::Failed(format!("cannot start a thread: {error}")))?;
        }
        drop(done);
        // The threads end at their next document where nobody reads on.
        output::written(write_in_order(results.iter()))
    })
}

fn write_in_order(results: impl Iterator<Item = (usize, Vec<u8>)>) -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    let mut early = BTreeMap::new();
    let mut next = 0_usize;
    for (n, line) in results {
        early.insert(n, line);
        while let Some(line) = early.remove(&next) {
            out.write_all(&line)?;
            out.write_all(b"\n")?;
            next += 1;
        }
    }
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_gives_three_fields_a_line() {
        let read = sources("text/xml\thttps://a.example/\ta b.xml\n\n\t\tc.xml\n").unwrap();
        let fields = |it: &Source| {
            (
                it.content_type.clone(),
                it.base_url.clone(),
                it.file.clone(),
            )
        };
        assert_eq!(
            read.iter().map(fields).collect::<Vec<_>>(),
            [
                (
                    Some("text/xml".to_owned()),
                    Some("https://a.example/".to_owned()),
                    "a b.xml".to_owned()
                ),
                (None, None, "c.xml".to_owned()),
            ]
        );
        let wrong = sources("\t\tok.xml\nc.xml\n").unwrap_err().to_string();
        assert!(
            wrong.starts_with("line 2 of the list has 1 fields"),
            "{wrong}"
        );
    }
}
