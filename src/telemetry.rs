//! Log lines on stderr: what happened, then the fields to search by.
//!
//! A line reads alone and is one line whatever a feed put into it: control characters are
//! escaped, so that nobody upstream can write into the log of the one who reads it.
//!
//! ```text
//! 2026-11-24T15:34:00Z  INFO polled feed mfa-kz: 3 new feed.id=mfa-kz outcome=ok received=20
//! <6>polled feed mfa-kz: 3 new feed.id=mfa-kz outcome=ok received=20
//! ```
//!
//! The second form is for the journal, which has the time already and takes the level from the
//! number (sd-daemon(3)). `docs/LOGGING.md` lists the fields.

use std::error::Error;
use std::fmt;
use std::io::{self, Write};
use std::os::fd::AsFd;

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::SetGlobalDefaultError;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime, SystemTime};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;

/// Target of everything this program logs itself.
const OURS: &str = "nuncio";

/// Why logging could not be set up.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum TelemetryError {
    /// A part of the log level says nothing.
    #[error(
        "{0:?} is no log level; use error, warn, info, debug, trace or off, for one module nuncio::fetch=debug, several with commas"
    )]
    BadLevel(String),
    /// Called twice.
    #[error("logging is set up already")]
    AlreadySet,
}

/// Sends log lines to stderr from now on.
///
/// `level` is a level (`debug`), a level for one module (`nuncio::fetch=debug`), or several with
/// commas; `None` is `info`. A level without a module is for nuncio itself: libraries stay at
/// `warn` unless named, because at `debug` they print what they send, credentials included.
///
/// # Errors
/// [`TelemetryError::BadLevel`] before anything is set, [`TelemetryError::AlreadySet`].
pub fn init(level: Option<&str>, journald: bool) -> Result<(), TelemetryError> {
    let targets = targets(level.unwrap_or("info"))?;
    let form = if journald {
        Form::Journal
    } else {
        Form::Terminal(SystemTime)
    };
    let lines = Lines {
        form,
        out: io::stderr,
    };
    let subscriber = tracing_subscriber::registry().with(lines.with_filter(targets));
    tracing::subscriber::set_global_default(subscriber)
        .map_err(|SetGlobalDefaultError { .. }| TelemetryError::AlreadySet)
}

/// Whether stderr goes to the journal, by `$JOURNAL_STREAM`: device and inode of the stream
/// systemd opened (systemd.exec(5)). A redirected stderr is another file.
pub fn stderr_is_journal(journal_stream: Option<&str>) -> bool {
    is_stream(io::stderr(), journal_stream)
}

fn is_stream(file: impl AsFd, journal_stream: Option<&str>) -> bool {
    let Some((device, inode)) = journal_stream.and_then(|stream| stream.split_once(':')) else {
        return false;
    };
    let Ok(stat) = rustix::fs::fstat(file) else {
        return false;
    };
    device.parse() == Ok(stat.st_dev) && inode.parse() == Ok(stat.st_ino)
}

fn targets(level: &str) -> Result<Targets, TelemetryError> {
    let quiet = Targets::new()
        .with_default(LevelFilter::WARN)
        .with_target(OURS, LevelFilter::INFO);
    level.split(',').try_fold(quiet, |targets, part| {
        let (target, level) = part.split_once('=').unwrap_or((OURS, part));
        match (target.trim(), level_of(level.trim())) {
            ("", _) | (_, None) => Err(TelemetryError::BadLevel(part.to_owned())),
            (target, Some(level)) => Ok(targets.with_target(target, level)),
        }
    })
}

/// `LevelFilter` takes nothing for `error`, and bare numbers: neither is meant by anybody.
fn level_of(word: &str) -> Option<LevelFilter> {
    let is_word = word.starts_with(|c: char| c.is_ascii_alphabetic());
    is_word.then(|| word.parse().ok()).flatten()
}

/// What stands before the message.
enum Form<T> {
    /// The level as a number.
    Journal,
    /// Time and level for a person.
    Terminal(T),
}

/// Writes each event as one line with one call, so that lines of two threads never mix.
struct Lines<T, M> {
    form: Form<T>,
    out: M,
}

