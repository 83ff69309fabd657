//! The one way tests touch the classifier.

use std::sync::OnceLock;

use crate::classify::{Classifier, Input, Source, compile};
use crate::model::region::RegionMatch;
use crate::model::rules::{Filter, OwnRegion, Rules, Selector, Words};
use crate::model::weight::Thousandths;

/// Regions that share no country but Mauritania, so that what is found is told in few words.
pub(super) const APART: [&str; 12] = [
    "central-asia",
    "south-caucasus",
    "levant",
    "gulf",
    "south-east-asia",
    "western-balkans",
    "baltic",
    "horn-of-africa",
    "sahel",
    "maghreb",
    "arctic",
    "latin-america",
];

/// Those regions by any mention, compiled once.
pub(super) fn all() -> &'static Classifier {
    static ALL: OnceLock<Classifier> = OnceLock::new();
    ALL.get_or_init(|| {
        let filter = Filter {
            about: Thousandths::ZERO,
            ..Filter::default()
        };
        let rules = Rules {
            filter,
            ..rules(&APART, &[])
        };
        compile(&rules).unwrap()
    })
}

pub(super) fn rules(regions: &[&str], own: &[(&str, OwnRegion)]) -> Rules {
    Rules {
        regions: regions.iter().map(|&name| name.to_owned()).collect(),
        own: own
            .iter()
            .map(|(name, region)| ((*name).to_owned(), region.clone()))
            .collect(),
        ..Rules::default()
    }
}

/// A region that adds names, has phrases and takes words out.
pub(super) fn own(add: &[&str], phrases: &[&str], without: &[&str]) -> OwnRegion {
    OwnRegion {
        title: None,
        words: Words {
            add: add.iter().map(|name| Selector::read(name)).collect(),
            phrases: words(phrases),
            terms: Vec::new(),
            without: words(without),
        },
    }
}

pub(super) fn words(list: &[&str]) -> Vec<String> {
    list.iter().map(|&word| word.to_owned()).collect()
}

pub(super) fn input<'a>(language: &'a str, text: &'a str) -> Input<'a> {
    Input {
        title: "",
        text,
        categories: &[],
        language: Some(language).filter(|language| !language.is_empty()),
        default_country: None,
        feed: None,
        source: Source::default(),
    }
}

/// `region: form, form` for each match.
pub(super) fn found(classifier: &Classifier, input: &Input<'_>) -> Vec<String> {
    let describe = |one: &RegionMatch| {
        let forms: Vec<_> = one.evidence.iter().map(|one| one.form.as_str()).collect();
        format!("{}: {}", one.region, forms.join(", "))
    };
    classifier.classify(input).iter().map(describe).collect()
}

pub(super) fn check(language: &str, text: &str, expected: &[&str]) {
    assert_eq!(
        found(all(), &input(language, text)),
        expected,
        "{language} {text}"
    );
}
