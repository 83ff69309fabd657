//! What a tree builder would have to do for some HTML, counted before it is let near it.
//!
//! Building a tree and writing it out are not linear in html5ever 0.40: every block re-opens the
//! formatting elements left open before it, misplaced content of a table is moved by searching
//! all that was moved before, crossed tags likewise, and escaping searches the rest of a text
//! anew at every `&`. A megabyte made for it is minutes. Honest articles stay far below.

use std::cell::RefCell;

use html5ever::LocalName;
use html5ever::tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult};

use crate::normalise::html::tame;
use crate::normalise::html::text::{content_state, tokenise};

/// Elements open at once; browsers draw the line at 512.
const DEPTH_MAX: usize = 256;

/// Steps of work: each tag costs one, and one more for each formatting element left open. A
/// document is many entries, so what one may cost goes by its length.
const STEPS: Limit = Limit {
    free: 4_000,
    per_byte: 4,
    most: 1_000_000,
};

/// Tags that cross (`<a><div></a></div>`), and pieces of a table that stand outside its cells:
/// each may cost as much as there are.
const MISPLACED_MIN: usize = 100;
const MISPLACED_MAX: usize = 2_000;

/// One more of them for so many bytes.
const BYTES_PER_MISPLACED: usize = 64;

/// Bytes searched while escaping: the length of each text times the characters to escape in it.
const SEARCHED_BYTES: Limit = Limit {
    free: 1 << 22,
    per_byte: 1 << 12,
    most: 1 << 29,
};

/// How much of something is bearable.
struct Limit {
    free: usize,
    per_byte: usize,
    most: usize,
}

impl Limit {
    fn of(&self, n_bytes: usize) -> usize {
        self.per_byte
            .saturating_mul(n_bytes)
            .saturating_add(self.free)
            .min(self.most)
    }
}

/// Whether `html` can be built into a tree and written out at honest cost.
pub(super) fn is_bearable(html: &str) -> bool {
    if !tame::is_tame(html) {
        return false;
    }
    let sink = tokenise(html, CostSink::default());
    sink.0.into_inner().is_bearable(html.len())
}

#[derive(Default)]
struct CostSink(RefCell<Cost>);

#[derive(Default)]
struct Cost {
    /// Open elements that nest; at most one more than [`DEPTH_MAX`].
    open: Vec<LocalName>,
    is_too_deep: bool,
    /// Formatting elements that were opened and not closed by name.
    formatting: Vec<(LocalName, usize)>,
    n_steps: usize,
    n_misplaced: usize,
    /// The innermost table is open, but no cell of it.
    is_between_cells: bool,
    text_bytes: usize,
    n_escaped: usize,
    searched_bytes: usize,
}

impl TokenSink for CostSink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut cost = self.0.borrow_mut();
        match token {
            Token::TagToken(tag) => {
                cost.end_text();
                cost.tag(&tag);
                content_state(&tag)
            }
            Token::CharacterTokens(text) => {
                cost.text(&text);
                TokenSinkResult::Continue
            }
            Token::EOFToken => {
                cost.end_text();
                TokenSinkResult::Continue
            }
            Token::CommentToken(_)
            | Token::DoctypeToken(_)
            | Token::NullCharacterToken
            | Token::ParseError(_) => TokenSinkResult::Continue,
        }
    }
}

impl Cost {
    fn is_bearable(&self, n_bytes: usize) -> bool {
        let n_misplaced_max = MISPLACED_MIN + n_bytes / BYTES_PER_MISPLACED;
        !self.is_too_deep
            && self.n_steps <= STEPS.of(n_bytes)
            && self.n_misplaced <= n_misplaced_max.min(MISPLACED_MAX)
            && self.searched_bytes <= SEARCHED_BYTES.of(n_bytes)
    }

