//! All terms at once: one automaton for what can be searched for, and expressions one by one.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use regex::{Regex, RegexBuilder};

use crate::classify::fields::FieldText;
use crate::classify::terms::near;
use crate::classify::terms::piece::Piece;
use crate::model::region::Field;
use crate::model::rules::{Fields, Pattern, REGEX_NEST_MAX, REGEX_SIZE_MAX, Term};
use crate::text::fold::fold_str;

/// At most so many hits of one term in one field are looked at.
const HITS_MAX: u16 = 64;

/// Expressions at most: unlike all other terms, each is a search of its own.
const REGEXES_MAX: usize = 256;

/// Terms compiled to one search.
#[derive(Debug)]
pub(in crate::classify) struct Terms {
    matchers: Vec<Matcher>,
    /// Terms that are expressions.
    regexes: Vec<(usize, Regex)>,
    automaton: AhoCorasick,
    /// What each pattern of the automaton stands for.
    targets: Vec<Vec<Target>>,
}

/// A term found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::classify) struct TermHit {
    /// Index of the field.
    pub(in crate::classify) field: usize,
    /// Bytes of that field as it was written.
    pub(in crate::classify) span: Range<usize>,
    /// Index of the term, in the order they were given.
    pub(in crate::classify) term: usize,
}

#[derive(Debug)]
struct Matcher {
    pieces: Vec<Piece>,
    shape: Shape,
    fields: Fields,
    /// Texts, anywhere in the entry, beside which it does not count.
    unless: Vec<usize>,
}

#[derive(Debug)]
enum Shape {
    /// The one piece.
    Alone,
    /// The one piece, written exactly so.
    Exact(String),
    /// All pieces within so many words.
    Near(usize),
    /// No piece: an expression.
    Regex,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Target {
    /// Head of a piece of a term.
    Piece { term: usize, piece: usize },
    /// A text of `unless`.
    Unless(usize),
}

impl Terms {
    /// Compiles `terms`; the time and memory it takes grow with their number, not faster.
    ///
    /// # Errors
    /// What is wrong with each, by its index.
    pub(in crate::classify) fn compile(terms: &[&Term]) -> Result<Self, Vec<(usize, String)>> {
        let mut errors = Vec::new();
        let mut patterns = Patterns::default();
        let mut matchers = Vec::new();
        let mut regexes = Vec::new();
        for (index, term) in terms.iter().enumerate() {
            match Matcher::read(term, &mut patterns) {
                Ok((matcher, regex)) => {
                    for (piece, it) in matcher.pieces.iter().enumerate() {
                        patterns.add(&it.head, Target::Piece { term: index, piece });
                    }
                    regexes.extend(regex.map(|regex| (index, regex)));
                    if regexes.len() > REGEXES_MAX {
                        let message = format!("more than {REGEXES_MAX} expressions are too slow");
                        return Err(vec![(index, message)]);
                    }
                    matchers.push(matcher);
                }
                Err(message) => errors.push((index, message)),
            }
        }
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(&patterns.texts)
            .map_err(|error| errors.push((0, error.to_string())));
        match automaton {
            Ok(automaton) if errors.is_empty() => Ok(Self {
                matchers,
                regexes,
                automaton,
                targets: patterns.targets,
            }),
            _ => Err(errors),
        }
    }

    /// Whether a text, the whole of it, is a form of a term.
    pub(in crate::classify) fn is_form(&self, term: usize, text: &str) -> bool {
        let folded = fold_str(text.trim());
        self.matchers.get(term).is_some_and(|matcher| {
            !matches!(matcher.shape, Shape::Near(_))
                && matcher.pieces.iter().any(|it| it.has_form(&folded))
        })
    }

