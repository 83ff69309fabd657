//! What the compiler does not check of how this repository is laid out.
//!
//! The modules of the library are layers: `MAY_NAME` says which may name which. Some crates and
//! functions have one home only: `FENCES`. The rest is what a reader may rely on in every file.

use std::fs;
use std::path::Path;

use crate::support::source::{Source, Token, item_length, paths, split, tokens, without_tests};

/// Each module of the library, and the others it may name.
const MAY_NAME: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("text", &["model"]),
    ("schedule", &["model", "text"]),
    ("decode", &["model", "text"]),
    ("parse", &["model", "text"]),
    ("normalise", &["model", "text"]),
    ("classify", &["model", "text"]),
    ("dedup", &["model", "text"]),
    ("publish", &["model", "text"]),
    ("config", &["model"]),
    ("clock", &["model"]),
    ("telemetry", &["model"]),
    ("fetch", &["model", "clock"]),
    ("store", &["model", "clock"]),
    ("serve", &["model", "clock"]),
    ("control", &["model", "clock"]),
    ("engine", ENGINE),
    ("app", APP),
];

const ENGINE: &[&str] = &[
    "model",
    "text",
    "clock",
    "schedule",
    "decode",
    "parse",
    "normalise",
    "classify",
    "dedup",
    "publish",
    "fetch",
    "store",
];

const APP: &[&str] = &[
    "model",
    "text",
    "clock",
    "schedule",
    "decode",
    "parse",
    "normalise",
    "classify",
    "dedup",
    "publish",
    "fetch",
    "store",
    "config",
    "telemetry",
    "serve",
    "control",
    "engine",
];

/// What `main.rs` may name of the library.
const MAIN: &[&str] = &["config", "telemetry", "app"];

/// Modules that only compute: the same input gives the same output, and nothing else happens.
const PURE: &[&str] = &[
    "model",
    "text",
    "schedule",
    "decode",
    "parse",
    "normalise",
    "classify",
    "dedup",
    "publish",
];

/// What a pure module does not name: waiting, logging, the outside.
const IMPURE: &[&[&str]] = &[
    &["tokio"],
    &["tokio_util"],
    &["tracing"],
    &["rustix"],
    &["std", "fs"],
    &["std", "env"],
    &["std", "thread"],
    &["std", "process"],
];

/// A crate or function with one home.
struct Fence {
    name: &'static str,
    homes: &'static [&'static str],
    why: &'static str,
}

const FENCES: &[Fence] = &[
    Fence {
        name: "reqwest",
        homes: &["src/fetch/"],
        why: "every request passes the address guard and the limits there",
    },
    Fence {
        name: "sled",
        homes: &["src/store/sled/"],
        why: "it survives a crash only in the one way it is used there",
    },
    Fence {
        name: "feed_rs",
        homes: &["src/parse/", "benches/"],
        why: "it needs the guards in front of it",
    },
    Fence {
        name: "ammonia",
        homes: &["src/normalise/"],
        why: "there is one allow-list",
    },
    Fence {
        name: "from_sanitised",
        homes: &["src/normalise/", "src/store/", "src/model/html.rs"],
        why: "anything else could publish markup that was never sanitised",
    },
];

/// Parts of paths of the library's tests; `contract` is what every store must pass.
const TEST_CODE: &[&str] = &["/tests.rs", "_tests.rs", "/tests/", "/contract/"];

const FILE_MAX_LINES: usize = 600;
const MAIN_MAX_LINES: usize = 80;

/// Kinds of work left over: `TODO-correctness(#12): …`.
const TODO_KINDS: &[&str] = &[
    "correctness",
    "security",
    "robustness",
    "performance",
    "cleanup",
];

/// What says where somebody worked rather than what was done. In halves, so that this file passes.
const WORKPLACES: &[&str] = &[
    concat!("/wo", "rk/"),
    concat!("/tmp/", "wt"),
    concat!("/ro", "ot/"),
    concat!("index", "-url"),
    concat!("replace", "-with"),
];

const CRATES_IO: &str = r#"source = "registry+https://github.com/rust-lang/crates.io-index""#;

/// Beside the repository, not part of it.
const NOT_OURS: &[&str] = &[".git", "target", "state"];

#[test]
fn the_repository_is_tidy() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut sources = Vec::new();
    walk(root, root, &mut sources);
    for expected in ["src/lib.rs", "tests/it/tidy.rs", "Cargo.lock"] {
        assert!(
            sources.iter().any(|source| source.path == expected),
            "the walk misses {expected}"
        );
    }
    let violations: Vec<String> = sources.iter().flat_map(violations).collect();
    assert!(violations.is_empty(), "\n{}", violations.join("\n"));
}

