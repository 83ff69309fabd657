//! Folding: one spelling for what readers take for the same word.
//!
//! What is folded, and what is kept apart:
//! * NFKC (UAX #15) and full case folding (Unicode 3.13): `ﬁ` is `fi`, `ß` is `ss`, full-width
//!   letters are letters. Not Turkish: `İ`, `I`, `ı` and `i` are all `i`, because an ALL-CAPS title
//!   does not say which was meant.
//! * Latin and Greek lose their accents (*Türkmenistán* is *turkmenistan*), because publishers
//!   write foreign names with and without. Letters of their own (`ø`, `ə`, `đ`, `ł`) stay.
//! * Cyrillic loses `ё` and stress marks only: `й`, `ї`, `ў`, `ӣ`, `ӯ` tell words apart.
//! * Arabic loses harakat, tatweel and the hamza on its carrier; the forms of alef, ya, kaf and
//!   ta marbuta become one each. Hebrew loses its points.
//! * The seven characters used as apostrophe in *Oʻzbekiston* become `'`, hyphens become `-`,
//!   any run of white space one space; what nobody sees (soft hyphen, zero-width, direction
//!   marks, variation selectors) goes.
//!
//! [`Folded`] keeps the way back: a span of the folded text names a span of the original, never
//! cutting a character from its marks.

use std::num::NonZeroU32;
use std::ops::Range;

use icu_casemap::{CaseMapper, CaseMapperBorrowed};
use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};
use icu_properties::props::{DefaultIgnorableCodePoint, Script};
use icu_properties::{CodePointSetData, CodePointSetDataBorrowed};
use unicode_segmentation::UnicodeSegmentation as _;

use crate::text::pages::Pages;
use crate::text::script::{is_nonspacing_mark, script_of};
use crate::text::words::is_word_char;

const NFKC: ComposingNormalizerBorrowed<'static> = ComposingNormalizerBorrowed::new_nfkc();
const NFC: ComposingNormalizerBorrowed<'static> = ComposingNormalizerBorrowed::new_nfc();
const NFD: DecomposingNormalizerBorrowed<'static> = DecomposingNormalizerBorrowed::new_nfd();
const CASE: CaseMapperBorrowed<'static> = CaseMapper::new();
const UNSEEN: CodePointSetDataBorrowed<'static> =
    CodePointSetData::new::<DefaultIgnorableCodePoint>();

/// Bytes of a folded cluster to which another may be joined; more are joined by nobody who writes.
const JOINED_MAX_BYTES: usize = 64;

/// Stretches an Arabic word on the line; no letter.
const TATWEEL: char = '\u{640}';

/// A folded text and the way back to the text it was made from.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Folded {
    text: String,
    anchors: Vec<Anchor>,
}

/// From `folded` on, until the next anchor, the text stems from `original`. Twelve bytes: text in
/// which every letter folds to another length has one for each.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Anchor {
    /// Byte offset in the folded text.
    folded: u32,
    /// Byte offset in the original.
    original: u32,
    /// `None`: byte for byte, character for character; else one cluster of this many original bytes.
    cluster_bytes: Option<NonZeroU32>,
}

impl Anchor {
    fn new(folded: usize, original: usize, cluster_bytes: usize) -> Self {
        let short = |offset| u32::try_from(offset).unwrap_or(u32::MAX);
        Self {
            folded: short(folded),
            original: short(original),
            cluster_bytes: NonZeroU32::new(short(cluster_bytes)),
        }
    }

    fn folded(self) -> usize {
        self.folded as usize
    }

    fn original(self) -> usize {
        self.original as usize
    }
}

impl Folded {
    /// The folded text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The span of the original that a span of the folded text (byte offsets) stems from, widened
    /// to whole grapheme clusters. Always on character boundaries; empty spans stay empty.
    pub fn original(&self, span: Range<usize>) -> Range<usize> {
        let start = self.original_start(span.start);
        if span.is_empty() {
            return start..start;
        }
        start..self.original_end(span.end).max(start)
    }

    fn original_start(&self, folded: usize) -> usize {
        let Some(anchor) = self.anchor_at(folded) else {
            return 0;
        };
        match anchor.cluster_bytes {
            None => anchor.original() + (self.text.floor_char_boundary(folded) - anchor.folded()),
            Some(_) => anchor.original(),
        }
    }

