//! One request for one feed: conditional, limited, guarded.
//!
//! The only module that names reqwest. It gives a [`FetchReport`](crate::model::outcome::FetchReport)
//! and never an error: whatever happens is an outcome with a class and a sentence for a person.
//!
//! What it does itself, because a general client does it differently:
//! - **Redirects**: every hop is checked against the address guard, remembered with its status,
//!   and gets the feed's headers and password only where they belong.
//! - **Addresses**: names are looked up by a resolver of our own that drops forbidden addresses,
//!   so that what was checked is what is connected to; literal addresses never reach a resolver
//!   and are checked before each hop. Feeds with `allow-private` use connections of their own.
//! - **Bodies** are handed on as they came, content coding and all: inflating is CPU work and
//!   has its own limit. At most 64 MiB of them are in flight.
//! - **Time**: connecting, waiting without progress, and the whole exchange have limits.

mod body;
mod client;
mod exchange;
mod failure;
mod freshness;
pub mod guard;
mod headers;
mod http;
mod lookup;
mod settings;

pub use client::HttpClient;
pub use http::{FetchFuture, Http};
pub use lookup::{Lookup, LookupFuture, SystemLookup};
pub use settings::{FetchSettings, FetchSetupError};
