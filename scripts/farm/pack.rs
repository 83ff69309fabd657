//! Finished bodies, compressed once, in a file without a name: memory does not grow with them.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::unix::fs::FileExt;
use std::sync::Mutex;
use std::sync::PoisonError;

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

use crate::write::Written;

/// Where a body lies, and what is said of it.
#[derive(Clone, Debug)]
pub(crate) struct Packed {
    pub(crate) content_type: &'static str,
    pub(crate) etag: String,
    /// Bytes before compression.
    pub(crate) plain_bytes: usize,
    offset: u64,
    gzip_bytes: usize,
}

/// The file. It only grows; whatever replaced a body stays beside it.
#[derive(Debug)]
pub(crate) struct Pack {
    file: File,
    end: Mutex<u64>,
}

impl Pack {
    /// An empty one, gone with the process.
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self {
            file: tempfile::tempfile()?,
            end: Mutex::new(0),
        })
    }

    /// Compresses a body and keeps it under `name`, which its tag begins with.
    pub(crate) fn put(&self, written: &Written, name: &str) -> io::Result<Packed> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(&written.body)?;
        let gzip = encoder.finish()?;
        let hash = blake3::hash(&written.body).to_hex();
        let offset = {
            let mut end = self.end.lock().unwrap_or_else(PoisonError::into_inner);
            let offset = *end;
            *end += u64::try_from(gzip.len()).unwrap_or(u64::MAX);
            offset
        };
        self.file.write_all_at(&gzip, offset)?;
        Ok(Packed {
            content_type: written.content_type,
            etag: format!("\"{name}-{}\"", hash.get(..12).unwrap_or_default()),
            plain_bytes: written.body.len(),
            offset,
            gzip_bytes: gzip.len(),
        })
    }

    /// The body as it was compressed.
    pub(crate) fn gzip(&self, packed: &Packed) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; packed.gzip_bytes];
        self.file.read_exact_at(&mut bytes, packed.offset)?;
        Ok(bytes)
    }

    /// The body as it was written.
    pub(crate) fn plain(&self, packed: &Packed) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(packed.plain_bytes);
        GzDecoder::new(self.gzip(packed)?.as_slice()).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}
