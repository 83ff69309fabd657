//! A country as it is written, and what was meant where it is none.

use crate::config::nearest::nearest;
use crate::config::walk::Complaint;
use crate::model::country::Country;

/// What people write for a country whose code is another.
const MEANT: [(&str, &str); 8] = [
    ("kk", "KZ"),
    ("uk", "GB"),
    ("england", "GB"),
    ("britain", "GB"),
    ("usa", "US"),
    ("uae", "AE"),
    ("turkey", "TR"),
    ("zh", "CN"),
];

/// A country by its code, in any case.
pub(super) fn country(text: &str) -> Result<Country, Complaint> {
    let code = text.trim();
    Country::from_code(code)
        .ok_or_else(|| Complaint::new(format!("`{text}` is no code of a country"), meant_by(code)))
}

fn meant_by(text: &str) -> String {
    countries_meant(text)
        .unwrap_or_else(|| "write its two letters of ISO 3166: default-country = \"KZ\"".to_owned())
}

/// `did you mean …?` with the countries that a word may be meant as; `None` where it is like
/// none of them.
pub(super) fn countries_meant(text: &str) -> Option<String> {
    let word = text.to_lowercase();
    let alias = MEANT.iter().find(|(written, _)| *written == word);
    if let Some(country) = alias.and_then(|(_, code)| Country::from_code(code)) {
        return Some(did_you_mean(&[country]));
    }
    if let Some(country) = Country::from_code(text) {
        return Some(did_you_mean(&[country]));
    }
    let names: Vec<(String, Country)> = Country::all()
        .map(|(country, name)| (name.to_lowercase(), country))
        .collect();
    let near = nearest(&word, names.iter().map(|(name, _)| name.as_str()));
    let of_name = |near: &str| {
        let found = names.iter().find(|(name, _)| name == near);
        found.map(|(_, country)| *country)
    };
    let countries: Vec<Country> = near.into_iter().filter_map(of_name).collect();
    (!countries.is_empty() && word.chars().count() >= 3).then(|| did_you_mean(&countries))
}

fn did_you_mean(countries: &[Country]) -> String {
    let named = |country: &Country| format!("`{country}` ({})", country.name());
    let named: Vec<String> = countries.iter().map(named).collect();
    format!("did you mean {}?", named.join(" or "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_in_any_case() {
        for text in ["KZ", "kz", " Kz "] {
            assert_eq!(country(text).unwrap().code(), "KZ", "{text:?}");
        }
    }

    #[test]
    fn names_are_answered_with_their_codes() {
        let check = |text: &str, hint: &str| {
            let complaint = country(text).unwrap_err();
            assert_eq!(complaint.hint, hint, "{text}");
        };
        check("Kazakhstan", "did you mean `KZ` (Kazakhstan)?");
        check("kazakstan", "did you mean `KZ` (Kazakhstan)?");
        check("KAZ", "did you mean `KZ` (Kazakhstan)?");
        check("UK", "did you mean `GB` (United Kingdom)?");
        check("kk", "did you mean `KZ` (Kazakhstan)?");
        check(
            "Korea",
            "did you mean `KP` (North Korea) or `KR` (South Korea)?",
        );
        let any = "write its two letters of ISO 3166: default-country = \"KZ\"";
        for text in ["", "EU", "QQ", "Атлантида"] {
            check(text, any);
        }
    }
}
