//! The XML declaration (XML 1.0 §2.8): its encoding read, then the whole of it removed.

/// The declaration stands at the start; this many bytes are searched for its end.
const DECLARATION_MAX_BYTES: usize = 1024;

/// The encoding the XML declaration names, for bytes in any charset that spells ASCII as ASCII.
pub(super) fn declared_encoding(bytes: &[u8]) -> Option<&str> {
    let head = bytes.trim_ascii_start();
    let head = head.get(..head.len().min(DECLARATION_MAX_BYTES))?;
    let declaration = head.strip_prefix(b"<?xml")?;
    let end = declaration.windows(2).position(|pair| pair == b"?>")?;
    let declaration = std::str::from_utf8(declaration.get(..end)?).ok()?;
    let (_, value) = declaration.split_once("encoding")?;
    let value = value.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (label, _) = value.strip_prefix(quote)?.split_once(quote)?;
    Some(label.trim())
}

/// `text` without its XML declaration and without byte order marks before it.
///
/// The text is UTF-8 now, and an encoding that says otherwise would be believed further down.
pub(super) fn strip(mut text: String) -> String {
    let lead = text.len() - text.trim_start_matches(is_blank).len();
    let end = text
        .get(lead..)
        .filter(|rest| rest.starts_with("<?xml") && !rest.starts_with("<?xml-"))
        .and_then(|rest| rest.find("?>"))
        .filter(|end| *end < DECLARATION_MAX_BYTES)
        .map_or(0, |end| lead + end + 2);
    text.drain(..end);
    if text.starts_with('\u{FEFF}') {
        text = text.trim_start_matches('\u{FEFF}').to_owned();
    }
    text
}

fn is_blank(c: char) -> bool {
    c == '\u{FEFF}' || c.is_whitespace()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_encoding_is_found() {
        for (text, expected) in [
            (
                "<?xml version='1.0' encoding='koi8-r'?><a/>",
                Some("koi8-r"),
            ),
            (
                "\n<?xml version=\"1.0\" encoding = \"UTF-8\" ?>",
                Some("UTF-8"),
            ),
            ("<?xml version='1.0'?><a encoding='x'/>", None),
            ("<?xml encoding='x", None),
            ("<a/>", None),
            ("", None),
        ] {
            assert_eq!(declared_encoding(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn the_declaration_goes_and_nothing_else() {
        for (text, expected) in [
            ("<?xml version='1.0'?><a/>", "<a/>"),
            ("\u{FEFF} \n<?xml version='1.0'?>\n<a/>", "\n<a/>"),
            (
                "<?xml-stylesheet href='x'?><a/>",
                "<?xml-stylesheet href='x'?><a/>",
            ),
            ("\u{FEFF}{}", "{}"),
            ("<?xml version='1.0'", "<?xml version='1.0'"),
        ] {
            assert_eq!(strip(text.to_owned()), expected, "{text}");
        }
    }
}
