//! Rows of a store in one file of our own: checkpoints and exports.
//!
//! The layout is in `docs/store-format.md`: a header, then one zstd stream of rows, closed by
//! their number and a BLAKE3 hash over header and rows. A file without that end, or with another
//! hash, is damaged as a whole: nothing of it is used.

use std::io::{self, BufReader, Read, Write};

use crate::model::time::Timestamp;

/// Version of the layout this program writes, and the newest it reads.
pub const VERSION: u32 = 1;

const MAGIC: [u8; 8] = *b"\x89NUNCIO\n";
/// The usual trade between size and time.
const LEVEL: i32 = 3;
const TAG_END: u8 = 0;
const TAG_PUT: u8 = 1;
const TAG_REMOVE: u8 = 2;
/// What a damaged length may make us allocate.
const FIELD_MAX_BYTES: u32 = 1 << 20;

/// Why a file of rows cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RowFileError {
    /// It cannot be read.
    #[error("it cannot be read")]
    Io(#[source] io::Error),
    /// It is cut short, changed, or no such file at all.
    #[error("it is damaged: {0}")]
    Damaged(&'static str),
    /// A newer nuncio wrote it.
    #[error("it has format {0}, newer than the {VERSION} this nuncio knows")]
    TooNew(u32),
}

/// One row: a key with its value, or without one where the row is gone.
pub type Row = (Vec<u8>, Option<Vec<u8>>);

/// Writes rows; where a key comes twice, the later one counts.
pub struct RowWriter<W: Write> {
    out: zstd::stream::write::Encoder<'static, W>,
    hasher: blake3::Hasher,
    n_rows: u64,
}

impl<W: Write> RowWriter<W> {
    /// Writes the header to `out`.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn new(mut out: W, created: Timestamp) -> io::Result<Self> {
        let mut header = MAGIC.to_vec();
        header.extend(VERSION.to_be_bytes());
        header.extend(created.as_millis().to_be_bytes());
        out.write_all(&header)?;
        let mut hasher = blake3::Hasher::new();
        hasher.update(&header);
        Ok(Self {
            out: zstd::stream::write::Encoder::new(out, LEVEL)?,
            hasher,
            n_rows: 0,
        })
    }

    /// Writes one row.
    ///
    /// # Errors
    /// Those of the output, or a key or value over 1 MiB.
    pub fn row(&mut self, key: &[u8], value: Option<&[u8]>) -> io::Result<()> {
        self.n_rows += 1;
        self.write(&[if value.is_some() { TAG_PUT } else { TAG_REMOVE }])?;
        self.field(key)?;
        value.map_or(Ok(()), |value| self.field(value))
    }

    /// Writes the end and gives the output back.
    ///
    /// # Errors
    /// Those of the output.
    pub fn finish(mut self) -> io::Result<W> {
        let hash = self.hasher.finalize();
        self.out.write_all(&[TAG_END])?;
        self.out.write_all(&self.n_rows.to_be_bytes())?;
        self.out.write_all(hash.as_bytes())?;
        self.out.finish()
    }

    fn field(&mut self, bytes: &[u8]) -> io::Result<()> {
        let length = u32::try_from(bytes.len())
            .ok()
            .filter(|&length| length <= FIELD_MAX_BYTES)
            .ok_or_else(|| io::Error::other("a row is longer than 1 MiB"))?;
        self.write(&length.to_be_bytes())?;
        self.write(bytes)
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.hasher.update(bytes);
        self.out.write_all(bytes)
    }
}

/// Reads rows.
///
/// Rows are given before the end was seen: only after [`RowReader::next_row`] gave `None` is it
/// sure that they are those that were written.
pub struct RowReader<R: Read> {
    input: zstd::stream::read::Decoder<'static, BufReader<R>>,
    created: Timestamp,
    hasher: blake3::Hasher,
    n_rows: u64,
}

impl<R: Read> RowReader<R> {
    /// Reads the header.
    ///
    /// # Errors
    /// Where it is none of ours, or from a newer nuncio.
    pub fn new(mut input: R) -> Result<Self, RowFileError> {
        let mut magic = [0; 8];
        let mut version = [0; 4];
        let mut created = [0; 8];
        for part in [&mut magic[..], &mut version, &mut created] {
            input.read_exact(part).map_err(cut)?;
        }
        if magic != MAGIC {
            return Err(RowFileError::Damaged("it does not begin like one of ours"));
        }
        let mut hasher = blake3::Hasher::new();
        for part in [&magic[..], &version, &created] {
            hasher.update(part);
        }
        let version = u32::from_be_bytes(version);
        if version > VERSION {
            return Err(RowFileError::TooNew(version));
        }
        Ok(Self {
            input: zstd::stream::read::Decoder::new(input).map_err(RowFileError::Io)?,
            created: Timestamp::from_millis(i64::from_be_bytes(created)),
            hasher,
            n_rows: 0,
        })
    }

