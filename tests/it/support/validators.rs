//! Validators that know nothing of us: xmllint for well-formed XML, jing for Atom's schema in
//! `docs/schema/atom.rnc`.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What `xmllint` says of the files; nothing where they are well-formed.
pub(crate) fn xmllint(files: &[PathBuf]) -> String {
    let mut command = Command::new("xmllint");
    said(command.arg("--noout").args(files), "libxml2-utils")
}

/// What `jing` says of the files; nothing where they keep the schema.
pub(crate) fn jing(files: &[PathBuf]) -> String {
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schema/atom.rnc");
    let mut command = Command::new("jing");
    said(command.arg("-c").arg(schema).args(files), "jing")
}

/// Output of a validator that must be there: a test that skips itself proves nothing.
fn said(command: &mut Command, package: &str) -> String {
    match command.output() {
        Ok(output) => {
            let said = [output.stdout, output.stderr].concat();
            let said = String::from_utf8_lossy(&said);
            // Debian's start script complains of Java libraries that jing does not need.
            let lines = said.lines().filter(|line| !line.starts_with("[warning]"));
            let said: Vec<&str> = lines.collect();
            assert_eq!(output.status.success(), said.is_empty(), "{said:?}");
            said.join("\n")
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            panic!("{command:?} is not installed: apt-get install {package}")
        }
        Err(error) => panic!("{command:?} cannot run: {error}"),
    }
}
