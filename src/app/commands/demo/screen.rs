//! What the viewer sees: a line or two for each event, and on a terminal a foot that stays below
//! them and is drawn again.

use std::collections::BTreeMap;

use std::io::{self, IsTerminal, Write as _};

use anstyle::{AnsiColor, Style};
use icu_properties::CodePointMapData;
use icu_properties::props::EastAsianWidth;

use crate::app::commands::demo::event::{Event, What};
use crate::app::commands::output;
use crate::config::Env;
use crate::engine::record::PollRecord;
use crate::model::outcome::OutcomeKind;
use crate::model::tally::Tally;
use crate::text::script;

/// Columns where the terminal does not say.
const WIDTH: usize = 80;
/// Below this a foot would fill the screen.
const ROWS_MIN: u16 = 10;
/// Columns of the word for what happened, and of the space behind it.
const WORD: usize = 11;

/// How it is shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Form {
    /// A line an event, for logs and pipes.
    Plain,
    /// Two lines an event above a foot.
    Live { coloured: bool },
}

/// Standard output as the demo uses it.
pub(super) struct Screen {
    form: Form,
    foot: Foot,
    /// Columns of each line of the foot as it was drawn.
    drawn: Vec<usize>,
    /// Columns of the terminal then.
    width: usize,
}

/// What the foot says.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Foot {
    /// What is happening now.
    pub(super) now: String,
    /// What to open.
    pub(super) addresses: Vec<String>,
    outcomes: BTreeMap<String, OutcomeKind>,
    sum: Tally,
}

impl Screen {
    /// Live on a terminal that can move its cursor; plain elsewhere, and where log lines were
    /// asked for, which would run through the foot.
    pub(super) fn new(env: &Env) -> Self {
        let is_live = io::stdout().is_terminal()
            && env.log_level().is_none()
            && !env.terminal_is_dumb()
            && size().1 >= ROWS_MIN;
        let coloured = !env.no_color();
        Self {
            form: if is_live {
                Form::Live { coloured }
            } else {
                Form::Plain
            },
            foot: Foot::default(),
            drawn: Vec::new(),
            width: 0,
        }
    }

    /// What the foot says from its next drawing on.
    pub(super) fn foot(&mut self) -> &mut Foot {
        &mut self.foot
    }

    /// Text above the foot, as it stands.
    pub(super) fn say(&mut self, text: &str) {
        match self.form {
            Form::Plain => output::say(text),
            Form::Live { .. } => self.draw(&format!("{text}\n")),
        }
    }

    /// What a poll came to.
    pub(super) fn tell(&mut self, record: &PollRecord, events: &[Event]) {
        self.foot.count(record);
        let text: String = events.iter().map(|event| self.event(event)).collect();
        match self.form {
            Form::Plain if text.is_empty() => {}
            Form::Plain => output::say(text.trim_end()),
            Form::Live { .. } => self.draw(&text),
        }
    }

    /// The foot again, where the terminal has another size now.
    pub(super) fn refresh(&mut self) {
        if matches!(self.form, Form::Live { .. }) && size().0 != self.width {
            self.draw("");
        }
    }

    /// Takes the foot away for good: what is said from now on stands by itself.
    pub(super) fn end(&mut self) {
        put(&erase(&self.drawn, size().0));
        self.drawn.clear();
        self.form = Form::Plain;
    }

    fn event(&self, event: &Event) -> String {
        let Event {
            what,
            source,
            title,
            why,
        } = event;
        let word = what.word();
        let dash = if title.is_empty() { "" } else { ": " };
        match self.form {
            Form::Plain => format!("{word:WORD$}{source}{dash}{title}  [{why}]\n"),
            Form::Live { coloured } => {
                let (strong, weak) = styles(*what, coloured);
                let room = size().0.saturating_sub(WORD + 1);
                let head = cut(&format!("{source}{dash}{title}"), room);
                let mut text = format!("{strong}{word:WORD$}{strong:#}{head}\n");
                for line in wrap(why, room) {
                    text.extend([&" ".repeat(WORD), &format!("{weak}{line}{weak:#}"), "\n"]);
                }
                text
            }
        }
    }

    /// Writes `text` in the place of the foot, and the foot below it, in one go.
    fn draw(&mut self, text: &str) {
        let width = size().0;
        let lines = self.foot.lines(width);
        let mut out = erase(&self.drawn, width);
        out.push_str(text);
        let coloured = self.form == Form::Live { coloured: true };
        let style = if coloured {
            Style::new().bold()
        } else {
            Style::new()
        };
        for line in &lines {
            out.extend([
                style.render().to_string(),
                line.clone(),
                style.render_reset().to_string(),
                "\n".to_owned(),
            ]);
        }
        self.drawn = lines.iter().map(|line| columns(line)).collect();
        self.width = width;
        put(&out);
    }
}

impl Foot {
    fn count(&mut self, record: &PollRecord) {
        self.sum += record.summary.tally;
        self.outcomes
            .insert(record.summary.feed.clone(), record.summary.kind);
    }

    fn lines(&self, width: usize) -> Vec<String> {
        let width = width.saturating_sub(1);
        let mut lines = vec!["─".repeat(width)];
        let sum = self.sum;
        let told = [
            self.now.clone(),
            self.polled(),
            format!(
                "{} announced, {} merged, {} filtered, {} backlog, {} unchanged",
                sum.announced, sum.same_story, sum.filtered, sum.backlog, sum.unchanged
            ),
        ];
        let told = told.iter().chain(&self.addresses);
        lines.extend(told.map(|line| cut(line, width)));
        lines
    }

