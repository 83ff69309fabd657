//! Text that is nearly UTF-8, mended byte by byte.
//!
//! A stray byte must not turn a whole Cyrillic text into Latin letters: it becomes `U+FFFD`, and
//! the rest stays. Three faults have one meaning only and are repaired: surrogates encoded one by
//! one (CESU-8), the punctuation of windows-125x pasted between ASCII letters, and stretches in
//! which nothing is UTF-8 and everything is words of another charset.

use crate::decode::charset::choose;
use crate::decode::charset::kind::Charset;
use crate::model::parsed::Defect;

/// A stretch needs this many bad sequences to have a say which other charset it is in.
const FRAGMENT_BAD_MIN: usize = 6;

/// And this many to be read in the charset the others are in.
const FRAGMENT_READ_MIN: usize = 3;

/// Points from which a stretch of another charset is words.
const FRAGMENT_POINTS_MIN: i64 = 600;

/// How many sequences of `bytes` are UTF-8 beyond ASCII and how many are not.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) struct Census {
    /// Characters beyond ASCII.
    pub good: usize,
    /// Sequences that are no character; one that the end cuts off is none.
    pub bad: usize,
    /// Characters beyond ASCII in stretches of text that have three or more and nothing else: no
    /// text of another charset has them by accident.
    pub sound: usize,
}

/// Counts.
pub(super) fn census(bytes: &[u8]) -> Census {
    let mut census = Census::default();
    for stretch in choose::stretches(bytes).filter(|stretch| !stretch.is_ascii()) {
        let (n_good, n_bad) = counted(stretch);
        census.good += n_good;
        census.bad += n_bad;
        census.sound += if n_bad == 0 && n_good >= 3 { n_good } else { 0 };
    }
    if is_cut_off(bytes) {
        census.bad = census.bad.saturating_sub(1);
    }
    census
}

fn counted(stretch: &[u8]) -> (usize, usize) {
    if let Ok(text) = std::str::from_utf8(stretch) {
        return (text.chars().filter(|c| !c.is_ascii()).count(), 0);
    }
    let (mut n_good, mut n_bad) = (0, 0);
    for chunk in stretch.utf8_chunks() {
        n_good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        n_bad += usize::from(!chunk.invalid().is_empty());
    }
    (n_good, n_bad)
}

fn is_cut_off(bytes: &[u8]) -> bool {
    let tail = bytes
        .get(bytes.len().saturating_sub(3)..)
        .unwrap_or_default();
    (1..=tail.len()).any(|n| {
        tail.get(tail.len() - n..).is_some_and(|end| {
            std::str::from_utf8(end)
                .is_err_and(|error| error.valid_up_to() == 0 && error.error_len().is_none())
        })
    })
}

/// `bytes` as text, whatever is wrong with them.
pub(super) fn mend(
    bytes: &[u8],
    choose_fragment: impl FnOnce(&[u8]) -> Charset,
    defects: &mut Vec<Defect>,
) -> String {
    let foreign = foreign_charset(bytes, choose_fragment);
    let mut mender = Mender {
        text: String::with_capacity(bytes.len() + bytes.len() / 8),
        n_replaced: 0,
        n_repaired: 0,
        n_foreign: 0,
    };
    let mut rest = bytes;
    while !rest.is_empty() {
        let end = rest
            .iter()
            .position(|byte| matches!(byte, b'<' | b'>' | b'\n' | b'"'))
            .map_or(rest.len(), |end| end + 1);
        let (stretch, after) = rest.split_at_checked(end).unwrap_or((rest, &[]));
        mender.add(stretch, foreign);
        rest = after;
    }
    mender.report(foreign, defects);
    mender.text
}

/// The one charset of all stretches in which nothing is UTF-8.
fn foreign_charset(
    bytes: &[u8],
    choose_fragment: impl FnOnce(&[u8]) -> Charset,
) -> Option<Charset> {
    let mut fragments = Vec::new();
    for stretch in choose::stretches(bytes).filter(|stretch| is_foreign(stretch, FRAGMENT_BAD_MIN))
    {
        fragments.extend_from_slice(stretch);
        fragments.push(b'\n');
    }
    if fragments.is_empty() {
        return None;
    }
    let charset = choose_fragment(&fragments);
    let is_certain = choose::points(&fragments, charset).average >= FRAGMENT_POINTS_MIN;
    is_certain.then_some(charset)
}

/// Whether a stretch has `n_bad_min` bad sequences and hardly a good one.
fn is_foreign(stretch: &[u8], n_bad_min: usize) -> bool {
    let (n_good, n_bad) = counted(stretch);
    n_bad >= n_bad_min && n_good * 20 <= n_bad
}

struct Mender {
    text: String,
    n_replaced: usize,
    n_repaired: usize,
    n_foreign: usize,
}

