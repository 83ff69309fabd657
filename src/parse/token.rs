//! XML split into tags and text, leniently: every input has a reading, and the time is linear.

use memchr::memmem;

use crate::parse::tag::Tag;

/// One piece of a document, borrowed from it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Token<'a> {
    /// Text between tags, references not yet resolved.
    Text(&'a str),
    /// What stood inside `<![CDATA[ ]]>`.
    CData(&'a str),
    /// A start tag or an empty-element tag.
    Start(Tag<'a>),
    /// An end tag's name.
    End(&'a str),
    /// A DOCTYPE with an internal subset: that subset, from its `[`.
    Subset(&'a str),
    /// A comment, processing instruction or other declaration.
    Aside,
}

/// The pieces of a document, in order.
#[derive(Clone, Debug)]
pub(super) struct Tokens<'a> {
    text: &'a str,
    at: usize,
    /// Where the next `]]>`, `-->` and `>` stand, as far as was looked: each is looked for once.
    cdata_end: Sought,
    comment_end: Sought,
    bracket: Sought,
    /// Bytes that may still be looked at in vain for the end of a tag.
    patience: usize,
    /// Pieces whose end had to be guessed.
    n_mended: usize,
}

/// A place where a piece started or ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Mark {
    /// Bytes before it.
    pub(super) at: usize,
    n_mended: usize,
}

/// The next place of a mark at or after the place it was looked for from.
#[derive(Clone, Copy, Debug, Default)]
struct Sought {
    from: usize,
    found: Option<usize>,
    is_known: bool,
}

impl Sought {
    /// Every byte is searched once, but for those that were gone back over.
    fn next(&mut self, text: &str, at: usize, mark: &str) -> Option<usize> {
        let find = |from: usize, to: usize| {
            let piece = text.as_bytes().get(from..to.min(text.len()))?;
            Some(memmem::find(piece, mark.as_bytes())? + from)
        };
        if self.is_known && at < self.from {
            self.found = find(at, self.from + mark.len() - 1).or(self.found);
        } else if !self.is_known || self.found.is_some_and(|found| found < at) {
            self.found = find(at, text.len());
        }
        self.from = at;
        self.is_known = true;
        self.found
    }
}

const CDATA: &str = "<![CDATA[";
const CDATA_END: &str = "]]>";

/// CDATA sections in one another that are unwrapped.
const WRAPPED_MAX: usize = 4;

/// `text` without the marks of a CDATA section around all of it, which some escape, and some
/// write without their brackets.
pub(super) fn without_cdata_marks(text: &str) -> &str {
    let inside = || {
        let start = text.strip_prefix('<').unwrap_or(text);
        let end = text.strip_suffix('>').unwrap_or(text);
        let marks = (CDATA.strip_prefix('<')?, CDATA_END.strip_suffix('>')?);
        if !starts_with_fold(start, marks.0) || !end.ends_with(marks.1) {
            return None;
        }
        let from = text.len() - start.len() + marks.0.len();
        text.get(from..end.len().checked_sub(marks.1.len())?)
    };
    inside().map_or(text, str::trim)
}

impl<'a> Tokens<'a> {
    /// The pieces of `text`.
    pub(super) fn of(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            cdata_end: Sought::default(),
            comment_end: Sought::default(),
            bracket: Sought::default(),
            patience: text.len().saturating_mul(4),
            n_mended: 0,
        }
    }

    /// End tags without their bracket, quotes and CDATA sections that nothing closes, so far.
    pub(super) fn n_mended(&self) -> usize {
        self.n_mended
    }

    /// Bytes read so far.
    pub(super) fn offset(&self) -> usize {
        self.at
    }

    /// The place between what was read and what was not.
    pub(super) fn mark(&self) -> Mark {
        Mark {
            at: self.at,
            n_mended: self.n_mended,
        }
    }

    /// Goes back to `mark`.
    pub(super) fn go_to(&mut self, mark: Mark) {
        self.at = mark.at;
        self.n_mended = mark.n_mended;
    }

    /// What is not yet read.
    pub(super) fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Takes the text up to `end`, which lies on a character boundary.
    fn take_to(&mut self, end: usize) -> &'a str {
        let taken = self.text.get(self.at..end).unwrap_or_default();
        self.at = end;
        taken
    }

    /// The next piece, read inside an element called `open`: there a CDATA section without an end
    /// of its own stops at the element's end tag.
    pub(super) fn next_inside(&mut self, open: &str) -> Option<Token<'a>> {
        let rest = self.rest();
        let mut head = rest.bytes();
        let first = head.next()?;
        if first != b'<' {
            let end = rest.find('<').map_or(self.text.len(), |n| self.at + n);
            return Some(Token::Text(self.take_to(end)));
        }
        Some(match head.next() {
            Some(b'!') if starts_with_fold(rest, CDATA) => self.cdata(open),
            Some(b'!') if rest.starts_with("<!--") => self.comment(),
            Some(b'!') => self.declaration(),
            Some(b'?') => self.instruction(),
            Some(b'/') => self.end(),
            Some(c) if c.is_ascii_alphabetic() || matches!(c, b'_' | b':') || c >= 0x80 => {
                self.start()
            }
            _ => Token::Text(self.take_to(self.at + 1)),
        })
    }

    fn cdata(&mut self, open: &str) -> Token<'a> {
        self.at += CDATA.len();
        let from = self.at;
        let end = self.cdata_end.next(self.text, from, CDATA_END);
        let inner = self
            .text
            .get(from..end.unwrap_or(self.text.len()))
            .unwrap_or_default();
        let nested = inner.find(CDATA);
        if (end.is_none() || nested.is_some())
            && let Some(until) = inner
                .get(..nested.unwrap_or(inner.len()))
                .and_then(|inner| cdata_stop(inner, open))
        {
            self.n_mended += 1;
            return Token::CData(self.take_to(from + until));
        }
        let inner = self.take_to(from + inner.len());
        self.at = end.map_or(self.at, |end| end + CDATA_END.len());
        Token::CData(self.unwrapped(inner))
    }

    /// The inside of a section that was wrapped in others: each has an end of its own, before the
    /// first real one without its bracket, or behind it.
    fn unwrapped(&mut self, mut inner: &'a str) -> &'a str {
        for _ in 0..WRAPPED_MAX {
            let Some(inside) = inner
                .trim_start()
                .get(CDATA.len()..)
                .filter(|_| starts_with_fold(inner.trim_start(), CDATA))
            else {
                break;
            };
            inner = inside;
            if let Some(inside) = inner.trim_end().strip_suffix("]]") {
                inner = inside;
                continue;
            }
            let rest = self.rest();
            let behind = rest.trim_start();
            if behind.starts_with(CDATA_END) {
                self.at += rest.len() - behind.len() + CDATA_END.len();
            }
        }
        inner
    }

    fn comment(&mut self) -> Token<'a> {
        let from = self.at + "<!--".len();
        // One that never ends is no comment: only its start is dropped.
        self.at = self
            .comment_end
            .next(self.text, from, "-->")
            .map_or(from, |end| end + "-->".len());
        Token::Aside
    }

    fn next_bracket(&mut self) -> Option<usize> {
        self.bracket.next(self.text, self.at, ">")
    }

    fn instruction(&mut self) -> Token<'a> {
        // Without an end it is none: the text goes on behind its mark.
        self.at = self
            .next_bracket()
            .map_or(self.at + "<?".len(), |end| end + 1);
        Token::Aside
    }

    fn declaration(&mut self) -> Token<'a> {
        let Some(bracket) = self.next_bracket() else {
            self.at += "<!".len();
            return Token::Aside;
        };
        let head = self.text.get(self.at..bracket).unwrap_or_default();
        let open = head
            .find('[')
            .filter(|_| starts_with_fold(head, "<!doctype") && self.patience > 0);
        let Some(open) = open.map(|n| self.at + n) else {
            self.at = bracket + 1;
            return Token::Aside;
        };
        let subset = self.text.get(open..).unwrap_or_default();
        let Some(end) = subset_end(subset) else {
            self.patience = self.patience.saturating_sub(subset.len());
            self.at = open + 1;
            return Token::Aside;
        };
        self.at = open + end;
        Token::Subset(subset.get(..end).unwrap_or_default())
    }

    fn start(&mut self) -> Token<'a> {
        let rest = self.rest();
        let Some(end) = self.tag_end(rest) else {
            return Token::Text(self.take_to(self.at + 1));
        };
        let raw = self.take_to(self.at + end);
        Token::Start(Tag::of(raw))
    }

    fn end(&mut self) -> Token<'a> {
        let rest = self.rest();
        let from = self.at + "</".len();
        let end = rest.bytes().skip(2).position(|b| matches!(b, b'>' | b'<'));
        let end = end.map_or(self.text.len(), |n| from + n);
        self.at = from;
        let name = self.take_to(end);
        if self.rest().starts_with('>') {
            self.at += 1;
        } else {
            self.n_mended += usize::from(!self.rest().is_empty());
        }
        Token::End(name.split_whitespace().next().unwrap_or_default())
    }

    /// Length of the tag that `text` starts with; `None` where another `<` or the end comes first.
    ///
    /// A quote counts after `=` only. A value with a bracket in it is believed where a space or
    /// the tag's end follows its closing quote; else that quote is another attribute's.
    fn tag_end(&mut self, text: &str) -> Option<usize> {
        let bytes = text.as_bytes();
        let mut at = 1;
        loop {
            let n = bytes
                .get(at..)?
                .iter()
                .position(|b| matches!(b, b'>' | b'<' | b'='))?;
            at += n;
            match bytes.get(at) {
                Some(b'>') => return Some(at + 1),
                Some(b'=') => at = self.value_end(text, at + 1),
                _ => {
                    self.patience = self.patience.saturating_sub(at);
                    return None;
                }
            }
        }
    }

    /// Where the value ends that starts at `from`, behind the `=`.
    fn value_end(&mut self, text: &str, from: usize) -> usize {
        let bytes = text.as_bytes();
        let spaces = bytes.get(from..).map_or(0, |rest| {
            rest.iter().take_while(|b| b.is_ascii_whitespace()).count()
        });
        let open = from + spaces;
        let Some(quote @ (b'"' | b'\'')) = bytes.get(open).copied() else {
            return from;
        };
        let inside = bytes.get(open + 1..).unwrap_or_default();
        let inside = inside
            .get(..self.patience.min(inside.len()))
            .unwrap_or_default();
        let Some(n) = inside.iter().position(|b| *b == quote) else {
            self.n_mended += 1;
            self.patience = self.patience.saturating_sub(inside.len());
            return open + 1;
        };
        let close = open + 1 + n;
        let holds_bracket = || inside.iter().take(n).any(|b| matches!(b, b'<' | b'>'));
        let is_followed_well = bytes
            .get(close + 1)
            .is_none_or(|b| b.is_ascii_whitespace() || matches!(b, b'>' | b'/' | b'?'));
        self.n_mended += usize::from(!is_followed_well);
        if !is_followed_well && holds_bracket() {
            self.patience = self.patience.saturating_sub(n);
            return open + 1;
        }
        close + 1
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        self.next_inside("")
    }
}

