//! What is kept of an entry, judged again: for `explain`, and when rules change.

use crate::classify::{Classifier, Input};
use crate::model::content::EntryContent;
use crate::model::entry::StoredEntry;
use crate::model::feed::Feed;
use crate::model::html::RawHtml;
use crate::model::judgement::Judgement;
use crate::model::region::RegionMatch;
use crate::normalise::html;

/// What `rules` make of what is kept of an entry; `None` where no text is. `feed`: the feed as it
/// is configured now, where it still is.
pub fn judge(entry: &StoredEntry, feed: Option<&Feed>, rules: &Classifier) -> Option<Judgement> {
    let text = text(&entry.content)?;
    Some(rules.judge(&input(&entry.content, &text, feed)))
}

/// The regions an entry belongs to by what is kept of it; `None` where no text is.
pub fn matches(entry: &StoredEntry, feed: &Feed, rules: &Classifier) -> Option<Vec<RegionMatch>> {
    let text = text(&entry.content)?;
    Some(of_feed(
        &input(&entry.content, &text, Some(feed)),
        feed,
        rules,
    ))
}

/// The regions an entry of a feed belongs to. An unfiltered feed speaks of its own country in all
/// it says.
pub fn of_feed(input: &Input<'_>, feed: &Feed, rules: &Classifier) -> Vec<RegionMatch> {
    let mut matches = rules.classify(input);
    let own = feed.default_country.filter(|_| feed.unfiltered);
    for of_country in own.into_iter().flat_map(|it| rules.regions_of(it)) {
        if matches.iter().all(|it| it.region != of_country.region) {
            matches.push(of_country);
        }
    }
    matches
}

/// The text as far as it is kept: all of it where it is shown, else its head.
fn text(content: &EntryContent) -> Option<String> {
    match content {
        EntryContent::Gone => None,
        EntryContent::Plain(plain) => Some(plain.text.clone()),
        EntryContent::Shown(shown) => {
            let markup = shown.content.as_ref().or(shown.summary.as_ref());
            let text = markup.map(|it| html::plain_text(&RawHtml(it.as_str().to_owned())));
            Some(text.unwrap_or_default())
        }
    }
}

fn input<'a>(content: &'a EntryContent, text: &'a str, feed: Option<&'a Feed>) -> Input<'a> {
    let (categories, language) = match content {
        EntryContent::Gone => (&[][..], None),
        EntryContent::Plain(plain) => (&plain.categories[..], plain.language.as_deref()),
        EntryContent::Shown(shown) => (&shown.categories[..], shown.language.as_deref()),
    };
    Input {
        title: content.title().unwrap_or_default(),
        text,
        categories,
        language,
        default_country: feed.and_then(|feed| feed.default_country),
        feed: feed.map(|feed| &feed.id),
    }
}
