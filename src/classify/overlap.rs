//! Which of several words that overlap are meant.

use std::cmp::Reverse;
use std::collections::HashSet;

use crate::classify::compiled::{Kind, LanguageSet, STOP};
use crate::classify::fields::FieldText;
use crate::classify::mention::{DASHES, Hit, Mention};

/// Left to right, at each place the longest; of equally long ones the word of the entry's own
/// language, the surest and heaviest. Weak readings for another owner stay beside a sure one:
/// what stands elsewhere in the entry decides between them. A name of two countries, like 中美,
/// names both, but where a longer name begins inside it. A word of a region hides no country
/// it is composed of.
pub(super) fn longest(mut hits: Vec<Hit>, fields: &[FieldText<'_>]) -> Vec<Mention> {
    hits.sort_by_key(|hit| {
        let Mention {
            field,
            span,
            entry,
            kind,
            is_weak,
            ..
        } = &hit.mention;
        let rank = (
            hit.languages == 0,
            *kind != Kind::Stop,
            *is_weak,
            Reverse(kind.weight()),
            *entry,
        );
        (*field, span.start, Reverse(span.end), rank)
    });
    let mut mentions: Vec<Mention> = Vec::new();
    let mut taken = (0, 0);
    let mut winner: Option<(Mention, LanguageSet)> = None;
    // The region's word that was taken last, and up to where its own countries are told.
    let mut region: Option<Mention> = None;
    let mut inside = (0, 0);
    let cut = names_cut_short(&hits);
    for (index, Hit { mention, languages }) in hits.into_iter().enumerate() {
        if cut.contains(&index) {
            continue;
        }
        if let Some((winner, of_winner)) = &winner {
            let is_beside = winner.field == mention.field && winner.span == mention.span;
            let is_other = winner.owner != STOP && winner.owner != mention.owner;
            let are_names = mention.kind == Kind::Name && winner.kind == Kind::Name;
            let are_both = are_names && languages & of_winner != 0;
            if is_beside && is_other && (mention.is_weak || winner.is_weak || are_both) {
                let beside = mentions.iter().rev();
                let mut beside = beside.take_while(|it| it.span == mention.span);
                if beside.all(|it| it.owner != mention.owner || it.is_weak != mention.is_weak) {
                    mentions.push(mention);
                }
                continue;
            }
        }
        if let Some(region) = &region
            && let Some(field) = fields.get(mention.field)
            && is_part_of(&mention, region, inside, field.text())
            && (mention.field, mention.span.start) >= inside
        {
            inside = (mention.field, mention.span.end);
            if mention.owner != STOP {
                mentions.push(mention);
            }
            continue;
        }
        if (mention.field, mention.span.start) < taken {
            continue;
        }
        region = (mention.kind == Kind::Region).then(|| mention.clone());
        taken = (mention.field, mention.span.end);
        winner = Some((mention.clone(), languages));
        if mention.owner != STOP {
            mentions.push(mention);
        }
    }
    mentions
}

/// Among sorted hits, names of two countries inside which a longer name begins that goes on behind
/// them: in *会议中美国* the one is not meant.
fn names_cut_short(hits: &[Hit]) -> HashSet<usize> {
    let mut cut = HashSet::new();
    for (index, [one, other]) in hits.array_windows().enumerate() {
        let (one, other) = (&one.mention, &other.mention);
        let are_twins = one.field == other.field
            && one.span == other.span
            && (one.kind, other.kind) == (Kind::Name, Kind::Name)
            && one.owner != other.owner;
        if !are_twins {
            continue;
        }
        let behind = hits.iter().skip(index).map(|hit| &hit.mention);
        let mut inside = behind
            .take_while(|it| it.field == one.field && it.span.start < one.span.end)
            .filter(|it| it.span.start > one.span.start && it.span.end > one.span.end);
        if inside.any(|it| matches!(it.kind, Kind::Name | Kind::Stop)) {
            cut.extend([index, index + 1]);
        }
    }
    cut
}

/// Whether a country's word is part of a region's, so that both are meant: all of it, or one of the
/// countries that it strings together from its beginning on. *China-Kyrgyzstan-Uzbekistan railway*
/// names three; the *South China Sea*, the *Minsk Group* and *Latin-Amerika* name none. `told`:
/// where the last of them ends.
fn is_part_of(mention: &Mention, region: &Mention, told: (usize, usize), text: &str) -> bool {
    let (inner, outer) = (&mention.span, &region.span);
    if mention.field != region.field || inner.start < outer.start || inner.end > outer.end {
        return false;
    }
    if inner == outer {
        return !matches!(mention.kind, Kind::Region | Kind::Stop);
    }
    let (field, end) = told;
    let is_next = inner.start == outer.start || (field == mention.field && end > outer.start);
    let from = if inner.start == outer.start {
        inner.end
    } else {
        end
    };
    let to = if inner.start == outer.start {
        outer.end
    } else {
        inner.start
    };
    let between = text.get(from..to).unwrap_or_default();
    is_next && between.trim_start().starts_with(DASHES)
}
