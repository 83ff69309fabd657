//! The parts of an entry that are searched.

use std::ops::Range;

use crate::classify::classifier::Input;
use crate::model::region::Field;
use crate::text::fold::{Folded, fold};

/// A part of the entry, as written and folded.
pub(super) struct FieldText<'a> {
    pub(super) field: Field,
    pub(super) original: &'a str,
    pub(super) folded: Folded,
}

impl<'a> FieldText<'a> {
    /// What stands at a span of the original.
    pub(super) fn form(&self, span: &Range<usize>) -> &'a str {
        self.original.get(span.clone()).unwrap_or_default()
    }

    /// Whether a capital means anything here.
    pub(super) fn has_small_letters(&self) -> bool {
        self.original.chars().any(char::is_lowercase)
    }
}

/// Title, text, then one for each category.
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
    }
}
