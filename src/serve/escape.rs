//! Text into HTML and XML.

/// `text` as text or double-quoted attribute value of HTML or XML: markup is escaped, and the
/// characters XML 1.0 forbids (§2.2) are left out.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\t' | '\n' | '\r' => out.push(' '),
            '\u{20}'..='\u{FFFD}' | '\u{10000}'.. => out.push(c),
            _ => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_escapes() {
        assert_eq!(
            escape("<script>\"'&\n\0\u{FFFE}</script> Қазақстан"),
            "&lt;script&gt;&quot;&#39;&amp; &lt;/script&gt; Қазақстан"
        );
    }
}
