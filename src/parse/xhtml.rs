//! Markup that stands in a document as elements, written out as HTML.

use crate::parse::guard::ATTRIBUTES_MAX;
use crate::parse::html_like::{is_element, is_void};
use crate::parse::references::Resolver;
use crate::parse::tag::{Tag, split_name};
use crate::parse::token::{Token, Tokens};

/// `inner` as HTML: references resolved, prefixes and namespaces gone, empty elements written as
/// HTML has them. With `in_div`, a `div` around all of it goes too (RFC 4287 §3.1.1.3).
pub(super) fn write(inner: &str, resolver: &Resolver<'_>, in_div: bool) -> String {
    let mut writer = Writer {
        out: String::with_capacity(inner.len()),
        depth: 0,
        div: if in_div { Div::Awaited } else { Div::None },
    };
    for token in Tokens::of(inner) {
        match token {
            Token::Text(text) => writer.text(&resolver.resolve(text)),
            Token::CData(text) => writer.text(text),
            Token::Start(tag) => writer.start(&tag, resolver),
            Token::End(name) => writer.end(name),
            Token::Subset(_) | Token::Aside => {}
        }
    }
    writer.finish()
}

/// Writes `text` so that HTML reads it back unchanged.
pub(super) fn push_escaped(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<', '>', '"']) {
        let (plain, marked) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.push_str(plain);
        let mut marked = marked.chars();
        out.push_str(match marked.next() {
            Some('&') => "&amp;",
            Some('<') => "&lt;",
            Some('>') => "&gt;",
            _ => "&quot;",
        });
        rest = marked.as_str();
    }
    out.push_str(rest);
}

/// The `div` around all.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Div {
    None,
    Awaited,
    /// Its inside starts here.
    Open(usize),
    /// Its inside stands here.
    Closed(usize, usize),
}

struct Writer {
    out: String,
    depth: usize,
    div: Div,
}

impl Writer {
    fn text(&mut self, text: &str) {
        if self.depth == 0 && !text.trim().is_empty() {
            self.div = Div::None;
        }
        // Quotes need no escape outside attributes.
        let mut rest = text;
        while let Some(at) = rest.find(['&', '<', '>']) {
            let (plain, marked) = rest.split_at_checked(at).unwrap_or((rest, ""));
            self.out.push_str(plain);
            let mut marked = marked.chars();
            self.out.push_str(match marked.next() {
                Some('&') => "&amp;",
                Some('<') => "&lt;",
                _ => "&gt;",
            });
            rest = marked.as_str();
        }
        self.out.push_str(rest);
    }

    fn start(&mut self, tag: &Tag<'_>, resolver: &Resolver<'_>) {
        let name = html_name(tag.name);
        let is_first = self.div == Div::Awaited;
        if self.depth == 0 {
            self.div = Div::None;
        }
        self.out.push('<');
        self.out.push_str(name);
        for (name, value) in tag.attributes().take(ATTRIBUTES_MAX) {
            if name == "xmlns" || name.starts_with("xmlns:") || !is_name(name) {
                continue;
            }
            self.out.push(' ');
            self.out.push_str(name);
            self.out.push_str("=\"");
            push_escaped(&mut self.out, &resolver.resolve(value));
            self.out.push('"');
        }
        self.out.push('>');
        if is_void(name) {
            return;
        }
        if tag.is_empty {
            self.push_end(name);
            return;
        }
        if is_first && name == "div" {
            self.div = Div::Open(self.out.len());
        }
        self.depth += 1;
    }

    fn end(&mut self, name: &str) {
        let name = html_name(name);
        if is_void(name) {
            return;
        }
        self.depth = self.depth.saturating_sub(1);
        if let (Div::Open(from), 0) = (self.div, self.depth) {
            self.div = Div::Closed(from, self.out.len());
        }
        self.push_end(name);
    }

    fn push_end(&mut self, name: &str) {
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
    }

    fn finish(self) -> String {
        let inside = match self.div {
            Div::Closed(from, to) => self.out.get(from..to),
            Div::None | Div::Awaited | Div::Open(_) => None,
        };
        inside.unwrap_or(&self.out).trim().to_owned()
    }
}

/// The name HTML knows an element by.
fn html_name(name: &str) -> &str {
    let (_, local) = split_name(name);
    if is_element(local) { local } else { name }
}

/// Whether `name` can stand in a tag without breaking it.
fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xhtml_becomes_html() {
        for (inner, in_div, expected) in [
            ("<div xmlns='x'>a<br/>b</div>", true, "a<br>b"),
            ("<div>a</div>", false, "<div>a</div>"),
            (" <div>a</div> ", true, "a"),
            ("<div>a</div>b", true, "<div>a</div>b"),
            ("<div>a</div><div>b</div>", true, "<div>a</div><div>b</div>"),
            ("<div><div>a</div></div>", true, "<div>a</div>"),
            (
                "<h:p h:x='1'>a<h:b/></h:p>",
                false,
                "<p h:x=\"1\">a<b></b></p>",
            ),
            (
                "1 &lt; 2 &amp; &nbsp;<![CDATA[<b>]]>",
                false,
                "1 &lt; 2 &amp; \u{A0}&lt;b&gt;",
            ),
            (
                "<a href='?a=1&amp;b=\"'>x</a>",
                false,
                "<a href=\"?a=1&amp;b=&quot;\">x</a>",
            ),
            ("<div>a", true, "<div>a"),
        ] {
            let resolver = Resolver::default();
            assert_eq!(write(inner, &resolver, in_div), expected, "{inner}");
        }
    }
}
