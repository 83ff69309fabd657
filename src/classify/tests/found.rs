//! Texts and what is found in them; texts and what must not be.

use proptest::prelude::*;

use crate::classify::Input;
use crate::classify::tests::support::{all, check, input, words};
use crate::model::country::Country;
use crate::model::region::{Evidence, Field, RegionMatch};

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
        (
            "en",
            "the Islamic State of Iraq and Syria, the Islamic State of Iraq and the Levant",
        ),
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
        default_country: None,
        feed: None,
        source: crate::classify::Source::default(),
    });
    let evidence = |field, form: &str, start: usize, term: &str, weight, country| Evidence {
        field,
        form: form.to_owned(),
        start: u32::try_from(start).unwrap(),
        end: u32::try_from(start + form.len()).unwrap(),
        term: term.to_owned(),
        weight,
        country: Country::from_code(country),
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
                "KZ",
            ),
            evidence(
                Field::Text,
                "Ташке\u{301}нт",
                at("Таш"),
                "Tashkent",
                900,
                "UZ",
            ),
            evidence(
                Field::Text,
                "O\u{2018}zbekiston",
                at("O\u{2018}"),
                "Uzbekistan",
                1000,
                "UZ",
            ),
            evidence(Field::Category, "Kazakhstan", 0, "Kazakhstan", 1500, "KZ"),
        ],
    };
    assert_eq!(matches, [expected]);
}

#[test]
fn a_category_need_not_begin_with_a_capital() {
    let found_in = |category: &str| {
        let categories = words(&[category]);
        let input = Input {
            title: "",
            text: "",
            categories: &categories,
            language: Some("en"),
            default_country: None,
            feed: None,
            source: crate::classify::Source::default(),
        };
        let matches = all().classify(&input).into_iter();
        matches.map(|one| one.region).collect::<Vec<_>>()
    };
    assert_eq!(found_in("jordan"), ["levant"]);
    assert_eq!(found_in("Jordan"), ["levant"]);
    assert_eq!(found_in("jordan almonds"), [""; 0]);
}

#[test]
fn endless_repetition_hides_nothing_behind_it() {
    let text = "Oman ".repeat(10_000) + "Kazakhstan";
    let judgement = all().judge(&input("en", &text));
    let named = judgement
        .regions
        .iter()
        .filter(|it| !it.evidence.is_empty());
    let regions: Vec<_> = named.map(|it| it.region.as_str()).collect();
    assert_eq!(regions, ["central-asia", "gulf"]);
}

#[test]
fn at_most_eight_are_kept() {
    let text = "Kazakhstan ".repeat(20);
    let matches = all().classify(&input("en", &text));
    assert_eq!(matches[0].evidence.len(), 8);
    assert_eq!(matches[0].evidence[7].start, 7 * 11);
}

proptest! {
    #[test]
    fn spans_are_what_they_say(
        title in ".{0,40}",
        words in proptest::collection::vec("(Kazakhstan|Газа|O[‘ʻ']zbekiston|中亚|İ|ß|\u{301}|\u{AD}|\\PC| ){1,3}", 0..12),
    ) {
        let text = words.concat();
        let categories = [text.clone()];
        let input = Input { title: &title, text: &text, categories: &categories, language: Some("ru"), default_country: None, feed: None, source: crate::classify::Source::default() };
        for one in all().classify(&input) {
            prop_assert!((1..=8).contains(&one.evidence.len()));
            for evidence in one.evidence {
                let field = match evidence.field {
                    Field::Title => &title,
                    Field::Text | Field::Category | Field::Feed => &text,
                };
                let span = evidence.start as usize..evidence.end as usize;
                prop_assert_eq!(field.get(span), Some(evidence.form.as_str()));
            }
        }
    }
}
