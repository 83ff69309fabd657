//! What is found in which text: the tables that hold the vocabulary and the matching to their word.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use proptest::prelude::*;

use crate::classify::guard::{Case, Languages};
use crate::classify::packs::PACKS;
use crate::classify::phrase::Phrase;
use crate::classify::vocabulary::{Term, Vocabulary};
use crate::classify::{Classifier, Input, compile, explain, pack_names, pack_title};
use crate::model::region::{Evidence, Field, RegionMatch};
use crate::model::rules::{OwnRegion, Rules};

/// All twelve shipped regions, compiled once.
fn all() -> &'static Classifier {
    static ALL: OnceLock<Classifier> = OnceLock::new();
    ALL.get_or_init(|| compile(&rules(&pack_names(), &[])).unwrap())
}

fn rules(regions: &[&str], own: &[(&str, OwnRegion)]) -> Rules {
    Rules {
        regions: regions.iter().map(|&name| name.to_owned()).collect(),
        own: own
            .iter()
            .map(|(name, region)| ((*name).to_owned(), region.clone()))
            .collect(),
    }
}

fn words(list: &[&str]) -> Vec<String> {
    list.iter().map(|&word| word.to_owned()).collect()
}

fn input<'a>(language: &'a str, text: &'a str) -> Input<'a> {
    Input {
        title: "",
        text,
        categories: &[],
        language: Some(language).filter(|language| !language.is_empty()),
    }
}

/// `region: form, form` for each match.
fn found(classifier: &Classifier, input: &Input<'_>) -> Vec<String> {
    let describe = |one: &RegionMatch| {
        let forms: Vec<_> = one.evidence.iter().map(|one| one.form.as_str()).collect();
        format!("{}: {}", one.region, forms.join(", "))
    };
    classifier.classify(input).iter().map(describe).collect()
}

fn check(language: &str, text: &str, expected: &[&str]) {
    assert_eq!(
        found(all(), &input(language, text)),
        expected,
        "{language} {text}"
    );
}

#[test]
fn twelve_regions_are_shipped() {
    assert_eq!(pack_names().len(), 12);
    assert_eq!(pack_title("central-asia"), Some("Central Asia"));
    assert_eq!(pack_title("atlantis"), None);
    assert_eq!(all().regions, pack_names());
}

#[test]
fn english_is_found() {
    let table: &[(&str, &[&str])] = &[
        (
            "Kazakhstan's and Uzbekistan’s ministers",
            &["central-asia: Kazakhstan, Uzbekistan"],
        ),
        (
            "the EU-Central Asia summit",
            &["central-asia: Central Asia"],
        ),
        (
            "Central Asian states met in the C5+1 format.",
            &["central-asia: Central Asian, C5+1"],
        ),
        (
            "Kazakh-Uzbek border talks; the Kyrgyz Republic",
            &["central-asia: Kazakh, Uzbek, Kyrgyz Republic"],
        ),
        (
            "EUSR for Central Asia visits the Middle\u{A0}Corridor",
            &["central-asia: EUSR for Central Asia, Middle\u{A0}Corridor"],
        ),
        (
            "Astana and Dushanbe signed; Tashkent did not",
            &["central-asia: Astana, Dushanbe, Tashkent"],
        ),
        (
            "Qazaqstan, Özbekiston, Türkmenistan and Turkmenistán",
            &["central-asia: Qazaqstan, Özbekiston, Türkmenistan, Turkmenistán"],
        ),
        (
            "Syrians in Jordan and Lebanon",
            &["levant: Syrians, Jordan, Lebanon"],
        ),
        ("GCC and UAE officials in Doha", &["gulf: GCC, UAE, Doha"]),
        (
            "ASEAN meets in Jakarta, not in Hà Nội",
            &["south-east-asia: ASEAN, Jakarta, Hà Nội"],
        ),
        (
            "Tbilisi: Georgia and Armenia",
            &["south-caucasus: Tbilisi, Georgia, Armenia"],
        ),
        (
            "Kosovo and Serbia in the Belgrade-Pristina dialogue",
            &["western-balkans: Kosovo, Serbia, Belgrade-Pristina dialogue"],
        ),
        (
            "Estonian, Latvian and Lithuanian PMs",
            &["baltic: Estonian, Latvian, Lithuanian"],
        ),
        ("Somalia, Djibouti", &["horn-of-africa: Somalia, Djibouti"]),
        (
            "Mauritanian troops",
            &["sahel: Mauritanian", "maghreb: Mauritanian"],
        ),
        (
            "Greenland and the Arctic Council",
            &["arctic: Greenland, Arctic Council"],
        ),
        (
            "Brazil, Chile and Mexico City",
            &["latin-america: Brazil, Chile, Mexico City"],
        ),
    ];
    for (text, expected) in table {
        check("en", text, expected);
    }
}

