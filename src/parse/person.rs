//! A person as RSS writes one: `mail (Name)`, `Name <mail>`, or either alone.

/// The name in `written`, else the mail address; empty where there is neither.
pub(super) fn name(written: &str) -> String {
    let written = written.trim();
    if !written.contains('@') {
        return written.to_owned();
    }
    let in_brackets = |open, close| {
        let (before, rest) = written.split_once(open)?;
        let (inside, _) = rest.split_once(close)?;
        Some((before.trim(), inside.trim()))
    };
    let candidates = [in_brackets('(', ')'), in_brackets('<', '>')];
    candidates
        .into_iter()
        .flatten()
        .flat_map(|(before, inside)| [before, inside])
        .map(|part| part.trim_matches('"'))
        .find(|part| !part.is_empty() && !part.contains('@'))
        .unwrap_or(written)
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_beside_addresses() {
        for (written, expected) in [
            (" Иванов И. И. ", "Иванов И. И."),
            ("press@mfa.example (Пресс-служба)", "Пресс-служба"),
            ("\"Desk\" <desk@example.org>", "Desk"),
            ("desk@example.org", "desk@example.org"),
            ("desk@example.org ()", "desk@example.org ()"),
            ("", ""),
        ] {
            assert_eq!(name(written), expected, "{written}");
        }
    }
}