/// Every text file below `directory`; what is not UTF-8 is data.
fn walk(root: &Path, directory: &Path, sources: &mut Vec<Source>) {
    let mut entries: Vec<_> = fs::read_dir(directory)
        .into_iter()
        .flatten()
        .filter_map(Result::ok)
        .collect();
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        let relative = path
            .strip_prefix(root)
            .unwrap_or(&path)
            .display()
            .to_string();
        if NOT_OURS.contains(&entry.file_name().to_string_lossy().as_ref()) {
            continue;
        }
        if path.is_dir() {
            walk(root, &path, sources);
        } else if let Ok(text) = fs::read_to_string(&path) {
            sources.push(Source {
                path: relative,
                text,
            });
        }
    }
}

/// Everything wrong with one file, as `path:line: what`.
pub(crate) fn violations(source: &Source) -> Vec<String> {
    let mut found = Vec::new();
    workplaces(source, &mut found);
    if source.path == "Cargo.lock" {
        registries(source, &mut found);
    }
    if is_rust(source) {
        let (code, comments) = split(&source.text);
        let all = tokens(&code);
        documented(source, &mut found);
        length(source, &mut found);
        todos(source, &comments, &mut found);
        ignored_tests(source, &all, &mut found);
        if source.path.starts_with("src/") {
            let shipped = shipped(source, &all);
            imports(source, &all, &mut found);
            module_files(source, &shipped, &mut found);
            fences(source, &shipped, &mut found);
            purity(source, &shipped, &mut found);
        }
    }
    found
}

fn is_rust(source: &Source) -> bool {
    Path::new(&source.path)
        .extension()
        .is_some_and(|extension| extension == "rs")
}

fn says(source: &Source, line: usize, what: &str) -> String {
    format!("{}:{line}: {what}", source.path)
}

/// Name of the module a file of the library belongs to.
fn module(source: &Source) -> &str {
    let name = source.path.strip_prefix("src/").unwrap_or(&source.path);
    name.split_once('/')
        .map_or_else(|| name.trim_end_matches(".rs"), |(module, _)| module)
}

/// Whether a file of the library holds tests alone: they may do more.
fn is_test_code(source: &Source) -> bool {
    TEST_CODE.iter().any(|part| source.path.contains(part))
}

/// Code that ships.
fn shipped(source: &Source, all: &[Token]) -> Vec<Token> {
    if is_test_code(source) {
        Vec::new()
    } else {
        without_tests(all)
    }
}

fn imports(source: &Source, all: &[Token], found: &mut Vec<String>) {
    let own = module(source);
    let in_table = || {
        let row = MAY_NAME.iter().find(|(name, _)| *name == own);
        row.map(|(_, allowed)| *allowed)
    };
    let allowed = match own {
        "lib" => return,
        "main" => Some(MAIN),
        _ => in_table(),
    };
    let Some(allowed) = allowed else {
        let what = format!("module {own} is not in the import table");
        return found.push(says(source, 1, &what));
    };
    let is_top = source.path.matches('/').count() == 1 || source.path.ends_with("/mod.rs");
    for path in paths(all) {
        let named = path.segment(1);
        let is_layer = MAY_NAME.iter().any(|(name, _)| *name == named);
        let names_it = match path.segment(0) {
            "crate" | "nuncio" => true,
            "super" if named == "super" && !is_test_code(source) => {
                let what = "super::super hides which layer is meant: write crate::";
                found.push(says(source, path.line, what));
                false
            }
            "super" => is_top && is_layer,
            _ => false,
        };
        if names_it && named != own && !allowed.contains(&named) {
            let what = format!("{own} may not name {named}");
            found.push(says(source, path.line, &what));
        }
    }
}

/// `mod.rs` and `lib.rs` hold documentation and re-exports: logic is where its name is.
fn module_files(source: &Source, shipped: &[Token], found: &mut Vec<String>) {
    if source.path != "src/lib.rs" && !source.path.ends_with("/mod.rs") {
        return;
    }
    let mut rest = shipped;
    while let Some(first) = rest.first() {
        let is_attribute = first.text == "#";
        let length = if is_attribute {
            attribute_length(rest)
        } else {
            item_length(rest)
        };
        let (item, tail) = rest.split_at(length);
        if !is_attribute && !is_module_or_use(item) {
            found.push(says(
                source,
                first.line,
                "only docs, mod and use belong here",
            ));
        }
        rest = tail;
    }
}