#[test]
fn russian_is_found_in_all_its_forms() {
    for form in [
        "КАЗАХСТАНА",
        "Казахстан",
        "Казахстана",
        "Казахстану",
        "Казахстаном",
        "Казахстане",
        "казахстанский",
        "казахстанского",
        "казахстанскими",
        "казахстанско",
        "казахстанец",
        "казахстанцев",
        "казашками",
        "казахи",
        "Астане",
        "Астаной",
        "Киргизией",
        "Кыргызстаном",
        "киргизское",
        "узбекистанцам",
        "таджичка",
        "Таджикистану",
        "Туркмении",
        "туркменами",
        "Ташкентом",
        "ташкентскую",
        "Душанбе",
        "Бишке\u{301}ке",
        "Нур-Султане",
        "Алма-Ате",
        "Токаевым",
        "Мирзиёевым",
        "Среднюю Азию",
        "Центральной Азией",
        "ЦЕНТРАЛЬНОЙ АЗИИ",
        "среднеазиатских",
        "Срединному коридору",
        "Амударьи",
        "Кыргызской Республики",
    ] {
        check("ru", form, &[&format!("central-asia: {form}")]);
        check(
            "ru",
            &format!("«{form}», — сказал"),
            &[&format!("central-asia: {form}")],
        );
    }
    check(
        "ru",
        "казахстанско-узбекские переговоры",
        &["central-asia: казахстанско, узбекские"],
    );
    check("ru", "в секторе Газа", &["levant: секторе Газа"]);
    check(
        "ru",
        "ОАЭ и Саудовской Аравией",
        &["gulf: ОАЭ, Саудовской Аравией"],
    );
    check(
        "ru",
        "Филиппин, Вьетнаму, Лаосе, сирийцев",
        &[
            "levant: сирийцев",
            "south-east-asia: Филиппин, Вьетнаму, Лаосе",
        ],
    );
    check(
        "ru",
        "грузинами и Южной Осетией",
        &["south-caucasus: грузинами, Южной Осетией"],
    );
    check(
        "ru",
        "на Западных Балканах, в Косове",
        &["western-balkans: Западных Балканах, Косове"],
    );
}

#[test]
fn kazakh_is_found_with_its_chains() {
    for form in [
        "Қазақстанның",
        "Қазақстандағы",
        "Қазақстандықтардың",
        "ҚАЗАҚСТАННАН",
        "Қазақстанмен",
        "қазақстандық",
        "Өзбекстанға",
        "Қырғызстанда",
        "Тәжікстаннан",
        "Түрікменстанның",
        "Түркіменстан",
        "Орталық Азияның",
        "орталықазиялық",
        "Орталық Азиядағы",
        "Ташкентте",
        "Бішкекке",
        "Алматыдан",
        "Астанада",
        "Қазақ",
        "қазағым",
        "Өзбектердің",
        "Шымкенттегі",
        "Қызылордаға",
        "ҚР",
        "Qazaqstannyń",
        "Qazaqstandağy",
    ] {
        check("kk", form, &[&format!("central-asia: {form}")]);
    }
    check("kk", "Франция астанасы Парижде", &[]);
}

