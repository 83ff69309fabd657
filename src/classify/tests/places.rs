//! Places, bodies and companies of the second rank: what local news names instead of the country.
//! One a line in `places.tsv`: language, countries it must be taken for, text.

use crate::classify::tests::support::{all, input};

const PLACES: &str = include_str!("places.tsv");

#[test]
fn places_of_the_second_rank_name_their_country() {
    let mut missed = Vec::new();
    for line in PLACES.lines().filter(|line| !line.starts_with('#')) {
        let cells: Vec<_> = line.split('\t').collect();
        let [language, countries, text] = cells[..] else {
            panic!("not three cells: {line}");
        };
        let found = all().read(&input(language, text)).countries();
        for country in countries.split(' ') {
            if !found.iter().any(|one| one.region == country) {
                missed.push(format!("{language} {text}: no {country}"));
            }
        }
    }
    assert_eq!(missed, Vec::<String>::new());
}
