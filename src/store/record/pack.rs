//! A record as the value of a row: as it is, or compressed, or in several rows.

use std::borrow::Cow;
use std::cell::RefCell;
use std::io;

use zstd::bulk::{Compressor, Decompressor};

use super::codec::{Record, encode};
use crate::store::error::StoreError;

/// No value is longer: sled keeps up to 16 values a page, and a page over 128 KiB goes to a file
/// that it never syncs (see `docs/store-format.md`).
pub const VALUE_MAX_BYTES: usize = 6 * 1024;

/// A record has at most this many rows besides its own: 384 MiB.
pub const PARTS_MAX: u16 = u16::MAX;

/// Shorter records are not worth the time.
const COMPRESS_FROM_BYTES: usize = 400;
/// Level 3: nearly as small as 9 at half the time.
const LEVEL: i32 = 3;
/// What a damaged length may make us allocate.
const RECORD_MAX_BYTES: usize = 64 * 1024 * 1024;

const FORM_PLAIN: u8 = 0;
const FORM_PACKED: u8 = 1;
const CODEC_NONE: u8 = 0;
const CODEC_ZSTD: u8 = 1;
/// Form, codec, dictionary, length of the record, number of parts, check of the record.
const HEADER_BYTES: usize = 1 + 1 + 2 + 4 + 2 + 4;

/// A record cut into values.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Packed {
    /// The value of the record's own row.
    pub head: Vec<u8>,
    /// Values of its part rows, in order.
    pub parts: Vec<Vec<u8>>,
}

/// Packs the bytes of one record.
pub fn pack(record: &[u8]) -> Packed {
    let squeezed = (record.len() >= COMPRESS_FROM_BYTES)
        .then(|| squeeze(record).ok())
        .flatten()
        .filter(|squeezed| squeezed.len() + HEADER_BYTES <= record.len());
    let (codec, bytes) = match &squeezed {
        Some(squeezed) => (CODEC_ZSTD, squeezed.as_slice()),
        None if record.len() < VALUE_MAX_BYTES => {
            let head = [&[FORM_PLAIN], record].concat();
            let parts = Vec::new();
            return Packed { head, parts };
        }
        None => (CODEC_NONE, record),
    };
    let (first, rest) = bytes.split_at(bytes.len().min(VALUE_MAX_BYTES - HEADER_BYTES));
    let parts: Vec<Vec<u8>> = rest.chunks(VALUE_MAX_BYTES).map(<[u8]>::to_vec).collect();
    let mut head = vec![FORM_PACKED, codec, 0, 0];
    head.extend(
        u32::try_from(record.len())
            .unwrap_or(u32::MAX)
            .to_be_bytes(),
    );
    head.extend(
        u16::try_from(parts.len())
            .unwrap_or(PARTS_MAX)
            .to_be_bytes(),
    );
    head.extend(check_of(record));
    head.extend(first);
    Packed { head, parts }
}

/// A record compressed. Making a coder costs several times what one record does, so each thread
/// that writes keeps its own.
fn squeeze(record: &[u8]) -> io::Result<Vec<u8>> {
    thread_local! {
        static CODER: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
    }
    CODER.with_borrow_mut(|coder| {
        let coder = match coder {
            Some(coder) => coder,
            None => coder.insert(Compressor::new(LEVEL)?),
        };
        coder.compress(record)
    })
}

/// A compressed record again, `length` bytes of it. Each thread that reads keeps its own decoder,
/// for the same reason.
fn expand(squeezed: &[u8], length: usize) -> io::Result<Vec<u8>> {
    thread_local! {
        static DECODER: RefCell<Option<Decompressor<'static>>> = const { RefCell::new(None) };
    }
    DECODER.with_borrow_mut(|decoder| {
        let decoder = match decoder {
            Some(decoder) => decoder,
            None => decoder.insert(Decompressor::new()?),
        };
        decoder.decompress(squeezed, length)
    })
}

/// The one value of a record that is known to be small.
///
/// # Errors
/// Those of [`encode`].
pub fn small_value<R: Record>(record: &R) -> Result<Vec<u8>, StoreError> {
    encode(record).map(|bytes| pack(&bytes).head)
}

/// How many part rows belong to the row with this value.
pub fn parts_of(head: &[u8]) -> u16 {
    match header(head) {
        Some(header) => header.n_parts,
        None => 0,
    }
}