#[test]
fn other_languages_name_central_asia() {
    for (language, form) in [
        ("ky", "Кыргызстандын"),
        ("ky", "Казакстанда"),
        ("ky", "Борбор Азиянын"),
        ("ky", "Түркмөнстанга"),
        ("ky", "казактар"),
        ("ky", "Ысык-Көлдө"),
        ("uz", "Oʻzbekistonning"),
        ("uz", "Ozbekistonda"),
        ("uz", "Qirgʻizistonlik"),
        ("uz", "Markaziy Osiyoda"),
        ("uz", "Ўзбекистоннинг"),
        ("uz", "Марказий Осиёга"),
        ("uz", "Toshkentda"),
        ("tg", "Тоҷикистонро"),
        ("tg", "Осиёи Марказӣ"),
        ("tg", "тоҷикону"),
        ("tg", "Ӯзбекистон"),
        ("tk", "Türkmenistanyň"),
        ("tk", "Gazagystanda"),
        ("tk", "Özbegistandan"),
        ("tk", "Merkezi Aziýanyň"),
        ("tr", "Kazakistan"),
        ("tr", "Özbekistanlı"),
        ("tr", "KIRGIZİSTAN"),
        ("tr", "Orta Asya"),
        ("zh", "哈萨克斯坦"),
        ("zh", "烏茲別克斯坦"),
        ("zh", "中亚"),
        ("de", "kasachischen"),
        ("de", "Usbekistans"),
        ("de", "Zentralasien"),
        ("de", "Kirgisen"),
        ("fr", "Ouzbékistan"),
        ("fr", "ouzbèkes"),
        ("fr", "Asie centrale"),
        ("fr", "kazakhstanaise"),
    ] {
        check(language, form, &[&format!("central-asia: {form}")]);
        // The language is a hint, not a condition, but where the word is another one elsewhere.
        if form != "казактар" {
            check("", form, &[&format!("central-asia: {form}")]);
        }
    }
    check(
        "tr",
        "Kazakistan'ın başkenti",
        &["central-asia: Kazakistan"],
    );
    check(
        "zh",
        "中国同哈萨克斯坦的关系",
        &["central-asia: 哈萨克斯坦"],
    );
    check(
        "fr",
        "l’Ouzbékistan et l'Asie centrale",
        &["central-asia: Ouzbékistan, Asie centrale"],
    );
}

#[test]
fn every_apostrophe_names_uzbekistan() {
    for apostrophe in "'\u{2018}\u{2019}\u{2BB}\u{2BC}`\u{B4}".chars() {
        let form = format!("O{apostrophe}zbekistonda");
        check("uz", &form, &[&format!("central-asia: {form}")]);
    }
}

#[test]
fn false_friends_do_not_match() {
    for (language, text) in [
        ("en", "Romania, Nigeria, Somaliaville, Maliana, Omanis2"),
        ("en", "Nigeria and Dominica; Austria and Guinea"),
        (
            "en",
            "a hanging chad, a jordan almond, roast turkey, chile con carne, green chile",
        ),
        ("en", "Michael Jordan and DeAndre Jordan scored"),
        (
            "en",
            "French far-right leader Jordan Bardella spoke to reporters on Monday",
        ),
        (
            "en",
            "According to his lawyer, Chad Bianco will run for office next year",
        ),
        ("en", "Georgia Tech beat Clemson"),
        ("en", "A judge in Atlanta, Georgia, ruled on Monday"),
        ("en", "Gov. Brian Kemp of Georgia signed the bill"),
        ("en", "in Georgia, U.S."),
        ("en", "Voters in Georgia, Arizona and Michigan"),
        ("en", "Mary had a little lamb. Mary Robinson spoke."),
        ("en", "Palestine, Texas, and Lebanon, Pa."),
        ("en", "New Mexico and the Gulf of Mexico; Panama City, Fla."),
        (
            "en",
            "Emirates Stadium; the WTO Doha Round; the Niger Delta",
        ),
        ("en", "Java developers like this software"),
        ("en", "Iraqi Turkmen Front in Kirkuk"),
        ("en", "gcc compiles it; idf is a term weight"),
        ("tg", "рӯзи душанбе"),
        ("tg", "Душанбе, 3 март"),
        ("tk", "Duşenbe güni"),
        ("uz", "unga qarshi"),
        ("ru", "цены газа в Европе и угарный чад"),
        ("ru", "ПОСТАВКИ ГАЗА В ЕВРОПУ"),
        ("ru", "куб, куба, кубе; по перу; острый чили; катар желудка"),
        ("ru", "Сальвадор Дали в округе Колумбия"),
        ("ru", "казаки и казачий хор, казахстанщина"),
        ("ru", "Магазины, оманы, лиманская, перуанцыст"),
        ("kk", "Екі ел арасындағы"),
        ("tr", "kazak giydi; beden dili; mali kriz"),
        ("vi", "Lao động"),
        ("ky", "маалыматтарга караганда"),
        ("zh", "其中亚洲国家"),
        ("ja", "タイトル"),
        ("", ""),
    ] {
        check(language, text, &[]);
    }
}

