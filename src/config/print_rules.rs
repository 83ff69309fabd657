//! The part of `config print` that is about rules.

use std::fmt::Display;

use crate::config::filter::DATELINES;
use crate::config::print::{Page, quoted, word_of};
use crate::config::rule_test::EXPECTED;
use crate::config::term::FIELDS;
use crate::model::feed::FeedId;
use crate::model::rules::{
    FieldWeights, Fields, Filter, OwnGroup, OwnRegion, Pattern, RuleTest, Selector, Term, Words,
};
use crate::model::weight::Thousandths;

pub(super) fn print_region(page: &mut Page, name: &str, region: &OwnRegion) {
    page.header(&format!("[region.{name}]"));
    page.maybe("title", region.title.as_deref());
    print_words(page, &region.words);
}

pub(super) fn print_group(page: &mut Page, name: &str, group: &OwnGroup) {
    page.header(&format!("[group.{name}]"));
    print_words(page, &group.words);
    page.list("unless", group.unless.iter().map(Selector::to_string));
    if let Some(min) = group.min {
        page.bare("min", min);
    }
}

fn print_words(page: &mut Page, words: &Words) {
    page.list("add", words.add.iter().map(Selector::to_string));
    page.list("phrases", &words.phrases);
    if !words.terms.is_empty() {
        let terms: Vec<String> = words
            .terms
            .iter()
            .map(|term| format!("\n  {},", term_table(term)))
            .collect();
        page.bare("terms", format_args!("[{}\n]", terms.concat()));
    }
    page.list("without", &words.without);
}

/// A filter below `[filter]`: lists that ask for nothing are left out.
pub(super) fn print_filter(page: &mut Page, filter: &Filter) {
    for (key, selectors) in lists(filter) {
        page.list(key, selectors.iter().map(Selector::to_string));
    }
    page.bare("about", filter.about);
    page.bare("min", filter.min);
    page.bare("fields", factors_table(&filter.fields));
    let datelines = word_of(&filter.datelines, &DATELINES);
    page.bare("datelines", quoted(datelines));
}

/// A whole filter as the value of a feed's `filter`.
pub(super) fn filter_table(filter: &Filter) -> String {
    let lists = lists(filter).map(|(key, selectors)| {
        let selectors: Vec<String> = selectors.iter().map(Selector::to_string).collect();
        (key, text_list(&selectors))
    });
    let rest = [
        ("about", filter.about.to_string()),
        ("min", filter.min.to_string()),
        ("fields", factors_table(&filter.fields)),
        ("datelines", quoted(word_of(&filter.datelines, &DATELINES))),
    ];
    inline(lists.into_iter().chain(rest))
}

fn lists(filter: &Filter) -> [(&'static str, &[Selector]); 3] {
    [
        ("any", &filter.any),
        ("all", &filter.all),
        ("none", &filter.none),
    ]
}

fn factors_table(fields: &FieldWeights) -> String {
    inline([
        ("title", fields.title),
        ("text", fields.text),
        ("categories", fields.categories),
    ])
}

fn term_table(term: &Term) -> String {
    let mut keys: Vec<(&str, String)> = match &term.pattern {
        Pattern::Stem { words, language } => {
            vec![("stem", quoted(words)), ("language", quoted(language))]
        }
        Pattern::Text { text, exact } => {
            let mut keys = vec![("text", quoted(text))];
            keys.extend(exact.then(|| ("exact", exact.to_string())));
            keys
        }
        Pattern::Phrase(text) => vec![("phrase", quoted(text))],
        Pattern::Wildcard(text) => vec![("wildcard", quoted(text))],
        Pattern::Near {
            texts,
            distance,
            language,
        } => {
            let mut keys = vec![
                ("near", text_list(texts)),
                ("distance", distance.to_string()),
            ];
            keys.extend(language.as_deref().map(|it| ("language", quoted(it))));
            keys
        }
        Pattern::Regex(regex) => vec![("regex", quoted(regex))],
    };
    if term.weight != Thousandths::ONE {
        keys.push(("weight", term.weight.to_string()));
    }
    if !term.unless.is_empty() {
        keys.push(("unless", text_list(&term.unless)));
    }
    if term.fields != Fields::default() {
        keys.push(("fields", text_list(&field_words(term.fields))));
    }
    inline(keys)
}

fn field_words(fields: Fields) -> Vec<&'static str> {
    let chosen = [fields.title, fields.text, fields.categories];
    let words = FIELDS.into_iter().zip(chosen);
    words.filter(|(_, is)| *is).map(|(word, _)| word).collect()
}

pub(super) fn print_test(page: &mut Page, test: &RuleTest) {
    page.header("[[test]]");
    page.line("title", &test.title);
    page.line("text", &test.text);
    page.list("categories", &test.categories);
    page.maybe("language", test.language.as_deref());
    page.maybe("feed", test.feed.as_ref().map(FeedId::as_str));
    let expect = test.expect.map(|expect| word_of(&expect, &EXPECTED));
    page.maybe("expect", expect);
    page.list("match", &test.matches);
    page.list("no-match", &test.no_match);
    page.list("why", &test.why);
}

fn inline<V: Display>(keys: impl IntoIterator<Item = (&'static str, V)>) -> String {
    let keys: Vec<String> = keys
        .into_iter()
        .map(|(key, value)| format!("{key} = {value}"))
        .collect();
    format!("{{ {} }}", keys.join(", "))
}

fn text_list<T: AsRef<str>>(texts: &[T]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| quoted(text.as_ref())).collect();
    format!("[{}]", texts.join(", "))
}
