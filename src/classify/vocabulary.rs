//! The shipped vocabulary, read from `data/*.toml`.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::classify::endings::Endings;
use crate::classify::error::CompileError;
use crate::classify::guard::{Context, Guards};
use crate::classify::notation::{Paradigms, read_term};
use crate::classify::phrase::Phrase;

/// Contexts that guard words.
pub(super) const GUARDS: (&str, &str) = ("guards.toml", include_str!("data/guards.toml"));

/// One file a language.
pub(super) const LANGUAGES: [(&str, &str); 11] = [
    ("en.toml", include_str!("data/en.toml")),
    ("ru.toml", include_str!("data/ru.toml")),
    ("kk.toml", include_str!("data/kk.toml")),
    ("ky.toml", include_str!("data/ky.toml")),
    ("uz.toml", include_str!("data/uz.toml")),
    ("tg.toml", include_str!("data/tg.toml")),
    ("tk.toml", include_str!("data/tk.toml")),
    ("tr.toml", include_str!("data/tr.toml")),
    ("zh.toml", include_str!("data/zh.toml")),
    ("de.toml", include_str!("data/de.toml")),
    ("fr.toml", include_str!("data/fr.toml")),
];

/// What a term is, and so how much it says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// Name of a country.
    Name,
    /// Name of a region, or of a body, format or project that is the region's own.
    Region,
    /// Capital, and seat of government.
    Capital,
    /// Adjective, people, language.
    People,
    /// Other city, province, lake, mountain.
    Place,
}

impl Kind {
    fn from_key(key: &str) -> Option<Self> {
        match key {
            "name" => Some(Self::Name),
            "region" => Some(Self::Region),
            "capital" => Some(Self::Capital),
            "people" => Some(Self::People),
            "place" => Some(Self::Place),
            _ => None,
        }
    }

    /// How much a term of this kind says, in thousandths.
    pub(super) fn weight(self) -> u32 {
        match self {
            Self::Name | Self::Region => 1000,
            Self::Capital => 900,
            Self::People => 800,
            Self::Place => 600,
        }
    }
}

/// One word of the vocabulary in one language, with all its forms.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Term {
    /// Country (ISO 3166-1) or region it speaks for.
    pub(super) owner: String,
    /// The vocabulary's own word for it.
    pub(super) headword: String,
    /// What it is.
    pub(super) kind: Kind,
    /// Its forms.
    pub(super) phrases: Vec<Phrase>,
    /// What it needs to count.
    pub(super) guards: Guards,
}

/// All that is shipped.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Vocabulary {
    /// Every term, file by file.
    pub(super) terms: Vec<Term>,
    /// Contexts, as [`Guards::context`] counts them.
    pub(super) contexts: Vec<Context>,
}

impl Vocabulary {
    /// Reads what is shipped. A mistake in it is an error like one in the user's file: a daemon
    /// must not run on half a vocabulary.
    pub(super) fn shipped(errors: &mut Vec<CompileError>) -> Self {
        let mut reader = Reader {
            vocabulary: Self::default(),
            context_names: Vec::new(),
            errors,
        };
        reader.read_guards();
        for (file, text) in LANGUAGES {
            reader.read_language(file, text);
        }
        reader.vocabulary
    }
}

struct Reader<'a> {
    vocabulary: Vocabulary,
    context_names: Vec<String>,
    errors: &'a mut Vec<CompileError>,
}

impl Reader<'_> {
    fn fault(&mut self, place: &str, message: impl Into<String>) {
        let path = format!("shipped vocabulary, {place}");
        self.errors.push(CompileError::new(path, message));
    }

    fn tables(&mut self, file: &str, text: &str) -> BTreeMap<String, toml::Table> {
        let table: toml::Table = match text.parse() {
            Ok(table) => table,
            Err(error) => {
                self.fault(file, error.to_string());
                return BTreeMap::new();
            }
        };
        let mut tables = BTreeMap::new();
        for (name, value) in table {
            match value {
                toml::Value::Table(table) => drop(tables.insert(name, table)),
                _ => self.fault(&format!("{file} {name}"), "not a table"),
            }
        }
        tables
    }

    fn read_guards(&mut self) {
        let (file, text) = GUARDS;
        for (name, table) in self.tables(file, text) {
            match Context::from_toml(&table) {
                Ok(context) => {
                    self.context_names.push(name);
                    self.vocabulary.contexts.push(context);
                }
                Err(message) => self.fault(&format!("{file} [{name}]"), message),
            }
        }
    }

    fn read_language(&mut self, file: &str, text: &str) {
        let mut tables = self.tables(file, text);
        let endings = tables.remove("endings").unwrap_or_default();
        let mut paradigms = Paradigms::new();
        for (name, value) in &endings {
            match Endings::from_toml(value) {
                Some(endings) => drop(paradigms.insert(name.clone(), Arc::new(endings))),
                None => self.fault(&format!("{file} endings.{name}"), "not a list of endings"),
            }
        }
        for (owner, table) in &tables {
            for (key, value) in table {
                self.read_terms(&format!("{file} {owner}.{key}"), owner, value, &paradigms);
            }
        }
    }

    fn read_terms(&mut self, place: &str, owner: &str, value: &toml::Value, paradigms: &Paradigms) {
        let key = place.rsplit('.').next().unwrap_or_default();
        let (Some(kind), Some(list)) = (Kind::from_key(key), value.as_array()) else {
            self.fault(place, "not a list of terms of a known kind");
            return;
        };
        for written in list {
            let written = written.as_str().unwrap_or_default();
            match read_term(written, paradigms, &self.context_names) {
                Ok(notation) => self.vocabulary.terms.push(Term {
                    owner: owner.to_owned(),
                    headword: notation.headword,
                    kind,
                    phrases: notation.phrases,
                    guards: notation.guards,
                }),
                Err(message) => self.fault(&format!("{place} `{written}`"), message),
            }
        }
    }
}
