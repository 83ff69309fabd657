//! Addresses: one form to compare, one form to print.

use std::fmt;

use url::Url;

/// An address folded so that two spellings of one page are equal. For comparing only: it is
/// never fetched and never published.
///
/// Folded: scheme, `www.`, mobile and AMP hosts, default port, fragment, tracking parameters,
/// order of parameters, `index.html`, trailing slash.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct CanonicalUrl(String);

/// Query parameters that name how a reader came, not which page they see.
const TRACKING: &[&str] = &[
    "at_campaign",
    "at_medium",
    "cmp",
    "cmpid",
    "fbclid",
    "ftag",
    "gclid",
    "dclid",
    "igshid",
    "mc_cid",
    "mc_eid",
    "mkt_tok",
    "msclkid",
    "ncid",
    "ocid",
    "partner",
    "ref",
    "ref_src",
    "rss",
    "smid",
    "source",
    "spm",
    "taid",
    "traffic_source",
    "wt_mc",
    "xtor",
    "yclid",
    "_openstat",
    "cmpid",
    "rssfeed",
    "output_type_rss",
];

/// Prefixes of such parameters.
const TRACKING_PREFIXES: &[&str] = &["utm_", "at_", "pk_", "mtm_", "hsa_", "stm_"];

/// First host labels that carry another rendering of the same page.
const RENDERING_LABELS: &[&str] = &["www", "m", "mobile", "amp", "wap"];

impl CanonicalUrl {
    /// Folds `url`; `None` where it is no page, see [`is_page`].
    pub fn new(url: &Url) -> Option<Self> {
        if !is_page(url) {
            return None;
        }
        let host = fold_host(url.host_str()?);
        let port = match (url.scheme(), url.port()) {
            (_, None) | ("http", Some(443)) | ("https", Some(80)) => String::new(),
            (_, Some(port)) => format!(":{port}"),
        };
        let path = fold_path(url.path());
        let query = fold_query(url);
        Some(Self(format!("//{host}{port}{path}{query}")))
    }

    /// The folded form.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is a site's front page, which identifies no story.
    pub fn is_root(&self) -> bool {
        self.0.trim_start_matches('/').find(['/', '?']).is_none()
    }
}

/// Whether `url` may be a page of the web: http(s), and a host whose labels all have letters. The
/// URL standard lets `http://a..b/` pass, the name system does not (RFC 1035 §3.1); one dot at the
/// end is its root.
pub fn is_page(url: &Url) -> bool {
    let is_site = |host: &str| {
        let name = host.strip_suffix('.').unwrap_or(host);
        name.split('.').all(|label| !label.is_empty())
    };
    matches!(url.scheme(), "http" | "https") && url.host_str().is_some_and(is_site)
}

fn fold_host(host: &str) -> String {
    let host = host.to_ascii_lowercase();
    let mut rest = host.trim_end_matches('.');
    while let Some((label, tail)) = rest.split_once('.') {
        if !RENDERING_LABELS.contains(&label) || !tail.contains('.') {
            break;
        }
        rest = tail;
    }
    rest.to_owned()
}

fn fold_path(path: &str) -> String {
    let mut parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    // As often as they stand: what is left when one goes must not be another spelling again.
    while parts
        .last()
        .is_some_and(|last| matches!(*last, "index.html" | "index.htm" | "index.php" | "amp"))
    {
        parts.pop();
    }
    parts
        .iter()
        .skip_while(|part| **part == "amp")
        .fold(String::new(), |path, part| path + "/" + part)
}

fn fold_query(url: &Url) -> String {
    let mut kept: Vec<(String, String)> = url
        .query_pairs()
        .filter(|(name, _)| !is_tracking(&name.to_ascii_lowercase()))
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    if kept.is_empty() {
        return String::new();
    }
    kept.sort();
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(kept);
    format!("?{}", query.finish())
}

fn is_tracking(name: &str) -> bool {
    TRACKING.contains(&name)
        || TRACKING_PREFIXES
            .iter()
            .any(|prefix| name.starts_with(prefix))
}

/// Whether what is secret for `from` (user, password, configured headers) may be sent to `to`:
/// the same scheme, host and port, or the same host moved from http to https on their own ports.
pub fn keeps_secrets(from: &Url, to: &Url) -> bool {
    let is_upgrade = from.scheme() == "http"
        && to.scheme() == "https"
        && from.port().is_none()
        && to.port().is_none();
    let is_same_port =
        from.scheme() == to.scheme() && from.port_or_known_default() == to.port_or_known_default();
    from.host() == to.host() && (is_same_port || is_upgrade)
}

/// An address that can be printed: user, password and the values of secret-looking parameters
/// are replaced by `***`.
pub struct SafeUrl<'a>(pub &'a Url);

/// Parameters whose values are secrets often enough never to be printed.
const SECRET_PARAMETERS: &[&str] = &[
    "key",
    "token",
    "secret",
    "password",
    "auth",
    "api_key",
    "apikey",
    "access_token",
    "sig",
    "signature",
];

