//! Every piece of a date put in its place; a piece without one makes it no date.

use crate::normalise::date::atoms::{Atom, Piece};
use crate::normalise::date::clock::{Clock, thousandths};
use crate::normalise::date::names::{Era, Meaning, Name, Unit};
use crate::normalise::date::zone;

/// What the pieces of a date have given.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Scanned {
    /// Numbers that are not time or zone, in their order.
    pub(super) numbers: Vec<Number>,
    /// Names that may be a month, in their order.
    pub(super) months: Vec<Vec<Name>>,
    /// Names that can only be a day of the week.
    pub(super) days: Vec<Name>,
    pub(super) clock: Option<Clock>,
    pub(super) offset: Option<i32>,
    pub(super) era: Option<Era>,
    is_numeric_offset: bool,
    is_afternoon: Option<bool>,
}

/// A number of a date.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Number {
    pub(super) value: u32,
    pub(super) n_digits: usize,
    /// What a word after it says it is.
    pub(super) unit: Option<Unit>,
    /// The sign between the number before and this, where nothing else is between.
    pub(super) separator: Option<char>,
}

/// Signs that may stand between the parts of a date.
const BETWEEN: &str = ",.-/()[]'\"|·;–—•،؛、@׳״॰_\u{2212}‐।’";

/// Walks over the pieces.
struct Scanner<'a, 'l> {
    atoms: &'a [Atom<'a>],
    at: usize,
    language: &'l str,
    scanned: Scanned,
    /// The piece before was a time, or the name of its zone.
    is_after_time: bool,
    /// What a word before says the next number is.
    prefix: Option<Unit>,
    /// What stands between the last number and here: nothing, one sign, or more.
    between: Between,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Between {
    Space,
    Sign(char),
    More,
}

