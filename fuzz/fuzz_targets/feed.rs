//! A body through decode, parse and normalise to what readers are shown.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nuncio::decode::decode;
use nuncio::normalise::{FeedContext, content, document};
use nuncio::parse::parse;
use url::Url;

const BODY_MAX_BYTES: usize = 1 << 20;
const ENTRIES_MAX: usize = 200;

fuzz_target!(|body: &[u8]| {
    let Ok(text) = decode(body, None, None, BODY_MAX_BYTES) else {
        return;
    };
    let feed = match parse(&text) {
        Ok(feed) => feed,
        Err(error) => {
            assert_ne!(error.kind(), "panicked", "{error}");
            return;
        }
    };
    let url = Url::parse("https://example.org/news/feed.xml").expect("a constant");
    let context = FeedContext::of(&feed, url, None);
    let n_parsed = feed.entries.len();
    let read = document(feed.entries, &context, ENTRIES_MAX);
    let n_rejected = usize::try_from(read.n_rejected + read.n_over_limit).expect("small");
    assert_eq!(
        read.entries.len() + n_rejected,
        n_parsed,
        "an entry is not accounted for"
    );
    for entry in &read.entries {
        if let Some(link) = &entry.link {
            assert!(matches!(link.scheme(), "http" | "https"), "{link}");
        }
        assert!(
            !entry.title.contains(['\n', '\u{202e}', '\0']),
            "{:?}",
            entry.title
        );
        let shown = content::shown(entry);
        for html in [shown.summary, shown.content].into_iter().flatten() {
            let html = html.to_string().to_lowercase();
            for active in ["<script", "<iframe", "<svg", "<style", "<object", "<math"] {
                assert!(!html.contains(active), "{html}");
            }
        }
    }
});
