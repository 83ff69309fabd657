//! What is asked of every character of every text, found out once for each.
//!
//! Properties of characters lie in tries and sorted lists; asked for each letter of each entry,
//! they were a third of the classifier's time. [`Pages`] remembers the answers, 256 characters a
//! page, and fills a page when a text first holds a character of it: a text in Cyrillic costs one
//! page, a machine that never sees Chinese none of its eighty.

use std::sync::OnceLock;

/// Characters of a page, and pages of the basic plane.
const N: usize = 256;

/// A function of a character with its answers remembered.
#[derive(Debug)]
pub(super) struct Pages<T: 'static> {
    of: fn(char) -> T,
    /// The basic plane; characters beyond it are asked each time.
    pages: [OnceLock<Box<[T; N]>>; N],
}

impl<T: Copy> Pages<T> {
    /// Remembers the answers of `of`, which gives the same for the same character for ever.
    pub(super) const fn new(of: fn(char) -> T) -> Self {
        Self {
            of,
            pages: [const { OnceLock::new() }; N],
        }
    }

    /// What `of` gives for `c`.
    #[inline]
    pub(super) fn get(&self, c: char) -> T {
        let [_, plane, page, row] = u32::from(c).to_be_bytes();
        let page = self.pages.get(usize::from(page)).filter(|_| plane == 0);
        let answer = page.and_then(|page| {
            let page = page.get_or_init(|| Box::new(self.page_of(c)));
            page.get(usize::from(row)).copied()
        });
        answer.unwrap_or_else(|| (self.of)(c))
    }

    /// The answers of the page that holds `c`.
    fn page_of(&self, c: char) -> [T; N] {
        let first = u32::from(c) & !0xFF;
        let mut codes = first..;
        std::array::from_fn(|_| {
            let code = codes.next().unwrap_or(first);
            // No text holds a surrogate.
            (self.of)(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_gets_its_own_answer() {
        static CODES: Pages<u32> = Pages::new(u32::from);
        for c in '\0'..=char::MAX {
            assert_eq!(CODES.get(c), u32::from(c));
        }
    }
}
