//! What headers and documents call their charset.

use encoding_rs::{Encoding, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE, X_USER_DEFINED};

use crate::decode::charset::kind::Charset;
use crate::decode::charset::table;

/// What a label says.
pub(super) enum Label {
    /// A charset we can read.
    Known(Charset),
    /// Units wider than a byte: the bytes show whether that is so, the label adds nothing.
    Wide,
    /// Nothing we know.
    Unknown(String),
}

impl Label {
    /// The charset `label` names: by the Encoding Standard, by our tables, then more loosely
    /// (`cp-1251`, `win1251`, `utf_8`).
    pub(super) fn of(label: &str) -> Self {
        let normal = normal(label);
        if normal.starts_with("utf16") || normal.starts_with("utf32") || normal.contains("ucs") {
            return Self::Wide;
        }
        web(label.as_bytes())
            .or_else(|| {
                let mut tables = table::TABLES.iter();
                tables
                    .find(|table| {
                        table.labels.contains(&normal.as_str())
                            || table.labels.contains(&stem(&normal))
                    })
                    .map(Charset::Table)
            })
            .or_else(|| loosely(&normal))
            .map_or_else(
                || Self::Unknown(label.chars().take(40).collect()),
                Self::Known,
            )
    }

    /// The charset, where we know it.
    pub(super) fn charset(&self) -> Option<Charset> {
        match self {
            Self::Known(charset) => Some(*charset),
            Self::Wide | Self::Unknown(_) => None,
        }
    }
}

fn web(label: &[u8]) -> Option<Charset> {
    Encoding::for_label(label)
        .filter(|encoding| ![REPLACEMENT, X_USER_DEFINED, UTF_16LE, UTF_16BE].contains(encoding))
        .map(Charset::Web)
}

/// A label in lower case, letters and digits only.
pub(super) fn normal(label: &str) -> String {
    label
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .take(40)
        .collect()
}

/// What is left of a label without the words vendors put before a number.
fn stem(normal: &str) -> &str {
    let mut stem = normal;
    for prefix in [
        "x", "cs", "windows", "win", "ms", "ansi", "dos", "ibm", "cp", "codepage",
    ] {
        match stem.strip_prefix(prefix) {
            Some(rest) if rest.starts_with(|c: char| c.is_ascii_digit()) => return rest,
            Some(rest) if prefix == "x" || prefix == "cs" => stem = rest,
            _ => {}
        }
    }
    stem
}

fn loosely(normal: &str) -> Option<Charset> {
    let stem = stem(normal);
    let name = match stem {
        "65001" | "utf" | "unicode" | "unicode11utf8" | "ascii7" => {
            return Some(Charset::Web(UTF_8));
        }
        "932" | "943" | "ms932" | "sjis2004" | "shiftjis2004" | "shiftjisx0213" => "shift_jis",
        "936" | "54936" | "1386" | "gb231280" | "hzgb" => "gbk",
        "949" | "51949" | "1361" | "uhc" | "ks" => "euc-kr",
        "950" | "big5eten" | "big5hkscs2004" => "big5",
        "51932" | "ujis" | "eucjis2004" | "eucjisx0213" => "euc-jp",
        "50220" | "50221" | "50222" | "jis" => "iso-2022-jp",
        "20866" => "koi8-r",
        "21866" | "koi8ru" => "koi8-u",
        "866" => "ibm866",
        "10007" | "10017" | "maccyrillic" | "macukrainian" | "macuk" | "maccyr" => "x-mac-cyrillic",
        "10000" | "macroman" | "applemac" => "macintosh",
        "arabic" => "iso-8859-6",
        "msansi" => "windows-1252",
        "msee" => "windows-1250",
        "mscyrl" => "windows-1251",
        "msgreek" => "windows-1253",
        "msturk" => "windows-1254",
        "mshebr" => "windows-1255",
        "msarab" => "windows-1256",
        "winbaltrim" => "windows-1257",
        "874" | "thai" | "iso885911" | "885911" => "windows-874",
        _ => return by_number(stem),
    };
    web(name.as_bytes())
}

