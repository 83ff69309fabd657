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
    let mut parts: Vec<&str> = [in_brackets('(', ')'), in_brackets('<', '>')]
        .into_iter()
        .flatten()
        .flatten()
        .map(|part| part.trim_matches('"'))
        .filter(|part| !part.is_empty())
        .collect();
    if parts.is_empty() {
        parts.extend(beside_one_another(written).into_iter().flatten());
    }
    let part = |is_mail: bool| parts.iter().find(|part| part.contains('@') == is_mail);
    let email = part(true).map_or(written, |mail| *mail);
    ParsedPerson {
        name: part(false).map(|name| (*name).to_owned()),
        email: Some(email.strip_prefix("mailto:").unwrap_or(email).to_owned()),
        uri: None,
    }
}

/// The name and the mail address of `Name mail` or `mail Name`, whatever stands between them.
fn beside_one_another(written: &str) -> Option<[&str; 2]> {
    let is_between =
        |c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':' | '-' | '–' | '—' | '|' | '/');
    let (before, after) = written.split_once(char::is_whitespace)?;
    if before.contains('@') {
        let name = after.trim_matches(is_between);
        return (!name.is_empty() && !name.contains('@'))
            .then(|| [name, before.trim_matches(is_between)]);
    }
    let (before, after) = written.rsplit_once(char::is_whitespace)?;
    let name = before.trim_matches(is_between);
    let is_mail = after.contains('@') && !name.contains('@') && !name.is_empty();
    is_mail.then(|| [name, after.trim_matches(is_between)])
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
            ("Press office desk@example.org", Some("Press office"), mail),
            (
                "desk@example.org - Press office",
                Some("Press office"),
                mail,
            ),
            ("Desk, mailto:desk@example.org", Some("Desk"), mail),
            ("a@b c@d", None, Some("a@b c@d")),
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
