//! Short hashes that are kept for years: each carries the version of the function that made it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::story::StoryId;
use crate::model::url::CanonicalUrl;

/// Version of the functions behind [`IdentityKey`] and [`UrlKey`], hashed in: raising it makes
/// every entry unknown, so it stays until keys can be asked in two forms.
const KEY_VERSION: u8 = 1;

/// Version of what is hashed into [`Fingerprint`] and [`Sketch`]: how `normalise` makes a title
/// and a text.
///
/// Raise it when the same document gives another title or text: a known entry is then silently
/// re-stamped instead of being taken for edited. 2 leaves out what publishing programs put around
/// a text, and reads words that were encoded twice; 3 reads controls as windows-1252 means them and
/// takes off CDATA marks that were written as text; 4 reads whole texts where Yandex wants them.
pub const TEXT_VERSION: u8 = 4;

/// 64 bits of BLAKE3 over length-prefixed parts, so that `["ab", "c"]` and `["a", "bc"]` differ.
pub fn hash64(domain: u8, parts: &[&[u8]]) -> u64 {
    let digest = digest(domain, parts);
    let mut head = [0; 8];
    head.copy_from_slice(digest.as_bytes().first_chunk::<8>().unwrap_or(&[0; 8]));
    u64::from_be_bytes(head)
}

/// 128 bits of BLAKE3 over length-prefixed parts.
pub fn hash128(domain: u8, parts: &[&[u8]]) -> [u8; 16] {
    *digest(domain, parts)
        .as_bytes()
        .first_chunk::<16>()
        .unwrap_or(&[0; 16])
}

fn digest(domain: u8, parts: &[&[u8]]) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&[KEY_VERSION, domain]);
    for part in parts {
        hasher.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hasher.update(part);
    }
    hasher.finalize()
}

/// Hash of one meaning of an entry (title, text, canonical link), with its version.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Fingerprint {
    /// [`TEXT_VERSION`] of the function that made it.
    pub version: u8,
    /// 64 bits of BLAKE3.
    pub hash: u64,
}

impl Fingerprint {
    /// The fingerprint of `parts` under the present version.
    pub fn of(parts: &[&[u8]]) -> Self {
        Self {
            version: TEXT_VERSION,
            hash: hash64(b'm', parts),
        }
    }
}

/// Which property of an entry identifies it inside its feed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum KeyKind {
    /// The publisher's guid or Atom id.
    Guid,
    /// Guid and link together, for feeds whose guids repeat.
    GuidLink,
    /// The link, for feeds whose guids are missing or change.
    Link,
    /// Title (letters and digits only) and claimed date: the stated last resort.
    TitleDate,
    /// The computed story id, so that a feed can ask whether it already founded it.
    StoryId,
}

/// One identity key of an entry, unique only inside its feed; 64 bits, the kind hashed in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct IdentityKey {
    /// What it was made from.
    pub kind: KeyKind,
    /// 64 bits of BLAKE3 over the kind and the parts.
    pub hash: u64,
}

impl IdentityKey {
    /// The key of `kind` over `parts`, taken byte for byte.
    pub fn new(kind: KeyKind, parts: &[&[u8]]) -> Self {
        let domain = match kind {
            KeyKind::Guid => b'g',
            KeyKind::GuidLink => b'G',
            KeyKind::Link => b'l',
            KeyKind::TitleDate => b't',
            KeyKind::StoryId => b's',
        };
        Self {
            kind,
            hash: hash64(domain, parts),
        }
    }
}

impl From<StoryId> for IdentityKey {
    fn from(id: StoryId) -> Self {
        Self::new(KeyKind::StoryId, &[id.0.as_bytes()])
    }
}

/// 128 bits of BLAKE3 over a canonical URL: the one key that is asked across feeds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct UrlKey(pub [u8; 16]);

impl UrlKey {
    /// The key of a canonical URL.
    pub fn of(canonical: &CanonicalUrl) -> Self {
        Self(hash128(b'u', &[canonical.as_str().as_bytes()]))
    }
}

impl fmt::Debug for UrlKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UrlKey({:032x})", u128::from_be_bytes(self.0))
    }
}

/// Two texts that share no more than this many of sixteen min-hashes are unlike: about a fifth of
/// their words, which two articles of one language share by chance.
const SHARED_BY_CHANCE: usize = 3;

/// A few min-hashes of a title's and a text's words: enough to say "this is another article"
/// long after the words themselves are gone. Not precise enough to say "this is the same".
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Sketch {
    /// [`TEXT_VERSION`] of the function that made it.
    pub version: u8,
    /// Min-hashes over the title's words.
    pub title: [u8; 16],
    /// Min-hashes over the text's words.
    pub text: [u8; 16],
}

