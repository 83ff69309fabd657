//! Moments as RFC 3339 text, for scripts that read the answers: `#[serde(with = "rfc3339")]`.

use serde::{Deserialize, Deserializer, Serializer, de};

use crate::model::time::Timestamp;

/// Writes `2026-11-24T15:34:00Z`.
///
/// # Errors
/// Those of the serialiser.
pub fn serialize<S: Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(at)
}

/// Reads any RFC 3339 moment.
///
/// # Errors
/// Where the text is no such moment.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
    read(&String::deserialize(deserializer)?)
}

fn read<E: de::Error>(text: &str) -> Result<Timestamp, E> {
    Timestamp::parse_rfc3339(text)
        .ok_or_else(|| E::custom(format_args!("{text:?} is no RFC 3339 moment")))
}

/// The same for a moment that may be absent: `#[serde(with = "rfc3339::option")]`.
pub mod option {
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::model::time::Timestamp;

    /// Writes the moment or `null`.
    ///
    /// # Errors
    /// Those of the serialiser.
    pub fn serialize<S: Serializer>(
        at: &Option<Timestamp>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match at {
            Some(at) => super::serialize(at, serializer),
            None => serializer.serialize_none(),
        }
    }

    /// Reads a moment or `null`.
    ///
    /// # Errors
    /// Where the text is no moment.
    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Timestamp>, D::Error> {
        Option::<String>::deserialize(deserializer)?
            .map(|text| super::read(&text))
            .transpose()
    }
}
