//! The writing half of mending: a document that stays well-formed whatever it is told to write.

use std::borrow::Cow;

use crate::parse::guard::{ATTRIBUTES_MAX, DEPTH_MAX, ELEMENTS_MAX, TEXT_MAX_BYTES};
use crate::parse::{ParseError, references};

/// How often the writer had to leave something out.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Losses {
    /// References to characters XML forbids.
    pub(super) references: usize,
    /// Texts cut at [`TEXT_MAX_BYTES`].
    pub(super) texts: usize,
    /// Tags that lost attributes beyond [`ATTRIBUTES_MAX`].
    pub(super) attributes: usize,
}

/// An element that is open.
struct Open<'a> {
    written: &'a str,
    emitted: Cow<'a, str>,
}

/// Writes tags and text, and knows what is open.
pub(super) struct Writer<'a> {
    out: String,
    stack: Vec<Open<'a>>,
    run_bytes: usize,
    n_elements: usize,
    pub(super) losses: Losses,
}

/// A place to return to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Mark {
    bytes: usize,
    depth: usize,
}

impl<'a> Writer<'a> {
    pub(super) fn with_capacity(bytes: usize) -> Self {
        Self {
            out: String::with_capacity(bytes),
            stack: Vec::new(),
            run_bytes: 0,
            n_elements: 0,
            losses: Losses::default(),
        }
    }

    /// How many elements are open.
    pub(super) fn depth(&self) -> usize {
        self.stack.len()
    }

    /// Whether so many elements were written that no more should be.
    pub(super) fn is_full(&self) -> bool {
        self.n_elements >= ELEMENTS_MAX
    }

    /// The place before the next piece.
    pub(super) fn mark(&self) -> Mark {
        Mark {
            bytes: self.out.len(),
            depth: self.stack.len(),
        }
    }

    /// Takes back everything since `mark`.
    pub(super) fn cut_to(&mut self, mark: Mark) {
        self.out.truncate(mark.bytes);
        self.stack.truncate(mark.depth);
    }

    /// Opens an element: its name as the document writes it, as it is written now, its attributes.
    pub(super) fn open<N, V>(
        &mut self,
        written: &'a str,
        emitted: Cow<'a, str>,
        attributes: impl Iterator<Item = (N, V)>,
    ) -> Result<(), ParseError>
    where
        N: AsRef<str>,
        V: AsRef<str>,
    {
        if self.stack.len() >= DEPTH_MAX {
            return Err(ParseError::TooDeep { max: DEPTH_MAX });
        }
        self.n_elements += 1;
        self.run_bytes = 0;
        self.out.push('<');
        self.out.push_str(&emitted);
        for (at, (name, value)) in attributes.enumerate() {
            if at == ATTRIBUTES_MAX {
                self.losses.attributes += 1;
                break;
            }
            self.attribute(name.as_ref(), value.as_ref());
        }
        self.out.push('>');
        self.stack.push(Open { written, emitted });
        Ok(())
    }

    fn attribute(&mut self, name: &str, value: &str) {
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        let (value, _) = self.fit(value);
        let start = self.out.len();
        self.losses.references += references::push_mended(&mut self.out, value);
        let is_strict = self
            .out
            .get(start..)
            .is_none_or(|value| !value.contains(['<', '"']));
        if !is_strict {
            let value = self.out.split_off(start);
            self.out
                .push_str(&value.replace('<', "&lt;").replace('"', "&quot;"));
        }
        self.out.push('"');
        self.run_bytes = 0;
    }

    /// Closes elements until `depth` are open.
    pub(super) fn close_to(&mut self, depth: usize) {
        while self.stack.len() > depth {
            let Some(open) = self.stack.pop() else {
                return;
            };
            self.out.push_str("</");
            self.out.push_str(&open.emitted);
            self.out.push('>');
        }
        self.run_bytes = 0;
    }

    /// How many elements are open below the nearest one the document calls `name`.
    pub(super) fn depth_below(&self, name: &str) -> Option<usize> {
        self.stack
            .iter()
            .rposition(|open| open.written.eq_ignore_ascii_case(name))
    }

    /// Writes text whose references are still references.
    pub(super) fn text(&mut self, text: &str) {
        let (text, n) = self.fit(text);
        self.run_bytes += n;
        if text.contains('>') {
            // `]]>` may not stand in text (XML 1.0 §2.4).
            let text = text.replace("]]>", "]]&gt;");
            self.losses.references += references::push_mended(&mut self.out, &text);
        } else if text == "<" {
            self.out.push_str("&lt;");
        } else {
            self.losses.references += references::push_mended(&mut self.out, text);
        }
    }

    /// Writes text that was already resolved, or that must come out as it is.
    pub(super) fn literal(&mut self, text: &str) {
        let (text, n) = self.fit(text);
        self.run_bytes += n;
        references::push_escaped(&mut self.out, text);
    }

    /// Writes one CDATA section.
    pub(super) fn cdata(&mut self, text: &str) {
        let (text, n) = self.fit(text);
        self.run_bytes += n;
        self.out.push_str("<![CDATA[");
        self.out.push_str(text);
        self.out.push_str("]]>");
    }

    /// The document.
    pub(super) fn finish(mut self) -> String {
        self.close_to(0);
        self.out
    }

    /// As much of `text` as the present element's text may still take.
    fn fit<'t>(&mut self, text: &'t str) -> (&'t str, usize) {
        let room = TEXT_MAX_BYTES.saturating_sub(self.run_bytes);
        if text.len() <= room {
            return (text, text.len());
        }
        if self.run_bytes < TEXT_MAX_BYTES {
            self.losses.texts += 1;
        }
        let end = text.floor_char_boundary(room);
        (text.get(..end).unwrap_or_default(), text.len())
    }
}
