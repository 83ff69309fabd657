//! Text fitted into columns of a terminal.

use std::io::{self, IsTerminal};

use icu_properties::CodePointMapData;
use icu_properties::props::EastAsianWidth;

use crate::text::script;

/// What a terminal can show.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Size {
    /// Characters of usual width in a row.
    pub columns: usize,
    /// Rows.
    pub rows: usize,
}

/// Size of the terminal that standard output is, where it is one and says so.
pub fn terminal() -> Option<Size> {
    let (width, height) = terminal_size::terminal_size().filter(|_| io::stdout().is_terminal())?;
    Some(Size {
        columns: usize::from(width.0),
        rows: usize::from(height.0),
    })
}

fn width_of(c: char) -> usize {
    if c.is_control() || script::is_nonspacing_mark(c) {
        return 0;
    }
    match CodePointMapData::<EastAsianWidth>::new().get(c) {
        EastAsianWidth::Wide | EastAsianWidth::Fullwidth => 2,
        _ => 1,
    }
}

/// Columns a text takes on a terminal.
pub fn columns(text: &str) -> usize {
    text.chars().map(width_of).sum()
}

/// `text` without what could drive the terminal.
pub fn clean(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

/// The head of `text` that fits into `room` columns, with an ellipsis where something is missing;
/// what could drive the terminal is left out.
pub fn cut(text: &str, room: usize) -> String {
    if columns(text) <= room {
        return clean(text);
    }
    let mut left = room.saturating_sub(1);
    let fits = |c: &char| match left.checked_sub(width_of(*c)) {
        Some(rest) => {
            left = rest;
            true
        }
        None => false,
    };
    let mut head: String = clean(text).chars().take_while(fits).collect();
    head.push('…');
    head
}

/// `text` in lines of at most `room` columns, broken between words; a longer word stays whole, as
/// half an address is good for nothing. At least one line.
pub fn wrap(text: &str, room: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace().map(clean) {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(&word),
            Some(line) if columns(line) + 1 + columns(&word) <= room => {
                line.push(' ');
                line.push_str(&word);
            }
            _ => lines.push(word),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_cut_by_columns_not_by_characters() {
        for (text, room, expected) in [
            ("Астана", 6, "Астана"),
            ("Астана сегодня", 7, "Астана…"),
            ("哈萨克斯坦驻华使馆", 9, "哈萨克斯…"),
            ("哈萨克斯坦驻华使馆", 10, "哈萨克斯…"),
            ("Y\u{1b}[2Jx", 9, "Y[2Jx"),
        ] {
            assert_eq!(cut(text, room), expected, "{text} in {room}");
        }
    }

    #[test]
    fn a_reason_is_broken_between_words_and_no_word_is_cut() {
        let lines = wrap("central-asia by Астане = Astana, 哈萨克斯坦", 20);
        let expected = ["central-asia by", "Астане = Astana,", "哈萨克斯坦"];
        assert_eq!(lines, expected);
        let address = "https://example.org/a/long/address";
        assert_eq!(
            wrap(&format!("moved to {address}"), 20),
            ["moved to", address]
        );
        assert_eq!(wrap("", 20), [""]);
    }
}
