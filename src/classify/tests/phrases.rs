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
