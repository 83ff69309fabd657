//! HTML from publishers: its text, and what of it may be shown.

mod cost;
mod pixel;
mod policy;
mod sanitiser;
mod text;

pub use sanitiser::{from_plain, sanitise};
pub use text::plain_text;