impl<S, T, M> Layer<S> for Lines<T, M>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    T: FormatTime + 'static,
    M: for<'a> MakeWriter<'a> + 'static,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, ctx: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        if let Some(span) = ctx.span(id) {
            span.extensions_mut().insert(fields);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, ctx: Context<'_, S>) {
        if let Some(span) = ctx.span(id)
            && let Some(fields) = span.extensions_mut().get_mut::<Fields>()
        {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, ctx: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        for span in ctx.event_scope(event).into_iter().flatten() {
            if let Some(outer) = span.extensions().get::<Fields>() {
                fields.inherit(outer);
            }
        }
        let mut line = self.form.head(*event.metadata().level());
        fields.write(&mut line);
        line.push('\n');
        // There is no other place to report to.
        drop(self.out.make_writer().write_all(line.as_bytes()));
    }
}

impl<T: FormatTime> Form<T> {
    fn head(&self, level: Level) -> String {
        match self {
            Self::Journal => format!("<{}>", priority(level)),
            Self::Terminal(timer) => {
                let mut time = String::new();
                if timer.format_time(&mut Writer::new(&mut time)).is_err() {
                    "????-??-??T??:??:??Z".clone_into(&mut time);
                }
                format!("{time} {level:>5} ")
            }
        }
    }
}

/// Syslog priority (syslog(3)).
fn priority(level: Level) -> u8 {
    match level {
        Level::ERROR => 3,
        Level::WARN => 4,
        Level::INFO => 6,
        Level::DEBUG | Level::TRACE => 7,
    }
}

/// The message and the fields of one event or span, as text.
#[derive(Default)]
struct Fields {
    message: String,
    named: Vec<(&'static str, String)>,
}

impl Fields {
    /// The nearest of two fields of one name holds.
    fn inherit(&mut self, outer: &Self) {
        for (name, value) in &outer.named {
            if !self.named.iter().any(|(own, _)| own == name) {
                self.named.push((name, value.clone()));
            }
        }
    }

    fn set(&mut self, field: &Field, value: String) {
        let name = field.name();
        if name == "message" {
            self.message = value;
        } else if let Some((_, own)) = self.named.iter_mut().find(|(own, _)| *own == name) {
            *own = value;
        } else {
            self.named.push((name, value));
        }
    }

    fn write(&self, line: &mut String) {
        escape(&self.message, line);
        for (name, value) in &self.named {
            line.push(' ');
            line.push_str(name);
            line.push('=');
            quote(value, line);
        }
    }
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.set(field, value.to_owned());
    }

    /// An error says what it stems from.
    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        let mut text = value.to_string();
        let mut source = value.source();
        while let Some(cause) = source {
            text.push_str(": ");
            text.push_str(&cause.to_string());
            source = cause.source();
        }
        self.set(field, text);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.set(field, format!("{value:?}"));
    }
}

/// A value without blanks and quotes stands as it is, any other in quotes.
fn quote(value: &str, line: &mut String) {
    let is_plain = |c: char| !c.is_whitespace() && !matches!(c, '"' | '=' | '\\');
    if !value.is_empty() && value.chars().all(is_plain) {
        escape(value, line);
    } else {
        line.push('"');
        escape(&value.replace('\\', r"\\").replace('"', "\\\""), line);
        line.push('"');
    }
}

/// Nothing may end the line, drive a terminal or turn the reading direction.
fn escape(text: &str, line: &mut String) {
    for c in text.chars() {
        match c {
            '\n' => line.push_str("\\n"),
            c if c.is_control() || is_format_control(c) => line.extend(c.escape_unicode()),
            c => line.push(c),
        }
    }
}

