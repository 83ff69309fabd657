//! A person as RSS writes one: `mail (Name)`, `Name <mail>`, or either alone.

use crate::model::parsed::ParsedPerson;

/// The person in `written`: what holds an `@` is the mail address, the rest the name.
pub(super) fn read(written: &str) -> ParsedPerson {
    let written = written.trim();
    if !written.contains('@') {
        return ParsedPerson::named(written);
    }
    let in_brackets = |open, close| {
        let (before, rest) = written.split_once(open)?;
        let (inside, _) = rest.split_once(close)?;
        Some([before.trim(), inside.trim()])
    };
    let parts: Vec<&str> = [in_brackets('(', ')'), in_brackets('<', '>')]
        .into_iter()
        .flatten()
        .flatten()
        .map(|part| part.trim_matches('"'))
        .filter(|part| !part.is_empty())
        .collect();
    let part = |is_mail: bool| parts.iter().find(|part| part.contains('@') == is_mail);
    ParsedPerson {
        name: part(false).map(|name| (*name).to_owned()),
        email: Some(part(true).map_or(written, |mail| *mail).to_owned()),
        uri: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_beside_addresses() {
        let mail = Some("desk@example.org");
        for (written, name, email) in [
            (" Иванов И. И. ", Some("Иванов И. И."), None),
            (
                "desk@example.org (Пресс-служба)",
                Some("Пресс-служба"),
                mail,
            ),
            ("\"Desk\" <desk@example.org>", Some("Desk"), mail),
            ("desk@example.org", None, mail),
            ("desk@example.org ()", None, mail),
            ("", Some(""), None),
        ] {
            let person = read(written);
            assert_eq!(
                (person.name.as_deref(), person.email.as_deref()),
                (name, email),
                "{written}"
            );
        }
    }
}