fn attribute_length(tokens: &[Token]) -> usize {
    let mut depth = 0_usize;
    for (n, token) in tokens.iter().enumerate() {
        match token.text.as_str() {
            "[" => depth += 1,
            "]" if depth == 1 => return n + 1,
            "]" => depth -= 1,
            _ => {}
        }
    }
    tokens.len()
}

fn is_module_or_use(item: &[Token]) -> bool {
    let words: Vec<&str> = item.iter().map(|token| token.text.as_str()).collect();
    let (["pub", "(", _, ")", declared @ ..] | ["pub", declared @ ..] | declared) =
        words.as_slice();
    matches!(declared, ["use", ..] | ["mod", _, ";"])
}

fn fences(source: &Source, shipped: &[Token], found: &mut Vec<String>) {
    for fence in FENCES {
        if fence.homes.iter().any(|home| source.path.starts_with(home)) {
            continue;
        }
        for path in paths(shipped) {
            let is_crate = path.segment(0) == fence.name;
            let is_function = path
                .segments
                .last()
                .is_some_and(|last| last == "from_sanitised");
            if is_crate || (is_function && fence.name == "from_sanitised") {
                let what = format!(
                    "{} belongs in {}: {}",
                    fence.name,
                    fence.homes.join(" or "),
                    fence.why
                );
                found.push(says(source, path.line, &what));
            }
        }
    }
}

fn purity(source: &Source, shipped: &[Token], found: &mut Vec<String>) {
    let own = module(source);
    if !PURE.contains(&own) {
        return;
    }
    for path in paths(shipped) {
        let impure = IMPURE.iter().find(|impure| {
            impure
                .iter()
                .enumerate()
                .all(|(n, segment)| path.segment(n) == *segment)
        });
        if let Some(impure) = impure {
            let what = format!("{own} only computes and may not name {}", impure.join("::"));
            found.push(says(source, path.line, &what));
        }
    }
}

fn documented(source: &Source, found: &mut Vec<String>) {
    if !source.text.starts_with("//!") {
        found.push(says(
            source,
            1,
            "the file does not say what it is: start with //!",
        ));
    }
}

fn length(source: &Source, found: &mut Vec<String>) {
    let n_lines = source.text.lines().count();
    let is_data = source.path.contains("/data/") || source.path.ends_with("data.rs");
    let most = if source.path == "src/main.rs" {
        MAIN_MAX_LINES
    } else {
        FILE_MAX_LINES
    };
    if n_lines > most && !is_data {
        let what = format!("{n_lines} lines, more than {most}: split it");
        found.push(says(source, n_lines, &what));
    }
}

fn todos(source: &Source, comments: &str, found: &mut Vec<String>) {
    for (n, line) in comments.lines().enumerate() {
        for (at, todo) in line.match_indices("TODO") {
            let rest = line.get(at + todo.len()..).unwrap_or_default();
            if !is_sorted(rest) && !source.path.ends_with("/tidy.rs") {
                let what = "write TODO-KIND(#issue): with one of the kinds tidy.rs lists";
                found.push(says(source, n + 1, what));
            }
        }
    }
}

fn is_sorted(rest: &str) -> bool {
    rest.strip_prefix('-')
        .and_then(|rest| rest.split_once("(#"))
        .and_then(|(kind, rest)| Some((kind, rest.split_once("): ")?)))
        .is_some_and(|(kind, (issue, _))| {
            TODO_KINDS.contains(&kind) && issue.parse::<u32>().is_ok()
        })
}

/// A test that is not run, or that passes by any panic, proves nothing.
fn ignored_tests(source: &Source, all: &[Token], found: &mut Vec<String>) {
    for window in all.windows(3) {
        if let [hash, bracket, name] = window
            && hash.text == "#"
            && bracket.text == "["
            && matches!(name.text.as_str(), "ignore" | "should_panic")
        {
            let what = format!("no #[{}]", name.text);
            found.push(says(source, name.line, &what));
        }
    }
}

fn workplaces(source: &Source, found: &mut Vec<String>) {
    for (n, line) in source.text.lines().enumerate() {
        for place in WORKPLACES {
            // Inside a longer path it is somebody's address, not a place on a machine.
            let is_there = line.match_indices(place).any(|(at, _)| {
                let before = line.get(..at).unwrap_or_default();
                !before.ends_with(char::is_alphanumeric)
            });
            if is_there {
                let what = format!("{place} is where somebody worked, not part of this");
                found.push(says(source, n + 1, &what));
            }
        }
    }
}

fn registries(source: &Source, found: &mut Vec<String>) {
    for (n, line) in source.text.lines().enumerate() {
        if line.starts_with("source = ") && line != CRATES_IO {
            found.push(says(
                source,
                n + 1,
                "a crate that does not come from crates.io",
            ));
        }
    }
}
