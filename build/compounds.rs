//! Reads `compounds.toml`: words that name two countries or more.

use std::collections::BTreeSet;

use crate::compiled::Kind;
use crate::notation::{Form, Guards, Paradigm, Piece};
use crate::tables::{Tables, Term, parse};
use crate::text::fold::fold_str;

const FILE: &str = "compounds.toml";

/// Adds the compounds of every language to `tables`.
pub(super) fn read(text: &str, tables: &mut Tables) -> Result<(), String> {
    for (code, value) in parse(FILE, text)? {
        let place = |message: String| format!("{FILE} [{code}]: {message}");
        let bit = *tables
            .bits
            .get(&code)
            .ok_or_else(|| place("no such language".to_owned()))?;
        let kinds = value
            .as_table()
            .ok_or_else(|| place("not a table".to_owned()))?;
        // What a pair is spelled out to mean is nothing its signs could say better.
        let spelled = kinds.get("pairs").map(words).transpose().map_err(place)?;
        let spelled = spelled.unwrap_or_default().into_iter();
        let spelled: BTreeSet<&str> = spelled.flat_map(|(_, words)| words).collect();
        for (kind, value) in kinds {
            let place = |message: String| format!("{FILE} [{code}.{kind}]: {message}");
            let words = words(value).map_err(place)?;
            let read = match kind.as_str() {
                "combining" => combining(&words, bit, tables),
                "pairs" => pairs(&words, bit, tables),
                "signs" => signs(&words, &spelled, bit, tables),
                _ => Err("no such kind of compound".to_owned()),
            };
            read.map_err(place)?;
        }
    }
    Ok(())
}

/// Each key with its words, as written.
fn words(value: &toml::Value) -> Result<Vec<(&str, Vec<&str>)>, String> {
    let table = value.as_table().ok_or("not a table")?;
    table
        .iter()
        .map(|(key, value)| {
            let list = value
                .as_str()
                .ok_or_else(|| format!("`{key}` is not a text"))?;
            Ok((key.as_str(), list.split('|').map(str::trim).collect()))
        })
        .collect()
}

fn combining(words: &[(&str, Vec<&str>)], bit: u8, tables: &mut Tables) -> Result<(), String> {
    for (country, halves) in words {
        let owner = tables.owner(country)?;
        for half in halves {
            let form = exact(half, Vec::new());
            tables
                .terms
                .push(term(owner, Kind::Combining, half, form, bit));
        }
    }
    Ok(())
}

fn pairs(words: &[(&str, Vec<&str>)], bit: u8, tables: &mut Tables) -> Result<(), String> {
    for (countries, written) in words {
        for one in written {
            let notation = tables.notation(one, bit)?;
            for country in countries.split_whitespace() {
                let owner = tables.owner(country)?;
                let forms = notation.forms.iter().cloned();
                let terms: Vec<Term> = forms
                    .map(|form| term(owner, Kind::Name, one, form, bit))
                    .collect();
                tables.terms.extend(terms);
            }
        }
    }
    Ok(())
}

fn signs(
    words: &[(&str, Vec<&str>)],
    spelled: &BTreeSet<&str>,
    bit: u8,
    tables: &mut Tables,
) -> Result<(), String> {
    let mut signs = Vec::new();
    let mut behind = Vec::new();
    for (key, list) in words {
        if *key == "behind" {
            behind = list.iter().map(|word| fold_str(word)).collect();
            continue;
        }
        let owner = tables.owner(key)?;
        signs.extend(list.iter().map(|sign| (owner, *sign)));
    }
    let ahead = Piece::Ahead(Paradigm::List(behind));
    for (first, left) in &signs {
        for (second, right) in signs.iter().filter(|(second, _)| second != first) {
            let both = format!("{left}{right}");
            if spelled.contains(both.as_str()) {
                continue;
            }
            let form = exact(&both, vec![ahead.clone()]);
            for owner in [*first, *second] {
                let term = term(owner, Kind::Name, &both, form.clone(), bit);
                tables.terms.push(term);
            }
        }
    }
    Ok(())
}

fn exact(written: &str, rest: Vec<Piece>) -> Form {
    Form {
        head: fold_str(written),
        rest,
    }
}

fn term(owner: u16, kind: Kind, first_form: &str, form: Form, bit: u8) -> Term {
    Term {
        owner,
        kind,
        headword: None,
        first_form: first_form.to_owned(),
        form,
        languages: 1 << bit,
        guards: Guards::default(),
    }
}
