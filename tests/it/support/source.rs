//! Rust sources read as far as `tidy` needs: comments apart from code, code as words and paths.

#![expect(
    clippy::indexing_slicing,
    reason = "a scanner over a slice; an index out of bounds fails the test, as it should"
)]

/// One text file of the repository.
#[derive(Debug)]
pub(crate) struct Source {
    /// Path from the repository's root, with `/`.
    pub(crate) path: String,
    /// The file.
    pub(crate) text: String,
}

/// A word, `::` or one other character of code, and its line, counted from 1.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Token {
    pub(crate) text: String,
    pub(crate) line: usize,
}

/// A path as written, `use` trees written out: `["crate", "model", "entry"]`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct CodePath {
    pub(crate) segments: Vec<String>,
    pub(crate) line: usize,
}

impl CodePath {
    /// The segment at `n`, or nothing.
    pub(crate) fn segment(&self, n: usize) -> &str {
        self.segments.get(n).map_or("", String::as_str)
    }
}

/// The text split in two of the same shape: code without comments and literals, and comments
/// alone; what is not part of either is blank, lines stay where they are.
pub(crate) fn split(text: &str) -> (String, String) {
    let chars: Vec<char> = text.chars().collect();
    let (mut code, mut comments) = (String::new(), String::new());
    let mut at = 0;
    while at < chars.len() {
        let (length, kind) = piece(&chars, at);
        for &c in &chars[at..at + length] {
            let blank = if c == '\n' { '\n' } else { ' ' };
            code.push(if kind == Piece::Code { c } else { blank });
            comments.push(if kind == Piece::Comment { c } else { blank });
        }
        at += length;
    }
    (code, comments)
}

#[derive(PartialEq, Eq)]
enum Piece {
    Code,
    Comment,
    Literal,
}

/// Length and kind of the piece of text that starts at `at`; never zero.
fn piece(chars: &[char], at: usize) -> (usize, Piece) {
    let rest = &chars[at..];
    let in_word = at > 0 && is_word(chars[at - 1]);
    match rest {
        ['/', '/', ..] => (line_length(rest), Piece::Comment),
        ['/', '*', ..] => (block_length(rest), Piece::Comment),
        ['"', ..] => (string_length(rest), Piece::Literal),
        ['\'', ..] => match char_length(rest) {
            Some(length) => (length, Piece::Literal),
            None => (1, Piece::Code),
        },
        ['r', ..] if !in_word || chars[at - 1] == 'b' => match raw_length(rest) {
            Some(length) => (length, Piece::Literal),
            None => (1, Piece::Code),
        },
        _ => (1, Piece::Code),
    }
}

fn line_length(rest: &[char]) -> usize {
    rest.iter().take_while(|c| **c != '\n').count()
}

