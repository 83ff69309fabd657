//! Which content coding a reader gets (RFC 9110 §12.5.3).

use http::HeaderMap;
use http::header::ACCEPT_ENCODING;

/// A coding a document lies ready in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Coding {
    /// As it is.
    Identity,
    /// gzip.
    Gzip,
    /// br.
    Brotli,
    /// zstd.
    Zstd,
}

impl Coding {
    /// Name in `Content-Encoding`, and end of the entity tag; none for the document as it is.
    pub(super) fn name(self) -> Option<&'static str> {
        match self {
            Self::Identity => None,
            Self::Gzip => Some("gzip"),
            Self::Brotli => Some("br"),
            Self::Zstd => Some("zstd"),
        }
    }
}

/// Codings by our liking, smallest first as measured on a document of 200 entries: what decides
/// between codings the reader likes equally.
const BY_LIKING: [Coding; 3] = [Coding::Brotli, Coding::Zstd, Coding::Gzip];

/// The coding the reader likes best, ours to choose between equals.
///
/// Without the header: as it is, for readers too old to know codings. Where a reader accepts
/// nothing we have, it gets the document as it is rather than 406, as §12.5.3 allows.
pub(super) fn negotiate(headers: &HeaderMap) -> Coding {
    let members: Vec<(&str, u16)> = headers
        .get_all(ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(member)
        .collect();
    let weight = |coding: Coding| {
        let named = |name: &str| members.iter().find(|(member, _)| is_named(member, name));
        let own = named(coding.name().unwrap_or("identity"));
        own.or_else(|| named("*")).map_or(0, |&(_, weight)| weight)
    };
    let mut best = (Coding::Identity, weight(Coding::Identity));
    for coding in BY_LIKING.into_iter().rev() {
        // `>=`: a coding beats the document as it is at equal weight, and a later one an earlier.
        if weight(coding) > 0 && weight(coding) >= best.1 {
            best = (coding, weight(coding));
        }
    }
    best.0
}

/// `x-gzip` is an old name of gzip (§8.4.1.3).
fn is_named(member: &str, name: &str) -> bool {
    member.eq_ignore_ascii_case(name) || (name == "gzip" && member.eq_ignore_ascii_case("x-gzip"))
}

/// One member of the list and its weight in thousandths; `None` where it cannot be read.
fn member(text: &str) -> Option<(&str, u16)> {
    let (name, parameters) = text.split_once(';').unwrap_or((text, ""));
    let name = name.trim();
    if name.is_empty() {
        return None;
    }
    let mut weight = 1000;
    for parameter in parameters.split(';').map(str::trim) {
        if let Some((key, value)) = parameter.split_once('=')
            && key.trim().eq_ignore_ascii_case("q")
        {
            weight = thousandths(value.trim())?;
        }
    }
    Some((name, weight))
}

/// A `qvalue` (§12.4.2): 0 to 1 with at most three decimals.
fn thousandths(text: &str) -> Option<u16> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    if decimals.len() > 3 || !decimals.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let part: u16 = format!("{decimals:0<3}").parse().ok()?;
    match whole {
        "0" => Some(part),
        "1" if part == 0 => Some(1000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reader_decides_and_we_decide_between_equals() {
        let check = |lines: &[&str], expected: Coding| {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(ACCEPT_ENCODING, line.parse().unwrap());
            }
            assert_eq!(negotiate(&headers), expected, "{lines:?}");
        };
        check(&[], Coding::Identity);
        check(&[""], Coding::Identity);
        check(&["gzip, deflate, br, zstd"], Coding::Brotli);
        check(&["gzip, deflate, zstd"], Coding::Zstd);
        check(&["gzip,deflate"], Coding::Gzip);
        check(&["deflate", "GZIP"], Coding::Gzip);
        check(&["x-gzip"], Coding::Gzip);
        check(&["*"], Coding::Brotli);
        check(&["br;q=0, *"], Coding::Zstd);
        check(&["*;q=0"], Coding::Identity);
        check(&["identity;q=0"], Coding::Identity);
        check(&["identity, gzip"], Coding::Gzip);
        check(&["identity, gzip;q=0.5"], Coding::Identity);
        check(&["gzip;q=0.5, identity;q=0.4"], Coding::Gzip);
        check(&["gzip;q=0.001"], Coding::Gzip);
        check(&["gzip;q=0.000"], Coding::Identity);
        check(&["gzip ; Q=0.8 , br; q=0.80"], Coding::Brotli);
        check(&["br;q=0.7,gzip;q=0.8"], Coding::Gzip);
        check(&["deflate, compress"], Coding::Identity);
    }

    #[test]
    fn a_weight_that_cannot_be_read_takes_its_coding_out() {
        for bad in ["2", "-1", "0.1234", "1.001", "", "x", "0,5", ".5", "1.x"] {
            assert_eq!(thousandths(bad), None, "{bad}");
        }
        assert_eq!(thousandths("0."), Some(0));
        assert_eq!(thousandths("1.000"), Some(1000));
        assert_eq!(member("gzip;q=high"), None);
        assert_eq!(member(" ; q=1"), None);
    }
}
