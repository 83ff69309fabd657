//! Small feeds of our own writing, by class, each with what a person says must come of it.
//!
//! A file of `tests/fixtures/feeds/cases` is a class, a `[[case]]` in it one document. Its
//! `[case.expect]` was judged by hand from the formats' own documents, never recorded; what came
//! out in full is kept beside it in `CLASS.snap`, so that a change of anything else shows too.

mod case;
mod damage;
mod expected;
mod judge;

use std::fmt::Write as _;

use case::{Case, class_folder, classes};

use crate::stages;

/// Fewer cases than this: a file is not read.
const CASES_MIN: usize = 250;

#[test]
fn every_case_is_read_as_it_must_be() {
    let classes = classes();
    let mut table = String::new();
    let mut wrong = Vec::new();
    let mut n_cases = 0;
    for (class, cases) in &classes {
        let mut n_right = 0;
        for case in cases {
            let differences = judge::differences(case);
            if differences.is_empty() {
                n_right += 1;
            }
            let named = |it| format!("{class}/{}: {it}", case.name);
            wrong.extend(differences.into_iter().map(named));
        }
        n_cases += cases.len();
        writeln!(table, "{class:12} {:4} {n_right:4}", cases.len()).unwrap();
    }
    println!(
        "{:12} {:>4} {:>4}\n{table}{n_cases} cases",
        "class", "all", "pass"
    );
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(n_cases >= CASES_MIN, "{n_cases} cases");
}

#[test]
fn every_case_comes_out_as_it_did() {
    for (class, cases) in classes() {
        let mut report = String::new();
        for case in &cases {
            let whole = stages::report(&case.document);
            writeln!(report, "=== {}\n{}", case.name, cut(&whole)).unwrap();
        }
        insta::with_settings!({
            snapshot_path => class_folder(),
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, {
            insta::assert_snapshot!(class.as_str(), report);
        });
    }
}

/// A report of a size to be read: what is long is so to strain the reader, not to be looked at.
fn cut(report: &str) -> String {
    const LINE_MAX_CHARS: usize = 300;
    const LINES_MAX: usize = 40;
    let cut_line = |line: &str| {
        let n_chars = line.chars().count();
        let kept: String = line.chars().take(LINE_MAX_CHARS).collect();
        if n_chars > LINE_MAX_CHARS {
            format!("{kept}… ({n_chars} characters)\n")
        } else {
            kept + "\n"
        }
    };
    let n_lines = report.lines().count();
    let mut out: String = report.lines().take(LINES_MAX).map(cut_line).collect();
    if n_lines > LINES_MAX {
        writeln!(out, "… ({n_lines} lines)").unwrap();
    }
    out
}

#[test]
fn names_are_used_once() {
    let mut names: Vec<String> = classes()
        .into_iter()
        .flat_map(|(_, cases)| cases)
        .map(|case: Case| case.name)
        .collect();
    names.sort();
    let n_all = names.len();
    names.dedup();
    assert_eq!(names.len(), n_all);
}
