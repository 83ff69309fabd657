//! The shipped topics: what is light is told from news.

use crate::classify::tests::support::rules;
use crate::classify::topics::topic;
use crate::classify::{Classifier, Input, compile, topic_names};
use crate::model::judgement::Reason;
use crate::model::rules::{OwnGroup, Selector};

#[test]
fn every_topic_is_read_and_can_be_asked_for() {
    let mut rules = rules(&["central-asia"], &[]);
    for name in topic_names() {
        let topic = topic(name).unwrap_or_else(|| panic!("{name} cannot be read"));
        let n_terms = topic.words.terms.len();
        assert!(n_terms > 100 || !topic.words.add.is_empty(), "{name}");
        rules.filter.any.push(Selector::Group(name.to_owned()));
    }
    compile(&rules).unwrap();
}

/// What `none = ["@sport", …]` makes of a story about Kazakhstan.
fn kept_out_by(classifier: &Classifier, title: &str, text: &str) -> Option<String> {
    let judgement = classifier.judge(&Input {
        title,
        text,
        categories: &[],
        language: None,
        default_country: None,
        feed: None,
        source: crate::classify::Source::default(),
    });
    match &judgement.regions[0].reason {
        Reason::None { by } => Some(by.clone()),
        Reason::In => None,
        other => panic!("{title}: {other}"),
    }
}

#[test]
fn what_is_light_is_told_from_news_in_many_languages() {
    let mut rules = rules(&["central-asia"], &[]);
    let light = ["@sport", "@weather", "@entertainment"];
    rules.filter.none = light.map(Selector::read).to_vec();
    let classifier = compile(&rules).unwrap();
    let check = |title: &str, text: &str, expected: Option<&str>| {
        let by = kept_out_by(&classifier, title, text);
        assert_eq!(by.as_deref(), expected, "{title}");
    };
    check(
        "Kazakhstan beat Norway in World Cup qualifier",
        "",
        Some("@sport"),
    );
    check("Сборная Казахстана вышла в полуфинал", "", Some("@sport"));
    check("Қазақстан боксшысы алтын медаль алды", "", Some("@sport"));
    check("Oʻzbekistonlik dzyudochilar medal oldi", "", Some("@sport"));
    check("哈萨克斯坦足球队晋级世界杯", "", Some("@sport"));
    check(
        "Погода в Казахстане: синоптики ждут снег",
        "",
        Some("@weather"),
    );
    check(
        "Kazakh singer gives concert in Astana",
        "",
        Some("@entertainment"),
    );
    // The same words beside what states do.
    check(
        "Kazakhstan and the EU sign a memorandum of understanding",
        "The ambassadors then watched a football match.",
        None,
    );
    check(
        "Главы МИД Казахстана и Узбекистана провели переговоры",
        "После саммита для делегаций дали концерт.",
        None,
    );
    check("Kazakhstan opens an embassy in Seoul", "", None);
    check(
        "Floods in Kazakhstan: thousands leave their homes",
        "",
        None,
    );
}

#[test]
fn a_topic_can_be_extended_and_changed() {
    let mut rules = rules(&["central-asia"], &[]);
    let mut own = OwnGroup::default();
    own.words.phrases = vec!["buzkashi".to_owned()];
    own.words.without = vec!["football".to_owned()];
    rules.groups.insert("sport".to_owned(), own);
    rules.filter.none = vec![Selector::read("@sport")];
    let classifier = compile(&rules).unwrap();
    let is_out = |title: &str| {
        let input = Input {
            title,
            text: "",
            categories: &[],
            language: None,
            default_country: None,
            feed: None,
            source: crate::classify::Source::default(),
        };
        classifier.classify(&input).is_empty()
    };
    assert!(is_out("Kazakhstan: buzkashi") && is_out("Kazakhstan: tennis"));
    assert!(!is_out("Kazakhstan: football"));
}
