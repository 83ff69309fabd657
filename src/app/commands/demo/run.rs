//! The demo from start to end.

use std::time::Duration;

use tokio::time::Instant;

use crate::app::commands::demo::addresses::addresses;
use crate::app::commands::demo::expect;
use crate::app::commands::demo::play::{Flow, Play, Stop};
use crate::app::commands::demo::samples::SAMPLES;
use crate::app::commands::demo::screen::Screen;
use crate::app::commands::demo::settings::Pace;
use crate::app::commands::demo::stage::Stage;
use crate::app::commands::demo::timeline::NEWS_ROUNDS;
use crate::app::error::AppError;
use crate::config::Env;

/// How long a round lasts at least where a person watches.
const ROUND: Duration = Duration::from_secs(6);
/// Last words of a demo that was stopped.
const STOPPED: &str = "stopped; everything the demo wrote is removed";

/// Shows the daemon at work on sample feeds, at `port` or (0) a free one, until it is stopped;
/// with `once`, through all rounds and a restart as fast as it can, and compares what it showed
/// with what is expected.
///
/// # Errors
/// Where it cannot be shown, or was not what it should be.
pub async fn run(env: &Env, once: bool, port: u16) -> Result<(), AppError> {
    // First of all: from here on Ctrl-C removes what was written.
    let mut stop = Stop::new()?;
    let pace = if once { Pace::Fast } else { Pace::Calm };
    let stage = Stage::open(port, pace).await?;
    let mut screen = Screen::new(env);
    let shown = if once {
        show_once(&stage, &mut screen, &mut stop).await
    } else {
        show(&stage, &mut screen, &mut stop).await
    };
    screen.end();
    let closed = stage.close().await;
    let last_words = shown.and_then(|last_words| closed.map(|()| last_words))?;
    screen.say(&last_words);
    // Who watches sees whether something is missing; who only asks for the result does not.
    if once { screen.written() } else { Ok(()) }
}

/// Until it is stopped; gives the last words.
async fn show(stage: &Stage, screen: &mut Screen, stop: &mut Stop) -> Result<String, AppError> {
    let mut play = Play::begin(stage, screen, stop).await?;
    open(&mut play, stage);
    let mut round = 1;
    while round <= NEWS_ROUNDS {
        let every = ROUND.as_secs();
        play.screen.foot().now =
            format!("round {round} of {NEWS_ROUNDS}, another every {every} s; Ctrl-C ends it");
        play.screen.say(&title(round));
        if play.round(ROUND).await? == Flow::Stopped || play.screen.is_unseen() {
            return play.end().await.map(|()| STOPPED.to_owned());
        }
        round = stage.rounds.next();
    }
    let quiet = "no more news: polled on all the same, and nothing comes twice; Ctrl-C ends it";
    quiet.clone_into(&mut play.screen.foot().now);
    play.screen.say(&title(round));
    play.stopped().await?;
    play.end().await.map(|()| STOPPED.to_owned())
}

/// Through all rounds, a quiet one and a restart; gives the last words.
async fn show_once(
    stage: &Stage,
    screen: &mut Screen,
    stop: &mut Stop,
) -> Result<String, AppError> {
    let began = Instant::now();
    let mut play = Play::begin(stage, screen, stop).await?;
    open(&mut play, stage);
    if rehearse(&mut play, stage).await? == Flow::Stopped {
        play.end().await?;
        return Err(AppError::Failed("stopped before the end".to_owned()));
    }
    play.end().await?;
    let differences = expect::differences(&play.observed);
    if differences.is_empty() {
        let (seconds, counts) = (began.elapsed().as_secs_f64(), expect::summary());
        return Ok(format!("all as expected, in {seconds:.1} s: {counts}"));
    }
    Err(AppError::Failed(format!(
        "the demo did not show what it should, in {} points:\n  {}",
        differences.len(),
        differences.join("\n  ")
    )))
}

async fn rehearse(play: &mut Play<'_>, stage: &Stage) -> Result<Flow, AppError> {
    for round in 1..=NEWS_ROUNDS {
        play.screen.foot().now =
            format!("round {round} of {NEWS_ROUNDS}, then a quiet one and a restart");
        play.screen.say(&title(round));
        if play.round(Duration::ZERO).await? == Flow::Stopped {
            return Ok(Flow::Stopped);
        }
        play.screen.written()?;
        if round == NEWS_ROUNDS {
            play.published().await;
            play.keep_documents("after the last news").await;
        }
        stage.rounds.next();
    }
    play.screen.say(&title(NEWS_ROUNDS + 1));
    if play.round(Duration::ZERO).await? == Flow::Stopped {
        return Ok(Flow::Stopped);
    }
    play.keep_documents("after a quiet round").await;
    play.explain().await?;
    play.screen
        .say("\n-- the daemon is stopped, and started again: nothing may come twice");
    stage.rounds.next();
    play.restart().await?;
    play.keep_documents("right after the restart").await;
    let flow = play.round(Duration::ZERO).await?;
    play.keep_documents("after another quiet round").await;
    Ok(flow)
}

/// Says what is shown, and what may be done with it.
fn open(play: &mut Play<'_>, stage: &Stage) {
    let addresses = addresses(play.address(), stage.config());
    let lines = addresses.iter().flat_map(|it| it.lines(usize::MAX));
    play.screen.say(&format!(
        "nuncio demo: {} sample feeds on this machine, polled by the real daemon; nothing outside is asked\n\n  {}\n",
        SAMPLES.len(),
        lines.collect::<Vec<_>>().join("\n  ")
    ));
    play.screen.foot().addresses = addresses;
}

fn title(round: u32) -> String {
    match round {
        1 => "-- round 1: the feeds are read for the first time".to_owned(),
        2..=NEWS_ROUNDS => format!("\n-- round {round}: something new stands in some of them"),
        _ => format!("\n-- round {round}: nothing is new, so nothing may change"),
    }
}
