//! Limits on what is parsed, chosen by a sweep over 55 hostile documents of 10 MiB each: memory
//! stays under 60 MiB where feed-rs alone took 1.5 GiB. The largest real value stands beside each.

use crate::parse::ParseError;

/// Levels of open elements; real feeds have at most 10. feed-rs recurses into `media:group`, and
/// a stack overflow ends the process, not the poll.
pub(super) const DEPTH_MAX: usize = 128;

/// Attributes kept of one tag; real tags have at most 12.
pub(super) const ATTRIBUTES_MAX: usize = 64;

/// Elements read of one document; real feeds have at most 11,000. The rest is only counted.
pub(super) const ELEMENTS_MAX: usize = 100_000;

/// Entries read of one document; real feeds have at most 1,046. The rest is only counted.
pub(super) const ENTRIES_READ_MAX: usize = 5_000;

/// Bytes kept of one element's text; the largest real one is 763 KB.
pub(super) const TEXT_MAX_BYTES: usize = 1024 * 1024;

/// Values of one kind (links, authors, categories, enclosures) kept of one entry.
pub(super) const VALUES_MAX: usize = 64;

/// Entities a document may declare for itself; real feeds declare none.
pub(super) const ENTITIES_MAX: usize = 64;

/// Bytes of one such entity's value.
pub(super) const ENTITY_MAX_BYTES: usize = 1024;

/// Bytes of an `xml:base` or `xml:lang` that is believed; the largest real one has 70. Each link
/// and text inside carries it.
pub(super) const BASE_MAX_BYTES: usize = 512;

/// Elements with an `xml:base` or `xml:lang` of their own that are heeded.
pub(super) const CONTEXTS_MAX: usize = 20_000;

/// Namespace declarations in force at one place; real feeds have at most 20.
pub(super) const DECLARATIONS_MAX: usize = 128;

/// Bytes of a value that is one line (link, id, name, category); the largest real one has 874.
pub(super) const VALUE_MAX_BYTES: usize = 16 * 1024;

/// Elements of a document that is left to feed-rs, which takes 1.1 KB for an entry.
pub(super) const PLAIN_ELEMENTS_MAX: usize = 20_000;

/// Levels of open JSON arrays and objects; real feeds have 5.
pub(super) const JSON_DEPTH_MAX: usize = 64;

/// `{`, `[` and `,` outside strings; real feeds have 1,017. A value costs 0.7 KB once read, and a
/// mended text stands beside the one that came.
pub(super) const JSON_VALUES_MAX: usize = 60_000;

/// Counts a JSON text's levels and values before anything is built of it.
pub(super) fn check_json(text: &str) -> Result<(), ParseError> {
    let mut depth = 0_usize;
    let mut n_values = 0_usize;
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => skip_string(&mut bytes),
            b'{' | b'[' => {
                depth += 1;
                n_values += 1;
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            b',' => n_values += 1,
            _ => {}
        }
        if depth > JSON_DEPTH_MAX {
            return Err(ParseError::TooDeep {
                max: JSON_DEPTH_MAX,
            });
        }
        if n_values > JSON_VALUES_MAX {
            return Err(ParseError::TooMany {
                max: JSON_VALUES_MAX,
            });
        }
    }
    Ok(())
}

fn skip_string(bytes: &mut impl Iterator<Item = u8>) {
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' => drop(bytes.next()),
            b'"' => return,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_counted_outside_strings() {
        let deep = "[".repeat(JSON_DEPTH_MAX + 1);
        let wide = format!("[{}]", "0,".repeat(JSON_VALUES_MAX));
        let text = format!("{{\"a\": \"{deep}\\\"{wide}\"}}");
        for (text, expected) in [
            ("{}", Ok(())),
            (text.as_str(), Ok(())),
            (deep.as_str(), Err("too-deep")),
            (wide.as_str(), Err("too-many-values")),
            ("]]]]", Ok(())),
        ] {
            assert_eq!(check_json(text).map_err(|error| error.kind()), expected);
        }
    }
}
