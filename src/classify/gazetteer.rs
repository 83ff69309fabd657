//! The shipped gazetteer at work: a text in, places out.
//!
//! Whatever regions are published, it finds every place: those elsewhere tell how much of an
//! entry a region has to itself.

use std::collections::BTreeSet;
use std::fmt;
use std::mem;
use std::ops::Range;
use std::sync::OnceLock;

use crate::classify::compiled::{Entry, Guards, Kind, LanguageSet, Part, Tables};
use crate::classify::context::Contexts;
use crate::classify::endings::Endings;
use crate::classify::error::CompileError;
use crate::classify::fields::FieldText;
use crate::classify::language::Languages;
use crate::classify::mention::{Mention, mentions};
use crate::classify::place::{Holder, Owner, Place};
use crate::classify::stems::Stems;
use crate::model::fingerprint::hash64;
use crate::model::region::Field;
use crate::model::weight::Thousandths;
use crate::text::words::{is_boundary, is_word_char, word_end};

/// Version of the matching itself; raise it when the same tables find other places.
const VERSION: u8 = 4;

static TABLES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/gazetteer.bin"));

/// All words of all languages, unpacked once for the whole program.
pub(super) struct Gazetteer {
    stems: Stems,
    tables: Tables,
    owners: Vec<Option<Owner>>,
    /// How languages are told.
    pub(super) languages: Languages,
    /// What the words around a word say.
    pub(super) contexts: Contexts,
    hash: u64,
}

/// A word of the gazetteer that stands in a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    /// Its number.
    pub(super) entry: usize,
    /// Where it ends, in bytes of the folded text.
    pub(super) end: usize,
}

impl fmt::Debug for Gazetteer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Gazetteer({:016x})", self.hash)
    }
}

