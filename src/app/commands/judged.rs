//! A judgement as a person reads it: every word found, what it stands for, which rule decided.

use crate::app::commands::output;
use crate::model::judgement::{Condition, Judgement, Reason, RegionVerdict};
use crate::model::region::{Evidence, Field};
use crate::model::weight::Thousandths;

/// Lines on a judgement, without an end of line.
pub(super) fn lines(judgement: &Judgement) -> Vec<String> {
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

/// `in` or `out`, in one word.
pub(super) fn verdict(judgement: &Judgement) -> &'static str {
    let is_in = |it: &RegionVerdict| it.reason == Reason::In;
    if judgement.regions.iter().any(is_in) {
        "in"
    } else {
        "out"
    }
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
fn words(evidence: &[Evidence]) -> Vec<String> {
    let rows: Vec<Vec<String>> = evidence
        .iter()
        .map(|it| {
            let country = it.country.map_or_else(String::new, |it| format!(" ({it})"));
            vec![
                format!("  {} {}–{}", field(it.field), it.start, it.end),
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

fn field(field: Field) -> &'static str {
    match field {
        Field::Title => "title",
        Field::Text => "text",
        Field::Category => "category",
        Field::Feed => "feed",
    }
}