    /// Every term an entry holds: field by field, left to right, at each place the longest first.
    pub(in crate::classify) fn find(&self, fields: &[FieldText<'_>]) -> Vec<TermHit> {
        if self.matchers.is_empty() {
            return Vec::new();
        }
        let mut found = Found::default();
        for (index, field) in fields.iter().enumerate() {
            self.search(index, field, &mut found);
        }
        let Found { mut hits, seen } = found;
        hits.retain(|hit| {
            let unless = self.matchers.get(hit.term).map(|it| &it.unless);
            unless.is_none_or(|unless| unless.iter().all(|text| !seen.contains(text)))
        });
        hits.sort_by_key(|hit| (hit.field, hit.span.start, Reverse(hit.span.end), hit.term));
        hits
    }

    fn search(&self, index: usize, field: &FieldText<'_>, found: &mut Found) {
        let text = field.folded.as_str();
        let mut n_hits: HashMap<(usize, usize), u16> = HashMap::new();
        let mut near: BTreeMap<usize, Vec<(usize, Range<usize>)>> = BTreeMap::new();
        for one in self.automaton.find_overlapping_iter(text) {
            let targets = self.targets.get(one.pattern().as_usize());
            for &target in targets.into_iter().flatten() {
                let (term, piece) = match target {
                    Target::Unless(which) => {
                        if is_whole(text, one.start()..one.end()) {
                            found.seen.insert(which);
                        }
                        continue;
                    }
                    Target::Piece { term, piece } => (term, piece),
                };
                let Some(matcher) = self.matchers.get(term) else {
                    continue;
                };
                let Some(span) = matcher.span(piece, field, one.start()..one.end()) else {
                    continue;
                };
                let n_hits = n_hits.entry((term, piece)).or_default();
                if *n_hits == HITS_MAX {
                    continue;
                }
                *n_hits += 1;
                if let Shape::Near(_) = matcher.shape {
                    near.entry(term).or_default().push((piece, span));
                } else {
                    found.push(index, field.folded.original(span), term);
                }
            }
        }
        for (term, hits) in near {
            if let Some(Matcher {
                shape: Shape::Near(distance),
                pieces,
                ..
            }) = self.matchers.get(term)
            {
                for span in near::stretches(text, hits, pieces.len(), *distance) {
                    found.push(index, field.folded.original(span), term);
                }
            }
        }
        for (term, regex) in &self.regexes {
            if self
                .matchers
                .get(*term)
                .is_some_and(|it| it.looks_in(field.field))
            {
                let hits = regex.find_iter(field.original);
                let hits = hits.filter(|it| !it.is_empty());
                for one in hits.take(usize::from(HITS_MAX)) {
                    found.push(index, one.range(), *term);
                }
            }
        }
    }
}

impl Matcher {
    fn read(term: &Term, patterns: &mut Patterns) -> Result<(Self, Option<Regex>), String> {
        let no_word = |text: &str| {
            format!("`{text}` has no letter or digit that could be found in a text; remove it")
        };
        let no_language = |language: &str| format!("words of `{language}` cannot be inflected");
        let one = |piece: Option<Piece>, text: &str| {
            piece.map(|piece| vec![piece]).ok_or_else(|| no_word(text))
        };
        let mut regex = None;
        let (pieces, shape) = match &term.pattern {
            Pattern::Stem { words, language } => {
                let piece = Piece::stem(words, language).ok_or_else(|| no_language(language))?;
                (vec![piece], Shape::Alone)
            }
            Pattern::Text { text, exact } => {
                let shape = if *exact {
                    Shape::Exact(text.trim().to_owned())
                } else {
                    Shape::Alone
                };
                (one(Piece::text(text), text)?, shape)
            }
            Pattern::Phrase(text) => (one(Piece::phrase(text), text)?, Shape::Alone),
            Pattern::Wildcard(text) => (one(Piece::wildcard(text), text)?, Shape::Alone),
            Pattern::Near {
                texts,
                distance,
                language,
            } => {
                let pieces = texts.iter().map(|text| match language {
                    None => Piece::text(text).ok_or_else(|| no_word(text)),
                    Some(it) => Piece::stem(text, it).ok_or_else(|| no_language(it)),
                });
                (pieces.collect::<Result<_, _>>()?, Shape::Near(*distance))
            }
            Pattern::Regex(written) => {
                regex = Some(compile_regex(written)?);
                (Vec::new(), Shape::Regex)
            }
        };
        let mut unless = Vec::new();
        for text in &term.unless {
            let piece = Piece::text(text).ok_or_else(|| no_word(text))?;
            unless.push(patterns.unless(&piece.head));
        }
        let matcher = Self {
            pieces,
            shape,
            fields: term.fields,
            unless,
        };
        Ok((matcher, regex))
    }

