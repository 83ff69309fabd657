//! Words that stand in one another, and words joined to one.

use crate::classify::tests::support::{all, found, input};

fn countries(language: &str, text: &str) -> Vec<String> {
    let found = all().read(&input(language, text)).countries().into_iter();
    found.map(|one| one.region).collect()
}

#[test]
fn a_region_hides_no_country_it_is_composed_of() {
    let check = |language: &str, text: &str, expected: &[&str]| {
        assert_eq!(countries(language, text), expected, "{language} {text}");
    };
    check(
        "en",
        "China-Kyrgyzstan-Uzbekistan railway gets first loan tranche",
        &["CN", "KG", "UZ"],
    );
    check("zh", "中国—中亚峰会在西安举行", &["CN"]);
    check("uz", "Farg‘ona vodiysida yomg‘ir", &["UZ"]);
    // Seas, and bodies named after the place of their first meeting.
    check("en", "Patrols in the South China Sea and on Lake Chad", &[]);
    check("zh", "中国南海", &[]);
    check("et", "Ladina-Ameerika riigid", &[]);
    check(
        "en",
        "The Shanghai Cooperation Organisation met the Minsk Group",
        &[],
    );
}

#[test]
fn phrases_inflect_whose_words_are_short() {
    for (language, text) in [
        ("uk", "країни Центральної Азії"),
        ("uk", "про Центральну Азію"),
        ("hy", "Կենտրոնական Ասիայի երկրները"),
        ("mn", "Төв Азийн орнууд"),
        ("pl", "przez Azję Środkową"),
        ("sr", "за Централну Азију"),
        ("sr", "za Centralnu Aziju"),
        ("sl", "v Srednji Aziji"),
    ] {
        let found = found(all(), &input(language, text));
        assert_eq!(found.len(), 1, "{language} {text}: {found:?}");
        assert!(found[0].starts_with("central-asia: "), "{found:?}");
    }
}

#[test]
fn the_second_half_of_a_compound_needs_no_capital() {
    let check = |language: &str, text: &str, expected: &[&str]| {
        assert_eq!(countries(language, text), expected, "{language} {text}");
    };
    check("uz", "O‘zbek-xitoy hamkorligi", &["CN", "UZ"]);
    check("tk", "Türkmen-türk gatnaşyklary", &["TM", "TR"]);
}

#[test]
fn compounds_name_both_countries() {
    let check = |language: &str, text: &str, expected: &[&str]| {
        assert_eq!(countries(language, text), expected, "{language} {text}");
    };
    check("zh", "中哈两国签署协议", &["CN", "KZ"]);
    check("zh", "中美关系", &["CN", "US"]);
    check("zh", "中俄、俄乌", &["CN", "RU", "UA"]);
    check("zh", "中乌合作", &["CN", "UZ"]);
    check("zh", "中日韩峰会", &["CN", "JP", "KR"]);
    check("ja", "米中対立", &["CN", "US"]);
    check("ja", "日米首脳会談", &["JP", "US"]);
    check("ja", "日韓関係", &["JP", "KR"]);
    check("ko", "한미 정상회담", &["KR", "US"]);
    check("ko", "한중은 합의했다", &["CN", "KR"]);
    check("ko", "한미동맹을 강화한다", &["KR", "US"]);
    check("ru", "корейско-китайский саммит", &["CN", "KR"]);
    check("fr", "le sommet franco-allemand", &["DE", "FR"]);
    check("fr", "les relations sino-kirghizes", &["CN", "KG"]);
    check("fr", "la frontière kirghizo-tadjike", &["KG", "TJ"]);
    check(
        "en",
        "Sino-Russian and Russo-Turkish talks",
        &["CN", "RU", "TR"],
    );
    check("es", "la cumbre hispano-francesa", &["ES", "FR"]);
    check("it", "il vertice italo-francese", &["FR", "IT"]);
    check("ru", "американо-китайские переговоры", &["CN", "US"]);
    check("ru", "армяно-азербайджанская граница", &["AM", "AZ"]);
    check("ru", "казахстанско-китайская торговля", &["CN", "KZ"]);
    check("uk", "американо-китайські переговори", &["CN", "US"]);
}

#[test]
fn what_only_looks_like_a_compound_names_nothing() {
    let check = |language: &str, text: &str, expected: &[&str]| {
        assert_eq!(countries(language, text), expected, "{language} {text}");
    };
    check("zh", "会议中美国代表发言", &["US"]);
    check("zh", "这个过程中加强了学习，中法律条文", &[]);
    check("zh", "今日中午天气晴朗", &[]);
    check("ja", "日中の気温は上がる", &[]);
    check(
        "fr",
        "les pays francophones et la franco-phonie; Franco est mort",
        &[],
    );
    check(
        "en",
        "sino-phobia, indo-european roots, an italo disco record",
        &[],
    );
    check("ru", "американо и латте", &[]);
    check("ko", "한미약품 주가가 올랐다", &[]);
}
