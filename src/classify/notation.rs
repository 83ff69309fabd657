//! How one term is written in `data/*.toml`.
//!
//! ```text
//! Tashkent = ташкент~m | тошкент {cap weak@tg unless=us-georgia}
//! └ term ┘   └ forms, each word with its paradigm ┘ └ guards ┘
//! ```
//! The term is what `explain` shows, the same in every language. Without `=` it is its own form.
//! `~m` names a paradigm of the file's `[endings]`; it stands for one ending right there.
//!
//! | guard | meaning |
//! |---|---|
//! | `cap` | must begin with a capital, in scripts that have case |
//! | `common` | as `cap`, and weak in a field in capitals: the small word is a common one (*газа*) |
//! | `caps` | must be in capitals throughout: an abbreviation |
//! | `weak`, `weak@tg,fa` | counts only beside something that is not weak; in these languages |
//! | `never@tg` / `only@ky` | in these languages it is another word / only in these it is this one |
//! | `unless=NAME` | a context of `guards.toml` may speak against it |

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::classify::endings::Endings;
use crate::classify::guard::{Case, Guards, Languages};
use crate::classify::phrase::{Part, Phrase};
use crate::text::fold::fold_str;

/// Paradigms of a file, by name.
pub(super) type Paradigms = BTreeMap<String, Arc<Endings>>;

/// A term as written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Notation {
    /// The term.
    pub(super) headword: String,
    /// Its forms.
    pub(super) phrases: Vec<Phrase>,
    /// What it needs to count.
    pub(super) guards: Guards,
}

/// Reads a term.
///
/// # Errors
/// Says what is wrong with it, for whoever edits the vocabulary.
pub(super) fn read_term(
    written: &str,
    paradigms: &Paradigms,
    contexts: &[String],
) -> Result<Notation, String> {
    let (forms, flags) = match written.split_once('{') {
        Some((forms, flags)) => (forms, flags.trim_end().trim_end_matches('}')),
        None => (written, ""),
    };
    let (headword, forms) = match forms.split_once('=') {
        Some((headword, forms)) => (headword, forms),
        None => (without_paradigms(forms), forms),
    };
    let phrases = forms
        .split('|')
        .map(|form| read_phrase(form, paradigms))
        .collect::<Result<_, _>>()?;
    Ok(Notation {
        headword: headword.trim().to_owned(),
        phrases,
        guards: read_guards(flags, contexts)?,
    })
}

fn without_paradigms(form: &str) -> &str {
    form.split('~').next().unwrap_or(form)
}

fn read_phrase(form: &str, paradigms: &Paradigms) -> Result<Phrase, String> {
    let mut pieces = form.trim().split('~');
    let head = pieces.next().unwrap_or_default();
    let mut phrase = Phrase::literal(&fold_str(head)).ok_or("a form without letters")?;
    for piece in pieces {
        let name_end = piece
            .find(|c: char| !c.is_ascii_alphanumeric())
            .unwrap_or(piece.len());
        let (name, literal) = piece.split_at_checked(name_end).unwrap_or((piece, ""));
        let endings = paradigms
            .get(name)
            .ok_or_else(|| format!("no paradigm `{name}` in [endings]"))?;
        phrase.rest.push(Part::Endings(Arc::clone(endings)));
        if !literal.is_empty() {
            phrase.rest.push(Part::Literal(fold_str(literal)));
        }
    }
    Ok(phrase)
}

fn read_guards(flags: &str, contexts: &[String]) -> Result<Guards, String> {
    let mut guards = Guards::default();
    for flag in flags.split_whitespace() {
        match flag {
            "cap" => guards.case = Case::Capital,
            "common" => {
                guards.case = Case::Capital;
                guards.is_common = true;
            }
            "caps" => guards.case = Case::AllCapitals,
            "weak" => guards.weak = Languages::Every,
            _ => read_flag_with_value(flag, contexts, &mut guards)?,
        }
    }
    Ok(guards)
}

fn read_flag_with_value(
    flag: &str,
    contexts: &[String],
    guards: &mut Guards,
) -> Result<(), String> {
    let languages = |list: &str| Languages::These(list.split(',').map(str::to_owned).collect());
    if let Some(list) = flag.strip_prefix("weak@") {
        guards.weak = languages(list);
    } else if let Some(list) = flag.strip_prefix("never@") {
        guards.never = languages(list);
    } else if let Some(list) = flag.strip_prefix("only@") {
        guards.only = Some(languages(list));
    } else if let Some(name) = flag.strip_prefix("unless=") {
        let found = contexts.iter().position(|context| context == name);
        guards.context = Some(found.ok_or_else(|| format!("no context `{name}` in guards.toml"))?);
    } else {
        return Err(format!("no guard `{flag}`"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paradigms() -> Paradigms {
        let endings = Endings::List(vec![String::new(), "а".to_owned()]);
        BTreeMap::from([("m".to_owned(), Arc::new(endings))])
    }

    fn read(written: &str) -> Result<Notation, String> {
        read_term(written, &paradigms(), &["us-georgia".to_owned()])
    }

    #[test]
    fn a_term_is_its_own_form() {
        let term = read("Ташкент~m").unwrap();
        assert_eq!(term.headword, "Ташкент");
        assert!(term.phrases[0].has_form("ташкент") && term.phrases[0].has_form("ташкента"));
    }

    #[test]
    fn forms_and_guards_are_read() {
        let term = read("Tashkent = Ташкент~m город | Toshkent {cap weak@tg,fa unless=us-georgia}");
        let term = term.unwrap();
        assert_eq!(term.headword, "Tashkent");
        assert!(term.phrases[0].has_form("ташкента город"));
        assert!(term.phrases[1].has_form("toshkent"));
        let guards = Guards {
            case: Case::Capital,
            weak: Languages::These(vec!["tg".to_owned(), "fa".to_owned()]),
            context: Some(0),
            ..Guards::default()
        };
        assert_eq!(term.guards, guards);
    }

    #[test]
    fn mistakes_are_named() {
        let check = |written: &str, expected: &str| {
            assert_eq!(read(written).unwrap_err(), expected, "{written}");
        };
        check("X = y~z", "no paradigm `z` in [endings]");
        check("X = +", "a form without letters");
        check("X {capital}", "no guard `capital`");
        check("X {unless=moon}", "no context `moon` in guards.toml");
    }
}
