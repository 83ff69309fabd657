//! dates
use crate::model::time::Timestamp;
/// read
pub fn read(text: &str) -> Option<Timestamp> {
    Timestamp::parse_rfc3339(text)
}
