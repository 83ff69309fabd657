//! The XML declaration (XML 1.0 §2.8): its encoding read, then the whole of it removed; and what
//! else the first lines of a document say of its charset and language.

use crate::model::parsed::Defect;

/// The declaration stands at the start; this many bytes are searched for its end.
const DECLARATION_MAX_BYTES: usize = 1024;

/// An HTML page names its charset within these (HTML §4.2.5.4).
const META_MAX_BYTES: usize = 1024;

/// A feed names its language among the first elements of its channel.
const LANGUAGE_MAX_BYTES: usize = 4096;

/// `EF BB BF` read as windows-1252 and written as UTF-8.
const TWICE_ENCODED_MARK: &str = "ï»¿";

/// The encoding the XML declaration names, for bytes in any charset that spells ASCII as ASCII.
pub(super) fn declared_encoding(bytes: &[u8]) -> Option<&str> {
    let head = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let head = head.trim_ascii_start();
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

/// The charset an HTML page names in its head.
pub(super) fn meta_charset(bytes: &[u8]) -> Option<&str> {
    let head = head(bytes, META_MAX_BYTES);
    let meta = find(head, b"<meta")?;
    let (_, rest) = meta.split_at_checked(find_at(meta, b"charset=")?)?;
    let value = rest.strip_prefix(b"charset=").or_else(|| rest.get(8..))?;
    let value = value.trim_ascii_start();
    let value = value
        .strip_prefix(b"\"")
        .or(value.strip_prefix(b"'"))
        .unwrap_or(value);
    word(value)
}

/// The language a document says it is in, in its first lines.
pub(super) fn declared_language(bytes: &[u8]) -> Option<&str> {
    let head = head(bytes, LANGUAGE_MAX_BYTES);
    [
        &b"<language>"[..],
        b"<dc:language>",
        b"xml:lang=\"",
        b"xml:lang='",
        b"\"language\": \"",
        b"\"language\":\"",
        b" lang=\"",
    ]
    .iter()
    .find_map(|mark| {
        let value = find(head, mark)?.get(mark.len()..)?;
        word(value.trim_ascii_start())
    })
}

fn head(bytes: &[u8], max: usize) -> &[u8] {
    bytes.get(..max).unwrap_or(bytes)
}

/// The bytes from the first `mark` (in whatever case) on.
fn find<'a>(bytes: &'a [u8], mark: &[u8]) -> Option<&'a [u8]> {
    bytes.get(find_at(bytes, mark)?..)
}

fn find_at(bytes: &[u8], mark: &[u8]) -> Option<usize> {
    bytes
        .windows(mark.len())
        .position(|window| window.eq_ignore_ascii_case(mark))
}

/// The letters, digits and hyphens at the start.
fn word(bytes: &[u8]) -> Option<&str> {
    let end = bytes
        .iter()
        .position(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b':')))
        .unwrap_or(bytes.len());
    let word = std::str::from_utf8(bytes.get(..end)?).ok()?;
    (!word.is_empty()).then_some(word)
}

/// `text` without its XML declaration and without byte order marks before it.
///
/// The text is UTF-8 now, and an encoding that says otherwise would be believed further down. Of
/// XML 1.1 what is left is its line ends (XML 1.1 §2.11), which become those of XML 1.0.
pub(super) fn strip(mut text: String, defects: &mut Vec<Defect>) -> String {
    let start = without_marks(&text).len();
    let n_marks = text.len() - start;
    if text.starts_with(TWICE_ENCODED_MARK) {
        defects.push(Defect::new(
            "double-encoded",
            "the byte order mark was encoded as UTF-8 twice",
        ));
    }
    let declaration = declaration(text.get(n_marks..).unwrap_or_default());
    let is_xml_11 = declaration.is_some_and(|(_, declaration)| says_version_11(declaration));
    let end = declaration.map_or(0, |(end, _)| end);
    if n_marks + end > 0 {
        text.drain(..n_marks + end);
    }
    let n_marks = text.len() - without_marks(&text).len();
    if n_marks > 0 {
        text.drain(..n_marks);
    }
    if is_xml_11 && text.contains(['\u{85}', '\u{2028}']) {
        text = text
            .replace("\r\u{85}", "\n")
            .replace(['\u{85}', '\u{2028}'], "\n");
    }
    text
}

/// `text` after byte order marks, and after what is left of one that was encoded twice.
fn without_marks(text: &str) -> &str {
    let text = text.trim_start_matches('\u{FEFF}');
    text.strip_prefix(TWICE_ENCODED_MARK).unwrap_or(text)
}

/// Where the declaration ends, and what it holds.
fn declaration(text: &str) -> Option<(usize, &str)> {
    let lead = text.len() - text.trim_start_matches(is_blank).len();
    let rest = text.get(lead..)?.strip_prefix("<?xml")?;
    if !rest.starts_with(|c: char| c.is_ascii_whitespace() || c == '?') {
        return None;
    }
    let end = rest.find("?>").filter(|end| *end < DECLARATION_MAX_BYTES)?;
    Some((lead + "<?xml".len() + end + "?>".len(), rest.get(..end)?))
}

fn says_version_11(declaration: &str) -> bool {
    declaration
        .split_once("version")
        .and_then(|(_, value)| value.trim_start().strip_prefix('='))
        .is_some_and(|value| {
            value
                .trim_start()
                .trim_start_matches(['"', '\''])
                .starts_with("1.1")
        })
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
            assert_eq!(strip(text.to_owned(), &mut Vec::new()), expected, "{text}");
        }
    }
}
