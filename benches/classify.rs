//! How fast entries are classified: `cargo bench --bench classify`.
//!
//! Compile: the rules of every shipped region, the gazetteer unpacked first. Match and decide: one
//! thread, entries of a title and 600 characters in eight languages; what `judge` does more than
//! `countries_of` is the decision.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark prints, and ends where it cannot go on"
)]

use std::time::Duration;

use nuncio::classify::{self, Classifier, Input};
use nuncio::model::rules::Rules;
use tokio::time::Instant;

/// Each measurement takes so long.
const FOR: Duration = Duration::from_secs(2);

/// Characters of a text.
const LETTERS: usize = 600;

const ENTRIES: [(&str, &str, &str); 8] = [
    (
        "en",
        "Kazakhstan and the EU sign a memorandum",
        "The foreign minister met the envoy in Astana on Monday and spoke of trade, water and transport. ",
    ),
    (
        "ru",
        "Президент Узбекистана принял посла Германии",
        "На встрече в Ташкенте обсудили торговлю, водные ресурсы и перевозки между странами региона. ",
    ),
    (
        "kk",
        "Қазақстанның елшісі Бейжіңде кездесу өткізді",
        "Кездесуде екі елдің сауда-экономикалық байланыстары мен көлік дәліздері талқыланды. ",
    ),
    (
        "uz",
        "Oʻzbekiston va Qirgʻiziston chegara boʻyicha kelishdi",
        "Toshkentda boʻlib oʻtgan uchrashuvda savdo va suv masalalari muhokama qilindi. ",
    ),
    (
        "tr",
        "Türkiye ile Türkmenistan enerji anlaşması imzaladı",
        "Aşkabat'ta yapılan görüşmede ulaştırma ve ticaret konuları ele alındı. ",
    ),
    (
        "ar",
        "وزير الخارجية يزور كازاخستان",
        "بحث الجانبان في أستانا التعاون التجاري والنقل والمياه بين البلدين. ",
    ),
    (
        "zh",
        "中国与乌兹别克斯坦举行会谈",
        "双方在塔什干讨论了贸易、交通和水资源合作，并签署了联合声明。",
    ),
    (
        "fr",
        "Le Kirghizistan et le Tadjikistan signent un accord",
        "À Bichkek, les ministres ont parlé de commerce, d'eau et de transports dans la région. ",
    ),
];

fn main() {
    let rules = Rules {
        regions: classify::pack_names()
            .into_iter()
            .map(str::to_owned)
            .collect(),
        ..Rules::default()
    };
    let before = Instant::now();
    let classifier = classify::compile(&rules).unwrap();
    println!("unpack and compile: {:?}", before.elapsed());
    let per_second = repeat(|| drop(classify::compile(&rules).unwrap()));
    println!("compile: {per_second:.0}/s");
    let entries = ENTRIES.map(|(language, title, text)| {
        let text: String = text.chars().cycle().take(LETTERS).collect();
        (language, title, text)
    });
    for one in &entries {
        let per_second = repeat(|| judge(&classifier, one));
        println!("match and decide, {}: {per_second:.0} entries/s", one.0);
    }
    let all = |run: &dyn Fn(&(&str, &str, String))| repeat(|| entries.iter().for_each(run)) * 8.0;
    println!(
        "match, all: {:.0} entries/s",
        all(&|one| countries(&classifier, one))
    );
    println!(
        "match and decide, all: {:.0} entries/s",
        all(&|one| judge(&classifier, one))
    );
}

/// How often a second `run` runs.
fn repeat(mut run: impl FnMut()) -> f64 {
    let before = Instant::now();
    let mut n_runs = 0_u32;
    while before.elapsed() < FOR {
        run();
        n_runs += 1;
    }
    f64::from(n_runs) / before.elapsed().as_secs_f64()
}

fn judge(classifier: &Classifier, entry: &(&str, &str, String)) {
    std::hint::black_box(classifier.judge(&input(entry)));
}

fn countries(classifier: &Classifier, entry: &(&str, &str, String)) {
    std::hint::black_box(classifier.countries_of(&input(entry)));
}

fn input<'a>((language, title, text): &'a (&str, &str, String)) -> Input<'a> {
    Input {
        title,
        text,
        categories: &[],
        language: Some(language),
        default_country: None,
        feed: None,
    }
}
