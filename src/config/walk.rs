//! Reads a table key by key and goes on after a mistake, so that all are reported at once.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::{Range, RangeInclusive};
use std::path::Path;
use std::time::Duration;

use toml::de::{DeInteger, DeTable, DeValue};

use crate::config::error::{ConfigError, ConfigErrors};
use crate::config::keys::{self, Keys};
use crate::config::nearest::{did_you_mean, list, nearest};
use crate::config::snippet::Source;
use crate::config::units;
use crate::model::weight::Thousandths;

/// Bytes of the text.
pub(super) type Span = Range<usize>;

/// What is wrong with a value, and what to do; the place is added by whoever knows it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Complaint {
    pub(super) message: String,
    pub(super) hint: String,
}

impl Complaint {
    pub(super) fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            hint: hint.into(),
        }
    }
}

/// A text and where it stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Text<'a> {
    pub(super) text: &'a str,
    pub(super) span: Span,
}

/// Mistakes found so far.
#[derive(Debug)]
pub(super) struct Report<'a> {
    source: Source<'a>,
    errors: Vec<ConfigError>,
}

/// How hints begin that list all the names there are.
const LISTS: [&str; 2] = ["known here: ", "groups there are: "];

impl<'a> Report<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            source: Source::new(text),
            errors: Vec::new(),
        }
    }

    /// Records a mistake at a place.
    pub(super) fn at(&mut self, span: Span, complaint: Complaint) {
        self.errors.push(ConfigError {
            place: Some(self.source.place(span)),
            message: complaint.message,
            hint: complaint.hint,
        });
    }

    /// Records a mistake of the whole file.
    pub(super) fn whole(&mut self, complaint: Complaint) {
        self.errors.push(ConfigError {
            place: None,
            message: complaint.message,
            hint: complaint.hint,
        });
    }

    /// The line of a place, from 1.
    pub(super) fn line(&self, span: &Span) -> usize {
        self.source.line(span.start)
    }

    /// What was found, in the order of the file; `None` where nothing was.
    pub(super) fn finish(mut self, path: &Path) -> Option<ConfigErrors> {
        self.errors
            .sort_by_key(|error| error.place.as_ref().map(|place| place.span.start));
        self.errors.dedup();
        // All the names there are, once: a second time nobody reads them.
        let mut listed = BTreeSet::new();
        for error in &mut self.errors {
            if LISTS.iter().any(|list| error.hint.starts_with(list))
                && !listed.insert(error.hint.clone())
            {
                "they are listed above".clone_into(&mut error.hint);
            }
        }
        (!self.errors.is_empty()).then(|| ConfigErrors {
            path: path.to_owned(),
            errors: self.errors,
        })
    }
}

/// What a value may be, and why not another.
#[derive(Clone, Debug)]
pub(super) struct Limits<T> {
    range: RangeInclusive<T>,
    why: &'static str,
}

impl<T> Limits<T> {
    /// Limits that are worth an explanation.
    pub(super) fn because(range: RangeInclusive<T>, why: &'static str) -> Self {
        Self { range, why }
    }
}

impl<T> From<RangeInclusive<T>> for Limits<T> {
    fn from(range: RangeInclusive<T>) -> Self {
        Self { range, why: "" }
    }
}

/// One table, being read.
#[derive(Debug)]
pub(super) struct Reader<'a, 'r, 't> {
    table: &'a DeTable<'a>,
    /// The table's header.
    pub(super) span: Span,
    pub(super) report: &'r mut Report<'t>,
}

impl<'a, 'r, 't> Reader<'a, 'r, 't> {
    /// Begins a table, and reports its unknown keys.
    pub(super) fn new(
        table: &'a DeTable<'a>,
        span: Span,
        keys: &Keys,
        report: &'r mut Report<'t>,
    ) -> Self {
        for key in table.keys() {
            let name: &str = key.get_ref();
            if !keys.known.contains(&name) {
                report.at(key.span(), unknown_key(name, keys));
            }
        }
        Self {
            table,
            span,
            report,
        }
    }

    /// The value of `key` and where it stands.
    pub(super) fn value(&self, key: &str) -> Option<(&'a DeValue<'a>, Span)> {
        let value = self.table.get(key)?;
        Some((value.get_ref(), value.span()))
    }

    /// Whether each of `keys` is absent or holds nothing: no text, no list item.
    pub(super) fn holds_none(&self, keys: &[&str]) -> bool {
        keys.iter().all(|key| match self.value(key) {
            None => true,
            Some((DeValue::String(text), _)) => text.trim().is_empty(),
            Some((DeValue::Array(items), _)) => items.is_empty(),
            Some(_) => false,
        })
    }

