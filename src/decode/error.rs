//! Why a body is no text.

/// Why a body could not be turned into text.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum DecodeError {
    /// The body, or what it unpacks to, is over the limit.
    #[error(
        "the body is larger than {max_bytes} bytes after unpacking; raise `body-max` if this feed may be that large"
    )]
    TooLarge {
        /// The limit.
        max_bytes: usize,
    },
    /// A content coding we do not know, over bytes that are not text.
    #[error(
        "the body came in the content coding {coding:?}, which we cannot undo and did not ask for"
    )]
    UnknownCoding {
        /// Its name as sent, cut to 40 characters.
        coding: String,
    },
    /// More codings on top of each other than anybody uses.
    #[error("the body is wrapped in more than {max} content codings")]
    TooManyCodings {
        /// How many are undone.
        max: usize,
    },
    /// The packed bytes are damaged from the start.
    #[error(
        "the body could not be unpacked as {coding}: {detail}; it was damaged on its way or the server sent the wrong Content-Encoding"
    )]
    Damaged {
        /// The coding that was being undone.
        coding: &'static str,
        /// What the decompressor said.
        detail: String,
    },
    /// Bytes that are no text.
    #[error(
        "the address gave {what}, not a feed; open it in a browser and look for the feed's own"
    )]
    Binary {
        /// What they are, for a person.
        what: &'static str,
    },
}

impl DecodeError {
    /// Closed set, for counting.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "too-large",
            Self::UnknownCoding { .. } => "unknown-coding",
            Self::TooManyCodings { .. } => "too-many-codings",
            Self::Damaged { .. } => "damaged-coding",
            Self::Binary { .. } => "binary",
        }
    }
}
