//! Stories published in all formats: exact documents, and what readers and validators make of them.

mod documents;
mod round_trip;
mod schema;
mod stories;