#[test]
fn boundaries_tell_words_from_their_parts() {
    check("en", "Omani", &["gulf: Omani"]);
    check("en", "Niger", &["sahel: Niger"]);
    check("en", "Malian", &["sahel: Malian"]);
    check("en", "Somalia", &["horn-of-africa: Somalia"]);
    check(
        "en",
        "pro-Syrian, anti-Israeli",
        &["levant: Syrian, Israeli"],
    );
    check(
        "en",
        "#Kazakhstan @Kazakhstan_2030 (Kazakhstan)",
        &["central-asia: Kazakhstan, Kazakhstan, Kazakhstan"],
    );
    check("en", "Kazakhstan2030 xKazakhstan", &[]);
}

#[test]
fn the_same_word_elsewhere_matches() {
    check(
        "en",
        "Georgia's ruling party, Georgian Dream",
        &["south-caucasus: Georgia, Georgian"],
    );
    check(
        "en",
        "NATO and Georgia; a senator from Florida",
        &["south-caucasus: Georgia"],
    );
    check("en", "King Abdullah of Jordan", &["levant: Jordan"]);
    check(
        "en",
        "Jordan Foreign Ministry says so, and we all believe it",
        &["levant: Jordan"],
    );
    check("en", "JORDAN HOSTS TALKS", &["levant: JORDAN"]);
    check("en", "Chad's army", &["sahel: Chad"]);
    check(
        "en",
        "Tripoli, in Libya; Tripoli, in Lebanon",
        &[
            "levant: Tripoli, Tripoli, Lebanon",
            "maghreb: Tripoli, Libya, Tripoli",
        ],
    );
    check(
        "en",
        "Mary, in Turkmenistan",
        &["central-asia: Mary, Turkmenistan"],
    );
    check("ru", "Душанбе", &["central-asia: Душанбе"]);
    check(
        "tg",
        "Душанбе, Тоҷикистон",
        &["central-asia: Душанбе, Тоҷикистон"],
    );
    check("ru", "Газа и Газы", &["levant: Газа, Газы"]);
    check(
        "ru",
        "удары по Газе, сообщили палестинцы",
        &["levant: Газе, палестинцы"],
    );
}

#[test]
fn evidence_points_at_what_readers_see() {
    let title = "İ ß КАЗАХСТАНА";
    let text = "x Ташке\u{301}нт, O\u{2018}zbekiston";
    let categories = words(&["news", "Kazakhstan"]);
    let matches = all().classify(&Input {
        title,
        text,
        categories: &categories,
        language: None,
    });
    let evidence = |field, form: &str, start: usize, term: &str, weight| Evidence {
        field,
        form: form.to_owned(),
        start: u32::try_from(start).unwrap(),
        end: u32::try_from(start + form.len()).unwrap(),
        term: term.to_owned(),
        weight,
    };
    let at = |form: &str| text.find(form).unwrap();
    let expected = RegionMatch {
        region: "central-asia".to_owned(),
        evidence: vec![
            evidence(
                Field::Title,
                "КАЗАХСТАНА",
                title.find('К').unwrap(),
                "Kazakhstan",
                2000,
            ),
            evidence(Field::Text, "Ташке\u{301}нт", at("Таш"), "Tashkent", 900),
            evidence(
                Field::Text,
                "O\u{2018}zbekiston",
                at("O\u{2018}"),
                "Uzbekistan",
                1000,
            ),
            evidence(Field::Category, "Kazakhstan", 0, "Kazakhstan", 1500),
        ],
    };
    assert_eq!(matches, [expected]);
}

#[test]
fn at_most_eight_are_kept() {
    let text = "Kazakhstan ".repeat(20);
    let matches = explain(all(), &input("en", &text));
    assert_eq!(matches[0].evidence.len(), 8);
    assert_eq!(matches[0].evidence[7].start, 7 * 11);
}

