//! What is kept of an entry, judged again: for `explain`, and when rules change.

use crate::classify::{Classifier, Input};
use crate::model::content::EntryContent;
use crate::model::entry::StoredEntry;
use crate::model::feed::Feed;
use crate::model::html::RawHtml;
use crate::model::judgement::Judgement;
use crate::normalise::html;

/// The text of an entry as far as it is kept: all of it where it is shown, else its head.
struct Kept<'a> {
    title: &'a str,
    text: String,
    categories: &'a [String],
    language: Option<&'a str>,
}

impl<'a> Kept<'a> {
    fn of(content: &'a EntryContent) -> Option<Self> {
        match content {
            EntryContent::Gone => None,
            EntryContent::Plain(plain) => Some(Self {
                title: &plain.title,
                text: plain.text.clone(),
                categories: &plain.categories,
                language: plain.language.as_deref(),
            }),
            EntryContent::Shown(shown) => {
                let markup = shown.content.as_ref().or(shown.summary.as_ref());
                let text = markup.map(|it| html::plain_text(&RawHtml(it.as_str().to_owned())));
                Some(Self {
                    title: &shown.title,
                    text: text.unwrap_or_default(),
                    categories: &shown.categories,
                    language: shown.language.as_deref(),
                })
            }
        }
    }
}

/// What `rules` make of what is kept of an entry; `None` where no text is. `feed`: the feed as it
/// is configured now, where it still is.
pub fn judge(entry: &StoredEntry, feed: Option<&Feed>, rules: &Classifier) -> Option<Judgement> {
    let kept = Kept::of(&entry.content)?;
    Some(rules.judge(&Input {
        title: kept.title,
        text: &kept.text,
        categories: kept.categories,
        language: kept.language,
        default_country: feed.and_then(|feed| feed.default_country),
        feed: feed.map(|feed| &feed.id),
    }))
}
