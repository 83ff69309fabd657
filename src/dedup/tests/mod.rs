//! Documents of several feeds in order, and what a reader of a merged feed would see.

mod laws;
mod rejudged;
mod scenes;
mod world;
