//! XML split into tags and text, leniently: every input has a reading, and the time is linear.

/// One piece of a document.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Token<'a> {
    /// Text between tags, references not yet resolved.
    Text(&'a str),
    /// What stood inside `<![CDATA[ ]]>`; to the end of the document where it is not closed.
    CData(&'a str),
    /// A start tag or an empty-element tag.
    Start(Tag<'a>),
    /// An end tag's name.
    End(Name<'a>),
    /// A comment, processing instruction or declaration; whether it was a DOCTYPE that declares
    /// entities.
    Aside {
        /// The piece as written.
        raw: &'a str,
        /// Whether it is a DOCTYPE with an internal subset.
        declares: bool,
    },
}

/// A name as written, prefix and all.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Name<'a>(pub(super) &'a str);

impl<'a> Name<'a> {
    /// The prefix, where there is one.
    pub(super) fn prefix(self) -> Option<&'a str> {
        self.0.rsplit_once(':').map(|(prefix, _)| prefix)
    }

    /// The part after the prefix.
    pub(super) fn local(self) -> &'a str {
        self.0.rsplit_once(':').map_or(self.0, |(_, local)| local)
    }
}

/// A start tag.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Tag<'a> {
    /// Its name.
    pub(super) name: Name<'a>,
    /// Whether it ends in `/>`.
    pub(super) is_empty: bool,
    /// The tag as written, angle brackets included.
    pub(super) raw: &'a str,
    attributes: &'a str,
}

impl<'a> Tag<'a> {
    /// Its attributes in order: name and value, references not yet resolved.
    pub(super) fn attributes(&self) -> Attributes<'a> {
        Attributes {
            rest: self.attributes,
        }
    }

    /// The value of the attribute spelt `name`, references not yet resolved.
    pub(super) fn attribute(&self, name: &str) -> Option<&'a str> {
        self.attributes()
            .find(|(found, _)| *found == name)
            .map(|(_, value)| value)
    }
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
        let (value, rest) = match quote {
            Some(quote) => {
                let inner = value.strip_prefix(quote)?;
                inner.split_once(quote).unwrap_or((inner, ""))
            }
            None => {
                value.split_at_checked(value.find(char::is_whitespace).unwrap_or(value.len()))?
            }
        };
        self.rest = rest;
        Some((name, value))
    }
}

/// The pieces of a document, in order.
#[derive(Clone, Debug)]
pub(super) struct Tokens<'a> {
    rest: &'a str,
}

impl<'a> Tokens<'a> {
    /// The pieces of `text`.
    pub(super) fn of(text: &'a str) -> Self {
        Self { rest: text }
    }

    /// What is not yet read.
    pub(super) fn rest(&self) -> &'a str {
        self.rest
    }

    /// Takes the first `n` bytes of the rest; `n` lies on a character boundary.
    fn take(&mut self, n: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at_checked(n).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    /// Takes up to and including `end`; the whole rest where it is missing.
    fn take_through(&mut self, end: &str) -> &'a str {
        let n = self
            .rest
            .find(end)
            .map_or(self.rest.len(), |at| at + end.len());
        self.take(n)
    }

    fn cdata(&mut self) -> Token<'a> {
        let raw = self.take_through("]]>");
        let inner = raw.strip_prefix(CDATA).unwrap_or(raw);
        Token::CData(inner.strip_suffix("]]>").unwrap_or(inner))
    }

    fn doctype(&mut self) -> Token<'a> {
        let head = self.rest.find(['[', '>']).unwrap_or(self.rest.len());
        let declares = self
            .rest
            .get(head..)
            .is_some_and(|rest| rest.starts_with('['));
        if !declares {
            let raw = self.take_through(">");
            return Token::Aside { raw, declares };
        }
        let end = self
            .rest
            .get(head..)
            .and_then(subset_end)
            .map_or(self.rest.len(), |end| head + end);
        let raw = self.take(end);
        Token::Aside { raw, declares }
    }

    fn start(&mut self) -> Token<'a> {
        let Some(end) = tag_end(self.rest) else {
            return Token::Text(self.take(1));
        };
        let raw = self.take(end);
        let inner = raw.strip_prefix('<').unwrap_or(raw);
        let inner = inner.strip_suffix('>').unwrap_or(inner);
        let is_empty = inner.ends_with('/');
        let inner = inner.strip_suffix('/').unwrap_or(inner);
        let end = inner
            .find(|c: char| c.is_whitespace() || c == '/')
            .unwrap_or(inner.len());
        let (name, attributes) = inner.split_at_checked(end).unwrap_or((inner, ""));
        Token::Start(Tag {
            name: Name(name),
            is_empty,
            raw,
            attributes,
        })
    }

    fn end(&mut self) -> Token<'a> {
        let n = self.rest.find('>').map_or(self.rest.len(), |at| at + 1);
        let raw = self.take(n);
        let name = raw.trim_start_matches("</").trim_end_matches('>').trim();
        let name = name.split(char::is_whitespace).next().unwrap_or_default();
        Token::End(Name(name))
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        let mut head = self.rest.chars();
        let first = head.next()?;
        if first != '<' {
            let n = self.rest.find('<').unwrap_or(self.rest.len());
            return Some(Token::Text(self.take(n)));
        }
        let aside = |raw| Token::Aside {
            raw,
            declares: false,
        };
        Some(match head.next() {
            Some('!') if self.rest.starts_with(CDATA) => self.cdata(),
            Some('!') if self.rest.starts_with("<!--") => aside(self.take_through("-->")),
            Some('!') => self.doctype(),
            Some('?') => aside(self.take_through(">")),
            Some('/') => self.end(),
            Some(c) if c.is_alphabetic() || matches!(c, '_' | ':') => self.start(),
            _ => Token::Text(self.take(1)),
        })
    }
}

