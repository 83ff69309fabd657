//! Where the text of a title or a description ends, whatever markup stands in it.

use crate::parse::structure::{is_frame_end, is_structural};
use crate::parse::tag::Tag;
use crate::parse::token::{Mark, Token, Tokens};

/// What stands inside an element, as written, and how it ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Inside<'a> {
    /// The inside.
    pub(super) inner: &'a str,
    /// Its end.
    pub(super) end: End,
}

/// How the text of an element ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum End {
    /// With its end tag.
    Closed,
    /// Without: another element of the feed, or the end of the entry, came first.
    Left,
    /// With the document.
    Torn,
}

/// Reads on behind `open` to where its text ends.
///
/// Elements of the feed inside it are its content where its end tag comes before the entry's; else
/// it was left open, and ends where the first of them stands. `patience` bounds what is read twice.
pub(super) fn inside<'a>(
    text: &'a str,
    tokens: &mut Tokens<'a>,
    open: Tag<'a>,
    patience: &mut usize,
) -> Inside<'a> {
    let from = tokens.offset();
    let until = |at: usize| text.get(from..at).unwrap_or_default();
    let mut n_same = 0_usize;
    let mut structural: Option<Mark> = None;
    loop {
        let mark = tokens.mark();
        let before = mark.at;
        if structural.is_some() && before - from > *patience {
            break;
        }
        match tokens.next_inside(open.name) {
            None => break,
            Some(Token::Start(tag)) => {
                if is_same(tag.name, open.name) {
                    n_same += usize::from(!tag.is_empty);
                } else if is_structural(&tag) {
                    structural = structural.or(Some(mark));
                    if is_frame_end(tag.name) {
                        break;
                    }
                }
            }
            Some(Token::End(name)) if is_same(name, open.name) => {
                if n_same == 0 {
                    return Inside {
                        inner: until(before),
                        end: End::Closed,
                    };
                }
                n_same -= 1;
            }
            Some(Token::End(name)) if is_frame_end(name) => {
                structural = structural.or(Some(mark));
                break;
            }
            Some(
                Token::Text(_) | Token::CData(_) | Token::End(_) | Token::Subset(_) | Token::Aside,
            ) => {}
        }
    }
    let Some(cut) = structural else {
        return Inside {
            inner: until(text.len()),
            end: End::Torn,
        };
    };
    *patience = patience.saturating_sub(tokens.offset() - cut.at);
    tokens.go_to(cut);
    Inside {
        inner: until(cut.at),
        end: End::Left,
    }
}

fn is_same(name: &str, open: &str) -> bool {
    name.eq_ignore_ascii_case(open)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str, end: End, rest: &str) {
        let mut tokens = Tokens::of(text);
        let Some(Token::Start(open)) = tokens.next() else {
            panic!("{text}");
        };
        let mut patience = 1000;
        let inside = inside(text, &mut tokens, open, &mut patience);
        assert_eq!(
            inside,
            Inside {
                inner: expected,
                end
            },
            "{text}"
        );
        assert_eq!(tokens.rest(), rest, "{text}");
    }

    #[test]
    fn the_end_of_a_text_is_found() {
        check("<t>a<b>c</b></t>x", "a<b>c</b>", End::Closed, "x");
        check("<t>a<p>b<br></T>x", "a<p>b<br>", End::Closed, "x");
        check(
            "<t><svg><t>a</t></svg>b</t>x",
            "<svg><t>a</t></svg>b",
            End::Closed,
            "x",
        );
        check(
            "<t><![CDATA[</t>]]></t>x",
            "<![CDATA[</t>]]>",
            End::Closed,
            "x",
        );
        check(
            "<t>a<category>b</category></t>x",
            "a<category>b</category>",
            End::Closed,
            "x",
        );
    }

    #[test]
    fn a_text_left_open_ends_before_the_next_field() {
        let rest = "<link>b</link></item><t>c</t>";
        check(&format!("<t>a{rest}"), "a", End::Left, rest);
        check("<t>a</item>", "a", End::Left, "</item>");
        check("<t>a<item><t>b</t>", "a", End::Left, "<item><t>b</t>");
        check("<t>a<b>", "a<b>", End::Torn, "");
    }
}
