//! A record to bytes and back: one version byte, then postcard.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::store::error::StoreError;

/// One kind of record, in the newest layout this program writes.
pub trait Record: Serialize + DeserializeOwned {
    /// Its name in messages and in `docs/store-format.md`.
    const NAME: &'static str;
    /// Version of this layout.
    const VERSION: u8 = 1;

    /// The record in an older layout, made into this one; `None` where that version is unknown.
    fn read_older(_version: u8, _body: &[u8]) -> Option<postcard::Result<(Self, &[u8])>> {
        None
    }
}

/// The bytes of `record`.
///
/// # Errors
/// [`StoreError::Record`] where postcard cannot write it; no record we have can cause that.
pub fn encode<R: Record>(record: &R) -> Result<Vec<u8>, StoreError> {
    let bytes = vec![R::VERSION];
    postcard::to_extend(record, bytes).map_err(|error| StoreError::Record {
        key: R::NAME.to_owned(),
        version: R::VERSION,
        detail: error.to_string(),
    })
}

/// The record in `bytes`, read to the last one; `key` names it in the error.
///
/// # Errors
/// [`StoreError::Record`] with the version found, where it is unknown or the bytes do not fit it.
pub fn decode<R: Record>(key: impl Fn() -> String, bytes: &[u8]) -> Result<R, StoreError> {
    let unreadable = |version: u8, detail: String| StoreError::Record {
        key: format!("{} {}", R::NAME, key()),
        version,
        detail,
    };
    let Some((&version, body)) = bytes.split_first() else {
        return Err(unreadable(0, "it is empty".to_owned()));
    };
    let read = if version == R::VERSION {
        Some(postcard::take_from_bytes(body))
    } else {
        R::read_older(version, body)
    };
    let Some(read) = read else {
        let detail = format!("this nuncio knows versions up to {}", R::VERSION);
        return Err(unreadable(version, detail));
    };
    match read {
        Ok((record, [])) => Ok(record),
        Ok((_, rest)) => Err(unreadable(
            version,
            format!("{} bytes too many", rest.len()),
        )),
        Err(error) => Err(unreadable(version, error.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::record::RegionRecord;

    #[test]
    fn an_unknown_version_is_named_and_nothing_is_guessed() {
        let mut bytes = encode(&RegionRecord {
            name: "central-asia".to_owned(),
        })
        .unwrap();
        let read = |bytes: &[u8]| decode::<RegionRecord>(|| "1".to_owned(), bytes);
        assert_eq!(read(&bytes).unwrap().name, "central-asia");
        bytes.push(0);
        assert!(read(&bytes).is_err(), "a byte too many");
        bytes[0] = 9;
        assert_eq!(
            read(&bytes).unwrap_err().to_string(),
            "the record region 1 (version 9) cannot be read: this nuncio knows versions up to 1"
        );
        assert!(read(&[]).is_err());
    }
}
