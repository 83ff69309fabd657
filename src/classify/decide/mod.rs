//! From what was found in an entry to where it belongs.
//!
//! A [`voice::Voice`] is what speaks for a region, a country or a group; a
//! [`candidate::Candidate`] is a place or term found, weighed by where it stands; the
//! [`audience::Audience`] tells whose voices it joins; the
//! [`filter::Decider`] asks the rules in their order: `none`, `all`, `any`, then for each region
//! `about` and `min`.

mod audience;
mod candidate;
mod filter;
mod voice;

pub(super) use audience::VoiceSet;
pub(super) use candidate::{Candidate, Speaker};
pub(super) use filter::{CompiledFilter, Decider, EVIDENCE_MAX, PublishedRegion};
pub(super) use voice::{Part, Voice};
