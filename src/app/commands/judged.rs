//! A judgement as a person reads it: every word found, what it stands for, which rule decided.

use crate::app::commands::output;
use crate::model::judgement::{Condition, Judgement, Reason, RegionVerdict};
use crate::model::region::{Evidence, Field};
use crate::model::weight::Thousandths;

/// The parts of a judged entry that are at hand, so that a person is told characters, not bytes.
#[derive(Clone, Copy, Default)]
pub(super) struct Parts<'a> {
    /// Title.
    pub(super) title: Option<&'a str>,
    /// Text without markup.
    pub(super) text: Option<&'a str>,
}

/// Lines on a judgement, without an end of line.
pub(super) fn lines(judgement: &Judgement, parts: Parts<'_>) -> Vec<String> {
    let words = |evidence: &[Evidence]| words(evidence, parts);
    let mut lines = Vec::new();
    for verdict in &judgement.regions {
        lines.push(region(verdict));
        lines.extend(words(&verdict.evidence));
    }
    for condition in &judgement.conditions {
        lines.push(self::condition(condition));
        lines.extend(words(&condition.evidence));
    }
    if !judgement.elsewhere.is_empty() {
        lines.push("elsewhere: places of no published region".to_owned());
        lines.extend(words(&judgement.elsewhere));
    }
    lines
}

/// Whether an entry so judged belongs to any published region.
pub(super) fn is_in(judgement: &Judgement) -> bool {
    let is_in = |it: &RegionVerdict| it.reason == Reason::In;
    judgement.regions.iter().any(is_in)
}

fn region(verdict: &RegionVerdict) -> String {
    let place = match verdict.reason {
        Reason::In => "in".to_owned(),
        ref reason => format!("out, {reason}"),
    };
    if verdict.evidence.is_empty() {
        return format!("{}: {place}", verdict.region);
    }
    format!(
        "{}: {place} (weight {}, share {})",
        verdict.region, verdict.weight, verdict.share
    )
}

fn condition(condition: &Condition) -> String {
    let list = condition.list.key();
    let found = if condition.holds {
        "found"
    } else if condition.evidence.is_empty() {
        "not found"
    } else {
        "not found, too little speaks for it"
    };
    format!(
        "{list} {}: {found} (weight {})",
        condition.selector, condition.weight
    )
}

/// A line for each word: where, as written, what it stands for, weight.
fn words(evidence: &[Evidence], parts: Parts<'_>) -> Vec<String> {
    let rows: Vec<Vec<String>> = evidence
        .iter()
        .map(|it| {
            let country = it.country.map_or_else(String::new, |it| format!(" ({it})"));
            vec![
                format!("  {}", place(it, parts)),
                it.form.split_whitespace().collect::<Vec<_>>().join(" "),
                format!("→ {}{country}", it.term),
                Thousandths(it.weight).to_string(),
            ]
        })
        .collect();
    if rows.is_empty() {
        return Vec::new();
    }
    output::table(&rows, None)
        .lines()
        .map(str::to_owned)
        .collect()
}

/// Where a word stands: `title 4–14`, the fifth character to the fourteenth; without numbers where
/// that part is not at hand.
fn place(evidence: &Evidence, parts: Parts<'_>) -> String {
    let name = field(evidence.field);
    let part = match evidence.field {
        Field::Title => parts.title,
        Field::Text => parts.text,
        Field::Category | Field::Feed => None,
    };
    let chars = |end: u32| Some(part?.get(..usize::try_from(end).ok()?)?.chars().count());
    match (chars(evidence.start), chars(evidence.end)) {
        (Some(start), Some(end)) => format!("{name} {start}–{end}"),
        _ => name.to_owned(),
    }
}

fn field(field: Field) -> &'static str {
    match field {
        Field::Title => "title",
        Field::Text => "text",
        Field::Category => "category",
        Field::Feed => "feed",
    }
}