/// Where a CDATA section without an end stops: at the end tag of the element it stands in, or of
/// the entry around.
fn cdata_stop(inner: &str, open: &str) -> Option<usize> {
    let mut from = 0;
    while let Some(n) = inner.get(from..)?.find("</") {
        let at = from + n;
        from = at + "</".len();
        let after = inner.get(from..)?;
        let name = after
            .find(|c: char| c == '>' || c.is_whitespace())
            .and_then(|n| after.get(..n))
            .unwrap_or(after);
        let is_own = !open.is_empty() && name.eq_ignore_ascii_case(open);
        if is_own || matches!(name, "item" | "entry" | "channel" | "rss" | "feed") {
            return Some(at);
        }
    }
    None
}

fn starts_with_fold(text: &str, start: &str) -> bool {
    text.get(..start.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(start))
}

/// Length of `[ … ] … >`, brackets inside quotes and comments not counted.
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
                Token::Start(tag) if tag.is_empty => format!("E({})", tag.name),
                Token::Start(tag) => format!("S({})", tag.name),
                Token::End(name) => format!("/({name})"),
                Token::Subset(subset) => format!("D({subset})"),
                Token::Aside => "A".to_owned(),
            })
            .collect()
    }

    #[test]
    fn every_input_has_a_reading() {
        for (text, expected) in [
            ("", ""),
            ("<a>x</a>", "S(a)T(x)/(a)"),
            ("<a b='>'/>", "E(a)"),
            ("<a/ >", "E(a)"),
            ("<a b=c/>", "S(a)"),
            ("<!-- <a> --><?p b ?><c>", "AAS(c)"),
            ("<![CDATA[<a>]]>]]>", "C(<a>)T(]]>)"),
            ("<![cdata[<a>]]>", "C(<a>)"),
            ("<![CDATA[<a>", "C(<a>)"),
            ("<![CDATA[a</item><b>", "C(a)/(item)S(b)"),
            ("<![CDATA[a <![CDATA[b]]>", "C(a <![CDATA[b)"),
            ("<![CDATA[<![CDATA[a]]]]>x", "C(a)T(x)"),
            ("<![CDATA[ <![CDATA[a]]>\n]]>x", "C(a)T(x)"),
            ("<![CDATA[<![CDATA[a]]>x", "C(a)T(x)"),
            ("<!-- <a>", "AT( )S(a)"),
            ("1 < 2 <3 <a", "T(1 )T(<)T( 2 )T(<)T(3 )T(<)T(a)"),
            ("<a <b>", "T(<)T(a )S(b)"),
            ("<a href=\"x>y</a><b c=\"d\">", "S(a)T(y)/(a)S(b)"),
            ("<a b=\"<i>\" c>", "S(a)"),
            ("</ a ></b", "/(a)/(b)"),
            ("</a<b>", "/(a)S(b)"),
            ("<!DOCTYPE rss><x>", "AS(x)"),
            (
                "<!DOCTYPE a [<!ENTITY b \"]>\">]><x>",
                "D([<!ENTITY b \"]>\">]>)S(x)",
            ),
            ("<!DOCTYPE a [", "AT(DOCTYPE a [)"),
            ("<!DOCTYPE a [<b>", "AS(b)"),
        ] {
            assert_eq!(shape(text), expected, "{text}");
        }
    }

    #[test]
    fn cdata_without_an_end_stops_at_its_element() {
        let mut tokens = Tokens::of("<![CDATA[a</B></title></x>");
        assert_eq!(tokens.next_inside("title"), Some(Token::CData("a</B>")));
        let mut tokens = Tokens::of("<![CDATA[a</x:y><![CDATA[b]]>");
        assert_eq!(tokens.next_inside("x:y"), Some(Token::CData("a")));
    }

    #[test]
    fn marks_of_cdata_that_are_text_go() {
        for (text, expected) in [
            ("<![CDATA[ a ]]>", "a"),
            ("![CDATA[a]]", "a"),
            ("<![cdata[a]]", "a"),
            ("<![CDATA[]]>", ""),
            ("![CDATA[", "![CDATA["),
            ("![CDATA[]", "![CDATA[]"),
            ("<![CDATA[a]]> b", "<![CDATA[a]]> b"),
            ("a]]>", "a]]>"),
            ("", ""),
        ] {
            assert_eq!(without_cdata_marks(text), expected, "{text}");
        }
    }

    #[test]
    fn ends_that_are_guessed_are_counted() {
        for (text, n) in [
            ("<a b='1' c=\"2\"><![CDATA[<b]]></a>", 0),
            ("</a<b>", 1),
            ("</a", 0),
            ("<a b=\"c d=\"e\">", 1),
            ("<a b=\"c>d</a>", 1),
            ("<![CDATA[a</item>", 1),
        ] {
            let mut tokens = Tokens::of(text);
            while tokens.next().is_some() {}
            assert_eq!(tokens.n_mended(), n, "{text}");
        }
    }

    #[test]
    fn odd_quotes_cost_linear_time() {
        for piece in [
            "<a b=\"",
            "<a b='\" ",
            "<![CDATA[</a>",
            "<!--",
            "<a b=\"<'c=",
            "<?",
            "<![CDATA[",
            "</a",
        ] {
            let text = piece.repeat(200_000);
            assert!(Tokens::of(&text).count() > 0, "{piece}");
            let text = text + &" ".repeat(1_000_000) + "]]>";
            assert!(Tokens::of(&text).count() > 0, "{piece}");
        }
    }
}
