//! Reads the tables people write: `guards.toml`, `office-holders.toml`, one file a language.

use std::collections::BTreeMap;

use crate::compiled::{Context, Kind, Language, LanguageSet, STOP};
use crate::inflect::Inflection;
use crate::notation::{Form, Guards, Names, Notation, read_term};
use crate::text::fold::fold_str;

/// A term of some table, not yet interned.
#[derive(Clone, Debug)]
pub(super) struct Term {
    pub(super) owner: u16,
    pub(super) kind: Kind,
    /// `None`: the country's name in English for its names and people, else the first form.
    pub(super) headword: Option<String>,
    pub(super) first_form: String,
    pub(super) form: Form,
    pub(super) languages: LanguageSet,
    pub(super) guards: Guards,
}

/// All tables.
#[derive(Debug, Default)]
pub(super) struct Tables {
    pub(super) terms: Vec<Term>,
    pub(super) owners: Vec<String>,
    pub(super) contexts: Vec<Context>,
    pub(super) languages: Vec<Language>,
    pub(super) given_names: Vec<String>,
    /// Countries in English, as `derived.tsv` has them.
    pub(super) english: BTreeMap<u16, String>,
    /// Every code a language goes by → its bit.
    pub(super) bits: BTreeMap<String, u8>,
    pub(super) inflections: Vec<Inflection>,
    context_ids: BTreeMap<String, u16>,
}

impl Tables {
    /// Index of an owner: an ISO code or the name of a pack.
    pub(super) fn owner(&mut self, name: &str) -> Result<u16, String> {
        let known = self.owners.iter().position(|owner| owner == name);
        let index = known.unwrap_or(self.owners.len());
        if known.is_none() {
            self.owners.push(name.to_owned());
        }
        u16::try_from(index).map_err(|error| error.to_string())
    }

    pub(super) fn read_guards(&mut self, text: &str) -> Result<(), String> {
        let file = "guards.toml";
        let mut table = parse(file, text)?;
        if let Some(names) = table.remove("given-names") {
            let list = names.get("names").and_then(toml::Value::as_str);
            let list =
                list.ok_or_else(|| format!("{file} [given-names]: `names` is not a string"))?;
            self.given_names = list.split_whitespace().map(fold_str).collect();
        }
        for (name, value) in &table {
            let place = |message: String| format!("{file} [{name}]: {message}");
            let table = value
                .as_table()
                .ok_or_else(|| place("not a table".to_owned()))?;
            let context = self.context(table).map_err(place)?;
            let id = u16::try_from(self.contexts.len()).map_err(|error| error.to_string())?;
            self.contexts.push(context);
            self.context_ids.insert(name.clone(), id);
        }
        Ok(())
    }

    fn context(&mut self, table: &toml::Table) -> Result<Context, String> {
        let mut context = Context::default();
        for (key, value) in table {
            if key == "else" {
                let owner = value.as_str().ok_or("`else` is not a country")?;
                context.otherwise = Some(self.owner(owner)?);
                continue;
            }
            let words = || {
                let array = value.as_array()?.iter();
                array
                    .map(|word| word.as_str().map(fold_str))
                    .collect::<Option<Vec<_>>>()
            };
            let words = words().ok_or_else(|| format!("`{key}` is not a list of words"))?;
            match key.as_str() {
                "before" => context.before = words,
                "after" => context.after = words,
                "against" => context.against = words,
                "for" => context.favour = words,
                "surname-unless" => context.surname_unless = Some(words),
                _ => return Err(format!("no key `{key}` in a guard")),
            }
        }
        Ok(context)
    }

    /// Notes a language, so that every table may name every other.
    pub(super) fn declare(&mut self, code: &str, text: &str) -> Result<(), String> {
        let file = format!("languages/{code}.toml");
        let table = parse(&file, text)?;
        let bit = u8::try_from(self.languages.len()).map_err(|error| error.to_string())?;
        if u32::from(bit) >= LanguageSet::BITS {
            return Err(format!("{file}: more languages than bits"));
        }
        let about = table.get("language").and_then(toml::Value::as_table);
        let about = about.ok_or_else(|| format!("{file}: no [language]"))?;
        let list = |key: &str| -> Vec<String> {
            let written = about
                .get(key)
                .and_then(toml::Value::as_str)
                .unwrap_or_default();
            written.split_whitespace().map(str::to_owned).collect()
        };
        for key in about.keys() {
            if !["codes", "cldr", "scripts", "also", "prefixes", "words"].contains(&key.as_str()) {
                return Err(format!("{file} [language]: no key `{key}`"));
            }
        }
        let mut codes = vec![code.to_owned()];
        codes.extend(list("codes"));
        for code in &codes {
            self.bits.insert(code.clone(), bit);
        }
        let mut prefixes: Vec<String> = list("prefixes")
            .iter()
            .map(|prefix| fold_str(prefix))
            .collect();
        prefixes.sort_by_key(|prefix| std::cmp::Reverse(prefix.len()));
        self.languages.push(Language {
            codes,
            scripts: list("scripts"),
            also: 0,
            paradigms: Vec::new(),
            prefixes,
            words: list("words").iter().map(|word| fold_str(word)).collect(),
        });
        self.inflections
            .push(Inflection::from_toml(&table).map_err(|message| format!("{file}: {message}"))?);
        Ok(())
    }

