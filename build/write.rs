//! Puts everything into its compact form.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry as Slot;
use std::error::Error;

use crate::compiled::{Endings, Entry, Guards, Kind, LanguageSet, Part, Stem};
use crate::notation::{Form, Piece};
use crate::tables::{Tables, Term};

/// Numbers distinct values.
struct Interner<T> {
    values: Vec<T>,
    find: BTreeMap<Vec<u8>, usize>,
}

impl<T: serde::Serialize> Interner<T> {
    fn new() -> Self {
        Self {
            values: Vec::new(),
            find: BTreeMap::new(),
        }
    }

    fn id<N: TryFrom<usize, Error: Error + 'static>>(
        &mut self,
        value: T,
    ) -> Result<N, Box<dyn Error>> {
        let next = self.values.len();
        let id = match self.find.entry(postcard::to_allocvec(&value)?) {
            Slot::Occupied(slot) => *slot.get(),
            Slot::Vacant(slot) => {
                self.values.push(value);
                *slot.insert(next)
            }
        };
        Ok(N::try_from(id)?)
    }
}

type Meaning = (u16, Kind, u32, u32, u16, u8);

/// Compiles the tables to the file the binary includes.
pub(super) fn compile(mut tables: Tables) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut terms = Interner::<String>::new();
    let mut rests = Interner::<Vec<Part>>::new();
    let mut endings = Interner::<Endings>::new();
    let mut guards = Interner::<Guards>::new();
    // Terms by hand come first and stay first among equals.
    let mut by_stem: BTreeMap<String, Vec<(Meaning, LanguageSet)>> = BTreeMap::new();
    for term in &tables.terms {
        let rest = rests.id(parts(&term.form, &mut endings)?)?;
        let meaning: Meaning = (
            term.owner,
            term.kind,
            terms.id(headword(term, &tables))?,
            rest,
            guards.id(guards_of(term, &tables))?,
            letters(&term.form),
        );
        let group = by_stem.entry(term.form.head.clone()).or_default();
        match group.iter_mut().find(|(known, _)| *known == meaning) {
            Some((_, languages)) => *languages |= term.languages,
            None => group.push((meaning, term.languages)),
        }
    }
    for (language, inflection) in tables.languages.iter_mut().zip(&tables.inflections) {
        for paradigm in inflection.paradigms() {
            language
                .paradigms
                .push(endings.id(paradigm.clone().into())?);
        }
    }
    let mut entries = Vec::new();
    let mut stems = Vec::new();
    for (text, group) in by_stem {
        stems.push(Stem {
            text,
            n_entries: u16::try_from(group.len())?,
        });
        entries.extend(group.into_iter().map(
            |((owner, kind, term, rest, guards, stem_letters), languages)| Entry {
                languages,
                owner,
                term,
                rest,
                guards,
                kind,
                stem_letters,
            },
        ));
    }
    let gazetteer = crate::compiled::Tables {
        stems,
        entries,
        owners: tables.owners,
        terms: terms.values,
        rests: rests.values,
        endings: endings.values,
        guards: guards.values,
        contexts: tables.contexts,
        languages: tables.languages,
        given_names: tables.given_names,
    };
    Ok(postcard::to_allocvec(&gazetteer)?)
}

fn headword(term: &Term, tables: &Tables) -> String {
    let of_country = match term.kind {
        Kind::Name | Kind::People | Kind::Combining => tables.english.get(&term.owner),
        _ => None,
    };
    let headword = term.headword.as_ref().or(of_country);
    headword.unwrap_or(&term.first_form).clone()
}

fn parts(form: &Form, endings: &mut Interner<Endings>) -> Result<Vec<Part>, Box<dyn Error>> {
    let part = |piece: &Piece| {
        Ok(match piece {
            Piece::Endings(paradigm) => Part::Endings(endings.id(paradigm.clone().into())?),
            Piece::Ahead(words) => Part::Ahead(endings.id(words.clone().into())?),
            Piece::Literal(literal) => Part::Literal(literal.clone()),
        })
    };
    form.rest.iter().map(part).collect()
}

fn guards_of(term: &Term, tables: &Tables) -> Guards {
    let guards = &term.guards;
    Guards {
        case: guards.case,
        is_common: guards.is_common,
        is_local: guards.is_local,
        weak: guards.weak,
        never: guards.never,
        context: guards.context.or_else(|| tables.default_context(term)),
    }
}

/// Letters of the stem and of what follows it literally.
fn letters(form: &Form) -> u8 {
    let literal = form.rest.iter().map(|piece| match piece {
        Piece::Literal(literal) => literal.as_str(),
        Piece::Endings(_) | Piece::Ahead(_) => "",
    });
    let n_letters = literal
        .chain([form.head.as_str()])
        .flat_map(str::chars)
        .filter(|c| c.is_alphanumeric())
        .count();
    u8::try_from(n_letters).unwrap_or(u8::MAX)
}
