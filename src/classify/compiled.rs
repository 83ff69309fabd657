//! The gazetteer as it is compiled into the binary: plain data, shared by the build script that
//! writes it (`build/`) and the program that reads it.

use serde::{Deserialize, Serialize};

/// A set of languages, one bit each, in the order of [`Tables::languages`].
pub(super) type LanguageSet = u128;

/// Every language there may be.
pub(super) const EVERY_LANGUAGE: LanguageSet = LanguageSet::MAX;

/// All that is shipped. Small integers are indices into the other tables.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Tables {
    /// What words begin with before any of them is inflected, ascending by code point.
    pub(super) stems: Vec<Stem>,
    /// The words, in the order of their stems.
    pub(super) entries: Vec<Entry>,
    /// What a word may speak for: ISO codes, names of packs.
    pub(super) owners: Vec<String>,
    /// The vocabulary's own word for each word, as `explain` shows it.
    pub(super) terms: Vec<String>,
    /// What follows a stem: endings, then literal text, then endings …
    pub(super) rests: Vec<Vec<Part>>,
    /// Paradigms.
    pub(super) endings: Vec<Endings>,
    /// What words need to count.
    pub(super) guards: Vec<Guards>,
    /// Contexts that guard words.
    pub(super) contexts: Vec<Context>,
    /// Languages.
    pub(super) languages: Vec<Language>,
    /// Folded given names: a place right behind one is a surname.
    pub(super) given_names: Vec<String>,
}

/// The part of words that is never inflected.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct Stem {
    /// Folded; never empty.
    pub(super) text: String,
    /// How many entries have it.
    pub(super) n_entries: u16,
}

/// One word with all its forms.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct Entry {
    /// Languages it is a word of.
    pub(super) languages: LanguageSet,
    /// What it speaks for; [`STOP`]: for nothing, it only looks like a name.
    pub(super) owner: u16,
    /// The vocabulary's own word for it.
    pub(super) term: u32,
    /// What follows the stem.
    pub(super) rest: u32,
    /// What it needs to count.
    pub(super) guards: u16,
    /// What it is.
    pub(super) kind: Kind,
    /// Letters before the first ending: what follows a clitic must be long enough.
    pub(super) stem_letters: u8,
}

/// Owner of words that speak for nothing.
pub(super) const STOP: u16 = u16::MAX;

/// What a word is, and so how much it says. The order is the rank of two readings of one word.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub(super) enum Kind {
    /// Something else that looks like a name.
    Stop,
    /// Name of a country.
    Name,
    /// Name of a region, or of a body, format or project that is the region's own.
    Region,
    /// Capital, and seat of government.
    Capital,
    /// Adjective, people, language.
    People,
    /// First half of a compound of two peoples: *franco-*.
    Combining,
    /// State, province or other part of a country: what may stand behind a city and a comma.
    State,
    /// Other city, lake, mountain, institution.
    Place,
    /// Who holds an office.
    Holder,
    /// A head of state or government whose name is nobody else's.
    Head,
}

impl Kind {
    /// How much a word of this kind says, in thousandths.
    pub(super) fn weight(self) -> u32 {
        match self {
            Self::Stop => 0,
            Self::Name | Self::Region => 1000,
            Self::Capital => 900,
            Self::People | Self::Combining | Self::State => 800,
            Self::Place => 600,
            Self::Holder | Self::Head => 500,
        }
    }
}

/// Part of a word or phrase after its stem.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub(super) enum Part {
    /// The present word goes on with one of these: index of a paradigm.
    Endings(u16),
    /// This text follows.
    Literal(String),
    /// One of these comes next, or no letter does; it is no part of the word. Index of a paradigm.
    Ahead(u16),
}

/// The endings of one paradigm, folded.
///
/// An inflecting language has one list (`-а -у -ом -е`); an agglutinating one has places that are
/// filled from left to right, each at most once (plural, possessive, case, …).
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub(super) enum Endings {
    /// Exactly one of these.
    List(Vec<String>),
    /// At most one of each, in this order; `Vec` of places.
    Chain(Vec<Vec<String>>),
    /// Exactly one of the first, then as a chain: the end of a word that changes before endings.
    After(Vec<String>, Vec<Vec<String>>),
}

/// What a word needs to count.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub(super) struct Guards {
    /// How it must be written.
    pub(super) case: Case,
    /// With a small letter it is a common word: in a field without small letters it is weak.
    pub(super) is_common: bool,
    /// Only in its own language, not in those whose press also uses that language's words.
    pub(super) is_local: bool,
    /// In entries of these languages it counts only beside something that is not weak.
    pub(super) weak: LanguageSet,
    /// In entries of these languages it is another word.
    pub(super) never: LanguageSet,
    /// Index of the context that speaks against it.
    pub(super) context: Option<u16>,
}

/// How a word must be written, in scripts that have case.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize,
)]
pub(super) enum Case {
    /// Anyhow.
    #[default]
    Any,
    /// Beginning with a capital: the lower-case word is a common one.
    Capital,
    /// In capitals throughout: an abbreviation that is also a word.
    AllCapitals,
}

/// What speaks against a reading of a word: `[us-georgia]` in `data/guards.toml`.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
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
    /// What a refused word speaks for instead: index of an owner.
    pub(super) otherwise: Option<u16>,
}

/// A language of the gazetteer.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub(super) struct Language {
    /// BCP 47 tags, or primary subtags, it goes by; the first is the file's name.
    pub(super) codes: Vec<String>,
    /// Four-letter codes of the scripts it is written in.
    pub(super) scripts: Vec<String>,
    /// Languages whose names its press uses too.
    pub(super) also: LanguageSet,
    /// The paradigms of its table: indices.
    pub(super) paradigms: Vec<u16>,
    /// Folded particles written onto the front of the next word, longest first.
    pub(super) prefixes: Vec<String>,
    /// Folded words that are frequent in it: how it is recognised.
    pub(super) words: Vec<String>,
}
