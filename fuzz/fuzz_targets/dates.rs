//! A date as a feed might write one: a moment in the years 1970 to 2099, or none.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nuncio::model::time::Timestamp;
use nuncio::normalise::date;

fuzz_target!(|written: &str| {
    let Some(at) = date::read(written) else {
        return;
    };
    let first = Timestamp::parse_rfc3339("1969-12-31T00:00:00Z").expect("a constant");
    let last = Timestamp::parse_rfc3339("2100-01-01T23:59:59Z").expect("a constant");
    assert!(
        at >= first && at <= last,
        "{written:?} became {}",
        at.rfc3339()
    );
    // What we write ourselves, we read; at either end a zone may have led into a year we refuse.
    if (1970..=2099).contains(&at.to_jiff().strftime("%Y").to_string().parse().unwrap_or(0)) {
        assert_eq!(date::read(&at.rfc3339()), Some(at), "{written:?}");
    }
});
