//! The rules, asked in their order.

use std::collections::BTreeMap;

use crate::classify::decide::audience::{Audience, VoiceSet};
use crate::classify::decide::candidate::{Candidate, factor, sort};
use crate::classify::decide::voice::{Heard, Voice, hear, weight_of_others};
use crate::model::feed::FeedId;
use crate::model::judgement::{Condition, ConditionList, Judgement, Reason, RegionVerdict};
use crate::model::region::Evidence;
use crate::model::rules::{Datelines, FieldWeights};
use crate::model::weight::Thousandths;

/// At most so much evidence is kept for one region or condition.
pub(in crate::classify) const EVIDENCE_MAX: usize = 8;

/// Everything that decides, by index.
#[derive(Debug, Default)]
pub(in crate::classify) struct Decider {
    /// What speaks for each region, country and group that the rules name.
    voices: Vec<Voice>,
    /// Published regions in the order of the rules.
    regions: Vec<PublishedRegion>,
    /// The filter of feeds that have none of their own.
    filter: CompiledFilter,
    /// Filters of single feeds.
    feeds: BTreeMap<FeedId, CompiledFilter>,
    audience: Audience,
    /// The voices of `regions`.
    published: VoiceSet,
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
    /// What a place in a dateline says.
    pub(in crate::classify) datelines: Datelines,
    /// Hash of the filter as written.
    pub(in crate::classify) hash: u64,
}

impl Decider {
    /// Puts together what decides.
    pub(in crate::classify) fn new(
        voices: Vec<Voice>,
        regions: Vec<PublishedRegion>,
        filter: CompiledFilter,
        feeds: BTreeMap<FeedId, CompiledFilter>,
    ) -> Self {
        Self {
            audience: Audience::of(&voices),
            published: regions.iter().map(|region| region.voice).collect(),
            voices,
            regions,
            filter,
            feeds,
        }
    }

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
        for candidate in &mut candidates {
            candidate.voices = self.audience.voices_of(candidate, &self.voices);
        }
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
        let verdict = |region| verdict(region, filter, refusal.as_ref(), &candidates);
        let regions = self.regions.iter().map(verdict).collect();
        let is_elsewhere =
            |it: &&Candidate<'_>| it.is_place && !it.voices.has_any_of(&self.published);
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
        let heard = hear(voice, candidates);
        let Some(voice) = self.voices.get(voice) else {
            return (heard, false);
        };
        let against = voice.unless.iter().map(|it| hear(*it, candidates).weight);
        let against = against.fold(Thousandths::ZERO, Thousandths::plus);
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
    filter: &CompiledFilter,
    refusal: Option<&Reason>,
    candidates: &[Candidate<'_>],
) -> RegionVerdict {
    let heard = hear(region.voice, candidates);
    let share = if heard.weight == Thousandths::ZERO {
        Thousandths::ZERO
    } else {
        let others = weight_of_others(region.voice, candidates, &heard);
        heard.weight.share_of(heard.weight.plus(others))
    };
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
