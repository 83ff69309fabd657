//! Language tags (BCP 47) as feeds write them.

/// A longer tag is a sentence, not a tag.
const TAG_MAX_BYTES: usize = 35;

/// A tag in lower case with hyphens; `None` where it is none.
pub(super) fn read(written: &str) -> Option<String> {
    let tag = written.trim().replace('_', "-").to_ascii_lowercase();
    let first = tag.split('-').next().unwrap_or_default();
    let is_tag = tag.len() <= TAG_MAX_BYTES
        && (2..=8).contains(&first.len())
        && first.bytes().all(|b| b.is_ascii_lowercase())
        && tag
            .split('-')
            .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric()));
    is_tag.then_some(tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_read_and_sentences_refused() {
        for (written, expected) in [
            (" en-US ", Some("en-us")),
            ("kk_KZ", Some("kk-kz")),
            ("ru", Some("ru")),
            ("", None),
            ("русский", None),
            ("english please", None),
            ("-en", None),
            ("e", None),
        ] {
            assert_eq!(read(written).as_deref(), expected, "{written}");
        }
    }
}
