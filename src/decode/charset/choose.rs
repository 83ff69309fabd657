//! The choice among charsets for bytes that are not UTF-8.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{
    BIG5, EUC_JP, EUC_KR, Encoding, GBK, IBM866, ISO_8859_2, ISO_8859_5, ISO_8859_6, ISO_8859_7,
    ISO_8859_16, KOI8_R, KOI8_U, MACINTOSH, SHIFT_JIS, WINDOWS_874, WINDOWS_1250, WINDOWS_1251,
    WINDOWS_1252, WINDOWS_1253, WINDOWS_1254, WINDOWS_1255, WINDOWS_1256, WINDOWS_1257,
    WINDOWS_1258, X_MAC_CYRILLIC,
};

use crate::decode::charset::alphabet::{self, Alphabet};
use crate::decode::charset::kind::Charset;
use crate::decode::charset::reads::{self, Points};
use crate::decode::charset::table;

/// This much of the text is read in every charset in question.
const SAMPLE_BYTES: usize = 4 * 1024;

/// How many bytes of evidence a claim weighs as much as.
const CLAIM_BYTES: i64 = 60;

/// So much of a body is asked which charset it is in, from its first byte beyond ASCII on.
const EVIDENCE_BYTES: usize = 1024 * 1024;

/// And so much before it, for the word it is in.
const BEFORE_BYTES: usize = 256;

/// The statistics are shown this much; they are the slowest reader of all.
const STATISTICS_BYTES: usize = 32 * 1024;

/// Charsets feeds come in without saying so. Where two read the same, the first is named.
static USUAL: &[&Encoding] = &[
    WINDOWS_1252,
    WINDOWS_1251,
    KOI8_R,
    KOI8_U,
    IBM866,
    ISO_8859_5,
    X_MAC_CYRILLIC,
    WINDOWS_1250,
    ISO_8859_2,
    ISO_8859_16,
    WINDOWS_1254,
    WINDOWS_1257,
    WINDOWS_1253,
    ISO_8859_7,
    WINDOWS_1256,
    ISO_8859_6,
    WINDOWS_1255,
    WINDOWS_874,
    WINDOWS_1258,
    GBK,
    BIG5,
    SHIFT_JIS,
    EUC_JP,
    EUC_KR,
];

/// Charsets of ours that come unlabelled, or under the label of a relative; the older and the
/// less likely, the more must speak for them.
const OWN: &[(&str, i64)] = &[
    ("KZ-1048", -50),
    ("PTCP154", -50),
    ("KOI8-T", -50),
    ("ARMSCII-8", -50),
    ("GEORGIAN-PS", -50),
    ("GEORGIAN-ACADEMY", -50),
    ("VISCII", -200),
    ("TCVN5712-1", -200),
    ("IBM850", -200),
    ("IBM852", -200),
    ("IBM855", -200),
    ("IBM857", -200),
    ("IBM737", -200),
    ("IBM862", -200),
    ("IBM1125", -200),
    ("mac-greek", -200),
    ("mac-turkish", -200),
    ("mac-centraleurope", -200),
];

/// A charset somebody claims, and how much that claim is worth in points.
#[derive(Clone, Copy)]
pub(super) struct Claim {
    /// The charset.
    pub charset: Charset,
    /// Head start over a charset nobody named.
    pub points: i64,
}

/// The part of a body that tells its charset.
pub(super) fn evidence(bytes: &[u8]) -> &[u8] {
    let start = bytes.iter().position(|byte| !byte.is_ascii()).unwrap_or(0);
    let rest = bytes
        .get(start.saturating_sub(BEFORE_BYTES)..)
        .unwrap_or_default();
    rest.get(..EVIDENCE_BYTES).unwrap_or(rest)
}

