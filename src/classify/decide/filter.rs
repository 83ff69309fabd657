//! The rules, asked in their order.

use std::collections::BTreeMap;

use crate::classify::decide::candidate::{Candidate, factor, sort};
use crate::classify::decide::voice::{Heard, Voice};
use crate::model::feed::FeedId;
use crate::model::judgement::{Condition, ConditionList, Judgement, Reason, RegionVerdict};
use crate::model::region::Evidence;
use crate::model::rules::FieldWeights;
use crate::model::weight::Thousandths;

/// At most so much evidence is kept for one region or condition.
pub(in crate::classify) const EVIDENCE_MAX: usize = 8;

/// Everything that decides, by index.
#[derive(Debug, Default)]
pub(in crate::classify) struct Decider {
    /// What speaks for each region, country and group that the rules name.
    pub(in crate::classify) voices: Vec<Voice>,
    /// Published regions in the order of the rules.
    pub(in crate::classify) regions: Vec<PublishedRegion>,
    /// The filter of feeds that have none of their own.
    pub(in crate::classify) filter: CompiledFilter,
    /// Filters of single feeds.
    pub(in crate::classify) feeds: BTreeMap<FeedId, CompiledFilter>,
}

/// A region that is published.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::classify) struct PublishedRegion {
    /// Its name.
    pub(in crate::classify) name: String,
    /// Index of its voice.
    pub(in crate::classify) voice: usize,
}

/// A filter with its selectors resolved.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(in crate::classify) struct CompiledFilter {
    /// Conditions in the order they are asked: list, selector as written, index of its voice.
    pub(in crate::classify) conditions: Vec<(ConditionList, String, usize)>,
    /// Least share.
    pub(in crate::classify) about: Thousandths,
    /// Least weight.
    pub(in crate::classify) min: Thousandths,
    /// Factors by field.
    pub(in crate::classify) fields: FieldWeights,
    /// Hash of the filter as written.
    pub(in crate::classify) hash: u64,
}

impl Decider {
    /// The filter of a feed.
    pub(in crate::classify) fn filter_of(&self, feed: Option<&FeedId>) -> &CompiledFilter {
        let own = feed.and_then(|feed| self.feeds.get(feed));
        own.unwrap_or(&self.filter)
    }

    /// Judges an entry by what was found in it.
    pub(in crate::classify) fn judge(
        &self,
        filter: &CompiledFilter,
        mut candidates: Vec<Candidate<'_>>,
    ) -> Judgement {
        for candidate in &mut candidates {
            candidate.weight = candidate
                .weight
                .times(factor(&filter.fields, candidate.kind));
        }
        candidates.retain(|it| it.weight > Thousandths::ZERO);
        sort(&mut candidates);
        let conditions: Vec<Condition> = filter
            .conditions
            .iter()
            .map(|(list, selector, voice)| {
                let (heard, holds) = self.condition(*voice, &candidates);
                Condition {
                    list: *list,
                    selector: selector.clone(),
                    holds,
                    weight: heard.weight,
                    evidence: evidence(&heard.by),
                }
            })
            .collect();
        let refusal = refusal(&conditions);
        let regions = self
            .regions
            .iter()
            .filter_map(|region| {
                let voice = self.voices.get(region.voice)?;
                Some(verdict(
                    region,
                    voice,
                    filter,
                    refusal.as_ref(),
                    &candidates,
                ))
            })
            .collect();
        let is_elsewhere = |it: &&Candidate<'_>| {
            let voices = self.regions.iter().map(|region| region.voice);
            let mut voices = voices.filter_map(|voice| self.voices.get(voice));
            it.is_place && voices.all(|voice| !voice.holds(it))
        };
        let elsewhere: Vec<_> = candidates.iter().filter(is_elsewhere).collect();
        Judgement {
            regions,
            conditions,
            elsewhere: evidence(&elsewhere),
        }
    }

    /// What was heard of a condition, and whether that is enough.
    fn condition<'c, 'a>(
        &self,
        voice: usize,
        candidates: &'c [Candidate<'a>],
    ) -> (Heard<'c, 'a>, bool) {
        let Some(voice) = self.voices.get(voice) else {
            return (Heard::default(), false);
        };
        let heard = voice.hear(candidates);
        let against = voice.unless.iter().filter_map(|it| self.voices.get(*it));
        let against = against
            .map(|it| it.hear(candidates).weight)
            .fold(Thousandths::ZERO, Thousandths::plus);
        let is_drowned = !voice.unless.is_empty() && against >= heard.weight;
        let holds = heard.weight > Thousandths::ZERO && heard.weight >= voice.min && !is_drowned;
        (heard, holds)
    }
}

/// The first list whose conditions keep the entry out, whatever the region.
fn refusal(conditions: &[Condition]) -> Option<Reason> {
    let of = |list: ConditionList| conditions.iter().filter(move |it| it.list == list);
    let by = |it: &Condition| it.selector.clone();
    if let Some(found) = of(ConditionList::None).find(|it| it.holds) {
        return Some(Reason::None { by: by(found) });
    }
    if let Some(missing) = of(ConditionList::All).find(|it| !it.holds) {
        return Some(Reason::All { by: by(missing) });
    }
    let mut any = of(ConditionList::Any).peekable();
    (any.peek().is_some() && any.all(|it| !it.holds)).then_some(Reason::Any)
}

fn verdict(
    region: &PublishedRegion,
    voice: &Voice,
    filter: &CompiledFilter,
    refusal: Option<&Reason>,
    candidates: &[Candidate<'_>],
) -> RegionVerdict {
    let heard = voice.hear(candidates);
    let whole = heard
        .weight
        .plus(voice.weight_of_others(candidates, &heard));
    let share = heard.weight.share_of(whole);
    let reason = if heard.by.is_empty() {
        Reason::Unnamed
    } else if heard.weight == Thousandths::ZERO {
        Reason::Doubtful
    } else if let Some(refusal) = refusal {
        refusal.clone()
    } else if share < filter.about {
        let least = filter.about;
        Reason::About { least }
    } else if heard.weight < filter.min {
        let least = filter.min;
        Reason::Min { least }
    } else {
        Reason::In
    };
    RegionVerdict {
        region: region.name.clone(),
        reason,
        weight: heard.weight,
        share,
        evidence: evidence(&heard.by),
    }
}

fn evidence(candidates: &[&Candidate<'_>]) -> Vec<Evidence> {
    let kept = candidates.iter().take(EVIDENCE_MAX);
    kept.map(|it| it.shown()).collect()
}
