//! The filter as configured: which regions are published and what else decides.

use std::collections::BTreeMap;
use std::fmt;

use crate::model::country::Country;
use crate::model::feed::FeedId;
use crate::model::weight::Thousandths;

/// Share of an entry's places that must lie in a region, where nothing else is configured.
pub const ABOUT: Thousandths = Thousandths(150);

/// What a place says that stands in the dateline of a text: it tells where the reporter sits.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Datelines {
    /// Nothing, as though the dateline were not there.
    Ignore,
    /// A third of what it says elsewhere.
    #[default]
    Weigh,
    /// What it says elsewhere.
    Count,
}

impl Datelines {
    /// The factor of a place in a dateline.
    pub fn factor(self) -> Thousandths {
        match self {
            Self::Ignore => Thousandths::ZERO,
            Self::Weigh => Thousandths(350),
            Self::Count => Thousandths::ONE,
        }
    }
}

/// The filter of a configuration, checked, before it is compiled by `classify`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Rules {
    /// Published regions, in the order of the file; never empty in a checked configuration.
    pub regions: Vec<String>,
    /// Regions defined or extended in the file, by name.
    pub own: BTreeMap<String, OwnRegion>,
    /// Groups defined or extended in the file, by name without `@`.
    pub groups: BTreeMap<String, OwnGroup>,
    /// What every feed's entries must pass.
    pub filter: Filter,
    /// What those of single feeds must pass instead: whole filters, not differences.
    pub feeds: BTreeMap<FeedId, Filter>,
}

/// `[region.NAME]`: a region of the user's own, or additions to a shipped one.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct OwnRegion {
    /// Title of its merged feed.
    pub title: Option<String>,
    /// What speaks for it.
    pub words: Words,
}

/// `[group.NAME]`: words under a name for filters, or additions to a shipped group.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct OwnGroup {
    /// What speaks for it.
    pub words: Words,
    /// It does not hold where these weigh as much as it does.
    pub unless: Vec<Selector>,
    /// It holds from this weight on; zero: by any word. `None`: that of the shipped group.
    pub min: Option<Thousandths>,
}

/// What speaks for a region or group.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Words {
    /// Regions, countries and groups whose words it takes over.
    pub add: Vec<Selector>,
    /// Words and phrases, each like a [`Pattern::Text`] of weight one.
    pub phrases: Vec<String>,
    /// Everything finer.
    pub terms: Vec<Term>,
    /// Words and phrases that are taken out again.
    pub without: Vec<String>,
}

/// One entry of `terms`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Term {
    /// What is looked for.
    pub pattern: Pattern,
    /// How much it says.
    pub weight: Thousandths,
    /// It does not count where one of these stands in the entry.
    pub unless: Vec<String>,
    /// Where it is looked for.
    pub fields: Fields,
    /// It counts only where a word of the same region or group stands that is no hint.
    pub is_hint: bool,
}

impl Term {
    /// A term of weight one, looked for everywhere.
    pub fn new(pattern: Pattern) -> Self {
        Self {
            pattern,
            weight: Thousandths::ONE,
            unless: Vec::new(),
            fields: Fields::default(),
            is_hint: false,
        }
    }
}

/// What a term looks for. All but [`Pattern::Regex`] are compared in folded form and match whole
/// words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Pattern {
    /// Words in every form the paradigms of a language give them.
    Stem {
        /// One word or several, in their basic form.
        words: String,
        /// Primary subtag of the language.
        language: String,
    },
    /// This text as it stands; with `exact`, written with just these letters.
    Text {
        /// The text.
        text: String,
        /// Whether capitals and accents must be the same.
        exact: bool,
    },
    /// These words one after another, whatever punctuation stands between.
    Phrase(String),
    /// A text in which `*` stands for any letters and `?` for one.
    Wildcard(String),
    /// Texts that stand close to each other, in any order.
    Near {
        /// The texts, at least two.
        texts: Vec<String>,
        /// Words between the first and the last at most.
        distance: usize,
        /// Language by whose paradigms the texts are inflected; `None`: they are not.
        language: Option<String>,
    },
    /// A regular expression, on the text as it was written.
    Regex(String),
}

/// Largest regular expression, compiled, in bytes.
pub const REGEX_SIZE_MAX: usize = 1 << 20;

/// Deepest nesting of a regular expression.
pub const REGEX_NEST_MAX: u32 = 50;

