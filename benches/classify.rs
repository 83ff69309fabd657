//! How fast entries are classified, and what that takes: `cargo bench --bench classify`.
//!
//! One thread, every shipped language and region; entries of a title and 600 characters in eight
//! languages. *Match* is finding places, *decide* what the rules then make of them. Each figure
//! that has to do with memory or with the first use is taken in a process of its own, which this
//! program starts as `--gazetteer` and `--terms N`. Times are those of the processor.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a bench reads /proc, prints, and stops where it cannot go on"
)]

use std::collections::BTreeMap;
use std::hint::black_box;
use std::process::Command;
use std::time::Duration;

use nuncio::classify::{self, Classifier, Input};
use nuncio::model::rules::{OwnRegion, Pattern, Rules, Term, Words};
use nuncio::model::weight::Thousandths;

/// Each measurement takes so long.
const FOR: Duration = Duration::from_secs(2);

/// Characters of a text.
const LETTERS: usize = 600;

/// Numbers of user terms.
const GROWTH: [usize; 4] = [10, 1_000, 10_000, 100_000];

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
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--gazetteer"] => gazetteer(),
        ["--terms", n] => user_terms(n.parse().unwrap()),
        _ => everything(),
    }
}

fn everything() {
    alone(&["--gazetteer"]);
    let classifier = classify::compile(&shipped()).unwrap();
    let per_second = repeat(|| drop(classify::compile(&shipped()).unwrap()));
    println!("compile the rules of every region: {per_second:.0}/s");
    let entries = entries();
    for one in &entries {
        let per_second = repeat(|| judge(&classifier, one));
        println!("match and decide, {}: {per_second:.0} entries/s", one.0);
    }
    let matched = per_second_of_all(&entries, &|one| {
        black_box(classifier.read(&input(one)));
    });
    println!("match, all eight: {matched:.0} entries/s");
    let found: Vec<_> = entries
        .iter()
        .map(|one| classifier.read(&input(one)))
        .collect();
    let decided = repeat(|| {
        for one in &found {
            black_box(one.judgement());
        }
    });
    println!("decide, all eight: {:.0} entries/s", decided * 8.0);
    let judged = per_second_of_all(&entries, &|one| judge(&classifier, one));
    println!("match and decide, all eight: {judged:.0} entries/s");
    for n in GROWTH {
        alone(&["--terms", &n.to_string()]);
    }
}

/// Runs one measurement in a process of its own.
fn alone(arguments: &[&str]) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    assert!(command.args(arguments).status().unwrap().success());
}

/// What the shipped vocabulary takes, once for a process.
fn gazetteer() {
    let (before, clock) = (resident_kib(), Clock::start());
    let classifier = classify::compile(&shipped()).unwrap();
    let took = clock.took();
    let grown = resident_kib() - before;
    drop(black_box(classifier));
    println!("unpack the gazetteer and compile every region: {took:.0?}, {grown} KiB resident");
}

/// What so many terms of the user's own take.
fn user_terms(n: usize) {
    let mut rules = shipped();
    // The gazetteer is there already.
    drop(classify::compile(&rules).unwrap());
    rules.regions.push("mine".to_owned());
    rules.filter.about = Thousandths::ZERO;
    rules.own = BTreeMap::from([("mine".to_owned(), region_of(n))]);
    let (before, clock) = (resident_kib(), Clock::start());
    let classifier = classify::compile(&rules).unwrap();
    let took = clock.took();
    let grown = resident_kib() - before;
    let mut entries = entries();
    for (index, (_, _, text)) in entries.iter_mut().enumerate() {
        text.push(' ');
        text.push_str(&word(index % n));
    }
    let found = classifier.classify(&input(&entries[0]));
    assert!(
        found.iter().any(|it| it.region == "mine"),
        "its term is found"
    );
    let per_second = per_second_of_all(&entries, &|one| judge(&classifier, one));
    println!("{n} user terms: compiled in {took:.1?}, {grown} KiB, {per_second:.0} entries/s");
}

/// A region of `n` terms: phrases, inflected words, wildcards, pairs of near words.
fn region_of(n: usize) -> OwnRegion {
    let term = |index: usize| {
        let text = word(index);
        Term::new(match index % 4 {
            0 => Pattern::Text { text, exact: false },
            1 => Pattern::Stem {
                words: text,
                language: "ru".to_owned(),
            },
            2 => Pattern::Wildcard(format!("{text}*")),
            _ => Pattern::Near {
                texts: vec![text, word(index + 1)],
                distance: 5,
                language: None,
            },
        })
    };
    let words = Words {
        terms: (0..n).map(term).collect(),
        ..Words::default()
    };
    OwnRegion { title: None, words }
}

/// A word of its own for each number, in syllables like words have.
fn word(index: usize) -> String {
    const SYLLABLES: [&str; 20] = [
        "ка", "ми", "то", "ре", "лу", "са", "ни", "до", "ве", "гу", "ра", "ти", "ко", "не", "бу",
        "ша", "ли", "мо", "пе", "зу",
    ];
    let mut rest = index;
    let syllables = std::iter::repeat_with(|| {
        let syllable = SYLLABLES[rest % SYLLABLES.len()];
        rest /= SYLLABLES.len();
        syllable
    });
    syllables.take(5).chain(["рь"]).collect()
}

fn shipped() -> Rules {
    let names = classify::pack_names().into_iter();
    Rules {
        regions: names.map(str::to_owned).collect(),
        ..Rules::default()
    }
}

type Sample = (&'static str, &'static str, String);

fn entries() -> [Sample; 8] {
    ENTRIES.map(|(language, title, text)| {
        let text: String = text.chars().cycle().take(LETTERS).collect();
        (language, title, text)
    })
}

fn per_second_of_all(entries: &[Sample; 8], run: &dyn Fn(&Sample)) -> f64 {
    repeat(|| entries.iter().for_each(run)) * 8.0
}

/// How often `run` runs in a second of processor time.
fn repeat(mut run: impl FnMut()) -> f64 {
    let clock = Clock::start();
    let mut n_runs = 0_u32;
    while clock.took() < FOR {
        (0..10).for_each(|_| run());
        n_runs += 10;
    }
    f64::from(n_runs) / clock.took().as_secs_f64()
}

/// Measures how long this thread has a processor: what else the machine does is not in it.
struct Clock(u64);

impl Clock {
    fn start() -> Self {
        Self(Self::nanoseconds())
    }

    fn took(&self) -> Duration {
        Duration::from_nanos(Self::nanoseconds() - self.0)
    }

    fn nanoseconds() -> u64 {
        // The kernel adds up at its next tick, or now.
        std::thread::yield_now();
        let times = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
        times.split_whitespace().next().unwrap().parse().unwrap()
    }
}

/// Memory of this process that is in use, in KiB.
fn resident_kib() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().nth(1));
    number.unwrap().parse().unwrap()
}

fn judge(classifier: &Classifier, entry: &Sample) {
    black_box(classifier.judge(&input(entry)));
}

fn input((language, title, text): &Sample) -> Input<'_> {
    Input {
        title,
        text,
        categories: &[],
        language: Some(language),
        default_country: None,
        feed: None,
        source: classify::Source::default(),
    }
}
