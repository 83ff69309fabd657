//! The shipped vocabulary as one search: a text in, places out.
//!
//! Whatever regions are published, it finds every place: those elsewhere tell how much of an
//! entry a region has to itself.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use crate::classify::error::CompileError;
use crate::classify::fields::FieldText;
use crate::classify::guard::{Context, is_prose};
use crate::classify::phrase::Phrase;
use crate::classify::place::{Owner, Place};
use crate::classify::vocabulary::{GUARDS, LANGUAGES, Term, Vocabulary};
use crate::model::fingerprint::hash64;
use crate::model::region::Field;
use crate::model::weight::Thousandths;
use crate::text::words::{begins_word, is_boundary};

/// Version of the matching itself; raise it when the same vocabulary finds other places.
const VERSION: u8 = 2;

/// At most so many hits of one term in one field are looked at, so that ten megabytes of one word
/// cost what ten megabytes of text do.
const HITS_MAX: u16 = 64;

/// All words of all languages, compiled once for the whole program.
#[derive(Debug)]
pub(super) struct Gazetteer {
    /// Terms, each with its owner.
    terms: Vec<(Term, Owner)>,
    /// Contexts that guard terms.
    contexts: Vec<Context>,
    /// Finds the heads of all phrases and markers.
    automaton: AhoCorasick,
    /// What each pattern of the automaton stands for.
    targets: Vec<Vec<Target>>,
    /// Hash of everything that decides what is found.
    hash: u64,
}

/// What a found pattern may be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Target {
    /// The head of a phrase.
    Phrase {
        /// Index in [`Gazetteer::terms`].
        term: usize,
        /// Index in that term's phrases.
        index: usize,
    },
    /// A word that tells what the entry is about.
    Marker {
        /// Index in [`Gazetteer::contexts`].
        context: usize,
        /// What it says.
        side: Side,
    },
}

/// What a marker says about the word its context guards.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Side {
    /// Another reading is meant.
    Against,
    /// This reading is meant.
    Favour,
}

impl Gazetteer {
    /// The gazetteer of what is shipped, compiled at the first call.
    ///
    /// # Errors
    /// Mistakes in the shipped vocabulary, which are ours.
    pub(super) fn shipped() -> Result<&'static Self, Vec<CompileError>> {
        static SHIPPED: OnceLock<Result<Gazetteer, Vec<CompileError>>> = OnceLock::new();
        let shipped = SHIPPED.get_or_init(Self::compile);
        shipped.as_ref().map_err(Clone::clone)
    }

    fn compile() -> Result<Self, Vec<CompileError>> {
        let mut errors = Vec::new();
        let vocabulary = Vocabulary::shipped(&mut errors);
        let mut patterns = Patterns::default();
        let mut terms = Vec::new();
        for term in vocabulary.terms {
            let Some(owner) = Owner::named(&term.owner) else {
                let message = "neither a country nor a shipped region";
                let path = format!("shipped vocabulary, [{}]", term.owner);
                errors.push(CompileError::new(path, message));
                continue;
            };
            for (index, phrase) in term.phrases.iter().enumerate() {
                let target = Target::Phrase {
                    term: terms.len(),
                    index,
                };
                patterns.add(&phrase.head, target);
            }
            terms.push((term, owner));
        }
        for (context, words) in vocabulary.contexts.iter().enumerate() {
            for (side, words) in [
                (Side::Against, &words.against),
                (Side::Favour, &words.favour),
            ] {
                for word in words {
                    patterns.add(word, Target::Marker { context, side });
                }
            }
        }
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(&patterns.texts)
            .map_err(|error| errors.push(CompileError::new("regions", error.to_string())));
        match automaton {
            Ok(automaton) if errors.is_empty() => Ok(Self {
                terms,
                contexts: vocabulary.contexts,
                automaton,
                targets: patterns.targets,
                hash: hash(),
            }),
            _ => Err(errors),
        }
    }

    /// Hash of everything that decides what is found; equal on all machines.
    pub(super) fn hash(&self) -> u64 {
        self.hash
    }

    /// The places an entry names: field by field, left to right, at each place the longest
    /// first, of equally long ones the surest and heaviest. They may overlap: what speaks for
    /// one region takes nothing from another. Never panics, whatever the text.
    pub(super) fn places(
        &self,
        fields: &[FieldText<'_>],
        language: Option<&str>,
    ) -> Vec<Place<'_>> {
        let mut found = Found::new(self.contexts.len());
        for (field, text) in fields.iter().enumerate() {
            self.search(field, text.folded.as_str(), &mut found);
        }
        let Found { mut hits, markers } = found;
        hits.sort_by_key(|hit| {
            let Hit { field, span, term } = hit;
            (*field, span.start, Reverse(span.end), *term)
        });
        let accept = |hit: Hit| {
            let (term, owner) = self.terms.get(hit.term)?;
            let field = fields.get(hit.field)?;
            let span = field.folded.original(hit.span.clone());
            let is_let_pass = term.guards.speak(language)
                && (is_whole_category(field, &hit) || term.guards.case.accepts(field.form(&span)))
                && self.is_meant(&hit, field, span.end, term, &markers);
            is_let_pass.then(|| Place {
                field: hit.field,
                owner: *owner,
                headword: &term.headword,
                weight: Thousandths(term.kind.weight()),
                is_weak: term.guards.weak.hold(language)
                    || (term.guards.is_common && !field.has_small_letters()),
                span,
            })
        };
        let mut places: Vec<_> = hits.into_iter().filter_map(accept).collect();
        places.sort_by_key(|one| {
            let Place { field, span, .. } = one;
            let weight = Reverse(one.weight);
            (*field, span.start, Reverse(span.end), one.is_weak, weight)
        });
        places
    }

    fn search(&self, field: usize, text: &str, found: &mut Found) {
        let mut n_hits = vec![0_u16; self.terms.len()];
        for one in self.automaton.find_overlapping_iter(text) {
            let targets = self.targets.get(one.pattern().as_usize());
            for &target in targets.into_iter().flatten() {
                match target {
                    Target::Phrase { term, index } => {
                        let Some(n_hits) = n_hits.get_mut(term).filter(|n| **n < HITS_MAX) else {
                            continue;
                        };
                        let end = self
                            .phrase(term, index)
                            .and_then(|phrase| phrase.end_in(text, one.start(), one.end()));
                        if let Some(end) = end {
                            *n_hits += 1;
                            let span = one.start()..end;
                            found.hits.push(Hit { field, span, term });
                        }
                    }
                    Target::Marker { context, side } => {
                        if begins_word(text, one.start()) && is_boundary(text, one.end()) {
                            found.mark(context, side);
                        }
                    }
                }
            }
        }
    }

    fn phrase(&self, term: usize, index: usize) -> Option<&Phrase> {
        self.terms.get(term)?.0.phrases.get(index)
    }

    /// Whether no context speaks against this reading. `end`: where the original goes on.
    fn is_meant(
        &self,
        hit: &Hit,
        field: &FieldText<'_>,
        end: usize,
        term: &Term,
        markers: &[Markers],
    ) -> bool {
        let Some(index) = term.guards.context else {
            return true;
        };
        let (Some(context), Some(markers)) = (self.contexts.get(index), markers.get(index)) else {
            return true;
        };
        let following = field.original.get(end..).unwrap_or_default();
        markers.n_against <= markers.n_favour
            && !context.refuses_between(field.folded.as_str(), hit.span.start, hit.span.end)
            && !(context.refuses_as_name(following) && is_prose(field.original))
    }
}

