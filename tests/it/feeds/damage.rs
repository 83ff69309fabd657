//! Good feeds damaged at random, in small: every one ends in a value, and untouched entries live.
//!
//! `scripts/judge.sh damage` is the same at large, on captured feeds too.

use nuncio::decode::decode;
use nuncio::normalise::{FeedContext, document};
use nuncio::parse::parse;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use url::Url;

use crate::stages::{BODY_MAX_BYTES, ENTRIES_MAX};

const MUTATIONS: usize = 240;
const SEED: u64 = 5;

/// Of a hundred untouched entries, how many must live.
const ALIVE_LEAST_PERCENT: usize = 99;

/// Entry `n` of a feed in three languages, written in as many ways.
fn entry(n: usize, open: &str, close: &str, id: &str) -> String {
    let body = match n % 3 {
        0 => format!(
            "<![CDATA[<p>Talks on water, part {n}.</p><p>Read <a href=\"/x{n}\">x</a></p>]]>"
        ),
        1 => format!("&lt;p&gt;Переговоры о воде &amp;amp; энергии, часть {n}&lt;/p&gt;"),
        _ => format!("Su görüşmeleri, bölüm {n}"),
    };
    let link = if id == "guid" {
        format!("<link>https://example.org/{n}?a=1&amp;b=2</link>")
    } else {
        format!("<link href=\"https://example.org/{n}?a=1&amp;b=2\"/>")
    };
    let text = if id == "guid" {
        "description"
    } else {
        "summary"
    };
    format!(
        "<{open}>\n  <title>Послы и ministers {n}</title>\n  {link}\n  <{id}>urn:entry:{n}</{id}>\n  \
         <{text}>{body}</{text}>\n</{close}>\n"
    )
}

fn good_feeds() -> [String; 2] {
    let all = |open, id| {
        (0..30)
            .map(|n| entry(n, open, open, id))
            .collect::<String>()
    };
    [
        format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\"><channel><title>T</title>\n{}</channel></rss>\n",
            all("item", "guid")
        ),
        format!(
            "<?xml version=\"1.0\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>T</title>\n{}</feed>\n",
            all("entry", "id")
        ),
    ]
}

/// Where each entry lies in `feed`.
fn spans(feed: &str) -> Vec<(usize, usize)> {
    let name = if feed.contains("<entry>") {
        "entry"
    } else {
        "item"
    };
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let starts = feed.match_indices(&open).map(|(at, _)| at);
    let ends = feed.match_indices(&close).map(|(at, _)| at + close.len());
    starts.zip(ends).collect()
}

/// `body` with one kind of damage, and the ranges of it that were changed.
fn damage(body: &[u8], kind: usize, dice: &mut StdRng) -> (Vec<u8>, Vec<(usize, usize)>) {
    let mut damaged = body.to_vec();
    let at = dice.random_range(0..body.len());
    let changed = match kind % 6 {
        0 => {
            damaged[at] ^= 1 << dice.random_range(0..8);
            (at, at + 1)
        }
        1 => {
            damaged.truncate(at.max(body.len() / 4));
            (damaged.len(), body.len())
        }
        2 => {
            let end = (at + dice.random_range(1..200)).min(body.len());
            damaged.drain(at..end);
            (at, end)
        }
        3 => {
            let start = body[at..]
                .iter()
                .position(|byte| *byte == b'<')
                .map_or(0, |n| at + n);
            let length = body[start..]
                .iter()
                .position(|byte| *byte == b'>')
                .unwrap_or(0);
            damaged.drain(start..=start + length);
            (start, start + length + 1)
        }
        4 => {
            let noise: [&[u8]; 8] = [
                b"&", b"<", b"&nbsp;", b"&#0;", b"]]>", b"\xff", b"\0", b"&x",
            ];
            let noise = noise[dice.random_range(0..noise.len())];
            damaged.splice(at..at, noise.iter().copied());
            (at, at + 1)
        }
        _ => {
            damaged.splice(0..0, b"<br>\n<b>Warning</b>: x on line 3\n".iter().copied());
            (0, 0)
        }
    };
    (damaged, vec![changed])
}

/// Title, link and id of every entry; the panic of a stage, where there was one.
fn read(body: &[u8]) -> Result<Vec<String>, String> {
    let Ok(text) = decode(body, None, None, BODY_MAX_BYTES) else {
        return Ok(Vec::new());
    };
    let feed = match parse(&text) {
        Err(error) if error.kind() == "panicked" => return Err(error.to_string()),
        Err(_) => return Ok(Vec::new()),
        Ok(feed) => feed,
    };
    let url = Url::parse("https://example.org/feed.xml").unwrap();
    let context = FeedContext::of(&feed, url, None);
    let read = document(feed.entries, &context, ENTRIES_MAX);
    let seen = read.entries.iter();
    Ok(seen
        .map(|it| format!("{:?} {:?} {:?}", it.title, it.raw_link, it.guid))
        .collect())
}

#[test]
fn untouched_entries_of_damaged_feeds_live() {
    let mut dice = StdRng::seed_from_u64(SEED);
    let (mut n_untouched, mut n_alive) = (0, 0);
    let good_feeds = good_feeds().map(|good| {
        let (wanted, spans) = (read(good.as_bytes()).unwrap(), spans(&good));
        assert_eq!(wanted.len(), spans.len());
        (good, wanted, spans)
    });
    for n in 0..MUTATIONS {
        let (good, wanted, spans) = &good_feeds[n % 2];
        let (damaged, changed) = damage(good.as_bytes(), n / 2, &mut dice);
        let got = read(&damaged).unwrap();
        for (wanted, (start, end)) in wanted.iter().zip(spans) {
            if changed.iter().all(|(from, to)| to <= start || from >= end) {
                n_untouched += 1;
                n_alive += usize::from(got.contains(wanted));
            }
        }
    }
    println!("{n_alive} of {n_untouched} untouched entries of {MUTATIONS} damaged feeds live");
    assert!(
        n_alive * 100 >= n_untouched * ALIVE_LEAST_PERCENT,
        "{n_alive} of {n_untouched}"
    );
}
