//! People, in all the places dialects put them.

use crate::model::parsed::ParsedPerson;
use crate::parse::names::Space;
use crate::parse::person;
use crate::parse::reading::Reading;
use crate::parse::tree::Place;

/// Bytes of authors that every entry without its own takes over from the feed.
const INHERITED_MAX_BYTES: usize = 2048;

/// How surely an element names who wrote an entry: lower is surer.
pub(super) fn author_rank(space: Space, local: &str) -> Option<u8> {
    match (space, local) {
        (Space::Own | Space::Atom, "author") | (Space::Dc, "creator") => Some(0),
        (Space::DcTerms, "creator") | (Space::Itunes, "author") => Some(1),
        (Space::Dc, "author") | (Space::Own, "creator") => Some(2),
        _ => None,
    }
}

impl Reading<'_, '_> {
    /// The person an element names: its parts as elements (RFC 4287 §3.2), or all in one line.
    pub(super) fn person(&self, place: Place<'_, '_>) -> Option<ParsedPerson> {
        let mut found = ParsedPerson::default();
        for child in place.children() {
            let part = match child.name().1 {
                "name" => &mut found.name,
                "email" => &mut found.email,
                "uri" | "url" | "homepage" => &mut found.uri,
                _ => continue,
            };
            if let value @ Some(_) = self.value(child) {
                *part = value;
            }
        }
        if found.shown().is_some() {
            if found.email.is_none()
                && let Some(name) = found.name.take()
            {
                let read = person::read(&name);
                found.name = read.name;
                found.email = read.email;
            }
            return Some(found);
        }
        let text = self.value(place)?;
        Some(person::read(&text)).filter(|person| person.shown().is_some())
    }
}

/// The authors of a feed that entries without their own inherit, bounded.
pub(super) fn inherited(authors: &[ParsedPerson]) -> &[ParsedPerson] {
    let size = |person: &ParsedPerson| {
        [&person.name, &person.email, &person.uri]
            .into_iter()
            .flatten()
            .map(String::len)
            .sum::<usize>()
    };
    let sum: usize = authors.iter().map(size).sum();
    if sum <= INHERITED_MAX_BYTES {
        authors
    } else {
        &[]
    }
}
