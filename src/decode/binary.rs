//! Bodies that are no text at all, known by their first bytes.

/// Where the bytes that tell stand, what they are, and what that is for a person.
const KNOWN: &[(usize, &[u8], &str)] = &[
    (0, b"%PDF-", "a PDF document"),
    (0, b"PK\x03\x04", "a ZIP archive or an Office document"),
    (0, b"PK\x05\x06", "an empty ZIP archive"),
    (
        0,
        b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
        "an old Office document",
    ),
    (0, b"{\\rtf", "an RTF document"),
    (0, b"\x89PNG\r\n\x1A\n", "a PNG image"),
    (0, b"GIF87a", "a GIF image"),
    (0, b"GIF89a", "a GIF image"),
    (0, b"\xFF\xD8\xFF", "a JPEG image"),
    (8, b"WEBP", "a WebP image"),
    (4, b"ftypavif", "an AVIF image"),
    (0, b"\0\0\x01\0", "an icon"),
    (4, b"ftyp", "a video"),
    (0, b"\x1A\x45\xDF\xA3", "a video"),
    (0, b"OggS", "an audio file"),
    (0, b"ID3", "an audio file"),
    (0, b"fLaC", "an audio file"),
    (8, b"WAVE", "an audio file"),
    (0, b"wOFF", "a font"),
    (0, b"wOF2", "a font"),
    (0, b"\0asm", "a WebAssembly module"),
    (0, b"\x7FELF", "a program"),
    (0, b"SQLite format 3\0", "a database"),
    (0, b"BZh", "bzip2 data, which we did not ask for"),
    (0, b"\xFD7zXZ\0", "xz data, which we did not ask for"),
    (0, b"7z\xBC\xAF\x27\x1C", "a 7-Zip archive"),
    (0, b"Rar!\x1A\x07", "a RAR archive"),
    (0, b"\x1F\x9D", "compress(1) data, which we did not ask for"),
];

/// This many bytes are looked at where no mark is known.
const LOOKED_AT_BYTES: usize = 1024;

/// What `bytes` are, if they are no text: for a person.
pub(super) fn what(bytes: &[u8]) -> Option<&'static str> {
    KNOWN
        .iter()
        .find(|(at, mark, _)| bytes.get(*at..).is_some_and(|rest| rest.starts_with(mark)))
        .filter(|_| !starts_like_markup(bytes))
        .map(|(_, _, what)| *what)
        .or_else(|| is_noise(bytes).then_some("binary data of no known kind"))
}

fn starts_like_markup(bytes: &[u8]) -> bool {
    bytes.trim_ascii_start().starts_with(b"<")
}

/// Controls in every eighth byte, and nowhere anything like a tag.
///
/// Text in a wide charset is full of NULs, but has its `<` or `{` among them; ISO-2022 has its
/// escapes further apart.
fn is_noise(bytes: &[u8]) -> bool {
    let head = bytes.get(..LOOKED_AT_BYTES).unwrap_or(bytes);
    let n_controls = head
        .iter()
        .filter(|byte| byte.is_ascii_control() && !byte.is_ascii_whitespace())
        .count();
    n_controls * 8 > head.len() && !has_markup(head) && head.len() >= 16
}

fn has_markup(head: &[u8]) -> bool {
    // EBCDIC spells `<?` as 4C 6F.
    head.starts_with(b"\x4C\x6F")
        || head.windows(2).any(|pair| {
            matches!(pair, [b'<', b'a'..=b'z' | b'A'..=b'Z' | b'?' | b'!' | b'/' | 0] | [0, b'<'])
                || matches!(pair, [b'{', 0] | [0, b'{'])
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_text_is_named() {
        for (bytes, expected) in [
            (&b"%PDF-1.7\n%\xE2\xE3"[..], Some("a PDF document")),
            (
                b"PK\x03\x04\x14\0",
                Some("a ZIP archive or an Office document"),
            ),
            (b"\x89PNG\r\n\x1A\n\0\0", Some("a PNG image")),
            (b"\xFF\xD8\xFF\xE0", Some("a JPEG image")),
            (b"RIFF\x10\0\0\0WEBPVP8 ", Some("a WebP image")),
            (b"\0\0\0\x18ftypmp42", Some("a video")),
            (&[1; 64], Some("binary data of no known kind")),
            (b"<rss>ftyp</rss>", None),
            (b"<a\0\0\x01\x02\x03\x04\x05\x06\x07\x08\x0E\x0F\x10", None),
            (b"<\0r\0s\0s\0>\0a\0b\0c\0d\0e\0", None),
            (b"\0{\0\"\0a\0\"\0:\x001\0}", None),
            (b"BZ, said he", None),
            (b"", None),
        ] {
            assert_eq!(what(bytes), expected, "{bytes:?}");
        }
    }
}
