//! What words mean in a date, from the tables in `data`.

use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::normalise::date::calendar::Calendar;
use crate::normalise::date::zone;
use crate::text::fold;

const NAMES: &str = include_str!("data/names.toml");
const MARKS: &str = include_str!("data/marks.toml");

/// The words of one name are no more.
pub(super) const WORDS_MAX: usize = 4;

/// A cut or inflected name is recognised by this many letters of a known one.
const CUT_MIN_CHARS: usize = 3;
const STEM_MIN_CHARS: usize = 4;

/// An inflected name is no longer than a known one by more than this.
const ENDING_MAX_CHARS: usize = 5;

/// What a word means in one language.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Name {
    pub(super) language: Language,
    pub(super) meaning: Meaning,
}

/// The language a meaning belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Language {
    /// Primary subtag (`uz` for both of its scripts); empty for what all languages write.
    pub(super) tag: &'static str,
    /// Heard only where no other language knows the word, or where it is the feed's.
    pub(super) is_minor: bool,
}

const ANY: Language = Language {
    tag: "",
    is_minor: false,
};

/// What a word means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Meaning {
    /// A month, 1 to 12.
    Month(Calendar, u32),
    /// A day of the week, 0 is Monday.
    Day(i8),
    /// A half of the day.
    Half { is_afternoon: bool },
    /// It says what the number before it is.
    Unit(Unit),
    /// It says what the number after it is.
    Prefix(Unit),
    /// The ending of a numeral: `13th`.
    Ordinal,
    /// How the year is counted.
    Era(Era),
    /// A zone, in minutes east of UTC.
    Zone(i32),
    /// Nothing.
    Filler,
}

/// What a number is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Unit {
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
}

/// How a year is counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Era {
    /// Gregorian months; this many years are to be added.
    Plus(i32),
    /// In another calendar.
    Of(Calendar),
}

/// All that is known.
pub(super) struct Names {
    by_words: HashMap<String, Vec<Name>>,
    /// Months and days of one word, for those that are cut or inflected.
    single: BTreeMap<String, Vec<Name>>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct LanguageRow {
    minor: bool,
    calendar: String,
    months: String,
    days: String,
    am: String,
    pm: String,
    words: String,
}

type Rows = BTreeMap<String, LanguageRow>;
type Marks = BTreeMap<String, BTreeMap<String, String>>;

pub(super) static KNOWN: LazyLock<Names> = LazyLock::new(|| {
    let mut names = Names {
        by_words: HashMap::new(),
        single: BTreeMap::new(),
    };
    let rows: Rows = toml::from_str(NAMES).unwrap_or_default();
    for (tag, row) in rows {
        names.add_language(tag.leak(), &row);
    }
    let marks: Marks = toml::from_str(MARKS).unwrap_or_default();
    for (kind, mark) in &marks {
        for (what, words) in mark {
            if let Some(meaning) = mark_meaning(kind, what) {
                names.add_all(words, ANY, meaning);
            }
        }
    }
    for (name, language, minutes) in zone::named() {
        let language = language.map_or(ANY, |tag| Language {
            tag: tag.leak(),
            is_minor: false,
        });
        names.add(&name, language, Meaning::Zone(minutes));
    }
    names
});

fn mark_meaning(kind: &str, what: &str) -> Option<Meaning> {
    Some(match (kind, what) {
        ("unit", "year") => Meaning::Unit(Unit::Year),
        ("unit", "month") => Meaning::Unit(Unit::Month),
        ("unit", "day") => Meaning::Unit(Unit::Day),
        ("unit", "hour") => Meaning::Unit(Unit::Hour),
        ("unit", "minute") => Meaning::Unit(Unit::Minute),
        ("unit", "second") => Meaning::Unit(Unit::Second),
        ("unit", "ordinal") => Meaning::Ordinal,
        ("prefix", "month") => Meaning::Prefix(Unit::Month),
        ("prefix", "year") => Meaning::Prefix(Unit::Year),
        ("era", "gregorian") => Meaning::Era(Era::Plus(0)),
        ("era", "buddhist") => Meaning::Era(Era::Plus(-543)),
        ("era", "minguo") => Meaning::Era(Era::Plus(1911)),
        ("era", "showa") => Meaning::Era(Era::Plus(1925)),
        ("era", "heisei") => Meaning::Era(Era::Plus(1988)),
        ("era", "reiwa") => Meaning::Era(Era::Plus(2018)),
        ("era", "hijri") => Meaning::Era(Era::Of(Calendar::Hijri)),
        ("era", "jalali") => Meaning::Era(Era::Of(Calendar::Jalali)),
        ("filler", _) => Meaning::Filler,
        _ => return None,
    })
}

impl Names {
    fn add_language(&mut self, tag: &'static str, row: &LanguageRow) {
        let calendar = match row.calendar.as_str() {
            "jalali" => Calendar::Jalali,
            "hijri" => Calendar::Hijri,
            _ => Calendar::Gregorian,
        };
        let tag = tag.split_once('-').map_or(tag, |(primary, _)| primary);
        let language = Language {
            tag,
            is_minor: row.minor,
        };
        for (month, forms) in (1..).zip(row.months.split('|')) {
            self.add_all(forms, language, Meaning::Month(calendar, month));
        }
        for (day, forms) in (0..).zip(row.days.split('|')) {
            self.add_all(forms, language, Meaning::Day(day));
        }
        self.add_all(
            &row.am,
            language,
            Meaning::Half {
                is_afternoon: false,
            },
        );
        self.add_all(&row.pm, language, Meaning::Half { is_afternoon: true });
        self.add_all(&row.words, language, Meaning::Filler);
    }

