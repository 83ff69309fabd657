//! A story: title, summary and text, which one outlet or several carry.

use std::fmt::{Arguments, Write};

use crate::dice::{Dice, purpose};
use crate::words::Language;

/// Length of a text in characters, markup and all: nine quantiles from the least to the most.
const TEXT: &[usize] = &[500, 900, 1_150, 1_400, 1_650, 1_950, 2_400, 3_100, 6_000];
/// The same for load that is about the number of entries, not their size.
const TEXT_SMALL: &[usize] = &[120, 200, 300];

/// A story as its author wrote it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Story {
    /// Plain text.
    pub(crate) title: String,
    /// Plain text, its first sentences.
    pub(crate) summary: String,
    /// HTML.
    pub(crate) html: String,
}

/// Story `number` in `language`, which names the region where it `matches`.
pub(crate) fn story(
    seed: u64,
    number: u64,
    language: &Language,
    matches: bool,
    is_small: bool,
) -> Story {
    let mut dice = Dice::of(&[seed, purpose::STORY, number]);
    let mut teller = Teller {
        language,
        dice: &mut dice,
    };
    let mut title = String::new();
    let n_words = 5 + teller.dice.below(7);
    teller.sentence(&mut title, n_words);
    if matches {
        title = format!("{title} {} {}", language.about, teller.place());
    }
    let (html, summary) = teller.text(matches, if is_small { TEXT_SMALL } else { TEXT });
    Story {
        title,
        summary,
        html,
    }
}

struct Teller<'a> {
    language: &'a Language,
    dice: &'a mut Dice,
}

impl Teller<'_> {
    fn place(&mut self) -> &'static str {
        self.dice.pick(self.language.region)
    }

    fn word(&mut self, out: &mut String) {
        if self.dice.per_mille(650) {
            let index = self.dice.early(self.language.common.len());
            out.push_str(self.language.common.get(index).copied().unwrap_or_default());
        } else {
            out.push_str(self.dice.pick(self.language.stems));
            out.push_str(self.dice.pick(self.language.endings));
        }
    }

    fn sentence(&mut self, out: &mut String, n_words: usize) {
        let start = out.len();
        for index in 0..n_words {
            if index > 0 {
                out.push(' ');
            }
            self.word(out);
            if index + 1 < n_words && self.dice.per_mille(70) {
                out.push(',');
            }
        }
        let first = out
            .get(start..)
            .and_then(|sentence| sentence.chars().next());
        if let Some(first) = first {
            let upper: String = first.to_uppercase().collect();
            out.replace_range(start..start + first.len_utf8(), &upper);
        }
    }

    /// The text in HTML and its first sentences without.
    fn text(&mut self, matches: bool, lengths: &[usize]) -> (String, String) {
        let length = self.dice.spread(lengths);
        let (mut html, mut summary) = (String::with_capacity(length + 400), String::new());
        if self.dice.per_mille(400) {
            let image = self.dice.next();
            add(
                &mut html,
                format_args!(
                    "<figure><img src=\"https://img.example.net/{image:x}.jpg\" alt=\"\" width=\"1200\" height=\"675\"/></figure>\n"
                ),
            );
        }
        while html.chars().count() < length {
            html.push_str("<p>");
            for _ in 0..2 + self.dice.below(4) {
                self.told(&mut html, &mut summary, matches);
            }
            html.push_str("</p>\n");
        }
        (html, summary)
    }

    /// One sentence with what stands around it.
    fn told(&mut self, html: &mut String, summary: &mut String, matches: bool) {
        let mut sentence = String::new();
        let n_words = 8 + self.dice.below(16);
        self.sentence(&mut sentence, n_words);
        if matches && (summary.is_empty() || self.dice.per_mille(300)) {
            let place = self.place();
            add(&mut sentence, format_args!(", {place}"));
        }
        sentence.push_str(". ");
        if summary.chars().count() < 220 {
            summary.push_str(&sentence);
        }
        html.push_str(&sentence);
        match self.dice.below(12) {
            0 => {
                let (host, page) = (self.dice.below(900), self.dice.next());
                add(
                    html,
                    format_args!(
                        "<a href=\"https://site{host}.example.org/t/{page:x}?p=2&amp;v=1\">"
                    ),
                );
                self.sentence(html, 3);
                html.push_str("</a>. ");
            }
            1 => {
                html.push_str("<strong>");
                self.sentence(html, 4);
                html.push_str("</strong>. ");
            }
            2 => html.push_str("&nbsp;&mdash; "),
            _ => {}
        }
    }
}

fn add(out: &mut String, text: Arguments<'_>) {
    // Writing into a string cannot fail.
    let _ = out.write_fmt(text);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::{EN, FR, KK, RU};

    #[test]
    fn the_same_seed_tells_the_same_story() {
        for language in [&EN, &RU, &KK, &FR] {
            let told = story(1, 7, language, true, false);
            assert_eq!(told, story(1, 7, language, true, false));
            assert_ne!(told, story(2, 7, language, true, false));
            assert_ne!(told, story(1, 8, language, true, false));
        }
    }

    #[test]
    fn only_a_story_that_matches_names_the_region() {
        for language in [&EN, &RU, &KK, &FR] {
            let names = |matches| {
                (0..200).all(|number| {
                    let told = story(3, number, language, matches, false);
                    let all = format!("{} {}", told.title, told.html);
                    language.region.iter().any(|name| all.contains(name)) == matches
                })
            };
            assert!(names(true) && names(false), "{}", language.code);
        }
    }
}
