//! Paradigms: the endings a word can have, enumerated.

use crate::text::fold::fold_str;

/// The endings of one paradigm.
///
/// An inflecting language has one list (`-а -у -ом -е`); an agglutinating one has places that are
/// filled from left to right, each at most once (plural, possessive, case, …).
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Endings {
    /// Exactly one of these.
    List(Vec<String>),
    /// At most one of each, in this order; `Vec` of places.
    Chain(Vec<Vec<String>>),
}

impl Endings {
    /// Reads `["", "а", "у"]` or `[["лар", "дар"], ["ның", "ға"]]`; `None` for anything else.
    pub(super) fn from_toml(value: &toml::Value) -> Option<Self> {
        let array = value.as_array()?;
        if array.iter().all(toml::Value::is_str) {
            return Some(Self::List(folded(array)?));
        }
        let places = array.iter().map(|place| folded(place.as_array()?));
        places.collect::<Option<Vec<_>>>().map(Self::Chain)
    }

    /// Whether `tail`, folded, is an ending of this paradigm.
    pub(super) fn accept(&self, tail: &str) -> bool {
        match self {
            Self::List(endings) => endings.iter().any(|ending| ending == tail),
            Self::Chain(places) => fills(places, tail),
        }
    }
}

fn folded(endings: &[toml::Value]) -> Option<Vec<String>> {
    endings
        .iter()
        .map(|ending| ending.as_str().map(fold_str))
        .collect()
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

    fn endings(toml: &str) -> Endings {
        let table: toml::Table = toml.parse().unwrap();
        Endings::from_toml(&table["x"]).unwrap()
    }

    #[test]
    fn a_list_takes_exactly_one() {
        let masculine = endings(r#"x = ["", "а", "ом"]"#);
        assert!(masculine.accept("") && masculine.accept("ом"));
        assert!(!masculine.accept("о") && !masculine.accept("аа"));
    }

    #[test]
    fn a_chain_takes_one_of_each_in_order() {
        let chain = endings(r#"x = [["лар"], ["да", "ға"], ["ғы"]]"#);
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

    #[test]
    fn anything_else_is_refused() {
        for toml in [
            "a = 1",
            r#"a = ["x", ["y"]]"#,
            "a = [1]",
            r#"a = [["x", 1]]"#,
        ] {
            let table: toml::Table = toml.parse().unwrap();
            assert_eq!(Endings::from_toml(&table["a"]), None, "{toml}");
        }
    }
}