/// Block comments nest.
fn block_length(rest: &[char]) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < rest.len() {
        match &rest[at..] {
            ['/', '*', ..] => (depth, at) = (depth + 1, at + 2),
            ['*', '/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

fn string_length(rest: &[char]) -> usize {
    let mut at = 1;
    while at < rest.len() {
        match rest[at] {
            '\\' => at += 2,
            '"' => return at + 1,
            _ => at += 1,
        }
    }
    rest.len()
}

/// `'x'` and `'\n'`, but not the lifetime `'x`.
fn char_length(rest: &[char]) -> Option<usize> {
    match rest {
        [_, '\\', _, tail @ ..] => Some(4 + tail.iter().take_while(|c| **c != '\'').count()),
        [_, _, '\'', ..] => Some(3),
        _ => None,
    }
}

/// `r"…"`, `r#"…"#` and so on, but not the word `r` or `r#type`.
fn raw_length(rest: &[char]) -> Option<usize> {
    let hashes = rest[1..].iter().take_while(|c| **c == '#').count();
    let body = 2 + hashes;
    if rest.get(body - 1) != Some(&'"') {
        return None;
    }
    let is_end = |at: &usize| {
        rest[*at] == '"' && rest[at + 1..].iter().take_while(|c| **c == '#').count() >= hashes
    };
    let end = (body..rest.len()).find(is_end);
    Some(end.map_or(rest.len(), |end| end + 1 + hashes))
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Code as tokens, without white space.
pub(crate) fn tokens(code: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut line = 1;
    let mut before = ' ';
    for c in code.chars() {
        let grows = (is_word(c) && is_word(before)) || (c == ':' && before == ':');
        match tokens.last_mut() {
            Some(last) if grows => last.text.push(c),
            _ if !c.is_whitespace() => tokens.push(Token {
                text: c.to_string(),
                line,
            }),
            _ => {}
        }
        line += usize::from(c == '\n');
        before = c;
    }
    tokens
}

/// Tokens without `#[cfg(test)] mod … { … }`.
pub(crate) fn without_tests(tokens: &[Token]) -> Vec<Token> {
    const TEST_MODULE: [&str; 8] = ["#", "[", "cfg", "(", "test", ")", "]", "mod"];
    let mut kept = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let is_tests = TEST_MODULE
            .iter()
            .enumerate()
            .all(|(n, word)| tokens.get(at + n).is_some_and(|token| token.text == *word));
        let length = if is_tests {
            item_length(&tokens[at..])
        } else {
            kept.push(tokens[at].clone());
            1
        };
        at += length;
    }
    kept
}

/// Tokens up to the end of an item: `;`, or the brace that closes its body where no `;` follows.
pub(crate) fn item_length(tokens: &[Token]) -> usize {
    let mut depth = 0_usize;
    for (n, token) in tokens.iter().enumerate() {
        match token.text.as_str() {
            "{" => depth += 1,
            "}" => depth = depth.saturating_sub(1),
            _ => {}
        }
        let is_followed = tokens.get(n + 1).is_some_and(|next| next.text == ";");
        let ends = match token.text.as_str() {
            ";" => true,
            "}" => !is_followed,
            _ => false,
        };
        if depth == 0 && ends {
            return n + 1;
        }
    }
    tokens.len()
}

/// All paths of some code, single words left out.
pub(crate) fn paths(tokens: &[Token]) -> Vec<CodePath> {
    let mut paths = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if tokens[at].text == "use" {
            let end = at + item_length(&tokens[at..]);
            use_tree(&tokens[at + 1..end], &mut 0, &[], &mut paths);
            at = end;
        } else {
            let path = path_at(&tokens[at..]);
            at += (path.segments.len() * 2).max(2) - 1;
            if path.segments.len() > 1 {
                paths.push(path);
            }
        }
    }
    paths
}

/// The longest `a::b::c` at the start; empty where there is no word.
fn path_at(tokens: &[Token]) -> CodePath {
    let mut segments = Vec::new();
    for pair in tokens.chunks(2) {
        let [word, rest @ ..] = pair else { break };
        if !word.text.chars().all(is_word) {
            break;
        }
        segments.push(word.text.clone());
        if rest.first().is_none_or(|separator| separator.text != "::") {
            break;
        }
    }
    CodePath {
        segments,
        line: tokens.first().map_or(0, |token| token.line),
    }
}

/// One branch of a `use` tree, from `at` up to its `,`, `}` or `;`.
fn use_tree(tokens: &[Token], at: &mut usize, parents: &[String], paths: &mut Vec<CodePath>) {
    let mut segments = parents.to_vec();
    let line = tokens.get(*at).map_or(0, |token| token.line);
    let mut is_group = false;
    while let Some(token) = tokens.get(*at) {
        match token.text.as_str() {
            "," | "}" | ";" => break,
            "{" => {
                is_group = true;
                while tokens.get(*at).is_some_and(|token| token.text != "}") {
                    *at += 1;
                    use_tree(tokens, at, &segments, paths);
                }
            }
            "as" => *at += 1,
            word if word.chars().all(is_word) => segments.push(word.to_owned()),
            _ => {}
        }
        *at += 1;
    }
    if !is_group && segments.len() > parents.len() {
        paths.push(CodePath { segments, line });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> String {
        let words: Vec<String> = tokens(&split(text).0)
            .into_iter()
            .map(|token| token.text)
            .collect();
        words.join(" ")
    }

    #[test]
    fn comments_and_literals_are_no_code() {
        for (text, expected) in [
            ("a // b\nc", "a c"),
            ("a /* b /* c */ d */ e", "a e"),
            (r#"f("use crate::x; // \" ", b"y", z)"#, "f ( , b , z )"),
            (r##"f(r#"a " b"#, r"c\", br"d", e)"##, "f ( , , b , e )"),
            (
                "f('\"', '\\'', '\\u{1f}', 'a') as &'a str",
                "f ( , , , ) as & ' a str",
            ),
            ("r#type + bar", "r # type + bar"),
            ("a::b :: c", "a :: b :: c"),
        ] {
            assert_eq!(words(text), expected, "{text}");
        }
    }

    #[test]
    fn comments_keep_their_lines() {
        let (code, comments) = split("a // one\n\"x\ny\" b // two");
        assert_eq!(
            code.lines().map(str::trim).collect::<Vec<_>>(),
            ["a", "", "b"]
        );
        assert_eq!(
            comments.lines().map(str::trim).collect::<Vec<_>>(),
            ["// one", "", "// two"]
        );
    }

    #[test]
    fn use_trees_are_written_out() {
        let text =
            "use crate::{model::{A, b::B as C}, fetch::*};\nfn f() { x::y(z); <T as a::B>::c() }";
        let found: Vec<String> = paths(&tokens(text))
            .into_iter()
            .map(|path| format!("{}@{}", path.segments.join("::"), path.line))
            .collect();
        assert_eq!(
            found,
            [
                "crate::model::A@1",
                "crate::model::b::B@1",
                "crate::fetch@1",
                "x::y@2",
                "a::B@2"
            ]
        );
    }

    #[test]
    fn test_modules_are_left_out() {
        let text = "a; #[cfg(test)] mod tests { fn f() { b } } c; #[cfg(test)] mod tests; d";
        let kept: Vec<String> = without_tests(&tokens(text))
            .into_iter()
            .map(|token| token.text)
            .collect();
        assert_eq!(kept.join(" "), "a ; c ; d");
    }
}
