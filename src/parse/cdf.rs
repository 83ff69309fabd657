//! Microsoft's Channel Definition Format: told from RSS, whose names it shares, and refused.

use crate::parse::grow::Grown;
use crate::parse::losses::Loss;
use crate::parse::structure::Role;

/// Whether a document is a CDF channel: a `channel` as root, with the address in an attribute.
pub(super) fn is_cdf(grown: &Grown<'_>) -> bool {
    grown.losses.has(Loss::NoRoot)
        && grown.tree.element(0).is_some_and(|root| {
            root.element().role == Role::Channel
                && (root.attribute("href").is_some() || root.attribute("base").is_some())
        })
}