    /// `folded` is the end of a span that is not empty: its last byte decides.
    fn original_end(&self, folded: usize) -> usize {
        let Some(anchor) = self.anchor_at(folded.saturating_sub(1)) else {
            return 0;
        };
        match anchor.cluster_bytes {
            None => anchor.original() + (self.text.ceil_char_boundary(folded) - anchor.folded()),
            Some(bytes) => anchor.original() + bytes.get() as usize,
        }
    }

    /// The anchor of the character that byte `folded` is part of; the last one past the end.
    fn anchor_at(&self, folded: usize) -> Option<Anchor> {
        let last = self.text.len().saturating_sub(1);
        let folded = self.text.floor_char_boundary(folded.min(last));
        let n_before = self
            .anchors
            .partition_point(|anchor| anchor.folded() <= folded);
        self.anchors.get(n_before.checked_sub(1)?).copied()
    }

    /// Appends a character that stems from one of `n_bytes` at `original`, a cluster by itself.
    fn push_char(&mut self, c: char, original: usize, n_bytes: usize) {
        let folded = self.text.len();
        if c.len_utf8() != n_bytes {
            self.anchors.push(Anchor::new(folded, original, n_bytes));
            self.text.push(c);
            return;
        }
        let is_continued = self.anchors.last().is_some_and(|last| {
            last.cluster_bytes.is_none() && last.original() + (folded - last.folded()) == original
        });
        if !is_continued {
            self.anchors.push(Anchor::new(folded, original, 0));
        }
        self.text.push(c);
    }

    /// Takes the last cluster back: where it stood in the original, and what it was folded to.
    /// One of more marks than any script has stays.
    fn pop_cluster(&mut self) -> Option<(usize, String)> {
        let last = self.anchors.last().copied()?;
        if last.cluster_bytes.is_none() {
            let c = self.text.pop()?;
            let start = last.original() + (self.text.len() - last.folded());
            if self.text.len() == last.folded() {
                self.anchors.pop();
            }
            return Some((start, c.to_string()));
        }
        if self.text.len() - last.folded() > JOINED_MAX_BYTES {
            return None;
        }
        self.anchors.pop();
        Some((last.original(), self.text.split_off(last.folded())))
    }

    fn push_cluster(&mut self, folded_cluster: &str, original: Range<usize>) {
        if folded_cluster.is_empty() {
            return;
        }
        let folded = self.text.len();
        self.anchors
            .push(Anchor::new(folded, original.start, original.len()));
        self.text.push_str(folded_cluster);
    }
}

/// Folds `text`; see the module for what that means.
pub fn fold(text: &str) -> Folded {
    let mut folded = Folded {
        text: String::with_capacity(text.len()),
        anchors: Vec::new(),
    };
    let mut scratch = String::new();
    let mut chars = text.char_indices();
    let with_fold = |(at, c)| (at, c, ALONE.get(c));
    let mut next = chars.next().map(with_fold);
    while let Some((at, c, alone)) = next {
        next = chars.next().map(with_fold);
        let is_alone = next.is_none_or(|(_, _, next)| !next.may_join);
        if let Some(alone) = alone.folded.filter(|_| is_alone) {
            if alone != ' ' || !folded.text.ends_with(' ') {
                folded.push_char(alone, at, c.len_utf8());
            }
            continue;
        }
        let rest = text.get(at..).unwrap_or_default();
        let cluster = rest.graphemes(true).next().unwrap_or_default();
        for _ in cluster.chars().skip(1) {
            next = chars.next().map(with_fold);
        }
        let stays = cluster.chars().all(|c| ALONE.get(c).stays);
        if stays && NFKC.is_normalized(cluster) {
            scratch.clear();
            scratch.push_str(cluster);
        } else {
            fold_cluster(cluster, &mut scratch);
        }
        let end = at + cluster.len();
        let mut start = at;
        // What came apart by what nobody sees, or by another spelling of a jamo, is one cluster.
        while scratch.starts_with(|first| joins(&folded.text, first))
            && let Some((before, mut joined)) = folded.pop_cluster()
        {
            start = before;
            joined.push_str(&scratch);
            fold_cluster(&joined, &mut scratch);
        }
        let is_second_space = scratch.starts_with(' ') && folded.text.ends_with(' ');
        let seen = scratch
            .get(usize::from(is_second_space)..)
            .unwrap_or_default();
        folded.push_cluster(seen, start..end);
    }
    folded
}

