//! Addresses: resolved they are of the web, and their canonical form is stable.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nuncio::model::parsed::{FeedFormat, ParsedFeed, Reference};
use nuncio::model::url::CanonicalUrl;
use nuncio::normalise::{FeedContext, resolve};
use url::Url;

fuzz_target!(|input: (&str, Option<&str>)| {
    let (href, base) = input;
    let url = Url::parse("https://example.org/news/feed.xml").expect("a constant");
    let context = FeedContext::of(&ParsedFeed::empty(FeedFormat::Rss), url, None);
    let reference = Reference {
        href: href.to_owned(),
        base: base.map(str::to_owned),
    };
    let Some(url) = resolve(&reference, &context) else {
        return;
    };
    assert!(matches!(url.scheme(), "http" | "https"), "{url}");
    assert!(url.host_str().is_some(), "{url}");
    let canonical = CanonicalUrl::new(&url).expect("it is of the web");
    let again = Url::parse(&format!("https:{}", canonical.as_str())).expect("it names a page");
    assert_eq!(CanonicalUrl::new(&again), Some(canonical), "{url}");
});
