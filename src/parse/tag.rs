//! A start tag and its attributes, however they are quoted.

/// A start tag.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Tag<'a> {
    /// Its name as written, prefix and all.
    pub(super) name: &'a str,
    /// Whether it ends in `/>`.
    pub(super) is_empty: bool,
    /// The tag as written, angle brackets included.
    pub(super) raw: &'a str,
    /// What stands between the name and the end.
    attributes: &'a str,
}

impl<'a> Tag<'a> {
    /// The tag that is written as `raw`.
    pub(super) fn of(raw: &'a str) -> Self {
        let inner = raw.strip_prefix('<').unwrap_or(raw);
        let inner = inner.strip_suffix('>').unwrap_or(inner);
        let name_end = inner
            .find(|c: char| c.is_whitespace() || c == '/')
            .unwrap_or(inner.len());
        let (name, attributes) = inner.split_at_checked(name_end).unwrap_or((inner, ""));
        let attributes = attributes.trim_end();
        let before_slash = attributes
            .strip_suffix('/')
            .filter(|_| !ends_unquoted_value(attributes));
        Self {
            name,
            is_empty: before_slash.is_some(),
            raw,
            attributes: before_slash.unwrap_or(attributes),
        }
    }

    /// Its attributes in order: name and value, references not yet resolved.
    pub(super) fn attributes(&self) -> Attributes<'a> {
        Attributes {
            rest: self.attributes,
        }
    }

    /// Whether it has no attribute.
    pub(super) fn is_bare(&self) -> bool {
        self.attributes.trim().is_empty()
    }
}

/// The part of a name before its last colon, where there is one, and the part after it.
pub(super) fn split_name(name: &str) -> (Option<&str>, &str) {
    name.rsplit_once(':')
        .map_or((None, name), |(prefix, local)| (Some(prefix), local))
}

/// Attributes of one tag, in quotes or not.
#[derive(Clone, Debug)]
pub(super) struct Attributes<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Attributes<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self
            .rest
            .trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '/' | '"' | '\'' | '='));
        let end = rest
            .find(|c: char| c.is_whitespace() || matches!(c, '=' | '/' | '"' | '\''))
            .unwrap_or(rest.len());
        let (name, rest) = rest.split_at_checked(end)?;
        if name.is_empty() {
            return None;
        }
        let Some(value) = rest.trim_start().strip_prefix('=') else {
            self.rest = rest;
            return Some((name, ""));
        };
        let value = value.trim_start();
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
        let quoted = quote.and_then(|quote| value.strip_prefix(quote)?.split_once(quote));
        let bare = || {
            let value = value.trim_start_matches(['"', '\'']);
            value.split_at_checked(value.find(char::is_whitespace).unwrap_or(value.len()))
        };
        let (read, rest) = quoted.or_else(bare)?;
        let (read, rest) = before_next(value, read, rest).unwrap_or((read, rest));
        self.rest = rest;
        Some((name, read))
    }
}

/// Of a value whose quote was never closed and met the next attribute's (`"a b="`): what stands
/// before that attribute, and the rest from there on.
fn before_next<'a>(written: &'a str, value: &'a str, rest: &'a str) -> Option<(&'a str, &'a str)> {
    if rest.is_empty() || rest.starts_with(|c: char| c.is_whitespace() || c == '/') {
        return None;
    }
    let (before, next) = value.rsplit_once(char::is_whitespace)?;
    let name = next.strip_suffix('=')?;
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b':'));
    let from = "\"".len() + value.len() - next.len();
    is_name.then_some((before.trim_end(), written.get(from..)?))
}

/// Whether a tag's final slash belongs to a value: `<a href=http://e.org/>`.
fn ends_unquoted_value(attributes: &str) -> bool {
    let last = attributes
        .split_whitespace()
        .next_back()
        .unwrap_or_default();
    last.split_once('=').is_some_and(|(_, value)| {
        value.len() > 1 && !value.starts_with(['"', '\'']) && !value.contains(['"', '\''])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_read_in_every_spelling() {
        let read = |raw| Tag::of(raw).attributes().collect::<Vec<_>>();
        assert_eq!(
            read("<a b='1' c = \"2\" d=3 e f:g='>' />"),
            [("b", "1"), ("c", "2"), ("d", "3"), ("e", ""), ("f:g", ">")]
        );
        assert_eq!(read("<a b=''c=\"\">"), [("b", ""), ("c", "")]);
        assert_eq!(read("<a b=\"x>"), [("b", "x")]);
        assert_eq!(read("<a b=http://e.org/>"), [("b", "http://e.org/")]);
        assert_eq!(
            read("<a b=\"http://e.org/?d=e f=\"g\"/>"),
            [("b", "http://e.org/?d=e"), ("f", "g")]
        );
        assert_eq!(read("<a b='1='2>"), [("b", "1="), ("2", "")]);
    }

    #[test]
    fn names_split_at_the_last_colon() {
        assert_eq!(split_name("dc:date"), (Some("dc"), "date"));
        assert_eq!(split_name("date"), (None, "date"));
    }
}