#[test]
fn matches_stand_in_the_order_of_the_rules() {
    let text = "Syria, Kazakhstan, Oman";
    for order in [
        ["gulf", "levant", "central-asia"],
        ["central-asia", "gulf", "levant"],
    ] {
        let classifier = compile(&rules(&order, &[])).unwrap();
        let regions: Vec<_> = classifier
            .classify(&input("en", text))
            .into_iter()
            .map(|one| one.region)
            .collect();
        assert_eq!(regions, order);
    }
}

#[test]
fn own_regions_add_and_take_words() {
    let own = OwnRegion {
        add: words(&["central-asia", "GE"]),
        phrases: words(&[
            "Wakhan  Corridor",
            "Водный диалог",
            "中吉乌铁路",
            "Kazakhstan oil",
        ]),
        without: words(&["Ташкента", "Mary", "C5+1"]),
        ..OwnRegion::default()
    };
    let classifier = compile(&rules(&["wider", "central-asia"], &[("wider", own)])).unwrap();
    let check = |text: &str, expected: &[&str]| {
        assert_eq!(found(&classifier, &input("", text)), expected, "{text}");
    };
    check("the WAKHAN corridor", &["wider: WAKHAN corridor"]);
    check("Wakhan Corridors", &[]);
    check("ВОДНЫЙ ДИАЛОГ", &["wider: ВОДНЫЙ ДИАЛОГ"]);
    check("关于中吉乌铁路的", &["wider: 中吉乌铁路"]);
    check("Tbilisi", &["wider: Tbilisi"]);
    // Taken out with all its forms in all languages, and only there.
    check("Ташкент", &["central-asia: Ташкент"]);
    check("C5+1", &["central-asia: C5+1"]);
    check("Toshkentda", &["central-asia: Toshkentda"]);
    // The longer phrase of one region takes nothing from another.
    check(
        "Kazakhstan oil",
        &["wider: Kazakhstan oil", "central-asia: Kazakhstan"],
    );
}

#[test]
fn a_shipped_region_can_be_extended_under_its_name() {
    let own = OwnRegion {
        add: words(&["levant"]),
        phrases: words(&["Cyprus"]),
        ..OwnRegion::default()
    };
    let classifier = compile(&rules(&["levant"], &[("levant", own)])).unwrap();
    assert_eq!(
        found(&classifier, &input("", "Cyprus, Syria")),
        ["levant: Cyprus, Syria"]
    );
}

#[test]
fn mistakes_are_reported_all_at_once_by_path() {
    let region = |add: &[&str], phrases: &[&str], without: &[&str]| OwnRegion {
        add: words(add),
        phrases: words(phrases),
        without: words(without),
        title: None,
    };
    let errors = compile(&rules(
        &["central-asa", "a", "empty"],
        &[
            (
                "a",
                region(&["b", "Atlantis"], &["x", " ", "—!"], &["\u{200B}"]),
            ),
            ("b", region(&["a"], &[], &[])),
            ("empty", region(&[], &[], &[])),
        ],
    ))
    .unwrap_err();
    let shown: Vec<_> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(
        shown,
        [
            "region.a.phrases[1]: ` ` has no letter or digit that could be found in a text; remove it",
            "region.a.phrases[2]: `—!` has no letter or digit that could be found in a text; remove it",
            "region.a.without[0]: `\u{200B}` has no letter or digit that could be found in a text; remove it",
            "regions[0]: no region or country `central-asa`; near it: `central-asia`",
            "region.b.add[0]: `a` adds `b` adds `a`: a circle; break it here",
            "region.a.add[1]: no region or country `Atlantis`; shipped: central-asia, south-caucasus, levant, gulf, south-east-asia, western-balkans, baltic, horn-of-africa, sahel, maghreb, arctic, latin-america",
            "region.empty: no word speaks for this region; give it `phrases` or `add` a region",
        ]
    );
}

#[test]
fn the_hash_follows_what_decides_and_nothing_else() {
    let own = |title: &str, phrase: &str| {
        let region = OwnRegion {
            title: Some(title.to_owned()),
            phrases: words(&[phrase]),
            ..OwnRegion::default()
        };
        let rules = rules(&["x", "gulf"], &[("x", region)]);
        compile(&rules).unwrap().rules_hash()
    };
    assert_eq!(own("A", "word"), own("B", "word"));
    assert_ne!(own("A", "word"), own("A", "other"));
    let of = |regions: &[&str]| compile(&rules(regions, &[])).unwrap().rules_hash();
    assert_ne!(of(&["gulf"]), of(&["gulf", "levant"]));
    assert_ne!(of(&["gulf", "levant"]), of(&["levant", "gulf"]));
}

