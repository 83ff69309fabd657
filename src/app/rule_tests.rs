//! The `[[test]]` blocks at work.

use std::collections::BTreeSet;

use crate::classify::{Classifier, Input};
use crate::config::Config;
use crate::engine::kept::NamedFeed;
use crate::model::judgement::{Judgement, Reason, RegionVerdict};
use crate::model::region::Evidence;
use crate::model::rules::{Expected, RuleTest};

/// What every test that fails says, with its place in the file.
pub(super) fn failures(config: &Config, classifier: &Classifier) -> Vec<String> {
    let tests = config.tests.iter();
    tests
        .flat_map(|test| {
            let place = format!(
                "{}:{}: [[test]] {:?}",
                config.path.display(),
                test.line,
                test.title
            );
            let complaints = complaints(test, &judge(test, config, classifier)).into_iter();
            complaints.map(move |complaint| format!("{place}: {complaint}"))
        })
        .collect()
}

fn judge(test: &RuleTest, config: &Config, classifier: &Classifier) -> Judgement {
    let of_feed = |feed| config.feeds.iter().find(|it| Some(&it.id) == feed);
    let feed = of_feed(test.feed.as_ref());
    let named = feed.map(|feed| NamedFeed::new(feed, None));
    classifier.judge(&Input {
        title: &test.title,
        text: &test.text,
        categories: &test.categories,
        language: test
            .language
            .as_deref()
            .or_else(|| feed?.language.as_deref()),
        default_country: feed.and_then(|feed| feed.default_country),
        feed: test.feed.as_ref(),
        source: named.as_ref().map(NamedFeed::source).unwrap_or_default(),
    })
}

fn complaints(test: &RuleTest, judgement: &Judgement) -> Vec<String> {
    let verdict = |name: &String| judgement.regions.iter().find(|it| it.region == *name);
    let is_in = |it: &&RegionVerdict| it.reason == Reason::In;
    let mut complaints = Vec::new();
    for name in &test.matches {
        let found = verdict(name);
        if let Some(out) = found.filter(|it| !is_in(it)) {
            complaints.push(format!("should match {name}, but {}", why_out(out)));
        } else if found.is_none() {
            complaints.push(format!("should match {name}, which is not published"));
        }
    }
    let wrong = test.no_match.iter().filter_map(verdict).filter(is_in);
    complaints.extend(wrong.map(|it| {
        let words = forms(&it.evidence).join(", ");
        format!("should not match {}, but does by {words}", it.region)
    }));
    let inside: Vec<&RegionVerdict> = judgement.regions.iter().filter(is_in).collect();
    match (test.expect, inside.first()) {
        (Some(Expected::In), None) => {
            let why = judgement.regions.iter();
            let why: Vec<String> = why
                .map(|it| format!("{}: {}", it.region, why_out(it)))
                .collect();
            complaints.push(format!("should come in, but {}", why.join("; ")));
        }
        (Some(Expected::Out), Some(first)) => {
            let words = forms(&first.evidence).join(", ");
            let region = &first.region;
            complaints.push(format!("should stay out, but matches {region} by {words}"));
        }
        (Some(Expected::In), Some(_)) | (Some(Expected::Out), None) | (None, _) => {}
    }
    let reasons = reasons(judgement);
    for wanted in test.why.iter().filter(|it| !reasons.contains(it.as_str())) {
        let found: Vec<&str> = reasons.iter().copied().collect();
        let found = if found.is_empty() {
            "nothing".to_owned()
        } else {
            found.join(", ")
        };
        complaints.push(format!("{wanted:?} should have decided, but {found} did"));
    }
    complaints
}

/// Why a region is not matched, with what speaks for it all the same.
fn why_out(verdict: &RegionVerdict) -> String {
    if verdict.evidence.is_empty() {
        return verdict.reason.to_string();
    }
    let words = forms(&verdict.evidence).join(", ");
    format!("{} (found: {words})", verdict.reason)
}

fn forms(evidence: &[Evidence]) -> Vec<&str> {
    evidence.iter().map(|it| it.form.as_str()).collect()
}

/// Everything that can be said to have decided: words and what they stand for, where a region is
/// matched or a condition holds; the rules that kept a region out, and what they name.
fn reasons(judgement: &Judgement) -> BTreeSet<&str> {
    let mut reasons = BTreeSet::new();
    for verdict in &judgement.regions {
        match &verdict.reason {
            Reason::In => add_words(&verdict.evidence, &mut reasons),
            Reason::Unnamed | Reason::Doubtful => {}
            Reason::None { by } => reasons.extend(["none", by.as_str()]),
            Reason::All { by } => reasons.extend(["all", by.as_str()]),
            Reason::Any => drop(reasons.insert("any")),
            Reason::About { .. } => drop(reasons.insert("about")),
            Reason::Min { .. } => drop(reasons.insert("min")),
        }
    }
    for condition in judgement.conditions.iter().filter(|it| it.holds) {
        reasons.insert(&condition.selector);
        add_words(&condition.evidence, &mut reasons);
    }
    reasons
}

fn add_words<'a>(evidence: &'a [Evidence], reasons: &mut BTreeSet<&'a str>) {
    for one in evidence {
        reasons.extend([one.form.as_str(), one.term.as_str()]);
    }
}