    fn text(&mut self, text: &str) {
        self.text_bytes += text.len();
        let is_escaped = |byte: &u8| matches!(byte, b'&' | b'<' | b'>' | 0xC2);
        self.n_escaped += text.bytes().filter(is_escaped).count();
        let is_blank = text.bytes().all(|byte| byte.is_ascii_whitespace());
        self.n_misplaced += usize::from(self.is_between_cells && !is_blank);
    }

    fn end_text(&mut self) {
        let searched = self.text_bytes.saturating_mul(self.n_escaped);
        self.searched_bytes = self.searched_bytes.saturating_add(searched);
        self.text_bytes = 0;
        self.n_escaped = 0;
    }

    fn tag(&mut self, tag: &Tag) {
        let n_formatting: usize = self.formatting.iter().map(|(_, n)| n).sum();
        self.n_steps = self.n_steps.saturating_add(1 + n_formatting);
        match tag.kind {
            TagKind::StartTag => self.start(&tag.name),
            TagKind::EndTag => self.end(&tag.name),
        }
    }

    fn start(&mut self, name: &LocalName) {
        match &**name {
            "td" | "th" | "caption" => self.is_between_cells = false,
            "table" | "tr" | "tbody" | "thead" | "tfoot" | "colgroup" | "col" => {
                self.is_between_cells = true;
            }
            _ => self.n_misplaced += usize::from(self.is_between_cells),
        }
        if is_formatting(name) {
            match self.formatting.iter_mut().find(|(known, _)| known == name) {
                // An `a` closes the one before it.
                Some((_, n)) => *n = if &**name == "a" { 1 } else { *n + 1 },
                None => self.formatting.push((name.clone(), 1)),
            }
        }
        if is_void(name) || closes_itself(name) {
            return;
        }
        if self.open.len() >= DEPTH_MAX {
            self.is_too_deep = true;
        } else {
            self.open.push(name.clone());
        }
    }

    /// End tags that close nothing close nothing here either: they must not hide depth.
    fn end(&mut self, name: &LocalName) {
        match &**name {
            "td" | "th" | "caption" | "tr" => self.is_between_cells = true,
            "table" => self.is_between_cells = false,
            _ => {}
        }
        if let Some((_, n)) = self.formatting.iter_mut().find(|(known, _)| known == name) {
            *n = n.saturating_sub(1);
        }
        let mut inner = self.open.iter().rev();
        let reach = inner
            .position(|open| open == name || is_boundary(open))
            .filter(|_| self.open.iter().rev().any(|open| open == name));
        let Some(above) = reach else {
            return;
        };
        let at = self.open.len() - 1 - above;
        if self.open.get(at) != Some(name) {
            return;
        }
        self.n_misplaced += usize::from(above > 0);
        if is_formatting(name) {
            self.open.remove(at);
        } else {
            self.open.truncate(at);
        }
    }
}

/// End tags do not reach beyond these (HTML standard §13.2.4.2, element scopes).
fn is_boundary(name: &str) -> bool {
    matches!(
        name,
        "table"
            | "template"
            | "object"
            | "applet"
            | "marquee"
            | "select"
            | "button"
            | "svg"
            | "math"
    )
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
            ("<div></x>".repeat(DEPTH_MAX + 1), false),
            ("<div><table><td></div>".repeat(DEPTH_MAX), false),
            ("<b>".repeat(200) + &"<p>".repeat(10_000), false),
            ("<b></i>".repeat(2_000), false),
            ("<div><b></div>".repeat(2_000), false),
            ("<li>a".repeat(50_000), true),
            ("« a & b » ".repeat(1_000), true),
            ("&".repeat(100_000), false),
            (
                "<table><tr>\n<td>a<b>c</b></td>\n</tr></table>".repeat(3_000),
                true,
            ),
            ("<table>".to_owned() + &"<hr>".repeat(3_000), false),
            ("<a><div></a></div>".repeat(3_000), false),
            ("<p><i>a</p></i>".repeat(1_000), true),
        ] {
            let head: String = html.chars().take(30).collect();
            assert_eq!(is_bearable(&html), expected, "{head}");
        }
    }
}
