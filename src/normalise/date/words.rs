//! Names of months, days and zones.

/// Months by the first letters of their names, in the languages our feeds write dates in. A name
/// must start with one of these, or be one of these where it ends in `$`.
const MONTHS: [&[&str]; 12] = [
    &[
        "jan",
        "янв",
        "қаң",
        "қан",
        "yan",
        "oca",
        "ene",
        "січ",
        "январ",
    ],
    &["feb", "фев", "ақп", "fev", "şub", "sub", "fév", "лют"],
    &[
        "mar$", "march", "март", "мар$", "нау", "mart", "märz", "mär$", "marzo", "mars", "бер",
    ],
    &["apr", "апр", "сәу", "nis", "abr", "avr", "кві"],
    &["may", "май", "мая", "мам", "mai", "mayıs", "тра"],
    &["jun", "июн", "мау", "iyn", "iyun", "haz", "juin", "чер"],
    &["jul", "июл", "шіл", "iyl", "iyul", "tem", "juil", "лип"],
    &["aug", "авг", "там", "avg", "ağu", "ago", "août", "сер"],
    &["sep", "сен", "қыр", "sen", "eyl", "вер"],
    &["oct", "окт", "қаз", "okt", "eki", "жов"],
    &["nov", "ноя", "қар", "noy", "kas", "лис"],
    &[
        "dec", "дек", "жел", "dek", "ara", "dez", "dic", "déc", "гру",
    ],
];

/// Names of days, by their first letters; they say nothing the date does not.
const DAYS: &[&str] = &[
    "mon", "tue", "wed", "thu", "fri", "sat", "sun", "пн", "вт", "ср", "чт", "пт", "сб", "вс",
    "пон", "вто", "сре", "чет", "пят", "суб", "вос", "дүй", "сей", "сәр", "бей", "жұм", "сен",
    "жек", "dush", "sesh", "chor", "pay", "jum", "shan", "yak", "paz", "sal", "çar", "per", "cum",
    "lun", "mer", "jeu", "ven", "sam", "dim", "die", "mit", "don", "fre", "son", "mié", "jue",
    "vie", "sáb", "dom", "mo$", "di$", "mi$", "do$", "fr$", "sa$", "so$",
];

/// Words between the parts of a date.
const FILLERS: &[&str] = &[
    "at", "of", "de", "del", "г", "года", "году", "в", "um", "à", "le", "kl",
];

/// Zones by name, in minutes east of UTC. Where a name is used in several places, the one whose
/// feeds write it.
const ZONES: &[(&str, i32)] = &[
    ("ut", 0),
    ("utc", 0),
    ("gmt", 0),
    ("z", 0),
    ("wet", 0),
    ("west", 60),
    ("bst", 60),
    ("cet", 60),
    ("cest", 120),
    ("met", 60),
    ("mest", 120),
    ("eet", 120),
    ("eest", 180),
    ("sast", 120),
    ("cat", 120),
    ("wat", 60),
    ("eat", 180),
    ("msk", 180),
    ("msd", 240),
    ("мск", 180),
    ("trt", 180),
    ("irst", 210),
    ("gst", 240),
    ("azt", 240),
    ("get", 240),
    ("amt", 240),
    ("samt", 240),
    ("aft", 270),
    ("uzt", 300),
    ("tmt", 300),
    ("tjt", 300),
    ("pkt", 300),
    ("yekt", 300),
    ("ist", 330),
    ("npt", 345),
    ("kgt", 360),
    ("omst", 360),
    ("krat", 420),
    ("ict", 420),
    ("wib", 420),
    ("irkt", 480),
    ("hkt", 480),
    ("sgt", 480),
    ("myt", 480),
    ("ulat", 480),
    ("yakt", 540),
    ("jst", 540),
    ("kst", 540),
    ("vlat", 600),
    ("aest", 600),
    ("aedt", 660),
    ("nzst", 720),
    ("nzdt", 780),
    ("brt", -180),
    ("art", -180),
    ("nst", -210),
    ("ndt", -150),
    ("ast", -240),
    ("adt", -180),
    ("est", -300),
    ("edt", -240),
    ("cst", -360),
    ("cdt", -300),
    ("mst", -420),
    ("mdt", -360),
    ("pst", -480),
    ("pdt", -420),
    ("akst", -540),
    ("akdt", -480),
    ("hst", -600),
];

fn starts_with(word: &str, stems: &[&str]) -> bool {
    stems.iter().any(|stem| match stem.strip_suffix('$') {
        Some(whole) => word == whole,
        None => word.starts_with(stem),
    })
}

/// The month, 1 to 12, that `word` (lower case) names.
pub(super) fn month(word: &str) -> Option<u32> {
    (1..)
        .zip(MONTHS)
        .find(|(_, stems)| starts_with(word, stems))
        .map(|(month, _)| month)
}

/// Whether `word` (lower case) names a day of the week.
pub(super) fn is_day(word: &str) -> bool {
    starts_with(word, DAYS)
}

/// Whether `word` (lower case) only joins the parts of a date.
pub(super) fn is_filler(word: &str) -> bool {
    FILLERS.contains(&word)
}

/// The offset of a zone: a name, `+05:30`, `-0800`, `+5`, or both as in `UTC+5`.
pub(super) fn zone(word: &str) -> Option<i32> {
    let named = |name: &str| {
        ZONES
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, at)| *at)
    };
    match word.find(['+', '-', '\u{2212}']) {
        None => named(word),
        Some(at) => {
            let (name, offset) = word.split_at_checked(at)?;
            let base = if name.is_empty() {
                Some(0)
            } else {
                named(name).filter(|at| *at == 0)
            };
            Some(base? + numeric(offset)?)
        }
    }
}

fn numeric(offset: &str) -> Option<i32> {
    let mut chars = offset.chars();
    let sign = if chars.next()? == '+' { 1 } else { -1 };
    let digits = chars.as_str();
    let (hours, minutes) = match digits.split_once(':') {
        Some((hours, minutes)) => (hours, minutes),
        None => digits.split_at_checked(if digits.len() > 2 {
            digits.len() - 2
        } else {
            digits.len()
        })?,
    };
    let number = |digits: &str| -> Option<i32> {
        let is_digits =
            !digits.is_empty() && digits.len() <= 2 && digits.bytes().all(|b| b.is_ascii_digit());
        digits.parse().ok().filter(|_| is_digits)
    };
    let minutes = if minutes.is_empty() {
        0
    } else {
        number(minutes).filter(|m| *m < 60)?
    };
    Some(sign * (number(hours)? * 60 + minutes))
}
