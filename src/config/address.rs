//! Checks of single values: addresses, names, headers, languages, paths.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use http::{HeaderName, HeaderValue};
use url::{ParseError, Url};

use crate::config::snippet::names_secret;
use crate::config::walk::Complaint;
use crate::model::time::Zone;

/// Where secrets will come from.
const SECRET_HINT: &str =
    "credentials are never written here: a later version reads them from files and systemd";

/// Headers that nuncio, the connection or another key decides about, and who does.
const NOT_YOURS: [(&str, &str); 23] = [
    ("accept-encoding", "nuncio asks for what it can decode"),
    ("connection", "the connection decides it"),
    ("content-encoding", "a request for a feed has no body"),
    ("content-length", "a request for a feed has no body"),
    ("content-type", "a request for a feed has no body"),
    ("expect", "a request for a feed has no body"),
    ("host", "it comes from `url`"),
    ("if-match", "nuncio sends what the server gave it"),
    ("if-modified-since", "nuncio sends what the server gave it"),
    ("if-none-match", "nuncio sends what the server gave it"),
    ("if-range", "nuncio sends what the server gave it"),
    (
        "if-unmodified-since",
        "nuncio sends what the server gave it",
    ),
    ("keep-alive", "the connection decides it"),
    ("proxy-authenticate", "the connection decides it"),
    ("proxy-connection", "the connection decides it"),
    ("range", "nuncio reads whole documents"),
    ("te", "the connection decides it"),
    ("trailer", "the connection decides it"),
    ("transfer-encoding", "the connection decides it"),
    ("upgrade", "the connection decides it"),
    ("user-agent", "the key `user-agent` sets it"),
    ("via", "the connection decides it"),
    ("http2-settings", "the connection decides it"),
];

/// Country codes taken for languages, and the language that is likely meant (ISO 3166, 639).
const COUNTRIES: [(&str, &str); 10] = [
    ("cn", "zh"),
    ("cz", "cs"),
    ("dk", "da"),
    ("gr", "el"),
    ("ir", "fa"),
    ("jp", "ja"),
    ("kz", "kk"),
    ("tj", "tg"),
    ("tm", "tk"),
    ("ua", "uk"),
];

/// An address of a page or feed: http or https, with a host, without credentials.
pub(super) fn http_url(text: &str) -> Result<Url, Complaint> {
    url_of(text, &["http", "https"])
}

/// An address readers reach the service by; its path ends in `/`, so that paths can be joined.
pub(super) fn base_url(text: &str) -> Result<Url, Complaint> {
    let mut url = http_url(text)?;
    if url.query().is_some() || url.fragment().is_some() {
        return Err(Complaint::new(
            "`base-url` holds a `?` or `#`",
            "give the address up to its last `/`: \"https://news.example.org/\"",
        ));
    }
    if !url.path().ends_with('/') {
        let path = format!("{}/", url.path());
        url.set_path(&path);
    }
    Ok(url)
}

/// An address of a proxy.
pub(super) fn proxy_url(text: &str) -> Result<Url, Complaint> {
    url_of(text, &["http", "https", "socks5", "socks5h"])
}

fn url_of(text: &str, schemes: &[&str]) -> Result<Url, Complaint> {
    let hint = format!("write it whole: \"{}://…\"", schemes.join("://…\" or \""));
    let url = Url::parse(text).map_err(|error| match error {
        ParseError::RelativeUrlWithoutBase => {
            Complaint::new("this address does not say how to get there", &*hint)
        }
        error => Complaint::new(format!("this is no address: {error}"), &*hint),
    })?;
    if !schemes.contains(&url.scheme()) {
        let message = format!(
            "an address of the kind `{}:` cannot be used here",
            url.scheme()
        );
        return Err(Complaint::new(message, hint));
    }
    if url.host_str().is_none_or(str::is_empty) {
        return Err(Complaint::new("this address names no host", hint));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Complaint::new(
            "this address holds a user name or password",
            SECRET_HINT,
        ));
    }
    Ok(url)
}

/// An address to listen on.
pub(super) fn listen(text: &str) -> Result<SocketAddr, Complaint> {
    let is_port = |port: &str| port.parse::<u16>().is_ok();
    text.parse().map_err(|_not_an_address| {
        let hint = match text.rsplit_once(':') {
            Some(("localhost", port)) if is_port(port) => format!(
                "names are not looked up here: write \"127.0.0.1:{port}\" or \"[::1]:{port}\""
            ),
            Some(("" | "*", port)) if is_port(port) => format!(
                "write \"0.0.0.0:{port}\" for every address of this machine, \"127.0.0.1:{port}\" for this machine only"
            ),
            _ if is_port(text) => format!("write \"127.0.0.1:{text}\""),
            _ if text.parse::<std::net::Ipv4Addr>().is_ok() => {
                format!("the port is missing: write \"{text}:8585\"")
            }
            _ if text.parse::<std::net::Ipv6Addr>().is_ok() => {
                format!("the port is missing: write \"[{text}]:8585\"")
            }
            _ => "write an IP address and a port: \"127.0.0.1:8585\"".to_owned(),
        };
        Complaint::new(format!("`{text}` is no address to listen on"), hint)
    })
}

