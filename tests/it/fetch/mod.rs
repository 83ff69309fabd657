//! `fetch` against upstreams that keep the rules and upstreams that do not.

mod asking;
mod bodies;
mod client;
mod guarding;
mod redirects;
mod tls;
mod trouble;
