//! The codings a document is sent in, made once when it changes and never for a request.
//!
//! Equal input gives equal output: no time, no thread count, no dictionary goes in.

use std::io::{self, Write};

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;

// Measured on 1.3 MB of real feeds, one core: gzip 6 21.8 % in 34 ms (9: 21.7 % in 39), brotli 5
// 19.0 % in 52 ms (6: 18.7 % in 87, 9: 18.3 % in 369), zstd 9 19.1 % in 59 ms (3: 20.9 % in 6,
// 15: 18.7 % in 199, 19: 18.0 % in 1,194). In a first round over 1,000 feeds zstd 9 was an eighth of
// all CPU time, for a coding few readers ask for and a cache that is read once a start.

/// gzip level.
const GZIP_LEVEL: u32 = 6;
/// Brotli quality.
const BROTLI_QUALITY: i32 = 5;
/// Brotli window, 2^22 bytes: a whole document, and what every browser accepts.
const BROTLI_WINDOW_BITS: i32 = 22;
/// zstd level; its window stays under the 8 MiB that RFC 9659 allows over HTTP.
const ZSTD_LEVEL: i32 = 3;

/// A document in every coding.
pub(super) struct Coded {
    /// gzip (RFC 1952).
    pub(super) gzip: Bytes,
    /// br (RFC 7932).
    pub(super) brotli: Bytes,
    /// zstd (RFC 8878).
    pub(super) zstd: Bytes,
}

impl Coded {
    /// `identity` in every coding. Writing into memory cannot fail; should a coder refuse all the
    /// same, its form is empty, which `serve` never picks.
    pub(super) fn new(identity: &[u8]) -> Self {
        let bytes = |coded: io::Result<Vec<u8>>| kept(coded.unwrap_or_default());
        Self {
            gzip: bytes(gzip(identity)),
            brotli: bytes(brotli(identity)),
            zstd: bytes(zstd::bulk::compress(identity, ZSTD_LEVEL)),
        }
    }
}

/// Bytes that are held for as long as a document stands, without the room they were written into.
pub(super) fn kept(bytes: Vec<u8>) -> Bytes {
    bytes.into_boxed_slice().into()
}

/// The document inside `coded`, which must have exactly `size_bytes` bytes.
///
/// # Errors
/// Where it is no zstd or has another size: just `size_bytes` are allocated.
pub(super) fn from_zstd(coded: &[u8], size_bytes: usize) -> io::Result<Vec<u8>> {
    let identity = zstd::bulk::decompress(coded, size_bytes)?;
    if identity.len() == size_bytes {
        Ok(identity)
    } else {
        Err(io::ErrorKind::InvalidData.into())
    }
}

/// `GzEncoder` writes no time of modification, so equal input gives equal bytes.
fn gzip(identity: &[u8]) -> io::Result<Vec<u8>> {
    let mut coder = GzEncoder::new(Vec::new(), Compression::new(GZIP_LEVEL));
    coder.write_all(identity)?;
    coder.finish()
}

fn brotli(identity: &[u8]) -> io::Result<Vec<u8>> {
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: BROTLI_QUALITY,
        lgwin: BROTLI_WINDOW_BITS,
        size_hint: identity.len(),
        ..brotli::enc::BrotliEncoderParams::default()
    };
    let mut coded = Vec::new();
    brotli::BrotliCompress(&mut &*identity, &mut coded, &parameters)?;
    Ok(coded)
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn every_coding_gives_the_document_back() {
        for document in [&b""[..], b"x", "Астана ".repeat(9000).as_bytes()] {
            let coded = Coded::new(document);
            let mut gunzipped = Vec::new();
            flate2::read::GzDecoder::new(&coded.gzip[..])
                .read_to_end(&mut gunzipped)
                .unwrap();
            let mut unbrotlied = Vec::new();
            brotli::BrotliDecompress(&mut &coded.brotli[..], &mut unbrotlied).unwrap();
            assert_eq!(gunzipped, document);
            assert_eq!(unbrotlied, document);
            assert_eq!(from_zstd(&coded.zstd, document.len()).unwrap(), document);
            assert_eq!(coded.gzip.get(4..8), Some(&[0; 4][..]), "no time in gzip");
        }
    }

    #[test]
    fn a_size_that_is_not_the_documents_is_refused() {
        let coded = Coded::new(b"Astana");
        assert!(from_zstd(&coded.zstd, 5).is_err());
        assert!(from_zstd(&coded.zstd, 7).is_err());
        assert!(from_zstd(b"Astana", 6).is_err());
    }
}