#[test]
fn no_region_at_all_matches_nothing() {
    let classifier = compile(&Rules::default()).unwrap();
    assert_eq!(
        found(&classifier, &input("en", "Kazakhstan")),
        Vec::<String>::new()
    );
}

#[test]
fn a_classifier_is_shared_by_threads() {
    fn shared<T: Send + Sync + 'static>(_: &Arc<T>) {}
    shared(&Arc::new(compile(&rules(&["gulf"], &[])).unwrap()));
}

#[test]
fn the_shipped_vocabulary_is_sound() {
    let mut errors = Vec::new();
    let vocabulary = Vocabulary::shipped(&mut errors);
    assert_eq!(errors, []);
    let known: BTreeSet<_> = PACKS
        .iter()
        .flat_map(|pack| pack.countries.iter().chain([&pack.name]))
        .copied()
        .collect();
    let owners: BTreeSet<_> = vocabulary
        .terms
        .iter()
        .map(|term| term.owner.as_str())
        .collect();
    assert_eq!(
        owners, known,
        "every country and region has words, and no other name has"
    );
}

/// A guard is worth nothing where another language lists the same form of the same country
/// without it.
#[test]
fn no_guard_is_passed_by_in_another_language() {
    let vocabulary = Vocabulary::shipped(&mut Vec::new());
    let lacks_a_guard_of = |other: &Term, guarded: &Term| {
        let (other, guarded) = (&other.guards, &guarded.guards);
        (guarded.case != Case::Any && other.case == Case::Any)
            || (guarded.context.is_some() && other.context.is_none())
            || (guarded.weak != Languages::None && other.weak == Languages::None)
    };
    let mut passed_by = Vec::new();
    for guarded in &vocabulary.terms {
        for phrase in guarded.phrases.iter().filter(|one| one.has_form(&one.head)) {
            let passes = |other: &&Term| {
                other.owner == guarded.owner
                    && other.guards.only.is_none()
                    && lacks_a_guard_of(other, guarded)
                    && other.phrases.iter().any(|one| one.has_form(&phrase.head))
            };
            if guarded.guards.only.is_none() {
                let others = vocabulary.terms.iter().filter(passes);
                passed_by.extend(others.map(|_| format!("{} {}", guarded.owner, phrase.head)));
            }
        }
    }
    assert_eq!(passed_by, Vec::<String>::new());
}

#[test]
fn no_word_speaks_surely_for_two_countries() {
    let vocabulary = Vocabulary::shipped(&mut Vec::new());
    let mut owners: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for term in &vocabulary.terms {
        let is_sure = !term.guards.weak.hold(None) && term.guards.speak(None);
        let plain = |phrase: &&Phrase| is_sure && phrase.rest.is_empty();
        for phrase in term.phrases.iter().filter(plain) {
            owners.entry(&phrase.head).or_default().insert(&term.owner);
        }
    }
    owners.retain(|_, owners| owners.len() > 1);
    assert_eq!(owners, BTreeMap::new());
}

proptest! {
    #[test]
    fn spans_are_what_they_say(
        title in ".{0,40}",
        words in proptest::collection::vec("(Kazakhstan|Газа|O[‘ʻ']zbekiston|中亚|İ|ß|\u{301}|\u{AD}|\\PC| ){1,3}", 0..12),
    ) {
        let text = words.concat();
        let categories = [text.clone()];
        let input = Input { title: &title, text: &text, categories: &categories, language: Some("ru") };
        for one in all().classify(&input) {
            prop_assert!((1..=8).contains(&one.evidence.len()));
            for evidence in one.evidence {
                let field = match evidence.field {
                    Field::Title => &title,
                    Field::Text | Field::Category => &text,
                };
                let span = evidence.start as usize..evidence.end as usize;
                prop_assert_eq!(field.get(span), Some(evidence.form.as_str()));
            }
        }
    }
}