/// A path, taken from the directory of the file where it is relative.
pub(super) fn path_from(base: &Path, text: &str) -> Result<PathBuf, Complaint> {
    if text.trim().is_empty() || text.contains('\0') {
        return Err(Complaint::new(
            "this is no path",
            "write a path, or leave the key out",
        ));
    }
    if text.starts_with('~') || text.starts_with('$') {
        return Err(Complaint::new(
            "`~` and `$` mean nothing in a path here",
            "write the whole path; a relative one is taken from the directory of this file",
        ));
    }
    Ok(base.join(text))
}

/// Who answers for this service: a mail address or a page.
pub(super) fn contact(text: &str) -> Result<String, Complaint> {
    let text = user_agent("contact", text)?;
    let is_page = http_url(&text).is_ok();
    let is_mail = text
        .trim_start_matches("mailto:")
        .split_once('@')
        .is_some_and(|(user, host)| !user.is_empty() && host.contains('.') && !host.contains('@'));
    if !text.contains(' ') && (is_page || is_mail) {
        return Ok(text);
    }
    Err(Complaint::new(
        format!("`{text}` is neither a mail address nor a page"),
        "publishers write there when we are in their way: \"desk@example.org\" or \"https://example.org/bot\"",
    ))
}

/// A text that can be sent as `User-Agent` (RFC 9110 section 10.1.5).
pub(super) fn user_agent(key: &str, text: &str) -> Result<String, Complaint> {
    let text = text.trim();
    if text.is_empty() || !text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Err(Complaint::new(
            format!("`{key}` cannot be sent in a request"),
            "write it in printable ASCII",
        ));
    }
    Ok(text.to_owned())
}

/// The name of a request header, lower-cased; refused where it is not the user's to set.
pub(super) fn header_name(name: &str) -> Result<String, Complaint> {
    let header = HeaderName::from_bytes(name.as_bytes()).map_err(|_invalid| {
        Complaint::new(
            format!("`{name}` is no name of a header"),
            "a header's name is letters, digits and hyphens: Accept-Language",
        )
    })?;
    let header = header.as_str();
    if names_secret(header) {
        return Err(Complaint::new(
            format!("the header `{name}` carries a secret"),
            SECRET_HINT,
        ));
    }
    match NOT_YOURS.iter().find(|(taken, _)| *taken == header) {
        Some((_, who)) => Err(Complaint::new(
            format!("the header `{name}` cannot be set"),
            format!("take it out: {who}"),
        )),
        None => Ok(header.to_owned()),
    }
}

/// The value of a request header (RFC 9110 section 5.5), ASCII only.
pub(super) fn header_value(text: &str) -> Result<String, Complaint> {
    let text = text.trim();
    match HeaderValue::from_str(text) {
        Ok(_) if !text.is_empty() && text.is_ascii() => Ok(text.to_owned()),
        Ok(_) | Err(_) => Err(Complaint::new(
            "this value cannot be sent in a header",
            "write it in printable ASCII",
        )),
    }
}

/// A language tag in the form of BCP 47 (RFC 5646), lower-cased; not looked up in its registry.
pub(super) fn language(text: &str) -> Result<String, Complaint> {
    let tag = text.trim().to_ascii_lowercase();
    let mut parts = tag.split('-');
    let is_primary = parts.next().is_some_and(|part| {
        matches!(part.len(), 2..=3) && part.bytes().all(|b| b.is_ascii_lowercase())
    });
    let are_subtags = parts
        .all(|part| matches!(part.len(), 1..=8) && part.bytes().all(|b| b.is_ascii_alphanumeric()));
    if !is_primary || !are_subtags {
        return Err(Complaint::new(
            format!("`{text}` is no language"),
            "write its code: \"en\", \"ru\", \"kk\", \"zh-hant\"",
        ));
    }
    match COUNTRIES.iter().find(|(country, _)| *country == tag) {
        Some((country, language)) => Err(Complaint::new(
            format!("`{country}` is a country, not a language"),
            format!("did you mean `{language}`?"),
        )),
        None => Ok(tag),
    }
}

/// A time zone by its name in the IANA database, or an offset from UTC.
pub(super) fn time_zone(text: &str) -> Result<Zone, Complaint> {
    Zone::named(text.trim()).ok_or_else(|| {
        Complaint::new(
            format!("`{text}` is no time zone"),
            "write its name or its offset from UTC: \"Asia/Almaty\", \"+05:00\"",
        )
    })
}