/// Reads the pieces of a date; `language` (primary subtag, or empty) is the feed's.
pub(super) fn scan(atoms: &[Atom<'_>], language: &str) -> Option<Scanned> {
    let mut scanner = Scanner {
        atoms,
        at: 0,
        language,
        scanned: Scanned::default(),
        is_after_time: false,
        prefix: None,
        between: Between::More,
    };
    while let Some(atom) = scanner.atoms.get(scanner.at) {
        match &atom.piece {
            Piece::Number(digits) => scanner.number(digits)?,
            Piece::Sign(sign) => scanner.sign(*sign)?,
            Piece::Name(names) => scanner.name(names)?,
            Piece::Unknown => scanner.unknown()?,
        }
    }
    let mut scanned = scanner.scanned;
    if let Some(is_afternoon) = scanned.is_afternoon {
        scanned.clock = Some(scanned.clock?.in_half(is_afternoon)?);
    }
    Some(scanned)
}

impl<'a> Scanner<'a, '_> {
    fn piece(&self, ahead: usize) -> Option<&'a Piece<'a>> {
        self.atoms.get(self.at + ahead).map(|atom| &atom.piece)
    }

    /// The piece so far ahead, where no white space stands before it.
    fn joined(&self, ahead: usize) -> Option<&'a Piece<'a>> {
        let atom = self.atoms.get(self.at + ahead)?;
        (!atom.is_apart).then_some(&atom.piece)
    }

    fn joined_number(&self, ahead: usize) -> Option<&'a str> {
        match self.joined(ahead)? {
            Piece::Number(digits) => Some(digits),
            _ => None,
        }
    }

    fn joined_sign(&self, ahead: usize, signs: &[char]) -> Option<char> {
        match self.joined(ahead)? {
            Piece::Sign(sign) if signs.contains(sign) => Some(*sign),
            _ => None,
        }
    }

    fn means(&self, ahead: usize, meaning: Meaning) -> bool {
        matches!(self.piece(ahead), Some(Piece::Name(names)) if names.iter().any(|it| it.meaning == meaning))
    }

    fn number(&mut self, digits: &'a str) -> Option<()> {
        if self.joined_sign(1, &[':']).is_some() {
            let length = self.colon_time(digits)?;
            self.took_time(length);
            return Some(());
        }
        let other = self
            .unit_time(digits)
            .or_else(|| self.compact_time(digits))
            .or_else(|| self.dotted_time(digits));
        if let Some(length) = other {
            self.took_time(length);
            return Some(());
        }
        if digits.len() <= 2 && self.scanned.clock.is_none() && self.is_before_half() {
            // "4 pm"; its half of the day is read next.
            self.scanned.clock = Some(Clock {
                hour: digits.parse().ok()?,
                ..Clock::default()
            });
            self.took_time(1);
            return Some(());
        }
        if digits.len() > 4 {
            return None;
        }
        let separator = match self.between {
            Between::Sign(sign) => Some(sign),
            Between::Space => Some(' '),
            Between::More => None,
        };
        let prefix = self.prefix.take();
        let (unit, length) = match prefix {
            Some(unit) => (Some(unit), 0),
            None => self.unit(digits),
        };
        self.scanned.numbers.push(Number {
            value: digits.parse().ok()?,
            n_digits: digits.len(),
            unit,
            separator,
        });
        self.at += 1 + length;
        self.between = if length == 0 {
            Between::Space
        } else {
            Between::More
        };
        self.is_after_time = false;
        Some(())
    }

    fn took_time(&mut self, length: usize) {
        self.at += length;
        self.is_after_time = true;
        self.between = Between::More;
    }

    fn set_clock(&mut self, hour: &str, minute: &str, second: Option<&str>) -> Option<()> {
        let two = |digits: &str| digits.parse().ok().filter(|_| digits.len() <= 2);
        let clock = Clock {
            hour: two(hour)?,
            minute: two(minute)?,
            second: second.map_or(Some(0), two)?,
            millis: 0,
        };
        clock.day_millis()?;
        set(&mut self.scanned.clock, clock)
    }

    /// `04:23`, `4:23:17`, `04:23:17.5`; gives how many pieces it takes.
    fn colon_time(&mut self, hour: &str) -> Option<usize> {
        let minute = self.joined_number(2)?;
        let second = self
            .joined_sign(3, &[':'])
            .and_then(|_| self.joined_number(4));
        let mut length = if second.is_some() { 5 } else { 3 };
        self.set_clock(hour, minute, second)?;
        let fraction = self
            .joined_sign(length, &['.', ','])
            .and(self.joined_number(length + 1));
        if let (Some(_), Some(fraction)) = (second, fraction) {
            if let Some(clock) = &mut self.scanned.clock {
                clock.millis = thousandths(fraction);
            }
            length += 2;
        }
        Some(length)
    }

    /// `14h30`, `14 時 30 分`, `4点`.
    fn unit_time(&mut self, hour: &str) -> Option<usize> {
        if self.scanned.clock.is_some()
            || hour.len() > 2
            || !self.means(1, Meaning::Unit(Unit::Hour))
        {
            return None;
        }
        let mut length = 2;
        let mut parts = ["0", "0"];
        for (part, unit) in parts.iter_mut().zip([Unit::Minute, Unit::Second]) {
            let Some(Piece::Number(digits)) = self.piece(length) else {
                break;
            };
            let is_said = self.means(length + 1, Meaning::Unit(unit));
            let is_joined = unit == Unit::Minute && self.joined(length).is_some();
            if digits.len() > 2 || !(is_said || is_joined) {
                break;
            }
            *part = digits;
            length += if is_said { 2 } else { 1 };
        }
        let [minute, second] = parts;
        self.set_clock(hour, minute, Some(second))?;
        Some(length)
    }

    /// `T042317`, `T0423`, `T04` (ISO 8601).
    fn compact_time(&mut self, digits: &str) -> Option<usize> {
        let before = self.atoms.get(self.at.checked_sub(1)?)?;
        let is_t = matches!(&before.piece, Piece::Name(names) if names.iter().any(|it| it.meaning == Meaning::Filler))
            && !before.is_apart
            && self.joined(0).is_some();
        if !is_t || self.scanned.clock.is_some() {
            return None;
        }
        let part = |from: usize| digits.get(from..from + 2);
        match digits.len() {
            2 => self.set_clock(digits, "0", None)?,
            4 => self.set_clock(part(0)?, part(2)?, None)?,
            6 => self.set_clock(part(0)?, part(2)?, part(4))?,
            _ => return None,
        }
        Some(1)
    }

    /// `14.30`, `14.30.05`, where the date stands before it.
    fn dotted_time(&mut self, hour: &str) -> Option<usize> {
        let has_date = self.scanned.numbers.len() + self.scanned.months.len().min(1) >= 3;
        if !has_date || self.scanned.clock.is_some() || hour.len() > 2 {
            return None;
        }
        self.joined_sign(1, &['.'])?;
        let minute = self.joined_number(2).filter(|minute| minute.len() == 2)?;
        let second = self
            .joined_sign(3, &['.'])
            .and_then(|_| self.joined_number(4));
        self.set_clock(hour, minute, second)?;
        Some(if second.is_some() { 5 } else { 3 })
    }

    /// What the number here is, by the word after it, and how many pieces that takes.
    fn unit(&self, digits: &str) -> (Option<Unit>, usize) {
        let hyphens = usize::from(self.joined_sign(1, &['-']).is_some());
        let Some(Piece::Name(names)) = self.piece(1 + hyphens) else {
            return (None, 0);
        };
        let is_joined = self.joined(1 + hyphens).is_some();
        if hyphens == 1 && !is_joined {
            return (None, 0);
        }
        let has = |wanted| names.iter().any(|it| it.meaning == Meaning::Unit(wanted));
        let is_month_name = names
            .iter()
            .any(|it| matches!(it.meaning, Meaning::Month(..)));
        if is_month_name && !has(Unit::Month) {
            return (None, 0);
        }
        let unit = if digits.len() >= 3
            || names
                .iter()
                .all(|it| it.meaning == Meaning::Unit(Unit::Year))
        {
            has(Unit::Year).then_some(Unit::Year)
        } else {
            [Unit::Month, Unit::Day].into_iter().find(|unit| has(*unit))
        };
        let is_ordinal = is_joined && names.iter().any(|it| it.meaning == Meaning::Ordinal);
        match unit {
            Some(unit) => (Some(unit), 1 + hyphens),
            None if is_ordinal => (None, 1 + hyphens),
            None => (None, 0),
        }
    }

    /// The half of the day `names` stand for beside a time. "am" is German and "de" Spanish for
    /// other things: the feed's language is heard before English, and both before the rest.
    fn half(&self, names: &[Name]) -> Option<bool> {
        let of = |tag: &str| {
            names
                .iter()
                .filter(|it| it.language.tag == tag)
                .collect::<Vec<_>>()
        };
        let own = if self.language.is_empty() {
            Vec::new()
        } else {
            of(self.language)
        };
        let ranks = [own, of("en"), names.iter().collect()];
        let heard = ranks.into_iter().find(|names| !names.is_empty())?;
        let is_other = |it: &&Name| matches!(it.meaning, Meaning::Filler | Meaning::Month(..));
        if heard.iter().any(is_other) {
            None
        } else {
            half(heard)
        }
    }

    /// Whether a half of the day stands here in joined or separate letters.
    fn is_before_half(&self) -> bool {
        matches!(self.piece(1), Some(Piece::Name(names)) if self.half(names).is_some())
    }

    fn name(&mut self, names: &[Name]) -> Option<()> {
        self.at += 1;
        self.between = Between::More;
        if self.is_after_time
            && let Some(offset) = self.named_zone(names)
        {
            self.scanned.offset = Some(offset);
            return Some(());
        }
        if names
            .iter()
            .any(|it| matches!(it.meaning, Meaning::Month(..)))
        {
            self.scanned.months.push(names.to_vec());
            self.is_after_time = false;
            return Some(());
        }
        if let Some(is_afternoon) = self.half(names).filter(|_| self.is_after_time) {
            return set(&mut self.scanned.is_afternoon, is_afternoon);
        }
        let names = &self.heard(names);
        let first = |wanted: fn(&Meaning) -> bool| names.iter().map(|it| it.meaning).find(wanted);
        let is_day = |meaning: &Meaning| matches!(meaning, Meaning::Day(_));
        let is_nothing =
            |it: &Meaning| matches!(it, Meaning::Filler | Meaning::Unit(_) | Meaning::Ordinal);
        if let Some(unit) = first(|it| matches!(it, Meaning::Prefix(_))) {
            self.prefix = match unit {
                Meaning::Prefix(unit) => Some(unit),
                _ => None,
            };
            return Some(());
        }
        if first(is_day).is_some() {
            self.scanned
                .days
                .extend(names.iter().filter(|it| is_day(&it.meaning)));
        } else if let Some(Meaning::Era(era)) = first(|it| matches!(it, Meaning::Era(_))) {
            return set(&mut self.scanned.era, era);
        } else if first(is_nothing).is_some() {
            // It says nothing here.
        } else if let Some(Meaning::Half { is_afternoon }) =
            first(|it| matches!(it, Meaning::Half { .. }))
        {
            return set(&mut self.scanned.is_afternoon, is_afternoon);
        } else if let Some(offset) = self.named_zone(names) {
            // A zone before the time, or far behind it.
            self.scanned.offset = Some(offset);
        } else {
            return None;
        }
        Some(())
    }

    /// Of several meanings, those of the feed's language where it has any.
    fn heard(&self, names: &[Name]) -> Vec<Name> {
        let own = |it: &&Name| !self.language.is_empty() && it.language.tag == self.language;
        let own: Vec<Name> = names.iter().filter(own).copied().collect();
        if own.is_empty() { names.to_vec() } else { own }
    }

    /// The zone `names` may be, while none is known that says more.
    fn named_zone(&self, names: &[Name]) -> Option<i32> {
        let zone = |language: &str| {
            names.iter().find_map(|it| match it.meaning {
                Meaning::Zone(minutes) if it.language.tag == language => Some(minutes),
                _ => None,
            })
        };
        let own = if self.language.is_empty() {
            None
        } else {
            zone(self.language)
        };
        let offset = own.or_else(|| zone(""))?;
        match self.scanned.offset {
            None => Some(offset),
            // "+0300 (MSK)" says it twice; the number is the surer.
            Some(known) => {
                Some(known).filter(|_| self.scanned.is_numeric_offset || known == offset)
            }
        }
    }

    fn sign(&mut self, sign: char) -> Option<()> {
        let may_be_offset = matches!(sign, '+' | '-' | '\u{2212}') && self.is_after_time;
        if may_be_offset && let Some((offset, length)) = self.numeric_offset(sign == '+') {
            let known = self.scanned.offset.replace(offset);
            self.scanned.is_numeric_offset = true;
            self.at += length;
            return known
                .is_none_or(|known| known == 0 || known == offset)
                .then_some(());
        }
        if matches!(sign, '(' | '[') && self.scanned.is_numeric_offset {
            return self.skip_group();
        }
        if !BETWEEN.contains(sign) {
            return None;
        }
        self.at += 1;
        self.between = match self.between {
            Between::Space => Between::Sign(sign),
            Between::Sign(_) | Between::More => Between::More,
        };
        Some(())
    }

    /// The offset here, and how many pieces it takes.
    fn numeric_offset(&self, is_east: bool) -> Option<(i32, usize)> {
        let hours = self.joined_number(1)?;
        if hours.len() <= 2 && self.joined_sign(2, &[':']).is_some() {
            return Some((
                zone::minutes(is_east, hours, Some(self.joined_number(3)?))?,
                4,
            ));
        }
        // "04:23-13.08.2026" is no offset.
        let is_date = hours.len() <= 2 && self.joined_sign(2, &['.', '-', '/']).is_some();
        (!is_date).then_some(())?;
        Some((zone::minutes(is_east, hours, None)?, 2))
    }

    /// What an offset is explained with: `(Moscow Standard Time)`, `[Europe/Moscow]`.
    fn skip_group(&mut self) -> Option<()> {
        let length = self
            .atoms
            .get(self.at..)?
            .iter()
            .position(|atom| matches!(atom.piece, Piece::Sign(')' | ']')))?;
        self.at += length + 1;
        self.between = Between::More;
        Some(())
    }

    /// A word nobody knows is read over where RFC 822 puts the day of the week.
    fn unknown(&mut self) -> Option<()> {
        let is_day = self.at == 0 && matches!(self.piece(1), Some(Piece::Sign(',')));
        self.at += 2;
        is_day.then_some(())
    }
}

fn half<'n>(names: impl IntoIterator<Item = &'n Name>) -> Option<bool> {
    names.into_iter().find_map(|it| match it.meaning {
        Meaning::Half { is_afternoon } => Some(is_afternoon),
        _ => None,
    })
}

/// Fills an empty place; a part that comes twice makes the date uncertain.
fn set<T>(place: &mut Option<T>, value: T) -> Option<()> {
    if place.is_some() {
        return None;
    }
    *place = Some(value);
    Some(())
}
