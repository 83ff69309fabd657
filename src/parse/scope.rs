//! What is in force inside an element: prefixes, `xml:base`, `xml:lang`.

use std::borrow::Cow;

use url::Url;

use crate::parse::grow::has_too_many_attributes;
use crate::parse::guard::{ATTRIBUTES_MAX, BASE_MAX_BYTES, CONTEXTS_MAX, DECLARATIONS_MAX};
use crate::parse::losses::{Loss, Losses};
use crate::parse::names::{Space, space_at, space_of_prefix};
use crate::parse::tag::Tag;
use crate::parse::tree::Context;

/// What one tag declares.
#[derive(Clone, Debug, Default)]
pub(super) struct Declarations<'a> {
    /// Prefixes and what they stand for; the empty one is the default.
    spaces: Vec<(&'a str, Space)>,
    base: Option<&'a str>,
    language: Option<&'a str>,
}

/// What `tag` declares; nothing for most.
pub(super) fn declarations<'a>(tag: &Tag<'a>, losses: &mut Losses) -> Option<Declarations<'a>> {
    if tag.is_bare() {
        return None;
    }
    losses.add(Loss::Attributes, usize::from(has_too_many_attributes(tag)));
    let mut declared = Declarations::default();
    for (name, value) in tag.attributes().take(ATTRIBUTES_MAX) {
        if !name.starts_with("xml") {
            continue;
        }
        match name.split_once(':') {
            None if name == "xmlns" => {
                let space = if value.trim().is_empty() {
                    Space::Own
                } else {
                    space_at(value).unwrap_or(Space::Other)
                };
                declared.spaces.push(("", space));
            }
            Some(("xmlns", prefix)) => {
                let space = space_at(value).unwrap_or_else(|| space_of_prefix(prefix));
                declared.spaces.push((prefix, space));
            }
            Some(("xml", "base")) => declared.base = Some(value),
            Some(("xml", "lang")) => declared.language = Some(value),
            _ => {}
        }
    }
    Some(declared)
}

/// What the open elements declare.
#[derive(Debug, Default)]
pub(super) struct Scope<'a> {
    /// Depth of the element, prefix, vocabulary.
    spaces: Vec<(usize, &'a str, Space)>,
    /// Depth of the element, number of its context.
    contexts: Vec<(usize, u32)>,
}

impl<'a> Scope<'a> {
    /// The vocabulary of a name with `prefix` on a tag with `declared`.
    pub(super) fn space_of(
        &self,
        prefix: Option<&str>,
        declared: Option<&Declarations<'a>>,
    ) -> Space {
        let own = declared.and_then(|declared| {
            let prefix = prefix.unwrap_or_default();
            let found = declared
                .spaces
                .iter()
                .rev()
                .find(|(known, _)| *known == prefix);
            found.map(|(_, space)| *space)
        });
        own.unwrap_or_else(|| self.space(prefix))
    }

    /// Whether `prefix` (the empty one: the default) stands for something on a tag with `declared`.
    pub(super) fn is_declared(&self, prefix: &str, declared: Option<&Declarations<'a>>) -> bool {
        let mut own = declared.into_iter().flat_map(|declared| &declared.spaces);
        own.any(|(known, _)| *known == prefix)
            || self.spaces.iter().any(|(_, known, _)| *known == prefix)
            || self.spaces.len() >= DECLARATIONS_MAX
    }

    /// The vocabulary of a name with `prefix`, by the elements around.
    pub(super) fn space(&self, prefix: Option<&str>) -> Space {
        let wanted = prefix.unwrap_or_default();
        let found = self
            .spaces
            .iter()
            .rev()
            .find(|(_, known, _)| *known == wanted);
        match (found, prefix) {
            (Some((_, _, space)), _) => *space,
            (None, Some(prefix)) => space_of_prefix(prefix),
            (None, None) => Space::Own,
        }
    }

    /// Enters an element at `depth`; gives the number of the context inside it.
    pub(super) fn enter<'v>(
        &mut self,
        depth: usize,
        declared: Option<&Declarations<'a>>,
        is_of_entry: bool,
        contexts: &mut Vec<Context>,
        losses: &mut Losses,
        resolve: impl Fn(&'a str) -> Cow<'v, str>,
    ) -> u32
    where
        'a: 'v,
    {
        if contexts.is_empty() {
            contexts.push(Context::default());
        }
        let outer = self.contexts.last().map_or(0, |(_, context)| *context);
        let Some(declared) = declared else {
            return outer;
        };
        for (prefix, space) in &declared.spaces {
            // The default of a feed's frame says only what the dialect says better.
            let says_little = depth < 3 && matches!(space, Space::Own | Space::Atom | Space::Other);
            let is_of_frame = prefix.is_empty() && (depth == 0 || says_little);
            if !is_of_frame && self.spaces.len() < DECLARATIONS_MAX {
                self.spaces.push((depth, prefix, *space));
            }
        }
        if declared.base.is_none() && declared.language.is_none() || contexts.len() >= CONTEXTS_MAX
        {
            return outer;
        }
        let mut context = usize::try_from(outer)
            .ok()
            .and_then(|at| contexts.get(at))
            .cloned()
            .unwrap_or_default();
        if let Some(base) = declared.base {
            match join(context.base.as_deref(), resolve(base).trim()) {
                Some(base) if base.len() <= BASE_MAX_BYTES => {
                    context.base = Some(base).filter(|base| !base.is_empty());
                }
                // The one around stays in force.
                _ => losses.note(Loss::Base),
            }
        }
        if let Some(language) = declared.language {
            let language = resolve(language);
            let language = language.trim();
            context.language = (!language.is_empty() && language.len() <= BASE_MAX_BYTES)
                .then(|| language.to_owned());
            context.is_of_entry = is_of_entry;
        }
        let number = u32::try_from(contexts.len()).unwrap_or(0);
        contexts.push(context);
        self.contexts.push((depth, number));
        number
    }

    /// Leaves all elements at `depth` and deeper.
    pub(super) fn leave(&mut self, depth: usize) {
        while self.spaces.last().is_some_and(|(at, _, _)| *at >= depth) {
            self.spaces.pop();
        }
        while self.contexts.last().is_some_and(|(at, _)| *at >= depth) {
            self.contexts.pop();
        }
    }
}

/// An inner `xml:base` against the outer one; kept as written where the outer is no help. `None`
/// where no document's address makes one of it.
fn join(outer: Option<&str>, inner: &str) -> Option<String> {
    if inner.is_empty() {
        return Some(outer.unwrap_or_default().to_owned());
    }
    let outer = outer.and_then(|outer| Url::parse(outer).ok());
    match Url::options().base_url(outer.as_ref()).parse(inner) {
        Ok(base) => Some(String::from(base)),
        Err(url::ParseError::RelativeUrlWithoutBase) => Some(inner.to_owned()),
        Err(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bases_are_joined_from_the_root_inwards() {
        for (outer, inner, expected) in [
            (None, "b/", Some("b/")),
            (Some("http://e.org/a/"), "b/", Some("http://e.org/a/b/")),
            (Some("http://e.org/a/"), "http://[", None),
            (None, "http://[no", None),
            (Some("a/"), "/b", Some("/b")),
            (Some("http://e.org/a/"), "", Some("http://e.org/a/")),
        ] {
            assert_eq!(join(outer, inner).as_deref(), expected, "{inner}");
        }
    }
}
