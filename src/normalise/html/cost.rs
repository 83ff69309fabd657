//! What a tree builder would have to do for some HTML, counted before it is let near it.
//!
//! Building a tree is not linear: every block re-opens the formatting elements left open before
//! it, and some end tags search all that is open. A kilobyte of `<b>` and a megabyte of `<p>` are
//! a gigabyte of tree. Honest articles stay below a hundredth of these limits.

use std::cell::RefCell;

use html5ever::tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult};

use crate::normalise::html::text::{content_state, tokenise};

/// Elements open at once; browsers draw the line at 512.
const DEPTH_MAX: usize = 256;

/// Steps of work: each tag costs one, and one more for each formatting element left open.
const STEPS_MAX: usize = 1_000_000;

/// Whether `html` can be built into a tree at honest cost.
pub(super) fn is_bearable(html: &str) -> bool {
    let sink = tokenise(html, CostSink::default());
    sink.0.into_inner().is_bearable()
}

#[derive(Default)]
struct CostSink(RefCell<Cost>);

#[derive(Default)]
struct Cost {
    depth: usize,
    deepest: usize,
    n_formatting: usize,
    n_steps: usize,
}

impl TokenSink for CostSink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let Token::TagToken(tag) = token else {
            return TokenSinkResult::Continue;
        };
        self.0.borrow_mut().tag(&tag);
        content_state(&tag)
    }
}

impl Cost {
    fn tag(&mut self, tag: &Tag) {
        self.n_steps = self.n_steps.saturating_add(1 + self.n_formatting);
        let name = &*tag.name;
        let is_formatting = is_formatting(name);
        match tag.kind {
            TagKind::StartTag | TagKind::EndTag if is_void(name) || closes_itself(name) => {}
            TagKind::StartTag => {
                self.depth += 1;
                self.deepest = self.deepest.max(self.depth);
                self.n_formatting += usize::from(is_formatting);
            }
            TagKind::EndTag => {
                self.depth = self.depth.saturating_sub(1);
                self.n_formatting = self.n_formatting.saturating_sub(usize::from(is_formatting));
            }
        }
    }

    fn is_bearable(&self) -> bool {
        self.deepest <= DEPTH_MAX && self.n_steps <= STEPS_MAX
    }
}

/// The formatting elements of the HTML standard (§13.2.4.3).
fn is_formatting(name: &str) -> bool {
    matches!(
        name,
        "a" | "b"
            | "big"
            | "code"
            | "em"
            | "font"
            | "i"
            | "nobr"
            | "s"
            | "small"
            | "strike"
            | "strong"
            | "tt"
            | "u"
    )
}

fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "br"
            | "col"
            | "embed"
            | "hr"
            | "img"
            | "input"
            | "link"
            | "meta"
            | "param"
            | "source"
            | "track"
            | "wbr"
    )
}

/// Elements that the next of their kind closes, so that a document may leave all of them open.
fn closes_itself(name: &str) -> bool {
    matches!(
        name,
        "p" | "li" | "dt" | "dd" | "tr" | "td" | "th" | "option" | "thead" | "tbody" | "tfoot"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn honest_articles_pass_and_bombs_do_not() {
        for (html, expected) in [
            ("<p>a <b>b</b><br><img src=x>".repeat(20_000), true),
            ("<div>".repeat(DEPTH_MAX), true),
            ("<div>".repeat(DEPTH_MAX + 1), false),
            ("<b>".repeat(200) + &"<p>".repeat(10_000), false),
            ("<li>a".repeat(50_000), true),
        ] {
            assert_eq!(is_bearable(&html), expected, "{} bytes", html.len());
        }
    }
}
