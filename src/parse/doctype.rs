//! Entities a document declares for itself (XML 1.0 §4.2), bounded: what is over a limit, lies
//! outside the document or belongs to the DTD alone is not read.

use crate::parse::guard::{ENTITIES_MAX, ENTITY_MAX_BYTES};

/// Names and values, as declared first.
#[derive(Debug, Default)]
pub(super) struct Declared<'a> {
    values: Vec<(&'a str, &'a str)>,
    n_seen: usize,
}

impl<'a> Declared<'a> {
    /// The value of an entity, references not resolved.
    pub(super) fn get(&self, name: &str) -> Option<&'a str> {
        let (_, value) = self.values.iter().find(|(known, _)| *known == name)?;
        Some(value)
    }

    /// How many declarations there are, those that are not read as well.
    pub(super) fn n_seen(&self) -> usize {
        self.n_seen
    }
}

/// Adds what the internal subset `subset` declares.
pub(super) fn read<'a>(subset: &'a str, declared: &mut Declared<'a>) {
    let mut rest = subset;
    while let Some((_, after)) = rest.split_once("<!ENTITY") {
        rest = after;
        declared.n_seen += 1;
        if declared.values.len() >= ENTITIES_MAX {
            continue;
        }
        let Some((name, value)) = declaration(after) else {
            continue;
        };
        if value.len() <= ENTITY_MAX_BYTES && declared.get(name).is_none() {
            declared.values.push((name, value));
        }
    }
}

/// ` NAME "VALUE"`; an external entity or one of the DTD's own has another form.
fn declaration(after: &str) -> Option<(&str, &str)> {
    let after = after.get(..after.floor_char_boundary(2 * ENTITY_MAX_BYTES))?;
    let (name, rest) = after.trim_start().split_once(char::is_whitespace)?;
    let rest = rest.trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (value, _) = rest.strip_prefix(quote)?.split_once(quote)?;
    (name != "%").then_some((name, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_literal_entities_are_declared() {
        let mut declared = Declared::default();
        let long = "x".repeat(ENTITY_MAX_BYTES + 1);
        let subset = format!(
            "[<!ENTITY a \"A\"><!ENTITY  b 'B' ><!ENTITY a 'again'><!ENTITY % c 'C'>
              <!ENTITY d SYSTEM 'file:///etc/passwd'><!ENTITY e '{long}'><!ELEMENT f ANY>]>"
        );
        read(&subset, &mut declared);
        assert_eq!(declared.values, [("a", "A"), ("b", "B")]);
        assert_eq!(declared.n_seen(), 6);
        let mut declared = Declared::default();
        let many: Vec<String> = (0..500).map(|n| format!("<!ENTITY e{n} 'x'>")).collect();
        let many = many.concat();
        read(&many, &mut declared);
        assert_eq!(declared.values.len(), ENTITIES_MAX);
    }
}
