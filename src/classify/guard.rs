//! Guards: what a word needs, besides standing there, to count.

use crate::text::fold::fold_str;
use crate::text::words::{begins_word, is_boundary};

/// What a term needs to count.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Guards {
    /// How it must be written.
    pub(super) case: Case,
    /// In entries of these languages it counts only beside something that is not weak.
    pub(super) weak: Languages,
    /// In entries of these languages it is another word.
    pub(super) never: Languages,
    /// Only in entries of these languages it is this word; `None`: in all.
    pub(super) only: Option<Languages>,
    /// With a small letter it is a common word: in a field without small letters it is weak.
    pub(super) is_common: bool,
    /// Index of the context that speaks against it.
    pub(super) context: Option<usize>,
}

impl Guards {
    /// Whether the term is this word at all in an entry of this language.
    pub(super) fn speak(&self, language: Option<&str>) -> bool {
        !self.never.hold(language) && self.only.as_ref().is_none_or(|only| only.hold(language))
    }
}

/// How a word must be written, in scripts that have case.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum Case {
    /// Anyhow.
    #[default]
    Any,
    /// Beginning with a capital: the lower-case word is a common one.
    Capital,
    /// In capitals throughout: an abbreviation that is also a word.
    AllCapitals,
}

impl Case {
    /// Whether `form`, as written, is written so. Scripts without case always are.
    pub(super) fn accepts(self, form: &str) -> bool {
        let is_cased = |c: &char| c.is_lowercase() || c.is_uppercase();
        match self {
            Self::Any => true,
            Self::Capital => !form.chars().find(is_cased).is_some_and(char::is_lowercase),
            Self::AllCapitals => !form.chars().any(char::is_lowercase),
        }
    }
}

/// A set of languages, by primary subtag.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) enum Languages {
    /// None.
    #[default]
    None,
    /// These.
    These(Vec<String>),
    /// Every language, and entries of an unknown one.
    Every,
}

impl Languages {
    /// Whether an entry in `language` (a BCP 47 tag in any case) is in the set.
    pub(super) fn hold(&self, language: Option<&str>) -> bool {
        match self {
            Self::None => false,
            Self::Every => true,
            Self::These(list) => {
                let tag = language.unwrap_or_default();
                let primary = tag.split(['-', '_']).next().unwrap_or_default();
                list.iter().any(|one| one.eq_ignore_ascii_case(primary))
            }
        }
    }
}

/// What speaks against a reading of a word: `[us-georgia]` in `data/guards.toml`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Context {
    /// Folded text right before it that refuses it: `michael` before *Jordan*.
    pub(super) before: Vec<String>,
    /// Folded text right behind it that refuses it: `tech` after *Georgia*.
    pub(super) after: Vec<String>,
    /// Words anywhere in the entry that speak for another reading.
    pub(super) against: Vec<String>,
    /// Words anywhere in the entry that speak for this one; more against than for refuses it.
    pub(super) favour: Vec<String>,
    /// A given name: in running prose a capitalised word right behind it is a surname and refuses
    /// it, unless it is one of these. `None`: not a given name.
    pub(super) surname_unless: Option<Vec<String>>,
}

