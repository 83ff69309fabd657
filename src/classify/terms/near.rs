//! Texts that stand close to each other.

use std::ops::Range;

use crate::text::words::is_word_char;

/// The shortest stretches of a folded text in which each of `n_texts` texts stands, with at most
/// `distance` words between the end of the first and the beginning of the last; left to right,
/// none overlapping another. `hits`: which text stands where.
pub(super) fn stretches(
    text: &str,
    mut hits: Vec<(usize, Range<usize>)>,
    n_texts: usize,
    distance: usize,
) -> Vec<Range<usize>> {
    hits.sort_by_key(|(_, span)| (span.start, span.end));
    let mut found: Vec<Range<usize>> = Vec::new();
    for (index, (_, first)) in hits.iter().enumerate() {
        if found.last().is_some_and(|last| first.start < last.end) {
            continue;
        }
        let following = hits.iter().skip(index);
        if let Some(stretch) = stretch_from(text, following, n_texts, distance) {
            found.push(stretch);
        }
    }
    found
}

fn stretch_from<'a>(
    text: &str,
    hits: impl Iterator<Item = &'a (usize, Range<usize>)>,
    n_texts: usize,
    distance: usize,
) -> Option<Range<usize>> {
    let mut seen = vec![false; n_texts];
    let mut stretch: Option<Range<usize>> = None;
    let mut first_end = 0;
    for (which, span) in hits {
        let Some(so_far) = &mut stretch else {
            first_end = span.end;
            stretch = Some(span.clone());
            *seen.get_mut(*which)? = true;
            continue;
        };
        // One word cannot be two of the texts.
        if span.start < so_far.end || seen.get(*which).copied().unwrap_or(true) {
            continue;
        }
        if n_words(text.get(first_end..span.start)?, distance) > distance {
            return None;
        }
        so_far.end = span.end;
        *seen.get_mut(*which)? = true;
        if seen.iter().all(|&seen| seen) {
            return stretch;
        }
    }
    None
}

/// Words of a text; counted no further than just past `limit`.
fn n_words(text: &str, limit: usize) -> usize {
    let words = text.split(|c: char| !is_word_char(c));
    words.filter(|it| !it.is_empty()).take(limit + 1).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, texts: &[&str], distance: usize) -> Vec<String> {
        let hits = texts.iter().enumerate().flat_map(|(which, one)| {
            let places = text.match_indices(one);
            places.map(move |(at, _)| (which, at..at + one.len()))
        });
        let stretches = stretches(text, hits.collect(), texts.len(), distance);
        stretches
            .into_iter()
            .filter_map(|span| text.get(span).map(str::to_owned))
            .collect()
    }

    #[test]
    fn the_shortest_stretch_in_any_order() {
        let text = "eu x central asia, and then a b c the eu; y eu";
        assert_eq!(found(text, &["eu", "asia"], 2), ["eu x central asia"]);
        assert_eq!(found(text, &["asia", "eu"], 1), [""; 0]);
        assert_eq!(
            found(text, &["asia", "eu"], 6),
            ["eu x central asia"],
            "what is taken is not taken twice"
        );
        assert_eq!(found("asia of eu", &["eu", "asia"], 1), ["asia of eu"]);
        assert_eq!(found("a b c", &["a", "b", "c"], 1), ["a b c"]);
        assert_eq!(found("eu", &["eu", "asia"], 9), [""; 0]);
    }

    #[test]
    fn a_nearer_beginning_is_found_behind_a_far_one() {
        assert_eq!(found("eu a b c d eu asia", &["eu", "asia"], 1), ["eu asia"]);
    }
}