impl Sketch {
    /// The sketch of folded words.
    pub fn of<'a>(
        title: impl Iterator<Item = &'a str>,
        text: impl Iterator<Item = &'a str>,
    ) -> Self {
        Self {
            version: TEXT_VERSION,
            title: min_hashes(title),
            text: min_hashes(text),
        }
    }

    /// Whether both title and text share hardly more words with `other` than by chance.
    ///
    /// A title or text that has no words on one of the two sides is no evidence: the other
    /// property is judged alone then, and where neither says anything nothing is called unlike.
    /// Sketches of another version are never called unlike: known stays known across upgrades.
    pub fn is_unlike(&self, other: &Self) -> bool {
        let title = shares_by_chance(&self.title, &other.title);
        let text = shares_by_chance(&self.text, &other.text);
        let is_unlike = match (title, text) {
            (None, None) => false,
            (title, text) => title.unwrap_or(true) && text.unwrap_or(true),
        };
        self.version == other.version && is_unlike
    }

    /// Whether the titles alone share hardly more words than by chance; never across versions,
    /// nor where one of them has no words.
    pub fn has_unlike_title(&self, other: &Self) -> bool {
        self.version == other.version
            && shares_by_chance(&self.title, &other.title).unwrap_or(false)
    }
}

/// What [`min_hashes`] gives where no word is.
const NO_WORDS: [u8; 16] = [u8::MAX; 16];

/// Whether two properties share hardly more words than by chance; `None` where one has none.
fn shares_by_chance(a: &[u8; 16], b: &[u8; 16]) -> Option<bool> {
    let n_shared = || a.iter().zip(b).filter(|(x, y)| x == y).count();
    (*a != NO_WORDS && *b != NO_WORDS).then(|| n_shared() <= SHARED_BY_CHANCE)
}

/// Sixteen independent minima, each of a differently mixed word hash; [`NO_WORDS`] where no word is.
fn min_hashes<'a>(words: impl Iterator<Item = &'a str>) -> [u8; 16] {
    let mut least = [u64::MAX; 16];
    for word in words {
        let hash = hash64(b'w', &[word.as_bytes()]);
        for (slot, seed) in least.iter_mut().zip(1_u64..) {
            let mixed = (hash ^ seed.wrapping_mul(0x9E37_79B9_7F4A_7C15))
                .wrapping_mul(0xBF58_476D_1CE4_E5B9);
            *slot = (*slot).min(mixed ^ (mixed >> 31));
        }
    }
    least.map(|value| u8::try_from(value & 0xFF).unwrap_or(u8::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_do_not_run_together() {
        assert_ne!(hash64(b'm', &[b"ab", b"c"]), hash64(b'm', &[b"a", b"bc"]));
        assert_ne!(
            IdentityKey::new(KeyKind::Guid, &[b"1"]).hash,
            IdentityKey::new(KeyKind::Link, &[b"1"]).hash
        );
    }

    #[test]
    fn sketches_tell_another_article_from_an_edit() {
        let sketch = |title: &str, text: &str| Sketch::of(title.split(' '), text.split(' '));
        let was = sketch(
            "daily briefing 214",
            "the minister met the delegation from tashkent on water",
        );
        let edit = sketch(
            "daily briefing 214",
            "the minister met the delegation from tashkent on water and energy",
        );
        let other = sketch(
            "floods close mountain road",
            "rescue teams reached villages cut off since sunday evening",
        );
        assert!(!was.is_unlike(&edit));
        assert!(was.is_unlike(&other));
        assert!(!was.is_unlike(&Sketch {
            version: 0,
            ..other
        }));
    }

    #[test]
    fn what_has_no_words_is_no_evidence() {
        let sketch =
            |title: &str, text: &str| Sketch::of(title.split_whitespace(), text.split_whitespace());
        let check = |was: [&str; 2], is: [&str; 2], unlike: [bool; 2]| {
            let (was, is) = (sketch(was[0], was[1]), sketch(is[0], is[1]));
            let said = [was.is_unlike(&is), was.has_unlike_title(&is)];
            assert_eq!(said, unlike, "{was:?} {is:?}");
        };
        let flood = ["floods close mountain road", ""];
        let quake = ["earthquake felt near almaty", ""];
        check(flood, quake, [true, true]);
        check(flood, ["floods close a mountain road", ""], [false, false]);
        check(
            flood,
            [quake[0], "many words of another text"],
            [true, true],
        );
        check(
            flood,
            [flood[0], "many words of another text"],
            [false, false],
        );
        check(["", "one two three"], ["", "four five six"], [true, false]);
        check(
            ["a b c d e", "same text"],
            ["v w x y z", "same text"],
            [false, true],
        );
        check(["", ""], ["", ""], [false, false]);
        check(flood, ["", ""], [false, false]);
    }
}
