//! White space and characters nobody can see: what a title or a text must not carry.

/// Whether `c` is invisible and carries no meaning: controls, bidi controls and isolates,
/// zero-width spaces, soft hyphens, byte order marks, tag characters, noncharacters.
///
/// The joiners U+200C and U+200D are not among them: Persian and Indic spelling and joined emoji
/// need them. White space is not among them either.
pub fn is_invisible(c: char) -> bool {
    if c.is_whitespace() {
        return false;
    }
    c.is_control()
        || matches!(c,
            '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}' | '\u{200E}' | '\u{200F}'
            | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FDD0}'..='\u{FDEF}'
            | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
        || u32::from(c) & 0xFFFE == 0xFFFE
}

/// `text` on one line: invisible characters removed, runs of white space one space, no space at
/// either end.
pub fn collapse(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    push_collapsed(&mut line, text);
    line
}

/// `text` with every line collapsed and empty lines dropped.
pub fn collapse_lines(text: &str) -> String {
    let mut lines = String::with_capacity(text.len());
    for line in text.lines() {
        let before = lines.len();
        if before > 0 {
            lines.push('\n');
        }
        let start = lines.len();
        push_collapsed(&mut lines, line);
        if lines.len() == start {
            lines.truncate(before);
        }
    }
    lines
}

fn push_collapsed(line: &mut String, text: &str) {
    let start = line.len();
    let mut is_gap = false;
    for c in text.chars() {
        if c.is_whitespace() {
            is_gap = line.len() > start;
        } else if !is_invisible(c) {
            if is_gap {
                line.push(' ');
                is_gap = false;
            }
            line.push(c);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_collapses_and_the_unseen_goes() {
        for (text, expected) in [
            ("", ""),
            (" \n\t ", ""),
            ("  a \u{A0}\u{2028} b\r\n", "a b"),
            ("a\u{200B}b\u{AD}c\u{FEFF}", "abc"),
            ("\u{202E}evil\u{202C} \u{2066}x\u{2069}", "evil x"),
            ("a\u{0}\u{7}b\u{85}c", "ab c"),
            ("می\u{200C}رود", "می\u{200C}رود"),
            ("👩\u{200D}🚀", "👩\u{200D}🚀"),
            ("x\u{FFFE}y\u{E0041}z", "xyz"),
        ] {
            assert_eq!(collapse(text), expected, "{text:?}");
        }
    }

    #[test]
    fn lines_stay_lines() {
        for (text, expected) in [
            ("", ""),
            ("\n\n a  b \n \n\u{200B}\nc\n", "a b\nc"),
            ("one", "one"),
        ] {
            assert_eq!(collapse_lines(text), expected, "{text:?}");
        }
    }
}
