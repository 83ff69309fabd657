//! A date as a feed might write one: a moment in the years 2 to 9999, or none.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nuncio::model::time::Timestamp;
use nuncio::normalise::date;

fuzz_target!(|written: &str| {
    let Some(at) = date::read(written) else {
        return;
    };
    let first = Timestamp::parse_rfc3339("0002-01-01T00:00:00Z").expect("a constant");
    let last = Timestamp::parse_rfc3339("9999-12-30T22:00:00Z").expect("a constant");
    assert!(
        at >= first && at <= last,
        "{written:?} became {}",
        at.rfc3339()
    );
    // What we write ourselves, we read.
    assert_eq!(date::read(&at.rfc3339()), Some(at), "{written:?}");
});