impl fmt::Display for SafeUrl<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut url = self.0.clone();
        if (!url.username().is_empty() && url.set_username("***").is_err())
            || (url.password().is_some() && url.set_password(Some("***")).is_err())
        {
            return f.write_str("***");
        }
        if url.query_pairs().any(|(name, _)| is_secret(&name)) {
            let pairs: Vec<(String, String)> = url
                .query_pairs()
                .map(|(name, value)| {
                    let value = if is_secret(&name) {
                        "***".to_owned()
                    } else {
                        value.into_owned()
                    };
                    (name.into_owned(), value)
                })
                .collect();
            url.query_pairs_mut().clear().extend_pairs(pairs);
        }
        f.write_str(url.as_str())
    }
}

impl fmt::Debug for SafeUrl<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn is_secret(name: &str) -> bool {
    SECRET_PARAMETERS.contains(&name.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn canonical(url: &str) -> String {
        CanonicalUrl::new(&Url::parse(url).unwrap())
            .unwrap()
            .as_str()
            .to_owned()
    }

    #[test]
    fn spellings_of_one_page_are_equal() {
        let plain = canonical("https://example.org/world/a-story");
        for spelling in [
            "http://example.org/world/a-story",
            "https://www.example.org/world/a-story/",
            "https://m.example.org/world/a-story?utm_source=rss&at_medium=RSS",
            "https://amp.example.org/world/a-story#comments",
            "https://example.org/amp/world/a-story",
            "https://example.org:443/world//a-story/index.html",
            "https://example.org/amp/amp/world/a-story/amp/index.html",
        ] {
            assert_eq!(canonical(spelling), plain, "{spelling}");
        }
    }

    #[test]
    fn what_names_another_page_is_kept() {
        assert_eq!(
            canonical("https://example.org/?p=2&a=1"),
            "//example.org?a=1&p=2"
        );
        assert_ne!(
            canonical("https://example.org/a"),
            canonical("https://example.org/A")
        );
        assert_ne!(
            canonical("https://example.org/a?id=1"),
            canonical("https://example.org/a?id=2")
        );
        assert_ne!(
            canonical("https://en.example.org/a"),
            canonical("https://ru.example.org/a")
        );
        assert_eq!(canonical("https://m.org/a"), "//m.org/a");
    }

    #[test]
    fn roots_are_recognised() {
        let is_root = |url: &str| {
            CanonicalUrl::new(&Url::parse(url).unwrap())
                .unwrap()
                .is_root()
        };
        assert!(is_root("https://example.org/"));
        assert!(is_root("https://www.example.org/index.html?utm_source=x#a"));
        assert!(!is_root("https://example.org/?p=1"));
        assert!(!is_root("https://example.org/a"));
    }

    #[test]
    fn secrets_stay_with_their_host() {
        let home = |to: &str, from: &str| {
            keeps_secrets(&Url::parse(from).unwrap(), &Url::parse(to).unwrap())
        };
        assert!(home("https://a.example/x", "https://a.example:443/y"));
        assert!(home("https://a.example/x", "http://a.example/y"));
        for elsewhere in [
            "http://a.example/x",
            "https://b.example/x",
            "https://a.example:8443/x",
            "https://a.example.evil.example/x",
        ] {
            assert!(!home(elsewhere, "https://a.example/y"), "{elsewhere}");
        }
        assert!(!home("https://a.example/x", "http://a.example:8080/y"));
    }

    #[test]
    fn secrets_are_not_printed() {
        let url = Url::parse("https://joe:hunter2@example.org/feed?token=abc&page=2").unwrap();
        assert_eq!(
            SafeUrl(&url).to_string(),
            "https://***:***@example.org/feed?token=***&page=2"
        );
        let plain = Url::parse("https://example.org/feed?a=b%20c").unwrap();
        assert_eq!(SafeUrl(&plain).to_string(), plain.as_str());
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(
            host in "((www|m|mobile|amp|wap|a)\\.){0,3}[a-z]{1,5}\\.(org|example)\\.?",
            port in "(:80|:443|:8080)?",
            path in "(/(amp|index\\.html|index\\.php|a|%61|\\.\\.|%2e|[ -~&&[^?#]]{0,3})){0,5}",
            query in "(\\?((utm_a|a|b|ref|%41)?=?[&;=+ a%]?&?){0,5})?(#a)?",
        ) {
            for scheme in ["http", "https"] {
                let Ok(url) = Url::parse(&format!("{scheme}://{host}{port}{path}{query}")) else {
                    continue;
                };
                let once = CanonicalUrl::new(&url).unwrap();
                let again = Url::parse(&format!("https:{}", once.as_str())).unwrap();
                prop_assert_eq!(CanonicalUrl::new(&again), Some(once), "{}", url);
            }
        }
    }
}