/// A name that stands in addresses: a slug of at most 64 characters.
pub(super) fn slug(what: &str, text: &str) -> Result<String, Complaint> {
    let hint =
        "write lower-case letters, digits and single hyphens between them, at most 64 characters";
    text.parse::<crate::model::feed::FeedId>()
        .map(|slug| slug.as_str().to_owned())
        .map_err(|_invalid| Complaint::new(format!("`{text}` is no {what}"), hint))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_refused<T>(result: Result<T, Complaint>, words: &str) {
        let complaint = result.err().unwrap();
        let all = format!("{}; {}", complaint.message, complaint.hint);
        assert!(all.contains(words), "{all}");
    }

    #[test]
    fn addresses_are_whole_and_bare() {
        assert!(http_url("https://example.org/feed?format=rss").is_ok());
        is_refused(http_url("example.org/feed"), "write it whole");
        is_refused(http_url("feed://example.org/"), "`feed:`");
        is_refused(http_url("file:///etc/passwd"), "`file:`");
        is_refused(http_url("https://"), "no address");
        is_refused(
            http_url("https://joe:pw@example.org/"),
            "never written here",
        );
        is_refused(http_url("https://joe@example.org/"), "never written here");
        assert!(proxy_url("socks5h://127.0.0.1:9050").is_ok());
        is_refused(proxy_url("socks4://127.0.0.1:9050"), "`socks4:`");
        is_refused(proxy_url("socks5:"), "no host");
    }

    #[test]
    fn base_addresses_end_in_a_slash() {
        let check = |text: &str, expected: &str| {
            assert_eq!(base_url(text).unwrap().as_str(), expected);
        };
        check("https://example.org", "https://example.org/");
        check("https://example.org/news", "https://example.org/news/");
        check("https://example.org/news/", "https://example.org/news/");
        is_refused(base_url("https://example.org/?a"), "last `/`");
    }

    #[test]
    fn listening_needs_an_address_and_a_port() {
        assert!(listen("127.0.0.1:8585").is_ok());
        assert!(listen("[::]:80").is_ok());
        is_refused(listen("localhost:8585"), "127.0.0.1:8585");
        is_refused(listen(":8585"), "0.0.0.0:8585");
        is_refused(listen("8585"), "127.0.0.1:8585");
        is_refused(listen("10.0.0.1"), "10.0.0.1:8585");
        is_refused(listen("::1"), "[::1]:8585");
        is_refused(listen("news.example.org:80"), "IP address");
    }

    #[test]
    fn headers_are_not_secret_and_not_ours() {
        assert_eq!(header_name("Accept-Language").unwrap(), "accept-language");
        is_refused(header_name("A b"), "no name of a header");
        is_refused(header_name("Authorization"), "secret");
        is_refused(header_name("Cookie"), "secret");
        is_refused(header_name("Proxy-Authorization"), "secret");
        is_refused(header_name("X-Api-Key"), "secret");
        is_refused(header_name("Host"), "from `url`");
        is_refused(header_name("If-None-Match"), "the server gave");
        is_refused(header_name("Transfer-Encoding"), "the connection");
        is_refused(header_name("User-Agent"), "`user-agent`");
        assert_eq!(header_value(" en ").unwrap(), "en");
        is_refused(header_value(""), "ASCII");
        is_refused(header_value("a\r\nb: c"), "ASCII");
        is_refused(header_value("қаз"), "ASCII");
    }

    #[test]
    fn languages_are_codes_not_countries() {
        for (text, expected) in [
            ("kk", "kk"),
            ("EN-GB", "en-gb"),
            ("zh-Hant-TW", "zh-hant-tw"),
        ] {
            assert_eq!(language(text).unwrap(), expected);
        }
        is_refused(language("kz"), "did you mean `kk`");
        for bad in ["", "e", "russian", "en_GB", "en-", "қаз"] {
            assert!(language(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn time_zones_have_names_or_offsets() {
        for (text, expected) in [
            ("Asia/Almaty", "Asia/Almaty"),
            (" asia/bishkek", "Asia/Bishkek"),
            ("+05:30", "+05:30"),
        ] {
            assert_eq!(time_zone(text).unwrap().name(), expected);
        }
        for bad in ["", "Almaty", "+5", "Kazakhstan"] {
            is_refused(time_zone(bad), "\"Asia/Almaty\"");
        }
    }

    #[test]
    fn contacts_can_be_reached() {
        for good in [
            "desk@example.org",
            "mailto:desk@example.org",
            "https://example.org/bot",
        ] {
            assert_eq!(contact(good).unwrap(), good);
        }
        for bad in [
            "desk",
            "the desk, desk@example.org",
            "a@b@c.org",
            "@example.org",
            "стол@example.org",
        ] {
            assert!(contact(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn paths_start_at_the_file() {
        let base = Path::new("/etc/nuncio");
        assert_eq!(
            path_from(base, "state").unwrap(),
            Path::new("/etc/nuncio/state")
        );
        assert_eq!(path_from(base, "/srv/n").unwrap(), Path::new("/srv/n"));
        is_refused(path_from(base, "~/n"), "whole path");
        is_refused(path_from(base, "$HOME/n"), "whole path");
        is_refused(path_from(base, " "), "no path");
    }
}
