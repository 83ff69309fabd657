//! Charsets whose units are wider than a byte, known by their mark or by their NULs.

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};

/// A charset of two or four bytes a unit.
#[derive(Clone, Copy)]
pub(super) enum Wide {
    /// UTF-16 in either order.
    Utf16(&'static Encoding),
    /// UTF-32 in either order.
    Utf32 {
        /// Whether the high byte comes first.
        is_big_endian: bool,
    },
}

const MARKS: [(&[u8], Wide); 4] = [
    (
        b"\xFF\xFE\0\0",
        Wide::Utf32 {
            is_big_endian: false,
        },
    ),
    (
        b"\0\0\xFE\xFF",
        Wide::Utf32 {
            is_big_endian: true,
        },
    ),
    (b"\xFF\xFE", Wide::Utf16(UTF_16LE)),
    (b"\xFE\xFF", Wide::Utf16(UTF_16BE)),
];

/// Which wide charset `bytes` are in, and where their text begins.
///
/// UTF-32 is asked for first: its little-endian mark starts with UTF-16's. Where the NULs of the
/// first two characters (ASCII in every feed) contradict the mark, they are right.
pub(super) fn find(bytes: &[u8]) -> Option<(Wide, &[u8])> {
    let marked = MARKS
        .iter()
        .find_map(|(mark, wide)| Some((*wide, bytes.strip_prefix(*mark)?)));
    let Some((wide, rest)) = marked else {
        return Some((by_nuls(bytes)?, bytes));
    };
    match (by_nuls(rest), rest) {
        (Some(shown), _) => Some((shown, rest)),
        // A mark before text that goes on byte by byte is an accident of the template.
        (None, [b'<', b'?' | b'!' | b'a'..=b'z' | b'A'..=b'Z', ..]) => None,
        (None, _) => Some((wide, rest)),
    }
}

fn by_nuls(bytes: &[u8]) -> Option<Wide> {
    let [a, b, c, d] = *bytes.first_chunk::<4>()?;
    match (a == 0, b == 0, c == 0, d == 0) {
        (true, true, true, false) => Some(Wide::Utf32 {
            is_big_endian: true,
        }),
        (false, true, true, true) => Some(Wide::Utf32 {
            is_big_endian: false,
        }),
        (true, false, true, false) => Some(Wide::Utf16(UTF_16BE)),
        (false, true, false, true) => Some(Wide::Utf16(UTF_16LE)),
        _ => None,
    }
}

/// `bytes` without the mark of a wide charset that they are not in.
pub(super) fn without_false_mark(bytes: &[u8]) -> &[u8] {
    [&b"\xFF\xFE"[..], b"\xFE\xFF"]
        .iter()
        .find_map(|mark| bytes.strip_prefix(*mark))
        .unwrap_or(bytes)
}

impl Wide {
    /// Its name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Utf16(encoding) => encoding.name(),
            Self::Utf32 {
                is_big_endian: true,
            } => "UTF-32BE",
            Self::Utf32 {
                is_big_endian: false,
            } => "UTF-32LE",
        }
    }

    /// `bytes` as text, and whether any of them had to be replaced.
    pub(super) fn decode(self, bytes: &[u8]) -> (String, bool) {
        match self {
            Self::Utf16(encoding) => {
                let (text, is_bad) = encoding.decode_without_bom_handling(bytes);
                (text.into_owned(), is_bad)
            }
            Self::Utf32 { is_big_endian } => decode_utf32(bytes, is_big_endian),
        }
    }
}

fn decode_utf32(bytes: &[u8], is_big_endian: bool) -> (String, bool) {
    let (units, rest) = bytes.as_chunks::<4>();
    let mut is_bad = !rest.is_empty();
    let mut text = String::with_capacity(units.len());
    text.extend(units.iter().map(|unit| {
        let code = if is_big_endian {
            u32::from_be_bytes(*unit)
        } else {
            u32::from_le_bytes(*unit)
        };
        char::from_u32(code).unwrap_or_else(|| {
            is_bad = true;
            char::REPLACEMENT_CHARACTER
        })
    }));
    if !rest.is_empty() {
        text.push(char::REPLACEMENT_CHARACTER);
    }
    (text, is_bad)
}
