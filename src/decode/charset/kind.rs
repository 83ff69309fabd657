//! A charset we can read: one of the Encoding Standard's, or a table of our own.

use encoding_rs::{DecoderResult, Encoding};

use crate::decode::charset::table::Table;

/// A charset whose units are bytes.
#[derive(Clone, Copy)]
pub(super) enum Charset {
    /// One of the Encoding Standard's.
    Web(&'static Encoding),
    /// One of ours.
    Table(&'static Table),
}

impl PartialEq for Charset {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Charset {
    /// Its name, as the standard that defines it spells it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Web(encoding) => encoding.name(),
            Self::Table(table) => table.name,
        }
    }

    /// Whether its bytes below 0x80 are not ASCII (EBCDIC, the Vietnamese sets).
    pub(super) fn spells_ascii_otherwise(self) -> bool {
        matches!(self, Self::Table(table) if table.low.is_some())
    }

    /// `bytes` as text, and whether any of them had to be replaced.
    pub(super) fn decode(self, bytes: &[u8]) -> (String, bool) {
        match self {
            Self::Web(encoding) => {
                let (text, is_bad) = encoding.decode_without_bom_handling(bytes);
                (text.into_owned(), is_bad)
            }
            Self::Table(table) => decode_by_table(table, bytes),
        }
    }

    /// How many sequences in `bytes` are none of this charset; one that is only cut off by the
    /// end does not count. Takes no memory of the size of the body.
    pub(super) fn n_bad(self, bytes: &[u8]) -> usize {
        match self {
            Self::Web(encoding) => n_bad_of(encoding, bytes),
            Self::Table(table) => {
                let chars = TableChars::of(table);
                bytes
                    .iter()
                    .filter(|byte| chars.get(**byte) == char::REPLACEMENT_CHARACTER)
                    .count()
            }
        }
    }
}

fn n_bad_of(encoding: &'static Encoding, bytes: &[u8]) -> usize {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut buffer = [0; 4096];
    let mut rest = bytes;
    let mut n_bad = 0;
    loop {
        let (result, n_read, _) =
            decoder.decode_to_utf8_without_replacement(rest, &mut buffer, true);
        rest = rest.get(n_read..).unwrap_or_default();
        match result {
            DecoderResult::InputEmpty => return n_bad,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(..) => n_bad += usize::from(!rest.is_empty()),
        }
    }
}

/// A table opened for looking up.
struct TableChars([char; 256]);

impl TableChars {
    fn of(table: &Table) -> Self {
        let mut chars = [char::REPLACEMENT_CHARACTER; 256];
        for (byte, slot) in (0_u8..=0x7F).zip(&mut chars) {
            *slot = char::from(byte);
        }
        for (c, slot) in table.low.unwrap_or_default().chars().zip(&mut chars) {
            *slot = c;
        }
        for (c, slot) in table.high.chars().zip(chars.iter_mut().skip(128)) {
            *slot = c;
        }
        Self(chars)
    }

    fn get(&self, byte: u8) -> char {
        self.0
            .get(usize::from(byte))
            .copied()
            .unwrap_or(char::REPLACEMENT_CHARACTER)
    }
}

fn decode_by_table(table: &Table, bytes: &[u8]) -> (String, bool) {
    let chars = TableChars::of(table);
    // Counted first: three bytes for every one would be thrice the body.
    let mut n_out = 0;
    let mut is_bad = false;
    for byte in bytes {
        let c = chars.get(*byte);
        n_out += c.len_utf8();
        is_bad |= c == char::REPLACEMENT_CHARACTER;
    }
    let mut text = String::with_capacity(n_out);
    text.extend(bytes.iter().map(|byte| chars.get(*byte)));
    (text, is_bad)
}