    /// A text that must be given.
    pub(super) fn required(&mut self, key: &str, owner: &str, hint: &str) -> Option<Text<'a>> {
        if self.table.get(key).is_none() {
            let message = format!("{owner} has no `{key}`");
            self.report
                .at(self.span.clone(), Complaint::new(message, hint));
        }
        self.text(key)
    }

    /// A text.
    pub(super) fn text(&mut self, key: &str) -> Option<Text<'a>> {
        let (value, span) = self.value(key)?;
        as_text(self.report, key, value, span, "write it in \"quotes\"")
    }

    /// A text that holds more than white space, on one line.
    pub(super) fn line(&mut self, key: &str) -> Option<String> {
        self.parsed(key, |text| plain_line(key, text))
    }

    /// A text, read by `parse`.
    pub(super) fn parsed<T>(
        &mut self,
        key: &str,
        parse: impl Fn(&str) -> Result<T, Complaint>,
    ) -> Option<T> {
        let text = self.text(key)?;
        self.accept(text.span, parse(text.text))
    }

    /// The value, or nothing and its complaint on record.
    pub(super) fn accept<T>(&mut self, span: Span, result: Result<T, Complaint>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(complaint) => {
                self.report.at(span, complaint);
                None
            }
        }
    }

    /// One word of a closed set.
    pub(super) fn word<T: Copy>(&mut self, key: &str, words: &[(&str, T)]) -> Option<T> {
        let text = self.text(key)?;
        let found = find_word(key, text.text, words);
        self.accept(text.span, found)
    }

    /// A list of texts.
    pub(super) fn texts(&mut self, key: &str) -> Vec<Text<'a>> {
        let hint = format!("write {key} = [\"…\", \"…\"]");
        let Some((value, span)) = self.value(key) else {
            return Vec::new();
        };
        let DeValue::Array(items) = value else {
            self.report
                .at(span, wrong_type(key, value, "a list of texts", &hint));
            return Vec::new();
        };
        items
            .iter()
            .filter_map(|item| as_text(self.report, key, item.get_ref(), item.span(), &hint))
            .collect()
    }

    /// `true` or `false`.
    pub(super) fn flag(&mut self, key: &str, default: bool) -> bool {
        match self.value(key) {
            None => default,
            Some((DeValue::Boolean(flag), _)) => *flag,
            Some((value, span)) => {
                let hint = format!("write {key} = true or {key} = false, without quotes");
                self.report
                    .at(span, wrong_type(key, value, "true or false", &hint));
                default
            }
        }
    }

    /// A length of time.
    pub(super) fn duration(
        &mut self,
        key: &str,
        default: Duration,
        limits: impl Into<Limits<Duration>>,
    ) -> Duration {
        self.given_duration(key, limits).unwrap_or(default)
    }

    /// A length of time that has no default.
    pub(super) fn given_duration(
        &mut self,
        key: &str,
        limits: impl Into<Limits<Duration>>,
    ) -> Option<Duration> {
        let example = "write a number with a unit, in quotes: \"30m\", \"20s\", \"1h30m\"";
        let text = self.quantity(key, example)?;
        let duration = self.accept(text.span.clone(), units::parse_duration(text.text))?;
        let bounded = bounded(key, duration, &limits.into(), units::write_duration);
        self.accept(text.span, bounded)
    }

    /// A size in bytes.
    pub(super) fn size(&mut self, key: &str, default: u64, limits: impl Into<Limits<u64>>) -> u64 {
        let example = "write a number with a unit, in quotes: \"10MiB\", \"512KiB\"";
        let given = self.quantity(key, example).and_then(|text| {
            let bytes = self.accept(text.span.clone(), units::parse_size(text.text))?;
            let bounded = bounded(key, bytes, &limits.into(), units::write_size);
            self.accept(text.span, bounded)
        });
        given.unwrap_or(default)
    }

    /// A whole number.
    pub(super) fn count(
        &mut self,
        key: &str,
        default: usize,
        limits: impl Into<Limits<usize>>,
    ) -> usize {
        let Some((value, span)) = self.value(key) else {
            return default;
        };
        let count = if let DeValue::Integer(integer) = value {
            count_of(key, integer, &limits.into())
        } else {
            let hint = format!("write a number without quotes: {key} = {default}");
            Err(wrong_type(key, value, "a whole number", &hint))
        };
        self.accept(span, count).unwrap_or(default)
    }

    /// A number in thousandths; absent where none is given.
    pub(super) fn number(
        &mut self,
        key: &str,
        limits: impl Into<Limits<Thousandths>>,
    ) -> Option<Thousandths> {
        let (value, span) = self.value(key)?;
        let number = match value {
            DeValue::Integer(integer) => number_of(key, integer.to_string(), &limits.into()),
            DeValue::Float(float) => number_of(key, float.to_string(), &limits.into()),
            value => {
                let hint = format!("write a number without quotes: {key} = 0.5");
                Err(wrong_type(key, value, "a number", &hint))
            }
        };
        self.accept(span, number)
    }

    /// A text with a unit; a bare number gets a message of its own.
    fn quantity(&mut self, key: &str, hint: &str) -> Option<Text<'a>> {
        let (value, span) = self.value(key)?;
        if let DeValue::Integer(_) | DeValue::Float(_) = value {
            let message = format!("`{key}` is a number without a unit");
            self.report.at(span, Complaint::new(message, hint));
            return None;
        }
        as_text(self.report, key, value, span, hint)
    }
}