/// `1251`, `8859-5`, `28595`, `latin-2`: the number says it.
fn by_number(stem: &str) -> Option<Charset> {
    if let Some(utf8) = stem.strip_prefix("utf8") {
        // utf8mb4, utf8n, utf8bom, utf8_unicode_ci
        let is_variant = utf8.is_empty() || !utf8.starts_with(|c: char| c.is_ascii_digit());
        return is_variant.then_some(Charset::Web(UTF_8));
    }
    if stem.len() == 4 && stem.starts_with("125") {
        return web(format!("windows-{stem}").as_bytes());
    }
    let part = ["iso8859", "8859", "2859", "iso"]
        .iter()
        .find_map(|prefix| stem.strip_prefix(prefix))?;
    web(format!("iso-8859-{part}").as_bytes())
}

/// The `charset` parameter of a Content-Type, in quotes or not.
pub(super) fn charset_parameter(content_type: &str) -> Option<&str> {
    content_type.split([';', ',']).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let value = value.trim().trim_matches(['"', '\'']).trim();
        (name.trim().eq_ignore_ascii_case("charset") && !value.is_empty()).then_some(value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(label: &str) -> &'static str {
        match Label::of(label) {
            Label::Known(charset) => charset.name(),
            Label::Wide => "wide",
            Label::Unknown(_) => "unknown",
        }
    }

    #[test]
    fn labels_are_known_by_their_many_names() {
        for (label, expected) in [
            ("utf-8", "UTF-8"),
            ("UTF_8", "UTF-8"),
            ("utf8mb4", "UTF-8"),
            ("utf-16", "wide"),
            ("UTF-32LE", "wide"),
            ("ISO-10646-UCS-2", "wide"),
            ("iso-8859-1", "windows-1252"),
            ("latin1", "windows-1252"),
            ("iso_8859-5", "ISO-8859-5"),
            ("28595", "ISO-8859-5"),
            ("win-1251", "windows-1251"),
            ("Windows1251", "windows-1251"),
            ("cp 1251", "windows-1251"),
            ("1251", "windows-1251"),
            ("koi8-r", "KOI8-R"),
            ("koi8-t", "KOI8-T"),
            ("kz-1048", "KZ-1048"),
            ("strk1048-2002", "KZ-1048"),
            ("RK1048", "KZ-1048"),
            ("ptcp154", "PTCP154"),
            ("pt154", "PTCP154"),
            ("cp154", "PTCP154"),
            ("csptcp154", "PTCP154"),
            ("Cyrillic-Asian", "PTCP154"),
            ("cp866", "IBM866"),
            ("IBM-855", "IBM855"),
            ("cp437", "IBM437"),
            ("mac-cyrillic", "x-mac-cyrillic"),
            ("x-mac-greek", "mac-greek"),
            ("ms932", "Shift_JIS"),
            ("cp936", "GBK"),
            ("gb18030", "gb18030"),
            ("gb2312", "GBK"),
            ("viscii", "VISCII"),
            ("ebcdic-cp-us", "IBM037"),
            ("x-user-defined", "unknown"),
            ("iso-2022-kr", "unknown"),
            ("%charset%", "unknown"),
            ("", "unknown"),
        ] {
            assert_eq!(name(label), expected, "{label}");
        }
    }

    #[test]
    fn the_parameter_is_found_as_servers_write_it() {
        for (header, expected) in [
            ("text/xml; charset=koi8-r", Some("koi8-r")),
            ("text/xml;CHARSET = \"koi8-r\" ; x=y", Some("koi8-r")),
            ("text/xml, charset='koi8-r'", Some("koi8-r")),
            ("text/xml; charset=", None),
            ("text/xml", None),
        ] {
            assert_eq!(charset_parameter(header), expected, "{header}");
        }
    }
}
