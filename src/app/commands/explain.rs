//! `explain`: why an entry is in or out; for a text, what would match.

use std::path::Path;

use serde::Serialize;

use crate::app::commands::judged::Parts;
use crate::app::commands::{judged, output, tell};
use crate::app::error::AppError;
use crate::app::{handler, setup};
use crate::classify::Input;
use crate::config::{Config, Env};
use crate::control::{self, ControlError, Explanation, Request, Response};
use crate::engine::kept::NamedFeed;
use crate::model::feed::Feed;
use crate::model::judgement::Judgement;

/// What is asked about, and as what.
pub struct Question {
    /// A text, an address or a story id.
    pub what: String,
    /// Id of the feed a text is judged as an entry of.
    pub feed: Option<String>,
    /// Language of a text.
    pub language: Option<String>,
}

/// A text judged, as JSON.
#[derive(Serialize)]
struct Judged {
    /// Whether it belongs to any published region.
    #[serde(rename = "in")]
    is_in: bool,
    #[serde(flatten)]
    judgement: Judgement,
}

/// Explains a text by the rules alone, an address or a story id by what the daemon has stored.
///
/// # Errors
/// Where the configuration cannot be used, or no daemon answers.
pub fn run(path: &Path, env: &Env, question: &Question, json: bool) -> Result<(), AppError> {
    let what = question.what.as_str();
    let is_address = what.starts_with("http://") || what.starts_with("https://");
    if !is_address && handler::story_id(what).is_none() {
        return explain_text(path, env, question, json);
    }
    let found = stored(path, env, what)?;
    if json {
        return output::say_json(&found);
    }
    if found.is_empty() {
        output::say("nothing is known of it: it came in no feed, or its keys were forgotten")?;
    }
    for explanation in &found {
        output::say(entry(explanation))?;
    }
    Ok(())
}

fn explain_text(path: &Path, env: &Env, question: &Question, json: bool) -> Result<(), AppError> {
    let (config, classifier) = setup::load(path, env)?;
    let feed = match &question.feed {
        None => None,
        Some(id) => Some(feed_of(&config, id)?),
    };
    let text = question.what.trim();
    let (title, text) = text.split_once('\n').unwrap_or((text, ""));
    let language = question.language.as_deref();
    let named = feed.map(|feed| NamedFeed::new(feed, None));
    let judgement = classifier.judge(&Input {
        title: title.trim(),
        text: text.trim(),
        categories: &[],
        language: language.or_else(|| feed?.language.as_deref()),
        default_country: feed.and_then(|feed| feed.default_country),
        feed: feed.map(|feed| &feed.id),
        source: named.as_ref().map(NamedFeed::source).unwrap_or_default(),
    });
    let is_in = judged::is_in(&judgement);
    if json {
        return output::say_json(&Judged { is_in, judgement });
    }
    output::say(if is_in { "in" } else { "out" })?;
    let parts = Parts {
        title: Some(title.trim()),
        text: Some(text.trim()),
    };
    for line in judged::lines(&judgement, parts) {
        output::say(line)?;
    }
    Ok(())
}

fn feed_of<'a>(config: &'a Config, id: &str) -> Result<&'a Feed, AppError> {
    let found = config.feeds.iter().find(|feed| feed.id.as_str() == id);
    found.ok_or_else(|| {
        let path = config.path.display();
        AppError::Failed(format!("no feed `{id}` in {path}"))
    })
}

/// From the running daemon alone. To open the store is to repair it, and may leave files of
/// another user in it: that is the daemon's affair, not a question's.
fn stored(path: &Path, env: &Env, what: &str) -> Result<Vec<Explanation>, AppError> {
    let request = Request::Explain {
        what: what.to_owned(),
    };
    match control::ask(&tell::socket(path, env), &request) {
        Ok(Response::Found(found)) => Ok(found),
        Ok(other) => Err(tell::unexpected(other)),
        Err(error @ ControlError::NotRunning { .. }) => Err(AppError::Failed(format!(
            "{error}\nhint: only the running daemon knows its entries; `nuncio explain TEXT` with a title or a text says without it what the rules would match"
        ))),
        Err(error) => Err(error.into()),
    }
}

fn entry(explanation: &Explanation) -> String {
    let mut lines = vec![
        format!(
            "{}: {}",
            explanation.verdict.name(),
            explanation
                .title
                .as_deref()
                .unwrap_or("(text no longer kept)")
        ),
        format!(
            "  feed       {} ({}, {})",
            explanation.feed,
            explanation.feed_name,
            explanation.tier.name()
        ),
        format!("  first seen {}", explanation.first_seen),
        format!(
            "  story      {} ({} entries)",
            explanation.story, explanation.n_members
        ),
    ];
    lines.extend(
        explanation
            .link
            .as_ref()
            .map(|link| format!("  link       {link}")),
    );
    if !explanation.shown_in.is_empty() {
        lines.push(format!("  shown in   {}", explanation.shown_in.join(", ")));
    }
    if let Some(judgement) = &explanation.judgement {
        let parts = Parts {
            title: explanation.title.as_deref(),
            text: None,
        };
        let on_rules = judged::lines(judgement, parts).into_iter();
        lines.extend(on_rules.map(|line| format!("  {line}")));
    } else {
        let regions = explanation.matches.iter().map(|it| it.region.as_str());
        let regions: Vec<&str> = regions.collect();
        let matched = if regions.is_empty() {
            "no region".to_owned()
        } else {
            regions.join(", ")
        };
        lines.push(format!(
            "  its text is no longer kept; it matched {matched}"
        ));
    }
    lines.join("\n")
}
