//! One file: read, walked, checked as a whole.

use std::io;
use std::path::Path;

use toml::de::{DeTable, DeValue};

use crate::config::env::{CONFIG_NAME, Env, SYSTEM_CONFIG};
use crate::config::error::ConfigErrors;
use crate::config::feed::{self, Defaults};
use crate::config::keys::{self, Keys};
use crate::config::locate::may_exist;
use crate::config::names::Names;
use crate::config::regions;
use crate::config::resolved::Config;
use crate::config::walk::{Complaint, Reader, Report, Span, wrong_type};
use crate::config::{daemon, filter, rule_test, tables};
use crate::model::rules::Rules;

/// Names the program knows without the file.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct KnownNames {
    /// Shipped regions.
    pub regions: Vec<String>,
    /// Shipped groups, without `@`.
    pub groups: Vec<String>,
    /// Languages in which words can be inflected, by primary subtag.
    pub languages: Vec<String>,
}

/// Reads and checks the file at `path`. Relative paths in it are taken from its directory.
///
/// # Errors
/// A file that cannot be read, or every mistake in it.
pub fn load(path: &Path, env: &Env, known: &KnownNames) -> Result<Config, ConfigErrors> {
    let bytes = std::fs::read(path).map_err(|error| {
        let mut report = Report::new("");
        report.whole(unreadable(path, &error, Path::new(SYSTEM_CONFIG)));
        errors(report, path)
    })?;
    match std::str::from_utf8(&bytes) {
        Ok(text) => parse(text, path, env, known),
        Err(error) => {
            let lossy = String::from_utf8_lossy(&bytes);
            let mut report = Report::new(&lossy);
            let complaint = Complaint::new(
                "this is not UTF-8",
                "save the file as UTF-8; other encodings cannot be told apart",
            );
            report.at(error.valid_up_to()..error.valid_up_to() + 1, complaint);
            Err(errors(report, path))
        }
    }
}

/// Checks the text of a file at `path`, which itself is not read.
///
/// # Errors
/// Every mistake in it; where it is no TOML, the first that makes it none.
pub fn parse(
    text: &str,
    path: &Path,
    env: &Env,
    known: &KnownNames,
) -> Result<Config, ConfigErrors> {
    let mut report = Report::new(text);
    let (table, syntax) = DeTable::parse_recoverable(text);
    // Only the first: what stands behind an open bracket is misread, not mistaken.
    let first = syntax
        .iter()
        .min_by_key(|error| error.span().map(|span| span.start));
    if let Some(error) = first {
        report.at(error.span().unwrap_or_default(), not_toml(error.message()));
        return Err(errors(report, path));
    }
    let config = resolve(table.get_ref(), path, env, known, &mut report);
    match report.finish(path) {
        Some(errors) => Err(errors),
        None => Ok(config),
    }
}

fn resolve(
    table: &DeTable<'_>,
    path: &Path,
    env: &Env,
    known: &KnownNames,
    report: &mut Report<'_>,
) -> Config {
    // Absolute, so that a path means the same wherever the configuration is printed and read.
    let path_from_root = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let base = path_from_root.parent().unwrap_or(&path_from_root);
    let empty = DeTable::new();
    let file = File {
        table,
        empty: &empty,
    };

    let mut daemon = file.section("daemon", &keys::DAEMON, report);
    let daemon = daemon::read(&mut daemon, base, env);
    let store = tables::read_store(&mut file.section("store", &keys::STORE, report));
    let names = Names::new(known, file.quiet_table("region"), file.quiet_table("group"));
    let mut filter_table = file.section("filter", &keys::FILTER, report);
    let times = tables::read_filter(&mut filter_table);
    let filter = filter::read(&mut filter_table, &names);
    let publish = tables::read_publish(&mut file.section("publish", &keys::PUBLISH, report), times);

    let mut top = Reader::new(table, 0..0, &keys::TOP, report);
    let regions = regions::read_published(&mut top, &names);
    let own_table = file.table_of("region", "write [region.NAME] and its keys below", report);
    let own = regions::read_own(own_table.0, &names, report);
    let group_table = file.table_of("group", "write [group.NAME] and its keys below", report);
    let groups = regions::read_groups(group_table.0, &names, report);

    let defaults = Defaults {
        daemon: &daemon,
        dedup: publish.dedup,
        filter: &filter,
        names: &names,
    };
    let mut read = Vec::new();
    file.each("feed", &keys::FEED, report, |reader| {
        read.push(feed::read(reader, defaults));
    });
    if read.is_empty() && !table.contains_key("feed") {
        report.whole(Complaint::new(
            "there is no feed, so nothing would be read",
            "add one: [[feed]], and below it id = \"…\" and url = \"https://…\"",
        ));
    }
    let (feeds, filters_of_feeds) = feed::check_all(read, report);
    let mut tests = Vec::new();
    file.each("test", &keys::TEST, report, |reader| {
        tests.push(rule_test::read(reader, &regions, &feeds));
    });
    Config {
        path: path.to_owned(),
        feeds,
        rules: Rules {
            regions,
            own,
            groups,
            filter,
            feeds: filters_of_feeds,
        },
        daemon,
        store,
        publish,
        tests,
    }
}