    fn add_all(&mut self, forms: &str, language: Language, meaning: Meaning) {
        for form in forms.split_whitespace() {
            self.add(form, language, meaning);
        }
    }

    fn add(&mut self, form: &str, language: Language, meaning: Meaning) {
        let folded = fold::fold_str(&form.replace('_', " "));
        let words: Vec<&str> = folded
            .split(|c| !is_letter(c))
            .filter(|it| !it.is_empty())
            .collect();
        let name = Name { language, meaning };
        if let ([word], Meaning::Month(..) | Meaning::Day(_)) = (words.as_slice(), meaning) {
            self.single
                .entry((*word).to_owned())
                .or_default()
                .push(name);
        }
        let known = self.by_words.entry(words.join(" ")).or_default();
        if !known.contains(&name) {
            known.push(name);
        }
    }

    /// What these words, folded and joined by spaces, mean.
    pub(super) fn of(&self, words: &str) -> Option<&[Name]> {
        self.by_words.get(words).map(Vec::as_slice)
    }

    /// What `word` means where it is a known month or day of the week, cut short or with an ending.
    pub(super) fn like(&self, word: &str) -> Vec<Name> {
        let n_chars = word.chars().count();
        let is_inflected = |stem: &str| {
            let n_stem = stem.chars().count();
            n_stem >= STEM_MIN_CHARS && n_chars - n_stem <= ENDING_MAX_CHARS
        };
        let ends = word.char_indices().map(|(at, _)| at).rev();
        let longest = ends
            .filter_map(|end| word.get(..end))
            .filter(|stem| is_inflected(stem))
            .find_map(|stem| self.single.get(stem));
        if let Some(names) = longest {
            return names.clone();
        }
        if n_chars < CUT_MIN_CHARS {
            return Vec::new();
        }
        self.single
            .range::<str, _>((Bound::Included(word), Bound::Unbounded))
            .take_while(|(known, _)| known.starts_with(word))
            .flat_map(|(_, names)| names.iter().copied())
            .collect()
    }
}

#[cfg(test)]
impl Names {
    pub(super) fn all(&self) -> impl Iterator<Item = (&String, &Vec<Name>)> {
        self.by_words.iter()
    }
}

/// What words are made of.
pub(super) fn is_letter(c: char) -> bool {
    c.is_alphabetic() || crate::text::script::is_mark(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_whole() {
        let rows: Rows = toml::from_str(NAMES).unwrap();
        assert!(rows.len() > 100, "{} languages", rows.len());
        for (tag, row) in rows {
            for (names, n) in [(&row.months, 12), (&row.days, 7)] {
                let n_names = names
                    .split('|')
                    .filter(|forms| !forms.trim().is_empty())
                    .count();
                assert!(
                    n_names == n || names.is_empty(),
                    "{tag}: {n_names} of {n} in {names}"
                );
            }
        }
        let marks: Marks = toml::from_str(MARKS).unwrap();
        for (kind, mark) in &marks {
            for what in mark.keys() {
                assert!(mark_meaning(kind, what).is_some(), "{kind} {what}");
            }
        }
        let longest = KNOWN
            .by_words
            .keys()
            .map(|words| words.split(' ').count())
            .max();
        assert_eq!(longest, Some(WORDS_MAX));
    }
}
