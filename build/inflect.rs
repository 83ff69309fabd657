//! How a language inflects: its paradigms, and which of them a word has by how it ends.

use std::collections::BTreeMap;

use crate::notation::{Form, Paradigm, Piece};
use crate::text::fold::fold_str;

/// Words and phrases whose stems have fewer letters are not inflected by rule: too many words begin
/// like them.
const STEM_MIN: usize = 3;

/// Paradigms and rules of one language.
#[derive(Clone, Debug, Default)]
pub(super) struct Inflection {
    paradigms: BTreeMap<String, Paradigm>,
    /// Ending of a last word that is cut off → what takes its place; the longest counts.
    last: BTreeMap<String, Paradigm>,
    /// The same for the words before the last one.
    earlier: BTreeMap<String, Paradigm>,
}

impl Inflection {
    /// Reads `[endings]`, `[inflect]` and `[inflect-earlier]`.
    pub(super) fn from_toml(table: &toml::Table) -> Result<Self, String> {
        let mut inflection = Self::default();
        for (name, value) in entries(table, "endings")? {
            let paradigm = paradigm_from(value)
                .ok_or_else(|| format!("endings.{name}: not a list of endings"))?;
            inflection.paradigms.insert(name.clone(), paradigm);
        }
        inflection.last = inflection.rules(table, "inflect")?;
        inflection.earlier = inflection.rules(table, "inflect-earlier")?;
        Ok(inflection)
    }

    fn rules(&self, table: &toml::Table, key: &str) -> Result<BTreeMap<String, Paradigm>, String> {
        let mut rules = BTreeMap::new();
        for (ending, value) in entries(table, key)? {
            let paradigm = match value.as_str() {
                Some(name) => self.paradigm(name)?,
                None => paradigm_from(value)
                    .ok_or_else(|| format!("{key}.{ending}: neither a paradigm nor its name"))?,
            };
            let paradigm = instead_of(ending, paradigm);
            let ending = fold_str(ending);
            if !has_ending(&paradigm, &ending) {
                return Err(format!(
                    "{key}.{ending}: the word itself is none of its forms"
                ));
            }
            rules.insert(ending, paradigm);
        }
        Ok(rules)
    }

    /// All paradigms.
    pub(super) fn paradigms(&self) -> impl Iterator<Item = &Paradigm> {
        self.paradigms.values()
    }

    /// The paradigm of that name.
    pub(super) fn paradigm(&self, name: &str) -> Result<Paradigm, String> {
        self.paradigms
            .get(name)
            .cloned()
            .ok_or_else(|| format!("no paradigm `{name}` in [endings]"))
    }

    /// The forms of a folded word or phrase, by how its words end.
    pub(super) fn inflect(&self, folded: &str) -> Form {
        let mut rest = Vec::new();
        let mut literal = String::new();
        let words: Vec<_> = folded.trim().split_inclusive(' ').collect();
        let n_letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).count();
        let in_all = n_letters(folded);
        for (index, word) in words.iter().enumerate() {
            let is_last = index + 1 == words.len();
            let bare = word.trim_end();
            let rules = if is_last { &self.last } else { &self.earlier };
            let Some((stem, paradigm)) = cut(bare, in_all - n_letters(bare), rules) else {
                literal.push_str(word);
                continue;
            };
            literal.push_str(stem);
            rest.push(Piece::Literal(std::mem::take(&mut literal)));
            rest.push(Piece::Endings(paradigm.clone()));
            literal.push_str(word.get(bare.len()..).unwrap_or_default());
        }
        if !literal.is_empty() {
            rest.push(Piece::Literal(literal));
        }
        match rest.first() {
            Some(Piece::Literal(head)) => Form {
                head: head.clone(),
                rest: rest.split_off(1),
            },
            _ => Form {
                head: String::new(),
                rest: Vec::new(),
            },
        }
    }
}

/// A chain in place of an ending that was cut off begins with what the word can end in instead.
fn instead_of(ending: &str, paradigm: Paradigm) -> Paradigm {
    match paradigm {
        Paradigm::Chain(mut places) if !ending.is_empty() && !places.is_empty() => {
            let later = places.split_off(1);
            Paradigm::After(places.concat(), later)
        }
        other => other,
    }
}

/// Whether what takes the place of an ending may be that ending: a paradigm of stems that keep it
/// would match no form at all.
fn has_ending(paradigm: &Paradigm, ending: &str) -> bool {
    match paradigm {
        Paradigm::List(list) | Paradigm::After(list, _) => list.iter().any(|one| one == ending),
        Paradigm::Chain(_) => ending.is_empty(),
    }
}

/// Cuts the longest ending the rules know off `word`, in a phrase that has `n_others` letters in
/// its other words.
fn cut<'w, 'r>(
    word: &'w str,
    n_others: usize,
    rules: &'r BTreeMap<String, Paradigm>,
) -> Option<(&'w str, &'r Paradigm)> {
    let fitting = rules
        .iter()
        .filter_map(|(ending, paradigm)| Some((word.strip_suffix(ending.as_str())?, paradigm)));
    let (stem, paradigm) = fitting.min_by_key(|(stem, _)| stem.len())?;
    let n_letters = stem.chars().filter(|c| c.is_alphanumeric()).count();
    let is_long = n_letters + n_others >= STEM_MIN || !stem.chars().any(|c| c < '\u{1100}');
    (is_long && n_letters > 0).then_some((stem, paradigm))
}

fn entries<'t>(
    table: &'t toml::Table,
    key: &str,
) -> Result<Vec<(&'t String, &'t toml::Value)>, String> {
    match table.get(key) {
        None => Ok(Vec::new()),
        Some(value) => value
            .as_table()
            .map(|table| table.iter().collect())
            .ok_or_else(|| format!("{key}: not a table")),
    }
}

/// Reads `["", "а", "у"]`, `[["лар", "дар"], ["ның", "ға"]]`, or `"-лар-дар -ның-ға"`'s plain
/// relatives: a string of endings parted by spaces, `0` for none.
fn paradigm_from(value: &toml::Value) -> Option<Paradigm> {
    if let Some(written) = value.as_str() {
        return Some(Paradigm::List(list_from(written)));
    }
    let array = value.as_array()?;
    let is_plain = |one: &toml::Value| one.as_str().is_some_and(|ending| !ending.contains(' '));
    if array.iter().all(is_plain) {
        let endings = array.iter().map(|ending| ending.as_str().map(fold_str));
        return endings.collect::<Option<_>>().map(Paradigm::List);
    }
    let place = |one: &toml::Value| match one {
        toml::Value::String(written) => Some(list_from(written)),
        toml::Value::Array(array) => array
            .iter()
            .map(|ending| ending.as_str().map(fold_str))
            .collect(),
        _ => None,
    };
    array
        .iter()
        .map(place)
        .collect::<Option<_>>()
        .map(Paradigm::Chain)
}

fn list_from(written: &str) -> Vec<String> {
    let endings = written.split_whitespace();
    endings
        .map(|ending| {
            if ending == "0" {
                String::new()
            } else {
                fold_str(ending)
            }
        })
        .collect()
}