/// The record's bytes again; `parts` are all its part rows, joined.
///
/// # Errors
/// What is wrong with the bytes.
pub fn unpack<'a>(head: &'a [u8], parts: &[u8]) -> Result<Cow<'a, [u8]>, String> {
    match head.split_first() {
        Some((&FORM_PLAIN, record)) => return Ok(Cow::Borrowed(record)),
        Some((&FORM_PACKED, _)) => {}
        Some((form, _)) => return Err(format!("its packing {form} is unknown")),
        None => return Err("it is empty".to_owned()),
    }
    let header = header(head).ok_or("its header is cut short")?;
    let bytes = [header.first, parts].concat();
    let record = match (header.codec, header.dictionary) {
        (CODEC_NONE, _) => bytes,
        (CODEC_ZSTD, 0) if header.length <= RECORD_MAX_BYTES => {
            expand(&bytes, header.length).map_err(|error| error.to_string())?
        }
        (CODEC_ZSTD, 0) => return Err(format!("it claims {} bytes", header.length)),
        (CODEC_ZSTD, dictionary) => return Err(format!("dictionary {dictionary} is unknown")),
        (codec, _) => return Err(format!("its codec {codec} is unknown")),
    };
    if record.len() == header.length && check_of(&record) == header.check {
        Ok(Cow::Owned(record))
    } else {
        Err("its parts do not belong together".to_owned())
    }
}

/// Makes the head differ whenever the record does: how a reader sees that parts it read one after
/// the other were rewritten meanwhile.
fn check_of(record: &[u8]) -> [u8; 4] {
    let digest = blake3::hash(record);
    *digest.as_bytes().first_chunk().unwrap_or(&[0; 4])
}

struct Header<'a> {
    codec: u8,
    dictionary: u16,
    length: usize,
    n_parts: u16,
    check: [u8; 4],
    first: &'a [u8],
}

fn header(head: &[u8]) -> Option<Header<'_>> {
    let (fixed, first) = head.split_first_chunk::<HEADER_BYTES>()?;
    let [form, codec, d0, d1, l0, l1, l2, l3, p0, p1, check @ ..] = *fixed;
    (form == FORM_PACKED).then(|| Header {
        codec,
        dictionary: u16::from_be_bytes([d0, d1]),
        length: usize::try_from(u32::from_be_bytes([l0, l1, l2, l3])).unwrap_or(usize::MAX),
        n_parts: u16::from_be_bytes([p0, p1]),
        check,
        first,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn back(packed: &Packed) -> Vec<u8> {
        unpack(&packed.head, &packed.parts.concat())
            .unwrap()
            .into_owned()
    }

    /// Bytes that zstd cannot make smaller.
    fn noise(n: usize) -> Vec<u8> {
        let mut out = vec![0; n];
        blake3::Hasher::new().finalize_xof().fill(&mut out);
        out
    }

    #[test]
    fn every_length_comes_back_and_no_value_is_too_long() {
        for n in [
            0, 1, 399, 400, 6_000, 6_143, 6_144, 6_145, 12_278, 12_279, 500_000,
        ] {
            for record in [noise(n), vec![7; n]] {
                let packed = pack(&record);
                assert_eq!(back(&packed), record, "{n} bytes");
                assert_eq!(usize::from(parts_of(&packed.head)), packed.parts.len());
                let longest = packed
                    .parts
                    .iter()
                    .chain([&packed.head])
                    .map(Vec::len)
                    .max();
                assert!(longest.unwrap() <= VALUE_MAX_BYTES, "{n} bytes");
            }
        }
        assert!(pack(&vec![7; 500_000]).parts.is_empty(), "text shrinks");
        assert!(pack(&noise(500_000)).parts.len() > 80, "noise is split");
    }

    proptest! {
        #[test]
        fn any_bytes_unpack_or_say_why_not(head: Vec<u8>, parts: Vec<u8>) {
            drop(unpack(&head, &parts).map(Cow::into_owned));
            let _ = parts_of(&head);
        }

        #[test]
        fn a_damaged_value_never_becomes_another_record(at in 1_usize..400, bit in 0_u8..8) {
            let record = b"the minister met ".repeat(60);
            let mut packed = pack(&record);
            let at = 1 + at % (packed.head.len() - 1);
            packed.head[at] ^= 1 << bit;
            if let Ok(read) = unpack(&packed.head, &packed.parts.concat()) {
                prop_assert_eq!(read.as_ref(), record.as_slice());
            }
        }
    }
}
