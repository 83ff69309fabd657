//! Reads `derived.tsv`, the part of the gazetteer that `scripts/gazetteer` writes:
//! `language or @Script ⇥ kind ⇥ country ⇥ term ⇥ form|form …`.
//!
//! The tables people write win: where one of them has a form in a language, what is derived for
//! that language is left out.

use std::collections::{BTreeMap, BTreeSet};

use crate::compiled::{Case, Kind, LanguageSet};
use crate::notation::{Form, Guards, Paradigm, Piece, read_form};
use crate::tables::{Tables, Term};
use crate::text::fold::fold_str;

/// Scripts in which a name begins with a capital.
const CASED: [&str; 5] = ["Latn", "Cyrl", "Grek", "Armn", "Geok"];

/// A city whose stem is shorter is taken as it stands: too many words inflect like it.
const PLACE_STEM_MIN: usize = 4;

/// Adds the derived terms to `tables`.
pub(super) fn read(text: &str, tables: &mut Tables) -> Result<(), String> {
    let by_hand = ByHand::of(tables);
    let stops = Stops::of(tables);
    let mut taken = stops.names_taken(tables);
    let lines = text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    for (index, line) in lines {
        let fault = |message: &str| format!("derived.tsv:{}: {message}", index + 1);
        let cells: Vec<&str> = line.split('\t').collect();
        let [of, kind, country, headword, forms] = cells.as_slice() else {
            return Err(fault("not five cells"));
        };
        let kind = match *kind {
            "name" => Kind::Name,
            "people" => Kind::People,
            "capital" => Kind::Capital,
            "place" => Kind::Place,
            _ => return Err(fault("no such kind")),
        };
        let owner = tables.owner(country)?;
        if kind == Kind::Name {
            tables.english.insert(owner, (*headword).to_owned());
        }
        for bit in bits(of, tables).map_err(|message| fault(&message))? {
            let scripts = tables
                .languages
                .get(usize::from(bit))
                .map(|one| one.scripts.clone());
            let is_cased = scripts
                .unwrap_or_default()
                .iter()
                .any(|script| CASED.contains(&script.as_str()));
            for form in forms.split('|') {
                let folded = fold_str(form).trim().to_owned();
                if kind == Kind::Name && stops.has(bit, &folded) {
                    taken.insert(lost(of, &folded, country));
                    continue;
                }
                if by_hand.has(bit, &folded) {
                    continue;
                }
                let inflection = tables
                    .inflections
                    .get(usize::from(bit))
                    .ok_or("an undeclared language")?;
                let read = read_form(form, inflection).map_err(|message| fault(&message))?;
                let is_short_place =
                    kind == Kind::Place && read.head.chars().count() < PLACE_STEM_MIN;
                let read = if is_short_place {
                    Form {
                        head: folded.clone(),
                        rest: Vec::new(),
                    }
                } else {
                    read
                };
                let guards = by_hand
                    .guards_in_english(owner, &folded)
                    .unwrap_or_else(|| Guards {
                        case: case_of(form, kind, is_cased),
                        is_local: kind == Kind::Place || kind == Kind::People,
                        ..Guards::default()
                    });
                tables.terms.push(Term {
                    owner,
                    kind,
                    headword: Some((*headword).to_owned()),
                    first_form: String::new(),
                    form: read,
                    languages: 1 << bit,
                    guards,
                });
            }
        }
    }
    if !taken.is_empty() {
        return Err(Vec::from_iter(taken).join("\n"));
    }
    Ok(())
}

/// A name begins with a capital; an abbreviation is in capitals.
fn case_of(form: &str, kind: Kind, is_cased: bool) -> Case {
    let is_abbreviation = form.chars().count() <= 4 && !form.chars().any(char::is_lowercase);
    match kind {
        _ if !is_cased => Case::Any,
        _ if is_abbreviation => Case::AllCapitals,
        Kind::People if !form.starts_with(char::is_uppercase) => Case::Any,
        _ => Case::Capital,
    }
}

