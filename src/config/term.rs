//! `terms`: what is looked for, one table each.

use regex::RegexBuilder;
use toml::de::{DeTable, DeValue};

use crate::config::keys;
use crate::config::names::Names;
use crate::config::nearest::{did_you_mean, list};
use crate::config::regions::{check_unless, words};
use crate::config::walk::{Complaint, Limits, Reader, Report, Span, Text, find_word, wrong_type};
use crate::model::rules::{Fields, Pattern, REGEX_NEST_MAX, REGEX_SIZE_MAX, Term};
use crate::model::weight::Thousandths;

/// Keys of which a term has one: what it looks for.
const KINDS: [&str; 6] = ["stem", "text", "phrase", "wildcard", "near", "regex"];

/// Words for the parts of an entry.
pub(super) const FIELDS: [&str; 3] = ["title", "text", "categories"];

/// Letters in a row a wildcard needs: with fewer it would be found nearly everywhere.
const WILDCARD_LETTERS_MIN: usize = 2;

/// Letters a stem needs: shorter words with endings are other words.
const STEM_LETTERS_MIN: usize = 3;

/// `*` in one wildcard at most.
const WILDCARD_RUNS_MAX: usize = 3;

/// Texts of one `near` at most.
const NEAR_MAX: usize = 8;

/// Words between the texts of a `near`, where nothing is said.
pub(super) const DISTANCE: usize = 5;

const DISTANCE_MAX: usize = 50;

const WEIGHT: std::ops::RangeInclusive<Thousandths> = Thousandths(1)..=Thousandths(100_000);

/// Reads `terms`.
pub(super) fn read_all(reader: &mut Reader<'_, '_, '_>, names: &Names<'_>) -> Vec<Term> {
    let hint = "write terms = [{ stem = \"…\", language = \"ru\" }, { text = \"…\" }]";
    let Some((value, span)) = reader.value("terms") else {
        return Vec::new();
    };
    let DeValue::Array(items) = value else {
        let complaint = wrong_type("terms", value, "a list of tables", hint);
        reader.report.at(span, complaint);
        return Vec::new();
    };
    let mut terms = Vec::new();
    for item in items {
        match item.get_ref() {
            DeValue::Table(table) => {
                terms.extend(read(table, item.span(), names, reader.report));
            }
            other => {
                let hint = "write { text = \"…\" }, or the text itself into `phrases`";
                let complaint = wrong_type("terms", other, "a table", hint);
                reader.report.at(item.span(), complaint);
            }
        }
    }
    terms
}

fn read(
    table: &DeTable<'_>,
    span: Span,
    names: &Names<'_>,
    report: &mut Report<'_>,
) -> Option<Term> {
    let mut reader = Reader::new(table, span.clone(), &keys::TERM, report);
    let given: Vec<&str> = KINDS
        .into_iter()
        .filter(|key| reader.value(key).is_some())
        .collect();
    let kind = match given.as_slice() {
        [kind] => *kind,
        [] => {
            let hint = format!("give one of {}", list(KINDS, ", "));
            let complaint = Complaint::new("this term looks for nothing", hint);
            reader.report.at(span, complaint);
            return None;
        }
        several => {
            let message = format!("this term has {} at once", list(several.to_vec(), " and "));
            let complaint = Complaint::new(message, "make a term of each");
            reader.report.at(span, complaint);
            return None;
        }
    };
    only_with(&mut reader, kind, "exact", &["text"]);
    only_with(&mut reader, kind, "distance", &["near"]);
    only_with(&mut reader, kind, "language", &["stem", "near"]);
    let pattern = read_pattern(&mut reader, kind, names);
    let weight = reader.number("weight", Limits::from(WEIGHT));
    check_unless(&mut reader);
    let unless = reader.texts("unless").into_iter();
    let unless: Vec<(Span, _)> = unless.map(|it| (it.span, words(it.text))).collect();
    let unless = unless
        .into_iter()
        .filter_map(|(span, words)| reader.accept(span, words))
        .collect();
    let fields = read_fields(&mut reader);
    Some(Term {
        pattern: pattern?,
        weight: weight.unwrap_or(Thousandths::ONE),
        unless,
        fields,
        is_hint: false,
    })
}

/// Refuses a key that means nothing beside this kind.
fn only_with(reader: &mut Reader<'_, '_, '_>, kind: &str, key: &str, kinds: &[&str]) {
    if kinds.contains(&kind) {
        return;
    }
    if let Some((_, span)) = reader.value(key) {
        let message = format!("`{key}` means nothing beside `{kind}`");
        let hint = format!("it goes with {}", list(kinds.to_vec(), " and "));
        reader.report.at(span, Complaint::new(message, hint));
    }
}

