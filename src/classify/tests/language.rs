//! In which language an entry is read.

use crate::classify::tests::support::{all, input};

fn countries(language: &str, text: &str) -> Vec<String> {
    let found = all().read(&input(language, text)).countries().into_iter();
    found.map(|one| one.region).collect()
}

#[test]
fn a_declared_language_is_believed_where_the_script_is_its_own() {
    // Monday in Tajik, the capital in Russian.
    assert_eq!(countries("tg", "Душанбе, 3 март"), Vec::<String>::new());
    assert_eq!(countries("ru", "Душанбе, 3 марта"), ["TJ"]);
    // A feed that says "en" of a Russian entry is not believed.
    assert_eq!(
        countries("en", "Послы Германии и Узбекистана"),
        ["DE", "UZ"]
    );
}

#[test]
fn a_tag_may_have_a_region_or_be_of_no_language_of_ours() {
    assert_eq!(countries("kk-KZ", "Қазақстанның елшісі"), ["KZ"]);
    assert_eq!(countries("RU_ru", "в Ташкенте"), ["UZ"]);
    assert_eq!(countries("tlh", "в Ташкенте"), ["UZ"]);
    assert_eq!(countries("zh-Hant-TW", "烏茲別克斯坦"), ["UZ"]);
}

#[test]
fn an_undeclared_language_is_recognised_by_its_frequent_words() {
    let persian = "او خانه را در تهران ترک کرد و به دوشنبه و تاجیکستان رفت";
    assert_eq!(countries("", persian), ["IR", "TJ"]);
    assert_eq!(
        countries("", "Президент Узбекистана прибыл в Пекин для переговоров"),
        ["CN", "UZ"]
    );
}

#[test]
fn press_borrows_names_but_not_common_words() {
    // Kyrgyz entries carry Russian names; Turkish ones English names.
    assert_eq!(
        countries("ky", "Ал Ростовго барды жана Германияда болду"),
        ["DE", "RU"]
    );
    assert_eq!(
        countries("tr", "teklifi kabul etti ve oldu"),
        Vec::<String>::new()
    );
}

#[test]
fn a_headline_in_another_script_is_read_in_its_own_language() {
    let text = "Казахстан строит трубопровод. Football and judo, boxing in Oman.";
    assert_eq!(countries("", text), ["KZ", "OM"]);
    assert_eq!(countries("en", text), ["KZ", "OM"]);
}

#[test]
fn a_title_in_another_script_than_the_text_is_read() {
    const ENGLISH: &str = "The committee will meet again next week and the members of the board said \
        that they are ready to discuss the plan for the coming year, which was drawn up in spring.";
    const RUSSIAN: &str = "Комитет соберётся на следующей неделе, и члены правления сказали, что они \
        готовы обсудить план на будущий год, который был составлен весной.";
    const CHINESE: &str =
        "委员会下周将再次开会，董事会成员表示愿意讨论明年的计划，该计划是在春天制定的。";
    let check = |language: &str, title: &str, text: &str, expected: &[&str]| {
        let mut entry = input(language, text);
        entry.title = title;
        let found = all().read(&entry).countries().into_iter();
        let found: Vec<String> = found.map(|one| one.region).collect();
        assert_eq!(found, expected, "{language} {title}");
    };
    for (language, title) in [
        ("ru", "Казахстан подписал договор"),
        ("kk", "Қазақстан шартқа қол қойды"),
        ("zh", "哈萨克斯坦签署协议"),
        ("fa", "قزاقستان توافق را امضا کرد"),
        ("hy", "Ղազախստանը ստորագրեց պայմանագիրը"),
        ("ko", "카자흐스탄이 협정에 서명했다"),
        ("ka", "ყაზახეთმა ხელი მოაწერა ხელშეკრულებას"),
        ("hi", "कजाकिस्तान ने समझौते पर हस्ताक्षर किए"),
    ] {
        for declared in [language, "en", ""] {
            check(declared, title, ENGLISH, &["KZ"]);
        }
    }
    for declared in ["en", "ru", "zh", ""] {
        check(declared, "Kazakhstan's president", RUSSIAN, &["KZ"]);
        check(declared, "Kazakhstan", CHINESE, &["KZ"]);
    }
    check(
        "",
        "塔吉克斯坦外长会见 The committee will meet again next week.",
        "",
        &["TJ"],
    );
}

#[test]
fn latin_names_in_a_text_of_another_script_are_read_as_english() {
    // The US in Dutch, Morocco in Turkish, Hungary in German.
    let text = "Компания выпустила новые версии VS Code и FAS, а также обновила Ungarn.";
    assert_eq!(countries("ru", text), Vec::<String>::new());
}