    pub(super) fn read_language(&mut self, code: &str, text: &str) -> Result<(), String> {
        let file = format!("languages/{code}.toml");
        let mut table = parse(&file, text)?;
        let bit = *self.bits.get(code).ok_or("an undeclared language")?;
        let about = table.remove("language");
        let also = about
            .as_ref()
            .and_then(|about| about.get("also"))
            .and_then(toml::Value::as_str);
        for other in also.unwrap_or_default().split_whitespace() {
            let other = *self
                .bits
                .get(other)
                .ok_or_else(|| format!("{file}: no language `{other}`"))?;
            if let Some(language) = self.languages.get_mut(usize::from(bit)) {
                language.also |= 1 << other;
            }
        }
        for known in ["endings", "inflect", "inflect-earlier"] {
            drop(table.remove(known));
        }
        for (owner, value) in &table {
            let place = format!("{file} [{owner}]");
            let cells = value
                .as_table()
                .ok_or_else(|| format!("{place}: not a table"))?;
            for (key, value) in cells {
                let place = format!("{place} {key}");
                // `[KZ] name = …` and `[name] KZ = …` say the same.
                let (owner, kind) = match kind_named(owner) {
                    Some(kind) => (key, Some(kind)),
                    None => (owner, kind_named(key)),
                };
                let kind = kind.ok_or_else(|| format!("{place}: no such kind of term"))?;
                self.read_terms(owner, kind, value, bit)
                    .map_err(|message| format!("{place}: {message}"))?;
            }
        }
        Ok(())
    }

    fn read_terms(
        &mut self,
        owner: &str,
        kind: Kind,
        value: &toml::Value,
        bit: u8,
    ) -> Result<(), String> {
        let written: Vec<&str> = match value {
            toml::Value::String(list) => list.split('|').collect(),
            toml::Value::Array(list) => list
                .iter()
                .map(|one| one.as_str().ok_or("not a text"))
                .collect::<Result<_, _>>()?,
            _ => return Err("neither a text nor a list of texts".to_owned()),
        };
        let owner_id = if kind == Kind::Stop {
            STOP
        } else {
            self.owner(owner)?
        };
        for written in written
            .into_iter()
            .filter(|written| !written.trim().is_empty())
        {
            let notation = self
                .notation(written, bit)
                .map_err(|message| format!("`{written}`: {message}"))?;
            if notation.guards.is_sure {
                return Err(format!("`{written}`: `sure` is for office holders"));
            }
            self.add(&notation, owner_id, kind, 1 << bit);
        }
        Ok(())
    }

    pub(super) fn notation(&self, written: &str, bit: u8) -> Result<Notation, String> {
        let inflection = self
            .inflections
            .get(usize::from(bit))
            .ok_or("an undeclared language")?;
        let names = Names {
            inflection,
            contexts: &self.context_ids,
            languages: &self.bits,
        };
        read_term(written, &names)
    }

    fn add(&mut self, notation: &Notation, owner: u16, kind: Kind, languages: LanguageSet) {
        for form in &notation.forms {
            self.terms.push(Term {
                owner,
                kind,
                headword: notation.headword.clone(),
                first_form: notation.first_form.clone(),
                form: form.clone(),
                languages: notation.guards.only.unwrap_or(languages),
                guards: notation.guards.clone(),
            });
        }
    }

    /// The context that guards words which ask for none: cities may stand before a state of the US,
    /// peoples may be languages, Colombia may be the District of Columbia.
    pub(super) fn default_context(&self, term: &Term) -> Option<u16> {
        let english = self.bits.get("en").map_or(0, |&bit| 1 << bit);
        let name = match term.kind {
            Kind::Name if self.is_owner(term, "CO") => "columbia",
            Kind::People => "foreign-languages",
            Kind::Place | Kind::Capital if term.languages & english != 0 => "us-place",
            _ => return None,
        };
        self.context_ids.get(name).copied()
    }

    fn is_owner(&self, term: &Term, name: &str) -> bool {
        let owner = self.owners.get(usize::from(term.owner));
        owner.is_some_and(|owner| owner == name)
    }

    /// Office holders: country → language → terms; the date is for people.
    pub(super) fn read_holders(&mut self, text: &str) -> Result<(), String> {
        let file = "office-holders.toml";
        for (owner, value) in parse(file, text)? {
            let Some(languages) = value.as_table() else {
                continue;
            };
            let owner_id = self.owner(&owner)?;
            for (code, value) in languages {
                let place = format!("{file} [{owner}] {code}");
                let bit = *self
                    .bits
                    .get(code)
                    .ok_or_else(|| format!("{place}: no such language"))?;
                let list = value
                    .as_str()
                    .ok_or_else(|| format!("{place}: not a text"))?;
                for written in list.split('|') {
                    let mut notation = self
                        .notation(written, bit)
                        .map_err(|message| format!("{place}: {message}"))?;
                    notation.guards.case = notation.guards.case.max(crate::compiled::Case::Capital);
                    let kind = if notation.guards.is_sure {
                        Kind::Head
                    } else {
                        Kind::Holder
                    };
                    self.add(&notation, owner_id, kind, 1 << bit);
                }
            }
        }
        Ok(())
    }
}

fn kind_named(key: &str) -> Option<Kind> {
    Some(match key {
        "stop" => Kind::Stop,
        "name" => Kind::Name,
        "region" => Kind::Region,
        "capital" => Kind::Capital,
        "people" => Kind::People,
        "state" => Kind::State,
        "place" => Kind::Place,
        _ => return None,
    })
}

pub(super) fn parse(file: &str, text: &str) -> Result<toml::Table, String> {
    text.parse().map_err(|error| format!("{file}: {error}"))
}
