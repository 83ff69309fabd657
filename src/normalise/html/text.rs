//! The text of HTML, without building a tree: a tokeniser, no recursion, linear time.

use std::cell::RefCell;

use html5ever::buffer_queue::BufferQueue;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{
    Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts, states,
};

use crate::model::html::RawHtml;
use crate::normalise::html::furniture::{LINK_END, LINK_START, without_furniture};
use crate::normalise::html::tame;
use crate::text::space;

/// The text of `raw`: tags and entities removed once, a line for every block, words apart where a
/// block, line break or table cell stands between them; no markup, script or style.
pub fn plain_text(raw: &RawHtml) -> String {
    space::collapse_lines(&marked_lines(raw))
}

/// As [`plain_text`], without what publishing programs put around a text.
pub fn article_text(raw: &RawHtml) -> String {
    without_furniture(&marked_lines(raw))
}

/// The lines of `raw`, with the ends of links marked.
fn marked_lines(raw: &RawHtml) -> String {
    if !raw.0.contains(['<', '&']) {
        return raw.0.replace(['\r', '\n', LINK_START, LINK_END], " ");
    }
    tokenise(&raw.0, TextSink::default())
        .state
        .into_inner()
        .text
}

/// Runs the tokeniser of the HTML standard over `html`.
pub(super) fn tokenise<S: TokenSink>(html: &str, sink: S) -> S {
    let tokenizer = Tokenizer::new(sink, TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(&tame::tame(html)));
    // Only a sink can stop the tokeniser, and ours never do: one call reads it all.
    drop(tokenizer.feed(&input));
    tokenizer.end();
    tokenizer.sink
}

/// How the tokeniser must go on after `tag`, as the tree builder would tell it: the content of
/// these elements is no markup.
pub(super) fn content_state<H>(tag: &Tag) -> TokenSinkResult<H> {
    if tag.kind != TagKind::StartTag {
        return TokenSinkResult::Continue;
    }
    match &*tag.name {
        "title" | "textarea" => TokenSinkResult::RawData(states::RawKind::Rcdata),
        "style" | "xmp" | "iframe" | "noembed" | "noframes" => {
            TokenSinkResult::RawData(states::RawKind::Rawtext)
        }
        "script" => TokenSinkResult::RawData(states::RawKind::ScriptData),
        "plaintext" => TokenSinkResult::Plaintext,
        _ => TokenSinkResult::Continue,
    }
}

#[derive(Default)]
struct TextSink {
    state: RefCell<TextState>,
}

#[derive(Default)]
struct TextState {
    text: String,
    /// The element whose content is not text, until its end.
    hidden: Option<String>,
    is_in_link: bool,
}

impl TokenSink for TextSink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut state = self.state.borrow_mut();
        match token {
            Token::CharacterTokens(text) => state.push(&text),
            Token::TagToken(tag) => {
                state.tag(&tag);
                return content_state(&tag);
            }
            Token::CommentToken(_)
            | Token::DoctypeToken(_)
            | Token::NullCharacterToken
            | Token::EOFToken
            | Token::ParseError(_) => {}
        }
        TokenSinkResult::Continue
    }
}

impl TextState {
    /// A line break in the source is a space; lines come from tags.
    fn push(&mut self, text: &str) {
        if self.hidden.is_none() {
            let spaced = text
                .chars()
                .filter(|c| !matches!(*c, LINK_START | LINK_END))
                .map(|c| if c.is_whitespace() { ' ' } else { c });
            self.text.extend(spaced);
        }
    }

    fn tag(&mut self, tag: &Tag) {
        let name = &*tag.name;
        if let Some(hidden) = &self.hidden {
            if tag.kind == TagKind::EndTag && hidden == name {
                self.hidden = None;
            }
            return;
        }
        if tag.kind == TagKind::StartTag && !tag.self_closing && is_hidden(name) {
            self.hidden = Some(name.to_owned());
        }
        match name {
            "td" | "th" | "img" | "option" | "dd" => self.text.push(' '),
            "a" => self.link(tag.kind == TagKind::StartTag),
            _ if breaks_line(name) => self.line_break(),
            _ => {}
        }
    }

    /// A link closes the one before it.
    fn link(&mut self, is_start: bool) {
        if self.is_in_link {
            self.text.push(LINK_END);
        }
        if is_start {
            self.text.push(LINK_START);
        }
        self.is_in_link = is_start;
    }

    /// Each line has its links for itself.
    fn line_break(&mut self) {
        if self.is_in_link {
            self.text.extend([LINK_END, '\n', LINK_START]);
        } else {
            self.text.push('\n');
        }
    }
}

/// Elements whose content nobody reads. They must be closed to hide: an unclosed one of these
/// swallows the rest in a browser as well.
fn is_hidden(name: &str) -> bool {
    matches!(
        name,
        "script"
            | "style"
            | "template"
            | "iframe"
            | "noembed"
            | "noframes"
            | "noscript"
            | "object"
            | "svg"
            | "math"
            | "select"
            | "textarea"
            | "title"
            | "audio"
            | "video"
            | "canvas"
    )
}

fn breaks_line(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "br"
            | "caption"
            | "center"
            | "details"
            | "dialog"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "header"
            | "hr"
            | "legend"
            | "li"
            | "main"
            | "nav"
            | "ol"
            | "p"
            | "pre"
            | "section"
            | "summary"
            | "table"
            | "tbody"
            | "tfoot"
            | "thead"
            | "tr"
            | "ul"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_apart_and_markup_goes() {
        for (html, expected) in [
            ("", ""),
            ("plain\ntext", "plain text"),
            ("a<p>b</p>c", "a\nb\nc"),
            ("a<br/>b<b>c</b>d", "a\nbcd"),
            ("<ul><li>a<li>b</ul>", "a\nb"),
            ("<table><tr><td>a<td>b</tr><tr><th>c</table>", "a b\nc"),
            ("a<img src=x>b", "a b"),
            ("a &amp;amp; &eacute; &#1057; &nbsp;x", "a &amp; é С x"),
            ("x<script>if (a<b) { '</p>' }</script>y", "xy"),
            ("<style>p{}</style><svg><title>t</title></svg>y", "y"),
            ("<title>t</title>y<textarea><p></textarea>z", "yz"),
            ("<!-- c -->a<!doctype html><?p?>b", "ab"),
            ("1 < 2 > 0", "1 < 2 > 0"),
            ("a\u{0}b", "ab"),
        ] {
            assert_eq!(plain_text(&RawHtml(html.to_owned())), expected, "{html}");
        }
    }

    #[test]
    fn depth_costs_no_stack() {
        let deep = "<div>".repeat(200_000) + "x";
        assert_eq!(plain_text(&RawHtml(deep)), "x");
    }
}
