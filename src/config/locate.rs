//! Which file is read when none is named.

use std::io;
use std::path::{Path, PathBuf};

use crate::config::env::Env;

/// The file to read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Located {
    /// Where it lies.
    pub path: PathBuf,
    /// The file that would have been read instead, had it been there.
    pub instead_of: Option<PathBuf>,
}

impl Located {
    /// The file somebody named.
    pub fn named(path: PathBuf) -> Self {
        Self {
            path,
            instead_of: None,
        }
    }
}

/// The first of the files `env` knows that is there; where none is, the first.
pub fn locate(env: &Env) -> Located {
    first_existing(env.config_paths())
}

fn first_existing(candidates: Vec<PathBuf>) -> Located {
    let mut absent = None;
    for path in candidates {
        if may_exist(&path) {
            return Located {
                path,
                instead_of: absent,
            };
        }
        absent.get_or_insert(path);
    }
    Located::named(absent.unwrap_or_default())
}

/// A file one may not look at may be there: reading it then says so, and not "there is none".
pub(super) fn may_exist(path: &Path) -> bool {
    match std::fs::metadata(path) {
        Ok(_) => true,
        Err(error) => error.kind() != io::ErrorKind::NotFound,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_service_s_file_is_read_where_there_is_none_of_ones_own() {
        let home = tempfile::tempdir().unwrap();
        let (own, system) = (home.path().join("own"), home.path().join("system"));
        let located = || first_existing(vec![own.clone(), system.clone()]);
        assert_eq!(located(), Located::named(own.clone()));
        std::fs::write(&system, "").unwrap();
        let fallback = Located {
            path: system.clone(),
            instead_of: Some(own.clone()),
        };
        assert_eq!(located(), fallback);
        std::fs::write(&own, "").unwrap();
        assert_eq!(located(), Located::named(own.clone()));
    }
}