    /// `14 feeds: 10 not-modified, 3 ok, 1 timeout (Slow Gazette)`.
    fn polled(&self) -> String {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for outcome in self.outcomes.values() {
            *counts.entry(outcome.name()).or_default() += 1;
        }
        let counts: Vec<String> = counts
            .iter()
            .map(|(name, n)| format!("{n} {name}"))
            .collect();
        format!(
            "{} feeds, last polls: {}",
            self.outcomes.len(),
            counts.join(", ")
        )
    }
}

/// Moves the cursor to the first line of the foot and clears from there on. A terminal that has
/// become narrower since shows a line of the foot in several rows.
fn erase(drawn: &[usize], width: usize) -> String {
    let rows: usize = drawn
        .iter()
        .map(|columns| columns.div_ceil(width.max(1)).max(1))
        .sum();
    if rows == 0 {
        String::new()
    } else {
        format!("\u{1b}[{rows}A\r\u{1b}[J")
    }
}

/// Bold named colours, which every theme makes readable on its own ground; the reason is dim.
fn styles(what: What, coloured: bool) -> (Style, Style) {
    if !coloured {
        return (Style::new(), Style::new());
    }
    let colour = match what {
        What::Announced | What::Edited => AnsiColor::Green,
        What::Merged => AnsiColor::Blue,
        What::Trouble => AnsiColor::Red,
        What::Note => AnsiColor::Magenta,
        What::Filtered | What::Backlog | What::Silent => {
            return (Style::new().dimmed(), Style::new().dimmed());
        }
    };
    (colour.on_default().bold(), Style::new().dimmed())
}

fn size() -> (usize, u16) {
    terminal_size::terminal_size().map_or((WIDTH, ROWS_MIN), |(width, height)| {
        (usize::from(width.0).max(WORD + 10), height.0)
    })
}

/// A viewer who has gone away is no error.
fn put(text: &str) {
    let mut out = io::stdout().lock();
    drop(out.write_all(text.as_bytes()).and_then(|()| out.flush()));
}

fn width_of(c: char) -> usize {
    if c.is_control() || script::is_nonspacing_mark(c) {
        return 0;
    }
    match CodePointMapData::<EastAsianWidth>::new().get(c) {
        EastAsianWidth::Wide | EastAsianWidth::Fullwidth => 2,
        _ => 1,
    }
}

/// Columns a text takes on a terminal.
fn columns(text: &str) -> usize {
    text.chars().map(width_of).sum()
}

/// The head of `text` that fits into `room` columns, with an ellipsis where something is missing;
/// what could drive the terminal is left out.
fn cut(text: &str, room: usize) -> String {
    let clean = |c: &char| !c.is_control();
    if columns(text) <= room {
        return text.chars().filter(clean).collect();
    }
    let mut left = room.saturating_sub(1);
    let fits = |c: &char| match left.checked_sub(width_of(*c)) {
        Some(rest) => {
            left = rest;
            true
        }
        None => false,
    };
    let mut head: String = text.chars().filter(clean).take_while(fits).collect();
    head.push('…');
    head
}

/// `text` in lines of at most `room` columns, broken between words.
fn wrap(text: &str, room: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if columns(line) + 1 + columns(word) <= room => {
                line.push(' ');
                line.push_str(&cut(word, room));
            }
            _ => lines.push(cut(word, room)),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_cut_by_columns_not_by_characters() {
        for (text, room, expected) in [
            ("Астана", 6, "Астана"),
            ("Астана сегодня", 7, "Астана…"),
            ("哈萨克斯坦驻华使馆", 9, "哈萨克斯…"),
            ("哈萨克斯坦驻华使馆", 10, "哈萨克斯…"),
            ("Y\u{1b}[2Jx", 9, "Y[2Jx"),
        ] {
            assert_eq!(cut(text, room), expected, "{text} in {room}");
        }
    }

    #[test]
    fn a_reason_is_broken_between_words() {
        let lines = wrap("central-asia by Астане = Astana, 哈萨克斯坦", 20);
        let expected = ["central-asia by", "Астане = Astana,", "哈萨克斯坦"];
        assert_eq!(lines, expected);
    }

    #[test]
    fn a_foot_on_a_narrower_terminal_is_taken_away_whole() {
        assert_eq!(erase(&[], 80), "");
        assert_eq!(erase(&[79, 0, 40], 80), "\u{1b}[3A\r\u{1b}[J");
        assert_eq!(erase(&[79, 0, 40], 40), "\u{1b}[4A\r\u{1b}[J");
    }

    #[test]
    fn without_colour_nothing_but_the_foot_drives_the_terminal() {
        let screen = |form| Screen {
            form,
            foot: Foot::default(),
            drawn: Vec::new(),
            width: 0,
        };
        let event = Event {
            what: What::Announced,
            source: "Meridian Wire".to_owned(),
            title: "Freight doubles".to_owned(),
            why: "central-asia by Aktau".to_owned(),
        };
        assert_eq!(
            screen(Form::Plain).event(&event),
            "announced  Meridian Wire: Freight doubles  [central-asia by Aktau]\n"
        );
        assert_eq!(
            screen(Form::Live { coloured: false }).event(&event),
            "announced  Meridian Wire: Freight doubles\n           central-asia by Aktau\n"
        );
        let coloured = screen(Form::Live { coloured: true }).event(&event);
        assert!(coloured.starts_with("\u{1b}["), "{coloured:?}");
    }
}