    fn looks_in(&self, field: Field) -> bool {
        match field {
            Field::Title => self.fields.title,
            Field::Text => self.fields.text,
            Field::Category => self.fields.categories,
            Field::Feed => false,
        }
    }

    /// Where a piece stands whose head was found at `head`, in bytes of the folded field.
    fn span(
        &self,
        piece: usize,
        field: &FieldText<'_>,
        head: Range<usize>,
    ) -> Option<Range<usize>> {
        self.looks_in(field.field).then_some(())?;
        let piece = self.pieces.get(piece)?;
        let span = piece.span_in(field.folded.as_str(), head.start, head.end)?;
        match &self.shape {
            Shape::Exact(written) => {
                let form = field.form(&field.folded.original(span.clone()));
                form.split_whitespace()
                    .eq(written.split_whitespace())
                    .then_some(span)
            }
            Shape::Alone | Shape::Near(_) | Shape::Regex => Some(span),
        }
    }
}

/// Compiles an expression within bounds.
fn compile_regex(written: &str) -> Result<Regex, String> {
    let regex = RegexBuilder::new(written)
        .size_limit(REGEX_SIZE_MAX)
        .dfa_size_limit(REGEX_SIZE_MAX)
        .nest_limit(REGEX_NEST_MAX)
        .build()
        .map_err(|error| format!("no regular expression: {error}"))?;
    if regex.is_match("") {
        return Err(format!("`{written}` matches where nothing is"));
    }
    Ok(regex)
}

fn is_whole(text: &str, span: Range<usize>) -> bool {
    use crate::text::words::{begins_word, is_boundary};
    begins_word(text, span.start) && is_boundary(text, span.end)
}

/// Patterns with what each stands for, while they are gathered.
#[derive(Default)]
struct Patterns {
    texts: Vec<String>,
    targets: Vec<Vec<Target>>,
    ids: HashMap<String, usize>,
    n_unless: usize,
    unless_ids: HashMap<String, usize>,
}

impl Patterns {
    fn add(&mut self, pattern: &str, target: Target) {
        let id = self.ids.get(pattern).copied().unwrap_or_else(|| {
            let id = self.texts.len();
            self.ids.insert(pattern.to_owned(), id);
            self.texts.push(pattern.to_owned());
            self.targets.push(Vec::new());
            id
        });
        if let Some(targets) = self.targets.get_mut(id) {
            targets.push(target);
        }
    }