/// The folded text alone.
pub fn fold_str(text: &str) -> String {
    fold(text).text
}

/// Folded letters and digits only, marks that belong to letters included: what is left of a
/// title when spacing, punctuation and case do not count.
pub fn title_key(text: &str) -> String {
    fold(text)
        .text
        .chars()
        .filter(|&c| is_word_char(c))
        .collect()
}

/// Whether `first` becomes one cluster with the character that `text` ends in.
fn joins(text: &str, first: char) -> bool {
    let last = text.chars().next_back();
    let last = last.filter(|_| ALONE.get(first).may_join);
    last.is_some_and(|last| are_one(last, first))
}

/// Whether two characters are one cluster.
fn are_one(left: char, right: char) -> bool {
    let text = String::from_iter([left, right]);
    text.graphemes(true).nth(1).is_none()
}

static ALONE: Pages<Alone> = Pages::new(Alone::of);

/// How a character folds that is a cluster by itself. Saves nine tenths of the work, decides
/// nothing: a test holds it to the answer of [`fold_cluster`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Alone {
    /// The one character it folds to, never part of a cluster before it; `None` where
    /// [`fold_cluster`] has to look, at it or at what stands around it.
    folded: Option<char>,
    /// Whether it may be part of the cluster before it.
    may_join: bool,
    /// Whether it stays as it is in every cluster that is normalised and holds no others: of a
    /// script without case whose marks are all kept, as those of India.
    stays: bool,
}

impl Alone {
    fn of(c: char) -> Self {
        let takes_next = LETTERS.into_iter().any(|letter| are_one(c, letter));
        let mut scratch = String::new();
        fold_cluster(c.encode_utf8(&mut [0; 4]), &mut scratch);
        let mut folded = scratch.chars();
        let folded = folded.next().filter(|_| folded.next().is_none());
        let joins_none = |c: &char| !LETTERS.into_iter().any(|letter| are_one(letter, *c));
        let has_rules = matches!(
            script_of(c),
            Script::Latin
                | Script::Greek
                | Script::Cyrillic
                | Script::Arabic
                | Script::Hebrew
                | Script::Common
                | Script::Inherited
        );
        Self {
            stays: folded == Some(c) && !has_rules,
            folded: folded.filter(|_| !takes_next).filter(joins_none),
            may_join: !joins_none(&c),
        }
    }
}

/// What clusters are tried on: a letter like nearly all, and Korean syllables open and closed,
/// which go on with letters that begin a cluster anywhere else.
const LETTERS: [char; 3] = ['a', '가', '각'];

/// Folds one grapheme cluster into `folded`.
fn fold_cluster(cluster: &str, folded: &mut String) {
    folded.clear();
    let seen: String = cluster
        .chars()
        .filter(|&c| !UNSEEN.contains(c))
        .map(one_of_its_kind)
        .collect();
    let composed = NFKC.normalize(&seen);
    let caseless = CASE.fold_string(&composed);
    let mut letters = String::new();
    let mut base = None;
    for c in NFD.normalize(&caseless).chars() {
        if is_nonspacing_mark(c) {
            if is_dropped(c, base) {
                continue;
            }
        } else if c == TATWEEL {
            base = Some(TATWEEL);
            continue;
        } else {
            base = Some(c);
        }
        letters.push(one_of_its_kind(c));
    }
    folded.push_str(&NFC.normalize(&letters));
}

/// Characters that publishers use for one another.
fn one_of_its_kind(c: char) -> char {
    match c {
        c if c.is_whitespace() => ' ',
        '`'
        | '\u{B4}'
        | '\u{2B9}'
        | '\u{2BB}'..='\u{2BD}'
        | '\u{2018}'
        | '\u{2019}'
        | '\u{201B}'
        | '\u{2032}' => '\'',
        '\u{2010}'..='\u{2012}' | '\u{2212}' => '-',
        'ı' => 'i',
        'ى' | 'ی' => 'ي',
        'ک' => 'ك',
        'ة' | 'ە' => 'ه',
        'ٱ' => 'ا',
        _ => c,
    }
}