/// Line and paragraph separators; bidirectional embeddings, overrides and isolates (UAX #9).
fn is_format_control(c: char) -> bool {
    matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::os::linux::fs::MetadataExt;
    use std::sync::{Arc, Mutex};

    use tracing::{debug, error, info, info_span, subscriber, trace, warn};

    use super::*;

    struct Noon;

    impl FormatTime for Noon {
        fn format_time(&self, writer: &mut Writer<'_>) -> fmt::Result {
            writer.write_str("2026-11-24T12:00:00Z")
        }
    }

    /// What is logged by `act` at `level`.
    fn logged(form: Form<Noon>, level: &str, act: fn()) -> String {
        let out = Arc::new(Mutex::new(Vec::new()));
        let written = out.clone();
        let lines = Lines {
            form,
            out: move || Shared(out.clone()),
        };
        let subscriber =
            tracing_subscriber::registry().with(lines.with_filter(targets(level).unwrap()));
        subscriber::with_default(subscriber, act);
        String::from_utf8(written.lock().unwrap().clone()).unwrap()
    }

    struct Shared(Arc<Mutex<Vec<u8>>>);

    impl Write for Shared {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_line_is_a_sentence_and_its_fields() {
        let act = || {
            let _poll = info_span!("poll", feed.id = %"mfa-kz", outcome = "unknown").entered();
            info!(
                outcome = "ok",
                n_new = 3,
                name = "MFA of \"KZ\"",
                "polled feed mfa-kz: 3 new"
            );
        };
        let line =
            r#"polled feed mfa-kz: 3 new outcome=ok n_new=3 name="MFA of \"KZ\"" feed.id=mfa-kz"#;
        assert_eq!(
            logged(Form::Terminal(Noon), "info", act),
            format!("2026-11-24T12:00:00Z  INFO {line}\n")
        );
        assert_eq!(logged(Form::Journal, "info", act), format!("<6>{line}\n"));
    }

    #[test]
    fn the_journal_is_told_how_bad_it_is() {
        let act = || {
            error!("a");
            warn!("b");
            info!("c");
            debug!("d");
            trace!("e");
        };
        assert_eq!(
            logged(Form::Journal, "trace", act),
            "<3>a\n<4>b\n<6>c\n<7>d\n<7>e\n"
        );
    }

    #[test]
    fn a_feed_cannot_write_lines_of_its_own() {
        let act = || {
            info!(
                title = "x\n<3>all is lost\u{1b}[2J",
                empty = "",
                "polled\r\n\u{202e}evil: Душанбе"
            );
        };
        assert_eq!(
            logged(Form::Journal, "info", act),
            concat!(
                r"<6>polled\u{d}\n\u{202e}evil: Душанбе ",
                r#"title="x\n<3>all is lost\u{1b}[2J" empty="""#,
                "\n"
            )
        );
    }

    #[test]
    fn a_field_filled_in_later_and_an_errors_causes_are_shown() {
        #[derive(Debug, thiserror::Error)]
        #[error("failed to open the store")]
        struct Failed(#[source] io::Error);
        let act = || {
            let poll = info_span!("poll", http.status = tracing::field::Empty);
            let _entered = poll.enter();
            poll.record("http.status", 404);
            let error = Failed(io::Error::other("disk full"));
            warn!(error = &error as &dyn Error, "no luck");
        };
        assert_eq!(
            logged(Form::Journal, "info", act),
            "<4>no luck error=\"failed to open the store: disk full\" http.status=404\n"
        );
    }

    #[test]
    fn a_bare_level_is_for_this_program_alone() {
        let act = || {
            debug!("ours");
            debug!(target: "h2", "authorization: Bearer abc");
            warn!(target: "h2", "theirs");
        };
        for (level, expected) in [
            ("info", "<4>theirs\n"),
            ("debug", "<7>ours\n<4>theirs\n"),
            ("off", "<4>theirs\n"),
            ("debug, h2=off", "<7>ours\n"),
            ("nuncio::telemetry=debug", "<7>ours\n<4>theirs\n"),
            ("nuncio::fetch=debug", "<4>theirs\n"),
            ("h2=debug", "<7>authorization: Bearer abc\n<4>theirs\n"),
        ] {
            assert_eq!(logged(Form::Journal, level, act), expected, "{level}");
        }
    }

    #[test]
    fn a_level_that_is_none_is_refused_by_name() {
        for (level, part) in [
            ("loud", "loud"),
            ("", ""),
            ("3", "3"),
            ("info,nuncio=", "nuncio="),
            ("=debug", "=debug"),
            ("info,,", ""),
        ] {
            assert_eq!(
                targets(level).unwrap_err(),
                TelemetryError::BadLevel(part.to_owned())
            );
        }
    }

    #[test]
    fn the_journal_is_known_by_its_stream() {
        let file = File::open(".").unwrap();
        let metadata = file.metadata().unwrap();
        let stream = format!("{}:{}", metadata.st_dev(), metadata.st_ino());
        assert!(is_stream(&file, Some(&stream)));
        for other in [None, Some("1:2"), Some("x:y"), Some("")] {
            assert!(!is_stream(&file, other), "{other:?}");
        }
    }
}
