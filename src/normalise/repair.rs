//! Texts that a publisher encoded as UTF-8 twice, read as they were meant; each is a defect.

use crate::model::html::RawHtml;
use crate::model::parsed::{Defect, MarkedUp, ParsedText};
use crate::text::mojibake;

/// The first text that was repaired is told to this many characters.
const TOLD_CHARS: usize = 40;

/// Repairs the texts of one entry and counts them.
#[derive(Default)]
pub(super) struct Repair {
    n_repaired: usize,
    first: String,
}

impl Repair {
    /// `text`, repaired where that is certain. Markup is repaired piece by piece: a template may
    /// be sound around garbled text.
    pub(super) fn text(&mut self, text: ParsedText) -> ParsedText {
        match text {
            ParsedText::Plain(text) => ParsedText::Plain(self.line(text)),
            ParsedText::Html(marked) => ParsedText::Html(self.markup(marked)),
            ParsedText::Xhtml(marked) => ParsedText::Xhtml(self.markup(marked)),
        }
    }

    /// As [`Repair::text`], for a text without markup.
    pub(super) fn line(&mut self, line: String) -> String {
        match mojibake::repaired(&line) {
            None => line,
            Some(repaired) => {
                self.count(&repaired);
                repaired
            }
        }
    }

    fn markup(&mut self, marked: MarkedUp) -> MarkedUp {
        if marked.html.0.is_ascii() {
            return marked;
        }
        let mut html = String::with_capacity(marked.html.0.len());
        let mut n_changed = 0;
        let mut rest = marked.html.0.as_str();
        while !rest.is_empty() {
            let (text, from_tag) = rest
                .split_at_checked(rest.find('<').unwrap_or(rest.len()))
                .unwrap_or((rest, ""));
            let end = from_tag.find('>').map_or(from_tag.len(), |at| at + 1);
            let (tag, after) = from_tag.split_at_checked(end).unwrap_or((from_tag, ""));
            match mojibake::repaired(text) {
                Some(repaired) => {
                    n_changed += 1;
                    self.count(&repaired);
                    html.push_str(&repaired);
                }
                None => html.push_str(text),
            }
            html.push_str(tag);
            rest = after;
        }
        if n_changed == 0 {
            return marked;
        }
        MarkedUp {
            html: RawHtml(html),
            base: marked.base,
        }
    }

    fn count(&mut self, repaired: &str) {
        if self.n_repaired == 0 {
            self.first = repaired.chars().take(TOLD_CHARS).collect();
        }
        self.n_repaired += 1;
    }

    /// What was repaired, if anything was.
    pub(super) fn defect(self) -> Option<Defect> {
        let (n, first) = (self.n_repaired, self.first);
        (n > 0).then(|| {
            Defect::new(
                "double-encoded",
                format!("{n} texts were encoded as UTF-8 twice, the first is {first:?}"),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(html: &str, expected: &str, n: usize) {
        let mut repair = Repair::default();
        let text = repair.text(ParsedText::html(html));
        assert_eq!(text.as_written(), expected);
        assert_eq!(repair.n_repaired, n);
        assert_eq!(repair.defect().is_some(), n > 0);
    }

    #[test]
    fn only_garbled_pieces_are_repaired() {
        for sound in [
            "",
            "plain",
            "<p>Министр прибыл</p>",
            "<p title='é'>Café – été</p>",
            "a < b > é",
        ] {
            check(sound, sound, 0);
        }
        check("<p>CafÃ©</p>", "<p>Café</p>", 1);
        check(
            "<b>Новости</b> <p>РњРёРЅРёСЃС‚СЂ</p>",
            "<b>Новости</b> <p>Министр</p>",
            1,
        );
        check("The ministerâ€™s <i>CafÃ©", "The minister’s <i>Café", 2);
    }
}
