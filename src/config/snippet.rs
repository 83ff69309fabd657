//! The line an error points at: secrets hidden, long lines cut.

use std::ops::Range;

use crate::config::error::Place;

/// Longest part of a line that is shown, in characters.
const SHOWN_MAX: usize = 120;

/// Characters shown before what is meant when a line is cut.
const LEAD: usize = 40;

/// Words in a key whose value is not for logs.
const SECRET_WORDS: [&str; 10] = [
    "apikey",
    "api-key",
    "api_key",
    "auth",
    "cookie",
    "credential",
    "passw",
    "secret",
    "signature",
    "token",
];

/// Whether a name (of a key, header or parameter) says that its value is a secret.
pub(super) fn names_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SECRET_WORDS.iter().any(|word| name.contains(word))
}

/// A text whose lines have been counted.
#[derive(Debug)]
pub(super) struct Source<'a> {
    text: &'a str,
    /// Where lines begin, ascending, from 0.
    line_starts: Vec<usize>,
}

impl<'a> Source<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let after_newlines = text.match_indices('\n').map(|(at, _)| at + 1);
        Self {
            text,
            line_starts: std::iter::once(0).chain(after_newlines).collect(),
        }
    }

    /// The line that holds a byte, from 1.
    pub(super) fn line(&self, at: usize) -> usize {
        self.line_starts.partition_point(|start| *start <= at)
    }

    /// The place of a span; one over several lines is cut at the end of its first.
    pub(super) fn place(&self, span: Range<usize>) -> Place {
        let start = self.text.floor_char_boundary(span.start);
        let end = self.text.floor_char_boundary(span.end);
        let line = self.line(start);
        let line_start = self.line_starts.get(line - 1).copied().unwrap_or_default();
        let rest = self.text.get(line_start..).unwrap_or_default();
        let text = rest.lines().next().unwrap_or_default();
        let lead = self.text.get(line_start..start).unwrap_or_default();
        let meant = self.text.get(start..end).unwrap_or_default();
        let meant = meant.lines().next().unwrap_or_default();
        Place {
            span,
            line,
            column: lead.trim_start_matches('\u{feff}').chars().count() + 1,
            width: meant.chars().count().max(1),
            text: hide_secrets(text.trim_start_matches('\u{feff}')),
        }
    }
}

/// The line as shown and the carets under it.
pub(super) fn render(place: &Place) -> (String, String) {
    let n_chars = place.text.chars().count();
    let from = if n_chars > SHOWN_MAX {
        (place.column - 1).saturating_sub(LEAD)
    } else {
        0
    };
    let mut shown: String = place.text.chars().skip(from).take(SHOWN_MAX).collect();
    let lead: String = place
        .text
        .chars()
        .take(place.column - 1)
        .skip(from)
        .map(|c| if c == '\t' { '\t' } else { ' ' })
        .collect();
    let room = SHOWN_MAX.saturating_sub(lead.chars().count()).max(1);
    let mut underline = format!("{lead}{}", "^".repeat(place.width.min(room)));
    if from > 0 {
        shown.insert(0, '…');
        underline.insert(0, ' ');
    }
    if n_chars > from + SHOWN_MAX {
        shown.push('…');
    }
    (shown, underline)
}

/// Replaces, character by character, user and password of addresses and all that follows the
/// `=` of a key named like a secret. Works on text, not on the parsed table, so that it holds for
/// files that cannot be parsed.
fn hide_secrets(line: &str) -> String {
    let mut chars: Vec<char> = line.chars().collect();
    let mut hidden = userinfo(&chars);
    hidden.extend(secret_value(line).map(|from| from..chars.len()));
    for range in hidden {
        for c in chars.get_mut(range).into_iter().flatten() {
            if !c.is_whitespace() && !matches!(c, '"' | '\'') {
                *c = '*';
            }
        }
    }
    chars.into_iter().collect()
}

/// Ranges of characters between `://` and the `@` that ends a user and password.
fn userinfo(chars: &[char]) -> Vec<Range<usize>> {
    let starts = chars
        .windows(3)
        .enumerate()
        .filter(|(_, window)| matches!(window, [':', '/', '/']))
        .map(|(at, _)| at + 3);
    starts
        .filter_map(|start| {
            let authority = chars
                .iter()
                .skip(start)
                .take_while(|c| !c.is_whitespace() && !matches!(c, '/' | '"' | '\'' | '?' | '#'));
            let authority: Vec<char> = authority.copied().collect();
            let end = authority.iter().rposition(|c| *c == '@')?;
            Some(start..start + end)
        })
        .collect()
}

/// Index of the first character after the `=` of the first key named like a secret.
fn secret_value(line: &str) -> Option<usize> {
    let mut key = String::new();
    let mut is_key_over = false;
    for (at, c) in line.chars().enumerate() {
        match c {
            '=' if names_secret(&key) => return Some(at + 1),
            '"' | '\'' => {}
            c if c.is_whitespace() => is_key_over = true,
            c if c.is_alphanumeric() || matches!(c, '-' | '_') => {
                if std::mem::take(&mut is_key_over) {
                    key.clear();
                }
                key.push(c);
            }
            _ => key.clear(),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_hidden_and_columns_kept() {
        let check = |line: &str, expected: &str| {
            assert_eq!(hide_secrets(line), expected);
            assert_eq!(line.chars().count(), expected.chars().count());
        };
        check(
            r#"url = "https://joe:hünter@example.org/a@b""#,
            r#"url = "https://**********@example.org/a@b""#,
        );
        check(
            r#"headers = { Authorization = "Bearer x", a = "b" }"#,
            r#"headers = { Authorization = "****** *"* * * "*" *"#,
        );
        check(r#""x-api-key" = 'abc'"#, r#""x-api-key" = '***'"#);
        check(
            r#"url = "https://example.org/?page=1&token=abc""#,
            r#"url = "https://example.org/?page=1&token=***""#,
        );
        check(
            r#"phrases = ["secret talks", "token = x"]"#,
            r#"phrases = ["secret talks", "token = *"*"#,
        );
        check(
            r#"phrases = ["secret talks", "Astana"]"#,
            r#"phrases = ["secret talks", "Astana"]"#,
        );
        check("[auth", "[auth");
    }

    #[test]
    fn places_count_lines_and_characters() {
        let text = "a = 1\r\n  бв = \"x\"\n";
        let start = text.find('"').unwrap();
        assert_eq!(
            Source::new(text).place(start..start + 3),
            Place {
                span: start..start + 3,
                line: 2,
                column: 8,
                text: "  бв = \"x\"".to_owned(),
                width: 3,
            }
        );
        let end = Source::new(text).place(text.len()..text.len());
        assert_eq!((end.line, end.column, end.width), (3, 1, 1));
        let beyond = Source::new("").place(7..9);
        assert_eq!((beyond.line, beyond.column, beyond.width), (1, 1, 1));
    }

    #[test]
    fn long_lines_are_cut_around_what_is_meant() {
        let text = format!(
            "phrases = [{}\"bad\"{}]",
            "\"a\", ".repeat(60),
            ", \"a\"".repeat(60)
        );
        let start = text.find("\"bad\"").unwrap();
        let (shown, underline) = render(&Source::new(&text).place(start..start + 5));
        assert_eq!(shown.chars().count(), SHOWN_MAX + 2);
        let at = underline.find('^').unwrap();
        assert_eq!(
            shown.chars().skip(at).take(5).collect::<String>(),
            "\"bad\""
        );
        assert_eq!(underline.matches('^').count(), 5);
    }
}