impl Mender {
    fn add(&mut self, stretch: &[u8], foreign: Option<Charset>) {
        if let Ok(text) = std::str::from_utf8(stretch) {
            self.text.push_str(text);
            return;
        }
        if let Some(charset) = foreign.filter(|_| is_foreign(stretch, FRAGMENT_READ_MIN)) {
            self.text.push_str(&charset.decode(stretch).0);
            self.n_foreign += 1;
            return;
        }
        self.add_lossy(stretch);
    }

    fn add_lossy(&mut self, stretch: &[u8]) {
        let mut rest = stretch;
        while !rest.is_empty() {
            if let Some((c, after)) = surrogate_pair(rest) {
                self.text.push(c);
                self.n_repaired += 1;
                rest = after;
                continue;
            }
            let Some(chunk) = rest.utf8_chunks().next() else {
                return;
            };
            self.text.push_str(chunk.valid());
            let bad = chunk.invalid();
            let n_read = chunk.valid().len() + bad.len();
            let after = rest.get(n_read..).unwrap_or_default();
            if surrogate_pair(rest.get(chunk.valid().len()..).unwrap_or_default()).is_some() {
                rest = rest.get(chunk.valid().len()..).unwrap_or_default();
                continue;
            }
            self.add_bad(bad, after.first().copied());
            rest = after;
        }
    }

    fn add_bad(&mut self, bad: &[u8], next: Option<u8>) {
        if bad.is_empty() {
            return;
        }
        let punctuation = match bad {
            [byte] => pasted_punctuation(self.text.chars().next_back(), *byte, next),
            _ => None,
        };
        if let Some(c) = punctuation {
            self.text.push(c);
            self.n_repaired += 1;
        } else {
            self.text.push(char::REPLACEMENT_CHARACTER);
            self.n_replaced += 1;
        }
    }

    fn report(&self, foreign: Option<Charset>, defects: &mut Vec<Defect>) {
        if let Some(charset) = foreign.filter(|_| self.n_foreign > 0) {
            defects.push(Defect::new(
                "mixed-charset",
                format!(
                    "{} stretches of the UTF-8 text were {}",
                    self.n_foreign,
                    charset.name()
                ),
            ));
        }
        if self.n_repaired > 0 {
            defects.push(Defect::new(
                "repaired-bytes",
                format!(
                    "{} characters were encoded as no UTF-8 but could be read",
                    self.n_repaired
                ),
            ));
        }
        if self.n_replaced > 0 {
            defects.push(Defect::new(
                "bad-bytes",
                format!(
                    "{} sequences of bytes are no UTF-8 and were replaced",
                    self.n_replaced
                ),
            ));
        }
    }
}

/// A character beyond U+FFFF whose two surrogates were encoded each for itself (CESU-8).
fn surrogate_pair(bytes: &[u8]) -> Option<(char, &[u8])> {
    let ([0xED, a, b, 0xED, c, d], rest) = bytes.split_first_chunk::<6>()? else {
        return None;
    };
    let is_pair = matches!(a, 0xA0..=0xAF)
        && matches!(c, 0xB0..=0xBF)
        && matches!(b, 0x80..=0xBF)
        && matches!(d, 0x80..=0xBF);
    let bits = |byte: u8| u32::from(byte & 0x3F);
    let high = ((bits(*a) & 0x0F) << 6) | bits(*b);
    let low = ((bits(*c) & 0x0F) << 6) | bits(*d);
    let c = char::from_u32(0x1_0000 + (high << 10) + low)?;
    is_pair.then_some((c, rest))
}

/// Quotation marks, dashes and the ellipsis have one place in all of windows-125x. They are taken
/// for themselves only where they stand as such: what is left of a cut Cyrillic letter is a byte
/// of the same range, but beside other letters, or alone.
fn pasted_punctuation(before: Option<char>, byte: u8, next: Option<u8>) -> Option<char> {
    let before = before.unwrap_or(' ');
    let next = next.map_or(' ', char::from);
    let is_letter = |c: char| c.is_ascii_alphanumeric();
    let closes = |c: char| is_letter(c) || matches!(c, '.' | ',' | '!' | '?' | ')');
    let is_open = |c: char| c.is_ascii() && !is_letter(c);
    match byte {
        0x92 if is_letter(before) && (is_letter(next) || is_open(next)) => Some('’'),
        0x91 if is_open(before) && is_letter(next) => Some('‘'),
        0x93 if is_open(before) && is_letter(next) => Some('“'),
        0x94 if closes(before) && is_open(next) => Some('”'),
        0x96 if before == ' ' && next == ' ' || is_letter(before) && is_letter(next) => Some('–'),
        0x97 if before == ' ' && next == ' ' || is_letter(before) && is_letter(next) => Some('—'),
        0x85 if is_letter(before) && is_open(next) => Some('…'),
        _ => None,
    }
}