/// Whether the hit is all of a category: publishers write `jordan` there, and mean it.
fn is_whole_category(field: &FieldText<'_>, hit: &Hit) -> bool {
    field.field == Field::Category && hit.span == (0..field.folded.as_str().len())
}

fn hash() -> u64 {
    let parts = [&[VERSION][..], GUARDS.1.as_bytes()];
    let languages = LANGUAGES.iter().map(|(_, text)| text.as_bytes());
    let parts: Vec<&[u8]> = parts.into_iter().chain(languages).collect();
    hash64(b'r', &parts)
}

/// Patterns with what each stands for, while they are gathered.
#[derive(Default)]
struct Patterns {
    texts: Vec<String>,
    targets: Vec<Vec<Target>>,
    ids: BTreeMap<String, usize>,
}

impl Patterns {
    fn add(&mut self, pattern: &str, target: Target) {
        let id = *self.ids.entry(pattern.to_owned()).or_insert_with(|| {
            self.texts.push(pattern.to_owned());
            self.targets.push(Vec::new());
            self.texts.len() - 1
        });
        if let Some(targets) = self.targets.get_mut(id) {
            targets.push(target);
        }
    }
}

/// A phrase found, in bytes of the folded field.
struct Hit {
    field: usize,
    span: Range<usize>,
    term: usize,
}

/// What a search found in an entry.
struct Found {
    hits: Vec<Hit>,
    markers: Vec<Markers>,
}

/// Markers of one context counted over the entry.
#[derive(Clone, Default)]
struct Markers {
    n_against: usize,
    n_favour: usize,
}

impl Found {
    fn new(n_contexts: usize) -> Self {
        Self {
            hits: Vec::new(),
            markers: vec![Markers::default(); n_contexts],
        }
    }

    fn mark(&mut self, context: usize, side: Side) {
        if let Some(markers) = self.markers.get_mut(context) {
            match side {
                Side::Against => markers.n_against += 1,
                Side::Favour => markers.n_favour += 1,
            }
        }
    }
}
