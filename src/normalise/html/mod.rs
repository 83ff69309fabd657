//! HTML from publishers: its text, and what of it may be shown.

mod cost;
mod furniture;
mod media;
mod player;
mod policy;
mod sanitiser;
mod tame;
mod text;

pub use furniture::without_furniture;
pub use sanitiser::{from_plain, sanitise};
pub use text::{article_text, plain_text};