/// The whole file as a table of tables.
struct File<'a> {
    table: &'a DeTable<'a>,
    empty: &'a DeTable<'a>,
}

impl<'a> File<'a> {
    /// Begins the table `name`; an absent one is an empty one.
    fn section<'r, 't>(
        &self,
        name: &str,
        keys: &Keys,
        report: &'r mut Report<'t>,
    ) -> Reader<'a, 'r, 't> {
        let hint = format!("write [{name}] and its keys below");
        let (table, span) = self.table_of(name, &hint, report);
        Reader::new(table, span, keys, report)
    }

    /// A table, if it is one; whether it should be is asked by [`File::table_of`].
    fn quiet_table(&self, name: &str) -> Option<&'a DeTable<'a>> {
        self.table.get(name)?.get_ref().as_table()
    }

    fn table_of(&self, name: &str, hint: &str, report: &mut Report<'_>) -> (&'a DeTable<'a>, Span) {
        match self.table.get(name) {
            None => (self.empty, 0..0),
            Some(value) => match value.get_ref() {
                DeValue::Table(table) => (table, value.span()),
                other => {
                    report.at(value.span(), wrong_type(name, other, "a table", hint));
                    (self.empty, value.span())
                }
            },
        }
    }

    /// Reads every table of the list `name`.
    fn each(
        &self,
        name: &str,
        keys: &Keys,
        report: &mut Report<'_>,
        mut read: impl FnMut(&mut Reader<'a, '_, '_>),
    ) {
        let hint = format!("write [[{name}]], with two brackets, once for each");
        let Some(value) = self.table.get(name) else {
            return;
        };
        let DeValue::Array(items) = value.get_ref() else {
            let complaint = wrong_type(name, value.get_ref(), "a list of tables", &hint);
            report.at(value.span(), complaint);
            return;
        };
        for item in items {
            match item.get_ref() {
                DeValue::Table(table) => {
                    read(&mut Reader::new(table, item.span(), keys, report));
                }
                other => report.at(item.span(), wrong_type(name, other, "a table", &hint)),
            }
        }
    }
}

/// The mistakes on record; used where at least one is.
fn errors(report: Report<'_>, path: &Path) -> ConfigErrors {
    report.finish(path).unwrap_or(ConfigErrors {
        path: path.to_owned(),
        errors: Vec::new(),
    })
}

/// Why the file at `path` cannot be read; `system` is the one read without `--config` where the
/// working directory has none.
fn unreadable(path: &Path, error: &io::Error, system: &Path) -> Complaint {
    let hint = match error.kind() {
        io::ErrorKind::NotFound => {
            "name yours with --config FILE, or make one from the shipped feeds.toml: it needs `regions` and one [[feed]] with `id` and `url`"
        }
        io::ErrorKind::PermissionDenied => {
            "let the user nuncio runs as read the file and enter its directory"
        }
        io::ErrorKind::IsADirectory => "name the file itself, not its directory",
        _ => "look at the disk, then try again",
    };
    let message = match error.kind() {
        io::ErrorKind::NotFound if path == Path::new(CONFIG_NAME) && !may_exist(system) => {
            format!(
                "there is no {CONFIG_NAME} here, and no {}",
                system.display()
            )
        }
        io::ErrorKind::NotFound => format!("there is no file {}", path.display()),
        _ => format!("cannot read {}: {error}", path.display()),
    };
    Complaint::new(message, hint)
}

fn not_toml(message: &str) -> Complaint {
    let hints = [
        ("must be quoted", "write texts in \"quotes\""),
        ("basic string", "end the text with another \""),
        ("duplicate key", "take one of the two out"),
        (
            "array",
            "end the list with ] and put commas between its items",
        ),
        (
            "unclosed table",
            "a table begins with [name], a feed with [[feed]]",
        ),
    ];
    let hint = hints
        .iter()
        .find(|(part, _)| message.contains(part))
        .map_or(
            "the language of this file is described at https://toml.io",
            |(_, hint)| hint,
        );
    Complaint::new(format!("not valid TOML: {message}"), hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_file_is_named_with_every_place_that_was_looked_at() {
        let home = tempfile::tempdir().unwrap();
        let system = home.path().join("feeds.toml");
        let message = |path: &str| {
            let absent = io::Error::from(io::ErrorKind::NotFound);
            unreadable(Path::new(path), &absent, &system).message
        };
        let both = format!("there is no feeds.toml here, and no {}", system.display());
        assert_eq!(message("feeds.toml"), both);
        assert_eq!(message("other.toml"), "there is no file other.toml");
        // Named by hand: the other one was never looked for.
        std::fs::write(&system, "").unwrap();
        assert_eq!(message("feeds.toml"), "there is no file feeds.toml");
    }
}
