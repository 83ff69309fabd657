//! Paradigms: the endings a word can have, enumerated.

pub(super) use crate::classify::compiled::Endings;

impl Endings {
    /// Whether `tail`, folded, is an ending of this paradigm.
    pub(super) fn accept(&self, tail: &str) -> bool {
        match self {
            Self::List(endings) => endings.iter().any(|ending| ending == tail),
            Self::Chain(places) => fills(places, tail),
            Self::After(ends, places) => ends.iter().any(|end| {
                tail.strip_prefix(end.as_str())
                    .is_some_and(|rest| fills(places, rest))
            }),
        }
    }
}

fn fills(places: &[Vec<String>], tail: &str) -> bool {
    let Some((place, later)) = places.split_first() else {
        return tail.is_empty();
    };
    let with_ending = |ending: &String| {
        tail.strip_prefix(ending.as_str())
            .is_some_and(|rest| fills(later, rest))
    };
    tail.is_empty() || fills(later, tail) || place.iter().any(with_ending)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(list: &[&str]) -> Vec<String> {
        list.iter().map(|&word| word.to_owned()).collect()
    }

    #[test]
    fn a_list_takes_exactly_one() {
        let masculine = Endings::List(words(&["", "а", "ом"]));
        assert!(masculine.accept("") && masculine.accept("ом"));
        assert!(!masculine.accept("о") && !masculine.accept("аа"));
    }

    #[test]
    fn a_word_that_changes_its_end_keeps_one_of_them() {
        let after = Endings::After(words(&["қ", "ғ"]), vec![words(&["тар"]), words(&["ы"])]);
        assert!(
            ["қ", "қтар", "ғы", "қтары"]
                .iter()
                .all(|tail| after.accept(tail))
        );
        assert!(!["", "тар", "ы", "қғ"].iter().any(|tail| after.accept(tail)));
    }

    #[test]
    fn a_chain_takes_one_of_each_in_order() {
        let chain = Endings::Chain(vec![words(&["лар"]), words(&["да", "ға"]), words(&["ғы"])]);
        assert!(
            ["", "лар", "да", "ларға", "лардағы", "дағы"]
                .iter()
                .all(|tail| chain.accept(tail))
        );
        assert!(
            !["л", "далар", "лардағ", "дада"]
                .iter()
                .any(|tail| chain.accept(tail))
        );
    }
}