impl Context {
    /// Reads one table of `guards.toml`; unknown keys and wrong types are named.
    ///
    /// # Errors
    /// Names the key.
    pub(super) fn from_toml(table: &toml::Table) -> Result<Self, String> {
        let mut context = Self::default();
        for (key, value) in table {
            let words = value
                .as_array()
                .and_then(|array| {
                    let words = array.iter().map(|word| word.as_str().map(fold_str));
                    words.collect::<Option<Vec<_>>>()
                })
                .ok_or_else(|| format!("`{key}` is not a list of words"))?;
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

    /// Whether the text around `start..end` of a folded text refuses it.
    pub(super) fn refuses_between(&self, text: &str, start: usize, end: usize) -> bool {
        let before = text.get(..start).unwrap_or_default().trim_end();
        let rest = text.get(end..).unwrap_or_default();
        let skipped = rest.len() - rest.trim_start().len();
        let stands_before = |word: &String| {
            before
                .strip_suffix(word.as_str())
                .is_some_and(|head| begins_word(text, head.len()))
        };
        let stands_behind = |word: &String| {
            rest.trim_start().starts_with(word.as_str())
                && is_boundary(text, end + skipped + word.len())
        };
        self.before.iter().any(stands_before) || self.after.iter().any(stands_behind)
    }

    /// Whether `following`, what is written right behind the word in running prose, makes a given
    /// name of it.
    pub(super) fn refuses_as_name(&self, following: &str) -> bool {
        let Some(titles) = &self.surname_unless else {
            return false;
        };
        let Some(rest) = following.strip_prefix(' ') else {
            return false;
        };
        let word: String = rest.chars().take_while(|c| c.is_alphabetic()).collect();
        let is_name = word.chars().next().is_some_and(char::is_uppercase)
            && word.chars().any(char::is_lowercase);
        is_name && !titles.contains(&fold_str(&word))
    }
}

/// Whether a text is running prose: most of its words begin with a small letter, so that a capital
/// means something. False for headlines In Title Case and IN CAPITALS.
pub(super) fn is_prose(text: &str) -> bool {
    let initials = text
        .split_whitespace()
        .filter_map(|word| word.chars().find(|c| c.is_alphabetic()));
    let (mut n_small, mut n_capital) = (0_usize, 0_usize);
    for initial in initials {
        if initial.is_uppercase() {
            n_capital += 1;
        } else {
            n_small += 1;
        }
    }
    n_small > n_capital
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_is_asked_of_scripts_that_have_it() {
        let check = |case: Case, form: &str, expected: bool| {
            assert_eq!(case.accepts(form), expected, "{case:?} {form}");
        };
        check(Case::Capital, "Чад", true);
        check(Case::Capital, "ЧАД", true);
        check(Case::Capital, "чад", false);
        check(Case::Capital, "'чад", false);
        check(Case::Capital, "哈萨克", true);
        check(Case::AllCapitals, "GCC", true);
        check(Case::AllCapitals, "Gcc", false);
        check(Case::Any, "gcc", true);
    }

    #[test]
    fn languages_go_by_their_primary_subtag() {
        let these = Languages::These(vec!["tg".to_owned()]);
        assert!(these.hold(Some("tg")) && these.hold(Some("TG-Cyrl")) && these.hold(Some("tg_TJ")));
        assert!(!these.hold(Some("tgx")) && !these.hold(None));
        assert!(Languages::Every.hold(None) && !Languages::None.hold(Some("tg")));
    }

    #[test]
    fn neighbours_refuse() {
        let context = Context {
            before: vec!["michael".to_owned()],
            after: vec!["tech".to_owned(), ", u.s".to_owned()],
            ..Context::default()
        };
        let check = |text: &str, expected: bool| {
            let start = text.find("georgia").unwrap();
            let end = start + "georgia".len();
            assert_eq!(
                context.refuses_between(text, start, end),
                expected,
                "{text}"
            );
        };
        check("at georgia tech", true);
        check("at georgia technology", false);
        check("michael georgia", true);
        check("carmichael georgia", false);
        check("in georgia, u.s.", true);
        check("georgia", false);
    }

    #[test]
    fn a_surname_makes_a_given_name() {
        let context = Context {
            surname_unless: Some(vec!["valley".to_owned()]),
            ..Context::default()
        };
        assert!(context.refuses_as_name(" Bardella said"));
        assert!(!context.refuses_as_name(" Valley farms"));
        assert!(!context.refuses_as_name(" and Bardella"));
        assert!(!context.refuses_as_name(", Bardella"));
        assert!(!context.refuses_as_name(" UN"));
        assert!(!Context::default().refuses_as_name(" Bardella"));
    }

    #[test]
    fn prose_is_told_from_headlines() {
        assert!(is_prose(
            "Jordan Bardella met the press in Paris on Monday."
        ));
        assert!(!is_prose("Jordan Hosts Summit"));
        assert!(!is_prose("JORDAN HOSTS SUMMIT") && !is_prose(""));
    }
}
