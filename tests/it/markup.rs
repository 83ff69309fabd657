//! What an entry names does not depend on the markup it comes in: through the whole way from a
//! document to its text.

use std::fmt::Write as _;
use std::sync::OnceLock;

use nuncio::classify::{self, Classifier, Input};
use nuncio::decode::decode;
use nuncio::model::rules::Rules;
use nuncio::normalise::{FeedContext, document};
use nuncio::parse::parse;
use proptest::prelude::*;

/// Sentences with the language they are in. Some name no place.
const SENTENCES: [(&str, &[&str]); 8] = [
    (
        "en",
        &[
            "The presidents of Kazakhstan and Türkiye met in Tashkent.",
            "A minister from Côte d'Ivoire spoke of Georgia's exports.",
            "The meeting was long, and the coffee was cold.",
        ],
    ),
    (
        "ru",
        &[
            "Министры Узбекистана и Йемена обсудили поставки в Астане.",
            "Ташкентская встреча прошла в понедельник.",
        ],
    ),
    (
        "kk",
        &[
            "Қазақстанның елшісі Өзбекстанға барды.",
            "Кездесу ұзаққа созылды.",
        ],
    ),
    (
        "uz",
        &[
            "O‘zbekistonning Toshkent shahrida uchrashuv bo‘ldi.",
            "Qirg‘iziston rozi.",
        ],
    ),
    (
        "fr",
        &[
            "L’ambassadeur du Kirghizistan à Téhéran.",
            "Le café était froid.",
        ],
    ),
    ("hi", &["उज़्बेकिस्तान और रूस की बैठक।"]),
    (
        "ar",
        &["زار وزير الخارجية أوزبكستان والإمارات.", "كان الاجتماع طويلا."],
    ),
    (
        "zh",
        &["中国与乌兹别克斯坦在塔什干举行会谈。", "会议很长。"],
    ),
];

/// How one sentence is marked up.
#[derive(Clone, Debug)]
struct Marked {
    /// Parts of it, by thousandths of its length, each in a tag that stands inside a line.
    inside: Vec<(u16, u16, usize)>,
    /// Letters written as references, one in so many; 0: none.
    references: usize,
    /// What nobody sees, behind letters, one in so many; 0: none.
    unseen: usize,
    /// The block it stands in.
    block: usize,
}

const INSIDE: [(&str, &str); 8] = [
    ("<b>", "</b>"),
    ("<i>", "</i>"),
    ("<span class=\"x\">", "</span>"),
    ("<strong><em>", "</em></strong>"),
    ("<font color=red>", "</font>"),
    ("<a href=\"https://example.org/oman\">", "</a>"),
    ("<!-- Oman -->", ""),
    ("<mark title='Chad'>", "</mark>"),
];

const BLOCKS: [(&str, &str); 7] = [
    ("", " "),
    ("<p>", "</p>"),
    ("<div>", "</div>\n"),
    ("<ul><li>", "</li></ul>"),
    ("<blockquote><p>", "</p></blockquote>"),
    ("", "<br/>"),
    ("<table><tr><td>", "</td></tr></table>"),
];

impl Marked {
    fn write(&self, sentence: &str, html: &mut String) {
        let (before, behind) = BLOCKS[self.block];
        html.push_str(before);
        let n_letters = sentence.chars().count();
        let place = |thousandths: u16| usize::from(thousandths) * n_letters / 1000;
        // Each in its own stretch, so that none overlap.
        let mut tags: Vec<(usize, usize, usize)> = Vec::new();
        for &(from, to, tag) in &self.inside {
            let (from, to) = (place(from.min(to)), place(from.max(to)));
            if tags
                .iter()
                .all(|&(start, end, _)| to <= start || end <= from)
            {
                tags.push((from, to, tag));
            }
        }
        for (at, letter) in sentence.chars().enumerate() {
            for &(_, _, tag) in tags.iter().filter(|(from, to, _)| *to == at && from != to) {
                html.push_str(INSIDE[tag].1);
            }
            for &(_, _, tag) in tags
                .iter()
                .filter(|(from, to, _)| *from == at && from != to)
            {
                html.push_str(INSIDE[tag].0);
            }
            match (self.references > 0 && at % self.references == 0, letter) {
                (true, _) if at % 2 == 0 => write!(html, "&#{};", u32::from(letter)).unwrap(),
                (true, _) => write!(html, "&#x{:x};", u32::from(letter)).unwrap(),
                (false, '&') => html.push_str("&amp;"),
                (false, '<') => html.push_str("&lt;"),
                (false, letter) => html.push(letter),
            }
            if self.unseen > 0 && at % self.unseen == 0 && letter.is_alphabetic() {
                html.push_str(["&shy;", "<wbr>", "&ZeroWidthSpace;"][at % 3]);
            }
        }
        for &(_, _, tag) in tags
            .iter()
            .filter(|(from, to, _)| *to == n_letters && from != to)
        {
            html.push_str(INSIDE[tag].1);
        }
        html.push_str(behind);
    }
}

fn marked() -> impl Strategy<Value = Marked> {
    let inside = prop::collection::vec((0_u16..=1000, 0_u16..=1000, 0..INSIDE.len()), 0..4);
    let every = || prop_oneof![Just(0_usize), 1..9_usize];
    (inside, every(), every(), 0..BLOCKS.len()).prop_map(|(inside, references, unseen, block)| {
        Marked {
            inside,
            references,
            unseen,
            block,
        }
    })
}

fn classifier() -> &'static Classifier {
    static CLASSIFIER: OnceLock<Classifier> = OnceLock::new();
    CLASSIFIER.get_or_init(|| {
        let names = classify::pack_names().into_iter();
        let rules = Rules {
            regions: names.map(str::to_owned).collect(),
            ..Rules::default()
        };
        classify::compile(&rules).unwrap()
    })
}

/// The countries and regions of the one entry of a feed whose text is this HTML.
fn classified(language: &str, html: &str) -> (Vec<String>, Vec<String>) {
    let body = format!(
        "<rss version=\"2.0\"><channel><title>x</title><language>{language}</language><item>\
         <guid>1</guid><title>-</title><description><![CDATA[{html}]]></description>\
         </item></channel></rss>"
    );
    let text = decode(
        body.as_bytes(),
        Some("application/rss+xml"),
        None,
        body.len(),
    )
    .unwrap();
    let feed = parse(&text).unwrap();
    let url = "https://example.org/feed".parse().unwrap();
    let context = FeedContext::of(&feed, url, None);
    let read = document(feed.entries, &context, 10);
    let entry = &read.entries[0];
    let findings = classifier().read(&Input {
        title: &entry.title,
        text: &entry.text,
        categories: &entry.categories,
        language: entry.language.as_deref(),
        default_country: None,
        feed: None,
        source: classify::Source::default(),
    });
    let countries = findings.countries().into_iter().map(|it| it.region);
    let regions = findings
        .judgement()
        .into_matches()
        .into_iter()
        .map(|it| it.region);
    (countries.collect(), regions.collect())
}

proptest! {
    #[test]
    fn markup_changes_nothing(
        which in 0..SENTENCES.len(),
        marks in prop::collection::vec(marked(), 3),
    ) {
        let (language, sentences) = SENTENCES[which];
        let plain = classified(language, &sentences.join(" "));
        prop_assert!(!plain.0.is_empty());
        let mut html = String::new();
        for (sentence, marked) in sentences.iter().zip(&marks) {
            marked.write(sentence, &mut html);
        }
        prop_assert_eq!(classified(language, &html), plain, "{}", html);
    }
}
