//! When is a feed next due, and why.
