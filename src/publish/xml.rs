//! Writes XML that is well-formed whatever it is given.
//!
//! Everything goes through one escape that also drops the characters XML 1.0 forbids, elements
//! close in the order they were opened, and nothing here can fail: a writer over `io::Write`
//! would hand an error that cannot happen through every function of the renderers.

use std::borrow::Cow;

/// Attributes in the order they are written; one without a value is left out.
pub(super) type Attributes<'a> = &'a [(&'a str, Option<&'a str>)];

/// A document being written.
pub(super) struct Xml {
    out: String,
    open: Vec<&'static str>,
}

impl Xml {
    /// A document with its declaration and nothing else.
    pub(super) fn new() -> Self {
        Self {
            out: "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n".to_owned(),
            open: Vec::new(),
        }
    }

    /// Opens an element; what follows stands inside it until [`Xml::close`].
    pub(super) fn open(&mut self, name: &'static str, attributes: Attributes<'_>) {
        self.start(name, attributes);
        self.out.push_str(">\n");
        self.open.push(name);
    }

    /// Closes the element opened last.
    pub(super) fn close(&mut self) {
        if let Some(name) = self.open.pop() {
            self.indent();
            self.end(name);
        }
    }

    /// An element that holds text.
    pub(super) fn text(&mut self, name: &'static str, attributes: Attributes<'_>, text: &str) {
        self.start(name, attributes);
        self.out.push('>');
        escape_into(&mut self.out, text, Place::Text);
        self.end(name);
    }

    /// An element that holds nothing.
    pub(super) fn empty(&mut self, name: &'static str, attributes: Attributes<'_>) {
        self.start(name, attributes);
        self.out.push_str("/>\n");
    }

    /// The document; what is still open is closed.
    pub(super) fn finish(mut self) -> String {
        while !self.open.is_empty() {
            self.close();
        }
        self.out
    }

    fn start(&mut self, name: &str, attributes: Attributes<'_>) {
        self.indent();
        self.out.push('<');
        self.out.push_str(name);
        for (name, value) in attributes {
            if let Some(value) = value {
                self.out.push(' ');
                self.out.push_str(name);
                self.out.push_str("=\"");
                escape_into(&mut self.out, value, Place::Attribute);
                self.out.push('"');
            }
        }
    }

    fn end(&mut self, name: &str) {
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push_str(">\n");
    }

    fn indent(&mut self) {
        for _ in &self.open {
            self.out.push_str("  ");
        }
    }
}

/// Whether XML 1.0 allows `c` at all (§2.2, production `Char`); a reference to it is no way out.
pub(super) fn is_allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{FFFD}' | '\u{10000}'..)
}

/// `text` without the characters XML forbids and with line ends as `\n` (§2.11 would read a lone
/// `\r` so anyway), for writers that do not filter themselves.
pub(super) fn allowed(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| is_allowed(c) && c != '\r') {
        return Cow::Borrowed(text);
    }
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    Cow::Owned(text.chars().filter(|&c| is_allowed(c)).collect())
}

/// `text` as XML text, for a caller that builds markup of its own.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape_into(&mut out, text, Place::Text);
    out
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Text,
    Attribute,
}

fn escape_into(out: &mut String, text: &str, place: Place) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            // `]]>` may not stand in text (XML 1.0 §2.4).
            '>' => out.push_str("&gt;"),
            '"' if place == Place::Attribute => out.push_str("&quot;"),
            // A reader turns these into blanks inside attributes (§3.3.3) unless referred to.
            '\n' if place == Place::Attribute => out.push_str("&#10;"),
            '\t' if place == Place::Attribute => out.push_str("&#9;"),
            '\r' => out.push_str("&#13;"),
            c if is_allowed(c) => out.push(c),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_written_in_order_and_closed() {
        let mut xml = Xml::new();
        xml.open("a", &[("x", Some("1")), ("y", None)]);
        xml.text("b", &[("t", Some("\"'<>&\n\t\r"))], "\"'<>&\n\t\r ]]>");
        xml.open("c", &[]);
        xml.empty("d", &[]);
        let expected = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<a x=\"1\">\n  \
            <b t=\"&quot;'&lt;&gt;&amp;&#10;&#9;&#13;\">\"'&lt;&gt;&amp;\n\t&#13; ]]&gt;</b>\n  \
            <c>\n    <d/>\n  </c>\n</a>\n";
        assert_eq!(xml.finish(), expected);
    }

    #[test]
    fn forbidden_characters_vanish() {
        let hostile = "a\0\u{1}\u{8}\u{B}\u{C}\u{1F}b\u{FFFE}\u{FFFF}c\u{7F}\u{85}\u{10FFFF}";
        assert_eq!(escape(hostile), "abc\u{7F}\u{85}\u{10FFFF}");
        assert_eq!(allowed(hostile), "abc\u{7F}\u{85}\u{10FFFF}");
        assert_eq!(allowed("a\r\nb\rc\n"), "a\nb\nc\n");
        assert!(matches!(allowed("plain"), Cow::Borrowed("plain")));
    }
}