const CDATA: &str = "<![CDATA[";

/// Length of the tag that `text` starts with; `None` where another `<` or the end comes first.
fn tag_end(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match (quote, byte) {
            (None, b'>') => return Some(at + 1),
            (None, b'<') => return None,
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
    }
    // An odd quote swallowed the rest: the tag ends at the first bracket after all.
    text.find('>').map(|at| at + 1)
}

/// Length of `[ … ] … >`, brackets inside quotes not counted.
fn subset_end(subset: &str) -> Option<usize> {
    let mut quote = None;
    let mut is_closed = false;
    for (at, byte) in subset.bytes().enumerate() {
        match (quote, byte) {
            (None, b']') => is_closed = true,
            (None, b'>') if is_closed => return Some(at + 1),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(text: &str) -> String {
        Tokens::of(text)
            .map(|token| match token {
                Token::Text(text) => format!("T({text})"),
                Token::CData(text) => format!("C({text})"),
                Token::Start(tag) if tag.is_empty => format!("E({})", tag.name.0),
                Token::Start(tag) => format!("S({})", tag.name.0),
                Token::End(name) => format!("/({})", name.0),
                Token::Aside { declares: true, .. } => "D".to_owned(),
                Token::Aside { .. } => "A".to_owned(),
            })
            .collect()
    }

    #[test]
    fn every_input_has_a_reading() {
        for (text, expected) in [
            ("", ""),
            ("<a>x</a>", "S(a)T(x)/(a)"),
            ("<a b='>'/>", "E(a)"),
            ("<a/ >", "S(a)"),
            ("<!-- <a> --><?p <b ?><c>", "AAS(c)"),
            ("<![CDATA[<a>]]>]]>", "C(<a>)T(]]>)"),
            ("<![CDATA[<a>", "C(<a>)"),
            ("<!-- <a>", "A"),
            ("1 < 2 <3 <a", "T(1 )T(<)T( 2 )T(<)T(3 )T(<)T(a)"),
            ("<a <b>", "T(<)T(a )S(b)"),
            ("<a href=\"x>y</a>", "S(a)T(y)/(a)"),
            ("</ a ></b", "/(a)/(b)"),
            ("<!DOCTYPE rss><x>", "AS(x)"),
            ("<!DOCTYPE a [<!ENTITY b \"]>\">]><x>", "DS(x)"),
            ("<!DOCTYPE a [", "D"),
        ] {
            assert_eq!(shape(text), expected, "{text}");
        }
    }

    #[test]
    fn attributes_are_read_in_every_spelling() {
        let read = |text| match Tokens::of(text).next() {
            Some(Token::Start(tag)) => tag.attributes().collect::<Vec<_>>(),
            other => panic!("{other:?}"),
        };
        assert_eq!(
            read("<a b='1' c = \"2\" d=3 e f:g='>' />"),
            [("b", "1"), ("c", "2"), ("d", "3"), ("e", ""), ("f:g", ">")]
        );
        assert_eq!(read("<a b=''c=\"\">"), [("b", ""), ("c", "")]);
        assert_eq!(read("<a = ' b>"), [("b", "")]);
    }

    #[test]
    fn names_split_at_the_last_colon() {
        assert_eq!(Name("dc:date").prefix(), Some("dc"));
        assert_eq!(Name("dc:date").local(), "date");
        assert_eq!(Name("date").prefix(), None);
    }
}
