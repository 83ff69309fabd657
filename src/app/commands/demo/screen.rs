//! What the viewer sees: a line or two for each event, and on a terminal a foot that stays below
//! them and is drawn again.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal};

use anstyle::{AnsiColor, Style};

use crate::app::commands::columns::{self, Size, columns, cut, wrap};
use crate::app::commands::demo::event::{Event, What};
use crate::app::commands::output;
use crate::app::error::AppError;
use crate::config::Env;
use crate::engine::record::PollRecord;
use crate::model::outcome::OutcomeKind;
use crate::model::tally::Tally;

/// Where the terminal does not say.
const USUAL: Size = Size {
    columns: 80,
    rows: 24,
};
/// On a lower screen every row is for what is told.
const FOOT_FROM_ROWS: usize = 10;
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
    /// The terminal then.
    drawn_on: Size,
    /// Why something could not be shown.
    failed: Option<io::Error>,
}

/// What the foot says.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Foot {
    /// What is happening now.
    pub(super) now: String,
    /// What to open, to subscribe to and to type.
    pub(super) addresses: Vec<Address>,
    outcomes: BTreeMap<String, OutcomeKind>,
    sum: Tally,
}

/// What a person may open or type.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Address {
    /// What it is good for; empty where that is said above.
    pub(super) label: &'static str,
    /// Never cut: half of it is good for nothing.
    pub(super) text: String,
}

impl Screen {
    /// Live on a terminal that can move its cursor; plain elsewhere, and where log lines were
    /// asked for, which would run through the foot.
    pub(super) fn new(env: &Env) -> Self {
        let is_live =
            io::stdout().is_terminal() && env.log_level().is_none() && !env.terminal_is_dumb();
        let coloured = !env.no_color();
        Self {
            form: if is_live {
                Form::Live { coloured }
            } else {
                Form::Plain
            },
            foot: Foot::default(),
            drawn: Vec::new(),
            drawn_on: USUAL,
            failed: None,
        }
    }

    /// What the foot says from its next drawing on.
    pub(super) fn foot(&mut self) -> &mut Foot {
        &mut self.foot
    }

    /// Text above the foot, as it stands.
    pub(super) fn say(&mut self, text: &str) {
        match self.form {
            Form::Plain => self.put(&format!("{text}\n")),
            Form::Live { .. } => self.draw(&format!("{text}\n")),
        }
    }

    /// What a poll came to.
    pub(super) fn tell<'e>(
        &mut self,
        record: &PollRecord,
        events: impl Iterator<Item = &'e Event>,
    ) {
        self.foot.count(record);
        let text: String = events.map(|event| self.event(event)).collect();
        match self.form {
            Form::Plain => self.put(&text),
            Form::Live { .. } => self.draw(&text),
        }
    }

    /// The foot again, where the terminal has another size now.
    pub(super) fn refresh(&mut self) {
        if matches!(self.form, Form::Live { .. }) && size() != self.drawn_on {
            self.draw("");
        }
    }

    /// Takes the foot away for good: what is said from now on stands by itself.
    pub(super) fn end(&mut self) {
        let erased = erase(&self.drawn, size().columns);
        self.put(&erased);
        self.drawn.clear();
        self.form = Form::Plain;
    }

    /// Whether nobody sees it any more.
    pub(super) fn is_unseen(&self) -> bool {
        let failed = self.failed.as_ref();
        failed.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    }

    /// That all of it was shown, for as long as somebody wanted to see it.
    ///
    /// # Errors
    /// What could not be written first, and why.
    pub(super) fn written(&self) -> Result<(), AppError> {
        match self.failed.as_ref().and_then(output::unwritten) {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }

    fn put(&mut self, text: &str) {
        if let Err(error) = output::write(text) {
            self.failed.get_or_insert(error);
        }
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
                let room = size().columns.saturating_sub(WORD + 1);
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
        let size = size();
        let lines = self.foot.lines(size);
        let mut out = erase(&self.drawn, size.columns);
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
        self.drawn_on = size;
        self.put(&out);
    }
}