impl Gazetteer {
    /// The gazetteer of what is shipped, unpacked at the first call.
    ///
    /// # Errors
    /// What the build script wrote cannot be read, which is our mistake.
    pub(super) fn shipped() -> Result<&'static Self, Vec<CompileError>> {
        static SHIPPED: OnceLock<Result<Gazetteer, Vec<CompileError>>> = OnceLock::new();
        let shipped = SHIPPED.get_or_init(|| Self::unpack().map_err(|error| vec![error]));
        shipped.as_ref().map_err(Clone::clone)
    }

    fn unpack() -> Result<Self, CompileError> {
        let fault = |error: String| CompileError::new("shipped gazetteer", error);
        let mut tables: Tables =
            postcard::from_bytes(TABLES).map_err(|error| fault(error.to_string()))?;
        let stems = Stems::of(&mem::take(&mut tables.stems), &tables.entries);
        let owners = tables.owners.iter().map(|name| Owner::named(name));
        Ok(Self {
            stems,
            owners: owners.collect(),
            languages: Languages::of(&tables.languages),
            contexts: Contexts::of(&tables.contexts, &tables.given_names),
            hash: hash64(b'g', &[&[VERSION], TABLES]),
            tables,
        })
    }

    /// Hash of everything that decides what is found; equal on all machines.
    pub(super) fn hash(&self) -> u64 {
        self.hash
    }

    /// The places an entry names: field by field, left to right, the longest word at each place,
    /// none inside another. Never panics, whatever the text.
    pub(super) fn places(
        &self,
        fields: &[FieldText<'_>],
        language: Option<&str>,
    ) -> Vec<Place<'_>> {
        let texts = || fields.iter().map(FieldText::text);
        let readings = self.languages.readings(language, texts());
        let mentions = mentions(self, fields, &readings);
        // One office holder may be anybody of that name; two are an affair of their countries.
        let holders: BTreeSet<_> = mentions
            .iter()
            .filter(|mention| matches!(mention.kind, Kind::Holder | Kind::Head))
            .map(|mention| self.term(mention))
            .collect();
        let is_lonely = holders.len() < 2;
        let place = |mention: &Mention| {
            let field = fields.get(mention.field)?;
            // A headline is about whom it names, where nobody else is called so.
            let leads = mention.kind == Kind::Head && field.field == Field::Title;
            let is_holder = matches!(mention.kind, Kind::Holder | Kind::Head);
            let is_alone = is_holder && is_lonely && !leads;
            Some(Place {
                field: mention.field,
                span: field.folded.original(mention.span.clone()),
                owner: (*self.owners.get(usize::from(mention.owner))?)?,
                headword: self.term(mention),
                weight: Thousandths(mention.kind.weight()),
                is_in_dateline: field.is_in_dateline(&mention.span),
                is_weak: mention.is_weak || is_alone,
                holder: is_holder.then_some(if is_alone && !mention.is_weak {
                    Holder::Lone
                } else {
                    Holder::Settled
                }),
            })
        };
        mentions.iter().filter_map(place).collect()
    }

    /// The paradigms of a language's table.
    pub(super) fn paradigms(&self, language: &str) -> Vec<Endings> {
        let mut languages = self.tables.languages.iter();
        let language = languages.find(|one| one.codes.first().is_some_and(|code| code == language));
        let paradigms = language.into_iter().flat_map(|one| &one.paradigms);
        let endings = paradigms.filter_map(|index| self.tables.endings.get(usize::from(*index)));
        endings.cloned().collect()
    }

    /// The gazetteer's own words for all that speaks for one of `owners`.
    pub(super) fn headwords(&self, owners: &BTreeSet<Owner>) -> BTreeSet<&str> {
        let is_of = |entry: &&Entry| {
            let owner = self.owners.get(usize::from(entry.owner)).copied().flatten();
            owner.is_some_and(|owner| owners.contains(&owner))
        };
        let entries = self.tables.entries.iter().filter(is_of);
        entries
            .filter_map(|entry| self.tables.terms.get(entry.term as usize))
            .map(String::as_str)
            .collect()
    }

    fn term(&self, mention: &Mention) -> &str {
        let entry = self.tables.entries.get(mention.entry);
        let term = entry.and_then(|entry| self.tables.terms.get(entry.term as usize));
        term.map_or("", String::as_str)
    }

    /// Calls `found` for every word of one of `languages` that begins at byte `at` of the folded
    /// `text` and ends where a word may end, the shorter stems first.
    pub(super) fn words_at(
        &self,
        text: &str,
        at: usize,
        languages: LanguageSet,
        mut found: impl FnMut(Found, &Entry),
    ) {
        let rest = text.get(at..).unwrap_or_default();
        for (stem, entries) in self.stems.walk(rest, languages) {
            self.words_of(entries, text, at + stem, languages, &mut found);
        }
    }

    fn words_of(
        &self,
        entries: Range<usize>,
        text: &str,
        stem_end: usize,
        languages: LanguageSet,
        found: &mut impl FnMut(Found, &Entry),
    ) {
        // Neighbours share what follows the stem: the same word in several languages.
        let mut last: Option<(u32, Option<usize>)> = None;
        let numbered = entries
            .clone()
            .zip(self.tables.entries.get(entries).into_iter().flatten());
        for (index, entry) in numbered.filter(|(_, entry)| entry.languages & languages != 0) {
            let end = match last {
                Some((rest, end)) if rest == entry.rest => end,
                _ => self.end_in(text, stem_end, entry.rest),
            };
            last = Some((entry.rest, end));
            if let Some(end) = end {
                found(Found { entry: index, end }, entry);
            }
        }
    }

    /// Where a word ends whose stem ends at `at`; `None` where what follows belongs to another.
    fn end_in(&self, text: &str, mut at: usize, rest: u32) -> Option<usize> {
        for part in self.tables.rests.get(rest as usize)? {
            at = match part {
                Part::Endings(paradigm) => {
                    let end = word_end(text, at);
                    let paradigm = self.tables.endings.get(usize::from(*paradigm))?;
                    paradigm.accept(text.get(at..end)?).then_some(end)?
                }
                Part::Ahead(paradigm) => {
                    let paradigm = self.tables.endings.get(usize::from(*paradigm))?;
                    comes_next(paradigm, text.get(at..)?).then_some(at)?
                }
                Part::Literal(literal) => text
                    .get(at..)?
                    .starts_with(literal.as_str())
                    .then_some(at + literal.len())?,
            };
        }
        is_boundary(text, at).then_some(at)
    }

    /// An entry by its number.
    pub(super) fn entry(&self, index: usize) -> Option<&Entry> {
        self.tables.entries.get(index)
    }

    /// What an entry needs to count.
    pub(super) fn guards(&self, entry: &Entry) -> Guards {
        let guards = self.tables.guards.get(usize::from(entry.guards));
        guards.copied().unwrap_or_default()
    }

    /// The tables themselves.
    #[cfg(test)]
    pub(super) fn tables(&self) -> &Tables {
        &self.tables
    }
}

/// Whether `rest` begins with one of a list, or with no letter.
fn comes_next(list: &Endings, rest: &str) -> bool {
    let is_word = rest.chars().next().is_some_and(is_word_char);
    !is_word
        || matches!(list, Endings::List(words) if words.iter().any(|it| rest.starts_with(it.as_str())))
}
