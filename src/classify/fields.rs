//! The parts of an entry, folded, with what their look says.

use std::ops::Range;

use crate::classify::classifier::Input;
use crate::classify::compiled::Case;
use crate::model::region::Field;
use crate::text::fold::{Folded, fold};

/// A dateline ends within so many bytes of a text.
const DATELINE_MAX: usize = 120;

/// A part of the entry, as written and folded.
#[derive(Debug)]
pub(super) struct FieldText<'a> {
    pub(super) field: Field,
    pub(super) original: &'a str,
    pub(super) folded: Folded,
    /// Where its dateline ends, in bytes of the original; 0 where it has none.
    dateline: usize,
    has_small_letters: bool,
}

/// Title, text, then each category.
pub(super) fn fields_of<'a>(input: &Input<'a>) -> Vec<FieldText<'a>> {
    let mut fields = vec![
        field_text(Field::Title, input.title),
        field_text(Field::Text, input.text),
    ];
    let categories = input.categories.iter();
    fields.extend(categories.map(|category| field_text(Field::Category, category.as_str())));
    fields
}

/// One part.
pub(super) fn field_text(field: Field, original: &str) -> FieldText<'_> {
    FieldText {
        field,
        original,
        folded: fold(original),
        dateline: match field {
            Field::Text => dateline_end(original),
            _ => 0,
        },
        has_small_letters: original.chars().any(char::is_lowercase),
    }
}

impl<'a> FieldText<'a> {
    /// The folded text.
    pub(super) fn text(&self) -> &str {
        self.folded.as_str()
    }

    /// What stands at a span of the original.
    pub(super) fn form(&self, span: &Range<usize>) -> &'a str {
        self.original.get(span.clone()).unwrap_or_default()
    }

    /// A span of the folded text, as written.
    pub(super) fn written(&self, span: &Range<usize>) -> &'a str {
        self.form(&self.folded.original(span.clone()))
    }

    /// What is written behind a span of the folded text.
    pub(super) fn following(&self, span: &Range<usize>) -> &'a str {
        self.original
            .get(self.folded.original(span.clone()).end..)
            .unwrap_or_default()
    }

    /// Whether a word is written as its guard asks. All of a category always is: publishers write
    /// `jordan` there, and mean it.
    pub(super) fn is_written(&self, span: &Range<usize>, case: Case) -> bool {
        case == Case::Any || self.is_whole_category(span) || case.accepts(self.written(span))
    }

    fn is_whole_category(&self, span: &Range<usize>) -> bool {
        self.field == Field::Category && *span == (0..self.text().len())
    }

    /// Whether a capital means anything here.
    pub(super) fn has_small_letters(&self) -> bool {
        self.has_small_letters
    }

    /// Whether a span of the folded text stands in the dateline.
    pub(super) fn is_in_dateline(&self, span: &Range<usize>) -> bool {
        self.folded.original(span.clone()).start < self.dateline
    }
}

impl Case {
    /// Whether `form`, as written, is written so. Scripts without case always are.
    pub(super) fn accepts(self, form: &str) -> bool {
        let is_cased = |c: &char| c.is_lowercase() || c.is_uppercase();
        match self {
            Self::Any => true,
            Self::Capital => !form.chars().find(is_cased).is_some_and(char::is_lowercase),
            Self::AllCapitals => !form.chars().any(char::is_lowercase),
        }
    }
}

/// Where a dateline ends: `ASTANA, Aug. 12 (Kazinform) –`. It tells where the reporter sits.
fn dateline_end(text: &str) -> usize {
    let head = text
        .get(..text.floor_char_boundary(DATELINE_MAX))
        .unwrap_or_default();
    let dashes = ["—", "–", " -- ", " - "].into_iter();
    let Some((at, dash)) = dashes
        .filter_map(|dash| Some((head.find(dash)?, dash)))
        .min()
    else {
        return 0;
    };
    let line = head.get(..at).unwrap_or_default().trim();
    let n_words = line.split_whitespace().count();
    let begins_small = |word: &&str| word.chars().next().is_some_and(char::is_lowercase);
    let n_small = outside_brackets(line)
        .split_whitespace()
        .filter(begins_small)
        .count();
    let is_marked = line.contains(['(', ',', '.', '/']) || !line.chars().any(char::is_lowercase);
    if n_words == 0 || n_words > 12 || n_small > 0 || !is_marked {
        return 0;
    }
    at + dash.len()
}

/// What is left of a line without what stands in round brackets.
fn outside_brackets(line: &str) -> String {
    let mut depth = 0_i32;
    let outside = line.chars().filter(|&c| {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => return depth <= 0,
        }
        false
    });
    outside.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_is_asked_of_scripts_that_have_it() {
        let check = |case: Case, form: &str, expected: bool| {
            assert_eq!(case.accepts(form), expected, "{case:?} {form}");
        };
        check(Case::Any, "газа", true);
        check(Case::Capital, "Газа", true);
        check(Case::Capital, "ГАЗА", true);
        check(Case::Capital, "газа", false);
        check(Case::Capital, "غزة", true);
        check(Case::AllCapitals, "GCC", true);
        check(Case::AllCapitals, "Gcc", false);
    }

    #[test]
    fn datelines_are_told_from_sentences() {
        let check = |text: &str, expected: &str| {
            assert_eq!(text.get(..dateline_end(text)), Some(expected), "{text}");
        };
        check(
            "TEHRAN, Aug. 12 (MNA) – Two soldiers",
            "TEHRAN, Aug. 12 (MNA) –",
        );
        check("АСТАНА. КазТАГ - Суд", "АСТАНА. КазТАГ - ");
        check(
            "Bishkek (AKIpress news agency) — The court",
            "Bishkek (AKIpress news agency) —",
        );
        check("BRUSSELS — Leaders", "BRUSSELS —");
        check("The president of Kazakhstan – who is", "");
        check("Kazakhstan – a land", "");
        check("no dash at all", "");
    }
}
