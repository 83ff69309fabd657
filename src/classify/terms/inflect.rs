//! The forms of a word in its language: `data/inflection.toml`.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use crate::classify::endings::Endings;
use crate::classify::gazetteer::Gazetteer;
use crate::text::fold::fold_str;

pub(in crate::classify) const SOURCE: &str = include_str!("../data/inflection.toml");

/// A beginning that all forms of a word share, and what may follow it.
#[derive(Clone, Debug)]
pub(super) struct Inflected {
    /// Folded; may be all of the word.
    pub(super) stem: String,
    /// Any of these.
    pub(super) endings: Arc<Vec<Endings>>,
}

/// What is known of one language.
enum Language {
    /// What replaces the end of a word, by that end.
    Replacements(BTreeMap<String, Arc<Vec<Endings>>>),
    /// Suffixes behind the whole word.
    Chains(Arc<Vec<Endings>>),
}

/// Languages in which words can be inflected, by primary subtag.
pub fn stem_languages() -> Vec<&'static str> {
    languages().keys().map(String::as_str).collect()
}

/// The forms of one word; `None` where the language is not known.
pub(super) fn inflect(word: &str, language: &str) -> Option<Inflected> {
    let word = fold_str(word.trim());
    let primary = language.split(['-', '_']).next().unwrap_or_default();
    match languages().get(&primary.to_ascii_lowercase())? {
        Language::Chains(chains) => Some(Inflected {
            stem: word,
            endings: Arc::clone(chains),
        }),
        Language::Replacements(rows) => {
            // A word that is all ending would match every word that has one.
            let fits = |end: &&String| {
                word.strip_suffix(end.as_str())
                    .is_some_and(|stem| !stem.is_empty())
            };
            let end = rows.keys().filter(fits).max_by_key(|end| end.len())?;
            Some(Inflected {
                stem: word.strip_suffix(end.as_str())?.to_owned(),
                endings: Arc::clone(rows.get(end)?),
            })
        }
    }
}

/// The one place where this module meets the gazetteer's own paradigms.
fn chains_of(language: &str) -> Vec<Endings> {
    Gazetteer::shipped().map_or_else(|_| Vec::new(), |shipped| shipped.paradigms(language))
}

fn languages() -> &'static BTreeMap<String, Language> {
    static LANGUAGES: OnceLock<BTreeMap<String, Language>> = OnceLock::new();
    LANGUAGES.get_or_init(|| {
        let table: toml::Table = SOURCE.parse().unwrap_or_default();
        let rows = table.into_iter();
        rows.filter_map(|(name, value)| Some((name, read(value.as_table()?)?)))
            .collect()
    })
}

fn read(table: &toml::Table) -> Option<Language> {
    if let Some(file) = table.get("chains") {
        return Some(Language::Chains(Arc::new(chains_of(file.as_str()?))));
    }
    let row = |(end, value): (&String, &toml::Value)| {
        let replacements = value.as_str()?.split_whitespace();
        let endings = replacements.map(|it| match it {
            "-" => String::new(),
            it => fold_str(it),
        });
        let endings = Endings::List(endings.collect());
        Some((fold_str(end), Arc::new(vec![endings])))
    };
    let rows: Option<BTreeMap<_, _>> = table.iter().map(row).collect();
    rows.map(Language::Replacements)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has_form(word: &str, language: &str, form: &str) -> bool {
        let inflected = inflect(word, language).unwrap();
        let form = fold_str(form);
        let tail = form.strip_prefix(&inflected.stem);
        tail.is_some_and(|tail| inflected.endings.iter().any(|it| it.accept(tail)))
    }

    #[test]
    fn every_row_is_read() {
        let table: toml::Table = SOURCE.parse().unwrap();
        assert_eq!(stem_languages().len(), table.len());
        for (name, language) in languages() {
            let n_rows = match language {
                Language::Replacements(rows) => rows.len(),
                Language::Chains(chains) => chains.len(),
            };
            assert!(n_rows > 0, "{name}");
        }
    }

    #[test]
    fn words_have_the_forms_of_their_language() {
        let check = |language: &str, word: &str, forms: &[&str]| {
            for form in forms {
                assert!(has_form(word, language, form), "{language}: {word}: {form}");
            }
        };
        check("ru", "казахстан", &["Казахстана", "КАЗАХСТАНОМ"]);
        check("ru", "санкция", &["санкций", "санкциями", "санкции"]);
        check("ru", "посол", &["послов", "послом"]);
        check("ru", "соглашение", &["соглашения", "соглашений"]);
        check("ru", "торговый", &["торговая", "торговых", "торговому"]);
        check("ru", "переговоры", &["переговоров", "переговорах"]);
        check("ru-RU", "европеец", &["европейца", "европейцами"]);
        check("uk", "санкція", &["санкцій", "санкціями"]);
        check("en", "treaty", &["treaties", "treaty"]);
        check("de", "Abkommen", &["Abkommens"]);
        check("fr", "régional", &["régionaux", "regionales"]);
        check("es", "cumbre", &["cumbres"]);
        check("pl", "umowa", &["umowy", "umowami"]);
        check("kk", "келісім", &["келісімдерге", "келісімнің"]);
        check("tr", "anlaşma", &["anlaşmalar", "anlaşmaları"]);
        check("uz", "bitim", &["bitimlar", "bitimning"]);
    }

    #[test]
    fn other_words_are_none_of_its_forms() {
        for (language, word, other) in [
            ("ru", "казахстан", "казахстанский"),
            ("ru", "газ", "газета"),
            ("en", "oil", "oiling"),
            ("kk", "газ", "газет"),
        ] {
            assert!(!has_form(word, language, other), "{word}: {other}");
        }
        assert!(inflect("x", "tlh").is_none());
        // The whole word is an ending of its language: it is taken as it stands.
        assert!(has_form("а", "ru", "а"));
    }
}
