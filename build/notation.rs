//! How one term is written in the tables; `docs/gazetteer.md` explains it to contributors.
//!
//! ```text
//! Tashkent = ташкент~m | тошкент {cap weak@tg unless=us-georgia}
//! └ term ┘   └ forms, each word with its paradigm ┘ └ guards ┘
//! ```

use std::collections::BTreeMap;

use crate::compiled::{Case, EVERY_LANGUAGE, Endings, LanguageSet};
use crate::inflect::Inflection;
use crate::text::fold::fold_str;

/// A form: the part that never changes, and what follows it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Form {
    pub(super) head: String,
    pub(super) rest: Vec<Piece>,
}

/// Part of a form after its head.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Piece {
    Endings(Paradigm),
    Literal(String),
    Ahead(Paradigm),
}

/// As [`Endings`], in an order of its own so that forms can be sorted.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Paradigm {
    List(Vec<String>),
    Chain(Vec<Vec<String>>),
    After(Vec<String>, Vec<Vec<String>>),
}

impl From<Paradigm> for Endings {
    fn from(paradigm: Paradigm) -> Self {
        match paradigm {
            Paradigm::List(list) => Self::List(list),
            Paradigm::Chain(places) => Self::Chain(places),
            Paradigm::After(ends, places) => Self::After(ends, places),
        }
    }
}

/// What a term needs to count.
#[derive(Clone, Debug, Default)]
pub(super) struct Guards {
    pub(super) case: Case,
    pub(super) is_common: bool,
    pub(super) is_local: bool,
    /// An office holder who counts alone.
    pub(super) is_sure: bool,
    pub(super) weak: LanguageSet,
    pub(super) never: LanguageSet,
    pub(super) only: Option<LanguageSet>,
    pub(super) context: Option<u16>,
}

/// A term as written.
#[derive(Clone, Debug)]
pub(super) struct Notation {
    /// `None` where the term is its own first form.
    pub(super) headword: Option<String>,
    pub(super) forms: Vec<Form>,
    pub(super) first_form: String,
    pub(super) guards: Guards,
}

/// What the names in a notation mean.
pub(super) struct Names<'a> {
    pub(super) inflection: &'a Inflection,
    pub(super) contexts: &'a BTreeMap<String, u16>,
    pub(super) languages: &'a BTreeMap<String, u8>,
}

/// Reads a term; says what is wrong with it, for whoever edits the table.
pub(super) fn read_term(written: &str, names: &Names<'_>) -> Result<Notation, String> {
    let (forms, flags) = match written.split_once('{') {
        Some((forms, flags)) => (forms, flags.trim_end().trim_end_matches('}')),
        None => (written, ""),
    };
    let (headword, forms) = match forms.split_once('=') {
        Some((headword, forms)) => (Some(headword.trim().to_owned()), forms),
        None => (None, forms),
    };
    let first = forms.split('|').next().unwrap_or_default();
    let first_form = first.split('~').next().unwrap_or_default();
    Ok(Notation {
        headword,
        first_form: first_form.trim().trim_end_matches('!').to_owned(),
        forms: forms
            .split('|')
            .map(|form| read_form(form.trim(), names.inflection))
            .collect::<Result<_, _>>()?,
        guards: {
            let mut guards = read_guards(flags, names)?;
            if guards.case == Case::Any && begins_with_capital(forms) {
                guards.case = Case::Capital;
            }
            guards
        },
    })
}

/// What is written with a capital in the table needs one in a text: the first form tells.
fn begins_with_capital(forms: &str) -> bool {
    let mut letters = forms.chars().filter(|c| c.is_alphabetic());
    letters.next().is_some_and(char::is_uppercase)
}

/// Reads one form: with `~`, as it says; with `!` at its end, as it stands; else inflected by the
/// rules of the language.
pub(super) fn read_form(written: &str, inflection: &Inflection) -> Result<Form, String> {
    let form = if let Some(exact) = written.strip_suffix('!') {
        Form {
            head: fold_str(exact).trim().to_owned(),
            rest: Vec::new(),
        }
    } else if written.contains('~') {
        marked_form(written, inflection)?
    } else {
        inflection.inflect(&fold_str(written))
    };
    if form.head.chars().any(char::is_alphanumeric) {
        Ok(form)
    } else {
        Err(format!("`{written}` is a form without letters"))
    }
}

fn marked_form(written: &str, inflection: &Inflection) -> Result<Form, String> {
    let mut pieces = written.split('~');
    let head = fold_str(pieces.next().unwrap_or_default())
        .trim()
        .to_owned();
    let mut rest = Vec::new();
    for piece in pieces {
        let name_end = piece
            .find(|c: char| !c.is_ascii_alphanumeric())
            .unwrap_or(piece.len());
        let (name, literal) = piece.split_at_checked(name_end).unwrap_or((piece, ""));
        rest.push(Piece::Endings(inflection.paradigm(name)?));
        if !literal.is_empty() {
            rest.push(Piece::Literal(fold_str(literal)));
        }
    }
    Ok(Form { head, rest })
}

fn read_guards(flags: &str, names: &Names<'_>) -> Result<Guards, String> {
    let mut guards = Guards::default();
    for flag in flags.split_whitespace() {
        let (name, value) = flag.split_once(['@', '=']).unwrap_or((flag, ""));
        match (name, value) {
            ("cap", "") => guards.case = Case::Capital,
            ("common", "") => {
                guards.case = Case::Capital;
                guards.is_common = true;
            }
            ("caps", "") => guards.case = Case::AllCapitals,
            ("local", "") => guards.is_local = true,
            ("sure", "") => guards.is_sure = true,
            ("weak", "") => guards.weak = EVERY_LANGUAGE,
            ("weak", list) => guards.weak = languages(list, names)?,
            ("never", list) => guards.never = languages(list, names)?,
            ("only", list) => guards.only = Some(languages(list, names)?),
            ("unless", context) => {
                let index = names.contexts.get(context);
                guards.context =
                    Some(*index.ok_or_else(|| format!("no context `{context}` in guards.toml"))?);
            }
            _ => return Err(format!("no guard `{flag}`")),
        }
    }
    Ok(guards)
}

fn languages(list: &str, names: &Names<'_>) -> Result<LanguageSet, String> {
    list.split(',').try_fold(0, |set, code| {
        let bit = names
            .languages
            .get(code)
            .ok_or_else(|| format!("no language `{code}`"))?;
        Ok(set | (1 << bit))
    })
}
