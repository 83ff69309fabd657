//! Text turned into a [`ParsedFeed`](crate::model::parsed::ParsedFeed): guards, then feed-rs behind one adapter.