    fn unless(&mut self, folded: &str) -> usize {
        if let Some(&id) = self.unless_ids.get(folded) {
            return id;
        }
        let id = self.n_unless;
        self.n_unless += 1;
        self.unless_ids.insert(folded.to_owned(), id);
        self.add(folded, Target::Unless(id));
        id
    }
}

#[derive(Default)]
struct Found {
    hits: Vec<TermHit>,
    /// Texts of `unless` that stand in the entry.
    seen: HashSet<usize>,
}

impl Found {
    fn push(&mut self, field: usize, span: Range<usize>, term: usize) {
        self.hits.push(TermHit { field, span, term });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::fields::field_text;

    /// What a term finds in a title, a text and a category.
    fn found(term: &Term, parts: [&str; 3]) -> Vec<String> {
        let kinds = [Field::Title, Field::Text, Field::Category];
        let fields: Vec<_> = kinds
            .into_iter()
            .zip(parts)
            .map(|(kind, text)| field_text(kind, text))
            .collect();
        let hits = Terms::compile(&[term]).unwrap().find(&fields);
        let forms = hits.iter().map(|hit| fields[hit.field].form(&hit.span));
        forms.map(str::to_owned).collect()
    }

    fn in_text(pattern: Pattern, text: &str) -> Vec<String> {
        found(&Term::new(pattern), ["", text, ""])
    }

    fn text(text: &str) -> Pattern {
        Pattern::Text {
            text: text.to_owned(),
            exact: false,
        }
    }

    #[test]
    fn each_kind_is_found_as_it_was_written() {
        let check = |pattern: Pattern, text: &str, expected: &[&str]| {
            assert_eq!(in_text(pattern.clone(), text), expected, "{pattern:?}");
        };
        let stem = |words: &str, language: &str| Pattern::Stem {
            words: words.to_owned(),
            language: language.to_owned(),
        };
        let near = |texts: &[&str], distance, language: Option<&str>| Pattern::Near {
            texts: texts.iter().map(|&it| it.to_owned()).collect(),
            distance,
            language: language.map(str::to_owned),
        };
        check(
            stem("казахстан", "ru"),
            "КАЗАХСТАНЕ, казахстанка",
            &["КАЗАХСТАНЕ"],
        );
        check(text("Ş"), "Ş s sh", &["Ş", "s"]);
        let exact = Pattern::Text {
            text: "SCO".to_owned(),
            exact: true,
        };
        check(exact, "SCO sco Sco", &["SCO"]);
        check(
            Pattern::Phrase("Central Asia".into()),
            "Central–Asia's",
            &["Central–Asia"],
        );
        check(
            Pattern::Wildcard("трубопровод*".into()),
            "Трубопроводы",
            &["Трубопроводы"],
        );
        check(
            near(&["EU", "Central Asia"], 3, None),
            "The EU’s ties to Central Asia; the EU",
            &["EU’s ties to Central Asia"],
        );
        check(
            near(&["посол", "казахстан"], 1, Some("ru")),
            "с послом Казахстана",
            &["послом Казахстана"],
        );
        check(
            Pattern::Regex(r"\bTAPI\s\w+".into()),
            "the TAPI pipeline, tapi x",
            &["TAPI pipeline"],
        );
        check(text("пропуск"), "", &[]);
    }

    #[test]
    fn fields_and_unless_restrict() {
        let mut term = Term::new(text("Turkestan"));
        let parts = ["Turkestan", "of Turkestan", "turkestan"];
        assert_eq!(found(&term, parts), ["Turkestan", "Turkestan", "turkestan"]);
        term.fields = Fields {
            title: true,
            text: false,
            categories: false,
        };
        assert_eq!(found(&term, parts), ["Turkestan"]);
        term.unless = vec!["Xinjiang".to_owned(), "история края".to_owned()];
        assert_eq!(found(&term, ["Turkestan", "xinjiangs", ""]), ["Turkestan"]);
        assert_eq!(found(&term, ["Turkestan", "in XINJIANG", ""]), [""; 0]);
        assert_eq!(found(&term, ["Turkestan", "", "История края"]), [""; 0]);
    }

    #[test]
    fn mistakes_are_named_by_their_index() {
        let terms = [
            Term::new(text("x")),
            Term::new(text("—")),
            Term::new(Pattern::Regex("(".into())),
            Term::new(Pattern::Regex("x*".into())),
            Term::new(Pattern::Regex(r"\w{9000}{9000}".into())),
            Term::new(Pattern::Stem {
                words: "x".into(),
                language: "tlh".into(),
            }),
        ];
        let terms: Vec<&Term> = terms.iter().collect();
        let errors = Terms::compile(&terms).unwrap_err();
        let indices: Vec<usize> = errors.iter().map(|(index, _)| *index).collect();
        assert_eq!(indices, [1, 2, 3, 4, 5], "{errors:?}");
    }

    #[test]
    fn endless_repetition_is_bounded() {
        let hits = in_text(text("oman"), &"Oman ".repeat(1000));
        assert_eq!(hits.len(), usize::from(HITS_MAX));
    }
}
