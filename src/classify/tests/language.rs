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
