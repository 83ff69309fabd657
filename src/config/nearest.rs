//! Did you mean …?

/// At most three of `candidates` that `word` may have been meant as, likeliest first.
pub(super) fn nearest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Vec<&'a str> {
    let word = fold(word);
    let mut near: Vec<(usize, &str)> = candidates
        .into_iter()
        .filter_map(|candidate| Some((distance(&word, candidate)?, candidate)))
        .collect();
    near.sort_unstable();
    near.dedup();
    near.into_iter().take(3).map(|(_, name)| name).collect()
}

/// The hint for a word that is none of `candidates`: the nearest ones, else all of them.
pub(super) fn did_you_mean<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str> + Clone,
) -> String {
    let near = nearest(word, candidates.clone());
    if !near.is_empty() {
        return format!("did you mean {}?", list(near, " or "));
    }
    format!("known here: {}", list(candidates, ", "))
}

/// `` `a`, `b` ``
pub(super) fn list<'a>(names: impl IntoIterator<Item = &'a str>, between: &str) -> String {
    let quoted: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    quoted.join(between)
}

fn fold(word: &str) -> String {
    word.trim().to_lowercase().replace([' ', '_'], "-")
}

/// How far a candidate is from a word; `None` where it is too far to be meant.
fn distance(word: &str, candidate: &str) -> Option<usize> {
    let n_chars = word.chars().count();
    if n_chars >= 3 && (candidate.starts_with(word) || candidate.ends_with(word)) {
        return Some(1);
    }
    let distance = strsim::damerau_levenshtein(word, &fold(candidate));
    (distance <= 1 + n_chars / 4).then_some(distance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_the_finger_are_understood() {
        let names = ["central-asia", "caucasus", "south-asia", "middle-east"];
        let check = |word: &str, expected: &[&str]| {
            assert_eq!(nearest(word, names), expected, "{word}");
        };
        check("central_asia", &["central-asia"]);
        check("Central Asia", &["central-asia"]);
        check("centrla-asia", &["central-asia"]);
        check("central", &["central-asia"]);
        check("asia", &["central-asia", "south-asia"]);
        check("caucasus", &["caucasus"]);
        check("kaukasus", &["caucasus"]);
        check("africa", &[]);
        check("", &[]);
        assert_eq!(did_you_mean("x", ["b", "a"]), "did you mean `a` or `b`?");
        assert_eq!(
            did_you_mean("africa", ["caucasus"]),
            "known here: `caucasus`"
        );
    }
}
