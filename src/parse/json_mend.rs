//! JSON that a strict reader refuses, written out again so that it takes it.
//!
//! What stands before the first brace and behind the end goes, commas that end a list go, what no
//! string may hold is escaped, half characters become `U+FFFD`. A value nested too deep becomes
//! `null`. Where the text breaks off, or holds more values than any feed, what follows the last
//! whole item is cut and all that is open is closed.

use crate::parse::guard::{JSON_DEPTH_MAX, JSON_VALUES_MAX};

/// A mended text and what it took.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Mended {
    /// The text.
    pub(super) json: String,
    /// The text broke off.
    pub(super) is_truncated: bool,
    /// It held more values than are read.
    pub(super) is_over_limit: bool,
    /// Values that were nested too deep.
    pub(super) n_too_deep: usize,
}

/// Mends `text`; `None` where there is nothing to mend it to.
pub(super) fn mend(text: &str) -> Option<Mended> {
    let start = text.find('{')?;
    let mut mender = Mender {
        rest: text.get(start..)?.chars(),
        out: String::with_capacity(text.len() - start),
        open: Vec::new(),
        n_skipped: 0,
        n_values: 0,
        whole: None,
        n_too_deep: 0,
    };
    let end = mender.run();
    let (is_truncated, is_over_limit) = match end {
        End::Closed => (false, false),
        End::Torn => (true, false),
        End::Full => (false, true),
    };
    if end != End::Closed {
        mender.out.truncate(mender.whole?);
        mender.out.push_str("]}");
    }
    Some(Mended {
        json: mender.out,
        is_truncated,
        is_over_limit,
        n_too_deep: mender.n_too_deep,
    })
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum End {
    Closed,
    Torn,
    Full,
}

struct Mender<'a> {
    rest: std::str::Chars<'a>,
    out: String,
    /// The brackets that close what is open.
    open: Vec<char>,
    /// Brackets open beyond the limit of depth.
    n_skipped: usize,
    n_values: usize,
    /// Length of the output behind the last whole item; the list and the feed are open there.
    whole: Option<usize>,
    n_too_deep: usize,
}

impl Mender<'_> {
    fn run(&mut self) -> End {
        while let Some(c) = self.rest.next() {
            match c {
                '"' => {
                    if !self.string() {
                        return End::Torn;
                    }
                }
                '{' | '[' => self.enter(c),
                '}' | ']' => {
                    self.leave(c);
                    if self.open.is_empty() {
                        return End::Closed;
                    }
                }
                ',' => {
                    self.n_values += 1;
                    self.push(c);
                }
                _ => self.push(c),
            }
            if self.n_values > JSON_VALUES_MAX {
                return End::Full;
            }
        }
        End::Torn
    }

    fn push(&mut self, c: char) {
        if self.n_skipped == 0 {
            self.out.push(c);
        }
    }

    fn enter(&mut self, bracket: char) {
        self.n_values += 1;
        if self.n_skipped > 0 || self.open.len() >= JSON_DEPTH_MAX {
            if self.n_skipped == 0 {
                self.out.push_str("null");
                self.n_too_deep += 1;
            }
            self.n_skipped += 1;
            return;
        }
        self.out.push(bracket);
        self.open.push(if bracket == '{' { '}' } else { ']' });
    }

    fn leave(&mut self, bracket: char) {
        if self.n_skipped > 0 {
            self.n_skipped -= 1;
            return;
        }
        // A bracket of the wrong kind closes nothing.
        if self.open.last() != Some(&bracket) {
            return;
        }
        let kept = self.out.trim_end().trim_end_matches(',').len();
        self.out.truncate(kept);
        self.out.push(bracket);
        self.open.pop();
        // The feed's own brackets are two: its object and its list of items.
        if self.open.len() == 2 && self.open.last() == Some(&']') {
            self.whole = Some(self.out.len());
        }
    }

    /// A string, its first quote read; whether it ended.
    fn string(&mut self) -> bool {
        self.push('"');
        while let Some(c) = self.rest.next() {
            match c {
                '"' => {
                    self.push('"');
                    return true;
                }
                '\\' => self.escape(),
                c if c < ' ' => {
                    let code = u32::from(c);
                    for c in format!("\\u{code:04x}").chars() {
                        self.push(c);
                    }
                }
                c => self.push(c),
            }
        }
        false
    }

    fn escape(&mut self) {
        let Some(c) = self.rest.next() else {
            return;
        };
        match c {
            '"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't' => {
                self.push('\\');
                self.push(c);
            }
            'u' => self.code(),
            // An escape JSON does not have stands for what it escapes.
            c => self.push(c),
        }
    }

    /// `\uXXXX`, and its other half where it is one.
    fn code(&mut self) {
        let Some(first) = self.hex() else {
            return self.push('\u{FFFD}');
        };
        let mut units = vec![first];
        if (0xD800..0xDC00).contains(&first) {
            let ahead = self.rest.clone();
            if self.rest.next() == Some('\\')
                && self.rest.next() == Some('u')
                && let Some(second @ 0xDC00..0xE000) = self.hex()
            {
                units.push(second);
            } else {
                self.rest = ahead;
            }
        }
        for c in char::decode_utf16(units) {
            match c.unwrap_or('\u{FFFD}') {
                c if c < ' ' || matches!(c, '"' | '\\') => {
                    for c in format!("\\u{:04x}", u32::from(c)).chars() {
                        self.push(c);
                    }
                }
                c => self.push(c),
            }
        }
    }

    fn hex(&mut self) -> Option<u16> {
        let digits = self.rest.as_str().get(..4)?;
        let code = u16::from_str_radix(digits, 16).ok()?;
        self.rest.nth(3);
        Some(code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mended(text: &str) -> Option<String> {
        mend(text).map(|mended| mended.json)
    }

    #[test]
    fn damage_is_mended() {
        for (text, expected) in [
            ("x {\"a\": [1, 2,], }; y", Some("{\"a\": [1, 2]}")),
            (
                "{\"a\": \"b\nc\\d\\\"\"}",
                Some("{\"a\": \"b\\u000acd\\\"\"}"),
            ),
            (
                "{\"a\": \"\\ud800 \\ud83d\\ude00 \\u0022\"}",
                Some("{\"a\": \"\u{FFFD} 😀 \\u0022\"}"),
            ),
            ("{\"a\": \"\\uzz\"}", Some("{\"a\": \"\u{FFFD}zz\"}")),
            (
                "{\"items\": [{\"b\": 1}, {\"c",
                Some("{\"items\": [{\"b\": 1}]}"),
            ),
            (
                "{\"items\": [{\"b\": [1]}], \"c",
                Some("{\"items\": [{\"b\": [1]}]}"),
            ),
            ("{\"a\": 1]}", Some("{\"a\": 1}")),
            ("{\"a", None),
            ("nothing", None),
        ] {
            assert_eq!(mended(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn what_is_over_a_limit_is_cut() {
        let deep = format!(
            "{{\"a\": {}1{}, \"b\": 2}}",
            "[".repeat(1000),
            "]".repeat(1000)
        );
        let mended = mend(&deep).unwrap();
        assert_eq!(mended.n_too_deep, 1);
        assert!(mended.json.ends_with(", \"b\": 2}"), "{}", mended.json);
        let wide = format!("{{\"items\": [{}]}}", "{\"a\": 1},".repeat(JSON_VALUES_MAX));
        let mended = mend(&wide).unwrap();
        assert!(mended.is_over_limit && mended.json.ends_with("{\"a\": 1}]}"));
    }
}