/// The charset in which `bytes` read best.
pub(super) fn choose(bytes: &[u8], claims: &[Claim], language: Option<&str>) -> Charset {
    let hinted: Vec<&Alphabet> = language
        .map(|tag| alphabet::of_language(tag).collect())
        .unwrap_or_default();
    let bytes = evidence(bytes);
    let sample = sample(bytes);
    let mut ranked: Vec<(i64, Charset)> = in_question(bytes, claims, &hinted)
        .into_iter()
        .map(|claim| {
            let text = claim.charset.decode(&sample).0;
            let average = reads::points(&text, &hinted).average;
            (average + scaled(claim.points, &sample), claim.charset)
        })
        .collect();
    ranked.sort_by_key(|(points, _)| std::cmp::Reverse(*points));
    // The sample may have missed what there is beyond it.
    let n_high = bytes.iter().filter(|byte| !byte.is_ascii()).count().max(1);
    ranked
        .into_iter()
        .take(3)
        .map(|(points, charset)| {
            let n_bad = charset.n_bad(bytes).saturating_mul(4000) / n_high;
            (
                points.saturating_sub(i64::try_from(n_bad).unwrap_or(i64::MAX)),
                charset,
            )
        })
        .reduce(|best, next| if next.0 > best.0 { next } else { best })
        .map_or(Charset::Web(WINDOWS_1252), |(_, charset)| charset)
}

/// A claim weighs as much as some sixty bytes of evidence: the more there is, the less it counts,
/// and where there is but a letter or two, hardly anything counts against it.
fn scaled(points: i64, sample: &[u8]) -> i64 {
    let n_high = sample.iter().filter(|byte| !byte.is_ascii()).count();
    let n_high = i64::try_from(n_high).unwrap_or(i64::MAX);
    points * CLAIM_BYTES / n_high.max(1)
}

/// How well `bytes` read in `charset`.
pub(super) fn points(bytes: &[u8], charset: Charset) -> Points {
    reads::points(&charset.decode(&sample(bytes)).0, &[])
}

fn in_question(bytes: &[u8], claims: &[Claim], hinted: &[&Alphabet]) -> Vec<Claim> {
    let mut all: Vec<Claim> = Vec::new();
    let mut add =
        |charset: Charset, points: i64| match all.iter_mut().find(|claim| claim.charset == charset)
        {
            Some(claim) => claim.points += points,
            None => all.push(Claim { charset, points }),
        };
    for claim in claims {
        add(claim.charset, claim.points);
    }
    add(Charset::Web(by_statistics(bytes, hinted)), 60);
    for encoding in USUAL {
        add(Charset::Web(encoding), 0);
    }
    // That nobody uses it any more says nothing where somebody says that they do.
    let tables = OWN
        .iter()
        .filter_map(|(name, points)| Some((Charset::Table(table::named(name)?), *points)));
    for (charset, points) in tables.chain([(Charset::Web(MACINTOSH), -200)]) {
        if claims.iter().all(|claim| claim.charset != charset) {
            add(charset, points);
        }
    }
    all
}

fn by_statistics(bytes: &[u8], hinted: &[&Alphabet]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes.get(..STATISTICS_BYTES).unwrap_or(bytes), true);
    let tld = hinted.first().map(|alphabet| alphabet.tld.as_slice());
    detector.guess(tld, Utf8Detection::Deny)
}

/// Stretches of text with bytes beyond ASCII, up to [`SAMPLE_BYTES`].
///
/// Cut where no charset in question has the second byte of a character.
fn sample(bytes: &[u8]) -> Vec<u8> {
    let mut sample = Vec::with_capacity(SAMPLE_BYTES.min(bytes.len()));
    for stretch in stretches(bytes).filter(|stretch| !stretch.is_ascii()) {
        let room = SAMPLE_BYTES.saturating_sub(sample.len());
        if room == 0 {
            break;
        }
        sample.extend_from_slice(stretch.get(..room).unwrap_or(stretch));
        sample.push(b'\n');
    }
    sample
}

/// The runs of text between tags, lines and quotation marks.
pub(super) fn stretches(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split(|byte| matches!(byte, b'<' | b'>' | b'\n' | b'"'))
}
