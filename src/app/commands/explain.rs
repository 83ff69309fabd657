//! `explain`: why an entry is in or out; for a text, what would match.

use std::path::Path;

use crate::app::commands::{output, tell};
use crate::app::error::AppError;
use crate::app::{handler, setup};
use crate::classify::Input;
use crate::config::Env;
use crate::control::{self, ControlError, Explanation, Request, Response};
use crate::model::region::{Field, RegionMatch};

/// Explains a text by the rules alone, an address or a story id by what the daemon has stored.
///
/// # Errors
/// Where the configuration cannot be used, or no daemon answers.
pub fn run(path: &Path, env: &Env, what: &str, json: bool) -> Result<(), AppError> {
    let is_address = what.starts_with("http://") || what.starts_with("https://");
    if !is_address && handler::story_id(what).is_none() {
        return explain_text(path, env, what, json);
    }
    let found = stored(path, env, what)?;
    if json {
        return output::say_json(&found);
    }
    if found.is_empty() {
        output::say("nothing is known of it: it came in no feed, or its keys were forgotten");
    }
    for explanation in &found {
        output::say(entry(explanation));
    }
    Ok(())
}

fn explain_text(path: &Path, env: &Env, text: &str, json: bool) -> Result<(), AppError> {
    let (_, classifier) = setup::load(path, env)?;
    let matches = classifier.classify(&Input {
        title: text,
        text: "",
        categories: &[],
        language: None,
        default_country: None,
        feed: None,
    });
    if json {
        return output::say_json(&matches);
    }
    if matches.is_empty() {
        output::say("out: no word of a configured region was found");
    }
    for line in matches.iter().map(region) {
        output::say(line);
    }
    Ok(())
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
    lines.extend(
        explanation
            .matches
            .iter()
            .map(|it| format!("  {}", region(it))),
    );
    if explanation.matches.is_empty() {
        lines.push("  no word of a configured region was found in it".to_owned());
    }
    lines.join("\n")
}

fn region(matched: &RegionMatch) -> String {
    let evidence: Vec<String> = matched
        .evidence
        .iter()
        .map(|it| {
            let field = match it.field {
                Field::Title => "title",
                Field::Text => "text",
                Field::Category => "category",
                Field::Feed => "feed",
            };
            if it.form == it.term {
                format!("{} ({field})", it.form)
            } else {
                format!("{} = {} ({field})", it.form, it.term)
            }
        })
        .collect();
    format!("{}: {}", matched.region, evidence.join(", "))
}