    /// When it was written.
    pub fn created(&self) -> Timestamp {
        self.created
    }

    /// The next row; `None` after the last one, when number and hash were right.
    ///
    /// # Errors
    /// Where it cannot be read or is damaged.
    pub fn next_row(&mut self) -> Result<Option<Row>, RowFileError> {
        let [tag] = self.array()?;
        if tag == TAG_END {
            return self.end().map(|()| None);
        }
        self.hasher.update(&[tag]);
        self.n_rows += 1;
        let key = self.field()?;
        match tag {
            TAG_PUT => Ok(Some((key, Some(self.field()?)))),
            TAG_REMOVE => Ok(Some((key, None))),
            _ => Err(RowFileError::Damaged("a row of unknown kind")),
        }
    }

    fn end(&mut self) -> Result<(), RowFileError> {
        let n_rows = u64::from_be_bytes(self.array()?);
        let hash: [u8; 32] = self.array()?;
        if n_rows != self.n_rows || blake3::Hash::from_bytes(hash) != self.hasher.finalize() {
            return Err(RowFileError::Damaged("its hash is wrong"));
        }
        let mut rest = [0];
        match self.input.read(&mut rest).map_err(cut)? {
            0 => Ok(()),
            _ => Err(RowFileError::Damaged("it goes on after its end")),
        }
    }

    fn field(&mut self) -> Result<Vec<u8>, RowFileError> {
        let length: [u8; 4] = self.array()?;
        self.hasher.update(&length);
        let length = u32::from_be_bytes(length);
        if length > FIELD_MAX_BYTES {
            return Err(RowFileError::Damaged("a row is longer than 1 MiB"));
        }
        let mut bytes = vec![0; usize::try_from(length).unwrap_or(0)];
        self.input.read_exact(&mut bytes).map_err(cut)?;
        self.hasher.update(&bytes);
        Ok(bytes)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], RowFileError> {
        let mut bytes = [0; N];
        self.input.read_exact(&mut bytes).map_err(cut)?;
        Ok(bytes)
    }
}

/// A stream that ends early or does not inflate is damage; anything else is the system's word.
fn cut(error: io::Error) -> RowFileError {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => RowFileError::Damaged("it is cut short"),
        io::ErrorKind::Other | io::ErrorKind::InvalidData => {
            RowFileError::Damaged("it does not inflate")
        }
        _ => RowFileError::Io(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file() -> Vec<u8> {
        let mut writer = RowWriter::new(Vec::new(), Timestamp::from_seconds(9)).unwrap();
        for n in 0..24_u8 {
            writer.row(&[b'e', n], Some(&[n; 90])).unwrap();
        }
        writer.row(b"e\x05", None).unwrap();
        writer.finish().unwrap()
    }

    fn read(bytes: &[u8]) -> Result<Vec<Row>, RowFileError> {
        let mut reader = RowReader::new(bytes)?;
        let mut rows = Vec::new();
        while let Some(row) = reader.next_row()? {
            rows.push(row);
        }
        Ok(rows)
    }

    #[test]
    fn rows_come_back_in_order() {
        let bytes = file();
        let rows = read(&bytes).unwrap();
        assert_eq!(rows.len(), 25);
        assert_eq!(rows[7], (vec![b'e', 7], Some(vec![7; 90])));
        assert_eq!(rows[24], (vec![b'e', 5], None));
        let created = RowReader::new(bytes.as_slice()).unwrap().created();
        assert_eq!(created, Timestamp::from_seconds(9));
    }

    #[test]
    fn no_damage_passes_for_a_whole_file() {
        let good = file();
        for at in 0..good.len() {
            assert!(read(&good[..at]).is_err(), "cut at {at}");
            for bit in 0..8 {
                let mut bad = good.clone();
                bad[at] ^= 1 << bit;
                let same = read(&bad).is_ok_and(|rows| rows == read(&good).unwrap());
                assert!(same || read(&bad).is_err(), "bit {bit} of byte {at}");
            }
        }
    }

    #[test]
    fn a_newer_format_is_named() {
        let mut bytes = file();
        bytes[11] = 2;
        assert!(matches!(read(&bytes), Err(RowFileError::TooNew(2))));
    }
}