fn read_pattern(reader: &mut Reader<'_, '_, '_>, kind: &str, names: &Names<'_>) -> Option<Pattern> {
    let of_words = |reader: &mut Reader<'_, '_, '_>| reader.parsed(kind, words);
    match kind {
        "stem" => {
            let words = reader.parsed(kind, stem);
            if reader.value("language").is_none() {
                let message = "a `stem` needs its `language`";
                let hint = format!("by whose rules is it inflected? {}", known(names));
                reader
                    .report
                    .at(reader.span.clone(), Complaint::new(message, hint));
            }
            let language = reader.parsed("language", |text| language(text, names));
            Some(Pattern::Stem {
                words: words?,
                language: language?,
            })
        }
        "text" => {
            let text = of_words(reader);
            let exact = reader.flag("exact", false);
            Some(Pattern::Text { text: text?, exact })
        }
        "phrase" => of_words(reader).map(Pattern::Phrase),
        "wildcard" => reader.parsed(kind, wildcard).map(Pattern::Wildcard),
        "near" => {
            let language = reader.parsed("language", |text| language(text, names));
            let distance = reader.count("distance", DISTANCE, 0..=DISTANCE_MAX);
            let texts = read_near(reader)?;
            Some(Pattern::Near {
                texts,
                distance,
                language,
            })
        }
        _ => reader.parsed("regex", regex).map(Pattern::Regex),
    }
}

fn known(names: &Names<'_>) -> String {
    let languages = names.languages().iter().map(String::as_str);
    format!("languages there are: {}", list(languages, ", "))
}

fn language(text: &str, names: &Names<'_>) -> Result<String, Complaint> {
    let tag = text.trim().to_ascii_lowercase();
    let primary = tag.split(['-', '_']).next().unwrap_or_default();
    if names.languages().iter().any(|it| it == primary) {
        return Ok(primary.to_owned());
    }
    Err(Complaint::new(
        format!("words of `{text}` cannot be inflected"),
        format!("{}; write the forms as `phrases`", known(names)),
    ))
}

fn stem(text: &str) -> Result<String, Complaint> {
    let words = words(text)?;
    let n_letters = words.chars().filter(|c| c.is_alphanumeric()).count();
    if n_letters < STEM_LETTERS_MIN {
        return Err(Complaint::new(
            format!("`{text}` is too short to be inflected: other words would be its forms"),
            "write it as it stands: text = \"…\"",
        ));
    }
    Ok(words)
}

fn wildcard(text: &str) -> Result<String, Complaint> {
    let text = words(text)?;
    let is_wild = |c: char| matches!(c, '*' | '?');
    if !text.contains(is_wild) {
        return Err(Complaint::new(
            format!("`{text}` has neither `*` nor `?`"),
            "`*` stands for any letters, `?` for one; without them write text = \"…\"",
        ));
    }
    let parts = text.split(is_wild);
    let longest = parts.map(|part| part.chars().filter(|c| c.is_alphanumeric()).count());
    if longest.max().unwrap_or(0) < WILDCARD_LETTERS_MIN {
        return Err(Complaint::new(
            format!("`{text}` would be found nearly everywhere"),
            "write at least two letters side by side",
        ));
    }
    if text.matches('*').count() > WILDCARD_RUNS_MAX {
        return Err(Complaint::new(
            format!("`{text}` has more than {WILDCARD_RUNS_MAX} `*`"),
            "write a regex = '…' instead",
        ));
    }
    Ok(text)
}

fn read_near(reader: &mut Reader<'_, '_, '_>) -> Option<Vec<String>> {
    let given: Vec<Text<'_>> = reader.texts("near");
    let n_given = given.len();
    let texts: Vec<String> = given
        .into_iter()
        .filter_map(|it| reader.accept(it.span, words(it.text)))
        .collect();
    if !(2..=NEAR_MAX).contains(&n_given) {
        let (_, span) = reader.value("near")?;
        let message = format!("`near` names {n_given} texts");
        let hint = format!("name from 2 to {NEAR_MAX}: near = [\"EU\", \"Central Asia\"]");
        reader.report.at(span, Complaint::new(message, hint));
        return None;
    }
    (texts.len() == n_given).then_some(texts)
}

fn regex(text: &str) -> Result<String, Complaint> {
    let compiled = RegexBuilder::new(text)
        .size_limit(REGEX_SIZE_MAX)
        .dfa_size_limit(REGEX_SIZE_MAX)
        .nest_limit(REGEX_NEST_MAX)
        .build()
        .map_err(|error| {
            let error = error.to_string();
            let last = error.lines().last().unwrap_or_default();
            let why = last.trim_start_matches("error: ").trim();
            Complaint::new(
                format!("`{text}` is no regular expression: {why}"),
                "the language is described at https://docs.rs/regex",
            )
        })?;
    if compiled.is_match("") {
        return Err(Complaint::new(
            format!("`{text}` matches where nothing is"),
            "let it ask for at least one letter",
        ));
    }
    Ok(text.to_owned())
}

fn read_fields(reader: &mut Reader<'_, '_, '_>) -> Fields {
    let Some((value, span)) = reader.value("fields") else {
        return Fields::default();
    };
    let words: [(&str, usize); 3] = [("title", 0), ("text", 1), ("categories", 2)];
    let mut chosen = [false; 3];
    let given = reader.texts("fields");
    if value.as_array().is_some_and(|items| items.is_empty()) {
        let complaint = Complaint::new(
            "`fields` is empty, so this term is never found",
            did_you_mean("", FIELDS),
        );
        reader.report.at(span, complaint);
    }
    for text in given {
        let found = find_word("field", text.text, &words);
        if let Some(index) = reader.accept(text.span, found)
            && let Some(chosen) = chosen.get_mut(index)
        {
            *chosen = true;
        }
    }
    let [title, text, categories] = chosen;
    Fields {
        title,
        text,
        categories,
    }
}