impl Foot {
    fn count(&mut self, record: &PollRecord) {
        self.sum += record.summary.tally;
        self.outcomes
            .insert(record.summary.feed.clone(), record.summary.kind);
    }

    /// As much of it as leaves room for what is told: all, without the addresses (which were
    /// told at the start), or nothing.
    fn lines(&self, size: Size) -> Vec<String> {
        let mut lines = self.told(size.columns.saturating_sub(1));
        let n_told = lines.len();
        lines.extend(self.addresses.iter().flat_map(|it| it.lines(size.columns)));
        if size.rows < FOOT_FROM_ROWS {
            return Vec::new();
        }
        let drawn: Vec<usize> = lines.iter().map(|line| columns(line)).collect();
        if rows(&drawn, size.columns) > size.rows * 2 / 3 {
            lines.truncate(n_told);
        }
        lines
    }

    fn told(&self, width: usize) -> Vec<String> {
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
        lines.extend(told.iter().map(|line| cut(line, width)));
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

impl Address {
    /// One line, or where that is too long two: the terminal breaks an address that is still too
    /// long without cutting it.
    pub(super) fn lines(&self, width: usize) -> Vec<String> {
        let Self { label, text } = self;
        let line = format!("{label:WORD$}{text}");
        if columns(&line) < width {
            vec![line]
        } else {
            let label = (!label.is_empty()).then(|| (*label).to_owned());
            label.into_iter().chain([text.clone()]).collect()
        }
    }
}

/// Rows that lines of so many columns take on a terminal.
fn rows(lines: &[usize], width: usize) -> usize {
    let rows = lines.iter();
    rows.map(|columns| columns.div_ceil(width.max(1)).max(1))
        .sum()
}

/// Moves the cursor to the first line of the foot and clears from there on. A terminal that has
/// become narrower since shows a line of the foot in several rows.
fn erase(drawn: &[usize], width: usize) -> String {
    let rows = rows(drawn, width);
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

fn size() -> Size {
    columns::terminal().map_or(USUAL, |size| Size {
        columns: size.columns.max(WORD + 10),
        ..size
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_foot_on_a_narrower_terminal_is_taken_away_whole() {
        assert_eq!(erase(&[], 80), "");
        assert_eq!(erase(&[79, 0, 40], 80), "\u{1b}[3A\r\u{1b}[J");
        assert_eq!(erase(&[79, 0, 40], 40), "\u{1b}[4A\r\u{1b}[J");
    }

    #[test]
    fn a_foot_leaves_room_and_cuts_no_address() {
        let address = |label, text: &str| Address {
            label,
            text: text.to_owned(),
        };
        let feed = "http://127.0.0.1:34371/feeds/central-asia.atom";
        let foot = Foot {
            now: "round 1 of 5, another every 6 s; Ctrl-C ends it".to_owned(),
            addresses: vec![
                address("open", "http://127.0.0.1:34371/"),
                address("subscribe", feed),
            ],
            ..Foot::default()
        };
        let lines = |columns, rows| foot.lines(Size { columns, rows });
        let whole = lines(80, 24);
        assert_eq!(whole.len(), 6);
        assert_eq!(whole[5], format!("subscribe  {feed}"));
        let narrow = lines(40, 24);
        assert_eq!(
            narrow[4..],
            ["open       http://127.0.0.1:34371/", "subscribe", feed]
        );
        assert!(
            narrow[..4].iter().all(|line| columns(line) < 40),
            "{narrow:?}"
        );
        // Seven rows of ten would be too many; the addresses were told.
        assert_eq!(lines(40, 10).len(), 4);
        assert_eq!(lines(80, 10).len(), 6);
        assert_eq!(lines(80, 9), Vec::<String>::new());
    }

    #[test]
    fn without_colour_nothing_but_the_foot_drives_the_terminal() {
        let screen = |form| Screen {
            form,
            foot: Foot::default(),
            drawn: Vec::new(),
            drawn_on: USUAL,
            failed: None,
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
