//! What commands print: answers on stdout, complaints on stderr.

use std::fmt::Display;
use std::io::{self, Write};

use serde::Serialize;

use crate::app::commands::columns::{columns, wrap};
use crate::app::error::AppError;
use crate::model::time::Timestamp;

/// Between two columns of a table.
const GAP: usize = 2;
/// A narrower last column would be a tower of words.
const LAST_COLUMN_MIN: usize = 20;

/// Prints one answer and a line end.
///
/// # Errors
/// Where it cannot be written.
pub fn say(text: impl Display) -> Result<(), AppError> {
    written(write(&format!("{text}\n")))
}

/// Writes `text` as it stands, now.
///
/// # Errors
/// Where it cannot be written, be it that the reader has gone away.
pub fn write(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// An answer that could not be written is no answer.
///
/// # Errors
/// As [`unwritten`] says.
pub fn written(result: io::Result<()>) -> Result<(), AppError> {
    match result {
        Ok(()) => Ok(()),
        Err(error) => unwritten(&error).map_or(Ok(()), Err),
    }
}

/// The failure that a failure to write is: none where the reader has gone away, who has read
/// enough.
pub fn unwritten(error: &io::Error) -> Option<AppError> {
    let message = format!("cannot write to standard output: {error}");
    (error.kind() != io::ErrorKind::BrokenPipe).then_some(AppError::Failed(message))
}

/// Says on stderr what a person may want to know beside the answer.
pub fn note(text: impl Display) {
    drop(writeln!(io::stderr().lock(), "note: {text}"));
}

/// Prints a value as JSON.
///
/// # Errors
/// Where it cannot be written, or not as JSON.
pub fn say_json<T: Serialize>(value: &T) -> Result<(), AppError> {
    let json = serde_json::to_string_pretty(value)
        .map_err(|error| AppError::Failed(format!("cannot write JSON: {error}")))?;
    say(json)
}

/// Says on stderr why a command ended badly, with every cause behind it.
pub fn complain(error: &AppError) {
    let text = with_causes(error);
    let prefix = if text.starts_with("error") {
        ""
    } else {
        "error: "
    };
    drop(writeln!(io::stderr().lock(), "{prefix}{text}"));
}

/// An error and the causes behind it that it does not already name, as one sentence chain.
pub fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        let next_text = next.to_string();
        if !text.contains(&next_text) {
            text = format!("{text}: {next_text}");
        }
        cause = next.source();
    }
    text
}

/// A number of things: `1 feed`, `2 feeds`.
pub fn count(n: usize, thing: &str) -> String {
    let plural = if n == 1 { "" } else { "s" };
    format!("{n} {thing}{plural}")
}

/// A table: columns as wide as their widest cell, numbers to the right. Where it is to fit into
/// `width` columns, the last one is broken into lines, if that leaves it any room.
pub fn table(rows: &[Vec<String>], width: Option<usize>) -> String {
    let n_columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widest = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| columns(cell)).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..n_columns).map(widest).collect();
    let before: usize = widths.iter().rev().skip(1).map(|width| width + GAP).sum();
    let room = width.map(|width| width.saturating_sub(before));
    let room = room.filter(|room| *room >= LAST_COLUMN_MIN);
    let line = |row: &Vec<String>| {
        let cells = row
            .iter()
            .zip(&widths)
            .map(|(cell, width)| align(cell, *width));
        let mut cells: Vec<String> = cells.collect();
        if let (Some(room), Some(last)) = (room, row.get(n_columns.saturating_sub(1))) {
            cells.pop();
            cells.push(wrap(last, room).join(&format!("\n{}", " ".repeat(before))));
        }
        cells.join(&" ".repeat(GAP)).trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn align(cell: &str, width: usize) -> String {
    let is_number = !cell.is_empty() && cell.bytes().all(|byte| byte.is_ascii_digit());
    let space = " ".repeat(width.saturating_sub(columns(cell)));
    if is_number {
        format!("{space}{cell}")
    } else {
        format!("{cell}{space}")
    }
}

/// How long ago or ahead `at` is, for a person: `in 25 min`, `3 h ago`.
pub fn relative(at: Timestamp, now: Timestamp) -> String {
    let seconds = at.distance(now).as_secs();
    let length = match seconds {
        0..60 => format!("{seconds} s"),
        60..7200 => format!("{} min", seconds / 60),
        7200..172_800 => format!("{} h", seconds / 3600),
        _ => format!("{} d", seconds / 86_400),
    };
    if at > now {
        format!("in {length}")
    } else {
        format!("{length} ago")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_whatever_the_script() {
        let row = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect();
        let rows = [
            row(&["feed", "new"]),
            row(&["министерство", "7"]),
            row(&["a", ""]),
        ];
        let expected = "feed          new\nминистерство    7\na";
        assert_eq!(table(&rows, None), expected);
        let wide = [row(&["丝路", "x"]), row(&["abc", "y"])];
        assert_eq!(table(&wide, None), "丝路  x\nabc   y");
    }

    #[test]
    fn a_table_fits_the_terminal_by_its_last_column() {
        let rows = [
            vec![
                "mfa".to_owned(),
                "the host did not begin to answer".to_owned(),
            ],
            vec!["b".to_owned()],
        ];
        let fitted = "mfa  the host did not\n     begin to answer\nb";
        assert_eq!(table(&rows, Some(26)), fitted);
        let whole = "mfa  the host did not begin to answer\nb";
        assert_eq!(table(&rows, Some(22)), whole);
        assert_eq!(table(&rows, None), whole);
    }

    #[test]
    fn one_thing_is_not_several() {
        assert_eq!(
            [count(0, "feed"), count(1, "feed"), count(2, "feed")],
            ["0 feeds", "1 feed", "2 feeds"]
        );
    }

    #[test]
    fn times_are_told_in_the_unit_a_person_would_use() {
        let now = Timestamp::from_seconds(1_000_000);
        let at = |seconds: i64| relative(Timestamp::from_seconds(1_000_000 + seconds), now);
        assert_eq!(
            [at(-5), at(1500), at(-10_800), at(500_000)],
            ["5 s ago", "in 25 min", "3 h ago", "in 5 d"]
        );
    }
}
