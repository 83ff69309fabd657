//! Everything that is wrong with a file, told at once.

use std::fmt;
use std::ops::Range;
use std::path::PathBuf;

use crate::config::snippet;

/// All mistakes of one file, in the order of their places.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConfigErrors {
    /// The file.
    pub path: PathBuf,
    /// At least one mistake.
    pub errors: Vec<ConfigError>,
}

/// One mistake, where it stands and what to do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConfigError {
    /// Where it stands; `None` where it is about the whole file.
    pub place: Option<Place>,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

/// A place in a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    /// Bytes in the text.
    pub span: Range<usize>,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// The line, with what looks like a secret hidden.
    pub text: String,
    /// Characters of that line that are meant; at least 1.
    pub width: usize,
}

impl ConfigErrors {
    /// Closed name of this kind of failure, for logs and metrics.
    pub fn kind(&self) -> &'static str {
        "config"
    }
}

impl fmt::Display for ConfigErrors {
    /// In the manner of rustc, without colour, ending in how many there are.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        for error in &self.errors {
            writeln!(f, "error: {}", error.message)?;
            if let Some(place) = &error.place {
                let margin = " ".repeat(place.line.to_string().len());
                writeln!(f, "{margin}--> {path}:{}:{}", place.line, place.column)?;
                let (shown, underline) = snippet::render(place);
                writeln!(f, "{margin} |")?;
                writeln!(f, "{} | {shown}", place.line)?;
                writeln!(f, "{margin} | {underline}")?;
                writeln!(f, "{margin} = hint: {}", error.hint)?;
            } else {
                writeln!(f, " --> {path}")?;
                writeln!(f, "  = hint: {}", error.hint)?;
            }
            writeln!(f)?;
        }
        match self.errors.len() {
            1 => write!(f, "1 error in {path}"),
            n_errors => write!(f, "{n_errors} errors in {path}"),
        }
    }
}

impl std::error::Error for ConfigErrors {}
