//! Why a text is no feed.

/// Why a text could not be read as a feed.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ParseError {
    /// The document is something else.
    #[error(
        "the document is {found}, not a feed; open the address in a browser and look for the feed's own"
    )]
    NotAFeed {
        /// What it is, with its article: `an HTML page`.
        found: String,
    },
    /// A feed that could not be read in spite of all mending.
    #[error("the feed could not be read: {detail}{}", line_suffix(*.line))]
    Malformed {
        /// What the reader said.
        detail: String,
        /// The line it stopped at, from 1, where known.
        line: Option<u32>,
    },
    /// JSON values nested deeper than any feed's: hostile or broken.
    #[error(
        "the document nests deeper than {max} levels, which no feed does; it is broken or hostile"
    )]
    TooDeep {
        /// The limit.
        max: usize,
    },
    /// JSON with more values than any feed has.
    #[error("the document holds more than {max} JSON values, which no feed does")]
    TooMany {
        /// The limit.
        max: usize,
    },
}

fn line_suffix(line: Option<u32>) -> String {
    line.map_or_else(String::new, |line| format!(" (line {line})"))
}

impl ParseError {
    /// Closed set, for counting.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::NotAFeed { .. } => "not-a-feed",
            Self::Malformed { .. } => "malformed",
            Self::TooDeep { .. } => "too-deep",
            Self::TooMany { .. } => "too-many-values",
        }
    }

    /// The document is `found` (with its article), not a feed.
    pub(super) fn not_a_feed(found: impl Into<String>) -> Self {
        Self::NotAFeed {
            found: found.into(),
        }
    }
}