fn bits(of: &str, tables: &Tables) -> Result<Vec<u8>, String> {
    let Some(script) = of.strip_prefix('@') else {
        return tables
            .bits
            .get(of)
            .map(|&bit| vec![bit])
            .ok_or_else(|| format!("no language `{of}`"));
    };
    let is_written_so = |bit: &u8| {
        let language = tables.languages.get(usize::from(*bit));
        language.is_some_and(|language| language.scripts.iter().any(|one| one == script))
    };
    let mut all: Vec<u8> = tables
        .bits
        .values()
        .copied()
        .filter(is_written_so)
        .collect();
    all.sort_unstable();
    all.dedup();
    Ok(all)
}

/// What the tables people write have already.
struct ByHand {
    forms: BTreeMap<String, LanguageSet>,
    english: BTreeMap<(u16, String), Guards>,
}

impl ByHand {
    fn of(tables: &Tables) -> Self {
        let mut by_hand = Self {
            forms: BTreeMap::new(),
            english: BTreeMap::new(),
        };
        let english = tables.bits.get("en").map_or(0, |&bit| 1 << bit);
        for term in &tables.terms {
            for form in plain_forms(term) {
                if term.languages & english != 0 {
                    by_hand
                        .english
                        .insert((term.owner, form.clone()), term.guards.clone());
                }
                *by_hand.forms.entry(form).or_default() |= term.languages;
            }
        }
        by_hand
    }

    fn has(&self, bit: u8, folded: &str) -> bool {
        self.forms
            .get(folded)
            .is_some_and(|languages| languages & (1 << bit) != 0)
    }

    fn guards_in_english(&self, owner: u16, folded: &str) -> Option<Guards> {
        self.english.get(&(owner, folded.to_owned())).cloned()
    }
}

/// The stop readings that stand as they are written. One that is also what a table calls a place
/// would take the place away: at the same words a stop reading wins.
struct Stops {
    forms: BTreeMap<String, LanguageSet>,
}

impl Stops {
    fn of(tables: &Tables) -> Self {
        let mut forms = BTreeMap::<String, LanguageSet>::new();
        for term in tables.terms.iter().filter(|term| term.kind == Kind::Stop) {
            if let Some(form) = basic_form(term) {
                *forms.entry(form).or_default() |= term.languages;
            }
        }
        Self { forms }
    }

    fn has(&self, bit: u8, form: &str) -> bool {
        self.languages(form) & (1 << bit) != 0
    }

    fn languages(&self, form: &str) -> LanguageSet {
        self.forms.get(form).copied().unwrap_or_default()
    }

    /// What is said of every name written by hand that is a stop reading of the same language.
    fn names_taken(&self, tables: &Tables) -> BTreeSet<String> {
        let names = tables.terms.iter().filter(|term| term.kind != Kind::Stop);
        names
            .filter_map(|term| {
                let form = basic_form(term)?;
                let shared = self.languages(&form) & term.languages;
                let bit = usize::try_from(shared.trailing_zeros()).ok()?;
                let language = tables.languages.get(bit)?.codes.first()?;
                let owner = tables.owners.get(usize::from(term.owner))?;
                Some(lost(language, &form, owner))
            })
            .collect()
    }
}

fn lost(language: &str, form: &str, owner: &str) -> String {
    format!(
        "{language}: `{form}` stands in [stop], and {owner} is called so: it would never be found; \
         take it out of [stop] and mark the name {{weak}}"
    )
}

/// The form a table has: without the endings it may take. `None` for several inflected words.
fn basic_form(term: &Term) -> Option<String> {
    let head = &term.form.head;
    match term.form.rest.as_slice() {
        [] | [Piece::Endings(Paradigm::Chain(_))] => Some(head.clone()),
        [Piece::Endings(Paradigm::List(ends) | Paradigm::After(ends, _))] => {
            Some(format!("{head}{}", ends.first()?))
        }
        _ => None,
    }
}

/// Every form of a term that has one paradigm at most; else its first.
fn plain_forms(term: &Term) -> BTreeSet<String> {
    let mut forms = BTreeSet::new();
    let head = &term.form.head;
    match term.form.rest.as_slice() {
        [Piece::Endings(Paradigm::List(endings))] => {
            forms.extend(endings.iter().map(|ending| format!("{head}{ending}")));
        }
        [Piece::Endings(Paradigm::After(ends, _))] => {
            forms.extend(ends.iter().map(|end| format!("{head}{end}")));
        }
        [Piece::Endings(Paradigm::Chain(_))] | [] => drop(forms.insert(head.clone())),
        _ => {}
    }
    forms
}