fn count_of(
    key: &str,
    integer: &DeInteger<'_>,
    limits: &Limits<usize>,
) -> Result<usize, Complaint> {
    let Ok(count) = usize::from_str_radix(integer.as_str(), integer.radix()) else {
        // Negative, or larger than any bound.
        let (least, most) = (limits.range.start(), limits.range.end());
        return Err(out_of_bounds(key, integer, least, most, limits.why));
    };
    bounded(key, count, limits, |count| count.to_string())
}

fn number_of(
    key: &str,
    written: String,
    limits: &Limits<Thousandths>,
) -> Result<Thousandths, Complaint> {
    let number = written.replace('_', "").parse().ok();
    if let Some(number) = number.and_then(Thousandths::from_number) {
        return bounded(key, number, limits, |it| it.to_string());
    }
    let (least, most) = (limits.range.start(), limits.range.end());
    Err(out_of_bounds(key, written, least, most, limits.why))
}

fn bounded<T: PartialOrd + Copy>(
    key: &str,
    value: T,
    limits: &Limits<T>,
    write: impl Fn(T) -> String,
) -> Result<T, Complaint> {
    if limits.range.contains(&value) {
        return Ok(value);
    }
    let (least, most) = (write(*limits.range.start()), write(*limits.range.end()));
    Err(out_of_bounds(key, write(value), least, most, limits.why))
}

/// One word of a closed set, found by its name.
pub(super) fn find_word<T: Copy>(
    key: &str,
    word: &str,
    words: &[(&str, T)],
) -> Result<T, Complaint> {
    words
        .iter()
        .find(|(name, _)| *name == word)
        .map(|(_, value)| *value)
        .ok_or_else(|| {
            let names = words.iter().map(|(name, _)| *name);
            Complaint::new(format!("`{word}` is no {key}"), did_you_mean(word, names))
        })
}

/// A text of one line that holds more than white space, trimmed.
pub(super) fn plain_line(key: &str, text: &str) -> Result<String, Complaint> {
    let line = text.trim();
    if line.is_empty() {
        return Err(Complaint::new(
            format!("`{key}` is empty"),
            format!("write something, or leave `{key}` out"),
        ));
    }
    if line.chars().any(char::is_control) {
        return Err(Complaint::new(
            format!("`{key}` holds a line break or another control character"),
            "write it on one line",
        ));
    }
    Ok(line.to_owned())
}

/// `key` holds a value of another type.
pub(super) fn wrong_type(key: &str, value: &DeValue<'_>, expected: &str, hint: &str) -> Complaint {
    let found = match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    };
    Complaint::new(format!("`{key}` is {found}, not {expected}"), hint)
}

/// A key that must not stand here: of a later version, of another table, or of none.
fn unknown_key(name: &str, keys: &Keys) -> Complaint {
    if keys.later.contains(&name) {
        return Complaint::new(
            format!("`{name}` is not known to this version yet"),
            format!("take it out: this version of nuncio would not do what `{name}` asks for"),
        );
    }
    let message = format!("unknown key `{name}` {}", keys.place_of_key());
    let near = nearest(name, keys.known.iter().copied());
    let hint = match (keys::home_of(name, keys), near.first()) {
        (Some(home), _) => home.belongs(name),
        (None, Some(near)) => format!("did you mean `{near}`?"),
        (None, None) => match keys::near_elsewhere(name, keys) {
            Some((near, home)) => format!("did you mean `{near}`? {}", home.belongs(near)),
            None => format!("keys here: {}", list(keys.known.iter().copied(), ", ")),
        },
    };
    Complaint::new(message, hint)
}

fn out_of_bounds(
    key: &str,
    value: impl fmt::Display,
    least: impl fmt::Display,
    most: impl fmt::Display,
    why: &str,
) -> Complaint {
    let why = if why.is_empty() {
        String::new()
    } else {
        format!(": {why}")
    };
    Complaint::new(
        format!("`{key}` is {value}, which is out of bounds"),
        format!("choose a value from {least} to {most}{why}"),
    )
}

fn as_text<'a>(
    report: &mut Report<'_>,
    key: &str,
    value: &'a DeValue<'a>,
    span: Span,
    hint: &str,
) -> Option<Text<'a>> {
    if let DeValue::String(text) = value {
        return Some(Text { text, span });
    }
    report.at(span, wrong_type(key, value, "a text", hint));
    None
}