/// Whether a mark over `base` tells no words apart.
fn is_dropped(mark: char, base: Option<char>) -> bool {
    // Harakat, wherever they stand: on a letter, on tatweel, alone.
    if matches!(mark, '\u{64B}'..='\u{65F}' | '\u{670}') {
        return true;
    }
    let Some(base) = base else { return false };
    // What stood on it would climb on the letter before.
    if base == TATWEEL {
        return true;
    }
    match script_of(base) {
        Script::Latin | Script::Greek | Script::Arabic | Script::Hebrew => true,
        Script::Cyrillic => match mark {
            '\u{308}' => base == 'е',
            // г and к with an acute are letters of Macedonian; anywhere else it marks stress.
            '\u{300}' | '\u{301}' => !matches!(base, 'г' | 'к'),
            _ => false,
        },
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(fold_str(text), expected, "{text:?}");
    }

    #[test]
    fn folds_what_readers_take_for_the_same() {
        check("", "");
        check("КАЗАХСТАНА", "казахстана");
        check("Йод Їжак Ўзбек Тоҷикӣ", "йод їжак ўзбек тоҷикӣ");
        check("и\u{306}од", "йод");
        check("Ёлка е\u{308}лка", "елка елка");
        check("Ташке\u{301}нт", "ташкент");
        check("Ѓорче Ќе", "ѓорче ќе");
        check("Straße STRASSE", "strasse strasse");
        check("İstanbul ISTANBUL ıstanbul", "istanbul istanbul istanbul");
        check(
            "Türkmenistán Tu\u{308}rkmenistan",
            "turkmenistan turkmenistan",
        );
        check("Azərbaycan Łódź", "azərbaycan łodz");
        check("ﬁnal Ｋａｚａｋｈ №", "final kazakh no");
        check("Ελλάδα ΕΛΛΑΣ", "ελλαδα ελλασ");
        check("soft\u{AD}hy\u{200B}phen\u{FEFF}", "softhyphen");
        check("a \t\u{A0}\n\r\n b", "a b");
        check("South\u{2011}East", "south-east");
        check("أُوزْبَكِسْتَان إيران آسيا ٱ", "اوزبكستان ايران اسيا ا");
        check("قزاقستان‌ها کی", "قزاقستانها كي");
        check("كـــازاخستان مكة بـ\u{64B}ا", "كازاخستان مكه با");
        check("eـ\u{1E130}", "e");
        check("한국 \u{1112}\u{1161}\u{11AB}국", "한국 한국");
        check("हिन्दी", "हिन्दी");
        check("a\u{200B}\u{301}b", "ab");
        check("ㄷￚ ㉠\u{1161} x\u{1161}", "드 가 x\u{1161}");
    }

    #[test]
    fn every_apostrophe_is_one() {
        for apostrophe in "'\u{2018}\u{2019}\u{2BB}\u{2BC}`\u{B4}\u{2032}\u{FF07}".chars() {
            check(&format!("O{apostrophe}zbekiston"), "o'zbekiston");
        }
    }

    #[test]
    fn keys_hold_letters_and_digits_only() {
        assert_eq!(
            title_key("  «C5+1»: O‘zbekiston — 2026!"),
            "c51ozbekiston2026"
        );
        assert_eq!(title_key("हिन्दी"), "हिन्दी");
        assert_eq!(title_key("…—!"), "");
    }

    #[test]
    fn spans_lead_back_to_the_original() {
        let check = |text: &str, word: &str, expected: &str| {
            let folded = fold(text);
            let start = folded.as_str().find(word).unwrap();
            let span = folded.original(start..start + word.len());
            assert_eq!(text.get(span), Some(expected), "{word:?} in {text:?}");
        };
        check("in Kazakhstan's north", "kazakhstan", "Kazakhstan");
        check("«КАЗАХСТАНА» да", "казахстана", "КАЗАХСТАНА");
        check("İİİ İran ß", "iran", "İran");
        check("ßß Oman", "oman", "Oman");
        check("x Straße y", "strasse", "Straße");
        check("die Straße", "stras", "Straß");
        check(
            "a\u{301}\u{302} Tu\u{308}rk\u{301}, b",
            "turk",
            "Tu\u{308}rk\u{301}",
        );
        check("Kazakh\u{AD}stan!", "kazakhstan", "Kazakh\u{AD}stan");
        check("\u{200B}Kazakhstan", "kazakhstan", "Kazakhstan");
        check("Central \n\t Asia", "central asia", "Central \n\t Asia");
        check("ﬁﬁ fiji", "fiji", "fiji");
        check("xﬁy", "i", "ﬁ");
        check("ёё Ташке\u{301}нт.", "ташкент", "Ташке\u{301}нт");
        check("in Ira\u{200B}\u{301}n.", "ira", "Ira\u{200B}\u{301}");
        check("xㄷￚy", "드", "ㄷￚ");
    }

    /// Cluster by cluster, as if no character were ever alone.
    fn fold_the_long_way(text: &str) -> String {
        let mut folded: Vec<(usize, String)> = Vec::new();
        let mut scratch = String::new();
        for (at, cluster) in text.grapheme_indices(true) {
            let mut start = at;
            fold_cluster(cluster, &mut scratch);
            while let (Some((before, last)), Some(first)) = (folded.last(), scratch.chars().next())
                && let Some(last) = last.chars().next_back()
                && LETTERS.into_iter().any(|letter| are_one(letter, first))
                && are_one(last, first)
            {
                start = *before;
                folded.pop();
                fold_cluster(text.get(start..at + cluster.len()).unwrap(), &mut scratch);
            }
            let is_behind_space = folded.last().is_some_and(|(_, last)| last.ends_with(' '));
            let is_second_space = scratch.starts_with(' ') && is_behind_space;
            let seen = scratch.get(usize::from(is_second_space)..).unwrap();
            if !seen.is_empty() {
                folded.push((start, seen.to_owned()));
            }
        }
        folded.into_iter().map(|(_, cluster)| cluster).collect()
    }

    #[test]
    fn many_marks_cost_linear_time() {
        for piece in ["\u{200B}\u{301}", "\u{200B}\u{308}", "\u{200B}\u{1161}"] {
            for base in ["a", "д", "ᄃ"] {
                let text = base.to_owned() + &piece.repeat(4_000);
                assert!(!fold_str(&text).is_empty());
            }
        }
    }

    #[test]
    fn the_short_way_and_the_long_way_agree() {
        let behind = [
            "", "a", "\u{301}", "\u{94D}", "\u{200D}", "가", "\u{11A8}", "\u{1161}", " ",
        ];
        for c in '\0'..=char::MAX {
            // One of each kind is enough of the many that are all alike.
            let is_alike = matches!(c, '\u{4F00}'..='\u{9EFF}' | '\u{AD00}'..='\u{D6FF}')
                || (c > '\u{20000}' && u32::from(c) % 251 != 0);
            for text in behind.map(|behind| format!("ب{c}{behind}")) {
                if !is_alike {
                    assert_eq!(fold_str(&text), fold_the_long_way(&text), "{text:?}");
                }
            }
        }
    }

    proptest! {
        #[test]
        fn spans_are_always_on_boundaries(text in ".{0,60}", a in 0_usize..200, b in 0_usize..200) {
            let folded = fold(&text);
            let span = folded.original(a.min(b)..a.max(b));
            prop_assert!(text.get(span).is_some());
        }

        #[test]
        fn both_ways_agree_on_any_text(text in "([a-c \u{301}क्षि\u{200B}\u{200D}ㅏ가\u{1100}\u{1161}\u{11A8}ـب]|.){0,40}") {
            prop_assert_eq!(fold_str(&text), fold_the_long_way(&text));
        }

        #[test]
        fn folding_twice_changes_nothing(text in "(\\PC|[\u{AD}\u{200B}-\u{200F}\u{301}\u{1100}-\u{11FF}\u{3131}-\u{318E}\u{3200}-\u{327B}\u{FFA0}-\u{FFDC}]){0,40}") {
            let once = fold_str(&text);
            prop_assert_eq!(fold_str(&once), once);
        }

        #[test]
        fn the_whole_span_covers_the_whole_text(text in "[a-zß-ỳа-яА-Я\u{301} ]{1,30}") {
            let folded = fold(&text);
            let span = folded.original(0..folded.as_str().len());
            prop_assert_eq!(text.get(span).map(fold_str), Some(fold_str(&text)));
        }
    }
}
