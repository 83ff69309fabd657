//! Compiles the gazetteer: the readable tables of `src/classify/data` become one compact file
//! that the binary includes. How the tables are written: `docs/gazetteer.md`.
//!
//! A mistake in a table ends the build with its file, table and term.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

#[path = "../src/classify/compiled.rs"]
#[expect(dead_code, reason = "shared with the program, which uses the rest")]
mod compiled;
mod compounds;
mod derived;
mod inflect;
mod notation;
mod tables;
#[expect(
    dead_code,
    unreachable_pub,
    reason = "shared with the program, which uses the rest"
)]
#[path = "../src/text"]
mod text {
    pub mod fold;
    mod pages;
    pub mod script;
    pub mod words;
}
mod write;

const DATA: &str = "src/classify/data";

#[expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "how a build script hears from cargo and answers it"
)]
fn main() -> Result<(), Box<dyn Error>> {
    for watched in [DATA, "build", "src/classify/compiled.rs", "src/text"] {
        println!("cargo::rerun-if-changed={watched}");
    }
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let mut tables = tables::Tables::default();
    tables.read_guards(&fs::read_to_string(Path::new(DATA).join("guards.toml"))?)?;
    let files = language_files()?;
    for (code, text) in &files {
        tables.declare(code, text)?;
    }
    for (code, text) in &files {
        tables.read_language(code, text)?;
    }
    compounds::read(
        &fs::read_to_string(Path::new(DATA).join("compounds.toml"))?,
        &mut tables,
    )?;
    tables.read_holders(&fs::read_to_string(
        Path::new(DATA).join("office-holders.toml"),
    )?)?;
    derived::read(
        &fs::read_to_string(Path::new(DATA).join("derived.tsv"))?,
        &mut tables,
    )?;
    fs::write(out.join("gazetteer.bin"), write::compile(tables)?)?;
    Ok(())
}

/// Code and text of every language, in the order of the codes.
fn language_files() -> Result<Vec<(String, String)>, Box<dyn Error>> {
    let mut files = Vec::new();
    for file in fs::read_dir(Path::new(DATA).join("languages"))? {
        let path = file?.path();
        let code = path.file_stem().and_then(|stem| stem.to_str());
        if let (Some(code), Some("toml")) = (code, path.extension().and_then(|ext| ext.to_str())) {
            files.push((code.to_owned(), fs::read_to_string(&path)?));
        }
    }
    files.sort();
    Ok(files)
}
