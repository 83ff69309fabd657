//! Under which address readers reach the service.

use http::HeaderMap;
use http::header::HOST;
use url::Url;

use crate::model::rendered::{Format, Snapshot};
use crate::serve::state::ServeState;

/// The configured address, else the one the request came to; `None` where neither is known.
/// Ends in a slash.
pub(super) fn base(state: &ServeState, headers: &HeaderMap) -> Option<Url> {
    let mut base = match &state.base_url {
        Some(base) => base.clone(),
        None => of_host(headers.get(HOST)?.to_str().ok()?)?,
    };
    base.set_query(None);
    base.set_fragment(None);
    base.path_segments_mut()
        .map_err(drop)
        .ok()?
        .pop_if_empty()
        .push("");
    Some(base)
}

/// Address of a document, relative to the page: it holds behind a proxy's path too.
pub(super) fn relative(name: &str, format: Format) -> String {
    let name = url::form_urlencoded::byte_serialize(name.as_bytes()).collect::<String>();
    let name = name.replace('+', "%20");
    format!("feeds/{name}.{}", format.extension())
}

/// Formats in which the merged feed `name` is published now, Atom first.
pub(super) fn formats(snapshot: &Snapshot, name: &str) -> Vec<Format> {
    let is_there = |&format: &Format| snapshot.feeds.contains_key(&(name.to_owned(), format));
    Format::ALL.into_iter().filter(is_there).collect()
}

/// `Host` is the reader's word: only a host and a port are taken from it.
fn of_host(host: &str) -> Option<Url> {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b".-_:[]".contains(&b);
    if !host.bytes().all(is_plain) {
        return None;
    }
    Url::parse(&format!("http://{host}/")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_host_is_taken_from_the_host_header() {
        let check = |host: &str, expected: Option<&str>| {
            let found = of_host(host).map(String::from);
            assert_eq!(found.as_deref(), expected, "{host}");
        };
        check("news.example:8585", Some("http://news.example:8585/"));
        check("[::1]:8585", Some("http://[::1]:8585/"));
        check("127.0.0.1", Some("http://127.0.0.1/"));
        for bad in [
            "", "a/b", "a?b", "a#b", "me@a", "me:pw@a", "a<b", "a b", "\"a\"", "a:99999",
        ] {
            check(bad, None);
        }
    }

    #[test]
    fn relative_addresses_are_encoded() {
        assert_eq!(
            relative("central-asia", Format::Json),
            "feeds/central-asia.json"
        );
        assert_eq!(
            relative("a b/\"<", Format::Atom),
            "feeds/a%20b%2F%22%3C.atom"
        );
    }
}
