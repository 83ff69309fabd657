//! What holds for every text.

use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};
use proptest::prelude::*;

use crate::classify::tests::support::{all, input};

const NFC: ComposingNormalizerBorrowed<'static> = ComposingNormalizerBorrowed::new_nfc();
const NFD: DecomposingNormalizerBorrowed<'static> = DecomposingNormalizerBorrowed::new_nfd();

/// Sentences that name something, in several scripts, with their language.
const SENTENCES: [(&str, &str); 12] = [
    (
        "en",
        "The presidents of Kazakhstan and Türkiye met in Tashkent.",
    ),
    (
        "ru",
        "Министры Узбекистана и Йемена обсудили поставки в Астане.",
    ),
    ("kk", "Қазақстанның елшісі Өзбекстанға барды."),
    (
        "ky",
        "Кыргызстандын өкмөтү Казакстандын элчисин кабыл алды.",
    ),
    ("uz", "O‘zbekistonning Toshkent shahrida uchrashuv bo‘ldi."),
    ("tk", "Türkmenistanyň wekiliýeti Gazagystanda boldy."),
    ("tr", "Özbekistan ve Kırgızistan İstanbul'da görüştü."),
    ("fr", "L’ambassadeur du Kirghizistan à Téhéran."),
    ("vi", "Việt Nam và Hà Lan ký thỏa thuận."),
    ("hi", "उज़्बेकिस्तान और रूस की बैठक।"),
    ("ar", "زار وزير الخارجية أوزبكستان والإمارات."),
    ("ko", "우즈베키스탄과 카자흐스탄에서 회담이 열렸다."),
];

/// Sentences without a place, by script, longer than those that name something.
const NEUTRAL: [(&str, &[&str]); 7] = [
    (
        "Latin",
        &[
            "The meeting was long, and the coffee was cold.",
            "Toplantı uzun sürdü.",
            "The committee will meet again next week, and the members of the board said that they are \
             ready to discuss the plan, as it was drawn up in spring for the coming year.",
        ],
    ),
    (
        "Cyrillic",
        &[
            "Встреча была долгой, а кофе остыл.",
            "Кездесу ұзаққа созылды.",
            "Комитет соберётся на следующей неделе, и члены правления сказали, что они готовы обсудить \
             план на будущий год, который был составлен весной.",
        ],
    ),
    (
        "Han",
        &["委员会下周将再次开会，成员们表示愿意讨论明年的计划，这个计划是在春天制定的。"],
    ),
    (
        "Arabic",
        &["قال أعضاء اللجنة إنهم مستعدون لمناقشة الخطة في الأسبوع القادم."],
    ),
    (
        "Devanagari",
        &["समिति अगले सप्ताह फिर बैठेगी और योजना पर चर्चा करेगी।"],
    ),
    (
        "Hangul",
        &["위원회는 다음 주에 다시 모여 계획을 논의할 것이라고 말했다."],
    ),
    (
        "Georgian",
        &["კომიტეტი მომავალ კვირას კვლავ შეიკრიბება და გეგმას განიხილავს."],
    ),
];

fn countries(language: &str, text: &str) -> Vec<String> {
    let found = all().read(&input(language, text)).countries().into_iter();
    found.map(|one| one.region).collect()
}

#[test]
fn composed_and_decomposed_texts_say_the_same() {
    for (language, text) in SENTENCES {
        let composed = countries(language, &NFC.normalize(text));
        assert!(!composed.is_empty(), "{text}: {composed:?}");
        assert_eq!(
            countries(language, &NFD.normalize(text)),
            composed,
            "{text}"
        );
    }
}

#[test]
fn capitals_throughout_say_what_title_case_does() {
    for (language, text) in SENTENCES {
        assert_eq!(
            countries(language, &text.to_uppercase()),
            countries(language, text),
            "{text}"
        );
    }
}

#[test]
fn a_sentence_without_places_removes_nothing_in_whatever_script() {
    for (language, text) in SENTENCES {
        let before = countries(language, text);
        for (script, neutral) in NEUTRAL {
            for neutral in neutral {
                for joined in [format!("{neutral} {text}"), format!("{text} {neutral}")] {
                    assert_eq!(countries(language, &joined), before, "{script}: {joined}");
                }
            }
        }
    }
}

proptest! {
    #[test]
    fn any_text_is_judged(title in "\\PC{0,60}", text in "\\PC{0,200}", language in "(en|ru|kk|zh|ar|he|am|ja|xx)?") {
        let mut entry = input(&language, &text);
        entry.title = &title;
        let judged = all().judge(&entry);
        prop_assert_eq!(judged.regions.len(), 12);
        prop_assert_eq!(all().read(&entry).countries(), all().read(&entry).countries());
    }
}
