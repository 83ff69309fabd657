//! What a person may open, subscribe to and type while a demo runs.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use crate::app::commands::demo::screen::Address;
use crate::app::commands::demo::settings::REGIONS;

/// Of the daemon at `daemon` with the configuration `config`.
pub(super) fn addresses(daemon: SocketAddr, config: &Path) -> Vec<Address> {
    let address = |label, text| Address { label, text };
    let mut addresses = vec![address("open", format!("http://{daemon}/"))];
    addresses.extend(REGIONS.iter().enumerate().map(|(index, region)| {
        let label = if index == 0 { "subscribe" } else { "" };
        address(label, format!("http://{daemon}/feeds/{region}.atom"))
    }));
    let asking = format!("{} -c {} status", own_name(), typed(config));
    addresses.push(address("ask it", asking));
    addresses
}

/// What a person types to run this very program from where they are.
fn own_name() -> String {
    let here = std::env::current_dir().ok();
    std::env::current_exe().map_or_else(
        |_| "nuncio".to_owned(),
        |program| typed(&from(here.as_deref(), &program)),
    )
}

/// `program` as it is reached from `here`: the shorter way.
fn from(here: Option<&Path>, program: &Path) -> PathBuf {
    let below = here.and_then(|here| program.strip_prefix(here).ok());
    match below {
        // A shell looks for a name without a directory elsewhere.
        Some(below) if below.components().count() == 1 => Path::new(".").join(below),
        Some(below) => below.to_owned(),
        None => program.to_owned(),
    }
}

/// A path as a shell takes it.
fn typed(path: &Path) -> String {
    let path = path.display().to_string();
    match shlex::try_quote(&path) {
        Ok(quoted) => quoted.into_owned(),
        Err(_no_shell_takes_it) => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_is_called_as_it_is_reached_from_here() {
        let check = |here: Option<&str>, program: &str, expected: &str| {
            let called = from(here.map(Path::new), Path::new(program));
            assert_eq!(typed(&called), expected);
        };
        let built = "/home/ann/nuncio/target/debug/nuncio";
        check(Some("/home/ann/nuncio"), built, "target/debug/nuncio");
        check(Some("/home/ann/nuncio/target/debug"), built, "./nuncio");
        check(Some("/tmp"), built, built);
        check(None, "/usr/bin/nuncio", "/usr/bin/nuncio");
        check(Some("/"), "/my programs/nuncio", "'my programs/nuncio'");
    }
}