impl fmt::Display for Pattern {
    /// As `explain` names it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stem { words: text, .. }
            | Self::Text { text, .. }
            | Self::Phrase(text)
            | Self::Wildcard(text) => f.write_str(text),
            Self::Near { texts, .. } => f.write_str(&texts.join(" … ")),
            Self::Regex(regex) => write!(f, "/{regex}/"),
        }
    }
}

/// Parts of an entry a term is looked for in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fields {
    /// The title.
    pub title: bool,
    /// The text.
    pub text: bool,
    /// The publisher's categories.
    pub categories: bool,
}

impl Default for Fields {
    fn default() -> Self {
        Self {
            title: true,
            text: true,
            categories: true,
        }
    }
}

/// A region, a country or a group, as filters name it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Selector {
    /// A region by its name.
    Region(String),
    /// A country by its code in capitals.
    Country(Country),
    /// A group, written `@name`.
    Group(String),
}

impl Selector {
    /// Reads `@sport`, `KZ` or `central-asia`. Whether there is such a thing is not asked.
    pub fn read(text: &str) -> Self {
        if let Some(name) = text.strip_prefix('@') {
            return Self::Group(name.to_owned());
        }
        let is_code = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase());
        match Country::from_code(text).filter(|_| is_code) {
            Some(country) => Self::Country(country),
            None => Self::Region(text.to_owned()),
        }
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Region(name) => f.write_str(name),
            Self::Country(country) => f.write_str(country.code()),
            Self::Group(name) => write!(f, "@{name}"),
        }
    }
}

/// `[filter]`, or that of one feed: what an entry must pass besides speaking of a region.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Filter {
    /// One of these must be named; empty: nothing is asked.
    pub any: Vec<Selector>,
    /// Each of these must be named.
    pub all: Vec<Selector>,
    /// None of these may be named.
    pub none: Vec<Selector>,
    /// Least share of the entry's places that lies in the region.
    pub about: Thousandths,
    /// Least weight of what speaks for the region.
    pub min: Thousandths,
    /// How much each part of an entry counts.
    pub fields: FieldWeights,
    /// What a place in a dateline says.
    pub datelines: Datelines,
}

impl Default for Filter {
    fn default() -> Self {
        Self {
            any: Vec::new(),
            all: Vec::new(),
            none: Vec::new(),
            about: ABOUT,
            min: Thousandths::ZERO,
            fields: FieldWeights::default(),
            datelines: Datelines::default(),
        }
    }
}

/// Factors by which a word counts where it stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FieldWeights {
    /// In the title; 2 by default.
    pub title: Thousandths,
    /// In the text; 1 by default.
    pub text: Thousandths,
    /// In one of the publisher's categories; 1.5 by default.
    pub categories: Thousandths,
}

impl Default for FieldWeights {
    fn default() -> Self {
        Self {
            title: Thousandths(2000),
            text: Thousandths(1000),
            categories: Thousandths(1500),
        }
    }
}

/// One `[[test]]` block: an example and what must become of it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct RuleTest {
    /// Title of the example.
    pub title: String,
    /// Text of the example.
    pub text: String,
    /// The publisher's categories.
    pub categories: Vec<String>,
    /// Its language, where that matters.
    pub language: Option<String>,
    /// The feed it comes from: its filter and default country hold.
    pub feed: Option<FeedId>,
    /// Whether it must come in, in any region.
    pub expect: Option<Expected>,
    /// Regions it must match.
    pub matches: Vec<String>,
    /// Regions it must not match.
    pub no_match: Vec<String>,
    /// What must have decided: words found, their terms, or the rule that kept it out.
    pub why: Vec<String>,
    /// Line of the block in the file, for the message.
    pub line: usize,
}

/// What must become of an example.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Expected {
    /// It belongs to a published region.
    In,
    /// It belongs to none.
    Out,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selectors_are_told_apart_by_how_they_are_written() {
        let check = |text: &str, expected: &Selector| {
            let read = Selector::read(text);
            assert_eq!((&read, read.to_string().as_str()), (expected, text));
        };
        check("@sport", &Selector::Group("sport".to_owned()));
        let kazakhstan = Country::from_code("KZ").unwrap();
        check("KZ", &Selector::Country(kazakhstan));
        check("central-asia", &Selector::Region("central-asia".to_owned()));
        // A country is written in capitals; the union is no country.
        check("kz", &Selector::Region("kz".to_owned()));
        check("EU", &Selector::Region("EU".to_owned()));
    }
}
